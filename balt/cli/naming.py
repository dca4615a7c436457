"""Which BAL is meant by a name: one of the configuration, of a case, or of the holder's own."""

from contextlib import suppress

from balt.cases.autoreply.reply import is_mssante
from balt.cases.book import CaseBook
from balt.cli.context import Context
from balt.cli.practice import reader_of
from balt.config import Account, named
from balt.errors import StoppedError
from balt.mailboxes.join import holder_entries
from balt.mailboxes.sightings import SightingBook, followed_of


def meant(name: str, context: Context) -> tuple[str, Account | None]:
    """The BAL that is meant, its address in lower case, and its account where it has one: by its address, or
    by a beginning that no other BAL has of those of the configuration, of the cases and, while none of these
    begins so, of the holder's own in the directory. A whole address that is none of them stays as it is.
    Raises UsageError for any other name.
    """
    accounts = {each.address.lower(): each for each in context.config.accounts}
    name = name.strip()
    address = named(name, known_here(context))
    if not address and not is_mssante(name):  # what ends so is whole: there is nothing to complete
        address = named(name, _own_in_the_directory(context))
    if address:
        return address, accounts.get(address)
    if "@" in name.strip("@"):
        return name.lower(), None
    account = context.config.account(name)  # says which there are
    return account.address.lower(), account


def known_here(context: Context) -> list[str]:
    """The addresses, in lower case, that are known without asking the directory: of the configuration (a
    followed BAL too), of the cases, and those of the holder that an extraction had. What cannot be read adds
    none.
    """
    found = [each.address.lower() for each in context.config.accounts]
    found += [each.lower() for each in context.config.followed]
    with suppress(StoppedError):
        found += [each.address for each in CaseBook(context.data_dir, context.clock).cases()]
    with suppress(StoppedError):
        seen = SightingBook(context.data_dir).kept(followed_of(context.config)).seen
        found += [each.address for each in seen if each.own]
    return list(dict.fromkeys(found))


def _own_in_the_directory(context: Context) -> list[str]:
    """The BAL that the directory gives under the holder's RPPS number; a source that fails gives none."""
    if not context.config.person.rpps:
        return []
    reader = reader_of(context)
    try:
        return list(holder_entries(context.config, reader.read()))
    finally:
        reader.close()
