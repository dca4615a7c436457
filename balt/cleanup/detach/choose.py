"""Which parts of a message may go, from its structure alone: no octet of a body is read for it.

What would break, mislead or lose more than room is left alone, and counted with the reason: signed and
encrypted messages (RFC 1847, 3156, 8551), XDM documents (IHE ITI-32: the business software reads them),
pictures that the text shows, messages within the message, and messages that are nothing but a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from balt.cleanup.detach.note import is_note, note_size
from balt.cleanup.detach.parts import Chosen
from balt.mail.carrying import content_of
from balt.mail.model import Content
from balt.mail.structure import Part, is_attachment

LEAST = 16 * 1024
"""Octets, as they travel: below that the note would take a good part of what is freed."""
OWN_HEADER = 250
"""Octets, about, of the header that goes with a part: no structure tells of them."""
_SIGNED = frozenset({"multipart/signed", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_SEALED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PKCS7_NAME = re.compile(r".*\.(?:p7[mzs]|asc|sig|pgp|gpg)", re.IGNORECASE)


class Left(StrEnum):
    """Why a message or a part of it is left alone."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    XDM = "xdm"
    INLINE = "inline"
    FORWARDED = "forwarded"
    WHOLE = "whole"
    """The message is one file: without it nothing would be left."""
    SMALL = "small"
    PLACE = "place"
    """It stands where a note would not do: among the readings of one text, or in a report."""
    UNSURE = "unsure"
    """The structure could not be understood."""


ON_DEMAND = frozenset({Left.SIGNED, Left.XDM, Left.INLINE})
"""What may go all the same where the user asks for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The parts of a message that may go, in reading order; ``frees`` are the octets that the message is
    shorter by then, about. ``left`` are the reasons for which others of its attachments stay.
    """

    parts: tuple[Chosen, ...] = ()
    frees: int = 0
    left: frozenset[Left] = frozenset()


def choose(
    root: Part | None,
    larger: int,
    archive: str,
    *,
    has_cda: bool = False,
    also: frozenset[Left] = frozenset(),
) -> Choice:
    """What may go of a message of this structure: attachments of at least ``larger`` octets as they travel.

    ``archive`` is the archive's name, which the notes hold; ``has_cda`` tells that the header says that it
    carries a CDA document (X-MSS-CODECDA); ``also`` are reasons that do not count (``ON_DEMAND``).
    """
    if root is None:
        return Choice(left=frozenset({Left.UNSURE}))
    objection = _against_message(root, has_cda=has_cda, also=also)
    if objection is not None:
        return Choice(left=frozenset({objection}))
    chosen: list[Part] = []
    left: set[Left] = set()
    for part, parent in _candidates(root, None):
        reason = _against_part(part, parent, max(larger, LEAST), also)
        if reason is None:
            chosen.append(part)
        else:
            left.add(reason)
    frees = sum(part.size + OWN_HEADER - note_size(part, archive) for part in chosen)
    parts = tuple(Chosen(part.number, part.content_type, part.size) for part in chosen)
    return Choice(parts, max(0, frees), frozenset(left))


def _against_message(root: Part, *, has_cda: bool, also: frozenset[Left]) -> Left | None:
    parts = list(root.walk())
    types = {part.content_type for part in parts}
    if types & _SEALED:
        return Left.ENCRYPTED
    for part in parts:
        if part.content_type in _PKCS7:  # RFC 8551 section 3.2.2: what it holds is told by a parameter
            return Left.SIGNED if part.params.get("smime-type") == "signed-data" else Left.ENCRYPTED
    signed = bool(types & _SIGNED) or any(_PKCS7_NAME.fullmatch(part.filename) for part in parts)
    if signed and Left.SIGNED not in also:
        return Left.SIGNED
    xdm = has_cda or any(content_of(part.filename, part.content_type) is Content.XDM for part in parts)
    if xdm and Left.XDM not in also:
        return Left.XDM
    is_file = not root.content_type.startswith("multipart/") and is_attachment(root)
    return Left.WHOLE if is_file else None


def _candidates(part: Part, parent: Part | None) -> Iterator[tuple[Part, Part]]:
    """The attachments with their containers, without those of messages within the message."""
    if part.content_type.startswith("multipart/"):
        for child in part.children:
            yield from _candidates(child, part)
    elif parent is not None and is_attachment(part) and not is_note(part):
        yield part, parent


def _against_part(part: Part, parent: Part, larger: int, also: frozenset[Left]) -> Left | None:
    if part.children or part.content_type.startswith("message/"):
        return Left.FORWARDED
    if parent.content_type not in ("multipart/mixed", "multipart/related"):
        return Left.PLACE
    if Left.INLINE not in also and _is_shown(part, parent):
        return Left.INLINE
    return Left.SMALL if part.size < larger else None


def _is_shown(part: Part, parent: Part) -> bool:
    """Whether the text may show the part: what is beside a page in ``multipart/related`` (RFC 2387) unless it
    says that it is attached and is no picture; and a picture that does not say that it is attached.
    """
    is_picture = part.content_type.startswith("image/")
    is_attached = part.disposition == "attachment"
    if parent.content_type == "multipart/related":
        return is_picture or not is_attached
    return is_picture and not is_attached
