"""Taking a removal back from its archive, on real servers."""

from pathlib import Path
from typing import cast

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.archive.check import reading
from balt.cleanup.archive.opening import open_archive
from balt.cleanup.archive.restore import Chosen, Restored, Restoring, chosen_records
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, CleanupPlan, Guard
from balt.cleanup.ports import Advance
from balt.cleanup.prepare import Choice, Terms, make_plan
from balt.cleanup.result import ApplyResult, SkipReason
from balt.cleanup.undo import Undoing
from balt.cleanup.undo_archive import plan_taking_back, take_back
from balt.cleanup.undoable import Undoable, undoable
from balt.errors import CancelledError, StoppedError
from balt.mail.model import Flag
from balt.mail.session import ImapSession
from balt.mailboxes.marked import marked
from balt.mailboxes.marks import LocalMarks, is_in
from tests.cleanup.fake import CLOCK
from tests.cleanup.test_real_servers import DATE, Mailbox, raw
from tests.cleanup.test_undo_servers import flags
from tests.integration.mails import opened
from tests.support.servers import ImapServer


@pytest.fixture
def mailbox(imap_server: ImapServer) -> Mailbox:
    return Mailbox(imap_server)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def remove(
    session: ImapSession, journal: Journal, place: Path, act: Act, **folders: list[int]
) -> CleanupPlan:
    """Archive these messages and remove them for good."""
    choices = [Choice(session.scan(folder), uids) for folder, uids in folders.items()]
    terms = Terms(frozenset(Guard), "ESSAI", str(place))
    plan = make_plan(session, choices, act, session.folders(), CLOCK, terms)
    with open_archive(place, session.account, CLOCK, twice=False, tls=True) as keeper:
        assert apply_plan(plan, session, journal, keeper=keeper).deleted == plan.count
    return plan


def act(journal: Journal, plan: CleanupPlan) -> Undoable:
    return next(each for each in undoable(journal) if each.id == plan.id)


def drafted(session: ImapSession, journal: Journal, plan: CleanupPlan) -> Undoing:
    return plan_taking_back(session, journal, act(journal, plan), CLOCK)


def undone(session: ImapSession, journal: Journal, plan: CleanupPlan) -> ApplyResult:
    return take_back(drafted(session, journal, plan), session, journal, CLOCK)


