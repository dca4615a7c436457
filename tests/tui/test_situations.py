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
from balt.config.model import PublishSettings
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, PracticeSituation
from balt.errors import BaltError
from balt.i18n import set_language
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Finding, Verdict
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.situations import SituationBook
from balt.publish.tracker import Tracker
from balt.secrets import Secrets
from balt.text import cell_width
from balt.tui import events
from balt.tui.dialogs.situation import NewSituation
from balt.tui.views.situation_rows import short_address
from tests.support.hostile import PAYLOADS, control_characters
from tests.tui.driver import NOW, SMALL, WIDE, sitting
from tests.tui.driver import Person as Reader

SIZES = [SMALL, WIDE]
RPPS = "10999990012"
CAMILLE, WARD = "camille.exemple@medecin.mssante.fr", "c.exemple@ch-fictif.mssante.fr"
ORDONNANCE = PrescriptionKind("prescription")
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
    """The line of the matrix that holds a text."""
    lines = reader.screen().splitlines()
    return next((line for line in lines if text in line and "(" in line and "sans BAL" not in line), "")


async def at_signature(reader: Reader) -> None:
    """Turn to the signature: it comes after the letters."""
    await reader.press("w")


def signature_on(reader: Reader) -> str:
    """What the view would copy; "" for nothing."""
    found = reader.app.situations.handout()
    return "" if found is None or isinstance(found, BaltError) else found.text


# What is shown


