"""``docs/sheets.md`` maps every statement of the three sheets to what does it, and all it names exists."""

import ast
import re
import shlex
from dataclasses import dataclass

import pytest

from balt.cli.parser import build_parser
from balt.errors import BaltError
from balt.sheets.model import Sheet
from balt.sheets.text_fr import SHEETS
from balt.tui.actions import ACTIONS, in_place
from tests.support.source import ROOT

TABLE = (ROOT / "docs" / "sheets.md").read_text(encoding="utf-8")
PLACES = {
    "Fiches": ("fiches",),
    "Annuaire": ("annuaire", "list"),
    "Messages": ("messages", "folders", "list"),
    "Situations": ("situations", "list"),
    "Journal": ("journal", "list"),
}
"""Whose keys hold in a view, beside those that hold everywhere; by the name of the view in the header."""


@dataclass(frozen=True)
class Row:
    """A line of the table: ``view`` is "2 Annuaire"; keys, commands and tests are the code of their cells."""

    sheet: str
    statement: str
    view: str
    keys: tuple[str, ...]
    commands: tuple[str, ...]
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.statement[:40]}"


def code(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def rows_of(text: str) -> list[Row]:
    rows = []
    for section in text.split("\n## ")[1:]:
        sheet, _, below = section.partition("\n")
        for line in below.splitlines():
            if line.startswith("| ") and not line.startswith("| Fiche |"):
                statement, view, keys, commands, tests = line.strip("| ").split(" | ")
                rows.append(Row(sheet, statement, view, code(keys), code(commands), code(tests)))
    return rows


def statements(sheet: Sheet) -> list[str]:
    """All that a sheet says, in its order: headings, steps, sentences, risks, contacts, hashtags."""
    said = [sheet.title, sheet.practice]
    for step in sheet.steps:
        said += [step.title, *step.sentences]
    said += [*sheet.more, sheet.risk_heading]
    for group in sheet.risks:
        said += [*([group.for_whom] if group.for_whom else []), *group.items]
    return [*said, sheet.questions_heading, *sheet.questions, *sheet.hashtags]


ROWS = rows_of(TABLE)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_every_statement_of_a_sheet_has_its_line_and_no_line_says_something_else(sheet: Sheet) -> None:
    assert [row.statement for row in ROWS if row.sheet == sheet.verb] == statements(sheet)


def test_every_line_is_of_one_of_the_sheets() -> None:
    assert {row.sheet for row in ROWS} == {sheet.verb for sheet in SHEETS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_its_view_and_its_keys_are_those_of_the_app(row: Row) -> None:
    number, name = row.view.split(" ")
    views = {each.shown: each.label for each in ACTIONS if each.name.startswith("view_")}
    assert views.get(number) == name
    known = {each.shown for each in in_place("app", *PLACES[name])}
    assert row.keys
    assert set(row.keys) <= known


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_its_commands_are_understood_with_their_options(row: Row) -> None:
    assert row.commands
    for command in row.commands:
        program, *words = shlex.split(command)
        assert program == "balt"
        try:
            build_parser().parse_args(words)
        except (BaltError, SystemExit) as error:
            pytest.fail(f"{command}: {error}")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_its_tests_exist(row: Row) -> None:
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = [each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert name.startswith("test_")
        assert name in {each.name for each in functions}
