"""The page for correspondents, rendered and read by a reader that is not ours (pdfium)."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp

from balt.errors import UsageError
from balt.publish.fields import Language
from balt.publish.handouts import handout
from balt.publish.page import page
from balt.publish.signatory import Signatory
from tests.mailboxes.directory_cases import CAMILLE, LILAS, RPPS
from tests.publish.test_handouts import BAL
from tests.support.hostile import PAYLOADS

WHO = Signatory("Dr Zoé MODÈLE", "Médecin", "Cardiologie (SM)", RPPS)
DAY = date(2026, 11, 23)


def text_of(octets: bytes) -> str:
    document = pypdfium2.PdfDocument(octets)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_bounded()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_is_one_page_whose_words_are_those_of_its_text(language: Language) -> None:
    made = handout("sheet", WHO, LILAS, BAL, language, day=DAY)
    found = " ".join(text_of(made.octets).split())
    for line in made.text.splitlines():
        assert " ".join(line.removeprefix("• ").split()) in found


def test_its_code_holds_the_card() -> None:
    octets = handout("sheet", WHO, LILAS, BAL, day=DAY).octets
    picture = pypdfium2.PdfDocument(octets)[0].render(scale=4).to_pil().convert("L")
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    assert f":{CAMILLE}\r\n" in found[0].text


def test_names_that_the_usual_fonts_of_a_pdf_have_not_are_drawn() -> None:
    who = replace(WHO, name="Dr Żółć ŞAHİN Ελένη Жанна Nguyễn")
    assert who.name in text_of(handout("sheet", who, LILAS, BAL).octets)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_names_make_a_page_all_the_same(payload: str) -> None:
    made = handout("sheet", replace(WHO, name=payload), replace(LILAS, structure=payload), BAL, day=DAY)
    assert CAMILLE in text_of(made.octets)
    assert b"/JavaScript" not in made.octets
    assert b"/URI" not in made.octets


def test_the_same_page_is_the_same_octets() -> None:
    one, other = (handout("sheet", WHO, LILAS, BAL, day=DAY).octets for _ in range(2))
    assert one == other


def test_a_long_address_stays_inside_the_page() -> None:
    address = (
        "un.tres.long.service.de.cardiologie.et.maladies.vasculaires@centre-hospitalier-fictif.mssante.fr"
    )
    found = text_of(handout("sheet", WHO, LILAS, replace(BAL, address=address)).octets)
    assert address in found.replace("\n", "")


def test_a_text_that_is_longer_than_a_page_is_refused() -> None:
    with pytest.raises(UsageError, match="ne tient pas sur une page"):
        page("> a@b.fr\n" + "- ligne\n" * 200, "BEGIN:VCARD", "fr")
