"""The lighter message that an archived one becomes."""

import re
from pathlib import Path, PurePath

from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.tree import Folder
from balt.cleanup.detach.rewrite import Lightened, UnfitError, lighten
from balt.cleanup.plan import PlannedMessage
from balt.cleanup.ports import Kept
from balt.errors import StoppedError
from balt.i18n import _
from balt.mail.dates import FORMAT

_DATE = re.compile(FORMAT.decode("ascii"))


def lighter_of(message: PlannedMessage, kept: Kept, archive: str) -> Lightened | None:
    """The message as it will be, from the archive's file; None where it must stay as it is. StoppedError
    where the archive cannot be read.
    """
    if not _DATE.fullmatch(message.internaldate):
        return None
    try:
        octets = _octets(archive, kept)
        return lighten(octets, message.detach, PurePath(archive).name, kept.archived, kept.sha256)
    except UnfitError:
        return None


def _octets(archive: str, kept: Kept) -> bytes:
    try:
        with Folder(Path(archive)) as root:
            return b"".join(Shelves(root).pieces(kept.file))
    except OSError as error:
        raise StoppedError(
            _("un message archivé ne peut plus être relu dans l'archive."),
            advice=_("Rien n'a été retiré de ce message. Contrôlez l'archive, puis recommencez."),
        ) from error
