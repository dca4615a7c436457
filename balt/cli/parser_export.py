"""The arguments of ``balt export``."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import add_formats, add_mailboxes, command
from balt.i18n import _


def add_export(commands: Any) -> None:
    """Add the command."""
    parser = command(
        commands,
        "export",
        _("remettre au logiciel métier les documents des messages : PDF, CDA, images, avec un index"),
        _("Aucun message n'est changé ni marqué. Ce qui a déjà été remis ne l'est pas une seconde fois."),
    )
    add_mailboxes(parser, needed=True)
    parser.add_argument("--folder", metavar=_("DOSSIER"), help=_("ce dossier seulement"))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--filter", metavar=_("FILTRE"), help=_("par exemple 'has:xdm newer:30d in:INBOX'"))
    which.add_argument(
        "--uids", action="append", metavar="F:1,2,5-9", help=_("ces messages d'un dossier ; répétable")
    )
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar=_("DOSSIER"),
        help=_("où créer le dossier de cette remise"),
    )
    add_documents(parser)
    add_formats(parser, csv=False)


def add_documents(parser: Any) -> None:
    """How documents are taken, whatever they come out of."""
    parser.add_argument(
        "--name", metavar=_("MODÈLE"), help=_("documents : le nom des fichiers, {date}_{type}_{number}")
    )
    parser.add_argument(
        "--again", action="store_true", help=_("documents : reprendre aussi ce qui a déjà été remis")
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help=_("documents : toutes les pièces jointes, images de la page comprises"),
    )
