"""``balt journal``: every act, oldest first, and whether the journal is whole."""

import json
from argparse import Namespace
from dataclasses import fields

from balt.cleanup import wording
from balt.cleanup.deeds import Deed, Entry
from balt.cleanup.journal import Journal, Verification
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.i18n import _, ngettext
from balt.units import format_count, format_size

COLUMNS = ("line", "time", "author", *(field.name for field in fields(Deed)))


def run(options: Namespace, context: Context) -> int:
    """Print the journal and verify its chain: 4 when a line was altered or taken out."""
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    entries = journal.entries()
    prepare_output(options)
    if options.json:
        write_json(entry.to_json() for entry in entries)
    elif options.csv:
        write_csv((_flat(entry) for entry in entries), COLUMNS, raw=options.raw)
    elif entries:
        _write_table(entries)
    else:
        tell(_("Le journal est vide."))
    return _verdict(journal.verify())


def _verdict(found: Verification) -> int:
    if found.broken is not None:
        tell(
            _("balt : la ligne %d du journal ne suit pas la précédente : une ligne a été modifiée ou ôtée.")
            % found.broken
        )
        return 4
    if cut := len(found.damaged) + found.torn:
        sentence = ngettext(
            "balt : %d ligne du journal a été coupée par un arrêt brutal ; le reste est intact.",
            "balt : %d lignes du journal ont été coupées par un arrêt brutal ; le reste est intact.",
            cut,
        )
        tell(sentence % cut)
    return 0


def _flat(entry: Entry) -> Row:
    row = dict(entry.to_json())
    return {**row, "figures": json.dumps(row["figures"]) if row["figures"] else ""}


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
