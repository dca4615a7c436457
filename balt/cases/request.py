"""What is written to a provider: the request to depublish a BAL, or to delete it (domain 9).

Requests go to French providers: they are in French whatever the language in use. They hold what is published
of the BAL and of its holder, never anything of the mail.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from balt.cases.autoreply.reply import is_plain_address
from balt.cases.holders import holders_of, is_of, named, persons, together
from balt.cases.model import Case, CaseKind, Happened, holders_known
from balt.cases.presence import is_gone
from balt.config import Contact, ContactKind, Person
from balt.directory.model import BalKind, DirectoryEntry
from balt.mailboxes.holders import Holder
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
si c'est votre manière de faire). {why}

Merci :
- de la dépublier, et de me dire à quelle date ;
- de la laisser ouverte, avec sa réponse automatique, jusqu'à ma demande de suppression ;
- de me dire si une autre démarche est nécessaire de ma part.
"""
_UNREAD = "Elle n'est plus consultée : les messages qui y arrivent ne sont pas lus."
_REPLACED = "Elle est remplacée par une autre BAL, nommée ci-dessus."
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
_OF_STRUCTURES = (BalKind.ORG, BalKind.APP)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is ready to send: ``sender`` is the BAL it leaves from, ``recipient`` "" where no
    address of the provider is known. ``body`` has line feeds; ``blank`` is what is left to be filled in
    there, as it is called there.
    """

    sender: str
    recipient: str
    subject: str
    body: str
    blank: tuple[str, ...] = ()

    def text(self) -> str:
        """The whole as text, to be copied into a webmail, a form or a letter."""
        to = f"À : {self.recipient}\n" if self.recipient else ""
        return f"{to}Objet : {self.subject}\n\n{self.body}"

    def octets(self, now: datetime, *, draft: bool = False) -> bytes:
        """The whole as a message (RFC 5322), with CRLF; a ``draft`` says so to the programs that open it. An
        address that is ``left_out`` is to be filled in there.
        """
        message = EmailMessage(policy=policy.SMTP)
        for name, address in self._headers().items():
            if is_plain_address(address):
                message[name] = Address(addr_spec=address)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{self._name(now)}@{self._domain()}>"
        if draft:
            message["X-Unsent"] = "1"  # what some programs open as a draft that can be sent
        message.set_content(self.body, cte="quoted-printable")
        return message.as_bytes()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The addresses that cannot stand in the header of a message: with an accent, or malformed."""
        return tuple(each for each in self._headers().values() if not is_plain_address(each))

    def _headers(self) -> Mapping[str, str]:
        return {"From": self.sender} | ({"To": self.recipient} if self.recipient else {})

    def _domain(self) -> str:
        """What stands after the @ of the Message-ID (".invalid": RFC 2606)."""
        return self.sender.rpartition("@")[2] if is_plain_address(self.sender) else "mssante.invalid"

    def _name(self, now: datetime) -> str:
        told = f"{self.sender}\n{self.recipient}\n{self.subject}\n{self.body}\n{now.isoformat()}"
        return f"balt.{sha256(told.encode()).hexdigest()[:32]}"


def request_of(
    case: Case,
    holders: Sequence[Holder],
    kind: BalKind,
    person: Person,
    to: Contact,
    now: datetime,
    *,
    followed: bool = False,
    unread: bool = False,
) -> Request:
    """The request of a case to a provider; ``holders`` is whose BAL it is, or was, by the directory (see
    ``holders_now``), and ``person`` who asks: not who answers for a BAL that is somebody else's, and only
    ``followed``. ``unread`` tells that nobody reads the BAL (``reading.is_unread``): else nothing is said of
    that. Pure.
    """
    subject = _SUBJECTS[case.kind].format(address=plain(case.address))
    of_structure = kind in _OF_STRUCTURES and followed
    told = _identity(case, holders, kind, Person() if of_structure else person, now, unread=unread)
    signature = _signature(kind, person, () if of_structure else holders, answers_for=not followed)
    paragraphs = [
        f"{_TO[to.kind]}{f' ({to.name})' if to.name else ''}",
        "Bonjour,",
        _lines(told),
        _asked(case, unread=unread).rstrip("\n"),
        "Cette demande ne contient aucune donnée de patient.",
        f"Cordialement,\n{signature}",
    ]
    blank = [name for name, value in told.items() if value == _UNKNOWN]
    blank += ["signature"] if signature.startswith(_UNKNOWN) else []
    return Request(case.address, to.email, subject, "\n\n".join(paragraphs) + "\n", tuple(blank))


