"""What is written to a provider: the request to depublish a BAL, or to delete it (domain 9).

Requests go to French providers: they are in French whatever the language in use. They hold what is published
of the BAL and of its holder, never anything of the mail.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from balt.cases.model import Case, CaseKind, Happened
from balt.cases.steps import is_gone
from balt.config import Contact, ContactKind, Person
from balt.directory.model import BalKind, DirectoryEntry
from balt.text import fold, plain

_TO = {
    ContactKind.OPERATOR: "À l'attention du service client de l'opérateur MSSanté",
    ContactKind.GRADES: "À l'attention du support du GRADeS",
    ContactKind.DSI: "À l'attention de la DSI, administration de la messagerie",
    ContactKind.VENDOR: "À l'attention du support de l'éditeur du logiciel métier",
}
_KINDS = {
    BalKind.PER: "personnelle (PER)",
    BalKind.ORG: "organisationnelle (ORG)",
    BalKind.APP: "applicative (APP)",
    BalKind.CAB: "de cabinet (CAB)",
}
_SUBJECTS = {
    CaseKind.DEPUBLICATION: "Demande de dépublication d'une BAL MSSanté : {address}",
    CaseKind.DELETION: "Demande de suppression d'une BAL MSSanté : {address}",
}
_DEPUBLISH = """\
Je demande que cette BAL ne soit plus publiée dans l'Annuaire Santé (dépublication, ou mise en liste rouge
si c'est votre manière de faire). Elle n'est plus consultée : les messages qui y arrivent ne sont pas lus.

Merci :
- de la dépublier, et de me dire à quelle date ;
- de la laisser ouverte, avec sa réponse automatique, jusqu'à ma demande de suppression ;
- de me dire si une autre démarche est nécessaire de ma part.
"""
_DELETE = """\
Je demande la suppression de cette BAL, qui {state}.
{recovered}
Merci de la supprimer, et de me dire à quelle date elle l'aura été.
"""
_OUT = "n'est plus publiée dans l'Annuaire Santé"
_UNUSED = "ne doit plus être utilisée"
_RECOVERED = "Les messages et les documents qu'elle contenait ont été récupérés le {day}.\n"
_NOTHING = "Elle ne contient rien qui doive être conservé ({day}).\n"
_UNKNOWN = "(à compléter)"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is ready to send: ``sender`` is the BAL it leaves from, ``recipient`` "" where no
    address of the provider is known. ``body`` has line feeds.
    """

    sender: str
    recipient: str
    subject: str
    body: str

    def text(self) -> str:
        """The whole as text, to be copied into a webmail, a form or a letter."""
        to = f"À : {self.recipient}\n" if self.recipient else ""
        return f"{to}Objet : {self.subject}\n\n{self.body}"

    def octets(self, now: datetime, *, draft: bool = False) -> bytes:
        """The whole as a message (RFC 5322), with CRLF; a ``draft`` says so to the programs that open it."""
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = Address(addr_spec=self.sender)
        if self.recipient:
            message["To"] = Address(addr_spec=self.recipient)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{self._name(now)}@{self.sender.rpartition('@')[2]}>"
        if draft:
            message["X-Unsent"] = "1"  # what some programs open as a draft that can be sent
        message.set_content(self.body, cte="quoted-printable")
        return message.as_bytes()

    def _name(self, now: datetime) -> str:
        told = f"{self.sender}\n{self.recipient}\n{self.subject}\n{self.body}\n{now.isoformat()}"
        return f"balt.{sha256(told.encode()).hexdigest()[:32]}"


def request_of(
    case: Case, entries: tuple[DirectoryEntry, ...], kind: BalKind, person: Person, to: Contact, now: datetime
) -> Request:
    """The request of a case to a provider, from what is published of its BAL. Pure."""
    subject = _SUBJECTS[case.kind].format(address=case.address)
    paragraphs = [
        f"{_TO[to.kind]}{f' ({to.name})' if to.name else ''}",
        "Bonjour,",
        _lines(_identity(case, entries, kind, person, now)),
        _asked(case).rstrip("\n"),
        "Cette demande ne contient aucune donnée de patient.",
        "Cordialement,\n" + _signature(kind, person, _holder(case.address, entries, person)),
    ]
    return Request(case.address, to.email, subject, "\n\n".join(paragraphs) + "\n")


