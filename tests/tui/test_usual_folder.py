"""The folder that is proposed for what people take away: the demo's own in the demo, and that it goes."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from balt.cli.demo import Demo
from balt.tui.usual import USUAL_FOLDER, folder_hint
from tests.tui.driver import Person, sitting
from tests.tui.test_departing import choose

HOSPITAL, CAMILLE = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
GOES = "Ce dossier est temporaire"


async def the_sheets(person: Person) -> None:
    await person.press("x")


async def what_is_noted(person: Person) -> None:
    await person.press("X", "1")


async def a_handout(person: Person) -> None:
    await person.press("4", "enter", "1", "s")
    await choose(person, "Tout ce qui se diffuse")


async def a_request(person: Person) -> None:
    assert person.app.ledger.depart(HOSPITAL, CAMILLE, pytest.fail)
    await person.press("2")
    person.app.annuaire.select(HOSPITAL)
    await person.quiet()
    await person.press("d")
    await choose(person, "Copier la demande", "texte")


@pytest.mark.parametrize("saves", [the_sheets, what_is_noted, a_handout, a_request])
async def test_every_window_proposes_it_and_says_that_it_goes(
    saves: Callable[[Person], Awaitable[None]], shared_demo: Demo, tmp_path: Path
) -> None:
    folder = str(shared_demo.files_dir)
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, usual_folder=folder) as person:
        await saves(person)
        told = "\n".join(person.statics())
        assert GOES in told
        assert folder in person.app.screen.query_one(Input).value


@pytest.mark.parametrize("folder", [USUAL_FOLDER, "~personne-de-ce-nom/balt"])
def test_of_a_folder_that_stays_nothing_more_is_said(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/camille")
    assert folder_hint("Le dossier.", folder) == "Le dossier."
