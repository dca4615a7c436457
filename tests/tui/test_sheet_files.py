"""From view 1: the filled sheets in a file, and what another person wrote down taken over. Nothing that is
there is replaced.
"""

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.sheets.filled import forms
from balt.sheets.filled.model import Filled
from balt.sheets.share import export
from tests.tui.driver import NOW, Person, sitting

CAMILLE = "camille.exemple@medecin.mssante.fr"
WEBMAIL = "webmail@medecin.mssante.fr"


async def typed(person: Person, text: str) -> None:
    """Write over what is proposed, and confirm."""
    await person.press("ctrl+u")
    await person.type(text)
    await person.press("enter")


@pytest.mark.parametrize(
    ("name", "begins"), [("a.pdf", b"%PDF"), ("a.html", b"<!DOCTYPE html>"), ("a.md", b"# ")]
)
async def test_x_writes_the_filled_sheets_in_the_form_of_the_name(
    demo: Demo, tmp_path: Path, name: str, begins: bytes
) -> None:
    file = tmp_path / "mur" / name
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("x")
        await typed(person, str(file))
        assert any(f"Les fiches remplies sont dans {file}" in said for said in person.said())
    assert file.read_bytes().startswith(begins)


async def test_the_place_that_is_proposed_has_the_day_and_the_last_folder(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("x")
        assert "~/balt/fiches-2026-11-22.pdf" in person.screen()
        await typed(person, str(tmp_path / "a.md"))
        await person.press("b", "x")
        proposed = person.app.screen.query_one(Input).value
        assert proposed == str(tmp_path / "fiches-camille.exemple-2026-11-22.pdf")


async def test_of_one_bal_its_own_sheets_are_written(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("b", "x")
        await typed(person, str(tmp_path / "a.md"))
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert f"**{CAMILLE}**" in text
    assert "412 messages" in text


async def test_a_file_that_is_there_is_kept_and_another_name_is_asked(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("à moi", encoding="utf-8")
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("x")
        await typed(person, str(file))
        assert any("existe déjà" in each for each in person.statics())
        await person.press("enter")
        assert len(person.app.screen_stack) == 1
    assert file.read_text(encoding="utf-8") == "à moi"
    assert (tmp_path / "a-2.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.docx", "La fin du nom ne dit pas la forme"),
        ("fichier/a.md", "ne peut pas être écrit"),
        ("~personne-de-ce-nom/a.md", "Ce dossier ne mène nulle part."),
    ],
)
async def test_what_cannot_be_written_is_told(demo: Demo, tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("x")
        await typed(person, name if name.startswith("~") else str(tmp_path / name))
        assert any(why in said for said in person.said())
        assert person.app.is_running


async def test_the_sheets_are_drawn_beside_the_screen(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def noting(document: Filled, path: Path) -> bytes:
        threads.append(threading.current_thread())
        return b"x"

    monkeypatch.setattr(forms, "in_form", noting)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("x")
        await typed(person, str(tmp_path / "a.pdf"))
    assert threads
    assert threading.main_thread() not in threads


# Several hands


async def test_what_is_noted_here_goes_to_a_file_of_its_own(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "cabinet.json"
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("X", "1")
        assert "partage-2026-11-22.json" in person.screen()
        await typed(person, str(file))
        assert any("lisible de vous seul" in said for said in person.said())
    assert file.stat().st_mode & 0o077 == 0


async def test_what_another_person_wrote_is_shown_first_then_taken_over(demo: Demo, tmp_path: Path) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    Notebook(theirs, FixedClock(NOW), "Lou ESSAI").answer(CAMILLE, Question.CONSULTED, "no")
    export(theirs, tmp_path / "lou.json")
    async with sitting(demo.config, demo.secrets, mine) as person:
        await person.press("X", "2")
        await typed(person, str(tmp_path / "lou.json"))
        assert "1 chose diffère." in person.screen()
        assert Notebook(mine, FixedClock(NOW)).answers() == {}
        await person.press("1")
        assert "Lou ESSAI" in person.screen()
        await person.press("escape", "2")
        assert any("1 chose reprise." in said for said in person.said())
        (answer,) = Notebook(mine, FixedClock(NOW)).answers()[CAMILLE]
        assert answer.author == "Lou ESSAI"
        found = person.app.ledger.practice().mailbox(CAMILLE)
        assert found is not None
        assert found.answers == (answer,)
        await person.press("X", "2")
        await typed(person, str(tmp_path / "lou.json"))
        assert any("Rien de nouveau" in said for said in person.said())


async def test_a_file_that_is_no_share_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_bytes(b"{}")
    async with sitting(demo.config, demo.secrets, tmp_path / "mine") as person:
        await person.press("X", "2")
        await typed(person, str(tmp_path / "odd.json"))
        assert any("est abîmé, ou ne vient pas de balt" in said for said in person.said())
