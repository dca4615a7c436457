"""The views of the app, one key each."""
