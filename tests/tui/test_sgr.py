"""Fewer octets, the same screen: checked on a terminal's model, cell by cell."""

import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.tui.sgr import PLAIN, Minimiser, Pen, change, with_sgr

COLUMNS, ROWS = 24, 6
COLOURS = ["", "31", "92", "38;5;17", "38;2;213;219;229", "38;2;127;137;152"]
GROUNDS = ["", "41", "104", "48;5;17", "48;2;15;20;27", "48;2;34;64;95"]
MARKS = ["1", "3", "4", "5", "7", "9"]  # those that pyte shows
TEXTS = ["   ", "Objet", " · ", "néphro…", "資料", "e\u0301", " ", "x"]

pieces = st.builds(
    lambda marks, colour, ground, text: rich(";".join(filter(None, (*marks, colour, ground))), text),
    st.lists(st.sampled_from(MARKS), unique=True, max_size=3),
    st.sampled_from(COLOURS),
    st.sampled_from(GROUNDS),
    st.sampled_from(TEXTS),
)
moves = st.builds("\x1b[{};{}H".format, st.integers(1, ROWS), st.integers(1, COLUMNS))
rest = st.sampled_from(
    [
        "\n",
        "\r\n",
        "\x1b[K",
        "\x1b[2J",
        "\x1b[1L",
        "\x1b[0m",
        "\x1b[m",
        "\x1b[1;31m",
        "\x1b[22;39m",
        "\x1b[27m",
    ]
)
writes = st.lists(
    st.lists(st.one_of(pieces, pieces, pieces, moves, rest), max_size=12).map("".join), max_size=6
)


def rich(parameters: str, text: str) -> str:
    """A piece of text as Rich writes it."""
    return f"\x1b[{parameters}m{text}\x1b[0m" if parameters else text


class Model:
    """A terminal: what each of its cells shows."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.screen.reset_mode(pyte.modes.DECAWM)  # as Textual does
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str) -> None:
        self._stream.feed(text)

    def cells(self) -> list[object]:
        """What is seen: of a blank, only what shows without ink."""
        rows = (self.screen.buffer[row] for row in range(ROWS))
        return [self._seen(line[column]) for line in rows for column in range(COLUMNS)]

    @staticmethod
    def _seen(cell: pyte.screens.Char) -> object:
        inked = cell.data.strip(" ") or cell.reverse or cell.underscore or cell.strikethrough
        return cell if inked else ("blank", cell.bg)

    def pen(self) -> object:
        """How the next text would look, and where it would go."""
        cursor = self.screen.cursor
        return cursor.x, cursor.y, cursor.attrs


@given(writes)
def test_the_screen_is_the_same_after_each_write(texts: list[str]) -> None:
    as_it_was, minimised, minimiser = Model(), Model(), Minimiser()
    for text in texts:
        as_it_was.write(text)
        minimised.write(minimiser.feed(text))
        assert minimised.cells() == as_it_was.cells()
        assert minimised.pen() == as_it_was.pen()


@given(writes)
def test_what_it_writes_is_never_longer(texts: list[str]) -> None:
    minimiser = Minimiser()
    for text in texts:
        assert len(minimiser.feed(text)) <= len(text) + len("\x1b[39;49m")


any_pen = st.builds(Pen, st.sampled_from(COLOURS), st.sampled_from(GROUNDS), st.integers(0, 2**10 - 1))


@given(any_pen, any_pen)
def test_a_change_of_pen_leads_where_it_should(pen: Pen, to: Pen) -> None:
    parameters = re.findall(r"\x1b\[([\d;]*)m", change(pen, to))
    after: Pen | None = pen
    for each in parameters:
        after = with_sgr(after, each)
    assert after == to


def test_neighbours_of_one_style_are_told_once() -> None:
    told = Minimiser().feed(rich("31;44", "De") + rich("31;44", " EXEMPLE") + rich("1;31;44", "!"))
    assert told == "\x1b[31;44mDe EXEMPLE\x1b[1m!\x1b[m"


def test_a_blank_waits_for_its_ink_but_not_for_its_ground() -> None:
    assert Minimiser().feed(rich("32;44", "  ") + rich("31;44", "De")) == "\x1b[44m  \x1b[31mDe\x1b[m"
    assert Minimiser().feed(rich("4;32", "  ")) == "\x1b[4;32m  \x1b[m"


def test_of_moves_without_text_between_only_the_last_is_told() -> None:
    assert Minimiser().feed("\x1b[2;3Ha\x1b[2;9H\n\x1b[3;3Hb") == "\x1b[2;3Ha\x1b[3;3Hb"
    assert Minimiser().feed("\x1b[3;9H\n\x1b[3;3Hb") == "\x1b[3;9H\n\x1b[3;3Hb", "that line feed may scroll"


@pytest.mark.parametrize("unknown", ["\x1bc", "\x1b[?1049h", "\x1b[!p", "\x1b[31:2m", "\x1b[21m", "\x1b8"])
def test_what_is_not_known_is_written_as_it_is_until_the_next_reset(unknown: str) -> None:
    text = f"\x1b[31mDe{unknown}\x1b[1mObjet\x1b[0m"
    minimiser = Minimiser()
    assert minimiser.feed(text) == text
    assert minimiser.feed(rich("1", "a") + rich("1", "b")) == "\x1b[1mab\x1b[m"


def test_an_erasure_finds_the_pen_that_it_was_given() -> None:
    assert Minimiser().feed(rich("44", "a") + "\x1b[K") == "\x1b[44ma\x1b[m\x1b[K"
    assert Minimiser().feed("\x1b[44m\x1b[K") == "\x1b[44m\x1b[K"


def test_the_pen_is_remembered_from_one_write_to_the_next() -> None:
    minimiser = Minimiser()
    assert minimiser.feed("\x1b[31m") == "\x1b[31m"
    assert minimiser.feed("a\x1b[31mb\x1b[0m") == "ab\x1b[m"
    assert minimiser.feed(rich("31", "c")) == "\x1b[31mc\x1b[m"


def test_nothing_changes_for_a_pen_that_is_plain() -> None:
    assert with_sgr(PLAIN, "0") == PLAIN
    assert Minimiser().feed("Réception\r\n") == "Réception\r\n"
