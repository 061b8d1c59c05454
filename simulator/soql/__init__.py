"""SOQL: read by `parser`, checked and evaluated by `run`."""
