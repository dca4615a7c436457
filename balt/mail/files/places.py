"""Which folders of mail a path holds: a Maildir (with Maildir++ sub-folders), mbox files, folders of .eml.

They may lie beside and in each other: what a folder is, is seen folder by folder. Links, hidden folders and
what is no mail are passed over; depth and numbers are bounded.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from balt.mail.arguments import decode_folder
from balt.mail.files.octets import is_folder, open_file, whole
from balt.mail.folders import MAX_FOLDERS
from balt.mail.headers import decode_text
from balt.text import fold

Layout = Literal["maildir", "mbox", "eml"]
Check = Callable[[], object]
"""Called now and then; raises when the work is to be given up."""

MAX_LEVELS = 50
_MAX_PROBES = 5000
"""Files of one folder that are opened to see whether they are an mbox."""

EML = (".eml",)
_MBOX = (".mbox", ".mbx")
_INBOXES = ("inbox", "reception", "boite de reception", "courrier entrant")
_START = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """One folder: its name with ``/`` between levels ("INBOX" for the main one), where and how it is kept."""

    name: str
    path: Path
    layout: Layout


def find_places(root: Path, check: Check) -> list[Place]:
    """The folders of mail at ``root``; none where it is a file of another kind. Raises OSError for ``root``.

    ``root`` itself may be a link.
    """
    root = Path(os.path.realpath(root, strict=True))  # Path.resolve raises RuntimeError for a loop
    if not stat.S_ISDIR(root.stat().st_mode):
        return [Place("INBOX", root, "mbox")] if is_mbox(root) else []
    with os.scandir(root):
        pass  # a root that cannot be read is an error; below it, it is a folder that cannot be
    found = list(_unique(_walk(root, check))) or [Place("INBOX", root, "eml")]
    if not any(place.name == "INBOX" for place in found):
        for number, place in enumerate(found):
            if fold(place.name) in _INBOXES:
                found[number] = Place("INBOX", place.path, place.layout)
                break
    return found


def is_mbox(path: Path) -> bool:
    """Whether a file is an mbox: it begins as one, or is empty or named so."""
    try:
        with open_file(path) as file:
            start, size = file.read(_START), whole(file).size
    except OSError:
        return False
    named = path.name.lower().endswith(_MBOX) or path.with_name(path.name + ".msf").exists()
    return start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").startswith(b"From ") or (
        named or (not size and not path.suffix)
    )


def _walk(root: Path, check: Check) -> Iterator[Place]:
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        folder, levels = waiting.pop()
        check()
        name = "/".join(levels) or "INBOX"
        try:
            with os.scandir(folder) as entries:
                files, folders = _sorted(entries)
        except OSError:
            yield Place(name, folder, "eml")  # reading it will say why it cannot be read
            continue
        below = [each for each in folders if not each.startswith(".")]
        if "cur" in folders or "new" in folders:
            yield Place(name, folder, "maildir")
            yield from _subfolders(folder, levels, folders)
            below = [each for each in below if each not in ("cur", "new", "tmp")]
        else:
            if any(each.lower().endswith(EML) for each in files):
                yield Place(name, folder, "eml")
            yield from _mboxes(folder, levels, files, check)
        if len(levels) < MAX_LEVELS:
            waiting += [(folder / each, (*levels, _level(each))) for each in reversed(below)]


def _sorted(entries: "Iterator[os.DirEntry[str]]") -> tuple[list[str], list[str]]:
    """The names of the regular files, and of the folders; links and devices are neither."""
    files, folders = [], []
    for entry in entries:
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_file(follow_symlinks=False):
                files.append(entry.name)
    return sorted(files), sorted(folders)


def _subfolders(folder: Path, levels: tuple[str, ...], folders: list[str]) -> Iterator[Place]:
    """Maildir++: ``.Sent.2024`` beside ``cur``, in modified UTF-7 (Courier, Dovecot)."""
    for name in folders:
        path = folder / name
        if name.startswith(".") and len(name) > 1 and any(is_folder(path / each) for each in ("cur", "new")):
            raw = os.fsencode(name[1:])
            decoded = decode_folder(raw) or decode_text(raw)
            yield Place("/".join((*levels, *decoded.split("."))), path, "maildir")


def _mboxes(folder: Path, levels: tuple[str, ...], files: list[str], check: Check) -> Iterator[Place]:
    candidates = [each for each in files if not each.startswith(".") and not each.lower().endswith(EML)]
    for name in candidates[:_MAX_PROBES]:
        check()
        if not name.lower().endswith(".msf") and is_mbox(folder / name):
            inner = levels if name == "mbox" and folder.name.endswith(_MBOX) else (*levels, _level(name))
            yield Place("/".join(inner), folder / name, "mbox")


def _level(name: str) -> str:
    """A level of a folder's name: without what Thunderbird and others add (``Sent.sbd``, ``Sent.mbox``)."""
    for suffix in (".sbd", *_MBOX):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
            break
    return decode_text(os.fsencode(name))


def _unique(places: Iterator[Place]) -> Iterator[Place]:
    """Each with a name of its own: two that have the same one are told apart by a number."""
    taken: set[str] = set()
    for place in places:
        if len(taken) >= MAX_FOLDERS:
            return
        name, number = place.name, 2
        while name in taken:
            name, number = f"{place.name} ({number})", number + 1
        taken.add(name)
        yield Place(name, place.path, place.layout)
