"""Passwords, tokens and the key of the directory: asked for when needed, kept in memory only.

A password is looked for in this order: what was given in the app, ``password_command``, ``password_env``, the
system's keyring, then the person. No message holds a secret, nor what a command or a keyring said.
"""

import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, Protocol, TypeVar

from balt.command import first_line
from balt.config import Account
from balt.config.model import DirectorySettings
from balt.errors import BaltError, ConfigError, DirectoryError, LoginError
from balt.i18n import _
from balt.text import plain

T = TypeVar("T")
COMMAND_SECONDS = 30.0
KEYRING_SECONDS = 60.0
"""Long enough for a person to unlock it."""
KEYRING_SERVICE = "balt"
_TOKENS = ("xoauth2", "oauthbearer")
_KEY = re.compile(r"[!-~]{1,4096}\Z")
_NO_KEYRING = ("keyring.backends.fail", "keyring.backends.null")
_SAFE_PRIORITY = 1

Ask = Callable[[Account], str | None]
"""Asks the person; None when they would rather not answer."""


class SecretSource(Protocol):
    """Gives the secret that opens an account."""

    def password(self, account: Account) -> str:
        """The password, or a fresh access token; raises LoginError or ConfigError when there is none."""
        ...

    def forget(self, account: Account) -> None:
        """The server refused it: look for it again the next time."""
        ...


class Secrets:
    """The secrets of every account. ``ask`` may be set later, when there is a screen to ask on."""

    def __init__(
        self,
        ask: Ask | None = None,
        environ: Mapping[str, str] = os.environ,
        *,
        command_seconds: float = COMMAND_SECONDS,
        keyring_seconds: float = KEYRING_SECONDS,
    ) -> None:
        self.ask = ask
        self._environ = environ
        self._command_seconds = command_seconds
        self._keyring_seconds = keyring_seconds
        self._known: dict[str, str] = {}
        self._asking = threading.Lock()
        self._api_keys: dict[tuple[tuple[str, ...], str], str] = {}
        self._finding_key = threading.Lock()

    def password(self, account: Account) -> str:
        """The password of an account, or a fresh token where it signs in with one (never kept).

        Raises LoginError when none could be had, ConfigError when the way given to it cannot work.
        """
        try:
            if account.auth in _TOKENS:
                return self._from_command(account.token_command)
            if account.address not in self._known:
                self._known[account.address] = self._find(account)
            return self._known[account.address]
        except BaltError as error:
            error.mailbox = account.address
            raise

    def forget(self, account: Account) -> None:
        """The server refused the password: look for it again the next time."""
        self._known.pop(account.address, None)

    def give(self, account: Account, secret: str) -> None:
        """Take the password that the person just typed, also for an account not in the configuration yet."""
        _require_usable(account, secret)
        self._known[account.address] = secret

    def remember(self, account: Account, secret: str) -> None:
        """Put a password into the system's keyring, because the person asked for it.

        Raises ConfigError where there is no keyring to trust, LoginError when it did not take the password;
        what was known before is known still.
        """
        try:
            if account.auth != "password":
                raise ConfigError(_("Cette BAL n'a pas de mot de passe à garder dans le trousseau."))
            _require_usable(account, secret)
            self._with_keyring(lambda keyring: _store(keyring, account.address, secret))
        except BaltError as error:
            error.mailbox = account.address
            raise
        self.give(account, secret)

    def require_keyring(self, account: Account) -> None:
        """Raise ConfigError, or LoginError when it does not answer, where ``remember`` cannot work."""
        try:
            self._with_keyring(_require_safe)
        except BaltError as error:
            error.mailbox = account.address
            raise

    def keyring_usable(self) -> bool:
        """Whether this machine has a keyring that passwords may be put into; it may still be locked."""
        try:
            self._with_keyring(_require_safe)
        except BaltError:
            return False
        return True

    def api_key(self, settings: DirectorySettings) -> str:
        """The key of the Annuaire Santé; ConfigError where none is indicated or what was found is none,
        DirectoryError when the command that gives it failed.
        """
        where = (settings.api_key_command, settings.api_key_env)
        with self._finding_key:  # one run of the command, however many threads want the key
            if where not in self._api_keys:
                self._api_keys[where] = self._find_api_key(settings)
            return self._api_keys[where]

    def forget_api_key(self) -> None:
        """The directory refused the key: look for it again the next time."""
        with self._finding_key:
            self._api_keys.clear()

    def _find_api_key(self, settings: DirectorySettings) -> str:
        if settings.api_key_command:
            try:
                key = self._from_command(settings.api_key_command)
            except LoginError as error:  # the same words; only it is no matter of a mailbox
                raise DirectoryError(error.message, advice=error.advice) from None
        elif settings.api_key_env:
            key = self._from_environment(settings.api_key_env)
        else:
            message = _("Aucune clé n'est indiquée pour l'Annuaire Santé.")
            advice = _(
                "Indiquez « api_key_command » ou « api_key_env » dans [directory] ; la clé est gratuite, "
                "sur le portail des API de l'ANS."
            )
            raise ConfigError(message, advice=advice)
        if not _KEY.match(key):  # it goes into a header of HTTP, where a line end would begin another one
            message = _("La clé trouvée pour l'Annuaire Santé contient des caractères impossibles.")
            advice = _("Elle doit être seule sur la première ligne, sans espace.")
            raise ConfigError(message, advice=advice)
        return key

    def _find(self, account: Account) -> str:
        if account.password_command:
            secret = self._from_command(account.password_command)
        elif account.password_env:
            secret = self._from_environment(account.password_env)
        elif account.keyring:
            try:
                secret = self._with_keyring(lambda keyring: _fetch(keyring, account.address))
            except _NothingKeptError:
                if self.ask is None:
                    raise
                return self._from_person(account)
        else:
            return self._from_person(account)
        if "\0" in secret:
            raise LoginError(_("Le mot de passe trouvé contient un caractère impossible (NUL)."))
        return secret

    def _from_command(self, command: tuple[str, ...]) -> str:
        name = plain(PurePath(command[0]).name, 60)
        try:
            code, line = first_line(command, self._command_seconds)
        except FileNotFoundError:
            advice = _("Vérifiez son nom dans la configuration.")
            raise ConfigError(_("La commande « %s » est introuvable.") % name, advice=advice) from None
        except OSError:
            raise ConfigError(_("La commande « %s » ne peut pas être lancée.") % name) from None
        advice = _("Lancez-la dans un terminal pour voir ce qu'elle répond.")
        if code is None:
            message = _("La commande « %(name)s » n'avait pas fini au bout de %(n)d s.")
            raise LoginError(message % {"name": name, "n": round(self._command_seconds)}, advice=advice)
        if code != 0:
            message = _("La commande « %(name)s » a échoué (code %(code)d).")
            raise LoginError(message % {"name": name, "code": code}, advice=advice)
        try:
            secret = line.rstrip(b"\r\n").decode("utf-8")
        except UnicodeDecodeError:
            message = _("La première ligne que donne la commande « %s » n'est pas en UTF-8.")
            raise LoginError(message % name) from None
        if not secret:
            message = _("La première ligne que donne la commande « %s » est vide.")
            raise LoginError(message % name, advice=advice)
        return secret

    def _with_keyring(self, work: "Callable[[Any], T]") -> T:
        """What ``work`` does with the keyring, which may want a password of its own, or never answer."""
        results: list[T] = []
        failures: list[Exception] = []

        def ask() -> None:
            try:
                import keyring  # here: it looks for what the machine has, which takes time

                results.append(work(keyring))
            except Exception as error:  # every back-end has errors of its own, whose text may hold anything
                failures.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._keyring_seconds)
        if results:
            return results[0]
        raise _keyring_error(failures[0] if failures else TimeoutError()) from None

    def _from_environment(self, variable: str) -> str:
        secret = self._environ.get(variable, "")
        if not secret:
            message = _("La variable d'environnement « %s » est vide ou n'existe pas.") % variable
            raise ConfigError(message, advice=_("Définissez-la avant de lancer balt."))
        return secret

    def _from_person(self, account: Account) -> str:
        if self.ask is None:
            advice = _(
                "Indiquez « password_command » dans la configuration, ou lancez balt dans un terminal."
            )
            raise LoginError(_("Il faut un mot de passe, et personne ne peut le donner ici."), advice=advice)
        with self._asking:  # one question at a time
            secret = self.ask(account)
        if not secret:
            raise LoginError(_("Aucun mot de passe n'a été donné."))
        return secret


