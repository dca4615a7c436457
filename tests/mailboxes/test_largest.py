"""The largest attachments: always the right ones, in the same order, from few structures."""

import random
from collections.abc import Generator, Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Attachment, MessageDetail
from balt.mailboxes.largest import (
    FIRST_BATCH,
    LARGEST_BATCH,
    PAUSE,
    FoundAttachment,
    Largest,
    Progress,
    largest_attachments,
)
from tests.integration.mails import opened
from tests.support.attached import FOLDERS, Ranked, fill
from tests.support.servers import ImapServer

WHEN = 1_700_000_000


class Mailbox:
    """Folders in memory. ``asked`` remembers whose structures were read; ``gone`` are no longer there."""

    def __init__(self) -> None:
        self.listings: list[Listing] = []
        self.carried: dict[tuple[str, int], tuple[Attachment, ...]] = {}
        self.unreadable: set[tuple[str, int]] = set()
        self.gone: set[tuple[str, int]] = set()
        self.asked: list[tuple[str, list[int]]] = []

    def folder(self, name: str) -> Listing:
        """One more folder."""
        self.listings.append(Listing(name, 7, 1))
        return self.listings[-1]

    def add(self, listing: Listing, *parts: int, size: int | None = None, date: int = WHEN) -> int:
        """A message with attachments of these encoded sizes; its UID. ``size`` is what the server says."""
        uid = len(listing) + 1
        listing.uids.append(uid)
        listing.sizes.append(sum(parts) + 2000 if size is None else size)
        listing.dates.append(date)
        listing.flags.append(0)
        self.carried[listing.folder, uid] = tuple(
            Attachment(str(number), f"piece-{uid}-{number}.pdf", "application/pdf", part, "base64")
            for number, part in enumerate(parts, 2)
        )
        return uid

    def details(self, folder: str, uids: Sequence[int]) -> Iterator[tuple[int, MessageDetail]]:
        """As a session gives them."""
        self.asked.append((folder, list(uids)))
        for uid in uids:
            if (folder, uid) not in self.gone:
                readable = (folder, uid) not in self.unreadable
                attachments = self.carried[folder, uid] if readable else ()
                yield uid, MessageDetail(attachments=attachments, readable=readable)

    def of_all_structures(self, limit: int) -> list[Ranked]:
        """What reading every structure would give."""
        places = {listing.folder: number for number, listing in enumerate(self.listings)}
        everything = [
            (each.encoded_size, folder, uid, each.part)
            for (folder, uid), attachments in self.carried.items()
            for each in attachments
            if (folder, uid) not in self.unreadable | self.gone
        ]
        return sorted(everything, key=lambda one: (-one[0], places[one[1]], one[2], int(one[3])))[:limit]


def run(search: Generator[Progress, None, Largest]) -> Largest:
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: Largest = end.value
            return found


def ranked(found: Sequence[FoundAttachment]) -> list[Ranked]:
    return [(one.attachment.encoded_size, one.folder, one.uid, one.attachment.part) for one in found]


def random_mailbox(chance: random.Random, messages: int) -> Mailbox:
    """Any mailbox: sizes up to 1 % from the truth, or unknown; equal attachments; odd structures."""
    mailbox = Mailbox()
    folders = [mailbox.folder(name) for name in ("INBOX", "Sent", "Été")[: chance.randint(1, 3)]]
    usual = [chance.randrange(1, 5_000_000) for _ in range(3)]
    for _ in range(messages):
        folder = chance.choice(folders)
        parts = [_part(chance, usual) for _ in range(chance.choice((0, 0, 1, 1, 1, 2, 5)))]
        true = sum(parts) + chance.randrange(300, 20_000) + (chance.random() < 0.1) * 3_000_000
        claimed = round(true * chance.uniform(0.99, 1.01))
        uid = mailbox.add(folder, *parts, size=UNKNOWN_SIZE if chance.random() < 0.02 else claimed)
        if chance.random() < 0.02:
            mailbox.unreadable.add((folder.folder, uid))
        if chance.random() < 0.02:
            mailbox.gone.add((folder.folder, uid))
    return mailbox


def _part(chance: random.Random, usual: list[int]) -> int:
    return chance.choice(usual) if chance.random() < 0.3 else int(chance.lognormvariate(11, 2))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), messages=st.integers(0, 500), limit=st.integers(1, 60))
def test_they_are_those_of_a_full_scan_in_the_same_order(seed: int, messages: int, limit: int) -> None:
    mailbox = random_mailbox(random.Random(seed), messages)
    found = run(largest_attachments(mailbox, mailbox.listings, limit))
    assert ranked(found.attachments) == mailbox.of_all_structures(limit)
    asked = [(folder, uid) for folder, uids in mailbox.asked for uid in uids]
    assert len(set(asked)) == len(asked)
    assert found.messages == messages
    assert found.structures_read == len(set(asked) - mailbox.gone)
    assert found.unreadable == len((set(asked) - mailbox.gone) & mailbox.unreadable)


