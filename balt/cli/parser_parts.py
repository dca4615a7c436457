"""What the arguments of all commands are made of: the parser, options they share, and the types of values."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

from balt import __version__
from balt.i18n import LANGUAGES, _
from balt.text import plain
from balt.units import before, parse_size


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


def add_global_options(parser: Parser, *, top: bool) -> None:
    """The same options before and after the command; a command does not undo what came before it."""
    missing: dict[str, Any] = {"default": None if top else argparse.SUPPRESS}
    parser.add_argument(
        "--config", type=Path, metavar=_("FICHIER"), help=_("un autre fichier de configuration"), **missing
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=_("la langue : fr ou en"), **missing)
    parser.add_argument(
        "--version", action="version", version=f"balt {__version__}", help=_("montrer la version")
    )


def command(commands: Any, name: str, summary: str, details: str = "") -> Parser:
    parser: Parser = commands.add_parser(name, help=summary, description=summary, epilog=details or None)
    add_global_options(parser, top=False)
    return parser


def add_mailboxes(parser: Parser, *, needed: bool) -> None:
    parser.add_argument(
        "mailboxes",
        nargs="+" if needed else "*",
        metavar="BAL",
        help=_("l'adresse d'une BAL de la configuration, ou son début s'il n'en désigne qu'une"),
    )


def add_mailbox(parser: Parser) -> None:
    parser.add_argument(
        "mailbox",
        metavar="BAL",
        help=_("l'adresse d'une BAL de la configuration, ou son début s'il n'en désigne qu'une"),
    )


def add_formats(parser: Parser, *, csv: bool = True) -> None:
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help=_("un document JSON"))
    if not csv:
        parser.set_defaults(csv=False)
        return
    formats.add_argument("--csv", action="store_true", help=_("un tableau CSV avec ses titres"))
    parser.add_argument(
        "--raw",
        action="store_true",
        help=_("avec --csv : ne pas désamorcer les textes qu'un tableur prendrait pour des formules"),
    )


def count(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(_("il faut un nombre entier, 1 au moins"))
    return value


def size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("il faut une taille comme 500M ou 1,5G")) from None


def percent(text: str) -> int:
    digits = text.strip().removesuffix("%").strip()
    value = int(digits) if digits.isascii() and digits.isdigit() else -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(_("il faut un pourcentage, de 0 à 100"))
    return value


def age(text: str) -> str:
    try:
        before(datetime(2000, 1, 1, tzinfo=UTC), text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("il faut un âge comme 5y, 18m ou 90d")) from None
    return text


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("il faut une date comme 2026-11-22")) from None


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().upper() for name in text.split(",") if name.strip())
