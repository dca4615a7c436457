"""What is known of an operator from the domain of an address, for the first contact.

Honest by rule: the names of the operators' IMAP servers are published nowhere, so none is given here. What a
domain tells is who runs it and what is usual there; servers are only names to try, once the user agrees.

The domains of the professions at Mailiz and those of Apicrypt are common knowledge; TLS and ports are those
of the clients' rules (ECO.1.0.2: IMAP with STARTTLS on 143; 993 is what RFC 8314 prefers).
"""

from dataclasses import dataclass
from typing import Literal

from balt.config import Access, Security
from balt.i18n import N_, _
from balt.text import plain

Family = Literal["mailiz", "apicrypt", "mssante", "patient", "other"]

_MAILIZ = (
    *("medecin", "pharmacien", "infirmier", "chirurgien-dentiste", "sage-femme"),
    *("masseur-kinesitherapeute", "pedicure-podologue", "pro"),
)
_MSSANTE = ".mssante.fr"


@dataclass(frozen=True, slots=True)
class Preset:
    """What to propose for an address of ``domain``.

    ``operator`` is "" where the domain does not tell it. ``access`` is what is usual there: "none" where the
    BAL is read in a webmail. ``hosts`` are guesses, to be tried only when the user agrees; ``ports`` are what
    goes with them, in the order to try. ``refused`` is a sentence where the address can be nobody's BAL here.
    """

    domain: str
    family: Family
    operator: str
    access: Access
    hint: str
    hosts: tuple[str, ...] = ()
    ports: tuple[tuple[Security, int], ...] = (("tls", 993), ("starttls", 143))
    refused: str = ""


_HINTS: dict[Family, str] = {
    "mailiz": N_(
        "Cette BAL se consulte d'ordinaire dans son webmail, avec Pro Santé Connect. Ajoutez-la sans accès "
        "IMAP : balt en suivra les étapes avec vos réponses. Si l'opérateur vous a donné un accès IMAP, "
        "indiquez son serveur."
    ),
    "apicrypt": N_(
        "Demandez à Apicrypt s'il offre un accès IMAP à cette BAL et sur quel serveur, ou regardez les "
        "réglages de votre logiciel. Sinon, ajoutez-la sans accès IMAP."
    ),
    "mssante": N_(
        "Ce domaine est celui d'une structure ou d'une région : c'est elle, ou son opérateur, qui connaît le "
        "serveur IMAP. Demandez-le, ou regardez les réglages de votre logiciel de messagerie."
    ),
    "patient": "",
    "other": N_(
        "Ce domaine ne dit pas quel opérateur le tient. Demandez le nom du serveur IMAP à l'opérateur ou à "
        "votre service informatique."
    ),
}


def preset_for(address: str) -> Preset:
    """What to propose for an address; for text without ``@`` as for an unknown domain. Nothing is sent."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    family = _family(domain)
    refused = ""
    if family == "patient":
        refused = _("c'est l'adresse d'un patient (Mon espace santé), pas une BAL professionnelle.")
    usual: Access = "none" if family == "mailiz" else "imap"
    return Preset(
        domain=plain(domain, 254),
        family=family,
        operator=_operator(family),
        access=usual,
        hint=_(_HINTS[family]) if _HINTS[family] else "",
        hosts=() if family == "patient" else _guesses(domain),
        refused=refused,
    )


def _family(domain: str) -> Family:
    if domain == "patient.mssante.fr" or domain.endswith(".patient.mssante.fr"):
        return "patient"
    if domain in {name + _MSSANTE for name in _MAILIZ}:
        return "mailiz"
    if domain == "apicrypt.org" or domain.endswith(".apicrypt.org"):
        return "apicrypt"
    if domain == "mssante.fr" or domain.endswith(_MSSANTE):
        return "mssante"
    return "other"


def _operator(family: Family) -> str:
    return {"mailiz": _("Mailiz (ANS et ordres)"), "apicrypt": _("Apicrypt")}.get(family, "")


def _guesses(domain: str) -> tuple[str, ...]:
    """Names that many operators use for their servers; none is known to exist."""
    labels = domain.split(".")
    fit = len(labels) > 1 and len(domain) <= 240 and all(_is_label(label) for label in labels)
    return (f"imap.{domain}", f"mail.{domain}", domain) if fit else ()


def _is_label(label: str) -> bool:
    return 0 < len(label) <= 63 and label.replace("-", "").isalnum() and label.isascii()
