"""The holder's BAL: what the configuration, the servers, the directory and the holder each know of them.

Whose BAL these are is never guessed from a name: homonyms are common, and another person's address among
one's own would end in a document sent to the wrong colleague.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from balt.config import Account, Config
from balt.directory.model import DirectoryEntry, PracticeSituation, bare_rpps
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import (
    Answer,
    Departure,
    Finding,
    Mailbox,
    MailboxStatus,
    Publication,
    Question,
    Verdict,
    has_outlived,
)
from balt.mailboxes.news import change_words, unread_words
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.publication import IN_THE_EXTRACTION, Listing, holder_says, kind_of, listing_of
from balt.mailboxes.sightings import Sighting
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.verdicts import Facts, judge, latest
from balt.mailboxes.way_out import is_leaving
from balt.mailboxes.wording import retire_words
from balt.text import fold
from balt.units import format_date

Named = DirectoryEntry | Holder
"""What names a person and a place: an entry, or what the case of a BAL that left the directory keeps."""
NOBODY: Mapping[str, Departure] = {}
"""No BAL is on its way out."""
NO_FIGURES: Mapping[str, OperatorFigure] = {}
"""No operator gave a statistic."""


def join(
    config: Config,
    statuses: Mapping[str, MailboxStatus],
    directory: DirectoryView,
    answers: Mapping[str, Sequence[Answer]],
    book: BookView,
    now: datetime,
    leaving: Mapping[str, Departure] = NOBODY,
    operator: Mapping[str, OperatorFigure] = NO_FIGURES,
) -> list[Mailbox]:
    """Every BAL of the holder: those of the configuration, in its order, then those that only the directory
    knows or knew, or that were followed on their way out, by address. Addresses are compared in lower case in
    all that is given. ``leaving`` outranks what the messages say, which then follows it. ``operator`` has the
    operators' figures, by address in lower case. Pure.
    """
    measured = {address.lower(): status for address, status in statuses.items()}
    said = {address.lower(): tuple(each) for address, each in answers.items()}
    own = holder_entries(config, directory)
    entries = {**own, **{key: entries_under(key, own, directory) for key in leaving}}
    service = Service(book)
    accounts: dict[str, Account | None] = {each.address.lower(): each for each in config.accounts}
    vanished, untold = _vanished(directory), _untold(directory)
    others = {*entries, *vanished, *untold, *leaving} - accounts.keys() - of_others(config, directory)
    keys = [*accounts, *sorted(others)]
    mailboxes = []
    for key in keys:
        account, found, status = accounts.get(key), entries.get(key, ()), measured.get(key)
        gone, settled = vanished.get(key) if account is None and not found else None, leaving.get(key)
        listing = _listing(found, directory, now, settled, stood=directory.sightings.stood(key))
        known = latest(said.get(key, ()))
        facts = Facts(
            account,
            status,
            listing.publication,
            _listed_words(listing, known, now),
            known,
            operator.get(key),
            leaving=settled is not None and is_leaving(settled.way_out),
        )
        former = settled.holders if settled is not None and not found else ()
        where: tuple[Named, ...] = (*found, *former) if facts.leaving else found  # deleted, it serves nothing
        unread = unread_words(untold[key], directory) if not found and key in untold else ""
        mailboxes.append(
            Mailbox(
                address=account.address if account is not None else found[0].address if found else key,
                kind=kind_of(found) if found or settled is None else settled.kind,
                publication=listing.publication,
                finding=_finding(facts, settled, gone, unread, config, now),
                account=account,
                status=status,
                entries=found,
                situations=service.of(key, _not_of_others(where, config)),
                answers=known,
                story=settled.story if settled is not None else (),
                steps=settled.steps if settled is not None else (),
                operator=operator.get(key),
                way_out=settled.way_out if settled is not None else None,
                vanished=gone.since if gone is not None else None,
                absent_from=listing.absent_from,
                former=former,
            )
        )
    return mailboxes


def _finding(
    facts: Facts,
    settled: Departure | None,
    gone: Sighting | None,
    unread: str,
    config: Config,
    now: datetime,
) -> Finding:
    """What is made of a BAL: of its messages and the directory, then of its case, which outranks them.
    ``unread`` is what to say where it may stand in what could not be read.
    """
    finding = judge(facts, config.thresholds, now)
    if gone is not None:
        finding = _gone(gone, finding, facts, now)
    elif unread:
        finding = replace(finding, reasons=(*finding.reasons, unread))
    if settled is None:
        return finding
    account = facts.account
    outlived = has_outlived(account, facts.status, settled.way_out)
    finding = _settled(finding, settled.finding, facts.publication, outlived=outlived)
    if account is not None and finding.verdict is Verdict.DELETED:
        finding = replace(finding, reasons=(retire_words(account.address, config.file),))
    return finding


def _listing(
    entries: Sequence[DirectoryEntry],
    directory: DirectoryView,
    now: datetime,
    settled: Departure | None,
    *,
    stood: bool,
) -> Listing:
    """What the directory says of a BAL, which ``stood`` in an extraction once, or by its case would."""
    if settled is None:
        return listing_of(entries, directory, now, listed=stood)
    listed = stood or settled.kind in IN_THE_EXTRACTION
    listing = listing_of(entries, directory, now, listed=listed, newest=settled.extraction)
    if settled.unseen and listing.publication is Publication.ABSENT:
        return Listing(Publication.UNKNOWN, (_("jamais vue dans l'annuaire : vérifiez l'adresse"),))
    return listing


def of_others(config: Config, directory: DirectoryView) -> frozenset[str]:
    """The followed BAL that are somebody else's, in lower case: none that a source gives to the holder."""
    if not config.followed:
        return frozenset()
    mine = {*holder_entries(config, directory), *_vanished(directory), *_untold(directory)}
    return frozenset(each.lower() for each in config.followed) - mine


