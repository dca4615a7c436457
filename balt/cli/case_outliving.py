"""Whether a BAL that is said to be deleted answers still: looked at before that is noted, and ever after."""

from collections.abc import Iterable

from balt.cases.book import CaseBook
from balt.cases.following import mailbox_looks
from balt.cases.model import Case
from balt.cases.outliving import answered_since
from balt.cli.context import Context, session_of
from balt.config import Account
from balt.errors import BaltError, CancelledError, LoginError, StoppedError
from balt.i18n import _


def need_silent(account: Account | None, context: Context) -> None:
    """Raise StoppedError where a BAL answers that is about to be noted as deleted. One that balt cannot open
    without asking somebody for its password is not looked at.
    """
    if account is not None and _answers(account, context):
        raise StoppedError(
            _("cette BAL répond encore : rien n'est noté."),
            advice=_("Si le fournisseur l'a bien supprimée : balt case tell %s deleted --again.")
            % account.address,
            mailbox=account.address,
        )


def outlived(cases: Iterable[Case], context: Context, book: CaseBook) -> list[Case]:
    """Of the BAL noted as deleted (``cases``) those that answer all the same, with that look noted."""
    accounts = {each.address.lower(): each for each in context.config.accounts}
    found = []
    for case in cases:
        account = accounts.get(case.address)
        answers = _answers(account, context) if account is not None else None
        if answers is not None and (answers or answered_since(case) is not None):
            case = book.notice(case, *mailbox_looks(case, answers=answers))
        if answers:
            found.append(case)
    return found


def _answers(account: Account, context: Context) -> bool | None:
    """Whether a BAL lets balt in; None where nobody can tell."""
    if account.access != "imap" or not account.opens_unasked:
        return None
    try:
        with session_of(account, context):
            return True
    except CancelledError:
        raise
    except LoginError:
        return False
    except BaltError:
        return None
