"""What goes into commands: text checked before the wire, folder names, sets of UIDs in short form.

A NUL, CR or LF in an argument would end the command and begin another one (CVE-2025-15366): such text is
refused here, whatever it is for.
"""

from collections.abc import Iterable, Iterator, Sequence

from imapclient import imap_utf7

from balt.errors import UsageError
from balt.i18n import _

MAX_COMMAND = 8000
MAX_UIDS = 1000
MAX_UID = 0xFFFFFFFF
_ROOM = 512
"""Octets kept for the rest of a command beside its set of UIDs."""


def checked(text: str) -> str:
    """``text`` itself, refused with UsageError when it holds NUL, CR or LF or cannot be encoded."""
    if any(char in text for char in "\x00\r\n"):
        raise UsageError(
            _("un texte destiné au serveur contient un caractère interdit (fin de ligne ou nul)."),
            advice=_("Rien n'a été envoyé. Corrigez ce texte."),
        )
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(_("un texte destiné au serveur contient un caractère invalide."))
    return text


def quoted(text: bytes) -> bytes:
    """``text`` (ASCII without line ends) as an IMAP quoted string (RFC 3501 section 4.3)."""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def encode_folder(name: str) -> bytes:
    """A folder name as it goes on the wire: modified UTF-7 (RFC 3501 section 5.1.3), not yet quoted."""
    encoded: bytes = imap_utf7.encode(checked(name))
    return encoded


def decode_folder(raw: bytes) -> str | None:
    """The name that encodes to exactly ``raw``; None where there is none (then only ``raw`` names it)."""
    try:
        name: str = imap_utf7.decode(raw)
        return name if imap_utf7.encode(name) == raw else None
    except (UnicodeError, ValueError):
        return None


def uid_batches(
    uids: Iterable[int], most: int = MAX_UIDS, octets: int = MAX_COMMAND - _ROOM
) -> Iterator[list[int]]:
    """The UIDs in ascending order, in lists that fit one command each: the unit in which acts are sent."""
    batch: list[int] = []
    length = 0
    previous = -1
    start_of_run = True
    for uid in sorted({_checked_uid(uid) for uid in uids}):
        digits = len(str(uid)) + 1
        if uid == previous + 1 and batch:
            cost = digits if start_of_run else 0
            start_of_run = False
        else:
            cost, start_of_run = digits, True
        if batch and (len(batch) >= most or length + cost > octets):
            yield batch
            batch, length, start_of_run, cost = [], 0, True, digits
        batch.append(uid)
        length += cost
        previous = uid
    if batch:
        yield batch


def uid_set(uids: Sequence[int]) -> bytes:
    """Ascending UIDs as an IMAP set: ``1:3,7``."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs).encode()


def expand_set(text: bytes, most: int) -> list[int] | None:
    """The numbers of a set in the order written; None when it is not one or holds more than ``most``."""
    numbers: list[int] = []
    for item in text.split(b","):
        ends = item.split(b":")
        if len(ends) > 2 or not all(end.isdigit() and len(end) <= 10 for end in ends):
            return None
        first, last = sorted((int(ends[0]), int(ends[-1])))
        if first < 1 or last > MAX_UID or last - first + 1 + len(numbers) > most:
            return None
        numbers.extend(range(first, last + 1))
    return numbers


def _checked_uid(uid: int) -> int:
    if not 1 <= uid <= MAX_UID:
        raise ValueError(uid)
    return uid
