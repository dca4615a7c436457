"""``balt checklist`` sees again how an auto-reply stands, where a case follows one, and judges on that."""

import pytest

from balt.cases.autoreply.server import ReplyServer
from balt.cases.autoreply.state import State
from tests.cli.case_places import seen_out_of_the_directory
from tests.cli.conftest import Balt, Result
from tests.cli.test_autoreply import NEW, Place, noted, place

__all__ = ["place"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The BAL whose server was asked about the auto-reply."""
    found: list[str] = []
    state = ReplyServer.state

    def told(server: ReplyServer) -> State:
        found.append(server.account.address)
        return state(server)

    monkeypatch.setattr(ReplyServer, "state", told)
    return found


def out_of_the_directory(balt: Balt, place: Place) -> None:
    """The BAL has left the directory, and answers for its replacement."""
    assert balt("case", "depublish", "u", "--to", NEW).code == 0
    assert balt("autoreply", "u", "install", "--to", NEW, "--yes").code == 0
    seen_out_of_the_directory(place.account.address)


def step_2(result: Result) -> tuple[str, str]:
    """State and sentences of IDENTIFIER 2 for the whole practice."""
    row = next(
        each
        for each in result.json
        if (each["sheet"], each["step"], each["address"]) == ("identifier", 2, None)
    )
    return row["state"], " ".join(row["evidence"])


def test_one_that_somebody_stopped_is_not_called_in_service(balt: Balt, place: Place) -> None:
    out_of_the_directory(balt, place)
    assert "réponse automatique en service" in step_2(balt("checklist", "--json"))[1]
    with place.session() as session:
        session.activate("Tri")
    state, said = step_2(balt("checklist", "--json"))
    assert (state, "réponse automatique hors service" in said) == ("attention", True)
    assert noted(balt) == ["active", "off"]
    assert place.stands()[1] == "Tri", "looking changes nothing"


def test_one_that_was_put_back_counts_again(balt: Balt, place: Place) -> None:
    out_of_the_directory(balt, place)
    balt("autoreply", "u", "remove", "--yes")
    balt("checklist")
    assert noted(balt) == ["active", "off"]
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert "en service" in step_2(balt("checklist", "--json"))[1]


def test_a_server_that_does_not_answer_leaves_what_was_known_with_its_date(balt: Balt, place: Place) -> None:
    out_of_the_directory(balt, place)
    before = step_2(balt("checklist", "--json"))
    place.configure(sieve_port=1)
    after = balt("checklist", "--json")
    assert (after.code, "ManageSieve" in after.err) == (3, True)
    assert step_2(after) == before
    assert noted(balt) == ["active"]


def test_where_it_was_never_offered_nothing_is_said(balt: Balt, place: Place) -> None:
    place.configure(sieve_port=1)
    balt("case", "depublish", "u", "--to", NEW)
    balt("case", "tell", "u", "autoreply")
    seen = balt("checklist", "--json")
    assert (seen.code, seen.err) == (0, "")
    assert noted(balt) == ["by_hand"]


def test_no_bal_without_a_case_is_asked(balt: Balt, place: Place, asked: list[str]) -> None:
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    balt("checklist")
    assert asked == []
    balt("case", "depublish", "u", "--to", NEW)
    balt("checklist")
    assert asked == [place.account.address]
    assert noted(balt) == ["active"]


@pytest.mark.parametrize("more", [{"sieve": False}, {"port": 1}])
def test_nor_one_that_offers_none_or_does_not_answer(
    balt: Balt, place: Place, asked: list[str], more: dict[str, object]
) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    place.configure(**more)
    balt("checklist")
    assert asked == []
