"""``balt doctor``: looks at the machine, the directory and each BAL, and says what to do."""

import sys
from argparse import Namespace
from collections.abc import Iterator

from balt import paths
from balt.cli.context import (
    Context,
    as_awaited,
    ask_first,
    closed_for_good,
    config_file,
    context_of,
)
from balt.cli.ending import tell
from balt.cli.output import Progress, prepare_output, write, write_csv, write_json
from balt.clock import SystemClock
from balt.config import Account, Config
from balt.doctor.directory import look_at_directory
from balt.doctor.machine import look_at_machine, surroundings
from balt.doctor.model import Check, Result
from balt.doctor.run import Line, exit_code
from balt.doctor.steps import SERVER_STEPS
from balt.doctor.steps import check as step_check
from balt.doctor.trying import try_account
from balt.errors import ClosedError, ConfigError, LoginError
from balt.i18n import _, ngettext
from balt.mailboxes.survey import Cancelled, ask_each
from balt.secrets import Secrets
from balt.text import plain

COLUMNS = ("mailbox", "id", "label", "result", "sentence", "advice")


def run(options: Namespace) -> int:
    """Print every check; with addresses, only those of these BAL."""
    prepare_output(options)
    progress = Progress()
    try:
        context = context_of(options)
    except ConfigError:
        if options.mailboxes:
            raise
        context = None  # the check of the configuration says why; the machine is looked at all the same
    lines = [] if options.mailboxes else list(_surroundings(options, context, progress))
    if context is not None:
        lines += _mailboxes(context, context.accounts(options.mailboxes), progress)
    progress.clear()
    if options.json:
        write_json(line.to_json() for line in lines)
    elif options.csv:
        write_csv((line.to_json() for line in lines), COLUMNS, raw=options.raw)
    else:
        _write_lines(lines)
    _conclude(lines)
    return exit_code(lines)


def _surroundings(options: Namespace, context: Context | None, progress: Progress) -> Iterator[Line]:
    """The machine, then the directory."""
    config = context.config if context else Config()
    secrets = context.secrets if context else Secrets()
    clock = context.clock if context else SystemClock()
    here = surroundings(config_file(options), paths.state_dir(), paths.data_dir())
    progress.show(_("cet ordinateur…"))
    for check in look_at_machine(here, config, secrets, clock):
        yield Line(None, check)
    progress.show(_("Annuaire Santé…"))
    for check in look_at_directory(config, lambda: secrets.api_key(config.directory), here.data, clock):
        yield Line(None, check)


def _mailboxes(context: Context, accounts: list[Account], progress: Progress) -> list[Line]:
    """Each BAL tried, several at once; in the order of the configuration or of the arguments."""
    ask_first(context, [account for account in accounts if account.access == "imap"])
    found: dict[str, list[Check]] = {}

    def read(account: Account, cancelled: Cancelled) -> list[Check]:
        if not account.opens_unasked and (closed := closed_for_good(account, context)) is not None:
            return [_deleted(closed)]  # nobody is asked for the password of a BAL that is no more
        checks = try_account(
            account, lambda: context.secrets.password(account), context.clock, cancelled=cancelled
        )
        return _as_awaited(checks, account, context)

    progress.show(_("lecture…"))
    for account, checks in ask_each(accounts, read):
        found[account.address] = checks
        progress.show(_("%(done)d BAL sur %(total)d") % {"done": len(found), "total": len(accounts)})
    return [Line(account.address, check) for account in accounts for check in found[account.address]]


def _deleted(closed: ClosedError) -> Check:
    return step_check("account", Result.WARNING, closed.message, closed.advice)


def _as_awaited(checks: list[Check], account: Account, context: Context) -> list[Check]:
    """The checks of a BAL; that it lets nobody in is told as what its cases wait for, where they do."""
    last = checks[-1]
    if last.result is not Result.FAILURE or last.id not in SERVER_STEPS:
        return checks
    if (closed := closed_for_good(account, context)) is not None:
        return [_deleted(closed)]
    error = as_awaited(LoginError(last.sentence), account, context)
    if last.id != "login" or not isinstance(error, ClosedError):
        return checks
    return [*checks[:-1], step_check(last.id, Result.WARNING, error.message, error.advice)]


def _write_lines(lines: list[Line]) -> None:
    marks = {
        Result.OK: _("[ok]"),
        Result.WARNING: _("[à voir]"),
        Result.FAILURE: _("[échec]"),
        Result.SKIPPED: _("[sans objet]"),
    }
    width = max(len(mark) for mark in marks.values())
    before: str | None = ""
    for line in lines:
        if line.mailbox != before:
            write(("\n" if before != "" else "") + plain(line.mailbox or _("Cet ordinateur")) + "\n")
            before = line.mailbox
        check = line.check
        told = _("%(label)s : %(sentence)s") % {"label": check.label, "sentence": check.sentence}
        write(plain(f"  {marks[check.result]:<{width}}  {told}") + "\n")
        if check.advice and check.result is not Result.OK:
            write(plain(f"  {'':<{width}}  → {check.advice}") + "\n")


def _conclude(lines: list[Line]) -> None:
    count = sum(line.check.found for line in lines)
    if not count:
        tell(_("Rien à signaler."))
        return
    tell(ngettext("%d point à voir.", "%d points à voir.", count) % count)
    if all(line.mailbox is None for line in lines) and sys.stderr.isatty():
        tell(_("Pour essayer balt sans rien configurer : balt demo."))
