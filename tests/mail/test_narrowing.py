"""First rows by a search beyond a bound: all that come first are among them, or none are told."""

import os
import random
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from balt.clock import FixedClock
from balt.mail import first_rows, narrowing
from balt.mail.arguments import expand_set
from balt.mail.dates import written_day
from balt.mail.listing import Listing, SortKey
from balt.mail.opening import MOST_MESSAGES
from tests.integration.mails import opened
from tests.mail.scripted import CAPABILITIES, Handler, ScriptedServer, refusing
from tests.mail.session_answers import NOW, session
from tests.support.dovecot import Dovecot
from tests.support.many import write_maildir

ORDERS: list[tuple[SortKey, bool]] = [("size", False), ("size", True), ("date", False), ("date", True)]
COUNT, FIRST = 9_000, 200
PARIS = timezone(timedelta(hours=2))


@dataclass(frozen=True)
class Mail:
    uid: int
    size: int
    date: datetime


class Folder:
    """A large folder that a server without SORT tells of: each search is answered from what it holds."""

    def __init__(self, mails: list[Mail]) -> None:
        self.mails = mails
        self.searches: list[bytes] = []

    def fetch(self, sock: socket.socket, tag: bytes, rest: bytes) -> None:
        words = rest.split(b" ")
        by_uid = words[0].upper() == b"UID"
        wanted = set(expand_set(words[2 if by_uid else 1], 100_000) or ())
        for number, mail in enumerate(self.mails, 1):
            if (mail.uid if by_uid else number) in wanted:
                sock.sendall(row(number, mail))
        sock.sendall(tag + b" OK done\r\n")

    def search(self, sock: socket.socket, tag: bytes, rest: bytes) -> None:
        self.searches.append(rest)
        told = re.fullmatch(rb"UID SEARCH (LARGER|SMALLER|BEFORE|SINCE) (\S+)", rest)
        assert told is not None
        found = b" ".join(b"%d" % mail.uid for mail in self.mails if fits(mail, told[1], told[2]))
        sock.sendall(b"* SEARCH " + found + b"\r\n" + tag + b" OK done\r\n")

    @contextmanager
    def served(self, **more: bytes | Handler) -> Iterator[ScriptedServer]:
        opening = b"* %d EXISTS\r\n* OK [UIDVALIDITY 77]\r\n* OK [UIDNEXT 99999]\r\n" % len(self.mails)
        answers: dict[str, bytes | Handler] = {"EXAMINE": opening, "FETCH": self.fetch}
        answers |= {"UID FETCH": self.fetch, "UID SEARCH": self.search} | more
        with ScriptedServer(answers) as server:
            yield server


def row(number: int, mail: Mail) -> bytes:
    written = mail.date.strftime("%d-%b-%Y %H:%M:%S %z").encode()
    return b'* %d FETCH (UID %d FLAGS () INTERNALDATE "%s" RFC822.SIZE %d)\r\n' % (
        number, mail.uid, written, mail.size,
    )  # fmt: skip


def fits(mail: Mail, word: bytes, value: bytes) -> bool:
    """As RFC 3501 says: a date is compared as it is written, without its time and zone."""
    if word in (b"LARGER", b"SMALLER"):
        return mail.size > int(value) if word == b"LARGER" else mail.size < int(value)
    day: date = datetime.strptime(value.decode(), "%d-%b-%Y").replace(tzinfo=UTC).date()
    return mail.date.date() < day if word == b"BEFORE" else mail.date.date() >= day


def mails(seed: int = 1, count: int = COUNT) -> list[Mail]:
    """Long-tailed sizes; dates that mostly rise with the UID, in the zones of summer and winter."""
    rng = random.Random(seed)
    start = datetime(2016, 3, 1, tzinfo=UTC)
    made = []
    for number in range(count):
        moment = start + timedelta(minutes=rng.gauss(number * 500, 20_000))
        zone = PARIS if 4 <= moment.month <= 10 else UTC
        made.append(Mail(3 * number + 1, int(rng.paretovariate(1.1) * 900), moment.astimezone(zone)))
    return made


