"""The files and folders of balt on this machine: rights, owner, room, and whether locks work there."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import filelock

from balt.config import load_config
from balt.doctor.model import Check, Result
from balt.errors import BaltError
from balt.i18n import _
from balt.text import plain
from balt.units import format_size

MIB = 1024 * 1024
SCARCE = 200 * MIB
"""Octets left below which a warning is due: an index of the whole directory takes about as much."""
_TOO_SCARCE = 10 * MIB
_ROOT = 0
_OTHERS_READ = stat.S_IRGRP | stat.S_IROTH
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def look_at_configuration(file: Path) -> Iterator[Check]:
    """Whether the configuration is there, can be used, and is the person's own."""
    label, shown = _("Configuration"), plain(str(file))
    try:
        present = file.exists()
    except OSError:
        present = True  # told by what cannot be read below
    if not present:
        advice = _("Lancez « balt » pour ajouter une première BAL, ou « balt demo » pour essayer.")
        yield Check("config.file", label, Result.WARNING, _("aucun fichier : %s.") % shown, advice)
        return
    try:
        config = load_config(file)
    except BaltError as error:
        yield Check("config.file", label, Result.FAILURE, error.message, error.advice)
    else:
        sentence = _("lu : %(file)s (%(n)d BAL).") % {"file": shown, "n": len(config.accounts)}
        if config.accounts:
            yield Check("config.file", label, Result.OK, sentence)
        else:
            advice = _("Lancez « balt » pour ajouter une première BAL.")
            yield Check("config.file", label, Result.WARNING, sentence, advice)
    if os.name == "posix":
        yield _rights("config.rights", _("Droits de la configuration"), file)


def look_at_folder(name: str, folder: Path) -> Iterator[Check]:
    """A folder of balt's own ("state" or "data"), which may not exist yet. Nothing is left in it."""
    labels = {"state": _("Dossier d'état"), "data": _("Dossier des données")}
    label, shown = labels[name], plain(str(folder))
    if not folder.is_dir():
        above = _existing(folder)
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            yield Check(f"{name}.folder", label, Result.OK, _("sera créé au besoin : %s.") % shown)
        else:
            advice = _("Vérifiez les droits de %s.") % plain(str(above))
            yield Check(
                f"{name}.folder", label, Result.FAILURE, _("ne peut pas être créé : %s.") % shown, advice
            )
    else:
        if os.name == "posix":
            yield _rights(f"{name}.rights", label, folder)
        yield _writable(f"{name}.folder", label, folder)
    yield _room(f"{name}.room", folder)


def _rights(identity: str, label: str, path: Path) -> Check:
    """A file 0600 or a folder 0700, the person's own. Who may write the configuration chooses the commands
    that balt runs.
    """
    try:
        link, facts = path.is_symlink(), path.stat()
    except OSError as error:
        sentence = _("illisible (%s).") % plain(error.strerror or type(error).__name__)
        return Check(identity, label, Result.FAILURE, sentence, _("Vérifiez les droits de son dossier."))
    mode = stat.S_IMODE(facts.st_mode)
    proper = 0o700 if stat.S_ISDIR(facts.st_mode) else 0o600
    advice = f"chmod {proper:o} {plain(str(path))}"
    if facts.st_uid not in (os.getuid(), _ROOT):
        sentence = _("appartient à un autre utilisateur (n° %d).") % facts.st_uid
        return Check(
            identity, label, Result.FAILURE, sentence, _("Remettez-le à votre nom, ou changez d'endroit.")
        )
    if mode & _OTHERS_WRITE:
        return Check(
            identity, label, Result.FAILURE, _("d'autres que vous peuvent y écrire (%04o).") % mode, advice
        )
    if mode & _OTHERS_READ:
        return Check(
            identity, label, Result.WARNING, _("d'autres que vous peuvent le lire (%04o).") % mode, advice
        )
    sentence = _("à vous seul (%04o).") % mode
    if link:
        sentence += " " + _("C'est un lien vers %s.") % plain(os.path.realpath(path))
    return Check(identity, label, Result.OK, sentence)


def _writable(identity: str, label: str, folder: Path) -> Check:
    """Whether a file can be written there and locked: some network drives know no locks."""
    try:
        with tempfile.TemporaryDirectory(prefix="doctor-", dir=folder) as place:
            lock = filelock.FileLock(Path(place) / "lock", timeout=0, mode=0o600)
            with lock:
                (Path(place) / "essai.part").write_bytes(b"balt\n")
    except NotImplementedError:
        advice = _("Placez ce dossier sur un disque de cet ordinateur (XDG_STATE_HOME, XDG_DATA_HOME).")
        sentence = _("ce disque ne permet pas de verrouiller un fichier : %s.") % plain(str(folder))
        return Check(identity, label, Result.FAILURE, sentence, advice)
    except (OSError, filelock.Timeout) as error:
        reason = plain(getattr(error, "strerror", None) or type(error).__name__)
        sentence = _("ne peut pas être écrit (%s).") % reason
        advice = _("Vérifiez la place et les droits de %s.") % plain(str(folder))
        return Check(identity, label, Result.FAILURE, sentence, advice)
    return Check(identity, label, Result.OK, _("écriture et verrous : %s.") % plain(str(folder)))


def _room(identity: str, folder: Path) -> Check:
    label, above = _("Place sur le disque"), _existing(folder)
    try:
        free = shutil.disk_usage(above).free
    except OSError:
        return Check(identity, label, Result.SKIPPED, _("inconnue pour %s.") % plain(str(above)))
    sentence = _("%(size)s libres pour %(folder)s.")
    sentence %= {"size": format_size(free), "folder": plain(str(folder))}
    advice = _("Libérez de la place avant d'archiver ou d'importer l'annuaire.")
    if free < _TOO_SCARCE:
        return Check(identity, label, Result.FAILURE, sentence, advice)
    if free < SCARCE:
        return Check(identity, label, Result.WARNING, sentence, advice)
    return Check(identity, label, Result.OK, sentence)


def _existing(folder: Path) -> Path:
    """The nearest thing above ``folder`` that exists."""
    folder = folder.absolute()
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)
