"""A CDA as text: what its header says, and its sections with lists and tables laid out."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.documents.cda import read_cda
from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES
from balt.mail.documents.layout import Enough, Layout, table_lines
from balt.mail.documents.refusal import Refusal
from tests.mail.documents.made import cda


def pieces(octets: bytes, size: int = 97) -> Iterator[bytes]:
    return (octets[i : i + size] for i in range(0, len(octets), size))


def narrative(text: str) -> object:
    body = f"<structuredBody><component><section><text>{text}</text></section></component></structuredBody>"
    return read_cda([cda(body)])["lines"]


@pytest.mark.parametrize("size", [1, 97, 1 << 20])
def test_a_document_is_read_in_whatever_pieces_it_comes(size: int) -> None:
    view = read_cda(pieces(cda(), size))
    assert view["facts"] == {
        "code": "11502-2",
        "type": "CR d'examens biologiques",
        "title": "Compte rendu d'examens",
        "date": "20261112093000+0100",
        "patient": "TESTPATIENT ALIX",
        "born": "19881012",
        "author": "CAMILLE EXEMPLE",
        "organization": "LABORATOIRE FICTIF",
        "custodian": "LABORATOIRE FICTIF",
    }
    assert view["lines"] == [
        "Conclusion",
        "Pas d'anomalie.",
        "• Glycémie normale",
        "• Revoir dans six mois",
        "  • à jeun",
        "Analyse     Résultat",
        "──────────  ─────────",
        "Glycémie    0,92 g/L",
        "Créatinine  72 µmol/L",
    ]
    assert view["headings"] == [0]
    assert view["warnings"] == []


def test_sections_in_sections_come_one_after_the_other() -> None:
    inner = "<component><section><title>Dedans</title><text>b</text></section></component>"
    outer = f"<component><section><title>Dehors</title><text>a</text>{inner}</section></component>"
    view = read_cda([cda(f"<structuredBody>{outer}</structuredBody>")])
    assert view["lines"] == ["Dehors", "a", "", "Dedans", "b"]
    assert view["headings"] == [0, 3]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("un<br/>deux", ["un", "deux"]),
        ("<paragraph> a \n  b </paragraph>c", ["a b", "c"]),
        ('voir <renderMultiMedia referencedObject="x"/>', ["voir [image]"]),
        ('<linkHtml href="http://a.fr/">lien</linkHtml>', ["lien"]),
        ("<list><item>a<br/>b</item></list>c", ["• a", "  b", "c"]),
        ("<table><tbody><tr><td>a<list><item>b</item></list></td></tr></tbody></table>", ["a b"]),
        (
            "<table><tr><td><table><tr><td>x</td><td>y</td></tr></table></td><td>z</td></tr></table>",
            ["x y  z"],
        ),
        ("&#233;&amp;&lt;", ["é&<"]),
    ],
)
def test_the_markup_of_the_text_is_laid_out(text: str, lines: list[str]) -> None:
    assert narrative(text) == lines


def test_a_document_that_is_a_pdf_says_what_it_is_and_how_large() -> None:
    body = (
        '<nonXMLBody><text mediaType="application/pdf" representation="B64">QUJD\n REVG</text></nonXMLBody>'
    )
    facts = read_cda([cda(body)])["facts"]
    assert isinstance(facts, dict)
    assert (facts["body_type"], facts["body_size"]) == ("application/pdf", "6")


def test_a_document_that_is_bare_text_is_shown() -> None:
    view = read_cda([cda('<nonXMLBody><text mediaType="text/plain">Tout va bien.</text></nonXMLBody>')])
    assert view["lines"] == ["Tout va bien."]


def test_a_document_that_replaces_another_says_so() -> None:
    head = '<relatedDocument typeCode="RPLC"><parentDocument/></relatedDocument><versionNumber value="2"/>'
    facts = read_cda([cda(head=head)])["facts"]
    assert isinstance(facts, dict)
    assert (facts["replaces"], facts["version"]) == ("yes", "2")


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"<html/>", "not_cda"),
        (b'<ClinicalDocument xmlns="urn:other"/>', "not_cda"),
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (cda(before="<!DOCTYPE x>"), "dtd"),
        (cda(before='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]>'), "dtd"),
        (cda().replace(b'"UTF-8"', b'"utf-7"'), "charset"),
    ],
)
def test_what_is_not_read_says_why(octets: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_cda(pieces(octets))
    assert refused.value.code == code


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-15", "windows-1252", "utf-16"])
def test_the_usual_character_sets_are_read(charset: str) -> None:
    octets = cda().decode().replace("UTF-8", charset).encode(charset)
    assert "Créatinine  72 µmol/L" in str(read_cda([octets])["lines"])


def test_what_is_cut_shows_its_beginning() -> None:
    whole = cda()
    view = read_cda([whole[: whole.index(b"six mois")]])
    assert view["warnings"] == ["cut"]
    assert view["lines"] == ["Conclusion", "Pas d'anomalie.", "• Glycémie normale", "• Revoir dans"]


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    body = "<structuredBody><component><section><text>%s</text></section></component></structuredBody>"
    view = read_cda([cda(body % ("mot " * MOST_CHARACTERS))])
    assert view["truncated"]
    lines = view["lines"]
    assert isinstance(lines, list)
    assert MOST_CHARACTERS - 100 < len(lines[0]) <= MOST_CHARACTERS
    view = read_cda([cda(body % ("<paragraph>a</paragraph>" * (MOST_LINES + 1)))])
    assert view["truncated"]


def test_a_wide_table_is_told_row_by_row() -> None:
    rows = [["Analyse", "Commentaire"], ["Glycémie", "x" * 80], ["Calcium", ""]]
    assert table_lines(rows, has_head=True) == [
        "• Analyse : Glycémie",
        "  Commentaire : " + "x" * 80,
        "• Analyse : Calcium",
    ]


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(sorted({"td", "tr", "table", "list", "item", "br", "x"}))),
        max_size=60,
    )
)
def test_no_order_of_tags_upsets_the_layout(tags: list[tuple[bool, str]]) -> None:
    layout = Layout()
    for opens, tag in tags:
        (layout.start if opens else layout.end)(tag)
        layout.data("mot ")
    layout.close()
    assert len("".join(layout.lines).split("mot")) <= len(tags) + 1


def test_the_layout_holds_no_more_than_its_bound() -> None:
    layout = Layout()
    for _turn in range(MOST_CHARACTERS):
        layout.data(" " * 100)
    with pytest.raises(Enough):
        layout.data("x")


@settings(max_examples=200)
@given(st.integers(0, len(cda()) - 1), st.binary(max_size=8))
def test_no_damage_upsets_the_reader(place: int, junk: bytes) -> None:
    octets = cda()
    try:
        view = read_cda([octets[:place] + junk + octets[place + len(junk) :]])
    except Refusal:
        return
    assert isinstance(view["lines"], list)
