"""Reading ``config.toml``: what may stand in it, and what to say when it cannot be used."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from balt.config.followed import KEYS as FOLLOWED
from balt.config.followed import followed_tables, refuse_duplicates
from balt.config.lines import key_lines
from balt.config.model import (
    Account,
    ArchiveSettings,
    Config,
    DirectorySettings,
    ExportSettings,
    IndexSettings,
    JournalSettings,
    Keep,
    Person,
    PublishSettings,
    Thresholds,
)
from balt.config.providers import KEYS as PROVIDER
from balt.config.providers import providers
from balt.config.syntax import syntax_error
from balt.config.table import Source, Table, config_error
from balt.i18n import LANGUAGES, _

_LARGEST_FILE = 16 * 1024 * 1024
_LONGEST_AGE = 36_500  # days: a century
_LEAST_MONTHS, _MOST_MONTHS = 6, 1_200  # six months of traces are recommended: SC.MSS/CONF.17-18
_DEEPEST = 8  # no table that may stand in the file is as deep
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[\w-]+(\.[\w-]+)*")
_RPPS = re.compile(r"8?(\d{11})", re.ASCII)  # bare, or as a national identifier (IDNPS)

_TOP = (
    *("language", "person", "mailbox", "directory", "thresholds", "index", "archive", "export", "journal"),
    *("publish", "provider", "followed"),
)
_PERSON = ("name", "rpps")
_MAILBOX = (
    "address",
    "host",
    "port",
    "security",
    "username",
    "access",
    "path",
    "auth",
    "token_command",
    "timeout",
    "password_command",
    "password_env",
    "keyring",
    "authorization_identity",
    "ca_file",
    "client_certificate",
    "client_key",
    "quota",
    "read_only",
    "sieve",
    "sieve_host",
    "sieve_port",
)
_DIRECTORY = (
    *("extraction", "base_url", "api_key_command", "api_key_env"),
    *("update_url", "update_ca_file", "white_list"),
)
_THRESHOLDS = ("inactive_after_days", "old_after_days", "large_attachment", "quota_warning", "quota_alert")
_INDEX = ("keep",)
_ARCHIVE = ("folder", "recipients")
_JOURNAL = ("keep_months",)
_PARTS = {
    "": ("language",),
    "[person]": _PERSON,
    "[[mailbox]]": _MAILBOX,
    "[directory]": _DIRECTORY,
    "[thresholds]": _THRESHOLDS,
    "[index]": _INDEX,
    "[archive]": _ARCHIVE,
    "[export]": ("name",),
    "[journal]": _JOURNAL,
    "[publish]": ("templates",),
    "[[provider]]": PROVIDER,
    "[[followed]]": FOLLOWED,
}
_SECRETS = {
    "password": "password_command",
    "passwd": "password_command",
    "mot_de_passe": "password_command",
    "secret": "password_command",
    "token": "token_command",
    "access_token": "token_command",
    "api_key": "api_key_command",
    "apikey": "api_key_command",
}


def load_config(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError when it is missing, cannot be read or cannot be used."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise config_error(path, _("ce fichier de configuration n'existe pas.")) from None
    except IsADirectoryError:
        raise config_error(path, _("c'est un dossier, pas un fichier de configuration.")) from None
    except PermissionError:
        if path.is_dir():  # what Windows answers for a folder
            raise config_error(path, _("c'est un dossier, pas un fichier de configuration.")) from None
        advice = _("Vérifiez ses droits et ceux de son dossier.")
        raise config_error(path, _("ce fichier ne peut pas être lu."), advice=advice) from None
    except (OSError, ValueError):  # ValueError: a NUL in the name
        raise config_error(path, _("ce fichier ne peut pas être lu.")) from None
    return read_config(content, path)


def read_config(content: bytes, path: Path) -> Config:
    """The configuration in the octets of the file ``path``. Raises ConfigError when it cannot be used."""
    if len(content) > _LARGEST_FILE:
        raise config_error(path, _("ce fichier est trop gros pour une configuration (plus de 16 Mo)."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        advice = _("Enregistrez-le de nouveau en choisissant l'encodage UTF-8.")
        raise config_error(path, _("ce fichier n'est pas en UTF-8."), line=line, advice=advice) from None
    return parse_config(text, path)


def parse_config(text: str, file: Path) -> Config:
    """The configuration that ``text`` gives; relative paths start from the folder of ``file``."""
    try:
        values = tomllib.loads(text)
        source = Source(file, key_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise syntax_error(file, text, str(error)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        raise config_error(file, _("ce fichier contient une valeur beaucoup trop grande.")) from None
    _refuse_secrets(source, values, ())
    top = Table(source, (), values, _where(""))
    if "mailboxes" in values and "mailbox" not in values:
        raise source.error(("mailboxes",), _("écrivez [[mailbox]], au singulier, une fois par BAL."))
    top.refuse_unknown(_TOP, _homes(""))
    config = Config(
        language=top.choice("language", LANGUAGES, "") or None,
        person=_person(_table(source, values, "person")),
        accounts=tuple(_accounts(source, values)),
        followed=tuple(map(_address, _followed(source, values))),
        directory=_directory(_table(source, values, "directory")),
        thresholds=_thresholds(_table(source, values, "thresholds")),
        index=_index(_table(source, values, "index")),
        archive=_archive(_table(source, values, "archive")),
        export=ExportSettings(_table(source, values, "export").text("name")),
        journal=_journal(_table(source, values, "journal")),
        publish=PublishSettings(_table(source, values, "publish").path("templates")),
        providers=providers(source, values, _where("[[provider]]"), _homes("[[provider]]")),
        file=file,
    )
    refuse_duplicates(source, config)
    return config


def _refuse_secrets(source: Source, values: Mapping[str, object], path: tuple[str | int, ...]) -> None:
    """A secret written in the file is refused wherever it stands, with the way to do without."""
    for key, value in values.items():
        here = (*path, key)
        instead = _SECRETS.get(key.lower())
        if instead is not None:
            sentence = _("« %s » : un secret ne s'écrit jamais dans ce fichier.") % key
            advice = _("Retirez-le et indiquez « %s », une commande qui l'affiche ; sinon balt le demandera.")
            raise source.error(here, sentence, advice % instead)
        if len(here) > _DEEPEST:
            continue
        if isinstance(value, dict):
            _refuse_secrets(source, value, here)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _refuse_secrets(source, item, (*here, index))


def _where(part: str) -> str:
    """A part of the file in a sentence."""
    return _("dans %s") % part if part else _("en tête du fichier")


def _homes(but: str) -> dict[str, tuple[str, ...]]:
    """Where each key belongs, to tell someone who put it in the part ``but``."""
    return {_where(part): keys for part, keys in _PARTS.items() if part != but}


def _table(source: Source, values: Mapping[str, object], name: str) -> Table:
    content = values.get(name, {})
    part = f"[{name}]"
    if not isinstance(content, dict):
        sentence = _("« %(name)s » ne convient pas ; attendu : une ligne %(part)s, puis ses clés.")
        raise source.error((name,), sentence % {"name": name, "part": part})
    table = Table(source, (name,), content, _where(part))
    table.refuse_unknown(_PARTS[part], _homes(part))
    return table


def _person(table: Table) -> Person:
    """A number that is none stops nothing: whoever shows what depends on it tells of it."""
    name, typed = table.text("name"), table.text("rpps")
    number = _RPPS.fullmatch("".join(typed.split()))
    return Person(name, number[1]) if number else Person(name, mistyped=typed)


def _accounts(source: Source, values: Mapping[str, object]) -> list[Account]:
    content = values.get("mailbox", [])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        sentence = _("chaque BAL commence par une ligne [[mailbox]], avec deux crochets de chaque côté.")
        raise source.error(("mailbox",), sentence)
    accounts = []
    for index, item in enumerate(content):
        table = Table(source, ("mailbox", index), item, _where("[[mailbox]]"))
        table.refuse_unknown(_MAILBOX, _homes("[[mailbox]]"))
        accounts.append(_account(table))
    return accounts


def _account(table: Table) -> Account:
    account = Account(
        address=_address(table),
        host=table.text("host"),
        port=table.whole("port", 0, 1, 65_535),
        security=table.choice("security", ("tls", "starttls", "none"), "tls"),
        username=table.text("username"),
        access=table.choice("access", ("imap", "none", "files"), "imap"),
        auth=table.choice("auth", ("password", "xoauth2", "oauthbearer", "external"), "password"),
        password_command=table.command("password_command"),
        password_env=table.variable("password_env"),
        keyring=table.flag("keyring"),
        token_command=table.command("token_command"),
        timeout=table.seconds("timeout", 60.0, 3600),
        authorization_identity=table.text("authorization_identity"),
        ca_file=table.path("ca_file"),
        client_certificate=table.path("client_certificate"),
        client_key=table.path("client_key"),
        quota=table.size("quota"),
        read_only=table.flag("read_only"),
        path=table.path("path"),
        sieve=table.flag("sieve", True),
        sieve_host=_server(table, "sieve_host"),
        sieve_port=table.whole("sieve_port", 4190, 1, 65_535),
    )
    _check_account(table, account)
    return account


def _followed(source: Source, values: Mapping[str, object]) -> list[Table]:
    return followed_tables(source, values, _where("[[followed]]"), _homes("[[followed]]"))


def _address(table: Table) -> str:
    address = table.text("address")
    if not address:
        raise table.error("address", _("il manque « address », l'adresse de cette BAL."))
    if len(address) > 254 or not _ADDRESS.fullmatch(address):  # RFC 5321 section 4.5.3.1.3
        sentence = _(
            "« address » ne convient pas ; attendu : une adresse, comme prenom.nom@medecin.mssante.fr."
        )
        raise table.error("address", sentence)
    return address


def _check_account(table: Table, account: Account) -> None:
    """What holds between the keys of one BAL."""
    if account.access == "files" and account.path is None:
        raise table.error("access", _('il manque « path », nécessaire avec access = "files".'))
    if account.access == "imap":
        _check_host(table, account)
    if account.auth in ("xoauth2", "oauthbearer") and not account.token_command:
        sentence = _('il manque « token_command », nécessaire avec auth = "%s".') % account.auth
        raise table.error("auth", sentence)
    if account.auth == "external" and account.client_certificate is None:
        sentence = _('il manque « client_certificate », nécessaire avec auth = "external".')
        raise table.error("auth", sentence)
    if account.client_key is not None and account.client_certificate is None:
        raise table.error("client_key", _("il manque « client_certificate », qui va avec « client_key »."))


def _server(table: Table, key: str) -> str:
    """The name of a server beside ``host``; "" when not given."""
    host = table.text(key)
    if host and not _is_server(host):
        raise table.error(key, _("« %s » ne convient pas ; attendu : le nom du serveur seul.") % key)
    return host


def _is_server(host: str) -> bool:
    return _is_ip_address(host) or re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host) is not None


def _check_host(table: Table, account: Account) -> None:
    host = account.host
    if not host:
        advice = _('Pour une BAL sans accès IMAP, écrivez access = "none".')
        raise table.error("host", _("il manque « host », le nom du serveur IMAP."), advice)
    if not _is_server(host):
        sentence = _(
            "« host » ne convient pas ; attendu : le nom du serveur seul (le port se donne avec « port »)."
        )
        raise table.error("host", sentence)
    if account.security == "none" and not is_loopback(host):
        sentence = _('security = "none" n\'est permis que vers cette machine (127.0.0.1, ::1 ou localhost).')
        advice = _('Ailleurs, le mot de passe et les messages passeraient en clair : choisissez "tls".')
        raise table.error("security", sentence, advice)


def is_loopback(host: str) -> bool:
    """Whether a host given in the configuration is this machine."""
    return host.lower() == "localhost" or (_is_ip_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _directory(table: Table) -> DirectorySettings:
    default = DirectorySettings()
    base_url = table.text("base_url") or default.base_url
    update_url = table.text("update_url")
    if not _is_safe_url(base_url):
        sentence = _("« base_url » ne convient pas ; attendu : une adresse qui commence par https://.")
        raise table.error("base_url", sentence)
    if update_url and not _is_safe_url(update_url):
        sentence = _("« update_url » ne convient pas ; attendu : une adresse qui commence par https://.")
        raise table.error("update_url", sentence)
    return DirectorySettings(
        extraction=table.path("extraction"),
        base_url=base_url,
        api_key_command=table.command("api_key_command"),
        api_key_env=table.variable("api_key_env"),
        update_url=update_url,
        update_ca_file=table.path("update_ca_file"),
        white_list=table.path("white_list"),
    )


def _is_safe_url(url: str) -> bool:
    """https, or http to this machine; without a user name, which could hold a secret."""
    from urllib.parse import urlsplit  # here: most configurations do without

    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _thresholds(table: Table) -> Thresholds:
    default = Thresholds()
    chosen = Thresholds(
        inactive_after_days=table.whole("inactive_after_days", default.inactive_after_days, 1, _LONGEST_AGE),
        old_after_days=table.whole("old_after_days", default.old_after_days, 1, _LONGEST_AGE),
        large_attachment=table.size("large_attachment") or default.large_attachment,
        quota_warning=table.whole("quota_warning", default.quota_warning, 1, 100),
        quota_alert=table.whole("quota_alert", default.quota_alert, 1, 100),
    )
    if chosen.quota_warning >= chosen.quota_alert:
        key = "quota_warning" if table.has("quota_warning") else "quota_alert"
        sentence = _("« quota_warning » (%(warning)d) doit être plus petit que « quota_alert » (%(alert)d).")
        figures = {"warning": chosen.quota_warning, "alert": chosen.quota_alert}
        raise table.error(key, sentence % figures)
    return chosen


def _archive(table: Table) -> ArchiveSettings:
    return ArchiveSettings(folder=table.path("folder"), recipients=table.texts("recipients", "age1…"))


def _index(table: Table) -> IndexSettings:
    return IndexSettings(keep=table.choice("keep", tuple(Keep), Keep.FIGURES))


def _journal(table: Table) -> JournalSettings:
    months = table.whole("keep_months", 0, 0, _MOST_MONTHS)
    if 0 < months < _LEAST_MONTHS:
        sentence = _("« keep_months » ne convient pas ; attendu : %d mois au moins, ou 0 pour tout garder.")
        raise table.error("keep_months", sentence % _LEAST_MONTHS)
    return JournalSettings(months)
