"""Which messages are the same, and which of them is kept."""

import hashlib
from collections.abc import Iterator, Sequence

import pytest

from balt.config import Account
from balt.errors import CancelledError, RefusedError, StoppedError, UsageError
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, FolderState, Identity
from balt.mailboxes.duplicates import Duplicates, find_duplicates, refuse_reading

INBOX, SENT, TRASH, DRAFTS = (
    Folder(role.value, role.value, role)
    for role in (FolderRole.INBOX, FolderRole.SENT, FolderRole.TRASH, FolderRole.DRAFTS)
)
ALL = Folder("All", "All", FolderRole.OTHER, gathers=True)


class Box:
    """A BAL in memory: messages by folder and UID, with their flags."""

    def __init__(self) -> None:
        self.mails: dict[str, dict[int, tuple[bytes, Flag]]] = {}
        self.folders: dict[str, Folder] = {}
        self.read: list[int] = []
        self.uidvalidity = 7
        self.refuses_several = False
        self._open = ""

    def put(self, folder: Folder, octets: bytes, flags: Flag = Flag.SEEN) -> int:
        self.folders[folder.name] = folder
        mails = self.mails.setdefault(folder.name, {})
        mails[len(mails) + 1] = octets, flags
        return len(mails)

    def places(self) -> list[tuple[Folder, Listing]]:
        made = []
        for name, mails in self.mails.items():
            listing = Listing(name, 7, len(mails) + 1)
            for uid, (octets, flags) in mails.items():
                listing.uids.append(uid)
                listing.sizes.append(len(octets))
                listing.dates.append(1_700_000_000)
                listing.flags.append(int(flags))
            made.append((self.folders[name], listing))
        return made

    def find(self, **options: object) -> list[Duplicates]:
        return find_duplicates(self, self.places(), **options)  # type: ignore[arg-type]

    def examine(self, folder: str) -> FolderState:
        self._open = folder
        return FolderState(folder, self.uidvalidity, 99, len(self.mails[folder]))

    def identities(self, uids: Sequence[int]) -> dict[int, Identity]:
        mails = self.mails[self._open]
        return {
            uid: Identity(uid, len(mails[uid][0]), "", mails[uid][0][:1].decode())
            for uid in uids
            if uid in mails
        }

    def octets(self, uid: int, size: int) -> Iterator[bytes]:
        if uid not in self.mails[self._open]:
            raise RefusedError("gone")
        self.read.append(size)
        yield self.mails[self._open][uid][0]

    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        if self.refuses_several:
            raise RefusedError("no")
        self.read += [len(self.mails[self._open][uid][0]) for uid in uids]
        return {uid: self.mails[self._open][uid][0] for uid in uids}


@pytest.fixture
def box() -> Box:
    return Box()


def shape(found: Sequence[Duplicates]) -> list[list[tuple[str, int]]]:
    return [[(copy.folder.name, copy.uid) for copy in each.copies] for each in found]


def test_only_the_very_same_octets_are_the_same(box: Box) -> None:
    for octets in (b"aaaa", b"abab", b"aaab"):
        box.put(INBOX, octets)
    box.put(SENT, b"aaaa")
    (found,) = box.find()
    assert (found.sha256, found.size) == (hashlib.sha256(b"aaaa").hexdigest(), 4)
    assert shape([found]) == [[("inbox", 1), ("sent", 1)]]


def test_only_what_may_be_the_same_is_read(box: Box) -> None:
    box.put(INBOX, b"a" * 10)
    box.put(INBOX, b"b" * 10)  # another Message-ID
    box.put(INBOX, b"a" * 11)
    box.put(SENT, b"a" * 12)
    assert (box.find(), box.read) == ([], [])


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((TRASH, Flag.SEEN | Flag.FLAGGED), (SENT, Flag(0)), "sent"),
        ((INBOX, Flag.SEEN | Flag.DELETED), (SENT, Flag(0)), "sent"),
        ((INBOX, Flag.SEEN), (SENT, Flag.SEEN | Flag.INTEGRATED), "sent"),
        ((INBOX, Flag.SEEN), (SENT, Flag.SEEN | Flag.FLAGGED), "sent"),
        ((INBOX, Flag(0)), (SENT, Flag.SEEN), "sent"),
        ((INBOX, Flag.SEEN), (SENT, Flag.SEEN), "inbox"),
    ],
)
def test_the_one_that_matters_is_kept(
    box: Box, first: tuple[Folder, Flag], second: tuple[Folder, Flag], kept: str
) -> None:
    box.put(first[0], b"aaaa", first[1])
    box.put(second[0], b"aaaa", second[1])
    (found,) = box.find()
    assert found.kept.folder.name == kept


def test_of_equal_ones_in_a_folder_the_oldest_is_kept(box: Box) -> None:
    for _time in range(3):
        box.put(INBOX, b"aaaa")
    assert shape(box.find()) == [[("inbox", 1), ("inbox", 2), ("inbox", 3)]]


def test_drafts_and_folders_that_show_others_are_left_out(box: Box) -> None:
    for folder in (INBOX, DRAFTS, ALL):
        box.put(folder, b"aaaa")
    assert box.find() == []


@pytest.mark.parametrize("size", [10, 300_000])
def test_small_and_large_messages_are_found_whatever_the_server_gives(box: Box, size: int) -> None:
    box.refuses_several = True
    for folder in (INBOX, SENT):
        box.put(folder, b"a" * size)
    assert len(box.find()) == 1


def test_what_fills_most_comes_first_and_progress_is_told(box: Box) -> None:
    told: list[tuple[int, int]] = []
    for folder in (INBOX, SENT):
        box.put(folder, b"aaaa")
        box.put(folder, b"bbbbbbbb")
    assert [each.size for each in box.find(on_read=lambda done, total: told.append((done, total)))] == [8, 4]
    assert told[-1] == (24, 24)


def test_a_folder_made_anew_stops_it(box: Box) -> None:
    box.put(INBOX, b"aaaa")
    box.put(INBOX, b"aaaa")
    box.uidvalidity = 8
    with pytest.raises(StoppedError, match="recréé"):
        box.find()


def test_it_can_be_stopped(box: Box) -> None:
    box.put(INBOX, b"aaaa")
    box.put(INBOX, b"aaaa")
    with pytest.raises(CancelledError):
        box.find(cancelled=lambda: True)


def test_mail_in_files_is_not_asked() -> None:
    with pytest.raises(UsageError, match="IMAP"):
        refuse_reading(Account("a@medecin.mssante.fr", access="files"))
