"""What this computer remembers of an auto-reply: after damage the server tells, a disk that fails stops."""

from pathlib import Path

import pytest

from balt.cases.autoreply.record import Phase, Record, Records
from balt.config import Account
from balt.errors import StoppedError

ACCOUNT = Account("ancienne.exemple@medecin.mssante.fr", host="imap.exemple.fr")
INSTALLED = Record(Phase.INSTALLED, "autoreply-1", "digest", "2026-03-02T09:00:00+00:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the memory of the account is, once something was remembered."""
    Records(tmp_path, ACCOUNT).save(INSTALLED)
    (made,) = (tmp_path / "autoreply").iterdir()
    return made


def test_what_is_damaged_is_as_if_nothing_was_remembered(tmp_path: Path, folder: Path) -> None:
    assert Records(tmp_path, ACCOUNT).load() == INSTALLED
    for content in ("{", "[]", '{"phase": "unknown", "act": ""}', "{}"):
        (folder / "record.json").write_text(content, encoding="utf-8")
        assert Records(tmp_path, ACCOUNT).load() is None


def test_what_cannot_be_read_or_written_stops_before_the_server_is_asked(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "record.json").unlink()
    (folder / "record.json").mkdir()
    records = Records(tmp_path, ACCOUNT)
    with pytest.raises(StoppedError):
        records.load()
    with pytest.raises(StoppedError):
        records.save(INSTALLED)


def test_a_script_of_the_person_that_cannot_be_kept_stops_too(tmp_path: Path, folder: Path) -> None:
    records = Records(tmp_path, ACCOUNT)
    place = records.keep(b"keep;")
    assert records.keep(b"keep;") == place
    place.unlink()
    place.mkdir()
    with pytest.raises(StoppedError):
        records.keep(b"keep;")
