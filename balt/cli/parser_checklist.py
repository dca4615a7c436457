"""The arguments of ``balt checklist``, ``balt tick`` and ``balt share``."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import add_formats, add_mailboxes, command
from balt.i18n import _


def add_checklist(commands: Any) -> None:
    """``balt checklist``."""
    parser = command(commands, "checklist", _("dire où l'on en est de chaque étape des trois fiches"))
    add_mailboxes(parser, needed=False)
    parser.add_argument("--strict", action="store_true", help=_("code de sortie 1 s'il reste à faire"))
    parser.add_argument(
        "--quiet",
        action="store_true",
        help=_("seulement ce qui reste à faire, une ligne par étape ; rien quand tout va"),
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--due",
        action="store_true",
        help=_("ce qui est à faire d'ici un mois : réponses à redonner, relances, saturations, étapes"),
    )
    what.add_argument(
        "--history", action="store_true", help=_("où l'on en était chaque jour ; rien n'est relu")
    )
    what.add_argument(
        "--export",
        type=Path,
        metavar=_("FICHIER"),
        help=_("les fiches remplies dans un nouveau fichier .md, .html ou .pdf, une page par fiche"),
    )
    add_formats(parser)


def add_tick(commands: Any) -> None:
    """``balt tick`` and its actions."""
    parser = command(
        commands,
        "tick",
        _("cocher à la main une étape que rien ne peut mesurer, avec une date, un nom et une note"),
        _("Une étape qui se mesure ne se coche pas : elle devient verte quand les faits changent."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    add_formats(command(actions, "list", _("les étapes cochées à la main, et quand les revoir")))
    told = command(actions, "set", _("cocher une étape d'une BAL"))
    _step(told)
    told.add_argument("--no", action="store_true", help=_("dire au contraire qu'elle reste à faire"))
    told.add_argument("--note", default="", metavar=_("TEXTE"), help=_("une ligne, sans nom de patient"))
    _step(command(actions, "clear", _("retirer ce qui a été dit d'une étape")))


def _step(parser: Any) -> None:
    parser.add_argument("step", metavar=_("ÉTAPE"), help=_("identifier.1, entretenir.2…"))
    parser.add_argument(
        "mailbox", nargs="?", metavar="BAL", help=_("une de vos BAL, ou son début ; sinon tout le cabinet")
    )


def add_share(commands: Any) -> None:
    """``balt share`` and its actions."""
    parser = command(
        commands,
        "share",
        _("réunir ce que plusieurs personnes ont dit et choisi : réponses, situations, dossiers, supports"),
        _("Rien n'est perdu : tout ce qui a été dit est gardé, le plus récent compte."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    out = command(actions, "export", _("tout écrire dans un nouveau fichier, lisible de vous seul"))
    out.add_argument("file", type=Path, metavar=_("FICHIER"))
    merged = command(actions, "merge", _("y ajouter ce que contient le fichier d'une autre personne"))
    merged.add_argument("file", type=Path, metavar=_("FICHIER"))
    merged.add_argument("--dry-run", action="store_true", help=_("dire ce qui changerait, sans rien changer"))
    add_formats(merged, csv=False)
