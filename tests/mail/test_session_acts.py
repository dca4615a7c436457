"""Acts against scripted servers: exactly the UIDs asked, never twice, and no argument becomes a command."""

import re
import socket
from collections.abc import Callable

import pytest

from balt.errors import (
    BaltError,
    ConnectionFailedError,
    RefusedError,
    StoppedError,
    UsageError,
)
from balt.mail.acts import copied
from balt.mail.model import Flag, Identity
from balt.mail.session import ImapSession
from tests.mail.scripted import CAPABILITIES, ScriptedServer, refusing
from tests.mail.session_answers import OPENED, ROWS, after_login, session

ACTS: dict[str, Callable[[ImapSession], object]] = {
    "move": lambda opened: opened.move([7, 8], "Trash"),
    "copy": lambda opened: opened.copy([7, 8], "Trash"),
    "mark_deleted": lambda opened: opened.mark_deleted([7, 8]),
    "unmark_deleted": lambda opened: opened.unmark_deleted([7, 8]),
    "expunge": lambda opened: opened.expunge([7, 8]),
}


@pytest.mark.parametrize(
    ("act", "line"),
    [
        ("move", b'UID MOVE 7:8 "Trash"'),
        ("copy", b'UID COPY 7:8 "Trash"'),
        ("mark_deleted", b"UID STORE 7:8 +FLAGS.SILENT (\\Deleted)"),
        ("unmark_deleted", b"UID STORE 7:8 -FLAGS.SILENT (\\Deleted)"),
        ("expunge", b"UID EXPUNGE 7:8"),
    ],
)
def test_an_act_is_one_command_on_exactly_its_uids(act: str, line: bytes) -> None:
    with ScriptedServer({"SELECT": OPENED}) as server:
        opened = session(server)
        state = opened.select("INBOX")
        ACTS[act](opened)
        assert after_login(server) == [b'SELECT "INBOX"', line]
    assert state.keywords_allowed


@pytest.mark.parametrize("act", ACTS)
def test_an_act_needs_a_folder_opened_for_it(act: str) -> None:
    with ScriptedServer({"EXAMINE": OPENED}) as server:
        opened = session(server)
        with pytest.raises(StoppedError):
            ACTS[act](opened)
        opened.examine("INBOX")
        with pytest.raises(StoppedError):
            ACTS[act](opened)
        assert after_login(server) == [b'EXAMINE "INBOX"']


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_cut_is_never_sent_again(act: str) -> None:
    def cut(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.shutdown(socket.SHUT_RDWR)

    verbs = ("UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE")
    with ScriptedServer({"SELECT": OPENED} | dict.fromkeys(verbs, cut)) as server:
        opened = session(server)
        opened.select("INBOX")
        for _attempt in range(2):
            with pytest.raises(ConnectionFailedError):
                ACTS[act](opened)
        assert len(after_login(server)) == 2
        assert server.connections == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("code", ["OVERQUOTA", "TRYCREATE", "NOPERM", "INUSE", "LIMIT", "X-UNKNOWN", ""])
def test_a_refused_act_tells_its_code_in_our_words(act: str, code: str) -> None:
    refuse = refusing(f"[{code}] ".encode() if code else b"")
    verbs = ("UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE")
    with ScriptedServer({"SELECT": OPENED} | dict.fromkeys(verbs, refuse)) as server:
        opened = session(server)
        opened.select("INBOX")
        with pytest.raises(RefusedError) as caught:
            ACTS[act](opened)
    assert caught.value.code == code
    assert caught.value.mailbox == "essai@medecin.mssante.fr"
    assert "secret words" not in str(caught.value)


def test_an_account_for_reading_never_opens_a_folder_for_acts() -> None:
    with ScriptedServer({"SELECT": OPENED}) as server:
        with pytest.raises(RefusedError, match="lecture seule"):
            session(server, read_only=True).select("INBOX")
        assert server.lines == []


def test_a_folder_that_the_server_opens_read_only_takes_no_act() -> None:
    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(OPENED + tag + b" OK [READ-ONLY] only look\r\n")

    with ScriptedServer({"SELECT": answer}) as server:
        opened = session(server)
        with pytest.raises(RefusedError) as caught:
            opened.select("INBOX")
        assert caught.value.code == "READ-ONLY"
        with pytest.raises(StoppedError):
            opened.mark_deleted([7])


def test_a_folder_without_uidvalidity_takes_no_act() -> None:
    with (
        ScriptedServer({"SELECT": b"* 2 EXISTS\r\n"}) as server,
        pytest.raises(StoppedError, match="UIDVALIDITY"),
    ):
        session(server).select("INBOX")


@pytest.mark.parametrize(("missing", "act"), [(b"UIDPLUS", "expunge"), (b"MOVE", "move")])
def test_what_the_server_cannot_do_exactly_is_not_done_otherwise(missing: bytes, act: str) -> None:
    with ScriptedServer({"SELECT": OPENED}, capabilities=CAPABILITIES.replace(missing, b"")) as server:
        opened = session(server)
        opened.select("INBOX")
        with pytest.raises(RefusedError) as caught:
            ACTS[act](opened)
        assert caught.value.code == "CANNOT"
        assert after_login(server) == [b'SELECT "INBOX"']


@pytest.mark.parametrize("where", ["tagged", "untagged"])
def test_the_new_uids_of_a_move_are_read(where: str) -> None:
    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        told = b"OK [COPYUID 9 7:8 101:102] Done\r\n"
        if where == "tagged":
            sock.sendall(b"* 1 EXPUNGE\r\n" + tag + b" " + told)
        else:
            sock.sendall(b"* " + told + b"* 1 EXPUNGE\r\n" + tag + b" OK\r\n")

    with ScriptedServer({"SELECT": OPENED, "UID MOVE": answer}) as server:
        opened = session(server)
        opened.select("INBOX")
        assert opened.move([7, 8], "Trash") == {7: 101, 8: 102}


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"9 7:8",
        b"9 7:8 101",
        b"9 7:8 101:4294967295",
        b"9 1:2 101:102",
        b"9 7,7 1:2",
        b"9 a b",
        b"9 7:8 1:2 3",
    ],
)
def test_new_uids_that_do_not_pair_with_what_was_asked_are_not_believed(told: bytes) -> None:
    assert copied(told, [7, 8]) is None


