"""The terms of a filter that a server can judge, as keys of SEARCH (RFC 3501 section 6.4.4).

What a server finds so holds every message that fits, and is then judged here. Texts and structures are never
asked for: each server folds texts in its own way, and would open every message.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from balt.mail.dates import written_day
from balt.mail.filter_tests import ColumnTest, FactsTest, FlagTest, TextTest, Threshold
from balt.mail.model import INTEGRATED_KEYWORD, Flag

LARGE = 20_000
"""Messages in a folder from which on a search saves time: up to so many, the whole list is there as soon."""
_LARGEST_NUMBER = 0xFFFFFFFF
"""A ``number`` has 32 bits (RFC 3501 section 9)."""
_FIRST_DAY, _LAST_DAY = 2 * 86_400, int(datetime(9998, 12, 1, tzinfo=UTC).timestamp())
"""Beyond these a date rules nothing out."""
_DAY = timedelta(days=1)
_KEYS = {
    Flag.SEEN: (b"SEEN", b"UNSEEN"),
    Flag.FLAGGED: (b"FLAGGED", b"UNFLAGGED"),
    Flag.ANSWERED: (b"ANSWERED", b"UNANSWERED"),
    Flag.INTEGRATED: (
        b"KEYWORD " + INTEGRATED_KEYWORD.encode("ascii"),
        b"UNKEYWORD " + INTEGRATED_KEYWORD.encode("ascii"),
    ),
}


def criteria_of(terms: Iterable[tuple[ColumnTest | FactsTest | TextTest, bool]]) -> bytes:
    """What to search for, from tests and whether each is negated; b"" where a server could rule nothing out.

    Never text from outside: only numbers, days, and the flags that balt knows.
    """
    return b" ".join(key for test, negated in terms for key in _keys(test, negated))


def _keys(test: ColumnTest | FactsTest | TextTest, negated: bool) -> Iterator[bytes]:
    if isinstance(test, FlagTest):
        yield _KEYS[test.flag][0 if test.present is not negated else 1]
    elif isinstance(test, Threshold):
        above = test.above is not negated
        yield from _size(test.bound, above) if test.column == "sizes" else _date(test.bound, above)


def _size(bound: int, above: bool) -> Iterator[bytes]:
    """Both keys are strict. A bound that no number can hold is asked as far as it can, or not at all."""
    if above and bound > 0:
        yield b"LARGER %d" % min(bound - 1, _LARGEST_NUMBER)
    elif not above and bound <= _LARGEST_NUMBER:
        yield b"SMALLER %d" % max(bound, 0)


def _date(bound: int, above: bool) -> Iterator[bytes]:
    """A day away from the moment: servers compare the day of each date as it is written, in any zone (RFC
    3501), or in their own; none is further from UTC than 14 hours.
    """
    if not _FIRST_DAY <= bound <= _LAST_DAY:
        return
    day = datetime.fromtimestamp(bound, UTC).date()
    yield b"SINCE " + written_day(day - _DAY) if above else b"BEFORE " + written_day(day + 2 * _DAY)
