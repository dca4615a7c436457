"""First rows by the server's own sorting: taken where they help, and never believed beyond what they are."""

import socket

import pytest

from balt.mail.listing import Listing, SortKey
from balt.mail.sorting import first_uids
from tests.mail.chunks import wire_cut_at
from tests.mail.scripted import CAPABILITIES, Handler, ScriptedServer, refusing
from tests.mail.session_answers import after_login, session
from tests.mail.test_refreshing import opened, watched
from tests.support.profiles import Profile

SORT = CAPABILITIES + b" SORT"
PARTIAL = SORT + b" ESORT CONTEXT=SEARCH"
MANY = b"* 3000 EXISTS\r\n* OK [UIDVALIDITY 77]\r\n* OK [UIDNEXT 5000]\r\n"
ROW = b'* 1 FETCH (UID %d FLAGS () INTERNALDATE "12-Mar-2024 10:00:00 +0100" RFC822.SIZE 9)\r\n'


def told(answer: bytes, count: int = 3, capabilities: bytes = SORT) -> list[int] | None:
    """What is understood when the server answers each command so; the second one has the tag B2."""
    octets = b"".join(answer + b"B%d OK done\r\n" % number for number in (1, 2))
    names = capabilities.decode().split()
    return first_uids(wire_cut_at(octets, []), "size", False, count, names)


def test_the_first_of_a_whole_order_are_taken() -> None:
    assert told(b"* SORT 9 4 7 1 2\r\n") == [9, 4, 7]
    assert told(b"* 12 EXISTS\r\n* sort 9 4\r\n* 3 EXPUNGE\r\n") == [9, 4]


def test_a_partial_answer_is_taken() -> None:
    assert told(b'* ESEARCH (TAG "B1") UID PARTIAL (1:3 9,4:5)\r\n', capabilities=PARTIAL) == [9, 4, 5]
    assert told(b"* ESEARCH UID COUNT 8 PARTIAL (1:3 9)\r\n", capabilities=PARTIAL) == [9]


def test_a_server_that_knows_no_partial_after_all_tells_the_whole_order() -> None:
    assert told(b"* SORT 9 4 7 1\r\n", capabilities=PARTIAL) == [9, 4, 7]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"* SORT\r\n",
        b"* SORT 0 4294967296 99999999999 -1 x\r\n",
        b"* SEARCH 1 2 3\r\n",
        b"* OK SORT 1 2 3\r\n",
        b'* ESEARCH (TAG "B1") UID PARTIAL (1:3 NIL)\r\n',
        b'* ESEARCH (TAG "B1") UID PARTIAL (1:3 1:4294967295)\r\n',
        b'* ESEARCH (TAG "B1") UID PARTIAL (1:3 0)\r\n',
        b'* ESEARCH (TAG "B1") UID PARTIAL (1:3 9:,:4)\r\n',
    ],
)
def test_an_absurd_answer_tells_nothing(answer: bytes) -> None:
    assert told(answer) is None
    assert told(answer, capabilities=PARTIAL) is None


def test_among_numbers_that_are_none_those_that_are_uids_are_taken() -> None:
    assert told(b"* SORT 0 9 4294967296\r\n") == [9]


def test_senders_are_not_sorted_by_the_server() -> None:
    assert first_uids(wire_cut_at(b"", []), "from", False, 3, ["SORT"]) is None
    assert first_uids(wire_cut_at(b"", []), "size", False, 3, []) is None


def test_a_server_that_refuses_to_sort_is_asked_for_all() -> None:
    answers: dict[str, bytes | Handler] = {"EXAMINE": MANY, "UID SORT": refusing(b"[BADCHARSET] ")}
    with ScriptedServer(answers, capabilities=PARTIAL) as server:
        opened_session = session(server)
        assert opened_session.first_rows("INBOX", "size", False, 3) is None
        assert opened_session.is_open


