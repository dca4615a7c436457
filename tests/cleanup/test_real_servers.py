"""Clean-ups on real servers: what is promised on paper, done on Dovecot and on the demo's own server."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, Guard
from balt.cleanup.ports import Advance, ScanningSession
from balt.cleanup.prepare import Terms, plan_empty_trash, plan_trash
from balt.cleanup.result import SkipReason
from balt.cleanup.settle import settle
from balt.config import Account
from balt.errors import ConnectionFailedError, RefusedError, StoppedError
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK
from tests.integration.mails import opened
from tests.support.dovecot import Dovecot
from tests.support.servers import DovecotServer, ImapServer

DATE = datetime(2019, 2, 1, 10, 0, tzinfo=UTC)


def raw(name: str, size: int = 2_000) -> bytes:
    head = (
        f"From: labo@bio-fictive.mssante.fr\r\nTo: camille.exemple@medecin.mssante.fr\r\n"
        f"Subject: ESSAI {name}\r\nMessage-ID: <{name}@bio-fictive.mssante.fr>\r\n"
        f"Date: Fri, 01 Feb 2019 10:00:00 +0000\r\n\r\n"
    ).encode()
    return head + (b"x" * 70 + b"\r\n") * (size // 72)


class Mailbox:
    """A fresh mailbox on a server: filled, cleaned by balt, looked at by a second client."""

    def __init__(self, server: ImapServer, account: Account | None = None) -> None:
        self.server = server
        self.account = account or server.account()

    def put(
        self, folder: str, *names: str, size: int = 2_000, flags: tuple[str, ...] = ("\\Seen",)
    ) -> list[int]:
        return [self.server.append(self.account, raw(name, size), folder, DATE, flags) for name in names]

    def names(self, folder: str) -> list[str]:
        """The names of the messages of a folder, by their Message-ID."""
        with self.server.client(self.account) as client:
            client.select(folder, readonly=True)
            answer = client.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
            heads = [part[1] for part in answer if isinstance(part, tuple)]
            return sorted(head.split(b"<")[1].split(b"@")[0].decode() for head in heads)

    def flag(self, folder: str, uid: int, flags: str) -> None:
        with self.server.client(self.account) as client:
            client.select(folder)
            assert client.uid("STORE", str(uid), "+FLAGS", f"({flags})")[0] == "OK"

    def marked(self, folder: str) -> int:
        with self.server.client(self.account) as client:
            client.select(folder, readonly=True)
            found: list[bytes] = client.uid("SEARCH", "DELETED")[1]
            return len(found[0].split())


@pytest.fixture
def mailbox(imap_server: ImapServer) -> Mailbox:
    return Mailbox(imap_server)


def trash_plan(
    session: ScanningSession, uids: list[int], include: frozenset[Guard] = frozenset()
) -> CleanupPlan:
    return plan_trash(session, session.scan("INBOX"), uids, session.folders(), CLOCK, Terms(include))


def test_the_chosen_messages_are_in_the_trash_and_no_other(mailbox: Mailbox, journal: Journal) -> None:
    uids = mailbox.put("INBOX", "a", "b", "c", "d")
    with opened(mailbox.account) as session:
        result = apply_plan(trash_plan(session, uids[1:3]), session, journal)
    assert (result.moved, result.skipped, result.stopped) == (2, (), None)
    assert mailbox.names("INBOX") == ["a", "d"]
    assert mailbox.names("Trash") == ["b", "c"]
    assert journal.verify().ok


def test_emptying_removes_what_was_seen_and_frees_what_was_promised(
    mailbox: Mailbox, journal: Journal
) -> None:
    mailbox.put("Trash", "a", "b", "c", size=40_000)
    mailbox.put("INBOX", "kept")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        result = apply_plan(plan, session, journal)
    assert (result.deleted, result.freed) == (3, plan.frees)
    assert mailbox.names("Trash") == []
    assert mailbox.names("INBOX") == ["kept"]
    if result.quota_before and result.quota_after:
        fallen = result.quota_before.used - result.quota_after.used
        assert abs(fallen - plan.frees) <= 4 * 1024


def test_nothing_is_marked_read_by_preparing(mailbox: Mailbox) -> None:
    uids = mailbox.put("INBOX", "unread", flags=())
    with opened(mailbox.account) as session:
        plan = trash_plan(session, uids)
        assert plan.left_out.keys() == {Guard.UNREAD}
        assert trash_plan(session, uids, frozenset({Guard.UNREAD})).count == 1
    with mailbox.server.client(mailbox.account) as client:
        client.select("INBOX", readonly=True)
        assert client.uid("SEARCH", "UNSEEN")[1][0].split()


def test_mail_that_arrives_after_the_plan_stays(mailbox: Mailbox, journal: Journal) -> None:
    mailbox.put("Trash", "a", "b")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        mailbox.put("Trash", "late")
        assert apply_plan(plan, session, journal).deleted == 2
    assert mailbox.names("Trash") == ["late"]


def test_mail_that_arrives_during_the_act_stays(mailbox: Mailbox, journal: Journal) -> None:
    mailbox.put("Trash", "a", "b", "c")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)

        def during(advance: Advance) -> None:
            mailbox.put("Trash", f"late{advance.messages}")

        assert apply_plan(plan, session, journal, on_progress=during, batch_size=1).deleted == 3
    assert mailbox.names("Trash") == ["late1", "late2", "late3"]


def test_what_another_client_has_marked_stays(mailbox: Mailbox, journal: Journal) -> None:
    uids = mailbox.put("Trash", "a", "b", "theirs")
    mailbox.flag("Trash", uids[2], "\\Flagged \\Deleted")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        assert apply_plan(plan, session, journal).deleted == 2
    assert mailbox.names("Trash") == ["theirs"]
    assert mailbox.marked("Trash") == 1


def test_a_message_flagged_after_the_plan_stays(mailbox: Mailbox, journal: Journal) -> None:
    uids = mailbox.put("INBOX", "a", "b")
    with opened(mailbox.account) as session:
        plan = trash_plan(session, uids)
        mailbox.flag("INBOX", uids[0], "\\Flagged")
        result = apply_plan(plan, session, journal)
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.FLAGGED]
    assert mailbox.names("INBOX") == ["a"]


def test_a_message_gone_meanwhile_is_told_and_the_others_are_moved(
    mailbox: Mailbox, journal: Journal
) -> None:
    uids = mailbox.put("INBOX", "a", "b")
    with opened(mailbox.account) as session:
        plan = trash_plan(session, uids)
        with mailbox.server.client(mailbox.account) as client:
            client.select("INBOX")
            client.uid("STORE", str(uids[0]), "+FLAGS", "(\\Deleted)")
            client.expunge()
        result = apply_plan(plan, session, journal)
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.GONE]
    assert mailbox.names("Trash") == ["b"]


def test_a_folder_made_anew_stops_the_act(mailbox: Mailbox, journal: Journal) -> None:
    mailbox.put("Cabinet", "a", "b")
    with opened(mailbox.account) as session:
        listing = session.scan("Cabinet")
        plan = plan_trash(session, listing, list(listing.uids), session.folders(), CLOCK)
        session.examine("INBOX")
        with mailbox.server.client(mailbox.account) as client:
            assert client.delete("Cabinet")[0] == "OK"
        mailbox.put("Cabinet", "c", "d")
        with pytest.raises(StoppedError):
            apply_plan(plan, session, journal)
    assert mailbox.names("Cabinet") == ["c", "d"]
    assert mailbox.names("Trash") == []


def test_more_messages_than_a_batch_holds_take_two(mailbox: Mailbox, journal: Journal) -> None:
    for _ in range(3):
        mailbox.put("Trash", *(f"m{n}" for n in range(5)), size=200)
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        told: list[Advance] = []
        apply_plan(plan, session, journal, on_progress=told.append, batch_size=10)
    assert [(each.messages, each.of_messages) for each in told] == [(10, 15), (15, 15)]
    assert mailbox.names("Trash") == []


class Cutting(ImapSession):
    """A session whose line is cut right after a given act has been carried out."""

    cut_after = ""

    def _cut(self, name: str) -> None:
        if self.cut_after == name:
            self.cut_after = ""
            self.close()
            raise ConnectionFailedError("coupé")

    def move(self, uids: object, target: str) -> dict[int, int] | None:
        answer = super().move(uids, target)  # type: ignore[arg-type]
        self._cut("move")
        return answer

    def mark_deleted(self, uids: object) -> None:
        super().mark_deleted(uids)  # type: ignore[arg-type]
        self._cut("mark")

    def expunge(self, uids: object) -> None:
        super().expunge(uids)  # type: ignore[arg-type]
        self._cut("expunge")


@pytest.mark.parametrize(("act", "call"), [("trash", "move"), ("empty", "mark"), ("empty", "expunge")])
def test_a_line_cut_in_the_act_is_taken_up_again(
    mailbox: Mailbox, journal: Journal, act: str, call: str
) -> None:
    folder = "INBOX" if act == "trash" else "Trash"
    uids = mailbox.put(folder, "a", "b", "c")
    session = Cutting(mailbox.account, lambda: "pass", CLOCK)
    session.ensure_open()
    if act == "trash":
        plan = trash_plan(session, uids)
    else:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
    session.cut_after = call
    result = apply_plan(plan, session, journal)
    session.close()
    assert (result.moved + result.deleted, result.stopped) == (3, None)
    assert mailbox.names(folder) == []
    assert mailbox.names("Trash") == (["a", "b", "c"] if act == "trash" else [])
    assert mailbox.marked("Trash") == 0


class Killed(BaseException):
    """The process is killed here."""


def test_after_a_kill_the_next_start_takes_our_marks_back(mailbox: Mailbox, journal: Journal) -> None:
    mailbox.put("Trash", "a", "b")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)

        def killed(_uids: object) -> None:
            raise Killed

        session.expunge = killed  # type: ignore[method-assign, assignment]
        with pytest.raises(Killed):
            apply_plan(plan, session, journal)
    assert mailbox.marked("Trash") == 2
    with opened(mailbox.account) as session:
        (settled,) = settle(journal, session)
        assert (settled.left, settled.unmarked) == (2, 2)
        assert mailbox.marked("Trash") == 0
        assert apply_plan(plan, session, journal).deleted == 2
    assert mailbox.names("Trash") == []


# Servers that offer less: Dovecot with capabilities hidden

Start = Callable[..., Dovecot]


@pytest.mark.dovecot
def test_without_move_messages_are_copied_checked_and_removed(start_dovecot: Start, journal: Journal) -> None:
    mailbox = Mailbox(DovecotServer(start_dovecot(hide=("MOVE",))))
    uids = mailbox.put("INBOX", "a", "b", "c")
    mailbox.flag("INBOX", uids[2], "\\Deleted")
    with opened(mailbox.account) as session:
        assert "MOVE" not in session.capabilities
        result = apply_plan(trash_plan(session, uids[:2]), session, journal)
    assert (result.moved, result.freed) == (2, 0)
    assert mailbox.names("Trash") == ["a", "b"]
    assert mailbox.names("INBOX") == ["c"]
    assert mailbox.marked("INBOX") == 1


@pytest.mark.dovecot
@pytest.mark.parametrize("hidden", [("UIDPLUS",), ("UIDPLUS", "MOVE")])
def test_without_uidplus_the_trash_is_not_emptied(
    start_dovecot: Start, journal: Journal, hidden: tuple[str, ...]
) -> None:
    mailbox = Mailbox(DovecotServer(start_dovecot(hide=hidden)))
    mailbox.put("Trash", "a")
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        with pytest.raises(RefusedError, match="UIDPLUS"):
            apply_plan(plan, session, journal)
    assert mailbox.names("Trash") == ["a"]
    assert mailbox.marked("Trash") == 0


@pytest.mark.dovecot
def test_without_a_trash_the_user_is_told(start_dovecot: Start) -> None:
    mailbox = Mailbox(DovecotServer(start_dovecot(folders={})))
    uids = mailbox.put("INBOX", "a")
    with opened(mailbox.account) as session, pytest.raises(StoppedError, match="corbeille"):
        trash_plan(session, uids)


@pytest.mark.dovecot
def test_a_full_mailbox_refuses_the_copy_and_loses_nothing(start_dovecot: Start, journal: Journal) -> None:
    dovecot = start_dovecot(hide=("MOVE",), quota="*:storage=100K")
    mailbox = Mailbox(DovecotServer(dovecot))
    uids = mailbox.put("INBOX", "a", "b", size=45_000)
    with opened(mailbox.account) as session:
        result = apply_plan(trash_plan(session, uids), session, journal)
    assert isinstance(result.stopped, RefusedError)
    assert result.stopped.code == "OVERQUOTA"
    assert (result.moved, result.exit_code) == (0, 3)
    assert mailbox.names("INBOX") == ["a", "b"]
    assert mailbox.marked("INBOX") == 0


@pytest.mark.dovecot
def test_a_full_mailbox_can_be_emptied(start_dovecot: Start, journal: Journal) -> None:
    mailbox = Mailbox(DovecotServer(start_dovecot(quota="*:storage=100K")))
    mailbox.put("Trash", "a", "b", size=45_000)
    with opened(mailbox.account) as session:
        plan = plan_empty_trash(session, session.folders(), CLOCK)
        result = apply_plan(plan, session, journal)
    assert plan.act is Act.EMPTY_TRASH
    assert result.quota_after
    assert result.quota_after.used == 0


def test_a_session_of_the_mail_room_is_what_a_clean_up_needs(imap_server: ImapServer) -> None:
    session: ScanningSession = ImapSession(imap_server.account(), lambda: "pass", CLOCK)
    with suppress(ConnectionFailedError):
        session.ensure_open()
    assert session.capabilities
