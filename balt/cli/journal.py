"""``balt journal``: every act, oldest first, and whether the journal is whole."""

from argparse import Namespace

from balt.cleanup import wording
from balt.cleanup.chain import Verification
from balt.cleanup.deeds import Entry
from balt.cleanup.journal import Journal
from balt.cleanup.journal_csv import COLUMNS, row_of
from balt.cleanup.journal_words import remarks, verdict
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Column, prepare_output, write, write_csv, write_json, write_table
from balt.i18n import _
from balt.units import format_count, format_size


def run(options: Namespace, context: Context) -> int:
    """Print the journal and verify its chain: 4 when a line was altered or taken out."""
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    entries, found = journal.read()
    prepare_output(options)
    if options.verify:
        _write_verdict(options, found)
    else:
        _write_lines(options, entries)
        for sentence in remarks(found):
            tell(sentence)
    return 4 if found.broken is not None else 0


def _write_verdict(options: Namespace, found: Verification) -> None:
    if options.json:
        write_json([found.to_json()])
    elif options.csv:
        write_csv([found.to_json()], tuple(found.to_json()), raw=options.raw)
    else:
        sentences = dict.fromkeys([verdict(found), *remarks(found)])
        write("".join(f"{sentence}\n" for sentence in sentences))


def _write_lines(options: Namespace, entries: list[Entry]) -> None:
    if options.json:
        write_json(entry.to_json() for entry in entries)
    elif options.csv:
        write_csv((row_of(entry) for entry in entries), COLUMNS, raw=options.raw)
    elif entries:
        _write_table(entries)
    else:
        tell(_("Le journal est vide."))


def _write_table(entries: list[Entry]) -> None:
    columns = [
        Column(_("Ligne"), right=True),
        Column(_("Quand")),
        Column(_("Étape")),
        Column(_("Acte")),
        Column(_("BAL"), flexible=True),
        Column(_("Dossier"), flexible=True),
        Column(_("Nombre"), right=True),
        Column(_("Taille"), right=True),
        Column(_("Réponse"), flexible=True),
    ]
    write_table(columns, [_line(entry) for entry in entries])


def _line(entry: Entry) -> list[str]:
    deed = entry.deed
    return [
        str(entry.line),
        entry.time.strftime("%Y-%m-%d %H:%M") if entry.time else "?",
        wording.phase_words(deed.phase),
        wording.act_words(deed.action),
        deed.mailbox,
        deed.folder,
        format_count(deed.count) if deed.count else "",
        format_size(deed.size) if deed.size else "",
        deed.answer,
    ]
