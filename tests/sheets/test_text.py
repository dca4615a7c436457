"""The text of the sheets: the French is the printed one, word for word; the English is whole."""

import re
from pathlib import Path

import pytest

from balt.i18n import set_language
from balt.sheets import text_en, text_fr
from balt.sheets.model import Sheet
from balt.sheets.rules import RULES
from balt.sheets.text import sheet, sheets, step

PRINTED = Path(__file__).with_name("printed.txt").read_text(encoding="utf-8")


def run_on(text: str) -> str:
    """Without the line breaks of the page; an empty line may fall in the middle of a sentence."""
    return re.sub(r"\s+", " ", text.replace("DESQUESTIONS", "DES QUESTIONS")).strip()


def heading(text: str) -> str:
    return run_on(text).casefold().replace("’", "'")


def sentences(each: Sheet) -> list[str]:
    said = [sentence for one in each.steps for sentence in one.sentences]
    said += [item for group in each.risks for item in (group.for_whom, *group.items)]
    return [*said, *each.questions, *each.more, *each.hashtags]


@pytest.mark.parametrize("sentence", [s for each in text_fr.SHEETS for s in sentences(each)])
def test_each_french_sentence_is_printed_on_the_sheets(sentence: str) -> None:
    assert sentence in run_on(PRINTED)


@pytest.mark.parametrize(
    "title",
    [
        title
        for each in text_fr.SHEETS
        for title in (
            each.title,
            each.practice,
            each.risk_heading,
            each.questions_heading,
            *(one.title for one in each.steps),
        )
    ],
)
def test_each_heading_is_printed_but_for_its_capitals(title: str) -> None:
    assert heading(title) in heading(PRINTED)


def test_nothing_printed_is_left_out() -> None:
    left = heading(PRINTED)
    known = []
    for each in text_fr.SHEETS:
        known += [each.title, each.practice, each.risk_heading, each.questions_heading, *sentences(each)]
        known += [one.title for one in each.steps]
    for text in sorted(filter(None, known), key=len, reverse=True):
        left = left.replace(heading(text), " ")
    # What remains is layout: the banner over each sheet, bullets, and the numbers of three steps.
    assert run_on(re.sub(r"bonnes pratiques|[•1-3]", " ", left)) == ""


def test_the_slip_of_the_sheet_is_kept() -> None:
    assert "ne peut plus recevoir ni recevoir" in text_fr.ENTRETENIR.risks[0].items[0]


def test_the_sheets_stand_in_their_order_with_their_steps() -> None:
    assert [each.verb for each in sheets()] == ["IDENTIFIER", "ENTRETENIR", "VALORISER"]
    assert [one.id for each in sheets() for one in each.steps] == list(RULES)
    assert [len(each.steps) for each in sheets()] == [3, 3, 2]
    assert [one.number for one in sheets()[2].steps] == [1, 2]


def test_a_sheet_is_named_in_full_and_in_short() -> None:
    assert sheet("entretenir").subject == "ses boîtes aux lettres"
    assert sheet("entretenir").short_subject == "ses BAL"


def test_the_language_chooses_the_text() -> None:
    assert step("entretenir.1").gloss == ""
    set_language("en")
    assert step("entretenir.1").gloss == "Empty the trash of your BAL"
    assert sheet("valoriser").risks[2].for_whom == "For the patient:"


def shape(each: Sheet) -> list[int]:
    return [
        len(each.risks),
        len(each.questions),
        len(each.more),
        *(len(group.items) for group in each.risks),
    ] + [len(one.sentences) for one in each.steps]


@pytest.mark.parametrize(("french", "english"), list(zip(text_fr.SHEETS, text_en.SHEETS, strict=True)))
def test_the_english_says_as_much_and_keeps_titles_and_hashtags(french: Sheet, english: Sheet) -> None:
    assert shape(english) == shape(french)
    assert (english.id, english.title, english.hashtags) == (french.id, french.title, french.hashtags)
    assert english.gloss
    assert english.practice != french.practice
    for one, other in zip(english.steps, french.steps, strict=True):
        assert (one.id, one.title) == (other.id, other.title)
        assert one.gloss
        assert not set(one.sentences) & set(other.sentences)


def test_an_unknown_sheet_or_step_is_refused() -> None:
    with pytest.raises(KeyError):
        sheet("ranger")
    with pytest.raises(KeyError):
        step("entretenir.4")


def test_no_word_promises_more_than_was_checked() -> None:
    folder = Path(text_fr.__file__).parent
    written = " ".join(path.read_text(encoding="utf-8").casefold() for path in folder.glob("*.py"))
    assert not re.search(r"vérifiée|verified", written)
