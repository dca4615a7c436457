"""Passwords, asked for when needed and kept in memory only.

Looked for in this order: ``password_command``, ``password_env``, the system's keyring, then the person. No
message holds a secret, nor what a command printed.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Protocol

from balt.config import Account
from balt.errors import BaltError, ConfigError, LoginError
from balt.i18n import _
from balt.text import plain

COMMAND_SECONDS = 30.0
KEYRING_SERVICE = "balt"
_LONGEST = 64 * 1024
_TOKENS = ("xoauth2", "oauthbearer")

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
    ) -> None:
        self.ask = ask
        self._environ = environ
        self._command_seconds = command_seconds
        self._known: dict[str, str] = {}
        self._asking = threading.Lock()

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

    def _find(self, account: Account) -> str:
        if account.password_command:
            secret = self._from_command(account.password_command)
        elif account.password_env:
            secret = self._from_environment(account.password_env)
        elif account.keyring:
            secret = _from_keyring(account.address)
        else:
            return self._from_person(account)
        if "\0" in secret:
            raise LoginError(_("Le mot de passe trouvé contient un caractère impossible (NUL)."))
        return secret

    def _from_command(self, command: tuple[str, ...]) -> str:
        name = plain(PurePath(command[0]).name, 60)
        try:
            code, line = _first_line(command, self._command_seconds)
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


def _first_line(command: tuple[str, ...], seconds: float) -> tuple[int | None, bytes]:
    """Run ``command`` without a shell: its exit code (None when it took too long) and its first line.

    What follows the first line is read and dropped, and what goes to its error output is not kept.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    lines: list[bytes] = []

    def read() -> None:
        # In a thread, for a grandchild may hold the pipe open long after the command was stopped.
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        with process.stdout as output:
            lines.append(output.readline(_LONGEST))
            while output.read(_LONGEST):
                pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(seconds)
    if reader.is_alive():
        process.kill()
        process.wait()
        return None, b""
    try:
        return process.wait(seconds), lines[0] if lines else b""
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None, b""


def _from_keyring(address: str) -> str:
    try:
        import keyring
    except ImportError:
        message = _("Le trousseau du système demande un paquet de plus, « keyring ».")
        advice = _("Installez-le (pip install 'balt[keyring]'), ou indiquez « password_command ».")
        raise ConfigError(message, advice=advice) from None
    try:
        secret: str | None = keyring.get_password(KEYRING_SERVICE, address)
    except Exception:  # every back-end has errors of its own, whose text may hold anything
        message = _("Le trousseau du système n'a pas répondu.")
        advice = _("Déverrouillez-le, ou indiquez « password_command » dans la configuration.")
        raise LoginError(message, advice=advice) from None
    if not secret:
        message = _("Le trousseau du système ne contient pas de mot de passe pour cette BAL.")
        advice = _("Pour l'y mettre : keyring set %(service)s %(address)s")
        names = {"service": KEYRING_SERVICE, "address": address}
        raise LoginError(message, advice=advice % names)
    return secret
