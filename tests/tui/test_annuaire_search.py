"""Searching the whole directory: homonyms told apart, late answers left aside, every dead end explained."""

from dataclasses import replace
from datetime import date

import pytest

from balt.directory.model import DirectoryAnswer, Origin, Professional, Workplace
from balt.mailboxes.directory_view import DirectoryView
from balt.tui import signals
from balt.tui.dialogs.search_directory import SearchDirectory
from balt.tui.dialogs.search_directory_rows import results_of
from tests.support.hostile import PAYLOADS, control_characters
from tests.tui.annuaire_host import (
    CAMILLE,
    NOW,
    RPPS,
    THIRD,
    TWIN,
    Reader,
    directory,
    entry,
    homonyms,
    reading,
)


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SearchDirectory, "QUIET_SECONDS", 0.01)


def window(person: Reader) -> SearchDirectory:
    """The search window."""
    screen = person.app.screen
    assert isinstance(screen, SearchDirectory)
    return screen


def searches(person: Reader) -> list[signals.DirectorySearch]:
    """What was searched, in order."""
    return [each for each in person.app.asked if isinstance(each, signals.DirectorySearch)]


async def search(person: Reader, text: str) -> int:
    """Type a text in the search window; the number of its search."""
    await person.pilot.press(*text)
    await person.pilot.pause(0.05)
    return searches(person)[-1].number


async def answered(person: Reader, answer: DirectoryAnswer | None, error: str = "") -> None:
    """Answer the latest search."""
    window(person).show(answer, error, searches(person)[-1].number)
    await person.pilot.pause()


async def test_a_text_is_searched_once_it_stands_still() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        assert [each.text for each in searches(person)][-1] == "exemple"
        assert len(searches(person)) < len("exemple")


async def test_one_character_is_searched_only_when_enter_asks() -> None:
    async with reading() as person:
        await person.press("f", "e")
        await person.pilot.pause(0.05)
        assert not searches(person)
        await person.press("enter")
        assert [each.text for each in searches(person)] == ["e"]


async def test_an_answer_to_an_older_text_is_left_aside() -> None:
    async with reading() as person:
        await person.press("f")
        first = await search(person, "exe")
        second = await search(person, "mple")
        assert second > first
        window(person).show(homonyms(), "", first)
        await person.pilot.pause()
        assert "recherche…" in person.screen()
        assert TWIN not in person.screen()


async def test_numbers_are_not_used_again_by_a_later_window() -> None:
    async with reading() as person:
        await person.press("f")
        first = await search(person, "exe")
        await person.press("escape", "f")
        assert await search(person, "exe") > first


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_homonyms_stand_together_with_rpps_profession_and_town(size: tuple[int, int]) -> None:
    async with reading(size) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        lines = person.screen().splitlines()
        rows = [next(i for i, line in enumerate(lines) if rpps in line) for rpps in (RPPS, TWIN, THIRD)]
        assert rows == [rows[0], rows[0] + 1, rows[0] + 2]
        assert "3 homonymes" in person.screen()
        for row, words in zip(rows, ("Médecin", "Infirmier", "Pharmacien"), strict=True):
            assert words in lines[row]
            assert ("homonyme" if size[0] > 100 else "≠") in lines[row]


async def test_a_person_without_any_bal_is_shown_and_says_so() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        assert "aucune BAL publiée" in person.line_of(THIRD)


async def test_where_a_person_works_besides_is_told_with_the_file_and_its_day() -> None:
    answer = homonyms()
    people = tuple(
        replace(each, work=(Workplace("LES LILAS", "CABINET FICTIF"),), work_on=date(2026, 11, 28))
        if each.rpps == RPPS
        else each
        for each in answer.professionals
    )
    async with reading((140, 45)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(answer, professionals=people))
        assert "Fictiville" in person.line_of(RPPS)
        assert "LES LILAS" not in person.line_of(RPPS)
        await person.press("enter")
        shown = person.screen()
        assert "Exerce aussi à LES LILAS (CABINET FICTIF), selon le fichier d'activités du 28 nov." in shown


async def test_the_detail_lists_the_other_persons_of_the_same_name() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        await person.press("enter", "j")
        shown = person.screen()
        assert "Même nom, autre personne" in shown
        assert "Médecin · Cardiologie · Fictiville · 1 BAL" in shown
        assert "Pharmacien · Modèleville · aucune BAL publiée" in shown


