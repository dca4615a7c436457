"""Applying a plan: what happens, what is said, what stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, Guard
from balt.cleanup.plan_file import load_plan, plan_path
from balt.cleanup.ports import Advance
from balt.cleanup.result import SkipReason
from balt.errors import CancelledError, ConnectionFailedError, RefusedError, StoppedError
from balt.mail.model import Flag, Quota
from tests.cleanup.fake import (
    CLOCK,
    FULL,
    UIDPLUS,
    Box,
    Crash,
    FakeSession,
    Mail,
    Owner,
    Script,
    ScriptedJournal,
    Server,
    make_plan,
)


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    server.fill("Trash", 3, "t")
    return server


def server_names(count: int) -> list[str]:
    return [f"m{n}" for n in range(count)]


def phases(journal: Journal) -> list[Phase]:
    return [entry.deed.phase for entry in journal.entries()]


def answers(journal: Journal) -> list[tuple[str, str]]:
    return [(e.deed.request, e.deed.answer) for e in journal.entries() if e.deed.phase is Phase.STEP]


def test_a_move_is_told_in_the_fields_that_scripts_rely_on(server: Server, journal: Journal) -> None:
    result = apply_plan(make_plan(server), FakeSession(server), journal)
    used = server.used
    assert result.to_json() == {
        "archived": 0,
        "earlier": 0,
        "detached": 0,
        "moved": 4,
        "moved_size": 4006,
        "deleted": 0,
        "skipped": [],
        "freed": 0,
        "quota_before": {"used": used, "limit": 10**9},
        "quota_after": {"used": used, "limit": 10**9},
    }
    assert result.exit_code == 0


def test_emptying_the_trash_frees_what_it_promised(server: Server, journal: Journal) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    result = apply_plan(plan, FakeSession(server), journal)
    assert (result.deleted, result.freed, result.moved) == (3, plan.frees, 0)
    assert result.quota_before
    assert result.quota_after
    assert result.quota_before.used - result.quota_after.used == plan.frees


def test_a_server_without_quota_gives_none(server: Server, journal: Journal) -> None:
    server.limit = None
    result = apply_plan(make_plan(server), FakeSession(server), journal)
    assert result.to_json()["quota_after"] is None


def test_a_quota_that_is_refused_is_no_reason_to_stop(server: Server, journal: Journal) -> None:
    result = apply_plan(make_plan(server), FakeSession(server, Script().on("quota", "NO")), journal)
    assert result.moved == 4
    assert result.quota_before is None


def test_an_empty_plan_asks_nothing_of_the_server(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    assert apply_plan(make_plan(server, uids=[]), session, journal).to_json()["moved"] == 0
    assert session.script.calls == []
    assert journal.entries() == []


def test_the_plan_and_the_intent_are_on_the_disk_before_anything_is_asked(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server)
    with pytest.raises(ConnectionFailedError):
        apply_plan(plan, FakeSession(server, Script().on("ensure_open", "cut before")), journal)
    assert load_plan(plan_path(journal.folder, plan.id)) == plan
    opening, end = journal.entries()
    assert (opening.deed.phase, opening.deed.uids, opening.deed.count) == (Phase.BEFORE, "1:4", 4)
    assert (end.deed.phase, end.deed.answer, end.deed.count) == (Phase.AFTER, "no answer", 0)


def test_the_journal_tells_every_request_its_answer_and_the_account(server: Server, journal: Journal) -> None:
    apply_plan(make_plan(server, Act.EMPTY_TRASH), FakeSession(server), journal, batch_size=2)
    mark, expunge = "UID STORE +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE"
    assert answers(journal) == [(mark, ""), (mark, "OK"), (expunge, ""), (expunge, "OK")] * 2
    end = journal.entries()[-1].deed
    assert (end.phase, end.answer, end.uids, end.count) == (Phase.AFTER, "OK", "40:42", 3)
    assert end.figures["deleted"] == 3
    assert end.figures["quota_before"] - end.figures["quota_after"] == end.figures["freed"]
    assert journal.unsettled() == []
    assert journal.verify().ok


def test_the_reason_for_lifting_a_guard_is_in_the_journal(server: Server, journal: Journal) -> None:
    server.put("INBOX", "flagged", flags=Flag.SEEN | Flag.FLAGGED)
    plan = make_plan(server)
    assert apply_plan(plan, FakeSession(server), journal).moved == 5
    assert journal.entries()[0].deed.reason == "demandé par le titulaire"


def test_nothing_of_the_mail_is_in_the_journal_or_in_the_plan(server: Server, journal: Journal) -> None:
    apply_plan(make_plan(server), FakeSession(server), journal)
    written = b"".join(path.read_bytes() for path in journal.folder.rglob("*") if path.is_file())
    assert b"labo@bio-fictive" not in written


def test_messages_are_skipped_one_by_one_with_their_reason(server: Server, journal: Journal) -> None:
    server.fill("INBOX", 2, "more")
    plan = make_plan(server)
    mails = server.boxes["INBOX"].mails
    del mails[1]
    mails[2].size += 1
    mails[3].flags |= Flag.FLAGGED
    mails[4].flags &= ~Flag.SEEN
    result = apply_plan(plan, FakeSession(server), journal)
    assert {skipped.uid: skipped.reason for skipped in result.skipped} == {
        1: SkipReason.GONE,
        2: SkipReason.CHANGED,
        3: SkipReason.FLAGGED,
        4: SkipReason.UNREAD,
    }
    assert result.to_json()["skipped"][0] == {"folder": "INBOX", "uid": 1, "reason": "déjà parti"}  # type: ignore[index]
    assert (result.moved, result.exit_code) == (2, 1)
    assert journal.entries()[-1].deed.figures["skipped_flagged"] == 1


def test_a_message_planned_although_flagged_and_unread_is_not_skipped(
    server: Server, journal: Journal
) -> None:
    server.put("Trash", "flagged", flags=Flag.FLAGGED)
    plan = make_plan(server, Act.EMPTY_TRASH)
    assert plan.messages[-1].guards == {Guard.FLAGGED, Guard.UNREAD}
    assert apply_plan(plan, FakeSession(server), journal).deleted == 4


def test_every_reason_has_its_sentence() -> None:
    assert len({reason.sentence for reason in SkipReason}) == len(SkipReason)


@pytest.mark.parametrize(
    "owner", [Owner(host="other.example"), Owner(username="other"), Owner(port=143), Owner(address="b@x.fr")]
)
def test_a_plan_made_for_another_mailbox_is_refused(server: Server, journal: Journal, owner: Owner) -> None:
    session = FakeSession(server)
    session.account = owner
    with pytest.raises(StoppedError, match="autre BAL"):
        apply_plan(make_plan(server), session, journal)
    assert session.script.calls == []


def test_a_read_only_mailbox_is_left_alone(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    session.account = Owner(read_only=True)
    with pytest.raises(StoppedError, match="lecture seule"):
        apply_plan(make_plan(server), session, journal)


def test_a_folder_made_anew_stops_everything_and_the_journal_says_so(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server)
    server.boxes["INBOX"] = Box(uidvalidity=8, mails=server.boxes["INBOX"].mails)
    with pytest.raises(StoppedError, match="recréé"):
        apply_plan(plan, FakeSession(server), journal)
    assert len(server.names("INBOX")) == 4
    assert phases(journal) == [Phase.BEFORE, Phase.AFTER]


def test_a_trash_that_is_gone_stops_everything(server: Server, journal: Journal) -> None:
    plan = make_plan(server)
    del server.boxes["Trash"]
    with pytest.raises(RefusedError):
        apply_plan(plan, FakeSession(server), journal)
    assert len(server.names("INBOX")) == 4


def test_a_trash_that_does_not_say_its_next_uid_stops_everything(server: Server, journal: Journal) -> None:
    server.boxes["Trash"] = Box(uidnext=0)
    with pytest.raises(StoppedError, match="corbeille"):
        apply_plan(make_plan(server), FakeSession(server), journal)


@pytest.mark.parametrize(
    ("act", "offers"),
    [
        (Act.TRASH, FULL - {"MOVE", "UIDPLUS"}),
        (Act.EMPTY_TRASH, FULL - {"MOVE", "UIDPLUS"}),
        (Act.EMPTY_TRASH, FULL - {"UIDPLUS"}),
    ],
)
def test_a_server_that_cannot_remove_exactly_these_is_refused_untouched(
    server: Server, journal: Journal, act: Act, offers: frozenset[str]
) -> None:
    session = FakeSession(server, offers=offers)
    with pytest.raises(RefusedError, match="UIDPLUS"):
        apply_plan(make_plan(server, act), session, journal)
    assert set(session.script.calls) <= {"ensure_open", "quota"}


@pytest.mark.parametrize(("offers", "call"), [(FULL, "move"), (UIDPLUS, "copy")])
def test_a_full_mailbox_loses_nothing_and_the_alternatives_are_named(
    server: Server, journal: Journal, offers: frozenset[str], call: str
) -> None:
    session = FakeSession(server, Script().on(call, "NO OVERQUOTA"), offers)
    result = apply_plan(make_plan(server), session, journal)
    assert isinstance(result.stopped, RefusedError)
    assert result.stopped.code == "OVERQUOTA"
    assert "Videz la corbeille" in str(result.stopped)
    assert (result.moved, result.remaining, result.exit_code) == (0, 4, 3)
    assert len(server.names("INBOX")) == 4
    assert "NO OVERQUOTA" in [answer for _, answer in answers(journal)]


def test_a_refusal_in_the_servers_own_words_is_not_kept(server: Server, journal: Journal) -> None:
    script = Script().on("move", "NO x TESTPATIENT Paul")
    result = apply_plan(make_plan(server), FakeSession(server, script), journal)
    assert result.stopped
    assert b"TESTPATIENT" not in journal.path.read_bytes()


def test_cancelling_between_batches_gives_a_true_account(server: Server, journal: Journal) -> None:
    told: list[Advance] = []
    result = apply_plan(
        make_plan(server),
        FakeSession(server),
        journal,
        on_progress=told.append,
        cancelled=lambda: bool(told),
        batch_size=3,
    )
    assert [(each.messages, each.of_messages) for each in told] == [(3, 4)]
    assert isinstance(result.stopped, CancelledError)
    assert (result.moved, result.remaining, result.exit_code) == (3, 1, 130)
    assert journal.entries()[-1].deed.answer == "cancelled"
    assert journal.unsettled() == []


def test_mail_that_arrives_in_the_trash_meanwhile_stays(server: Server, journal: Journal) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    server.put("Trash", "late")
    apply_plan(plan, FakeSession(server), journal)
    assert server.names("Trash") == ["late"]


def test_what_another_client_has_marked_stays(server: Server, journal: Journal) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH, [40, 41])
    server.boxes["Trash"].mails[42].flags |= Flag.DELETED
    apply_plan(plan, FakeSession(server), journal)
    assert server.names("Trash") == ["t2"]
    assert server.marked("Trash") == ["t2"]


def test_a_lying_expunge_is_found_out_and_its_marks_taken_back(server: Server, journal: Journal) -> None:
    plan = make_plan(server, Act.EMPTY_TRASH)
    result = apply_plan(plan, FakeSession(server, Script().on("expunge", "lie")), journal)
    assert (result.deleted, result.freed) == (0, 0)
    assert result.skipped_by_reason == {SkipReason.LEFT: 3}
    assert server.marked("Trash") == []


@pytest.mark.parametrize("copyuid", [True, False])
def test_a_lying_copy_removes_nothing(server: Server, journal: Journal, copyuid: bool) -> None:
    session = FakeSession(server, Script().on("copy", "lie"), UIDPLUS, copyuid)
    result = apply_plan(make_plan(server), session, journal)
    assert result.skipped_by_reason == {SkipReason.UNVERIFIED: 4}
    assert len(server.names("INBOX")) == 4
    assert server.expunged == []


def test_messages_that_a_move_has_lost_are_told(server: Server, journal: Journal) -> None:
    session = FakeSession(server, copyuid=False)
    move = session.move

    def losing(uids: list[int], target: str) -> dict[int, int] | None:
        answer = move(uids, target)
        box = server.boxes["Trash"]
        del box.mails[max(box.mails)]
        return answer

    session.move = losing  # type: ignore[method-assign, assignment]
    result = apply_plan(make_plan(server), session, journal)
    assert result.skipped_by_reason == {SkipReason.NOT_FOUND: 1}
    assert result.moved == 3


def test_a_copyuid_that_forgets_a_message_is_not_believed(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    move = session.move
    session.move = lambda uids, target: dict(list((move(uids, target) or {}).items())[1:])  # type: ignore[method-assign]
    result = apply_plan(make_plan(server), session, journal)
    assert result.moved == 4
    assert "examine" in session.script.calls[session.script.calls.index("move") :]


def test_a_trash_made_anew_under_the_move_proves_nothing(server: Server, journal: Journal) -> None:
    session = FakeSession(server, copyuid=False)
    move = session.move

    def remaking(uids: list[int], target: str) -> dict[int, int] | None:
        answer = move(uids, target)
        server.boxes["Trash"].uidvalidity += 1
        return answer

    session.move = remaking  # type: ignore[method-assign, assignment]
    result = apply_plan(make_plan(server), session, journal)
    assert result.skipped_by_reason == {SkipReason.NOT_FOUND: 4}


def test_a_trash_made_anew_under_the_copy_proves_nothing(server: Server, journal: Journal) -> None:
    session = FakeSession(server, offers=UIDPLUS)
    copy = session.copy

    def remaking(uids: list[int], target: str) -> dict[int, int] | None:
        answer = copy(uids, target)
        server.boxes["Trash"].uidvalidity += 1
        return answer

    session.copy = remaking  # type: ignore[method-assign, assignment]
    result = apply_plan(make_plan(server), session, journal)
    assert result.skipped_by_reason == {SkipReason.UNVERIFIED: 4}
    assert len(server.names("INBOX")) == 4


def test_copies_left_in_a_trash_that_was_made_anew_are_not_looked_for(
    server: Server, journal: Journal
) -> None:
    plan = make_plan(server)
    with pytest.raises(Crash):
        apply_plan(plan, FakeSession(server, Script().on("copy", "crash after"), UIDPLUS), journal)
    server.boxes["Trash"] = Box(uidvalidity=10)
    assert apply_plan(plan, FakeSession(server, offers=UIDPLUS), journal).moved == 4
    assert server.names("Trash") == server_names(4)


def test_copies_left_by_a_crash_are_found_again_and_not_made_twice(server: Server, journal: Journal) -> None:
    plan = make_plan(server)
    with pytest.raises(Crash):
        apply_plan(plan, FakeSession(server, Script().on("copy", "crash after"), UIDPLUS), journal)
    again = FakeSession(server, offers=UIDPLUS)
    assert apply_plan(plan, again, journal).moved == 4
    assert "copy" not in again.script.calls
    assert server.names("Trash") == [*server_names(4), "t0", "t1", "t2"]


def test_a_refusal_and_a_folder_made_anew_together_leave_the_new_folder_alone(
    server: Server, journal: Journal
) -> None:
    script = Script().on("expunge", "NO")
    session = FakeSession(server, script)
    expunge = session.expunge

    def recreating(uids: list[int]) -> None:
        old = server.boxes["Trash"]
        server.boxes["Trash"] = Box(uidvalidity=10, mails={40: Mail("new")})
        server.boxes["old"] = old
        expunge(uids)

    session.expunge = recreating  # type: ignore[method-assign, assignment]
    result = apply_plan(make_plan(server, Act.EMPTY_TRASH), session, journal)
    assert (result.deleted, result.skipped_by_reason) == (0, {SkipReason.UNKNOWN: 3})
    assert server.names("Trash") == ["new"]
    assert "unmark" not in script.calls


def test_messages_without_a_message_id_are_known_by_date_and_size(server: Server, journal: Journal) -> None:
    for mail in server.boxes["INBOX"].mails.values():
        mail.message_id = ""
    result = apply_plan(make_plan(server), FakeSession(server, copyuid=False), journal)
    assert result.moved == 4


def test_after_a_cut_the_copies_already_made_are_not_made_twice(server: Server, journal: Journal) -> None:
    session = FakeSession(server, Script().on("copy", "cut after"), UIDPLUS)
    assert apply_plan(make_plan(server), session, journal).moved == 4
    assert session.script.calls.count("copy") == 1
    assert len(server.names("Trash")) == 3 + 4


def test_a_second_balt_on_the_same_mailbox_stops(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    with mailbox_lock(journal.folder, session.account), pytest.raises(StoppedError, match="un autre balt"):
        apply_plan(make_plan(server), session, journal)
    assert session.script.calls == []
    assert apply_plan(make_plan(server), session, journal).moved == 4


def test_a_state_folder_that_cannot_be_written_stops_everything(server: Server, tmp_path: Path) -> None:
    (tmp_path / "balt").write_text("a file where the folder should be")
    session = FakeSession(server)
    with pytest.raises(StoppedError):
        apply_plan(make_plan(server), session, Journal(tmp_path / "balt" / "journal.jsonl", CLOCK, "x"))
    assert session.script.calls == []


def test_a_journal_that_cannot_be_written_ends_the_act_between_two_requests(
    server: Server, tmp_path: Path
) -> None:
    plan = make_plan(server)
    before = FakeSession(server, Script())
    calls = before.script.calls
    journal = ScriptedJournal(tmp_path / "journal.jsonl", before.script)
    apply_plan(plan, before, journal, batch_size=2)
    last = len(calls) - 1
    assert calls[last] == "journal"

    other = Server()
    other.fill("INBOX", 4)
    script = Script().at(last, "NO")
    result = apply_plan(
        make_plan(other),
        FakeSession(other, script),
        ScriptedJournal(tmp_path / "b" / "j", script),
        batch_size=2,
    )
    assert result.moved == 4
    assert result.stopped


def test_quota_is_told_as_used_and_limit(server: Server, journal: Journal) -> None:
    result = apply_plan(make_plan(server), FakeSession(server), journal)
    assert result.quota_before == Quota(server.used, 10**9)
    assert replace(result, quota_before=None).to_json()["quota_before"] is None
