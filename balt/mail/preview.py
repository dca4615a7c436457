"""A message to look at: a few headers, its text, its parts. Bounded, inert, and the message stays unread."""

from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime

from balt.i18n import N_, _
from balt.mail.details import raw_header_fields, section_of
from balt.mail.documents.part import lines_of_page
from balt.mail.envelope import without_technical_prefix
from balt.mail.fetch import Row, read_row
from balt.mail.headers import decode_charset, decode_header
from balt.mail.model import Preview
from balt.mail.refusals import gone
from balt.mail.structure import Part, StructureError, attachments_of, parse_structure, text_parts
from balt.mail.tokens import Value
from balt.mail.transfer import decoded
from balt.mail.wire import MIB, Limits, Wire
from balt.text import plain_lines
from balt.units import format_date

MAX_TEXT = 256 * 1024
"""Octets of text read at most."""
_MAX_HEADERS = 64 * 1024
_LIMITS = Limits(line=MIB, literal=2 * MIB, total=4 * MIB)
_SHOWN = (
    ("from", N_("De")),
    ("reply-to", N_("Répondre à")),
    ("to", N_("À")),
    ("cc", N_("Copie")),
    ("date", N_("Date")),
    ("subject", N_("Objet")),
)
SHOWN_FIELDS = frozenset(name for name, _label in _SHOWN)
_ASKED = b"BODY.PEEK[HEADER.FIELDS (FROM REPLY-TO TO CC DATE SUBJECT)]<0.%d>" % _MAX_HEADERS


def read_preview(wire: Wire, uid: int) -> Preview:
    """The message ``uid`` of the open folder; raises RefusedError when it is gone."""
    row = _row(wire, uid, b"(UID BODYSTRUCTURE " + _ASKED + b")")
    if row is None:
        raise gone(wire.mailbox)
    return preview_of(section_of(row), row.items.get(b"BODYSTRUCTURE"), lambda part: _text(wire, uid, part))


def preview_of(header: bytes, structure: Value, text: Callable[[Part], tuple[bytes, bool]]) -> Preview:
    """The preview of a message from its header fields and its BODYSTRUCTURE; ``text`` gives the first octets
    of a part, still encoded, and whether there are more.
    """
    headers = _headers(header)
    try:
        root = parse_structure(structure)
    except StructureError:
        return Preview(headers, (_("(message illisible : sa structure n'a pas été comprise)"),), ())
    attachments = attachments_of(root)
    texts = text_parts(root)
    if not texts:
        return Preview(headers, (), attachments)
    octets, truncated = text(texts[0])
    return Preview(headers, tuple(_lines(octets, texts[0])), attachments, truncated)


def _row(wire: Wire, uid: int, items: bytes) -> Row | None:
    found: Row | None = None
    with wire.command(b"UID FETCH", b"%d" % uid, items, limits=_LIMITS) as answer:
        for response in answer:
            row = read_row(response)
            if row is not None and row.uid == uid and (not row.readable or len(row.items) > 2):
                found = found or row
    return found


def _headers(raw: bytes) -> tuple[tuple[str, str], ...]:
    fields = raw_header_fields(raw)
    shown: list[tuple[str, str]] = []
    for wanted, label in _SHOWN:
        for name, value in fields:
            if name == wanted:
                shown.append((_(label), _shown(name, decode_header(value))))
                break
    return tuple(shown)


def _shown(name: str, text: str) -> str:
    if name == "subject":
        return without_technical_prefix(text)
    return _sent(text) if name == "date" else text


def _sent(text: str) -> str:
    """The Date header as a person reads it, in its own zone; as it stands where it is not a date."""
    try:
        moment = parsedate_to_datetime(text[:100])
        zone = moment.strftime("%z")
        return f"{format_date(moment.date())} {moment:%H:%M} {zone}".rstrip()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _text(wire: Wire, uid: int, part: Part) -> tuple[bytes, bool]:
    """The first octets of a part as the server has them, still encoded, and whether there are more."""
    section = f"BODY.PEEK[{part.number}]<0.{MAX_TEXT}>".encode("ascii")
    row = _row(wire, uid, b"(UID FLAGS " + section + b")")
    octets = section_of(row, b"BODY[") if row else b""
    return octets, part.size > len(octets) >= MAX_TEXT


def _lines(octets: bytes, part: Part) -> Sequence[str]:
    charset = part.params.get("charset", "")
    if part.content_type == "text/html":
        return lines_of_page(octets, part.encoding, charset)
    return plain_lines(decode_charset(decoded(octets, part.encoding), charset).rstrip())
