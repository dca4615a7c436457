"""Where balt keeps things, which language it speaks, and what time it is."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt import i18n, paths
from balt.clock import FixedClock, ShiftedClock, SystemClock

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


def test_asking_for_a_path_creates_nothing(tmp_path: Path) -> None:
    environ = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE", "DATA")}
    assert paths.config_file(environ) == tmp_path / "CONFIG" / "balt" / "config.toml"
    assert paths.state_dir(environ) == tmp_path / "STATE" / "balt"
    assert paths.data_dir(environ) == tmp_path / "DATA" / "balt"
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_can_be_anywhere() -> None:
    assert paths.config_file({"BALT_CONFIG": "ailleurs.toml"}) == Path("ailleurs.toml")


def test_a_relative_xdg_folder_does_not_count() -> None:
    assert paths.state_dir({"XDG_STATE_HOME": "ici"}) == paths.state_dir({})


@posix
def test_a_private_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = paths.private_dir(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    assert paths.private_dir(folder).stat().st_mode & 0o777 == 0o700


@posix
def test_a_folder_that_all_share_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    assert paths.private_dir(shared).stat().st_mode & 0o7777 == 0o1777


@posix
@pytest.mark.parametrize("mode", [0o700, 0o777, 0o1777])
def test_a_folder_of_someone_else_is_refused_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    theirs = tmp_path / "balt"
    theirs.mkdir()
    theirs.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: theirs.stat().st_uid + 1)
    with pytest.raises(PermissionError) as told:
        paths.private_dir(theirs)
    assert told.value.strerror == "ce dossier appartient à un autre utilisateur"
    assert theirs.stat().st_mode & 0o7777 == mode


@posix
def test_a_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"before")
    file.chmod(0o644)
    paths.write_private(file, b"after")
    assert file.read_bytes() == b"after"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    paths.write_private(file, b"before")
    with pytest.raises(TypeError):
        paths.write_private(file, "not octets")  # type: ignore[arg-type]
    assert file.read_bytes() == b"before"


def test_a_remainder_of_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "plan.json.part").write_bytes(b"half")
    paths.write_private(tmp_path / "plan.json", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LANG": "C"}, "fr"),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], expected: str) -> None:
    assert i18n.preferred_language(environ) == expected


def test_none_takes_the_singular_in_french_and_the_plural_in_english() -> None:
    assert i18n.ngettext("%d jour", "%d jours", 0) == "%d jour"
    i18n.set_language("en")
    assert i18n.ngettext("%d jour", "%d jours", 0) == "%d days"
    assert i18n.ngettext("%d jour", "%d jours", 1) == "%d day"


def test_a_language_that_balt_does_not_speak_is_refused() -> None:
    with pytest.raises(ValueError):
        i18n.set_language("de")
    assert i18n.language() == "fr"


def test_the_clocks_know_their_zone() -> None:
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert SystemClock().now().tzinfo is not None
    assert FixedClock(moment).now() == moment
    assert ShiftedClock(moment).now() - moment < timedelta(minutes=1)
    assert ShiftedClock(moment).now() >= moment
