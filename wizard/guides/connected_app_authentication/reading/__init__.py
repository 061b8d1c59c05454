"""What is read from the org, how it is asked for, and what the answers say."""
