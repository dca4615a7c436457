"""Servers that tell changes which do not add up, or too many of them: then the folder is listed anew."""

import socket

import pytest

from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.listing import Listing
from balt.mail.refreshing import Changes
from balt.mail.session import ImapSession
from balt.mail.wire import Response
from tests.mail.scripted import CAPABILITIES, Handler, ScriptedServer, refusing
from tests.mail.session_answers import after_login, detail_row, session

QRESYNC = CAPABILITIES + b" ENABLE CONDSTORE QRESYNC"
CONDSTORE = CAPABILITIES + b" ENABLE CONDSTORE"
LIST_ALL = b"UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)"


def opened(messages: int, uidnext: int, modseq: int = 0, validity: int = 77, told: bytes = b"") -> bytes:
    """What a server says of a folder that is opened."""
    modified = b"* OK [HIGHESTMODSEQ %d]\r\n" % modseq if modseq else b""
    numbers = (messages, validity, uidnext)
    return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n* OK [UIDNEXT %d]\r\n" % numbers + modified + told


def rows(*uids: int, size: int = 1000) -> bytes:
    """Usual rows; the size of each message is ``size`` and its UID."""
    row = b'* 1 FETCH (UID %d FLAGS () INTERNALDATE "12-Mar-2024 10:00:00 +0100" RFC822.SIZE %d)\r\n'
    return b"".join(row % (uid, size + uid) for uid in uids)


def flags(*uids: int, text: bytes = b"") -> bytes:
    return b"".join(b"* 1 FETCH (UID %d FLAGS (%b))\r\n" % (uid, text) for uid in uids)


def in_turn(*answers: bytes) -> Handler:
    """Answers a command each time with the next one, the last one again and again."""
    left = list(answers)

    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        said = left.pop(0) if len(left) > 1 else left[0]
        sock.sendall(said + tag + b" OK done\r\n")

    return answer


def server_with(
    openings: list[bytes], fetches: list[bytes], capabilities: bytes = CAPABILITIES, search: bytes = b""
) -> ScriptedServer:
    """A server that says these things each time the folder is opened, and to each UID FETCH."""
    answers: dict[str, bytes | Handler] = {
        "ENABLE": b"* ENABLED QRESYNC CONDSTORE\r\n" if b"QRESYNC" in capabilities else b"",
        "EXAMINE": in_turn(*openings),
        "UID FETCH": in_turn(*fetches),
        "UID SEARCH": b"* SEARCH " + search + b"\r\n",
    }
    return ScriptedServer(answers, capabilities=capabilities)


def listed_twice(server: ScriptedServer) -> tuple[Listing, Listing, list[bytes]]:
    """Two looks at the folder, and what was asked for the second one."""
    opened_session = session(server)
    first = opened_session.scan("INBOX")
    before = len(after_login(server))
    second = opened_session.scan("INBOX")
    return first, second, after_login(server)[before:]


def test_messages_that_went_and_flags_that_changed_are_told_when_the_folder_is_opened() -> None:
    told = b"* VANISHED (EARLIER) 2,8:4294967295\r\n" + flags(3, 5, text=b"\\Seen") + flags(99)
    openings = [opened(4, 10, 5), opened(3, 10, 9, told=told)]
    with server_with(openings, [rows(2, 3, 5, 7)], QRESYNC) as server:
        first, second, asked = listed_twice(server)
    assert asked == [b'EXAMINE "INBOX" (QRESYNC (77 5))']
    assert (list(second.uids), list(second.flags), second.modseq) == ([3, 5, 7], [1, 1, 0], 9)
    assert (list(first.uids), list(first.flags)) == ([2, 3, 5, 7], [0] * 4)


def test_all_may_have_vanished() -> None:
    told = b"* VANISHED (EARLIER) 1:4294967295\r\n"
    with server_with([opened(3, 9, 5), opened(0, 9, 6, told=told)], [rows(2, 3, 8)], QRESYNC) as server:
        _first, second, asked = listed_twice(server)
    assert (len(second), second.uidnext, len(asked)) == (0, 9, 1)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"* VANISHED (EARLIER) 3\r\n",
        b"* VANISHED (EARLIER) 1:*\r\n",
        b"* VANISHED (EARLIER) 1:99999999999\r\n",
        b"* VANISHED (EARLIER) 2:3:5,,x\r\n",
        b"* VANISHED (EARLIER)\r\n",
        b"* VANISHED (EARLIER) " + b",".join([b"1:4294967295"] * 50) + b"\r\n",
    ],
)
def test_changes_that_do_not_add_up_lead_to_a_full_list(told: bytes) -> None:
    openings = [opened(4, 10, 5), opened(2, 10, 9, told=told)]
    with server_with(openings, [rows(2, 3, 5, 7), rows(2, 7)], QRESYNC) as server:
        _first, second, asked = listed_twice(server)
    assert list(second.uids) == [2, 7]
    assert asked[-1] == LIST_ALL


