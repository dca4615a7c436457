"""A message that is there twice goes only while its twin stays: whatever happens, one copy is left."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, Twin
from balt.cleanup.plan_file import from_json, to_json
from balt.cleanup.result import SkipReason
from balt.errors import BaltError, UsageError
from balt.mail.model import Flag
from tests.cleanup.archive.conftest import sha256
from tests.cleanup.fake import CLOCK, UIDPLUS, Box, Crash, FakeSession, Script, Server, content_of, make_plan


@pytest.fixture
def server() -> Server:
    """The same two messages in the inbox and in Sent."""
    server = Server()
    server.boxes["Sent"] = Box(uidvalidity=5)
    for folder in ("INBOX", "Sent"):
        server.put(folder, "a")
        server.put(folder, "b")
    return server


def plan_of(server: Server, act: Act = Act.TRASH) -> CleanupPlan:
    """The messages of the inbox go, since those of Sent stay."""
    plan = make_plan(server, Act.TRASH)
    (part,) = plan.parts
    sent = server.boxes["Sent"]
    messages = tuple(
        replace(
            message,
            twin=Twin("Sent", 5, message.uid, message.size, sha256(content_of(sent.mails[message.uid]))),
        )
        for message in part.messages
    )
    return replace(
        plan, act=act, target="Trash" if act.moves else "", parts=(replace(part, messages=messages),)
    )


def test_messages_whose_twin_stays_go(server: Server, journal: Journal) -> None:
    result = apply_plan(plan_of(server), FakeSession(server), journal)
    assert (result.moved, result.skipped) == (2, ())
    assert server.names("Sent") == ["a", "b"]


@pytest.mark.parametrize("harm", ["gone", "marked", "other octets", "folder gone", "folder anew"])
def test_the_last_copy_stays(server: Server, journal: Journal, harm: str) -> None:
    plan = plan_of(server)
    sent = server.boxes["Sent"]
    if harm == "gone":
        del sent.mails[1]
    elif harm == "marked":
        sent.mails[1].flags |= Flag.DELETED
    elif harm == "other octets":
        sent.mails[1].name = "c"
    elif harm == "folder gone":
        del server.boxes["Sent"]
    else:
        sent.uidvalidity = 6
    result = apply_plan(plan, FakeSession(server), journal)
    left = [1, 2] if harm.startswith("folder") else [1]
    assert [(each.uid, each.reason) for each in result.skipped] == [
        (uid, SkipReason.LAST_COPY) for uid in left
    ]
    assert sorted(server.boxes["INBOX"].mails) == left
    assert result.exit_code == 1


def test_a_message_that_is_no_longer_like_its_twin_stays(server: Server, journal: Journal) -> None:
    plan = plan_of(server)
    server.boxes["INBOX"].mails[1].name = "z"
    result = apply_plan(plan, FakeSession(server), journal)
    assert [each.reason for each in result.skipped] == [SkipReason.LAST_COPY]


@pytest.mark.parametrize("offers", [UIDPLUS, UIDPLUS | {"MOVE"}])
@pytest.mark.parametrize("fault", ["cut before", "cut after", "crash before", "crash after"])
@pytest.mark.parametrize("act", [Act.TRASH, Act.DELETE])
def test_a_fault_at_every_call_loses_nothing_and_the_next_run_finishes(
    tmp_path: Path, server: Server, act: Act, fault: str, offers: frozenset[str]
) -> None:
    for call in range(60):
        fresh = Server()
        fresh.boxes["Sent"] = Box(uidvalidity=5)
        for folder in ("INBOX", "Sent"):
            fresh.put(folder, "a")
            fresh.put(folder, "b")
        plan = replace(plan_of(fresh, act), id=f"p{call}")
        journal = Journal(tmp_path / f"{call}" / "journal.jsonl", CLOCK, "Dr Camille EXEMPLE")
        script = Script().at(call, fault)
        session = FakeSession(fresh, script, offers)
        with suppress(Crash, BaltError):
            apply_plan(plan, session, journal)
        assert fresh.names("Sent") == ["a", "b"]
        again = apply_plan(plan, FakeSession(fresh, None, offers), journal)
        assert fresh.names("INBOX") == []
        assert not again.skipped or {each.reason for each in again.skipped} == {SkipReason.GONE}
        assert fresh.names("Sent") == ["a", "b"]
        assert fresh.marked("Sent") == []
        if call >= len(script.calls):
            break
    else:
        pytest.fail("more calls than were tried")


def test_a_plan_file_names_the_twins_and_reads_them_strictly(server: Server) -> None:
    plan = plan_of(server)
    text = to_json(plan)
    assert from_json(text) == plan
    for harm in (
        ('"sha256": "', '"sha256": "x'),
        ('"twin": {', '"twin": {"more": 1, '),
        ('"twin": {', '"twins": {'),
    ):
        with pytest.raises(UsageError):
            from_json(text.replace(*harm))
