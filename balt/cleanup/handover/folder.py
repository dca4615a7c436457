"""The folder of one run: documents with their names once they were read again, then the index.

The documents of one message get their names together: they are written as ``.part``, read again, told in
the log of the run, then renamed. What a kill leaves behind is finished from that log (``finish_cut``).
"""

import csv
import hashlib
import io
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.writing import write_all
from balt.cleanup.handover.failures import place_failed
from balt.cleanup.handover.model import COLUMNS, Document, MessageAccount, document_of
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import sync_dir
from balt.text import sheet_cell

LOG = ".balt.run.jsonl"
INDEX_CSV = "index.csv"
INDEX_JSON = "index.json"
FORMAT = "balt handover"
VERSION = 1
_PART = ".part"
_RUN = re.compile(r"\d{4}-\d\d-\d\dT\d{4}-[0-9a-f]{8}")


@dataclass(slots=True)
class Index:
    """What a run tells: its documents, and its messages as ``MessageAccount.to_json`` has them."""

    run: str
    made: str
    documents: list[Document] = field(default_factory=list)
    messages: list[Mapping[str, object]] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The content of ``index.json``."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "run": self.run,
            "made": self.made,
            "documents": [document.to_json() for document in self.documents],
            "messages": self.messages,
        }

    def csv(self) -> bytes:
        """The content of ``index.csv``: nothing in it is a formula."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for document in self.documents:
            told = document.to_json()
            writer.writerow([sheet_cell(told[name]) for name in COLUMNS])
        return text.getvalue().encode("utf-8", "backslashreplace")


@dataclass(slots=True)
class PartFile:
    """A document on the disk that has not got its name yet; ``sha256`` and ``size`` are of what was given."""

    part: str
    sha256: str
    size: int


class RunFolder:
    """The folder of a run, open for writing. StoppedError where its disk fails, or gives back something else
    than was written to it; OSError where it cannot be made.
    """

    def __init__(self, folder: Folder, made: str) -> None:
        self._folder = folder
        self._parts: set[str] = set()
        self.index = Index(folder.path.name, made)
        self._log = folder.create(LOG)
        self._note({"format": FORMAT, "version": VERSION, "made": made})
        folder.sync()

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._folder.path

    def write(self, pieces: Iterable[bytes]) -> PartFile:
        """Write a document: on the disk, and read again. What ``pieces`` raises goes on."""
        name = f"{secrets.token_hex(8)}{_PART}"
        hasher, size = hashlib.sha256(), 0
        with _disk():
            handle = self._folder.create(name)
        self._parts.add(name)
        try:
            for piece in pieces:
                with _disk():
                    write_all(handle, piece)
                hasher.update(piece)
                size += len(piece)
            with _disk():
                os.fsync(handle)
        finally:
            os.close(handle)
        with _disk():
            alike = self._folder.holds(name, hasher.hexdigest(), size)
        if not alike:
            raise disk_lies()
        return PartFile(name, hasher.hexdigest(), size)

    def discard(self, parts: Iterable[str] | None = None) -> None:
        """Take files away that will not get a name: these, else all of them; never raises. What could not be
        taken away is tried again when all of them go.
        """
        for name in list(self._parts if parts is None else parts):
            with suppress(OSError):
                self._folder.remove(name)
                self._parts.discard(name)

    def keep(self, account: MessageAccount, parts: Sequence[PartFile]) -> None:
        """Give the files of a message their names, and tell of it in the index. Nobody's file is replaced:
        the folder is this run's own.
        """
        names = {document.file: part.part for document, part in zip(account.documents, parts, strict=True)}
        told = account.to_json()
        documents = [document.to_json() for document in account.documents]
        with _disk():
            self._note({"message": told, "documents": documents, "parts": names})
            try:
                for name, part in names.items():
                    self._folder.move(part, self._folder, name)
                    self._parts.discard(part)
                self._folder.sync()
            except OSError:
                self._parts.update(names)  # the index will not tell of them: they go
                raise
        self.index.documents += account.documents
        self.index.messages.append(told)

    def close(self) -> None:
        """Write the index: from here on the run is over."""
        with _disk():
            _write_index(self._folder, self.index)

    def remove_all(self) -> None:
        """Nothing was taken: the folder goes too."""
        with _disk():
            _remove_all(self._folder)

    def _note(self, told: Mapping[str, object]) -> None:
        """A line of the log, on the disk; what could not be written whole is taken back."""
        before = os.fstat(self._log).st_size
        try:
            write_all(self._log, json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n")
            os.fsync(self._log)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._log, before)
                os.lseek(self._log, 0, os.SEEK_END)
            raise

    def release(self) -> None:
        """Let the log go."""
        os.close(self._log)


@contextmanager
def _disk() -> Iterator[None]:
    """What fails here is the place, not the message that is being read."""
    try:
        yield
    except OSError as error:
        raise place_failed(error) from error


def _remove_all(folder: Folder) -> None:
    folder.remove(LOG)
    folder.path.rmdir()
    sync_dir(folder.path.parent)


def run_name(now: datetime) -> str:
    """The name of a run's folder: no two alike."""
    return f"{now:%Y-%m-%dT%H%M}-{secrets.token_hex(4)}"


