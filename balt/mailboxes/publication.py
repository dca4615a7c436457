"""Whether the directory publishes a BAL, from both of its sources, and what they disagree about.

The extraction holds the types PER and ORG only (domain 3.1), so the absence of any other proves nothing
there; and a source that could not be read whole proves no absence at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from balt.directory.model import FRESH_DAYS, BalKind, DirectoryEntry, Origin, is_ahead, is_recent
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, Mailbox, Publication, Question
from balt.units import format_date

IN_THE_EXTRACTION = (BalKind.PER, BalKind.ORG)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the directory says of a BAL now: whether it is published, the sentences that say how this is
    known, and what each source says; one that says nothing is not in ``by_source``.
    """

    publication: Publication
    reasons: tuple[str, ...] = ()
    by_source: Mapping[Origin, Publication] = field(default_factory=dict)

    @property
    def absent_from(self) -> tuple[Origin, ...]:
        """The sources that would show it, and do not."""
        return tuple(origin for origin, said in self.by_source.items() if said is Publication.ABSENT)


def kind_of(entries: Iterable[DirectoryEntry]) -> BalKind:
    """The type of a BAL from what is published of it: a known one over none, the API's over the file's."""
    known = [entry for entry in entries if entry.kind is not BalKind.UNKNOWN]
    known.sort(key=lambda entry: entry.origin is not Origin.API)
    return known[0].kind if known else BalKind.UNKNOWN


def listing_of(
    entries: Sequence[DirectoryEntry],
    view: DirectoryView,
    now: datetime,
    *,
    listed: bool = False,
    newest: datetime | None = None,
) -> Listing:
    """What the directory says of a BAL now, given all that the sources say under its address. Any source that
    shows it outweighs one that does not. ``listed``: when it was seen last it was of a type that the
    extraction lists; what is published of it now says better.

    What a source said too long before ``now`` decides nothing. While the API is silent the extraction, which
    is older and holds less, proves no absence; nor does one that is older than another that was read before,
    the last of them at ``newest`` where more is known than the sightings tell.
    """
    later = _superseding(view, newest)
    if later is not None and view.extraction is not None:
        view = replace(view, extraction=replace(view.extraction, whole=False))
    kind = kind_of(entries)
    if kind is not BalKind.UNKNOWN:
        listed = kind in IN_THE_EXTRACTION
    said, address = {}, entries[0].key if entries else ""
    for origin in Origin:
        theirs = [entry for entry in entries if entry.origin is origin]
        if (found := _said_by(origin, theirs, view, now, address=address, listed=listed)) is not None:
            said[origin] = found
    if Publication.PUBLISHED in said.values():
        return Listing(Publication.PUBLISHED, _shown_words(entries, said, view, now), said)
    if Publication.ABSENT in said.values():
        return Listing(Publication.ABSENT, (_absent_words(entries, said, view, now),), said)
    return Listing(Publication.UNKNOWN, (_unknown_words(entries, view, now, later),), said)


def _superseding(view: DirectoryView, newest: datetime | None) -> datetime | None:
    """The day of a later extraction than the one of the view, where one is known."""
    later = max((each for each in (view.sightings.taken_at, newest) if each is not None), default=None)
    return later if view.extraction and later and view.extraction.taken_at < later else None


def _said_by(
    origin: Origin,
    entries: Sequence[DirectoryEntry],
    view: DirectoryView,
    now: datetime,
    *,
    address: str,
    listed: bool,
) -> Publication | None:
    """What one source says of a BAL, given its own entries; None where it tells nothing. ``address`` is where
    any source shows the BAL, "" where none does.
    """
    shown = [entry for entry in entries if entry.red_list is not True]
    if shown:
        recent = any(is_recent(entry.seen_on, now) for entry in shown)
        return Publication.PUBLISHED if recent else None
    if any(is_recent(entry.seen_on, now) for entry in entries):
        return Publication.ABSENT  # on the red list, which only who may know is told
    answer = view.of(origin)
    if answer is None or not answer.whole or not answer.is_fresh(now):
        return None
    if origin is Origin.EXTRACTION and (view.api_silent or not listed or answer.unreadable.may_hold(address)):
        return None
    return Publication.ABSENT


def publication_now(bal: Mailbox, now: datetime) -> Publication:
    """Whether the directory shows a BAL now. While no source can be asked: as the holder saw it lately, in
    the directory or at the operator (sheet VALORISER: "dans l'Annuaire Santé ou via votre opérateur"), else
    as it was seen before.
    """
    if bal.publication is not Publication.UNKNOWN:
        return bal.publication
    if (seen := holders_answer(bal.answers, now)) is not None:
        return Publication.PUBLISHED if seen.value == "yes" else Publication.ABSENT
    gone = bal.way_out is not None and bal.way_out.gone is not None
    return Publication.ABSENT if gone else Publication.UNKNOWN


def holders_answer(answers: Iterable[Answer], now: datetime) -> Answer | None:
    """What the holder said lately of seeing a BAL in the directory; None where they did not."""
    return next((each for each in answers if each.question is Question.LISTED and each.is_fresh(now)), None)


