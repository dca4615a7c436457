"""A receipt that came after the plan: what the business software could not integrate stays where it is."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, Guard
from balt.cleanup.result import SkipReason
from balt.errors import RefusedError, StoppedError
from balt.mail.receipts import Outcome, Receipt, key_of
from tests.cleanup.fake import Box, FakeSession, Mail, Server, make_plan


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    server.fill("Trash", 3, "t")
    return server


def fails(server: Server, folder: str, uid: int) -> None:
    """The holder's software says in Sent that it could not integrate this message."""
    name = server.boxes[folder].mails[uid].name
    box = server.boxes.setdefault("Sent", Box(uidvalidity=11))
    box.add(Mail("receipt", receipt=Receipt(Outcome.FAILED, key_of(name.encode()), code=902)))


@pytest.mark.parametrize(("act", "folder"), [(Act.TRASH, "INBOX"), (Act.EMPTY_TRASH, "Trash")])
def test_a_message_whose_integration_failed_since_the_plan_stays(
    server: Server, journal: Journal, act: Act, folder: str
) -> None:
    plan = make_plan(server, act)
    uid = min(server.boxes[folder].mails) + 1
    fails(server, folder, uid)
    result = apply_plan(plan, FakeSession(server), journal)
    assert list(server.boxes[folder].mails) == [uid]
    assert [(skipped.uid, skipped.reason) for skipped in result.skipped] == [(uid, SkipReason.FAILED)]
    assert result.moved + result.deleted == plan.count - 1
    assert result.exit_code == 1


def test_a_failure_that_the_user_overrode_is_not_held_against_the_message(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server)
    (part,) = plan.parts
    messages = tuple(replace(each, guards=frozenset({Guard.FAILED})) for each in part.messages)
    plan = replace(plan, parts=(replace(part, messages=messages),))
    fails(server, "INBOX", 2)
    assert apply_plan(plan, FakeSession(server), journal).moved == plan.count


def test_what_has_gone_meanwhile_is_told_as_gone_and_not_as_failed(server: Server, journal: Journal) -> None:
    plan = make_plan(server)
    fails(server, "INBOX", 2)
    del server.boxes["INBOX"].mails[2]
    result = apply_plan(plan, FakeSession(server), journal)
    assert [(skipped.uid, skipped.reason) for skipped in result.skipped] == [(2, SkipReason.GONE)]


def test_a_receipt_that_cannot_be_read_stops_the_act_before_anything_is_touched(
    server: Server, journal: Journal
) -> None:
    class Silent(FakeSession):
        def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]:
            raise RefusedError("illisible")

    plan = make_plan(server)
    fails(server, "INBOX", 2)
    with pytest.raises(StoppedError, match="accusé"):
        apply_plan(plan, Silent(server), journal)
    assert list(server.boxes["INBOX"].mails) == [1, 2, 3, 4]
    assert [entry.deed.phase for entry in journal.entries()] == [Phase.BEFORE, Phase.AFTER]
    assert not journal.unsettled()


def test_the_receipts_are_read_before_the_first_request_that_changes_anything(
    server: Server, journal: Journal
) -> None:
    """A server that is asked in the middle of an act might stop answering there."""
    asked: list[str] = []

    class Listening(FakeSession):
        def receipt_uids(self, folder: str, first: int, last: int) -> set[int]:
            asked.append("receipts")
            return super().receipt_uids(folder, first, last)

        def move(self, uids: Sequence[int], target: str) -> dict[int, int] | None:
            asked.append("move")
            return super().move(uids, target)

    apply_plan(make_plan(server), Listening(server), journal, batch_size=1)
    assert asked.index("move") > asked.index("receipts")
    assert "receipts" not in asked[asked.index("move") :]
