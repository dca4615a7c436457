"""What ``BODY[section]`` names in a message (RFC 3501 section 6.4.5)."""

import re
from dataclasses import dataclass

from balt.demo.content import Outline
from balt.demo.mime import Part
from balt.demo.wire import Arguments, BadError, astring

_NUMBERS = re.compile(rb"[1-9]\d{0,5}(?:\.[1-9]\d{0,5})*")
_FIELD_LINE = re.compile(rb"([^\r\n:]*):[^\n]*\n(?:[ \t][^\n]*\n)*")


@dataclass(frozen=True, slots=True)
class Section:
    """``numbers`` leads to a part; ``text`` is "", HEADER, TEXT, MIME, HEADER.FIELDS or HEADER.FIELDS.NOT."""

    numbers: tuple[int, ...] = ()
    text: str = ""
    names: tuple[bytes, ...] = ()

    def label(self) -> bytes:
        """As it is written between the brackets of a response."""
        words = [".".join(map(str, self.numbers))] if self.numbers else []
        label = ".".join([*words, self.text] if self.text else words).encode("ascii")
        if self.names:
            label += b" (" + b" ".join(astring(name) for name in self.names) + b")"
        return label


def read_section(args: Arguments) -> Section:
    """The section that comes next, brackets included."""
    args.expect(b"[")
    numbers: tuple[int, ...] = ()
    if args.data[args.position : args.position + 1].isdigit():
        numbers = tuple(int(n) for n in args.matched(_NUMBERS, "a part number").split(b"."))
        if not args.next_is(b"]"):
            args.expect(b".")
    text = ""
    names: tuple[bytes, ...] = ()
    if not args.next_is(b"]"):
        text, names = _section_text(args)
    args.expect(b"]")
    if text == "MIME" and not numbers:
        raise BadError("MIME needs a part number")
    return Section(numbers, text, names)


def _section_text(args: Arguments) -> tuple[str, tuple[bytes, ...]]:
    text = args.atom()
    if text in ("HEADER", "TEXT", "MIME"):
        return text, ()
    if text not in ("HEADER.FIELDS", "HEADER.FIELDS.NOT"):
        raise BadError("Unknown section")
    args.space()
    args.expect(b"(")
    names = [args.astring()]
    while args.skip(b" "):
        names.append(args.astring())
    args.expect(b")")
    return text, tuple(names)


def find_section(section: Section, part: Part, outline: Outline) -> tuple[int, int] | bytes | None:
    """Where the section is in the whole message, or its octets when they are picked; None: no such part."""
    found = _descend(part, section.numbers)
    if found is None:
        return None
    if not section.text:
        if not section.numbers:
            return 0, outline.size
        return outline.start(found.body_start), outline.end(found.body_end)
    if section.text == "MIME":
        return outline.start(found.header_start), outline.start(found.body_start)
    if section.numbers:
        if not found.is_message:
            return None
        found = found.children[0]
    if section.text == "TEXT":
        return outline.start(found.body_start), outline.end(found.body_end)
    if section.text == "HEADER":
        return outline.start(found.header_start), outline.start(found.body_start)
    header = outline.flat[found.header_start : found.body_start]
    return pick_fields(header, section.names, section.text == "HEADER.FIELDS")


def pick_fields(header: bytes, names: tuple[bytes, ...], wanted: bool) -> bytes:
    """The field lines whose names are (or are not) among ``names``, and the empty line."""
    lower = {name.lower() for name in names}
    lines = [m[0] for m in _FIELD_LINE.finditer(header) if (m[1].strip().lower() in lower) == wanted]
    return b"".join(lines) + b"\r\n"


def _descend(part: Part, numbers: tuple[int, ...]) -> Part | None:
    """The part that ``numbers`` leads to; what is not multipart is its own part 1."""
    current = part
    for depth, number in enumerate(numbers):
        if depth and current.is_message:
            current = current.children[0]
        elif depth and not current.is_multipart:
            return None
        if current.is_multipart:
            if number > len(current.children):
                return None
            current = current.children[number - 1]
        elif number != 1:
            return None
    return current
