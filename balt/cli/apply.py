"""``balt apply``: do what a plan says, once it is confirmed; without ``--yes`` nothing is touched."""

import json
from argparse import Namespace

from balt.cleanup import wording
from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.keeping import keeper_of, warnings_of
from balt.cleanup.plan import CleanupPlan
from balt.cleanup.plan_file import load_plan
from balt.cleanup.result import ApplyResult
from balt.cli.acting import ActNarration, asked_to_stop
from balt.cli.context import Context, session_of
from balt.cli.ending import fail, tell
from balt.cli.output import prepare_output, write
from balt.cli.tidying import tidy_up
from balt.config import Account
from balt.errors import StoppedError
from balt.i18n import _


def run(options: Namespace, context: Context) -> int:
    """Apply the plan, and give the true account of it."""
    plan = load_plan(options.plan)
    account = _account_of(plan, context)
    prepare_output(options)
    for sentence in warnings_of(plan):
        tell(_("Attention : %s") % sentence)
    if not options.yes:
        for line in wording.plan_lines(plan):
            tell(line)
        if plan.count:
            tell(_("Rien n'est fait sans --yes."))
        _print(options, ApplyResult())
        return 0
    result = _apply(options, plan, account, context)
    _print(options, result)
    for line in (*wording.account_lines(result), *wording.skipped_lines(result)):
        tell(line)
    if result.moved or result.detached or (result.deleted and plan.archive):
        tell(_("Pour l'annuler : balt undo %s") % plan.id)
    if result.stopped is not None:
        fail(result.stopped)
    return result.exit_code


def _account_of(plan: CleanupPlan, context: Context) -> Account:
    for account in context.config.accounts:
        if account.address == plan.address:
            return account
    raise StoppedError(
        _("ce plan a été fait pour une BAL qui n'est pas dans la configuration."),
        advice=_("Rien n'a été fait. Utilisez la configuration avec laquelle il a été fait."),
    )


def _apply(options: Namespace, plan: CleanupPlan, account: Account, context: Context) -> ApplyResult:
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    narration = ActNarration()
    with (
        asked_to_stop() as cancelled,
        keeper_of(plan, account, context.clock, twice=options.twice) as keeper,
        session_of(account, context) as session,
    ):
        try:
            result = apply_plan(plan, session, journal, narration.advance, cancelled, keeper=keeper)
        finally:
            narration.progress.clear()
    tidy_up(journal, context)
    return result


def _print(options: Namespace, result: ApplyResult) -> None:
    if options.json:
        write(json.dumps(result.to_json(), ensure_ascii=False, indent=2) + "\n")
