"""An archive opened for writing: its place checked, its lock held, what a crash left in it cleaned up."""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from balt.cleanup.archive.failures import disk_lies, place_failed, unsafe_place
from balt.cleanup.archive.keeper import ArchiveKeeper
from balt.cleanup.archive.layout import INCOMING, PART, README, README_TEXT
from balt.cleanup.archive.lock import archive_lock
from balt.cleanup.archive.manifest import Manifest
from balt.cleanup.archive.part import Part
from balt.cleanup.archive.places import check_safe
from balt.cleanup.archive.tree import Folder
from balt.cleanup.ports import Owner
from balt.clock import Clock
from balt.i18n import _
from balt.paths import sync_dir


@contextmanager
def open_archive(
    place: Path, owner: Owner, clock: Clock, *, twice: bool, tls: bool
) -> Iterator[ArchiveKeeper]:
    """The archive at ``place``, made when it is missing, for the messages of ``owner``.

    Each message is read twice from the server when ``twice``, and always when the line is not ``tls``. Raises
    StoppedError where the place fails or must not be used, or while another balt writes there; UsageError for
    a path that is not absolute.
    """
    check_safe(place)
    with ExitStack() as stack:
        try:
            keeper = _opened(stack, place, owner, clock, 2 if twice or not tls else 1)
        except OSError as error:
            raise place_failed(error) from error
        yield keeper


def _opened(stack: ExitStack, place: Path, owner: Owner, clock: Clock, reads: int) -> ArchiveKeeper:
    for folder in reversed([each for each in (place, *place.parents) if not each.exists()]):
        folder.mkdir(mode=0o700)
        sync_dir(folder.parent)
    root = stack.enter_context(Folder(place))
    _check_open(root)
    stack.enter_context(archive_lock(root, owner.address, clock))
    stack.callback(_remove_incoming, root)
    incoming = stack.enter_context(root.child(INCOMING, create=True))
    for name in incoming.names():
        if PART.fullmatch(name) and stat.S_ISREG(incoming.state(name).st_mode):
            incoming.remove(name)
    if README not in root.names():
        _explain(root, incoming)
    manifest = Manifest(root)
    stack.callback(manifest.close)
    return stack.enter_context(ArchiveKeeper(root, incoming, manifest, owner, clock, reads))


def _check_open(root: Folder) -> None:
    """The folder that was opened is ours: its name may have been given to another one meanwhile."""
    found = root.state()
    if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH):
        raise unsafe_place(_("il appartient à un autre utilisateur"))


def _explain(root: Folder, incoming: Folder) -> None:
    """The file that tells a person what this folder is."""
    part, content = Part(incoming), README_TEXT.encode()
    try:
        part.write(content)
        if not part.seal((content,)):
            raise disk_lies()
        part.place(root, README)
        root.sync()
    finally:
        part.discard()


def _remove_incoming(root: Folder) -> None:
    with suppress(OSError):  # not empty: something in it is not balt's
        root.remove_folder(INCOMING)
