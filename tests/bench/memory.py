"""How much memory a process takes, as Linux counts it."""

import re
from pathlib import Path


def peak_mib(process: int | str = "self") -> float:
    """The most memory that a process has held (VmHWM), in MiB. ``getrusage`` would count its parent's too."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0