def join_followed(
    config: Config, directory: DirectoryView, now: datetime, leaving: Mapping[str, Departure] = NOBODY
) -> list[Mailbox]:
    """The BAL of others that are followed, in the order of the configuration: what the directory says of
    each, and its case where there is one. They serve no situation, and nothing is asked about them. Pure.
    """
    theirs = of_others(config, directory)
    under: dict[str, list[DirectoryEntry]] = {}
    for entry in (each for answer in directory.answers for each in answer.entries if each.key in theirs):
        under.setdefault(entry.key, []).append(entry)
    seen = {each.address: each for each in directory.sightings.seen} if theirs else {}
    found = []
    for address in config.followed:
        key = address.lower()
        if key in theirs:
            entries = tuple(dict.fromkeys(under.get(key, ())))
            sighting, settled = seen.get(key), leaving.get(key)
            stood = sighting is not None and sighting.stood
            listing = _listing(entries, directory, now, settled, stood=stood)
            found.append(_of_another(address, entries, listing, _followed(sighting, listing), settled))
    return found


def _of_another(
    address: str,
    entries: tuple[DirectoryEntry, ...],
    listing: Listing,
    finding: Finding,
    settled: Departure | None,
) -> Mailbox:
    mailbox = Mailbox(
        address=address,
        kind=kind_of(entries),
        publication=listing.publication,
        finding=finding,
        entries=entries,
        absent_from=listing.absent_from,
        followed=True,
    )
    if settled is None:
        return mailbox
    return replace(
        mailbox,
        kind=mailbox.kind if entries else settled.kind,
        finding=_settled(finding, settled.finding, listing.publication, outlived=False),
        story=settled.story,
        steps=settled.steps,
        way_out=settled.way_out,
        former=() if entries else settled.holders,
    )


def _followed(sighting: Sighting | None, listing: Listing) -> Finding:
    """What is told of somebody else's BAL: whether the directory shows it, and no opinion."""
    if sighting is not None and not sighting.published and sighting.before is not None:
        headline = _("suivie ; hors de l'extraction depuis le %s") % format_date(sighting.since.date())
        return Finding(Verdict.UNKNOWN, headline, (change_words(sighting), *listing.reasons))
    return Finding(Verdict.UNKNOWN, _("BAL de quelqu'un d'autre, suivie dans l'annuaire"), listing.reasons)