def test_a_long_act_goes_in_commands_of_a_thousand() -> None:
    with ScriptedServer({"SELECT": OPENED}) as server:
        opened = session(server)
        opened.select("INBOX")
        opened.mark_deleted(range(1, 2501))
        assert [line.split()[2] for line in after_login(server)[1:]] == [
            b"1:1000",
            b"1001:2000",
            b"2001:2500",
        ]


def test_identities_are_read_and_a_missing_one_is_gone() -> None:
    header = b"Message-ID:\r\n <a@b.fr>\r\n\r\n"
    row = (
        b'* 1 FETCH (UID 7 FLAGS (\\Flagged) INTERNALDATE " 2-Mar-2024 10:00:00 +0100" RFC822.SIZE 1234 '
        b"BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s)\r\n" % (len(header), header)
    )
    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": row}) as server:
        opened = session(server)
        opened.examine("INBOX")
        found = opened.identities([7, 8])
    assert list(found) == [7]
    assert (found[7].size, found[7].internaldate) == (1234, " 2-Mar-2024 10:00:00 +0100")
    assert found[7].flags is Flag.FLAGGED
    assert re.fullmatch("[0-9a-f]{64}", found[7].message_id)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS + ROWS.replace(b"1234", b"99").replace(b"UID 8", b"UID 9"),
        b"* 1 FETCH (UID 7 RFC822.SIZE 5 (unclosed\r\n",
    ],
)
def test_an_identity_in_doubt_equals_no_planned_message(rows: bytes) -> None:
    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": rows}) as server:
        opened = session(server)
        opened.examine("INBOX")
        assert opened.identities([7])[7] == Identity(7, -1, "", "")


def test_what_is_still_there_is_asked_by_uid() -> None:
    with ScriptedServer({"EXAMINE": OPENED, "UID SEARCH": b"* SEARCH 8 999\r\n"}) as server:
        opened = session(server)
        opened.examine("INBOX")
        assert opened.existing([7, 8]) == {8}
        assert after_login(server)[-1] == b"UID SEARCH UID 7:8"


# No argument becomes a command


PAYLOADS = ["a\r\nX1 NOOP", "a\nX1 NOOP", "a\rX1 NOOP", "a\0b", "\r\n", 'a"\r\nX1 EXPUNGE', "{5}\r\nX1 NOOP"]
TEXT_ARGUMENTS: dict[str, Callable[[ImapSession, str], object]] = {
    "examine": lambda opened, text: opened.examine(text),
    "select": lambda opened, text: opened.select(text),
    "scan": lambda opened, text: opened.scan(text),
    "details": lambda opened, text: list(opened.details(text, [7])),
    "preview": lambda opened, text: opened.preview(text, 7),
    "move": lambda opened, text: opened.move([7], text),
    "copy": lambda opened, text: opened.copy([7], text),
}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("function", TEXT_ARGUMENTS)
def test_text_with_line_ends_puts_no_line_on_the_wire(function: str, payload: str) -> None:
    with ScriptedServer({"SELECT": OPENED, "EXAMINE": OPENED}) as server:
        opened = session(server)
        opened.select("INBOX")
        before = list(server.lines)
        with pytest.raises(UsageError):
            TEXT_ARGUMENTS[function](opened, payload)
        assert server.lines == before


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["username", "authorization_identity"])
def test_a_user_name_with_line_ends_puts_no_line_on_the_wire(field: str, payload: str) -> None:
    with ScriptedServer() as server:
        with pytest.raises(UsageError):
            session(server, **{field: payload}).open()
        assert set(server.commands()) <= {b"CAPABILITY"}


@pytest.mark.parametrize("payload", ['a"b', "a\\", "{5}", 'x" (MESSAGES)', "*", "%", "été", "a b", ")"])
@pytest.mark.parametrize("function", ["examine", "move", "copy"])
def test_any_other_text_stays_inside_its_quotes(function: str, payload: str) -> None:
    with ScriptedServer({"SELECT": OPENED, "EXAMINE": OPENED}) as server:
        opened = session(server)
        opened.select("INBOX")
        TEXT_ARGUMENTS[function](opened, payload)
        [line] = after_login(server)[1:]
    assert re.fullmatch(rb'(EXAMINE|UID (MOVE|COPY) 7) "(?:[^"\\]|\\.)*"', line)


def test_errors_name_the_mailbox() -> None:
    with (
        ScriptedServer({"EXAMINE": refusing(b"[NONEXISTENT] ")}) as server,
        pytest.raises(BaltError) as caught,
    ):
        session(server).examine("Absent")
    assert caught.value.mailbox == "essai@medecin.mssante.fr"
