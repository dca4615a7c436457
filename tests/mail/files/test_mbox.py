"""An mbox in all its variants: what begins a message, what a body may say, what is damaged."""

import mailbox
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.errors import RefusedError
from balt.mail.dates import DateReader
from balt.mail.files import mbox, session, store
from balt.mail.model import Flag, Kind
from tests.mail.files.mails import NOW, SHAPES, letter, reading

FROM = b"From labo@labo.mssante.fr Tue Mar 12 09:00:00 2024\n"
ONE = FROM + b"Subject: un\nFrom: a@b.fr\n\nBonjour\n\n"
TWO = FROM + b"Subject: deux\nFrom: c@d.fr\n\nBonsoir\n"


def file_of(tmp_path: Path, octets: bytes) -> Path:
    path = tmp_path / "boite"
    path.write_bytes(octets)
    return path


def subjects(path: Path) -> list[str]:
    with reading(path) as session:
        uids = list(session.scan("INBOX").uids)
        assert uids == list(range(1, len(uids) + 1))
        return [d.subject if d.readable else "illisible" for _uid, d in session.details("INBOX", uids)]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", []),
        (b"\n\n", []),
        (ONE + TWO, ["un", "deux"]),
        ((ONE + TWO).replace(b"\n", b"\r\n"), ["un", "deux"]),
        (b"\xef\xbb\xbf" + ONE, ["un"]),
        (b"\n\n" + ONE, ["un"]),
        (ONE.rstrip(), ["un"]),
        (FROM, ["illisible"]),
        (FROM.rstrip(), ["illisible"]),
        (ONE + FROM + b"\x00\xff\x01 bruit\n\n" + TWO, ["un", "illisible", "deux"]),
        (ONE[:-3] + b"\nFrom vous hier encore\n\n" + TWO, ["un", "deux"]),
        (ONE + b"From Paris, le 12 mars\n\n" + TWO, ["un", "deux"]),
        (ONE + b"From nous Tue Mar 12 09:00:00 2024\nbien le bonjour\n\n" + TWO, ["un", "deux"]),
        (ONE.rstrip() + b"\n" + TWO, ["un"]),
        (ONE.replace(FROM, b"From \n") + TWO.replace(FROM, b"From \r\n"), ["un", "deux"]),
        (ONE.replace(FROM, b"From - Tue Mar 12 09:00:00 2024\n") + TWO, ["un", "deux"]),
        (ONE.replace(b"From: ", b"Content-Length: 9999\nFrom: ") + TWO, ["un", "deux"]),
    ],
)
def test_a_message_begins_where_it_begins(tmp_path: Path, octets: bytes, expected: list[str]) -> None:
    path = file_of(tmp_path, octets)
    if not octets.strip(b"\xef\xbb\xbf\r\n"):
        path = path.rename(tmp_path / "boite.mbox")
    assert subjects(path) == expected


@pytest.mark.parametrize("window", [1, 2, 7, 64, 100, 1000])
def test_no_message_is_lost_between_two_windows(
    tmp_path: Path, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "_WINDOW", window)
    path = file_of(tmp_path, b"".join(ONE.replace(b"un", b"n%d" % number) for number in range(40)))
    assert subjects(path) == [f"n{number}" for number in range(40)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From a@b.fr Tue Mar 12 09:00:00 2024", datetime(2024, 3, 12, 9, tzinfo=UTC)),
        ("From a@b.fr Tue Mar  2 09:00 2024", datetime(2024, 3, 2, 9, tzinfo=UTC)),
        ("From a@b.fr Tue Mar 12 09:00:00 +0100 2024", datetime(2024, 3, 12, 8, tzinfo=UTC)),
        ("From a@b.fr Tue Mar 12 09:00:00 2024 +0100", datetime(2024, 3, 12, 8, tzinfo=UTC)),
        ("From a@b.fr Tue Mar 12 09:00:00 CET 2024", datetime(2024, 3, 12, 8, tzinfo=UTC)),
        ("From a@b.fr Tue, 12 Mar 2024 09:00:00 +0100", datetime(2024, 3, 12, 8, tzinfo=UTC)),
        ("From a@b.fr 2024-03-12T09:00:00+01:00", datetime(2024, 3, 12, 8, tzinfo=UTC)),
        ("From a@b.fr Tue Mar 12 09:00:00 0000", None),
        ("From a@b.fr Thu Jan  1 00:00:00 1970", None),
        ("From a@b.fr Fri Feb 31 09:00:00 2024", None),
        ("From ", None),
    ],
)
def test_the_line_before_a_message_dates_it(tmp_path: Path, line: str, expected: datetime | None) -> None:
    path = file_of(tmp_path, line.encode() + b"\nSubject: x\n\n.\n")
    with reading(path) as session:
        assert session.scan("INBOX").message(0).date == expected


