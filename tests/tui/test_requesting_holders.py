"""What the app says beside a request: whom it concerns too, and what is left to be filled in."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from balt.config import DirectorySettings
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.tui import signals
from tests.tui.driver import NOW, Person, sitting
from tests.tui.test_departing import CAMILLE, HOSPITAL, choose, on_the_hospital

ACCENT = "hélène.modèle@medecin.mssante.fr"


def directory(*holders: tuple[str, str]) -> DirectoryView:
    """What the directory says of the BAL that nobody reads."""
    entries = tuple(
        DirectoryEntry(HOSPITAL, BalKind.PER, Origin.API, NOW, family=family, given="Lou", rpps=rpps)
        for family, rpps in holders
    )
    return DirectoryView(api=DirectoryAnswer(Origin.API, NOW, entries))


async def case_of(person: Person, view: DirectoryView) -> None:
    """The case of the BAL that nobody reads, on screen."""
    person.app.ledger.directory = view
    person.app.show_evidence()
    await on_the_hospital(person)
    await person.press("d")
    await choose(person, CAMILLE)


async def test_whom_a_shared_bal_concerns_is_told_when_its_case_opens_and_with_its_request(
    demo: Demo, tmp_path: Path
) -> None:
    mine, also = demo.config.person.rpps, "aussi celle de : Lou ESSAI (RPPS 10999990095). Prévenez-les"
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await case_of(person, directory(("EXEMPLE", mine), ("ESSAI", "10999990095")))
        assert also in person.said()[-1]
        await person.press("d")
        await choose(person, "Mettre la demande dans les brouillons")
        await person.hears("La demande est dans « Drafts »")
        assert also in person.said()[-1]
        assert "À compléter" not in person.said()[-1]


async def test_what_is_left_to_be_filled_in_is_told_with_the_draft_and_beside_the_request(
    demo: Demo, tmp_path: Path
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path, size=(140, 60)) as person:
        await case_of(person, DirectoryView())
        await person.press("d")
        await choose(person, "Lire")
        assert "À compléter avant de l'envoyer : Type, Titulaire, RPPS." in person.screen()
        await person.press("escape", "d")
        await choose(person, "Mettre la demande dans les brouillons")
        await person.hears("À compléter avant de l'envoyer : Type, Titulaire, RPPS.")


async def test_a_deletion_names_in_the_app_whom_the_depublication_named(
    shared_demo: Demo, tmp_path: Path
) -> None:
    config = replace(shared_demo.config, directory=DirectorySettings())
    async with sitting(config, shared_demo.secrets, tmp_path) as person:
        await case_of(person, directory(("ESSAI", "10999990095")))
        ledger = person.app.ledger
        ledger.directory = directory()
        assert ledger.delete(HOSPITAL, Happened.NOTHING_TO_KEEP, "", "rien", lambda said: None)
        (deletion,) = [each for each in ledger.cases_of(HOSPITAL) if each.kind is CaseKind.DELETION]
        body = person.app.request_for(deletion).body
    assert ": Lou ESSAI\n" in body
    assert ": 10999990095\n" in body


async def test_a_bal_whose_address_has_an_accent_is_led_out_by_hand(
    shared_demo: Demo, tmp_path: Path
) -> None:
    config = replace(shared_demo.config, directory=DirectorySettings())
    account = replace(config.accounts[0], address=ACCENT)
    async with sitting(replace(config, accounts=(account,)), shared_demo.secrets, tmp_path) as person:
        person.app.situations.chosen_folder = str(tmp_path / "lettres")
        person.app.post_message(signals.AskDeparture(ACCENT))
        await person.quiet()
        await choose(person, "La dépublier quand même", "Une autre adresse")
        await person.type(CAMILLE)
        await person.press("enter")
        person.app.post_message(signals.AskDeparture(ACCENT))
        await person.quiet()
        await choose(person, "Copier la demande", ".eml")
        await person.press("enter")
        assert f"{ACCENT} ne peut pas figurer dans l'en-tête" in " ".join(person.screen().split())
        await choose(person, "Noter au dossier")
        person.app.post_message(signals.AskDeparture(ACCENT))
        await person.quiet()
        await choose(person, "Réponse automatique")
        assert "balt ne peut pas installer de réponse automatique" in person.screen()
        assert f"({ACCENT})" in person.screen()
    (file,) = (tmp_path / "lettres").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["From"], ACCENT in message["Subject"]) == (None, True)
