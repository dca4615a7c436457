"""EXAMINE and SELECT (RFC 3501 section 6.3): what a folder is before anything is read or done in it."""

import re
from dataclasses import dataclass

from balt.mail.arguments import MAX_UID, quoted
from balt.mail.model import INTEGRATED_KEYWORD, FolderState
from balt.mail.wire import Wire

_NUMBER = re.compile(rb"\* OK \[(UIDVALIDITY|UIDNEXT) (\d{1,10})\]", re.IGNORECASE)
_PERMANENT = re.compile(rb"\* OK \[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opened:
    """The open folder, and whether the server lets it be changed."""

    state: FolderState
    writable: bool


def open_folder(wire: Wire, name: str, raw_name: bytes, for_acts: bool) -> Opened:
    """Open a folder; with ``for_acts`` false nothing in it can change by looking (EXAMINE).

    A number that the server did not tell is 0. Raises RefusedError.
    """
    numbers = {b"UIDVALIDITY": 0, b"UIDNEXT": 0}
    flags: list[bytes] = []
    with wire.command(b"SELECT" if for_acts else b"EXAMINE", quoted(raw_name)) as answer:
        for response in answer:
            if found := _NUMBER.match(response.head):
                value = int(found[2])
                numbers[found[1].upper()] = value if value <= MAX_UID else 0
            elif permanent := _PERMANENT.match(response.head):
                flags = permanent[1].lower().split()
        messages, code = answer.exists or 0, answer.code
    state = FolderState(
        name=name,
        uidvalidity=numbers[b"UIDVALIDITY"],
        uidnext=numbers[b"UIDNEXT"],
        messages=messages,
        keywords_allowed=b"\\*" in flags or INTEGRATED_KEYWORD.lower().encode() in flags,
    )
    return Opened(state, writable=for_acts and code != "READ-ONLY")
