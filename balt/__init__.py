"""balt: the three MSSanté good-practice sheets, done from a terminal."""

__version__ = "0.1.0"
