"""The arguments of ``balt usage``."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import add_formats, command, day
from balt.i18n import _


def add_usage(commands: Any) -> None:
    """``balt usage`` and its actions."""
    parser = command(
        commands,
        "usage",
        _("tenir compte des statistiques d'un opérateur : connexions, place, quota de chaque BAL"),
        _("Seules vos BAL sont retenues : celles de la configuration, et les vôtres dans l'annuaire."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    load = command(
        actions,
        "import",
        _("lire un tableau CSV"),
        _("Les colonnes sont reconnues à leurs titres, ou dites une fois par --map, et retenues."),
    )
    load.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("le tableau"))
    load.add_argument(
        "--map",
        default="",
        metavar="address=COL,…",
        help=_("les colonnes : address, last_login, used, quota, percent, last_received ; used=COL:Mo"),
    )
    load.add_argument(
        "--taken-on", type=day, metavar=_("AAAA-MM-JJ"), help=_("le jour où la statistique a été faite")
    )
    load.add_argument("--dry-run", action="store_true", help=_("montrer seulement, sans rien retenir"))
    add_formats(load, csv=False)
    add_formats(command(actions, "show", _("les chiffres retenus, avec leur jour")))
    command(actions, "forget", _("oublier ces chiffres, et ce que veulent dire les colonnes"))
