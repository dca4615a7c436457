"""An IHE_XDM.zip: its members by name, the text of its document, and what of it is left alone."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.documents.kinds import DocumentKind
from balt.mail.documents.refusal import Refusal
from balt.mail.documents.telling import view_of
from balt.mail.documents.worker import ask_worker
from balt.mail.documents.xdm import read_zip
from tests.mail.documents.made import DOCUMENT, cda, linked, lying, many, overlapping, xdm, zipped


def whys(octets: bytes) -> dict[str, str]:
    members = read_zip(octets, "")["members"]
    assert isinstance(members, list)
    return {member["name"]: member["why"] for member in members}


def test_its_members_are_named_and_its_document_is_read() -> None:
    view = read_zip(xdm(), "")
    assert list(whys(xdm())) == ["INDEX.HTM", "README.TXT", "IHE_XDM/SUBSET01/METADATA.XML", DOCUMENT]
    assert view["shown"] == DOCUMENT
    assert view["others"] == 0
    assert "Créatinine  72 µmol/L" in str(view["lines"])


def test_a_document_that_is_no_cda_makes_way_for_one_that_is() -> None:
    octets = zipped(
        {"IHE_XDM/SUBSET01/STYLE.XML": b"<x/>", DOCUMENT: cda(), "IHE_XDM/SUBSET02/DOC0002.XML": cda()}
    )
    view = read_zip(octets, "")
    assert view["shown"] == DOCUMENT
    assert view["others"] == 1


def test_names_are_read_whatever_their_case_and_their_strokes() -> None:
    assert read_zip(zipped({"ihe_xdm\\subset01\\doc0001.xml": cda()}), "")["lines"]


@pytest.mark.parametrize(
    ("octets", "name", "why"),
    [
        (zipped({"../a.txt": b"x"}), "../a.txt", "path"),
        (zipped({"a/../../b": b"x"}), "a/../../b", "path"),
        (zipped({"/etc/passwd": b"x"}), "/etc/passwd", "path"),
        (zipped({"C:\\a": b"x"}), "C:\\a", "path"),
        (zipped({"..\\a": b"x"}), "..\\a", "path"),
        (linked(), DOCUMENT, "link"),
        (zipped({"in.zip": xdm()}), "in.zip", "nested"),
        (lying(cda(), len(cda()), flags=1), DOCUMENT, "encrypted"),
        (lying(cda(), len(cda()), flags=0x41), DOCUMENT, "encrypted"),
        (lying(b"a" * 100_000, 100_000), DOCUMENT, "ratio"),
        (overlapping(2, cda()), DOCUMENT, "overlap"),
    ],
)
def test_what_is_not_opened_is_named_and_says_why(octets: bytes, name: str, why: str) -> None:
    assert whys(octets)[name] == why
    assert "lines" not in read_zip(octets, "") or not read_zip(octets, "")["lines"]


def test_a_member_that_is_packed_otherwise_is_left_alone() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(DOCUMENT, cda())
    assert whys(stream.getvalue()) == {DOCUMENT: "method"}


def test_a_member_that_grows_beyond_what_it_says_is_not_believed() -> None:
    assert read_zip(lying(cda() + b" " * 50_000, 1000), "")["warnings"] == ["damaged"]


@pytest.mark.parametrize(
    ("octets", "code"),
    [(b"no zip", "damaged"), (xdm()[:-30], "damaged"), (many(1_001), "members"), (many(50_000), "members")],
)
def test_what_is_not_read_at_all_says_why(octets: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_zip(octets, "")
    assert refused.value.code == code


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(xdm()) - 1), st.binary(min_size=1, max_size=6))
def test_no_damage_upsets_the_reader(place: int, junk: bytes) -> None:
    octets = xdm()
    try:
        view = read_zip(octets[:place] + junk + octets[place + len(junk) :], "")
    except Refusal:
        return
    assert isinstance(view["members"], list)


def test_a_hostile_name_is_safe_to_show() -> None:
    octets = zipped({"\x1b]0;x\x07\u202efdp.exe": b"x"})
    view = view_of(ask_worker(DocumentKind.ZIP, octets, "", ""), "a.zip")
    assert view.members[0].name == "·]0;x··fdp.exe"
