"""Servers that fail half-way, on the demo's server with its script of faults: reads recover, acts stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from balt.config import Account
from balt.demo import DemoServer
from balt.demo.faults import Fault, FaultKind
from balt.errors import ConnectionFailedError, MailServerError, RefusedError, StoppedError
from balt.mail.model import Flag
from balt.mail.session import ImapSession
from tests.integration.mails import document, opened, text
from tests.support.dovecot import PASSWORD
from tests.support.servers import DemoImapServer

COUNT = 5


@contextmanager
def faulty(timeout: float = 20.0) -> Iterator[tuple[DemoServer, Account, list[int]]]:
    """A server of its own with five messages in the inbox; faults are added later."""
    with DemoServer(password=PASSWORD) as server:
        face = DemoImapServer(server)
        account = face.account(timeout=timeout)
        raws = [document() if number % 2 else text(number=number) for number in range(COUNT)]
        yield server, account, [face.append(account, raw) for raw in raws]


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.CUT_AFTER, FaultKind.BYE])
@pytest.mark.parametrize("command", ["EXAMINE", "UID FETCH"])
def test_a_listing_that_is_cut_is_read_again(kind: FaultKind, command: str) -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        server.faults.add(Fault(kind, command))
        assert list(session.scan("INBOX").uids) == uids


@pytest.mark.parametrize(
    "kind", [FaultKind.CUT, FaultKind.CUT_AFTER, FaultKind.CUT_IN_LITERAL, FaultKind.BYE]
)
def test_details_that_are_cut_are_read_again(kind: FaultKind) -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        session.scan("INBOX")
        server.faults.add(Fault(kind, "UID FETCH"))
        details = dict(session.details("INBOX", uids))
    assert list(details) == uids
    assert all(detail.readable for detail in details.values())


def test_a_preview_that_is_cut_in_the_middle_of_the_text_is_read_again() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        server.faults.add(Fault(FaultKind.CUT_IN_LITERAL, "UID FETCH", after=1))
        assert session.preview("INBOX", uids[1]).lines == ("Cher confrère",)


def test_a_literal_that_is_shorter_than_it_says_makes_no_wrong_row() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        session.scan("INBOX")
        server.faults.add(Fault(FaultKind.SHORT_LITERAL, "UID FETCH"))
        try:
            details = dict(session.details("INBOX", uids))
        except ConnectionFailedError:
            details = dict(session.details("INBOX", uids))
        assert list(details) == uids


def test_a_server_that_stalls_is_left_in_time() -> None:
    with faulty(timeout=1.0) as (server, account, uids), opened(account) as session:
        server.faults.add(Fault(FaultKind.STALL, "UID FETCH"))
        with pytest.raises(ConnectionFailedError, match="ne répond plus"):
            session.scan("INBOX")
        assert list(session.scan("INBOX").uids) == uids


@pytest.mark.parametrize("kind", [FaultKind.REORDER, FaultKind.UNSOLICITED_FETCH])
def test_rows_in_another_order_and_rows_of_others_change_nothing(kind: FaultKind) -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        plain = session.scan("INBOX")
        server.faults.add(Fault(kind, "UID FETCH", times=-1))
        again = session.scan("INBOX")
        assert (again.uids, again.sizes, again.dates) == (plain.uids, plain.sizes, plain.dates)
        assert list(dict(session.details("INBOX", uids))) == uids


def test_a_message_removed_by_another_meanwhile_is_no_error() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        server.faults.add(Fault(FaultKind.UNSOLICITED_EXPUNGE, "UID FETCH"))
        session.scan("INBOX")
        assert list(session.scan("INBOX").uids) == uids[1:]
        assert [uid for uid, _detail in session.details("INBOX", uids)] == uids[1:]


def test_a_folder_made_anew_stops_what_was_read_from_the_old_one() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        session.scan("INBOX")
        server.faults.add(Fault(FaultKind.UIDVALIDITY, "EXAMINE", folder="INBOX"))
        session.close()
        with pytest.raises(StoppedError, match="recréé"):
            list(session.details("INBOX", uids))


ACTS: dict[str, Callable[[ImapSession, list[int]], object]] = {
    "UID MOVE": lambda session, uids: session.move(uids, "Trash"),
    "UID COPY": lambda session, uids: session.copy(uids, "Trash"),
    "UID STORE": lambda session, uids: session.mark_deleted(uids),
    "UID EXPUNGE": lambda session, uids: session.expunge(uids),
}


@pytest.mark.parametrize("command", ACTS)
@pytest.mark.parametrize(
    "kind",
    [FaultKind.CUT, FaultKind.CUT_AFTER, FaultKind.BYE, FaultKind.NO, FaultKind.BAD, FaultKind.OVERQUOTA],
)
def test_an_act_that_fails_is_said_so_and_sent_once(command: str, kind: FaultKind) -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        session.select("INBOX")
        server.faults.add(Fault(kind, command))
        with pytest.raises(MailServerError):
            ACTS[command](session, uids[:2])
        sent = [line for line in server.commands if f" {command} " in f" {line} "]
        assert len(sent) == 1
        assert len(session.scan("INBOX")) >= COUNT - 2


def test_a_move_refused_for_lack_of_room_says_that_the_mailbox_is_full() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        session.select("INBOX")
        server.faults.add(Fault(FaultKind.OVERQUOTA, "UID MOVE"))
        with pytest.raises(RefusedError, match="pleine"):
            session.move(uids, "Trash")
        assert session.existing(uids) == set(uids)


def test_looking_sets_no_flag_even_when_the_line_breaks() -> None:
    with faulty() as (server, account, uids), opened(account) as session:
        server.faults.add(Fault(FaultKind.CUT_IN_LITERAL, "UID FETCH", times=3))
        for uid in uids:
            try:
                session.preview("INBOX", uid)
            except ConnectionFailedError:
                continue
        assert all(Flag(flags) == Flag(0) for flags in session.scan("INBOX").flags)
