"""``balt publish template``: the templates of what is handed out, balt's own and those of the person."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Column, Row, prepare_output, write, write_csv, write_json, write_table
from balt.cli.publish import text_language
from balt.config import Contact
from balt.directory.model import BalKind, PracticeSituation
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Finding, Mailbox, Publication, Verdict
from balt.publish.fields import LANGUAGES, Language, values
from balt.publish.files import make_folder, save
from balt.publish.kinds import TEMPLATE_KINDS
from balt.publish.signatory import Signatory
from balt.publish.templates import Templates, built_in, file_name, templates_folder, usual_folder, words

COLUMNS = ("template", "language", "file")


def run(options: Namespace, context: Context) -> int:
    """List the templates, show one, check those of the person, or copy one to be changed."""
    if options.action == "copy":
        return _copy(options.template, usual_folder(context.config))
    templates = Templates(templates_folder(context.config))
    if options.action == "list":
        return _list(options, templates)
    if options.action == "check":
        return _check(options, templates)
    text = templates.of(options.template, text_language()).text
    if options.filled:
        filled = templates.of(options.template, text_language()).fill(example(text_language()))
        text = words(filled) if options.template == "sheet" else filled
    write(text.rstrip("\n") + "\n")
    return 0


def example(of: Language) -> dict[str, str]:
    """The fields of an invented person."""
    situation = PracticeSituation("", "10999990012", "Cabinet des Lilas", "990000010", "Valbrume", "L")
    mailbox = Mailbox(
        "camille.exemple@medecin.mssante.fr",
        BalKind.PER,
        Publication.PUBLISHED,
        Finding(Verdict.ACTIVE, ""),
    )
    who = Signatory("Dr Camille EXEMPLE", "Chirurgien-dentiste", "Orthodontie", "10999990012")
    return values(who, situation, mailbox, of, date(2026, 3, 1), Contact())


def _list(options: Namespace, templates: Templates) -> int:
    prepare_output(options)
    rows: list[Row] = []
    for kind in TEMPLATE_KINDS:
        for each in LANGUAGES:
            path = templates.folder / file_name(kind, each) if templates.folder else None
            own = path if path is not None and path.exists() else None
            rows.append({"template": kind, "language": each, "file": None if own is None else str(own)})
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    else:
        columns = [Column(_("Modèle")), Column(_("Langue")), Column(_("Fichier"), flexible=True)]
        write_table(
            columns,
            [[str(row["template"]), str(row["language"]), str(row["file"] or "balt")] for row in rows],
        )
    return 0


def _check(options: Namespace, templates: Templates) -> int:
    """Every fault of the folder; 1 when there is one."""
    faults = templates.faults()
    prepare_output(options)
    if options.json:
        write_json(faults)
        return 1 if faults else 0
    for fault in faults:
        write(fault + "\n")
    if not faults:
        tell(
            _("Aucune faute dans vos modèles.") if templates.folder else _("Vous n'avez aucun modèle à vous.")
        )
    return 1 if faults else 0


def _copy(kind: str, folder: Path | None) -> int:
    if folder is None:
        raise UsageError(_("sans configuration, il n'y a pas de dossier pour vos modèles."))
    template = built_in(kind, text_language())
    path = folder / file_name(kind, text_language())
    make_folder(folder)
    save(path, template.text.encode())
    write(f"{path}\n")
    return 0
