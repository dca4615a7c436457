"""``balt archive verify``: an archive, or an encrypted copy of one, read again and compared."""

import json
from argparse import Namespace
from pathlib import Path

from balt.cleanup.archive.check import Checked, check_archive
from balt.cleanup.forms.age import Identities
from balt.cleanup.forms.sealed import check_sealed, is_sealed
from balt.cli.archive_expire import cut_line
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Progress, write
from balt.i18n import _, ngettext
from balt.units import format_count

_SHOWN = 20
"""Paths of each kind in a text; ``--json`` has them all."""


def run_verify(options: Namespace, context: Context) -> int:
    """Read it again; what is in an encrypted copy only with its key."""
    place: Path = options.archive.expanduser().resolve()
    progress = Progress()

    def show(done: int, total: int) -> None:
        progress.show(
            _("%(done)s fichiers relus sur %(total)s")
            % {"done": format_count(done), "total": format_count(total)}
        )

    sealed = is_sealed(place)
    identities = Identities(options.identity) if sealed and options.identity is not None else None
    try:
        found = check_sealed(place, identities, show) if sealed else check_archive(place, context.clock, show)
    finally:
        progress.clear()
    if options.json:
        more = {"encrypted": True, "read": identities is not None} if sealed else {}
        write(json.dumps(found.to_json() | more, ensure_ascii=False, indent=2) + "\n")
    if sealed and identities is None:
        tell(_("Chiffré : intégrité vérifiée, contenu non relu sans la clé (--identity CLÉ)."))
    for line in [*_check_lines(found), *cut_line(place)]:
        tell(line)
    return 0 if found.is_whole else 1


def _check_lines(found: Checked) -> list[str]:
    sentence = ngettext(
        "%(ok)s message relu et conforme, sur %(messages)s.",
        "%(ok)s messages relus et conformes, sur %(messages)s.",
        found.ok,
    )
    lines = [sentence % {"ok": format_count(found.ok), "messages": format_count(found.messages)}]
    for heading, paths in (
        (_("Abîmés : %s"), found.damaged),
        (_("Manquants : %s"), found.missing),
        (_("Inconnus du manifeste : %s"), found.unknown),
    ):
        if paths:
            lines.append(heading % format_count(len(paths)))
            lines += [f"  {path}" for path in paths[:_SHOWN]]
            lines += ["  …"] if len(paths) > _SHOWN else []
    if found.unfinished:
        sentence = ngettext(
            "%s reste d'un archivage interrompu : le prochain archivage l'enlèvera.",
            "%s restes d'un archivage interrompu : le prochain archivage les enlèvera.",
            found.unfinished,
        )
        lines.append(sentence % format_count(found.unfinished))
    return lines
