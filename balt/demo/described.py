"""What is read once in each message and kept: its MIME tree for a while, its ENVELOPE for good."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from balt.demo.content import Outline, Source
from balt.demo.mime import Part, parse_message
from balt.demo.sections import Section, find_section
from balt.demo.structure import body_structure, envelope

_KEPT = 16 * 1024 * 1024
"""Octets of messages whose trees are kept: a whole practice, each of whose messages is asked for often."""
_TREE = 4096
"""Octets that a tree takes beside its message, about."""
_KEPT_FLAT = 64 * 1024
_KEPT_FIELDS, _KEPT_SECTIONS = 2048, 4
_ENCODED_WORD = re.compile(rb"=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(rb"(\?=)\s+(?==\?)")


@dataclass(slots=True)
class Described:
    """The tree of one message and the pieces that it was read from."""

    outline: Outline
    root: Part

    def header(self) -> bytes:
        return self.outline.flat[self.root.header_start : self.root.body_start]

    def section(self, part: Part) -> bytes:
        """The octets of a part's body, without attached files that are made on demand."""
        return self.outline.flat[part.body_start : part.body_end]


class Library:
    """Reads messages; keeps what was asked for lately, and the small answers of all."""

    def __init__(self) -> None:
        self._fields: WeakKeyDictionary[Source, dict[Section, bytes]] = WeakKeyDictionary()
        self._trees: OrderedDict[int, tuple[Source, Described]] = OrderedDict()
        self._kept = 0
        self._answers: WeakKeyDictionary[Source, dict[str, bytes]] = WeakKeyDictionary()

    def describe(self, source: Source) -> Described:
        key = id(source)
        kept = self._trees.get(key)
        if kept and kept[0] is source:
            self._trees.move_to_end(key)
            return kept[1]
        outline = source.outline()
        described = Described(outline, parse_message(outline.flat))
        if len(outline.flat) <= _KEPT_FLAT:
            self._trees[key] = (source, described)
            self._kept += len(outline.flat) + _TREE
            while self._kept > _KEPT:
                _key, (_source, oldest) = self._trees.popitem(last=False)
                self._kept -= len(oldest.outline.flat) + _TREE
        return described

    def section(self, source: Source, section: Section) -> tuple[int, int] | bytes | None:
        """As ``find_section`` tells; header fields, which every look at a list asks for, are picked once."""
        kept = self._fields.setdefault(source, {})
        if (fields := kept.get(section)) is not None:
            return fields
        described = self.describe(source)
        found = find_section(section, described.root, described.outline)
        if isinstance(found, bytes) and len(found) <= _KEPT_FIELDS and len(kept) < _KEPT_SECTIONS:
            kept[section] = found
        return found

    def answer(self, source: Source, item: str) -> bytes:
        """ENVELOPE, BODYSTRUCTURE or BODY of a message, as it is written."""
        answers = self._answers.setdefault(source, {})
        if item not in answers:
            described = self.describe(source)
            if item == "ENVELOPE":
                answers[item] = envelope(described.root)
            else:
                extended = item == "BODYSTRUCTURE"
                answers[item] = body_structure(described.root, described.outline, extended)
        return answers[item]


def decode_words(value: bytes) -> str:
    """A header value with its encoded words (RFC 2047) decoded; what cannot be is left as it is."""

    def decoded(match: re.Match[bytes]) -> bytes:
        charset = match[1].decode("ascii", "replace").partition("*")[0]
        try:
            octets = a2b_base64(match[3]) if match[2] in b"bB" else a2b_qp(match[3], header=True)
            return octets.decode(charset).encode("utf-8")
        except (Base64Error, LookupError, ValueError):
            return match[0]

    return _text(_ENCODED_WORD.sub(decoded, _BETWEEN_WORDS.sub(rb"\1", value)))


def decode_text(described: Described, part: Part) -> str:
    """The text of a part, its transfer encoding undone."""
    body = described.section(part)
    encoding = (part.get(b"content-transfer-encoding") or b"").strip().lower()
    try:
        if encoding == b"base64":
            body = a2b_base64(body)
        elif encoding == b"quoted-printable":
            body = a2b_qp(body)
        return body.decode(dict(part.parameters).get(b"charset", b"utf-8").decode("ascii", "replace"))
    except (Base64Error, LookupError, ValueError):
        return _text(body)


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")
