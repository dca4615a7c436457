"""What a server is asked to search for: no message that fits is missed, and what comes out is the same."""

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.config import Account
from balt.mail import acts, finding
from balt.mail.dates import written_day
from balt.mail.filters import parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, Message
from balt.mail.session import ImapSession
from balt.mailboxes import listings
from balt.mailboxes.grouping import Way
from balt.mailboxes.search import Search, find
from balt.mailboxes.totals import Question, take_totals
from tests.conftest import NO_DOVECOT, need
from tests.integration.mails import opened, text
from tests.support.append import append_all
from tests.support.dovecot import Dovecot, dovecot_program
from tests.support.profiles import Profile
from tests.support.servers import DovecotServer, ImapServer

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=PARIS)
CLOCK = FixedClock(NOW)
INBOX = Folder("INBOX", "Réception", FolderRole.INBOX)
FLAGS = {
    "SEEN": Flag.SEEN,
    "FLAGGED": Flag.FLAGGED,
    "ANSWERED": Flag.ANSWERED,
    "KEYWORD $Integrated": Flag.INTEGRATED,
}
COLUMN_TERMS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "-"]),
    st.one_of(
        st.builds(
            "{}:{}{}".format,
            st.sampled_from(["older", "newer"]),
            st.integers(0, 30),
            st.sampled_from("dwmy"),
        ),
        st.builds(
            "{}:{}".format,
            st.sampled_from(["before", "after"]),
            st.dates(date(2024, 1, 1), date(2027, 1, 1)),
        ),
        st.builds(
            "{}:{}".format,
            st.sampled_from(["larger", "smaller"]),
            st.sampled_from(["0", "1", "600", "1k", "2000", "5G"]),
        ),
        st.builds("is:{}".format, st.sampled_from(["read", "unread", "flagged", "answered", "integrated"])),
    ),
)
FILTERS = st.lists(COLUMN_TERMS, min_size=1, max_size=3).map(" ".join)
SIZE_AND_FLAG_FILTERS = st.lists(
    COLUMN_TERMS.filter(lambda term: re.match("-?(larger|smaller|is)", term) is not None),
    min_size=1,
    max_size=3,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("larger:5M", b"LARGER 5242880"),
        ("-larger:5M", b"SMALLER 5242881"),
        ("smaller:100k", b"SMALLER 102400"),
        ("-smaller:100k", b"LARGER 102399"),
        ("smaller:0", b"SMALLER 0"),
        ("-smaller:0", b""),
        ("larger:5G", b"LARGER 4294967295"),
        ("smaller:5G", b""),
        ("is:read -is:flagged", b"SEEN UNFLAGGED"),
        ("is:unread", b"UNSEEN"),
        ("-is:unread", b"SEEN"),
        ("is:integrated", b"KEYWORD $Integrated"),
        ("-is:integrated is:answered", b"UNKEYWORD $Integrated ANSWERED"),
        ("before:2024-01-31", b"BEFORE 1-Feb-2024"),
        ("after:2024-01-31", b"SINCE 29-Jan-2024"),
        ("-after:2024-01-31", b"BEFORE 1-Feb-2024"),
        ("before:9999-12-31", b""),
        ("after:0001-01-02", b""),
        ('from:labo subject:x "a" to:b has:pdf kind:receipt in:INBOX', b""),
        ("has:pdf larger:1k labo", b"LARGER 1024"),
        ("", b""),
    ],
)
def test_sizes_and_flags_are_asked_exactly_dates_with_a_day_to_spare_and_texts_never(
    text: str, asked: bytes
) -> None:
    assert parse_filter(text, CLOCK).server_criteria() == asked


# A server as RFC 3501 describes it, in whatever zone each date is written

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 12, 25, tzinfo=UTC) + timedelta(minutes=minutes)
)
MESSAGES = st.builds(
    Message,
    st.just(1),
    st.sampled_from([0, 1, 600, 601, 1024, 1025, 2**32 - 1, 5 * 2**30, 5 * 2**30 + 1]),
    MOMENTS,
    st.integers(0, 63).map(Flag),
)


def server_finds(criteria: bytes, message: Message, zone: timezone) -> bool:
    """What RFC 3501 section 6.4.4 says of each key, for a date that is written in ``zone``."""
    assert message.date is not None
    assert message.size is not None
    written = message.date.astimezone(zone).date()
    for word, value in re.findall(r"([A-Z]+)(?: ([^A-Z]\S*))?", criteria.decode()):
        if word in ("SINCE", "BEFORE"):
            day = datetime.strptime(value, "%d-%b-%Y").replace(tzinfo=UTC).date()
            fits = written >= day if word == "SINCE" else written < day
        elif word in ("LARGER", "SMALLER"):
            fits = message.size > int(value) if word == "LARGER" else message.size < int(value)
        else:
            name = f"{word} {value}" if value else word
            fits = bool(FLAGS[name.removeprefix("UN")] & message.flags) is not name.startswith("UN")
        if not fits:
            return False
    return True


@given(FILTERS, MESSAGES, ZONES)
def test_a_server_in_any_zone_finds_every_message_that_fits(
    wanted: str, message: Message, zone: timezone
) -> None:
    read = parse_filter(wanted, CLOCK)
    if read.matches(message, INBOX):
        assert server_finds(read.server_criteria(), message, zone), read.server_criteria()


@given(SIZE_AND_FLAG_FILTERS, MESSAGES.filter(lambda message: (message.size or 0) < 2**32 - 1), ZONES)
def test_sizes_and_flags_are_found_exactly(wanted: str, message: Message, zone: timezone) -> None:
    read = parse_filter(wanted, CLOCK)
    assert server_finds(read.server_criteria(), message, zone) is read.matches(message, INBOX)


