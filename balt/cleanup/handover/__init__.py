"""Documents handed over to the business software: copied out of messages, octet for octet, into a folder of
the user's, with an index. No message is changed, and none counts as integrated before the person says so.
"""
