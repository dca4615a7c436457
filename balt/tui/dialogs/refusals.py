"""The secrets that a server refused while a form was open: none of them is sent there again."""

from balt.config import Account
from balt.doctor.model import Check, Result
from balt.errors import LoginError
from balt.i18n import _
from balt.mail.login import refuses_the_secret

_Door = tuple[str, int, str, str, str, str]


class Refusals:
    """Some servers count failed logins, and lock the account after a few. In memory only, and it shows none
    of them. Trials write here from their threads.
    """

    def __init__(self) -> None:
        self._known: set[tuple[_Door, str]] = set()

    def note(self, account: Account, secrets: list[str], check: Check) -> None:
        """Keep the secrets that were handed out, if this check tells that the server refused them."""
        if check.id == "login" and check.result is Result.FAILURE and refuses_the_secret(check.sentence):
            self._known.update((_door(account), each) for each in secrets)

    def knows(self, account: Account, secret: str) -> bool:
        """Whether this server refused this secret for this user."""
        return (_door(account), secret) in self._known

    def require_new(self, account: Account, secret: str) -> str:
        """The secret, when it was not refused yet; LoginError otherwise."""
        if self.knows(account, secret):
            raise LoginError(
                _("ce serveur a déjà refusé ce mot de passe ou ce jeton."),
                advice=_("balt ne l'envoie pas une seconde fois : changez-le, ou corrigez l'identifiant."),
            )
        return secret


def _door(account: Account) -> _Door:
    """Where a secret is sent, and as whom; neither what the form calls it nor where it is kept."""
    return (
        account.host.casefold(),
        account.port,
        account.security,
        account.username,
        account.authorization_identity,
        account.auth,
    )
