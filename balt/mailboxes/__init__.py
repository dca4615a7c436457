"""The user's own BAL: what each holds, how full it is, and the thread that reads it."""
