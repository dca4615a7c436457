"""The verified archive: a folder of ``.eml`` files that a person can open without balt, and its manifest.

A message counts as archived only once its octets were read again from the disk and matched.
"""

from balt.cleanup.archive.opening import open_archive
from balt.cleanup.archive.places import check_place, place_warnings

__all__ = ["check_place", "open_archive", "place_warnings"]
