"""What every command starts from: the configuration, the secrets, the clock, and where things are kept."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from balt import paths
from balt.clock import Clock, SystemClock
from balt.config import Account, Config, load_config
from balt.errors import BaltError, ClosedError, ConfigError, UsageError
from balt.i18n import _

if TYPE_CHECKING:  # a mistake in the configuration is told without what it takes to read mail
    from balt.mail.sessions import MailSession
    from balt.secrets import Secrets

_WAIT_SECONDS = 1.0
"""For another balt that writes the cases, before a BAL is told to be closed."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a command."""

    config: Config
    secrets: "Secrets"
    clock: Clock
    state_dir: Path
    data_dir: Path

    def accounts(self, names: Sequence[str]) -> list[Account]:
        """The BAL that the arguments name, each once; all of them when there is no argument."""
        if not names:
            return list(self.config.accounts)
        return list(dict.fromkeys(self.config.account(name) for name in names))


def context_of(options: Namespace, *, needed: bool = True) -> Context:
    """The context of a command; raises ConfigError when there is no configuration, unless it is not
    ``needed``: an extraction can be imported and searched on a computer where no BAL is read.
    """
    file = config_file(options)
    if file.exists() or explicit_file(options):
        config = load_config(file)
    elif needed:
        raise _no_configuration(file)
    else:
        config = Config()
    from balt.secrets import Secrets

    return Context(config, Secrets(_ask()), SystemClock(), paths.state_dir(), paths.data_dir())


def config_file(options: Namespace) -> Path:
    """The file of ``--config``, else of BALT_CONFIG, else where it is by default."""
    chosen: Path | None = options.config
    return chosen or paths.config_file()


def explicit_file(options: Namespace) -> bool:
    """Whether somebody asked for that very file, so that its absence is a mistake."""
    return options.config is not None or bool(os.environ.get("BALT_CONFIG"))


def _no_configuration(file: Path) -> ConfigError:
    address, host = _("prenom.nom@domaine.mssante.fr"), _("le serveur IMAP de votre opérateur")
    advice = [
        _("Créez-le, avec au moins :"),
        "    [[mailbox]]",
        f'    address = "{address}"',
        f'    host = "{host}"',
        _("Ou tapez balt : l'application propose d'ajouter une première BAL. Pour un essai : balt demo."),
    ]
    message = _("aucune BAL n'est configurée : le fichier %s n'existe pas.") % file
    return ConfigError(message, advice="\n".join(advice))


def _ask() -> "_Question | None":
    return _Question() if sys.stdin is not None and sys.stdin.isatty() else None


class _Question:
    """Asks the person at the keyboard; an empty answer is none."""

    def __call__(self, account: Account) -> str | None:
        import getpass

        try:
            return getpass.getpass(_("Mot de passe de %s : ") % account.address) or None
        except EOFError:
            return None


def need_mail(account: Account) -> None:
    """Raise UsageError for a BAL whose mail balt cannot reach, neither over IMAP nor in files."""
    if account.access == "none":
        raise UsageError(
            _("cette BAL n'a pas d'accès IMAP dans la configuration (access = « %s »).") % account.access,
            mailbox=account.address,
        )


def ask_first(context: Context, accounts: Sequence[Account]) -> None:
    """Ask the person for the passwords that only they know, before threads begin: a question in the middle
    of other work could not be interrupted. What fails here fails again, and is told, when the BAL is opened.
    """
    for account in accounts:
        if (
            account.access == "imap"
            and account.auth == "password"
            and not (account.password_command or account.password_env or account.keyring)
            and closed_for_good(account, context) is None
        ):
            with suppress(BaltError):
                context.secrets.password(account)


@contextmanager
def session_of(account: Account, context: Context) -> "Iterator[MailSession]":
    """A session on a BAL, in this thread, closed at the end; it remembers by the same index as the app.
    Raises ClosedError where nobody is let in, and that is what its cases wait for.
    """
    from balt.mail.index import index_of
    from balt.mail.sessions import open_session
    from balt.mailboxes.marked import marked
    from balt.mailboxes.marks import LocalMarks

    if not account.opens_unasked and (closed := closed_for_good(account, context)) is not None:
        raise closed  # nobody is asked for the password of a BAL that is no more
    index = index_of(context.data_dir, account, context.clock, context.config.index.keep)
    session = marked(
        open_session(account, lambda: context.secrets.password(account), context.clock, index),
        LocalMarks(context.data_dir, account),
    )
    try:
        try:
            session.open()
        except BaltError as error:
            if (told := as_awaited(error, account, context)) is error:
                raise
            raise told from error
        yield session
    finally:
        session.close()


def as_awaited(error: BaltError, account: Account, context: Context) -> BaltError:
    """The error that opening a BAL ended with; a ClosedError where that is what its cases wait for."""
    from balt.cases import at_rest

    cases = at_rest.cases_noted(context.data_dir, context.clock, _WAIT_SECONDS)
    file, noting = context.config.file, f"balt case tell {account.address} deleted"
    return at_rest.as_awaited(error, account.address, cases, file, context.clock.now(), noting)


def closed_for_good(account: Account, context: Context) -> ClosedError | None:
    """That a BAL was noted as deleted, and what is left to do; None of one that was not."""
    from balt.cases import at_rest

    cases = at_rest.cases_noted(context.data_dir, context.clock, _WAIT_SECONDS)
    return at_rest.closed_for_good(account.address, cases, context.config.file, context.clock.now())
