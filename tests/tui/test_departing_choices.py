"""What can be done for a BAL on its way out, by how far it has come."""

from datetime import UTC, datetime, timedelta

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.tui.departing_choices import Way, choices_of
from balt.tui.dialogs.pick import DIGITS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
GONE, BACK = (Happened.API, "absent"), (Happened.API, "published")
ASKED, KEPT = (Happened.REQUESTED, "text"), (Happened.NOTHING_TO_KEEP, "")
CLOSED, ABANDONED, DELETED = (Happened.CLOSED, ""), (Happened.ABANDONED, ""), (Happened.DELETED, "")


def case(kind: CaseKind, *events: tuple[Happened, str], replacement: str = OTHER, later: int = 0) -> Case:
    at = NOW + timedelta(hours=later)
    told = (Event(Happened.OPENED, at, replacement), *(Event(what, at, value) for what, value in events))
    return Case(kind, BAL, told)


def leaving(*events: tuple[Happened, str], later: int = 0) -> Case:
    return case(CaseKind.DEPUBLICATION, *events, later=later)


def deletion(*events: tuple[Happened, str], replacement: str = OTHER) -> Case:
    return case(CaseKind.DELETION, KEPT, *events, replacement=replacement)


def offered(*cases: Case, opens: bool = True) -> list[str]:
    """The keys of what is offered, where the BAL's messages are read."""
    return [each.key for each in choices_of(Way.of(cases, opens=opens, reads=True), NOW)]


SAME = ["read", "draft", "reply", "replace", "writers", "answered"]
OUT = [each for each in SAME if each != "draft"]
"""There is nothing left to ask of the provider."""


@pytest.mark.parametrize(
    ("cases", "keys"),
    [
        ([leaving()], [*SAME, "autoreply", "abandon"]),
        ([leaving(GONE)], [*OUT, "autoreply", "recovered", "nothing", "abandon"]),
        ([leaving(GONE), deletion(GONE)], [*SAME, "autoreply", "abandon"]),
        (
            [leaving(GONE), deletion(GONE, ASKED)],
            [*SAME[:5], "sent", "answered", "deleted", "autoreply", "abandon"],
        ),
        (
            [leaving(GONE, ASKED, (Happened.AUTO_REPLY, "active"))],
            [*OUT[:4], "sent", "answered", "recovered", "nothing", "close"],
        ),
        ([leaving(ASKED)], [*SAME[:5], "sent", "answered", "autoreply", "abandon"]),
        ([leaving(BACK), deletion(BACK)], ["read", "redraft", *SAME[2:], "autoreply", "abandon"]),
        ([deletion(BACK)], ["read", "again", *SAME[2:], "autoreply", "abandon"]),
        ([deletion(GONE, replacement="")], ["read", "draft", "replace", "writers", "answered", "abandon"]),
        ([leaving(GONE, CLOSED)], ["read", "recovered", "nothing", "again"]),
        ([leaving(CLOSED)], ["read", "again"]),
        ([leaving(GONE, CLOSED), deletion(GONE, ASKED, DELETED)], ["read", "recovered", "nothing", "again"]),
        ([leaving(GONE, CLOSED), deletion(ABANDONED)], ["read", "recovered", "nothing", "again"]),
    ],
)
def test_what_is_offered_follows_from_how_far_the_bal_has_come(cases: list[Case], keys: list[str]) -> None:
    assert offered(*cases) == keys


def test_the_whole_way_of_a_bal_has_a_digit_for_each_line() -> None:
    answering = (Happened.AUTO_REPLY, "active")
    ways = [[leaving(GONE, ASKED, answering)], [leaving(GONE, ASKED, answering), deletion(GONE, ASKED)]]
    assert all(len(offered(*cases)) <= DIGITS for cases in ways)


def test_nothing_is_offered_that_needs_a_bal_which_balt_cannot_open() -> None:
    assert {"draft", "recovered"}.isdisjoint(offered(leaving(GONE), opens=False))
    assert "redraft" not in offered(leaving(BACK), deletion(BACK), opens=False)


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
    by_hand, another = (Happened.AUTO_REPLY, "by_hand"), Event(Happened.REPLACED, NOW, "x@y.mssante.fr")
    replaced = leaving(by_hand)
    replaced = Case(replaced.kind, BAL, (*replaced.events, another))
    assert "autoreply" in offered(replaced)


def test_an_abandoned_case_is_none() -> None:
    assert Way.of((leaving(ABANDONED),), opens=True, reads=True).cases == ()


def test_one_that_is_there_again_is_on_its_way_out_once_more() -> None:
    again = leaving(later=1)
    way = Way.of((leaving(GONE, CLOSED), deletion(ASKED, DELETED), again), opens=True, reads=True)
    assert (way.cases, way.under_way) == ((again,), again)
