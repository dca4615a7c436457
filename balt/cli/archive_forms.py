"""``balt archive export``: the messages of an archive in a form that every mail program reads."""

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.places import place_warnings
from balt.cleanup.forms.age import Identities, Recipients
from balt.cleanup.forms.export import Exported, Form, export
from balt.cleanup.forms.sealed import is_sealed, reading_sealed, seal
from balt.cleanup.forms.source import ArchiveSource, Contents, Source, contents_of
from balt.cli.acting import asked_to_stop
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Progress, write
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_size

_SHOWN = 20
"""Paths of each kind in a text; ``--json`` has them all."""


def run_export(options: Namespace, context: Context) -> int:
    """Copy the messages; 1 where some were left out."""
    if options.to == "documents":
        from balt.cli.archive_documents import run_documents

        return run_documents(options, context)
    archive, target = _absolute(options.archive), _absolute(options.target)
    if options.encrypt_to and options.to != "age":
        raise UsageError(
            _("--encrypt-to ne va qu'avec --to age : un mbox ou un Maildir est en clair."),
            advice=_("Une copie chiffrée redevient mbox ou Maildir par --identity CLÉ --to mbox ou maildir."),
        )
    for warning in place_warnings(target):
        tell(_("Attention : %s") % warning)
    progress = Progress()

    def show(done: int, total: int) -> None:
        told = {"done": format_count(done), "total": format_count(total)}
        progress.show(_("%(done)s messages sur %(total)s") % told)

    try:
        with _opened(archive, options, context) as (source, contents), asked_to_stop() as cancelled:
            if options.to == "age":
                recipients = Recipients(options.encrypt_to or context.config.archive.recipients)
                done = seal(source, contents, recipients, target, show, cancelled)
            else:
                done = export(source, contents, Form(options.to), target, context.clock, show, cancelled)
    finally:
        progress.clear()
    if options.json:
        write(json.dumps(done.to_json(), ensure_ascii=False, indent=2) + "\n")
    for line in _export_lines(done, target):
        tell(line)
    return done.exit_code


@contextmanager
def _opened(archive: Path, options: Namespace, context: Context) -> Iterator[tuple[Source, Contents]]:
    """The messages of an archive, or of a sealed copy, which takes a key."""
    if not is_sealed(archive):
        with reading(archive, context.clock) as root:
            yield ArchiveSource(root), contents_of(root)
        return
    if options.identity is None:
        raise UsageError(
            _("cette copie est chiffrée : il faut la clé secrète d'un de ses destinataires."),
            advice=_("Donnez le fichier de la clé : --identity CLÉ."),
        )
    with reading_sealed(archive) as copy:
        yield copy, copy.open(Identities(options.identity))


def _absolute(path: Path) -> Path:
    """A path as a person means it; the last name is not followed where it is a link."""
    path = path.expanduser().absolute()
    return path.parent.resolve() / path.name


def _export_lines(done: Exported, target: Path) -> list[str]:
    sentence = ngettext(
        "%(n)s message copié et relu à l'identique, %(size)s, dans %(target)s.",
        "%(n)s messages copiés et relus à l'identique, %(size)s, dans %(target)s.",
        done.messages,
    )
    told = {
        "n": format_count(done.messages),
        "size": format_size(done.size),
        "target": plain(str(target), 300),
    }
    lines = [sentence % told]
    for heading, paths in (
        (_("Abîmés dans l'archive, pas copiés : %s"), done.damaged),
        (_("Manquants dans l'archive : %s"), done.missing),
    ):
        if paths:
            lines.append(heading % format_count(len(paths)))
            lines += [f"  {path}" for path in paths[:_SHOWN]]
            lines += ["  …"] if len(paths) > _SHOWN else []
    return lines
