"""Where passwords come from: a command, the environment, the keyring, or the person at the keyboard.

A password lives in memory only; it is never written, printed, or put in an error.
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from typing import Protocol

from balt.config import Account
from balt.errors import ConfigError, LoginError
from balt.i18n import _

COMMAND_SECONDS = 30


class SecretSource(Protocol):
    """Gives the password of an account."""

    def password(self, account: Account) -> str: ...


class Secrets:
    """Asks each source in turn; ``ask`` is the last one, None where nobody can answer."""

    def __init__(
        self, ask: Callable[[Account], str | None] | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.ask = ask
        self._environ = environ
        self._known: dict[str, str] = {}

    def password(self, account: Account) -> str:
        """The password of ``account``; raises LoginError or ConfigError, without any value in them."""
        if account.address not in self._known:
            self._known[account.address] = self._find(account)
        return self._known[account.address]

    def forget(self, account: Account) -> None:
        """Let go of a password that the server refused."""
        self._known.pop(account.address, None)

    def _find(self, account: Account) -> str:
        if account.password_command:
            return _from_command(account)
        if account.password_env:
            value = self._environ.get(account.password_env, "")
            if not value:
                raise ConfigError(
                    _("La variable d'environnement du mot de passe est absente ou vide : %s.")
                    % account.password_env,
                    mailbox=account.address,
                )
            return value
        if account.keyring:
            return _from_keyring(account)
        answer = self.ask(account) if self.ask else None
        if not answer:
            raise LoginError(
                _("Aucun mot de passe n'a été donné."),
                advice=_("Renseignez password_command, password_env ou keyring dans la configuration."),
                mailbox=account.address,
            )
        return answer


def _from_command(account: Account) -> str:
    advice = _("Essayez cette commande dans un terminal ; son texte n'est pas montré ici.")
    try:
        done = subprocess.run(
            list(account.password_command), capture_output=True, timeout=COMMAND_SECONDS, check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        message = _("La commande du mot de passe est introuvable.")
        raise ConfigError(message, advice=advice, mailbox=account.address) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        message = _("La commande du mot de passe n'a pas abouti.")
        raise LoginError(message, advice=advice, mailbox=account.address) from error
    first = done.stdout.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if done.returncode != 0 or not first:
        message = _("La commande du mot de passe n'a rien donné (code %d).") % done.returncode
        raise LoginError(message, advice=advice, mailbox=account.address)
    return first


def _from_keyring(account: Account) -> str:
    try:
        import keyring
    except ImportError as error:
        raise ConfigError(
            _("Le trousseau demande un composant absent."),
            advice=_("Installez-le : pip install 'balt[keyring]'."),
            mailbox=account.address,
        ) from error
    value: str | None = keyring.get_password("balt", account.address)
    if not value:
        raise LoginError(
            _("Le trousseau ne contient pas le mot de passe de cette BAL."),
            advice=_("Ajoutez-le : keyring set balt %s.") % account.address,
            mailbox=account.address,
        )
    return value
