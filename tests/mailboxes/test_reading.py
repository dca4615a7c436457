"""Whether a BAL is read, as the flags of all its folders tell; pure, over listings made by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole
from balt.mailboxes.reading import Reading, reading_steps

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SEEN, UNSEEN = Flag.SEEN, Flag(0)
Rows = list[tuple[int | None, Flag]]
ROLES = {
    "INBOX": FolderRole.INBOX,
    "Sent": FolderRole.SENT,
    "Drafts": FolderRole.DRAFTS,
    "Junk": FolderRole.JUNK,
    "Trash": FolderRole.TRASH,
    "Archive": FolderRole.ARCHIVE,
}


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def listing(folder: str, rows: Rows, issued: int = 0) -> Listing:
    """One message for each age in days (None: unknown) and its flags; ``issued`` UIDs were given in all."""
    made = Listing(folder, 1, max(issued, len(rows)) + 1)
    for uid, (age, flags) in enumerate(rows, start=1):
        made.uids.append(uid)
        made.sizes.append(1000 + (age or 0))
        made.dates.append(int(ago(age).timestamp()) if age is not None else UNKNOWN_DATE)
        made.flags.append(int(flags))
    return made


def reading_of(
    *inbox: tuple[int | None, Flag], issued: int = 0, refused: str = "", **others: Rows
) -> Reading:
    """The reading of a BAL; ``others`` are its further folders, "_" for a space in a name."""
    named = {"INBOX": list(inbox), **{name.replace("_", " "): rows for name, rows in others.items()}}
    folders = [
        Folder(
            name,
            name,
            ROLES.get(name, FolderRole.OTHER),
            gathers=name in ("All", "Flagged"),
            everything=name == "All",
        )
        for name in (*named, *([refused] if refused else ()))
    ]
    listings: Mapping[str, Listing] = {
        name: listing(name, rows, issued if name == "INBOX" else 0) for name, rows in named.items()
    }
    steps = reading_steps(folders, listings)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            told: Reading = end.value
            return told


def test_an_empty_inbox_tells_nothing() -> None:
    reading = reading_of()
    assert (reading.last_received, reading.last_seen, reading.unread_since, reading.unread_run) == (
        None,
        None,
        None,
        0,
    )


def test_last_seen_is_the_newest_message_that_was_read() -> None:
    reading = reading_of((5, UNSEEN), (40, SEEN), (30, UNSEEN), (90, SEEN), (60, UNSEEN))
    assert reading.last_received == ago(5)
    assert reading.last_seen == ago(40)
    assert reading.unread_since == ago(30)
    assert reading.unread_run == 2


def test_all_read_leaves_no_run() -> None:
    reading = reading_of((5, SEEN), (40, UNSEEN))
    assert (reading.last_seen, reading.unread_since, reading.unread_run) == (ago(5), None, 0)


def test_nothing_ever_read_is_a_run_from_the_first_message() -> None:
    reading = reading_of((5, UNSEEN), (400, UNSEEN))
    assert (reading.last_seen, reading.unread_since, reading.unread_run) == (None, ago(400), 2)


def test_a_message_without_date_says_nothing_of_reading() -> None:
    reading = reading_of((None, SEEN), (5, UNSEEN), (None, UNSEEN))
    assert (reading.last_received, reading.last_seen, reading.unread_run) == (ago(5), None, 1)


AGES = st.none() | st.integers(0, 6)
MARKS = st.sampled_from([SEEN, UNSEEN, Flag.SEEN | Flag.FLAGGED, Flag.ANSWERED])


@given(st.lists(st.tuples(AGES, MARKS), max_size=8))
def test_the_reading_of_an_inbox_is_what_its_sorted_messages_tell(
    rows: list[tuple[int | None, Flag]],
) -> None:
    dated = sorted((ago(age), bool(flags & SEEN)) for age, flags in rows if age is not None)
    seen = [date for date, was_seen in dated if was_seen]
    since = [date for date, _seen in dated if not seen or date > seen[-1]]
    expected = Reading(
        last_received=dated[-1][0] if dated else None,
        last_seen=seen[-1] if seen else None,
        seen_in=FolderRole.INBOX if seen else None,
        unread_since=since[0] if since else None,
        unread_run=len(since),
    )
    assert reading_of(*rows) == expected


# Every folder that received mail comes to


def test_a_holder_who_files_what_was_read_reads_the_bal() -> None:
    reading = reading_of((400, UNSEEN), Patients=[(30, SEEN), (2, SEEN)])
    assert (reading.last_received, reading.last_seen, reading.seen_in) == (ago(2), ago(2), FolderRole.OTHER)
    assert (reading.unread_since, reading.unread_run) == (None, 0)


def test_an_empty_inbox_hides_nothing_of_what_was_read() -> None:
    reading = reading_of(Archive=[(3, SEEN)])
    assert (reading.last_received, reading.last_seen, reading.seen_in) == (ago(3), ago(3), FolderRole.ARCHIVE)


def test_what_was_read_and_thrown_away_was_received_and_read() -> None:
    reading = reading_of((400, UNSEEN), Trash=[(1, UNSEEN), (6, SEEN)])
    assert (reading.last_received, reading.last_seen, reading.seen_in) == (ago(1), ago(6), FolderRole.TRASH)
    assert reading.unread_run == 0


def test_what_was_thrown_away_unread_waits_for_nobody() -> None:
    reading = reading_of((400, UNSEEN), Trash=[(2, UNSEEN), (500, SEEN)])
    assert (reading.unread_since, reading.unread_run) == (ago(400), 1)


@pytest.mark.parametrize(
    "folder",
    ["Sent", "Drafts", "Junk", "Éléments_envoyés", "Sent/2024", "Brouillons", "Trash/Envoyés", "Spam"],
)
def test_what_was_sent_drafts_and_junk_were_neither_received_nor_read(folder: str) -> None:
    beside: dict[str, Any] = {folder: [(2, SEEN), (1, UNSEEN)]}
    reading = reading_of((400, UNSEEN), **beside)
    assert (reading.last_received, reading.last_seen) == (ago(400), None)
    assert (reading.unread_since, reading.unread_run) == (ago(400), 1)


def test_a_draft_is_no_message_that_was_read_wherever_it_lies() -> None:
    reading = reading_of((400, UNSEEN), Trash=[(2, SEEN | Flag.DRAFT)], Modèles=[(1, SEEN | Flag.DRAFT)])
    assert (reading.last_received, reading.last_seen, reading.unread_run) == (ago(400), None, 1)


def test_what_a_script_files_waits_as_well_when_nobody_reads() -> None:
    reading = reading_of((400, SEEN), (390, UNSEEN), Listes=[(380, UNSEEN), (5, UNSEEN)])
    assert (reading.last_received, reading.last_seen) == (ago(5), ago(400))
    assert (reading.unread_since, reading.unread_run) == (ago(390), 3)


def test_what_is_left_unread_in_one_folder_does_not_wait_when_another_is_read() -> None:
    reading = reading_of((3, SEEN), Listes=[(400, UNSEEN), (5, UNSEEN)])
    assert (reading.last_seen, reading.seen_in, reading.unread_run) == (ago(3), FolderRole.INBOX, 0)


# A folder that shows what lies in others


def test_a_folder_that_shows_all_counts_nothing_twice() -> None:
    waiting: Rows = [(20, UNSEEN), (10, UNSEEN)]
    reading = reading_of(*waiting, Listes=[(15, UNSEEN)], All=[(900, SEEN), (15, UNSEEN), *waiting])
    assert (reading.unread_since, reading.unread_run) == (ago(20), 3)
    assert (reading.last_seen, reading.seen_in) == (ago(900), FolderRole.OTHER)


def test_mail_that_is_archived_into_the_folder_of_all_was_read() -> None:
    reading = reading_of((400, UNSEEN), All=[(400, UNSEEN), (4, SEEN)])
    assert (reading.last_received, reading.last_seen, reading.unread_run) == (ago(4), ago(4), 0)


def test_what_was_sent_is_not_read_by_standing_in_the_folder_of_all() -> None:
    reading = reading_of(
        (400, UNSEEN), Sent=[(2, SEEN)], Trash=[(1, UNSEEN)], All=[(400, UNSEEN), (2, SEEN), (1, UNSEEN)]
    )
    assert (reading.last_received, reading.last_seen, reading.unread_run) == (ago(1), None, 1)


def test_a_folder_that_only_shows_marked_messages_adds_nothing() -> None:
    reading = reading_of((40, UNSEEN), Sent=[(2, SEEN)], Flagged=[(2, SEEN), (40, UNSEEN)])
    assert (reading.last_received, reading.last_seen, reading.unread_run) == (ago(40), None, 1)


# What proves nothing


@pytest.mark.parametrize("refused", ["Patients", "Trash", "Archive", "All"])
def test_a_folder_that_cannot_be_looked_at_may_hold_what_was_read(refused: str) -> None:
    reading = reading_of((400, UNSEEN), refused=refused)
    assert (reading.unread_since, reading.unread_run, reading.unlooked) == (None, 0, 1)


@pytest.mark.parametrize("refused", ["Sent", "Junk", "Drafts", "Flagged"])
def test_a_folder_where_nothing_is_read_may_stay_shut(refused: str) -> None:
    reading = reading_of((400, UNSEEN), refused=refused)
    assert (reading.unread_since, reading.unread_run, reading.unlooked) == (ago(400), 1, 0)


def test_where_what_came_later_is_taken_out_an_old_unread_message_proves_nothing() -> None:
    reading = reading_of((400, UNSEEN), issued=60)
    assert (reading.unread_since, reading.unread_run, reading.gone) == (None, 0, 59)


def test_a_few_numbers_that_no_message_bears_prove_nothing_either() -> None:
    reading = reading_of((400, UNSEEN), (300, UNSEEN), issued=6)
    assert (reading.unread_since, reading.unread_run, reading.gone) == (ago(400), 2, 0)


def test_what_was_moved_aside_unread_is_not_gone() -> None:
    aside: Rows = [(age, UNSEEN) for age in range(1, 60)]
    for beside in ({"Junk": aside}, {"Trash": aside}, {"Listes": aside}):
        others: dict[str, Any] = beside
        reading = reading_of((400, UNSEEN), issued=60, **others)
        assert (reading.unread_since, reading.gone) == (ago(400), 0), beside
