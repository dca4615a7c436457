"""What a message is without its attachments, told without balt's code: by the lines of its own boundary.

The messages of ``letters`` are made of sections between boundaries. A lightened one has the same sections,
octet for octet, but for those of its large files: a note is there, which names what was there.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from email import message_from_bytes

from tests.faults.mailbox import hash_of

LIGHTER = "lighter "
LEAST = 16 * 1024
"""Octets as they travel: smaller files are not taken out."""
_LIMIT = b"\r\n--=_limite"
_NOTE = re.compile(rb"X-Balt-Detached: part=([\d.]+); sha256=([0-9a-f]{64});\s+message=([0-9a-f]{64})\r\n")


def namer(originals: Iterable[bytes]) -> Callable[[bytes], str]:
    """Gives octets their name: that of the original where they are it, or it made lighter as it should be;
    the hash of their own for anything else, the half of a message among them.
    """
    known = {hash_of(octets): octets for octets in originals}

    def name(octets: bytes) -> str:
        own = hash_of(octets)
        found = _NOTE.search(octets)
        if own in known or found is None:
            return own
        original = found[3].decode("ascii")
        whole = known.get(original)
        return LIGHTER + original if whole is not None and is_lighter(octets, whole, original) else own

    return name


def original_of(name: str) -> str:
    """The hash of the original of a message that is named so."""
    return name.removeprefix(LIGHTER)


def is_lighter(octets: bytes, whole: bytes, hashed: str) -> bool:
    """Whether these octets are the whole message, with a true note in the place of each large file."""
    before, after = whole.split(_LIMIT), octets.split(_LIMIT)
    if len(before) != len(after):
        return False
    return all(
        _is_note_of(new, old, number, hashed) if len(old) > LEAST else new == old
        for number, (old, new) in enumerate(zip(before, after, strict=True))
    )


def _is_note_of(new: bytes, old: bytes, number: int, hashed: str) -> bool:
    found = _NOTE.search(new)
    file = message_from_bytes(old.lstrip(b"\r\n")).get_payload(decode=True)
    note = message_from_bytes(new.lstrip(b"\r\n"))
    text = note.get_payload(decode=True)
    if found is None or not isinstance(file, bytes) or not isinstance(text, bytes):
        return False
    digest = hashlib.sha256(file).hexdigest()
    told = (b"%d" % number, digest.encode(), hashed.encode())
    says = all(word in text.decode("utf-8") for word in (digest, str(len(file)), "archive"))
    return found.groups() == told and says and note.get_content_type() == "text/plain"
