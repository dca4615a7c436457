"""What the auto-reply says, in French then in English, and to whom it sends people (domain 9).

It holds two addresses and fixed words: nothing of the mail that it answers, whose subject may name a patient.
"""

import re
from dataclasses import dataclass
from datetime import date

from balt.errors import UsageError
from balt.i18n import _
from balt.text import fold, plain

SUBJECT = "Réponse automatique : cette BAL MSSanté n'est plus consultée / This mailbox is no longer read"
"""Without it, a server would answer under the subject of the mail itself (RFC 5230 section 4.3)."""

_BODY = """\
Cette boîte aux lettres MSSanté ({address}) n'est plus consultée et n'est plus publiée dans l'Annuaire Santé.
Merci d'adresser vos messages à : {replacement}
Votre message ne sera pas traité ici.

This MSSanté mailbox ({address}) is no longer read and no longer published in the Annuaire Santé.
Please send your messages to: {replacement}
Your message will not be dealt with here.
"""

_LONGEST = 254  # RFC 5321 section 4.5.3.1.3
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`|~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`|~-]+)*\Z")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AutoReply:
    """An auto-reply of ``address`` that names ``replacement``; ``until`` is its last day, None for no end.

    Made by ``auto_reply``, which checks both addresses.
    """

    address: str
    replacement: str
    until: date | None = None

    @property
    def subject(self) -> str:
        return SUBJECT

    @property
    def body(self) -> str:
        """The text, with line feeds."""
        return _BODY.format(address=self.address, replacement=self.replacement)


def auto_reply(address: str, replacement: str, until: date | None, today: date) -> AutoReply:
    """An auto-reply that may be sent. Raises UsageError where it would send people nowhere, or out of the
    MSSanté, or was over before it began.
    """
    replacement = replacement.strip()
    if not _is_address(address):
        raise _wrong(_("l'adresse de cette BAL ne peut pas figurer dans une réponse automatique."), address)
    if not _is_address(replacement):
        sentence = _("« %s » n'est pas une adresse ; attendu : prenom.nom@medecin.mssante.fr.")
        raise _wrong(sentence % plain(replacement, 80), address)
    if fold(replacement) == fold(address):
        raise _wrong(_("la BAL de remplacement est la BAL elle-même."), address)
    if not is_mssante(replacement):
        raise _wrong(
            _("« %s » n'est pas une adresse MSSanté : la réponse y enverrait des données de santé.")
            % replacement,
            address,
        )
    if until is not None and until < today:
        raise _wrong(_("la date de fin (--until) est passée."), address)
    return AutoReply(address, replacement, until)


def is_mssante(address: str) -> bool:
    """Whether a domain is one of professionals in the MSSanté by its name: those of operators have the word
    in it, Apicrypt's has not; patients have one of their own (domain 4.3).
    """
    domain = address.rpartition("@")[2].lower()
    if domain == "patient.mssante.fr" or domain.endswith(".patient.mssante.fr"):
        return False
    return domain.endswith(".apicrypt.org") or any("mssante" in label for label in domain.split("."))


def _is_address(address: str) -> bool:
    """Whether an address can stand in a text and in a script: ASCII, one @, nothing that needs quotes."""
    local, _at, domain = address.rpartition("@")
    return len(address) <= _LONGEST and bool(_LOCAL.match(local) and _DOMAIN.match(domain))


def _wrong(sentence: str, address: str) -> UsageError:
    return UsageError(sentence, advice=_("Rien n'a été fait."), mailbox=plain(address, 80))