async def test_another_person_with_many_towns_is_told_whole() -> None:
    answer = homonyms()
    towns = ("Modèleville", "Fictiville-en-Fiction", "Essai-sur-Mer")
    people = tuple(
        replace(each, towns=towns) if each.rpps == THIRD else each for each in answer.professionals
    )
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(answer, professionals=people))
        await person.press("enter", "j", "enter")
        told = "Pharmacien · Modèleville, Fictiville-en-Fiction, Essai-sur-Mer · aucune BAL publiée"
        assert told in person.shown_as_one()


async def test_enter_on_somebody_elses_bal_shows_what_is_known_of_it() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        await person.press("enter", "j", "enter")
        assert "Dans l'Annuaire Santé" in person.screen()
        assert "Cabinet infirmier du Port" in person.screen()
        await person.press("escape")
        assert isinstance(person.app.screen, SearchDirectory)


async def test_enter_on_ones_own_bal_goes_to_it_in_the_list() -> None:
    async with reading() as person:
        await person.press("G", "f")
        await search(person, "exemple")
        await answered(person, homonyms())
        await person.press("enter", "enter")
        assert len(person.app.screen_stack) == 1
        current = person.app.annuaire.current
        assert current is not None
        assert current.address == CAMILLE


async def test_plus_follows_somebody_elses_bal() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        assert "+ Suivre" not in person.screen()
        await person.press("enter", "j")
        assert "+ Suivre" in person.screen()
        await person.press("plus")
        assert len(person.app.screen_stack) == 1
        followed = [each.address for each in person.app.asked if isinstance(each, signals.Follow)]
        assert followed == ["c.exemple@idel.mssante.fr"]


async def test_plus_on_ones_own_bal_says_that_it_is_followed() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        await person.press("enter", "plus")
        assert "balt la suit" in person.said()[-1]
        assert isinstance(person.app.screen, SearchDirectory)


async def test_y_copies_the_address_and_says_so() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, homonyms())
        await person.press("enter", "j", "y")
        assert person.app.clipboard == "c.exemple@idel.mssante.fr"
        assert "Adresse copiée" in person.said()[-1]
        await person.press("j", "y")
        assert "Aucune adresse à copier" in person.said()[-1]


async def test_letters_typed_in_the_search_line_are_text_and_nothing_else() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "qyjk/")
        assert searches(person)[-1].text == "qyjk/"


async def test_nothing_found_says_what_to_try() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "zzz")
        await answered(person, DirectoryAnswer(Origin.API, NOW))
        assert "Aucun résultat pour « zzz »." in person.screen()
        assert "Essayez le nom seul" in person.screen()


async def test_an_error_is_told_whole_and_enter_asks_again() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        first = await search(person, "zzz")
        await answered(person, None, "l'Annuaire Santé n'a pas répondu. Recommencez plus tard.")
        assert "L'Annuaire Santé n'a pas répondu. Recommencez plus tard." in person.screen()
        await person.press("enter")
        assert searches(person)[-1].text == "zzz"
        assert searches(person)[-1].number > first


async def test_without_a_source_the_window_says_how_to_have_one() -> None:
    async with reading((80, 24), view=DirectoryView()) as person:
        await person.press("f")
        shown = " ".join(person.screen().split())
        assert "balt directory import FICHIER" in shown
        assert "api_key_command" in shown


async def test_what_an_answer_notes_is_told() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(homonyms(), notes=("La liste a été coupée.",)))
        assert "▲ La liste a été coupée." in person.screen()


async def test_a_note_that_is_cut_can_be_read_whole() -> None:
    note = (
        "Le type de certaines BAL n'est pas indiqué : il est déduit de ce qui les porte, et reste à vérifier."
    )
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(homonyms(), notes=(note, "Une ligne a été laissée de côté.")))
        await person.press("enter", "j", "enter")
        shown = " ".join(person.screen().split())
        assert f"▲ {note}" in shown
        assert "▲ Une ligne a été laissée de côté." in shown
        await person.press("escape", "tab", "G")
        assert "laissée de côté." in person.screen()


