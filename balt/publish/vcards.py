"""vCards of a professional address: version 4.0 (RFC 6350) and 3.0 (RFC 2426)."""

import uuid
from typing import Literal

from balt.directory.model import PracticeSituation
from balt.mailboxes.model import Mailbox
from balt.publish.fields import Language, role_of
from balt.publish.signatory import Signatory, clean

Version = Literal["4.0", "3.0"]

_LINE = 75
"""Octets in a line before it is folded (RFC 6350 3.2)."""

_NOTE: dict[Language, str] = {
    "fr": "Adresse MSSanté : elle ne reçoit que depuis une autre messagerie sécurisée de santé.",
    "en": "MSSanté address: it receives only from another secure health mail.",
}


def vcard(
    who: Signatory,
    situation: PracticeSituation | None,
    mailbox: Mailbox,
    language: Language,
    version: Version = "4.0",
    *,
    short: bool = False,
) -> str:
    """A vCard of this BAL, lines ended by CRLF; ``short`` leaves out what a QR code has no room for.

    It says the professional address and nothing else that could be used to reach the person.
    """
    structure = "" if situation is None else clean(situation.structure)
    town = "" if situation is None else clean(situation.town)
    address, role = clean(mailbox.address), role_of(who)
    shown = clean(who.name) or structure or address
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"FN:{_text(shown)}", f"N:{_name(who, shown)}"]
    if version == "4.0":
        lines.append(f"KIND:{'individual' if who.name else 'org'}")
    if structure:
        lines.append(f"ORG:{_text(structure)}")
    if role and not short:
        lines.append(f"TITLE:{_text(role)}")
    if town and not short:
        lines.append(f"ADR;TYPE={'work' if version == '4.0' else 'WORK'}:;;;{_text(town)};;;")
    kinds = "TYPE=work;PREF=1" if version == "4.0" else "TYPE=INTERNET,PREF"
    lines.append(f"EMAIL;{kinds}:{_text(address)}")
    if not short:
        lines.append(f"NOTE:{_text(_NOTE[language])}")
        lines.append(f"UID:{_uid(address, version)}")
    lines.append("END:VCARD")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _name(who: Signatory, shown: str) -> str:
    """Family name; given name; others; title; suffix. Where the parts are not known, all of it as family."""
    if not who.family:
        return f"{_text(shown)};;;;"
    return f"{_text(clean(who.family))};{_text(clean(who.given))};;{_text(clean(who.title))};"


def _uid(address: str, version: Version) -> str:
    """The same for the same address, so that an address book replaces the card and does not double it."""
    found = uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{address.lower()}")
    return found.urn if version == "4.0" else str(found)


def _text(value: str) -> str:
    """A value whose signs mean nothing to a vCard (RFC 6350 3.4); it is on one line already."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets; a character is never cut in two."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += char
        size += width
    return "\r\n".join([*pieces, piece])
