"""Whom to write to: the provider of a BAL, found by the domain of its address.

How to reach a provider changes and belongs to it: the person writes it in the configuration,
``[[provider]]``. What is shipped is who operates a domain, where that is sure, and never an address.
"""

from collections.abc import Iterable

from balt.config import Contact, ContactKind
from balt.i18n import _

_KNOWN = (
    Contact(
        ("medecin.mssante.fr", "pharmacien.mssante.fr", "infirmier.mssante.fr", "pro.mssante.fr"),
        ContactKind.OPERATOR,
        "Mailiz",
    ),
    Contact(("apicrypt.org",), ContactKind.OPERATOR, "Apicrypt"),
    Contact(("aura.mssante.fr",), ContactKind.GRADES),
)
"""Who operates the domains of which that is sure (domain 4.3): those of the professions are Mailiz, which the
ANS and the professional orders run.
"""


def contact_of(address: str, contacts: Iterable[Contact]) -> Contact | None:
    """The contact for a BAL: of the person's own the one that names its domain, else the nearest domain above
    it; where there is none, the operator of its domain as far as that is sure, with nothing but its name.
    """
    return _nearest(address, contacts) or _nearest(address, _KNOWN)


def is_reachable(contact: Contact) -> bool:
    """Whether anything is known of how to write to a provider."""
    return bool(contact.email or contact.phone or contact.url)


def _nearest(address: str, contacts: Iterable[Contact]) -> Contact | None:
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
