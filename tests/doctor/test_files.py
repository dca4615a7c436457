"""Trying a BAL that is read from files."""

from pathlib import Path

import pytest

from balt.config import Account
from balt.doctor.model import Result
from tests.doctor.conftest import tried

MAIL = b"From: labo@bio-fictive.mssante.fr\nSubject: essai\n\nBonjour\n"


def account(path: Path) -> Account:
    return Account("essai@medecin.mssante.fr", access="files", path=path)


def test_a_folder_of_mails_is_counted(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(MAIL)
    checks = tried(account(tmp_path))
    assert [(check.id, check.result) for check in checks.values()] == [
        ("files", Result.OK),
        ("folders", Result.OK),
    ]
    assert checks["folders"].sentence == "1 dossier."


@pytest.mark.parametrize("name", ["absent", "fichier/dedans"])
def test_a_path_that_leads_nowhere_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    checks = tried(account(tmp_path / name))
    assert [(check.id, check.result) for check in checks.values()] == [("files", Result.FAILURE)]
    assert checks["files"].advice


def test_no_password_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(MAIL)

    class Asked(str):
        __slots__ = ()

        def __str__(self) -> str:
            raise AssertionError("asked")

    assert tried(account(tmp_path), Asked())["files"].result is Result.OK