def test_without_that_date_the_last_server_counts_then_the_sender(tmp_path: Path) -> None:
    sent = b"Date: Mon, 11 Mar 2024 08:00:00 +0000\n"
    received = b"Received: from a by b;\n Tue, 12 Mar 2024 09:00:00 +0000 (UTC)\n"
    received += b"Received: x; 1 Jan 2001 00:00:00 Z\n"
    path = file_of(tmp_path, b"From \n" + received + sent + b"\n.\n\nFrom \n" + sent + b"\n.\n")
    with reading(path) as session:
        listing = session.scan("INBOX")
    assert [listing.message(row).date for row in (0, 1)] == [
        datetime(2024, 3, 12, 9, tzinfo=UTC),
        datetime(2024, 3, 11, 8, tzinfo=UTC),
    ]


def test_what_python_writes_is_read_with_its_flags_and_sizes(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "boite")
    for shape in SHAPES.values():
        message = mailbox.mboxMessage(shape().replace(b"\r\n", b"\n"))
        message.set_flags("ROF")
        box.add(message)
    box.flush()
    expected = [len(box.get_bytes(key).replace(b"\n", b"\r\n")) for key in box.keys()]  # noqa: SIM118
    box.close()
    with reading(tmp_path / "boite") as session:
        listing = session.scan("INBOX")
        details = [detail for _uid, detail in session.details("INBOX", list(listing.uids))]
    assert list(listing.sizes) == expected
    assert set(listing.flags) == {Flag.SEEN | Flag.FLAGGED}
    assert [detail.kind for detail in details] == [
        *(Kind.DOCUMENT, Kind.DOCUMENT, Kind.BOUNCE, Kind.RECEIPT, Kind.AUTOREPLY, Kind.PATIENT),
        Kind.DOCUMENT,
    ]


@pytest.mark.parametrize(
    ("header", "flags"),
    [
        (b"Status: O", Flag(0)),
        (b"Status: RO\nX-Status: ADT", Flag.SEEN | Flag.ANSWERED | Flag.DELETED | Flag.DRAFT),
        (b"X-Mozilla-Status: 0007", Flag.SEEN | Flag.ANSWERED | Flag.FLAGGED),
        (b"X-Mozilla-Status: zz", Flag(0)),
        (b"X-Keywords: Autre $Integrated", Flag.INTEGRATED),
    ],
)
def test_flags_are_in_the_headers(tmp_path: Path, header: bytes, flags: Flag) -> None:
    path = file_of(tmp_path, FROM + header + b"\nSubject: x\n\n.\n")
    with reading(path) as session:
        assert session.scan("INBOX").message(0).flags == flags


def test_quoted_lines_are_shown_as_they_were_written(tmp_path: Path) -> None:
    path = file_of(tmp_path, FROM + b"Subject: x\n\n>From Paris\n>>From Lyon\n> From ici\n")
    with reading(path) as session:
        assert session.preview("INBOX", session.scan("INBOX").uids[0]).lines == (
            "From Paris",
            ">From Lyon",
            "> From ici",
        )


