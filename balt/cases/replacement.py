"""Which BAL may replace one that leaves: people are sent there, so it is one that stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from balt.cases.autoreply.reply import is_mssante, where_to_write
from balt.cases.model import Case
from balt.cases.verdicts import departures
from balt.directory.trust import TrustSpace
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.publication import publication_now
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import use_of

_FIRST = (Publication.PUBLISHED, Publication.UNKNOWN, Publication.ABSENT)


def replacement_for(
    address: str, replacement: str, cases: Iterable[Case], trust: TrustSpace | None, now: datetime
) -> str:
    """The address of a BAL that may replace this one. Raises UsageError where people may not be sent there,
    and where it is itself on its way out, or is no more, by its ``cases``.
    """
    named = where_to_write(address, replacement, trust)
    leaving = departures(cases, now).get(named.lower())
    if leaving is not None:
        said = _("%s est elle-même sur le départ : personne ne doit y être renvoyé.")
        if leaving.finding.verdict is Verdict.DELETED:
            said = _("%s est supprimée : personne ne peut y être renvoyé.")
        raise UsageError(said % named, advice=_("Rien n'a été fait."), mailbox=address)
    return named


def replacements(practice: Practice, address: str) -> Sequence[Mailbox]:
    """The BAL known here that may replace one, those first that the directory publishes, that are read, and
    that serve a situation. None that is on its way out, that left the directory, or that nobody reads.
    """

    def use(bal: Mailbox) -> Activity:
        return use_of(bal, practice.thresholds, practice.now)

    def place(bal: Mailbox) -> tuple[int, bool, bool]:
        serves = any(each.active for each in bal.situations)
        return _FIRST.index(publication_now(bal, practice.now)), use(bal) is not Activity.READ, not serves

    found = [
        bal
        for bal in practice.mailboxes
        if bal.address.lower() != address.lower()
        and is_mssante(bal.address, practice.directory.trust)
        and not (bal.deleted or bal.way_out is not None or bal.vanished is not None)
        and use(bal) is not Activity.UNREAD
    ]
    return sorted(found, key=place)
