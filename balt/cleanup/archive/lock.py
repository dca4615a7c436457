"""One balt at a time writes into an archive; who does is said to the others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import filelock

from balt.cleanup.archive.layout import HOLDER, LOCK
from balt.cleanup.archive.tree import Folder
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.text import plain

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
_MOST = 500


@contextmanager
def archive_lock(root: Folder, who: str, clock: Clock) -> Iterator[None]:
    """Hold the archive; StoppedError when another balt does. OSError as the system does."""
    lock = filelock.FileLock(root.path / LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise _held(_holder(root)) from error
    except NotImplementedError as error:
        raise StoppedError(
            _("le disque de l'archive ne permet pas de verrouiller un fichier."),
            advice=_("Rien n'a été fait. Choisissez un dossier sur un disque de cet ordinateur."),
        ) from error
    try:
        with suppress(OSError):  # to say who holds it is a kindness, no more
            _tell(root, f"{who} · PID {os.getpid()} · {clock.now().isoformat(timespec='minutes')}")
        yield
        with suppress(OSError):
            root.remove(HOLDER)
    finally:
        with suppress(OSError):
            lock.release()


def _tell(root: Folder, text: str) -> None:
    handle = root.open(HOLDER, _WRITE)
    try:
        os.write(handle, text.encode("utf-8", "replace"))
    finally:
        os.close(handle)


def _holder(root: Folder) -> str:
    try:
        handle = root.open(HOLDER, _READ)
    except OSError:
        return ""
    try:
        return plain(os.read(handle, _MOST).decode("utf-8", "replace"))
    except OSError:
        return ""
    finally:
        os.close(handle)


def _held(holder: str) -> StoppedError:
    message = _("un autre balt se sert déjà de cette archive.")
    if holder:
        message = _("un autre balt se sert déjà de cette archive (%s).") % holder
    return StoppedError(message, advice=_("Rien n'a été fait. Attendez qu'il ait fini, puis recommencez."))
