"""What ``keep`` answers is in the archive, octet for octet, and was read again from there."""

import os
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cleanup.archive.check import check_archive
from balt.cleanup.archive.intake import SMALL, chunks, fits
from balt.errors import CancelledError
from balt.mail.line import CutError
from balt.mail.session import ImapSession
from tests.cleanup.archive.conftest import (
    DATE,
    LARGE,
    Mailbox,
    Mails,
    archive,
    lines,
    mails,
    raw,
    sha256,
)
from tests.cleanup.fake import CLOCK, Owner
from tests.integration.mails import opened


def test_the_octets_in_the_archive_are_those_of_the_server(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", "b", "c")
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids)
    assert [kept[uid].sha256 for uid in uids] == [sha256(raw(name)) for name in "abc"]
    assert [(place / kept[uid].file).read_bytes() for uid in uids] == [raw(name) for name in "abc"]
    assert mails(place) == sorted(each.file for each in kept.values())


@pytest.mark.parametrize("size", [SMALL - 200, SMALL + 5_000, 1024 * 1024 + 5_000, 3 * 1024 * 1024])
def test_a_message_of_any_size_is_whole(mailbox: Mailbox, place: Path, size: int) -> None:
    uids = mailbox.put("a", size=size) + mailbox.put("b")
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids, twice=True)
    assert [kept[uid].sha256 for uid in uids] == [sha256(raw("a", size)), sha256(raw("b"))]


def test_odd_octets_are_kept_as_they_are(mailbox: Mailbox, place: Path) -> None:
    octets = (
        b"Subject: \xe9\xff\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n"
    )
    uid = mailbox.server.append(mailbox.account, octets, "INBOX", DATE)
    with opened(mailbox.account) as session:
        served = b"".join(session_octets(session, uid))
        kept = archive(session, place, [uid])
    assert (place / kept[uid].file).read_bytes() == served
    assert b"\xe9\xff" in served


def session_octets(session: ImapSession, uid: int) -> Iterator[bytes]:
    session.select("INBOX")
    return session.octets(uid, session.identities([uid])[uid].size)


