"""The place of an archive: what must not be, what deserves a warning, and whether there is room."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from balt.cleanup.archive.failures import place_failed, unsafe_place
from balt.cleanup.archive.layout import OWN
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.units import format_size

ROOM = 1.2
"""Free octets wanted for each octet to archive: blocks, names and the manifest take their share."""

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = re.compile(
    r"(?:nfs\d?|cifs|smb\w*|9p|afs|ceph|coda|davfs\d?|glusterfs|lustre|ncpfs|virtiofs|vboxsf|prl_fs"
    r"|fuse\.(?:sshfs|rclone|s3fs|gvfsd-fuse|davfs\d?|glusterfs|smbnetfs|vmhgfs-fuse|curlftpfs))"
)
_SYNCED = re.compile(
    r"(?:onedrive|dropbox|google ?drive|googledrive|my drive|mon drive|icloud|nextcloud|owncloud|kdrive"
    r"|pcloud|megasync|seafile|syncthing|hubic|tresorit)(?:$|[ \-_(.].*|drive.*)"
    r"|mobile documents|cloudstorage|com~apple~clouddocs|box(?: sync)?",
    re.IGNORECASE,
)
_MARKERS = re.compile(
    r"\.dropbox(?:\.cache)?|\.(?:nextcloud|owncloud)sync\.log|\._?sync_[0-9a-f]+\.db|\.stfolder|\.seafile-data"
    r"|\.tmp\.drivedownload|\.849c9593-d756-4e56-8d6e-42412f2a707b",
    re.IGNORECASE,
)
"""Files by which synchronising programs know their folder (the last one is OneDrive's)."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


def check_place(place: Path, needed: int, held: Callable[[], int] = lambda: 0) -> None:
    """Raise StoppedError where an archive must not be, or where ``needed`` octets would not fit; UsageError
    for a path that is not absolute. Nothing is made or changed. ``held`` tells, where it matters, how many of
    these octets are there already: an act that goes on is not refused the room that it has taken itself.
    """
    check_safe(place)
    try:
        free = shutil.disk_usage(_nearest(place)).free
    except OSError as error:
        raise place_failed(error) from error
    missing = int(needed * ROOM) - free
    if missing > 0:
        missing = int((needed - held()) * ROOM) - free
    if missing > 0:
        raise StoppedError(
            _("il manque %(missing)s sur ce disque pour cette archive (%(needed)s à archiver).")
            % {"missing": format_size(missing), "needed": format_size(needed)},
            advice=_("Rien n'a été fait. Libérez de la place, ou choisissez un autre disque."),
        )


def check_safe(place: Path) -> None:
    """Raise StoppedError for a place that somebody else could read from, replace, or lead elsewhere."""
    if not place.is_absolute() or ".." in place.parts:
        raise UsageError(_("le dossier de l'archive doit être donné par son chemin complet."))
    if os.name != "posix":
        if place.is_symlink():
            raise unsafe_place(_("c'est un lien"))
        return
    me = os.geteuid()
    for folder in reversed(place.parents):
        try:
            found = folder.lstat()
        except OSError:
            continue
        if stat.S_ISLNK(found.st_mode) and found.st_uid not in (0, me):
            raise unsafe_place(_("un lien fait par un autre utilisateur y mène"))
        open_to_all = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_IWOTH
        if open_to_all and not found.st_mode & stat.S_ISVTX:
            raise unsafe_place(_("tout le monde peut écrire dans un dossier qui y mène"))
    try:
        found = place.lstat()
    except OSError:
        return
    if stat.S_ISLNK(found.st_mode):
        raise unsafe_place(_("c'est un lien"))
    if not stat.S_ISDIR(found.st_mode):
        raise unsafe_place(_("ce n'est pas un dossier"))
    if found.st_uid != me:
        raise unsafe_place(_("il appartient à un autre utilisateur"))
    if found.st_mode & stat.S_IWOTH:
        raise unsafe_place(_("tout le monde peut y écrire"))


def place_warnings(place: Path, mounts: Path = _MOUNTS) -> list[str]:
    """What a person should know before they archive health data there; sentences, safe to show."""
    return list(_warnings(place, mounts))


def _warnings(place: Path, mounts: Path) -> Iterator[str]:
    kind = _kind_of_disk(place, mounts)
    if _NETWORK.fullmatch(kind) or str(place).startswith("\\\\"):
        yield _("ce dossier est sur un partage réseau : d'autres peuvent le lire, et une coupure l'abîmer.")
    if any(_SYNCED.fullmatch(part) for part in place.parts) or _is_marked(place):
        yield _("ce dossier est synchronisé avec un service en ligne : les messages partiraient chez lui.")
    if kind in ("tmpfs", "ramfs") or is_temporary(place):
        yield _("ce dossier est temporaire : son contenu disparaît tout seul.")
    if any((folder / ".git").exists() for folder in (place, *place.parents)):
        yield _("ce dossier est dans un dépôt git : les messages pourraient être publiés avec lui.")
    if not place.is_dir():
        return
    if os.name == "posix" and place.stat().st_mode & 0o077:
        yield _("d'autres utilisateurs de cet ordinateur peuvent ouvrir ce dossier.")
    names = {each.name for each in place.iterdir()}
    if names and not names & OWN:
        yield _("ce dossier contient déjà autre chose qu'une archive.")


def _nearest(place: Path) -> Path:
    """The place, else what is nearest above it."""
    return next(folder for folder in (place, *place.parents) if folder.exists())


def _kind_of_disk(place: Path, mounts: Path) -> str:
    """The file system that holds a place, as Linux calls it; "" where that is not known."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
        real = _nearest(place).resolve()
    except OSError:
        return ""
    found = (0, "")
    for line in lines:
        words = line.split()
        if len(words) < 3:
            continue
        point = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), words[1]))
        if real.is_relative_to(point) and len(point.parts) >= found[0]:
            found = (len(point.parts), words[2].lower())
    return found[1]


def _is_marked(place: Path) -> bool:
    for folder in (place, *place.parents):
        try:
            if any(_MARKERS.fullmatch(each.name) for each in folder.iterdir()):
                return True
        except OSError:
            continue
    return False


def is_temporary(place: Path) -> bool:
    """Whether what is put into a place goes away by itself, by where that is."""
    folders = {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/run"}  # noqa: S108 - to warn of them
    return any(place.is_relative_to(folder) for folder in folders)
