"""What appeared in the extraction of the directory and what vanished from it, as a screen tells it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from balt.config import Config
from balt.directory.model import DirectoryAnswer
from balt.directory.unreadable import Unreadable
from balt.errors import StoppedError
from balt.i18n import _, ngettext
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.sightings import (
    MOST,
    Hindrance,
    Learnt,
    Look,
    Sighting,
    SightingBook,
    Sightings,
    followed_of,
    left_out_of,
)
from balt.text import shorten_address
from balt.units import format_count, format_date

_SHOWN = 12
"""How many addresses one sentence names."""
_WHOLE, _TELLABLE = 320, 24
"""In how many cells an address is whole, and in how many two can still be told apart."""


def sighted(view: DirectoryView, config: Config, folder: Path, now: datetime) -> DirectoryView:
    """What the directory said, with what changed for the followed BAL: those of the configuration, of a case,
    and of the holder. ``folder`` is where that is written down.

    Every extraction is written down, also the one that the configuration names, which nobody imports. Where
    that cannot be, ``problem`` says so.
    """
    answer = view.extraction
    if answer is None:
        return view
    book = SightingBook(folder)
    try:
        followed = followed_of(config, view.followed)
        found, kept = book.learn(look_of(answer), followed, now), book.kept(followed)
        told = "" if found.hindrance is Hindrance.OLDER else hindrance_words(found, answer.taken_at)
        problem, out = _joined(view.problem, told), left_out_of(kept, followed)
        return replace(view, sightings=kept, problem=problem, left_out=out)
    except StoppedError as error:
        return replace(view, problem=_joined(view.problem, str(error)))


def look_of(answer: DirectoryAnswer) -> Look:
    """The look that an answer of the extraction makes. One that is not whole, nobody knows for what line,
    tells nothing of what it does not hold.
    """
    unreadable = answer.unreadable
    if not answer.whole and not unreadable:
        unreadable = Unreadable(anything=True)
    return Look(answer.taken_at, answer.entries, unreadable)


def hindrance_words(found: Learnt, taken_at: datetime) -> str:
    """Why the extraction of ``taken_at`` was compared with nothing; "" where it was."""
    if found.hindrance is Hindrance.AHEAD:
        return _(
            "L'extraction est datée du %s, un jour à venir : rien n'a été comparé. Vérifiez l'horloge."
        ) % _day(taken_at)
    if found.before is None:
        return ""
    if found.hindrance is Hindrance.FORMER_AHEAD:
        return _("La précédente était datée du %s, un jour à venir : rien n'a été comparé.") % _day(
            found.before
        )
    if found.hindrance is Hindrance.OLDER:
        return _("Rien n'a été comparé : une extraction plus récente avait été vue, celle du %s.") % _day(
            found.before
        )
    return ""


def news_line(kept: Sightings) -> str:
    """Which BAL the last extraction has and the one before had not, and the reverse; "" for none."""
    came, gone = _came_and_gone(kept)
    return _since_former(kept, _came(len(came), ", ".join(came)), _gone(len(gone), ", ".join(gone)))


def short_news(view: DirectoryView, fits: Callable[[str], bool]) -> str:
    """The same where there is little room: as many addresses as fit and how many more there are; and how many
    of the followed BAL are not compared.
    """
    text = ngettext("%s BAL suivie non comparée", "%s BAL suivies non comparées", view.left_out)
    rest = text % format_count(view.left_out) if view.left_out else ""
    told = ""
    for news in _tellings(view.sightings):
        told = " · ".join(filter(None, (news, rest)))
        if fits(told):
            break
    return told


def _tellings(kept: Sightings) -> Iterator[str]:
    """The news in fewer and fewer words; the last ones say only how many BAL there are."""
    came, gone = _came_and_gone(kept)
    most = min(max(len(came), len(gone)), _SHOWN)
    for some, width in (*((each, _WHOLE) for each in range(most, 0, -1)), (1, _TELLABLE)):
        first, last = _some(came, some, width), _some(gone, some, width)
        yield _since_former(kept, _came(len(came), first), _gone(len(gone), last))
    counts = format_count(len(came)), format_count(len(gone))
    yield _since_former(kept, _came(len(came), counts[0]), _gone(len(gone), counts[1]))


def _came_and_gone(kept: Sightings) -> tuple[list[str], list[str]]:
    """The addresses of the BAL that appeared, and of those that vanished."""
    news = kept.news
    came = [each.address for each in news if each.published]
    return came, [each.address for each in news if not each.published]


def _some(addresses: list[str], most: int, width: int) -> str:
    """So many of them, each in so many cells, and how many more there are."""
    named = ", ".join(shorten_address(each, width) for each in addresses[:most])
    return f"{named} +{format_count(len(addresses) - most)}" if len(addresses) > most else named


def _came(count: int, named: str) -> str:
    return ngettext("apparue : %s", "apparues : %s", count) % named if count else ""


def _gone(count: int, named: str) -> str:
    return ngettext("disparue : %s", "disparues : %s", count) % named if count else ""


def _since_former(kept: Sightings, *told: str) -> str:
    """What changed since the extraction before the last one; "" for nothing."""
    if not any(told):
        return ""
    joined = _(" ; ").join(filter(None, told))
    former, last = _latest(each.before for each in kept.news), _latest(each.since for each in kept.news)
    if _day(former) == _day(last):
        return _("Depuis l'extraction précédente, du même jour, %s") % joined
    return _("Depuis l'extraction du %(day)s, %(told)s") % {"day": _day(former), "told": joined}


def change_words(sighting: Sighting) -> str:
    """When a BAL appeared or vanished; "" for one that was never seen otherwise."""
    if sighting.before is None:
        return ""
    words = {"day": _day(sighting.since), "before": _day(sighting.before)}
    if words["day"] == words["before"]:
        came = _("apparue dans l'extraction du %s ; la précédente ne l'avait pas")
        gone = _("disparue de l'extraction du %s ; la précédente l'avait")
        return (came if sighting.published else gone) % words["day"]
    if sighting.published:
        return _("apparue dans l'extraction du %(day)s ; celle du %(before)s ne l'avait pas") % words
    return _("disparue de l'extraction du %(day)s ; celle du %(before)s l'avait") % words


def untold_words(found: Learnt, look: Look) -> Iterator[str]:
    """Of which BAL an extraction could not tell whether it names them."""
    if found.untold and look.unreadable.anything:
        more = ("…",) if len(found.untold) > _SHOWN else ()
        words = {"n": len(found.untold), "addresses": ", ".join((*found.untold[:_SHOWN], *more))}
        text = ngettext(
            "L'extraction n'est peut-être pas entière : rien ne montre que cette BAL en soit absente : "
            "%(addresses)s",
            "L'extraction n'est peut-être pas entière : rien ne montre que ces %(n)d BAL en soient "
            "absentes : %(addresses)s",
            len(found.untold),
        )
        yield text % words
        return
    note = _(
        "La BAL %s se trouve dans une ligne illisible de l'extraction : rien ne montre qu'elle en est "
        "absente."
    )
    yield from (note % address for address in found.untold)


def left_out_words(left_out: int) -> str:
    """How many of the followed BAL nothing is kept of; "" for none."""
    if not left_out:
        return ""
    text = ngettext(
        "%(n)s BAL suivie n'est pas comparée : balt en compare %(most)s au plus, les vôtres d'abord.",
        "%(n)s BAL suivies ne sont pas comparées : balt en compare %(most)s au plus, les vôtres d'abord.",
        left_out,
    )
    return text % {"n": format_count(left_out), "most": format_count(MOST)}


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def unread_words(sighting: Sighting, directory: DirectoryView) -> str:
    """That the extraction of now does not tell of a BAL, and which one did last."""
    last = sighting.until or sighting.since
    taken_at = directory.extraction.taken_at if directory.extraction is not None else last
    words = {"last": _day(last), "day": _day(taken_at)}
    return _("dans l'extraction du %(last)s ; celle du %(day)s ne permet pas de le dire") % words


def _latest(moments: Iterable[datetime | None]) -> datetime:
    return max(each for each in moments if each is not None)


def _day(moment: datetime) -> str:
    return format_date(moment.date())
