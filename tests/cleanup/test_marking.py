"""The mark "intégré": on exactly the chosen messages, on the server where it can be, and told truly."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.marking import Marking, Objection
from balt.cleanup.plan import Guard
from balt.cleanup.prepare import Choice, plan_trash
from balt.config import Account, Thresholds
from balt.errors import CancelledError, ConnectionFailedError, RefusedError, StoppedError
from balt.mail.files.session import FilesSession
from balt.mail.filters import parse_filter
from balt.mail.model import Flag, FolderState
from balt.mail.session import ImapSession
from balt.mail.sessions import MailSession
from balt.mailboxes.activity import take_status
from balt.mailboxes.marked import marked
from balt.mailboxes.marks import LocalMarks, marks_path
from tests.cleanup.fake import CLOCK
from tests.cli.conftest import with_attachment
from tests.mail.scripted import ScriptedServer
from tests.mail.session_answers import after_login
from tests.support.servers import ImapServer

DATE = datetime(2019, 2, 1, 10, 0, tzinfo=UTC)


class WithoutKeywords(ImapSession):
    """As a server is that keeps no keyword for good (PERMANENTFLAGS without \\*)."""

    def select(self, folder: str) -> FolderState:
        return replace(super().select(folder), keywords_allowed=False)

    def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
        raise AssertionError("the server must not be asked")


class Forgetful(ImapSession):
    """As a server is that says OK and keeps nothing."""

    def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
        pass


class Refusing(ImapSession):
    """As a server is that has no room for one keyword more."""

    def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
        raise RefusedError("trop de mots-clés", code="LIMIT")


class Desk:
    """A BAL on a server, and the data folder where balt keeps marks of its own."""

    def __init__(self, server: ImapServer, tmp_path: Path, journal: Journal) -> None:
        self.server = server
        self.account = server.account()
        self.data = tmp_path / "data"
        self.journal = journal
        self.uids = [server.append(self.account, with_attachment(f"ESSAI {n}"), date=DATE) for n in range(4)]

    @property
    def marks(self) -> LocalMarks:
        return LocalMarks(self.data, self.account)

    @contextlib.contextmanager
    def opened(
        self, kind: type[ImapSession] = ImapSession, account: Account | None = None
    ) -> Iterator[MailSession]:
        session = kind(account or self.account, lambda: self.server.password, CLOCK)
        try:
            session.open()
            yield marked(session, self.marks)
        finally:
            session.close()

    def marking(self, session: MailSession) -> Marking:
        return Marking(session, self.marks, self.journal, CLOCK)

    def flags(self) -> dict[int, bytes]:
        """What another client sees."""
        with self.server.client(self.account) as client:
            client.select("INBOX", readonly=True)
            told = client.uid("FETCH", "1:*", "(FLAGS)")[1]
            return dict(zip(self.uids, (line for line in told if isinstance(line, bytes)), strict=False))

    def keyworded(self) -> list[int]:
        return [uid for uid, line in self.flags().items() if b"$Integrated" in line]


@pytest.fixture
def desk(imap_server: ImapServer, tmp_path: Path, journal: Journal) -> Desk:
    return Desk(imap_server, tmp_path, journal)


@pytest.fixture
def demo_desk(demo_imap: ImapServer, tmp_path: Path, journal: Journal) -> Desk:
    return Desk(demo_imap, tmp_path, journal)


def integrated(session: MailSession) -> list[int]:
    listing = session.scan("INBOX")
    return [u for u, flags in zip(listing.uids, listing.flags, strict=True) if flags & Flag.INTEGRATED]


def test_the_keyword_is_set_on_the_chosen_messages_and_no_other_flag_moves(desk: Desk) -> None:
    with desk.opened() as session:
        result = desk.marking(session).mark([Choice(session.scan("INBOX"), desk.uids[1:3])], on=True)
        assert (result.changed, result.kept_on, result.skipped, result.exit_code) == (2, "server", (), 0)
        assert desk.keyworded() == desk.uids[1:3] == integrated(session)
        assert not any(b"Seen" in line for line in desk.flags().values())
        assert not marks_path(desk.data, desk.account).exists()
        back = desk.marking(session).mark([Choice(session.scan("INBOX"), desk.uids)], on=False)
        assert (back.changed, back.already, back.kept_on) == (2, 2, "server")
        assert desk.keyworded() == integrated(session) == []


@pytest.mark.parametrize("kind", [WithoutKeywords, Forgetful, Refusing])
def test_what_the_server_does_not_keep_is_kept_here(demo_desk: Desk, kind: type[ImapSession]) -> None:
    with demo_desk.opened(kind) as session:
        listing = session.scan("INBOX")
        result = demo_desk.marking(session).mark([Choice(listing, demo_desk.uids[:2])], on=True)
        assert (result.changed, result.here, result.kept_on) == (2, 2, "local")
        assert integrated(session) == demo_desk.uids[:2]
        assert session.scan("INBOX") is session.scan("INBOX")
        assert demo_desk.keyworded() == []
    with demo_desk.opened(kind) as session:  # another day
        assert integrated(session) == demo_desk.uids[:2]
        back = demo_desk.marking(session).mark([Choice(session.scan("INBOX"), demo_desk.uids[:1])], on=False)
        assert (back.changed, back.kept_on) == (1, "local")
        assert integrated(session) == demo_desk.uids[1:2]


def test_a_read_only_mailbox_is_marked_here_and_its_server_is_not_touched(desk: Desk) -> None:
    account = replace(desk.account, read_only=True)
    with desk.opened() as session:
        desk.marking(session).mark([Choice(session.scan("INBOX"), desk.uids[3:])], on=True)
    before = desk.flags()
    with desk.opened(account=account) as session:
        listing = session.scan("INBOX")
        result = desk.marking(session).mark([Choice(listing, desk.uids[:1])], on=True)
        assert (result.changed, result.kept_on) == (1, "local")
        assert integrated(session) == [desk.uids[0], desk.uids[3]]
        back = desk.marking(session).mark([Choice(session.scan("INBOX"), desk.uids)], on=False)
        assert (back.changed, back.here, [s.reason for s in back.skipped]) == (1, 1, [Objection.STAYS])
        assert back.exit_code == 1
    assert desk.flags() == before


def test_a_message_marked_here_is_no_longer_guarded_as_a_document(desk: Desk) -> None:
    with desk.opened(WithoutKeywords) as session:
        folders, uid = session.folders(), desk.uids[0]
        with desk.server.client(desk.account) as client:
            client.select("INBOX")
            client.uid("STORE", f"{uid}", "+FLAGS", "(\\Seen)")
        before = plan_trash(session, session.scan("INBOX"), [uid], folders, CLOCK)
        assert (before.count, set(before.left_out)) == (0, {Guard.DOCUMENT})
        desk.marking(session).mark([Choice(session.scan("INBOX"), [uid])], on=True)
        assert plan_trash(session, session.scan("INBOX"), [uid], folders, CLOCK).count == 1


def test_documents_of_the_trash_that_are_marked_here_count_as_filed(demo_desk: Desk) -> None:
    account = demo_desk.account
    uids = [demo_desk.server.append(account, with_attachment(f"Vieux {n}"), "Trash") for n in range(2)]
    with demo_desk.opened(WithoutKeywords) as session:
        trash = next(folder.name for folder in session.folders() if folder.role == "trash")
        assert take_status(session, account, Thresholds(), CLOCK).trash_documents == 2
        demo_desk.marking(session).mark([Choice(session.scan(trash), uids[:1])], on=True)
        assert take_status(session, account, Thresholds(), CLOCK).trash_documents == 1


def test_the_filter_finds_what_is_marked_here(demo_desk: Desk) -> None:
    with demo_desk.opened(WithoutKeywords) as session:
        demo_desk.marking(session).mark([Choice(session.scan("INBOX"), demo_desk.uids[2:])], on=True)
        criteria = parse_filter("is:integrated", CLOCK).server_criteria()
        assert b"KEYWORD" in criteria
        assert session.found("INBOX", criteria) is None  # the server knows nothing of them
        listing = session.scan("INBOX")
        kept = parse_filter("is:integrated", CLOCK).rows(listing, range(len(listing)), lambda name: name)
        assert [listing.uids[row] for row in kept] == demo_desk.uids[2:]


def test_marks_of_a_folder_made_anew_are_dropped(demo_desk: Desk) -> None:
    marks = demo_desk.marks
    marks.change("INBOX", 1, add=[1, 2, 3])
    assert marks.runs("INBOX", 2) == ()
    marks.change("INBOX", 2, add=[9])
    assert marks.runs("INBOX", 1) == ()
    assert marks.runs("INBOX", 2) == ((9, 9),)


def test_a_listing_of_another_folder_stops_before_anything(demo_desk: Desk) -> None:
    with demo_desk.opened() as session:
        listing = session.scan("INBOX").copy()
        listing.uidvalidity += 1
        with pytest.raises(StoppedError, match="recréé"):
            demo_desk.marking(session).mark([Choice(listing, demo_desk.uids)], on=True)
    assert demo_desk.keyworded() == []
    assert demo_desk.journal.entries() == []


def test_a_message_that_has_gone_or_is_another_is_left_alone(demo_desk: Desk) -> None:
    first, second, third, _last = demo_desk.uids
    with demo_desk.opened() as session:
        listing = session.scan("INBOX").copy()
        listing.sizes[1] += 1
        listing.dates[2] += 60
        with demo_desk.server.client(demo_desk.account) as client:
            client.select("INBOX")
            client.uid("STORE", f"{first}", "+FLAGS", "(\\Deleted)")
            client.expunge()
        result = demo_desk.marking(session).mark([Choice(listing, [*demo_desk.uids, 999])], on=True)
    assert result.changed == 1
    assert {left.uid: left.reason for left in result.skipped} == {
        first: Objection.GONE,
        second: Objection.CHANGED,
        third: Objection.CHANGED,
        999: Objection.GONE,
    }


def test_a_message_that_leaves_under_the_act_is_not_marked_here_instead(demo_desk: Desk) -> None:
    uid = demo_desk.uids[0]

    class Leaving(ImapSession):
        def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
            with demo_desk.server.client(demo_desk.account) as client:
                client.select("INBOX")
                client.uid("STORE", f"{uid}", "+FLAGS", "(\\Deleted)")
                client.expunge()
            super().set_integrated(uids, on=on)

    with demo_desk.opened(Leaving) as session:
        result = demo_desk.marking(session).mark([Choice(session.scan("INBOX"), demo_desk.uids)], on=True)
    assert (result.changed, result.here) == (3, 0)
    assert [(left.uid, left.reason) for left in result.skipped] == [(uid, Objection.GONE)]
    assert demo_desk.marks.any_in("INBOX") is False


def test_the_journal_tells_each_request_before_and_after_and_names_nobody(desk: Desk) -> None:
    with desk.opened() as session:
        desk.marking(session).mark([Choice(session.scan("INBOX"), desk.uids[:2])], on=True)
    lines = [(e.deed.phase, e.deed.action, e.deed.request, e.deed.answer) for e in desk.journal.entries()]
    request = "UID STORE +FLAGS.SILENT ($Integrated)"
    assert lines == [
        ("step", "mark", request, ""),
        ("step", "mark", request, "OK"),
        ("after", "mark", "", "OK"),
    ]
    last = desk.journal.entries()[-1].deed
    assert (last.count, last.uids) == (2, f"{desk.uids[0]}:{desk.uids[1]}")
    assert desk.journal.unsettled() == []
    assert "ESSAI" not in desk.journal.path.read_text()


def test_a_cut_is_told_and_doing_it_again_converges(demo_desk: Desk) -> None:
    class Cut(ImapSession):
        def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
            super().set_integrated(uids, on=on)
            raise ConnectionFailedError("coupé")

    with demo_desk.opened(Cut) as session:
        result = demo_desk.marking(session).mark([Choice(session.scan("INBOX"), demo_desk.uids)], on=True)
        assert (result.changed, result.remaining) == (0, 4)
        assert isinstance(result.stopped, ConnectionFailedError)
        assert result.exit_code == 3
    assert demo_desk.journal.entries()[-1].deed.answer == "no answer"
    with demo_desk.opened() as session:
        again = demo_desk.marking(session).mark([Choice(session.scan("INBOX"), demo_desk.uids)], on=True)
        assert (again.changed, again.already, again.stopped) == (0, 4, None)


def test_it_stops_when_asked_before_the_first_batch(demo_desk: Desk) -> None:
    with demo_desk.opened() as session:
        marking = Marking(session, demo_desk.marks, demo_desk.journal, CLOCK, cancelled=lambda: True)
        with pytest.raises(CancelledError):
            marking.mark([Choice(session.scan("INBOX"), demo_desk.uids)], on=True)
    assert demo_desk.keyworded() == []


def test_stopped_between_two_folders_it_tells_what_was_done_and_what_was_not(demo_desk: Desk) -> None:
    other = [demo_desk.server.append(demo_desk.account, with_attachment("ESSAI"), "Autre", date=DATE)]
    done: list[int] = []
    with demo_desk.opened() as session:
        marking = Marking(
            session,
            demo_desk.marks,
            demo_desk.journal,
            CLOCK,
            on_progress=lambda count, _total: done.append(count),
            cancelled=lambda: bool(done),
        )
        chosen = [Choice(session.scan("INBOX"), demo_desk.uids), Choice(session.scan("Autre"), other)]
        result = marking.mark(chosen, on=True)
    assert (result.changed, result.remaining, done) == (4, 1, [4])
    assert isinstance(result.stopped, CancelledError)
    assert demo_desk.keyworded() == demo_desk.uids


def test_nothing_is_marked_while_another_balt_works_on_the_mailbox(demo_desk: Desk) -> None:
    with demo_desk.opened() as session:
        choice = Choice(session.scan("INBOX"), demo_desk.uids)
        busy = mailbox_lock(demo_desk.journal.folder, demo_desk.account)
        with busy, pytest.raises(StoppedError, match="autre balt"):
            demo_desk.marking(session).mark([choice], on=True)
    assert demo_desk.keyworded() == []


def test_a_mailbox_in_files_is_marked_here_and_its_files_stay_as_they_are(
    tmp_path: Path, journal: Journal
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    for n in range(3):
        (export / f"{n}.eml").write_bytes(with_attachment(f"ESSAI {n}"))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in export.iterdir()}
    account = Account("camille.exemple@medecin.mssante.fr", access="files", path=export)
    marks = LocalMarks(tmp_path / "data", account)
    for _day in range(2):
        session = marked(FilesSession(account, CLOCK), marks)
        session.open()
        folder = session.folders()[0].name
        listing = session.scan(folder)
        result = Marking(session, marks, journal, CLOCK).mark([Choice(listing, [1, 3, 8])], on=True)
        flags = session.scan(folder).flags
        assert [bool(each & Flag.INTEGRATED) for each in flags] == [True, False, True]
    assert (result.already, [left.uid for left in result.skipped]) == (2, [8])
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in export.iterdir()} == before


def test_a_server_that_keeps_no_new_keyword_is_never_asked_to_store_one(
    tmp_path: Path, journal: Journal
) -> None:
    row = (
        b'* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE "01-Feb-2019 10:00:00 +0000" RFC822.SIZE 100 '
        b"BODY[HEADER.FIELDS (MESSAGE-ID)] {2}\r\n\r\n)\r\n"
    )
    opened = (
        b"* 1 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 8] ok\r\n"
        b"* OK [PERMANENTFLAGS (\\Seen \\Deleted)] ok\r\n"
    )
    with ScriptedServer({"EXAMINE": opened, "SELECT": opened, "UID FETCH": row}) as server:
        account = server.account()
        marks = LocalMarks(tmp_path / "data", account)
        session = marked(ImapSession(account, lambda: "pass", CLOCK), marks)
        session.open()
        result = Marking(session, marks, journal, CLOCK).mark([Choice(session.scan("INBOX"), [7])], on=True)
        assert (result.changed, result.kept_on) == (1, "local")
        assert not [line for line in after_login(server) if b"STORE" in line]
    assert marks.runs("INBOX", 5) == ((7, 7),)


def test_the_file_of_marks_is_private_and_one_that_is_damaged_marks_nothing(demo_desk: Desk) -> None:
    marks = demo_desk.marks
    marks.change("INBOX", 7, add=[1, 2, 5])
    path = marks_path(demo_desk.data, demo_desk.account)
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["folders"][0]["uids"] == "1:2,5"
    assert demo_desk.account.username not in path.name
    assert demo_desk.marks.runs("INBOX", 7) == ((1, 2), (5, 5))
    for damaged in ("5,1", "1:0", "0", "", "1:99999999999", "1;2"):
        path.write_text(path.read_text().replace('"1:2,5"', f'"{damaged}"'))
        assert demo_desk.marks.runs("INBOX", 7) == ()
        path.write_text(path.read_text().replace(f'"{damaged}"', '"1:2,5"'))
    path.write_text("{")
    assert demo_desk.marks.runs("INBOX", 7) == ()
    with pytest.raises(StoppedError, match="abîmé"):
        demo_desk.marks.change("INBOX", 7, add=[9])
    assert path.read_text() == "{"
