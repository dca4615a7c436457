"""What messages are: ENVELOPE, BODYSTRUCTURE and a few headers of chosen UIDs, turned into plain values.

The text of the messages is not read. A message whose structure cannot be understood comes out as unreadable;
it never hides the others.
"""

import hashlib
from collections.abc import Sequence

from balt.mail.carrying import machine_part
from balt.mail.envelope import Envelope, parse_envelope
from balt.mail.fetch import Row, read_row
from balt.mail.frames import read_frames, response_in
from balt.mail.headers import decode_header
from balt.mail.kinds import HEADERS, classify
from balt.mail.model import MessageDetail
from balt.mail.structure import StructureError, attachments_of, parse_structure
from balt.mail.wire import MIB, Wire

BATCH = 200
"""Messages asked for in one command: enough for the speed, few enough to stop soon."""

_FIELDS = " ".join(name.upper() for name in HEADERS if name not in ("From", "Subject"))
_ITEMS = f"(UID ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS ({_FIELDS})])".encode("ascii")
_TOLD = (b"BODYSTRUCTURE", b"ENVELOPE")
MOST_ATTACHMENTS = 500
"""Of one message. What has more is no mail that people write: it counts as unreadable, and is kept."""
UNREADABLE = MessageDetail(readable=False)


def read_frames_of(wire: Wire, uids: Sequence[int]) -> dict[int, bytes]:
    """What tells the details of ascending ``uids`` in the open folder, as octets to be read by
    ``detail_in``; one that the server passed over is absent, one that it told twice is nothing.
    """
    found: dict[int, bytes] = {}
    for uid, frame in read_frames(wire, uids, _ITEMS):
        if _tells_details(frame):
            found[uid] = b"" if uid in found else frame
    return found


def _tells_details(frame: bytes) -> bool:
    """Whether it is an answer to the question, not a change of flags that comes by itself."""
    return b"BODYSTRUCTURE" in frame or not frame or any(name in frame.upper() for name in _TOLD)


def detail_in(frame: bytes, uid: int) -> MessageDetail:
    """The detail that a frame (``frames``) tells of message ``uid``; never raises."""
    row = read_row(response_in(frame))
    if row is None or row.uid != uid or not row.readable:
        return UNREADABLE
    return detail_of(row)


def detail_of(row: Row) -> MessageDetail:
    """The detail that a row tells; unreadable when its structure is not one, or holds too much."""
    envelope = parse_envelope(row.items.get(b"ENVELOPE"))
    shown = envelope or Envelope()
    try:
        root = parse_structure(row.items.get(b"BODYSTRUCTURE"))
    except StructureError:
        root = None
    attachments = attachments_of(root) if root is not None else ()
    if envelope is None or root is None or len(attachments) > MOST_ATTACHMENTS:
        return MessageDetail(
            sender=shown.sender,
            sender_name=shown.sender_name,
            subject=shown.shown_subject,
            readable=False,
        )
    headers = {"subject": envelope.subject, "from": envelope.sender} | header_fields(section_of(row))
    classified = classify(root, headers)
    return MessageDetail(
        sender=envelope.sender,
        sender_name=envelope.sender_name,
        recipients=envelope.recipients,
        subject=envelope.shown_subject,
        kind=classified.kind,
        content=classified.content,
        has_cda=classified.has_cda,
        failed=classified.failed,
        holds_document=classified.holds_document,
        attachments=attachments,
        reason=classified.reason,
        receipt=machine_part(root) is not None,
    )


def section_of(row: Row, section: bytes = b"BODY[HEADER") -> bytes:
    """The octets of the body section in a row whose name begins with ``section``; b"" where there is none."""
    for name, value in row.items.items():
        if name.startswith(section) and isinstance(value, bytes):
            return value
    return b""


def header_fields(raw: bytes) -> dict[str, str]:
    """Header fields (RFC 5322 section 2.2) by lower-case name, decoded; of several the first."""
    return {name: decode_header(value) for name, value in reversed(raw_header_fields(raw))}


def message_id_digest(header: bytes) -> str:
    """The SHA-256 (hex) of the Message-ID in a header; "" where there is none. Of several, of all."""
    value = b"\n".join(value for name, value in raw_header_fields(header) if name == "message-id")
    return hashlib.sha256(value).hexdigest() if value else ""


def raw_header_fields(raw: bytes) -> list[tuple[str, bytes]]:
    """Header fields in their order: lower-case name, unfolded value."""
    fields: list[tuple[str, list[bytes]]] = []
    length = 0
    for line in raw.replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            if length < MIB // 16:
                fields[-1][1].append(line.strip())
                length += len(line)
            continue
        name, colon, value = line.partition(b":")
        if colon and name.isascii():
            fields.append((name.decode().strip().lower(), [value.strip()]))
            length = len(value)
    return [(name, b" ".join(pieces)) for name, pieces in fields]
