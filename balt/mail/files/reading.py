"""What a message in a file is, and its preview: by the rules for IMAP, on tokens made from the file."""

import re

from balt.mail.carrying import machine_part
from balt.mail.details import UNREADABLE, detail_of, raw_header_fields
from balt.mail.documents.part import PartContent, find_part, wanted_octets
from balt.mail.fetch import Row
from balt.mail.files.mime import Fields, Node, Structure, envelope_of, read_structure
from balt.mail.files.octets import Extent, head_of
from balt.mail.headers import decode_header
from balt.mail.kinds import HEADERS, says_failed
from balt.mail.model import MessageDetail, Preview
from balt.mail.part_fetch import no_such_part
from balt.mail.preview import MAX_TEXT, SHOWN_FIELDS, preview_of
from balt.mail.receipts import (
    MOST_OCTETS,
    NAME_FIELDS,
    RECEIPT_FIELDS,
    MessageName,
    Outcome,
    Receipt,
    read_name,
    read_receipt,
)
from balt.mail.structure import Part, StructureError, parse_structure
from balt.mail.tokens import Value
from balt.mail.transfer import decoded

_ASKED = frozenset(name.lower() for name in HEADERS) - {"from", "subject"}
_HEAD = 64 * 1024
"""Octets of headers shown of a message whose structure is beyond the bounds."""

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_detail(message: Extent) -> MessageDetail:
    """What a message is; unreadable where its structure is beyond the bounds. Raises OSError."""
    try:
        found = read_structure(message)
    except StructureError:
        fields = raw_header_fields(head_of(message, _HEAD))
        return detail_of(_row(envelope_of(fields), None, fields)) if fields else UNREADABLE
    return detail_of(_row(found.envelope, found.body, found.fields))


def read_file_preview(message: Extent) -> Preview:
    """Headers, text and parts of a message, bounded and inert. Raises OSError."""
    try:
        found = read_structure(message)
        nodes = _leaves(found)
        return preview_of(
            _block(found.fields, SHOWN_FIELDS), found.body, lambda part: _text(message, part, nodes)
        )
    except StructureError:
        fields = raw_header_fields(head_of(message, _HEAD))
        return preview_of(_block(fields, SHOWN_FIELDS), None, lambda _part: (b"", False))


def read_file_part(message: Extent, number: str) -> PartContent:
    """The octets of one part, as far as balt shows such a part. Raises OSError, and RefusedError for one that
    is not there or cannot be told from the others.
    """
    try:
        found = read_structure(message)
        part = find_part(parse_structure(found.body), number)
    except StructureError:
        part = None
    if part is None:
        raise no_such_part()
    most = wanted_octets(part)
    octets, truncated = _octets(message, _leaves(found)[number], most) if most else (b"", False)
    return PartContent(part, octets, truncated)


def looks_like_receipt(message: Extent) -> bool:
    """Whether the header of a message says that it is a receipt. Raises OSError."""
    fields = dict(reversed(raw_header_fields(head_of(message, _HEAD))))
    by_type = b"disposition-notification" in fields.get("content-type", b"").lower()
    return by_type or says_failed(decode_header(fields.get("subject")))


def read_file_receipt(message: Extent) -> Receipt:
    """What a receipt says. Raises OSError."""
    try:
        found = read_structure(message)
        part = machine_part(parse_structure(found.body))
    except StructureError:
        return Receipt(Outcome.NOTHING)
    header = _block(found.fields, frozenset(RECEIPT_FIELDS))
    if part is None:
        return read_receipt(header, b"")
    octets, _truncated = _octets(message, _leaves(found)[part.number], MOST_OCTETS)
    return read_receipt(header, decoded(octets, part.encoding))


def read_file_name(message: Extent) -> MessageName:
    """What a message is called. Raises OSError."""
    return read_name(_block(raw_header_fields(head_of(message, _HEAD)), frozenset(NAME_FIELDS)))


def _row(envelope: Value, body: Value, fields: Fields) -> Row:
    """The row that a server would have sent."""
    headers = _block(fields, _ASKED)
    return Row(1, {b"ENVELOPE": envelope, b"BODYSTRUCTURE": body, b"BODY[HEADER.FIELDS]": headers})


def _block(fields: Fields, names: frozenset[str]) -> bytes:
    return b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields if name in names)


def _leaves(found: Structure) -> dict[str, Node]:
    """Where each part lies, by its number; both trees have the same shape."""
    parts = parse_structure(found.body).walk()
    return {
        part.number: node for part, node in zip(parts, found.root.walk(), strict=True) if not node.children
    }


def _text(message: Extent, part: Part, nodes: dict[str, Node]) -> tuple[bytes, bool]:
    return _octets(message, nodes[part.number], MAX_TEXT)


def _octets(message: Extent, node: Node, most: int) -> tuple[bytes, bool]:
    """The first octets of a part, at most so many, and whether there are more."""
    octets = message.read(node.start, min(most, node.end - node.start))
    truncated = node.end - node.start > most
    return (_QUOTED_FROM.sub(rb"\1", octets) if message.quoted else octets), truncated
