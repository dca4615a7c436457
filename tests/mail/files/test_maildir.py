"""A Maildir: names that tell dates, sizes and flags; what other programs do to it meanwhile."""

import mailbox
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.errors import RefusedError
from balt.mail.files.session import FilesSession
from balt.mail.model import Flag
from tests.mail.files.mails import WHEN, letter, reading

SECONDS = int(WHEN.timestamp())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "Maildir"
    for name in ("cur", "new", "tmp"):
        (root / name).mkdir(parents=True)
    return root


@pytest.fixture
def session(root: Path) -> Iterator[FilesSession]:
    with reading(root) as session:
        yield session


def put(root: Path, name: str, raw: bytes = b"Subject: x\r\n\r\n.\r\n", folder: str = "cur") -> Path:
    path = root / folder / name
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("end", "flags"),
    [
        ("", Flag(0)),
        (":2,", Flag(0)),
        (":2,S", Flag.SEEN),
        ("!2,FS", Flag.FLAGGED | Flag.SEEN),
        (";2,RT", Flag.ANSWERED | Flag.DELETED),
        (":2,DPSab", Flag.DRAFT | Flag.SEEN | Flag.INTEGRATED),
        (":1,S", Flag(0)),
    ],
)
def test_flags_are_in_the_name(session: FilesSession, root: Path, end: str, flags: Flag) -> None:
    (root / "dovecot-keywords").write_text("0 Autre\n1 $Integrated\n", encoding="ascii")
    put(root, f"{SECONDS}.M1.machine{end}")
    assert session.scan("INBOX").message(0).flags == flags


def test_what_python_writes_is_read(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    message = mailbox.MaildirMessage(letter())
    message.set_subdir("cur")
    message.set_flags("FS")
    box.add(message)
    box.add_folder("Envoyés").add(letter())
    with reading(tmp_path / "box") as session:
        inbox, sent = session.folders()
        [(_uid, detail)] = session.details("INBOX", [1])
    assert (inbox.messages, inbox.unseen, sent.name, sent.messages, sent.unseen) == (1, 0, "Envoyés", 1, 1)
    assert detail.subject == "Avis cardio – patient fictif"


def test_the_reception_date_is_the_earlier_of_delivery_and_file(session: FilesSession, root: Path) -> None:
    copied = put(root, f"{SECONDS}.1.m")
    migrated = put(root, f"{SECONDS + 9_000_000}.2.m")
    os.utime(migrated, (SECONDS, SECONDS))
    nameless = put(root, "z-sans-date")
    os.utime(nameless, (SECONDS, SECONDS))
    impossible = put(root, "99999999999.3.m")
    os.utime(impossible, (0, 0))
    assert copied.stat().st_mtime > SECONDS
    dates = [session.scan("INBOX").message(row).date for row in range(4)]
    assert sorted(dates, key=str) == sorted([WHEN, WHEN, WHEN, None], key=str)


def test_a_date_beyond_tomorrow_is_unknown(session: FilesSession, root: Path) -> None:
    later = datetime(2026, 11, 26, tzinfo=UTC).timestamp()
    path = put(root, f"{int(later)}.1.m")
    os.utime(path, (later, later))
    assert session.scan("INBOX").message(0).date is None


@pytest.mark.parametrize(
    ("name", "size"),
    [("1.m", 18), ("1.m,S=16,W=20:2,S", 20), ("1.m,W=1:2,", 18), ("1.m,W=999999999", 18), ("1.m,W=", 18)],
)
def test_the_size_is_that_on_the_wire_where_the_name_tells_it_credibly(
    session: FilesSession, root: Path, name: str, size: int
) -> None:
    put(root, name, b"Subject: abc\n\nd\n.\n")
    assert session.scan("INBOX").message(0).size == size


def test_a_message_that_is_renamed_meanwhile_is_found_again(session: FilesSession, root: Path) -> None:
    path = put(root, f"{SECONDS}.1.m", letter(), "new")
    [uid] = session.scan("INBOX").uids
    path.rename(root / "cur" / f"{SECONDS}.1.m:2,S")
    assert [found for found, _detail in session.details("INBOX", [uid])] == [uid]
    assert session.preview("INBOX", uid).lines
    (root / "cur" / f"{SECONDS}.1.m:2,S").rename(root / "cur" / f"{SECONDS}.1.m:2,RS")
    assert list(session.scan("INBOX").uids) == [uid]
    assert session.scan("INBOX").message(0).flags == Flag.SEEN | Flag.ANSWERED


def test_a_message_that_is_gone_is_said_to_be_gone(session: FilesSession, root: Path) -> None:
    path = put(root, f"{SECONDS}.1.m")
    put(root, f"{SECONDS}.2.m")
    first, second = session.scan("INBOX").uids
    path.unlink()
    assert [uid for uid, _detail in session.details("INBOX", [first, second, 99])] == [second]
    with pytest.raises(RefusedError) as refused:
        session.preview("INBOX", first)
    assert refused.value.code == "NONEXISTENT"
    assert list(session.scan("INBOX").uids) == [second]


def test_new_mail_takes_the_next_uid_and_changes_no_other(session: FilesSession, root: Path) -> None:
    put(root, f"{SECONDS}.5.m")
    before = session.scan("INBOX")
    put(root, f"{SECONDS - 100}.1.m", folder="new")
    after = session.scan("INBOX")
    assert (list(before.uids), list(after.uids)) == ([1], [1, 2])
    assert before.uidvalidity == after.uidvalidity
    assert after.uidnext == 3


def test_uids_are_the_same_another_day_unless_something_changed(root: Path) -> None:
    for number in (3, 1, 2):
        put(root, f"{SECONDS + number}.{number}.m")
    with reading(root) as session:
        first = session.scan("INBOX")
    put(root, f"{SECONDS + 1}.1.m").rename(root / "cur" / f"{SECONDS + 1}.1.m:2,S")
    with reading(root) as session:
        again = session.scan("INBOX")
    assert (list(again.uids), again.uidvalidity) == (list(first.uids), first.uidvalidity)
    (root / "cur" / f"{SECONDS + 2}.2.m").unlink()
    with reading(root) as session:
        assert session.scan("INBOX").uidvalidity != first.uidvalidity


def test_messages_of_one_second_stay_in_the_order_of_their_delivery(
    session: FilesSession, root: Path
) -> None:
    names = [f"{SECONDS}.M{millionths}P1.m" for millionths in (99, 9987, 10023, 999999)]
    for name in names:
        put(root, name, b"Subject: " + name.encode() + b"\r\n\r\n.")
    details = session.details("INBOX", list(session.scan("INBOX").uids))
    assert [detail.subject for _uid, detail in details] == names


def test_two_files_of_one_name_are_two_messages(session: FilesSession, root: Path) -> None:
    put(root, f"{SECONDS}.1.m:2,", b"Subject: un\r\n\r\n.")
    put(root, f"{SECONDS}.1.m:2,S", b"Subject: deux\r\n\r\n.")
    uids = list(session.scan("INBOX").uids)
    assert {detail.subject for _uid, detail in session.details("INBOX", uids)} == {"un", "deux"}


def test_what_is_still_delivered_is_not_listed(session: FilesSession, root: Path) -> None:
    put(root, "1.m", folder="tmp")
    assert len(session.scan("INBOX")) == 0
