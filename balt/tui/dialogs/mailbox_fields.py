"""The lines of the form of a BAL: which ones count, and the account that they add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from balt.config import Access, Account, Auth, Security
from balt.config.append import check_mailbox
from balt.config.reader import is_loopback
from balt.directory.identifiers import rpps_warning, typed_rpps
from balt.doctor.presets import Preset, preset_for
from balt.errors import UsageError
from balt.i18n import _
from balt.tui.widgets.form import Field, choice_field, text_field

FIELDS = (
    *("name", "rpps", "address", "access", "host", "port", "security", "username", "auth", "secret"),
    *("keeping", "command", "certificate", "key", "authority", "path"),
)
"""Every line, in the order on screen."""

_TOKENS = ("xoauth2", "oauthbearer")
_WHERE = {"tls": "authority", "login": "secret", "path": "path", "files": "path"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form gives. ``secret`` is what was typed, "" when nothing was; ``remember`` asks for it to go
    into the system's keyring. ``name`` and ``rpps`` are the holder's, for a new configuration.
    """

    account: Account
    secret: str = ""
    remember: bool = False
    name: str = ""
    rpps: str = ""


class MailboxFields:
    """The lines by name. Those that do not count for what was chosen so far are hidden, and not read.

    ``address`` is proposed.
    """

    def __init__(self, address: str, *, ask_person: bool) -> None:
        self._ask_person = ask_person
        self._own_access = False
        self._doubted = ""
        self._fields = {each.id.removeprefix("field-"): each for each in _made(address) if each.id}

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def compose(self) -> Iterator[Field]:
        """The lines, in their order."""
        return iter(self._fields.values())

    @property
    def account_access(self) -> Access:
        """How the BAL is read."""
        return cast("Access", self["access"].value)

    @property
    def secret(self) -> str:
        """The password as it was typed, its spaces included; "" where the form asks for none."""
        return self["secret"].entry.value if self.shows("secret") else ""

    def shows(self, name: str) -> bool:
        """Whether a line counts for what was chosen so far."""
        imap = self.account_access == "imap"
        auth, keeping = self["auth"].value, self["keeping"].value
        return {
            "name": self._ask_person,
            "rpps": self._ask_person,
            "address": True,
            "access": True,
            "path": self.account_access == "files",
            "secret": imap and auth == "password" and keeping != "command",
            "keeping": imap and auth == "password",
            "command": imap and (auth in _TOKENS or (auth == "password" and keeping == "command")),
            "certificate": imap and auth == "external",
            "key": imap and auth == "external",
        }.get(name, imap)

    def arrange(self) -> None:
        """Show the lines that count."""
        for name, field in self._fields.items():
            field.set_class(not self.shows(name), "hidden")

    def propose(self, preset: Preset) -> None:
        """Take the access that is usual for a domain, until the user chooses one."""
        if not self._own_access and "." in preset.domain:
            self["access"].value = preset.access

    def chosen_by_hand(self) -> None:
        """The user turned the access over: it is theirs from now on."""
        self._own_access = True

    @property
    def server(self) -> tuple[str, str, str]:
        """What the lines of the server say: its name, its port, how it is protected."""
        return self["host"].value, self["port"].value, self["security"].value

    def take_server(self, host: str, port: int, security: Security) -> None:
        """Fill in a server that was found."""
        self["host"].value, self["port"].value, self["security"].value = host, str(port), security

    def focus_for(self, check: str) -> None:
        """Go to the line that a failed check is about."""
        name = _WHERE.get(check, "host")
        if self.shows(name):
            self[name].entry.focus()

    def doubt_number(self) -> str:
        """What looks wrong in the holder's number, in a sentence, once for each number; "" when nothing does,
        when there is none, or when it was said.
        """
        rpps = self["rpps"].value.replace(" ", "") if self._ask_person else ""
        if not rpps or rpps == self._doubted:
            return ""
        self._doubted = rpps
        return rpps_warning(typed_rpps(rpps) or rpps)

    def filled(self) -> Filled:
        """All that the form gives. Raises UsageError, naming what is missing or wrong."""
        account = self.account()
        name, rpps = (self[each].value if self._ask_person else "" for each in ("name", "rpps"))
        return Filled(
            account, self.secret, account.keyring and bool(self.secret), name, rpps.replace(" ", "")
        )

    def account(self) -> Account:
        """The account that the lines add up to. Raises UsageError."""
        address = self["address"].value
        if not address:
            raise UsageError(_("il manque l'adresse de la BAL."))
        if refused := preset_for(address).refused:
            raise UsageError(refused)
        if self.account_access == "imap":
            account = self._imap()
        else:
            path = self["path"].value
            if self.account_access == "files" and not path:
                raise UsageError(_("il manque le chemin des fichiers (Maildir, mbox ou dossier de .eml)."))
            account = Account(
                address,
                access=self.account_access,
                path=Path(path) if self.account_access == "files" else None,
            )
        return check_mailbox(account)

    def _imap(self) -> Account:
        host = self["host"].value
        if not host:
            raise UsageError(
                _("il manque le nom du serveur IMAP."),
                advice=_("« Chercher le serveur » le demande au DNS ; sinon, demandez-le à votre opérateur."),
            )
        port = self["port"].value
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise UsageError(_("le port est un nombre de 1 à 65535 (993 d'ordinaire)."))
        security = cast("Security", self["security"].value)
        if security == "none" and not is_loopback(host):
            raise UsageError(_("sans protection, le mot de passe passerait en clair : choisissez TLS."))
        auth, keeping = cast("Auth", self["auth"].value), self["keeping"].value
        command = tuple(self["command"].value.split()) if self.shows("command") else ()
        if self.shows("command") and not command:
            raise UsageError(_("il manque la commande qui affiche le secret."))
        if auth == "external" and not self["certificate"].value:
            raise UsageError(_("il manque le fichier du certificat."))
        return Account(
            self["address"].value,
            host=host,
            port=int(port or 0),
            security=security,
            username=self["username"].value,
            auth=auth,
            password_command=command if auth == "password" else (),
            token_command=command if auth in _TOKENS else (),
            keyring=auth == "password" and keeping == "keyring",
            ca_file=_path(self["authority"].value),
            client_certificate=_path(self["certificate"].value) if auth == "external" else None,
            client_key=_path(self["key"].value) if auth == "external" else None,
        )


