"""The auto-replies of the BAL that are followed, seen again before anything is said of them."""

from collections.abc import Iterable, Sequence

from balt.cases.autoreply.server import ReplyServer
from balt.cases.autoreply.state import State
from balt.cases.book import CaseBook
from balt.cases.following import has_reply, note_reply
from balt.cases.meant import case_for
from balt.cases.model import Case, Happened
from balt.cleanup.journal import Journal
from balt.cli.context import Context
from balt.cli.ending import fail, worst
from balt.config import Account
from balt.errors import BaltError, MailServerError
from balt.mail.sieve.opening import NotOfferedError
from balt.mailboxes.survey import Cancelled, ask_each


def can_answer(account: Account) -> bool:
    """Whether the operator of a BAL may offer that it answers by itself."""
    return account.access == "imap" and account.sieve


def seen(account: Account, context: Context, cases: Iterable[Case]) -> State | None:
    """How the auto-reply of a BAL stands now; None where its operator offers none. Raises MailServerError
    where that cannot be seen: also where balt has put one there (``cases``), and nothing is offered any more.
    """
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    try:
        return ReplyServer(account, context.secrets, journal, context.clock).state()
    except NotOfferedError as reason:
        if not has_reply(cases, account.address, context.clock.now()):
            return None  # then there is the webmail, and the word of the holder
        raise MailServerError(reason.message, advice=reason.advice, mailbox=account.address) from reason


def see_again(context: Context, accounts: Sequence[Account]) -> int:
    """See how the auto-replies of these BAL stand, where a case follows one, and note it there; several at
    once. The exit code: 3 where one could not be seen; what was known of it stays, with its date.
    """
    book = CaseBook(context.data_dir, context.clock, context.config.person.name)
    cases = book.cases()
    followed = [
        each
        for each in accounts
        if can_answer(each) and case_for(cases, each.address, Happened.AUTO_REPLY) is not None
    ]

    def look(account: Account, _cancelled: Cancelled) -> State | BaltError | None:
        try:
            return seen(account, context, cases)
        except BaltError as error:
            return error

    code = 0
    for account, answer in ask_each(followed, look):
        try:
            if isinstance(answer, BaltError):
                raise answer
            if answer is not None:
                note_reply(book, account.address, answer, context.clock.now())
        except BaltError as error:
            fail(error)
            code = worst(code, error.exit_code)
    return code
