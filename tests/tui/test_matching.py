"""What a filter decided stays right while listings come and go under it."""

from datetime import UTC, datetime

from balt.clock import FixedClock
from balt.mail.filters import parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, MessageDetail
from balt.tui.views.marks import Marks
from balt.tui.views.matching import Matches

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LABO, OTHER = MessageDetail(sender="labo@labo.mssante.fr"), MessageDetail(sender="zoe@medecin.mssante.fr")


def listing(*uids: int, validity: int = 1) -> Listing:
    made = Listing("INBOX", validity, 100)
    for uid in uids:
        made.uids.append(uid)
        made.sizes.append(100 * uid)
        made.dates.append(1_700_000_000)
        made.flags.append(int(Flag.SEEN))
    made.settle_facts()
    return made


def matches(text: str = "from:labo") -> Matches:
    return Matches(parse_filter(text, FixedClock(NOW)), str)


def found(wanted: Matches, shown: Listing) -> list[int]:
    sifted = wanted.sift(shown, shown.order("date"))
    wanted.take(shown, sifted)
    return [shown.uids[row] for row in sifted.rows]


def test_a_sift_of_an_older_listing_that_ends_late_changes_no_verdict() -> None:
    wanted, old, new = matches(), listing(3, 4, 5), listing(4, 5)
    new.learn({4: LABO, 5: OTHER})
    late = wanted.sift(old, old.order("date"))
    assert found(wanted, new) == [4]
    old.learn({3: OTHER, 4: LABO, 5: OTHER})
    assert [old.uids[row] for row in wanted.sift(old, old.order("date")).rows] == [4]
    assert list(late.rows) == []
    assert found(wanted, new) == [4]


def test_a_verdict_outlives_the_detail_it_was_read_from() -> None:
    wanted, first = matches(), listing(4, 5)
    first.learn({4: LABO, 5: OTHER})
    assert found(wanted, first) == [4]
    later = listing(4, 5, 6)
    sifted = wanted.sift(later, later.order("date"))
    assert [later.uids[row] for row in sifted.rows] == [4]
    assert [later.uids[row] for row in sifted.undecided] == [6]


def test_no_verdict_outlives_the_folder_it_was_about() -> None:
    wanted, first = matches(), listing(4, 5)
    first.learn({4: LABO, 5: OTHER})
    assert found(wanted, first) == [4]
    anew = listing(4, 5, validity=2)
    assert [anew.uids[row] for row in wanted.sift(anew, anew.order("date")).undecided] == [4, 5]


def test_what_was_asked_for_and_is_not_told_is_not_asked_for_again() -> None:
    wanted, shown = matches(), listing(4, 5)
    assert found(wanted, shown) == []
    wanted.learn(shown, [4, 5])
    assert list(wanted.sift(shown, shown.order("date")).undecided) == []


def test_what_is_learnt_while_a_sift_runs_is_kept() -> None:
    wanted, shown = matches(), listing(4, 5)
    assert found(wanted, shown) == []
    running = wanted.sift(shown, shown.order("date"))
    shown.learn({4: LABO})
    wanted.learn(shown, [4])
    wanted.take(shown, running)
    assert found(wanted, shown) == [4]


def test_marks_add_up_and_follow_their_messages() -> None:
    marks, shown = Marks(), listing(3, 4, 5)
    marks.begin(shown)
    marks.set([0, 1, 1, 2], True)
    marks.toggle(0)
    marks.toggle(0)
    assert (marks.count, marks.size, marks.by_hand) == (3, 1200, {3})
    marks.follow(listing(3, 4, 5, 6))
    assert marks.keys() == [3, 4, 5]
    marks.follow(listing(3, 5, 6))
    assert (marks.keys(), marks.size, marks.by_hand) == ([3, 5], 800, {3})
    marks.set([0], False)
    assert (marks.keys(), marks.by_hand) == ([5], set())
