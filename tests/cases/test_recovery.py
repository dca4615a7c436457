"""Whether a whole BAL is in its archive, on a real server whose folder of all mail is one as any other."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from balt.cases.recovery import missing_from, recovery_of
from balt.mail.session import ImapSession
from tests.cleanup.archive.conftest import DATE, archive, raw
from tests.cleanup.fake import CLOCK
from tests.support.dovecot import Dovecot
from tests.support.dovecot_conf import SPECIAL_USE

ALL, STARRED = "Tous les messages", "Suivis"


@pytest.fixture(scope="module")
def server(dovecot: Dovecot) -> Iterator[Dovecot]:
    """``dovecot`` only says whether there is one."""
    with Dovecot(folders={**SPECIAL_USE, ALL: r"\All", STARRED: r"\Flagged"}) as running:
        yield running


class Bal:
    """A BAL with three messages in its INBOX, all of which are archived."""

    def __init__(self, server: Dovecot, place: Path) -> None:
        self.user, self.place, self.server = server.new_user(), place, server
        self.account = server.account(self.user)
        for name in "abc":
            self.put(name, "INBOX")
        with self.session() as session:
            archive(session, place, [1, 2, 3], tls=False)

    def session(self) -> closing[ImapSession]:
        session = ImapSession(self.account, lambda: Dovecot.password, CLOCK)
        session.open()
        return closing(session)

    def put(self, name: str, folder: str, octets: bytes = b"") -> None:
        self.server.deliver(self.user, octets or raw(name), folder=folder, date=DATE)

    def missing(self) -> dict[str, int]:
        with self.session() as session:
            found = recovery_of(session, self.place, CLOCK)
            assert missing_from(session, self.place, CLOCK) == sum(found.missing.values())
        assert found.is_whole is not bool(found.missing)
        return found.missing


@pytest.fixture
def bal(server: Dovecot, tmp_path: Path) -> Bal:
    return Bal(server, tmp_path / "archive")


def test_mail_that_lies_in_the_folder_of_all_only_is_missing(bal: Bal) -> None:
    bal.put("only", ALL)
    assert bal.missing() == {ALL: 1}


def test_a_copy_of_what_is_archived_is_not_asked_for_again(bal: Bal) -> None:
    for name in "abc":
        bal.put(name, ALL)
    assert bal.missing() == {}


def test_a_copy_of_what_is_missing_elsewhere_is_asked_for_once(bal: Bal) -> None:
    bal.put("new", "INBOX")
    bal.put("new", ALL)
    assert bal.missing() == {"Réception": 1}


def test_one_copy_stands_for_one_message(bal: Bal) -> None:
    bal.put("a", ALL)
    bal.put("a", ALL)
    assert bal.missing() == {ALL: 1}


def test_without_a_message_id_another_moment_is_another_message(bal: Bal) -> None:
    silent = b"Subject: TESTPATIENT\r\n\r\nBonjour.\r\n"
    bal.put("", "INBOX", silent)
    with bal.session() as session:
        archive(session, bal.place, [4], tls=False)
    bal.put("", ALL, silent)
    assert bal.missing() == {}
    bal.server.deliver(bal.user, silent, folder=ALL, date=DATE.replace(year=2025))
    assert bal.missing() == {ALL: 1}


def test_what_is_archived_from_there_is_no_longer_missing(bal: Bal) -> None:
    bal.put("only", ALL)
    with bal.session() as session:
        archive(session, bal.place, [1], ALL, tls=False)
    assert bal.missing() == {}


def test_what_is_only_shown_as_flagged_is_a_copy(bal: Bal) -> None:
    bal.put("starred", STARRED)
    assert bal.missing() == {}
