"""``balt archive``: what is done with an archive; here, its messages are put back."""

import json
import secrets
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.restore import (
    Chosen,
    Restored,
    Restoring,
    accounts_in,
    by_target,
    chosen_records,
    unknown_account,
)
from balt.cleanup.detach.restoring import Reattaching, by_folder, copies_of, lighter_of, take_places
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.wanted import read_named
from balt.cli.acting import asked_to_stop
from balt.cli.archive_expire import run_expire
from balt.cli.archive_forms import run_export
from balt.cli.archive_reattach import lightened, pair_lines, reattached_lines
from balt.cli.archive_verify import run_verify
from balt.cli.context import Context, session_of
from balt.cli.ending import fail, tell
from balt.cli.output import Progress, prepare_output, write
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_size

_SHOWN = 20
"""Paths of each kind in a text; ``--json`` has them all."""


def run(options: Namespace, context: Context) -> int:
    """Verify, restore, copy or expire."""
    prepare_output(options)
    if options.action == "verify":
        return run_verify(options, context)
    if options.action == "export":
        return run_export(options, context)
    if options.action == "expire":
        return run_expire(options, context)
    return _restore(options, context)


def _place(options: Namespace) -> Path:
    place: Path = options.archive
    return place.expanduser().resolve()


def _restore(options: Namespace, context: Context) -> int:
    account = context.config.account(options.mailbox)
    chosen = Chosen(options.origin or account.address, [read_named(text) for text in options.uids or ()])
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    result = Restored()
    with reading(_place(options), context.clock) as root:
        records = chosen_records(root, chosen)
        if not records and not chosen.named:
            raise unknown_account(chosen.account, accounts_in(root))
        if not records:
            tell(_("Aucun de ces messages n'est dans l'archive."))
        with mailbox_lock(journal.folder, account), session_of(account, context) as session:
            targets = by_target(records, session, options.folder)
            act = f"restore-{secrets.token_hex(8)}"
            restoring = Restoring(root, session, journal, act)
            reattaching = Reattaching(root, session, journal, act)
            pairs = lightened(reattaching, targets) if options.reattach else {}
            if options.reattach:
                targets, records = by_folder(pairs), []
                restoring.lighter = lighter_of(pairs)
            missing = {
                folder: restoring.missing(folder, each, copies_of(pairs.get(folder, ())))
                for folder, each in targets.items()
            }
            result.there = max(len(records) - sum(map(len, missing.values())), 0)
            lines = _plan_lines(missing, result.there)
            for line in [*lines, *pair_lines(pairs)] if options.reattach else lines:
                tell(line)
            if not options.yes:
                if any(missing.values()) or any(pairs.values()):
                    tell(_("Rien n'est fait sans --yes."))
            else:
                _add(restoring, missing, result)
                take_places(restoring, reattaching, pairs, result)
    _tell_result(options, result)
    return result.exit_code


def _add(restoring: Restoring, missing: Mapping[str, Sequence[Record]], result: Restored) -> None:
    """Put them back, folder by folder, until something stops it."""
    result.remaining = total = sum(map(len, missing.values()))
    progress = Progress()

    def show(account: Restored) -> None:
        told = {"done": format_count(total - account.remaining), "total": format_count(total)}
        progress.show(_("%(done)s messages sur %(total)s") % told)

    with asked_to_stop() as cancelled:
        for folder, records in missing.items():
            if records and result.stopped is None:
                restoring.add(folder, records, result, show, cancelled)
    progress.clear()


def _plan_lines(missing: Mapping[str, Sequence[Record]], there: int) -> list[str]:
    lines = []
    for folder, records in missing.items():
        sentence = ngettext(
            "  %(folder)s : %(n)s message à remettre, %(size)s",
            "  %(folder)s : %(n)s messages à remettre, %(size)s",
            len(records),
        )
        size = format_size(sum(record.size for record in records))
        lines.append(sentence % {"folder": plain(folder, 200), "n": format_count(len(records)), "size": size})
    if there:
        lines.append(
            ngettext("  %s y est déjà, à l'identique", "  %s y sont déjà, à l'identique", there)
            % format_count(there)
        )
    return lines


def _tell_result(options: Namespace, result: Restored) -> None:
    if options.json:
        write(json.dumps(result.to_json(), ensure_ascii=False, indent=2) + "\n")
    if options.yes:
        sentence = ngettext(
            "%(n)s message remis et relu à l'identique, %(size)s.",
            "%(n)s messages remis et relus à l'identique, %(size)s.",
            result.added,
        )
        tell(sentence % {"n": format_count(result.added), "size": format_size(result.size)})
    for line in reattached_lines(result):
        tell(line)
    for heading, paths in (
        (_("Abîmés dans l'archive, pas remis : %s"), result.damaged),
        (_("Refusés par le serveur : %s"), result.refused),
        (_("Ajoutés, mais le serveur ne les rend pas à l'identique : %s"), result.unverified),
    ):
        if paths:
            tell(heading % format_count(len(paths)))
            for path in paths[:_SHOWN]:
                tell(f"  {path}")
    if result.stopped is not None:
        fail(result.stopped)