def test_new_messages_that_do_not_come_lead_to_a_full_list() -> None:
    openings = [opened(2, 4, 5), opened(3, 5, 6)]
    with server_with(openings, [rows(2, 3), b"", b"", rows(2, 3, 4)], CONDSTORE) as server:
        _first, second, asked = listed_twice(server)
    assert list(second.uids) == [2, 3, 4]
    assert asked[1:] == [
        b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 5)",
        b"UID FETCH 4:4 (UID FLAGS INTERNALDATE RFC822.SIZE)",
        LIST_ALL,
    ]


def test_without_condstore_its_numbers_are_not_used() -> None:
    openings = [opened(2, 4, 5), opened(2, 4, 6)]
    with server_with(openings, [rows(2, 3), flags(2, text=b"\\Seen") + flags(3)]) as server:
        _first, second, asked = listed_twice(server)
    assert asked == [b'EXAMINE "INBOX"', b"UID FETCH 1:3 (UID FLAGS)"]
    assert list(second.flags) == [1, 0]


def test_flags_in_any_order_and_twice_are_the_flags_of_now() -> None:
    again = flags(3, text=b"\\Seen") + flags(2) + flags(3, text=b"\\Flagged") + flags(9)
    with server_with([opened(2, 4)], [rows(2, 3), again]) as server:
        _first, second, asked = listed_twice(server)
    assert (list(second.uids), list(second.flags)) == ([2, 3], [0, 4])
    assert asked[-1] == b"UID FETCH 1:3 (UID FLAGS)"


def test_a_message_whose_flags_cannot_be_read_has_not_gone() -> None:
    answers = [rows(2, 3), flags(2) + b'* 2 FETCH (UID 3 FLAGS (\\Seen "\r\n', rows(2, 3)]
    with server_with([opened(2, 4)], answers) as server:
        _first, second, asked = listed_twice(server)
    assert list(second.uids) == [2, 3]
    assert asked[-1] == LIST_ALL


def test_the_last_message_named_for_an_open_range_is_not_new() -> None:
    answers = [rows(2, 3), flags(2, 3), rows(3, size=7), flags(2, 3)]
    openings = [b"* 2 EXISTS\r\n* OK [UIDVALIDITY 77]\r\n"]
    with server_with(openings, answers) as server:
        first, second, asked = listed_twice(server)
    assert asked[-1] == b"UID FETCH 4:* (UID FLAGS INTERNALDATE RFC822.SIZE)"
    assert second is first


def test_numbers_that_go_back_are_another_folder_of_which_nothing_is_known() -> None:
    answers = [rows(2, 3), detail_row(2) + detail_row(3), rows(2)]
    with server_with([opened(2, 9), opened(1, 3)], answers) as server:
        opened_session = session(server)
        first = opened_session.scan("INBOX")
        assert len(list(opened_session.details("INBOX", [2, 3]))) == 2
        assert all(first.facts)
        second = opened_session.scan("INBOX")
        assert after_login(server)[-1] == LIST_ALL
    assert (list(second.uids), list(second.facts)) == ([2], [0])
    assert second.message(0).detail is None


def test_without_uidvalidity_nothing_is_taken_over() -> None:
    opening = opened(2, 9, validity=0)
    with server_with([opening], [rows(2, 3), detail_row(2) + detail_row(3), rows(2, 3)]) as server:
        opened_session = session(server)
        opened_session.scan("INBOX")
        assert len(list(opened_session.details("INBOX", [2, 3]))) == 2
        second = opened_session.scan("INBOX")
        assert after_login(server)[-1] == LIST_ALL
    assert list(second.facts) == [0, 0]
    assert second.message(0).detail is None


@pytest.mark.parametrize("count", [4_000_000_000, 20_000_001])
def test_more_messages_than_anybody_has_are_a_sentence(count: int) -> None:
    with server_with([opened(2, 9), opened(count, 9)], [rows(2, 3)]) as server:
        opened_session: ImapSession = session(server)
        first = opened_session.scan("INBOX")
        with pytest.raises(ConnectionFailedError, match="nombre de messages impossible"):
            opened_session.scan("INBOX")
        assert not opened_session.is_open
        assert opened_session.known("INBOX") is first


def known_of(*uids: int) -> Listing:
    listing = Listing("INBOX", 77, 100)
    listing.uids.extend(uids)
    return listing


