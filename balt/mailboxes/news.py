"""What appeared in the extraction of the directory and what vanished from it, as a screen tells it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from balt.config import Config
from balt.errors import StoppedError
from balt.i18n import _, ngettext
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.sightings import Look, Sighting, SightingBook, Sightings, followed_of
from balt.units import format_date


def sighted(view: DirectoryView, config: Config, folder: Path) -> DirectoryView:
    """What the directory said, with what changed for the followed BAL; ``folder`` is where that is written
    down.

    The extraction is written down where it was read whole: also the one that the configuration names, which
    nobody imports. Where that cannot be, ``problem`` says so.
    """
    answer = view.extraction
    if answer is None:
        return view
    book = SightingBook(folder)
    try:
        if answer.whole:
            book.learn(Look(answer.taken_at, answer.entries), followed_of(config))
        return replace(view, sightings=book.kept())
    except StoppedError as error:
        return replace(view, problem=" ".join(filter(None, (view.problem, str(error)))))


def news_line(kept: Sightings) -> str:
    """Which BAL the last extraction has and the one before had not, and the reverse; "" for none."""
    news = kept.news
    if not news:
        return ""
    came = [each.address for each in news if each.published]
    gone = [each.address for each in news if not each.published]
    told = []
    if came:
        told.append(ngettext("apparue : %s", "apparues : %s", len(came)) % ", ".join(came))
    if gone:
        told.append(ngettext("disparue : %s", "disparues : %s", len(gone)) % ", ".join(gone))
    words = {"day": _day(_latest(each.before for each in news)), "told": _(" ; ").join(told)}
    return _("Depuis l'extraction du %(day)s, %(told)s") % words


def change_words(sighting: Sighting) -> str:
    """When a BAL appeared or vanished; "" for one that was never seen otherwise."""
    if sighting.before is None:
        return ""
    words = {"day": _day(sighting.since), "before": _day(sighting.before)}
    if sighting.published:
        return _("apparue dans l'extraction du %(day)s ; celle du %(before)s ne l'avait pas") % words
    return _("disparue de l'extraction du %(day)s ; celle du %(before)s l'avait") % words


def _latest(moments: Iterable[datetime | None]) -> datetime:
    return max(each for each in moments if each is not None)


def _day(moment: datetime) -> str:
    return format_date(moment.date())
