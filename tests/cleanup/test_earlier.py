"""A plan applied again: what of it was dealt with before, and what somebody else has removed meanwhile."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.chain import Verification
from balt.cleanup.deeds import Entry
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, planned
from balt.cleanup.result import ApplyResult, SkipReason
from balt.errors import RefusedError
from balt.mail.model import Identity
from tests.cleanup.fake import FULL, UIDPLUS, Box, Crash, FakeSession, Script, Server, make_plan, message


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    server.fill("Trash", 3, "t")
    return server


def told(result: ApplyResult) -> tuple[int, int, int, dict[SkipReason, int]]:
    """Dealt with earlier, moved, deleted, and why the others were not."""
    return result.earlier, result.moved, result.deleted, dict(result.skipped_by_reason)


def test_what_the_server_refused_to_remove_and_somebody_else_removed_is_gone_and_not_ours(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    refused = apply_plan(plan, FakeSession(server, Script().on("expunge", "NO EXPUNGEISSUED")), journal)
    assert (refused.deleted, refused.remaining) == (0, 3)
    server.boxes["Trash"].mails.clear()
    assert told(apply_plan(plan, FakeSession(server), journal)) == (0, 0, 0, {SkipReason.GONE: 3})


@pytest.mark.parametrize(("offers", "call"), [(FULL, "move"), (UIDPLUS, "expunge")])
def test_what_the_server_refused_to_move_and_is_nowhere_is_gone_and_not_lost_by_us(
    server: Server, journal: Journal, offers: frozenset[str], call: str
) -> None:
    plan = make_plan(server)
    apply_plan(plan, FakeSession(server, Script().on(call, "NO"), offers), journal)
    server.boxes["INBOX"].mails.clear()
    server.boxes["Trash"].mails.clear()
    assert told(apply_plan(plan, FakeSession(server, offers=offers), journal)) == (
        0,
        0,
        0,
        {SkipReason.GONE: 4},
    )


class HalfWilling(FakeSession):
    """Its server removes the first message that is asked, and says no."""

    def expunge(self, uids: Sequence[int]) -> None:
        super().expunge(uids[:1])
        raise RefusedError("refusé")


def test_what_left_although_the_server_said_no_was_dealt_with_earlier(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    partly = apply_plan(plan, HalfWilling(server), journal)
    assert (partly.deleted, partly.remaining) == (1, 2)
    assert told(apply_plan(plan, FakeSession(server), journal)) == (1, 0, 2, {})


def test_asked_again_after_a_refusal_and_interrupted_it_was_dealt_with_earlier(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    apply_plan(plan, FakeSession(server, Script().on("expunge", "NO")), journal)
    with pytest.raises(Crash):
        apply_plan(plan, FakeSession(server, Script().on("expunge", "crash after")), journal)
    assert told(apply_plan(plan, FakeSession(server), journal)) == (3, 0, 0, {})


def of_folders(server: Server, count: int) -> CleanupPlan:
    """A plan that takes two messages of each of so many folders to the trash."""
    plan = make_plan(server, uids=())
    parts = []
    for number in range(count):
        name = f"F{number}"
        server.boxes[name] = Box()
        server.fill(name, 2, name)
        mails = server.boxes[name].mails
        named = tuple(
            planned(message(uid, mail), Identity(uid, mail.size, mail.internaldate, mail.message_id))
            for uid, mail in mails.items()
        )
        parts.append(FolderPart(name, 7, named))
    return replace(plan, id=f"of-{count}", parts=tuple(parts))


def test_the_journal_is_read_as_often_for_many_folders_as_for_one(
    server: Server, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Journal.read
    readings: list[str] = []

    def counted(self: Journal) -> tuple[list[Entry], Verification]:
        readings.append("")
        return read(self)

    monkeypatch.setattr(Journal, "read", counted)
    assert apply_plan(of_folders(server, 1), FakeSession(server), journal).moved == 2
    for_one = len(readings)
    assert apply_plan(of_folders(server, 9), FakeSession(server), journal).moved == 18
    assert len(readings) - for_one == for_one