def test_of_a_hundred_thousand_messages_few_structures_are_read() -> None:
    chance = random.Random(1)
    mailbox = Mailbox()
    folders = [mailbox.folder(name) for name in ("INBOX", "Sent", "Archive", "Trash")]
    for _ in range(100_000):
        parts = [int(chance.lognormvariate(10, 1.8)) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
        mailbox.add(chance.choice(folders), *parts, size=sum(parts) + chance.randrange(500, 50_000))
    found = run(largest_attachments(mailbox, mailbox.listings, 50))
    assert ranked(found.attachments) == mailbox.of_all_structures(50)
    assert found.structures_read <= 3_000


def test_a_message_too_small_for_the_list_is_not_asked_for() -> None:
    mailbox = Mailbox()
    inbox = mailbox.folder("INBOX")
    for _ in range(FIRST_BATCH):
        mailbox.add(inbox, 1_000_000)
    for _ in range(500):
        mailbox.add(inbox, 900_000)
    found = run(largest_attachments(mailbox, mailbox.listings, FIRST_BATCH))
    assert found.structures_read == FIRST_BATCH
    assert {one.attachment.encoded_size for one in found.attachments} == {1_000_000}


def test_of_equal_ones_the_first_folders_come_first_however_late_they_are_met() -> None:
    mailbox = Mailbox()
    inbox, sent = mailbox.folder("INBOX"), mailbox.folder("Sent")
    for _ in range(FIRST_BATCH):
        mailbox.add(sent, 500_000, size=510_000)
    late = mailbox.add(inbox, 500_000, size=500_500)
    found = run(largest_attachments(mailbox, mailbox.listings, 3))
    assert ranked(found.attachments) == [
        (500_000, "INBOX", late, "2"), (500_000, "Sent", 1, "2"), (500_000, "Sent", 2, "2"),
    ]  # fmt: skip


def test_a_message_of_unknown_size_is_always_looked_at() -> None:
    mailbox = Mailbox()
    inbox = mailbox.folder("INBOX")
    for _ in range(200):
        mailbox.add(inbox, 1_000_000)
    unknown = mailbox.add(inbox, 4_000_000, size=UNKNOWN_SIZE, date=UNKNOWN_DATE)
    (found,) = run(largest_attachments(mailbox, mailbox.listings, 1)).attachments
    assert (found.uid, found.message_size, found.date) == (unknown, None, None)


def test_each_tells_its_message() -> None:
    mailbox = Mailbox()
    uid = mailbox.add(mailbox.folder("Été"), 78_000, size=80_123)
    (found,) = run(largest_attachments(mailbox, mailbox.listings, 50)).attachments
    assert (found.folder, found.uid, found.message_size) == ("Été", uid, 80_123)
    assert found.date is not None
    assert int(found.date.timestamp()) == WHEN
    assert found.attachment.size == 57_000


def test_a_mailbox_without_attachments_has_none() -> None:
    mailbox = Mailbox()
    inbox = mailbox.folder("INBOX")
    for _ in range(300):
        mailbox.add(inbox)
    assert run(largest_attachments(mailbox, mailbox.listings, 50)) == Largest((), 300, 300, 0)
    assert run(largest_attachments(mailbox, [], 50)) == Largest((), 0, 0, 0)


def test_an_unreadable_structure_is_counted() -> None:
    mailbox = Mailbox()
    inbox = mailbox.folder("INBOX")
    mailbox.unreadable = {("INBOX", mailbox.add(inbox, 9_000_000))}
    mailbox.add(inbox, 1_000)
    found = run(largest_attachments(mailbox, mailbox.listings, 50))
    assert (len(found.attachments), found.unreadable) == (1, 1)


def test_a_message_of_ten_thousand_parts_fills_no_memory() -> None:
    mailbox = Mailbox()
    mailbox.add(mailbox.folder("INBOX"), *range(10_000))
    found = run(largest_attachments(mailbox, mailbox.listings, 5))
    assert [one.attachment.encoded_size for one in found.attachments] == [9999, 9998, 9997, 9996, 9995]


def test_it_pauses_often_and_can_be_given_up() -> None:
    mailbox = Mailbox()
    inbox, sent = mailbox.folder("INBOX"), mailbox.folder("Sent")
    for _ in range(2 * LARGEST_BATCH):
        mailbox.add(inbox)
        mailbox.add(sent)
    search = largest_attachments(mailbox, mailbox.listings, 50)
    last = 0
    for progress in search:
        assert 0 < progress.looked_at - last <= PAUSE
        assert progress.messages == 4 * LARGEST_BATCH
        last = progress.looked_at
    assert last == 4 * LARGEST_BATCH
    mailbox.asked.clear()
    given_up = largest_attachments(mailbox, mailbox.listings, 50)
    next(given_up)
    given_up.close()
    assert len(mailbox.asked) == 1


def test_what_is_known_is_not_asked_again() -> None:
    mailbox = random_mailbox(random.Random(4), 400)

    def known(folder: str, uids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        found = {uid: mailbox.carried[folder, uid] for uid in uids if (folder, uid) in mailbox.carried}
        return {uid: parts for uid, parts in found.items() if (folder, uid) not in mailbox.unreadable}

    first = run(largest_attachments(mailbox, mailbox.listings, 50))
    again = run(largest_attachments(mailbox, mailbox.listings, 50, known))
    assert ranked(again.attachments) == ranked(first.attachments) == mailbox.of_all_structures(50)
    assert again.structures_read < first.structures_read
    assert again.unreadable == first.unreadable


def test_a_detail_that_the_listing_holds_is_used_with_its_names() -> None:
    mailbox = Mailbox()
    inbox = mailbox.folder("INBOX")
    uid = mailbox.add(inbox, 500)
    inbox.details[uid] = MessageDetail(attachments=mailbox.carried["INBOX", uid])
    found = run(largest_attachments(mailbox, mailbox.listings, 50, lambda _folder, _uids: {}))
    assert [one.attachment.filename for one in found.attachments] == ["piece-1-2.pdf"]
    assert found.structures_read == 0


def test_on_a_server_they_are_exact_and_few_structures_are_read(imap_server: ImapServer) -> None:
    account = imap_server.account()
    carried = fill(imap_server, account)
    with opened(account) as session:
        listings = [session.scan(folder) for folder in FOLDERS]
        found = run(largest_attachments(session, listings, 10))
    assert ranked(found.attachments) == carried[:10]
    assert found.messages == 120
    assert found.structures_read <= 80
