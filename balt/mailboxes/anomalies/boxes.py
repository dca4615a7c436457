"""Rules about BAL by themselves: what they say of themselves, their domain, and where they stand."""

from collections.abc import Iterator, Sequence

from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.i18n import _
from balt.mailboxes.anomalies.doubt import is_doubtful
from balt.mailboxes.anomalies.model import Evidence, Scene, Seen
from balt.mailboxes.holders import holders, is_shared
from balt.mailboxes.news import change_words
from balt.mailboxes.publication import IN_THE_EXTRACTION
from balt.text import fold


def no_service(scene: Scene) -> Iterator[Seen]:
    """An ORG that no source gives a description or a service."""
    for address, entries in scene.by_address.items():
        if any(entry.kind is BalKind.ORG for entry in entries) and not any(
            entry.description or entry.service for entry in entries
        ):
            yield Seen((address,), tuple(_seen(entry, entry.structure) for entry in entries))


def doubtful_words(scene: Scene) -> Iterator[Seen]:
    """A description or a service that says that the BAL should no longer be written to, or is a trial."""
    for address, entries in scene.by_address.items():
        told = [
            _seen(entry, _("« %s »") % text)
            for entry in entries
            for text in dict.fromkeys((entry.description, entry.service))
            if is_doubtful(text)
        ]
        if told:
            yield Seen((address,), tuple(told))


def untrusted_domain(scene: Scene) -> Iterator[Seen]:
    """BAL of a domain that is not on the white list, where there is one."""
    domains: dict[str, list[str]] = {}
    for address in scene.by_address:
        domains.setdefault(address.rpartition("@")[2], []).append(address)
    for domain, addresses in domains.items():
        if scene.trust.lacks(domain):
            words = {"domain": domain, "age": scene.trust.age(scene.now)}
            said = Evidence(_("%(domain)s (%(age)s)") % words, seen_on=scene.trust.dated)
            yield Seen(tuple(sorted(addresses)), (said,))


def only_in_extraction(scene: Scene) -> Iterator[Seen]:
    """A BAL of the extraction that the API was asked about and does not give."""
    for address, entries in scene.by_address.items():
        if scene.is_silent(Origin.API, address):
            yield Seen((address,), _published(entries))


def only_in_api(scene: Scene) -> Iterator[Seen]:
    """A BAL of the API, of a type that the extraction holds, which is not in the extraction."""
    for address, entries in scene.by_address.items():
        if scene.is_silent(Origin.EXTRACTION, address) and any(
            entry.kind in IN_THE_EXTRACTION for entry in entries
        ):
            yield Seen((address,), _published(entries))


def several_holders(scene: Scene) -> Iterator[Seen]:
    """One address that is given to several persons; a practice mailbox is shared (domain 4.1)."""
    for address, entries in _repeated(scene):
        people = holders(entries)
        if len(people) > 1 and not is_shared(entries):
            rows = (_seen(entry, _row(entry, _("RPPS %s") % entry.rpps)) for entry in people.values())
            yield Seen((address,), tuple(rows))


def several_rows(scene: Scene) -> Iterator[Seen]:
    """One address of one holder on several rows of a source: several structures, or, in the extraction, any
    several rows (one for each speciality).
    """
    for address, entries in _repeated(scene):
        if len({entry.rpps for entry in entries if entry.rpps}) > 1:
            continue
        for origin in Origin:
            rows = [entry for entry in entries if entry.origin is origin]
            places = {(entry.finess or fold(entry.structure)) for entry in rows} - {""}
            if len(places) > 1 or (origin is Origin.EXTRACTION and len(rows) > 1):
                yield Seen((address,), tuple(_seen(entry, _row(entry)) for entry in rows))


def casing(scene: Scene) -> Iterator[Seen]:
    """One address that is written in several ways."""
    for address, entries in _repeated(scene):
        ways = {entry.address: entry for entry in entries}
        if len(ways) > 1:
            yield Seen((address,), tuple(_seen(entry, way) for way, entry in ways.items()))


def _repeated(scene: Scene) -> Iterator[tuple[str, list[DirectoryEntry]]]:
    """The addresses that stand more than once, and their entries."""
    return (each for each in scene.by_address.items() if len(each[1]) > 1)


def vanished(scene: Scene) -> Iterator[Seen]:
    """A followed BAL that an extraction had, and that the last one, which could tell, does not have."""
    for sighting in scene.sightings.seen:
        if not sighting.published and sighting.before is not None and sighting.until is None:
            yield Seen((sighting.address,), (_change(sighting.address, change_words(sighting), scene),))


def appeared(scene: Scene) -> Iterator[Seen]:
    """A followed BAL that the last extraction has, and that the one before did not have."""
    for sighting in scene.sightings.news:
        if sighting.published:
            yield Seen((sighting.address,), (_change(sighting.address, change_words(sighting), scene),))


def _change(address: str, words: str, scene: Scene) -> Evidence:
    return Evidence(words, address, Origin.EXTRACTION, scene.sightings.taken_at)


def _row(entry: DirectoryEntry, more: str = "") -> str:
    parts = (entry.holder, more, entry.structure, entry.service, entry.profession, entry.speciality)
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _published(entries: Sequence[DirectoryEntry]) -> tuple[Evidence, ...]:
    return tuple({entry.origin: _seen(entry, _row(entry)) for entry in entries}.values())


def _seen(entry: DirectoryEntry, value: str) -> Evidence:
    return Evidence(value, entry.key, entry.origin, entry.seen_on)
