"""``balt case follow``: the directory, the auto-replies and the mail looked at again, for every open case."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from balt.cases.at_rest import may_be_closed
from balt.cases.book import CaseBook
from balt.cases.following import (
    answer_looks,
    archive_looks,
    directory_looks,
    entries_of,
    holder_looks,
    mailbox_looks,
    note_reply,
    own_addresses,
)
from balt.cases.letters import letters_of
from balt.cases.meant import case_for
from balt.cases.model import Case, CaseKind, Happened, Seen, to_look_up
from balt.cases.reading import measured_looks
from balt.cases.recovery import missing_from
from balt.cases.steps import Known, StepState, steps_of
from balt.cases.words import has_news
from balt.cases.writers import Writers, days_of, read_writers, without_names
from balt.cli.case_outliving import outlived
from balt.cli.case_output import Looked, case_json, print_case, print_steps, print_writers, writer_lines
from balt.cli.case_replies import can_answer, seen
from balt.cli.context import Context, ask_first, session_of
from balt.cli.ending import fail, tell, worst
from balt.cli.output import write, write_json
from balt.cli.practice import practice_with, read_directory
from balt.cli.status import read_statuses
from balt.config import Account
from balt.errors import BaltError, LoginError, UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.notebook import Notebook


def follow(
    options: Namespace, context: Context, book: CaseBook, cases: Sequence[Case], done: Sequence[Case] = ()
) -> int:
    """Look again at these cases, note what is news, print how they stand; with ``--quiet`` only those that
    have news or need a hand; of those whose BAL was noted as deleted (``done``), where that answers still.
    1 where one needs a hand, 3 where something could not be asked.
    """
    if options.writers and (not options.csv or options.no_mail):
        raise UsageError(_("--writers va avec --csv, et sans --no-mail."))
    answering = outlived(done, context, book)
    if not cases and not answering and not options.quiet:
        tell(_("Aucun dossier ouvert."))
    view = read_directory(context, to_look_up(cases)) if cases else DirectoryView()
    accounts = {each.address.lower(): each for each in context.config.accounts}
    statuses, code = list[MailboxStatus](), 0
    if not options.no_mail:
        ask_first(context, [accounts[each.address] for each in cases if each.address in accounts])
        statuses, code = _replacements_measured(context, cases)
    following = _Following(context, book, view, cases, statuses)
    code = worst(code, 3 if view.problem else 0, 1 if answering else 0)
    found = list[Looked]()
    for case in cases:
        account = None if options.no_mail else accounts.get(case.address)
        looked, known, failed = following.look(case, account)
        steps = steps_of(looked, known, context.clock.now())
        attention = any(each.state is StepState.ATTENTION for each in steps)
        code = worst(code, failed, 1 if attention else 0)
        if options.quiet and not attention and not has_news(case, looked):
            continue
        following.told.add(case.address)
        found.append((looked, steps, known.writers))
        _tell_of(options, context, found[-1])
    for case in answering:
        found.append((case, steps_of(case, Known(), context.clock.now()), None))
        _tell_of(options, context, found[-1])
    if options.json:
        write_json([case_json(context.config, *each) for each in found])
    elif options.writers:
        print_writers(options, found)
    elif options.csv:
        print_steps(options, context.config, found)
    return code


def _tell_of(options: Namespace, context: Context, looked: Looked) -> None:
    """A case, as soon as it was looked at; a table or a document is printed as a whole."""
    case, steps, writers = looked
    if options.json or options.csv:
        return
    print_case(options, context.config, case, steps)
    for line in writer_lines(writers) if writers is not None else ():
        write(f"      {line}\n")


def _replacements_measured(context: Context, cases: Sequence[Case]) -> tuple[list[MailboxStatus], int]:
    """The figures of the BAL that people are sent to, where balt can open them, and the exit code. Of one
    that is followed itself its cases tell enough: it is on its way out.
    """
    wanted = {each.replacement for each in cases} - {each.address for each in cases}
    accounts = context.config.accounts
    opened = [each for each in accounts if each.access == "imap" and each.address.lower() in wanted]
    return read_statuses(context, opened) if opened else ([], 0)


class _Following:
    """Looks at cases one after the other; ``cases`` are all that are followed now, ``statuses`` the figures
    of the BAL that replace theirs.
    """

    def __init__(
        self,
        context: Context,
        book: CaseBook,
        view: DirectoryView,
        cases: Sequence[Case],
        statuses: Sequence[MailboxStatus],
    ) -> None:
        self._context = context
        self._book = book
        self._view = view
        self._cases = cases
        self._answers = Notebook(context.data_dir, context.clock).answers()
        self._practice = practice_with(context, view, statuses)
        self._heard: dict[str, Writers] = {}
        """The correspondents of each BAL: they are those of both its cases."""
        self.told: set[str] = set()
        """The BAL of which a case was printed: its correspondents are told once."""
        self._refused: set[str] = set()
        """The BAL whose password was refused: it is not tried again, as accounts are closed after a few."""

    def look(self, case: Case, account: Account | None) -> tuple[Case, Known, int]:
        """The case with what is new, what was seen beside it, and the exit code of what failed."""
        now = self._context.clock.now()
        entries, cases = entries_of(case.address, self._context.config, self._view), self._book.cases()
        looks = directory_looks(case.address, cases, entries, self._view, now)
        looks += [
            *answer_looks(self._answers.get(case.address, ()), now),
            *holder_looks(entries, self._context.config.person),
            *archive_looks(case, self._context.state_dir),
            *measured_looks(case, self._context.config, self._practice),
        ]
        case = self._book.notice(case, *looks)
        known = Known.of(cases, now)
        if account is None or account.access == "none":
            return case, known, 0
        code = 0
        for part in (self._reply, self._mail):
            if case.address in self._refused:
                break
            try:
                case, known = part(case, known, account)
            except LoginError as error:
                self._refused.add(case.address)
                if not may_be_closed(self._cases, case.address):
                    fail(error)
                    code = 3
            except BaltError as error:
                fail(error)
                code = 3
        if case.address in self._refused:
            case = self._book.notice(case, *mailbox_looks(case, answers=False))
        return case, known, code

    def _mail(self, case: Case, known: Known, account: Account) -> tuple[Case, Known]:
        """What the BAL itself shows: that it answers, what its archive lacks, who still writes. Exported
        files tell only what the archive lacks: they stay as they are whatever becomes of the BAL.
        """
        if case.kind is CaseKind.DELETION:
            known = replace(known, missing=self._missing(case, account))
        if account.access != "imap":
            return case, known
        if case.address not in self._heard:
            self._heard[case.address] = self._writers(case, account)
        if case.address not in self.told:
            known = replace(known, writers=self._heard[case.address])
        return self._book.notice(case, *mailbox_looks(case, answers=True)), known

    def _reply(self, case: Case, known: Known, account: Account) -> tuple[Case, Known]:
        """How the auto-reply stands, in the case that it belongs to."""
        other = case_for(self._cases, case.address, Happened.AUTO_REPLY)
        theirs = other is not None and other.kind is not case.kind
        if theirs or not can_answer(account):
            return case, known
        context, noted = self._context, None
        if (state := seen(account, context, self._book.cases())) is not None:
            noted = note_reply(self._book, case.address, state, context.clock.now())
        return (case if noted is None else noted[1]), known

    def _missing(self, case: Case, account: Account) -> int:
        """How many messages came since the BAL was archived."""
        kept, there = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP), case.last(Happened.ARCHIVE)
        if (
            kept is None
            or kept.what is not Happened.KEPT
            or (there is not None and there.value != Seen.THERE)
        ):
            return 0
        with session_of(account, self._context) as session:
            written = letters_of(self._book.cases(), case.address)
            return missing_from(session, Path(kept.value), self._context.clock, written)

    def _writers(self, case: Case, account: Account) -> Writers:
        """Who still writes; in discreet access the numbers only."""
        now = self._context.clock.now()
        with session_of(account, self._context) as session:
            own = own_addresses(self._context.config, self._view)
            found = read_writers(session, days_of(case.opened, now), now, own)
        return without_names(found) if account.discreet else found
