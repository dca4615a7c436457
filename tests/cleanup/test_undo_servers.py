"""Taking an act back on real servers: Dovecot, also with extensions hidden, and the demo's own."""

import imaplib
import time
from collections.abc import Callable

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Guard
from balt.cleanup.prepare import Terms, plan_trash
from balt.cleanup.undo import Undoing, apply_undo, plan_undo
from balt.cleanup.undoable import undoable
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK
from tests.cleanup.test_real_servers import DATE, Mailbox, raw, trash_plan
from tests.integration.mails import opened
from tests.support.dovecot import Dovecot
from tests.support.servers import DovecotServer, ImapServer

Start = Callable[..., Dovecot]
MARKED = {"a": (), "b": ("\\Seen", "\\Flagged"), "c": ("\\Seen", "$Integrated"), "d": ("\\Seen",)}


def undo_of_newest(session: ImapSession, journal: Journal) -> Undoing:
    return plan_undo(session, journal, undoable(journal)[0], CLOCK)


def flags(mailbox: Mailbox, folder: str) -> dict[str, set[str]]:
    """The flags of the messages of a folder, by name."""
    with mailbox.server.client(mailbox.account) as client:
        client.select(folder, readonly=True)
        answer = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
    found = {}
    for part in answer:
        if isinstance(part, tuple):
            name = part[1].split(b"<")[1].split(b"@")[0].decode()
            told = part[0].split(b"FLAGS (")[1].split(b")")[0].decode().split()
            received = imaplib.Internaldate2tuple(part[0])
            assert received
            assert time.mktime(received) == DATE.timestamp()
            found[name] = set(told) - {"\\Recent"}
    return found


def moved_there_and_back(mailbox: Mailbox, journal: Journal) -> None:
    """Four messages go to the trash with others around them, and come back as they were."""
    mailbox.put("INBOX", "stays")
    uids = [
        mailbox.server.append(mailbox.account, raw(name), "INBOX", DATE, marks)
        for name, marks in MARKED.items()
    ]
    mailbox.put("Trash", "before")
    with opened(mailbox.account) as session:
        listing, everything = session.scan("INBOX"), Terms(frozenset(Guard), "ESSAI")
        plan = plan_trash(session, listing, uids, session.folders(), CLOCK, everything)
        assert apply_plan(plan, session, journal).moved == 4
        mailbox.put("Trash", "after")
        undoing = undo_of_newest(session, journal)
        assert undoing.is_whole
        assert apply_undo(undoing, session, journal).moved == 4
    assert flags(mailbox, "INBOX") == {"stays": {"\\Seen"}, **{k: set(v) for k, v in MARKED.items()}}
    assert mailbox.names("Trash") == ["after", "before"]
    assert mailbox.marked("INBOX") == mailbox.marked("Trash") == 0
    assert journal.verify().ok


def test_messages_come_home_with_their_flags_and_their_dates(
    imap_server: ImapServer, journal: Journal
) -> None:
    moved_there_and_back(Mailbox(imap_server), journal)


@pytest.mark.dovecot
@pytest.mark.parametrize("hidden", [("MOVE",), ("UIDPLUS",)], ids=str)
def test_they_come_home_from_servers_that_offer_less(
    start_dovecot: Start, journal: Journal, hidden: tuple[str, ...]
) -> None:
    moved_there_and_back(Mailbox(DovecotServer(start_dovecot(hide=hidden))), journal)


def test_a_folder_that_was_deleted_is_said_and_its_messages_stay_in_the_trash(
    imap_server: ImapServer, journal: Journal
) -> None:
    mailbox = Mailbox(imap_server)
    uids = mailbox.put("Laboratoire", "a", "b")
    with opened(mailbox.account) as session:
        plan = plan_trash(session, session.scan("Laboratoire"), uids, session.folders(), CLOCK)
        assert apply_plan(plan, session, journal).moved == 2
    with mailbox.server.client(mailbox.account) as client:
        assert client.delete("Laboratoire")[0] == "OK"
    with opened(mailbox.account) as session:
        undoing = undo_of_newest(session, journal)
    assert (undoing.count, undoing.homeless) == (0, {"Laboratoire": 2})
    assert mailbox.names("Trash") == ["a", "b"]


def test_a_message_that_another_client_has_removed_is_only_counted(
    imap_server: ImapServer, journal: Journal
) -> None:
    mailbox = Mailbox(imap_server)
    uids = mailbox.put("INBOX", "a", "b")
    with opened(mailbox.account) as session:
        apply_plan(trash_plan(session, uids), session, journal)
    with mailbox.server.client(mailbox.account) as client:
        client.select("Trash")
        client.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        client.expunge()
    with opened(mailbox.account) as session:
        undoing = undo_of_newest(session, journal)
        assert (undoing.count, undoing.missing) == (1, 1)
        assert apply_undo(undoing, session, journal).moved == 1
    assert mailbox.names("INBOX") == ["b"]
