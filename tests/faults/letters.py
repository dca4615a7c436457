"""The kinds of messages that a mailbox of the fault runs holds, and the documents in them.

What a document is here is known from how the message was made, and not from reading it.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.faults.lightened import namer
from tests.faults.mailbox import PATIENT, date_of, hash_of, original, raw

_PDF, _PNG, _ZIP = ("application/pdf", "pdf"), ("image/png", "png"), ("application/zip", "zip")
_SUBSET = "IHE_XDM/SUBSET01/"
_CDA = (
    '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
    '<code code="11502-2" displayName="Biologie"/>'
    f"<title>{PATIENT}</title></ClinicalDocument>"
).encode()
_METADATA = (
    b"<SubmitObjectsRequest><RegistryObjectList><ExtrinsicObject><Slot name='URI'><ValueList>"
    b"<Value>DOC0001.XML</Value></ValueList></Slot></ExtrinsicObject></RegistryObjectList></SubmitObjectsRequest>"
)


@dataclass(frozen=True, eq=False)
class Letters:
    """Messages by number: their octets, with another text for another ``body``, and their flags."""

    raw: Callable[[int, str], bytes]
    flags: Mapping[int, str]
    documents: Callable[[int, str], tuple[bytes, ...]] = field(default=lambda _number, _body: ())
    name: Callable[[bytes], str] = hash_of
    """Tells them apart on the server."""

    def messages(self, body: str = "a") -> Iterator[tuple[int, bytes, datetime, str]]:
        """What lies in the source folder: number, octets, date of reception, flags."""
        for number in range(1, 11):
            yield number, self.raw(number, body), date_of(number), self.flags.get(number, "\\Seen")

    def documents_by_message(self) -> dict[str, tuple[str, ...]]:
        """By the hash of a message, with either text, the hashes of the documents in it."""
        return {
            hash_of(octets): tuple(map(hash_of, self.documents(number, body)))
            for body in ("a", "b")
            for number, octets, _, _ in self.messages(body)
        }


def _octets(number: int, kind: str, body: str, size: int) -> bytes:
    """What a file holds: the same for the same, and unlike any other."""
    begin = f"{PATIENT} {kind} {number} {body} ".encode()
    while len(begin) < size:
        begin += hashlib.sha256(begin).digest()
    return begin[:size]


def _xdm(body: str) -> tuple[bytes, tuple[bytes, ...]]:
    """A zip as IHE XDM has it, and the documents in it."""
    stream = io.BytesIO()
    documents = (_METADATA, _CDA.replace(b"Biologie", b"Biologie " + body.encode()))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, octets in zip(("METADATA.XML", "DOC0001.XML"), documents, strict=True):
            packed.writestr(zipfile.ZipInfo(_SUBSET + name), octets)
    return stream.getvalue(), documents


def _files(number: int, body: str) -> Iterator[tuple[tuple[str, str], bytes, tuple[bytes, ...]]]:
    """The files that a message carries: their type, their octets, the documents that they are or hold."""
    if number in (3, 4, 7, 20):
        pdf = b"%PDF-1.4 " + _octets(number, "pdf", body, 900)
        yield _PDF, pdf, (pdf,)
    if number == 4:
        image = b"\x89PNG\r\n\x1a\n" + _octets(number, "png", body, 600)
        yield _PNG, image, (image,)
    if number == 7:
        packed, documents = _xdm(body)
        yield _ZIP, packed, documents


def with_files(number: int, body: str, files: list[tuple[tuple[str, str], bytes]]) -> bytes:
    """The message of this number with files in it; itself where there are none."""
    whole = raw(number, body)
    if not files:
        return whole
    header, _, text = whole.partition(b"\r\n\r\n")
    fields, _, content_type = header.rpartition(b"\r\n")
    lines = [fields, b'Content-Type: multipart/mixed; boundary="=_limite"', b"MIME-Version: 1.0", b""]
    lines += [b"--=_limite", content_type, b"", text]
    for place, ((kind, ending), octets) in enumerate(files):
        lines += [
            b"--=_limite",
            f'Content-Type: {kind}; name="{PATIENT}-{place}.{ending}"'.encode(),
            b"Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{PATIENT}-{place}.{ending}"'.encode(),
            b"",
            base64.encodebytes(octets).replace(b"\n", b"\r\n"),
        ]
    return b"\r\n".join([*lines, b"--=_limite--", b""])


def _handed(number: int, body: str) -> bytes:
    number = original(number)
    return with_files(number, body, [each[:2] for each in _files(number, body)])


def _documents(number: int, body: str) -> tuple[bytes, ...]:
    return tuple(one for *_, documents in _files(original(number), body) for one in documents)


def _heavy(number: int, body: str) -> bytes:
    """Large files, of which some go; a small one, and those of messages that nobody planned, stay."""
    number, files = original(number), []
    if number in (2, 3, 4, 5, 7):
        files.append((_PDF, b"%PDF-1.4 " + _octets(number, "pdf", body, _LARGE)))
    if number in (4, 7):
        files.append((_PNG, _octets(number, "png", body, 600 if number == 4 else _LARGE)))
    return with_files(number, body, files)


_LARGE = 13_000
_FLAGS = {2: "", 5: "\\Seen \\Flagged", 8: "\\Seen \\Flagged \\Deleted", 10: ""}
PLAIN_LETTERS = Letters(raw, _FLAGS)
"""Some text, and no more."""
HANDED_LETTERS = Letters(_handed, {**_FLAGS, 3: "", 7: "\\Answered"}, _documents)
"""Planned messages, and one of another folder, carry documents; two of them were not read yet."""
_FILED = "\\Seen $Integrated"
HEAVY_LETTERS = Letters(
    _heavy,
    {**_FLAGS, 3: _FILED, 4: _FILED, 7: f"{_FILED} \\Answered perso", 9: _FILED},
    name=namer(_heavy(number, body) for number in (*range(1, 11), *range(20, 25)) for body in ("a", "b")),
)
"""Planned messages are marked as integrated: else balt would not take anything out of them."""