def test_the_messages_of_the_act_come_back_with_their_flags_and_dates_and_no_other(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    marked = {"a": (), "b": ("\\Seen", "\\Flagged"), "c": ("\\Seen", "$Integrated")}
    uids = [mailbox.server.append(mailbox.account, raw(n), "INBOX", DATE, f) for n, f in marked.items()]
    other = mailbox.put("INBOX", "other")
    with opened(mailbox.account) as session:
        remove(session, journal, place, Act.DELETE, INBOX=other)
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        assert mailbox.names("INBOX") == []
        undoing = drafted(session, journal, plan)
        assert (undoing.count, undoing.is_whole, undoing.places[0][:2]) == (3, True, ("INBOX", 3))
        assert mailbox.names("INBOX") == []
        seen: list[Advance] = []
        result = take_back(undoing, session, journal, CLOCK, seen.append)
        assert (result.moved, result.earlier, result.skipped, result.remaining) == (3, 0, (), 0)
        assert seen[-1] == Advance(3, 3, undoing.size, undoing.size)
    assert flags(mailbox, "INBOX") == {name: set(told) for name, told in marked.items()}


def test_what_was_emptied_from_the_trash_goes_back_to_the_trash(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("Trash", "a", "b")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.EMPTY_TRASH, Trash=uids)
        assert undone(session, journal, plan).moved == 2
    assert mailbox.names("Trash") == ["a", "b"]


def test_each_folder_gets_its_own_back_and_the_journal_names_the_act(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    inbox, sent = mailbox.put("INBOX", "a"), mailbox.put("Laboratoire", "b", "c")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=inbox, Laboratoire=sent)
        assert undone(session, journal, plan).moved == 3
        assert (mailbox.names("INBOX"), mailbox.names("Laboratoire")) == (["a"], ["b", "c"])
        ends = [e.deed for e in journal.entries() if (e.deed.action, e.deed.phase) == ("undo", Phase.AFTER)]
        assert [(deed.note, deed.folder, deed.count) for deed in ends] == [
            (plan.id, "INBOX", 1),
            (plan.id, "Laboratoire", 2),
        ]
        found = act(journal, plan)
        assert (found.undone, found.why_not) == (3, "il est déjà annulé")
        with pytest.raises(StoppedError, match="déjà annulé"):
            drafted(session, journal, plan)
    assert journal.unsettled() == []
    assert journal.verify().ok


def test_a_message_that_is_there_again_is_not_added_twice(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("INBOX", "a", "b")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        mailbox.put("INBOX", "a")
        result = undone(session, journal, plan)
    assert (result.moved, result.earlier) == (1, 1)
    assert mailbox.names("INBOX") == ["a", "b"]


def test_messages_that_are_alike_octet_for_octet_all_come_back(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("INBOX", "a", "b", "a", "a")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        assert undone(session, journal, plan).moved == 4
        assert act(journal, plan).why_not == "il est déjà annulé"
    assert sorted(mailbox.names("INBOX")) == ["a", "a", "a", "b"]


def test_stopped_among_messages_that_are_alike_it_brings_no_more_than_there_were(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("INBOX", "a", "a", "a")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        asked = iter([False, False, True])
        stopped = take_back(
            drafted(session, journal, plan), session, journal, CLOCK, None, lambda: next(asked)
        )
        assert (stopped.moved, stopped.remaining) == (2, 1)
        assert undone(session, journal, plan).moved == 1
    assert mailbox.names("INBOX") == ["a", "a", "a"]


def test_a_file_that_was_damaged_is_told_and_the_others_come_back(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("INBOX", "a", "b")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        one = next(file for file in place.rglob("*.eml") if b"<a@" in file.read_bytes())
        one.write_bytes(one.read_bytes().replace(b"xxx", b"yyy", 1))
        result = undone(session, journal, plan)
        assert (result.moved, result.skipped_by_reason) == (1, {SkipReason.DAMAGED: 1})
        assert result.exit_code == 1
        assert act(journal, plan).undone == 1
    assert mailbox.names("INBOX") == ["b"]


def test_an_archive_that_is_not_there_is_said(mailbox: Mailbox, journal: Journal, place: Path) -> None:
    uids = mailbox.put("INBOX", "a")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        place.rename(place.with_name("elsewhere"))
        with pytest.raises(StoppedError):
            drafted(session, journal, plan)


def test_a_folder_that_is_gone_is_said_and_nothing_is_made(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("Laboratoire", "a", "b")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, Laboratoire=uids)
        session.examine("INBOX")
        with mailbox.server.client(mailbox.account) as client:
            assert client.delete("Laboratoire")[0] == "OK"
        undoing = drafted(session, journal, plan)
        assert (undoing.count, undoing.homeless) == (0, {"Laboratoire": 2})
        assert take_back(undoing, session, journal, CLOCK).moved == 0


def test_stopped_on_demand_it_goes_on_where_it_was(mailbox: Mailbox, journal: Journal, place: Path) -> None:
    uids = mailbox.put("INBOX", "a", "b", "c")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        asked = iter([False, True, True])
        undoing = drafted(session, journal, plan)
        result = take_back(undoing, session, journal, CLOCK, None, lambda: next(asked))
        assert isinstance(result.stopped, CancelledError)
        assert (result.moved, result.remaining) == (1, 2)
        assert drafted(session, journal, plan).count == 2
        assert undone(session, journal, plan).moved == 2
    assert mailbox.names("INBOX") == ["a", "b", "c"]


def test_it_waits_for_another_balt(mailbox: Mailbox, journal: Journal, place: Path) -> None:
    uids = mailbox.put("INBOX", "a")
    with opened(mailbox.account) as session:
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        undoing = drafted(session, journal, plan)
        with mailbox_lock(journal.folder, session.account), pytest.raises(StoppedError, match="autre balt"):
            take_back(undoing, session, journal, CLOCK)
    assert mailbox.names("INBOX") == []


def test_a_move_to_the_trash_is_still_taken_back_from_there(
    mailbox: Mailbox, journal: Journal, place: Path
) -> None:
    uids = mailbox.put("INBOX", "a")
    with opened(mailbox.account) as session:
        choice = Choice(session.scan("INBOX"), uids)
        plan = make_plan(session, [choice], Act.TRASH, session.folders(), CLOCK, Terms(archive=str(place)))
        with open_archive(place, session.account, CLOCK, twice=False, tls=True) as keeper:
            assert apply_plan(plan, session, journal, keeper=keeper).moved == 1
        assert undone(session, journal, plan).moved == 1
    assert (mailbox.names("INBOX"), mailbox.names("Trash")) == (["a"], [])


def test_the_mark_that_balt_keeps_comes_back_with_its_message_and_with_no_other(
    mailbox: Mailbox, journal: Journal, place: Path, tmp_path: Path
) -> None:
    uids = mailbox.put("INBOX", "a", "b")
    marks = LocalMarks(tmp_path / "data", mailbox.account)
    with opened(mailbox.account) as bare:
        session = cast("ImapSession", marked(bare, marks))
        validity = session.scan("INBOX").uidvalidity
        marks.change("INBOX", validity, add=[uids[1]])
        plan = remove(session, journal, place, Act.DELETE, INBOX=uids)
        assert undone(session, journal, plan).moved == 2
        back = list(session.scan("INBOX").uids)
        runs = marks.runs("INBOX", validity)
        assert [is_in(uid, runs) for uid in (*uids, *back)] == [False, False, False, True]
    assert mailbox.names("INBOX") == ["a", "b"]


def test_a_message_that_goes_to_another_folder_is_asked_about_again(
    mailbox: Mailbox, journal: Journal, place: Path, tmp_path: Path
) -> None:
    uids, other = mailbox.put("INBOX", "a"), mailbox.put("Laboratoire", "x")
    assert uids == other
    marks = LocalMarks(tmp_path / "data", mailbox.account)
    with opened(mailbox.account) as bare:
        session = cast("ImapSession", marked(bare, marks))
        for folder in ("INBOX", "Laboratoire"):
            marks.change(folder, session.scan(folder).uidvalidity, add=uids)
        remove(session, journal, place, Act.DELETE, INBOX=uids)
        with reading(place, CLOCK) as root:
            records = chosen_records(root, Chosen(mailbox.account.address))
            restoring = Restoring(root, session, journal, "restore-1")
            restoring.add("Laboratoire", records, Restored(), lambda _: None, lambda: False)
        found = session.scan("Laboratoire")
        assert [Flag(flags) & Flag.INTEGRATED for flags in found.flags] == [Flag.INTEGRATED, Flag(0)]
