"""Text from outside is made safe, and cut without lying about it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.text import capital, cell_width, fold, plain, plain_lines, shorten, shorten_address, shorten_middle

HOSTILE = [
    "\x1b[31mrouge\x1b[0m",
    "\x1b]0;titre\x07",
    "\x9b2J",
    "a\x00b",
    "droite\u202egauche",
    "espace\u200bnul",
    "\ud800 seul",
    "\U000e0041 étiquette",
    "ligne\u2028suivante",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_character_is_left(text: str) -> None:
    assert plain(text).isprintable()


@given(st.text(alphabet=st.characters()))
def test_whatever_comes_in_can_be_printed_on_one_line(text: str) -> None:
    safe = plain(text)
    assert safe.isprintable()
    assert plain(safe) == safe


def test_what_was_taken_out_stays_visible() -> None:
    assert plain("a\x1bb\x07c") == "a·b·c"


def test_white_space_becomes_a_space() -> None:
    assert plain("une\nligne\tet\r\nautre") == "une ligne et  autre"


def test_ordinary_french_is_left_alone() -> None:
    text = "Compte rendu d'hospitalisation, « œdème » à l'arrivée : 12 µg"
    assert plain(text) == text


def test_stacked_accents_are_limited_to_two() -> None:
    assert plain("e" + "\u0301" * 40) == "e\u0301\u0301"


def test_a_text_without_end_is_cut() -> None:
    assert len(plain("x" * 100_000)) == 4096
    assert len(plain("é" * 100_000, limit=10)) == 10


def test_a_body_keeps_its_lines() -> None:
    assert plain_lines("un\r\ndeux\n\ttrois\x1b") == ["un", "deux", "    trois·"]


@pytest.mark.parametrize(
    ("one", "other"), [("Épaule", "epaule"), ("ŒDÈME", "œdeme"), ("STRASSE", "straße"), ("ﬁche", "FICHE")]
)
def test_case_and_accents_do_not_matter_when_comparing(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_wide_and_combining_characters_are_counted_in_cells() -> None:
    assert cell_width("abc") == 3
    assert cell_width("日本") == 4
    assert cell_width("e\u0301") == 1


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert shorten("radiographie", 6) == "radio…"
    assert shorten("radio", 6) == "radio"
    assert shorten("radio", 0) == ""


def test_a_long_address_shows_both_ends() -> None:
    assert shorten_middle("camille.exemple@medecin.mssante.fr", 15) == "camille.e…te.fr"
    assert shorten_middle("court", 15) == "court"
    assert shorten_middle("court", 1) == "…"


def test_two_addresses_that_look_alike_can_be_told_apart_when_cut() -> None:
    both = ("camille.exemple@medecin.mssante.fr", "camille.exemple@ch-fictif.mssante.fr")
    assert [shorten_address(each, 26) for each in both] == [
        "camille.exemple@medecin.m…",
        "camille.exemple@ch-fictif…",
    ]
    assert [shorten_address(each, 20) for each in both] == ["camill…mple@medecin…", "camill…mple@ch-fict…"]
    assert shorten_address(both[0], 40) == both[0]
    assert shorten_address("camille", 5) == "ca…le"


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])), st.integers(0, 30))
def test_no_address_cut_is_wider_than_asked(text: str, width: int) -> None:
    text = unicodedata.normalize("NFC", plain(text))
    for address in (text, f"{text}@medecin.mssante.fr", f"camille@{text}", f"{text}@{text}"):
        assert cell_width(shorten_address(address, width)) <= width


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])), st.integers(0, 30))
def test_nothing_cut_is_wider_than_asked(text: str, width: int) -> None:
    text = unicodedata.normalize("NFC", plain(text))
    assert cell_width(shorten(text, width)) <= width
    assert cell_width(shorten_middle(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("la clé est refusée.", "La clé est refusée."),
        ("été", "Été"),
        ("refusé.", "Refusé."),
        ("", ""),
        ("« rpps » manque.", "« rpps » manque."),
        ("secretariat@cab.mssante.fr : pas lue.", "secretariat@cab.mssante.fr : pas lue."),
        ("extraction.txt est vide.", "extraction.txt est vide."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_a_name_keeps_its_own(text: str, sentence: str) -> None:
    assert capital(text) == sentence
