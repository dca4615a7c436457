"""The configuration: a TOML file that a person edits, read and checked, never rewritten.

Every error names the file, the line, the key, and the nearest known key; it never shows a value that could
be a secret.
"""

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from balt.config_lines import KeyPath, key_lines
from balt.errors import ConfigError, UsageError
from balt.i18n import LANGUAGES, _
from balt.text import plain
from balt.units import parse_size

T = TypeVar("T")

_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")
_SECRET_KEYS = ("password", "passwd", "secret", "token", "api_key", "mot_de_passe")


@dataclass(frozen=True, slots=True)
class Account:
    """One ``[[mailbox]]``: an address and how to reach it. ``quota`` is in octets, ``timeout`` in seconds.

    ``username`` is the address by default; ``port`` is 993 with TLS, else 143.
    """

    address: str
    host: str = ""
    port: int = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = ""
    access: Literal["imap", "none", "files"] = "imap"
    auth: Literal["password", "xoauth2", "oauthbearer", "external"] = "password"
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

    @property
    def discreet(self) -> bool:
        """Whether another than the holder enters, by a master user or another's authorization identity:
        sizes, dates and counts are then shown, never subjects, names or content.
        """
        other = bool(self.authorization_identity) and self.authorization_identity != self.username
        return other or "*" in self.username


@dataclass(frozen=True, slots=True)
class Person:
    """Whose BAL these are."""

    name: str = ""
    rpps: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Local choices, never an official rule. Days, octets, percent of the quota."""

    inactive_after_days: int = 365
    old_after_days: int = 1095
    large_attachment: int = 5 * 1024**2
    quota_warning: int = 80
    quota_alert: int = 95


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """How to reach the Annuaire Santé."""

    extraction: str = ""
    base_url: str = "https://gateway.api.esante.gouv.fr/fhir/v2"
    api_key_command: tuple[str, ...] = ()
    api_key_env: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; ``file`` is where it was read, None when there is none."""

    language: str | None = None
    person: Person = field(default_factory=Person)
    accounts: tuple[Account, ...] = ()
    directory: DirectorySettings = field(default_factory=DirectorySettings)
    thresholds: Thresholds = field(default_factory=Thresholds)
    file: Path | None = None

    def account(self, name: str) -> Account:
        """The BAL with this address, or the only one whose address begins so; UsageError otherwise."""
        found = [a for a in self.accounts if a.address == name]
        found = found or [a for a in self.accounts if name and a.address.startswith(name.lower())]
        if len(found) == 1:
            return found[0]
        known = ", ".join(a.address for a in (found or self.accounts))
        if found:
            message = _("« %s » désigne plusieurs BAL.") % plain(name)
        else:
            message = _("Aucune BAL de la configuration ne commence par « %s ».") % plain(name)
        raise UsageError(message, advice=_("Au choix : %s.") % known if known else "")


def load_config(path: Path) -> Config:
    """Read and check the file; ConfigError says what is wrong, where, and what to do."""
    try:
        source = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            _("%s n'est pas enregistré en UTF-8.") % path,
            advice=_("Enregistrez ce fichier en UTF-8 dans votre éditeur de texte."),
        ) from error
    except FileNotFoundError as error:
        raise ConfigError(
            _("Le fichier de configuration %s n'existe pas.") % path,
            advice=_("Créez-le (voir docs/configuration.md), ou essayez : balt demo."),
        ) from error
    except OSError as error:
        raise ConfigError(_("Le fichier de configuration %s ne peut pas être lu.") % path) from error
    return parse_config(source, path)


