"""``balt status``, ``messages`` and ``checklist`` on mail in files; what balt cannot reach is still said."""

import json
from pathlib import Path
from typing import Any

import pytest

from balt.cli import main
from tests.mail.files.mails import ADDRESS, SHAPES, letter, tree

NONE = "sans.acces@medecin.mssante.fr"


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of mail, and the configuration that names it (and a BAL that balt cannot reach)."""
    root = tmp_path / "courrier"
    (root / "Corbeille").mkdir(parents=True)
    for name, shape in SHAPES.items():
        (root / f"{name}.eml").write_bytes(shape())
    (root / "Corbeille" / "vieux.eml").write_bytes(letter())
    file = tmp_path / "config.toml"
    file.write_text(
        f'[[mailbox]]\naddress = "{ADDRESS}"\naccess = "files"\npath = "courrier"\nquota = "1M"\n'
        f'[[mailbox]]\naddress = "{NONE}"\naccess = "none"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("BALT_CONFIG", str(file))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    capsys.readouterr()
    code = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out or "null"), err


def test_the_status_tells_the_figures_of_the_files(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(mail)
    code, (files, none), err = run(capsys, "status")
    sizes = sum(path.stat().st_size for path in mail.rglob("*.eml"))
    assert (code, err) == (0, "")
    assert (files["reachable"], files["messages"], files["size"]) == (True, len(SHAPES) + 1, sizes)
    assert files["quota"] == {"used": sizes, "limit": 1024 * 1024}
    assert files["trash"] == {"messages": 1, "size": len(letter())}
    assert not none["reachable"]
    assert tree(mail) == before


def test_the_messages_of_the_files_are_listed(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, _err = run(
        capsys, "messages", ADDRESS, "--filter", "kind:document", "--sort", "size", "--folder", "INBOX"
    )
    assert code == 0
    assert [row["subject"] for row in rows] == [
        "CR d'examens biologiques ESSAI ALIX",
        "TR: Avis",
        "Avis cardio – patient fictif",
    ]


def test_a_mailbox_without_any_access_is_refused(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _rows, err = run(capsys, "messages", NONE)
    assert code == 2
    assert "none" in err


def test_files_that_are_not_there_are_said(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail.rename(mail.with_name("ailleurs"))
    code, (files, _none), err = run(capsys, "status")
    assert code == 3
    assert not files["reachable"]
    assert "n'existe pas" in files["error"]
    assert "n'existe pas" in err
