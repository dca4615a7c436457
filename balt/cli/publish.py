"""``balt publish``: what is handed out so that correspondents use the right BAL."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from balt.cases.contacts import contact_of
from balt.cli.context import Context
from balt.cli.ending import tell, worst
from balt.cli.output import write
from balt.cli.practice import gather
from balt.cli.publish_choice import Chosen, every_choice, one_choice
from balt.errors import UsageError
from balt.i18n import _, language
from balt.mailboxes.practice import Practice
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.wording import situation_label
from balt.publish.fields import Language
from balt.publish.files import make_folder, save, there_already
from balt.publish.handouts import Handout, Kind, handout
from balt.publish.signatory import signatory
from balt.publish.templates import Templates, templates_folder

_KIT: tuple[Kind, ...] = (
    *("signature", "signature_html", "letter", "prescription", "post"),
    *("vcard", "vcard3", "qr", "qr_svg", "sheet", "request"),
)
_BLACK_ON_WHITE, _AS_BEFORE = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


def run(options: Namespace, context: Context) -> int:
    """Print what is asked for, or write it to files; what speaks against it goes to stderr."""
    if options.kind == "template":
        from balt.cli import publish_templates

        return publish_templates.run(options, context)
    practice, code = gather(context, [])
    if options.all:
        return worst(code, _write_all(options, context, practice))
    chosen = one_choice(practice, options.situation, options.address, getattr(options, "prescription", ""))
    if options.kind == "kit":
        _save_all(_folder(options), _each_kind(options, context, practice, chosen))
        return code
    found = _made(kind_of(options), context, practice, chosen)
    for warning in found.warnings:
        tell(warning)
    if options.output is None:
        _print(found)
    elif options.output.is_dir():
        _save_all(options.output, [found])
    else:
        save(options.output, found.octets)
    return code


def kind_of(options: Namespace) -> Kind:
    """The kind in the form that is asked for by ``--format``, else by the end of the file's name, else the
    usual one. Raises UsageError for a form that cannot be printed.
    """
    name = str(options.kind)
    output: Path | None = options.output
    form = getattr(options, "format", None)
    ending = output.suffix.lower() if output else ""
    if name == "signature" and (form or ending) in ("html", ".html", ".htm"):
        name = "signature_html"
    elif name == "vcard" and form == "3.0":
        name = "vcard3"
    elif name == "qr":
        name = _code_kind(options.of, form or ending.removeprefix(".") or ("png" if output else "terminal"))
    elif name == "sheet" and (form or ending) in ("text", ".txt"):
        name = "sheet_text"
    elif name == "sheet" and output is None:
        if form == "pdf":
            raise _needs_file()
        name = "sheet_text"
    return next(kind for kind in get_args(Kind) if kind == name)


def _code_kind(content: str, form: str) -> str:
    kind = "qr_mail" if content == "mailto" else "qr"
    return kind + {"svg": "_svg", "terminal": "_text", "txt": "_text"}.get(form, "")


def _made(kind: Kind, context: Context, practice: Practice, chosen: Chosen) -> Handout:
    config = context.config
    entries = [entry for each in practice.mailboxes for entry in each.entries]
    address = chosen.mailbox.address
    return handout(
        kind,
        signatory(practice.person, entries),
        chosen.situation,
        chosen.mailbox,
        text_language(),
        Templates(templates_folder(config)),
        day=context.clock.now().date(),
        to=contact_of(address, config.providers),
        now=practice.now,
    )


def text_language() -> Language:
    """The language of what is handed out: that of the command."""
    return "en" if language() == "en" else "fr"


def _write_all(options: Namespace, context: Context, practice: Practice) -> int:
    """The same for every situation, into a folder; 1 when a BAL cannot be handed out."""
    folder = _folder(options)
    if options.address:
        raise UsageError(_("--all donne la BAL privilégiée de chaque situation : sans adresse."))
    made: list[Handout] = []
    code = 0
    for chosen in every_choice(practice):
        if refusal := may_prefer(chosen.mailbox):
            tell(_("%(place)s : %(remark)s") % {"place": chosen.mailbox.address, "remark": refusal})
            code = 1
            continue
        made += _each_kind(options, context, practice, chosen)
    _save_all(folder, made)
    return code


def _each_kind(options: Namespace, context: Context, practice: Practice, chosen: Chosen) -> list[Handout]:
    """The kind that is asked for, or all of them; what speaks against the BAL is told once."""
    kinds = list(_KIT) if options.kind == "kit" else [kind_of(options)]
    made = [_made(kind, context, practice, chosen) for kind in kinds]
    place = situation_label(chosen.situation) if chosen.situation else chosen.mailbox.address
    for warning in made[0].warnings:
        tell(_("%(place)s : %(remark)s") % {"place": place, "remark": warning})
    return made


def _print(found: Handout) -> None:
    """What can be read; a code gets its colours on a terminal, where a reader needs dark on light."""
    if not found.media_type.startswith("text/") and found.kind != "qr_svg" and found.kind != "qr_mail_svg":
        raise _needs_file()
    stdout = sys.stdout
    if reconfigure := getattr(stdout, "reconfigure", None):
        reconfigure(errors="replace")
    text = found.text
    if found.kind in ("qr_text", "qr_mail_text") and stdout.isatty():
        text = "\n".join(f"{_BLACK_ON_WHITE}{line}{_AS_BEFORE}" for line in text.split("\n"))
    write(text + "\n")


def _needs_file() -> UsageError:
    return UsageError(
        _("ce n'est pas un texte : cela ne peut pas être affiché."), advice=_("Ajoutez --output FICHIER.")
    )


def _folder(options: Namespace) -> Path:
    folder: Path | None = options.output
    if folder is None:
        raise UsageError(_("il manque un dossier où écrire."), advice=_("Ajoutez --output DOSSIER."))
    return folder


def _save_all(folder: Path, made: Sequence[Handout]) -> None:
    """Each in a new file of the folder, which is made where it is missing; none when one is there already."""
    if not made:
        raise UsageError(
            _("aucune BAL privilégiée n'est choisie : il n'y a rien à diffuser."),
            advice=_("Choisissez-la dans l'application (vue 4) ou avec balt situations prefer."),
        )
    files = dict(zip(_names(made), made, strict=True))
    taken = [name for name in files if (folder / name).exists() or (folder / name).is_symlink()]
    if taken:
        raise there_already(folder / taken[0])
    make_folder(folder)
    for name, each in files.items():
        save(folder / name, each.octets)
        tell(str(folder / name))


def _names(made: Sequence[Handout]) -> list[str]:
    """A name for each: two situations in one structure get a number."""
    names: list[str] = []
    for each in made:
        stem, _dot, ending = each.file_name.rpartition(".")
        name, number = each.file_name, 2
        while name in names:
            name, number = f"{stem}-{number}.{ending}", number + 1
        names.append(name)
    return names
