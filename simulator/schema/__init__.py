"""Which objects and fields there are, and in which notation they are written down."""
