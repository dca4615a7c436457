"""The white list as it is kept: imported whole or not at all, with its age, and only ever a warning."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import DirectorySettings, parse_config
from balt.directory.trust import TrustSpace, import_white_list, kept_list, trust_space
from balt.errors import ConfigError, DirectoryError, StoppedError
from tests.directory.test_white_list import document, write
from tests.mailboxes.directory_cases import NOW

CLOCK = FixedClock(NOW)
INSIDE, OUTSIDE = "a@ch-essai.mssante.fr", "a@autre.mssante.fr"
NAMED_NOWHERE = DirectorySettings()


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A list that was downloaded ten days ago."""
    (tmp_path / "given").mkdir()
    return aged(write(tmp_path / "given", document("ch-essai.mssante.fr")), 10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def aged(path: Path, days: int) -> Path:
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def known(folder: Path, settings: DirectorySettings = NAMED_NOWHERE) -> TrustSpace:
    return trust_space(settings, folder, CLOCK)


def test_without_a_list_nothing_is_said(folder: Path) -> None:
    trust = known(folder)
    assert (trust.lacks(OUTSIDE), trust.warning(OUTSIDE, NOW), trust.age(NOW), trust.problem) == (
        False,
        "",
        "",
        "",
    )


def test_an_imported_list_stays_with_its_date_when_its_file_is_gone(folder: Path, given: Path) -> None:
    import_white_list(given, folder, CLOCK)
    given.unlink()
    trust = known(folder)
    assert (trust.lacks(OUTSIDE), trust.lacks(INSIDE)) == (True, False)
    assert trust.dated == NOW - timedelta(days=10)
    assert kept_list(folder).stat().st_mode & 0o777 == 0o600


def test_an_address_outside_is_warned_about_with_the_day_of_the_list(folder: Path, given: Path) -> None:
    warning = import_white_list(given, folder, CLOCK).warning(OUTSIDE, NOW)
    assert "autre.mssante.fr n'est pas dans la liste blanche" in warning
    assert "(liste du 13 nov. 2026)" in warning


def test_an_old_list_says_its_age(folder: Path, given: Path) -> None:
    import_white_list(aged(given, 240), folder, CLOCK)
    trust = known(folder)
    assert trust.is_old(NOW)
    assert "il y a" in trust.warning(OUTSIDE, NOW)
    assert trust.warning(INSIDE, NOW) == ""


def test_a_list_of_tomorrow_is_of_today(folder: Path, given: Path) -> None:
    assert import_white_list(aged(given, -3), folder, CLOCK).dated == NOW


@pytest.mark.parametrize("content", ["", "<Liste/>", "pas du XML", '<!DOCTYPE a SYSTEM "b"><Liste/>'])
def test_a_bad_file_leaves_the_old_list(folder: Path, given: Path, content: str) -> None:
    import_white_list(given, folder, CLOCK)
    before = kept_list(folder).read_bytes()
    bad = given.with_name("bad.xml")
    bad.write_text(content, encoding="utf-8")
    with pytest.raises(DirectoryError, match=r"bad\.xml"):
        import_white_list(bad, folder, CLOCK)
    assert kept_list(folder).read_bytes() == before


def test_a_copy_that_cannot_be_written_leaves_the_old_list(
    folder: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_white_list(given, folder, CLOCK)
    before = kept_list(folder).read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("balt.directory.trust.write_private", full)
    other = write(given.parent, document("autre.mssante.fr"))
    with pytest.raises(StoppedError, match="No space left"):
        import_white_list(other, folder, CLOCK)
    assert kept_list(folder).read_bytes() == before


def test_the_list_of_the_configuration_stands_before_the_imported_one(folder: Path, given: Path) -> None:
    import_white_list(given, folder, CLOCK)
    own = write(folder, document("autre.mssante.fr"))
    trust = known(folder, DirectorySettings(white_list=own))
    assert (trust.lacks(OUTSIDE), trust.lacks(INSIDE)) == (False, True)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("rien")])
def test_a_list_that_cannot_be_used_is_told_and_stops_nobody(
    folder: Path, given: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(given)
    trust = known(folder, DirectorySettings(white_list=given))
    assert "la liste blanche listeblanchemssante.xml ne peut pas être utilisée" in trust.problem
    assert trust.warning(OUTSIDE, NOW) == ""


def test_the_key_is_a_path_beside_the_configuration_and_a_mistake_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    config = parse_config('[directory]\nwhite_list = "liste.xml"\n', file)
    assert config.directory.white_list == tmp_path / "liste.xml"
    with pytest.raises(ConfigError, match=r"config\.toml, ligne 2 : « white_list » ne convient pas"):
        parse_config("[directory]\nwhite_list = 3\n", file)
    with pytest.raises(ConfigError, match=r"ligne 2 : clé inconnue « white_lists » .* « white_list »"):
        parse_config('[directory]\nwhite_lists = "a.xml"\n', file)
