"""``balt case delete`` before anything is archived: what is missing, and the command that goes on."""

from pathlib import Path

import pytest

from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, directory, seen_out_of_the_directory
from tests.cli.conftest import Balt, Places

__all__ = ["directory"]

FILES = "exportee@medecin.mssante.fr"
BY_WORD = f"balt case delete {FILES} --nothing-to-keep"


@pytest.mark.parametrize("exists", [False, True])
def test_where_nothing_is_archived_yet_the_command_that_archives_is_told(
    balt: Balt, places: Places, tmp_path: Path, exists: bool
) -> None:
    account, archive = places.add(), tmp_path / "archive"
    seen_out_of_the_directory(account.address)
    if exists:
        archive.mkdir()
    refused = balt("case", "delete", account.address, "--archive", str(archive))
    assert (refused.code, f"pas d'archive de balt dans {archive}" in refused.err) == (4, True)
    assert f"balt plan {account.address} --all --then keep --archive {archive}" in refused.err
    assert balt("case", "list", "--json").json == []


def test_a_folder_that_is_not_there_is_told_in_words_of_ours(balt: Balt, tmp_path: Path) -> None:
    told = balt("archive", "verify", str(tmp_path / "nulle-part"))
    assert (told.code, "ce dossier n'existe pas" in told.err) == (4, True)
    assert "No such file" not in told.err


@pytest.fixture
def exported(directory: DirectoryServer, config_file: Path, tmp_path: Path) -> str:
    """A BAL that is read from exported files, and out of the directory."""
    (tmp_path / "export").mkdir()
    with config_file.open("a", encoding="utf-8") as config:
        config.write(f'[[mailbox]]\naddress = "{FILES}"\naccess = "files"\npath = "{tmp_path}/export"\n')
    seen_out_of_the_directory(FILES)
    return FILES


def test_of_exported_files_only_the_word_of_the_holder_unlocks_the_deletion(
    balt: Balt, exported: str, tmp_path: Path
) -> None:
    refused = balt("case", "delete", exported, "--archive", str(tmp_path / "archive"))
    assert (refused.code, BY_WORD in refused.err) == (2, True)
    assert "--archive" not in refused.err


def test_so_it_is_of_a_bal_that_balt_cannot_open(
    balt: Balt, directory: DirectoryServer, tmp_path: Path
) -> None:
    directory.depublish(BAL)
    refused = balt("case", "delete", BAL, "--archive", str(tmp_path / "archive"))
    assert (refused.code, f"balt case delete {BAL} --nothing-to-keep" in refused.err) == (2, True)


def test_what_begins_a_deletion_is_told_as_it_can_be_done(balt: Balt, exported: str) -> None:
    assert balt("case", "depublish", exported, "--to", BAL).code == 0
    told = balt("case", "tell", exported, "deleted")
    assert (told.code, BY_WORD in told.err) == (2, True)