def holder_says(answers: Iterable[Answer], now: datetime) -> str:
    """The same in a sentence; "" where they did not."""
    seen = holders_answer(answers, now)
    if seen is None:
        return ""
    words = _("publiée, selon vous, le %s") if seen.value == "yes" else _("absente, selon vous, le %s")
    return words % _day(seen.given_at, now)


def _shown_words(
    entries: Sequence[DirectoryEntry], said: Mapping[Origin, Publication], view: DirectoryView, now: datetime
) -> tuple[str, ...]:
    """Which sources show the BAL, which one should and does not, and what they disagree about."""
    shown = [entry for entry in entries if entry.red_list is not True]
    days = {entry.origin: _day(entry.seen_on, now) for entry in sorted(shown, key=lambda each: each.seen_on)}
    for answer in view.answers:
        if said.get(answer.origin) is Publication.ABSENT:
            days[answer.origin] = _day(answer.taken_at, now)
            words = {"api": days[Origin.API], "extraction": days[Origin.EXTRACTION]}
            told = _("dans l'API du %(api)s, pas dans l'extraction du %(extraction)s")
            if answer.origin is Origin.API:
                told = _("dans l'extraction du %(extraction)s, pas dans l'API du %(api)s")
            return (told % words, *_kinds(shown))
    names = [_named(origin, days[origin]) for origin in Origin if origin in days]
    silence = (_silence(view),) if view.api_silent and Origin.API not in said else ()
    return (_("dans l'annuaire : %s") % _both(names), *silence, *_kinds(shown))


def _absent_words(
    entries: Sequence[DirectoryEntry], said: Mapping[Origin, Publication], view: DirectoryView, now: datetime
) -> str:
    if any(entry.red_list and is_recent(entry.seen_on, now) for entry in entries):
        return _("en liste rouge : invisible pour les autres")
    answers = [answer for answer in view.answers if answer.origin in said]
    names = [_named(answer.origin, _day(answer.taken_at, now)) for answer in answers]
    return _("absente de l'annuaire : %s") % _both(names)


def _unknown_words(
    entries: Sequence[DirectoryEntry], view: DirectoryView, now: datetime, later: datetime | None
) -> str:
    if shown := [entry for entry in entries if entry.red_list is not True]:
        last = max(entry.seen_on for entry in shown)
        day = _day(last, now)
        if is_ahead(last, now):
            return _("dans un annuaire daté du %s, un jour à venir : rien n'est conclu") % day
        said = _("dans l'annuaire du %(day)s, trop ancien pour conclure (plus de %(n)d jours)")
        return said % {"day": day, "n": FRESH_DAYS}
    file = view.extraction
    if file is not None and later is not None:
        words = {"day": _day(file.taken_at, now), "later": _day(later, now)}
        return _("extraction du %(day)s, plus ancienne que celle du %(later)s : elle ne prouve rien") % words
    if file is None or not file.whole or not file.is_fresh(now):
        return _("publication inconnue : %s") % _why_unknown(view, now)
    if view.api_silent:
        words = {"day": _day(file.taken_at, now), "why": _silence(view)}
        return _("absente de l'extraction du %(day)s, ce qui ne suffit pas : %(why)s") % words
    return _(
        "absente de l'extraction du %s, qui ne liste que les types PER et ORG : à contrôler par l'API"
    ) % _day(file.taken_at, now)


def _silence(view: DirectoryView) -> str:
    """That the API, which is to be asked, has not answered, or not whole."""
    return _("l'API n'a pas encore répondu") if view.api is None else _("l'API n'a pas tout dit")


def _why_unknown(view: DirectoryView, now: datetime) -> str:
    if view.problem:
        return view.problem
    if not view.sources:
        return _("aucune source : balt directory import FICHIER, ou une clé de l'API")
    if not view.answers:
        return _("annuaire pas encore lu")
    if any(is_ahead(answer.taken_at, now) for answer in view.answers):
        return _("annuaire daté d'un jour à venir : vérifiez l'horloge")
    if not any(answer.is_fresh(now) for answer in view.answers):
        return _("annuaire lu il y a plus de %d jours") % FRESH_DAYS
    return _("annuaire lu en partie seulement")


def _kinds(shown: list[DirectoryEntry]) -> tuple[str, ...]:
    """What the sources disagree about, when they give the BAL two types."""
    kinds = {entry.origin: entry.kind.value for entry in shown if entry.kind is not BalKind.UNKNOWN}
    if len(set(kinds.values())) < 2:
        return ()
    words = {"api": kinds[Origin.API], "extraction": kinds[Origin.EXTRACTION]}
    return (_("type %(api)s dans l'API, %(extraction)s dans l'extraction") % words,)


def _named(origin: Origin, day: str) -> str:
    return (_("API du %s") if origin is Origin.API else _("extraction du %s")) % day


def _both(names: list[str]) -> str:
    if len(names) == 2:
        return _("%(first)s et %(second)s") % {"first": names[0], "second": names[1]}
    return names[0]


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())
