"""The three good-practice sheets: their text, and where one stands on each step, from evidence alone."""
