"""What a crash has left open is settled by asking the server, and removes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act
from balt.cleanup.plan_file import plan_path
from balt.cleanup.ports import Kept
from balt.cleanup.settle import settle
from balt.errors import ConnectionFailedError, RefusedError, StoppedError
from balt.mail.model import Flag
from tests.cleanup.fake import Box, Crash, FakeSession, Owner, Script, ScriptedJournal, Server, make_plan


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 4)
    server.fill("Trash", 3, "t")
    return server


class NoKeeper:
    """An archive that is never reached."""

    def keep(self, *_about: object) -> dict[int, Kept]:
        raise AssertionError


def crash(server: Server, journal: Journal, call: str, fault: str, act: Act = Act.TRASH) -> None:
    with pytest.raises(Crash):
        apply_plan(
            make_plan(server, act),
            FakeSession(server, Script().on(call, fault)),
            journal,
            batch_size=2,
        )


def test_nothing_open_asks_nothing(server: Server, journal: Journal) -> None:
    session = FakeSession(server)
    assert settle(journal, session) == []
    assert session.script.calls == []


def test_a_move_killed_before_it_began_is_found_whole(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash before")
    (settled,) = settle(journal, FakeSession(server))
    assert (settled.gone, settled.left, settled.in_trash) == (0, 4, None)
    assert journal.unsettled() == []


def test_a_move_killed_after_it_was_done_is_found_in_the_trash(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    (settled,) = settle(journal, FakeSession(server))
    assert (settled.gone, settled.left, settled.in_trash) == (2, 2, 2)
    assert settled.sentence == "Un nettoyage de « INBOX » a été interrompu : 2 messages partis, 2 en place."
    end = journal.entries()[-1].deed
    assert (end.phase, end.uids, end.figures["left"], end.figures["in_trash"]) == (Phase.SETTLED, "1:2", 2, 2)


def test_without_the_plan_file_the_trash_is_not_searched(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    plan_path(journal.folder, "p1").unlink()
    (settled,) = settle(journal, FakeSession(server))
    assert (settled.gone, settled.in_trash) == (2, None)


def test_a_trash_made_anew_or_gone_is_not_searched(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    server.boxes["Trash"].uidvalidity += 1
    (settled,) = settle(journal, FakeSession(server))
    assert settled.in_trash is None


def test_a_trash_that_is_gone_is_not_searched(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    del server.boxes["Trash"]
    (settled,) = settle(journal, FakeSession(server))
    assert settled.in_trash is None


def test_our_marks_are_taken_back_and_those_of_others_stay(server: Server, journal: Journal) -> None:
    server.boxes["Trash"].mails[40].flags |= Flag.DELETED
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    assert server.marked("Trash") == ["t0", "t1"]
    (settled,) = settle(journal, FakeSession(server))
    assert settled.unmarked == 1
    assert server.marked("Trash") == ["t0"]
    assert server.expunged == []


def test_marks_already_taken_back_are_not_taken_twice(server: Server, journal: Journal) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    script = Script()
    with pytest.raises(Crash):
        settle(ScriptedJournal(journal.path, script.at(7, "crash before")), FakeSession(server, script))
    assert script.calls[-3:] == ["unmark", "journal", "journal"]
    server.boxes["Trash"].mails[40].flags |= Flag.DELETED
    (settled,) = settle(journal, FakeSession(server))
    assert settled.unmarked == 0
    assert server.marked("Trash") == ["t0"]


def test_settling_that_is_cut_is_done_again(server: Server, journal: Journal) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    with pytest.raises(ConnectionFailedError):
        settle(journal, FakeSession(server, Script().on("unmark", "cut before")))
    assert len(journal.unsettled()) == 1
    settle(journal, FakeSession(server))
    assert server.marked("Trash") == []
    assert journal.unsettled() == []


def test_a_folder_made_anew_cannot_be_cleared_up_and_is_left_alone(server: Server, journal: Journal) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    server.boxes["Trash"] = Box(uidvalidity=10, mails=server.boxes["Trash"].mails)
    session = FakeSession(server)
    (settled,) = settle(journal, session)
    assert settled.recreated
    assert "recréé depuis" in settled.sentence
    assert "unmark" not in session.script.calls
    assert journal.unsettled() == []


def test_a_folder_that_is_gone_cannot_be_cleared_up(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    del server.boxes["INBOX"]
    (settled,) = settle(journal, FakeSession(server))
    assert settled.recreated
    assert journal.entries()[-1].deed.answer == "NO NONEXISTENT"


def test_a_server_that_is_unwell_is_asked_again_later(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    with pytest.raises(RefusedError):
        settle(journal, FakeSession(server, Script().on("select", "NO UNAVAILABLE")))
    assert len(journal.unsettled()) == 1


@pytest.mark.parametrize("answer", ["NO", "NO READ-ONLY", "NO NOPERM"])
def test_an_act_stays_open_while_its_folder_cannot_be_opened(
    server: Server, journal: Journal, answer: str
) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    with pytest.raises(RefusedError):
        settle(journal, FakeSession(server, Script().on("select", answer)))
    assert len(journal.unsettled()) == 1
    settle(journal, FakeSession(server))
    assert server.marked("Trash") == []


def test_acts_on_other_mailboxes_wait_for_their_own_session(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    other = FakeSession(server)
    other.account = Owner(username="other")
    assert settle(journal, other) == []
    assert len(journal.unsettled()) == 1


def test_an_act_that_another_balt_is_doing_is_not_taken_for_a_crash(server: Server, journal: Journal) -> None:
    crash(server, journal, "move", "crash after")
    session = FakeSession(server)
    with mailbox_lock(journal.folder, session.account), pytest.raises(StoppedError):
        settle(journal, session)
    assert len(journal.unsettled()) == 1


def test_an_act_on_another_bal_that_the_same_user_opens_is_not_settled_on_this_one(
    server: Server, journal: Journal
) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    other = Server()
    other.fill("Trash", 3, "o", Flag.SEEN | Flag.DELETED)
    session = FakeSession(other)
    session.account = Owner(address="cabinet@medecin.mssante.fr")
    assert settle(journal, session) == []
    assert other.marked("Trash") == ["o0", "o1", "o2"]
    assert len(settle(journal, FakeSession(server))) == 1
    assert server.marked("Trash") == []


def test_an_act_that_only_archives_is_settled_where_nothing_may_be_changed(
    server: Server, journal: Journal
) -> None:
    plan = replace(make_plan(server), act=Act.KEEP, target="", archive="/archives")
    with pytest.raises(Crash):
        apply_plan(
            plan, FakeSession(server, Script().on("identities", "crash after")), journal, keeper=NoKeeper()
        )
    (settled,) = settle(journal, FakeSession(server, Script().on("select", "NO READ-ONLY")))
    assert (settled.gone, settled.left) == (0, 4)


def test_applying_again_settles_first(server: Server, journal: Journal) -> None:
    crash(server, journal, "mark", "crash after", Act.EMPTY_TRASH)
    server.boxes["Trash"].mails[40].flags |= Flag.FLAGGED
    result = apply_plan(make_plan(server, Act.EMPTY_TRASH, [41, 42], "p2"), FakeSession(server), journal)
    assert result.deleted == 2
    assert server.names("Trash") == ["t0"]
    assert server.marked("Trash") == []


def test_a_message_flagged_after_our_mark_loses_the_mark(
    server: Server, tmp_path: Path, journal: Journal
) -> None:
    script = Script().on("expunge", "cut before")
    session = FakeSession(server, script)

    def flag() -> None:
        server.boxes["Trash"].mails[40].flags |= Flag.FLAGGED

    plain = FakeSession(Server())
    plain.server.fill("Trash", 3, "t")
    apply_plan(make_plan(plain.server, Act.EMPTY_TRASH), plain, Journal(tmp_path / "j", journal._clock, "x"))
    script.hand(plain.script.calls.index("expunge"), flag)
    result = apply_plan(make_plan(server, Act.EMPTY_TRASH), session, journal)
    assert (result.deleted, len(result.skipped)) == (2, 1)
    assert server.names("Trash") == ["t0"]
    assert server.marked("Trash") == []
