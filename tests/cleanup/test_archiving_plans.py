"""Plans that archive first: nothing leaves the server that the archive does not vouch for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, PlannedMessage, planned
from balt.cleanup.plan_file import from_json, to_json
from balt.cleanup.ports import Advance, Cancelled, Kept, Session
from balt.cleanup.result import SkipReason
from balt.cleanup.run import ARCHIVE, EXPUNGE
from balt.errors import ConnectionFailedError, StoppedError
from balt.mail.model import Flag, Identity, MessageDetail
from tests.cleanup.fake import NOW, Box, Crash, FakeSession, Owner, Script, Server, message

PLACE = "/archives"


class Shelf:
    """An archive in memory. ``refuses`` are UIDs that it does not vouch for; ``fails`` is raised, once, when
    it is asked the n-th time.
    """

    def __init__(self, refuses: Sequence[int] = (), fails: Mapping[int, Exception] | None = None) -> None:
        self.held: dict[tuple[str, int], int] = {}
        self.asked: list[list[int]] = []
        self._refuses = set(refuses)
        self._fails = dict(fails or {})

    def keep(
        self,
        session: Session,
        part: FolderPart,
        messages: Sequence[PlannedMessage],
        found: Mapping[int, Identity],
        cancelled: Cancelled | None,
    ) -> Mapping[int, Kept]:
        self.asked.append([each.uid for each in messages])
        if error := self._fails.pop(len(self.asked), None):
            raise error
        kept = {}
        for each in messages:
            if each.uid not in self._refuses:
                octets = b"".join(session.octets(each.uid, each.size))
                self.held[part.folder, each.uid] = len(octets)
                kept[each.uid] = Kept("0" * 64, len(octets), f"{each.uid}.eml")
        return kept


def plan_of(server: Server, act: Act = Act.DELETE, archive: str = PLACE, **folders: list[int]) -> CleanupPlan:
    parts = []
    for folder, uids in (folders or {"INBOX": list(server.boxes["INBOX"].mails)}).items():
        box = server.boxes[folder]
        chosen = []
        for uid in sorted(uids):
            mail = box.mails[uid]
            identity = Identity(uid, mail.size, mail.internaldate, mail.message_id, mail.flags)
            chosen.append(planned(message(uid, mail), identity))
        parts.append(FolderPart(folder, box.uidvalidity, tuple(chosen)))
    owner = Owner()
    return CleanupPlan(
        id="p1",
        act=act,
        server=f"{owner.host}:{owner.port}",
        user=owner.username,
        address=owner.address,
        target="Trash" if act is Act.TRASH else "",
        parts=tuple(parts),
        archive=archive,
        created=NOW - timedelta(minutes=1),
    )


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    return server


def test_what_is_archived_is_then_removed(server: Server, journal: Journal) -> None:
    shelf = Shelf()
    result = apply_plan(plan_of(server), FakeSession(server), journal, keeper=shelf)
    assert (result.archived, result.deleted, result.skipped, result.exit_code) == (4, 4, (), 0)
    assert (result.archived_size, result.freed) == (4006, 4006)
    assert sorted(shelf.held) == [("INBOX", uid) for uid in (1, 2, 3, 4)]
    assert server.names("INBOX") == []


def test_what_the_archive_does_not_vouch_for_stays(server: Server, journal: Journal) -> None:
    result = apply_plan(plan_of(server), FakeSession(server), journal, keeper=Shelf(refuses=[2, 3]))
    assert server.names("INBOX") == ["m1", "m2"]
    assert {skipped.uid for skipped in result.skipped} == {2, 3}
    assert {skipped.reason for skipped in result.skipped} == {SkipReason.UNARCHIVED}
    assert (result.deleted, result.exit_code) == (2, 1)


def test_an_archive_that_vouches_for_nothing_removes_nothing(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    apply_plan(plan_of(server), session, journal, keeper=Shelf(refuses=[1, 2, 3, 4]))
    assert session.asked_to_remove == set()


def test_a_place_that_fails_stops_before_anything_of_that_batch_is_removed(
    server: Server, journal: Journal
) -> None:
    shelf = Shelf(fails={2: StoppedError("disque plein")})
    result = apply_plan(plan_of(server), FakeSession(server), journal, keeper=shelf, batch_size=2)
    assert server.names("INBOX") == ["m2", "m3"]
    assert (result.deleted, result.remaining, result.exit_code) == (2, 2, 4)


def test_a_message_flagged_while_it_was_archived_stays(server: Server, journal: Journal) -> None:
    class Interrupted(Shelf):
        def keep(self, *arguments: object) -> Mapping[int, Kept]:
            kept = super().keep(*arguments)  # type: ignore[arg-type]
            server.boxes["INBOX"].mails[3].flags |= Flag.FLAGGED
            return kept

    result = apply_plan(plan_of(server), FakeSession(server), journal, keeper=Interrupted())
    assert server.names("INBOX") == ["m2"]
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.FLAGGED]
    assert result.archived == 4


def test_a_document_whose_mark_was_taken_back_since_the_plan_stays(server: Server, journal: Journal) -> None:
    for uid in (1, 2):
        mail = server.boxes["INBOX"].mails[uid]
        mail.detail, mail.flags = MessageDetail(holds_document=True), Flag.SEEN | Flag.INTEGRATED
    plan = plan_of(server, archive="")
    server.boxes["INBOX"].mails[2].flags = Flag.SEEN
    result = apply_plan(plan, FakeSession(server), journal)
    assert server.names("INBOX") == ["m1"]
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.UNMARKED]
    assert from_json(to_json(plan)) == plan


def test_archiving_alone_removes_nothing_and_needs_no_writable_folder(
    server: Server, journal: Journal
) -> None:
    session = FakeSession(server)
    session.account = Owner(read_only=True)
    shelf = Shelf()
    result = apply_plan(plan_of(server, Act.KEEP), session, journal, keeper=shelf)
    assert (result.archived, result.kept, result.deleted, result.freed) == (4, 4, 0, 0)
    assert len(server.names("INBOX")) == len(shelf.held) == 4
    assert "select" not in session.script.calls


def test_a_move_to_the_trash_may_be_archived_first(server: Server, journal: Journal) -> None:
    shelf = Shelf()
    result = apply_plan(plan_of(server, Act.TRASH), FakeSession(server), journal, keeper=shelf)
    assert (result.archived, result.moved, len(shelf.held)) == (4, 4, 4)
    assert len(server.names("Trash")) == 4


def test_a_line_cut_while_archiving_is_taken_up_again(server: Server, journal: Journal) -> None:
    shelf = Shelf(fails={1: ConnectionFailedError("coupé")})
    result = apply_plan(plan_of(server), FakeSession(server), journal, keeper=shelf)
    assert (result.deleted, len(shelf.asked)) == (4, 2)


def test_a_plan_with_an_archive_is_never_applied_without_one(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    with pytest.raises(ValueError, match="keeper"):
        apply_plan(plan_of(server), session, journal)
    assert session.script.calls == []


def test_the_journal_says_what_was_archived_before_it_says_what_is_removed(
    server: Server, journal: Journal
) -> None:
    apply_plan(plan_of(server), FakeSession(server), journal, keeper=Shelf(refuses=[4]))
    steps = [(e.deed.request, e.deed.uids) for e in journal.entries() if e.deed.phase is Phase.STEP]
    assert steps.index((ARCHIVE, "1:3")) < steps.index((EXPUNGE, "1:3"))
    assert journal.entries()[-1].deed.figures["archived"] == 3


def test_large_messages_are_archived_and_removed_a_few_at_a_time(
    server: Server, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.cleanup.apply.BATCH_OCTETS", 2_500)
    shelf, told = Shelf(), list[Advance]()
    apply_plan(plan_of(server), FakeSession(server), journal, told.append, keeper=shelf)
    assert shelf.asked == [[1, 2], [3, 4]]
    assert [(each.messages, each.octets) for each in told] == [(2, 2001), (4, 4006)]
    assert {(each.of_messages, each.of_octets) for each in told} == {(4, 4006)}


# Several folders


def test_each_folder_of_a_plan_is_dealt_with_in_order(server: Server, journal: Journal) -> None:
    server.boxes["Sent"] = Box(uidvalidity=11)
    server.fill("Sent", 2, "s")
    plan = plan_of(server, archive="", INBOX=[1, 3], Sent=[1, 2])
    result = apply_plan(plan, FakeSession(server), journal)
    assert (result.deleted, result.freed) == (4, 1000 + 1002 + 1000 + 1001)
    assert server.expunged == ["m0", "m2", "s0", "s1"]
    closed = [e.deed.folder for e in journal.entries() if e.deed.phase is Phase.AFTER]
    assert closed == ["INBOX", "Sent"]
    assert journal.unsettled() == []


def test_a_folder_made_anew_stops_the_plan_and_the_account_is_true(server: Server, journal: Journal) -> None:
    server.boxes["Sent"] = Box(uidvalidity=11)
    server.fill("Sent", 2, "s")
    plan = plan_of(server, archive="", INBOX=[1, 3], Sent=[1, 2])
    server.boxes["Sent"].uidvalidity = 12
    result = apply_plan(plan, FakeSession(server), journal)
    assert (result.deleted, result.remaining, result.exit_code) == (2, 2, 4)
    assert server.names("Sent") == ["s0", "s1"]
    assert journal.unsettled() == []


# Again, after an interruption


@pytest.mark.parametrize("act", [Act.DELETE, Act.EMPTY_TRASH, Act.TRASH], ids=str)
def test_the_same_plan_applied_again_finishes_and_counts_nothing_twice(
    act: Act, server: Server, journal: Journal
) -> None:
    folder = "Trash" if act is Act.EMPTY_TRASH else "INBOX"
    uids = server.fill("Trash", 4, "t") if act is Act.EMPTY_TRASH else [1, 2, 3, 4]
    plan = plan_of(server, act, archive="", **{folder: uids})
    told: list[Advance] = []
    first = apply_plan(
        plan, FakeSession(server), journal, told.append, cancelled=lambda: bool(told), batch_size=2
    )
    assert (first.remaining, first.exit_code) == (2, 130)
    again = apply_plan(plan, FakeSession(server), journal)
    assert (again.earlier, again.moved + again.deleted, again.skipped) == (2, 2, ())
    assert again.exit_code == 0
    assert server.names(folder) == []


def test_what_somebody_else_removed_is_not_counted_as_done_earlier(server: Server, journal: Journal) -> None:
    plan = plan_of(server, archive="")
    del server.boxes["INBOX"].mails[2]
    result = apply_plan(plan, FakeSession(server), journal)
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.GONE]
    assert (result.earlier, result.exit_code) == (0, 1)


def test_a_message_that_an_answer_leaves_out_is_not_counted_as_done_earlier(
    server: Server, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(server, archive="")
    apply_plan(plan, FakeSession(server, Script().on("expunge", "NO")), journal)
    session = FakeSession(server)
    whole = session.identities
    monkeypatch.setattr(session, "identities", lambda uids: {k: v for k, v in whole(uids).items() if k != 2})
    again = apply_plan(plan, session, journal)
    assert (again.earlier, again.deleted, again.exit_code) == (0, 3, 1)
    assert list(server.boxes["INBOX"].mails) == [2]


def test_a_message_moved_before_that_is_no_longer_in_the_trash_is_told(
    server: Server, journal: Journal
) -> None:
    plan = plan_of(server, Act.TRASH, archive="")
    apply_plan(plan, FakeSession(server), journal)
    server.boxes["Trash"].mails.popitem()
    again = apply_plan(plan, FakeSession(server), journal)
    assert (again.earlier, len(again.skipped)) == (3, 1)
    assert again.skipped[0].reason is SkipReason.NOT_FOUND


def test_another_plan_of_the_same_messages_is_not_taken_for_this_one(
    server: Server, journal: Journal
) -> None:
    plan = plan_of(server, archive="")
    apply_plan(plan, FakeSession(server), journal)
    again = apply_plan(replace(plan, id="p2"), FakeSession(server), journal)
    assert (again.earlier, len(again.skipped)) == (0, 4)


@pytest.mark.parametrize("call", range(1, 40))
def test_a_crash_at_any_call_while_archiving_loses_nothing_and_the_plan_finishes(
    call: int, server: Server, journal: Journal, no_fsync: None
) -> None:
    shelf = Shelf()
    plan = plan_of(server)
    crashed = False
    try:
        apply_plan(
            plan, FakeSession(server, Script().at(call, "crash after")), journal, keeper=shelf, batch_size=2
        )
    except Crash:
        crashed = True
    gone = {1, 2, 3, 4} - server.boxes["INBOX"].mails.keys()
    assert {("INBOX", uid) for uid in gone} <= shelf.held.keys()
    again = apply_plan(plan, FakeSession(server), journal, keeper=shelf, batch_size=2)
    assert again.exit_code == 0
    assert again.deleted + again.earlier == 4
    assert server.names("INBOX") == []
    assert crashed or call > 10
