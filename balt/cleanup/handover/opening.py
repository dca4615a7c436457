"""The documents in a message: which of its parts they are, and their octets as they come."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event

from balt.cleanup.handover.model import About, Found, Kind, NotTaken, Unwanted
from balt.cleanup.handover.types import date_of, ending_of, loinc
from balt.i18n import _
from balt.mail.documents import part as limits
from balt.mail.documents.kinds import DocumentKind, kind_of
from balt.mail.documents.telling import sentence
from balt.mail.documents.unpacking import LiedError, Unpacked, unpack
from balt.mail.documents.worker import ask_worker
from balt.mail.files.octets import Extent
from balt.mail.files.parts import Leaf, Parts, decoded_octets, encoded_octets
from balt.mail.structure import is_attachment

LARGEST_LOGO = 150 * 1024
"""Encoded octets: an image that a page shows, and that is not larger, is a logo or a signature."""
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_KINDS = {DocumentKind.PDF: Kind.PDF, DocumentKind.IMAGE: Kind.IMAGE, DocumentKind.XML: Kind.XML}


def documents_in(
    message: Extent, parts: Parts, over: Event, *, everything: bool
) -> Iterator[Found | NotTaken | Unwanted]:
    """What a message carries, in its order. Each document must be gone through before the next is asked for.
    NotTaken is one that is refused.

    ``everything``: logos and parts of other kinds are documents too. OSError as reading does.
    """
    for leaf in parts.leaves:
        part = leaf.part
        if part.content_type in _SIGNATURES or not is_attachment(part):
            continue
        kind = kind_of(part.content_type, part.filename)
        if kind is DocumentKind.ZIP:
            yield from _in_zip(message, leaf, over, everything)
        elif not everything and kind is DocumentKind.IMAGE and leaf.embedded and leaf.size <= LARGEST_LOGO:
            continue
        elif kind in _KINDS or everything:
            yield _bare(message, leaf, kind, parts.code, over)
        else:
            yield Unwanted(part.number, "")


def _bare(message: Extent, leaf: Leaf, kind: DocumentKind, code: str, over: Event) -> Found:
    """A part that is a document itself."""

    def about() -> About:
        found = _KINDS.get(kind, Kind.OTHER)
        if not leaf.size:
            return About(found, "", why=sentence("empty"))
        if found is Kind.XML and leaf.size <= limits.MOST_OCTETS:
            return _xml(message, leaf, over)
        ending = ending_of(found, leaf.part.content_type, leaf.part.filename)
        return About(found, ending, loinc(code) if found is Kind.PDF else "")

    return Found(leaf.part.number, "", lambda: decoded_octets(message, leaf), about)


def _xml(message: Extent, leaf: Leaf, over: Event) -> About:
    """What an XML says of itself, as another process reads it; it is handed over in any case."""
    octets = b"".join(encoded_octets(message, leaf))
    charset = leaf.part.params.get("charset", "")
    answer = ask_worker(DocumentKind.XML, octets, leaf.part.encoding, charset, over)
    facts = dict(answer.facts)
    return _about(Kind.CDA if facts else Kind.XML, "", "", facts)


def _about(kind: Kind, content_type: str, name: str, facts: dict[str, str]) -> About:
    code = loinc(facts.get("code", ""))
    told = facts.get("type", "") if code else ""
    return About(kind, ending_of(kind, content_type, name), code, told, date_of(facts.get("date", "")))


def _in_zip(
    message: Extent, leaf: Leaf, over: Event, everything: bool
) -> Iterator[Found | NotTaken | Unwanted]:
    """The documents in a zip; one sentence for the zip where it is not opened, or not to its end."""
    number = leaf.part.number
    if leaf.size > limits.MOST_OCTETS:
        yield NotTaken(number, "", _("Ce zip est trop grand pour être ouvert."))
        return
    octets = b"".join(encoded_octets(message, leaf))
    any_member = False
    try:
        with closing(unpack(octets, leaf.part.encoding, over, everything=everything)) as members:
            for member in members:
                any_member = True
                yield _member(number, member)
    except LiedError as lied:
        yield NotTaken(number, "", sentence(lied.code))
        return
    if not any_member:
        yield NotTaken(number, "", _("Ce zip ne contient aucun document."))


def _member(number: str, member: Unpacked) -> Found:
    def about() -> About:
        name, facts = member.name, dict(member.facts)
        if member.role == "metadata":
            kind = Kind.METADATA
        elif "cda" in facts:
            kind = Kind.CDA
        else:
            kind = _KINDS.get(kind_of("application/octet-stream", name), Kind.OTHER)
        told = _about(kind, "", name, facts)
        left = member.why == "kind"
        return replace(told, why=sentence(member.why) if member.why and not left else "", left=left)

    return Found(number, member.name, member.pieces, about)
