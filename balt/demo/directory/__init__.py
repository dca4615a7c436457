"""The Annuaire Santé of the demo: an API over HTTP, and the public extraction, of invented people only.

The rest of balt reaches it as the real one, through its configuration.
"""

from balt.demo.directory.crowd import make_directory
from balt.demo.directory.extraction import extraction_of
from balt.demo.directory.server import DirectoryServer

__all__ = ["DirectoryServer", "extraction_of", "make_directory"]
