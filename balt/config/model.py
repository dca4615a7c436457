"""What the configuration says, as values. Sizes are octets, ages are days, time-outs seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from balt.errors import UsageError
from balt.i18n import _
from balt.text import fold, plain

Security = Literal["tls", "starttls", "none"]
Access = Literal["imap", "none", "files"]
Auth = Literal["password", "xoauth2", "oauthbearer", "external"]

MIB = 1024 * 1024
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Account:
    """One ``[[mailbox]]``. ``port`` 0 means the usual one (993 with TLS, 143 without); ``username`` "" means
    the address; ``{address}`` in ``username`` and ``authorization_identity`` stands for the address.
    ``timeout`` is in seconds without progress; ``quota`` is the limit given by hand, in octets.
    ``sieve`` tells whether ManageSieve may be tried, at ``sieve_host`` ("": ``host``), port ``sieve_port``.
    """

    address: str
    host: str = ""
    port: int = 0
    security: Security = "tls"
    username: str = ""
    access: Access = "imap"
    auth: Auth = "password"
    password_command: tuple[str, ...] = ()
    password_env: str = ""
    keyring: bool = False
    token_command: tuple[str, ...] = ()
    timeout: float = 60.0
    authorization_identity: str = ""
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    quota: int | None = None
    read_only: bool = False
    path: Path | None = None
    sieve: bool = True
    sieve_host: str = ""
    sieve_port: int = 4190

    def __post_init__(self) -> None:
        port = self.port or (993 if self.security == "tls" else 143)
        object.__setattr__(self, "port", port)
        object.__setattr__(self, "username", self._filled(self.username or self.address))
        object.__setattr__(self, "authorization_identity", self._filled(self.authorization_identity))

    def _filled(self, text: str) -> str:
        return text.replace("{address}", self.address)

    @property
    def opens_unasked(self) -> bool:
        """Whether it can be read without asking anybody for a password."""
        given = self.password_command or self.password_env or self.keyring or self.token_command
        return bool(given) or self.auth == "external" or self.access == "files"

    @property
    def discreet(self) -> bool:
        """Whether someone else than the holder enters (another authorization identity, RFC 4616, or a master
        user): subjects, names and content are then never shown.
        """
        other = self.authorization_identity not in ("", self.username)
        return other or "*" in self.username


@dataclass(frozen=True, slots=True)
class Person:
    """Whose BAL these are. ``rpps`` has 11 digits, or is "": what stands in its place and cannot be such a
    number is ``mistyped``.
    """

    name: str = ""
    rpps: str = ""
    mistyped: str = ""


class ContactKind(StrEnum):
    """What the provider of a BAL is: a MSSanté operator, a regional one, a hospital's own IT, a vendor."""

    OPERATOR = "operator"
    GRADES = "grades"
    DSI = "dsi"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Contact:
    """One ``[[provider]]``: whom to write to about the BAL of these domains (in lower case)."""

    domains: tuple[str, ...] = ()
    kind: ContactKind = ContactKind.OPERATOR
    name: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """Where the Annuaire Santé is read. ``extraction`` is a file copied by hand; ``update_url`` is where one
    is downloaded from ("" for the usual place), ``update_ca_file`` the only authority trusted there.
    ``white_list`` is a file with the domains of the trust space.
    """

    extraction: Path | None = None
    base_url: str = "https://gateway.api.esante.gouv.fr/fhir/v2"
    api_key_command: tuple[str, ...] = ()
    api_key_env: str = ""
    update_url: str = ""
    update_ca_file: Path | None = None
    white_list: Path | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Local choices, never an official rule: days, octets and percentages of the quota."""

    inactive_after_days: int = 365
    old_after_days: int = 1095
    large_attachment: int = 5 * MIB
    quota_warning: int = 80
    quota_alert: int = 95


class Keep(StrEnum):
    """What balt keeps of messages on this computer, to open a BAL quicker the next time: nothing; sizes,
    dates, flags and what they carry; or what the server tells of sender, subject and structure too.
    """

    NOTHING = "nothing"
    FIGURES = "figures"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """The local index of messages."""

    keep: Keep = Keep.FIGURES


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Where the app archives messages, None for a folder of balt's own; and the public keys (age) to which
    encrypted copies are made.
    """

    folder: Path | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How files of documents are named; "" for balt's own way."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """How many months the lines of the journal are kept; 0: always."""

    keep_months: int = 0


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """The folder of the templates that a person wrote, None for the usual one: ``templates`` beside the file
    of the configuration.
    """

    templates: Path | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. ``followed`` are addresses of somebody else's BAL, which the directory is
    asked about and nothing more. ``file`` is where it was read; None when there is none.
    """

    language: str | None = None
    person: Person = field(default_factory=Person)
    accounts: tuple[Account, ...] = ()
    directory: DirectorySettings = field(default_factory=DirectorySettings)
    thresholds: Thresholds = field(default_factory=Thresholds)
    index: IndexSettings = field(default_factory=IndexSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    export: ExportSettings = field(default_factory=ExportSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    providers: tuple[Contact, ...] = ()
    followed: tuple[str, ...] = ()
    file: Path | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every BAL that the file names, one's own first, in lower case."""
        return tuple(each.lower() for each in (*(own.address for own in self.accounts), *self.followed))

    def follows(self, address: str) -> bool:
        """Whether this is somebody else's BAL that is followed (case does not count)."""
        return any(fold(each) == fold(address) for each in self.followed)

    def account(self, name: str) -> Account:
        """The BAL of this address, or of this beginning of an address when only one has it (case does not
        count). Raises UsageError otherwise, naming the addresses that could be meant.
        """
        address = named(name, [each.address for each in self.accounts])
        if address:
            return next(each for each in self.accounts if each.address == address)
        message = _("Aucune BAL ne s'appelle « %s ».") % plain(name, 80)
        if self.follows(name):
            message = _("« %s » est la BAL de quelqu'un d'autre, suivie dans l'annuaire.") % plain(name, 80)
        if not self.accounts:
            raise UsageError(message, advice=_("La configuration n'en contient aucune."))
        raise UsageError(message, advice=_candidates([each.address for each in self.accounts]))


def named(name: str, addresses: Iterable[str]) -> str:
    """The one of these addresses that a name is, or that alone begins by it (case does not count); "" for
    none. Raises UsageError where it begins several, naming them.
    """
    wanted, known = fold(name), list(addresses)
    exact = [each for each in known if fold(each) == wanted]
    found = exact or [each for each in known if wanted and fold(each).startswith(wanted)]
    if len(found) > 1:
        raise UsageError(_("« %s » désigne plusieurs BAL.") % plain(name, 80), advice=_candidates(found))
    return found[0] if found else ""


def _candidates(addresses: list[str]) -> str:
    names = ", ".join(plain(each, 80) for each in addresses[:_SHOWN])
    return _("Précisez : %s.") % (names + (", …" if len(addresses) > _SHOWN else ""))
