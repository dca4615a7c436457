"""Attachments put back: the originals come from the archive, and then their lighter messages go."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.restore import Chosen, Restored, Restoring, chosen_records
from balt.cleanup.detach.restoring import Reattaching, by_folder, copies_of, take_places
from balt.cleanup.journal import Journal
from balt.cleanup.plan import CleanupPlan
from balt.cleanup.result import ApplyResult
from balt.cleanup.undo_archive import plan_taking_back, take_back
from balt.cleanup.undoable import Undoable, undoable
from balt.errors import StoppedError
from balt.mail.model import FolderState
from balt.mail.session import ImapSession
from balt.mailboxes.marked import marked
from balt.mailboxes.marks import LocalMarks, is_in
from tests.cleanup.detach.mailbox import (
    FLAGS,
    WHEN,
    applied,
    broken,
    filled,
    flag,
    full,
    letter,
    name_of,
    planned,
    rows,
)
from tests.cleanup.fake import CLOCK, Crash
from tests.integration.mails import opened
from tests.support.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def act(journal: Journal, plan: CleanupPlan) -> Undoable:
    return next(each for each in undoable(journal) if each.id == plan.id)


def undone(session: ImapSession, journal: Journal, plan: CleanupPlan) -> ApplyResult:
    return take_back(plan_taking_back(session, journal, act(journal, plan), CLOCK), session, journal, CLOCK)


def test_the_originals_are_back_and_the_lighter_ones_gone(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 3)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        result = undone(session, journal, plan)
        assert (result.moved, result.skipped, result.stopped) == (3, (), None)
        assert rows(session) == before
        assert act(journal, plan).why_not == "il est déjà annulé"
        with pytest.raises(StoppedError, match="déjà annulé"):
            undone(session, journal, plan)
        again = applied(plan, session, journal, place)
        assert (again.detached, again.earlier) == (0, 3)
        assert rows(session) == before
        assert planned(session, place).plan.count == 3
    assert journal.verify().ok


def test_an_original_gets_the_flags_that_its_lighter_message_has_by_now(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        flag(dovecot, user, 3, "\\Flagged Suivi")
        undone(session, journal, plan)
        first, second = sorted(rows(session), key=name_of)
        assert {"\\Flagged", "Suivi", "Perso"} <= set(first[1])
        assert "\\Flagged" not in second[1]


def test_a_lighter_message_that_was_removed_since_is_not_missed(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        with dovecot.client(user) as client:
            client.select("INBOX")
            client.uid("STORE", "3", "+FLAGS", "(\\Deleted)")
            client.expunge()
        assert undone(session, journal, plan).moved == 2
        assert rows(session) == before


def test_another_message_under_the_uid_of_a_lighter_one_is_never_removed(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        good = session.octets
        monkeypatch.setattr(
            session,
            "octets",
            lambda uid, size: [b"".join(good(uid, size)).replace(b" message=", b" autre=")],
        )
        with suppress(StoppedError):
            undone(session, journal, plan)
        monkeypatch.undo()
        assert sum(b"X-Balt-Detached" in row[0] for row in rows(session)) == 2


@pytest.mark.parametrize("name", ["append", "mark_deleted", "expunge"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_anywhere_the_undoing_is_finished_by_the_next_one(
    dovecot: Dovecot,
    journal: Journal,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    moment: str,
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session, monkeypatch.context() as patch:
        before = rows(session)
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        broken(patch, session, name, 1, moment, Crash())
        with suppress(Crash):
            undone(session, journal, plan)
    with opened(dovecot.account(user)) as session:
        assert {name_of(row) for row in rows(session)} == {"<n0@labo>", "<n1@labo>"}
        undone(session, journal, plan)
        assert sorted(rows(session)) == sorted(before)


def test_what_was_removed_for_want_of_room_comes_back_whole_and_is_owed_no_more(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        with monkeypatch.context() as patch:
            patch.setattr(session, "append", full(session, 2))
            applied(plan, session, journal, place)
        assert len(rows(session)) == 1
        assert undone(session, journal, plan).moved == 1
        assert sorted(rows(session)) == sorted(before)
        again = applied(plan, session, journal, place)
        assert again.stopped is None
        assert len(rows(session)) == 2


def once_an_original_is_back(
    patch: pytest.MonkeyPatch, session: ImapSession, method: str, otherwise: Callable[..., object]
) -> None:
    """From the moment when an original is put in, a method of the session answers otherwise."""
    put_in = session.append

    def append(*args: object) -> object:
        patch.setattr(session, method, otherwise)
        return put_in(*args)  # type: ignore[arg-type]

    patch.setattr(session, "append", append)


def test_nothing_is_removed_from_a_folder_that_was_made_anew_meanwhile(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        with monkeypatch.context() as patch:
            opens = session.select

            def other_folder(folder: str) -> FolderState:
                state = opens(folder)
                return replace(state, uidvalidity=state.uidvalidity + 1)

            once_an_original_is_back(patch, session, "select", other_folder)
            undone(session, journal, plan)
        assert [name_of(row) for row in rows(session)].count("<n0@labo>") == 2
        assert len(rows(session)) == 4


def test_a_lighter_message_that_another_one_took_the_uid_of_meanwhile_is_not_removed(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        with monkeypatch.context() as patch:
            reads = session.octets

            def otherwise(uid: int, size: int) -> list[bytes]:
                return [b"".join(reads(uid, size)).replace(b" message=", b" autre=")]

            once_an_original_is_back(patch, session, "octets", otherwise)
            undone(session, journal, plan)
        assert sum(b"X-Balt-Detached" in row[0] for row in rows(session)) == 2


def test_an_original_that_somebody_has_marked_to_be_removed_does_not_count_as_back(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        applied(plan, session, journal, place)
        dovecot.deliver(user, before[0][0], flags=("\\Seen", "\\Deleted"))
        assert undone(session, journal, plan).moved == 1
        with dovecot.client(user) as client:
            client.select("INBOX")
            client.expunge()
        assert rows(session) == before


def test_messages_that_are_alike_get_as_many_whole_ones_back_whatever_became_of_the_act(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = dovecot.new_user()
    dovecot.deliver_all(user, [(letter(0), WHEN, FLAGS), (letter(0), WHEN, FLAGS), (letter(1), WHEN, FLAGS)])
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        applied(planned(session, place).plan, session, journal, place)
        with reading(place, CLOCK) as root:
            records = chosen_records(root, Chosen(session.account.address))
            restoring = Restoring(root, session, journal, "restore-1")
            reattaching = Reattaching(root, session, journal, "restore-1")
            pairs = {"INBOX": reattaching.pairs("INBOX", records)}
            result = Restored()
            wanted = restoring.missing("INBOX", by_folder(pairs)["INBOX"], copies_of(pairs["INBOX"]))
            restoring.add("INBOX", wanted, result, lambda _: None, lambda: False)
            take_places(restoring, reattaching, pairs, result)
        assert (result.added, result.reattached) == (3, 3)
        assert sorted(rows(session)) == sorted(before)


def test_a_lighter_form_stays_while_fewer_whole_ones_are_there_than_there_are_of_it(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = dovecot.new_user()
    dovecot.deliver_all(user, [(letter(0), WHEN, FLAGS)] * 2)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        applied(planned(session, place).plan, session, journal, place)
        dovecot.deliver(user, before[0][0], flags=FLAGS)
        with reading(place, CLOCK) as root:
            records = chosen_records(root, Chosen(session.account.address))
            reattaching = Reattaching(root, session, journal, "restore-1")
            pairs = {"INBOX": reattaching.pairs("INBOX", records)}
            take_places(Restoring(root, session, journal, "restore-1"), reattaching, pairs, Restored())
        assert len(rows(session)) == 3


def test_the_mark_that_balt_keeps_goes_back_with_the_attachments(
    dovecot: Dovecot, journal: Journal, place: Path, tmp_path: Path
) -> None:
    account = dovecot.account(filled(dovecot, 2))
    marks = LocalMarks(tmp_path / "data", account)
    with opened(account) as bare:
        session = cast("ImapSession", marked(bare, marks))
        plan = planned(session, place).plan
        validity = plan.parts[0].uidvalidity
        marks.change("INBOX", validity, add=[2])
        applied(plan, session, journal, place)
        undone(session, journal, plan)
        runs = marks.runs("INBOX", validity)
        names = {
            name_of(row): is_in(uid, runs)
            for uid, row in zip(session.scan("INBOX").uids, rows(bare), strict=True)
        }
    assert names == {"<n0@labo>": False, "<n1@labo>": True}


def test_an_act_that_took_nothing_out_cannot_be_undone(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        flag(dovecot, user, 1, "\\Deleted")
        assert applied(plan, session, journal, place).detached == 0
    assert act(journal, plan).why_not == "il n'a rien détaché"
