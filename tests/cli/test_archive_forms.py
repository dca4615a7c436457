"""``balt archive export`` and ``expire``: what a script gets, and where the messages are afterwards."""

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cleanup.forms.conftest import HEAD, Archive, tree
from tests.cleanup.forms.test_sealed import Key
from tests.cli.conftest import Balt


def today() -> str:
    """The day that the machine tells, as ``--today`` takes it."""
    return datetime.now(UTC).astimezone().date().isoformat()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.put(HEAD + b"1\r\n", flags=("\\Seen",))
    made.put(HEAD + b"2\r\n", "Sent")
    return made


def test_an_archive_becomes_a_maildir(balt: Balt, archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "mail"
    result = balt("archive", "export", str(archive.place), "--to", "maildir", str(target), "--json")
    assert result.code == 0
    assert result.json == {
        "exported": 2,
        "exported_size": sum(each.size for each in archive.records),
        "folders": 2,
        "damaged": [],
        "missing": [],
    }
    assert len(mailbox.Maildir(target, create=False)) == 1
    assert "TESTPATIENT" not in result.out + result.err


def test_what_is_damaged_is_a_finding(balt: Balt, archive: Archive, tmp_path: Path) -> None:
    archive.path(archive.records[0]).write_bytes(b"?")
    result = balt("archive", "export", str(archive.place), "--to", "mbox", str(tmp_path / "mail"))
    assert result.code == 1
    assert archive.records[0].file in result.err


def test_what_exists_is_never_written_over(balt: Balt, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    result = balt("archive", "export", str(archive.place), "--to", "mbox", str(tmp_path / "mail"))
    assert (result.code, "existe déjà" in result.err) == (2, True)
    assert not list((tmp_path / "mail").iterdir())


def test_the_form_must_be_said(balt: Balt, archive: Archive, tmp_path: Path) -> None:
    assert balt("archive", "export", str(archive.place), str(tmp_path / "mail")).code == 2
    assert not (tmp_path / "mail").exists()


def test_nothing_expires_without_yes(balt: Balt, config_file: Path, archive: Archive) -> None:
    config_file.write_text('language = "fr"\n')
    archive.put(HEAD + b"old", received="05-Mar-2010 14:32:00 +0100")
    arguments = ("archive", "expire", str(archive.place), "--older", "10y")
    told = balt(*arguments, "--json")
    assert (told.code, told.json["expired"], told.json["done"], told.json["kept"]) == (0, 1, False, 2)
    assert "--yes" in told.err
    assert archive.path(archive.records[-1]).exists()

    done = balt(*arguments, "--yes", "--today", today(), "--json")
    assert (done.code, done.json["expired"], done.json["freed"]) == (0, 1, archive.records[-1].size)
    assert balt("archive", "verify", str(archive.place)).code == 0
    lines = [line for line in balt("journal", "--json").json if line["action"] == "expire"]
    assert [(line["count"], line["answer"]) for line in lines] == [(1, ""), (1, "OK")]
    assert {line["mailbox"] for line in lines} == {archive.records[0].account}


def test_nothing_expires_by_the_word_of_a_clock_that_nothing_confirms(
    balt: Balt, config_file: Path, archive: Archive
) -> None:
    config_file.write_text('language = "fr"\n')
    archive.put(HEAD + b"old", received="05-Mar-2010 14:32:00 +0100")
    manifest = archive.place / "manifest.jsonl"
    manifest.write_text(manifest.read_text().replace("2026-11-22T", "2024-09-01T"))
    before = tree(archive.place)
    arguments = ("archive", "expire", str(archive.place), "--older", "10y")
    looked = balt(*arguments)
    assert "1er sept. 2024" in looked.err
    refused = balt(*arguments, "--yes")
    assert (refused.code, f"--today {today()}" in refused.err) == (4, True)
    wrong = balt(*arguments, "--yes", "--today", "2010-01-01")
    assert (wrong.code, "--today" in wrong.err) == (2, True)
    assert before.items() <= tree(archive.place).items()
    assert balt("journal", "--json").json == []


def test_an_age_must_be_one(balt: Balt, archive: Archive) -> None:
    refused = balt("archive", "expire", str(archive.place), "--older", "long")
    assert (refused.code, "5y" in refused.err) == (2, True)


def test_verify_says_that_an_expiry_was_cut(balt: Balt, archive: Archive) -> None:
    (archive.place / "expiring.part").touch()
    result = balt("archive", "verify", str(archive.place))
    assert (result.code, "balt archive expire" in result.err) == (1, True)


def test_a_sealed_copy_is_proved_with_and_without_its_key_and_opened_again(
    balt: Balt, archive: Archive, tmp_path: Path
) -> None:
    key = Key(tmp_path / "key.txt")
    sealed, opened = str(tmp_path / "sealed"), tmp_path / "opened"
    made = balt(
        "archive", "export", str(archive.place), "--to", "age", sealed, "--encrypt-to", key.public, "--json"
    )
    assert (made.code, made.json["exported"]) == (0, 2)

    blind = balt("archive", "verify", sealed, "--json")
    assert (blind.code, blind.json["ok"], blind.json["encrypted"], blind.json["read"]) == (0, 2, True, False)
    assert "contenu non relu sans la clé" in blind.err
    seen = balt("archive", "verify", sealed, "--identity", str(key.file), "--json")
    assert (seen.code, seen.json["ok"], seen.json["read"]) == (0, 2, True)

    refused = balt("archive", "export", sealed, "--to", "maildir", str(opened))
    assert (refused.code, "--identity" in refused.err, opened.exists()) == (2, True, False)
    identity = ["--identity", str(key.file)]
    assert balt("archive", "export", sealed, "--to", "maildir", str(opened), *identity).code == 0
    assert len(mailbox.Maildir(opened, create=False)) == 1


def test_the_recipients_may_be_in_the_configuration(
    balt: Balt, config_file: Path, archive: Archive, tmp_path: Path
) -> None:
    key = Key(tmp_path / "key.txt")
    arguments = ("archive", "export", str(archive.place), "--to", "age", str(tmp_path / "sealed"))
    config_file.write_text("[archive]\n")
    assert "recipients" in balt(*arguments).err
    config_file.write_text('[archive]\nrecipients = "age1"\n')
    assert balt(*arguments).code == 2
    config_file.write_text(f'[archive]\nrecipients = ["{key.public}"]\n')
    assert balt(*arguments).code == 0
    assert balt("archive", "verify", str(tmp_path / "sealed"), "--identity", str(key.file)).code == 0


def test_a_form_in_clear_is_not_encrypted_by_half(balt: Balt, archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "mail"
    refused = balt(
        "archive", "export", str(archive.place), "--to", "mbox", str(target), "--encrypt-to", "age1x"
    )
    assert (refused.code, "--to age" in refused.err, target.exists()) == (2, True, False)
