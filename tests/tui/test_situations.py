"""View 4: the preferred BAL of each situation d'exercice, chosen by keys, kept, and handed out."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import Account, Config, Person
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, PracticeSituation
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Finding, Verdict
from balt.mailboxes.situations import SituationBook
from balt.secrets import Secrets
from balt.tui import events
from balt.tui.dialogs.situation import NewSituation
from tests.support.hostile import PAYLOADS, control_characters
from tests.tui.driver import NOW, SMALL, WIDE, sitting
from tests.tui.driver import Person as Reader

SIZES = [SMALL, WIDE]
RPPS = "10999990012"
CAMILLE, WARD = "camille.exemple@medecin.mssante.fr", "c.exemple@ch-fictif.mssante.fr"
LILAS = PracticeSituation("s1", RPPS, "Cabinet des Lilas", "990000017", "Fictiville", "L", origin=Origin.API)
HOSPITAL = PracticeSituation("s2", RPPS, "CH fictif", "990000025", "Essai-sur-Mer", "S", origin=Origin.API)
CONFIG = Config(
    person=Person("Dr Camille EXEMPLE", RPPS),
    accounts=(Account(CAMILLE, access="none"), Account(WARD, access="none")),
)


def entry(address: str, situation: PracticeSituation, **facts: object) -> DirectoryEntry:
    given = DirectoryEntry(
        address,
        BalKind.PER,
        Origin.API,
        NOW,
        family="EXEMPLE",
        given="Camille",
        title="Dr",
        rpps=RPPS,
        profession="Médecin",
        speciality="Cardiologie",
        finess=situation.finess,
        situation=situation.id,
    )
    return replace(given, **facts)  # type: ignore[arg-type]


PUBLISHED = (entry(CAMILLE, LILAS), entry(WARD, HOSPITAL))


def directory(
    situations: Sequence[PracticeSituation] = (LILAS, HOSPITAL),
    entries: Sequence[DirectoryEntry] = PUBLISHED,
) -> DirectoryView:
    return DirectoryView(DirectoryAnswer(Origin.API, NOW, tuple(entries), tuple(situations)))


async def tell(reader: Reader, view: DirectoryView) -> None:
    """The directory's answer reaches the app."""
    reader.app.post_message(events.DirectoryRead(view))
    await reader.quiet()


@asynccontextmanager
async def at_view_4(
    folder: Path,
    view: DirectoryView | None = None,
    *,
    config: Config = CONFIG,
    size: tuple[int, int] = WIDE,
) -> AsyncIterator[Reader]:
    """The app on view 4, once the directory has answered."""
    async with sitting(config, Secrets(), folder, size=size) as reader:
        while not reader.app.desk.idle:
            await reader.quiet()
        await tell(reader, directory() if view is None else view)
        await reader.press("4")
        yield reader


def line_of(reader: Reader, text: str) -> str:
    """The line of the list that holds a text."""
    return next((line for line in reader.screen().splitlines() if text in line and "(" in line), "")


def signature_on(reader: Reader) -> str:
    """What the view would copy; "" for nothing."""
    found = reader.app.situations.signature
    return found.text if found else ""


# What is shown


