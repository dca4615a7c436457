"""The BAL that replaces one that leaves, from view 2: offered, typed, and changed while the case is open."""

from pathlib import Path

import pytest
from textual.widgets import Input

from balt.cases.autoreply.script import NAME
from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from balt.mail.sieve.session import SieveSession
from balt.tui.dialogs.line import LineDialog
from balt.tui.dialogs.pick import PickDialog
from tests.tui.driver import Person, sitting
from tests.tui.test_departing import CAMILLE, HOSPITAL, choose, on_the_hospital

SECRETARIAT, UNLISTED = "secretariat@cab-lilas.mssante.fr", "camille@msp-lilas.mssante.fr"
UNCLEAR = "dr.exemple@ancien-reseau.mssante.fr"
COLLEAGUE = "lou.essai@chu-fictif.mssante.fr"


def offered(person: Person) -> list[str]:
    """The lines of the window."""
    dialog = person.app.screen
    assert isinstance(dialog, PickDialog)
    return [each.text for each in dialog._choices]


def replacement(person: Person) -> str:
    cases = person.app.ledger.cases_of(HOSPITAL)
    return cases[-1].replacement if cases else ""


async def begin(person: Person) -> None:
    await on_the_hospital(person)
    await person.press("d")
    await choose(person, CAMILLE)


async def test_a_bal_that_leaves_itself_is_not_offered_and_those_in_use_come_first(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        assert offered(person) == [SECRETARIAT, CAMILLE, UNCLEAR, UNLISTED, "Une autre adresse…"]
        await person.press("escape")
        assert person.app.ledger.depart(UNCLEAR, CAMILLE, pytest.fail)
        person.app.show_evidence()
        await person.press("d")
        assert offered(person) == [SECRETARIAT, CAMILLE, UNLISTED, "Une autre adresse…"]


async def test_any_address_of_the_mssante_can_be_typed_and_no_other(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        for address, said in (("lou@example.org", "n'est pas une adresse MSSanté"), (HOSPITAL, "elle-même")):
            await person.press("d")
            await choose(person, "Une autre adresse")
            assert isinstance(person.app.screen, LineDialog)
            await person.type(address)
            await person.press("enter")
            assert any(said in each for each in person.said())
            assert replacement(person) == ""
            assert address in "".join(each.value for each in person.app.screen.query(Input)), (
                "it can be mended"
            )
            await person.press("escape")
        await person.press("d")
        await choose(person, "Une autre adresse")
        await person.type(COLLEAGUE)
        await person.press("enter")
        assert replacement(person) == COLLEAGUE
        assert f"dossier ouvert ; remplacée par {COLLEAGUE}" in person.screen()


async def test_leaving_the_window_of_the_address_changes_nothing(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        await person.press("d")
        await choose(person, "Changer la BAL de remplacement")
        await choose(person, "Une autre adresse")
        await person.press("escape")
        assert replacement(person) == CAMILLE


async def test_another_bal_takes_over_and_the_reply_is_installed_again(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(HOSPITAL)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.press("d")
        await choose(person, "Réponse automatique")
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape", "d")
        await choose(person, "brouillons")
        await person.press("d")
        await choose(person, "Changer la BAL de remplacement")
        assert f"Aujourd'hui : {CAMILLE}." in person.screen()
        assert CAMILLE not in offered(person)
        await choose(person, "Une autre adresse")
        await person.type(SECRETARIAT)
        await person.press("enter")
        shown = person.screen()
        assert f"remplacée par {SECRETARIAT}" in shown
        assert "mais elle nomme l'ancienne BAL de remplacement : à réinstaller" in shown
        assert (
            "demande au fournisseur : mise dans les brouillons le 22 nov. 2026, mais elle nomme l'ancienne"
            in shown
        )
        await person.press("d")
        await choose(person, "Réponse automatique")
        await person.until(f"Elle renvoie vers {CAMILLE}.")
        assert f"Installée de nouveau, elle renverra vers {SECRETARIAT}." in person.screen()
        assert "sera installée" not in person.screen()
        await person.until("Installer")
        await person.press("o")
        await person.until(f"Elle renvoie vers {SECRETARIAT}.")
        await person.press("escape")
        assert "✔ réponse automatique : en service" in person.screen()
        with SieveSession(account, lambda: demo.secrets.password(account)) as session:
            assert SECRETARIAT in session.script(NAME).decode()


async def test_one_that_the_directory_does_not_show_is_looked_up_and_told_at_once(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Une autre adresse")
        await person.type(COLLEAGUE)
        await person.press("enter")
        await person.until(f"▲ BAL de remplacement : {COLLEAGUE} la remplace, mais n'est pas dans l'annuaire")


async def test_one_that_then_leaves_itself_is_told_at_once_in_its_window_and_beside_the_other(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        assert person.app.ledger.depart(UNCLEAR, HOSPITAL, pytest.fail)
        await begin(person)
        said = f"{UNCLEAR} renvoie vers {HOSPITAL}, qui part elle-même : une autre BAL doit la remplacer."
        assert any(said in each for each in person.said())
        steps = person.app.ledger.practice().mailbox(UNCLEAR)
        assert steps is not None
        assert (
            f"▲ BAL de remplacement : {HOSPITAL} la remplace, mais est elle-même sur le départ" in steps.steps
        )


async def test_no_auto_reply_is_installed_that_names_a_bal_which_leaves_itself(
    demo: Demo, tmp_path: Path
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        assert person.app.ledger.depart(CAMILLE, SECRETARIAT, pytest.fail)
        await person.press("d")
        await choose(person, "Réponse automatique")
        await person.until("Chaque expéditeur la reçoit")
        await person.until(f"{CAMILLE} est elle-même sur le départ")
        await person.press("o")
        assert "Installer" not in person.screen()
        with SieveSession(
            demo.config.account(HOSPITAL), lambda: demo.secrets.password(demo.config.account(HOSPITAL))
        ) as session:
            assert NAME not in session.scripts().names


async def test_a_deletion_without_a_replacement_is_given_one(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        assert person.app.ledger.delete(HOSPITAL, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
        person.app.show_evidence()
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Nommer une BAL de remplacement")
        await choose(person, CAMILLE)
        (case,) = person.app.ledger.cases_of(HOSPITAL)
        assert (case.kind, case.replacement) == (CaseKind.DELETION, CAMILLE)


async def test_a_bal_that_is_read_is_asked_about_before_its_case_opens(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        person.app.annuaire.select(SECRETARIAT)
        await person.press("d")
        await person.until("Cette BAL est encore en usage (consultée : un message reçu")
        await choose(person, "La garder")
        assert not person.app.ledger.cases_of(SECRETARIAT)
        await person.press("d")
        await choose(person, "La dépublier quand même", CAMILLE)
        (case,) = person.app.ledger.cases_of(SECRETARIAT)
        assert case.replacement == CAMILLE
        assert "consultée" not in person.app.request_for(case).body
