"""All messages of an archive into one of its other forms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.maildir import MaildirTree
from balt.cleanup.forms.mbox import MboxTree
from balt.cleanup.forms.names import Names
from balt.cleanup.forms.source import Contents, Source, UnfitError
from balt.cleanup.forms.target import fresh_folder
from balt.cleanup.ports import Cancelled, Progress
from balt.clock import Clock
from balt.errors import CancelledError
from balt.i18n import _
from balt.mail.dates import DateReader


class Form(StrEnum):
    """What an archive can be copied into."""

    MBOX = "mbox"
    MAILDIR = "maildir"


@dataclass(slots=True)
class Exported:
    """What was copied: messages, their octets, and the folders they fill. ``damaged`` and ``missing`` are
    files of the archive (and lines of its manifest) that were left out.
    """

    messages: int = 0
    size: int = 0
    folders: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 where something was left out."""
        return 1 if self.damaged or self.missing else 0

    def to_json(self) -> dict[str, object]:
        """The document of ``balt archive export --json``."""
        return {
            "exported": self.messages,
            "exported_size": self.size,
            "folders": self.folders,
            "damaged": self.damaged,
            "missing": self.missing,
        }


class _OpenFolder(Protocol):
    def add(self, record: Record, pieces: Iterator[bytes]) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class _Tree(Protocol):
    def folder(self, name: str) -> _OpenFolder: ...


def export(
    source: Source,
    contents: Contents,
    form: Form,
    place: Path,
    clock: Clock,
    on_progress: Progress,
    cancelled: Cancelled,
) -> Exported:
    """Copy the messages to ``place``, which must not be there yet; where they come from several BAL, each has
    its folder in it. What is no longer what the manifest says is left out, and told.

    Raises UsageError, StoppedError (the place fails, or the disk gives back something else) and
    CancelledError: nothing is then left at ``place``.
    """
    done = Exported(damaged=list(contents.damaged))
    with fresh_folder(place, contents.size) as root:
        copying = _Copying(source, done, contents.count, on_progress, cancelled)
        trees = _Trees(root, form, DateReader(clock), several=len(contents.accounts) > 1)
        try:
            for (account, folder), records in _merged(contents).items():
                copying.fill(trees.of(account).folder(folder), records)
        finally:
            trees.close()
    return done


def _merged(contents: Contents) -> dict[tuple[str, str], list[Record]]:
    """The folders, BAL by BAL, each once: the inbox has one name in whatever case."""
    merged: dict[tuple[str, str], list[Record]] = {}
    for (account, folder), records in sorted(contents.folders.items()):
        name = folder.upper() if folder.upper() == "INBOX" else folder
        merged.setdefault((account, name), []).extend(records)
    return merged


class _Trees:
    """The tree of each BAL: the place itself where there is one BAL alone."""

    def __init__(self, root: Folder, form: Form, dates: DateReader, *, several: bool) -> None:
        self._root = root
        self._make: Callable[[Folder], _Tree] = lambda inside: (
            MboxTree(inside, dates) if form is Form.MBOX else MaildirTree(inside, dates)
        )
        self._several = several
        self._names = Names()
        self._trees: dict[str, _Tree] = {}
        self._opened: list[Folder] = []

    def of(self, account: str) -> _Tree:
        """Where the folders of a BAL go."""
        if account not in self._trees:
            inside = self._root
            if self._several:
                inside = self._root.child(*self._names.of(account, (account,)), create=True)
                self._opened.append(inside)
            self._trees[account] = self._make(inside)
        return self._trees[account]

    def close(self) -> None:
        """Have their names on the disk, as far as that can be done, and let them go."""
        for inside in self._opened:
            inside.sync()
            inside.close()


class _Copying:
    """The messages one after the other."""

    def __init__(
        self, source: Source, done: Exported, total: int, on_progress: Progress, cancelled: Cancelled
    ) -> None:
        self._source = source
        self._done = done
        self._total = total
        self._dealt_with = 0
        self._on_progress = on_progress
        self._cancelled = cancelled

    def fill(self, folder: _OpenFolder, records: list[Record]) -> None:
        """Copy the messages of one folder, and close it."""
        try:
            for record in records:
                if self._cancelled():
                    raise CancelledError(_("copie interrompue."), advice=_("Il n'en reste rien."))
                self._copy(folder, record)
                self._dealt_with += 1
                self._on_progress(self._dealt_with, self._total)
            folder.finish()
        finally:
            folder.close()
        self._done.folders += 1

    def _copy(self, folder: _OpenFolder, record: Record) -> None:
        try:
            folder.add(record, self._source.pieces(record))
        except UnfitError as unfit:
            (self._done.missing if unfit.missing else self._done.damaged).append(record.file)
        else:
            self._done.messages += 1
            self._done.size += record.size
