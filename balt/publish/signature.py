"""What to hand out so that others write to the right BAL: a mail signature.

The texts are data, one set a language, rather than catalogue entries: a signature in English is wanted on a
French screen, and the reverse. The wording is ours (domain 9).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from balt.config import Person
from balt.directory.model import DirectoryEntry, PracticeSituation
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.situations import may_prefer
from balt.text import plain

Language = Literal["fr", "en"]

_LENGTH = 200
_ORDINAL_CODE = re.compile(r"\s*\([A-Z]{1,4}\)$")
_HEADING: dict[Language, str] = {
    "fr": "Messagerie sécurisée de santé (MSSanté) :",
    "en": "Secure health mail (MSSanté):",
}
_REQUEST: dict[Language, str] = {
    "fr": "Merci d'y adresser comptes rendus et courriers.",
    "en": "Please send reports and letters to this address.",
}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: ``name`` with its title; any of these may be ""."""

    name: str
    profession: str = ""
    speciality: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A text to copy, lines apart by ``\\n``, and the sentences that speak against handing it out."""

    text: str
    warnings: tuple[str, ...] = ()


def signatory(person: Person, entries: Iterable[DirectoryEntry] = ()) -> Signatory:
    """Who signs: the name as the configuration has it, else as the directory does; the profession and the
    speciality from the entries under the same RPPS number (a name proves nothing: homonyms).
    """
    own = [entry for entry in entries if person.rpps and entry.rpps.endswith(person.rpps)]
    named = next((entry.holder for entry in own if entry.family), "")
    return Signatory(
        _clean(person.name) or _clean(named),
        next((_clean(entry.profession) for entry in own if entry.profession), ""),
        next((_clean(entry.speciality) for entry in own if entry.speciality), ""),
    )


def signature(
    who: Signatory, situation: PracticeSituation | None, mailbox: Mailbox, language: Language = "fr"
) -> Signature:
    """A mail signature in plain text for one situation and one BAL, whatever the language of the screen."""
    place = "" if situation is None else _clean(situation.structure)
    does = _ORDINAL_CODE.sub("", _clean(who.speciality) or _clean(who.profession))
    head = [_clean(who.name), " · ".join(part for part in (does, place) if part)]
    body = [_HEADING[language], _clean(mailbox.address), _REQUEST[language]]
    text = "\n".join([*(part for part in head if part), "", *body]).lstrip("\n")
    return Signature(text, warnings(mailbox, situation))


def warnings(mailbox: Mailbox, situation: PracticeSituation | None = None) -> tuple[str, ...]:
    """What speaks against handing out this BAL, one sentence each."""
    found = []
    if refusal := may_prefer(mailbox):
        found.append(refusal)
    if mailbox.finding.verdict in (Verdict.GHOST, Verdict.INACTIVE):
        found.append(_("Cette BAL n'est pas consultée : ce qui y serait adressé ne serait pas lu."))
    if mailbox.publication is Publication.ABSENT:
        found.append(
            _("Cette BAL n'est pas publiée dans l'annuaire : vos correspondants ne l'y trouveront pas.")
        )
    if situation is not None and not situation.active:
        found.append(_("Cette situation n'est plus dans l'annuaire."))
    return tuple(found)


def _clean(text: str) -> str:
    return " ".join(plain(text, _LENGTH).split())