def test_a_message_stays_unread_by_being_archived(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", flags=())
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        assert session.flags_of(uids)[uids[0]] in ((), ("\\Recent",))


def test_a_line_of_the_manifest_says_where_a_message_comes_from(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", flags=("\\Seen", "\\Flagged", "$Integrated"))
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids)
        about = session.identities(uids)[uids[0]]
        validity = session.validity("INBOX")
    [line] = lines(place)
    assert line["account"] == mailbox.account.address
    assert (line["folder"], line["uidvalidity"], line["uid"]) == ("INBOX", validity, uids[0])
    assert (line["sha256"], line["size"]) == (sha256(raw("a")), len(raw("a")))
    assert line["internaldate"] == about.internaldate
    assert {"\\Seen", "\\Flagged", "$Integrated"} <= set(map(str, line["flags"]))  # type: ignore[call-overload]
    assert line["file"] == kept[uids[0]].file


def test_names_tell_the_date_and_nothing_of_the_patient(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", folder="TESTPATIENT")
    with opened(mailbox.account) as session:
        archive(session, place, uids, "TESTPATIENT")
    everything = [path.relative_to(place).as_posix() for path in place.rglob("*")]
    assert not any("TESTPATIENT" in path for path in everything)
    [mail] = mails(place)
    assert mail.startswith("2024/03/2024-03-05_1")


def test_files_and_folders_are_for_their_owner_alone(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a")
    before = os.umask(0)
    try:
        with opened(mailbox.account) as session:
            archive(session, place, uids)
    finally:
        os.umask(before)
    for path in (place, *place.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_second_run_changes_nothing(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", "b")
    with opened(mailbox.account) as session:
        first = archive(session, place, uids)
        before = {path: path.stat().st_mtime_ns for path in place.rglob("*.*") if path.is_file()}
        assert archive(session, place, uids) == first
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(lines(place)) == 2


def test_the_same_message_twice_costs_one_file(mailbox: Mailbox, place: Path) -> None:
    uids = (
        mailbox.put("a") + mailbox.put("a", date=DATE + timedelta(days=60)) + mailbox.put("a", folder="Sent")
    )
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids[:2])
        kept_elsewhere = archive(session, place, uids[2:], "Sent")
    assert len({each.file for each in (*kept.values(), *kept_elsewhere.values())}) == 1
    assert len(mails(place)) == 1
    assert len(lines(place)) == 3
    assert check_archive(place, CLOCK).ok == 3


def test_several_mailboxes_share_an_archive(mailbox: Mailbox, place: Path) -> None:
    other = Mailbox(mailbox.server)
    for each, name in ((mailbox, "a"), (other, "b")):
        with opened(each.account) as session:
            archive(session, place, each.put(name))
    assert {str(line["account"]) for line in lines(place)} == {mailbox.account.address, other.account.address}
    assert check_archive(place, CLOCK).ok == 2


# Against a session of the tests' own


def test_a_length_that_the_server_did_not_announce_is_left_out(place: Path) -> None:
    session = Mails({1: b"x" * 1000, 2: b"y" * 1000})
    kept = session.archive(place, sizes={1: 1000, 2: 1011})
    assert set(kept) == {1}
    assert not list(place.rglob("*.part"))


@pytest.mark.parametrize(
    ("size", "announced", "fit"), [(990, 1000, True), (989, 1000, False), (1, 0, False), (5, -1, False)]
)
def test_one_in_a_hundred_is_the_limit(size: int, announced: int, fit: bool) -> None:
    assert fits(size, announced) is fit


def test_a_message_that_comes_otherwise_the_second_time_is_left_out(place: Path) -> None:
    session = Mails({1: b"x" * 1000, 2: b"y" * 1000, 3: b"z" * LARGE})
    session.flip = {1, 3}
    assert set(session.archive(place, twice=True)) == {2}
    assert len(mails(place)) == 1


@pytest.mark.parametrize(("twice", "tls", "reads"), [(False, True, 1), (True, True, 2), (False, False, 2)])
def test_it_is_read_twice_on_demand_and_wherever_the_line_is_not_protected(
    place: Path, twice: bool, tls: bool, reads: int
) -> None:
    session = Mails({1: b"x" * 1000, 2: b"z" * LARGE})
    session.archive(place, twice=twice, tls=tls)
    assert session.readings == {1: reads, 2: reads}


@pytest.mark.parametrize("size", [400_000, LARGE])
def test_a_large_message_of_another_length_than_was_announced_is_read_twice_anyway(
    place: Path, size: int
) -> None:
    session = Mails({1: b"x" * size, 2: b"y" * size})
    session.flip = {2}
    assert set(session.archive(place, sizes={1: size + 100, 2: size + 100})) == {1}
    assert session.readings[1] == 2


def test_one_user_may_open_several_bal_whose_messages_have_the_same_place(place: Path) -> None:
    session = Mails({1: b"x" * 1000})
    session.archive(place)
    session.octets_of[1] = b"y" * 1000
    kept = session.archive(place, owner=Owner(address="cabinet@medecin.mssante.fr"))
    assert kept[1].sha256 == sha256(b"y" * 1000)
    assert len({str(line["account"]) for line in lines(place)}) == 2


def test_what_was_read_once_is_read_again_where_twice_is_wanted(place: Path) -> None:
    session = Mails({1: b"x" * 1000})
    session.archive(place)
    session.archive(place, twice=True)
    assert session.readings[1] == 3
    assert [line["reads"] for line in lines(place)] == [1, 2]
    assert len(mails(place)) == 1


def test_a_message_of_another_identity_under_the_same_uid_is_fetched(place: Path) -> None:
    session = Mails({1: b"x" * 1000})
    session.archive(place)
    session.octets_of[1] = b"y" * 1000
    session.dates[1] = "06-Mar-2024 09:00:00 +0100"
    assert session.archive(place)[1].sha256 == sha256(b"y" * 1000)


def test_a_folder_made_anew_is_another_one(place: Path) -> None:
    session = Mails({1: b"x" * 1000})
    session.archive(place)
    session.octets_of[1] = b"y" * 1000
    session.uidvalidity = 8
    assert session.archive(place)[1].sha256 == sha256(b"y" * 1000)


@pytest.mark.parametrize("harm", ["gone", "changed", "cut", "link"])
def test_a_file_that_came_to_harm_is_fetched_again(place: Path, tmp_path: Path, harm: str) -> None:
    session = Mails({1: b"x" * 1000})
    file = place / session.archive(place)[1].file
    if harm == "changed":
        file.write_bytes(b"q" * 1000)
    elif harm == "cut":
        file.write_bytes(b"x" * 999)
    else:
        file.unlink()
    if harm == "link":
        (tmp_path / "elsewhere").write_bytes(b"x" * 1000)
        file.symlink_to(tmp_path / "elsewhere")
    assert session.archive(place)[1].sha256 == sha256(b"x" * 1000)
    assert session.readings[1] == 2
    assert file.read_bytes() == b"x" * 1000
    assert not file.is_symlink()


def test_what_came_before_a_cut_is_kept(place: Path) -> None:
    session = Mails({uid: bytes([uid]) * LARGE for uid in range(1, 6)})
    session.cut_at = 4
    with pytest.raises(CutError):
        session.archive(place)
    assert [line["uid"] for line in lines(place)] == [1, 2, 3]
    session.cut_at = 0
    assert set(session.archive(place)) == {1, 2, 3, 4, 5}
    assert session.readings[1] == 1
    assert check_archive(place, CLOCK).is_whole


def test_what_came_before_one_stopped_it_is_kept(place: Path) -> None:
    session = Mails({uid: bytes([uid]) * LARGE for uid in range(1, 6)})
    with pytest.raises(CancelledError):
        session.archive(place, cancelled=lambda: len(session.readings) == 2)
    assert [line["uid"] for line in lines(place)] == [1, 2]


def test_what_has_gone_is_left_out(place: Path) -> None:
    session = Mails({1: b"x" * 1000, 2: b"y" * 1000})
    session.gone = {1}
    assert set(session.archive(place)) == {2}


def test_chunks_hold_small_messages_together_and_large_ones_alone() -> None:
    sizes = {1: 1000, 2: SMALL + 1, 3: 2000, 4: 3000, 5: SMALL + 9}
    assert [list(chunk) for chunk in chunks(sizes)] == [[1], [2], [3, 4], [5]]
    many = dict.fromkeys(range(1, 1202), 10)
    assert [len(chunk) for chunk in chunks(many)] == [500, 500, 201]
    assert all(sum(chunk.values()) <= 4 * 1024 * 1024 for chunk in chunks(dict.fromkeys(range(1, 99), SMALL)))


def test_a_message_that_never_ends_is_given_up(place: Path) -> None:
    class Endless(Mails):
        def octets(self, uid: int, size: int) -> Iterator[bytes]:
            while True:
                self.readings[uid] += 1
                yield b"x" * 100_000

    session = Endless({1: b"x" * LARGE})
    assert not session.archive(place)
    assert session.readings[1] <= LARGE // 100_000 + 2
    assert not list(place.rglob("*.part"))


def test_a_message_too_large_to_be_held_is_known_by_its_digest(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.cleanup.archive.intake.LARGEST_HELD", SMALL)
    session = Mails({1: b"x" * LARGE, 2: b"y" * LARGE, 3: b"z" * LARGE})
    session.flip = {2}
    kept = session.archive(place, twice=True)
    assert {uid: each.sha256 for uid, each in kept.items()} == {
        uid: sha256(session.octets_of[uid]) for uid in (1, 3)
    }
    assert check_archive(place, CLOCK).is_whole


def test_what_is_held_in_memory_has_a_limit(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balt.cleanup.archive.intake.HELD", 2 * LARGE)
    fsync, open_now = os.fsync, threading.Event()
    begun: list[int] = []
    at_rest: list[int] = []

    def look() -> None:
        at_rest.extend(begun)
        open_now.set()

    def slow(handle: int) -> None:
        if os.fstat(handle).st_size == LARGE:
            open_now.wait(5)
        fsync(handle)

    class Watched(Mails):
        def octets(self, uid: int, size: int) -> Iterator[bytes]:
            begun.append(uid)
            if uid == 2:
                threading.Timer(0.3, look).start()
            return super().octets(uid, size)

    monkeypatch.setattr(os, "fsync", slow)
    assert len(Watched({uid: bytes([uid]) * LARGE for uid in range(1, 6)}).archive(place)) == 5
    assert at_rest == [1, 2]
