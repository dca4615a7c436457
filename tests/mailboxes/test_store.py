"""The one small file: private, whole, shared, and never written over when it cannot be understood."""

import errno
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import filelock
import pytest

from balt.errors import StoppedError
from balt.mailboxes import store as module
from balt.mailboxes.store import Shape, Store, key_of, moment, rows, words


def _decode(document: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(words(row["name"]) for row in rows(document["names"]))


def _encode(names: tuple[str, ...]) -> Mapping[str, object]:
    return {"names": [{"name": name} for name in names]}


NAMES: Shape[tuple[str, ...]] = Shape("balt names", 2, (), _decode, _encode)


@pytest.fixture
def store(tmp_path: Path) -> Store[tuple[str, ...]]:
    return Store(tmp_path / "data" / "names.json", NAMES)


def document(**changed: object) -> str:
    return json.dumps({"format": "balt names", "version": 2, "names": [{"name": "Lilas"}], **changed})


def written(store: Store[tuple[str, ...]], content: str | bytes) -> Path:
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_bytes(content.encode() if isinstance(content, str) else content)
    return store.path


def test_what_is_written_is_read_back(store: Store[tuple[str, ...]]) -> None:
    store.change(lambda names: (*names, "Cabinet d'Été"))
    assert store.read() == ("Cabinet d'Été",)


def test_no_file_is_an_empty_value_and_reading_creates_nothing(store: Store[tuple[str, ...]]) -> None:
    assert store.read() == ()
    assert not store.path.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_the_file_and_its_folder_are_for_their_owner_alone(store: Store[tuple[str, ...]]) -> None:
    written(store, document()).chmod(0o644)
    store.change(lambda names: (*names, "CH"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (store.path, store.path.parent)}
    assert modes == {"names.json": 0o600, "data": 0o700}


def test_a_value_that_stays_the_same_is_not_written(store: Store[tuple[str, ...]]) -> None:
    store.change(lambda names: names)
    assert not store.path.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "\x00\x00",
        b"\xff\xfe",
        "[" * 100_000,
        document(format="other"),
        document(version=1),
        document(version="2"),
        document(names={}),
        document(names=["Lilas"]),
        document(names=[{"name": 3}]),
        document(names=[{}]),
        '{"format": "balt names", "version": 2}',
    ],
    ids=lambda content: repr(content)[:30],
)
def test_a_damaged_or_foreign_file_is_named_and_left_as_it_is(
    store: Store[tuple[str, ...]], content: str | bytes
) -> None:
    before = written(store, content).read_bytes()
    for attempt in (store.read, lambda: store.change(lambda names: (*names, "CH"))):
        with pytest.raises(StoppedError) as caught:
            attempt()
        assert caught.value.message == f"Le fichier {store.path} est abîmé, ou n'est pas de balt."
        assert caught.value.advice.startswith("Il n'a pas été touché.")
    assert store.path.read_bytes() == before


def test_a_file_of_a_newer_balt_is_left_as_it_is(store: Store[tuple[str, ...]]) -> None:
    before = written(store, document(version=3, more=[])).read_bytes()
    with pytest.raises(StoppedError) as caught:
        store.change(lambda names: (*names, "CH"))
    assert caught.value.message == f"Le fichier {store.path} a été écrit par un balt plus récent."
    assert store.path.read_bytes() == before


