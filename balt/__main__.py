"""``python -m balt`` is the same as ``balt``."""

import sys

from balt.cli import main

if __name__ == "__main__":
    sys.exit(main())