def test_changes_keep_nothing_of_messages_that_are_not_known() -> None:
    changes = Changes(known_of(5, 7))
    for uid in range(100, 3000):
        changes.take(Response((b"* 1 FETCH (UID %d FLAGS ())\r\n" % uid,)))
        changes.take(Response((b"* VANISHED (EARLIER) %d:%d\r\n" % (uid, uid + 9),)))
    changes.take(Response((b"* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n",)))
    changes.take(Response((b"* VANISHED 5\r\n",)))
    assert (changes.flags, changes.gone, changes.too_many) == ({1: 1}, [range(1)], False)


def test_changes_end_where_more_has_gone_than_there_can_be() -> None:
    changes = Changes(known_of(5, 7))
    changes.take(Response((b"* VANISHED (EARLIER) " + b"1:4294967295," * 100_000 + b"1\r\n",)))
    assert changes.too_many
    assert len(changes.gone) == 3
    changes.take(Response((b"* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n",)))
    assert changes.flags == {}


def test_no_more_ranges_are_read_than_a_folder_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balt.mail.refreshing._MOST_RANGES", 10)
    changes = Changes(known_of(5, 7))
    for first in range(100, 120, 2):
        changes.take(Response((b"* VANISHED %d\r\n" % first,)))
        assert not changes.too_many
    changes.take(Response((b"* VANISHED 300\r\n",)))
    assert changes.too_many


def test_a_server_that_refuses_to_enable_is_asked_in_the_plain_way() -> None:
    server = server_with([opened(2, 4)], [rows(2, 3), flags(2, 3)], QRESYNC)
    server.answers["ENABLE"] = refusing(status=b"BAD")
    with server:
        _first, _second, asked = listed_twice(server)
    assert asked == [b'EXAMINE "INBOX"', b"UID FETCH 1:3 (UID FLAGS)"]


def unless(refused: bytes, otherwise: Handler) -> Handler:
    """Refuses a command that holds these octets."""

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        (refusing(status=b"BAD") if refused in rest else otherwise)(sock, tag, rest)

    return answer


@pytest.mark.parametrize("capabilities", [QRESYNC, CONDSTORE])
def test_a_counter_of_changes_that_goes_back_is_another_folder(capabilities: bytes) -> None:
    openings = [opened(2, 9, 50), opened(2, 9, 40)]
    answers = [rows(2, 3), detail_row(2) + detail_row(3), rows(2, 4)]
    with server_with(openings, answers, capabilities) as server:
        opened_session = session(server)
        opened_session.scan("INBOX")
        assert len(list(opened_session.details("INBOX", [2, 3]))) == 2
        second = opened_session.scan("INBOX")
        assert after_login(server)[-1] == LIST_ALL
    assert (list(second.uids), list(second.facts)) == ([2, 4], [0, 0])


def test_a_folder_that_opens_only_without_the_question_of_changes_is_refreshed_without_it() -> None:
    openings = [opened(2, 9, 5), opened(2, 9, 6)]
    server = server_with(openings, [rows(2, 3), flags(3, text=b"\\Seen"), flags(2)], QRESYNC)
    server.answers["EXAMINE"] = unless(b"QRESYNC", in_turn(*openings))
    with server:
        opened_session = session(server)
        opened_session.scan("INBOX")
        second = opened_session.scan("INBOX")
        third = opened_session.scan("INBOX")
        asked = [line for line in after_login(server) if line.startswith(b"EXAMINE")]
    assert (list(second.uids), list(second.flags)) == ([2, 3], [0, 1])
    assert third is second
    assert [b"QRESYNC" in line for line in asked] == [False, True, False, False]


def test_a_folder_that_cannot_be_opened_at_all_says_nothing_about_the_question_of_changes() -> None:
    server = server_with([opened(2, 9, 5)], [rows(2, 3)], QRESYNC)
    with server:
        opened_session = session(server)
        opened_session.scan("INBOX")
        server.answers["EXAMINE"] = refusing(b"[NONEXISTENT] ")
        with pytest.raises(RefusedError):
            opened_session.scan("INBOX")
        assert opened_session.resyncs


def test_where_the_flags_that_changed_are_refused_the_flags_of_all_are_read() -> None:
    openings = [opened(2, 9, 5), opened(2, 9, 6)]
    server = server_with(openings, [], CONDSTORE)
    answers = in_turn(rows(2, 3), flags(2) + flags(3, text=b"\\Seen"))
    server.answers["UID FETCH"] = unless(b"CHANGEDSINCE", answers)
    with server:
        _first, second, asked = listed_twice(server)
    assert (list(second.uids), list(second.flags)) == ([2, 3], [0, 1])
    assert asked[-1] == b"UID FETCH 1:3 (UID FLAGS)"
