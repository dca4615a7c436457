"""``balt directory import`` and ``balt directory update``: the extraction into the local index, the holder's
situations out of the activity file; and which of the followed BAL appeared or vanished since.
"""

from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from balt.cases.book import CaseBook
from balt.cases.model import Case, to_look_up
from balt.cli.context import Context
from balt.cli.directory_rows import COLUMNS, row_of
from balt.cli.ending import tell
from balt.cli.output import Progress, Row, prepare_output, write_csv, write_json
from balt.directory.activities import Activities, is_activity_file, read_activities
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.errors import DirectoryError, StoppedError, UsageError
from balt.i18n import _, ngettext
from balt.mailboxes.directory_reader import index_file
from balt.mailboxes.news import hindrance_words, left_out_words, untold_words
from balt.mailboxes.sightings import Followed, Learnt, Look, Sighting, SightingBook, followed_of, look_at
from balt.mailboxes.situations import SituationBook
from balt.units import format_count, format_date, format_percent, format_size

if TYPE_CHECKING:
    from balt.directory.index_build import ImportReport
    from balt.directory.index_schema import IndexAbout
    from balt.directory.workplaces import Workplaces

CHANGES = {True: "appeared", False: "vanished"}
"""What ``change`` says of a BAL that is published now, and of one that no longer is; "" for all others."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """The followed BAL in the extraction of before (None where there was none) and in the one of now."""

    before: Look | None
    now: Look
    changes: Mapping[str, Sighting]


def run_import(options: Namespace, context: Context) -> int:
    """Read a file copied by hand. One that cannot be used is wrong use, not a server's failure, and leaves
    all as it was.
    """
    if is_activity_file(options.text):
        return _import_activities(options, context)
    from balt.directory.index import DirectoryIndex

    index, progress = index_file(context.data_dir), Progress()
    followed = _followed(context)
    before = _look(index, followed)
    try:
        report = DirectoryIndex.build(
            index, options.text, context.clock, _reading(progress), confirmed=options.whole
        )
    except DirectoryError as error:
        raise UsageError(error.message, advice=error.advice) from None
    finally:
        progress.clear()
    _tell_report(report)
    named = context.config.directory.extraction
    if named is not None and named.resolve() != options.text.resolve():
        tell(_("La configuration nomme une autre extraction : c'est elle qui reste lue."))
    _give(options, _compared(index, before, followed, context))
    return 0


def run_update(options: Namespace, context: Context) -> int:
    """Download the extraction where it is published, and import it, unless it is the one already here."""
    settings = context.config.directory
    if settings.extraction is not None:
        raise UsageError(
            _("la configuration nomme une extraction : balt n'en télécharge pas d'autre."),
            advice=_(
                "Retirez « extraction » de [directory] pour que balt tienne lui-même l'annuaire à jour."
            ),
        )
    from balt.directory.sources import source_of
    from balt.directory.update import update_index

    index, progress = index_file(context.data_dir), Progress()
    followed = _followed(context)
    before = _look(index, followed)
    source = source_of(settings.update_url, settings.update_ca_file)
    try:
        updated = update_index(index, source, context.clock, _loading(progress), _reading(progress))
    finally:
        progress.clear()
    if updated.report is None:
        day = format_date(updated.about.generated_at.date())
        tell(
            _("%(host)s n'a rien de plus récent que l'extraction du %(day)s.")
            % {"host": source.host, "day": day}
        )
    else:
        _tell_report(updated.report)
    _give(options, _compared(index, before, followed, context))
    return 0


def _tell_report(report: "ImportReport") -> None:
    about: IndexAbout = report.about
    text = ngettext("%(n)s ligne lue", "%(n)s lignes lues", about.entries)
    said = text % {"n": format_count(about.entries)}
    tell(
        _("%(said)s, extraction du %(day)s.") % {"said": said, "day": format_date(about.generated_at.date())}
    )
    for note in report.notes:
        tell(note)


# What changed for the followed BAL


def _look(index: Path, followed: Followed) -> Look | None:
    """The followed BAL in an index; None where there is none that can be read."""
    from balt.directory.index import DirectoryIndex

    with suppress(DirectoryError), closing(DirectoryIndex(index)) as opened:
        return look_at(opened, followed)
    return None


def _followed(context: Context) -> Followed:
    """Whose BAL are followed, those of the cases that are looked at among them."""
    cases: tuple[Case, ...] = ()
    try:
        cases = CaseBook(context.data_dir, context.clock).cases()
    except StoppedError as error:  # an import needs no case
        tell(str(error))
    return followed_of(context.config, to_look_up(cases))


def _compared(index: Path, before: Look | None, followed: Followed, context: Context) -> _Compared | None:
    """What changed, and written down for the Annuaire view; None where the index cannot be read."""
    now = _look(index, followed)
    if now is None:
        return None
    book = SightingBook(context.data_dir)
    changes: dict[str, Sighting] = {}
    found = Learnt()
    try:
        for look in (before, now):
            if look is not None:
                found = book.learn(look, followed, context.clock.now())
                changes |= {each.address: each for each in found.changes}
    except StoppedError as error:  # the import itself is done
        tell(str(error))
        found = Learnt()
    if before is not None and now.taken_at < before.taken_at:
        tell(_("Cette extraction est plus ancienne que la précédente."))
    if followed:
        _tell_compared(found, now, unchanged=not changes)
    return _Compared(before, now, changes)


def _tell_compared(found: Learnt, now: Look, *, unchanged: bool) -> None:
    """With what the extraction was compared, and for which BAL it could not be."""
    if found.hindrance is not None:
        tell(hindrance_words(found, now.taken_at))
        return
    for sentence in filter(None, (left_out_words(found.left_out), *untold_words(found, now))):
        tell(sentence)
    sure = not (found.untold or now.unreadable.anything)
    if found.before is not None and unchanged and sure:
        day = format_date(found.before.date())
        tell(_("Vos BAL : ni apparue ni disparue depuis l'extraction du %s.") % day)


def _give(options: Namespace, compared: _Compared | None) -> None:
    """The followed BAL, those that appeared and vanished among them: sentences, and rows where asked."""
    if compared is None:
        return
    former = {entry.key: entry for entry in compared.before.entries} if compared.before else {}
    gone = [
        former.get(address) or _only_known_by_address(address, change.before or change.since)
        for address, change in compared.changes.items()
        if not change.published
    ]
    entries = [*compared.now.entries, *gone]
    told: dict[str, DirectoryEntry] = {}
    for entry in entries:
        told.setdefault(entry.key, entry)
    for address, change in compared.changes.items():
        if address in told:
            _tell_change(told[address], change)
    prepare_output(options)
    rows = [_changed_row(entry, compared.changes) for entry in entries]
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, (*COLUMNS, "change"), raw=options.raw)


def _changed_row(entry: DirectoryEntry, changes: Mapping[str, Sighting]) -> Row:
    change = changes.get(entry.key)
    return {**row_of(entry), "change": CHANGES[change.published] if change else ""}


def _only_known_by_address(address: str, seen_on: datetime) -> DirectoryEntry:
    """A BAL that vanished, of which nothing else was kept."""
    return DirectoryEntry(address, BalKind.UNKNOWN, Origin.EXTRACTION, seen_on)


def _tell_change(entry: DirectoryEntry, change: Sighting) -> None:
    facts = dict.fromkeys(filter(None, (entry.holder, entry.structure, entry.town)))
    words = {"address": entry.address, "facts": f" ({', '.join(facts)})" if facts else ""}
    if change.published:
        tell(_("Apparue dans l'extraction : %(address)s%(facts)s") % words)
    else:
        tell(_("Disparue de l'extraction : %(address)s%(facts)s") % words)


# The activity file


def _import_activities(options: Namespace, context: Context) -> int:
    """Keep where everybody of the extraction works, and the holder's situations, that the activity file gives
    (domain 3.2).
    """
    from balt.directory.workplaces import build_workplaces

    rpps, index = context.config.person.rpps, index_file(context.data_dir)
    if not rpps and not index.exists():
        raise UsageError(
            _("Ce fichier complète l'extraction : il faut d'abord l'importer, ou donner votre numéro RPPS."),
            advice=_("Faites balt directory import de l'extraction, puis de ce fichier."),
        )
    progress, own = Progress(), {rpps} - {""}
    try:
        if index.exists():
            everybody = build_workplaces(
                index, options.text, own, context.clock, _reading(progress), confirmed=options.whole
            )
            found = everybody.own
        else:
            everybody, found = None, read_activities(options.text, own, _reading(progress))
    except DirectoryError as error:
        raise UsageError(error.message, advice=error.advice) from None
    finally:
        progress.clear()
    _give_nothing(options)
    if everybody is not None:
        _tell_everybody(everybody)
    for note in found.notes:
        tell(note)
    if rpps:
        _keep_own(found, rpps, context)
    return 0


def _tell_everybody(found: "Workplaces") -> None:
    text = ngettext(
        "Fichier d'activités du %(day)s : lieux d'exercice lus pour %(n)s personne de l'extraction ; sa "
        "commune et sa structure se cherchent.",
        "Fichier d'activités du %(day)s : lieux d'exercice lus pour %(n)s personnes de l'extraction ; "
        "communes et structures se cherchent.",
        found.about.persons,
    )
    tell(text % {"day": found.about.day, "n": format_count(found.about.persons)})


def _keep_own(found: Activities, rpps: str, context: Context) -> None:
    """Keep the holder's own situations."""
    if not found.situations:
        tell(_("Ce fichier ne parle pas de vous : aucune activité sous le numéro RPPS %s.") % rpps)
        return
    SituationBook(context.data_dir, context.clock).merge(found.situations)
    text = ngettext(
        "%(n)s situation d'exercice lue pour vous.",
        "%(n)s situations d'exercice lues pour vous.",
        len(found.situations),
    )
    tell(text % {"n": format_count(len(found.situations))})


def _give_nothing(options: Namespace) -> None:
    """The activity file has no BAL."""
    prepare_output(options)
    if options.json:
        write_json(())
    elif options.csv:
        write_csv((), (*COLUMNS, "change"), raw=options.raw)


# Progress


def _reading(progress: Progress) -> Callable[[int, int], None]:
    """Tells how far a reading is."""

    def show(done: int, total: int) -> None:
        progress.show(_("lecture… %s") % format_percent(done, total))

    return show


def _loading(progress: Progress) -> Callable[[int, int], None]:
    """Tells how far a download is."""

    def show(done: int, total: int) -> None:
        shown = format_percent(done, total) if total else format_size(done)
        progress.show(_("téléchargement… %s") % shown)

    return show
