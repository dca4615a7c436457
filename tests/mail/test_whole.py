"""All folders in one listing: every message keeps its folder and its UID, from one listing to the next."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.mail.arguments import MAX_UID
from balt.mail.facts import facts_of
from balt.mail.filters import parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, MessageDetail
from balt.mail.whole import EVERYWHERE, WholeListing, whole

CLOCK = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
DOCUMENT = MessageDetail(subject="Bilan FICTIF", has_cda=True)


def folder(name: str, uids: Sequence[int], sizes: Sequence[int] = (), uidvalidity: int = 1) -> Listing:
    made = Listing(name, uidvalidity, max(uids, default=0) + 1)
    for place, uid in enumerate(uids):
        made.uids.append(uid)
        made.sizes.append(sizes[place] if sizes else 1000)
        made.dates.append(1_700_000_000 + uid)
        made.flags.append(int(Flag.SEEN))
    made.expected = len(made)
    made.settle_facts()
    return made


def messages_of(listing: WholeListing) -> list[tuple[str, int]]:
    return [(listing.folder_of(row), listing.uid_of(row)) for row in range(len(listing))]


UIDS = st.lists(st.integers(1, MAX_UID), unique=True, max_size=5).map(sorted)
FOLDERS = st.dictionaries(st.sampled_from(["INBOX", "Trash", "Été/2026", "Labos"]), UIDS)


@given(FOLDERS)
def test_every_message_of_every_folder_has_one_row_under_an_ascending_key(
    content: dict[str, list[int]],
) -> None:
    made = whole([folder(name, uids) for name, uids in content.items()], {})
    assert messages_of(made) == [(name, uid) for name, uids in content.items() for uid in uids]
    assert list(made.uids) == sorted(set(made.uids))
    assert made.is_whole
    assert made.split(made.uids) == {name: uids for name, uids in content.items() if uids}
    for row, key in enumerate(made.uids):
        assert made.index_of(key) == row
        assert made.key_of(made.folder_of(row), made.uid_of(row)) == key
        assert made.message(row).uid == key


@given(FOLDERS, FOLDERS)
def test_keys_stay_the_same_from_one_listing_to_the_next(
    before: dict[str, list[int]], after: dict[str, list[int]]
) -> None:
    numbers: dict[str, int] = {}
    first = whole([folder(name, uids) for name, uids in before.items()], numbers)
    keys = dict(zip(messages_of(first), first.uids, strict=True))
    second = whole([folder(name, uids) for name, uids in reversed(after.items())], numbers)
    for message, key in zip(messages_of(second), second.uids, strict=True):
        assert keys.setdefault(message, key) == key
    assert len(set(keys.values())) == len(keys)
    assert list(second.uids) == sorted(second.uids)


class SlowNumbers(dict[str, int]):
    """Lets other threads go first between the moment when a number is chosen and the one when it is given."""

    def setdefault(self, folder: str, number: int) -> int:
        time.sleep(0)
        return super().setdefault(folder, number)


def test_threads_never_give_one_number_to_two_folders() -> None:
    numbers = SlowNumbers()

    def list_folders(thread: int) -> None:
        whole([folder(f"{thread}-{name}", []) for name in range(500)], numbers)

    threads = [threading.Thread(target=list_folders, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(numbers.values()) == list(range(4 * 500))


def test_rows_of_all_folders_sort_together() -> None:
    made = whole([folder("INBOX", [1, 2], [30, 10]), folder("Trash", [1], [20])], {})
    order = [(made.folder_of(row), made.uid_of(row)) for row in made.order("size")]
    assert order == [("INBOX", 1), ("Trash", 1), ("INBOX", 2)]
    assert made.total_size() == 60


def test_it_stands_for_no_folder_of_its_own() -> None:
    made = whole([], {})
    assert (made.folder, len(made), made.is_whole) == (EVERYWHERE, 0, True)


def test_it_is_whole_when_every_folder_is() -> None:
    begun = folder("INBOX", [1])
    begun.expected = 5
    assert not whole([begun, folder("Trash", [1])], {}).is_whole


def test_the_listing_of_a_folder_stays_within_reach() -> None:
    inbox, trash = folder("INBOX", [1]), folder("Trash", [1])
    made = whole([inbox, trash], {})
    assert made.part_of("Trash") is trash


def test_facts_of_the_folders_are_there_and_details_are_its_own() -> None:
    inbox, trash = folder("INBOX", [1]), folder("Trash", [1])
    inbox.learn({1: DOCUMENT})
    made = whole([inbox, trash], {})
    assert made.facts[0] == facts_of(DOCUMENT)
    assert made.message(0).detail is None
    made.learn({made.key_of("Trash", 1): DOCUMENT})
    assert made.message(1).detail == DOCUMENT
    assert trash.message(0).detail is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in:Trash", [("Trash", 1), ("Trash", 3)]),
        ("in:corbeille", [("Trash", 1), ("Trash", 3)]),
        ("-in:corbeille", [("INBOX", 1), ("INBOX", 2)]),
        ("larger:1k", [("INBOX", 2), ("Trash", 3)]),
        ("larger:1k in:INBOX", [("INBOX", 2)]),
        ("has:cda", [("INBOX", 2)]),
    ],
)
def test_a_filter_knows_the_folder_of_each_message(text: str, found: list[tuple[str, int]]) -> None:
    inbox = folder("INBOX", [1, 2], [10, 5000])
    inbox.learn({2: DOCUMENT})
    made = whole([inbox, folder("Trash", [1, 3], [10, 5000])], {})
    labels = {
        "INBOX": Folder("INBOX", "Réception", FolderRole.INBOX),
        "Trash": Folder("Trash", "Corbeille", FolderRole.TRASH),
    }
    rows = parse_filter(text, CLOCK).rows(made, range(len(made)), labels.__getitem__)
    assert [(made.folder_of(row), made.uid_of(row)) for row in rows] == found


# From one listing to the next


def test_it_is_another_one_when_a_folder_was_made_anew() -> None:
    numbers: dict[str, int] = {}
    before = whole([folder("INBOX", [1]), folder("Trash", [1], uidvalidity=7)], numbers)
    same = whole([folder("INBOX", [1, 2]), folder("Trash", [], uidvalidity=7)], numbers)
    other = whole([folder("INBOX", [1]), folder("Trash", [1], uidvalidity=8)], numbers)
    assert before.uidvalidity == same.uidvalidity
    assert before.uidvalidity != other.uidvalidity


def test_what_was_learnt_is_known_in_the_next_listing() -> None:
    numbers: dict[str, int] = {}
    before = whole([folder("INBOX", [1, 2]), folder("Trash", [1])], numbers)
    before.learn({before.key_of("INBOX", 2): DOCUMENT, before.key_of("Trash", 1): DOCUMENT})
    after = whole([folder("INBOX", [2, 3]), folder("Trash", [1]), folder("Labos", [1])], numbers)
    assert after.continues(before)
    after.take_over(before)
    assert [after.message(row).detail for row in range(4)] == [DOCUMENT, None, DOCUMENT, None]


def test_a_folder_made_anew_ends_what_was_known_even_if_it_was_away_meanwhile() -> None:
    numbers: dict[str, int] = {}
    first = whole([folder("INBOX", [1]), folder("Trash", [1], uidvalidity=7)], numbers)
    second = whole([folder("INBOX", [1])], numbers)
    assert second.continues(first)
    second.take_over(first)
    third = whole([folder("INBOX", [1]), folder("Trash", [1], uidvalidity=8)], numbers)
    assert not third.continues(second)
    assert not third.continues(folder("INBOX", [1]))
