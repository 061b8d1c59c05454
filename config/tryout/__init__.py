"""`make run`: the whole app on one machine with nothing but Python. Not used in production."""
