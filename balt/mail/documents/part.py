"""A part of a message to look at: how much of it is asked for, and what a reader makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Event

from balt.i18n import _
from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES, DocumentKind, kind_of
from balt.mail.documents.model import DocumentView
from balt.mail.documents.telling import sentence, view_of, view_of_untouched
from balt.mail.documents.worker import ask_worker
from balt.mail.headers import decode_charset
from balt.mail.structure import Part
from balt.mail.transfer import decoded
from balt.text import plain
from balt.units import format_size

MIB = 1024 * 1024
MOST_OCTETS = 50 * MIB
"""Of a zip or an XML as it travels: several times what MSSanté operators let through."""
MOST_TEXT = MIB
"""Of a text or a page: no more than this is asked for."""


@dataclass(frozen=True, slots=True)
class PartContent:
    """The octets of a part as they stand in the mail, still encoded; ``truncated`` when there are more than
    were asked for. None at all where the part is not shown or is too large.
    """

    part: Part
    octets: bytes = b""
    truncated: bool = False


def find_part(root: Part, number: str) -> Part | None:
    """The leaf or the forwarded message of this IMAP number; None where there is none."""
    found = (part for part in root.walk() if part.number == number)
    return next((part for part in found if not part.content_type.startswith("multipart/")), None)


def wanted_octets(part: Part) -> int:
    """How many octets of a part are worth asking for, at most; 0 where none is."""
    kind = kind_of(part.content_type, part.filename)
    if kind in (DocumentKind.TEXT, DocumentKind.HTML):
        return MOST_TEXT
    whole = kind in (DocumentKind.ZIP, DocumentKind.XML) and part.size <= MOST_OCTETS
    return MOST_OCTETS if whole else 0


def document_of(content: PartContent, over: Event | None = None) -> DocumentView:
    """The view of a part; never raises for what is in it. Zip, XML and HTML are read by another process, that
    ends once ``over`` is set.
    """
    part = content.part
    kind = kind_of(part.content_type, part.filename)
    title = part.filename or part.content_type
    size = part.size * 57 // 78 if part.encoding == "base64" else part.size  # as Attachment.size
    if kind not in (DocumentKind.ZIP, DocumentKind.XML, DocumentKind.HTML, DocumentKind.TEXT):
        return view_of_untouched(kind, title, part.content_type, size)
    facts = ((_("Taille"), format_size(size)),)
    charset = part.params.get("charset", "")
    if kind is DocumentKind.TEXT:
        text = decode_charset(decoded(content.octets, part.encoding), charset).rstrip()
        lines = text[:MOST_CHARACTERS].replace("\r\n", "\n").split("\n", MOST_LINES)
        truncated = content.truncated or len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES
        return DocumentView(title, facts, lines=tuple(map(_plain, lines[:MOST_LINES])), truncated=truncated)
    if (content.truncated and kind is not DocumentKind.HTML) or part.size > MOST_OCTETS:
        return DocumentView(title, facts, warnings=(sentence("too_large"),))
    view = view_of(ask_worker(kind, content.octets, part.encoding, charset, over), title)
    return replace(view, facts=facts + view.facts, truncated=view.truncated or content.truncated)


def _plain(line: str) -> str:
    return plain(line.expandtabs(4), MOST_CHARACTERS)


def lines_of_page(octets: bytes, encoding: str, charset: str) -> Sequence[str]:
    """The lines of an HTML body, read by another process; one sentence where it is not read."""
    if not octets:
        return ("",)
    answer = ask_worker(DocumentKind.HTML, octets, encoding, charset)
    return (f"({sentence(answer.refusal)})",) if answer.refusal else answer.lines
