"""Metadata API over SOAP: listMetadata and readMetadata of apps and permission sets (section 9)."""