def test_a_huge_file_is_not_read_whole(
    store: Store[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 100)
    written(store, document() + " " * 100)
    with pytest.raises(StoppedError, match="abîmé"):
        store.read()


def test_a_value_that_could_not_be_read_back_is_not_written(
    store: Store[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 200)
    store.change(lambda names: ("Lilas",))
    with pytest.raises(StoppedError, match="deviendrait trop grand"):
        store.change(lambda names: ("x" * 200,))
    assert store.read() == ("Lilas",)


def test_what_is_not_a_file_is_refused_without_waiting_on_it(store: Store[tuple[str, ...]]) -> None:
    store.path.mkdir(parents=True)
    with pytest.raises(StoppedError, match="abîmé"):
        store.read()


def test_a_full_disk_leaves_the_file_as_it_was(
    store: Store[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(lambda names: ("Lilas",))

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoppedError, match="ne peut pas être écrit : No space left"):
        store.change(lambda names: (*names, "CH"))
    assert store.read() == ("Lilas",)


def test_a_file_that_may_not_be_read_ends_in_a_sentence(
    store: Store[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    written(store, document())
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StoppedError, match="ne peut pas être lu : Permission denied"):
        store.read()


def test_a_folder_that_cannot_be_made_ends_in_a_sentence(store: Store[tuple[str, ...]]) -> None:
    store.path.parent.write_text("in the way", encoding="utf-8")
    with pytest.raises(StoppedError, match="ne peut pas être écrit"):
        store.change(lambda names: ("CH",))


def test_a_disk_without_locks_ends_in_a_sentence(
    store: Store[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(self: filelock.BaseFileLock) -> None:
        raise type("NoLocks", (NotImplementedError,), {})

    monkeypatch.setattr(filelock.FileLock, "_acquire", unable)
    with pytest.raises(StoppedError, match="ne permet pas de verrouiller"):
        store.change(lambda names: ("CH",))


def test_a_file_that_another_balt_keeps_busy_is_not_waited_for_for_ever(
    store: Store[tuple[str, ...]], slept: list[float]
) -> None:
    store.change(lambda names: ("Lilas",))
    hurried = Store(store.path, NAMES, wait=0)
    with filelock.FileLock(f"{store.path}.lock"), pytest.raises(StoppedError, match="occupé par un autre"):
        hurried.change(lambda names: ())
    assert slept == []
    assert store.read() == ("Lilas",)


def test_a_lock_is_given_back_after_a_failure(store: Store[tuple[str, ...]]) -> None:
    def fails(names: tuple[str, ...]) -> tuple[str, ...]:
        raise KeyError("a defect")

    with pytest.raises(KeyError):
        store.change(fails)
    assert store.change(lambda names: ("Lilas",)) == ("Lilas",)


def appending(name: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    return lambda names: (*names, name)


def test_several_balt_at_once_lose_nothing(tmp_path: Path) -> None:
    def add(who: str) -> None:
        own = Store(tmp_path / "names.json", NAMES)
        for number in range(10):
            own.change(appending(f"{who}{number}"))

    threads = [threading.Thread(target=add, args=(who,)) for who in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Store(tmp_path / "names.json", NAMES).read()
    assert sorted(kept) == sorted(f"{who}{number}" for who in "abcd" for number in range(10))


def test_a_text_of_the_file_cannot_drive_the_terminal() -> None:
    assert words("Lilas\x1b[2J\nici") == "Lilas·[2J ici"
    assert key_of("  Camille@Medecin.MSSANTE.fr\n") == "camille@medecin.mssante.fr"


@pytest.mark.parametrize("value", ["", "demain", "2026-11-23T10:00:00", 3, None])
def test_a_moment_without_a_zone_is_no_moment(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        moment(value)


@pytest.mark.parametrize("year", ["0001", "1989", "2201", "9999"])
def test_a_moment_near_the_ends_of_the_calendar_is_no_moment(year: str) -> None:
    with pytest.raises(ValueError):
        moment(f"{year}-06-30T12:00:00+02:00")


@pytest.mark.parametrize("year", ["1990", "2200"])
def test_a_moment_of_the_years_that_count_is_one(year: str) -> None:
    assert moment(f"{year}-06-30T12:00:00+02:00").year == int(year)


def test_what_could_not_be_understood_afterwards_is_not_written(tmp_path: Path) -> None:
    def decode(document: Mapping[str, object]) -> str:
        return moment(document["when"]).isoformat()

    store = Store(tmp_path / "day.json", Shape("balt day", 1, "", decode, lambda when: {"when": when}))
    store.change(lambda when: "2026-11-23T10:00:00+01:00")
    with pytest.raises(StoppedError, match="ne pourrait pas être relu") as caught:
        store.change(lambda when: "1970-01-01T00:00:07+00:00")
    assert "date de cet ordinateur" in caught.value.advice
    assert store.read() == "2026-11-23T10:00:00+01:00"
