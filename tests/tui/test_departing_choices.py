"""What can be done for a BAL on its way out, by how far it has come."""

from datetime import UTC, datetime, timedelta

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.tui.departing_choices import Way, choices_of, deletion_choices, next_words, told_choices
from balt.tui.dialogs.pick import DIGITS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
GONE, BACK = (Happened.API, "absent"), (Happened.API, "published")
ASKED, KEPT = (Happened.REQUESTED, "text"), (Happened.NOTHING_TO_KEEP, "")
BY_HAND = (Happened.AUTO_REPLY, "by_hand")
CLOSED, ABANDONED, DELETED = (Happened.CLOSED, ""), (Happened.ABANDONED, ""), (Happened.DELETED, "")


def case(kind: CaseKind, *events: tuple[Happened, str], replacement: str = OTHER, later: int = 0) -> Case:
    at = NOW + timedelta(hours=later)
    told = (Event(Happened.OPENED, at, replacement), *(Event(what, at, value) for what, value in events))
    return Case(kind, BAL, told)


def leaving(*events: tuple[Happened, str], later: int = 0) -> Case:
    return case(CaseKind.DEPUBLICATION, *events, later=later)


def deletion(*events: tuple[Happened, str], replacement: str = OTHER) -> Case:
    return case(CaseKind.DELETION, KEPT, *events, replacement=replacement)


def offered(*cases: Case, opens: bool = True, out: bool = False) -> list[str]:
    """The keys of what is offered, where the BAL's messages are read."""
    return [each.key for each in choices_of(Way.of(cases, opens=opens, reads=True, out=out), NOW)]


def told(*cases: Case) -> list[str]:
    """The keys of what can be noted."""
    return [each.key for each in told_choices(Way.of(cases, opens=True, reads=True), NOW)]


SAME = ["read", "draft", "hand_out", "reply", "replace", "writers", "tell"]
OUT = [each for each in SAME if each not in ("draft", "hand_out")]
"""There is nothing left to ask of the provider."""


@pytest.mark.parametrize(
    ("cases", "keys"),
    [
        ([leaving()], [*SAME, "abandon"]),
        ([leaving(GONE)], [*OUT, "delete", "abandon"]),
        ([leaving(GONE), deletion(GONE)], [*SAME, "abandon"]),
        ([leaving(GONE, ASKED, (Happened.AUTO_REPLY, "active"))], [*OUT, "delete", "close"]),
        ([leaving(BACK), deletion(BACK)], [*SAME, "abandon"]),
        ([deletion(BACK)], ["read", "again", *SAME[3:], "abandon"]),
        (
            [deletion(GONE, replacement="")],
            [each for each in SAME if each not in ("reply", "tell")] + ["abandon"],
        ),
        ([leaving(GONE, CLOSED)], ["read", "again", "reply", "tell", "delete"]),
        ([leaving(CLOSED)], ["read", "again", "reply", "tell"]),
        ([leaving(CLOSED, (Happened.AUTO_REPLY, "active"))], ["read", "again", "reply"]),
        ([leaving(GONE, BACK, CLOSED)], ["read", "again", "reply", "tell"]),
        ([leaving(GONE, CLOSED), deletion(GONE, ASKED, DELETED)], ["read", "again", "tell", "delete"]),
        ([leaving(GONE, CLOSED), deletion(ABANDONED)], ["read", "again", "reply", "tell", "delete"]),
    ],
)
def test_what_is_offered_follows_from_how_far_the_bal_has_come(cases: list[Case], keys: list[str]) -> None:
    assert offered(*cases) == keys


@pytest.mark.parametrize(
    ("cases", "keys"),
    [
        ([leaving()], ["autoreply"]),
        ([leaving(ASKED)], ["sent", "answered", "autoreply", "take_back"]),
        ([leaving(BY_HAND)], ["autoreply", "reply_off", "take_back"]),
        ([leaving(GONE, ASKED, (Happened.AUTO_REPLY, "active"))], ["sent", "answered", "take_back"]),
        (
            [leaving(GONE), deletion(GONE, ASKED)],
            ["sent", "answered", "autoreply", "deleted", "take_back"],
        ),
        ([deletion(GONE, replacement="")], []),
        ([leaving(GONE, CLOSED)], ["autoreply"]),
        ([leaving(GONE, BY_HAND, CLOSED)], ["autoreply", "reply_off"]),
        ([leaving(GONE, CLOSED), deletion(GONE, ASKED, DELETED)], ["take_back"]),
    ],
)
def test_what_can_be_noted_follows_from_it_too(cases: list[Case], keys: list[str]) -> None:
    assert told(*cases) == keys