def _require_usable(account: Account, secret: str) -> None:
    if not secret or "\0" in secret:
        raise LoginError(_("Aucun mot de passe utilisable n'a été donné."), mailbox=account.address)


# The keyring


class _NothingKeptError(LoginError):
    """The keyring works, and has no password for this BAL."""


def _fetch(keyring: Any, address: str) -> str:
    """Raises _NothingKeptError when there is nothing for this address."""
    _require_any(keyring)
    secret = keyring.get_password(KEYRING_SERVICE, address)
    if not secret or not isinstance(secret, str):
        message = _("Le trousseau du système ne contient pas de mot de passe pour cette BAL.")
        advice = _("Pour l'y mettre : keyring set %(service)s %(address)s")
        names = {"service": KEYRING_SERVICE, "address": address}
        raise _NothingKeptError(message, advice=advice % names)
    return secret


def _store(keyring: Any, address: str, secret: str) -> None:
    """Raises LoginError unless the password can be read back."""
    _require_safe(keyring)
    keyring.set_password(KEYRING_SERVICE, address, secret)
    if keyring.get_password(KEYRING_SERVICE, address) != secret:
        message = _("Le trousseau du système n'a pas gardé le mot de passe.")
        raise LoginError(message, advice=_instead())


def _require_any(keyring: Any) -> None:
    """Raise ConfigError where the machine has no keyring (the package then has one that does nothing)."""
    if type(keyring.get_keyring()).__module__ in _NO_KEYRING:
        raise _no_keyring()


def _require_safe(keyring: Any) -> None:
    """As ``_require_any``, and refuse what the package itself does not recommend: plain files."""
    _require_any(keyring)
    if keyring.get_keyring().priority < _SAFE_PRIORITY:
        message = _("Le trousseau de cette machine ne protège pas ce qu'on y met.")
        raise ConfigError(message, advice=_instead())


def _no_keyring() -> ConfigError:
    return ConfigError(_("Cette machine n'a pas de trousseau utilisable."), advice=_instead())


def _keyring_error(error: Exception) -> BaltError:
    """What an error of the keyring means; its own text is left aside."""
    if isinstance(error, BaltError):
        return error
    if isinstance(error, ImportError):
        message = _("Le trousseau du système demande un paquet de plus, « keyring ».")
        advice = _("Installez-le (pip install 'balt[keyring]'), ou indiquez « password_command ».")
        return ConfigError(message, advice=advice)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "NoKeyringError" in kinds:
        return _no_keyring()
    if kinds & {"KeyringLocked", "InitError"}:
        message = _("Le trousseau du système est verrouillé.")
    else:
        message = _("Le trousseau du système n'a pas répondu.")
    return LoginError(message, advice=_("Déverrouillez-le, ou indiquez « password_command »."))


def _instead() -> str:
    return _("Indiquez plutôt « password_command » dans la configuration, ou laissez balt demander.")
