"""One org: its rows, who may see and write what, and what each write brings about."""
