"""What opens over a view: help, risks, a message, a plan to confirm, a password."""
