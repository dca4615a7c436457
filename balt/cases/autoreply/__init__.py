"""The auto-reply of a BAL that is no longer read: its text, its script, and its life on the server."""
