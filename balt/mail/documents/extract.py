"""The files of a zip, octet for octet, out of the worker process, in which this runs.

What is sent is one line of JSON after the other. ``{"member": …}`` begins a file, ``{"octets": n}`` is
followed by ``n`` of its octets, ``{"end": …}`` says that it is whole, its checksum right, and what it says of
itself; ``{"why": …}`` that it is not taken. ``{"over": true}`` is the last.
"""

import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from balt.mail.documents.cda import read_cda
from balt.mail.documents.kinds import MOST_MEMBERS, DocumentKind, kind_of
from balt.mail.documents.metadata import Described, read_metadata
from balt.mail.documents.refusal import Refusal
from balt.mail.documents.xdm import (
    DIRECTORY_ENTRY,
    MOST_UNPACKED,
    Pieces,
    is_document,
    overlapping_in,
    why_not,
)

Send = Callable[[Mapping[str, object]], object]
SendOctets = Callable[[bytes], object]
_TAKEN = (DocumentKind.XML, DocumentKind.PDF, DocumentKind.IMAGE)
_WRAPPING = (".htm", ".html", ".xsl", ".xslt", ".css", ".xsd", ".dtd")
"""What shows the documents to a browser, and holds nothing of its own."""
_LARGEST_METADATA = 10 * 1024 * 1024
_LONGEST_NAME = 200
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError)


def extract(octets: bytes, send: Send, send_octets: SendOctets, *, everything: bool) -> None:
    """Send the documents of a zip: the metadata of an XDM, the files that it names, and what else is XML, PDF
    or an image; ``everything`` else too where it is wanted. Raises Refusal where none can be read.
    """
    if octets.count(DIRECTORY_ENTRY) > 2 * MOST_MEMBERS:  # seen before each takes its memory
        raise Refusal("members")
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            _Extraction(archive, send, send_octets, everything).run()
    except _DAMAGED:
        raise Refusal("damaged") from None


class _Extraction:
    """One zip. Names count without case: that is how most systems read them."""

    def __init__(
        self, archive: zipfile.ZipFile, send: Send, send_octets: SendOctets, everything: bool
    ) -> None:
        infos = archive.infolist()
        if len(infos) > MOST_MEMBERS:
            raise Refusal("members")
        if sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise Refusal("unpacked")
        self._archive = archive
        self._send = send
        self._send_octets = send_octets
        self._everything = everything
        self._left = MOST_UNPACKED
        overlapping = overlapping_in(infos, archive.start_dir)
        self._infos = [info for info in infos if not info.is_dir()]
        bearing = Counter(_key(info.orig_filename) for info in self._infos)
        self._whys = {
            id(info): why_not(info, overlapping) or ("twice" if bearing[_key(info.orig_filename)] > 1 else "")
            for info in self._infos
        }

    def run(self) -> None:
        """All members, the metadata first."""
        described: dict[str, Described] = {}
        metadata = [info for info in self._infos if _is_metadata(info.orig_filename)]
        for info in metadata:
            folder = _path(info.orig_filename).rpartition("/")[0]
            for one in self._metadata(info):
                described.setdefault(_key(f"{folder}/{one.name}" if folder else one.name), one)
        names = {_key(info.orig_filename) for info in self._infos}
        for info in self._infos:
            if info not in metadata:
                self._member(info, described.get(_key(info.orig_filename)))
        for key, one in described.items():
            if key not in names:
                self._send({"member": one.name[:_LONGEST_NAME], "role": "document"})
                self._send({"why": "absent"})

    def _metadata(self, info: zipfile.ZipInfo) -> list[Described]:
        """Send it, and read what it tells."""
        kept = bytearray()

        def keep(piece: bytes) -> None:
            if len(kept) <= _LARGEST_METADATA:
                kept.extend(piece)

        self._send({"member": info.orig_filename[:_LONGEST_NAME], "role": "metadata"})
        why = self._whys[id(info)]
        if not why:
            pieces = _Sent(self, info, keep)
            pieces.rest()
            why = pieces.why
        self._send({"why": why} if why else {"end": {}})
        return [] if why or len(kept) > _LARGEST_METADATA else read_metadata(bytes(kept))

    def _member(self, info: zipfile.ZipInfo, described: Described | None) -> None:
        name, why = info.orig_filename, self._whys[id(info)]
        kind = kind_of("application/octet-stream", name)
        wanted = described is not None or kind in _TAKEN or is_document(name) or self._everything
        if not why and _is_wrapping(name) and described is None:
            return
        role = "document" if described is not None else "other"
        self._send({"member": name[:_LONGEST_NAME], "role": role})
        if why or not wanted:
            self._send({"why": why or "kind"})
            return
        facts: dict[str, object] = {}
        pieces = _Sent(self, info)
        if kind is DocumentKind.XML:
            try:
                told = read_cda(pieces)["facts"]
                facts = {"cda": True, **(told if isinstance(told, dict) else {})}
            except Refusal:  # an XML that is no CDA is taken as it is
                facts = {}
        pieces.rest()
        if described is not None:
            facts = {"code": described.code, "date": described.date} | {k: v for k, v in facts.items() if v}
        kept = {key: facts[key] for key in ("cda", "code", "type", "date") if key in facts}
        self._send({"why": pieces.why} if pieces.why else {"end": kept})

    def unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The octets of a member, within what may still be unpacked, as they are sent."""
        pieces = Pieces(self._archive, info, self._left)
        try:
            for piece in pieces:
                self._send({"octets": len(piece)})
                self._send_octets(piece)
                yield piece
        finally:
            self._left -= pieces.total


class _Sent:
    """The octets of a member as they are sent; ``why`` is a word where they are not all of it."""

    def __init__(
        self,
        extraction: _Extraction,
        info: zipfile.ZipInfo,
        look: Callable[[bytes], None] = lambda _piece: None,
    ) -> None:
        self.why = ""
        self._look = look
        self._empty = True
        self._pieces = extraction.unpacked(info)

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                self._empty = False
                self._look(piece)
                yield piece
        except Refusal as refusal:
            self.why = "beyond" if refusal.code == "unpacked" else refusal.code
        except _DAMAGED:
            self.why = "damaged"

    def rest(self) -> None:
        """What nobody has looked at is sent too."""
        for _piece in self:
            pass
        if self._empty and not self.why:
            self.why = "empty"


def _path(name: str) -> str:
    return name.replace("\\", "/")


def _key(name: str) -> str:
    return _path(name).casefold()


def _is_metadata(name: str) -> bool:
    path = _path(name).upper()
    return path.endswith("/METADATA.XML") and path.rpartition("/")[0].rpartition("/")[2].startswith("SUBSET")


def _is_wrapping(name: str) -> bool:
    """Whether a member is the sleeve of an XDM: its index and read-me."""
    path = _path(name)
    return path.lower().endswith(_WRAPPING) or path.upper() == "README.TXT"


def sender(stream: IO[bytes]) -> tuple[Send, SendOctets]:
    """What writes lines and octets to a stream."""

    def send(line: Mapping[str, object]) -> None:
        stream.write(json.dumps(line).encode("ascii") + b"\n")

    return send, stream.write
