"""Where documents are handed over: the folder as a person means it, and the one that was used last."""

import json
from pathlib import Path

from balt.cleanup.handover.ledger import FILE
from balt.errors import UsageError
from balt.i18n import _
from balt.text import plain


def place_of(path: Path) -> Path:
    """A path as a person means it; the last name is not followed where it is a link. UsageError where it
    leads nowhere.
    """
    try:
        path = path.expanduser().absolute()
        return path.parent.resolve() / path.name
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(
            _("le dossier « %s » ne mène nulle part.") % plain(str(path), 200),
            advice=_("Donnez le chemin complet d'un dossier."),
        ) from error


def last_place(state_dir: Path) -> Path | None:
    """The folder in which the last hand-over made its own, as the ledger tells; None where there was none, or
    where it is gone.
    """
    try:
        lines = (state_dir / FILE).read_bytes().split(b"\n")
    except OSError:
        return None
    for line in reversed(lines):
        if b'"open"' not in line:
            continue
        try:
            place = Path(json.loads(line)["open"]).parent
            return place if place.is_dir() else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            continue
    return None
