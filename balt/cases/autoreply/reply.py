"""What the auto-reply says, in French then in English, and to whom it sends people (domain 9).

It holds two addresses and fixed words: nothing of the mail that it answers, whose subject may name a patient.
"""

import re
from dataclasses import dataclass
from datetime import date

from balt.directory.trust import TrustSpace
from balt.errors import UsageError
from balt.i18n import _
from balt.text import fold, plain

SUBJECT = (
    "Réponse automatique : cette BAL MSSanté ne doit plus être utilisée / Please no longer use this mailbox"
)
"""Without it, a server would answer under the subject of the mail itself (RFC 5230 section 4.3)."""

_UNREAD = """\
Cette boîte aux lettres MSSanté ({address}) n'est plus consultée et ne doit plus être utilisée.
Merci d'adresser vos messages à : {replacement}
Votre message ne sera pas traité ici.

This MSSanté mailbox ({address}) is no longer read and must no longer be used.
Please send your messages to: {replacement}
Your message will not be dealt with here.
"""
"""It does not say that the BAL has left the directory: it answers before that is so."""

_REPLACED = """\
Cette boîte aux lettres MSSanté ({address}) est remplacée par une autre et ne doit plus être utilisée.
Merci d'adresser vos messages à : {replacement}

This MSSanté mailbox ({address}) has been replaced by another one and must no longer be used.
Please send your messages to: {replacement}
"""
"""Of a BAL that is read, or of which that is not known: nothing is said that may be false."""

_LONGEST = 254  # RFC 5321 section 4.5.3.1.3
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`|~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`|~-]+)*\Z")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", re.IGNORECASE)
_END = ".mssante.fr"
_APICRYPT = "interop-mssante.apicrypt.org"
_PATIENTS = "patient.mssante.fr"


@dataclass(frozen=True, slots=True)
class AutoReply:
    """An auto-reply of ``address`` that names ``replacement``; ``until`` is its last day, None for no end.
    ``unread`` tells that nobody reads the BAL: then it says so.

    Made by ``auto_reply``, which checks both addresses.
    """

    address: str
    replacement: str
    until: date | None = None
    unread: bool = False

    @property
    def subject(self) -> str:
        return SUBJECT

    @property
    def body(self) -> str:
        """The text, with line feeds."""
        text = _UNREAD if self.unread else _REPLACED
        return text.format(address=self.address, replacement=self.replacement)


def auto_reply(
    address: str,
    replacement: str,
    until: date | None,
    today: date,
    trust: TrustSpace | None = None,
    *,
    by_hand: bool = False,
    unread: bool = False,
) -> AutoReply:
    """An auto-reply that may be sent; ``by_hand`` one that a person pastes, not a script; ``unread`` that it
    says that nobody reads the BAL (``reading.is_unread``). Raises UsageError
    where it would send people nowhere, or out of the MSSanté, or was over before it began.
    """
    if not (by_hand or is_plain_address(address)):
        raise _wrong(_("l'adresse de cette BAL ne peut pas figurer dans une réponse automatique."), address)
    named = where_to_write(address, replacement, trust)
    if until is not None and until < today:
        raise _wrong(_("la date de fin (--until) est passée."), address)
    return AutoReply(plain(address, _LONGEST), named, until, unread)


def where_to_write(address: str, replacement: str, trust: TrustSpace | None = None) -> str:
    """The ``replacement`` that people who write to a BAL may be sent to. Raises UsageError where that is no
    address, is the BAL itself, or is out of the MSSanté.
    """
    replacement = replacement.strip()
    if not is_plain_address(replacement):
        sentence = _("« %s » n'est pas une adresse ; attendu : prenom.nom@medecin.mssante.fr.")
        raise _wrong(sentence % plain(replacement, 80), address)
    if fold(replacement) == fold(address):
        raise _wrong(_("la BAL de remplacement est la BAL elle-même."), address)
    if not is_mssante(replacement, trust):
        raise UsageError(
            _("« %s » n'est pas une adresse MSSanté : la réponse y enverrait des données de santé.")
            % replacement,
            advice=_(
                "Rien n'a été fait. Si l'espace de confiance nomme son domaine, importez la liste blanche : "
                "balt directory white-list import FICHIER."
            ),
            mailbox=plain(address, 80),
        )
    return replacement


def is_mssante(address: str, trust: TrustSpace | None = None) -> bool:
    """Whether an address is one of professionals in the MSSanté: its domain is under ``mssante.fr`` or is
    Apicrypt's (domain 2.5), or the white list that is kept here names it. Patients have a domain of their
    own (domain 4.3). A name that only holds the word, or only looks like it, is anybody's.
    """
    domain = address.rpartition("@")[2].lower()
    if f".{domain}".endswith(f".{_PATIENTS}"):
        return False
    if trust is not None and trust.listed is not None and trust.listed.holds(address):
        return True
    return bool(_DOMAIN.match(domain)) and (domain.endswith(_END) or domain == _APICRYPT)


def is_plain_address(address: str) -> bool:
    """Whether an address can stand in a script and in a header: ASCII, one @, nothing that needs quotes."""
    local, _at, domain = address.rpartition("@")
    return len(address) <= _LONGEST and bool(_LOCAL.match(local) and _DOMAIN.match(domain))


def _wrong(sentence: str, address: str) -> UsageError:
    return UsageError(sentence, advice=_("Rien n'a été fait."), mailbox=plain(address, 80))
