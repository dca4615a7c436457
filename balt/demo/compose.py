"""Writing a message: header fields, parts, and the octets that make it exactly as large as it must be."""

import binascii
import random
from dataclasses import dataclass

from balt.demo.content import AttachedFile, Outline, Piece, Wrapping, coded_size, raw_size
from balt.demo.people import Correspondent

_TRACE_LEAST = 8
_WORD = 42


@dataclass(slots=True)
class DraftPart:
    """One part: its header fields, and its octets or the form of a bulky file."""

    fields: list[str]
    body: bytes | Wrapping


@dataclass(slots=True)
class Draft:
    """A message being written. ``sentences`` may be added to the first part until the size is reached."""

    fields: list[str]
    parts: list[DraftPart]
    multipart: str = "mixed"
    sentences: tuple[str, ...] = ()
    closing: bytes = b""
    boundary: str = "=_fictif"


def finish(draft: Draft, size: int, seed: int) -> Outline:
    """The message in exactly ``size`` octets: bulky files fill it, a trace field does the rest.

    A message of words alone (``size`` 0) is as long as its words are. Raises ValueError for too small a size.
    """
    chooser = random.Random(seed)
    if draft.sentences:
        _lengthen(draft, chooser)
    if not size:
        return Outline(tuple(_pieces(draft, _trace(3 * _TRACE_LEAST, chooser), [])))
    room = size - sum(len(p) for p in _pieces(draft, "", []) if isinstance(p, bytes)) - _TRACE_LEAST
    files: list[AttachedFile] = []
    bulky = [part.body for part in draft.parts if not isinstance(part.body, bytes)]
    for rank, wrapping in enumerate(bulky):
        raw = raw_size(room if rank == len(bulky) - 1 else max(room // 20, 4_000))
        files.append(AttachedFile(wrapping, raw, seed * 16 + rank))
        room -= coded_size(raw)
    if room < 0:
        raise ValueError(f"message {seed} does not fit in {size} octets")
    return Outline(tuple(_pieces(draft, _trace(room + _TRACE_LEAST, chooser), files)))


def _lengthen(draft: Draft, chooser: random.Random) -> None:
    """Adds a few sentences to the first part, before its closing words."""
    first = draft.parts[0]
    text = first.body if isinstance(first.body, bytes) else b""
    words = chooser.sample(draft.sentences, chooser.randint(1, len(draft.sentences)))
    added = b"".join(sentence.encode("utf-8") + b"\r\n" for sentence in words)
    end = len(text) - len(draft.closing)
    first.body = text[:end] + added + text[end:]


def _pieces(draft: Draft, trace: str, files: list[AttachedFile]) -> list[Piece]:
    fields = [*draft.fields, f"X-Trace: {trace}", "MIME-Version: 1.0"]
    waiting = iter(files)

    def body(part: DraftPart) -> list[Piece]:
        if isinstance(part.body, bytes):
            return [part.body]
        file = next(waiting, None)
        return [file] if file else []

    if draft.multipart == "":
        only = draft.parts[0]
        return [_header(fields + only.fields), *body(only)]
    delimiter = f"\r\n--{draft.boundary}".encode("ascii")
    fields.append(f'Content-Type: multipart/{draft.multipart}; boundary="{draft.boundary}"')
    pieces: list[Piece] = [_header(fields)]
    for part in draft.parts:
        pieces += [delimiter + b"\r\n" + _header(part.fields), *body(part)]
    pieces.append(delimiter + b"--\r\n")
    return pieces


def _header(fields: list[str]) -> bytes:
    return ("\r\n".join(fields) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _trace(size: int, chooser: random.Random) -> str:
    """``size`` octets that look like what relays leave in a header, folded."""
    octets = binascii.b2a_base64(chooser.randbytes(size * 3 // 4 + 3), newline=False)[:size].decode("ascii")
    text = octets
    for place in range(60, size - 10, 72):
        text = text[:place] + "\r\n " + text[place + 3 :]
    return text


def encode_words(text: str, how: str = "B") -> str:
    """``text`` for a header field: as it is in ASCII, else in encoded words (RFC 2047), folded."""
    if text.isascii():
        return text
    words: list[str] = []
    run = ""
    for char in text:
        if len((run + char).encode("utf-8")) > (_WORD if how == "B" else 20):
            words.append(run)
            run = ""
        run += char
    words.append(run)
    return "\r\n ".join(f"=?UTF-8?{how}?{_coded(word.encode('utf-8'), how)}?=" for word in words)


def _coded(octets: bytes, how: str) -> str:
    if how == "B":
        return binascii.b2a_base64(octets, newline=False).decode("ascii")
    return "".join(
        chr(o) if chr(o).isascii() and chr(o).isalnum() else "_" if o == 32 else f"={o:02X}" for o in octets
    )


def address(person: Correspondent, how: str = "B") -> str:
    """A name and its address for a header field."""
    if not person.name:
        return person.address
    name = encode_words(person.name, how)
    return f'"{name}" <{person.address}>' if person.name.isascii() else f"{name} <{person.address}>"


def text_part(text: str, number: int, subtype: str = "plain") -> DraftPart:
    """A text in one of the ways that mail programs have: 8bit, quoted-printable, base64, Latin-1."""
    octets = text.replace("\n", "\r\n").encode("utf-8")
    way = number % 4
    if way == 0:
        return DraftPart(_text_fields(subtype, "UTF-8", "8bit"), octets)
    if way == 1:
        return DraftPart(_text_fields(subtype, "utf-8", "quoted-printable"), _quoted_printable(octets))
    if way == 2:
        latin = text.replace("\n", "\r\n").encode("latin-1", "replace")
        return DraftPart(_text_fields(subtype, "iso-8859-1", "quoted-printable"), _quoted_printable(latin))
    coded = binascii.b2a_base64(octets, newline=False)
    lines = [coded[i : i + 76] + b"\r\n" for i in range(0, len(coded), 76)]
    return DraftPart(_text_fields(subtype, "UTF-8", "base64"), b"".join(lines))


def plain_part(text: str, subtype: str = "plain") -> DraftPart:
    """A text as it is, in UTF-8."""
    octets = text.replace("\n", "\r\n").encode("utf-8")
    return DraftPart(_text_fields(subtype, "UTF-8", "8bit"), octets)


def _text_fields(subtype: str, charset: str, encoding: str) -> list[str]:
    return [f'Content-Type: text/{subtype}; charset="{charset}"', f"Content-Transfer-Encoding: {encoding}"]


def _quoted_printable(octets: bytes) -> bytes:
    return binascii.b2a_qp(octets.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")


def file_part(name: str, content_type: str, body: bytes | Wrapping) -> DraftPart:
    """An attached file in base64; its name as mail programs write names with accents (RFC 2231 and 2047)."""
    if name.isascii():
        shown, claimed = f'name="{name}"', f'filename="{name}"'
    else:
        coded = "".join(
            c
            if c.isascii() and (c.isalnum() or c in "._-")
            else "".join(f"%{o:02X}" for o in c.encode("utf-8"))
            for c in name
        )
        shown, claimed = f'name="{encode_words(name, "Q")}"', f"filename*=UTF-8''{coded}"
    if isinstance(body, bytes):
        octets = binascii.b2a_base64(body, newline=False)
        body = b"\r\n".join(octets[i : i + 76] for i in range(0, len(octets), 76))
    fields = [
        f"Content-Type: {content_type};\r\n {shown}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment;\r\n {claimed}",
    ]
    return DraftPart(fields, body)
