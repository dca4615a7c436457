"""Cleaning a mailbox: a plan (pure), its application message by message, and the journal of what was done.

Every message is on the server, or was removed because the user chose exactly that message.
"""
