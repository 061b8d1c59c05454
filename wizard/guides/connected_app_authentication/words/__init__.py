"""What the guide says of its source, of what it changed, and of what a security review will ask."""