def wanted(order: tuple[SortKey, bool], among: list[Mail], count: int = FIRST) -> list[int]:
    key, reverse = order
    if key == "size":
        chosen = sorted(among, key=lambda mail: (mail.size if reverse else -mail.size, mail.uid))
    else:
        chosen = sorted(among, key=lambda mail: (mail.date.timestamp() * (-1 if reverse else 1), mail.uid))
    return [mail.uid for mail in chosen[:count]]


def first(listing: Listing, order: tuple[SortKey, bool]) -> list[int]:
    return [listing.uids[place] for place in listing.order(*order)[:FIRST]]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine thousand messages count as very many."""
    monkeypatch.setattr(first_rows, "FEW_TO_SEARCH", COUNT - 1)
    monkeypatch.setattr(first_rows, "MANY", COUNT - 1)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_first_rows_are_those_that_come_first(order: tuple[SortKey, bool], seed: int) -> None:
    folder = Folder(mails(seed))
    with folder.served() as server:
        found = session(server).first_rows("INBOX", *order, FIRST)
    assert found is not None
    assert len(found) < COUNT / 2
    assert first(found, order) == wanted(order, folder.mails)
    assert (found.is_whole, found.expected) == (False, COUNT)


@pytest.mark.dovecot
@pytest.mark.parametrize("order", ORDERS)
def test_a_real_server_tells_the_same_first_rows_as_its_whole_list(
    ten_thousand: str, dovecot: Dovecot, order: tuple[SortKey, bool]
) -> None:
    with opened(dovecot.account(ten_thousand)) as asked, opened(dovecot.account(ten_thousand)) as listed:
        found = asked.first_rows("INBOX", *order, FIRST)
        whole = listed.scan("INBOX")
    assert found is not None
    assert len(found) < len(whole) / 2
    assert first(found, order) == first(whole, order)


@pytest.fixture(scope="module")
def ten_thousand(dovecot: Dovecot) -> str:
    user = dovecot.new_user()
    write_maildir(dovecot, user, 10_000)
    for path in (dovecot.maildir(user) / "cur").iterdir():
        received = int(path.name.partition(".")[0])
        os.utime(path, (received, received))  # what Dovecot takes for the date of reception
    return user


@pytest.mark.parametrize("order", ORDERS)
def test_where_all_messages_are_alike_a_search_is_not_made(order: tuple[SortKey, bool]) -> None:
    alike = [Mail(uid, 5_000, datetime(2024, 5, 6, tzinfo=UTC)) for uid in range(1, 30_001)]
    folder = Folder(alike)
    with folder.served() as server:
        assert session(server).first_rows("INBOX", *order, FIRST) is None
    assert folder.searches == []


def test_a_few_giants_among_messages_of_one_size_mislead_nobody() -> None:
    alike = [Mail(uid, 5_000, datetime(2024, 5, 6, tzinfo=UTC)) for uid in range(1, COUNT + 1)]
    alike[4321] = Mail(4322, 9_000_000, datetime(2024, 5, 6, tzinfo=UTC))
    folder = Folder(alike)
    with folder.served() as server:
        found = session(server).first_rows("INBOX", "size", False, FIRST)
    assert found is None or first(found, ("size", False)) == wanted(("size", False), alike)


@pytest.mark.parametrize("newest", [True, False])
def test_dates_written_far_in_the_east_and_west_mislead_nobody(
    newest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample falls on messages of one day; of the others a search finds those far on one side of the
    world, that come after those on the other side, which it does not find.
    """
    monkeypatch.setattr(narrowing, "_WANTED", 40)
    sampled = {1 + number * (COUNT - 1) // 3_999 for number in range(4_000)}
    day, way = datetime(2024, 5, 6, tzinfo=UTC), timedelta(days=1 if newest else -1)
    found, passed_by = day - way, day - way - way
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    places = [number for number in range(1, COUNT + 1) if number not in sampled]
    dates = dict.fromkeys(range(1, COUNT + 1), day - 300 * way)
    dates |= dict.fromkeys(sorted(sampled)[:20], day.replace(hour=12))
    if newest:
        dates |= dict.fromkeys(places[:300], found.replace(hour=1, tzinfo=east))
        dates |= dict.fromkeys(places[300:600], passed_by.replace(hour=23, tzinfo=west))
    else:
        dates |= dict.fromkeys(places[:300], found.replace(hour=23, tzinfo=west))
        dates |= dict.fromkeys(places[300:600], passed_by.replace(hour=1, tzinfo=east))
    folder = Folder([Mail(number, 5_000, dates[number]) for number in range(1, COUNT + 1)])
    with folder.served() as server:
        first_rows_found = session(server).first_rows("INBOX", "date", newest, FIRST)
    assert len(folder.searches) == 1
    assert first_rows_found is None


@pytest.mark.parametrize(("found", "told"), [(40_000, True), (40_001, False)])
def test_a_search_that_finds_nearly_all_tells_no_first_rows(found: int, told: bool) -> None:
    """More than twice what the sample let expect at most: to read so many is no quicker than reading all."""
    answer = b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, found + 1)) + b"\r\n"
    with Folder(mails()).served(**{"UID SEARCH": answer}) as server:
        assert (session(server).first_rows("INBOX", "size", False, FIRST) is not None) is told


