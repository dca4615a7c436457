"""The request to a provider from view 2, where balt can put no draft: copied or saved, and noted."""

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Channel, Happened, Look
from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import DirectorySettings
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Question
from balt.tui import signals
from tests.tui.driver import NOW, SECONDS, SMALL, Person, sitting
from tests.tui.test_departing import CAMILLE, choose

WEBMAIL = "dr.exemple@ancien-reseau.mssante.fr"
"""The directory shows it; no account opens it."""


async def begin(person: Person) -> None:
    """A case for the BAL without an account, and its choices on screen."""
    await person.press("2")
    person.app.annuaire.select(WEBMAIL)
    await person.quiet()
    await person.press("d")
    await choose(person, CAMILLE)
    await person.press("d")


async def until_said(person: Person) -> None:
    """Wait for a notice: what brings it about is looked up aside."""
    for _turn in range(int(SECONDS / 0.01)):
        if person.said():
            return
        await person.quiet()
        await asyncio.sleep(0.01)


def requested(person: Person, kind: CaseKind = CaseKind.DEPUBLICATION) -> list[str]:
    """How the request of a case was made out, each time."""
    cases = [each for each in person.app.ledger.cases_of(WEBMAIL) if each.kind is kind]
    return [event.value for each in cases for event in each.events if event.what is Happened.REQUESTED]


@pytest.mark.parametrize("size", [SMALL, (140, 45)])
async def test_the_request_of_a_bal_without_an_account_is_copied_and_noted(
    shared_demo: Demo, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=size) as person:
        await begin(person)
        assert "brouillons" not in person.screen()
        await choose(person, "Copier la demande", "Copier la demande")
        assert WEBMAIL in person.app.clipboard
        assert "Objet : Demande de dépublication" in person.app.clipboard
        assert "Copiée, si votre terminal le permet" in person.screen()
        assert requested(person) == [], "nothing is noted unasked"
        await choose(person, "Noter au dossier")
        assert requested(person) == [Channel.TEXT]
        assert any("Une fois envoyée, notez-le aussi : d, 7." in each for each in person.said())
        await person.press("d", "7", "1", "d", "1")
        assert "envoyée le 22 nov. 2026, selon le titulaire" in person.screen()


async def test_a_copy_that_is_not_noted_leaves_the_request_to_be_written(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        await choose(person, "Copier la demande", "Copier la demande", "Ne rien noter")
        assert requested(person) == []
        assert "demande à écrire" in person.screen()


@pytest.mark.parametrize(("line", "ending", "channel"), [("texte", "txt", "text"), (".eml", "eml", "eml")])
async def test_the_request_is_saved_where_the_user_says_and_replaces_nothing(
    shared_demo: Demo, tmp_path: Path, line: str, ending: str, channel: str
) -> None:
    name = f"demande-depublication-ancien-reseau-mssante-fr.{ending}"
    place = tmp_path / "lettres"
    place.mkdir()
    (place / name).write_text("d'un autre")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path / "state") as person:
        person.app.situations.chosen_folder = str(place)
        await begin(person)
        await choose(person, "Copier la demande", line)
        (hint,) = [each for each in person.statics() if each.startswith("Le dossier.")]
        assert "Rien de ce qui y est n'est remplacé." in hint
        assert "Ce dossier est temporaire" in hint
        await person.press("enter")
        await choose(person, "Noter au dossier")
        assert requested(person) == [channel]
    assert (place / name).read_text() == "d'un autre"
    (file,) = [each for each in place.iterdir() if each.name != name]
    if ending == "txt":
        assert file.read_text(encoding="utf-8").startswith("Objet : Demande de dépublication")
    else:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert (message["From"], message["X-Unsent"]) == (WEBMAIL, "1")


