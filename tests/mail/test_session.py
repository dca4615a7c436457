"""Reading against scripted servers: what goes on the wire, what comes back, and lines that break."""

import socket
import threading

import pytest

from balt.errors import CancelledError, ConnectionFailedError, RefusedError, StoppedError
from balt.mail.model import Flag, FolderRole, Quota
from tests.mail.scripted import Handler, ScriptedServer, refusing
from tests.mail.session_answers import (
    OPENED,
    ROWS,
    after_login,
    asked,
    detail_row,
    details_of,
    session,
)


def test_browsing_opens_folders_by_examine_and_by_uid_only() -> None:
    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": ROWS}) as server:
        listing = session(server).scan("Éléments")
        assert after_login(server) == [
            b'EXAMINE "&AMk-l&AOk-ments"',
            b"UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)",
        ]
    assert (listing.uidvalidity, listing.uidnext, list(listing.uids)) == (77, 10, [7, 8])
    assert listing.message(0).flags is Flag.SEEN


def test_an_empty_folder_is_not_asked_for_its_messages() -> None:
    with ScriptedServer({"EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 77]\r\n"}) as server:
        listing = session(server).scan("INBOX")
        assert len(listing) == 0
        assert listing.uidnext == 1
        assert after_login(server) == [b'EXAMINE "INBOX"']


def test_messages_that_a_listing_left_out_are_found_by_a_search() -> None:
    answers = {
        "EXAMINE": OPENED,
        "UID FETCH": ROWS.splitlines(keepends=True)[0],
        "UID SEARCH": b"* SEARCH 7 9\r\n",
    }
    with ScriptedServer(answers) as server:
        listing = session(server).scan("INBOX")
    assert list(listing.uids) == [7, 9]
    assert listing.message(1).size is None
    assert listing.message(1).date is None


def test_progress_is_told_and_a_scan_can_be_cancelled() -> None:
    told: list[tuple[int, int]] = []
    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": ROWS}) as server:
        opened = session(server)
        opened.scan("INBOX", on_progress=lambda done, total: told.append((done, total)))
        with pytest.raises(CancelledError):
            opened.scan("INBOX", cancelled=lambda: True)
        assert len(opened.scan("INBOX")) == 2
        assert server.connections == 1
    assert told[-1] == (2, 2)


def test_details_come_in_the_order_asked_and_by_batches() -> None:
    answers: dict[str, bytes | Handler] = {
        "EXAMINE": OPENED,
        "UID FETCH": details_of(lambda uids: b"".join(map(detail_row, uids))),
    }
    wanted = list(range(450, 0, -1))
    with ScriptedServer(answers) as server:
        found = list(session(server).details("INBOX", wanted))
        fetches = [line for line in after_login(server) if line.startswith(b"UID FETCH")]
    assert [uid for uid, _detail in found] == wanted
    assert found[0][1].subject == "Bilan"
    assert [line.split()[2] for line in fetches] == [b"251:450", b"51:250", b"1:50"]
    assert all(b"BODY.PEEK[" in line and b"BODY[" not in line for line in fetches)


@pytest.mark.parametrize(
    "bad",
    [
        detail_row(8, structure=b"(" * 1000 + b")" * 1000),
        detail_row(8, structure=b"NIL"),
        detail_row(8, envelope=b"NIL"),
        b"* 1 FETCH (UID 8 ENVELOPE (unclosed\r\n",
        detail_row(8) + detail_row(8),
        b"* 1 FETCH (FLAGS ())\r\n",
        b"",
    ],
)
def test_one_message_that_cannot_be_read_does_not_hide_the_others(bad: bytes) -> None:
    rows = {7: detail_row(7), 8: bad, 9: detail_row(9)}
    answers: dict[str, bytes | Handler] = {
        "EXAMINE": OPENED,
        "UID FETCH": details_of(lambda uids: b"".join(rows[uid] for uid in uids)),
        "UID SEARCH": b"* SEARCH 8\r\n",
    }
    with ScriptedServer(answers) as server:
        found = dict(session(server).details("INBOX", [7, 8, 9]))
    assert [found[uid].readable for uid in (7, 8, 9)] == [True, False, True]


def test_a_message_that_is_gone_does_not_come_out() -> None:
    answers: dict[str, bytes | Handler] = {
        "EXAMINE": OPENED,
        "UID FETCH": details_of(lambda uids: b"".join(detail_row(uid) for uid in uids if uid != 8)),
        "UID SEARCH": b"* SEARCH\r\n",
    }
    with ScriptedServer(answers) as server:
        assert [uid for uid, _detail in session(server).details("INBOX", [7, 8, 9])] == [7, 9]


