"""A BAL taken out of the directory from view 2: a case, a request in the drafts, and what comes of it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from balt.cases.model import CaseKind, Happened
from balt.cleanup.archive import open_archive
from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.mail.session import ImapSession
from balt.mailboxes.directory_view import DirectoryView
from balt.tui.dialogs.pager import Pager
from balt.tui.dialogs.pick import PickDialog, digit_of
from tests.directory.test_white_list import document, write
from tests.tui.driver import NOW, SMALL, Person, sitting

HOSPITAL, CAMILLE = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


async def on_the_hospital(person: Person) -> None:
    """View 2, with the cursor on the BAL that nobody reads."""
    await person.press("2")
    person.app.annuaire.select(HOSPITAL)
    await person.quiet()


async def choose(person: Person, *path: str) -> None:
    """The line of a small window that says this, by its digit; then that of the window behind it."""
    for words in path:
        dialog = person.app.screen
        assert isinstance(dialog, PickDialog)
        lines = {each.text: digit_of(each, row) for row, each in enumerate(dialog._choices)}
        digit = next(each for text, each in lines.items() if words in text)
        await person.press(str(digit))


async def test_a_bal_is_followed_out_of_the_directory_by_keys_alone(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        assert f"Dépublier {HOSPITAL}" in person.screen()
        await choose(person, CAMILLE)
        assert "demande à écrire" in person.screen()
        assert f"dossier ouvert ; remplacée par {CAMILLE}" in person.screen()
        await person.press("d")
        await choose(person, "brouillons")
        assert any("La demande est dans « Drafts »" in each for each in person.said())
        assert "demande mise dans les brouillons le" in person.screen()
        await person.press("R")
        shown = person.screen()
        assert "hors de l'annuaire, à supprimer" in shown
        assert "absente de l'annuaire (API, extraction du 22 nov. 2026)" in shown
        assert "publiée par l'annuaire (API)" in shown, "an extraction is made once a day"
        await person.press("d")
        await choose(person, "suppression", "Tout est dans l'archive")
        assert any("Rien n'est encore archivé" in each for each in person.said())
        await person.press("d")
        await choose(person, "suppression", "Rien n'est à garder")
        await person.type("tout est dans le logiciel")
        await person.press("enter")
        assert "rien à garder, selon le titulaire (tout est dans le logiciel)" in person.screen()
        await person.press("d")
        await choose(person, "Noter")
        assert "La BAL n'existe plus" not in person.screen()
        await person.press("escape", "d")
        await choose(person, "brouillons")
        await person.press("d")
        await choose(person, "Noter", "La BAL n'existe plus", "La noter supprimée tout de même")
        assert "BAL supprimée, selon le titulaire" in person.screen()
        assert open_kinds(person) == [], "the end of the BAL has ended both cases"
        await person.press("d")
        assert "Elle existe encore" in person.screen()


def open_kinds(person: Person) -> list[CaseKind]:
    """What is followed for the BAL that nobody reads."""
    return [each.kind for each in person.app.ledger.cases_of(HOSPITAL) if each.is_open]


def begin(person: Person, *kinds: CaseKind) -> None:
    """Cases of the BAL that nobody reads, and that the directory still shows."""
    ledger, trouble = person.app.ledger, pytest.fail
    if CaseKind.DEPUBLICATION in kinds:
        assert ledger.depart(HOSPITAL, CAMILLE, trouble)
    if CaseKind.DELETION in kinds:
        assert ledger.delete(HOSPITAL, Happened.NOTHING_TO_KEEP, "", "rien", trouble)
    person.app.show_evidence()


def happened(person: Person, what: Happened) -> list[CaseKind]:
    """In which cases something is noted."""
    cases = person.app.ledger.cases_of(HOSPITAL)
    return [each.kind for each in cases if each.last(what) is not None]


async def test_an_open_deletion_does_not_hide_the_open_depublication(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        begin(person, *CaseKind)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Noter", "Une réponse automatique est en service")
        assert happened(person, Happened.AUTO_REPLY) == [CaseKind.DEPUBLICATION]
        assert "réponse automatique : en service, selon le titulaire" in person.screen()
        await person.press("d")
        await choose(person, "Lire")
        page = person.screen()
        assert page.index(f"{HOSPITAL} : dépublication") < page.index(f"{HOSPITAL} : suppression")


async def test_one_that_is_published_again_says_so_and_its_depublication_is_asked_again(
    demo: Demo, tmp_path: Path
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        begin(person, *CaseKind)
        await on_the_hospital(person)
        assert "de nouveau publiée, à dépublier" in person.screen()
        assert "de nouveau publiée : API du 22 nov. 2026, extraction du" in person.screen()
        await person.press("d")
        assert "Mettre la demande dans" not in person.screen()
        await choose(person, "Redemander sa dépublication")
        assert happened(person, Happened.REQUESTED) == [CaseKind.DEPUBLICATION]


async def test_of_two_requests_it_is_asked_which_one_was_sent_or_answered(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        begin(person, *CaseKind)
        ledger = person.app.ledger
        for case in ledger.cases_of(HOSPITAL):
            assert ledger.tell_case(case, Happened.REQUESTED, "text", pytest.fail)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Noter", "La demande est envoyée", "dépublication : écrite le")
        assert happened(person, Happened.SENT) == [CaseKind.DEPUBLICATION]
        await person.press("d")
        await choose(person, "Noter", "Le fournisseur a répondu", "suppression : écrite le")
        await person.type("fait")
        await person.press("enter")
        assert happened(person, Happened.ANSWERED) == [CaseKind.DELETION]


async def test_its_depublication_is_begun_anew_where_it_is_over(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        begin(person, CaseKind.DELETION)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Redemander sa dépublication : ouvrir un dossier")
        await choose(person, CAMILLE)
        assert open_kinds(person) == [CaseKind.DELETION, CaseKind.DEPUBLICATION]


async def test_the_directory_is_looked_at_again_when_a_deletion_is_asked_for(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        person.app.ledger.directory = DirectoryView()
        begin(person, *CaseKind)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Mettre la demande dans les brouillons")
        assert any("encore publiée" in each and "redemandez d'abord" in each for each in person.said())
        assert happened(person, Happened.REQUESTED) == []
        assert "de nouveau publiée : API du 22 nov. 2026, extraction du" in person.screen(), (
            "what was seen is shown"
        )


async def test_a_closed_depublication_is_no_dead_end(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        person.app.ledger.directory = DirectoryView()
        begin(person, CaseKind.DEPUBLICATION)
        ledger = person.app.ledger
        (case,) = ledger.cases_of(HOSPITAL)
        for what, value in ((Happened.API, "absent"), (Happened.CLOSED, "")):
            assert ledger.tell_case(case, what, value, pytest.fail)
        person.app.show_evidence()
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Lire le dossier clos")
        assert "dossier clos" in person.screen()
        await person.press("escape", "d")
        assert "Ouvrir un nouveau dossier de dépublication" in person.screen()
        await choose(person, "suppression", "Rien n'est à garder")
        await person.type("tout est dans le logiciel")
        await person.press("enter")
        assert open_kinds(person) == [CaseKind.DELETION]
        assert ledger.cases_of(HOSPITAL)[-1].replacement == CAMILLE


async def test_the_steps_name_the_key_and_no_command_of_the_shell(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        begin(person, CaseKind.DEPUBLICATION)
        await on_the_hospital(person)
        shown = person.screen()
        assert "réponse automatique : à installer" in shown
        assert "d fait la suite" in shown
        assert "balt case" not in shown
        assert "balt autoreply" not in shown


async def test_a_case_is_read_with_its_request(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await on_the_hospital(person)
        await person.press("d", "1", "d")
        await choose(person, "Lire")
        assert isinstance(person.app.screen, Pager)
        await person.press("G")
        assert "Cordialement" in person.screen()


def asked(person: Person, *told: Happened) -> None:
    """The request of the BAL that nobody reads is written, and what is told of it since."""
    begin(person, CaseKind.DEPUBLICATION)
    (case,) = person.app.ledger.cases_of(HOSPITAL)
    for what, value in ((Happened.REQUESTED, "text"), *((each, "") for each in told)):
        assert person.app.ledger.tell_case(case, what, value, pytest.fail)
    person.app.show_evidence()


async def test_what_is_heard_is_noted(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        asked(person)
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, "Noter", "Le fournisseur a répondu")
        await person.type("fait le 20")
        await person.press("enter")
        assert "réponse du fournisseur (fait le 20)" in person.screen()


async def test_leaving_the_window_opens_no_case(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d", "escape")
        assert person.app.ledger.cases_of(HOSPITAL) == ()
    assert not (tmp_path / "cases.json").exists()


async def test_a_case_is_there_again_the_next_time(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d", "1")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        assert "demande à écrire" in person.screen()


async def test_a_deletion_is_unlocked_once_the_whole_bal_is_in_the_archive(
    demo: Demo, tmp_path: Path
) -> None:
    unlisted = "camille@msp-lilas.mssante.fr"
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        ledger, app = person.app.ledger, person.app
        await person.press("2")
        app.annuaire.select(unlisted)
        await person.quiet()
        await person.press("d")
        await choose(person, "La dépublier quand même")
        await person.press("1", "d")
        await choose(person, "suppression", "Rien n'est à garder")
        await person.press("escape")
        case = ledger.case_for(unlisted, Happened.REQUESTED)
        assert case is not None
        assert case.kind is CaseKind.DEPUBLICATION
        archive_all(demo, unlisted, Path(app.engine.archives))
        await person.press("d")
        await choose(person, "suppression", "Tout est dans l'archive")
        case = ledger.case_for(unlisted, Happened.REQUESTED)
        assert case is not None
        assert case.kind is CaseKind.DELETION
        assert "contenu récupéré : toute la BAL est dans une archive vérifiée" in person.screen()


async def test_a_second_draft_of_the_same_request_is_asked_about(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        begin(person, CaseKind.DEPUBLICATION)
        await on_the_hospital(person)
        for answer, count in ((None, 1), ("Garder celle", 1), ("En mettre une autre", 2)):
            await person.press("d")
            await choose(person, "brouillons")
            if answer is not None:
                assert "Cette demande est déjà dans les brouillons depuis le" in person.screen()
                await choose(person, answer)
            (case,) = person.app.ledger.cases_of(HOSPITAL)
            asked = [each for each in case.events if each.what is Happened.REQUESTED]
            assert len(asked) == count


async def test_asked_for_again_while_it_is_written_one_draft_is_made(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, go_on, append = Event(), Event(), ImapSession.append

    def held(session: ImapSession, *told: Any) -> int | None:
        writing.set()
        assert go_on.wait(20)
        return append(session, *told)

    monkeypatch.setattr(ImapSession, "append", held)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        begin(person, CaseKind.DEPUBLICATION)
        (case,) = person.app.ledger.cases_of(HOSPITAL)
        before = drafts(demo)
        person.app.save_draft(case)
        assert await asyncio.to_thread(writing.wait, 20)
        person.app.save_draft(case)
        go_on.set()
        await person.hears("La demande est dans « Drafts »")
        await person.quiet()
        assert drafts(demo) == before + 1


def drafts(demo: Demo) -> int:
    """How many there are in the BAL that nobody reads."""
    account = demo.config.account(HOSPITAL)
    session = ImapSession(account, lambda: demo.secrets.password(account), FixedClock(NOW))
    session.open()
    found = session.examine("Drafts").messages
    session.close()
    return found


async def test_the_requests_that_balt_put_into_a_bal_need_no_archive(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        await choose(person, CAMILLE)
        await person.press("d")
        await choose(person, "brouillons")
        await person.press("R")
        archive_all(demo, HOSPITAL, Path(person.app.engine.archives), but="Drafts")
        await person.press("d")
        await choose(person, "suppression", "Tout est dans l'archive")
        assert "contenu récupéré : toute la BAL est dans une archive vérifiée" in person.screen()
        await person.press("d")
        await choose(person, "brouillons")
        assert happened(person, Happened.REQUESTED) == [CaseKind.DEPUBLICATION, CaseKind.DELETION]


def archive_all(demo: Demo, address: str, place: Path, but: str = "") -> None:
    """Every message of a BAL archived, as ``balt plan --then keep`` does it, but those of a folder."""
    account = demo.config.account(address)
    session = ImapSession(account, lambda: demo.secrets.password(account), FixedClock(NOW))
    session.open()
    with open_archive(place, account, FixedClock(NOW), twice=False, tls=True) as keeper:
        for folder in session.folders():
            if folder.name == but:
                continue
            state = session.select(folder.name)
            found = session.identities(range(1, state.uidnext))
            messages = tuple(
                PlannedMessage(uid, each.size, each.internaldate, each.message_id)
                for uid, each in found.items()
            )
            part = FolderPart(folder.name, state.uidvalidity, messages)
            assert len(keeper.keep(session, part, messages, found, None)) == len(messages)
    session.close()


async def test_a_replacement_outside_of_the_white_list_is_told_before_and_after(
    shared_demo: Demo, tmp_path: Path
) -> None:
    listed = write(tmp_path, document("ch-fictif.mssante.fr"))
    settings = replace(shared_demo.config.directory, white_list=listed)
    config = replace(shared_demo.config, directory=settings)
    async with sitting(config, shared_demo.secrets, tmp_path) as person:
        await on_the_hospital(person)
        await person.press("d")
        assert "hors liste blanche" in person.screen()
        await choose(person, CAMILLE)
        assert any("medecin.mssante.fr n'est pas dans la liste blanche" in each for each in person.said())
        assert f"dossier ouvert ; remplacée par {CAMILLE}" in person.screen()
