"""A message without some of its attachments. Pure: octets in, octets out, the same for the same.

What comes out was proved before anybody sees it: with the attachments put back it is the original, octet for
octet; and the parser of Python, which shares no code with ours, sees the same message but for them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from balt.cleanup.detach.note import Kept, Removed, note_of
from balt.cleanup.detach.parts import Chosen
from balt.mail.headers import decode_parameters
from balt.mail.mime_layout import LayoutError, Place, layout_of, parameters_of
from balt.mail.transfer import decoded
from balt.text import plain

_PGP = b"-----BEGIN PGP "


@dataclass(frozen=True, slots=True)
class Lightened:
    """The message as it is put back, and what is no longer in it."""

    octets: bytes
    removed: tuple[Removed, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the octets."""
        return hashlib.sha256(self.octets).hexdigest()


class UnfitError(ValueError):
    """The message is left as it is: its octets are not what was planned, or nobody can be sure of them."""


def lighten(octets: bytes, chosen: Sequence[Chosen], archive: str, archived: str, sha256: str) -> Lightened:
    """The message with a note in the place of each chosen part.

    ``sha256`` is that of ``octets`` as the archive vouches for it; ``archived`` when (RFC 3339). Raises
    UnfitError.
    """
    if hashlib.sha256(octets).hexdigest() != sha256 or not chosen:
        raise UnfitError("octets")
    try:
        root = layout_of(octets)
    except LayoutError as error:
        raise UnfitError(str(error)) from error
    places = [_place(root, each) for each in chosen]
    if _PGP in octets:  # signed or encrypted within a text: no structure tells of it
        raise UnfitError("pgp")
    kept = Kept(archive, archived, sha256)
    removed = tuple(_removed(octets, place) for place in places)
    pieces: list[bytes] = []
    done = 0
    for place, about in sorted(zip(places, removed, strict=True), key=lambda pair: pair[0].header):
        line_end = b"\r\n" if octets[place.header - 2 : place.header] == b"\r\n" else b"\n"
        pieces += [octets[done : place.header], note_of(about, kept, line_end)]
        done = place.end
    lighter = Lightened(b"".join([*pieces, octets[done:]]), removed)
    _prove(octets, lighter, places)
    return lighter


def _place(root: Place, chosen: Chosen) -> Place:
    """Where a chosen part lies; it must be what the plan says, and no container."""
    found = [place for place in root.walk() if place.number == chosen.number and not place.children]
    if len(found) != 1 or root is found[0]:
        raise UnfitError("part")
    if (found[0].content_type, found[0].size) != (chosen.content_type, chosen.encoded_size):
        raise UnfitError("part")
    return found[0]


def _removed(octets: bytes, place: Place) -> Removed:
    content = decoded(octets[place.body : place.end], place.encoding)
    return Removed(
        number=place.number,
        name=_name(place),
        content_type=plain(place.content_type, 100),
        size=len(content),
        encoded_size=place.size,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _name(place: Place) -> str:
    """The name that a part claims, as ``structure.Part`` has it."""
    disposition = decode_parameters(parameters_of(place.field("content-disposition")))
    claimed = disposition.get("filename") or decode_parameters(
        parameters_of(place.field("content-type"))
    ).get("name", "")
    return plain(claimed, 200).strip()


def _prove(octets: bytes, lighter: Lightened, places: Sequence[Place]) -> None:
    """Both proofs; UnfitError when one of them fails."""
    try:
        root = layout_of(lighter.octets)
    except LayoutError as error:
        raise UnfitError("proof") from error
    notes = {place.number: place for place in root.walk() if not place.children}
    restored: list[bytes] = []
    done = 0
    for place in sorted(places, key=lambda each: each.header):
        note = notes.get(place.number)
        if note is None or note.header < done:
            raise UnfitError("proof")
        restored += [lighter.octets[done : note.header], octets[place.header : place.end]]
        done = note.end
    if (
        hashlib.sha256(b"".join([*restored, lighter.octets[done:]])).digest()
        != hashlib.sha256(octets).digest()
    ):
        raise UnfitError("proof")
    gone = {place.number for place in places}
    before, after = _seen(octets), _seen(lighter.octets)
    if before.keys() != after.keys() or set(_numbers(root)) != before.keys():
        raise UnfitError("proof")
    if any(before[number] != after[number] for number in before if number not in gone):
        raise UnfitError("proof")
    if any(after[number].content_type != "text/plain" for number in gone):
        raise UnfitError("proof")


def _numbers(root: Place) -> Iterator[str]:
    """What tells the parts apart: a message in a message, and its parts as a whole, have the same number."""
    for place in root.walk():
        is_multipart = place.content_type.startswith("multipart/")
        yield (
            f"{place.number}/{len(place.children) if is_multipart else 'm'}"
            if place.children
            else place.number
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the parser of Python sees of a part."""

    content_type: str
    headers: tuple[tuple[str, str], ...]
    around: tuple[str | None, str | None]
    payload: bytes


def _seen(octets: bytes) -> dict[str, _Seen]:
    """The parts of a message as the parser of Python sees them, by what ``_numbers`` calls them."""
    try:
        return dict(_parts(message_from_bytes(octets), ""))
    except RecursionError as error:
        raise UnfitError("proof") from error


def _parts(message: Message, number: str, *, is_inner: bool = False) -> Iterator[tuple[str, _Seen]]:
    content_type = message.get_content_type()
    inner = _inner(message)
    is_multipart = content_type.startswith("multipart/") and bool(inner)
    is_message = content_type in ("message/rfc822", "message/global") and bool(inner)
    if not is_multipart:
        number = f"{number}.1" if is_inner else number or "1"
    name = f"{number}/{len(inner) if is_multipart else 'm'}" if is_multipart or is_message else number
    payload = b"" if is_multipart or is_message else hashlib.sha256(_content(message)).digest()
    yield name, _Seen(content_type, _headers(message), (message.preamble, message.epilogue), payload)
    for place, child in enumerate(inner if is_multipart else (), 1):
        yield from _parts(child, f"{number}.{place}" if number else f"{place}")
    if is_message:
        yield from _parts(inner[0], number, is_inner=True)


def _inner(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(value)) for key, value in message.raw_items())


def _content(message: Message) -> bytes:
    """What a leaf holds; a report for machines is blocks of header fields to this parser."""
    if inner := _inner(message):
        return repr([(_headers(each), _content(each)) for each in inner]).encode()
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
