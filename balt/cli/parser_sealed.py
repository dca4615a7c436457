"""The arguments about encrypted copies of an archive."""

from pathlib import Path
from typing import Any

from balt.i18n import _


def add_encryption(parser: Any) -> None:
    """For whom a copy is encrypted, and the key that opens one."""
    parser.add_argument(
        "--encrypt-to",
        action="append",
        metavar="age1…",
        help=_("age : la clé publique d'un destinataire ; répétable"),
    )
    add_identity(parser)


def add_identity(parser: Any) -> None:
    """The key that opens an encrypted copy."""
    parser.add_argument(
        "--identity",
        type=Path,
        metavar=_("CLÉ"),
        help=_("copie chiffrée : le fichier de la clé secrète, comme age-keygen l'écrit"),
    )
