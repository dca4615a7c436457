"""SEARCH and SORT, plain and extended."""

import pytest

from balt.demo.results import base_subject
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient

MAILS = (
    # subject, sender, sent, received, flags, octets of text
    ("Objet B", "labo fictif <b@x.fr>", "Thu, 03 Feb 2022 23:30:00 -0500", "05-Jan-2021 10:00:00 +0100",
     "\\Seen", 100),
    ("Re: objet A", "a@x.fr", "Fri, 04 Feb 2022 01:00:00 +0100", "06-Jan-2021 10:00:00 +0100",
     "\\Flagged $Integrated", 400),
    ("[liste] =?utf-8?q?=C3=89t=C3=A9?=", "c@x.fr", "bad date", "07-Jan-2021 10:00:00 +0100", "", 50),
    ("Fwd: objet C (fwd)", "A@y.fr", "Wed, 05 Jan 2022 10:00:00 +0000", "05-Jan-2021 11:00:00 +0100",
     "\\Seen \\Answered \\Flagged", 900),
    ("", "z@x.fr", "Wed, 05 Jan 2022 10:00:00 +0000", "15-Jan-2021 10:00:00 +0100", "\\Draft", 900),
)  # fmt: skip


@pytest.fixture
def five(client: RawClient) -> RawClient:
    """A folder with five messages, open."""
    for number, (subject, sender, sent, received, flags, size) in enumerate(MAILS):
        raw = (
            f"From: {sender}\r\nTo: t{5 - number}@x.fr\r\nSubject: {subject}\r\nDate: {sent}\r\n"
            f"Message-ID: <m{number}@x>\r\n\r\ncorps{number} {'x' * size}\r\n"
        )
        client.append(raw.encode(), flags=flags, date=received)
    client.ok("SELECT INBOX")
    return client


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ("ALL", "1 2 3 4 5"),
        ("UNSEEN", "2 3 5"),
        ("NOT SEEN", "2 3 5"),
        ("LARGER 400", "2 4 5"),
        ("SMALLER 400", "1 3"),
        ("ON 05-Jan-2021", "1 4"),
        ('SINCE "6-Jan-2021"', "2 3 5"),
        ("BEFORE 6-Jan-2021", "1 4"),
        ("SENTSINCE 4-Feb-2022", "2"),
        ("SENTON 3-Feb-2022", "1"),
        ("SENTBEFORE 1-Feb-2022", "4 5"),
        ("SUBJECT OBJET", "1 2 4"),
        ('CHARSET UTF-8 SUBJECT "été"', "3"),
        ("FROM fictif", "1"),
        ("TO t5", "1"),
        ("HEADER Message-ID m3", "4"),
        ('HEADER Message-ID ""', "1 2 3 4 5"),
        ('HEADER X-Absent ""', ""),
        ("BODY corps2", "3"),
        ("TEXT labo", "1"),
        ("OR SEEN FLAGGED", "1 2 4"),
        ("(FLAGGED SEEN) ANSWERED", "4"),
        ("KEYWORD $integrated", "2"),
        ("UNKEYWORD $Integrated DRAFT", "5"),
        ("UID 2:3,9", "2 3"),
        ("UID 9:*", "5"),
        ("2:* UNFLAGGED", "3 5"),
        ("NEW", ""),
        ("OLD UNDELETED UNDRAFT UNANSWERED", "1 2 3"),
    ],
)
def test_search_finds(five: RawClient, criteria: str, numbers: str) -> None:
    assert five.ok(f"SEARCH {criteria}") == [f"* SEARCH {numbers}".rstrip().encode()]


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ("SIZE", "3 1 2 5 4"),
        ("REVERSE SIZE", "4 5 2 1 3"),
        ("ARRIVAL", "1 4 2 3 5"),
        ("DATE", "3 4 5 2 1"),
        ("SUBJECT", "5 3 2 1 4"),
        ("FROM SUBJECT", "2 4 1 3 5"),
        ("TO", "5 4 3 2 1"),
        ("REVERSE FROM REVERSE ARRIVAL", "5 3 1 2 4"),
    ],
)
def test_sort_orders(five: RawClient, keys: str, numbers: str) -> None:
    assert five.ok(f"SORT ({keys}) UTF-8 ALL") == [f"* SORT {numbers}".encode()]
    assert five.ok(f"UID SORT ({keys}) UTF-8 UNSEEN")[0].count(b" ") == 4


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("UID SEARCH RETURN (COUNT MIN MAX ALL) ALL", "UID COUNT 5 MIN 1 MAX 5 ALL 1:5"),
        ("SEARCH RETURN () SEEN", "ALL 1,4"),
        ("SEARCH RETURN (COUNT ALL MIN) LARGER 99999", "COUNT 0"),
        ("UID SEARCH RETURN (PARTIAL 2:3) ALL", "UID PARTIAL (2:3 2:3)"),
        ("UID SORT RETURN (COUNT PARTIAL 1:3) (REVERSE SIZE) UTF-8 ALL", "UID COUNT 5 PARTIAL (1:3 4:5,2)"),
        ("UID SORT RETURN (PARTIAL 20:30) (SIZE) UTF-8 ALL", "UID PARTIAL (20:30 NIL)"),
        ("SORT RETURN (ALL) (REVERSE ARRIVAL) UTF-8 ALL", "ALL 5,3,2,4,1"),
    ],
)
def test_extended_answers(five: RawClient, command: str, answer: str) -> None:
    tag = five.send(command)
    assert five.finish(tag) == [f'* ESEARCH (TAG "{tag.decode()}") {answer}'.encode()]


def test_updates_are_politely_refused(five: RawClient) -> None:
    assert five.ok("UID SEARCH RETURN (COUNT UPDATE) ALL")[0].startswith(b'* NO [NOUPDATE "')


def test_an_unknown_charset_is_refused_by_name(five: RawClient) -> None:
    five.command("SEARCH CHARSET KOI8-R ALL")
    assert five.last.startswith(b"NO [BADCHARSET (UTF-8 US-ASCII)]")


def test_text_is_found_behind_its_transfer_encoding(client: RawClient) -> None:
    client.append(
        mail(body="").replace(
            b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\nT3Jkb25uYW5jZQ==\r\n"
        )
    )
    client.ok("SELECT INBOX")
    assert client.ok("SEARCH BODY ordonnance") == [b"* SEARCH 1"]


@pytest.mark.parametrize(
    "subject", ["Objet", "Re: objet", "FWD: re: OBJET", "[liste] objet (fwd)", "Re[2]: Objet"]
)
def test_the_base_of_a_subject(subject: str) -> None:
    assert base_subject(subject.encode()) == "OBJET"
