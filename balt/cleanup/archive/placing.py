"""Messages that were read again get their final names: in the dated folders, each content once."""

import errno
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import ExitStack
from typing import Self

from balt.cleanup.archive.failures import disk_lies
from balt.cleanup.archive.intake import Received
from balt.cleanup.archive.part import Part
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder


class Shelves:
    """The dated folders of an archive. Several threads may use them; OSError as the system does."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self._made: set[str] = set()

    def holds(self, file: str, sha256: str, size: int) -> bool:
        """Whether a file is on the disk and has this content; OSError where the disk fails."""
        folder, _slash, name = file.rpartition("/")
        try:
            with ExitStack() as stack:
                return self._opened(stack, folder).holds(name, sha256, size)
        except OSError as error:
            if error.errno == errno.EIO:
                raise
            return False

    def pieces(self, file: str) -> Iterator[bytes]:
        """The octets of a file, from the disk; OSError as the system does."""
        folder, _slash, name = file.rpartition("/")
        with ExitStack() as stack:
            yield from self._opened(stack, folder).pieces(name)

    def place(self, folder: str, files: Mapping[str, Part]) -> bool:
        """Give files their names in one folder, and have the names on the disk; whether each name leads to
        what was read again. A file that has this content already stays as it is.
        """
        with ExitStack() as stack:
            target = self._opened(stack, folder, create=True)
            for name, part in files.items():
                if not target.holds(name, part.sha256, part.size):
                    part.place(target, name)
            target.sync()
            return all(part.stands(target, name) for name, part in files.items())

    def _opened(self, stack: ExitStack, folder: str, *, create: bool = False) -> Folder:
        inside = self._root
        for name in folder.split("/"):
            opened = stack.enter_context(inside.child(name, create=create))
            if create and str(opened.path) not in self._made:
                inside.sync()  # once: a run that was killed may have made it, and come no further
                self._made.add(str(opened.path))
            inside = opened
        return inside


class Placing:
    """The messages of one batch, chunk by chunk, while others still arrive. ``describe`` makes the line of a
    message, which says where it goes.
    """

    def __init__(self, shelves: Shelves, workers: Executor, describe: Callable[[Received], Record]) -> None:
        self._shelves = shelves
        self._workers = workers
        self._describe = describe
        self._waiting: deque[Sequence[Received]] = deque()
        self._placing: list[Future[bool]] = []
        self._records: list[Record] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        wait(self._placing)

    def add(self, received: Sequence[Received]) -> None:
        """One more chunk; those before it whose files were read again get their names. Raises OSError,
        StoppedError.
        """
        self._waiting.append(received)
        while self._waiting and all(each.alike.done() for each in self._waiting[0]):
            self._begin(self._waiting.popleft())

    def finish(self) -> list[Record]:
        """The lines of all messages, once each has its name on the disk."""
        while self._waiting:
            self._begin(self._waiting.popleft())
        if not all(placing.result() for placing in self._placing):
            raise disk_lies()
        return self._records

    def _begin(self, received: Sequence[Received]) -> None:
        if not all(each.alike.result() for each in received):
            raise disk_lies()
        folders: dict[str, dict[str, Part]] = {}
        for each in received:
            record = self._describe(each)
            self._records.append(record)
            folder, _slash, name = record.file.rpartition("/")
            folders.setdefault(folder, {})[name] = each.part
        for folder, files in folders.items():
            self._placing.append(self._workers.submit(self._shelves.place, folder, files))
