"""Whether a message is the lighter form of another one: proved by their octets alone."""

import hashlib

from balt.cleanup.detach.note import MARK
from balt.mail.mime_layout import LayoutError, Place, layout_of


def is_lighter_form(lighter: bytes, original: bytes) -> bool:
    """Whether ``lighter`` becomes ``original``, octet for octet, once the parts of the latter take the places
    of the notes that name it.
    """
    named = b"message=" + hashlib.sha256(original).hexdigest().encode("ascii")
    if named not in lighter:
        return False
    try:
        parts = {place.number: place for place in _leaves(layout_of(original))}
        notes = [place for place in _leaves(layout_of(lighter)) if _is_note(place, lighter, named)]
    except LayoutError:
        return False
    pieces, done = list[bytes](), 0
    for note in sorted(notes, key=lambda each: each.header):
        part = parts.get(note.number)
        if part is None or note.header < done:
            return False
        pieces += [lighter[done : note.header], original[part.header : part.end]]
        done = note.end
    return bool(notes) and b"".join([*pieces, lighter[done:]]) == original


def _leaves(root: Place) -> list[Place]:
    return [place for place in root.walk() if not place.children]


def _is_note(place: Place, octets: bytes, named: bytes) -> bool:
    header = octets[place.header : place.body]
    return MARK.encode("ascii") in header and named in header
