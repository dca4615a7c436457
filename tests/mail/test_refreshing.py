"""What was listed once is only refreshed: right on every server, and by the cheapest way that it knows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from balt.clock import FixedClock
from balt.config import Account
from balt.mail.listing import Listing
from balt.mail.session import ImapSession
from tests.support.other_client import OtherClient
from tests.support.profiles import Profile

CLOCK = FixedClock(datetime(2027, 1, 1, tzinfo=UTC))
FOLDER = "Essai"


@contextmanager
def opened(profile: Profile, account: Account) -> Iterator[ImapSession]:
    session = ImapSession(account, lambda: profile.server.password, CLOCK)
    session.open()
    try:
        yield session
    finally:
        session.close()


@contextmanager
def watched(profile: Profile, seed: int = 1) -> Iterator[tuple[Account, OtherClient, ImapSession]]:
    """A mailbox, another program on it, and a session that is to see what that one does."""
    account = profile.server.account()
    with OtherClient(profile.server, account, FOLDER, seed) as other, opened(profile, account) as session:
        yield account, other, session


def columns(listing: Listing) -> tuple[object, ...]:
    """All that is to be equal of two listings of the same folder."""
    figures = (listing.uidvalidity, listing.uidnext, listing.expected)
    return (*figures, *(column.tolist() for column in listing.columns()))


def seen_anew(profile: Profile, account: Account) -> tuple[object, ...]:
    """The folder as somebody sees it who knows nothing of it."""
    with opened(profile, account) as session:
        return columns(session.scan(FOLDER))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_changes_the_listing_is_what_a_fresh_look_sees(mail_profile: Profile, seed: int) -> None:
    with watched(mail_profile, seed) as (account, other, session):
        other.add(12)
        listing = session.scan(FOLDER)
        done: list[str] = []
        for _round in range(8):
            before = columns(listing)
            done.extend(other.something() for _ in range(other.chance.randint(0, 3)))
            newer = session.scan(FOLDER)
            assert columns(newer) == seen_anew(mail_profile, account), done
            assert columns(listing)[3:] == before[3:], "a published listing does not change"
            listing = newer


def test_nothing_changed_gives_the_same_listing_again(mail_profile: Profile) -> None:
    with watched(mail_profile) as (_account, other, session):
        empty = session.scan(FOLDER)
        assert session.scan(FOLDER) is empty
        other.add(5)
        listing = session.scan(FOLDER)
        assert listing is not empty
        assert session.scan(FOLDER) is listing
        other.flag(listing.uids[2], flags="\\Draft")
        flagged = session.scan(FOLDER)
        assert flagged is not listing
        assert session.scan(FOLDER) is flagged


def test_a_folder_that_was_emptied_and_filled_again(mail_profile: Profile) -> None:
    with watched(mail_profile) as (account, other, session):
        other.add(6)
        assert len(session.scan(FOLDER)) == 6
        other.empty()
        assert len(session.scan(FOLDER)) == 0
        assert columns(session.scan(FOLDER)) == seen_anew(mail_profile, account)
        other.add(2)
        assert columns(session.scan(FOLDER)) == seen_anew(mail_profile, account)


@pytest.mark.parametrize("messages", [3, 6, 9])
def test_a_folder_that_was_made_anew_is_listed_anew(mail_profile: Profile, messages: int) -> None:
    with watched(mail_profile) as (account, other, session):
        other.add(6)
        before = session.scan(FOLDER)
        assert len(list(session.details(FOLDER, before.uids))) == 6
        other.recreate(messages)
        after = session.scan(FOLDER)
        assert after.uidvalidity != before.uidvalidity
        assert len(after) == messages
        assert columns(after) == seen_anew(mail_profile, account)
        assert not any(after.facts)
        assert len(after.details) == 0


def test_what_is_known_of_messages_outlasts_a_refresh(mail_profile: Profile) -> None:
    with watched(mail_profile) as (_account, other, session):
        other.add(4)
        listing = session.scan(FOLDER)
        assert len(list(session.details(FOLDER, listing.uids))) == 4
        facts = dict(zip(listing.uids, listing.facts, strict=True))
        other.remove(listing.uids[1])
        other.add()
        newer = session.scan(FOLDER)
        assert list(newer.facts) == [facts.get(uid, 0) for uid in newer.uids]
        assert all(newer.facts[:3])
        assert [newer.message(row).detail is not None for row in range(4)] == [True, True, True, False]


LADDER = {
    "full": [
        b'EXAMINE "Essai" (QRESYNC (N N))',
        b"UID FETCH N:N (UID FLAGS INTERNALDATE RFC.SIZE)",
    ],
    "condstore": [
        b'EXAMINE "Essai"',
        b"UID FETCH N:* (UID FLAGS) (CHANGEDSINCE N)",
        b"UID FETCH N:N (UID FLAGS INTERNALDATE RFC.SIZE)",
        b"UID SEARCH RETURN (ALL) ALL",
    ],
    "flags": [
        b'EXAMINE "Essai"',
        b"UID FETCH N:N (UID FLAGS)",
        b"UID FETCH N:N (UID FLAGS INTERNALDATE RFC.SIZE)",
    ],
}
LADDER |= {"exchange": LADDER["flags"], "demo": LADDER["condstore"]}
NEVER_WITHOUT = {
    "QRESYNC": rb"QRESYNC|VANISHED",
    "CONDSTORE": rb"CHANGEDSINCE|CONDSTORE|MODSEQ",
    "ESEARCH": rb"SEARCH RETURN",
    "SORT": rb"\bSORT\b",
    "QUOTA": rb"QUOTA",
    "STATUS=SIZE": rb"STATUS.*\bSIZE\b",
    "LIST-STATUS": rb"LIST.*RETURN",
    "COMPRESS=DEFLATE": rb"COMPRESS",
}


def test_a_refresh_asks_what_the_server_is_good_at_and_no_more(mail_profile: Profile) -> None:
    account = mail_profile.server.account()
    with OtherClient(mail_profile.server, account, FOLDER) as other:
        other.add(9)
        sent = mail_profile.record(account)
        with opened(mail_profile, account) as session:
            listing = session.scan(FOLDER)
            other.remove(listing.uids[4])
            other.flag(listing.uids[2], flags="\\Draft")
            other.add()
            before = len(sent())
            assert len(session.scan(FOLDER)) == 9
            session.folders()
            session.quota()
            session.first_rows("INBOX", "size", False, 5)
            commands = sent()
    asked = [re.sub(rb"\d+", b"N", line.replace(b"RFC822", b"RFC")) for line in commands[before:]]
    ladder = LADDER[mail_profile.name]
    assert [line for line in asked if line.startswith((b"EXAMINE", b"UID"))][: len(ladder)] == ladder
    for name in mail_profile.lacks:
        never = NEVER_WITHOUT.get(name)
        assert never is None or not [line for line in commands if re.search(never, line)], name
