"""When a BAL will be full: on made-up mail of known future, and what must hold whatever the mail."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Quota
from balt.mailboxes.saturation import (
    HORIZON,
    KEPT_APART,
    MONTH,
    Forecast,
    Inflow,
    Silence,
    forecast,
    inflow_steps,
)
from tests.support.made_mail import (
    Batch,
    Habits,
    MadeMailbox,
    after,
    growing,
    purge_every,
    purge_once,
    seasons,
    soon,
    stopped,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
MIB = 1024**2
BUSY = Habits(years=4, monthly=150, spread=1.0, highest=2)
"""Many messages a month: what comes is known well."""

Row = tuple[int, int]
"""Seconds of the date, octets."""


def listing(rows: Sequence[Row], name: str = "INBOX", first_uid: int = 1) -> Listing:
    made = Listing(name, 1, first_uid + len(rows))
    for uid, (date, size) in enumerate(rows, start=first_uid):
        made.uids.append(uid)
        made.dates.append(date)
        made.sizes.append(size)
    return made


def inflow(*listings: Listing, aside: Sequence[Listing] = ()) -> Inflow:
    steps = inflow_steps(listings, NOW, listings[0], aside)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Inflow = end.value
            return made


def by_month(*octets: int) -> Inflow:
    """The last month first; nothing is older than the last given."""
    return Inflow((*octets, *(0,) * (KEPT_APART + 1 - len(octets))))


EVERY_MONTH = by_month(*(10 * MIB,) * 13)
USED = EVERY_MONTH.total


def told(found: Inflow, room: int) -> Forecast:
    return forecast(found, Quota(found.total, found.total + room), NOW)


def months_ahead(answer: Forecast) -> float:
    assert answer.date is not None, answer.silence
    return (answer.date - NOW).total_seconds() / MONTH


# What is read from the listings


def test_octets_are_counted_in_the_month_when_they_came() -> None:
    rows = [(SECONDS, 1), (SECONDS - MONTH + 1, 2), (SECONDS - MONTH, 4), (SECONDS - 50 * MONTH, 8)]
    found = inflow(listing(rows))
    assert found.octets[:2] == (3, 4)
    assert found.octets[-1] == 8
    assert found.total == 15


def test_octets_of_every_folder_count_even_those_of_the_trash() -> None:
    trash = listing([(SECONDS - 5, 70)], "Trash")
    assert inflow(listing([(SECONDS - 5, 30)]), trash, aside=[trash]).octets[0] == 100


def test_a_date_that_is_unknown_or_to_come_is_no_month() -> None:
    found = inflow(listing([(UNKNOWN_DATE, 5), (SECONDS + 60, 7), (SECONDS - 60, UNKNOWN_SIZE)]))
    assert (sum(found.octets), found.undated) == (0, 12)


def test_large_folders_are_read_with_pauses() -> None:
    rows = [(SECONDS - 60, 1)] * 150_000
    assert sum(1 for _pause in inflow_steps([listing(rows)], NOW)) == 3


def test_numbers_that_nothing_carries_are_mail_that_went() -> None:
    old = [(SECONDS - 20 * MONTH, 1)] * 10
    new = [(SECONDS - 60, 1)] * 5
    assert inflow(listing([*old, *new], first_uid=91)).gone_before(12) == (90, 10)


def test_mail_that_was_filed_into_a_folder_is_not_gone() -> None:
    filed = listing([(SECONDS - 20 * MONTH, 1)] * 80, "Laboratoires")
    found = inflow(listing([(SECONDS - 60, 1)], first_uid=91), filed)
    assert found.gone_before(12) == (10, 80)


def test_mail_in_the_trash_is_gone() -> None:
    trash = listing([(SECONDS - 20 * MONTH, 1)] * 80, "Trash")
    found = inflow(listing([(SECONDS - 60, 1)], first_uid=91), trash, aside=[trash])
    assert found.gone_before(12) == (90, 0)


# What is said


def test_the_date_is_the_room_by_what_comes() -> None:
    answer = told(EVERY_MONTH, 80 * MIB)
    assert (answer.rate, answer.months, answer.silence) == (10 * MIB, 12, None)
    assert months_ahead(answer) == pytest.approx(8, abs=0.01)


def test_what_grows_is_counted_from_today_on() -> None:
    """The months of the last year are half a year old on average: by today, more comes already."""
    yearly = 1.4

    def come(begin: float, end: float) -> float:
        """Octets between two moments, in months from today."""
        speed = math.log(yearly) / 12
        return 10 * MIB * (math.exp(speed * end) - math.exp(speed * begin)) / speed

    octets = [int(come(-month - 1, -month)) for month in range(KEPT_APART)]
    firsts = tuple(1000 - month for month in range(KEPT_APART))
    found = replace(by_month(*octets), issued=1000, kept=(1,) * 1000, first_uids=firsts)
    answer = told(found, int(come(0, 10)))
    assert answer.growth == pytest.approx(yearly, rel=0.01)
    assert months_ahead(answer) == pytest.approx(10, rel=0.01)


def test_the_month_that_began_the_use_is_not_a_full_one() -> None:
    answer = told(by_month(MIB, MIB, MIB, MIB, MIB // 2), 12 * MIB)
    assert (answer.rate, answer.months) == (MIB, 4)


def test_a_lone_old_message_does_not_make_the_use_longer() -> None:
    found = inflow(
        listing([(SECONDS - 30 * MONTH, 2000), *((SECONDS - i * MONTH // 2, MIB) for i in range(9))])
    )
    assert told(found, 8 * MIB).months == 4


def test_the_server_counts_and_its_measure_holds() -> None:
    half_seen = forecast(EVERY_MONTH, Quota(USED * 3 // 2, USED * 3 // 2 + 150 * MIB), NOW)
    assert half_seen.rate == 15 * MIB
    assert months_ahead(half_seen) == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize(
    ("found", "quota", "silence"),
    [
        (EVERY_MONTH, None, Silence.NO_QUOTA),
        (EVERY_MONTH, Quota(USED, 0), Silence.NO_QUOTA),
        (EVERY_MONTH, Quota(USED, USED), Silence.FULL),
        (EVERY_MONTH, Quota(USED + 5, USED), Silence.FULL),
        (EVERY_MONTH, Quota(USED * 5, USED * 6), Silence.UNMATCHED),
        (EVERY_MONTH, Quota(0, USED * 6), Silence.UNMATCHED),
        (EVERY_MONTH, Quota(USED, USED * 100), Silence.FAR),
        (replace(EVERY_MONTH, undated=USED), Quota(USED * 2, USED * 3), Silence.UNDATED),
        (by_month(), Quota(0, MIB), Silence.TOO_RECENT),
        (by_month(MIB, MIB, MIB), Quota(3 * MIB, 9 * MIB), Silence.TOO_RECENT),
        (by_month(0, *(MIB,) * 20), Quota(20 * MIB, 90 * MIB), Silence.STILL),
        (by_month(*(0,) * 20, *(MIB,) * 17), Quota(17 * MIB, 90 * MIB), Silence.STILL),
        (by_month(*(9 * MIB, 90 * MIB) * 6, MIB), Quota(595 * MIB, 999 * MIB), Silence.IRREGULAR),
    ],
)
def test_where_nothing_can_be_foretold_it_says_why(
    found: Inflow, quota: Quota | None, silence: Silence
) -> None:
    answer = forecast(found, quota, NOW)
    assert (answer.date, answer.silence) == (None, silence)


# Made-up BAL of known future


@pytest.mark.parametrize(
    "habits",
    [
        BUSY,
        replace(BUSY, years=0.6),
        replace(BUSY, pace=growing(0.15)),
        replace(BUSY, pace=growing(-0.15)),
        replace(BUSY, pace=seasons),
        replace(BUSY, fate=soon(0.4)),
        replace(BUSY, batches=(Batch(500 * MIB, -200, -199),)),
        replace(BUSY, years=0.6, batches=(Batch(900 * MIB, -150, -149),)),
        replace(BUSY, renumbered=True),
        replace(BUSY, fate=purge_once(800, 60)),
        replace(BUSY, fate=purge_once(100, 1095)),
    ],
    ids=[
        *("steady", "eight months old", "growing", "shrinking", "empty in August", "some thrown away"),
        *("one import", "an import into a new BAL", "another server", "an old clean-up", "old mail removed"),
    ],
)
def test_the_date_is_within_a_quarter_of_the_time_left(habits: Habits) -> None:
    box = MadeMailbox(habits, seed=5)
    limit = box.used + box.room_for(14)
    answer = forecast(box.inflow(), Quota(box.used, limit), NOW)
    assert months_ahead(answer) == pytest.approx(box.months_until_full(limit), rel=0.25)


@pytest.mark.parametrize(
    ("habits", "silence"),
    [
        (replace(BUSY, fate=after(90)), Silence.EMPTIED),
        (replace(BUSY, fate=after(365)), Silence.EMPTIED),
        (replace(BUSY, fate=purge_every(365.25, 0)), Silence.EMPTIED),
        (replace(BUSY, fate=purge_every(365.25, 0, 0.1)), Silence.EMPTIED),
        (replace(BUSY, fate=purge_once(150, 60)), Silence.EMPTIED),
        (replace(BUSY, fate=after(90), renumbered=True), Silence.TOO_RECENT),
        (replace(BUSY, pace=stopped(60)), Silence.STILL),
        (replace(BUSY, years=0.1), Silence.TOO_RECENT),
    ],
    ids=[
        *("after 90 days", "after a year", "every year", "every year but a tenth", "five months ago"),
        *("after 90 days, another server", "nothing comes", "six weeks old"),
    ],
)
def test_a_bal_that_does_not_simply_fill_is_given_no_date(habits: Habits, silence: Silence) -> None:
    box = MadeMailbox(habits, seed=5)
    answer = forecast(box.inflow(), Quota(box.used, box.used * 21 // 20), NOW)
    assert (answer.date, answer.silence) == (None, silence)


# Whatever the mail

dates = st.one_of(
    st.integers(SECONDS - 40 * MONTH, SECONDS + 90_000), st.sampled_from([UNKNOWN_DATE, 0, 2**40])
)
sizes = st.one_of(st.integers(0, 50 * MIB), st.sampled_from([UNKNOWN_SIZE, 2**50]))
rows_of_mail = st.lists(st.tuples(dates, sizes), max_size=60)
quotas = st.builds(Quota, st.integers(0, 2**41), st.integers(-1, 2**41))
filling = st.lists(st.integers(8 * MIB, 12 * MIB), min_size=13, max_size=37).map(tuple)
"""Months that differ little: there is a date, unless it is far."""


@given(rows_of_mail, rows_of_mail, st.integers(1, 2**40), st.none() | quotas)
def test_no_mail_and_no_quota_makes_it_fail_or_tell_a_date_that_is_past(
    rows: list[Row], filed: list[Row], first_uid: int, quota: Quota | None
) -> None:
    answer = forecast(inflow(listing(rows, first_uid=first_uid), listing(filed, "Labo")), quota, NOW)
    assert (answer.date is None) is (answer.silence is not None)
    if answer.date is not None:
        assert NOW <= answer.date <= NOW + timedelta(seconds=HORIZON * MONTH)


@given(filling, st.integers(1, 2**31), st.integers(0, 2**31))
def test_more_room_is_never_full_earlier(octets: tuple[int, ...], room: int, more: int) -> None:
    small, large = told(by_month(*octets), room), told(by_month(*octets), room + more)
    if large.date is not None:
        assert small.date is not None
        assert small.date <= large.date


@given(filling, st.integers(1, 2**30), st.integers(2, 1000))
def test_sizes_and_quota_may_grow_together(octets: tuple[int, ...], room: int, times: int) -> None:
    once = told(by_month(*octets), room)
    often = told(by_month(*(each * times for each in octets)), room * times)
    assert (often.date is None) is (once.date is None)
    if once.date is not None and often.date is not None:
        assert abs(often.date - once.date) <= timedelta(seconds=1)


@given(rows_of_mail, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], chance: random.Random) -> None:
    straight = listing(rows)
    places = list(range(len(rows)))
    chance.shuffle(places)
    mixed = Listing("INBOX", 1, straight.uidnext)
    for place in places:
        for mine, theirs in zip(mixed.columns()[:3], straight.columns()[:3], strict=True):
            mine.append(theirs[place])
    assert inflow(mixed) == inflow(straight)
