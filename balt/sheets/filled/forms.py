"""The filled sheets as octets, in the form that the end of a file's name says."""

from pathlib import Path

from balt.errors import UsageError
from balt.i18n import _
from balt.sheets.filled.html import as_html
from balt.sheets.filled.markdown import as_markdown
from balt.sheets.filled.model import Filled


def in_form(document: Filled, path: Path) -> bytes:
    """The document as the file ``path`` would hold it. Raises UsageError where its name says no form."""
    ending = path.suffix.lower()
    if ending == ".md":
        return as_markdown(document).encode()
    if ending in (".html", ".htm"):
        return as_html(document).encode()
    if ending == ".pdf":
        from balt.sheets.filled.pdf import as_pdf  # here: what draws a PDF is slow to import

        return as_pdf(document)
    raise UsageError(
        _("la fin du nom ne dit pas la forme du fichier."),
        advice=_("Donnez un nom en .md, .html ou .pdf."),
    )
