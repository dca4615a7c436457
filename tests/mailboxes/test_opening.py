"""Opening a folder, or all of them: first rows first, then pauses; a refusal hides no other folder."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.listing import Listing, SortKey
from balt.mail.whole import EVERYWHERE
from balt.mailboxes.opening import FIRST_ROWS, Listed, open_steps
from tests.mailboxes.fake_mail import FakeMail

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BY_SIZE: tuple[SortKey, bool] = ("size", False)


class Sorting(FakeMail):
    """Folders in memory, on a server that sorts when ``first`` says so."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.first: Listing | None = None
        self.sorted: list[tuple[str, SortKey, bool, int]] = []
        self.scanned: list[str] = []

    def first_rows(self, folder: str, key: SortKey, reverse: bool, count: int) -> Listing | None:
        """What ``first`` holds."""
        self.sorted.append((folder, key, reverse, count))
        return self.first

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]:
        """Told by two pauses; a server may count more than there is."""
        self.scanned.append(folder)
        if folder in self.refused:
            raise RefusedError("le serveur refuse d'ouvrir ce dossier.")
        total = len(self._listings[folder])
        yield 0, total
        yield total + 5, total
        return self._listings[folder]


class Opening:
    """One opening, step by step: what was told, and what came out."""

    def __init__(self, session: Listed, folder: str, numbers: dict[str, int] | None = None) -> None:
        self.first: list[Listing] = []
        self.progress: list[tuple[int, int]] = []
        self.numbers = {} if numbers is None else numbers
        self.steps = open_steps(
            session,
            folder,
            BY_SIZE,
            self.numbers,
            self.first.append,
            lambda done, total: self.progress.append((done, total)),
        )

    def to_the_end(self) -> Listing:
        while True:
            try:
                next(self.steps)
            except StopIteration as end:
                listing: Listing = end.value
                return listing


@pytest.fixture
def mail() -> Sorting:
    made = Sorting()
    for uid in (1, 2, 3):
        made.add("INBOX", uid, size=uid * 100)
    for uid in (1, 9):
        made.add("Archives", uid, size=uid * 1000)
    return made


def test_first_rows_are_shown_before_anything_is_listed(mail: Sorting) -> None:
    mail.first = Listing("INBOX", 1, 10)
    opening = Opening(mail, "INBOX")
    next(opening.steps)
    assert opening.first == [mail.first]
    assert mail.sorted == [("INBOX", "size", False, FIRST_ROWS)]
    assert mail.scanned == []
    assert list(opening.to_the_end().uids) == [1, 2, 3]


def test_without_first_rows_the_list_comes_at_once(mail: Sorting) -> None:
    opening = Opening(mail, "INBOX")
    next(opening.steps)
    assert mail.scanned == ["INBOX"]
    assert list(opening.to_the_end().uids) == [1, 2, 3]
    assert opening.first == []


def test_progress_never_goes_beyond_the_whole(mail: Sorting) -> None:
    opening = Opening(mail, "INBOX")
    opening.to_the_end()
    assert opening.progress == [(0, 3), (3, 3)]


def test_an_opening_left_at_a_pause_asks_nothing_more(mail: Sorting) -> None:
    mail.first = Listing("INBOX", 1, 10)
    opening = Opening(mail, "INBOX")
    next(opening.steps)
    opening.steps.close()
    assert mail.scanned == []
    assert opening.progress == []


def test_a_refusal_of_the_one_folder_is_told(mail: Sorting) -> None:
    mail.refused.add("INBOX")
    with pytest.raises(RefusedError):
        Opening(mail, "INBOX").to_the_end()


def test_all_folders_stand_in_one_list_and_none_is_sorted_by_the_server(mail: Sorting) -> None:
    opening = Opening(mail, EVERYWHERE)
    listing = opening.to_the_end()
    assert mail.sorted == []
    assert mail.scanned == ["INBOX", "Archives"]
    places = {
        (listing.folder_of(row), listing.uid_of(row)): listing.sizes[row] for row in range(len(listing))
    }
    assert places == {
        ("INBOX", 1): 100,
        ("INBOX", 2): 200,
        ("INBOX", 3): 300,
        ("Archives", 1): 1000,
        ("Archives", 9): 9000,
    }
    assert set(opening.numbers) == {"INBOX", "Archives"}


def test_keys_last_from_one_opening_to_the_next(mail: Sorting) -> None:
    first = Opening(mail, EVERYWHERE)
    before = first.to_the_end()
    key = before.key_of("Archives", 9)
    mail.add("Autre", 4)
    after = Opening(mail, EVERYWHERE, first.numbers).to_the_end()
    assert after.key_of("Archives", 9) == key
    assert len(after) == len(before) + 1


def test_a_folder_that_the_server_refuses_hides_no_other(mail: Sorting) -> None:
    mail.refused.add("INBOX")
    listing = Opening(mail, EVERYWHERE).to_the_end()
    assert {listing.folder_of(row) for row in range(len(listing))} == {"Archives"}


def test_a_line_that_fails_ends_the_opening(mail: Sorting, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_folder: str) -> Generator[tuple[int, int], None, Listing]:
        yield 0, 3
        raise ConnectionFailedError("le serveur ne répond pas.")

    monkeypatch.setattr(mail, "scan_steps", fails)
    with pytest.raises(ConnectionFailedError):
        Opening(mail, EVERYWHERE).to_the_end()


def test_progress_over_all_folders_goes_on_from_one_to_the_next(
    mail: Sorting, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [replace(f, messages=len(mail._listings.get(f.name, ()))) for f in mail.folders()]
    monkeypatch.setattr(mail, "folders", lambda: known)
    opening = Opening(mail, EVERYWHERE)
    opening.to_the_end()
    assert opening.progress == [(0, 5), (3, 5), (3, 5), (5, 5)]
