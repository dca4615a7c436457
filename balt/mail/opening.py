"""EXAMINE and SELECT (RFC 3501 section 6.3): what a folder is before anything is read or done in it.

With QRESYNC (RFC 7162 section 3.2.5) the same command tells what changed since a state that is known.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from balt.errors import ConnectionFailedError
from balt.i18n import _
from balt.mail.arguments import MAX_UID, quoted
from balt.mail.model import INTEGRATED_KEYWORD, FolderState
from balt.mail.wire import Limits, Response, Wire

MAX_MODSEQ = (1 << 63) - 1
MOST_MESSAGES = 20_000_000
"""A folder that claims more is not read: its list would not fit."""

_NUMBER = re.compile(rb"\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d{1,19})\]", re.IGNORECASE)
_PERMANENT = re.compile(rb"\* OK \[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)
_LARGEST = {b"UIDVALIDITY": MAX_UID, b"UIDNEXT": MAX_UID, b"HIGHESTMODSEQ": MAX_MODSEQ}
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Since:
    """A state of the folder that is known: the server may tell what changed since then."""

    uidvalidity: int
    modseq: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The open folder, and whether the server lets it be changed."""

    state: FolderState
    writable: bool


def open_folder(
    wire: Wire,
    name: str,
    raw_name: bytes,
    for_acts: bool,
    since: Since | None = None,
    on_change: Callable[[Response], object] | None = None,
) -> Opened:
    """Open a folder; with ``for_acts`` false nothing in it can change by looking (EXAMINE).

    With ``since`` (after ENABLE QRESYNC only) the responses that tell of changes go to ``on_change``. A
    number that the server did not tell is 0. Raises RefusedError; ConnectionFailedError for a folder that
    claims more messages than anybody has.
    """
    numbers = dict.fromkeys(_LARGEST, 0)
    flags: list[bytes] = []
    parts = [b"SELECT" if for_acts else b"EXAMINE", quoted(raw_name)]
    limits = _LIMITS
    if since is not None:
        parts.append(b"(QRESYNC (%d %d))" % (since.uidvalidity, since.modseq))
        limits = replace(_LIMITS, line=16 * _LIMITS.line, total=16 * _LIMITS.total)
    with wire.command(*parts, limits=limits) as answer:
        for response in answer:
            if found := _NUMBER.match(response.head):
                item, value = found[1].upper(), int(found[2])
                numbers[item] = value if value <= _LARGEST[item] else 0
            elif permanent := _PERMANENT.match(response.head):
                flags = permanent[1].lower().split()
            elif on_change is not None:
                on_change(response)
        messages, code = answer.exists or 0, answer.code
    if messages > MOST_MESSAGES:
        wire.line.close()
        raise _too_many(wire.mailbox)
    state = FolderState(
        name=name,
        uidvalidity=numbers[b"UIDVALIDITY"],
        uidnext=numbers[b"UIDNEXT"],
        messages=messages,
        keywords_allowed=b"\\*" in flags or INTEGRATED_KEYWORD.lower().encode() in flags,
        modseq=numbers[b"HIGHESTMODSEQ"],
    )
    return Opened(state, writable=for_acts and code != "READ-ONLY")


def _too_many(mailbox: str) -> ConnectionFailedError:
    return ConnectionFailedError(
        _("le serveur annonce dans ce dossier un nombre de messages impossible."),
        advice=_("La connexion a été fermée. Prévenez l'opérateur de la messagerie."),
        mailbox=mailbox,
    )
