"""The white list of the trust space as it is kept here, and what it says of an address (domain 3.3).

The list comes as a file: its site has a certificate of the IGC-Santé, which no system trusts by itself, and
many who need it have no network. It gives no date that is known for sure, so its age is that of the file. It
serves to warn and never to refuse: a list may be old, and a domain newer.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from balt.clock import Clock
from balt.config import DirectorySettings
from balt.directory.model import FRESH_DAYS
from balt.directory.white_list import WhiteList, read_file, white_list_in
from balt.errors import DirectoryError, StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain
from balt.units import format_date, format_since


@dataclass(frozen=True, slots=True)
class TrustSpace:
    """What is known here of the trust space: ``listed`` is None where no list is kept. ``dated`` is when its
    file was written (aware). ``problem`` says, in a sentence, why a list that is named cannot be used.
    """

    listed: WhiteList | None = None
    dated: datetime | None = None
    problem: str = ""

    def lacks(self, address: str) -> bool:
        """Whether there is a list, and the domain of this address is not on it."""
        return self.listed is not None and not self.listed.holds(address)

    def is_old(self, now: datetime) -> bool:
        """Whether the list is so old that its age is worth saying each time."""
        return self.dated is not None and (now - self.dated).days >= FRESH_DAYS

    def age(self, now: datetime) -> str:
        """The day of the list; of an old one, how long ago that is too. "" where there is none."""
        if self.dated is None:
            return ""
        day = format_date(self.dated.astimezone(now.tzinfo).date())
        if not self.is_old(now):
            return _("liste du %s") % day
        return _("liste du %(day)s, %(since)s") % {"day": day, "since": format_since(self.dated, now)}

    def warning(self, address: str, now: datetime) -> str:
        """What to say of an address outside of the trust space; "" for one inside, or without a list."""
        if not self.lacks(address):
            return ""
        words = {"domain": plain(address.rpartition("@")[2], 80), "age": self.age(now)}
        return (
            _(
                "Le domaine %(domain)s n'est pas dans la liste blanche de l'espace de confiance MSSanté "
                "(%(age)s) : vérifiez cette adresse."
            )
            % words
        )


def kept_list(folder: Path) -> Path:
    """Where the copy of an imported list stands in balt's data folder."""
    return folder / "directory" / "white-list.xml"


def trust_space(settings: DirectorySettings, folder: Path, clock: Clock) -> TrustSpace:
    """The list that the configuration names, else the one that was imported. A list that cannot be used is
    told in ``problem``: nobody is stopped by it.
    """
    path = settings.white_list or kept_list(folder)
    if settings.white_list is None and not path.exists():
        return TrustSpace()
    try:
        return TrustSpace(white_list_in(read_file(path), path), _dated(path, clock.now()))
    except DirectoryError as error:
        return TrustSpace(problem=str(error))


def import_white_list(source: Path, folder: Path, clock: Clock) -> TrustSpace:
    """Keep a copy of a list, with the date of its file. Raises DirectoryError for a file that is none, and
    StoppedError where the copy cannot be written; the former copy then stays.
    """
    content = read_file(source)
    found = TrustSpace(white_list_in(content, source), _dated(source, clock.now()))
    kept = kept_list(folder)
    try:
        private_dir(kept.parent)
        write_private(kept, content)
        if found.dated is not None:
            os.utime(kept, (found.dated.timestamp(),) * 2)
    except OSError as error:
        raise StoppedError(
            _("la liste blanche ne peut pas être gardée : %s.")
            % plain(error.strerror or type(error).__name__),
            advice=_("Vérifiez la place et les droits, puis recommencez. L'ancienne liste est intacte."),
        ) from error
    return found


def _dated(path: Path, now: datetime) -> datetime:
    """When a file was written; now, where the system does not know or says a moment that is yet to come."""
    try:
        return min(datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo), now)
    except (OSError, ValueError, OverflowError):
        return now
