"""BODYSTRUCTURE (RFC 3501 section 7.4.2) as a tree of parts; names decoded and safe to show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from balt.mail.headers import decode_parameters, decode_text
from balt.mail.model import Attachment
from balt.mail.tokens import Value
from balt.text import plain

MAX_LEVELS = 100
_BODY_TYPES = ("text/plain", "text/html")
_REPORT_TYPES = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")


class StructureError(ValueError):
    """The structure is not one, or is nested too deep."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message. ``number`` is the IMAP part number ("" for a multipart root).

    ``content_type`` and ``disposition`` are in lower case; ``params`` has lower-case keys and decoded values;
    ``size`` is the encoded size in octets (0 for a multipart). A message/rfc822 has its inner message as its
    only child.
    """

    number: str
    content_type: str
    params: Mapping[str, str] = field(default_factory=dict)
    filename: str = ""
    encoding: str = ""
    size: int = 0
    disposition: str = ""
    children: tuple["Part", ...] = ()

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse_structure(token: Value) -> Part:
    """The tree of a BODYSTRUCTURE already cut into tokens; raises StructureError."""
    return _part(token, "", 0)


def attachments_of(root: Part) -> tuple[Attachment, ...]:
    """The parts that a reader calls attachments: not the text, not the machine part of a report.

    A forwarded message counts as one; what it holds is not counted again.
    """
    return tuple(
        Attachment(part.number, part.filename, part.content_type, part.size, part.encoding)
        for part in _outer_leaves(root)
        if is_attachment(part)
    )


def is_attachment(part: Part) -> bool:
    """Whether a leaf (or a forwarded message) is an attachment rather than the text of the message."""
    if part.filename or part.disposition == "attachment":
        return True
    return part.content_type not in _BODY_TYPES and part.content_type not in _REPORT_TYPES


def text_parts(root: Part) -> list[Part]:
    """The parts to read as the text of the message, plain before HTML."""
    leaves = [part for part in _outer_leaves(root) if not is_attachment(part)]
    return sorted((p for p in leaves if p.content_type in _BODY_TYPES), key=_html_last)


def _html_last(part: Part) -> bool:
    return part.content_type == "text/html"


def _outer_leaves(part: Part) -> Iterator[Part]:
    if part.content_type.startswith("multipart/"):
        for child in part.children:
            yield from _outer_leaves(child)
    else:
        yield part


def _part(token: Value, number: str, level: int) -> Part:
    if level > MAX_LEVELS:
        raise StructureError("levels")
    if not isinstance(token, list) or not token:
        raise StructureError("part")
    return _multipart(token, number, level) if isinstance(token[0], list) else _leaf(token, number, level)


def _multipart(token: Sequence[Value], number: str, level: int) -> Part:
    count = 0
    while count < len(token) and isinstance(token[count], list):
        count += 1
    prefix = f"{number}." if number else ""
    children = tuple(_part(token[i], f"{prefix}{i + 1}", level + 1) for i in range(count))
    subtype, params, disposition = _at(token, count), _at(token, count + 1), _at(token, count + 2)
    name, _disposition_params = _disposition(disposition)
    return Part(
        number=number,
        content_type=f"multipart/{_word(subtype) or 'mixed'}",
        params=decode_parameters(params),
        disposition=name,
        children=children,
    )


def _leaf(token: Sequence[Value], number: str, level: int) -> Part:
    number = number or "1"
    content_type = f"{_word(token[0]) or 'application'}/{_word(_at(token, 1)) or 'octet-stream'}"
    children: tuple[Part, ...] = ()
    extension = 7
    if content_type.startswith("text/"):
        extension = 8
    elif content_type in ("message/rfc822", "message/global") and isinstance(_at(token, 8), list):
        extension = 10
        children = (_inner_message(_at(token, 8), number, level + 1),)
    params = decode_parameters(_at(token, 2))
    disposition, disposition_params = _disposition(_at(token, extension + 1))
    return Part(
        number=number,
        content_type=content_type,
        params=params,
        filename=disposition_params.get("filename") or params.get("name", ""),
        encoding=_word(_at(token, 5)),
        size=_size(_at(token, 6)),
        disposition=disposition,
        children=children,
    )


def _inner_message(token: Value, number: str, level: int) -> Part:
    """The message in a message/rfc822: its parts are numbered below the part that holds it."""
    multipart = isinstance(token, list) and bool(token) and isinstance(token[0], list)
    return _part(token, number if multipart else f"{number}.1", level)


def _disposition(token: Value) -> tuple[str, Mapping[str, str]]:
    if isinstance(token, list):
        return _word(_at(token, 0)), decode_parameters(_at(token, 1))
    return _word(token), {}


def _at(token: Sequence[Value], index: int) -> Value:
    return token[index] if index < len(token) else None


def _word(token: Value) -> str:
    return plain(decode_text(token), 100).lower().strip() if isinstance(token, bytes) else ""


def _size(token: Value) -> int:
    return int(token) if isinstance(token, bytes) and token.isdigit() and len(token) < 16 else 0
