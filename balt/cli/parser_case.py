"""The arguments of ``balt case``."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import Parser, add_formats, command
from balt.i18n import _


def add_case(commands: Any) -> None:
    """``balt case`` and its actions."""
    parser = command(
        commands,
        "case",
        _("suivre la dépublication d'une BAL, puis sa suppression, jusqu'à leur terme"),
        _("Rien n'est envoyé par balt : une demande est un texte, un fichier .eml ou un brouillon."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True, title=_("actions"))
    _depublish(actions)
    _replace(actions)
    _delete(actions)
    _request(actions)
    _tell(actions)
    for name, summary in (
        ("follow", _("regarder où en sont l'annuaire, la réponse automatique, les correspondants")),
        ("list", _("tous les dossiers")),
    ):
        shown = command(actions, name, summary)
        shown.add_argument("mailboxes", nargs="*", metavar="BAL", help=_("seulement ces BAL"))
        add_formats(shown)
        if name == "follow":
            shown.add_argument(
                "--writers",
                action="store_true",
                help=_("avec --csv : les correspondants à prévenir, un par ligne, au lieu des étapes"),
            )
            shown.add_argument(
                "--quiet", action="store_true", help=_("seulement ce qui a changé ou demande attention")
            )
            shown.add_argument(
                "--no-mail", action="store_true", help=_("sans ouvrir les BAL : l'annuaire seulement")
            )
    _address(add := command(actions, "show", _("l'histoire d'un dossier")))
    add_formats(add, csv=False)
    _close(actions)


def _address(parser: Parser) -> None:
    parser.add_argument(
        "mailbox",
        metavar="BAL",
        help=_("une adresse, ou son début : configuration, dossiers, vos BAL de l'annuaire"),
    )


def _replacement(parser: Parser) -> None:
    parser.add_argument(
        "--to",
        metavar=_("ADRESSE"),
        required=True,
        help=_("la BAL MSSanté où écrire désormais : la vôtre, ou celle de qui prend la suite"),
    )


def _note(parser: Parser) -> None:
    parser.add_argument("--note", default="", metavar=_("TEXTE"), help=_("une ligne qui reste au dossier"))


def _depublish(actions: Any) -> None:
    parser = command(actions, "depublish", _("ouvrir le dossier d'une BAL à retirer de l'annuaire"))
    _address(parser)
    _replacement(parser)
    _again(parser)
    parser.add_argument("--yes", action="store_true", help=_("la dépublier bien qu'elle soit consultée"))
    add_formats(parser, csv=False)


def _again(parser: Parser) -> None:
    parser.add_argument(
        "--again",
        action="store_true",
        help=_(
            "elle a été notée supprimée, et existe encore ; ou rien ne montre cette adresse, qui est la bonne"
        ),
    )


def _replace(actions: Any) -> None:
    parser = command(
        actions,
        "replace",
        _("nommer une autre BAL de remplacement"),
        _("La réponse automatique et la demande qui nomment l'ancienne sont alors à refaire."),
    )
    _address(parser)
    _replacement(parser)
    _note(parser)
    add_formats(parser, csv=False)


def _delete(actions: Any) -> None:
    parser = command(
        actions,
        "delete",
        _("ouvrir le dossier d'une BAL à supprimer, une fois son contenu récupéré"),
        _("Refusé tant que la BAL est publiée, ou qu'un de ses messages manque dans l'archive."),
    )
    _address(parser)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--archive", type=Path, metavar=_("DOSSIER"), help=_("l'archive de toute la BAL"))
    how.add_argument(
        "--nothing-to-keep",
        metavar=_("TEXTE"),
        help=_("le titulaire écrit que rien n'est à garder, et pourquoi"),
    )
    _again(parser)
    add_formats(parser, csv=False)


def _request(actions: Any) -> None:
    parser = command(
        actions,
        "request",
        _("écrire la demande au fournisseur ; sans --yes, la montrer seulement"),
        _("Le fournisseur est celui du domaine de la BAL : [[provider]] dans la configuration."),
    )
    _address(parser)
    parser.add_argument(
        "--as",
        dest="channel",
        choices=("text", "eml", "draft"),
        default="text",
        help=_("un texte, un fichier .eml, ou un brouillon dans la BAL"),
    )
    _kind(
        parser,
        _(
            "la demande de quel dossier, quand les deux sont ouverts ; sinon, la suppression, ou la "
            "dépublication d'une BAL de nouveau publiée"
        ),
    )
    parser.add_argument(
        "--output", type=Path, metavar=_("FICHIER"), help=_("avec eml : le fichier, qui ne doit pas exister")
    )
    parser.add_argument(
        "--again", action="store_true", help=_("un autre brouillon, bien qu'il y en ait déjà un")
    )
    parser.add_argument("--yes", action="store_true", help=_("le faire vraiment, et le noter au dossier"))
    add_formats(parser, csv=False)


def _tell(actions: Any) -> None:
    parser = command(actions, "tell", _("noter ce que balt ne peut pas voir"))
    _address(parser)
    parser.add_argument(
        "what",
        choices=("requested", "sent", "answered", "autoreply", "autoreply-off", "deleted"),
        help=_(
            "la demande est faite (par un formulaire, une lettre), elle est partie, le fournisseur a "
            "répondu, une réponse automatique a été posée à la main, elle est retirée, la BAL n'existe plus"
        ),
    )
    _kind(
        parser,
        _(
            "avec requested, sent, answered : la demande de quel dossier, quand les deux sont ouverts ; "
            "sinon, celle que balt attend"
        ),
    )
    parser.add_argument(
        "--take-back",
        action="store_true",
        help=_("reprendre ce qui a été noté par erreur : cela reste dans l'histoire, et ne compte plus"),
    )
    parser.add_argument("--again", action="store_true", help=_("« deleted », bien que la BAL réponde encore"))
    _note(parser)
    add_formats(parser, csv=False)


def _kind(parser: Any, words: str) -> None:
    parser.add_argument("--for", dest="kind", choices=("depublication", "deletion"), help=words)


def _close(actions: Any) -> None:
    parser = command(actions, "close", _("clore un dossier qui est à son terme"))
    _address(parser)
    parser.add_argument(
        "--abandon",
        action="store_true",
        help=_("l'abandonner avant son terme ; sans --yes, dire ce que cela arrête et ce qui reste"),
    )
    parser.add_argument("--yes", action="store_true", help=_("avec --abandon : le faire vraiment"))
    _note(parser)
    add_formats(parser, csv=False)