def _made(address: str) -> list[Field]:
    accesses = [
        ("imap", _("par IMAP")),
        ("none", _("sans accès IMAP (webmail)")),
        ("files", _("fichiers exportés, en lecture seule")),
    ]
    securities = [
        ("tls", _("TLS")),
        ("starttls", _("STARTTLS")),
        ("none", _("aucune (cette machine seulement)")),
    ]
    ways = [
        ("password", _("mot de passe")),
        ("xoauth2", _("jeton XOAUTH2")),
        ("oauthbearer", _("jeton OAUTHBEARER")),
        ("external", _("certificat")),
    ]
    keeping = [
        ("ask", _("le demander à chaque fois")),
        ("keyring", _("le garder dans le trousseau du système")),
        ("command", _("le donner par une commande")),
    ]
    return [
        text_field("name", _("Votre nom"), hint=_("Dr Camille EXEMPLE")),
        text_field("rpps", _("Votre numéro RPPS"), hint=_("11 chiffres, facultatif")),
        text_field("address", _("Adresse de la BAL"), address, hint="prenom.nom@medecin.mssante.fr"),
        choice_field("access", _("Lecture"), accesses),
        text_field("host", _("Serveur IMAP")),
        text_field("port", _("Port"), hint=_("993 ; 143 avec STARTTLS")),
        choice_field("security", _("Protection"), securities),
        text_field("username", _("Identifiant"), hint=_("l'adresse, le plus souvent")),
        choice_field("auth", _("Connexion par"), ways),
        text_field("secret", _("Mot de passe"), secret=True),
        choice_field("keeping", _("Le mot de passe"), keeping),
        text_field("command", _("Commande"), hint="pass show mss/camille"),
        text_field("certificate", _("Certificat (PEM)")),
        text_field("key", _("Clé (PEM)"), hint=_("si elle est à part")),
        text_field("authority", _("Autorité (PEM)"), hint=_("facultatif : fichier de l'IGC-Santé")),
        text_field("path", _("Chemin"), hint=_("Maildir, mbox ou dossier de .eml")),
    ]


def _path(text: str) -> Path | None:
    return Path(text) if text else None
