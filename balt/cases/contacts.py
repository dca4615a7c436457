"""Whom to write to: the provider of a BAL, found by the domain of its address.

No table of providers is shipped: their contacts change and belong to them. The person writes theirs in the
configuration, ``[[provider]]``.
"""

from collections.abc import Iterable

from balt.config import Contact, ContactKind
from balt.i18n import _


def contact_of(address: str, contacts: Iterable[Contact]) -> Contact | None:
    """The contact for a BAL: the one that names its domain, else the nearest domain above it."""
    domain = address.rpartition("@")[2].lower()
    found: tuple[int, Contact] | None = None
    for contact in contacts:
        for each in contact.domains:
            known = each.lower().lstrip("@")
            fits = domain == known or domain.endswith(f".{known}")
            if fits and (found is None or len(known) > found[0]):
                found = (len(known), contact)
    return found[1] if found is not None else None


def kind_label(kind: ContactKind) -> str:
    """What a provider is, in words."""
    return {
        ContactKind.OPERATOR: _("opérateur MSSanté"),
        ContactKind.GRADES: _("GRADeS"),
        ContactKind.DSI: _("DSI"),
        ContactKind.VENDOR: _("éditeur de logiciel métier"),
    }[kind]
