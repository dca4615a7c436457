"""``balt directory``: search the Annuaire Santé, show an address, import or download an extraction."""

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from balt.cli.context import Context
from balt.cli.directory_rows import COLUMNS, WORK, flat_row, found_row
from balt.cli.ending import tell
from balt.cli.output import Column, prepare_output, write_csv, write_json, write_table
from balt.cli.practice import reader_of
from balt.directory.boxes import is_address
from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.work_words import ELSEWHERE, where_words, work_words
from balt.text import capital, plain
from balt.units import format_date, format_since

SHORTEST = 2
"""How many characters a search has at least, whatever the source."""

_MOST_TOLD = 12
"""Of how many persons it is told one by one where they work besides."""


def run(options: Namespace, context: Context) -> int:
    """Do what was asked of the directory."""
    if options.action in ("import", "update"):
        from balt.cli import directory_import

        work = directory_import.run_update if options.action == "update" else directory_import.run_import
        return work(options, context)
    if options.action == "anomalies":
        from balt.cli import directory_anomalies

        return directory_anomalies.run(options, context)
    if options.action == "white-list":
        from balt.cli import white_list

        return white_list.run(options, context)
    _check(options)
    said, code = _answers(options, context)
    answers = said if options.action == "show" else said[-1:]  # the last one of a search holds them all
    for note in dict.fromkeys(capital(note) for answer in answers for note in answer.notes):
        tell(note)
    entries = [entry for answer in answers for entry in answer.entries]
    whole = all(answer.whole for answer in answers)
    prepare_output(options)
    people = {each.rpps: each for answer in answers for each in answer.professionals if each.rpps}
    if options.json:
        write_json(found_row(entry, people) for entry in entries)
    elif options.csv:
        write_csv((flat_row(entry, people) for entry in entries), (*COLUMNS, *WORK), raw=options.raw)
    elif entries:
        _write_table(entries, people)
    elif not any(answer.professionals for answer in answers):
        tell(_("Rien de tel dans l'Annuaire Santé.") if whole else _("Rien de tel dans ce qui a pu être lu."))
        if options.action == "search" and len(options.text.split()) > 1:
            tell(_("Essayez le nom seul, ou le RPPS."))
    _tell_without_bal(answers, whole=whole)
    tell_ages(said, context.clock.now())
    return code


def _check(options: Namespace) -> None:
    """Raise UsageError for what no source could answer."""
    if options.action == "show" and not is_address(options.text.strip()):
        raise UsageError(
            _("« %s » n'est pas une adresse.") % plain(options.text, 80),
            advice=_(
                "Une adresse s'écrit comme nom@domaine.mssante.fr ; pour un nom : balt directory search."
            ),
        )
    if len("".join(options.text.split())) < SHORTEST:
        raise UsageError(_("cette recherche est trop courte."), advice=_("Donnez au moins deux caractères."))


def _answers(options: Namespace, context: Context) -> tuple[list[DirectoryAnswer], int]:
    """What the sources say, and the exit code: 3 when one of them did not answer."""
    reader = reader_of(context)
    try:
        asked = reader.show if options.action == "show" else reader.search
        return list(asked(options.text)), 3 if reader.failed else 0
    finally:
        reader.close()


def tell_ages(answers: Iterable[DirectoryAnswer], now: datetime) -> None:
    """When what each source says was true."""
    days: dict[Origin, datetime] = {}
    for answer in answers:
        days.setdefault(answer.origin, answer.taken_at)
        for entry in answer.entries:  # an answer made of both sources has one origin, its entries have theirs
            days[entry.origin] = entry.seen_on
    words = {Origin.API: _("API du %(day)s"), Origin.EXTRACTION: _("extraction du %(day)s (%(since)s)")}
    told = [
        words[origin] % {"day": format_date(days[origin].date()), "since": format_since(days[origin], now)}
        for origin in Origin
        if origin in days
    ]
    if told:
        tell(_("D'après : %s.") % ", ".join(told))


def _write_table(entries: Sequence[DirectoryEntry], people: Mapping[str, Professional]) -> None:
    """``people`` by RPPS number: where they work besides is told below, with the file that says so."""
    columns = [
        Column(_("Adresse"), flexible=True),
        Column(_("Type")),
        Column(_("Titulaire"), flexible=True),
        Column("RPPS"),
        Column(_("Profession"), flexible=True),
        Column(_("Structure"), flexible=True),
        Column(_("Ville"), flexible=True),
        Column(_("Origine")),
    ]
    lines = [_line(entry, people.get(entry.rpps)) for entry in entries]
    write_table(columns, lines)
    if any(field.startswith(ELSEWHERE) for line in lines for field in line):
        tell(_("~ : le titulaire y exerce ; l'annuaire ne dit pas de quel lieu est cette BAL."))
    _tell_work(entries, people)


def _tell_work(entries: Sequence[DirectoryEntry], people: Mapping[str, Professional]) -> None:
    """Where the holders work besides what the table says, by the activity file, and of which day it is."""
    held: dict[str, list[DirectoryEntry]] = {}
    for entry in entries:
        held.setdefault(entry.rpps, []).append(entry)
    told = [
        (theirs[0], words)
        for rpps, theirs in held.items()
        if rpps in people and (words := work_words(people[rpps], theirs))
    ]
    if len(told) > _MOST_TOLD:
        tell(_("Des titulaires exercent aussi ailleurs, selon le fichier d'activités : --json dit où."))
        return
    for entry, words in told:
        named = {"holder": entry.holder, "rpps": entry.rpps, "words": words}
        tell(_("%(holder)s (RPPS %(rpps)s). %(words)s") % named)


def _line(entry: DirectoryEntry, person: Professional | None) -> list[str]:
    does = " · ".join(part for part in (entry.profession, entry.speciality) if part)
    town, structure = where_words((entry,), person)
    fields = [entry.address, entry.kind.value, entry.holder, entry.rpps, does, structure, town]
    return [*(field or "—" for field in fields), entry.origin.value]


def _tell_without_bal(answers: list[DirectoryAnswer], *, whole: bool) -> None:
    """Namesakes without a published BAL: whoever writes to one must know that they are there. A source that
    was not read ``whole`` may hold theirs.
    """
    with_bal = {entry.rpps for answer in answers for entry in answer.entries}
    without = [
        person
        for answer in answers
        for person in answer.professionals
        if person.rpps and person.rpps not in with_bal
    ]
    for person in dict.fromkeys(without):
        name = " ".join(part for part in (person.title, person.given, person.family) if part)
        facts = [person.profession, *person.all_towns, f"RPPS {person.rpps}"]
        words = _("Sans BAL publiée : %(name)s (%(facts)s)")
        if not whole:
            words = _("Sans BAL dans ce qui a pu être lu : %(name)s (%(facts)s)")
        tell(words % {"name": name, "facts": ", ".join(fact for fact in facts if fact)})
