"""The folder that is proposed for files that people take away, and what is to be known of it."""

from pathlib import Path

from balt.i18n import _

USUAL_FOLDER = "~/balt"


def folder_hint(hint: str, folder: str) -> str:
    """The hint above a folder that is proposed; also that what is put there goes away by itself."""
    from balt.cleanup.archive.places import is_temporary

    try:
        place = Path(folder).expanduser().absolute()
    except RuntimeError:  # "~" of a person who is not known here: told when something is saved there
        return hint
    if not is_temporary(place):
        return hint
    goes = _("Ce dossier est temporaire : pour garder un fichier, donnez-en un autre.")
    return f"{hint} {goes}"
