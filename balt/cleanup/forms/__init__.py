"""Other forms of an archive: its messages copied into a Maildir or into mbox files, octet for octet.

The archive is only read. A copy is there whole, read again from the disk, or is not there at all.
"""
