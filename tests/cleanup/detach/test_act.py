"""Messages lightened on a real server: whatever happens, each is there once, whole or lightened."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from balt.cleanup.detach.choose import Left
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act
from balt.cleanup.plan_file import from_json, to_json
from balt.cleanup.result import SkipReason
from balt.cleanup.settle import settle
from balt.errors import BaltError, ConnectionFailedError, RefusedError
from balt.mail.session import ImapSession
from balt.mailboxes.marked import marked
from balt.mailboxes.marks import LocalMarks, is_in
from tests.cleanup.detach.mailbox import (
    FLAGS,
    WHEN,
    applied,
    broken,
    check_lightened,
    filled,
    flag,
    full,
    letter,
    name_of,
    parsed,
    parts,
    planned,
    rows,
)
from tests.cleanup.fake import Crash
from tests.integration.mails import opened, text
from tests.support.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_the_plan_says_what_goes_and_is_read_back(dovecot: Dovecot, place: Path) -> None:
    user = filled(dovecot, 2)
    dovecot.deliver(user, text("rien à ôter", 40_000), flags=FLAGS)
    dovecot.deliver(user, b"Content-Type: application/pdf\r\n\r\n%PDF" + b"x" * 40_000, flags=FLAGS)
    with opened(dovecot.account(user)) as session:
        found = planned(session, place)
    assert (found.plan.act, found.plan.count, found.parts) == (Act.DETACH, 2, 2)
    assert found.left == {Left.WHOLE: 1}
    assert [part.content_type for part in found.plan.messages[0].detach] == ["application/pdf"]
    assert 75_000 < found.plan.messages[0].frees < found.plan.messages[0].size
    assert from_json(to_json(found.plan)) == found.plan


def test_messages_get_lighter_and_nothing_else_of_them_changes(
    dovecot: Dovecot, journal: Journal, place: Path
) -> None:
    user = filled(dovecot, 3)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        result = applied(plan, session, journal, place)
        assert (result.detached, result.archived, result.skipped, result.stopped) == (3, 3, (), None)
        assert abs(result.freed - plan.frees) < plan.frees / 100
        after = rows(session)
        check_lightened(before, after)
        assert sum(len(row[0]) for row in before) - sum(len(row[0]) for row in after) == result.freed
        assert planned(session, place).plan.count == 0
        again = applied(plan, session, journal, place)
        assert (again.earlier, again.detached, again.freed) == (3, 0, 0)
        assert rows(session) == after
    assert journal.unsettled() == []
    assert journal.verify().ok


CHANGING = ("append", "mark_deleted", "expunge")
LOOKING = ("select", "identities", "flags_of", "octets", "existing")
KILLED, CUT = Crash(), ConnectionFailedError("coupé")
FAULTS = [
    *(
        (name, moment, fault)
        for name in CHANGING
        for moment in ("before", "after")
        for fault in (KILLED, CUT)
    ),
    *((name, "after", KILLED) for name in LOOKING),
    ("journal", "after", KILLED),
]


@pytest.mark.parametrize(("name", "moment", "fault"), FAULTS)
def test_a_fault_at_any_command_leaves_each_message_once_and_the_plan_applied_again_finishes(
    dovecot: Dovecot,
    journal: Journal,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    moment: str,
    fault: BaseException,
) -> None:
    for number in range(1, 100):
        user = filled(dovecot, 2)
        with opened(dovecot.account(user)) as session, monkeypatch.context() as patch:
            before = rows(session)
            plan = planned(session, place).plan
            where: object = journal if name == "journal" else session
            calls = broken(patch, where, "append" if name == "journal" else name, number, moment, fault)
            with suppress(Crash, BaltError):
                applied(plan, session, journal, place, 2)
        with opened(dovecot.account(user)) as session:
            assert {name_of(row) for row in rows(session)} == {"<n0@labo>", "<n1@labo>"}
            settle(journal, session)
            applied(plan, session, journal, place, 2)
            check_lightened(before, rows(session))
        if calls() < number:
            assert number > 1
            return
    raise AssertionError("the command is given without end")


def test_without_room_for_both_the_original_goes_first_and_its_lighter_copy_comes(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 3)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        monkeypatch.setattr(session, "append", full(session, 1))
        result = applied(plan, session, journal, place)
        assert (result.detached, result.skipped, result.stopped) == (3, (), None)
        check_lightened(before, rows(session))


def test_what_could_not_be_put_back_stops_the_act_is_told_and_comes_with_the_next_application(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 3)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        monkeypatch.setattr(session, "append", full(session, 2))
        result = applied(plan, session, journal, place)
        assert result.skipped_by_reason == {SkipReason.NOT_BACK: 1}
        assert (result.detached, result.remaining) == (0, 2)
        assert isinstance(result.stopped, RefusedError)
        assert sorted(map(name_of, rows(session))) == ["<n1@labo>", "<n2@labo>"]
        again = applied(plan, session, journal, place)
        assert (again.detached, again.skipped) == (3, ())
        check_lightened(before, rows(session))


def test_one_that_is_owed_keeps_the_flags_that_it_had_when_it_was_removed(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.new_user()
    uid = dovecot.deliver(user, letter(0), date=WHEN, flags=("Perso",))
    with opened(dovecot.account(user)) as session:
        applied(planned(session, place, 10**9).plan, session, journal, place)
        flag(dovecot, user, uid, "\\Seen \\Answered")
        before = rows(session)
        plan = planned(session, place).plan
        monkeypatch.setattr(session, "append", full(session, 2))
        applied(plan, session, journal, place)
        assert rows(session) == []
        applied(plan, session, journal, place)
        check_lightened(before, rows(session))


def test_a_message_flagged_while_its_copy_is_made_stays_whole_and_alone(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        good = session.append

        def append(*args: object) -> object:
            value = good(*args)  # type: ignore[arg-type]
            flag(dovecot, user, 1, "Autre")
            return value

        monkeypatch.setattr(session, "append", append)
        result = applied(plan, session, journal, place)
        assert result.skipped_by_reason == {SkipReason.CHANGED: 1}
        after = rows(session)
        assert [row[0] for row in after] == [row[0] for row in before]


def test_a_message_flagged_after_a_crash_stays_whole_and_loses_its_copy(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session, monkeypatch.context() as patch:
        plan = planned(session, place).plan
        broken(patch, session, "append", 1, "after", Crash())
        with suppress(Crash):
            applied(plan, session, journal, place)
    flag(dovecot, user, 1, "\\Seen", "-FLAGS")
    with opened(dovecot.account(user)) as session:
        assert len(rows(session)) == 2
        plan_without_guards = from_json(to_json(plan).replace('"unread"', '"document"'))
        result = applied(plan_without_guards, session, journal, place)
        assert result.skipped_by_reason == {SkipReason.UNREAD: 1}
        (left,) = rows(session)
        assert left[0] == letter(0)


def test_a_copy_that_somebody_has_taken_up_stays_and_so_does_the_original(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session, monkeypatch.context() as patch:
        plan = planned(session, place).plan
        broken(patch, session, "append", 1, "after", Crash())
        with suppress(Crash):
            applied(plan, session, journal, place)
    flag(dovecot, user, 2, "\\Flagged")
    with opened(dovecot.account(user)) as session:
        result = applied(plan, session, journal, place)
        assert result.skipped_by_reason == {SkipReason.CHANGED: 1}
        assert len(rows(session)) == 2


def test_two_that_are_alike_each_get_a_copy(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.new_user()
    dovecot.deliver_all(user, [(letter(0), WHEN, FLAGS)] * 2)
    with opened(dovecot.account(user)) as session, monkeypatch.context() as patch:
        before = rows(session)
        plan = planned(session, place).plan
        broken(patch, session, "expunge", 1, "before", Crash())
        with suppress(Crash):
            applied(plan, session, journal, place)
    with opened(dovecot.account(user)) as session:
        assert applied(plan, session, journal, place).detached == 2
        check_lightened(before, rows(session))


def test_a_message_that_the_server_changes_is_taken_back_and_the_original_stays(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 2)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        good = session.append

        def append(folder: str, octets: list[bytes], size: int, flags: list[str], date: str) -> object:
            changed = b"".join(octets).replace(b"Bonjour", b"Bonsoir")
            return good(folder, [changed], len(changed), flags, date)

        monkeypatch.setattr(session, "append", append)
        result = applied(plan, session, journal, place)
        assert result.skipped_by_reason == {SkipReason.UNVERIFIED: 2}
        assert (result.detached, result.freed) == (0, 0)
        assert rows(session) == before


def test_a_refusal_to_read_back_is_no_want_of_room(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        plan = planned(session, place).plan
        append, octets, appended = session.append, session.octets, [0]

        def counted(*args: object) -> object:
            appended[0] += 1
            return append(*args)  # type: ignore[arg-type]

        def refused(uid: int, size: int) -> object:
            if uid == 1:
                return octets(uid, size)
            raise RefusedError("pleine", code="OVERQUOTA")

        with monkeypatch.context() as patch:
            patch.setattr(session, "append", counted)
            patch.setattr(session, "octets", refused)
            result = applied(plan, session, journal, place)
        assert (appended, result.stopped) == ([1], None)
        assert result.skipped_by_reason == {SkipReason.UNVERIFIED: 1}
        assert rows(session) == before


def test_a_server_without_uidplus_is_refused_before_anything_is_done(
    start_dovecot: Callable[..., Dovecot], journal: Journal, place: Path
) -> None:
    dovecot = start_dovecot(hide=("UIDPLUS",))
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        before = rows(session)
        with pytest.raises(RefusedError, match="UIDPLUS"):
            applied(planned(session, place).plan, session, journal, place)
        assert rows(session) == before


def test_the_marks_that_balt_keeps_go_on_to_the_lighter_message(
    dovecot: Dovecot, journal: Journal, place: Path, tmp_path: Path
) -> None:
    account = dovecot.account(filled(dovecot, 2))
    marks = LocalMarks(tmp_path / "data", account)
    with opened(account) as session:
        plan = planned(session, place).plan
        validity = plan.parts[0].uidvalidity
        marks.change("INBOX", validity, add=[2])
        applied(plan, cast("ImapSession", marked(session, marks)), journal, place)
    assert [is_in(uid, marks.runs("INBOX", validity)) for uid in (1, 2, 3, 4)] == [False, False, False, True]


def test_the_note_names_what_went_and_where_it_is(dovecot: Dovecot, journal: Journal, place: Path) -> None:
    user = filled(dovecot, 1)
    with opened(dovecot.account(user)) as session:
        applied(planned(session, place).plan, session, journal, place)
        note = parts(parsed(rows(session)[0]))[1]
    said = bytes(note.get_payload(decode=True)).decode()
    for words in ("bilan.pdf", "60000 octets", "SHA-256: ", "Archive: archive"):
        assert words in said


def test_a_message_that_was_there_before_is_not_taken_for_the_copy_whatever_the_server_says(
    dovecot: Dovecot, journal: Journal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = filled(dovecot, 1)
    other = letter(0, 100)
    dovecot.deliver(user, other, flags=FLAGS)
    with opened(dovecot.account(user)) as session:
        plan = planned(session, place).plan
        good = session.append
        monkeypatch.setattr(session, "append", lambda *args: good(*args) and 2)
        result = applied(plan, session, journal, place)
        assert (result.detached, result.skipped_by_reason) == (0, {SkipReason.UNVERIFIED: 1})
        assert other in [row[0] for row in rows(session)]
