"""One part of a message from the server, by pieces, up to a bound; the message stays unread."""

from collections.abc import Callable

from balt.errors import CancelledError, RefusedError
from balt.i18n import _
from balt.mail.details import section_of
from balt.mail.documents.part import PartContent, find_part, wanted_octets
from balt.mail.fetch import Row, read_row
from balt.mail.refusals import gone
from balt.mail.structure import StructureError, parse_structure
from balt.mail.wire import MIB, Limits, Wire

_PIECE = 2 * MIB
_LIMITS = Limits(line=MIB, literal=_PIECE, total=2 * _PIECE)


def read_part(wire: Wire, uid: int, number: str, cancelled: Callable[[], bool] | None = None) -> PartContent:
    """Part ``number`` of the message ``uid`` of the open folder, as far as balt shows such a part.

    ``cancelled`` is asked between two pieces. Raises RefusedError when the message or the part is not there.
    """
    row = _row(wire, uid, b"BODYSTRUCTURE", b"BODYSTRUCTURE")
    if row is None:
        raise gone(wire.mailbox)
    try:
        part = find_part(parse_structure(row.items.get(b"BODYSTRUCTURE")), number)
    except StructureError:
        part = None
    if part is None:
        raise no_such_part(wire.mailbox)
    most = wanted_octets(part)
    octets = bytearray()
    while len(octets) < most:
        if cancelled is not None and cancelled():
            raise CancelledError(_("lecture interrompue."), mailbox=wire.mailbox)
        room = min(_PIECE, most - len(octets))
        piece = _piece(wire, uid, number, len(octets), room)
        octets += piece
        if len(piece) < room:
            break
    return PartContent(part, bytes(octets), len(octets) >= most and part.size > most)


def no_such_part(mailbox: str = "") -> RefusedError:
    """The error for a part that its message does not have."""
    return RefusedError(
        _("cette pièce n'est pas lisible dans ce message."), code="NONEXISTENT", mailbox=mailbox
    )


def _piece(wire: Wire, uid: int, number: str, start: int, length: int) -> bytes:
    """Some octets of a part, still encoded; fewer than asked at its end."""
    asked = f"BODY.PEEK[{number}]<{start}.{length}>".encode("ascii")
    row = _row(wire, uid, asked, b"BODY[")
    if row is None:
        raise gone(wire.mailbox)
    return section_of(row, b"BODY[")[:length]


def _row(wire: Wire, uid: int, asked: bytes, told: bytes) -> Row | None:
    """The first row of this message that tells what was asked; changes of flags may come beside it."""
    found: Row | None = None
    with wire.command(b"UID FETCH", b"%d" % uid, b"(UID " + asked + b")", limits=_LIMITS) as answer:
        for response in answer:
            row = read_row(response)
            if row is None or row.uid != uid:
                continue
            if not row.readable or any(name.startswith(told) for name in row.items):
                found = found or row
    return found
