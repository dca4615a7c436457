"""A document attached to a mail, as text: read in memory, by a process of its own, within limits."""
