"""Standard output: tables, and cells that no spreadsheet runs."""

import contextlib
import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.cli.output import Column, write_csv, write_json, write_table
from balt.text import cell_width, harmless


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+33 1 23", "'+33 1 23"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A", "'＠A"),
        ("bilan;=1", "bilan;'=1"),
        ("bilan; -1", "bilan;' -1"),
        ('"=1"', '\'"=1"'),
        ("", ""),
        ("Bilan = bon", "Bilan = bon"),
        ("labo@bio-fictive.mssante.fr", "labo@bio-fictive.mssante.fr"),
        ("compte-rendu", "compte-rendu"),
    ],
)
def test_what_a_spreadsheet_would_run_gets_a_quote_mark(text: str, expected: str) -> None:
    assert harmless(text) == expected


@given(st.text())
def test_without_its_quote_marks_the_text_is_what_it_was(text: str) -> None:
    assert harmless(text).replace("'", "") == text.replace("'", "")


def test_figures_stay_figures(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv([{"n": -3, "t": None, "b": True}], ["n", "t", "b"], raw=False)
    assert capsys.readouterr().out == "n,t,b\n-3,,true\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_a_row_is_always_one_line_without_control_characters(texts: list[str]) -> None:
    names = [str(number) for number in range(len(texts))]
    table, document = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(table):
        write_csv([dict(zip(names, texts, strict=True))], names, raw=False)
    with contextlib.redirect_stdout(document):
        write_json([{"text": text} for text in texts])
    assert len(table.getvalue().split("\n")) == 3
    assert len(next(csv.reader([table.getvalue().split("\n")[1]]), [""])) == len(texts)
    assert len(json.loads(document.getvalue())) == len(texts)
    for out in (table, document):
        assert all(char.isprintable() or char == "\n" for char in out.getvalue())


def test_json_is_one_document_with_an_element_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_json([])
    assert capsys.readouterr().out == "[]\n"
    write_json([{"a": "é"}, {"a": None}])
    assert capsys.readouterr().out == '[\n{"a": "é"},\n{"a": null}\n]\n'


def test_columns_are_aligned_whatever_the_width_of_the_characters(capsys: pytest.CaptureFixture[str]) -> None:
    write_table([Column("Nom"), Column("N", right=True)], [["日本", "1"], ["été", "22"]])
    assert capsys.readouterr().out == "Nom    N\n日本   1\nété   22\n"


def test_a_narrow_terminal_cuts_long_texts_in_their_middle(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    columns = [Column("Nombre", right=True), Column("Objet", flexible=True), Column("De", flexible=True)]
    write_table(columns, [["12", "o" * 80, "camille.exemple@medecin.mssante.fr"]])
    lines = capsys.readouterr().out.splitlines()
    assert all(cell_width(line) <= 40 for line in lines)
    assert lines[1].count("…") == 2


def test_a_file_gets_the_whole_texts(capsys: pytest.CaptureFixture[str]) -> None:
    write_table([Column("Objet", flexible=True)], [["o" * 300]])
    assert "o" * 300 in capsys.readouterr().out
