"""Mail kept in files (Maildir, mbox, .eml), read as a mail server would tell it, and never changed."""
