"""Lines as coloured pieces: widths, cuts, bars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from balt.tui.paint import bar, fit, spread, strip_of, width_of, wrap
from balt.tui.theme import DARK

HOSTILE = ["日本語のメール", "e\u0301\u0301", "👩‍⚕️ ﷽", "plain", "", "é" * 50]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [0, 1, 2, 7, 30])
def test_fit_gives_exactly_the_width_asked(text: str, width: int) -> None:
    assert width_of([(fit(text, width), Style())]) == width
    assert width_of([(fit(text, width, right=True), Style())]) == width
    assert width_of([(fit(text, width, middle=True), Style())]) == width


def test_a_cut_is_shown() -> None:
    assert "…" in fit("secretariat.cardio@ch-fictif.mssante.fr", 20)
    assert fit("secretariat.cardio@ch-fictif.mssante.fr", 20, middle=True).endswith("te.fr")


@pytest.mark.parametrize(("part", "full"), [(0.0, 0), (0.5, 5), (1.0, 10), (7.0, 10), (-1.0, 0)])
def test_a_bar_fills_its_part(part: float, full: int) -> None:
    line = bar(part, 10, DARK, "attention")
    assert width_of(line) == 10
    assert line[0][0] == "█" * full


def test_an_eighth_of_a_cell_is_drawn() -> None:
    assert "▏" in "".join(text for text, _ in bar(1 / 80, 10, DARK, "alert"))


def test_wrap_breaks_between_words_and_keeps_all_of_them() -> None:
    text = "rien de lu depuis 14 mois, 212 non lus"
    lines = wrap(text, 12)
    assert " ".join(lines) == text
    assert all(len(line) <= 12 for line in lines)


@pytest.mark.parametrize("width", [*range(9, 60)])
def test_wrap_keeps_quotation_marks_with_their_word(width: int) -> None:
    text = "Dans ses réglages : « Absence » ou « Filtres » ; êtes-vous sûr ? Oui !"
    lines = wrap(text, width)
    assert " ".join(lines) == text
    for line in lines:
        assert len(line) <= width
        if width >= len("« Absence »"):
            assert line[0] != "»"
            assert line[-1] != "«"


def test_wrap_begins_no_line_with_a_sign_that_french_sets_apart_unless_that_takes_a_line_more() -> None:
    assert wrap("Elle est lue : oui", 13) == ["Elle est", "lue : oui"]
    assert wrap("Elle est lue : non plus", 12) == ["Elle est lue", ": non plus"]


def test_wrap_breaks_there_rather_than_cut_a_word() -> None:
    assert wrap("camille : « exemple »", 8) == ["camille", ": «", "exemple", "»"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("seuil choisi ici : 80 %", 22, ["seuil choisi ici :", "80 %"]),
        ("extraction du 29 nov. 2026", 22, ["extraction du", "29 nov. 2026"]),
        ("depuis le 1er oct. 2026", 16, ["depuis le", "1er oct. 2026"]),
        ("+41 Mo par mois sur 12 mois", 24, ["+41 Mo par mois sur", "12 mois"]),
        ("c.exemple@a.fr · camille@b.fr", 16, ["c.exemple@a.fr ·", "camille@b.fr"]),
    ],
)
def test_wrap_parts_no_number_from_its_unit_and_no_date(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(st.text(alphabet="ab 12:«»%.,é日", max_size=60), st.integers(1, 20))
def test_no_wrapped_line_is_wider_than_asked(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


def test_wrap_cuts_a_word_longer_than_the_line() -> None:
    (line,) = wrap("camille.exemple@medecin.mssante.fr", 10)
    assert len(line) == 10
    assert "…" in line


def test_spread_keeps_the_right_end_whole() -> None:
    strip = spread([("a" * 50, Style())], [("quota", Style())], 20, DARK.ground_style)
    assert strip.cell_length == 20
    assert strip.text.endswith("quota")


def test_markup_in_text_is_only_text() -> None:
    assert strip_of([("[red]x[/nope]", Style())], 20, DARK.ground_style).text.startswith("[red]x[/nope]")
