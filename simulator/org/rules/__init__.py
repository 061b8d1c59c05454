"""What each object does beyond its columns: checks before a write, side effects after it."""
