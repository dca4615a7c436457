"""A mailbox over IMAP: the session, folders, listings, what a message is, filters."""