def _vanished(directory: DirectoryView) -> dict[str, Sighting]:
    """The holder's BAL that stood in an extraction and no longer do, by address in lower case."""
    seen = directory.sightings.seen
    return {each.address: each for each in seen if each.own and each.before and not each.published}


def _untold(directory: DirectoryView) -> dict[str, Sighting]:
    """The holder's BAL that an extraction had, and of which the one of now cannot tell, by address in lower
    case.
    """
    kept = directory.sightings
    if directory.extraction is None or kept.taken_at != directory.extraction.taken_at:
        return {}
    return {each.address: each for each in kept.seen if each.own and each.published and each.until}


def _listed_words(listing: Listing, answers: Sequence[Answer], now: datetime) -> tuple[str, ...]:
    """How it is known whether a BAL is published: what no source tells, its holder may have seen lately."""
    said = holder_says(answers, now) if listing.publication is Publication.UNKNOWN else ""
    return (said,) if said else listing.reasons


def _gone(sighting: Sighting, judged: Finding, facts: Facts, now: datetime) -> Finding:
    """What is to be thought of a BAL that left the extraction and that no account opens: what the holder says
    of it, else nothing is known. It has left the directory where its sources say so now.
    """
    said = facts.answer(Question.CONSULTED)
    if said is not None and said.is_fresh(now):
        return replace(judged, reasons=(*judged.reasons, change_words(sighting)))
    headline = _("hors de l'annuaire depuis le %s")
    if facts.publication is not Publication.ABSENT:
        headline = _("hors de l'extraction depuis le %s")
    headline %= format_date(sighting.since.date())
    ask = _("existe-t-elle encore ? + lui donne un compte, d la suit jusqu'à sa suppression")
    doubt = () if facts.publication is Publication.ABSENT else tuple(facts.listed)
    return Finding(Verdict.UNKNOWN, headline, (change_words(sighting), *doubt, ask))


def _settled(judged: Finding, settled: Finding, publication: Publication, *, outlived: bool) -> Finding:
    """What is to be thought of a BAL on its way out. One that was noted as deleted and that its server still
    opens (``outlived``), or that the directory still shows, counts as any other; one that the directory shows
    again is to leave it first.
    """
    published = publication is Publication.PUBLISHED
    if settled.verdict is not Verdict.DELETED:
        if published and settled.verdict is Verdict.TO_DELETE:
            settled = replace(settled, verdict=Verdict.LEAVING, headline=_("de nouveau publiée, à dépublier"))
        return replace(settled, reasons=(*settled.reasons, *judged.reasons))
    if not outlived and not published:
        return settled
    told = _("notée supprimée, et pourtant publiée")
    if outlived:
        told = _("notée supprimée, et pourtant elle répond")
    verdict = Verdict.WATCH if judged.verdict in (Verdict.ACTIVE, Verdict.UNKNOWN) else judged.verdict
    return Finding(verdict, told, (told, *judged.reasons))


def holder_entries(config: Config, directory: DirectoryView) -> dict[str, tuple[DirectoryEntry, ...]]:
    """What the directory says of the holder's BAL, by address in lower case, the holder's own entries first
    and the API's before the file's: the entries under their RPPS number, and all entries under an address of
    the configuration. The other BAL of a hospital where they work (ORG, APP) bear no RPPS number, and are
    not theirs.
    """
    mine = {account.address.lower() for account in config.accounts}
    rpps = bare_rpps(config.person.rpps)
    found: dict[str, list[DirectoryEntry]] = {}
    for answer in directory.answers:
        for entry in answer.entries:
            if entry.key in mine or (rpps and bare_rpps(entry.rpps) == rpps):
                same = found.setdefault(entry.key, [])
                if entry not in same:
                    same.append(entry)
    if rpps:
        _complete(found, directory)
    return {
        key: tuple(sorted(same, key=lambda each: bare_rpps(each.rpps) != rpps)) for key, same in found.items()
    }


