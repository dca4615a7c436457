"""How urgent the jobs of the screens are to the thread of a BAL: the lower, the sooner."""

URGENT = 0
"""Somebody waits for it: a message to show, an act."""
OPEN = 1
"""The list of a folder."""
SOON = 2
LATER = 5
"""The figures of the sheets."""
IDLE = 9
"""What is read of a whole list, in the background: a filter may wait for it."""
LAST = 10
"""What nobody waits for: a plan reads it anew."""
