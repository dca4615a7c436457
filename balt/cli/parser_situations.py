"""The arguments of ``balt situations`` and ``balt supports``."""

from typing import Any

from balt.cli.parser_parts import Parser, add_formats, command, day
from balt.i18n import _


def add_situations(commands: Any) -> None:
    """``balt situations`` and its actions."""
    parser = command(
        commands, "situations", _("choisir la BAL privilégiée de chaque situation d'exercice, et le vérifier")
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True, title=_("actions"))
    shown = command(
        actions, "list", _("chaque situation, sa BAL par défaut et par genre de prescription, les doutes")
    )
    shown.add_argument("--no-mail", action="store_true", help=_("sans ouvrir les BAL : l'annuaire seulement"))
    add_formats(shown)
    added = command(actions, "add", _("écrire une situation que l'annuaire ne donne pas"))
    added.add_argument("structure", metavar=_("STRUCTURE"), help=_("le nom de la structure ou du cabinet"))
    added.add_argument("--town", default="", metavar=_("VILLE"), help=_("où elle se trouve"))
    added.add_argument(
        "--mode", choices=("L", "S", "B"), default="", help=_("L : libéral ; S : salarié ; B : bénévole")
    )
    _situation(command(actions, "remove", _("ôter une situation écrite à la main")))
    preferred = command(
        actions,
        "prefer",
        _("choisir la BAL privilégiée d'une situation, ou d'un genre de prescription"),
        _("Une BAL qui quitte l'annuaire est refusée."),
    )
    _situation(preferred)
    preferred.add_argument("mailbox", nargs="?", metavar="BAL", help=_("une de vos BAL, ou son début"))
    preferred.add_argument(
        "--kind", default="", metavar=_("GENRE"), help=_("pour ce genre de prescription seulement")
    )
    preferred.add_argument("--none", action="store_true", help=_("revenir sur ce choix"))
    _kinds(actions)


def _situation(parser: Parser) -> None:
    parser.add_argument(
        "situation", metavar=_("SITUATION"), help=_("le début de son nom, ou son identifiant (list --json)")
    )


def _kinds(actions: Any) -> None:
    parser = command(actions, "kinds", _("la liste des genres de prescription, à votre main"))
    changes = parser.add_subparsers(dest="change", metavar=_("ACTION"), required=True, title=_("actions"))
    add_formats(command(changes, "list", _("ceux qui sont dans la liste")))
    command(changes, "add", _("en ajouter un")).add_argument("name", metavar=_("NOM"))
    renamed = command(changes, "rename", _("l'appeler autrement ; ce qui a été choisi reste"))
    renamed.add_argument("kind", metavar=_("GENRE"))
    renamed.add_argument("name", metavar=_("NOM"))
    removed = command(changes, "remove", _("l'ôter de la liste"))
    removed.add_argument("kind", metavar=_("GENRE"))


def add_supports(commands: Any) -> None:
    """``balt supports`` and its actions."""
    parser = command(
        commands,
        "supports",
        _("noter quels supports portent quelle BAL, et trouver ceux qui portent l'ancienne"),
        _("Les quatre de la fiche (letters, signature, prescriptions, networks), et les vôtres."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True, title=_("actions"))
    add_formats(command(actions, "list", _("chaque support, ce qu'il porte depuis quand, ce qui manque")))
    carried = command(actions, "carry", _("noter qu'un support porte une BAL"))
    _support(carried, with_address=True)
    carried.add_argument(
        "--since", type=day, metavar=_("AAAA-MM-JJ"), help=_("depuis ce jour, sinon aujourd'hui")
    )
    carried.add_argument("--note", default="", metavar=_("TEXTE"), help=_("une ligne qui reste avec la note"))
    dropped = command(actions, "drop", _("noter qu'un support ne porte plus une BAL"))
    _support(dropped, with_address=True)
    dropped.add_argument("--note", default="", metavar=_("TEXTE"), help=_("une ligne qui reste avec la note"))
    command(actions, "add", _("suivre un support à vous")).add_argument("name", metavar=_("NOM"))
    _support(command(actions, "remove", _("ne plus suivre un support à vous")), with_address=False)


def _support(parser: Parser, *, with_address: bool) -> None:
    parser.add_argument("support", metavar=_("SUPPORT"), help=_("son identifiant, ou le début de son nom"))
    if with_address:
        parser.add_argument(
            "mailbox", metavar="BAL", help=_("une BAL de la configuration, ou une adresse entière")
        )