def test_a_message_is_found_again_after_others_came_or_went(tmp_path: Path) -> None:
    path = file_of(tmp_path, ONE + TWO)
    with reading(path) as session:
        assert list(session.scan("INBOX").uids) == [1, 2]
        path.write_bytes(ONE + TWO + b"\n" + ONE.replace(b"un", b"trois"))
        assert [d.subject for _uid, d in session.details("INBOX", [2])] == ["deux"]
        assert list(session.scan("INBOX").uids) == [1, 2, 3]
        path.write_bytes(TWO.replace(b"Subject", b"Status: RO\nSubject"))
        assert [(uid, d.subject) for uid, d in session.details("INBOX", [1, 2, 3])] == [(2, "deux")]
        with pytest.raises(RefusedError):
            session.preview("INBOX", 1)
        path.unlink()
        path.mkdir()
        assert [d.readable for _uid, d in session.details("INBOX", [2])] == [False]


def test_uids_are_the_same_another_day_unless_the_file_changed(tmp_path: Path) -> None:
    path = file_of(tmp_path, ONE + TWO)
    validities = []
    for octets in (ONE + TWO, ONE + TWO, TWO + b"\n" + ONE):
        path.write_bytes(octets)
        with reading(path) as session:
            validities.append(session.scan("INBOX").uidvalidity)
    assert validities[0] == validities[1] != validities[2]


def test_every_cut_of_a_file_is_read(tmp_path: Path) -> None:
    whole = FROM + letter().replace(b"\r\n", b"\n") + b"\n" + TWO
    path = file_of(tmp_path, whole)
    for end in range(0, len(whole), 13):
        path.write_bytes(whole[:end])
        os.utime(path, (end, end))
        with reading(path.rename(tmp_path / "boite.mbox")) as session:
            for uid in session.scan("INBOX").uids:
                assert list(session.details("INBOX", [uid]))
                session.preview("INBOX", uid)
        (tmp_path / "boite.mbox").rename(path)


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "grand"
    line = b"A" * 76 + b"\n"
    with path.open("wb") as file:
        for number in range(20):
            file.write(FROM + b"Subject: n%d\n\n" % number + line * 130_000 + b"\n")
    tracemalloc.start()
    with reading(path) as session:
        listing = session.scan("INBOX")
        details = dict(session.details("INBOX", list(listing.uids)))
        session.preview("INBOX", 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(details) == 20
    assert set(listing.sizes) == {len(b"Subject: n1\r\n\r\n") + 78 * 130_000, 16 + 78 * 130_000}
    assert peak < 20 * 1024 * 1024


@pytest.fixture
def at_most_three(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (store, session):
        monkeypatch.setattr(module, "MAX_MESSAGES", 3)


@pytest.mark.usefixtures("at_most_three")
def test_a_file_of_too_many_messages_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = file_of(tmp_path, ONE * 4)
    with reading(path) as box:
        assert [(folder.name, folder.messages) for folder in box.folders()] == [("INBOX", None)]
        for ask in (box.scan, box.examine):
            with pytest.raises(RefusedError, match="plus de 3 messages") as caught:
                ask("INBOX")
        assert caught.value.code == "LIMIT"
        path.write_bytes(ONE * 3)
        assert list(box.scan("INBOX").uids) == [1, 2, 3]
        path.write_bytes(ONE * 4)
        assert [d.readable for _uid, d in box.details("INBOX", [1])] == [False]


@pytest.mark.usefixtures("at_most_three")
def test_a_file_of_too_many_messages_is_not_read_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = mbox.Mbox(file_of(tmp_path, ONE * 4), DateReader(FixedClock(NOW)))
    with pytest.raises(store.TooManyError):
        box.look(lambda: None)
    monkeypatch.setattr(mbox, "_starts", None)  # whoever reads on fails
    with pytest.raises(store.TooManyError):
        box.look(lambda: None)


def test_tiny_messages_take_little_memory_each(tmp_path: Path) -> None:
    count = 20_000
    path = file_of(tmp_path, b"".join(b"From \nA: b%d\n\n\n" % number for number in range(count)))
    with reading(path) as box:
        box.examine("INBOX")
        tracemalloc.start()
        with reading(path) as again:
            assert len(again.scan("INBOX")) == count
            held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert held < 250 * count
