"""What a template may name: who signs, where, the address to write to. Nothing here can be a patient's."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal
from urllib.parse import quote

from balt.config import Contact, ContactKind
from balt.directory.model import PracticeSituation
from balt.mailboxes.model import Mailbox
from balt.publish.signatory import Signatory, clean

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

FIELDS = (
    *("name", "role", "profession", "speciality", "rpps", "structure", "town", "situation"),
    *("role_place", "name_place", "address", "address_url", "date", "recipient"),
)
"""``role`` is the speciality, else the profession; ``role_place`` and ``name_place`` add the structure;
``address_url`` is the address as a link writes it; ``recipient`` the provider that a request is for.
"""

_ORDINAL_CODE = re.compile(r"\s*\([A-Z]{1,4}\)$")
_MODES: Mapping[Language, Mapping[str, str]] = {
    "fr": {"L": "libéral", "S": "salarié", "B": "bénévole"},
    "en": {"L": "self-employed", "S": "employed", "B": "voluntary"},
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
}
_TO: Mapping[Language, Mapping[ContactKind, str]] = {
    "fr": {
        ContactKind.OPERATOR: "À l'attention du service client de l'opérateur MSSanté",
        ContactKind.GRADES: "À l'attention du support du GRADeS",
        ContactKind.DSI: "À l'attention de la DSI, administration de la messagerie",
        ContactKind.VENDOR: "À l'attention du support de l'éditeur du logiciel métier",
    },
    "en": {
        ContactKind.OPERATOR: "To the customer service of the MSSanté operator",
        ContactKind.GRADES: "To the support of the regional operator (GRADeS)",
        ContactKind.DSI: "To the IT department, mail administration",
        ContactKind.VENDOR: "To the support of the software vendor",
    },
}


def values(
    who: Signatory,
    situation: PracticeSituation | None,
    mailbox: Mailbox,
    language: Language,
    day: date | None = None,
    to: Contact | None = None,
) -> dict[str, str]:
    """The text of each field, safe to show, "" where it is not known. Pure."""
    structure = "" if situation is None else clean(situation.structure)
    role = role_of(who)
    address = clean(mailbox.address)
    return {
        "name": clean(who.name),
        "role": role,
        "profession": clean(who.profession),
        "speciality": _ORDINAL_CODE.sub("", clean(who.speciality)),
        "rpps": clean(who.rpps),
        "structure": structure,
        "town": "" if situation is None else clean(situation.town),
        "situation": "" if situation is None else _situation(situation, language),
        "role_place": _joined(role, structure),
        "name_place": _joined(clean(who.name), structure),
        "address": address,
        "address_url": quote(address, safe="@"),
        "date": "" if day is None else day_text(day, language),
        "recipient": _recipient(to, language),
    }


def role_of(who: Signatory) -> str:
    """The speciality, else the profession, without the code of the Order's list behind it."""
    return _ORDINAL_CODE.sub("", clean(who.speciality) or clean(who.profession))


def day_text(day: date, language: Language) -> str:
    """A day in full: "1 mars 2026"."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _situation(situation: PracticeSituation, language: Language) -> str:
    place = clean(situation.structure) or clean(situation.town)
    mode = _MODES[language].get(situation.mode, "")
    return f"{place} ({mode})" if place and mode else place or mode


def _recipient(to: Contact | None, language: Language) -> str:
    contact = to or Contact()
    text = _TO[language][contact.kind]
    return f"{text} ({clean(contact.name)})" if contact.name else text
