"""What the org's own rows prove about our lines, until when, and what a signature is about."""
