"""``python -m balt`` is the same as ``balt``."""

import sys

from balt.cli import program

if __name__ == "__main__":
    sys.exit(program())
