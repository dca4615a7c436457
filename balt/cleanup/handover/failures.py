"""What went wrong with the place of a hand-over, in our words; never a name that a mail gave."""

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path

from balt.cleanup.handover.model import Letter
from balt.errors import StoppedError
from balt.i18n import _
from balt.text import plain
from balt.units import format_size

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


def place_failed(error: OSError) -> StoppedError:
    """The place cannot be used any more: full, gone, read-only, broken."""
    if error.errno in _FULL:
        return StoppedError(
            _("il n'y a plus de place pour les documents sur ce disque."),
            advice=_("Ce qui est dans l'index est remis. Libérez de la place, puis recommencez."),
        )
    return StoppedError(
        _("les documents ne peuvent pas être écrits ou relus : %s.")
        % plain(error.strerror or type(error).__name__, 200),
        advice=_("Ce qui est dans l'index est remis. Vérifiez le disque et les droits, puis recommencez."),
    )


def no_room(place: Path, letters: Iterable[Letter]) -> None:
    """Raise StoppedError where the messages that carry the documents would not fit beside each other twice:
    once as they are read, once as documents. OSError is told as ``place_failed`` does.
    """
    sizes = [letter.size for letter in letters]
    needed = sum(sizes) + max(sizes, default=0)
    try:
        nearest = next(folder for folder in (place, *place.parents) if folder.exists())
        free = shutil.disk_usage(nearest).free
    except OSError as error:
        raise place_failed(error) from error
    if needed > free:
        raise StoppedError(
            _("il manque %(missing)s sur ce disque pour ces documents.")
            % {"missing": format_size(needed - free)},
            advice=_("Rien n'a été fait. Libérez de la place, ou choisissez un autre disque."),
        )
