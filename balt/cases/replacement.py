"""Which BAL may replace one that leaves: people are sent there, so it is one that stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from balt.cases.autoreply.reply import is_mssante, where_to_write
from balt.cases.doubts import doubt_of, replacement_looks, warning
from balt.cases.following import entries_of
from balt.cases.model import Case, Look
from balt.cases.way_out import leads_to, sent_on, ways_of
from balt.config import Config
from balt.directory.trust import TrustSpace
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication
from balt.mailboxes.practice import Practice
from balt.mailboxes.publication import listing_of, publication_now
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import use_of

_FIRST = (Publication.PUBLISHED, Publication.UNKNOWN, Publication.ABSENT)


def replacement_for(
    address: str, replacement: str, cases: Iterable[Case], trust: TrustSpace | None, now: datetime
) -> str:
    """The address of a BAL that may replace this one. Raises UsageError where people may not be sent there,
    and where by its ``cases`` it is no more, sends people back here, or is itself on its way out.
    """
    named = where_to_write(address, replacement, trust)
    if said := forbidden_words(address, named, cases, now):
        raise UsageError(said, advice=_("Rien n'a été fait."), mailbox=address)
    return named


def forbidden_words(address: str, replacement: str, cases: Iterable[Case], now: datetime) -> str:
    """Why nobody who writes to a BAL may be sent to this one, by all cases; "" for no reason."""
    told, named = tuple(cases), replacement.lower()
    way = ways_of(told, now).get(named)
    if way is not None and way.deleted is not None:
        return _("%s est supprimée : personne ne peut y être renvoyé.") % replacement
    if leads_to(named, address.lower(), sent_on(told, now)):
        return _("%s renvoie elle-même vers cette BAL : personne n'arriverait nulle part.") % replacement
    if way is not None:
        return _("%s est elle-même sur le départ : personne ne doit y être renvoyé.") % replacement
    return ""


def replaced_by(address: str, cases: Iterable[Case], now: datetime) -> tuple[str, ...]:
    """The BAL that send who writes to them to this one."""
    key = address.lower()
    return tuple(each for each, to in sent_on(cases, now).items() if to == key)


def left_alone_words(replaced: str, address: str) -> str:
    """That the BAL which replaces another is to leave itself."""
    said = _("%(replaced)s renvoie vers %(bal)s, qui part elle-même : une autre BAL doit la remplacer.")
    return said % {"replaced": replaced, "bal": address}


def replacement_seen(case: Case, config: Config, practice: Practice) -> list[Look]:
    """What is to be noted of the BAL that replaces the one of a case."""
    return replacement_looks(case, practice, _published(case.replacement, config, practice))


def warning_of(address: str, replacement: str, config: Config, practice: Practice) -> str:
    """What is to be known before people who write to a BAL are sent to another one; "" for nothing."""
    seen = _published(replacement, config, practice)
    return warning(replacement, doubt_of(address, replacement, practice, seen))


def _published(address: str, config: Config, practice: Practice) -> Publication:
    """Whether the directory shows a BAL that need not be known here; of one that it was not asked about that
    is not known.
    """
    view = practice.directory
    entries = entries_of(address, config, view)
    asked = {*view.followed, *config.named}
    if not entries and address.lower() not in asked:
        return Publication.UNKNOWN
    return listing_of(entries, view, practice.now).publication


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
