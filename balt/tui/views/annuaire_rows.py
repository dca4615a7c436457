"""The rows of the list of BAL: what each column says of one, and which columns there is room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from balt.config import Thresholds
from balt.directory.model import BalKind, Origin
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication, Question, Verdict
from balt.mailboxes.operator.judging import fullness_of
from balt.mailboxes.publication import holders_answer, publication_now
from balt.mailboxes.sightings import Sightings
from balt.mailboxes.usage import Activity, activity_of
from balt.mailboxes.wording import publication_label, situation_label, verdict_in_a_word, verdict_label
from balt.text import cell_width, fold, plain
from balt.tui.paint import Line, bar, fit, fit_address, quota_hue
from balt.tui.theme import Look
from balt.units import format_age, format_count, format_date, format_percent, format_since, format_size

SIGNS = {
    Verdict.ACTIVE: ("✔", "entretenir"),
    Verdict.WATCH: ("▲", "attention"),
    Verdict.INACTIVE: ("▲", "attention"),
    Verdict.GHOST: ("▲", "alert"),
    Verdict.UNLISTED: ("▲", "attention"),
    Verdict.LEAVING: ("■", "muted"),
    Verdict.TO_DELETE: ("○", "attention"),
    Verdict.DELETED: ("✔", "muted"),
    Verdict.UNKNOWN: ("?", "muted"),
}
"""The sign of a verdict and its hue: ▲ attention, ○ to do, ■ waits for something else, ? unknown."""

CALM = frozenset({Verdict.ACTIVE, Verdict.LEAVING, Verdict.DELETED})
"""What asks nothing of the user now; everything else is a finding that ``n`` stops at."""

WITH_RECEIVED, WITH_SENT, WITH_SITUATION, WITH_ORIGIN, WITH_BAR, WITH_SINCE = 96, 114, 128, 138, 150, 176
"""From how many cells a row holds each further column, in the order of what it decides: when mail came, what
was sent and how much is unread, the situation, who publishes the BAL, a bar, since when. The detail has all.
"""

_OF_ANOTHER = ("·", "muted")

_MOST, _MOST_SITUATION = 48, 34
_VERDICT = 15
_HEADLINE = 24


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns in cells, the gap at their right included; 0 where one is left out."""

    lead: int
    address: int
    kind: int
    situation: int
    published: int
    since: int
    received: int
    seen: int
    sent: int
    unread: int
    bar: int
    fill: int
    verdict: int


@dataclass(frozen=True, slots=True)
class Longest:
    """How many cells the longest address and the longest list of situations take; 0 where no BAL has one."""

    address: int = 0
    situation: int = _MOST_SITUATION


def sign_of(mailbox: Mailbox) -> tuple[str, str]:
    """The sign of what is thought of a BAL, and its hue: of one that is only followed nothing is thought."""
    return _OF_ANOTHER if _is_only_followed(mailbox) else SIGNS[mailbox.finding.verdict]


def is_calm(mailbox: Mailbox) -> bool:
    """Whether it asks nothing of the user now."""
    return _is_only_followed(mailbox) or mailbox.finding.verdict in CALM


def _label(mailbox: Mailbox) -> str:
    return _("suivie") if _is_only_followed(mailbox) else verdict_label(mailbox.finding.verdict)


def _is_only_followed(mailbox: Mailbox) -> bool:
    return mailbox.followed and mailbox.way_out is None


def longest_of(mailboxes: Sequence[Mailbox]) -> Longest:
    """What stands in the columns whose widths depend on it."""
    return Longest(
        max((cell_width(each.address) for each in mailboxes), default=0),
        max((cell_width(situations_text(each)) for each in mailboxes if each.situations), default=0),
    )


