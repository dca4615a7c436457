"""The arguments of ``balt publish``."""

from pathlib import Path
from typing import Any

from balt.cli.parser_parts import Parser, add_formats, command
from balt.i18n import _
from balt.publish.kinds import TEMPLATE_KINDS


def add_publish(commands: Any) -> None:
    """``balt publish`` and all that it hands out."""
    parser = command(
        commands,
        "publish",
        _("donner ce qui fait connaître la BAL privilégiée"),
        _("Seule l'adresse professionnelle y figure ; aucun message n'est lu, aucun patient n'y est nommé."),
    )
    kinds = parser.add_subparsers(dest="kind", metavar=_("QUOI"), title=_("à diffuser"), required=True)
    _kind(kinds, "signature", _("une signature de mail à copier"), ("text", "html"))
    _kind(kinds, "letter", _("un en-tête de lettre d'adressage"))
    _kind(kinds, "prescription", _("un pied d'ordonnance"))
    _kind(kinds, "post", _("une annonce pour un réseau social professionnel"))
    _kind(kinds, "vcard", _("une carte de visite à importer dans un carnet d'adresses"), ("4.0", "3.0"))
    code = _kind(kinds, "qr", _("un code QR, pour un téléphone"), ("terminal", "svg", "png"))
    code.add_argument(
        "--of",
        choices=("vcard", "mailto"),
        default="vcard",
        help=_("ce qu'il contient : la carte de visite, ou l'adresse seule"),
    )
    _kind(kinds, "sheet", _("une page pour vos correspondants"), ("pdf", "text"))
    _kind(kinds, "request", _("la demande au fournisseur : présenter cette BAL en premier dans l'annuaire"))
    _kind(kinds, "kit", _("tout cela à la fois, dans un dossier"))
    _template(kinds)


def _kind(kinds: Any, name: str, summary: str, formats: tuple[str, ...] = ()) -> Parser:
    parser: Parser = command(kinds, name, summary)
    parser.add_argument(
        "address",
        nargs="?",
        default="",
        metavar="BAL",
        help=_("une autre BAL que la privilégiée : son adresse, ou son début"),
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--situation", default="", metavar=_("NOM"), help=_("la situation d'exercice, ou son début")
    )
    which.add_argument(
        "--all", action="store_true", help=_("toutes les situations, avec --output et un dossier")
    )
    parser.add_argument(
        "--for",
        dest="prescription",
        default="",
        metavar=_("GENRE"),
        help=_("la BAL privilégiée pour ce genre de prescription"),
    )
    if formats:
        parser.add_argument(
            "--format", choices=formats, help=_("la forme ; sinon, celle que dit la fin du nom du fichier")
        )
    parser.add_argument(
        "--output",
        type=Path,
        metavar=_("FICHIER"),
        help=_("écrire dans un nouveau fichier, ou dans un dossier"),
    )
    return parser


def _template(kinds: Any) -> None:
    parser = command(
        kinds,
        "template",
        _("les modèles des textes : les voir, les contrôler, en faire les vôtres"),
        _("Un modèle de votre dossier prend la place de celui de balt, s'il est sans faute."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True, title=_("actions"))
    add_formats(command(actions, "list", _("tous les modèles, et d'où ils viennent")))
    shown = command(actions, "show", _("le texte d'un modèle"))
    shown.add_argument("template", choices=TEMPLATE_KINDS, metavar=_("MODÈLE"), help=_("le modèle"))
    shown.add_argument("--filled", action="store_true", help=_("rempli pour une personne inventée"))
    checked = command(
        actions, "check", _("contrôler les modèles de votre dossier"), _("Code 1 s'il y a une faute.")
    )
    add_formats(checked, csv=False)
    copied = command(actions, "copy", _("copier un modèle de balt dans votre dossier, pour le modifier"))
    copied.add_argument("template", choices=TEMPLATE_KINDS, metavar=_("MODÈLE"), help=_("le modèle"))
