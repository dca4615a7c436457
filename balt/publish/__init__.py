"""What is handed out so that correspondents use the right BAL."""
