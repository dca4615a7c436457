"""What the folders of hand-overs hold, read without balt's own code: files, and both indexes of each."""

import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.mailbox import hash_of

INDEXES = ("index.csv", "index.json")


@dataclass
class Handed:
    """``files`` are the hashes of documents by path, under final names; ``rows`` what whole indexes tell;
    ``unfinished`` files without a final name, and logs of runs; ``broken`` what is wrong in itself, whatever
    was handed over.
    """

    files: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def documents(self) -> Counter[tuple[str, str]]:
        """How often each document of each message, by the hashes of both, is told of."""
        return Counter((str(row["message"]), str(row["sha256"])) for row in self.rows)


def read_handed(place: Path) -> Handed:
    """Everything below the folder that holds the runs, from the disk, now."""
    found = Handed()
    for run in sorted(place.iterdir()) if place.is_dir() else ():
        _read_run(run, found)
    return found


def _read_run(run: Path, found: Handed) -> None:
    here: dict[str, str] = {}
    unfinished = []
    for path in sorted(run.iterdir()):
        name = f"{run.name}/{path.name}"
        if path.name.endswith(".part") or path.name.startswith("."):
            unfinished.append(name)
        elif path.name not in INDEXES:
            here[name] = hash_of(path.read_bytes())
    found.files |= here
    found.unfinished += unfinished
    rows = _rows(run, found)
    if rows is None:
        found.unfinished += [] if unfinished else [f"{run.name}: no index"]
        return
    told = {f"{run.name}/{row['file']}": row["sha256"] for row in rows}
    found.rows += rows
    if len(told) != len(rows):
        found.broken.append(f"I4 the index of {run.name} has a name twice")
    if told != here:
        found.broken.append(
            f"I4 the index of {run.name} and its files are not the same: {set(told) ^ set(here)}"
        )


def _rows(run: Path, found: Handed) -> list[dict[str, Any]] | None:
    """What ``index.json`` tells of documents, None where it is not there; the other index tells the same."""
    tables = []
    if (run / INDEXES[0]).exists():
        tables = list(csv.DictReader((run / INDEXES[0]).read_text("utf-8").splitlines()))
    if not (run / INDEXES[1]).exists():
        return None
    try:
        rows = json.loads((run / INDEXES[1]).read_bytes())["documents"]
    except (ValueError, KeyError, TypeError):
        found.broken.append(f"I4 the index of {run.name} cannot be read")
        return []
    if [{name: str(value) for name, value in row.items()} for row in rows] != tables:
        found.broken.append(f"I4 both indexes of {run.name} tell something else")
    return list(rows)
