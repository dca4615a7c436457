"""What is proposed to make room: in which order, how much, and never a message that somebody needs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.cleanup.proposal import Proposal, propose, unread_rows
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.facts import facts_of
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Content, Flag, Folder, FolderRole, Kind, MessageDetail

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
INBOX = Folder("INBOX", "Réception", FolderRole.INBOX)
TRASH = Folder("Corbeille", "Corbeille", FolderRole.TRASH)
DRAFTS = Folder("Brouillons", "Brouillons", FolderRole.DRAFTS)
LETTER = MessageDetail(sender="a@fictif.mssante.fr")
DOCUMENT = MessageDetail(kind=Kind.DOCUMENT, content=Content.PDF, holds_document=True)
RECEIPT = MessageDetail(kind=Kind.RECEIPT, receipt=True)
FAILURE = MessageDetail(kind=Kind.RECEIPT, receipt=True, failed=True)
BOUNCE = MessageDetail(kind=Kind.BOUNCE)
READ = Flag.SEEN
FILED = Flag.SEEN | Flag.INTEGRATED
GARBLED = MessageDetail(readable=False)


class Box:
    """A listing filled line by line."""

    def __init__(self, folder: Folder = INBOX) -> None:
        self.folder = folder
        self.listing = Listing(folder.name, 7, 1)

    def put(
        self, size: int = 1000, days: int = 100, flags: Flag = READ, detail: MessageDetail | None = LETTER
    ) -> int:
        listing = self.listing
        uid = listing.uidnext
        listing.uidnext += 1
        listing.uids.append(uid)
        listing.sizes.append(size)
        moment = NOW - timedelta(days=days)
        listing.dates.append(UNKNOWN_DATE if days < 0 else int(moment.timestamp()))
        listing.flags.append(int(flags))
        if detail is not None:
            listing.learn({uid: detail})
        return uid

    @property
    def place(self) -> tuple[Folder, Listing]:
        return self.folder, self.listing


def chosen(proposal: Proposal) -> dict[str, list[int]]:
    return {each.listing.folder: list(each.uids) for each in proposal.choices}


def test_the_trash_goes_first_then_what_machines_wrote_then_what_is_integrated_then_letters() -> None:
    inbox, trash = Box(), Box(TRASH)
    letter, filed = inbox.put(days=900), inbox.put(flags=FILED, detail=DOCUMENT, days=800)
    receipt, bounce = inbox.put(detail=RECEIPT, days=1), inbox.put(detail=BOUNCE, days=1)
    thrown = trash.put(days=1)
    places = [inbox.place, trash.place]
    assert chosen(propose(places, 1, NOW)) == {"Corbeille": [thrown]}
    assert chosen(propose(places, 2_500, NOW)) == {"INBOX": [receipt, bounce], "Corbeille": [thrown]}
    four = chosen(propose(places, 3_001, NOW))
    assert four == {"INBOX": sorted([receipt, bounce, filed]), "Corbeille": [thrown]}
    assert letter in chosen(propose(places, 4_001, NOW))["INBOX"]


def test_within_a_rank_the_room_taken_for_longest_goes_first() -> None:
    box = Box()
    box.put(size=100, days=1000)
    big_and_old = box.put(size=5_000, days=900)
    box.put(size=6_000, days=10)
    assert chosen(propose([box.place], 4_000, NOW)) == {"INBOX": [big_and_old]}


def test_no_more_is_proposed_than_is_needed() -> None:
    box = Box()
    for _ in range(10):
        box.put()
    found = propose([box.place], 3_000, NOW)
    assert (found.size, found.missing, len(chosen(found)["INBOX"])) == (3_000, 0, 3)


def test_what_cannot_be_found_is_told() -> None:
    box = Box()
    box.put(size=400)
    box.put(size=9_000, flags=Flag(0))
    found = propose([box.place], 1_000, NOW)
    assert (found.size, found.missing) == (400, 600)


@pytest.mark.parametrize(
    "needed",
    [
        {"flags": Flag(0)},
        {"flags": READ | Flag.FLAGGED},
        {"days": -1},
        {"size": UNKNOWN_SIZE},
        {"detail": DOCUMENT},
        {"detail": FAILURE},
        {"detail": FAILURE, "flags": FILED},
        {"detail": GARBLED},
        {"detail": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("folder", [INBOX, TRASH], ids=str)
def test_a_message_that_somebody_needs_is_never_proposed(needed: dict[str, object], folder: Folder) -> None:
    box = Box(folder)
    box.put(**needed)  # type: ignore[arg-type]
    assert chosen(propose([box.place], 10**9, NOW)) == {}


def test_drafts_are_never_proposed() -> None:
    box = Box(DRAFTS)
    box.put()
    assert chosen(propose([box.place], 10**9, NOW)) == {}


def test_the_trash_may_be_left_out() -> None:
    box = Box(TRASH)
    box.put()
    assert chosen(propose([box.place], 10**9, NOW, with_trash=False)) == {}


def test_messages_that_are_excluded_make_room_for_others() -> None:
    box = Box()
    first, second = box.put(days=900), box.put(days=800)
    assert chosen(propose([box.place], 1, NOW)) == {"INBOX": [first]}
    assert chosen(propose([box.place], 1, NOW, without={("INBOX", first)})) == {"INBOX": [second]}


def test_only_what_may_be_proposed_must_be_read_first() -> None:
    box = Box()
    unread_structure = box.put(detail=None)
    box.put(detail=None, flags=Flag(0))
    box.put()
    assert [box.listing.uids[row] for row in unread_rows(box.listing)] == [unread_structure]


flags = st.sampled_from([READ, FILED, Flag(0), READ | Flag.FLAGGED])
details = st.sampled_from([LETTER, DOCUMENT, RECEIPT, FAILURE, BOUNCE, GARBLED])
mails = st.tuples(st.integers(1, 10**7), st.integers(0, 4000), flags, details)


@given(st.lists(mails, max_size=40), st.lists(mails, max_size=10), st.integers(0, 10**8))
def test_a_proposal_is_enough_or_all_there_is_and_each_message_in_it_is_free(
    inbox_mails: list[tuple[int, int, Flag, MessageDetail]],
    thrown: list[tuple[int, int, Flag, MessageDetail]],
    octets: int,
) -> None:
    inbox, trash = Box(), Box(TRASH)
    for mail in inbox_mails:
        inbox.put(*mail)
    for mail in thrown:
        trash.put(*mail)
    found = propose([inbox.place, trash.place], octets, NOW)
    everything = propose([inbox.place, trash.place], 10**12, NOW)
    assert found.size >= octets or found.size == everything.size
    assert found.missing == max(octets - found.size, 0)
    for each in found.choices:
        for uid in each.uids:
            row = each.listing.index_of(uid)
            assert row is not None
            mail = (inbox_mails if each.listing is inbox.listing else thrown)[uid - 1]
            assert mail[2] & Flag.SEEN
            assert not mail[2] & Flag.FLAGGED
            assert mail[3] not in (FAILURE, GARBLED)
            assert mail[3] is not DOCUMENT or mail[2] & Flag.INTEGRATED
            assert each.listing.facts[row] == facts_of(mail[3])
