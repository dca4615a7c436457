"""``balt checklist --export``: the filled sheets in a new file, for a wall or a quality file."""

from collections.abc import Sequence
from pathlib import Path

from balt.cli.publish import save
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.practice import Practice
from balt.sheets.filled.html import as_html
from balt.sheets.filled.markdown import as_markdown
from balt.sheets.filled.model import filled
from balt.sheets.model import Evidence


def export(path: Path, found: Sequence[Evidence], practice: Practice, history: str = "") -> None:
    """Write the sheets in the form that the end of the name says; a file that is there is not touched."""
    document = filled(found, practice.person.name, practice.now, history)
    ending = path.suffix.lower()
    if ending == ".md":
        octets = as_markdown(document).encode()
    elif ending in (".html", ".htm"):
        octets = as_html(document).encode()
    elif ending == ".pdf":
        from balt.sheets.filled.pdf import as_pdf  # here: what draws a PDF is slow to import

        octets = as_pdf(document)
    else:
        raise UsageError(
            _("la fin du nom ne dit pas la forme du fichier."),
            advice=_("Donnez un nom en .md, .html ou .pdf."),
        )
    save(path, octets)
