"""The rights and the room of balt's files and folders."""

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import filelock
import pytest

from balt.doctor import places
from balt.doctor.model import Check, Result
from balt.doctor.places import look_at_configuration, look_at_folder

TEXT = '[[mailbox]]\naddress = "essai@medecin.mssante.fr"\naccess = "none"\n'
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration that is fine."""
    file = tmp_path / "config.toml"
    file.write_text(TEXT, encoding="utf-8")
    file.chmod(0o600)
    return file


def configuration(file: Path) -> dict[str, Check]:
    return {check.id: check for check in look_at_configuration(file)}


def folder(path: Path) -> dict[str, Check]:
    return {check.id: check for check in look_at_folder("state", path)}


def test_a_configuration_that_is_fine(file: Path) -> None:
    assert {check.result for check in configuration(file).values()} == {Result.OK}


@pytest.mark.parametrize(
    ("mode", "result", "said"),
    [
        (0o600, Result.OK, "à vous seul (0600)"),
        (0o400, Result.OK, "à vous seul (0400)"),
        (0o640, Result.WARNING, "peuvent le lire (0640)"),
        (0o604, Result.WARNING, "peuvent le lire (0604)"),
        (0o620, Result.FAILURE, "peuvent y écrire (0620)"),
        (0o666, Result.FAILURE, "peuvent y écrire (0666)"),
    ],
)
def test_the_rights_of_the_configuration(file: Path, mode: int, result: Result, said: str) -> None:
    file.chmod(mode)
    check = configuration(file)["config.rights"]
    assert (check.result, said in check.sentence) == (result, True)
    assert (f"chmod 600 {file}" == check.advice) is (result is not Result.OK)


def test_a_configuration_of_someone_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = file.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    monkeypatch.setattr(places, "_ROOT", owner + 2)
    check = configuration(file)["config.rights"]
    assert (check.result, "un autre utilisateur" in check.sentence) == (Result.FAILURE, True)


def test_a_link_is_named(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "lien.toml"
    link.symlink_to(file)
    assert f"C'est un lien vers {file}" in configuration(link)["config.rights"].sentence


def test_no_configuration_says_how_to_begin(tmp_path: Path) -> None:
    checks = configuration(tmp_path / "config.toml")
    assert list(checks) == ["config.file"]
    assert (checks["config.file"].result, "balt demo" in checks["config.file"].advice) == (
        Result.WARNING,
        True,
    )


@pytest.mark.parametrize(("text", "result"), [("langage = 1\n", Result.FAILURE), ("", Result.WARNING)])
def test_a_configuration_that_is_of_no_use(file: Path, text: str, result: Result) -> None:
    file.write_text(text, encoding="utf-8")
    check = configuration(file)["config.file"]
    assert (check.result, bool(check.advice or check.sentence)) == (result, True)


def test_a_folder_that_is_fine_stays_empty(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert {check.result for check in folder(tmp_path).values()} == {Result.OK}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    checks = folder(tmp_path / "un" / "deux")
    assert (checks["state.folder"].result, (tmp_path / "un").exists()) == (Result.OK, False)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "un").write_text("un fichier", encoding="utf-8")
    assert folder(tmp_path / "un" / "deux")["state.folder"].result is Result.FAILURE


@pytest.mark.parametrize(("mode", "result"), [(0o750, Result.WARNING), (0o777, Result.FAILURE)])
def test_the_rights_of_a_folder(tmp_path: Path, mode: int, result: Result) -> None:
    tmp_path.chmod(mode)
    check = folder(tmp_path)["state.rights"]
    assert (check.result, check.advice) == (result, f"chmod 700 {tmp_path}")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (NotImplementedError(), "ne permet pas de verrouiller"),
    ],
)
def test_a_disk_that_cannot_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(filelock.FileLock, "acquire", fail)
    check = folder(tmp_path)["state.folder"]
    assert (check.result, said in check.sentence) == (Result.FAILURE, True)


@pytest.mark.parametrize(
    ("free", "result"), [(2**20, Result.FAILURE), (50 * 2**20, Result.WARNING), (2**30, Result.OK)]
)
def test_the_room_that_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, result: Result
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(2**40, 0, free))
    assert folder(tmp_path)["state.room"].result is result
