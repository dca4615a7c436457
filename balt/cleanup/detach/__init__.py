"""Messages made lighter: attachments taken out once they are archived, a note in the place of each, and
every other octet as it was.
"""
