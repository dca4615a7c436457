"""The practice put together, and which situations are the holder's own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Person
from balt.directory.model import DirectoryAnswer, Origin, PracticeSituation
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, MailboxStatus, Verdict
from balt.mailboxes.practice import Practice, own_situations, practice_of
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.situations import SituationBook
from tests.mailboxes.directory_cases import (
    API,
    CAMILLE,
    CH,
    DEAD,
    EXTRACTION,
    HOSPITAL,
    LILAS,
    NO,
    NOW,
    OFFICE,
    OTHER_RPPS,
    READ,
    RPPS,
    SILENT,
    api,
    entry,
    extraction,
    settings,
    view,
)

HOLDER = Person("Dr Camille EXEMPLE", RPPS)
IN_FILE = replace(LILAS, id="file-lilas", origin=EXTRACTION)


@pytest.fixture
def book(tmp_path: Path) -> SituationBook:
    return SituationBook(tmp_path, FixedClock(NOW))


def practice(
    book: BookView,
    directory: DirectoryView,
    *addresses: str,
    statuses: dict[str, MailboxStatus] | None = None,
    answers: dict[str, Sequence[Answer]] | None = None,
) -> Practice:
    return practice_of(settings(*addresses), statuses or {}, directory, answers or {}, book, NOW)


def active(book: SituationBook, *answers: DirectoryAnswer, person: Person = HOLDER) -> dict[str, bool]:
    """Which situations are known after these answers, and whether each goes on."""
    book.merge(*own_situations(view(*answers), person))
    return {each.id: each.active for each in book.situations()}


# The practice


def test_a_practice_holds_what_the_configuration_and_the_directory_know(book: SituationBook) -> None:
    directory = view(api(entry(), entry(HOSPITAL)))
    found = practice(book.view(), directory, CAMILLE, OFFICE, statuses={CAMILLE: READ})
    assert [each.address for each in found.mailboxes] == [CAMILLE, OFFICE, HOSPITAL]
    assert found.directory is directory
    assert (found.person, found.now) == (HOLDER, NOW)


def test_the_situations_and_the_preferred_bal_are_those_of_the_book(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    book.prefer(LILAS.id, CAMILLE.upper())
    found = practice(book.view(), view(), CAMILLE)
    assert [each.id for each in found.situations] == [LILAS.id, CH.id]
    assert dict(found.preferred) == {LILAS.id: CAMILLE}
    assert [each.id for each in found.mailboxes[0].situations] == [LILAS.id]


def test_a_bal_is_found_whatever_the_case_of_its_address(book: SituationBook) -> None:
    found = practice(
        book.view(),
        view(api(entry(CAMILLE.title()))),
        CAMILLE.upper(),
        statuses={CAMILLE.lower(): DEAD},
        answers={CAMILLE.swapcase(): [NO]},
    )
    (mailbox,) = found.mailboxes
    assert found.mailbox(CAMILLE) is found.mailbox(CAMILLE.title()) is mailbox
    assert mailbox.address == CAMILLE.upper()
    assert mailbox.finding.verdict is Verdict.GHOST
    assert mailbox.answers == (NO,)


def test_an_address_that_is_not_there_is_no_bal(book: SituationBook) -> None:
    found = practice(book.view(), view(), CAMILLE)
    assert found.mailbox(HOSPITAL) is None
    assert found.mailbox("") is None


def test_only_the_figures_of_a_bal_that_answered_count(book: SituationBook) -> None:
    statuses = {CAMILLE: READ, OFFICE: replace(SILENT, address=OFFICE)}
    found = practice(book.view(), view(), CAMILLE, OFFICE, HOSPITAL, statuses=statuses)
    assert found.measured == [READ]


# Whose situations


def test_the_situations_of_others_are_left_out() -> None:
    other = replace(CH, rpps=OTHER_RPPS)
    found, _whole = own_situations(view(api(situations=(LILAS, other))), HOLDER)
    assert found == [LILAS]


@pytest.mark.parametrize("written", [RPPS, "8" + RPPS])
@pytest.mark.parametrize("number", [RPPS, "8" + RPPS])
def test_the_number_may_be_written_with_the_8_of_the_national_one(written: str, number: str) -> None:
    situation = replace(LILAS, rpps=written)
    found, _whole = own_situations(view(api(situations=(situation,))), Person("", number))
    assert found == [situation]


def test_the_end_of_a_number_is_not_the_number() -> None:
    found, _whole = own_situations(view(api(situations=(replace(LILAS, rpps=f"3{RPPS}"),))), HOLDER)
    assert found == []


@pytest.mark.parametrize("rpps", ["", "12"])
def test_without_the_number_of_the_holder_no_situation_is_theirs_and_none_has_ended(rpps: str) -> None:
    nameless = replace(LILAS, rpps=rpps)
    assert own_situations(view(api(situations=(LILAS, nameless))), Person("", rpps)) == ([], set())


# What silence means


def test_a_situation_that_the_whole_api_does_not_give_any_more_has_ended(book: SituationBook) -> None:
    assert active(book, api(situations=(LILAS, CH))) == {LILAS.id: True, CH.id: True}
    assert active(book, api(situations=(LILAS,))) == {LILAS.id: True, CH.id: False}
    assert active(book, api()) == {LILAS.id: False, CH.id: False}


def test_a_situation_that_comes_back_goes_on(book: SituationBook) -> None:
    active(book, api(situations=(LILAS,)))
    active(book, api())
    assert active(book, api(situations=(LILAS,))) == {LILAS.id: True}


def test_the_silence_of_an_api_read_in_part_ends_nothing(book: SituationBook) -> None:
    active(book, api(situations=(LILAS, CH)))
    assert active(book, api(situations=(LILAS,), whole=False)) == {LILAS.id: True, CH.id: True}


def test_the_silence_of_an_api_that_did_not_answer_ends_nothing(book: SituationBook) -> None:
    active(book, api(situations=(LILAS, CH)))
    assert active(book, extraction(entry())) == {LILAS.id: True, CH.id: True}


def test_an_extraction_that_holds_no_situation_ends_none(book: SituationBook) -> None:
    active(book, extraction(situations=(IN_FILE,)))
    assert active(book, extraction()) == {IN_FILE.id: True}


def test_a_file_that_gives_some_situations_ends_those_that_it_gives_no_more(book: SituationBook) -> None:
    other = replace(CH, id="file-ch", origin=EXTRACTION)
    active(book, extraction(situations=(IN_FILE, other)))
    assert active(book, extraction(situations=(other,))) == {IN_FILE.id: False, other.id: True}


def test_the_situations_of_somebody_else_do_not_make_silence_out_of_a_file() -> None:
    other = replace(IN_FILE, rpps=OTHER_RPPS)
    assert own_situations(view(extraction(situations=(other,))), HOLDER) == ([], set())


@pytest.mark.parametrize(
    ("answers", "whole"),
    [
        ((), set()),
        ((api(),), {API}),
        ((api(whole=False),), set()),
        ((extraction(),), set()),
        ((api(), extraction()), {API}),
        ((api(whole=False), extraction(situations=(IN_FILE,))), {EXTRACTION}),
        ((extraction(situations=(IN_FILE,), whole=False),), set()),
    ],
)
def test_whose_silence_counts(answers: tuple[DirectoryAnswer, ...], whole: set[Origin]) -> None:
    assert own_situations(view(*answers), HOLDER)[1] == whole


def test_what_a_person_wrote_by_hand_never_ends(book: SituationBook) -> None:
    mine: PracticeSituation = book.add("Cabinet d'essai")
    assert active(book, api()) == {mine.id: True}
