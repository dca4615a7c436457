"""The arguments of every command, in the language in use; imports none of what the commands need."""

import argparse
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from balt import paths
from balt.cli.argparse_words import french_words
from balt.cli.parser_acts import add_acts
from balt.cli.parser_case import add_case
from balt.cli.parser_checklist import add_checklist, add_share, add_tick
from balt.cli.parser_directory import add_checks
from balt.cli.parser_parts import (
    Parser,
    add_formats,
    add_global_options,
    add_mailbox,
    add_mailboxes,
    command,
    count,
    day,
    names,
)
from balt.cli.parser_publish import add_publish
from balt.cli.parser_situations import add_situations, add_supports
from balt.cli.parser_usage import add_usage
from balt.i18n import LANGUAGES, _, preferred_language


def language_of(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The language of ``--lang``, else of the configuration, else of the locale.

    Wrong arguments and an unreadable configuration are told later, in that language.
    """
    asked = _value_of(arguments, "--lang")
    if asked in LANGUAGES:
        return asked
    file = _value_of(arguments, "--config")
    try:
        configured = tomllib.loads(Path(file or paths.config_file(environ)).read_text("utf-8-sig"))
        if (language := configured.get("language")) in LANGUAGES:
            return str(language)
    except (OSError, ValueError, RecursionError):
        pass
    return preferred_language(environ)


def _value_of(arguments: Sequence[str], option: str) -> str:
    """The last value of an option, before the arguments are read in earnest."""
    value = ""
    for position, argument in enumerate(arguments):
        if argument == option and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif argument.startswith(f"{option}="):
            value = argument.partition("=")[2]
    return value


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; raises SystemExit after ``--help``, ``--version``, or what cannot be read."""
    return build_parser().parse_args(_with_filters_joined(arguments))


def _with_filters_joined(arguments: Sequence[str]) -> list[str]:
    """``--filter -is:unread`` as ``--filter=-is:unread``: argparse would take the filter for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--filter":
            joined[-1] = f"--filter={argument}"
        else:
            joined.append(argument)
    return joined


def build_parser() -> Parser:
    """The parser of the whole command line; ``options.command`` is None for plain ``balt``."""
    french_words()
    parser = Parser(
        prog="balt",
        description=_("Bien tenir ses BAL MSSanté, depuis un terminal : identifier, entretenir, valoriser."),
        epilog=_("Sans commande, balt ouvre l'application. Pour l'essayer sans rien configurer : balt demo."),
    )
    add_global_options(parser, top=True)
    commands = parser.add_subparsers(dest="command", metavar=_("COMMANDE"), title=_("commandes"))
    _demo(commands)
    _messages(commands)
    _attachments(commands)
    _group(commands)
    _duplicates(commands)
    add_acts(commands)
    add_case(commands)
    _status(commands)
    add_checklist(commands)
    add_tick(commands)
    add_share(commands)
    _directory(commands)
    add_publish(commands)
    add_situations(commands)
    add_supports(commands)
    _journal(commands)
    _index(commands)
    add_usage(commands)
    _doctor(commands)
    return parser


def _demo(commands: Any) -> None:
    parser = command(
        commands,
        "demo",
        _("ouvrir balt sur un cabinet d'exemple, sans rien configurer"),
        _("Le cabinet est inventé ; tout disparaît quand on quitte."),
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help=_("un autre nombre donne un autre cabinet")
    )
    parser.add_argument(
        "--today", type=day, metavar=_("AAAA-MM-JJ"), help=_("le jour où se passe la démonstration")
    )
    parser.add_argument(
        "--hide",
        type=names,
        default=(),
        metavar="EXT,…",
        help=_("extensions IMAP à retirer au serveur, par exemple SORT,QUOTA"),
    )
    parser.add_argument(
        "--serve",
        action="store_true",
        help=_("servir le cabinet à un autre terminal, jusqu'à Ctrl-C"),
    )


def _messages(commands: Any) -> None:
    parser = command(
        commands,
        "messages",
        _("lister les messages d'une ou de plusieurs BAL, sans rien marquer comme lu"),
        _("Avec plusieurs BAL, chaque ligne porte en plus l'adresse de la sienne (address)."),
    )
    add_mailboxes(parser, needed=True)
    parser.add_argument("--folder", metavar=_("DOSSIER"), help=_("un seul dossier ; sinon, tous"))
    parser.add_argument(
        "--sort",
        choices=("size", "date", "from"),
        default="date",
        help=_("size : les plus gros d'abord ; date : les plus anciens d'abord ; from : par expéditeur"),
    )
    parser.add_argument("--reverse", action="store_true", help=_("dans l'ordre inverse"))
    parser.add_argument(
        "--filter",
        default="",
        metavar=_("FILTRE"),
        help=_("par exemple 'older:2y larger:5M' ou 'from:labo has:pdf -is:unread'"),
    )
    parser.add_argument("--limit", type=count, metavar="N", help=_("les N premiers de chaque BAL"))
    add_formats(parser)


def _attachments(commands: Any) -> None:
    parser = command(
        commands,
        "attachments",
        _("lister les plus grosses pièces jointes d'une BAL, sans rien marquer comme lu"),
        _("L'ordre est celui de la taille encodée : la place prise sur le serveur."),
    )
    add_mailbox(parser)
    parser.add_argument("--folder", metavar=_("DOSSIER"), help=_("un seul dossier ; sinon, tous"))
    parser.add_argument(
        "--limit", type=count, default=50, metavar="N", help=_("les N plus grosses (50 par défaut)")
    )
    add_formats(parser)


def _duplicates(commands: Any) -> None:
    parser = command(
        commands,
        "duplicates",
        _("trouver les messages qu'une BAL contient plusieurs fois, à l'octet près"),
        _("Ceux de même taille et de même Message-ID sont lus en entier et comparés. Rien n'est touché."),
    )
    add_mailbox(parser)
    add_formats(parser, csv=False)


def _group(commands: Any) -> None:
    parser = command(
        commands,
        "group",
        _("dire ce qui remplit une BAL : par expéditeur, par année, par dossier ou par genre"),
        _("Les plus gros d'abord. Par expéditeur et par genre, balt lit ce qu'il ne sait pas encore."),
    )
    add_mailbox(parser)
    parser.add_argument(
        "--by",
        choices=("sender", "year", "folder", "kind"),
        required=True,
        help=_("sender : par expéditeur ; year : par année ; folder : par dossier ; kind : par genre"),
    )
    parser.add_argument("--folder", metavar=_("DOSSIER"), help=_("un seul dossier ; sinon, tous"))
    parser.add_argument(
        "--filter",
        default="",
        metavar=_("FILTRE"),
        help=_("par exemple 'older:2y larger:5M' ou 'from:labo has:pdf -is:unread'"),
    )
    add_formats(parser)


def _status(commands: Any) -> None:
    parser = command(commands, "status", _("dire ce que contient chaque BAL, et si elle est pleine"))
    add_mailboxes(parser, needed=False)
    add_formats(parser)


def _directory(commands: Any) -> None:
    parser = command(
        commands,
        "directory",
        _("chercher dans l'Annuaire Santé, y montrer une adresse, tenir l'extraction à jour"),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    search = command(
        actions,
        "search",
        _("chercher un nom, un RPPS, un FINESS, une ville, une spécialité, une adresse"),
    )
    search.add_argument("text", metavar=_("TEXTE"), help=_("ce qu'il faut chercher"))
    add_formats(search)
    show = command(actions, "show", _("dire ce que chaque source publie d'une adresse"))
    show.add_argument("text", metavar=_("ADRESSE"), help=_("l'adresse d'une BAL, entière"))
    add_formats(show)
    load = command(
        actions,
        "import",
        _("lire un fichier d'extraction copié à la main (.txt ou .zip)"),
        _("L'ancien index reste en place si le fichier ne convient pas."),
    )
    load.add_argument("text", type=Path, metavar=_("FICHIER"), help=_("le fichier d'extraction"))
    load.add_argument(
        "--whole",
        action="store_true",
        help=_(
            "le fichier est entier, bien qu'il ait moins de BAL que le précédent : ce qui y manque est "
            "absent (fichier d'activités : le prendre bien qu'il soit plus court ou plus ancien)"
        ),
    )
    add_formats(load)
    update = command(
        actions,
        "update",
        _("télécharger l'extraction là où elle est publiée, et la lire"),
        _("Rien n'est téléchargé quand elle n'a pas changé ; l'ancien index reste en place en cas d'échec."),
    )
    add_formats(update)
    add_checks(actions)


def _journal(commands: Any) -> None:
    parser = command(commands, "journal", _("relire le journal des actes, et vérifier qu'il est entier"))
    parser.add_argument(
        "--verify", action="store_true", help=_("dire seulement si la suite des lignes est complète")
    )
    add_formats(parser)


def _index(commands: Any) -> None:
    parser = command(
        commands,
        "index",
        _("dire ce que cet ordinateur garde des messages de chaque BAL, ou l'effacer"),
        _("L'index sert à ouvrir plus vite une BAL ; balt le refait quand il manque."),
    )
    add_formats(parser)
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"))
    clear = command(actions, "clear", _("effacer l'index de ces BAL ; sans BAL, de toutes"))
    add_mailboxes(clear, needed=False)


def _doctor(commands: Any) -> None:
    parser = command(
        commands,
        "doctor",
        _("vérifier cet ordinateur, l'Annuaire Santé et chaque BAL, et dire quoi faire"),
        _("Avec des adresses : seulement ces BAL, une tentative de connexion chacune ; rien n'est modifié."),
    )
    add_mailboxes(parser, needed=False)
    add_formats(parser)
