"""A line of the journal that is whole and makes no sense ends in a sentence, never in an unforeseen error."""

from dataclasses import replace

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act
from balt.cleanup.ports import server_of
from balt.cleanup.run import MOVE
from balt.cleanup.settle import settle
from balt.errors import StoppedError
from tests.cleanup.fake import FakeSession, Server, make_plan

NONSENSE = ["9:1", "0", "x", "1:99999999999", "1,,2", "3,1"]


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    return server


def opening(server: Server, session: FakeSession, uids: str) -> Deed:
    """The first line of an act on the INBOX."""
    plan = make_plan(server, Act.TRASH)
    owner = session.account
    return Deed(
        Phase.BEFORE,
        plan.act.value,
        owner.address,
        server_of(owner),
        owner.username,
        plan.id,
        "INBOX",
        plan.parts[0].uidvalidity,
        plan.target,
        uids,
        count=4,
    )


@pytest.mark.parametrize("uids", NONSENSE)
def test_an_open_act_with_nonsense_for_messages_cannot_be_settled_and_stays_open(
    server: Server, journal: Journal, uids: str
) -> None:
    session = FakeSession(server)
    journal.append(opening(server, session, uids))
    with pytest.raises(StoppedError, match="une ligne du journal est abîmée"):
        settle(journal, session)
    assert len(journal.unsettled()) == 1


def test_a_request_with_nonsense_for_messages_stops_the_same_plan_before_it_acts(
    server: Server, journal: Journal
) -> None:
    session = FakeSession(server)
    step = replace(opening(server, session, "9:1"), phase=Phase.STEP, request=MOVE)
    journal.append(step)
    with pytest.raises(StoppedError, match="une ligne du journal est abîmée"):
        apply_plan(make_plan(server, Act.TRASH), session, journal)
    assert not [call for call in session.script.calls if "move" in call]
