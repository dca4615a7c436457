"""The command line of what checks the directory: its anomalies, and the white list of domains."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import add_formats, command
from balt.i18n import _


def add_checks(actions: Any) -> None:
    """``balt directory anomalies`` and ``balt directory white-list``."""
    _anomalies(actions)
    _white_list(actions)


def _anomalies(actions: Any) -> None:
    parser = command(
        actions,
        "anomalies",
        _("relever ce qui paraît faux dans l'Annuaire Santé, et quoi faire"),
        _("Sans BAL ni option : les vôtres. L'annuaire ne dit jamais si une BAL est lue."),
    )
    parser.add_argument("mailboxes", nargs="*", metavar="BAL", help=_("une adresse, ou une BAL configurée"))
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--rpps", default="", metavar="N", help=_("les BAL d'une personne"))
    part.add_argument("--finess", default="", metavar="N", help=_("les BAL d'une structure"))
    part.add_argument("--domain", default="", metavar=_("DOMAINE"), help=_("les BAL d'un domaine"))
    parser.add_argument("--strict", action="store_true", help=_("code de sortie 1 s'il y a une anomalie"))
    add_formats(parser)


def _white_list(actions: Any) -> None:
    parser = command(
        actions,
        "white-list",
        _("la liste des domaines de l'espace de confiance, gardée ici"),
        _("Elle sert à avertir, jamais à refuser."),
    )
    kinds = parser.add_subparsers(dest="list_action", metavar=_("ACTION"), title=_("actions"), required=True)
    show = command(kinds, "show", _("dire quelle liste sert, et son âge"))
    add_formats(show)
    load = command(
        kinds,
        "import",
        _("garder une copie du fichier listeblanchemssante.xml"),
        _("L'ancienne copie reste si le fichier ne convient pas."),
    )
    load.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("le fichier de la liste blanche"))
    add_formats(load)
