"""From the release before to this code: its own code runs, from this repository's history."""
