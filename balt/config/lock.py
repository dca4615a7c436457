"""One balt at a time that changes the configuration."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from balt.config.table import config_error
from balt.errors import ConfigError
from balt.i18n import _

SECONDS = 3.0
"""How long another balt is waited for; it takes a few milliseconds."""
_PAUSE = 0.01


@contextmanager
def config_lock(file: Path, folder: Path) -> Iterator[None]:
    """Hold the lock of the configuration ``file``, which is in ``folder``. Raises ConfigError when another
    balt keeps it. A disk without locks goes without: whoever writes still looks for changes.
    """
    handle: int | filelock.BaseFileLock | None
    try:
        handle = _locked_folder(folder) if os.name == "posix" else _locked_file(folder / f".{file.name}.lock")
    except TimeoutError:
        raise _busy(file) from None
    except (OSError, NotImplementedError):
        handle = None
    try:
        yield
    finally:
        if isinstance(handle, int):
            os.close(handle)
        elif handle is not None:
            handle.release()


def _locked_folder(folder: Path) -> int:
    """The folder, open and locked: no file of ours is left lying in it. Raises OSError, TimeoutError."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    until = time.monotonic() + SECONDS
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError from None
                time.sleep(_PAUSE)
            else:
                return handle
    except BaseException:
        os.close(handle)
        raise


def _locked_file(path: Path) -> filelock.BaseFileLock:
    """The lock of Windows, which knows none for folders, and takes its file away when it is released."""
    lock = filelock.FileLock(path, timeout=SECONDS, mode=0o600)
    lock.acquire()  # its Timeout is a TimeoutError
    return lock


def _busy(file: Path) -> ConfigError:
    sentence = _("un autre balt écrit dans ce fichier.")
    return config_error(file, sentence, advice=_("Rien n'a été ajouté. Recommencez."))