# Real servers


def made_mails() -> list[tuple[bytes, datetime, tuple[str, ...]]]:
    """Messages around midnights, of many sizes and flags."""
    rng = random.Random(3)
    made = []
    for number in range(80):
        day = datetime(2026, 11, 22, tzinfo=PARIS) - timedelta(days=rng.choice([0, 1, 7, 30, 365, 700]))
        moment = day + timedelta(minutes=rng.choice([-720, -61, -1, 0, 1, 59, 119, 661, 779]))
        flags = tuple(
            each for each in ("\\Seen", "\\Flagged", "\\Answered", "$Integrated") if rng.random() < 0.5
        )
        made.append((text(size=rng.choice([0, 600, 1000, 3000]), number=number), moment, flags))
    return made


def filled(server: ImapServer) -> Account:
    account = server.account()
    with server.client(account) as client:
        append_all(client, made_mails(), "INBOX")
    return account


@pytest.fixture(scope="module")
def far_away() -> Iterator[ImapServer]:
    """A Dovecot at the other end of the world, twelve or thirteen hours ahead."""
    need(dovecot_program(), NO_DOVECOT)
    with ExitStack() as running:
        server = running.enter_context(Dovecot(extra="import_environment = TZ=Pacific/Auckland\n"))
        yield DovecotServer(server)


@pytest.fixture(scope="module")
def far_account(far_away: ImapServer) -> Account:
    return filled(far_away)


def local(listing: Listing, wanted: str) -> set[int]:
    rows = parse_filter(wanted, CLOCK).rows(listing, range(len(listing)))
    return {listing.uids[row] for row in rows}


def on_server(session: ImapSession, criteria: bytes) -> set[int]:
    session.examine("INBOX")
    return session._read(lambda wire: acts.search(wire, criteria or b"ALL", session.capabilities))


@pytest.mark.dovecot
def test_a_real_server_in_another_zone_finds_every_message_that_fits(far_account: Account) -> None:
    with opened(far_account) as session:
        listing = session.scan("INBOX")
        raw = session._read(lambda wire: acts.read_identities(wire, [1]))[1].internaldate
        assert raw.endswith(("+1200", "+1300"))

        @settings(max_examples=60, deadline=None)
        @given(FILTERS)
        def every_message_is_found(wanted: str) -> None:
            found = on_server(session, parse_filter(wanted, CLOCK).server_criteria())
            assert local(listing, wanted) <= found

        every_message_is_found()


@pytest.fixture
def account_here(mail_profile: Profile) -> Account:
    return filled(mail_profile.server)


def test_servers_of_all_kinds_and_balt_agree(account_here: Account) -> None:
    with opened(account_here) as session:
        listing = session.scan("INBOX")
        assert len(listing) == 80

        @settings(max_examples=40, deadline=None)
        @given(FILTERS, SIZE_AND_FLAG_FILTERS)
        def they_agree(wanted: str, exact: str) -> None:
            found = on_server(session, parse_filter(wanted, CLOCK).server_criteria())
            assert local(listing, wanted) <= found
            assert on_server(session, parse_filter(exact, CLOCK).server_criteria()) == local(listing, exact)

        they_agree()
        for days in (0, 1, 6, 7, 30, 365):  # whole days, in the zone of both
            day = NOW.date() - timedelta(days=days)
            assert on_server(session, b"BEFORE " + written_day(day)) == local(listing, f"before:{day}")
            assert on_server(session, b"SINCE " + written_day(day)) == local(listing, f"after:{day}")


@pytest.mark.parametrize("sort", ["date", "size", "from"])
def test_what_comes_out_is_the_same_as_by_the_whole_list(
    account_here: Account, mail_profile: Profile, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    def answers(wanted: str) -> list[object]:
        with opened(account_here) as session:
            search = Search(parse_filter(wanted, CLOCK), sort=sort)  # type: ignore[arg-type]
            found = [(each.folder.name, each.message) for each in find(session, account_here, search)]
            totals = take_totals(session, account_here, Question(Way.YEAR, search.filter), CLOCK)
        return [found, totals.groups]

    wanted = ["before:2026-11-22 smaller:2k", "is:integrated -is:flagged labo", "older:1m", "larger:1G"]
    by_list = [answers(each) for each in wanted]
    monkeypatch.setattr(finding, "LARGE", 10)
    monkeypatch.setattr(listings, "LARGE", 10)
    commands = mail_profile.record(account_here)
    assert [answers(each) for each in wanted] == by_list
    assert any(line.startswith((b"UID SEARCH RETURN (ALL) ", b"UID SEARCH ")) for line in commands())


def test_a_folder_that_is_known_or_small_is_not_searched(
    account_here: Account, mail_profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(account_here) as session:
        assert session.found("INBOX", b"UNSEEN") is None
        monkeypatch.setattr(finding, "LARGE", 10)
        assert session.found("INBOX", b"LARGER 1") is None  # nearly all: the whole list is quicker
        found = session.found("INBOX", b"FLAGGED UNSEEN")
        assert found is not None
        whole = session.scan("INBOX")
        assert set(found.uids) == {
            uid
            for uid, flags in zip(whole.uids, whole.flags, strict=True)
            if flags & (Flag.FLAGGED | Flag.SEEN) == Flag.FLAGGED
        }
        assert session.found("INBOX", b"FLAGGED UNSEEN") is None


def test_a_server_that_refuses_the_search_is_asked_for_the_list(
    account_here: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LARGE", 10)
    with opened(account_here) as session:
        assert session.found("INBOX", b"NONSENSE") is None
        assert len(session.scan("INBOX")) == 80
