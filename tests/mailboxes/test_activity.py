"""The figures of a BAL: pure over listings made by hand, then over both servers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from balt.clock import FixedClock, SystemClock
from balt.config import Account, Thresholds
from balt.errors import CancelledError, ConnectionFailedError
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Attachment, Flag, FolderRole, MessageDetail, Quota
from balt.mail.session import ImapSession
from balt.mailboxes import activity
from balt.mailboxes.activity import (
    BATCH,
    newest,
    older_than,
    status_steps,
    take_status,
    unreachable,
    unseen_in,
)
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.usage import Activity, activity_of
from tests.mailboxes.fake_mail import FakeMail
from tests.support.servers import ImapServer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLOCK = FixedClock(NOW)
ACCOUNT = Account("camille.exemple@medecin.mssante.fr", host="imap.example")
THRESHOLDS = Thresholds()
MIB = 1024**2


def listing(*rows: tuple[int | None, Flag], sizes: int = 1000) -> Listing:
    """One row for each age in days (None: unknown) and its flags."""
    made = Listing("INBOX", 1, 100)
    for uid, (age, flags) in enumerate(rows, start=1):
        made.uids.append(uid)
        made.sizes.append(sizes)
        when = NOW - timedelta(days=age) if age is not None else None
        made.dates.append(int(when.timestamp()) if when else UNKNOWN_DATE)
        made.flags.append(int(flags))
    return made


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


SEEN, UNSEEN = Flag.SEEN, Flag(0)


def test_the_newest_of_a_folder_leaves_out_unknown_dates() -> None:
    assert newest(listing((7, SEEN), (None, SEEN), (3, SEEN))) == ago(3)
    assert newest(listing((None, SEEN))) is None


def test_unseen_counts_flags() -> None:
    assert unseen_in(listing((1, UNSEEN), (2, SEEN), (3, Flag.FLAGGED))) == 2


def test_old_is_before_the_limit_and_unknown_is_never_old() -> None:
    load = older_than([listing((1095, SEEN), (1097, SEEN), (None, SEEN))], ago(1096))
    assert (load.count, load.size, load.folder) == (1, 1000, "INBOX")


def test_an_old_message_of_unknown_size_counts_for_nothing() -> None:
    load = older_than([listing((2000, SEEN), sizes=UNKNOWN_SIZE)], ago(1096))
    assert (load.count, load.size) == (1, 0)


# A whole BAL


@pytest.fixture
def mail() -> FakeMail:
    fake = FakeMail(NOW)
    fake.roles = {"Trash": FolderRole.TRASH, "Sent": FolderRole.SENT, "INBOX": FolderRole.INBOX}
    return fake


def large(*sizes: int) -> MessageDetail:
    parts = tuple(Attachment(str(n), "a.pdf", "application/pdf", size) for n, size in enumerate(sizes))
    return MessageDetail(attachments=parts)


def status_of(mail: FakeMail) -> MailboxStatus:
    return take_status(mail, ACCOUNT, THRESHOLDS, CLOCK)


def test_the_whole_bal_is_counted_and_the_trash_apart(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=100, age=3)
    mail.add("Sent", 2, size=20, age=8)
    mail.add("Trash", 3, size=3, age=2000)
    status = status_of(mail)
    assert (status.messages, status.size) == (3, 123)
    assert (status.trash_folder, status.trash_messages, status.trash_size) == ("Trash", 1, 3)
    assert status.last_received == ago(3)
    assert status.last_sent == ago(8)
    assert status.old_messages == 0
    assert status.taken_at == NOW
    assert status.reachable


def test_a_bal_without_trash_says_that_it_has_none(mail: FakeMail) -> None:
    mail.add("INBOX", 1)
    status = status_of(mail)
    assert (status.trash_folder, status.trash_messages, status.trash_size) == (None, None, None)


def test_large_messages_with_attachments_are_counted_as_the_filter_shows_them(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=20 * MIB, detail=large(6 * MIB, 7 * MIB, MIB))
    mail.add("INBOX", 2, size=9 * MIB, detail=MessageDetail())
    mail.add("Sent", 4, size=6 * MIB, detail=large(4 * MIB))
    mail.add("Trash", 3, size=20 * MIB, detail=large(19 * MIB))
    status = status_of(mail)
    assert (status.large_messages, status.large_size) == (2, 26 * MIB)
    assert (status.large_folder, status.large_spread) == ("INBOX", True)


def test_structures_are_read_only_where_they_may_matter(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=1000)
    mail.add("INBOX", 2, size=9 * MIB)
    mail.add("Trash", 3, size=10)
    status_of(mail)
    assert [(folder, uids) for folder, uids in mail.asked if uids] == [("INBOX", [2]), ("Trash", [3])]


@pytest.mark.parametrize(
    ("detail", "flags", "expected"),
    [
        (MessageDetail(holds_document=True), Flag(0), 1),
        (MessageDetail(holds_document=True), Flag.INTEGRATED, 0),
        (MessageDetail(), Flag(0), 0),
        (MessageDetail(readable=False), Flag(0), 1),
    ],
)
def test_documents_of_the_trash_not_marked_integrated(
    mail: FakeMail, detail: MessageDetail, flags: Flag, expected: int
) -> None:
    mail.add("Trash", 1, detail=detail, flags=flags)
    assert status_of(mail).trash_documents == expected


@pytest.mark.parametrize(
    ("detail", "flags", "age", "expected"),
    [
        (MessageDetail(holds_document=True), Flag(0), 2000, 1),
        (MessageDetail(holds_document=True), Flag.INTEGRATED, 2000, 0),
        (MessageDetail(holds_document=True), Flag(0), 20, 0),
        (MessageDetail(), Flag(0), 2000, 0),
        (MessageDetail(readable=False), Flag(0), 2000, 1),
    ],
)
def test_documents_of_old_messages_not_marked_integrated(
    mail: FakeMail, detail: MessageDetail, flags: Flag, age: int, expected: int
) -> None:
    mail.add("INBOX", 1, detail=detail, flags=flags, age=age)
    status = status_of(mail)
    assert (status.old_documents, status.old_unknown) == (expected, 0)


def test_of_very_many_old_messages_some_are_looked_at_each_time_and_the_others_counted(
    mail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "OLD_AT_ONCE", 2)
    for uid in range(1, 6):
        mail.add("INBOX" if uid < 4 else "Sent", uid, age=2000, detail=MessageDetail(holds_document=True))
    looks = [status_of(mail) for _time in range(3)]
    assert [(each.old_documents, each.old_unknown) for each in looks] == [(2, 3), (4, 1), (5, 0)]
    assert [each.old_messages for each in looks] == [5, 5, 5]


def test_a_folder_that_the_server_refuses_does_not_hide_the_others(mail: FakeMail) -> None:
    mail.add("INBOX", 1)
    mail.add("Interdit", 2)
    mail.refused = {"Interdit"}
    status = status_of(mail)
    assert status.messages == 1
    assert status.old_messages is None


def test_a_bal_that_does_not_answer_has_no_figures() -> None:
    error = ConnectionFailedError("le serveur ne répond pas.", advice="Réessayez.", mailbox=ACCOUNT.address)
    status = unreachable(ACCOUNT, error, CLOCK)
    assert (status.reachable, status.messages, status.quota) == (False, None, None)
    assert status.error is not None
    assert "ne répond pas" in status.error


def test_the_json_has_octets_and_dates_with_offset() -> None:
    status = MailboxStatus("a@b.fr", True, NOW, quota=Quota(5, 10), trash_messages=0, trash_size=0)
    document = status.to_json()
    assert document["quota"] == {"used": 5, "limit": 10}
    assert document["trash"] == {"messages": 0, "size": 0}
    assert document["last_seen"] is None


# Piece by piece


def test_what_the_structures_told_once_is_not_asked_again(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=9 * MIB, detail=large(6 * MIB))
    mail.add("Trash", 2, detail=MessageDetail(holds_document=True))
    first = status_of(mail)
    mail.asked.clear()
    assert status_of(mail) == first
    assert mail.asked == []
    assert (first.large_messages, first.trash_documents) == (1, 1)


def test_a_message_that_went_away_meanwhile_counts_for_nothing(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=9 * MIB, detail=large(6 * MIB))
    mail.add("Trash", 2, detail=MessageDetail(holds_document=True))
    mail.gone = {1, 2}
    status = status_of(mail)
    assert (status.large_messages, status.trash_documents) == (0, 0)


def test_there_is_a_pause_between_two_batches_of_structures(mail: FakeMail) -> None:
    for uid in range(1, 2 * BATCH + 2):
        mail.add("Trash", uid, detail=MessageDetail(holds_document=uid % 2 == 0))
    mail.add("INBOX", 1)
    steps = status_steps(mail, ACCOUNT, THRESHOLDS, CLOCK)
    batches, seen = 0, 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            status: MailboxStatus = end.value
            break
        assert len(mail.asked) - seen <= 1
        batches, seen = batches + (len(mail.asked) > seen), len(mail.asked)
    assert (batches, [len(uids) for _folder, uids in mail.asked]) == (3, [BATCH, BATCH, 1])
    assert status.trash_documents == BATCH


def test_figures_that_are_given_up_ask_for_nothing_more(mail: FakeMail) -> None:
    for uid in range(1, 2 * BATCH + 2):
        mail.add("Trash", uid)
    steps = status_steps(mail, ACCOUNT, THRESHOLDS, CLOCK)
    while not mail.asked:
        next(steps)
    steps.close()
    assert len(mail.asked) == 1
    assert status_of(mail).messages == 2 * BATCH + 1


@pytest.mark.parametrize("after", [0, 1, 2])
def test_figures_can_be_interrupted_at_every_pause(mail: FakeMail, after: int) -> None:
    mail.add("INBOX", 1, size=9 * MIB)
    mail.add("Trash", 2)
    with pytest.raises(CancelledError, match="interrompue"):
        take_status(mail, ACCOUNT, THRESHOLDS, CLOCK, true_after(after))


def true_after(times: int) -> Callable[[], bool]:
    asked = iter(range(times))
    return lambda: next(asked, None) is None


# Both servers


def test_the_figures_of_a_real_mailbox(imap_server: ImapServer) -> None:
    account = imap_server.account()
    now = datetime.now(UTC).replace(microsecond=0)
    raw = b"From: a@ch-fictif.mssante.fr\r\nSubject: x\r\n\r\nBonjour\r\n"
    for age, flags, folder in ((2000, ["\\Seen"], "INBOX"), (9, [], "INBOX"), (30, ["\\Seen"], "Trash")):
        imap_server.append(account, raw, folder, now - timedelta(days=age), flags)
    session = ImapSession(account, lambda: imap_server.password, SystemClock())
    try:
        status = take_status(session, account, THRESHOLDS, SystemClock())
    finally:
        session.close()
    assert (status.messages, status.trash_messages, status.old_messages) == (3, 1, 1)
    assert (status.last_seen, status.seen_in) == (now - timedelta(days=30), FolderRole.TRASH)
    assert status.unread_since == now - timedelta(days=9)
    assert status.size == 3 * len(raw)


@pytest.mark.parametrize("waiting", [[], [400]], ids=["nothing left", "one old message left unread"])
def test_a_bal_whose_holder_files_what_was_read_is_read(imap_server: ImapServer, waiting: list[int]) -> None:
    account = imap_server.account()
    now = datetime.now(UTC).replace(microsecond=0)
    raw = b"From: a@ch-fictif.mssante.fr\r\nSubject: x\r\n\r\nBonjour\r\n"
    for age in waiting:
        imap_server.append(account, raw, "INBOX", now - timedelta(days=age), [])
    for age in range(1, 20):
        imap_server.append(account, raw, "Classement", now - timedelta(days=age), ["\\Seen"])
    imap_server.append(account, raw, "Sent", now - timedelta(hours=1), ["\\Seen"])
    session = ImapSession(account, lambda: imap_server.password, SystemClock())
    try:
        status = take_status(session, account, THRESHOLDS, SystemClock())
    finally:
        session.close()
    assert (status.last_received, status.last_seen) == (now - timedelta(days=1),) * 2
    assert (status.seen_in, status.unread_since) == (FolderRole.OTHER, None)
    assert activity_of(status, THRESHOLDS, now) is Activity.READ