def test_nothing_is_searched_for_by_sender() -> None:
    folder = Folder(mails())
    with folder.served() as server:
        assert session(server).first_rows("INBOX", "from", False, FIRST) is None
    assert folder.searches == []


@pytest.mark.parametrize(
    "answer", [b"", b"* SEARCH\r\n", b"* SEARCH 1 2 3\r\n", b"* SEARCH 0 x 99999999999\r\n"]
)
def test_a_server_that_finds_too_few_is_asked_for_all(answer: bytes) -> None:
    with Folder(mails()).served(**{"UID SEARCH": answer}) as server:
        assert session(server).first_rows("INBOX", "size", False, FIRST) is None


def test_a_server_that_refuses_the_search_is_asked_for_all() -> None:
    with Folder(mails()).served(**{"UID SEARCH": refusing(b"")}) as server:
        opened_session = session(server)
        assert opened_session.first_rows("INBOX", "size", False, FIRST) is None
        assert opened_session.is_open


def test_a_sample_that_tells_no_size_leads_to_no_search() -> None:
    folder = Folder(mails())
    with folder.served(FETCH=b"") as server:
        assert session(server).first_rows("INBOX", "size", False, FIRST) is None
    assert folder.searches == []


def test_a_server_that_sorts_is_asked_to_where_the_search_tells_nothing() -> None:
    folder = Folder(mails())
    answers = {"UID SEARCH": b"* SEARCH\r\n", "UID SORT": b"* SORT 7 4\r\n"}
    with (
        folder.served(**answers) as plain,
        ScriptedServer(plain.answers, capabilities=CAPABILITIES + b" SORT") as server,
    ):
        found = session(server).first_rows("INBOX", "size", False, 2)
    assert found is not None
    assert sorted(found.uids) == [4, 7]


def test_no_command_is_longer_than_servers_take() -> None:
    folder = Folder(mails(count=COUNT))
    with folder.served() as server:
        session(server).first_rows("INBOX", "size", False, FIRST)
        assert max(map(len, server.lines)) <= 8_000


def test_the_sample_is_that_of_a_folder_of_any_size() -> None:
    asked: list[bytes] = []

    def fetch(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        asked.append(rest)
        sock.sendall(tag + b" OK done\r\n")

    opening = b"* %d EXISTS\r\n* OK [UIDVALIDITY 77]\r\n" % MOST_MESSAGES
    with Folder(mails()).served(EXAMINE=opening, FETCH=fetch) as server:
        session(server).first_rows("INBOX", "size", False, FIRST)
        assert max(map(len, server.lines)) <= 10_000
    numbers = [number for line in asked for number in expand_set(line.split(b" ")[1], 10_000) or ()]
    assert (numbers[0], numbers[-1]) == (1, MOST_MESSAGES)
    assert len(set(numbers)) == len(numbers) == 4_000


def test_the_clock_of_the_session_judges_the_dates_of_the_sample() -> None:
    far = [Mail(each.uid, each.size, each.date.replace(year=2080, day=1)) for each in mails()]
    assert FixedClock(NOW).now() < far[0].date
    with Folder(far).served() as server:
        assert session(server).first_rows("INBOX", "date", False, FIRST) is None


def test_a_date_is_written_as_the_protocol_has_it() -> None:
    assert written_day(datetime(2024, 2, 3, tzinfo=UTC)) == b"3-Feb-2024"