def test_a_request_that_was_undone_can_neither_be_sent_nor_answered() -> None:
    published = Event(Happened.API, NOW + timedelta(days=1), "published")
    old = leaving(ASKED, GONE)
    back = Case(old.kind, BAL, (*old.events, published))
    assert told(back, deletion(BACK)) == ["autoreply", "take_back"]


def test_each_deed_keeps_its_digit_however_far_the_bal_has_come() -> None:
    answering = (Happened.AUTO_REPLY, "active")
    ways: list[list[Case]] = [
        [leaving()],
        [leaving(GONE, ASKED, BY_HAND)],
        [leaving(GONE, ASKED, answering)],
        [leaving(GONE, ASKED, answering), deletion(GONE, ASKED)],
        [leaving(BACK), deletion(BACK)],
        [leaving(GONE, CLOSED)],
    ]
    found: dict[str, set[int]] = {}
    for cases in ways:
        way = Way.of(tuple(cases), opens=True, reads=True)
        for shown in (choices_of(way, NOW), told_choices(way, NOW)):
            digits = [each.digit for each in shown]
            assert digits == sorted(set(digits)), "each line has one of its own, from the top down"
            assert all(1 <= each <= DIGITS for each in digits)
            for each in shown:
                found.setdefault(each.key, set()).add(each.digit)
    assert all(len(digits) == 1 for digits in found.values())


def test_a_bal_that_balt_cannot_open_has_its_request_as_text_and_file() -> None:
    assert "draft" not in offered(leaving(), opens=False)
    assert "hand_out" in offered(leaving(), opens=False)
    assert "hand_out" in offered(leaving(BACK), deletion(BACK), opens=False)
    unread = Way.of((leaving(GONE),), opens=False, reads=False)
    assert [each.key for each in deletion_choices(unread)] == ["nothing"]


def test_a_deletion_is_offered_on_the_holders_word_where_no_source_tells() -> None:
    assert "delete" not in offered(leaving())
    assert "delete" in offered(leaving(), out=True)


def test_the_request_that_is_read_is_the_one_to_be_written_now() -> None:
    def asked(*cases: Case) -> Case | None:
        return Way.of(cases, opens=True, reads=True).to_ask

    first, gone, back = leaving(GONE), deletion(GONE), deletion(BACK)
    assert asked(first) is first
    assert asked(first, gone) is gone
    assert asked(first, back) is first
    assert asked(back) is None
    assert asked(leaving(CLOSED)) is None


def test_a_bal_without_a_replacement_can_be_given_one() -> None:
    words = {each.key: each.text for each in choices_of(Way.of((leaving(),), opens=True, reads=True), NOW)}
    named = Way.of((deletion(GONE, replacement=""),), opens=True, reads=True)
    assert words["replace"] == "Changer la BAL de remplacement"
    assert {each.key: each.text for each in choices_of(named, NOW)}["replace"].startswith("Nommer")


def test_a_word_about_a_reply_by_hand_is_asked_for_again_once_the_bal_is_replaced_by_another() -> None:
    another = Event(Happened.REPLACED, NOW, "x@y.mssante.fr")
    replaced = leaving(BY_HAND)
    replaced = Case(replaced.kind, BAL, (*replaced.events, another))
    assert "autoreply" in told(replaced)


def test_what_comes_next_is_said() -> None:
    def said(*cases: Case) -> str:
        return next_words(Way.of(cases, opens=True, reads=True), NOW)

    answering = (Happened.AUTO_REPLY, "active")
    assert said(leaving()) == "Ensuite, réponse automatique : à installer"
    assert said(leaving(GONE, ASKED, answering)).startswith("Chaque étape est faite.")
    sent = (Happened.SENT, "")
    assert said(leaving(GONE, answering), deletion(GONE, ASKED, sent)).startswith("Ensuite, suppression")
    assert said(leaving(CLOSED)) == ""


def test_an_abandoned_case_is_none() -> None:
    assert Way.of((leaving(ABANDONED),), opens=True, reads=True).cases == ()


def test_one_that_is_there_again_is_on_its_way_out_once_more() -> None:
    again = leaving(later=1)
    way = Way.of((leaving(GONE, CLOSED), deletion(ASKED, DELETED), again), opens=True, reads=True)
    assert (way.cases, way.under_way) == ((again,), again)
