"""What the directory says of one BAL, with where that comes from and its date: whose it is, where it belongs,
which source has it; and what the case of a BAL that left the directory keeps of that.
"""

from collections.abc import Sequence
from datetime import datetime

from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.i18n import _
from balt.mailboxes.anomalies.own import namesakes_nearby
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import holders, is_shared
from balt.mailboxes.model import Mailbox, Publication
from balt.mailboxes.news import change_words
from balt.text import fold
from balt.units import format_date

Said = tuple[str, str]
"""A sentence and its hue."""


def holder_lines(mailbox: Mailbox) -> list[Said]:
    """Whose it is by the directory; else, of one that left it, by its case."""
    told, entries = [], mailbox.entries
    if is_shared(entries):
        told.append(_("BAL de cabinet, partagée par %d personnes :") % len(holders(entries)))
    for each in mailbox.former:
        number = _("RPPS %s") % each.rpps if each.rpps else ""
        told.append(_by_case(each.name, number, "" if each.is_person else each.service))
    for entry in entries:
        parts = [entry.holder, _("RPPS %s") % entry.rpps if entry.rpps else ""]
        parts.append(", ".join(part for part in (entry.profession, entry.speciality) if part))
        told.append(" · ".join(part for part in parts if part))
    return [(words, "text") for words in dict.fromkeys(told) if words]


def structure_lines(mailbox: Mailbox) -> list[Said]:
    """Where it belongs, likewise."""
    told = []
    for each in mailbox.former:
        service = each.service if each.is_person else ""
        told.append(_by_case(each.structure, service, _("FINESS %s") % each.finess if each.finess else ""))
    for entry in mailbox.entries:
        place = " ".join(part for part in (entry.postcode, entry.town) if part)
        parts = [entry.structure, entry.service if entry.service != entry.holder else ""]
        parts += [_("FINESS %s") % entry.finess if entry.finess else "", place]
        told.append(" · ".join(part for part in parts if part))
    return [(words, "text") for words in dict.fromkeys(told) if words]


def _by_case(*facts: str) -> str:
    """What the case of a BAL keeps, and that it comes from there; "" for nothing."""
    known = [fact for fact in facts if fact]
    return " · ".join((*known, _("selon le dossier"))) if known else ""


def origin_lines(mailbox: Mailbox, directory: DirectoryView) -> list[Said]:
    """Which source publishes the BAL and when that was seen; whether both say the same."""
    by_api = [entry for entry in mailbox.entries if entry.origin is Origin.API]
    by_file = [entry for entry in mailbox.entries if entry.origin is Origin.EXTRACTION]
    said: list[Said]
    if by_api and by_file:
        dates = {"api": _day(by_api[0].seen_on), "extraction": _day(by_file[0].seen_on)}
        apart = differences(by_api, by_file)
        if apart:
            words = _("API (%(api)s) et extraction (%(extraction)s) diffèrent : %(fields)s")
            said = [(words % {**dates, "fields": _(" ; ").join(apart)}, "attention")]
        else:
            said = [(_("API (%(api)s) et extraction (%(extraction)s), concordantes") % dates, "text")]
    elif by_api:
        missing = _missing(mailbox, directory.extraction, _("l'extraction ne l'a pas (%s)"))
        said = [(_("API (%s)") % _day(by_api[0].seen_on), "text"), *missing]
    elif by_file:
        missing = _missing(mailbox, directory.api, _("l'API ne la donne pas (%s)"))
        said = [(_("extraction (%s)") % _day(by_file[0].seen_on), "text"), *missing]
    else:
        said = _nowhere(mailbox, directory)
    return said + _changed(mailbox, directory) + _further(mailbox.entries) + _type_it_had(mailbox)


