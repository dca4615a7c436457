"""What an archive holds, read without balt's own code: the manifest's lines, and the files hashed anew."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.mailbox import hash_of

Source = tuple[str, int, int]
"""Folder, UIDVALIDITY and UID of an archived message."""


@dataclass(frozen=True)
class Archived:
    """``verified`` are the messages of which a whole line of the manifest names a file with these octets;
    ``files`` the hash of each message file by its path; ``unfinished`` files that bear no final name;
    ``false`` the lines whose file is missing or holds something else.
    """

    verified: dict[Source, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def hashes(self) -> Counter[str]:
        """The messages that are safe here, each as often as a line names it."""
        return Counter(self.verified.values())


def read_archive(folder: Path) -> Archived:
    """Everything, from the disk, now."""
    if not folder.is_dir():
        return Archived()
    files: dict[str, str] = {}
    unfinished: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name.endswith(".part"):
            unfinished.append(name)
        elif path.is_file() and name.endswith(".eml"):
            files[name] = hash_of(path.read_bytes())
    verified: dict[Source, str] = {}
    false: list[str] = []
    manifest = folder / "manifest.jsonl"
    for line in manifest.read_bytes().split(b"\n") if manifest.exists() else ():
        try:
            entry = json.loads(line)
            source = (str(entry["folder"]), int(entry["uidvalidity"]), int(entry["uid"]))
            name, hashed = str(entry["file"]), str(entry["sha256"])
        except (ValueError, KeyError, TypeError):
            continue  # a line that a crash cut short says nothing
        if files.get(name) == hashed:
            verified[source] = hashed
        else:
            false.append(name)
    return Archived(verified, files, unfinished, false)
