"""Whether a BAL that leaves is read: what its provider and its correspondents are told depends on that."""

from balt.cases.model import Case, Happened, Look
from balt.cases.replacement import replacement_seen
from balt.config import Config
from balt.mailboxes.model import FRESH_DAYS
from balt.mailboxes.practice import Practice
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import use_of, use_said


def is_unread(address: str, case: Case | None, practice: Practice) -> bool:
    """Whether it is known that nobody reads a BAL: by what is known now, else by the last look at its
    messages that its ``case`` has kept, if that is fresh. False also where it is not known.
    """
    bal = practice.known(address)
    if bal is not None:
        use = use_of(bal, practice.thresholds, practice.now)
        if use is not Activity.UNCLEAR or bal.measured is not None:
            return use is Activity.UNREAD
    seen = case.last(Happened.USE) if case is not None else None
    fresh = seen is not None and (practice.now - seen.at).days < FRESH_DAYS
    return fresh and seen is not None and seen.value == Activity.UNREAD


def read_words(address: str, practice: Practice) -> str:
    """What shows that a BAL is read, in a sentence; "" where it is not, or where that is not known."""
    bal = practice.known(address)
    if bal is None or use_of(bal, practice.thresholds, practice.now) is not Activity.READ:
        return ""
    return use_said(bal, practice.thresholds, practice.now)


def measured_looks(case: Case, config: Config, practice: Practice) -> list[Look]:
    """What is to be noted of the use of a BAL, where its messages were measured, and of the one that replaces
    it.
    """
    looks, bal = replacement_seen(case, config, practice), practice.mailbox(case.address)
    if bal is None or bal.measured is None or bal.account is None or bal.account.access != "imap":
        return looks
    return [*looks, Look(Happened.USE, use_of(bal, practice.thresholds, practice.now).value)]
