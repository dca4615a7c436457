"""What speaks against sending people to the BAL that replaces another: one answer for cases, commands, app
and sheets.
"""

from collections.abc import Mapping
from enum import StrEnum

from balt.cases.model import Case, Event, Happened, Look
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication
from balt.mailboxes.practice import Practice
from balt.mailboxes.publication import publication_now
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import use_of
from balt.mailboxes.way_out import WayOut


class Doubt(StrEnum):
    """Why nobody should be sent to a BAL, the gravest first. It is no more; it sends people back to the BAL
    that it replaces (``CIRCLE``), itself or through others; it is on its way out; it is not in the directory,
    or not in the extraction any more; nobody reads it. The last two are no reason yet: whether it is read is
    for its holder to say (``UNCLEAR``), or was not looked at (``UNMEASURED``).
    """

    DELETED = "deleted"
    CIRCLE = "circle"
    LEAVING = "leaving"
    ABSENT = "absent"
    VANISHED = "vanished"
    UNREAD = "unread"
    UNCLEAR = "unclear"
    UNMEASURED = "unmeasured"


FORBIDDING = (Doubt.DELETED, Doubt.CIRCLE, Doubt.LEAVING)
"""What cases alone tell: such a BAL cannot be chosen. It may still become so once it was."""
OPEN = (Doubt.UNCLEAR, Doubt.UNMEASURED)
NO_DOUBT = "none"
"""What a look at a replacement has found where nothing speaks against it."""


def doubt_of(
    address: str, replacement: str, practice: Practice, seen: Publication = Publication.UNKNOWN
) -> Doubt | None:
    """What speaks against the ``replacement`` of a BAL; None where nothing does. One that is not known here
    may be a colleague's: of it there is only what the directory says (``seen``).
    """
    leaves, stays = practice.known(address), practice.known(replacement)
    mine = _about(replacement, leaves.way_out if leaves is not None else None)
    if (found := _of_ways(mine, stays.way_out if stays is not None else None)) is not None:
        return found
    bal = practice.mailbox(replacement)
    before = Doubt(mine.doubt) if mine is not None and mine.doubt else None
    if bal is None:
        told = {Publication.ABSENT: Doubt.ABSENT, Publication.PUBLISHED: None}
        return told.get(seen, before)
    found = _of_bal(bal, practice)
    return before or found if found is Doubt.UNMEASURED else found


def doubt_noted(case: Case, ways: Mapping[str, WayOut]) -> Doubt | None:
    """The same of the replacement of a case: by how far both BAL are on their way out, by address in lower
    case, and by the last look at it.
    """
    mine, theirs = ways.get(case.address), ways.get(case.replacement.lower())
    return _of_ways(_about(case.replacement, mine), theirs) or last_look(case)


def replacement_looks(case: Case, practice: Practice, seen: Publication = Publication.UNKNOWN) -> list[Look]:
    """What is found of the replacement of a case beside what cases tell; nothing where nothing is known of
    it. That it was not measured here is told where it never was, and takes back nothing that was measured
    before; that its messages speak against nothing is told once, for who does not measure it.
    """
    bal = practice.mailbox(case.replacement) if case.replacement else None
    if bal is not None:
        seen = publication_now(bal, practice.now)
        found = _of_bal(bal, practice)
    else:
        found = Doubt.ABSENT if seen is Publication.ABSENT else None
    before = _looks_at_replacement(case)
    if found is Doubt.UNMEASURED:
        back = last_look(case) in (Doubt.ABSENT, Doubt.VANISHED) and seen is Publication.PUBLISHED
        return [
            *([_look(case, None)] if back else ()),
            *([] if before and not back else [_look(case, found)]),
        ]
    nothing_known = bal is None and seen is Publication.UNKNOWN
    measured = bal is not None and bal.measured is not None and not before
    nothing_new = found is None and last_look(case) is None and not measured
    return [] if nothing_known or nothing_new else [_look(case, found)]


def why(doubt: Doubt) -> str:
    """A reason, as what is said of the BAL; none of those that are ``OPEN``."""
    return {
        Doubt.DELETED: _("est supprimée"),
        Doubt.CIRCLE: _("renvoie elle-même vers cette BAL"),
        Doubt.LEAVING: _("est elle-même sur le départ"),
        Doubt.ABSENT: _("n'est pas dans l'annuaire"),
        Doubt.VANISHED: _("n'est plus dans l'extraction de l'annuaire"),
        Doubt.UNREAD: _("n'est pas consultée"),
    }[doubt]


def warning(replacement: str, doubt: Doubt | None) -> str:
    """What is to be known before people are sent to a BAL; "" for nothing."""
    if doubt is None:
        return ""
    if doubt is Doubt.UNCLEAR:
        said = _("À préciser : %s, vers qui les correspondants sont renvoyés, est-elle consultée ?")
        return said % replacement
    if doubt is Doubt.UNMEASURED:
        said = _("On ne sait pas encore si %s, vers qui les correspondants sont renvoyés, est consultée.")
        return said % replacement
    said = _("%(bal)s, vers qui les correspondants sont renvoyés, %(why)s.")
    return said % {"bal": replacement, "why": why(doubt)}


def _about(replacement: str, way: WayOut | None) -> WayOut | None:
    """How far a BAL is on its way out, where that is what is known of this replacement."""
    return way if way is not None and way.replacement == replacement.lower() else None


def _of_ways(mine: WayOut | None, theirs: WayOut | None) -> Doubt | None:
    """What is known from how far a BAL and the one that replaces it are on their way out."""
    if theirs is not None and theirs.deleted is not None:
        return Doubt.DELETED
    if mine is not None and mine.circle:
        return Doubt.CIRCLE
    return Doubt.LEAVING if theirs is not None else None


def _of_bal(bal: Mailbox, practice: Practice) -> Doubt | None:
    """What the directory, the messages and the holder tell of a BAL that is known here."""
    if publication_now(bal, practice.now) is Publication.ABSENT:
        return Doubt.ABSENT
    if bal.vanished is not None:
        return Doubt.VANISHED
    use = use_of(bal, practice.thresholds, practice.now)
    if use is Activity.UNCLEAR:
        measurable = bal.account is not None and bal.account.access == "imap"
        return Doubt.UNMEASURED if measurable and bal.measured is None else Doubt.UNCLEAR
    return Doubt.UNREAD if use is Activity.UNREAD else None


def last_look(case: Case) -> Doubt | None:
    """What the last look at the replacement that a case names has found against it."""
    looks = _looks_at_replacement(case)
    return Doubt(looks[-1].value) if looks and looks[-1].value != NO_DOUBT else None


def _looks_at_replacement(case: Case) -> list[Event]:
    """The looks at the replacement that a case names, oldest first."""
    looks = (each for each in case.counted if each.what is Happened.REPLACEMENT)
    return [each for each in looks if each.note == case.replacement]


def _look(case: Case, found: Doubt | None) -> Look:
    return Look(Happened.REPLACEMENT, NO_DOUBT if found is None else found.value, case.replacement)