def entries_under(
    address: str, own: Mapping[str, tuple[DirectoryEntry, ...]], directory: DirectoryView
) -> tuple[DirectoryEntry, ...]:
    """What the directory says under the address of a BAL with a case, the holder's ``own`` entries first;
    also of others who share it, and of a BAL that is neither in the configuration nor the holder's.
    """
    key = address.lower()
    under = [entry for answer in directory.answers for entry in answer.entries if entry.key == key]
    return tuple(dict.fromkeys((*own.get(key, ()), *under)))


def _not_of_others(entries: Iterable[Named], config: Config) -> list[Named]:
    """What tells where the holder works: beside an own entry, that of a colleague under the same address
    tells where the colleague does.
    """
    rpps, every = bare_rpps(config.person.rpps), list(entries)
    if not any(rpps and bare_rpps(each.rpps) == rpps for each in every):
        return every
    return [each for each in every if not each.rpps or bare_rpps(each.rpps) == rpps]


class Service:
    """Which situations of a book each BAL serves. What tells them is sorted out once, for a large practice
    has thousands of BAL and as many situations.
    """

    def __init__(self, book: BookView) -> None:
        self._situations = book.situations
        self._by_id: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, ...], list[int]] = {}
        self._places = [_place(each) for each in book.situations]
        for number, situation in enumerate(book.situations):
            self._by_id.setdefault(situation.id, []).append(number)
            if situation.active and self._places[number]:
                self._by_place.setdefault(self._places[number], []).append(number)
        self._tied = _by_address(book.links)
        for situation_id, address in book.preferred.items():
            self._tied.setdefault(address, set()).add(situation_id)
        self._untied = _by_address(book.unlinked)

    def of(self, address: str, entries: Iterable[Named]) -> tuple[PracticeSituation, ...]:
        """The situations that a BAL serves: by the identifier that an entry bears; by the structure named in
        it, or in the case of a BAL that left, where no identifier tells which situation there is meant; by
        what the person tied or prefers. Never one that they said it does not serve.
        """
        key = address.lower()
        told = list(entries)
        ids = {each.situation for each in told if isinstance(each, DirectoryEntry) and each.situation}
        borne = self._numbers(ids)
        places = {place for each in told if (place := self._place_of(each))}
        places -= {self._places[number] for number in borne}
        serves = borne | self._numbers(self._tied.get(key, ()))
        serves.update(number for place in places for number in self._by_place.get(place, ()))
        serves -= self._numbers(self._untied.get(key, ()))
        return tuple(self._situations[number] for number in sorted(serves))

    def _place_of(self, where: Named) -> tuple[str, ...]:
        """What identifies a structure. Of one without a number a case keeps the name, and no town: that is
        enough where one place alone bears it.
        """
        if isinstance(where, DirectoryEntry):
            return _place(where)
        if where.finess:
            return (where.finess,)
        named = [each for each in self._by_place if len(each) == 2 and each[0] == fold(where.structure)]
        return named[0] if len(named) == 1 else ()

    def _numbers(self, ids: Iterable[str]) -> set[int]:
        """Where the situations of these identifiers stand in the book."""
        return {number for each in ids for number in self._by_id.get(each, ())}


def _by_address(groups: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """The identifiers of situations by address, from the addresses by identifier."""
    found: dict[str, set[str]] = {}
    for situation_id, addresses in groups.items():
        for address in addresses:
            found.setdefault(address, set()).add(situation_id)
    return found


def _complete(found: dict[str, list[DirectoryEntry]], directory: DirectoryView) -> None:
    """Add what the sources say besides of an address that one gives to the holder: without an RPPS number, or
    under that of another person.
    """
    for answer in directory.answers:
        for entry in answer.entries:
            same = found.get(entry.key)
            if same is not None and entry not in same:
                same.append(entry)


def _place(where: DirectoryEntry | PracticeSituation) -> tuple[str, ...]:
    """What identifies a structure: its FINESS number, else its name and town; () where it is not named."""
    if where.finess:
        return (where.finess,)
    return (fold(where.structure), fold(where.town)) if where.structure else ()
