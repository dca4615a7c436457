"""``balt archive export``: the messages of an archive in a form that every mail program reads."""

import json
from argparse import Namespace
from pathlib import Path

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.places import place_warnings
from balt.cleanup.forms.export import Exported, Form, export
from balt.cleanup.forms.source import ArchiveSource, contents_of
from balt.cli.acting import asked_to_stop
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Progress, write
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
    for warning in place_warnings(target):
        tell(_("Attention : %s") % warning)
    progress = Progress()

    def show(done: int, total: int) -> None:
        told = {"done": format_count(done), "total": format_count(total)}
        progress.show(_("%(done)s messages sur %(total)s") % told)

    try:
        with reading(archive, context.clock) as root, asked_to_stop() as cancelled:
            contents = contents_of(root)
            source = ArchiveSource(root)
            done = export(source, contents, Form(options.to), target, context.clock, show, cancelled)
    finally:
        progress.clear()
    if options.json:
        write(json.dumps(done.to_json(), ensure_ascii=False, indent=2) + "\n")
    for line in _export_lines(done, target):
        tell(line)
    return done.exit_code


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