@pytest.mark.parametrize("size", [SMALL, (100, 30), WIDE, (200, 50)])
async def test_each_situation_has_its_line_and_waits_for_its_bal(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        assert "○ à choisir" in line_of(reader, "Cabinet des Lilas (libéral)")
        assert "○ à choisir" in line_of(reader, "CH fictif (salarié)")
        assert "▲ 2 situations sans BAL privilégiée" in reader.screen()
        assert "1 BAL rattachée" in reader.screen()


@pytest.mark.parametrize("size", [SMALL, (100, 30), WIDE, (200, 50)])
async def test_the_lines_stand_at_every_size_in_english_too(tmp_path: Path, size: tuple[int, int]) -> None:
    set_language("en")
    async with at_view_4(tmp_path, size=size) as reader:
        assert "○ to be chosen" in line_of(reader, "Cabinet des Lilas")
        assert "○ to be chosen" in line_of(reader, "CH fictif")
        await reader.press("enter", "1")
        assert "✔ camille.e" in line_of(reader, "Lilas")
        assert all(len(line.rstrip()) <= size[0] for line in reader.screen().splitlines())


@pytest.mark.parametrize("size", SIZES)
async def test_the_demo_shows_what_its_directory_tells(
    shared_demo: Demo, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=size) as reader:
        await reader.press("4")
        await reader.until("MSP des Lilas (libéral)")
        await reader.press("enter", "1")
        await reader.until("à noter")
        assert "✔ " in reader.screen()


async def test_a_preference_that_no_longer_holds_says_why(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1")
        assert "✔ camille.exemple@" in line_of(reader, "Lilas")
        await tell(reader, directory(entries=PUBLISHED[1:]))
        assert "▲ camille.exemple@" in line_of(reader, "Lilas")
        assert "la BAL choisie n'est pas publiée" in reader.screen()
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
        assert "✔ camille.exemple@" in line_of(reader, "Lilas")
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


async def test_a_folder_of_templates_that_is_missing_is_told_and_stops_nothing(tmp_path: Path) -> None:
    config = replace(CONFIG, publish=PublishSettings(templates=tmp_path / "absent"))
    async with at_view_4(tmp_path, config=config) as reader:
        await reader.press("enter", "1")
        assert "✔ camille.exemple@" in line_of(reader, "Lilas")
        assert "Créez-le" in reader.screen()
        for name in ("copy", "save", "read", "code", "tracker"):
            assert "ce dossier de modèles n'existe pas" in reader.app.situations.why_not(name)
        await reader.press("y", "s", "Q")
        assert reader.app.clipboard == ""
        assert any("ce dossier de modèles n'existe pas" in said for said in reader.said())
        (tmp_path / "absent").mkdir()
        assert reader.app.situations.why_not("copy") == ""


async def test_a_folder_of_templates_that_cannot_be_looked_at_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "fermé" / "modeles"
    usual = Path.is_dir

    def is_dir(path: Path) -> bool:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return usual(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    config = replace(CONFIG, publish=PublishSettings(templates=closed))
    async with at_view_4(tmp_path, config=config) as reader:
        await reader.press("enter", "1")
        assert "ne peut pas être lu" in " ".join(reader.screen().split())
        assert "ne peut pas être lu" in reader.app.situations.why_not("copy")


async def test_a_template_that_is_broken_is_told_in_the_preview_and_not_copied(tmp_path: Path) -> None:
    folder = tmp_path / "modeles"
    folder.mkdir()
    (folder / "signature.fr.txt").write_text("{nom_qui_manque}\n{{ nom_qui_manque }}\n", "utf-8")
    config = replace(CONFIG, publish=PublishSettings(templates=folder))
    async with at_view_4(tmp_path, config=config) as reader:
        await reader.press("enter", "1", "w")
        assert isinstance(reader.app.situations.handout("signature"), BaltError)
        assert "signature.fr.txt" in "".join(reader.screen().split())
        await reader.press("y", "s", "escape", "Q", "escape")
        assert reader.app.clipboard == ""
        assert any("signature.fr.txt" in said for said in reader.said())


@pytest.mark.parametrize("size", SIZES)
async def test_the_signature_is_that_of_the_line_under_the_cursor(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "j", "enter", "1")
        await at_signature(reader)
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
        await reader.press("enter", "1", "w", "y")
        assert reader.app.clipboard == signature_on(reader) != ""
        assert any("Copié" in said and "Signature de mail" in said for said in reader.said())


async def test_without_a_preference_there_is_nothing_to_copy(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("y")
        assert reader.app.clipboard == ""
        assert any("Choisissez d'abord la BAL" in said for said in reader.said())
        assert "Choisissez d'abord" in reader.app.situations.why_not("copy")
        await reader.press("enter", "1")
        assert reader.app.situations.why_not("copy") == ""


async def test_w_turns_through_what_is_handed_out_and_begins_again(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1")
        seen = []
        for _time in range(11):
            out = reader.app.situations.out
            seen.append(out.kind if out else None)
            await reader.press("w")
        assert seen == [
            *("letter", "signature", "prescription", "post"),
            *("signature_html", "vcard", "vcard3", "qr", "qr_svg", "sheet", "request"),
        ]
        assert reader.app.situations.offers.cursor == 0


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_handed_out_is_written_in_the_other_language_by_a_key(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "w")
        assert "Signature de mail, en français" in reader.screen()
        await reader.press("L")
        assert "Signature de mail, en anglais" in reader.screen()
        assert "Secure health mail (MSSanté)" in reader.screen()


async def test_a_code_is_shown_alone_black_on_white_and_a_key_closes_it(tmp_path: Path) -> None:
    async with at_view_4(tmp_path, size=SMALL) as reader:
        await reader.press("enter", "1", "Q")
        assert "▀▀▀▀▀" in reader.screen()
        assert "Ce code ouvre un message à cette adresse" in reader.screen()
        await reader.press("escape")
        assert reader.app.view is reader.app.situations


async def test_a_high_screen_has_room_for_the_fuller_code(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "Q")
        assert "Ce code ajoute votre carte de visite" in reader.screen()


async def test_files_are_saved_and_nothing_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "w", "s", "1")
        await reader.press(*["backspace"] * len("~/balt"))
        await reader.type(str(folder))
        await reader.press("enter")
        (file,) = folder.iterdir()
        assert CAMILLE in file.read_text(encoding="utf-8")
        file.write_text("à moi", encoding="utf-8")
        await reader.press("s", "2", "enter")
        assert file.read_text(encoding="utf-8") == "à moi"
        assert len(list(folder.iterdir())) == 1 + 11
        assert any("Enregistré dans" in said for said in reader.said())


async def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("", encoding="utf-8")
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "s", "1")
        await reader.press(*["backspace"] * len("~/balt"))
        await reader.type(str(tmp_path / "plain"))
        await reader.press("enter")
        assert any("ne peut pas recevoir de fichier" in said for said in reader.said())


@pytest.mark.parametrize("size", SIZES)
async def test_a_hand_out_is_read_in_full(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", *"wwwww", "p")
        assert "BEGIN:VCARD" in reader.screen()
        assert "END:VCARD" in reader.screen()


# Kinds of prescription


@pytest.mark.parametrize("size", SIZES)
async def test_one_kind_of_prescription_goes_to_another_bal(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "l", "l", "enter")
        assert "BAL privilégiée pour : Cabinet des Lilas (libéral), Biologie" in reader.screen()
        await reader.press("2")
        row = reader.app.situations.row
        assert row is not None
        assert [cell.address for cell in row.cells] == [CAMILLE, CAMILLE, WARD, *[CAMILLE] * 4]
        found = reader.app.situations.handout()
        assert found is not None
        assert not isinstance(found, BaltError)
        assert WARD in found.text
        await reader.press("enter", "3")
        row = reader.app.situations.row
        assert row is not None
        assert not row.cells[2].own


async def test_a_narrow_screen_shows_the_column_under_the_cursor(tmp_path: Path) -> None:
    async with at_view_4(tmp_path, size=SMALL) as reader:
        assert "Téléexpert." not in reader.screen()
        await reader.press(*"lllllll")
        assert "Téléexpert." in reader.screen()
        await reader.press(*"hhhhhh")
        assert "Adressage" in reader.screen()


async def test_the_list_of_kinds_is_the_users(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("c", "7")
        await reader.type("Certificat")
        await reader.press("enter", "c", "2", "2")
        names = [each.label for each in reader.app.situations.matrix.kinds]
        assert names == [
            *("Lettre d'adressage", "Imagerie", "Ordonnance", "Compte rendu", "Téléexpertise", "Certificat"),
        ]
        await reader.press("c", "2", "1")
        await reader.type(" et echo")
        await reader.press("enter")
        assert "Imagerie et…" in reader.screen()


# Supports


@pytest.mark.parametrize("size", SIZES)
async def test_a_support_is_noted_and_the_note_taken_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "t")
        assert f"Qui porte {CAMILLE}" in reader.screen()
        await reader.press("1")
        assert "22 nov. 2026" in support_line(reader, "Lettres d'adressage")
        await reader.press("t", "1")
        assert "à noter" in support_line(reader, "Lettres d'adressage")


def support_line(reader: Reader, text: str) -> str:
    """The line of the list of supports that begins so."""
    return next(line for line in reader.screen().splitlines() if line.strip().startswith(text))


@pytest.mark.parametrize("size", SIZES)
async def test_a_changed_preference_makes_a_support_wrong_and_noting_it_again_sets_it_right(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_view_4(tmp_path, size=size) as reader:
        await reader.press("enter", "1", "t", "3", "enter", "2")
        assert "l'ancienne" in support_line(reader, "Ordonnances")
        evidence = next(each for each in reader.app.evidence if each.id == "valoriser.2")
        assert "vos ordonnances portent encore l'ancienne adresse" in evidence.sentences
        await reader.press("t", "3")
        assert "l'ancienne" not in reader.screen()
        borne = Tracker(tmp_path, FixedClock(NOW)).view().on("prescriptions")
        assert [each.address for each in borne] == [WARD]


async def test_the_bal_of_a_kind_is_asked_of_the_support_where_it_is_written_and_of_no_other(
    tmp_path: Path,
) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", *"llll", "enter", "2")
        assert reader.app.situations.cell is not None
        assert (reader.app.situations.cell.kind, reader.app.situations.cell.address) == (ORDONNANCE, WARD)
        assert "à noter" in support_line(reader, "Ordonnances")
        assert "à noter" not in support_line(reader, "Lettres d'adressage")
        await reader.press(*"hhhh")
        assert "à noter" not in support_line(reader, "Ordonnances")
        assert "à noter" in support_line(reader, "Lettres d'adressage")


async def test_a_support_of_ones_own_is_followed_and_dropped(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "t", "5")
        await reader.type("Plaque")
        await reader.press("enter")
        assert support_line(reader, "Plaque")
        await reader.press(*"wwww", "y")
        assert reader.app.clipboard == CAMILLE
        await reader.press("X")
        assert "Plaque" not in reader.screen()
        await reader.press("X")
        assert any("Seul un support à vous" in said for said in reader.said())


async def test_tab_goes_to_the_list_and_escape_comes_back(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1", "tab", "j", "enter")
        assert "Signature de mail" in reader.screen()
        await reader.press("escape")
        assert reader.app.situations.offers.has_focus
        await reader.press("escape")
        assert reader.app.situations.table.has_focus
        await reader.press("escape")
        assert reader.app.view is reader.app.fiches


async def test_a_damaged_file_of_supports_is_told(tmp_path: Path) -> None:
    file = tmp_path / "supports.json"
    file.write_bytes(b"{")
    async with at_view_4(tmp_path) as reader:
        assert any("supports.json" in said for said in reader.said())
        await reader.press("enter", "1", "t", "1")
    assert file.read_bytes() == b"{"


# Kept


async def test_a_choice_is_there_again_the_next_time(tmp_path: Path) -> None:
    async with at_view_4(tmp_path) as reader:
        await reader.press("enter", "1")
    async with sitting(CONFIG, Secrets(), tmp_path) as reader:
        await reader.press("4")
        assert "✔ camille.exemple@" in line_of(reader, "Lilas")


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
        assert "✔ c.exemple@" in line_of(one, "CH fictif")
        assert "Maison" in one.screen()
    assert dict(other.preferred()) == {LILAS.id: CAMILLE, HOSPITAL.id: WARD}
    kept = json.loads((tmp_path / "situations.json").read_text(encoding="utf-8"))
    assert len(kept["situations"]) == 3


def test_two_addresses_of_one_name_stay_apart_in_a_narrow_cell() -> None:
    narrow = [
        short_address(f"camille.exemple@{domain}", 15) for domain in ("medecin.mssante.fr", "ch-fictif.fr")
    ]
    assert narrow == ["camille.e…@med…", "camille.e…@ch-…"]
    assert short_address(CAMILLE, 17) == "camille.exemple@…"
    assert short_address(CAMILLE, 60) == CAMILLE
    assert all(cell_width(short_address(CAMILLE, room)) <= room for room in range(1, 60))
