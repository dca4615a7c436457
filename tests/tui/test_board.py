"""The board of the three sheets: what it shows at each width."""

import pytest

from balt.sheets.model import Evidence, StepState
from balt.sheets.text import sheets
from balt.tui.theme import ANSI, CONTRAST, DARK, LIGHT
from balt.tui.views.board import BoardState, Gauge, board_rows, done_count

EVIDENCE = {
    (0, 0): Evidence("identifier", 1, None, StepState.ATTENTION, ("4 BAL : 1 non consultée",)),
    (1, 0): Evidence("entretenir", 1, None, StepState.DONE, ("corbeille vide",)),
    (1, 1): Evidence("entretenir", 2, None, StepState.TODO, ("2 301 de plus de 3 ans, 612 Mo",)),
}
GAUGE = Gauge(
    0.91,
    "91 %",
    (
        "1,82 Go sur 2 Go · camille.exemple@medecin.mssante.fr",
        "saturée vers la mi-avril 2027 : +38 Mo par mois",
    ),
    "saturée vers la mi-avril 2027",
    "attention",
)


def text_of(state: BoardState, width: int, height: int = 24) -> str:
    rows = board_rows(state, width, height, DARK)
    return "\n".join(row.strip.text for row in rows)


def state(**changes: object) -> BoardState:
    return BoardState(sheets(), evidence=EVIDENCE, gauge=GAUGE, **changes)  # type: ignore[arg-type]


def test_side_by_side_from_100_columns_on() -> None:
    first = text_of(state(), 140).splitlines()[1]
    assert "IDENTIFIER" in first
    assert "ENTRETENIR" in first
    assert "VALORISER" in first


def test_stacked_below_100_columns_fits_a_small_terminal() -> None:
    rows = board_rows(state(), 80, 22, DARK)
    assert len(rows) <= 22


@pytest.mark.parametrize("width", [40, 80, 99, 100, 140, 200])
@pytest.mark.parametrize("look", [DARK, LIGHT, CONTRAST, ANSI])
def test_every_line_is_exactly_as_wide_as_the_screen(width: int, look: object) -> None:
    rows = board_rows(state(), width, 24, look)  # type: ignore[arg-type]
    assert {row.strip.cell_length for row in rows} == {width}


def test_a_step_shows_its_sign_and_its_figures() -> None:
    text = text_of(state(), 80)
    assert "▲ Identifier vos BAL" in text
    assert "✔ Vider la corbeille" in text
    assert "2 301 de plus de 3 ans, 612 Mo" in text


def test_a_step_without_evidence_says_that_it_is_being_read() -> None:
    assert "lecture en cours" in text_of(BoardState(sheets()), 80)


def test_nothing_is_shown_done_while_some_mailbox_has_not_answered() -> None:
    assert "✔" not in text_of(state(reading=True), 80)


def test_the_fill_level_stands_under_entretenir() -> None:
    lines = text_of(state(), 80).splitlines()
    gauge = next(i for i, line in enumerate(lines) if "91 %" in line)
    heading = next(i for i, line in enumerate(lines) if "VALORISER" in line)
    assert gauge < heading
    assert "saturée vers la mi-avril 2027" in lines[gauge]


def test_the_reasoning_stands_under_the_fill_level_where_there_is_room() -> None:
    column = " ".join(line[46:94].strip() for line in text_of(state(), 140).splitlines())
    assert "1,82 Go sur 2 Go · camille.exemple@medecin" in column
    assert "saturée vers la mi-avril 2027 : +38 Mo par mois" in column


def test_a_folded_sheet_keeps_its_heading_only() -> None:
    text = text_of(state(folded=frozenset({1})), 80)
    assert "ENTRETENIR" in text
    assert "Vider la corbeille" not in text


def test_the_count_of_done_steps() -> None:
    assert done_count(state(), 1) == "1/3"
    assert done_count(state(), 2) == "0/2"
