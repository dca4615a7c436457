"""Where a copy goes: a folder that was not there, under a name that says so until all of it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from balt.cleanup.archive.places import check_place
from balt.cleanup.archive.tree import Folder
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.paths import sync_dir
from balt.text import plain


@contextmanager
def fresh_folder(place: Path, needed: int) -> Iterator[Folder]:
    """A folder to be filled with about ``needed`` octets, which gets the name ``place`` once the block has
    ended well, and is taken away where it has not.

    Raises UsageError where something has that name already, StoppedError where the place is not safe, has not
    the room, or fails.
    """
    part = place.with_name(f"{place.name}.part")
    _check_free(place, part)
    check_place(place, needed)
    try:
        part.mkdir(mode=0o700)
        try:
            with Folder(part) as folder:
                yield folder
                folder.sync()
            part.rename(place)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        try:
            sync_dir(place.parent)
        except OSError:  # the name may not outlive a power cut: no copy is better than one that may go
            shutil.rmtree(place, ignore_errors=True)
            raise
    except OSError as error:
        raise _failed(error) from error


def _check_free(place: Path, part: Path) -> None:
    if os.path.lexists(place):
        raise UsageError(
            _("« %s » existe déjà : balt n'écrit jamais par-dessus.") % plain(str(place), 300),
            advice=_("Donnez un nom qui n'existe pas encore."),
        )
    if os.path.lexists(part):
        raise UsageError(
            _("une copie interrompue est restée dans « %s ».") % plain(str(part), 300),
            advice=_("Elle contient des messages. Supprimez-la, puis recommencez."),
        )
    if not place.parent.is_dir():
        raise UsageError(_("le dossier « %s » n'existe pas.") % plain(str(place.parent), 300))


def _failed(error: OSError) -> StoppedError:
    return StoppedError(
        _("la copie ne peut pas être écrite ou relue : %s.")
        % plain(error.strerror or type(error).__name__, 200),
        advice=_("Il n'en reste rien, et l'archive n'a pas changé. Vérifiez le disque, puis recommencez."),
    )
