"""APPEND (RFC 3501 section 6.3.11): a message put into a folder, octet for octet, with its date and flags.

Never sent twice: after a cut nobody knows whether the message is there, and the caller has to look.
"""

import re
from collections.abc import Iterable, Sequence

from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mail.arguments import MAX_UID, quoted
from balt.mail.dates import FORMAT
from balt.mail.raw_fetch import is_flag
from balt.mail.wire import Answer, Wire

_DATE = re.compile(FORMAT)
_APPENDUID = re.compile(rb"(\d{1,10}) (\d{1,10})")


def append(
    wire: Wire,
    folder: bytes,
    octets: Iterable[bytes],
    size: int,
    flags: Sequence[str],
    internaldate: str,
) -> tuple[int, int] | None:
    """Put a message of ``size`` octets into a folder; its UIDVALIDITY and UID where the server tells them
    (APPENDUID, RFC 4315).

    ``internaldate`` is written as IMAP writes it, "" for now. Raises RefusedError as the server does;
    StoppedError when ``octets`` are not ``size``: the line is then closed and nothing was put anywhere.
    """
    words = [quoted(folder), b"(" + " ".join(_checked(flags)).encode("ascii") + b")"]
    if internaldate:
        words.append(quoted(_checked_date(internaldate)))
    with wire.command(b"APPEND", *words, b"{%d}" % size) as answer:
        if _wants_octets(wire, answer, octets, size):
            for _response in answer:
                pass
    if answer.code == "APPENDUID" and (told := _APPENDUID.fullmatch(answer.code_text)):
        validity, uid = int(told[1]), int(told[2])
        return (validity, uid) if 0 < uid <= MAX_UID else None
    return None


def _wants_octets(wire: Wire, answer: Answer, octets: Iterable[bytes], size: int) -> bool:
    """Send the octets once the server is ready for them; False when it ended the command instead."""
    left = size
    ready = False
    for piece in octets:
        left -= len(piece)
        if left < 0:
            break
        if ready:
            wire.line.send(piece)
            continue
        answer.send_more(piece)
        if answer.ended:
            return False
        ready = True
    if left or not ready:
        raise _other_length(wire.mailbox)
    wire.line.send(b"\r\n")
    wire.line.begin(wire.line.total)  # sending took its time; the answer has its own
    return True


def _checked(flags: Sequence[str]) -> list[str]:
    for flag in flags:
        if not is_flag(flag):
            raise UsageError(_("une marque ne peut pas être transmise au serveur."))
    return list(flags)


def _checked_date(text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    if not _DATE.fullmatch(raw):
        raise UsageError(_("une date de réception ne peut pas être transmise au serveur."))
    return raw


def _other_length(mailbox: str) -> StoppedError:
    return StoppedError(
        _("un fichier a changé pendant qu'il était envoyé."),
        advice=_("Rien n'a été ajouté à la BAL. Contrôlez l'archive, puis recommencez."),
        mailbox=mailbox,
    )
