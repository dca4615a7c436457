"""``balt apply``: do what a plan says, once it is confirmed; without ``--yes`` nothing is touched."""

import json
import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from balt.cleanup import wording
from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.keeping import keeper_of
from balt.cleanup.pace import Pace
from balt.cleanup.plan import CleanupPlan
from balt.cleanup.plan_file import load_plan
from balt.cleanup.ports import Advance
from balt.cleanup.result import ApplyResult
from balt.cli.context import Context, session_of
from balt.cli.ending import fail, tell
from balt.cli.output import Progress, prepare_output, write
from balt.config import Account
from balt.errors import StoppedError
from balt.i18n import _
from balt.units import format_count


def run(options: Namespace, context: Context) -> int:
    """Apply the plan, and give the true account of it."""
    plan = load_plan(options.plan)
    account = _account_of(plan, context)
    prepare_output(options)
    for sentence in _warnings(plan):
        tell(sentence)
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


def _warnings(plan: CleanupPlan) -> list[str]:
    if not plan.archive or not plan.count:
        return []
    from balt.cleanup.archive.places import place_warnings

    return [_("Attention : %s") % sentence for sentence in place_warnings(Path(plan.archive))]


def _apply(options: Namespace, plan: CleanupPlan, account: Account, context: Context) -> ApplyResult:
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    narration = _Narration()
    with (
        _asked_to_stop() as cancelled,
        keeper_of(plan, account, context.clock, twice=options.twice) as keeper,
        session_of(account, context) as session,
    ):
        try:
            return apply_plan(plan, session, journal, narration.advance, cancelled, keeper=keeper)
        finally:
            narration.progress.clear()


class _Narration:
    """Tells how far the act is, how fast, and how long still."""

    def __init__(self) -> None:
        self.progress = Progress()
        self._pace = Pace()

    def advance(self, advance: Advance) -> None:
        """Some more is done."""
        self._pace.at(time.monotonic(), advance)
        told = {"done": format_count(advance.messages), "total": format_count(advance.of_messages)}
        sentence = _("%(done)s messages sur %(total)s") % told
        pace = self._pace.words(advance)
        self.progress.show(f"{sentence} · {pace}" if pace else sentence)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM has come: the act then ends after the batch under way, with a true account.
    A second one interrupts at once, and the next start settles what was left open.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        if asked.is_set() and callable(handler):
            handler(number, frame)
        asked.set()

    for number in before:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print(options: Namespace, result: ApplyResult) -> None:
    if options.json:
        write(json.dumps(result.to_json(), ensure_ascii=False, indent=2) + "\n")
