"""Octets into the files of a copy. OSError as the system does."""

import os
from pathlib import Path


def write_all(handle: int, octets: bytes) -> None:
    """Write all of them: the system may take fewer at once."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_file(handle: int, path: Path, modified: int) -> None:
    """Have a file on the disk, with this date (seconds since 1970 UTC) where the system lets one set it."""
    if os.utime in os.supports_fd:
        os.utime(handle, (modified, modified))
    else:
        os.utime(path, (modified, modified))
    os.fsync(handle)