def differences(first: Sequence[DirectoryEntry], second: Sequence[DirectoryEntry]) -> list[str]:
    """The fields in which two sources contradict each other; a source that is silent contradicts nothing."""
    fields = (
        (_("type"), lambda entry: entry.kind.value),
        (_("titulaire"), lambda entry: f"{entry.given} {entry.family}".strip()),
        (_("RPPS"), lambda entry: entry.rpps),
        (_("FINESS"), lambda entry: entry.finess),
    )
    apart = []
    for name, get in fields:
        left = sorted({get(entry) for entry in first if get(entry)})
        right = sorted({get(entry) for entry in second if get(entry)})
        if left and right and not {fold(each) for each in left} & {fold(each) for each in right}:
            words = _("%(field)s « %(api)s » ou « %(extraction)s »")
            apart.append(words % {"field": name, "api": ", ".join(left), "extraction": ", ".join(right)})
    return apart


def namesake_lines(mailbox: Mailbox, directory: DirectoryView) -> list[Said]:
    words = _("dans la même commune : %s")
    return [(words % person, "attention") for person in namesakes_nearby(mailbox, directory)]


def _missing(mailbox: Mailbox, other: DirectoryAnswer | None, words: str) -> list[Said]:
    """That the other source would list the BAL, and does not; or that it could not be read there."""
    if other is not None and other.unreadable.may_hold(mailbox.address):
        words = _("l'extraction ne permet pas de le dire (%s)")
        return [(words % _day(_date_of(other)), "muted")]
    if other is None or other.origin not in mailbox.absent_from:
        return []
    return [(words % _day(_date_of(other)), "attention")]


def _nowhere(mailbox: Mailbox, directory: DirectoryView) -> list[Said]:
    is_absent = mailbox.publication is Publication.ABSENT
    asked = [
        (_("API (%s)") if answer.origin is Origin.API else _("extraction (%s)")) % _day(_date_of(answer))
        for answer in directory.answers
        if not is_absent or answer.origin in mailbox.absent_from
    ]
    if is_absent and asked:
        return [(_("absente : %s") % _(" ; ").join(asked), "attention")]
    if asked:
        return [(_("rien n'a été trouvé, sans que cela prouve son absence : %s") % ", ".join(asked), "muted")]
    if directory.problem:
        return [(_("n'a pas pu être lu"), "alert")]
    return [(_("pas lu"), "muted")]


def _changed(mailbox: Mailbox, directory: DirectoryView) -> list[Said]:
    """Since when it is so, as far as extractions were looked at."""
    sighting = directory.sightings.of(mailbox.address)
    if sighting is None:
        return []
    if sighting.before is None:
        words = _("absente de chaque extraction regardée depuis celle du %s")
        if sighting.published:
            words = _("dans chaque extraction regardée depuis celle du %s")
        return [(words % _day(sighting.since), "muted")]
    is_news = sighting in directory.sightings.news
    return [(change_words(sighting), "attention" if is_news else "muted")]


def _further(entries: Sequence[DirectoryEntry]) -> list[Said]:
    """What else the directory says: red list, paperless exchange, the day of the last change."""
    said: list[Said] = []
    if any(entry.red_list for entry in entries):
        said.append((_("en liste rouge : elle n'est pas montrée à tous"), "attention"))
    changed = [entry.updated_on for entry in entries if entry.updated_on is not None]
    if changed:
        said.append((_("dernière mise à jour de la fiche : %s") % format_date(max(changed)), "muted"))
    if any(entry.digitization for entry in entries):
        said.append((_("dématérialisation acceptée"), "muted"))
    return said


def _type_it_had(mailbox: Mailbox) -> list[Said]:
    """The type of a BAL that left, as its case keeps it."""
    if mailbox.entries or mailbox.kind is BalKind.UNKNOWN:
        return []
    return [(_("de type %s quand elle était publiée, selon le dossier") % mailbox.kind.value, "muted")]


def _date_of(answer: DirectoryAnswer) -> datetime:
    """When what an answer tells was true: an extraction is as old as its entries."""
    if answer.origin is Origin.EXTRACTION and answer.entries:
        return max(entry.seen_on for entry in answer.entries)
    return answer.taken_at


def _day(moment: datetime) -> str:
    return format_date(moment.date())
