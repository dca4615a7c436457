"""APPEND: exactly these octets, with this date and these flags, once; nothing else gets onto the wire."""

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from balt.errors import BaltError, ConnectionFailedError, RefusedError, StoppedError, UsageError
from tests.mail.scripted import ScriptedServer, refusing
from tests.mail.session_answers import OPENED, after_login, session
from tests.support.servers import ImapServer

DATE = " 5-Mar-2024 14:32:00 +0100"


class Taking:
    """Takes what APPEND sends, and ends the command as told."""

    def __init__(self, ending: bytes = b"OK done") -> None:
        self.octets = b""
        self._ending = ending

    def __call__(self, sock: socket.socket, tag: bytes, rest: bytes) -> None:
        size = int(rest[rest.rindex(b"{") + 1 : -1])
        sock.sendall(b"+ go\r\n")
        while len(self.octets) < size:
            if not (piece := sock.recv(65536)):
                return
            self.octets += piece
        sock.sendall(tag + b" " + self._ending + b"\r\n")


def append(
    taking: Callable[[socket.socket, bytes, bytes], None],
    octets: Sequence[bytes] = (b"one ", b"two"),
    size: int = 7,
    flags: Sequence[str] = ("\\Seen", "$Integrated"),
    date: str = DATE,
    folder: str = "INBOX",
) -> tuple[int | None, list[bytes]]:
    with ScriptedServer({"SELECT": OPENED, "APPEND": taking}) as server:
        opened = session(server)
        opened.select("INBOX")
        uid = opened.append(folder, iter(octets), size, flags, date)
        return uid, after_login(server)


def test_the_octets_go_out_as_they_are() -> None:
    taking = Taking(b"OK [APPENDUID 77 99] done")
    uid, lines = append(taking)
    assert taking.octets[:7] == b"one two"
    assert lines[1] == b'APPEND "INBOX" (\\Seen $Integrated) " 5-Mar-2024 14:32:00 +0100" {7}'
    assert uid == 99


@pytest.mark.parametrize(
    "ending", [b"OK", b"OK [APPENDUID 8 99] x", b"OK [APPENDUID x] x", b"OK [APPENDUID 77 0] x"]
)
def test_a_uid_that_was_not_told_for_this_folder_is_none(ending: bytes) -> None:
    assert append(Taking(ending))[0] is None


def test_a_folder_that_is_not_the_open_one_gives_no_uid() -> None:
    uid, lines = append(Taking(b"OK [APPENDUID 77 99] x"), folder="Reçus")
    assert uid is None
    assert lines[1].startswith(b'APPEND "Re&AOc-us" ')


@pytest.mark.parametrize(("octets", "size"), [((b"one ",), 7), ((b"one ", b"two more"), 7), ((), 7)])
def test_other_octets_than_announced_close_the_line(octets: Sequence[bytes], size: int) -> None:
    with pytest.raises(StoppedError, match="a changé"):
        append(Taking(), octets, size)


@pytest.mark.parametrize("flag", ["a b", "\\Seen) {5}", "x\r\nA LOGOUT", ""])
def test_a_flag_that_is_none_is_refused(flag: str) -> None:
    with pytest.raises(UsageError):
        append(Taking(), flags=[flag])


@pytest.mark.parametrize("date", ['5-Mar"', "05-Mar-2024 14:32:00 +0100\r\nA LOGOUT", "yesterday"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(UsageError):
        append(Taking(), date=date)


def test_a_refusal_before_the_octets_leaves_the_line_usable() -> None:
    with ScriptedServer({"SELECT": OPENED, "APPEND": refusing(b"[OVERQUOTA] ")}) as server:
        opened = session(server)
        opened.select("INBOX")
        with pytest.raises(RefusedError) as refused:
            opened.append("INBOX", [b"octets"], 6, (), "")
        assert refused.value.code == "OVERQUOTA"
        assert opened.existing([7]) == set()


def test_a_cut_is_told_and_nothing_is_sent_twice() -> None:
    def hang_up(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.shutdown(socket.SHUT_RDWR)

    with ScriptedServer({"SELECT": OPENED, "APPEND": hang_up}) as server:
        opened = session(server)
        opened.select("INBOX")
        with pytest.raises(ConnectionFailedError):
            opened.append("INBOX", [b"octets"], 6, (), "")
        assert sum(line.startswith(b"APPEND") for line in server.commands()) == 1


def test_nothing_is_added_to_a_folder_that_was_not_opened_for_it() -> None:
    with ScriptedServer({"EXAMINE": OPENED}) as server:
        opened = session(server)
        opened.examine("INBOX")
        with pytest.raises(BaltError):
            opened.append("INBOX", [b"octets"], 6, (), "")
        assert after_login(server) == [b'EXAMINE "INBOX"']


def test_a_message_comes_back_from_a_real_server_as_it_was_sent(imap_server: ImapServer) -> None:
    from balt.mail.session import ImapSession
    from tests.cleanup.fake import CLOCK

    account = imap_server.account()
    octets = b"Subject: ESSAI\r\n\r\n" + b"x" * 70 + b"\r\n"
    opened = ImapSession(account, lambda: imap_server.password, CLOCK)
    opened.open()
    following = opened.select("INBOX").uidnext
    uid = opened.append("INBOX", [octets[:9], octets[9:]], len(octets), ["\\Flagged", "$Integrated"], DATE)
    assert uid == following
    assert b"".join(opened.octets(uid, len(octets))) == octets
    assert {"\\Flagged", "$Integrated"} <= set(opened.flags_of([uid])[uid])
    told = datetime.strptime(opened.identities([uid])[uid].internaldate.strip(), "%d-%b-%Y %H:%M:%S %z")
    assert told == datetime(2024, 3, 5, 13, 32, tzinfo=UTC)
    opened.close()