@contextmanager
def new_run(place: Path, made: datetime) -> Iterator[RunFolder]:
    """The folder ``place`` of a new run, for its owner alone; it must not be there yet. OSError."""
    place.mkdir(mode=0o700)
    sync_dir(place.parent)
    with Folder(place) as folder:
        run = RunFolder(folder, made.isoformat(timespec="seconds"))
        try:
            yield run
        finally:
            run.discard()
            run.release()


def finish_cut(place: Path) -> Index | None:
    """Finish the folder of a run that was cut: files that were told of get their names, the others go, the
    index is written. None where nothing of it is there, or all was finished. OSError as the system does.
    """
    if not _RUN.fullmatch(place.name):
        return None
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(Folder(place))
            names = folder.names()
        except FileNotFoundError:
            return None
        if not names:
            place.rmdir()
        if LOG not in names:
            return None
        index = Index(place.name, "")
        for line in b"".join(folder.pieces(LOG)).split(b"\n"):
            _recall(folder, line, index)
        for name in names:
            if re.fullmatch(rf"[0-9a-f]{{16}}{re.escape(_PART)}", name):
                with suppress(FileNotFoundError):
                    folder.remove(name)
        if not index.messages:
            _remove_all(folder)
            return None
        _write_index(folder, index)
        return index


def _recall(folder: Folder, line: bytes, index: Index) -> None:
    """One line of the log: the files that it tells of, as far as they are there."""
    try:
        told = json.loads(line)
        index.made = told.get("made", index.made)
        documents = [document_of(each) for each in told.get("documents", ())]
        parts = dict(told.get("parts", {}))
        message = dict(told.get("message", {}))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return
    found = [each for each in documents if _named(folder, each, str(parts.get(each.file, "")))]
    index.documents += found
    if message:
        whole = bool(message.get("whole")) and len(found) == len(documents)
        index.messages.append(message | {"documents": len(found), "whole": whole})


def _named(folder: Folder, document: Document, part: str) -> bool:
    """Whether the file of a document is there under its name, now or already."""
    if folder.holds(document.file, document.sha256, document.size):
        return True
    if not re.fullmatch(rf"[0-9a-f]{{16}}{re.escape(_PART)}", part) or "/" in document.file:
        return False
    if not folder.holds(part, document.sha256, document.size):
        return False
    folder.move(part, folder, document.file)
    folder.sync()
    return True


def _write_index(folder: Folder, index: Index) -> None:
    """The index in both forms, read again; then the log goes."""
    document = json.dumps(index.to_json(), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    for name, content in ((INDEX_CSV, index.csv()), (INDEX_JSON, document)):
        part = f"{name}{_PART}"
        with suppress(FileNotFoundError):
            folder.remove(part)
        handle = folder.create(part)
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        if not folder.holds(part, hashlib.sha256(content).hexdigest(), len(content)):
            raise disk_lies()
        folder.move(part, folder, name)
    folder.sync()
    folder.remove(LOG)
    folder.sync()


def disk_lies() -> StoppedError:
    """What was read back is not what was written."""
    return StoppedError(
        _("ce disque ne rend pas ce que balt y a écrit."),
        advice=_("Le document en cours n'est pas remis. Changez de disque."),
    )