@pytest.mark.parametrize("breaks", ["refuses", "cuts"])
def test_the_message_that_a_server_breaks_on_is_singled_out(breaks: str) -> None:
    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        if 13 not in asked(rest):
            sock.sendall(b"".join(map(detail_row, asked(rest))) + tag + b" OK\r\n")
        elif breaks == "refuses":
            sock.sendall(tag + b" NO [SERVERBUG] broken\r\n")
        else:
            sock.shutdown(socket.SHUT_RDWR)

    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": answer}) as server:
        found = dict(session(server).details("INBOX", range(1, 41)))
    assert [uid for uid in found if not found[uid].readable] == [13]
    assert len(found) == 40


def test_a_server_that_always_breaks_is_given_up() -> None:
    def cut(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.shutdown(socket.SHUT_RDWR)

    with (
        ScriptedServer({"EXAMINE": OPENED, "UID FETCH": cut}) as server,
        pytest.raises(ConnectionFailedError),
    ):
        list(session(server).details("INBOX", range(1, 1001)))


def test_a_folder_that_is_not_there_is_an_error_and_no_unreadable_message() -> None:
    with ScriptedServer({"EXAMINE": refusing(b"[NONEXISTENT] ")}) as server:
        with pytest.raises(RefusedError, match="n'existe"):
            list(session(server).details("Absent", [7, 8]))
        assert after_login(server) == [b'EXAMINE "Absent"']


def test_a_folder_made_anew_between_two_readings_is_not_mistaken_for_the_old_one() -> None:
    validity = iter([b"77", b"78"])

    def examine(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(OPENED.replace(b"77", next(validity)) + tag + b" OK\r\n")

    with ScriptedServer({"EXAMINE": examine, "UID FETCH": ROWS}) as server:
        opened = session(server)
        opened.scan("INBOX")
        opened.close()
        with pytest.raises(StoppedError, match="recréé"):
            list(opened.details("INBOX", [7]))


def test_the_quota_by_hand_is_used_where_none_is_offered() -> None:
    answers = {"LIST": b'* LIST () "/" INBOX\r\n', "STATUS": b"* STATUS INBOX (MESSAGES 2 SIZE 500)\r\n"}
    with ScriptedServer(answers, capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR STATUS=SIZE") as server:
        assert session(server, quota=1000).quota() == Quota(500, 1000, by_hand=True)
        assert session(server).quota() is None


def test_a_quota_that_is_refused_is_no_error() -> None:
    with ScriptedServer({"GETQUOTAROOT": refusing()}) as server:
        assert session(server).quota() is None


# The line


def test_a_line_that_was_closed_at_rest_is_opened_again() -> None:
    with ScriptedServer({"LIST": b'* LIST () "/" INBOX\r\n'}) as server:
        opened = session(server)
        opened.folders()
        server.hang_up(b"* BYE Autologout; idle for too long\r\n")
        assert [folder.role for folder in opened.folders()] == [FolderRole.INBOX]
        assert server.connections == 2


def test_a_read_that_is_cut_is_made_once_more() -> None:
    cuts = iter([True, False])

    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        if next(cuts):
            sock.sendall(ROWS[:120])
            sock.shutdown(socket.SHUT_RDWR)
        else:
            sock.sendall(ROWS + tag + b" OK\r\n")

    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": answer}) as server:
        assert len(session(server).scan("INBOX")) == 2
        assert server.connections == 2


def test_a_server_that_stops_answering_is_left_and_not_used_again() -> None:
    def stall(_sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        return

    with ScriptedServer({"LIST": stall}) as server:
        opened = session(server, timeout=0.6)
        opened.open()
        with pytest.raises(ConnectionFailedError, match="ne répond plus"):
            opened.folders()
        server.answers["LIST"] = b'* LIST () "/" INBOX\r\n'
        assert len(opened.folders()) == 1
        assert server.connections == 2


def test_a_session_belongs_to_one_thread() -> None:
    raised: list[BaseException] = []

    def other() -> None:
        try:
            opened.folders()
        except RuntimeError as error:
            raised.append(error)

    with ScriptedServer({"LIST": b""}) as server:
        opened = session(server)
        opened.open()
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
    assert len(raised) == 1


def test_closing_from_another_thread_ends_a_wait_for_good() -> None:
    waiting = threading.Event()

    def stall(_sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        waiting.set()

    with ScriptedServer({"LIST": stall}) as server:
        opened = session(server, timeout=60.0)
        opened.open()

        def close() -> None:
            waiting.wait(10)
            opened.close()

        closer = threading.Thread(target=close)
        closer.start()
        with pytest.raises(ConnectionFailedError):
            opened.folders()
        closer.join(10)
        assert server.connections == 1


def test_closing_twice_or_before_opening_is_nothing() -> None:
    with ScriptedServer() as server:
        opened = session(server)
        opened.close()
        opened.open()
        opened.close()
        opened.close()
        assert server.heard(b"LOGOUT")
