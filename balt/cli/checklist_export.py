"""``balt checklist --export``: the filled sheets in a new file, for a wall or a quality file."""

from collections.abc import Sequence
from pathlib import Path

from balt.mailboxes.practice import Practice
from balt.publish.files import save
from balt.sheets.filled.forms import in_form
from balt.sheets.filled.model import filled
from balt.sheets.model import Evidence


def export(path: Path, found: Sequence[Evidence], practice: Practice, history: str = "") -> None:
    """Write the sheets in the form that the end of the name says; a file that is there is not touched."""
    document = filled(found, practice.person.name, practice.now, history)
    save(path, in_form(document, path))
