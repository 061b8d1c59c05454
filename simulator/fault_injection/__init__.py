"""The WSGI layer that lets the faults happen which the rules ask for."""