def parse_config(text: str, file: Path) -> Config:
    """The configuration that ``text`` holds; ConfigError as ``load_config``."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        place = _("%(file)s, ligne %(line)s") % {"file": file, "line": line[1] if line else "?"}
        raise ConfigError(
            _("%s : ce n'est pas du TOML valide.") % place,
            advice=_("Les textes s'écrivent entre guillemets, les listes entre crochets."),
        ) from error
    return _Reader(file, key_lines(text)).config(data)


class _Reader:
    """Checks each table and builds its values; knows where each key stands."""

    def __init__(self, file: Path, lines: Mapping[KeyPath, int]) -> None:
        self._file = file
        self._lines = lines

    def config(self, data: Mapping[str, Any]) -> Config:
        known = ("language", "person", "mailbox", "directory", "thresholds")
        self._only_known(data, known, (), _("le fichier"))
        language = data.get("language")
        if language is not None and language not in LANGUAGES:
            raise self._wrong(("language",), "language", _("« fr » ou « en »"))
        tables = data.get("mailbox", [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise self._wrong(("mailbox",), "mailbox", _("des sections [[mailbox]], avec deux crochets"))
        accounts = tuple(self._account(table, i) for i, table in enumerate(tables))
        self._distinct(accounts)
        return Config(
            language=language,
            person=self._table(Person(), data, "person"),
            accounts=accounts,
            directory=self._table(DirectorySettings(), data, "directory"),
            thresholds=self._thresholds(data),
            file=self._file,
        )

    def _account(self, table: Mapping[str, Any], number: int) -> Account:
        at: KeyPath = ("mailbox", number)
        self._no_secret(table, at)
        self._only_known(table, [f.name for f in fields(Account)], at, "[[mailbox]]")
        address = table.get("address")
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise self._wrong(
                (*at, "address"), "address", _("l'adresse de la BAL, par exemple nom@domaine.mssante.fr")
            )
        account = self._values(Account(address.lower()), table, at, skip=("address",))
        port = account.port if "port" in table else 993 if account.security == "tls" else 143
        username = (account.username or account.address).replace("{address}", account.address)
        account = replace(account, port=port, username=username)
        self._check_account(account, at)
        return account

    def _check_account(self, account: Account, at: KeyPath) -> None:
        if account.access == "imap" and not account.host:
            raise self._wrong(
                (*at, "host"), "host", _("le nom du serveur IMAP, donné par votre fournisseur de BAL")
            )
        if account.access == "files" and account.path is None:
            raise self._wrong(
                (*at, "path"), "path", _("le dossier Maildir, le fichier mbox ou le dossier de .eml")
            )
        if not 0 < account.port < 65536:
            raise self._wrong((*at, "port"), "port", _("un nombre de 1 à 65535"))
        if account.timeout <= 0:
            raise self._wrong((*at, "timeout"), "timeout", _("un nombre de secondes plus grand que zéro"))
        if account.access == "imap" and account.security == "none" and not is_loopback(account.host):
            raise self._wrong(
                (*at, "security"),
                "security",
                _("« tls » ou « starttls » : sans protection, balt ne parle qu'à cette machine"),
            )
        if bool(account.client_certificate) != bool(account.client_key):
            raise self._wrong(
                (*at, "client_certificate"),
                "client_certificate",
                _("client_certificate et client_key ensemble"),
            )

    def _thresholds(self, data: Mapping[str, Any]) -> Thresholds:
        limits = self._table(Thresholds(), data, "thresholds")
        at: KeyPath = ("thresholds",)
        for name in ("inactive_after_days", "old_after_days", "large_attachment"):
            if getattr(limits, name) <= 0:
                raise self._wrong((*at, name), name, _("un nombre plus grand que zéro"))
        if not 0 < limits.quota_warning < limits.quota_alert <= 100:
            raise self._wrong(
                (*at, "quota_warning"),
                "quota_warning",
                _("un pourcentage plus petit que quota_alert, 100 au plus"),
            )
        return limits

    def _table(self, default: T, data: Mapping[str, Any], name: str) -> T:
        table = data.get(name, {})
        if not isinstance(table, dict):
            raise self._wrong((name,), name, _("une section [%s]") % name)
        self._no_secret(table, (name,))
        self._only_known(table, [f.name for f in fields(default)], (name,), f"[{name}]")  # type: ignore[arg-type]
        return self._values(default, table, (name,))

    def _values(self, default: T, table: Mapping[str, Any], at: KeyPath, skip: tuple[str, ...] = ()) -> T:
        read: dict[str, Any] = {}
        for f in fields(default):  # type: ignore[arg-type]
            if f.name in table and f.name not in skip:
                reader, expected = _kind_of(f.type)
                try:
                    read[f.name] = reader(table[f.name], self._file.parent)
                except ValueError as error:
                    raise self._wrong((*at, f.name), f.name, expected()) from error
        return replace(default, **read)  # type: ignore[type-var]

    def _distinct(self, accounts: tuple[Account, ...]) -> None:
        seen: dict[str, int] = {}
        for number, account in enumerate(accounts):
            if account.address in seen:
                raise self._error(
                    ("mailbox", number, "address"),
                    _("la BAL %s y est déjà.") % account.address,
                    _("Gardez une seule section [[mailbox]] pour chaque adresse."),
                )
            seen[account.address] = number

    def _no_secret(self, table: Mapping[str, Any], at: KeyPath) -> None:
        for key in table:
            if key.lower() in _SECRET_KEYS:
                raise self._error(
                    (*at, key),
                    _("« %s » : aucun secret ne s'écrit dans ce fichier.") % plain(key),
                    _("Utilisez password_command, password_env ou keyring = true ; sinon balt le demande."),
                )

    def _only_known(
        self, table: Mapping[str, Any], known: "list[str] | tuple[str, ...]", at: KeyPath, where: str
    ) -> None:
        for key in table:
            if key in known:
                continue
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            advice = (
                _("Vouliez-vous dire « %s » ?") % near[0]
                if near
                else _("Clés possibles : %s.") % ", ".join(known)
            )
            message = _("clé inconnue « %(key)s » dans %(where)s.") % {"key": plain(key), "where": where}
            raise self._error((*at, key), message, advice)

    def _wrong(self, at: KeyPath, key: str, expected: str) -> ConfigError:
        return self._error(at, _("« %s » n'a pas la valeur attendue.") % key, _("Attendu : %s.") % expected)

    def _error(self, at: KeyPath, message: str, advice: str) -> ConfigError:
        path = at
        while path and path not in self._lines:
            path = path[:-1]
        place = _("%(file)s, ligne %(line)d") % {"file": self._file, "line": self._lines.get(path, 1)}
        return ConfigError(f"{place} : {message}", advice=advice)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine, by its name or its address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


_Kind = tuple[Callable[[Any, Path], Any], Callable[[], str]]


def _kind_of(annotation: object) -> _Kind:
    """How to read a value of a field, and how to say what was expected."""
    if getattr(annotation, "__args__", None) and all(isinstance(a, str) for a in annotation.__args__):  # type: ignore[attr-defined]
        choices: tuple[str, ...] = annotation.__args__  # type: ignore[attr-defined]
        return (lambda v, _dir: _choice(v, choices)), lambda: ", ".join(f"« {c} »" for c in choices)
    kinds: dict[object, _Kind] = {
        str: (_text, lambda: _("un texte entre guillemets, sur une ligne")),
        bool: (_bool, lambda: _("true ou false")),
        float: (_number, lambda: _("un nombre")),
        int: (_size, lambda: _("un nombre, ou une taille comme « 5M »")),
        int | None: (_size, lambda: _("une taille comme « 2G »")),
        tuple[str, ...]: (_words, lambda: _('une liste de textes, par exemple ["pass", "show", "mss"]')),
        Path | None: (_path, lambda: _("le chemin d'un fichier, entre guillemets")),
    }
    return kinds[annotation]


def _choice(value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(value)
    return str(value)


def _text(value: Any, _folder: Path) -> str:
    if not isinstance(value, str) or any(c in value for c in "\0\r\n"):
        raise ValueError(type(value))
    return value


def _bool(value: Any, _folder: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError(type(value))
    return value


def _number(value: Any, _folder: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError(type(value))
    return float(value)


def _size(value: Any, _folder: Path) -> int | None:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(type(value))
    return value if isinstance(value, int) else parse_size(value)


def _words(value: Any, _folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and "\0" not in word for word in value):
        raise ValueError(type(value))
    return tuple(value)


def _path(value: Any, folder: Path) -> Path | None:
    text = _text(value, folder)
    return folder / Path(text).expanduser() if text else None