async def test_the_window_says_how_many_lines_stand_below() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(homonyms(), notes=("Une note.",) * 12))
        await person.press("enter")
        assert "lignes de plus · Tab" in person.screen()
        await person.press("tab", "G")
        assert "de plus" not in person.screen()


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_two_bal_of_one_person_do_not_look_alike(size: tuple[int, int]) -> None:
    second = CAMILLE.replace("medecin", "ch-fictif")
    async with reading(size) as person:
        await person.press("f")
        await search(person, "exemple")
        await answered(person, replace(homonyms(), entries=(entry(CAMILLE), entry(second))))
        assert "@medecin" in person.line_of(RPPS)
        assert "@ch-fict" in person.screen()


async def test_a_second_answer_leaves_the_cursor_where_it_was() -> None:
    async with reading() as person:
        await person.press("f")
        number = await search(person, "exemple")
        window(person).show(homonyms(), "", number, more=True)
        await person.pilot.pause()
        assert "recherche…" in person.screen()
        await person.press("enter", "j", "j")
        more = entry("autre@fictif.mssante.fr", family="AUTRE", rpps="10999990152")
        answer = homonyms()
        window(person).show(replace(answer, entries=(more, *answer.entries)), "", number)
        await person.pilot.pause()
        current = window(person).current
        assert current is not None
        assert current.rpps == THIRD
        assert "recherche…" not in person.screen()


async def test_an_emptied_search_line_empties_the_results() -> None:
    async with reading() as person:
        await person.press("f")
        await search(person, "ex")
        await answered(person, homonyms())
        await person.pilot.press("backspace", "backspace")
        await person.pilot.pause(0.05)
        assert TWIN not in person.screen()
        assert searches(person)[-1].text == "ex"


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_hostile_results_are_shown_inert(size: tuple[int, int]) -> None:
    entries = [
        entry(f"{text}@x.mssante.fr", family=text, given=text, town=text, profession=text, structure=text)
        for text in PAYLOADS.values()
    ]
    people = [
        Professional(text, text, text, text, text, text, (text,)) for text in list(PAYLOADS.values())[::3]
    ]
    answer = DirectoryAnswer(Origin.API, NOW, tuple(entries), (), tuple(people), tuple(PAYLOADS.values()))
    async with reading(size, view=directory()) as person:
        await person.press("f")
        await search(person, "xx")
        await answered(person, answer)
        seen = [person.screen()]
        await person.press("enter")
        for _each in range(len(entries) + len(people)):
            await person.press("enter")
            seen.append(person.screen())
            await person.press("escape", "j")
        await answered(person, None, "\x1b[31m [/nope]")
        seen.append(person.screen())
        assert person.app.is_running
        assert not control_characters("\n".join(seen))


def test_a_bal_that_both_sources_publish_is_one_result() -> None:
    answer = replace(homonyms(), entries=(entry(CAMILLE), entry(CAMILLE.upper(), Origin.EXTRACTION)))
    mine = [each for each in results_of(answer) if each.rpps == RPPS]
    assert len(mine) == 1
    assert set(mine[0].origins) == {Origin.API, Origin.EXTRACTION}


def test_one_person_with_two_bal_is_no_homonym() -> None:
    found = results_of(DirectoryAnswer(Origin.API, NOW, (entry("a@x.mssante.fr"), entry("b@x.mssante.fr"))))
    assert len(found) == 2
    assert not any(each.homonym for each in found)


def test_services_of_one_name_are_no_homonyms() -> None:
    desk = replace(entry("a@x.mssante.fr"), family="", given="", title="", rpps="", service="Accueil")
    entries = (desk, replace(desk, address="b@y.mssante.fr"))
    found = results_of(DirectoryAnswer(Origin.API, NOW, entries))
    assert [each.name for each in found] == ["Accueil", "Accueil"]
    assert not any(each.homonym for each in found)


async def test_nothing_found_in_a_part_is_not_said_to_be_nowhere() -> None:
    async with reading((80, 24)) as person:
        await person.press("f")
        await search(person, "zzz")
        await answered(person, DirectoryAnswer(Origin.API, NOW, whole=False))
        assert "Aucun résultat pour « zzz » dans ce qui a pu être lu." in person.screen()
