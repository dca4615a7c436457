"""Where balt keeps things. Asking for a path creates nothing; private folders are 0700, files 0600."""

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from balt.i18n import _


def config_file(environ: Mapping[str, str] = os.environ) -> Path:
    """``$BALT_CONFIG``, else ``config.toml`` in balt's configuration folder."""
    if explicit := environ.get("BALT_CONFIG"):
        return Path(explicit)
    return _folder("config", environ) / "config.toml"


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the journal and of plans."""
    return _folder("state", environ)


def data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of indexes, ticks and situations."""
    return _folder("data", environ)


def private_dir(path: Path) -> Path:
    """Create ``path`` (and what is missing above it) for its owner alone, durably, and return it.

    A folder that is there already is closed to others too, unless it is one that all share (sticky, as
    ``/tmp`` is): that one is left as it is. Raises PermissionError for a folder that belongs to someone
    else: its owner could read and replace whatever balt kept in it; and OSError as the system does.
    """
    for folder in (*reversed([each for each in path.parents if not each.exists()]), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_dir(folder.parent)
    if os.name == "posix":
        found = path.stat()
        if found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, _("ce dossier appartient à un autre utilisateur"), str(path))
        if found.st_mode & 0o077 and not found.st_mode & stat.S_ISVTX:
            path.chmod(0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all: ``.part``, fsync, rename, fsync."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_dir(path.parent)


def sync_dir(path: Path) -> None:
    """Make a rename inside ``path`` durable; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folder(kind: str, environ: Mapping[str, str]) -> Path:
    """``$XDG_…_HOME/balt`` where it is set, on every system; else what the system is used to."""
    value = environ.get(f"XDG_{kind.upper()}_HOME", "")
    if value and Path(value).is_absolute():
        return Path(value) / "balt"
    import platformdirs  # slow to import, and most commands do without

    usual = platformdirs.PlatformDirs("balt", appauthor=False)
    folders = {"config": usual.user_config_dir, "state": usual.user_state_dir, "data": usual.user_data_dir}
    return Path(folders[kind])
