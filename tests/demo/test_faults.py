"""Faults happen when the script says, and only then."""

from collections.abc import Callable

import pytest

from balt.demo.faults import Fault, FaultKind
from balt.demo.server import DemoServer
from balt.demo.store import StoredAccount
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient


@pytest.fixture
def two(client: RawClient) -> RawClient:
    """A folder with two messages, open."""
    client.append(mail("un"))
    client.append(mail("deux"))
    client.ok("SELECT INBOX")
    return client


def uids(server: DemoServer, folder: str = "INBOX") -> list[int]:
    return [message.uid for message in server.messages("essai", folder)]


def test_a_cut_comes_before_the_command(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.CUT, "UID MOVE"))
    two.command("UID MOVE 1 Trash")
    assert two.last == b""
    assert uids(server) == [1, 2]


def test_a_cut_after_leaves_the_command_done(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.CUT_AFTER, "UID STORE"))
    two.command("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert two.last == b""
    assert server.messages("essai")[0].flags == {"\\Deleted"}


def test_a_cut_in_a_literal(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.CUT_IN_LITERAL, "UID FETCH"))
    two.command("UID FETCH 1:2 BODY.PEEK[]")
    assert two.last == b""


def test_a_short_literal_holds_fewer_octets_than_it_says(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.SHORT_LITERAL, "UID FETCH", amount=7))
    two.send("UID FETCH 1 BODY.PEEK[]")
    whole = (
        b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % len(mail("un"))
        + mail("un")[:-7]
        + b")\r\na5 OK Fetch completed.\r\n"
    )
    received = b""
    while len(received) < len(whole):
        received += two.socket.recv(4096)
    assert received == whole


def test_a_stall_answers_nothing_until_the_client_leaves(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.STALL, "NOOP"))
    two.socket.settimeout(0.05)
    two.send("NOOP")
    with pytest.raises(TimeoutError):
        two.answer()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(FaultKind.NO, "UID COPY", code="NOPERM"), b"NO [NOPERM]"),
        (Fault(FaultKind.BAD, "UID COPY"), b"BAD "),
        (Fault(FaultKind.OVERQUOTA, "UID COPY"), b"NO [OVERQUOTA]"),
        (Fault(FaultKind.LYING_OK, "UID COPY"), b"OK "),
    ],
)
def test_an_answer_that_is_not_the_truth(
    server: DemoServer, two: RawClient, fault: Fault, answer: bytes
) -> None:
    server.faults.add(fault)
    two.command("UID COPY 1 Trash")
    assert two.last.startswith(answer)
    assert uids(server, "Trash") == []
    two.ok("UID COPY 1 Trash")


def test_goodbye_comes_at_any_time(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.BYE, "NOOP"))
    assert two.command("NOOP")[0].startswith(b"* BYE")
    assert two.last == b""


def test_uidvalidity_may_change(server: DemoServer, two: RawClient) -> None:
    before = two.ok("STATUS INBOX (UIDVALIDITY)")
    server.faults.add(Fault(FaultKind.UIDVALIDITY, "SELECT", folder="INBOX"))
    two.ok("SELECT INBOX")
    assert two.ok("STATUS INBOX (UIDVALIDITY)") != before


def test_items_may_come_in_another_order(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.REORDER, "UID FETCH", times=-1))
    size = len(mail("un"))
    for _ in range(2):
        assert two.ok("UID FETCH 1 (FLAGS RFC822.SIZE)") == [
            b"* 1 FETCH (RFC822.SIZE %d FLAGS () UID 1)" % size
        ]


def test_a_size_may_be_wrong(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.LYING_SIZE, "UID FETCH", amount=100))
    assert two.ok("UID FETCH 1 RFC822.SIZE") == [
        b"* 1 FETCH (UID 1 RFC822.SIZE %d)" % (len(mail("un")) + 100)
    ]


def test_answers_that_nobody_asked_for(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.UNSOLICITED_FETCH, "UID FETCH"))
    assert two.ok("UID FETCH 2 (RFC822.SIZE)")[0] == b"* 2 FETCH (FLAGS ())"


def test_somebody_else_may_expunge_meanwhile(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.UNSOLICITED_EXPUNGE, "UID FETCH"))
    assert two.ok("UID FETCH 1:2 FLAGS") == [b"* 1 EXPUNGE", b"* 1 FETCH (UID 2 FLAGS ())"]


def test_anything_may_happen_before_a_command(server: DemoServer, two: RawClient) -> None:
    def flag_all(account: StoredAccount) -> None:
        folder = account.folder("INBOX")
        for message in folder.messages:
            folder.set_flags(message, {"\\Flagged"})

    server.faults.add(Fault(FaultKind.CALL, "UID FETCH", action=flag_all))
    assert two.ok("UID FETCH 1 FLAGS")[0] == b"* 1 FETCH (UID 1 FLAGS (\\Flagged))"


def test_faults_may_wait_and_come_several_times(server: DemoServer, two: RawClient) -> None:
    server.faults.add(Fault(FaultKind.NO, "NOOP", after=1, times=2))
    outcomes = []
    for _ in range(4):
        two.command("NOOP")
        outcomes.append(two.last[:2])
    assert outcomes == [b"OK", b"NO", b"NO", b"OK"]


def test_the_script_can_be_given_at_the_start_and_cleared(connect: Callable[[], RawClient]) -> None:
    with DemoServer(password="pass", faults=[Fault(FaultKind.NO, times=-1)]) as server:
        server.add_account("essai")
        with RawClient(server.port, "essai") as client:
            client.command("NOOP")
            assert client.last.startswith(b"NO")
            server.faults.clear()
            client.ok("NOOP")


def test_the_server_remembers_commands_but_no_secret(server: DemoServer, client: RawClient) -> None:
    client.append(mail("secret"))
    client.ok("EXAMINE INBOX")
    assert list(server.commands) == ["LOGIN", "APPEND", "EXAMINE INBOX"]
