"""The arguments of every command, in the language in use; imports none of what the commands need."""

import argparse
import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from balt import __version__, paths
from balt.cli.argparse_words import french_words
from balt.i18n import LANGUAGES, _, preferred_language
from balt.text import plain


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


class _Formatter(argparse.HelpFormatter):
    """Headings as the language in use punctuates them: a space before the colon in French."""

    def start_section(self, heading: str | None) -> None:
        # argparse adds the colon itself.
        super().start_section((_("%s :") % heading).removesuffix(":") if heading else heading)


class Parser(argparse.ArgumentParser):
    """argparse in the language in use; a mistake is one plain line and the exit code 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, add_help=False, formatter_class=_Formatter, **options)
        self.add_argument("-h", "--help", action="help", help=_("montrer cette aide"))

    def error(self, message: str) -> NoReturn:
        advice = _("Voir : %s --help.") % self.prog
        self.exit(2, plain(_("balt : %s") % f"{message}. {advice}") + "\n")


def build_parser() -> Parser:
    """The parser of the whole command line; ``options.command`` is None for plain ``balt``."""
    french_words()
    parser = Parser(
        prog="balt",
        description=_("Bien tenir ses BAL MSSanté, depuis un terminal : identifier, entretenir, valoriser."),
        epilog=_("Sans commande, balt ouvre l'application. Pour l'essayer sans rien configurer : balt demo."),
    )
    _add_global_options(parser, top=True)
    commands = parser.add_subparsers(dest="command", metavar=_("COMMANDE"), title=_("commandes"))
    _demo(commands)
    _messages(commands)
    _attachments(commands)
    _group(commands)
    _status(commands)
    _checklist(commands)
    _directory(commands)
    _publish(commands)
    _journal(commands)
    _index(commands)
    _doctor(commands)
    return parser


def _add_global_options(parser: Parser, *, top: bool) -> None:
    """The same options before and after the command; a command does not undo what came before it."""
    missing: dict[str, Any] = {"default": None if top else argparse.SUPPRESS}
    parser.add_argument(
        "--config", type=Path, metavar=_("FICHIER"), help=_("un autre fichier de configuration"), **missing
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=_("la langue : fr ou en"), **missing)
    parser.add_argument(
        "--version", action="version", version=f"balt {__version__}", help=_("montrer la version")
    )


def _command(commands: Any, name: str, summary: str, details: str = "") -> Parser:
    parser: Parser = commands.add_parser(name, help=summary, description=summary, epilog=details or None)
    _add_global_options(parser, top=False)
    return parser


def _demo(commands: Any) -> None:
    parser = _command(
        commands,
        "demo",
        _("ouvrir balt sur un cabinet d'exemple, sans rien configurer"),
        _("Le cabinet est inventé ; tout disparaît quand on quitte."),
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help=_("un autre nombre donne un autre cabinet")
    )
    parser.add_argument(
        "--today", type=_day, metavar=_("AAAA-MM-JJ"), help=_("le jour où se passe la démonstration")
    )
    parser.add_argument(
        "--hide",
        type=_names,
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
    parser = _command(
        commands,
        "messages",
        _("lister les messages d'une ou de plusieurs BAL, sans rien marquer comme lu"),
        _("Avec plusieurs BAL, chaque ligne porte en plus l'adresse de la sienne (address)."),
    )
    _add_mailboxes(parser, needed=True)
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
    parser.add_argument("--limit", type=_count, metavar="N", help=_("les N premiers de chaque BAL"))
    _add_formats(parser)


def _attachments(commands: Any) -> None:
    parser = _command(
        commands,
        "attachments",
        _("lister les plus grosses pièces jointes d'une BAL, sans rien marquer comme lu"),
        _("L'ordre est celui de la taille encodée : la place prise sur le serveur."),
    )
    parser.add_argument(
        "mailbox",
        metavar="BAL",
        help=_("l'adresse d'une BAL de la configuration, ou son début s'il n'en désigne qu'une"),
    )
    parser.add_argument("--folder", metavar=_("DOSSIER"), help=_("un seul dossier ; sinon, tous"))
    parser.add_argument(
        "--limit", type=_count, default=50, metavar="N", help=_("les N plus grosses (50 par défaut)")
    )
    _add_formats(parser)


def _group(commands: Any) -> None:
    parser = _command(
        commands,
        "group",
        _("dire ce qui remplit une BAL : par expéditeur, par année, par dossier ou par genre"),
        _("Les plus gros d'abord. Par expéditeur et par genre, balt lit ce qu'il ne sait pas encore."),
    )
    parser.add_argument(
        "mailbox",
        metavar="BAL",
        help=_("l'adresse d'une BAL de la configuration, ou son début s'il n'en désigne qu'une"),
    )
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
    _add_formats(parser)


def _status(commands: Any) -> None:
    parser = _command(commands, "status", _("dire ce que contient chaque BAL, et si elle est pleine"))
    _add_mailboxes(parser, needed=False)
    _add_formats(parser)


def _checklist(commands: Any) -> None:
    parser = _command(commands, "checklist", _("dire où l'on en est de chaque étape des trois fiches"))
    _add_mailboxes(parser, needed=False)
    parser.add_argument("--strict", action="store_true", help=_("code de sortie 1 s'il reste à faire"))
    _add_formats(parser)


def _directory(commands: Any) -> None:
    parser = _command(
        commands,
        "directory",
        _("chercher dans l'Annuaire Santé, y montrer une adresse, importer une extraction"),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    search = _command(
        actions,
        "search",
        _("chercher un nom, un RPPS, un FINESS, une ville, une spécialité, une adresse"),
    )
    search.add_argument("text", metavar=_("TEXTE"), help=_("ce qu'il faut chercher"))
    _add_formats(search)
    show = _command(actions, "show", _("dire ce que chaque source publie d'une adresse"))
    show.add_argument("text", metavar=_("ADRESSE"), help=_("l'adresse d'une BAL, entière"))
    _add_formats(show)
    load = _command(
        actions,
        "import",
        _("lire un fichier d'extraction copié à la main (.txt ou .zip)"),
        _("L'ancien index reste en place si le fichier ne convient pas."),
    )
    load.add_argument("text", type=Path, metavar=_("FICHIER"), help=_("le fichier d'extraction"))


def _publish(commands: Any) -> None:
    parser = _command(commands, "publish", _("donner ce qui fait connaître la BAL privilégiée"))
    kinds = parser.add_subparsers(dest="kind", metavar=_("QUOI"), title=_("à diffuser"), required=True)
    signature = _command(kinds, "signature", _("une signature de mail à copier"))
    signature.add_argument(
        "--situation", default="", metavar=_("NOM"), help=_("la situation d'exercice, ou son début")
    )
    signature.add_argument("--address", default="", metavar="BAL", help=_("une autre BAL que la privilégiée"))
    signature.add_argument(
        "--output", type=Path, metavar=_("FICHIER"), help=_("écrire dans un nouveau fichier")
    )


def _journal(commands: Any) -> None:
    parser = _command(commands, "journal", _("relire le journal des actes, et vérifier qu'il est entier"))
    _add_formats(parser)


def _index(commands: Any) -> None:
    parser = _command(
        commands,
        "index",
        _("dire ce que cet ordinateur garde des messages de chaque BAL, ou l'effacer"),
        _("L'index sert à ouvrir plus vite une BAL ; balt le refait quand il manque."),
    )
    _add_formats(parser)
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"))
    clear = _command(actions, "clear", _("effacer l'index de ces BAL ; sans BAL, de toutes"))
    _add_mailboxes(clear, needed=False)


def _doctor(commands: Any) -> None:
    parser = _command(
        commands,
        "doctor",
        _("vérifier cet ordinateur, l'Annuaire Santé et chaque BAL, et dire quoi faire"),
        _("Avec des adresses : seulement ces BAL, une tentative de connexion chacune ; rien n'est modifié."),
    )
    _add_mailboxes(parser, needed=False)
    _add_formats(parser)


def _add_mailboxes(parser: Parser, *, needed: bool) -> None:
    parser.add_argument(
        "mailboxes",
        nargs="+" if needed else "*",
        metavar="BAL",
        help=_("l'adresse d'une BAL de la configuration, ou son début s'il n'en désigne qu'une"),
    )


def _add_formats(parser: Parser) -> None:
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help=_("un document JSON"))
    formats.add_argument("--csv", action="store_true", help=_("un tableau CSV avec ses titres"))
    parser.add_argument(
        "--raw",
        action="store_true",
        help=_("avec --csv : ne pas désamorcer les textes qu'un tableur prendrait pour des formules"),
    )


def _count(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(_("il faut un nombre entier, 1 au moins"))
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("il faut une date comme 2026-11-22")) from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().upper() for name in text.split(",") if name.strip())
