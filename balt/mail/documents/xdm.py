"""What a zip holds, and the first document of an ``IHE_XDM.zip`` (IHE ITI XDM). Runs in the worker process.

Everything stays in memory. Nothing that the zip says of itself is believed: sizes are counted while a member
is unpacked, and what overlaps, points outside, is encrypted or is a zip again is named and left alone.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from balt.mail.documents.cda import read_cda
from balt.mail.documents.kinds import MOST_MEMBERS
from balt.mail.documents.refusal import Refusal

MOST_UNPACKED = 200 * 1024 * 1024
"""Octets of all members together, unpacked."""
MOST_RATIO = 100
"""Unpacked octets for each packed one: text shrinks ten or twenty times, a bomb a thousand times."""
_PIECE = 1024 * 1024
_MOST_TRIES = 10
_LONGEST_NAME = 200
_LOCAL_HEADER = 30
_DOCUMENT = re.compile(r"(?:.*/)?IHE_XDM/SUBSET\d+/[^/]+\.XML", re.IGNORECASE)
DIRECTORY_ENTRY = b"PK\x01\x02"


def read_zip(octets: bytes, _charset: str) -> dict[str, object]:
    """The view of a zip; raises Refusal where it is not one, or beyond the limits."""
    if octets.count(DIRECTORY_ENTRY) > 2 * MOST_MEMBERS:  # seen before each takes its memory
        raise Refusal("members")
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            return _view(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        raise Refusal("damaged") from None


def _view(archive: zipfile.ZipFile) -> dict[str, object]:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise Refusal("members")
    overlapping = overlapping_in(infos, archive.start_dir)
    whys = [why_not(info, overlapping) for info in infos]
    members = [
        {"name": info.orig_filename[:_LONGEST_NAME], "size": info.file_size, "packed": info.compress_size}
        | {"why": why}
        for info, why in zip(infos, whys, strict=True)
        if not info.is_dir()
    ]
    view: dict[str, object] = {"warnings": []}
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        view["warnings"] = ["unpacked"]
    else:
        view = _first_document(archive, [*zip(infos, whys, strict=True)])
    return view | {"members": members}


def why_not(info: zipfile.ZipInfo, overlapping: set[int]) -> str:
    """Why a member is not opened, as a word that ``telling`` makes a sentence of, or ""."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or "\0" in name:
        return "path"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "device"
    if info.header_offset in overlapping:
        return "overlap"
    if info.flag_bits & 0x41:  # encrypted, in the old way or the strong one (APPNOTE 4.4.4)
        return "encrypted"
    if info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return "ratio"
    if name.lower().endswith((".zip", ".gz", ".7z", ".rar", ".jar", ".bz2", ".xz", ".tar")):
        return "nested"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "method"
    return ""


def overlapping_in(infos: list[zipfile.ZipInfo], directory: int) -> set[int]:
    """Where those members begin that claim octets of another one, or of the directory (CVE-2024-0450)."""
    begins = sorted((info.header_offset, info.compress_size) for info in infos)
    found: set[int] = set()
    for (begin, size), (following, _size) in zip(begins, [*begins[1:], (directory, 0)], strict=True):
        if begin < 0 or begin + _LOCAL_HEADER + size > following:
            found |= {begin, following}
    return found


def _first_document(
    archive: zipfile.ZipFile, members: list[tuple[zipfile.ZipInfo, str]]
) -> dict[str, object]:
    """The text of the first CDA document; which member it is, and how many may be others."""
    documents = [(info, why) for info, why in members if is_document(info.orig_filename)]
    reasons: list[str] = []
    left = MOST_UNPACKED
    for rank, (info, why) in enumerate(documents[:_MOST_TRIES]):
        if why:
            reasons.append(why)
            continue
        try:
            pieces = Pieces(archive, info, left)
            view = read_cda(pieces)
        except Refusal as refusal:
            left -= pieces.total
            if refusal.code != "not_cda":
                reasons.append(refusal.code)
            continue
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
            left -= pieces.total
            reasons.append("damaged")
            continue
        return view | {"shown": info.orig_filename[:_LONGEST_NAME], "others": len(documents) - rank - 1}
    return {"warnings": reasons[:1] or ["no_document"]}


def is_document(name: str) -> bool:
    """Whether a member stands where an XDM has its documents."""
    path = name.replace("\\", "/")
    return bool(_DOCUMENT.fullmatch(path)) and not path.upper().endswith("/METADATA.XML")


class Pieces:
    """The octets of a member, unpacked piece by piece and counted. Raises Refusal beyond a limit."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> None:
        self._archive = archive
        self._info = info
        self._most = most
        self.total = 0

    def __iter__(self) -> Iterator[bytes]:
        packed = max(self._info.compress_size, 1)
        with self._archive.open(self._info) as member:
            while piece := member.read(_PIECE):
                self.total += len(piece)
                if self.total > self._most:
                    raise Refusal("unpacked")
                if self.total > MOST_RATIO * packed:
                    raise Refusal("ratio")
                yield piece
