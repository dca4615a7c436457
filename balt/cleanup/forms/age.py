"""Messages encrypted to somebody's key, in the age format (age-encryption.org/v1), by the library pyrage.

The library is an extra of balt: who does not encrypt does not need it. Keys are X25519 ones, ``age1…``; their
secrets are files as ``age-keygen`` writes them, and no error holds anything of what is in them.
"""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from balt.errors import UsageError
from balt.i18n import _
from balt.text import plain

_MOST = 64 * 1024
_PREFIX = "AGE-SECRET-KEY-1"


class CannotDecryptError(Exception):
    """Octets that none of the keys opens, or that were changed."""


class Recipients:
    """Who can read what is encrypted: public keys, one at least. UsageError for what is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise UsageError(
                _("il faut la clé publique d'un destinataire."),
                advice=_(
                    "Donnez-la : --encrypt-to age1…, ou recipients sous [archive] dans la configuration."
                ),
            )
        self._age = _library()
        self.keys = tuple(dict.fromkeys(keys))
        self._recipients = [self._read(key) for key in self.keys]

    def encrypt(self, octets: bytes) -> bytes:
        """The octets, encrypted to all of them."""
        sealed: bytes = self._age.encrypt(octets, self._recipients)
        return sealed

    def _read(self, key: str) -> Any:
        try:
            return self._age.x25519.Recipient.from_str(key)
        except self._age.RecipientError as error:
            shown = (
                plain(key, 80) if key.startswith("age1") else "…"
            )  # a secret one may stand there by mistake
            raise UsageError(
                _("« %s » n'est pas une clé publique age.") % shown,
                advice=_("Elle commence par age1 ; « age-keygen » la donne. Jamais la clé secrète."),
            ) from error


class Identities:
    """The secret keys of a file; UsageError where it cannot be read or holds none."""

    def __init__(self, file: Path) -> None:
        self._age = _library()
        try:
            with file.open("rb") as opened:
                lines = opened.read(_MOST).decode("utf-8", "replace").split()
        except OSError as error:
            raise UsageError(
                _("le fichier de la clé ne peut pas être lu : %s.")
                % plain(error.strerror or type(error).__name__)
            ) from error
        try:
            secrets = [line for line in lines if line.startswith(_PREFIX)]
            self._identities = [self._age.x25519.Identity.from_str(secret) for secret in secrets]
        except self._age.IdentityError:
            self._identities = []
        if not self._identities:
            raise UsageError(
                _("ce fichier ne contient pas de clé secrète age."),
                advice=_("Donnez celui que « age-keygen » a écrit, non protégé par un mot de passe."),
            )

    def decrypt(self, octets: bytes) -> bytes:
        """What was encrypted; CannotDecryptError where none of these keys opens it."""
        try:
            opened: bytes = self._age.decrypt(octets, self._identities)
        except self._age.DecryptError as error:
            raise CannotDecryptError from error
        return opened


def _library() -> ModuleType:
    try:
        import pyrage  # an extra
    except ImportError as error:
        raise UsageError(
            _("le chiffrement demande une bibliothèque qui n'est pas installée (pyrage)."),
            advice=_("Installez-la avec balt : pip install 'balt[age]'."),
        ) from error
    library: ModuleType = pyrage
    return library
