"""What a receipt says, and of which message (RFC 8098; the error codes of MSSanté, ERR-5).

A receipt is text that anybody may have written. What is not exactly a success is none, and what speaks of
more than one message speaks of none.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from balt.i18n import N_, _
from balt.mail.details import raw_header_fields
from balt.mail.headers import decode_header
from balt.mail.kinds import says_failed
from balt.text import fold

NO_KEY = 0
"""The key of a message without a Message-ID, or with several."""
RECEIPT_FIELDS = ("subject", "in-reply-to", "references")
NAME_FIELDS = ("message-id", "in-reply-to", "references")
"""What is asked of the header of a receipt, and of a message that a receipt may speak of."""
MOST_OCTETS = 16 * 1024
"""Of a header block or a machine's part: an honest one has a few hundred."""
MOST_REFERENCES = 50

_ID = re.compile(rb"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(rb"[^<>\s@]{1,450}@[^<>\s@]{1,450}")
_CODE = re.compile(r"(?<!\d)(90[0-6])(?!\d)")
_CODE_IN_SUBJECT = re.compile(r"\]\s*\[\s*(90[0-6])\s*\]")
_SECRET = secrets.token_bytes(16)

_ERRORS = {
    900: N_("version incorrecte"),
    901: N_("auteur non autorisé"),
    902: N_("identifiant patient inconnu"),
    903: N_("INS absent"),
    904: N_("INS différent de celui du dossier"),
    905: N_("INS incomplet"),
    906: N_("autre erreur"),
}


class Outcome(StrEnum):
    """What a receipt says of a message: ``NOTHING`` is every other thing, a reading by a person included."""

    INTEGRATED = "integrated"
    FAILED = "failed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says. ``about`` is the key of the one message it names, ``NO_KEY`` where it names none
    or several; ``references`` are the keys of others that it names; ``code``, of a failure, 900..906.
    """

    outcome: Outcome
    about: int = NO_KEY
    references: tuple[int, ...] = ()
    code: int | None = None


@dataclass(frozen=True, slots=True)
class MessageName:
    """What a message is called in the headers of others, and the messages that it answers or passes on. One
    with several Message-IDs has none for its key: ``several`` are those.
    """

    key: int
    references: tuple[int, ...] = ()
    several: frozenset[int] = frozenset()


def error_words(code: int | None) -> str:
    """The sentence of an error code; "" for one that is not known."""
    return _(_ERRORS[code]) if code in _ERRORS else ""


def key_of(message_id: bytes) -> int:
    """A number that stands for a Message-ID in this process, the same for the same id and told to nobody. A
    key is chosen at random, so that no sender can make two ids that have one number.
    """
    digest = blake2b(message_id, digest_size=8, key=_SECRET).digest()
    return int.from_bytes(digest) or 1


def read_name(header: bytes) -> MessageName:
    """The name of a message from its ``NAME_FIELDS``; never raises."""
    fields = raw_header_fields(header[:MOST_OCTETS])
    ids = {key for value in _values(fields, "message-id") for key in _bare_keys(value) or (NO_KEY,)}
    if len(ids) > 1:
        return MessageName(NO_KEY, _references(fields, NO_KEY), frozenset(ids - {NO_KEY}))
    key = ids.pop() if ids else NO_KEY
    return MessageName(key, _references(fields, key))


def read_receipt(header: bytes, machine: bytes) -> Receipt:
    """What a receipt says, from its ``RECEIPT_FIELDS`` and its machine's part, decoded, b"" where there is
    none: then only its subject can say something, and only that it failed. Never raises.
    """
    fields, told = raw_header_fields(header[:MOST_OCTETS]), raw_header_fields(machine[:MOST_OCTETS])
    subject = decode_header(next(iter(_values(fields, "subject")), b""))
    errors = [decode_header(value) for name in ("error", "failure") for value in _values(told, name)]
    said = {_outcome(decode_header(value)) for value in _values(told, "disposition")}
    failed = says_failed(subject) or any(errors) or Outcome.FAILED in said
    outcome = Outcome.FAILED if failed else said.pop() if len(said) == 1 else Outcome.NOTHING
    about = _about(told, fields, outcome)
    dispositions = [decode_header(value) for value in _values(told, "disposition")]
    code = _code([*errors, *dispositions], subject) if failed else None
    return Receipt(outcome, about, _others(told, fields, about, failed=failed), code)


def _outcome(disposition: str) -> Outcome:
    """RFC 8098 section 3.2.6: mode; type, then modifiers after a slash. MSSanté software writes the error and
    its code there (``processed/Error: 902^…``). Only what no person did and no modifier limits is a success.
    """
    modes, _semicolon, rest = fold(disposition).partition(";")
    kind, slash, modifiers = (piece.strip() for piece in rest.partition("/"))
    if kind == "failed" or modifiers.startswith(("error", "failure")):
        return Outcome.FAILED
    if kind == "processed" and not slash and modes.strip().startswith("automatic-action/"):
        return Outcome.INTEGRATED
    return Outcome.NOTHING


def _about(told: Sequence[tuple[str, bytes]], fields: Sequence[tuple[str, bytes]], outcome: Outcome) -> int:
    """The message that the machine's part names; for a failure that names none, the one it answers."""
    named = _only(told, "original-message-id", bare=True)
    return named or (_only(fields, "in-reply-to") if outcome is Outcome.FAILED else NO_KEY)


def _only(fields: Sequence[tuple[str, bytes]], name: str, *, bare: bool = False) -> int:
    """The one id that these fields name; ``NO_KEY`` for none and for several."""
    found = {key for value in _values(fields, name) for key in (_bare_keys if bare else _keys)(value)}
    return found.pop() if len(found) == 1 else NO_KEY


def _others(
    told: Sequence[tuple[str, bytes]], fields: Sequence[tuple[str, bytes]], about: int, *, failed: bool
) -> tuple[int, ...]:
    """What the header names beside the message itself; for a failure also what its machine's part does,
    where that names several: each of them may have failed.
    """
    named = [key for value in _values(told, "original-message-id") for key in _bare_keys(value)]
    several = [key for key in named[:MOST_REFERENCES] if failed and key != about]
    return tuple(dict.fromkeys((*_references(fields, about), *several)))


def _references(fields: Sequence[tuple[str, bytes]], but: int) -> tuple[int, ...]:
    """The messages of the fields In-Reply-To and References (RFC 5322 section 3.6.4), the nearest last."""
    keys = [
        key
        for name in ("references", "in-reply-to")
        for value in _values(fields, name)
        for key in _keys(value)
    ]
    return tuple(dict.fromkeys(key for key in keys[-MOST_REFERENCES:] if key != but))


def _code(errors: Sequence[str], subject: str) -> int | None:
    found = [match for text in errors if (match := _CODE.search(text))]
    match = found[0] if found else _CODE_IN_SUBJECT.search(subject)
    return int(match[1]) if match else None


def _keys(value: bytes) -> tuple[int, ...]:
    return tuple(key_of(match[1]) for match in _ID.finditer(value))


def _bare_keys(value: bytes) -> tuple[int, ...]:
    """The same, of a single id without its brackets too."""
    bare = value.strip()
    return _keys(value) or ((key_of(bare),) if _BARE_ID.fullmatch(bare) else ())


def _values(fields: Sequence[tuple[str, bytes]], wanted: str) -> list[bytes]:
    return [value for name, value in fields if name == wanted]
