"""What an operator's statistics say of each BAL: a table read once, its columns remembered, dated figures."""
