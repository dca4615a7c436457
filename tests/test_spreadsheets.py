"""Every table that balt writes for a spreadsheet: whatever stands in a cell, nothing runs."""

import ast
import contextlib
import csv
import io
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from balt.cleanup.deeds import Deed, Entry, Phase
from balt.cleanup.handover.folder import Index
from balt.cleanup.handover.model import Document
from balt.cleanup.journal_csv import to_csv
from balt.cli.output import write_csv
from balt.text import sheet_cell
from tests.support.demo import NOW
from tests.support.source import modules, name_called

FORMULAS = [
    *("=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "bilan;=HYPERLINK(1)", '"=1"', "\r=1", " @A"),
    "=cmd|'/c calc'!A0",
]


def output(text: str) -> str:
    """Of the commands: ``balt directory search --csv`` and all the others."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        write_csv([{"a": text, "b": [text, text], "c": 3}], ("a", "b", "c"), raw=False)
    return out.getvalue()


def journal(text: str) -> str:
    """The journal of the acts, in the app and in the shell."""
    act = Deed(Phase.BEFORE, text, text, text, text, text, text, uids=text, count=3)
    return to_csv([Entry(1, act, NOW, text)])


def index(text: str) -> str:
    """``index.csv``, beside the documents that were handed over."""
    told: dict[str, Any] = {each.name: 3 if each.type is int else text for each in fields(Document)}
    return Index("run", "made", [Document(**told)]).csv().decode()


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("written", [output, journal, index])
def test_no_cell_of_any_table_begins_a_formula(written: Callable[[str], str], text: str) -> None:
    cells = [cell for row in list(csv.reader(io.StringIO(written(text))))[1:] for cell in row]
    told = [cell for cell in cells if any(sign in cell for sign in "=+-@＝")]
    assert told
    for cell in told:
        for part in cell.split(";"):
            assert part.lstrip(' "')[:1] not in "=+-@＝" or not part, cell
        assert cell.isprintable()


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-3, -3), (True, True), (None, None), ("a", "a"), ("-3", "'-3"), ("a\x00\n=b", "a· =b")],
)
def test_a_figure_stays_one_and_a_text_is_on_one_line(value: object, cell: object) -> None:
    assert sheet_cell(value) == cell


def test_no_table_is_written_but_through_that_one_function() -> None:
    writing = {
        path: {name_called(node) for node in ast.walk(tree)}
        for path, tree in modules("balt")
        if any(name_called(node) in ("writer", "DictWriter") for node in ast.walk(tree))
    }
    assert writing
    assert [path for path, called in writing.items() if "sheet_cell" not in called] == []
