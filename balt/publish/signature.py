"""What to hand out so that others write to the right BAL: a mail signature.

The texts are data, one set a language, rather than catalogue entries: a signature in English is wanted on a
French screen, and the reverse. The wording is ours (domain 9).
"""

import re
from dataclasses import dataclass
from typing import Literal

from balt.directory.model import PracticeSituation
from balt.mailboxes.model import Mailbox
from balt.publish.signatory import Signatory as Signatory
from balt.publish.signatory import clean, warnings
from balt.publish.signatory import signatory as signatory

Language = Literal["fr", "en"]

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
class Signature:
    """A text to copy, lines apart by ``\\n``, and the sentences that speak against handing it out."""

    text: str
    warnings: tuple[str, ...] = ()


def signature(
    who: Signatory, situation: PracticeSituation | None, mailbox: Mailbox, language: Language = "fr"
) -> Signature:
    """A mail signature in plain text for one situation and one BAL, whatever the language of the screen."""
    place = "" if situation is None else clean(situation.structure)
    does = _ORDINAL_CODE.sub("", clean(who.speciality) or clean(who.profession))
    head = [clean(who.name), " · ".join(part for part in (does, place) if part)]
    body = [_HEADING[language], clean(mailbox.address), _REQUEST[language]]
    text = "\n".join([*(part for part in head if part), "", *body]).lstrip("\n")
    return Signature(text, warnings(mailbox, situation))
