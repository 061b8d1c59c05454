"""Salesforce's pages that a person needs for the guide, at the paths that deep links point to."""
