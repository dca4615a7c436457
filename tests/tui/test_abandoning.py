"""A case given up from view 2: what stops and what goes on is said before."""

from pathlib import Path

from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from tests.tui.driver import SMALL, sitting
from tests.tui.test_departing import CAMILLE, HOSPITAL, asked, begin, choose, on_the_hospital, open_kinds


async def test_one_may_go_on_following_it_or_give_it_up(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        begin(person, CaseKind.DEPUBLICATION)
        await on_the_hospital(person)
        assert "demande à écrire" in person.screen()
        await person.press("d")
        await choose(person, "Abandonner")
        await choose(person, "Continuer à le suivre")
        assert open_kinds(person) == [CaseKind.DEPUBLICATION]
        await person.press("d")
        await choose(person, "Abandonner")
        await choose(person, "Abandonner")
        assert open_kinds(person) == []
        assert "demande à écrire" not in person.screen()
        assert "en cours de dépublication" not in person.screen()


async def test_a_reply_in_service_is_removed_first_or_goes_on_and_is_told(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, CAMILLE)
        await person.press("d")
        await choose(person, "Réponse automatique")
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape", "d")
        await choose(person, "Abandonner")
        assert "La réponse automatique reste en service (vue le 22 nov. 2026)." in person.screen()
        await choose(person, "D'abord la réponse automatique : la retirer")
        await person.until("Retirer")
        await person.press("escape")
        assert len(open_kinds(person)) == 1
        await person.press("d")
        await choose(person, "Abandonner")
        await choose(person, "Abandonner ce dossier")
        assert open_kinds(person) == []
        assert any(f"balt autoreply {HOSPITAL} remove --yes" in each for each in person.said())


async def test_a_request_that_was_made_out_is_told_on_a_small_screen(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        asked(person, Happened.SENT)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Abandonner")
        shown = person.screen()
        assert "La demande n'est pas reprise (envoyée le 22 nov. 2026, selon le" in shown
        assert "Le rappel du 6 déc. 2026 tombe." in shown
        assert "D'abord la réponse automatique" not in shown
        await choose(person, "Abandonner ce dossier")
        assert open_kinds(person) == []
        assert "Noté au dossier." in person.said()