async def test_a_folder_that_takes_no_file_is_told_and_nothing_is_noted(
    shared_demo: Demo, tmp_path: Path
) -> None:
    (tmp_path / "fichier").write_text("")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path / "state") as person:
        person.app.situations.chosen_folder = str(tmp_path / "fichier")
        await begin(person)
        await choose(person, "Copier la demande", "texte")
        await person.press("enter")
        assert any("ne peut pas recevoir de fichier" in each for each in person.said())
        assert requested(person) == []


async def test_a_bal_that_no_source_tells_of_is_led_to_its_end_on_its_holders_word(
    shared_demo: Demo, tmp_path: Path
) -> None:
    config = replace(shared_demo.config, directory=DirectorySettings())
    account = replace(config.accounts[0], address=WEBMAIL, access="none", host="")
    config = replace(config, accounts=(*config.accounts, account))
    async with sitting(config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        assert "suppression" not in person.screen()
        await choose(person, "Copier la demande", "Copier la demande", "Noter au dossier")
        person.app.post_message(signals.AnswerGiven(WEBMAIL, Question.LISTED, "no", ""))
        await person.quiet()
        await person.press("d")
        await choose(person, "suppression", "Rien n'est à garder")
        await person.type("boîte jamais ouverte")
        await person.press("enter", "d")
        await choose(person, "Copier la demande", "Copier la demande")
        await person.until("Noter au dossier")
        assert "Objet : Demande de suppression" in person.app.clipboard
        await choose(person, "Noter au dossier")
        assert requested(person, CaseKind.DELETION) == [Channel.TEXT]
        await person.press("d")
        await choose(person, "Noter", "La BAL n'existe plus")
        assert "BAL supprimée, selon le titulaire" in person.screen()


async def test_the_deletion_of_one_that_the_directory_shows_again_is_not_written(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        ledger = person.app.ledger
        ledger.directory = DirectoryView()
        assert ledger.delete(WEBMAIL, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
        person.app.show_evidence()
        await person.press("2")
        person.app.annuaire.select(WEBMAIL)
        await person.press("d")
        await choose(person, "Copier la demande", "Copier la demande")
        await until_said(person)
        assert any("encore publiée" in each for each in person.said())
        assert person.app.clipboard == ""


async def test_closing_asks_and_says_what_is_looked_at_no_more(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        await person.press("escape")
        ledger = person.app.ledger
        (case,) = ledger.cases_of(WEBMAIL)
        CaseBook(ledger.folder, FixedClock(NOW)).notice(case, Look(Happened.EXTRACTION, "absent", of=NOW))
        for what, value in (
            (Happened.REQUESTED, "text"),
            (Happened.AUTO_REPLY, "by_hand"),
            (Happened.API, "absent"),
        ):
            (case,) = ledger.cases_of(WEBMAIL)
            ledger.directory = DirectoryView()
            assert ledger.tell_case(case, what, value, pytest.fail)
        person.app.show_evidence()
        await person.press("d", "9")
        assert "sont encore regardés" in person.screen()
        await choose(person, "Continuer à le suivre")
        assert ledger.cases_of(WEBMAIL)[-1].is_open
        await person.press("d", "9")
        await choose(person, "Clore ce dossier")
        assert not ledger.cases_of(WEBMAIL)[-1].is_open


async def test_a_reply_that_was_put_there_by_hand_can_be_noted_as_removed(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        await choose(person, "Noter", "Une réponse automatique est en service")
        assert "réponse automatique : en service, selon le titulaire" in person.screen()
        await person.press("d")
        await choose(person, "Noter", "La réponse automatique est retirée")
        assert "réponse automatique : hors service : à réinstaller" in person.screen()


async def test_what_was_noted_by_mistake_is_taken_back(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await begin(person)
        await choose(person, "Copier la demande", "Copier la demande", "Noter au dossier")
        await person.press("d")
        await choose(person, "Noter", "Reprendre, noté par erreur : demande écrite (texte)")
        assert "noté par erreur, repris : demande écrite" in person.screen()
        assert "demande au fournisseur : à écrire" in person.screen()
        await person.press("d")
        await choose(person, "Noter")
        assert "Reprendre" not in person.screen()
