"""The BAL that ``balt checklist`` is asked about: of the configuration, or of the directory or a case."""

from collections.abc import Iterable, Sequence

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.naming import meant
from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _, labelled
from balt.mailboxes.practice import Practice
from balt.sheets.model import Evidence


def named(names: Sequence[str], context: Context) -> tuple[list[Account], list[str]]:
    """The accounts that are meant, all of them without a name; and the whole addresses, in lower case, that
    the configuration does not have. Raises UsageError for any other name.
    """
    if not names:
        return list(context.config.accounts), []
    found = dict(meant(name, context) for name in names)
    accounts = [each for each in found.values() if each is not None]
    return accounts, [address for address, account in found.items() if account is None]


def of_these(found: Iterable[Evidence], addresses: Iterable[str]) -> list[Evidence]:
    """The evidence of these BAL."""
    wanted = {each.lower() for each in addresses}
    return [each for each in found if each.address is not None and each.address.lower() in wanted]


def tell_of_others(found: Iterable[Evidence], practice: Practice, addresses: Iterable[str]) -> None:
    """Of addresses that the configuration does not have, tell why one has no steps. Raises UsageError for one
    that nothing here knows.
    """
    told = {each.address.lower() for each in found if each.address is not None}
    for address in addresses:
        mailbox = practice.known(address)
        if mailbox is None:
            raise UsageError(_("cette BAL n'est pas connue ici."), mailbox=address)
        if address not in told:
            tell(labelled(mailbox.address, mailbox.finding.headline))
