"""Who hands out an address, and what speaks against handing it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from balt.config import Person
from balt.directory.identifiers import typed_rpps
from balt.directory.model import DirectoryEntry, PracticeSituation
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.publication import publication_now
from balt.text import plain

_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: ``name`` with its title; any of these may be "". ``family``, ``given`` and ``title`` are the
    parts of a name as the directory has them.
    """

    name: str
    profession: str = ""
    speciality: str = ""
    rpps: str = ""
    family: str = ""
    given: str = ""
    title: str = ""


def signatory(person: Person, entries: Iterable[DirectoryEntry] = ()) -> Signatory:
    """Who signs: the name as the configuration has it, else as the directory does; the profession and the
    speciality from the entries under the same RPPS number (a name proves nothing: homonyms).
    """
    own = [entry for entry in entries if person.rpps and entry.rpps.endswith(person.rpps)]
    named = next((entry for entry in own if entry.family), None)
    return Signatory(
        clean(person.name) or (clean(named.holder) if named else ""),
        next((clean(entry.profession) for entry in own if entry.profession), ""),
        next((clean(entry.speciality) for entry in own if entry.speciality), ""),
        typed_rpps(person.rpps),
        clean(named.family) if named else "",
        clean(named.given) if named else "",
        clean(named.title) if named else "",
    )


def warnings(mailbox: Mailbox, situation: PracticeSituation | None, now: datetime | None) -> tuple[str, ...]:
    """What speaks against handing out a BAL that is not refused, one sentence each. Without ``now``, what its
    holder said of it does not count: nothing tells how old that is.
    """
    publication = mailbox.publication if now is None else publication_now(mailbox, now)
    found = []
    if mailbox.finding.verdict in (Verdict.GHOST, Verdict.INACTIVE):
        found.append(_("Cette BAL n'est pas consultée : ce qui y serait adressé ne serait pas lu."))
    if publication is Publication.ABSENT:
        found.append(
            _("Cette BAL n'est pas publiée dans l'annuaire : vos correspondants ne l'y trouveront pas.")
        )
    elif mailbox.vanished is not None:
        found.append(
            _("Cette BAL n'est plus dans l'extraction de l'annuaire : on ne l'y trouve peut-être plus.")
        )
    if situation is not None and not situation.active:
        found.append(_("Cette situation n'est plus dans l'annuaire."))
    return tuple(found)


def clean(text: str) -> str:
    """``text`` on one line, safe to show, without blanks around it."""
    return " ".join(plain(text, _LENGTH).split())
