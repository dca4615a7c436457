"""Print the page of keys, made from the table of actions, so that the documentation cannot drift from it.

``python -m scripts.keys_page fr`` prints it in French, ``en`` in English; without a language both pages
are written under ``docs/``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from balt import i18n
from balt.tui.action import Action
from balt.tui.actions import ACTIONS, in_place

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"fr": ROOT / "docs" / "fr" / "touches.md", "en": ROOT / "docs" / "en" / "keys.md"}

_HEAD = {
    "fr": """# Les touches

[English](../en/keys.md) · [Sommaire](../README.md)

Une majuscule se tape avec Maj. Une touche suivie de ⚠ prépare un plan : rien n'est fait avant votre
confirmation. `?` montre dans balt les touches de la vue où vous êtes. Celles des fenêtres (plan, lecture,
filtre) sont dans la page [Utilisation](utilisation.md).
""",
    "en": """# Keys

[Français](../fr/touches.md) · [Contents](../README.md)

A capital is typed with Shift. A key followed by ⚠ prepares a plan: nothing is done before you confirm.
`?` shows, in balt, the keys of the view you are in. Those of the windows (plan, reading, filter) are on the
page [Using balt](usage.md).
""",
}
_FOOT = {
    "fr": "*Page écrite par `scripts/keys` à partir de `balt/tui/keys/`.*\n",
    "en": "*Page written by `scripts/keys` from `balt/tui/keys/`.*\n",
}
_COLUMNS = {"fr": "| Touche | Action | Effet |", "en": "| Key | Action | What it does |"}
_PLACES = {
    "app": {"fr": "Partout", "en": "Everywhere"},
    "list": {"fr": "Dans une liste", "en": "In any list"},
    "fiches": {"fr": "Vue 1, Fiches", "en": "View 1, Sheets"},
    "folders": {"fr": "Vue 3, les dossiers", "en": "View 3, the folders"},
    "annuaire": {"fr": "Vue 2, Annuaire", "en": "View 2, Directory"},
    "messages": {"fr": "Vue 3, les messages", "en": "View 3, the messages"},
    "situations": {"fr": "Vue 4, Situations", "en": "View 4, Situations"},
    "journal": {"fr": "Vue 5, Journal", "en": "View 5, Journal"},
}
_NAMES = {
    "fr": {
        "enter": "Entrée",
        "space": "Espace",
        "escape": "Échap",
        "delete": "Suppr",
        "home": "Début",
        "end": "Fin",
        "pageup": "Page ↑",
        "pagedown": "Page ↓",
    },
    "en": {
        "enter": "Enter",
        "space": "Space",
        "escape": "Esc",
        "delete": "Delete",
        "home": "Home",
        "end": "End",
        "pageup": "Page Up",
        "pagedown": "Page Down",
    },
}
_SIGNS = {
    "question_mark": "?",
    "plus": "+",
    "colon": ":",
    "slash": "/",
    "asterisk": "*",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def page(language: str) -> str:
    """The whole page in ``fr`` or ``en``. Sets the language of balt's sentences."""
    i18n.set_language(language)
    places = dict.fromkeys(action.place for action in ACTIONS)
    tables = [_table(place, language) for place in places]
    return "\n".join([_HEAD[language], *tables, _FOOT[language]])


def _table(place: str, language: str) -> str:
    rows = [_row(action, language) for action in in_place(place)]
    return "\n".join([f"## {_PLACES[place][language]}", "", _COLUMNS[language], "|---|---|---|", *rows, ""])


def _row(action: Action, language: str) -> str:
    keys = " ".join(f"`{_key(key, language)}`" for key in action.keys.split(","))
    warning = " ⚠" if action.dangerous else ""
    return f"| {keys}{warning} | {i18n._(action.label)} | {i18n._(action.help)} |"


def _key(name: str, language: str) -> str:
    """A key as a keyboard names it: ``Ctrl+P`` for Textual's ``ctrl+p``."""
    if name.startswith("ctrl+"):
        return f"Ctrl+{name.removeprefix('ctrl+').upper()}"
    if len(name) > 1 and name[0] == "f" and name[1:].isdigit():
        return name.upper()
    return _SIGNS.get(name) or _NAMES[language].get(name, name)


def main(arguments: Sequence[str]) -> int:
    """Print one page, or write both."""
    parser = argparse.ArgumentParser(prog="scripts/keys", description="the page of keys, in Markdown")
    parser.add_argument("language", nargs="?", choices=sorted(PAGES), help="print this one only")
    language = parser.parse_args(arguments).language
    if language:
        sys.stdout.write(page(language))
        return 0
    for each, path in PAGES.items():
        path.write_text(page(each), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
