"""Whether the directory publishes a BAL, from both of its sources, and what they disagree about.

The extraction holds the types PER and ORG only (domain 3.1), so the absence of any other proves nothing
there; and a source that could not be read whole proves no absence at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from balt.directory.model import FRESH_DAYS, BalKind, DirectoryAnswer, DirectoryEntry, Origin, is_recent
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Mailbox, Publication, Question
from balt.units import format_date

IN_THE_EXTRACTION = (BalKind.PER, BalKind.ORG)


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether a BAL is published, and the sentences that say how this is known."""

    publication: Publication
    reasons: tuple[str, ...] = ()


def kind_of(entries: Iterable[DirectoryEntry]) -> BalKind:
    """The type of a BAL from what is published of it: a known one over none, the API's over the file's."""
    known = [entry for entry in entries if entry.kind is not BalKind.UNKNOWN]
    known.sort(key=lambda entry: entry.origin is not Origin.API)
    return known[0].kind if known else BalKind.UNKNOWN


def listing_of(entries: Sequence[DirectoryEntry], view: DirectoryView, now: datetime) -> Listing:
    """Whether a BAL is published, given all that the sources say under its address. What a source said too
    long before ``now`` decides nothing.
    """
    kind = kind_of(entries)
    shown = [entry for entry in entries if entry.red_list is not True]
    if shown and not any(is_recent(entry.seen_on, now) for entry in shown):
        day = _day(max(entry.seen_on for entry in shown), now)
        said = _("dans l'annuaire du %(day)s, trop ancien pour conclure (plus de %(n)d jours)")
        return Listing(Publication.UNKNOWN, (said % {"day": day, "n": FRESH_DAYS},))
    if shown:
        return Listing(Publication.PUBLISHED, (_seen_in(shown, kind, view, now), *_kinds(shown)))
    if entries:
        return Listing(Publication.ABSENT, (_("en liste rouge : invisible pour les autres"),))
    whole = [answer for answer in view.answers if _would_list(answer, kind, now)]
    if whole:
        said = _("absente de l'annuaire : %s") % _both([_source(each, now) for each in whole])
        return Listing(Publication.ABSENT, (said,))
    if view.extraction is not None and view.extraction.whole and view.extraction.is_fresh(now):
        said = _(
            "absente de l'extraction du %s, qui ne liste que les types PER et ORG : à contrôler par l'API"
        )
        return Listing(Publication.UNKNOWN, (said % _day(view.extraction.taken_at, now),))
    return Listing(Publication.UNKNOWN, (_("publication inconnue : %s") % _why_unknown(view, now),))


def shown_by(
    entries: Sequence[DirectoryEntry], view: DirectoryView, now: datetime, kind: BalKind = BalKind.UNKNOWN
) -> dict[Origin, Publication]:
    """What each source that answered says of a BAL now, given all that the sources say under its address;
    ``kind`` is its type as it was known before, for one that no source shows any more. While the API is
    silent the extraction, which is older and holds less, proves no absence.
    """
    kind = kind_of(entries) or kind
    found: dict[Origin, Publication] = {}
    for answer in view.answers:
        shown = [each for each in entries if each.origin is answer.origin and each.red_list is not True]
        if any(is_recent(each.seen_on, now) for each in shown):
            found[answer.origin] = Publication.PUBLISHED
        elif shown or (view.api_silent and answer.origin is Origin.EXTRACTION):
            continue
        elif _would_list(answer, kind, now):
            found[answer.origin] = Publication.ABSENT
    return found


def publication_now(bal: Mailbox, now: datetime) -> Publication:
    """Whether the directory shows a BAL now. While no source can be asked: as the holder saw it lately, in
    the directory or at the operator (sheet VALORISER: "dans l'Annuaire Santé ou via votre opérateur"), else
    as it was seen before.
    """
    if bal.publication is not Publication.UNKNOWN:
        return bal.publication
    seen = bal.answer(Question.LISTED)
    if seen is not None and seen.is_fresh(now):
        return Publication.PUBLISHED if seen.value == "yes" else Publication.ABSENT
    gone = bal.way_out is not None and bal.way_out.gone is not None
    return Publication.ABSENT if gone else Publication.UNKNOWN


def is_missing(bal: Mailbox, now: datetime) -> bool:
    """Whether who looks for a BAL does not find it: it is not published, or has left the directory."""
    return bal.vanished is not None or publication_now(bal, now) is Publication.ABSENT


def _why_unknown(view: DirectoryView, now: datetime) -> str:
    if view.problem:
        return view.problem
    if not view.sources:
        return _("aucune source : balt directory import FICHIER, ou une clé de l'API")
    if not view.answers:
        return _("annuaire pas encore lu")
    if not any(answer.is_fresh(now) for answer in view.answers):
        return _("annuaire lu il y a plus de %d jours") % FRESH_DAYS
    return _("annuaire lu en partie seulement")


def _seen_in(shown: list[DirectoryEntry], kind: BalKind, view: DirectoryView, now: datetime) -> str:
    """Which sources list the BAL, and which one should and does not."""
    days = {entry.origin: _day(entry.seen_on, now) for entry in sorted(shown, key=lambda each: each.seen_on)}
    if len(days) == 1:
        other = view.extraction if Origin.API in days else view.api
        if other is not None and _would_list(other, kind, now):
            days[other.origin] = _day(other.taken_at, now)
            words = {"api": days[Origin.API], "extraction": days[Origin.EXTRACTION]}
            if other.origin is Origin.EXTRACTION:
                return _("dans l'API du %(api)s, pas dans l'extraction du %(extraction)s") % words
            return _("dans l'extraction du %(extraction)s, pas dans l'API du %(api)s") % words
    return _("dans l'annuaire : %s") % _both(
        [_named(origin, days[origin]) for origin in Origin if origin in days]
    )


def _kinds(shown: list[DirectoryEntry]) -> tuple[str, ...]:
    """What the sources disagree about, when they give the BAL two types."""
    kinds = {entry.origin: entry.kind.value for entry in shown if entry.kind is not BalKind.UNKNOWN}
    if len(set(kinds.values())) < 2:
        return ()
    words = {"api": kinds[Origin.API], "extraction": kinds[Origin.EXTRACTION]}
    return (_("type %(api)s dans l'API, %(extraction)s dans l'extraction") % words,)


def _would_list(answer: DirectoryAnswer, kind: BalKind, now: datetime) -> bool:
    """Whether this source, were a BAL of this type published today, would have shown it."""
    if not answer.whole or not answer.is_fresh(now):
        return False
    return answer.origin is Origin.API or kind in IN_THE_EXTRACTION


def _source(answer: DirectoryAnswer, now: datetime) -> str:
    return _named(answer.origin, _day(answer.taken_at, now))


def _named(origin: Origin, day: str) -> str:
    return (_("API du %s") if origin is Origin.API else _("extraction du %s")) % day


def _both(names: list[str]) -> str:
    if len(names) == 2:
        return _("%(first)s et %(second)s") % {"first": names[0], "second": names[1]}
    return names[0]


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())