def columns(width: int, longest: Longest) -> Columns:
    """The columns of a row of ``width`` cells. What the longest values leave goes to the finding."""
    gap = 2 if width >= WITH_SINCE else 1
    lead = 3 if width >= WITH_ORIGIN else 1
    published = 15 + gap if width >= WITH_BAR else 13 + gap if width >= WITH_ORIGIN else 7 + gap
    since = 14 + gap if width >= WITH_SINCE else 0
    received = 9 + gap if width >= WITH_RECEIVED else 0
    sent, unread = (9 + gap, 7 + gap) if width >= WITH_SENT else (0, 0)
    drawn = 11 if width >= WITH_BAR else 0
    kind, seen, fill, verdict = 4 + gap, 9 + gap, 7 + gap, _VERDICT
    room = width - sum((lead, kind, published, since, received, seen, sent, unread, drawn, fill, verdict))
    room = max(room, 8)
    address, situation = room, 0
    if width >= WITH_SITUATION:
        address = min(max(longest.address, 20) + gap, room * 2 // 3, _MOST)
        wanted = max(longest.situation, cell_width(_("Situation"))) + gap
        situation = min(room - address, _MOST_SITUATION, wanted) if longest.situation else 0
    verdict += max(room - address - situation, 0)
    return Columns(
        lead,
        address,
        kind,
        situation,
        published,
        since,
        received,
        seen,
        sent,
        unread,
        drawn,
        fill,
        verdict,
    )


@dataclass(frozen=True)
class AnnuaireRows:
    """The source of the table: BAL in the order given, as they stand at ``now``."""

    mailboxes: Sequence[Mailbox]
    now: datetime
    thresholds: Thresholds
    look: Callable[[], Look]
    longest: Longest = Longest()
    sightings: Sightings = field(default_factory=Sightings)

    def __len__(self) -> int:
        return len(self.mailboxes)

    def line(self, row: int, width: int) -> Line:
        look, mailbox = self.look(), self.mailboxes[row]
        room = columns(width, self.longest)
        status = mailbox.measured
        seen, seen_hue = seen_text(mailbox, self.thresholds, self.now)
        published, published_hue = published_text(mailbox, self.now, origin=width >= WITH_ORIGIN)
        muted, text = look.style("muted"), look.style("text")
        return [
            (" " * room.lead, text),
            (fit_address(plain(mailbox.address), room.address - 1) + " ", text),
            (_cell(mailbox.kind.value or "—", room.kind), muted),
            (_cell(situations_text(mailbox), room.situation), text if mailbox.situations else muted),
            (_cell(published, room.published), look.style(published_hue)),
            (_cell(since_text(mailbox, self.sightings), room.since), muted),
            (_cell(ago(status.last_received if status else None, self.now), room.received), text),
            (_cell(seen, room.seen), look.style(seen_hue)),
            (_cell(ago(status.last_sent if status else None, self.now), room.sent), text),
            (_cell(_count(status.unseen if status else None), room.unread, right=True), text),
            *self._fill(mailbox, room, look),
            *_verdict(mailbox, room.verdict, look),
        ]

    def _fill(self, mailbox: Mailbox, room: Columns, look: Look) -> Line:
        part, words, hue = fill_of(mailbox, self.thresholds, self.now)
        figure = (_cell(words, room.fill, right=True), look.style(hue if part is not None else "muted"))
        if not room.bar:
            return [figure]
        if part is None:
            return [(" " * room.bar, look.style("text")), figure]
        return [*bar(part, room.bar - 1, look, hue), (" ", look.style("text")), figure]


def _cell(text: str, width: int, *, right: bool = False) -> str:
    """A value in its column, with a gap of one cell at least at its right."""
    if width <= 1:
        return ""
    return fit(plain(text), width - 1, right=right) + " "


def _count(number: int | None) -> str:
    return "?" if number is None else format_count(number)


def _verdict(mailbox: Mailbox, width: int, look: Look) -> Line:
    """The sign and the verdict; where there is room to spare, the finding in a few words too."""
    sign, hue = sign_of(mailbox)
    label = _label(mailbox)
    words = f"{sign} {label}"
    if cell_width(words) > width:
        words = f"{sign} {verdict_in_a_word(mailbox.finding.verdict)}"
    taken = min(max(cell_width(words), _VERDICT), width)
    headline = plain(mailbox.finding.headline)
    spare = width - taken > _HEADLINE and fold(headline) != fold(label)
    rest = fit("  " + headline if spare else "", width - taken)
    return [(fit(words, taken), look.style(hue)), (rest, look.style("muted"))]


def head(width: int, longest: Longest) -> str:
    """The names of the columns in a row of ``width`` cells."""
    room = columns(width, longest)
    fill = _cell(_("Occupé"), room.bar + room.fill, right=not room.bar)
    return (
        " " * room.lead
        + _cell(_("Adresse"), room.address)
        + _cell(_("Type"), room.kind)
        + _cell(_("Situation"), room.situation)
        + _cell(_("Publiée"), room.published)
        + _cell(_("Depuis"), room.since)
        + _cell(_("Reçu"), room.received)
        + _cell(_("Lu"), room.seen)
        + _cell(_("Envoyé"), room.sent)
        + _cell(_("Non lus"), room.unread, right=True)
        + fill
        + fit(_("Constat"), room.verdict)
    )


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in at most nine cells: "3 min", "1 h", "hier", "12 jours", "14 mois"; "?" for None."""
    if moment is None:
        return "?"
    seconds = int((now - moment).total_seconds())
    days = (now.date() - moment.astimezone(now.tzinfo).date()).days
    if days < 0:
        return _("à venir")
    if seconds < 60 and days == 0:
        return _("< 1 min")
    if seconds < 3600 and days == 0:
        return _("%d min") % (seconds // 60)
    if days == 0:
        return _("%d h") % (seconds // 3600)
    return _("hier") if days == 1 else format_age(days)


def since_words(moment: datetime, now: datetime) -> str:
    """The same in a sentence: "à l'instant", "il y a 3 min", "hier", "il y a 14 mois"."""
    seconds = int((now - moment).total_seconds())
    if (now.date() - moment.astimezone(now.tzinfo).date()).days != 0:
        return format_since(moment, now)
    return _("à l'instant") if seconds < 60 else _("il y a %s") % ago(moment, now)


def seen_text(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> tuple[str, str]:
    """When the BAL was last read, as far as anyone knows, and the hue. The holder's fresh word outranks what
    IMAP lets one infer: a BAL read by the business software may look unread.
    """
    answer = mailbox.answer(Question.CONSULTED)
    said = answer.value if answer is not None and answer.is_fresh(now) else ""
    exported = mailbox.account is not None and mailbox.account.access == "files"
    status = None if exported else mailbox.measured  # exported files do not tell who read the BAL
    if said == "no":
        return _("dit non"), "alert"
    if status is None:
        return (_("dit oui"), "entretenir") if said else ("?", "muted")
    if said == "yes":
        return (ago(status.last_seen, now) if status.last_seen else _("dit oui")), "entretenir"
    if status.last_seen is None:
        return (_("jamais"), "alert") if status.unread_run else ("—", "muted")
    unread = activity_of(status, thresholds, now) is Activity.UNREAD
    return ago(status.last_seen, now), "alert" if unread else "text"


def published_text(mailbox: Mailbox, now: datetime, *, origin: bool = False) -> tuple[str, str]:
    """Whether the directory publishes the BAL, by which source where ``origin`` asks, and the hue. While no
    source tells, what its holder saw lately, else what its case knows.
    """
    shown = publication_now(mailbox, now)
    words = publication_label(shown)
    hue = {
        Publication.PUBLISHED: "entretenir",
        Publication.ABSENT: "attention",
        Publication.UNKNOWN: "muted",
    }[shown]
    source = origins_text([entry.origin for entry in mailbox.entries])
    if shown is not mailbox.publication:
        seen = holders_answer(mailbox.answers, now)
        if seen is not None:
            return (_("dit oui") if seen.value == "yes" else _("dit non")), hue
        return (_("non, dossier") if origin else words), hue
    if origin and source:
        words = _("%(published)s, %(origin)s") % {"published": words, "origin": source}
    return words, hue


def since_text(mailbox: Mailbox, sightings: Sightings) -> str:
    """Since which extraction the BAL has been in it, or out of it; with ``≤`` where it was never seen
    otherwise, "" where no extraction was looked at for it.
    """
    sighting = sightings.of(mailbox.address)
    if sighting is None or sighting.published is not (mailbox.publication is Publication.PUBLISHED):
        return ""
    day = format_date(sighting.since.date())
    return day if sighting.before is not None else f"≤ {day}"


def origins_text(origins: Sequence[Origin]) -> str:
    """Which sources of the directory tell something: "API", "extraction", both, or "" for none."""
    found = set(origins)
    if len(found) > 1:
        return _("les deux")
    return {Origin.API: _("API"), Origin.EXTRACTION: _("extraction")}[found.pop()] if found else ""


def situations_text(mailbox: Mailbox) -> str:
    """The situations that the BAL serves."""
    return _(" ; ").join(situation_label(each) for each in mailbox.situations) or "—"


def fill_of(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> tuple[float | None, str, str]:
    """How full the BAL is: a part of 1 (None where unknown), its words and its hue. Where the server tells
    nothing stands, with ``≈``, what the holder answered, or, once that has aged, what the operator counted
    lately; an aged answer alone is grey. Without a limit, the size is all there is to say.
    """
    status = mailbox.measured
    quota = status.quota if status else None
    if quota is not None and quota.limit:
        percent = quota.used * 100 // quota.limit
        hue = quota_hue(percent, thresholds.quota_warning, thresholds.quota_alert)
        return quota.used / quota.limit, format_percent(quota.used, quota.limit), hue
    answer, counted = mailbox.answer(Question.QUOTA), fullness_of(mailbox.operator, now.date())
    if counted is not None and (answer is None or not answer.is_fresh(now)):
        hue = quota_hue(counted, thresholds.quota_warning, thresholds.quota_alert)
        return min(counted, 100) / 100, "≈" + format_percent(counted, 100), hue
    if answer is not None and answer.value.isdecimal():
        percent = min(int(answer.value[:3]), 100)
        hue = quota_hue(percent, thresholds.quota_warning, thresholds.quota_alert)
        if not answer.is_fresh(now):
            hue = "muted"
        return percent / 100, "≈" + format_percent(percent, 100), hue
    if status is not None and status.size is not None:
        return None, format_size(status.size), "text"
    return None, "?", "muted"


def kept(mailboxes: Sequence[Mailbox], wanted: str, now: datetime) -> list[Mailbox]:
    """The BAL in whose columns every word of ``wanted`` stands; case and accents do not count."""
    words = fold(wanted).split()
    return [each for each in mailboxes if all(word in _haystack(each, now) for word in words)]


def _haystack(mailbox: Mailbox, now: datetime) -> str:
    """Everything that the list and the first lines of the detail say of a BAL, folded."""
    holders = [
        f"{entry.holder} {entry.rpps} {entry.profession} {entry.speciality} {entry.structure} {entry.finess}"
        for entry in mailbox.entries
    ]
    holders += [f"{each.name} {each.rpps} {each.structure} {each.finess}" for each in mailbox.former]
    parts = (
        mailbox.address,
        mailbox.kind.value if mailbox.kind is not BalKind.UNKNOWN else "",
        situations_text(mailbox),
        published_text(mailbox, now, origin=True)[0],
        _label(mailbox),
        mailbox.finding.headline,
        *holders,
    )
    return fold(" ".join(parts))
