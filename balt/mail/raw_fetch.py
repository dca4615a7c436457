"""Messages as the server holds them, octet for octet: many small ones in one answer, a large one by pieces.

A row counts only when it names the UID that was asked and the very section that was asked. Nothing is marked
as read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from balt.errors import RefusedError
from balt.i18n import _
from balt.mail.arguments import uid_batches, uid_set
from balt.mail.fetch import Row, read_row
from balt.mail.refusals import gone
from balt.mail.wire import MIB, Limits, Wire

PIECE = 4 * MIB
"""Octets of a message asked at once; a message up to this long is asked whole. Between two of them the line
is at rest. The next one cannot be asked before the last one has come: Dovecot 2.3 then answers both at once,
out of order.
"""
MOST_AT_ONCE = 16 * MIB
"""Octets that an answer with several messages may hold."""
_WHOLE_LIMITS = Limits(line=MIB // 16, literal=MIB, total=MOST_AT_ONCE)
_LIMITS = Limits(line=MIB // 16, literal=2 * PIECE, total=64 * MIB)
_FLAG_LIMITS = Limits(line=MIB // 16, literal=MIB // 16, total=64 * MIB)
_FLAG = re.compile(r"\\?[!#$&'+-\[^-z|}~]{1,100}")
"""A flag as RFC 3501 section 9 writes it: an atom, perhaps after a backslash."""


def read_whole(wire: Wire, uids: Sequence[int]) -> dict[int, bytes]:
    """Several messages in one answer, meant for small ones: those that came whole, each in one version.

    What goes beyond ``MOST_AT_ONCE`` octets is read away, or ends the line; RefusedError as the server does.
    """
    wanted = set(uids)
    found: dict[int, bytes] = {}
    doubtful: set[int] = set()
    asked = uid_set(sorted(wanted))
    with wire.command(b"UID FETCH", asked, b"(UID BODY.PEEK[])", limits=_WHOLE_LIMITS) as answer:
        for response in answer:
            row = read_row(response)
            octets = row.items.get(b"BODY[]") if row is not None else None
            if row is None or row.uid not in wanted or not isinstance(octets, bytes):
                continue
            if found.setdefault(row.uid, octets) != octets:
                doubtful.add(row.uid)
    return {uid: octets for uid, octets in found.items() if uid not in doubtful}


def read_octets(wire: Wire, uid: int, size: int) -> Iterator[bytes]:
    """One message in pieces of at most ``PIECE`` octets; ``size`` is what the server said of its length.

    A message that is not larger than one piece is asked whole; for another the end is where the server has
    nothing more to give, and says so twice. Raises RefusedError when the message is not there or its octets
    do not come as they were asked.
    """
    if size <= PIECE:
        whole = _section(wire, uid, b"BODY.PEEK[]", b"BODY[]")
        if whole is None:
            raise _unfit(wire.mailbox)
        yield whole
        return
    start = 0
    while True:
        name = b"<%d>" % start
        piece = _section(wire, uid, b"BODY.PEEK[]<%d.%d>" % (start, PIECE), b"BODY[]" + name)
        if piece is None or len(piece) > PIECE:
            raise _unfit(wire.mailbox)
        if not piece:
            return
        yield piece
        start += len(piece)


def read_flags(wire: Wire, uids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The flags and keywords of messages as the server writes them; what has gone is absent."""
    found: dict[int, tuple[str, ...]] = {}
    for batch in uid_batches(uids):
        wanted = set(batch)
        with wire.command(b"UID FETCH", uid_set(batch), b"(UID FLAGS)", limits=_FLAG_LIMITS) as answer:
            for response in answer:
                row = read_row(response)
                if row is not None and row.uid in wanted and b"FLAGS" in row.items:
                    found[row.uid] = _flags(row)
    return found


def is_flag(text: str) -> bool:
    """Whether a text is a flag or a keyword that a command may hold."""
    return _FLAG.fullmatch(text) is not None


def _flags(row: Row) -> tuple[str, ...]:
    told = row.items[b"FLAGS"]
    names = [name.decode("latin-1") for name in told or () if isinstance(name, bytes)]
    return tuple(name for name in names if is_flag(name))


def _section(wire: Wire, uid: int, asked: bytes, told: bytes) -> bytes | None:
    """The octets of a section; None where they did not come, or came in two versions.

    Past the end of a message a server gives an empty string, or NIL (RFC 3501 section 6.4.5).
    """
    found: list[bytes] = []
    seen = False
    with wire.command(b"UID FETCH", b"%d" % uid, b"(UID " + asked + b")", limits=_LIMITS) as answer:
        for response in answer:
            row = read_row(response)
            if row is None or row.uid != uid:
                continue
            seen = seen or not row.readable or any(name.startswith(b"BODY[") for name in row.items)
            if told in row.items:
                octets = row.items[told]
                found.append(octets if isinstance(octets, bytes) else b"")
    if not seen:
        raise gone(wire.mailbox)
    return found[0] if found and found.count(found[0]) == len(found) else None


def _unfit(mailbox: str) -> RefusedError:
    return RefusedError(
        _("le serveur n'a pas donné ce message tel qu'il a été demandé."),
        advice=_("Le message est resté à sa place. Réessayez plus tard."),
        mailbox=mailbox,
    )
