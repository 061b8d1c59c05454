"""The stand-in's own side: its home page and a small JSON API. Nothing here exists in Salesforce."""
