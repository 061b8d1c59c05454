"""What the processes say: one JSON line each on stderr, without secrets, and nothing a thousand times."""
