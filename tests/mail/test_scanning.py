"""A list read by pieces is the list: whatever is cut, comes, goes or is made anew between two pieces."""

import re
import socket
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from balt.errors import ConnectionFailedError, StoppedError
from balt.mail import scanning
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from tests.mail.scripted import ScriptedServer
from tests.mail.session_answers import after_login, session
from tests.mail.test_refreshing import columns, opened, watched
from tests.support.profiles import Profile

UIDS = [3, 4, 50, 51, 52, 400, 401, 800, 999]


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PIECE", 3)


class Folder:
    """A folder of a scripted server: its UIDs, and what happens at the n-th FETCH."""

    def __init__(self, uids: list[int], uidnext: int = 1000, validity: int = 77) -> None:
        self.uids = list(uids)
        self.uidnext = uidnext
        self.validity = validity
        self.fetches = 0
        self.at: dict[int, Callable[[socket.socket], object]] = {}

    def server(self) -> ScriptedServer:
        return ScriptedServer({"EXAMINE": self._open, "UID FETCH": self._fetch, "UID SEARCH": self._search})

    def _open(self, sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        numbers = (len(self.uids), self.validity, self.uidnext)
        told = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n* OK [UIDNEXT %d]\r\n" % numbers
        sock.sendall(told + tag + b" OK done\r\n")

    def _fetch(self, sock: socket.socket, tag: bytes, rest: bytes) -> None:
        self.fetches += 1
        if act := self.at.pop(self.fetches, None):
            act(sock)
        first, last = (0xFFFFFFFF if end == b"*" else int(end) for end in rest.split()[2].split(b":"))
        asked = [uid for uid in self.uids if first <= uid <= last]
        sock.sendall(b"".join(map(row, asked)) + tag + b" OK done\r\n")

    def _search(self, sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        found = b" ".join(b"%d" % uid for uid in self.uids)
        sock.sendall(b"* SEARCH " + found + b"\r\n" + tag + b" OK done\r\n")


def row(uid: int) -> bytes:
    return b'* 1 FETCH (UID %d FLAGS () INTERNALDATE "12-Mar-2024 10:00:00 +0100" RFC822.SIZE %d)\r\n' % (
        uid,
        uid * 10,
    )


def ranges(server: ScriptedServer) -> list[tuple[int, ...]]:
    fetches = [line for line in after_login(server) if line.startswith(b"UID FETCH")]
    return [tuple(map(int, re.findall(rb"\d+", line.split()[2]))) for line in fetches]


def is_right(listing: Listing, uids: list[int]) -> bool:
    """Whether these are the rows, each with its own size."""
    return list(listing.uids) == uids and list(listing.sizes) == [uid * 10 for uid in uids]


@pytest.mark.usefixtures("_small_pieces")
def test_pieces_hold_every_message_once_however_sparse_the_uids() -> None:
    folder = Folder(UIDS)
    with folder.server() as server:
        listing = session(server).scan("INBOX")
        asked = ranges(server)
    assert is_right(listing, UIDS)
    assert asked[0][0] == 1
    assert asked[-1][1] == 999
    assert all(before[1] + 1 == after[0] for before, after in pairwise(asked))
    assert 3 <= len(asked) <= 5


@pytest.mark.usefixtures("_small_pieces")
@pytest.mark.parametrize("piece", [1, 2, 3])
@pytest.mark.parametrize(
    "before",
    [b"", row(3), row(50) + row(51)[:40], row(999) + row(998), b"* 1 FETCH (UID 3 FLAGS (\\Seen))\r\n"],
)
def test_a_line_cut_in_a_piece_leaves_nothing_of_it_behind(piece: int, before: bytes) -> None:
    folder = Folder(UIDS)

    def cut(sock: socket.socket) -> None:
        sock.sendall(before)
        sock.shutdown(socket.SHUT_RDWR)
        raise OSError("cut")

    folder.at[piece] = cut
    with folder.server() as server:
        listing = session(server).scan("INBOX")
        assert server.connections == 2
    assert is_right(listing, UIDS)
    assert set(listing.flags) == {0}


@pytest.mark.usefixtures("_small_pieces")
def test_a_message_that_comes_between_two_pieces_is_there_with_its_size() -> None:
    folder = Folder(UIDS)

    def goes_and_comes(_sock: socket.socket) -> None:
        folder.uids = [*(uid for uid in UIDS if uid != 400), 1000]
        folder.uidnext = 1001

    folder.at[2] = goes_and_comes
    with folder.server() as server:
        opened_session = session(server)
        first = opened_session.scan("INBOX")
        second = opened_session.scan("INBOX")
    assert UNKNOWN_SIZE not in first.sizes
    assert is_right(second, folder.uids)


@pytest.mark.usefixtures("_small_pieces")
def test_a_server_that_lies_about_its_next_number_hides_no_message() -> None:
    folder = Folder(UIDS, uidnext=60)
    with folder.server() as server:
        listing = session(server).scan("INBOX")
    assert is_right(listing, UIDS)


def test_a_message_that_the_server_has_and_does_not_describe_is_a_row_of_unknowns() -> None:
    folder = Folder(UIDS)
    with folder.server() as server:
        server.answers["UID FETCH"] = b"".join(row(uid) for uid in UIDS if uid != 51)
        listing = session(server).scan("INBOX")
    place = UIDS.index(51)
    assert list(listing.uids) == UIDS
    assert (listing.sizes[place], listing.dates[place]) == (UNKNOWN_SIZE, UNKNOWN_DATE)
    assert listing.is_whole
    assert len(listing.facts) == len(UIDS)


def test_a_search_that_tells_far_more_than_there_is_ends_the_line() -> None:
    folder = Folder(UIDS)
    with folder.server() as server:
        server.answers["UID FETCH"] = row(3)
        server.answers["UID SEARCH"] = b"* SEARCH " + b" ".join(b"%d" % n for n in range(1, 5000)) + b"\r\n"
        opened_session = session(server)
        with pytest.raises(ConnectionFailedError):
            opened_session.scan("INBOX")
        assert opened_session.known("INBOX") is None


@pytest.mark.usefixtures("_small_pieces")
def test_a_folder_made_anew_between_two_pieces_ends_the_list() -> None:
    folder = Folder(UIDS)
    with folder.server() as server:
        opened_session = session(server)
        steps = opened_session.scan_steps("INBOX")
        next(steps)
        next(steps)
        folder.validity = 78
        opened_session.examine("INBOX")  # somebody else, at the pause, who takes the new one for good
        with pytest.raises(StoppedError, match="recréé"):
            drain(steps)
        assert opened_session.known("INBOX") is None
        assert is_right(opened_session.scan("INBOX"), UIDS)


@pytest.mark.usefixtures("_small_pieces")
def test_other_folders_may_be_used_between_two_pieces() -> None:
    folder = Folder(UIDS)
    with folder.server() as server:
        opened_session = session(server)
        steps = opened_session.scan_steps("INBOX")
        told = []
        while True:
            try:
                told.append(next(steps))
            except StopIteration as end:
                listing = end.value
                break
            opened_session.examine("Autre")
    assert is_right(listing, UIDS)
    assert told[0] == (0, 9)
    assert told[-1] == (9, 9)
    assert told == sorted(told)


def drain(steps: Iterator[object]) -> None:
    for _pause in steps:
        pass


@pytest.mark.usefixtures("_small_pieces")
def test_pieces_make_the_list_that_one_command_makes(
    mail_profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(mail_profile, seed=7) as (account, other, by_pieces):
        other.add(25)
        other.remove(*other.uids()[3:15])
        other.add(2)
        listing = by_pieces.scan("Essai")
        monkeypatch.setattr(scanning, "PIECE", 1000)
        with opened(mail_profile, account) as at_once:
            assert columns(at_once.scan("Essai")) == columns(listing)
    assert len(listing) == 15
