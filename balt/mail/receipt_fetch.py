"""The receipts of the open folder, found by a search and read by their small parts; all stay unread.

Searching costs the server a look at each header, once: so it is asked by ranges of UIDs, with pauses between.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from balt.mail import acts
from balt.mail.arguments import uid_batches, uid_set
from balt.mail.carrying import machine_part
from balt.mail.details import section_of
from balt.mail.fetch import Row, read_row
from balt.mail.receipts import (
    MOST_OCTETS,
    NAME_FIELDS,
    RECEIPT_FIELDS,
    MessageName,
    Receipt,
    read_name,
    read_receipt,
)
from balt.mail.structure import StructureError, parse_structure
from balt.mail.transfer import decoded
from balt.mail.wire import MIB, Limits, Wire

_LOOKS_LIKE = b'OR HEADER CONTENT-TYPE "disposition-notification" OR SUBJECT "[KO Int" SUBJECT "[Erreur d"'
"""A receipt says so in its type, its subject, or both (LPS)."""
_LIMITS = Limits(line=MIB, literal=MIB, total=64 * MIB)
_Raw = tuple[bytes, bytes]


def find_receipts(wire: Wire, first: int, last: int, capabilities: Collection[str]) -> set[int]:
    """Which messages with UIDs from ``first`` to ``last`` look like receipts, of any size: one that says that
    an integration failed may give the whole document back.
    """
    asked = b"UID %d:%d %s" % (first, last, _LOOKS_LIKE)
    found = acts.search(wire, asked, capabilities)
    return {uid for uid in found if first <= uid <= last}


def read_receipts(wire: Wire, uids: Iterable[int]) -> dict[int, Receipt]:
    """What these receipts say; one whose structure cannot be read says nothing."""
    headers: dict[int, bytes] = {}
    parts: dict[str, list[int]] = {}
    encodings: dict[int, str] = {}
    for row in _rows(wire, uids, b"BODYSTRUCTURE " + _header(RECEIPT_FIELDS)):
        uid = row.uid or 0
        headers[uid] = section_of(row)
        try:
            part = machine_part(parse_structure(row.items.get(b"BODYSTRUCTURE")))
        except StructureError:
            part = None
        if part is not None:
            parts.setdefault(part.number, []).append(uid)
            encodings[uid] = part.encoding
    machines: dict[int, bytes] = {}
    for number, told in parts.items():
        asked = f"BODY.PEEK[{number}]<0.{MOST_OCTETS}>".encode("ascii")
        for row in _rows(wire, told, asked):
            machines[row.uid or 0] = section_of(row, b"BODY[")
    return {
        uid: read_receipt(header, decoded(machines.get(uid, b""), encodings.get(uid, "")))
        for uid, header in headers.items()
    }


def read_names(wire: Wire, uids: Sequence[int]) -> dict[int, MessageName]:
    """What these messages are called."""
    return {row.uid or 0: read_name(section_of(row)) for row in _rows(wire, uids, _header(NAME_FIELDS))}


def _header(fields: Sequence[str]) -> bytes:
    names = " ".join(fields).upper()
    return f"BODY.PEEK[HEADER.FIELDS ({names})]<0.{MOST_OCTETS}>".encode("ascii")


def _rows(wire: Wire, uids: Iterable[int], asked: bytes) -> Iterator[Row]:
    """The readable rows of these messages that tell what was asked, each once."""
    for batch in uid_batches(uids):
        wanted = set(batch)
        with wire.command(b"UID FETCH", uid_set(batch), b"(UID " + asked + b")", limits=_LIMITS) as answer:
            for response in answer:
                row = read_row(response)
                if row is not None and row.uid in wanted and any(b"BODY[" in name for name in row.items):
                    wanted.discard(row.uid)
                    yield row
