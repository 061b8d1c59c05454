"""What an org holds from the start: as delivered, its people, the package and the app."""
