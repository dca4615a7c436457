"""``balt directory``: search the Annuaire Santé, show an address, import an extraction."""

from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Column, Progress, Row, prepare_output, write_csv, write_json, write_table
from balt.cli.practice import reader_of
from balt.directory.activities import is_activity_file, read_activities
from balt.directory.boxes import is_address
from balt.directory.model import DirectoryAnswer, DirectoryEntry
from balt.errors import DirectoryError, UsageError
from balt.i18n import _, ngettext
from balt.mailboxes.directory_reader import index_file
from balt.mailboxes.model import rfc3339
from balt.mailboxes.situations import SituationBook
from balt.text import plain
from balt.units import format_count, format_date, format_percent

COLUMNS = (
    *("address", "kind", "holder", "rpps", "finess", "structure", "service", "profession", "speciality"),
    *("town", "origin", "seen_on"),
)

SHORTEST = 2
"""How many characters a search has at least, whatever the source."""


def run(options: Namespace, context: Context) -> int:
    """Do what was asked of the directory."""
    if options.action == "import":
        return _import(options, context)
    _check(options)
    answers, code = _answers(options, context)
    for note in dict.fromkeys(note for answer in answers for note in answer.notes):
        tell(note)
    entries = [entry for answer in answers for entry in answer.entries]
    prepare_output(options)
    if options.json:
        write_json(row_of(entry) for entry in entries)
    elif options.csv:
        write_csv((row_of(entry) for entry in entries), COLUMNS, raw=options.raw)
    elif entries:
        _write_table(entries)
    elif not any(answer.professionals for answer in answers):
        tell(_("Rien de tel dans l'Annuaire Santé."))
    _tell_without_bal(answers)
    return code


def row_of(entry: DirectoryEntry) -> Row:
    """One entry as scripts read it."""
    return {
        "address": entry.address,
        "kind": entry.kind.value,
        "holder": entry.holder,
        "rpps": entry.rpps,
        "finess": entry.finess,
        "structure": entry.structure,
        "service": entry.service,
        "profession": entry.profession,
        "speciality": entry.speciality,
        "town": entry.town,
        "origin": entry.origin.value,
        "seen_on": rfc3339(entry.seen_on.astimezone()),
    }


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
        if options.action == "show":
            answers = reader.show(options.text)
        else:
            answers = list(reader.search(options.text))[-1:]
        return answers, 3 if reader.failed else 0
    finally:
        reader.close()


def _import(options: Namespace, context: Context) -> int:
    """Read a file copied by hand: an extraction into the local index, the holder's situations out of the
    activity file. One that cannot be used is wrong use, not a server's failure, and leaves all as it was.
    """
    if is_activity_file(options.text):
        return _import_activities(options.text, context)
    from balt.directory.index import DirectoryIndex

    progress = Progress()
    try:
        report = DirectoryIndex.build(
            index_file(context.data_dir), options.text, context.clock, _shown(progress)
        )
    except DirectoryError as error:
        raise UsageError(error.message, advice=error.advice) from None
    finally:
        progress.clear()
    text = ngettext("%(n)s ligne lue", "%(n)s lignes lues", report.about.entries)
    said = text % {"n": format_count(report.about.entries)}
    tell(
        _("%(said)s, extraction du %(day)s.")
        % {"said": said, "day": format_date(report.about.generated_at.date())}
    )
    for note in report.notes:
        tell(note)
    named = context.config.directory.extraction
    if named is not None and named.resolve() != options.text.resolve():
        tell(_("La configuration nomme une autre extraction : c'est elle qui reste lue."))
    return 0


def _import_activities(file: Path, context: Context) -> int:
    """Keep the holder's situations that the activity file gives (domain 3.2)."""
    rpps = context.config.person.rpps
    if not rpps:
        raise UsageError(
            _("Ce fichier donne les activités des professionnels : il faut votre numéro RPPS."),
            advice=_("Indiquez « rpps » dans la partie [person] de la configuration."),
        )
    progress = Progress()
    try:
        found = read_activities(file, {rpps}, _shown(progress))
    except DirectoryError as error:
        raise UsageError(error.message, advice=error.advice) from None
    finally:
        progress.clear()
    if not found.situations:
        tell(_("Ce fichier ne parle pas de vous : aucune activité sous le numéro RPPS %s.") % rpps)
        return 0
    SituationBook(context.data_dir, context.clock).merge(found.situations)
    text = ngettext(
        "%(n)s situation d'exercice lue pour vous.",
        "%(n)s situations d'exercice lues pour vous.",
        len(found.situations),
    )
    tell(text % {"n": format_count(len(found.situations))})
    for note in found.notes:
        tell(note)
    return 0


def _shown(progress: Progress) -> Callable[[int, int], None]:
    """Tells how far a reading is."""

    def show(done: int, total: int) -> None:
        progress.show(_("lecture… %s") % format_percent(done, total))

    return show


def _write_table(entries: Iterable[DirectoryEntry]) -> None:
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
    write_table(columns, [_line(entry) for entry in entries])


def _line(entry: DirectoryEntry) -> list[str]:
    does = " · ".join(part for part in (entry.profession, entry.speciality) if part)
    fields = [entry.address, entry.kind.value, entry.holder, entry.rpps, does, entry.structure, entry.town]
    return [*(field or "—" for field in fields), entry.origin.value]


def _tell_without_bal(answers: list[DirectoryAnswer]) -> None:
    """Namesakes without a published BAL: whoever writes to one must know that they are there."""
    with_bal = {entry.rpps for answer in answers for entry in answer.entries}
    without = [
        person
        for answer in answers
        for person in answer.professionals
        if person.rpps and person.rpps not in with_bal
    ]
    for person in dict.fromkeys(without):
        name = " ".join(part for part in (person.title, person.given, person.family) if part)
        facts = [person.profession, *person.towns, f"RPPS {person.rpps}"]
        tell(
            _("Sans BAL publiée : %(name)s (%(facts)s)")
            % {"name": name, "facts": ", ".join(fact for fact in facts if fact)}
        )
