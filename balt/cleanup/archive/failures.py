"""What went wrong with the place of an archive, in our words; never a name that a mail gave."""

import errno

from balt.cleanup.archive.layout import MANIFEST
from balt.errors import StoppedError
from balt.i18n import _
from balt.text import plain

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


def place_failed(error: OSError) -> StoppedError:
    """The place cannot be used any more: full, gone, read-only, broken."""
    if error.errno in _FULL:
        return StoppedError(
            _("il n'y a plus de place pour l'archive sur ce disque."),
            advice=_("Ce qui est déjà archivé le reste. Libérez de la place, puis recommencez."),
        )
    return StoppedError(
        _("l'archive ne peut pas être écrite ou relue : %s.")
        % plain(error.strerror or type(error).__name__, 200),
        advice=_("Ce qui est déjà archivé le reste. Vérifiez le disque et les droits, puis recommencez."),
    )


def unsafe_place(reason: str) -> StoppedError:
    """The place must not be used: somebody else could read or replace what is in it."""
    return StoppedError(
        _("ce dossier ne convient pas : %s.") % reason,
        advice=_("Rien n'a été fait. Choisissez un dossier qui n'appartient qu'à vous."),
    )


def not_an_archive() -> StoppedError:
    """There is nothing to read there."""
    return StoppedError(
        _("ce dossier n'est pas une archive de balt : il n'y a pas de %s.") % MANIFEST,
        advice=_("Rien n'a été fait. Donnez le dossier qui contient ce fichier."),
    )


def no_such_folder() -> StoppedError:
    """There is not even a folder."""
    return StoppedError(
        _("ce dossier n'existe pas."),
        advice=_("Rien n'a été fait. Donnez le dossier d'une archive de balt."),
    )


def disk_lies() -> StoppedError:
    """What was read back is not what was written."""
    return StoppedError(
        _("ce disque ne rend pas ce que balt y a écrit."),
        advice=_("Rien de ce qui n'a pas été relu à l'identique n'est compté. Changez de disque."),
    )
