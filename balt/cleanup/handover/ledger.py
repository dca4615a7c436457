"""What was handed over before: digests of messages and documents, and the runs that were begun.

One line of JSON each, added and never changed. It holds no name, no subject and no folder of a mailbox, only
SHA-256; the folders of runs are the user's own. Whoever holds the ledger is the only one that hands over.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import filelock

from balt.cleanup.forms.writing import write_all
from balt.cleanup.handover.model import Document, Letter
from balt.cleanup.lock import no_locks
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, sync_dir
from balt.text import plain

FILE = "handed-over.jsonl"
_OPEN = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Ledger:
    """The ledger of this user, open and held."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._documents: set[bytes] = set()
        self._messages: dict[bytes, int] = {}
        self._open: dict[str, None] = {}
        if path.exists():
            for line in path.read_bytes().split(b"\n"):
                self._take(line)

    def has(self, message: str, sha256: str) -> bool:
        """Whether a document with this content was handed over from a message with that content."""
        return _key(message, sha256) in self._documents

    def documents_of(self, letter: Letter, *, everything: bool) -> int | None:
        """How many documents were handed over from the message at this place, where they were all that it
        has; None where that is not known.
        """
        return self._messages.get(_place(letter, everything))

    def add(
        self,
        run: str,
        documents: Iterable[Document],
        complete: tuple[Letter, int] | None = None,
        *,
        everything: bool,
    ) -> None:
        """Remember documents of one message; ``complete`` is the message, and how many documents it has in
        all, where no more are to come. OSError.
        """
        told: list[Mapping[str, object]] = []
        for document in documents:
            if not self.has(document.message, document.sha256):
                told.append({"message": document.message, "document": document.sha256, "run": run})
        if complete is not None:
            letter, count = complete
            place = _place(letter, everything)
            if place not in self._messages:
                told.append({"place": place.hex(), "documents": count})
        self._write(told)

    def begin(self, run: Path) -> None:
        """A run will write into this folder. OSError."""
        self._write([{"open": str(run)}])

    def end(self, run: Path) -> None:
        """The index of this run is written, or there is nothing of it. OSError."""
        self._write([{"closed": str(run)}])

    @property
    def cut_runs(self) -> list[Path]:
        """The folders of runs that were begun, and whose index was not written."""
        return [Path(run) for run in self._open]

    def _take(self, line: bytes) -> None:
        """One line; one that a crash has cut tells nothing."""
        try:
            told = json.loads(line)
            if "document" in told:
                self._documents.add(_key(told["message"], told["document"]))
            elif "place" in told:
                self._messages[bytes.fromhex(told["place"])] = int(told["documents"])
            elif "open" in told:
                self._open[str(told["open"])] = None
            elif "closed" in told:
                self._open.pop(str(told["closed"]), None)
        except (ValueError, TypeError, KeyError, RecursionError):
            return

    def _write(self, told: Iterable[Mapping[str, object]]) -> None:
        lines = [json.dumps(each, separators=(",", ":")).encode("ascii") for each in told]
        if not lines:
            return
        handle = os.open(self._path, _OPEN, 0o600)
        try:
            before = os.fstat(handle).st_size
            os.lseek(handle, max(before - 1, 0), os.SEEK_SET)
            cut = b"\n" if os.read(handle, 1) not in (b"", b"\n") else b""
            write_all(handle, cut + b"\n".join(lines) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if not before:
            sync_dir(self._path.parent)
        for line in lines:
            self._take(line)


@contextmanager
def held_ledger(state_dir: Path) -> Iterator[Ledger]:
    """The ledger in the state folder; StoppedError while another balt hands over, or where it
    cannot be used.
    """
    try:
        private_dir(state_dir)
        lock = filelock.FileLock(state_dir / f"{FILE}.lock", timeout=0, mode=0o600)
        lock.acquire()
    except filelock.Timeout as error:
        raise StoppedError(
            _("un autre balt remet déjà des documents."),
            advice=_("Rien n'a été fait. Attendez qu'il ait fini, puis recommencez."),
        ) from error
    except NotImplementedError as error:
        raise no_locks() from error
    except OSError as error:
        raise ledger_failed(error) from error
    try:
        try:
            ledger = Ledger(state_dir / FILE)
        except OSError as error:
            raise ledger_failed(error) from error
        yield ledger
    finally:
        lock.release()


def ledger_failed(error: OSError) -> StoppedError:
    """What was handed over could not be remembered: it might be handed over twice."""
    return StoppedError(
        _("le registre des documents remis ne peut pas être lu ou écrit : %s.")
        % plain(error.strerror or type(error).__name__, 200),
        advice=_("Vérifiez la place et les droits du dossier d'état de balt, puis recommencez."),
    )


def _key(message: str, sha256: str) -> bytes:
    return bytes.fromhex(message)[:16] + bytes.fromhex(sha256)[:16]


def _place(letter: Letter, everything: bool) -> bytes:
    told = (letter.server, letter.user, letter.mailbox, letter.folder, letter.uidvalidity, letter.uid)
    return hashlib.sha256(repr((told, everything)).encode("utf-8", "surrogatepass")).digest()[:16]