def _asked(case: Case) -> str:
    if case.kind is CaseKind.DEPUBLICATION:
        return _DEPUBLISH
    kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
    words = _RECOVERED if kept is not None and kept.what is Happened.KEPT else _NOTHING
    return _DELETE.format(
        state=_OUT if is_gone(case) else _UNUSED,  # the provider is told what was seen, and no more
        recovered=words.format(day=_day(kept.at)) if kept is not None else "",
    )


def _identity(
    case: Case, entries: tuple[DirectoryEntry, ...], kind: BalKind, person: Person, now: datetime
) -> Mapping[str, str]:
    """Whose BAL it is, a line each; what is not known is left to be filled in, where it must be told."""
    entry = entries[0] if entries else None
    lines = {"BAL concernée": case.address, "Type": _KINDS.get(kind, _UNKNOWN)}
    if kind in (BalKind.ORG, BalKind.APP):
        lines["Structure"] = (entry.structure if entry else "") or _UNKNOWN
        lines["FINESS"] = (entry.finess if entry else "") or _UNKNOWN
        lines["Service"] = entry.service if entry else ""
        lines["Responsable"] = person.name or _UNKNOWN
    else:
        holder = _holder(case.address, entries, person)
        lines["Titulaire"] = holder.name or _UNKNOWN
        lines["RPPS"] = holder.rpps or _UNKNOWN
        lines["Structure"] = entry.structure if entry else ""
    if case.kind is CaseKind.DEPUBLICATION:
        lines["Motif"] = "BAL qui n'est plus consultée"
    lines["BAL à utiliser désormais"] = case.replacement
    lines["Date de la demande"] = _day(now)
    return {name: plain(value, 200) for name, value in lines.items() if value}


def _holder(address: str, entries: tuple[DirectoryEntry, ...], person: Person) -> Person:
    """Whose a BAL is by the directory: of several holders the person, where they are one of them. Where it
    names nobody, the person if the address bears their name: else nobody, for a provider acts on it.
    """
    named = [each for each in entries if each.rpps or each.family]
    for each in named:
        if _is_of(each, person):
            return Person(person.name or each.holder, person.rpps or each.rpps)
    if named:
        return Person(named[0].holder, named[0].rpps)
    return person if _bears_name(address, person) else Person()


def _bears_name(address: str, person: Person) -> bool:
    """Whether the local part holds the last word of the person's name, as most addresses of a BAL do."""
    family = person.name.split()[-1:]
    name, local = (re.sub(r"[\W_]", "", fold(text)) for text in ("".join(family), address.partition("@")[0]))
    return name != "" and name in local


def _is_of(entry: DirectoryEntry, person: Person) -> bool:
    """Whether an entry is the person's: by the RPPS, by the name where one of the two has none."""
    if entry.rpps and person.rpps:
        return entry.rpps == person.rpps
    words = person.name.casefold()
    return bool(entry.family) and all(part.casefold() in words for part in (entry.given, entry.family))


def _lines(told: Mapping[str, str]) -> str:
    width = max(map(len, told))
    return "\n".join(f"  {name:<{width}} : {value}" for name, value in told.items())


def _signature(kind: BalKind, person: Person, holder: Person) -> str:
    """Who asks: the person, for the holder where that is another."""
    name = plain(person.name, 200) or _UNKNOWN
    if kind in (BalKind.ORG, BalKind.APP):
        return f"{name}\nresponsable de la BAL"
    another = person.name and holder.name and holder.name != person.name
    return f"{name}\npour {plain(holder.name, 200)}" if another else name


def _day(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y}"
