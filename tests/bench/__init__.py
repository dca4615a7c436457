"""Measures, each against a reference in the same run. Nothing here is run by the test command."""