def silent(_sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
    """A server that is busy reading every message before it answers."""


def cut(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
    sock.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("sorting", [silent, cut])
def test_a_server_that_does_not_come_to_the_end_of_sorting_is_asked_for_all_and_not_again(
    sorting: Handler,
) -> None:
    answers: dict[str, bytes | Handler] = {"EXAMINE": MANY, "UID SORT": sorting, "UID FETCH": ROW % 9}
    with ScriptedServer(answers, capabilities=SORT) as server:
        opened_session = session(server, timeout=0.5)
        assert opened_session.first_rows("INBOX", "size", False, 3) is None
        assert opened_session.first_rows("INBOX", "date", False, 3) is None
        server.answers["EXAMINE"] = MANY.replace(b"3000", b"1")
        assert list(opened_session.scan("INBOX").uids) == [9]
        assert sum(line.startswith(b"UID SORT") for line in server.commands()) == 1


def test_rows_that_vanished_meanwhile_are_left_out() -> None:
    answers = {"EXAMINE": MANY, "UID SORT": b"* SORT 9 4 7 9 1\r\n", "UID FETCH": ROW % 4 + ROW % 9}
    with ScriptedServer(answers, capabilities=SORT) as server:
        found = session(server).first_rows("INBOX", "size", False, 4)
        assert after_login(server)[1:] == [
            b"UID SORT (REVERSE SIZE) UTF-8 ALL",
            b"UID FETCH 4,7,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
        ]
    assert found is not None
    assert list(found.uids) == [4, 9]
    assert (found.expected, found.is_whole, len(found.facts)) == (3000, False, 2)


def test_numbers_that_are_no_uids_make_no_error() -> None:
    answers = {"EXAMINE": MANY, "UID SORT": b"* SORT 0 4294967296 9\r\n", "UID FETCH": ROW % 9}
    with ScriptedServer(answers, capabilities=SORT) as server:
        found = session(server).first_rows("INBOX", "size", False, 4)
    assert found is not None
    assert list(found.uids) == [9]


@pytest.mark.parametrize(("messages", "sorted_first"), [(2000, False), (2001, True)])
def test_few_messages_are_listed_without_sorting(messages: int, sorted_first: bool) -> None:
    answers = {
        "EXAMINE": MANY.replace(b"3000", b"%d" % messages),
        "UID SORT": b"* SORT 9\r\n",
        "UID FETCH": ROW % 9,
    }
    with ScriptedServer(answers, capabilities=SORT) as server:
        found = session(server).first_rows("INBOX", "size", False, 4)
        assert any(line.startswith(b"UID SORT") for line in after_login(server)) is sorted_first
    assert (found is not None) is sorted_first


@pytest.mark.parametrize(
    ("messages", "capabilities", "sorted_first"),
    [(1_000_000, SORT, True), (1_000_001, SORT, False), (1_000_001, PARTIAL, True)],
)
def test_the_whole_order_of_millions_is_not_asked_for(
    messages: int, capabilities: bytes, sorted_first: bool
) -> None:
    answers = {
        "EXAMINE": MANY.replace(b"3000", b"%d" % messages),
        "UID SORT": b'* ESEARCH (TAG "B1") UID PARTIAL (1:4 9)\r\n* SORT 9\r\n',
        "UID FETCH": ROW % 9,
    }
    with ScriptedServer(answers, capabilities=capabilities) as server:
        found = session(server).first_rows("INBOX", "size", False, 4)
    assert (found is not None) is sorted_first


def test_a_folder_that_is_known_is_not_sorted_by_the_server() -> None:
    answers = {"EXAMINE": MANY.replace(b"3000", b"1"), "UID FETCH": ROW % 9, "UID SORT": b"* SORT 9\r\n"}
    with ScriptedServer(answers, capabilities=SORT) as server:
        opened_session = session(server)
        opened_session.scan("INBOX")
        before = len(after_login(server))
        assert opened_session.first_rows("INBOX", "size", False, 4) is None
        assert len(after_login(server)) == before


ORDERS: list[tuple[SortKey, bool]] = [("size", False), ("size", True), ("date", False), ("date", True)]


def test_first_rows_are_the_first_of_the_whole_list(
    mail_profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mail.first_rows.FEW_TO_SORT", 5)
    with watched(mail_profile, seed=4) as (account, other, _session):
        other.add(30)
        other.remove(*other.uids()[4:9])
        for key, reverse in ORDERS:
            with opened(mail_profile, account) as fresh:
                first = fresh.first_rows("Essai", key, reverse, 7)
                assert (first is None) is ("SORT" in mail_profile.lacks)
                whole = fresh.scan("Essai")
            if first is not None:
                assert first_by(first, key, reverse) == first_by(whole, key, reverse)
                assert (first.expected, first.uidvalidity) == (25, whole.uidvalidity)


def first_by(listing: Listing, key: SortKey, reverse: bool) -> list[tuple[int, int, int]]:
    """Size, date and flags of the first seven rows."""
    rows = listing.order(key, reverse)[:7]
    return [(listing.sizes[row], listing.dates[row], listing.flags[row]) for row in rows]
