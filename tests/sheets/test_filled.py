"""The filled sheets in their three forms: what stands on them, on how many pages; nothing breaks out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import html5lib
import pypdfium2
import pytest

from balt import i18n
from balt.sheets.filled.html import as_html
from balt.sheets.filled.markdown import as_markdown
from balt.sheets.filled.model import MOST_BAL, Filled, filled
from balt.sheets.filled.pdf import as_pdf
from balt.sheets.model import Evidence, StepState
from balt.sheets.rules import RULES
from balt.sheets.states import state_word
from balt.sheets.text import sheets
from tests.sheets.cases import ALIX, LOU, NOW
from tests.support.hostile import PAYLOADS, control_characters

STATES = list(StepState)
LONG = "service.de.cardiologie.et.maladies.vasculaires.du.pole.medecine@ch-fictif.mssante.fr"


def evidence(*addresses: str | None, said: str = "412 messages, 380 Mo") -> list[Evidence]:
    """Every step of each BAL, in states that differ from one to the next."""
    return [
        Evidence(*_split(step), address, STATES[(i + j) % 5], (said,), NOW - timedelta(days=30))
        for j, address in enumerate(addresses)
        for i, step in enumerate(RULES)
    ]


def _split(step: str) -> tuple[str, int]:
    sheet, _dot, number = step.partition(".")
    return sheet, int(number)


def document(*addresses: str | None, said: str = "412 messages, 380 Mo", who: str = "Dr EXEMPLE") -> Filled:
    return filled(evidence(*addresses, said=said), who, NOW, "en mars 2/8, aujourd'hui 3/8")


def pages_of(octets: bytes) -> list[str]:
    pdf = pypdfium2.PdfDocument(octets)
    return [" ".join(str(page.get_textpage().get_text_bounded()).split()) for page in pdf]


def texts_of(made: Filled) -> dict[str, str]:
    """Each form as the plain text that a reader sees."""
    tree = html5lib.HTMLParser(strict=True).parse(as_html(made))
    body = next(each for each in tree.iter() if str(each.tag).endswith("}body"))
    markdown = re.sub(r"\\([^\w\s])", r"\1", as_markdown(made))
    return {
        "md": " ".join(markdown.split()),
        "html": " ".join(" ".join(body.itertext()).split()),
        "pdf": " ".join(pages_of(as_pdf(made))),
    }


@pytest.fixture(autouse=True)
def _french_again() -> Iterator[None]:
    yield
    i18n.set_language("fr")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", ["md", "html", "pdf"])
def test_all_that_the_sheets_print_and_all_that_is_known_stands_there(language: str, form: str) -> None:
    i18n.set_language(language)
    text = texts_of(document(None, ALIX, LOU))[form]
    for sheet in sheets():
        words = [
            sheet.verb,
            sheet.practice,
            sheet.risk_heading,
            *sheet.questions,
            *sheet.hashtags,
            *sheet.more,
        ]
        words += [sheet.gloss, *(item for risks in sheet.risks for item in risks.items)]
        words += [word for step in sheet.steps for word in (step.title, step.gloss, *step.sentences)]
        for word in words:
            assert " ".join(word.split()) in text
    shown = {*map(state_word, STATES), ALIX, LOU, "412 messages, 380 Mo", "Dr EXEMPLE", "2/8"}
    assert {word for word in shown if word not in text} == set()


def test_the_pdf_has_a_page_a_sheet_and_each_says_its_progress() -> None:
    pages = pages_of(as_pdf(document(None, ALIX)))
    assert [page.split()[0] for page in pages] == ["IDENTIFIER", "ENTRETENIR", "VALORISER"]
    assert all(re.search(r"\b[0-3]/[23]\b", page) for page in pages)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_fullest_page_still_holds_all_of_its_words(language: str) -> None:
    i18n.set_language(language)
    said = (
        "camille.exemple@medecin.mssante.fr et 12 autres : 2 301 messages de plus de 3 ans, 612 Mo, à trier"
    )
    found = [
        replace(each, sentences=(said, said, said))
        for each in evidence(None, *(f"{i}.{LONG}" for i in range(500)))
    ]
    pages = pages_of(as_pdf(filled(found, "Dr EXEMPLE", NOW, "en mars 2/8")))
    assert len(pages) == 3
    for page, sheet in zip(pages, sheets(), strict=True):
        assert page.count(said) == 3 * len(sheet.steps)
        assert sheet.hashtags[-1] in page


def test_what_a_page_has_no_room_for_is_counted_on_it_and_nothing_is_cut_in_silence() -> None:
    said = tuple(f"phrase {number} " + "un mot et un autre " * 12 for number in range(35))
    steps = [each for each in evidence(None) if each.sheet == "valoriser"]
    (page,) = pages_of(as_pdf(filled([replace(each, sentences=said) for each in steps], "Dr EXEMPLE", NOW)))
    shown = page.count("phrase ")
    (told,) = {int(count) for count in re.findall(r"… et (\d+) autres lignes", page)}
    assert shown > 2
    assert shown + 2 * told == 2 * len(said)
    assert "#Efficacité" in page


def test_of_many_bal_the_worst_are_shown_and_the_others_counted() -> None:
    states = [StepState.DONE] * 20 + [StepState.ATTENTION]
    found = [Evidence("identifier", 1, None, StepState.ATTENTION, ("x",))]
    found += [Evidence("identifier", 1, f"{i}@x.fr", state, ("x",)) for i, state in enumerate(states)]
    (page,) = filled(found, "", NOW).pages
    assert [line.address for line in page.bals][:2] == ["20@x.fr", "0@x.fr"]
    assert len(page.bals) == MOST_BAL
    assert page.others == "et 11 autres BAL : voir balt checklist"


def test_named_bal_have_pages_of_their_own() -> None:
    made = filled(evidence(ALIX, LOU), "Dr EXEMPLE", NOW)
    assert [page.address for page in made.pages] == [ALIX] * 3 + [LOU] * 3
    assert all(not page.bals for page in made.pages)


@pytest.mark.parametrize(
    "payload", [*PAYLOADS.values(), "</style><script>alert(1)</script>", "| a | `b` ~~c~~"]
)
def test_a_hostile_name_stays_a_text_in_every_form(payload: str) -> None:
    made = document(None, payload, said=payload, who=payload)
    markdown, html = as_markdown(made), as_html(made)
    assert control_characters(markdown + html) == []
    tags = {str(e.tag).rpartition("}")[2] for e in html5lib.HTMLParser(strict=True).parse(html).iter()}
    assert not tags & {"script", "img", "a", "iframe", "link"}
    assert not re.search(r"(?<!\\)[<\[]", markdown.replace("\\\\", ""))
    assert len(pages_of(as_pdf(made))) == 3


def test_markdown_makes_no_link_of_a_name_and_no_table_cell_of_a_bar() -> None:
    made = document(None, "http://exemple.invalid www.exemple.invalid a|b")
    row = next(line for line in as_markdown(made).splitlines() if "exemple" in line)
    assert "http:\\/\\/" in row
    assert "www\\." in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_the_html_runs_nothing_and_asks_for_nothing() -> None:
    html = as_html(document(None, ALIX))
    assert "default-src &#x27;none&#x27;" in html
    assert not re.search(r"<script|<link|<img|\bsrc=|\bhref=|url\(|@import|\son\w+=", html)
    assert "prefers-color-scheme: dark" in html
    assert "break-before: page" in html


def test_the_same_evidence_makes_the_same_octets() -> None:
    assert as_pdf(document(None, ALIX)) == as_pdf(document(None, ALIX))
