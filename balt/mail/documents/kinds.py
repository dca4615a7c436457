"""How a part is read, by what it claims to be, and how much of it at most.

The worker process starts with this module, so it imports little.
"""

from enum import StrEnum

MOST_LINES = 20_000
MOST_CHARACTERS = 200_000
"""Of the text of one document, at most; the rest is not shown, and that is said."""
MOST_MEMBERS = 1_000
"""Of one zip: an ``IHE_XDM.zip`` has four and a few more; beyond, nothing of it is read."""


class DocumentKind(StrEnum):
    """How a part is read: ``OTHER`` is not, only its type and size are told."""

    ZIP = "zip"
    XML = "xml"
    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    IMAGE = "image"
    OTHER = "other"


_TYPES = {
    "application/zip": DocumentKind.ZIP,
    "application/x-zip": DocumentKind.ZIP,
    "application/x-zip-compressed": DocumentKind.ZIP,
    "application/xml": DocumentKind.XML,
    "text/xml": DocumentKind.XML,
    "text/html": DocumentKind.HTML,
    "application/xhtml+xml": DocumentKind.HTML,
    "application/pdf": DocumentKind.PDF,
}
_ENDINGS = {
    "zip": DocumentKind.ZIP,
    "xml": DocumentKind.XML,
    "cda": DocumentKind.XML,
    "htm": DocumentKind.HTML,
    "html": DocumentKind.HTML,
    "txt": DocumentKind.TEXT,
    "csv": DocumentKind.TEXT,
    "hpr": DocumentKind.TEXT,
    "hl7": DocumentKind.TEXT,
    "pdf": DocumentKind.PDF,
    "jpg": DocumentKind.IMAGE,
    "jpeg": DocumentKind.IMAGE,
    "png": DocumentKind.IMAGE,
    "tif": DocumentKind.IMAGE,
    "tiff": DocumentKind.IMAGE,
}


def kind_of(content_type: str, filename: str) -> DocumentKind:
    """How a part is read, by its claimed type; by the end of its claimed name where that type says little.

    Software sends ``IHE_XDM.zip`` as ``application/octet-stream``, and XML or HPRIM results as
    ``text/plain``. A wrong claim does no harm: it is read by the wrong reader, which says that it cannot.
    """
    known = _TYPES.get(content_type)
    if known is not None:
        return known
    if content_type.endswith("+xml"):
        return DocumentKind.XML
    if content_type.startswith("image/"):
        return DocumentKind.IMAGE
    by_name = _ENDINGS.get(filename.rpartition(".")[2].lower().strip(), DocumentKind.OTHER)
    if content_type.startswith("text/"):
        return DocumentKind.TEXT if by_name is DocumentKind.OTHER else by_name
    return by_name if content_type.startswith("application/") else DocumentKind.OTHER