def holders_now(
    cases: Iterable[Case], address: str, entries: Iterable[DirectoryEntry], person: Person
) -> tuple[Holder, ...]:
    """Whose BAL it is: by the ``entries`` that the directory has under its address now, then by what its
    cases know from before, for the directory forgets a BAL that has left.
    """
    return together(holders_of(entries, person), holders_known(cases, address))


def file_stem(case: Case) -> str:
    """What a file of the request is called, without its ending: what it asks for, and the domain."""
    asked = {CaseKind.DEPUBLICATION: "depublication", CaseKind.DELETION: "suppression"}[case.kind]
    domain = re.sub(r"[^a-z0-9]+", "-", fold(case.address.rpartition("@")[2])).strip("-")
    return f"demande-{asked}-{domain[:60] or 'bal'}"


def _asked(case: Case, *, unread: bool) -> str:
    if case.kind is CaseKind.DEPUBLICATION:
        return _DEPUBLISH.format(why=_UNREAD if unread else _REPLACED)
    kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
    words = _RECOVERED if kept is not None and kept.what is Happened.KEPT else _NOTHING
    return _DELETE.format(
        state=_OUT if is_gone(case) else _UNUSED,  # the provider is told what was seen, and no more
        recovered=words.format(day=_day(kept.at)) if kept is not None else "",
    )


def _identity(
    case: Case, holders: Sequence[Holder], kind: BalKind, person: Person, now: datetime, *, unread: bool
) -> Mapping[str, str]:
    """Whose BAL it is, a line each; what is not known is left to be filled in, where it must be told."""
    lines = {"BAL concernée": case.address, "Type": _KINDS.get(kind, _UNKNOWN)}
    lines |= _of_structure(holders, person) if kind in _OF_STRUCTURES else _of_persons(holders, person)
    if case.kind is CaseKind.DEPUBLICATION:
        lines["Motif"] = "BAL qui n'est plus consultée" if unread else "BAL remplacée par une autre"
    lines["BAL à utiliser désormais"] = case.replacement
    lines["Date de la demande"] = _day(now)
    return {name: plain(value, _LONGEST) for name, value in lines.items() if value}


def _of_structure(holders: Sequence[Holder], person: Person) -> Mapping[str, str]:
    place = next((each for each in holders if each.structure or each.finess), None)
    return {
        "Structure": (place.structure if place else "") or _UNKNOWN,
        "FINESS": (place.finess if place else "") or _UNKNOWN,
        "Service": place.service if place else "",
        "Responsable": person.name or _UNKNOWN,
    }


def _of_persons(holders: Sequence[Holder], person: Person) -> Mapping[str, str]:
    """The person who asks, where they are one of its holders; else the first that the directory names. Nobody
    is guessed, for a provider acts on it.
    """
    of = persons(holders, person)
    first = of[0] if of else next(iter(holders), None)
    return {
        "Titulaire": (first.name if first else "") or _UNKNOWN,
        "RPPS": (first.rpps if first else "") or _UNKNOWN,
        "Structure": first.structure if first else "",
        "Aussi celle de": ", ".join(map(named, of[1:])),
    }


def _lines(told: Mapping[str, str]) -> str:
    width = max(map(len, told))
    return "\n".join(f"  {name:<{width}} : {value}" for name, value in told.items())


def _signature(kind: BalKind, person: Person, holders: Sequence[Holder], *, answers_for: bool = True) -> str:
    """Who asks: the person, for the holders where these are others; and that they answer for the BAL of a
    structure, where they do.
    """
    name = plain(person.name, 200) or _UNKNOWN
    if kind in _OF_STRUCTURES and answers_for:
        return f"{name}\nresponsable de la BAL"
    of = [each for each in persons(holders, person) if each.name]
    if not person.name or not of or is_of(of[0], person):
        return name
    return f"{name}\npour {plain(', '.join(each.name for each in of), _LONGEST)}"


def _day(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y}"
