"""What one session saved, the next one refreshes: on every server as if it had never left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Account, Keep
from balt.mail.index import index_of
from balt.mail.session import ImapSession
from tests.mail.test_refreshing import CLOCK, FOLDER, columns, seen_anew
from tests.support.other_client import OtherClient
from tests.support.profiles import Profile


@contextmanager
def another_day(
    profile: Profile, account: Account, folder: Path, clock: FixedClock = CLOCK
) -> Iterator[ImapSession]:
    """A session with the index that the one before it left."""
    index = index_of(folder, account, clock, Keep.FIGURES)
    session = ImapSession(account, lambda: profile.server.password, clock, index)
    session.open()
    try:
        yield session
    finally:
        session.close()
        index.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_next_session_refreshes_what_the_last_one_saved(
    mail_profile: Profile, tmp_path: Path, seed: int
) -> None:
    account = mail_profile.server.account()
    with OtherClient(mail_profile.server, account, FOLDER, seed) as other:
        other.add(10)
        done: list[str] = []
        for day in range(4):
            with another_day(mail_profile, account, tmp_path) as session:
                known = session.known(FOLDER)
                assert (known is None) is (day == 0)
                listing = session.scan(FOLDER)
                assert columns(listing)[:-1] == seen_anew(mail_profile, account)[:-1], done
                assert len(list(session.details(FOLDER, listing.uids))) == len(listing)
            done.extend(other.something() for _ in range(other.chance.randint(1, 3)))


def test_a_folder_that_did_not_change_is_not_listed_again(mail_profile: Profile, tmp_path: Path) -> None:
    account = mail_profile.server.account()
    with OtherClient(mail_profile.server, account, FOLDER) as other:
        other.add(6)
        with another_day(mail_profile, account, tmp_path) as session:
            first = session.scan(FOLDER)
            assert len(list(session.details(FOLDER, first.uids))) == 6
        sent = mail_profile.record(account)
        with another_day(mail_profile, account, tmp_path) as session:
            known = session.known(FOLDER)
            assert known is not None
            assert session.first_rows(FOLDER, "size", False, 3) is None
            assert session.scan(FOLDER) is known
            assert all(known.facts)
        assert columns(known) == columns(first)
        assert not [line for line in sent() if b"INTERNALDATE" in line]


def test_a_folder_made_anew_is_not_taken_for_the_one_that_was_saved(
    mail_profile: Profile, tmp_path: Path
) -> None:
    account = mail_profile.server.account()
    with OtherClient(mail_profile.server, account, FOLDER) as other:
        other.add(6)
        with another_day(mail_profile, account, tmp_path) as session:
            before = session.scan(FOLDER)
            assert len(list(session.details(FOLDER, before.uids))) == 6
        other.recreate(9)
        with another_day(mail_profile, account, tmp_path) as session:
            assert session.structures(FOLDER, before.uids) == {}
            after = session.scan(FOLDER)
            assert columns(after) == seen_anew(mail_profile, account)
            assert not any(after.facts)
            assert session.structures(FOLDER, after.uids) == {}
        index = index_of(tmp_path, account, CLOCK, Keep.FIGURES)
        stored = index.load(FOLDER)
        assert stored is not None
        assert columns(stored.listing) == columns(after)
        assert index.attachments(FOLDER, before.uidvalidity, before.uids) == {}
        index.close()


def test_a_folder_that_is_gone_is_forgotten(mail_profile: Profile, tmp_path: Path) -> None:
    account = mail_profile.server.account()
    with OtherClient(mail_profile.server, account, FOLDER) as other:
        other.add(2)
        with another_day(mail_profile, account, tmp_path) as session:
            session.scan(FOLDER)
        with mail_profile.server.client(account) as client:
            assert client.delete(FOLDER)[0] == "OK"
        with another_day(mail_profile, account, tmp_path) as session:
            session.folders()
        index = index_of(tmp_path, account, CLOCK, Keep.FIGURES)
        assert index.load(FOLDER) is None
        index.close()