@pytest.mark.parametrize("size", SIZES)
async def test_each_situation_has_its_line_and_waits_for_its_bal(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        assert "○ à choisir" in line_of(reader, "Cabinet des Lilas (libéral)")
        assert "○ à choisir" in line_of(reader, "CH fictif (salarié)")
        assert "▲ 2 situations sans BAL privilégiée" in reader.screen()
        assert "1 BAL rattachée" in reader.screen()


@pytest.mark.parametrize("size", SIZES)
async def test_the_demo_shows_what_its_directory_tells(
    shared_demo: Demo, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=size) as reader:
        await reader.press("4")
        await reader.until("MSP des Lilas (libéral)")
        await reader.press("enter", "1")
        await reader.until("Messagerie sécurisée de santé (MSSanté) :")
        assert "✔ " in reader.screen()


async def test_a_preference_that_no_longer_holds_says_why(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1")
        assert f"✔ {CAMILLE}" in line_of(reader, "Lilas")
        await tell(reader, directory(entries=PUBLISHED[1:]))
        assert f"▲ {CAMILLE}" in line_of(reader, "Lilas")
        assert "pas publiée dans l'Annuaire Santé" in reader.screen()
        await tell(reader, directory(situations=[HOSPITAL]))
        assert "situation terminée" in reader.screen()
        assert "Cette situation n'est plus dans l'annuaire." in reader.screen()


async def test_the_cursor_stays_on_its_situation_when_news_comes(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("j")
        first = replace(LILAS, id="s0", structure="MSP Modèle", finess="990000033")
        await tell(reader, directory(situations=[first, LILAS, HOSPITAL]))
        row = reader.app.situations.row
        assert row is not None
        assert row.situation.id == HOSPITAL.id


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (DirectoryView(), "Les situations viennent de l'Annuaire Santé"),
        (directory(situations=[]), "n'en donne pas pour vous"),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_without_situations_the_view_says_how_to_begin(
    tmp_path: Path, size: tuple[int, int], view: DirectoryView, sentence: str
) -> None:
    async with at_view_4(tmp_path, view, size=size) as reader:
        assert sentence in " ".join(reader.screen().split())
        await reader.press("enter", "y", "x", "n", "N", "j", "G")
        assert any("a en ajoute une" in said for said in reader.said())
        assert reader.app.is_running


@pytest.mark.parametrize("name", PAYLOADS)
async def test_hostile_names_are_inert(tmp_path: Path, name: str) -> None:
    from balt.text import plain

    text = plain(PAYLOADS[name], 200)  # as the reading of the directory lets it in
    trap = replace(LILAS, structure=text, town=text)
    async with at_view_4(tmp_path, directory([trap, HOSPITAL]), size=SMALL) as reader:
        await reader.press("enter")
        assert control_characters(reader.screen()) == []
        await reader.press("1")
        assert control_characters(reader.screen()) == []
        await reader.press("y")
        assert control_characters(reader.app.clipboard) == []
        assert "CH fictif" in reader.screen()


# Choosing


@pytest.mark.parametrize("size", SIZES)
async def test_a_bal_is_chosen_and_the_choice_taken_back_by_keys(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter")
        assert "BAL privilégiée pour : Cabinet des Lilas (libéral)" in reader.screen()
        assert "rattachée à cette situation" in line_of_choice(reader, CAMILLE)
        await reader.press("enter")
        assert f"✔ {CAMILLE}" in line_of(reader, "Lilas")
        assert "▲ 1 situation sans BAL privilégiée : CH fictif" in reader.screen()
        await reader.press("enter", "3")
        assert "○ à choisir" in line_of(reader, "Lilas")


def line_of_choice(reader: Reader, address: str) -> str:
    return next(line for line in reader.screen().splitlines() if address in line)


async def test_leaving_the_window_changes_nothing(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "escape")
        assert "○ à choisir" in line_of(reader, "Lilas")
        assert not SituationBook(tmp_path, FixedClock(NOW)).preferred()


async def test_once_all_are_chosen_the_view_says_so(tmp_path: Path) -> None:
    async with at_view_4(tmp_path, size=SMALL) as reader:
        await reader.press("enter", "1", "n", "enter", "1")
        assert "✔ Chaque situation a sa BAL privilégiée." in reader.screen()
        await reader.press("n")
        assert "Chaque situation a sa BAL privilégiée." in reader.said()


async def test_n_goes_from_one_open_situation_to_the_next_and_around(tmp_path: Path) -> None:
    third = replace(LILAS, id="s3", structure="MSP Modèle", finess="990000033")
    async with at_view_4(tmp_path, directory([LILAS, HOSPITAL, third])) as reader:
        await reader.press("j", "enter", "1", "g")
        places = []
        for key in ("n", "n", "N", "N"):
            await reader.press(key)
            places.append(reader.app.situations.table.cursor)
    assert places == [2, 0, 2, 0]


async def test_a_bal_on_its_way_out_cannot_be_chosen(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        practice = reader.app.ledger.practice()
        leaving = Finding(Verdict.LEAVING, "demande envoyée")
        mailboxes = (replace(practice.mailboxes[0], finding=leaving), *practice.mailboxes[1:])
        reader.app.situations.show(replace(practice, mailboxes=mailboxes))
        await reader.press("enter", "1")
        assert any("Cette BAL quitte l'annuaire" in said for said in reader.said())
        assert "○ à choisir" in line_of(reader, "Lilas")
    assert not SituationBook(tmp_path, FixedClock(NOW)).preferred()


# Written by hand


@pytest.mark.parametrize("size", SIZES)
async def test_a_situation_is_written_by_hand_and_taken_away_again(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("a")
        await reader.type("EHPAD Modele")
        await reader.press("down", "down", "right", "enter")
        assert "○ à choisir" in line_of(reader, "EHPAD Modele (libéral)")
        await reader.press("G", "x")
        assert "EHPAD Modele" not in reader.screen()


async def test_a_situation_without_a_name_is_not_taken(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("a", "enter", "enter", "enter")
        assert isinstance(reader.app.screen, NewSituation)
        assert any("Il manque le nom de la structure" in said for said in reader.said())
        await reader.press("escape")
        assert reader.app.view is reader.app.situations


async def test_the_same_situation_twice_is_refused(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        for _time in range(2):
            await reader.press("a")
            await reader.type("Maison")
            await reader.press("enter", "enter", "enter")
        assert any("existe déjà" in said for said in reader.said())
        assert len(reader.app.ledger.practice().situations) == 3


async def test_a_situation_of_the_directory_is_not_taken_away(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("x")
        assert any("elle ne s'ôte pas ici" in said for said in reader.said())
        assert line_of(reader, "Lilas")
        assert "elle ne s'ôte pas ici" in reader.app.situations.why_not("remove")


# Handing out


@pytest.mark.parametrize("size", SIZES)
async def test_the_signature_is_that_of_the_line_under_the_cursor(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "j", "enter", "1")
        for words in ("Dr Camille EXEMPLE", "Cardiologie · CH fictif", WARD):
            assert words in reader.screen()
        assert WARD in signature_on(reader)
        await reader.press("k")
        assert "Cardiologie · Cabinet des Lilas" in reader.screen()
        assert CAMILLE in signature_on(reader)


async def test_what_speaks_against_handing_it_out_stands_under_the_signature(tmp_path: Path) -> None:
    async with at_view_4(tmp_path, directory(entries=PUBLISHED[1:]), size=SMALL) as reader:
        await reader.press("enter", "1")
        assert "▲ Cette BAL n'est pas publiée" in reader.screen()


async def test_copying_gives_exactly_the_signature(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "y")
        assert reader.app.clipboard == signature_on(reader) != ""
        assert any("Signature copiée" in said for said in reader.said())


async def test_without_a_preference_there_is_nothing_to_copy(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("y")
        assert reader.app.clipboard == ""
        assert any("Choisissez d'abord la BAL" in said for said in reader.said())
        assert "Choisissez d'abord" in reader.app.situations.why_not("copy")
        await reader.press("enter", "1")
        assert reader.app.situations.why_not("copy") == ""


# Kept


async def test_a_choice_is_there_again_the_next_time(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1")
    async with sitting(CONFIG, Secrets(), tmp_path) as reader:
        await reader.press("4")
        assert f"✔ {CAMILLE}" in line_of(reader, "Lilas")


async def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "situations.json"
    file.write_bytes(b'{"format": "balt situations", "version": 1, "situations": [')
    before = file.read_bytes()
    async with at_view_4(tmp_path) as reader:
        assert any("situations.json" in said for said in reader.said())
        await reader.press("a")
        await reader.type("Maison")
        await reader.press("enter", "enter", "enter")
        assert reader.app.is_running
    assert file.read_bytes() == before


async def test_two_apps_at_once_lose_nothing(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as one:
        other = SituationBook(tmp_path, FixedClock(NOW + timedelta(minutes=1)))
        other.prefer(HOSPITAL.id, WARD)
        other.add("Maison")
        await one.press("enter", "1")
        assert f"✔ {WARD}" in line_of(one, "CH fictif")
        assert "Maison" in one.screen()
    assert dict(other.preferred()) == {LILAS.id: CAMILLE, HOSPITAL.id: WARD}
    kept = json.loads((tmp_path / "situations.json").read_text(encoding="utf-8"))
    assert len(kept["situations"]) == 3
