"""View 2 on the screen: what a person sees of their BAL, and what the keys ask of the app."""

from dataclasses import replace
from datetime import timedelta

import pytest

from balt.config import Person
from balt.directory.identifiers import person_warning
from balt.directory.model import Origin
from balt.i18n import set_language
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Finding, Publication, Verdict
from balt.mailboxes.sightings import Sighting, Sightings
from balt.tui import signals
from balt.tui.actions import in_place
from balt.tui.theme import ANSI, CONTRAST, DARK, LIGHT, Look
from tests.support.hostile import PAYLOADS, control_characters
from tests.tui.annuaire_host import (
    CAMILLE,
    DESK,
    GHOST,
    HOSPITAL,
    LILAS,
    UNKNOWN,
    UNLISTED,
    YESTERDAY,
    directory,
    entry,
    mailboxes,
    reading,
)

SIZES = [(80, 24), (100, 30), (140, 45), (200, 50)]


async def test_every_bal_has_its_line_with_the_verdict_and_its_sign() -> None:
    async with reading() as person:
        assert "▲ à surveiller" in person.line_of(CAMILLE)
        assert "✔ active" in person.line_of(DESK)
        assert "▲ fantôme" in person.line_of(GHOST)
        assert "▲ hors annuaire" in person.line_of(UNLISTED)
        assert "? à préciser" in person.line_of(UNKNOWN)


async def test_a_line_says_what_is_published_received_read_and_used() -> None:
    async with reading() as person:
        line = person.line_of(GHOST)
        for told in ("PER", "CH fictif (salarié)", "oui", "3 jours", "14 mois", "57 %"):
            assert told in line


async def test_the_title_says_how_many_and_when_each_source_was_read() -> None:
    async with reading() as person:
        title = person.line_of("Vos BAL")
    assert "5 trouvées" in title
    assert "annuaire du 21 nov. 2026 (extraction)" in title
    assert "API interrogée il y a 3 min" in title


def sightings() -> Sightings:
    """One BAL came with the last extraction, two are gone, and one came before."""
    older, before = YESTERDAY - timedelta(days=9), YESTERDAY - timedelta(days=2)
    return Sightings(
        YESTERDAY,
        "",
        (
            Sighting(CAMILLE, True, before, older),
            Sighting(DESK, True, older),
            Sighting(GHOST, True, YESTERDAY, before),
            Sighting("partie@ancien-reseau.mssante.fr", False, YESTERDAY, before, own=True),
            Sighting(UNLISTED, False, YESTERDAY, before),
        ),
    )


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_what_appeared_and_vanished_since_the_last_extraction_stands_above_the_list(
    size: tuple[int, int],
) -> None:
    async with reading(size, view=replace(directory(), sightings=sightings())) as person:
        told = person.line_of("Depuis l'extraction du 19 nov. 2026, apparue : c.exemple@")
        assert told
        assert CAMILLE not in told
        assert "disparues : partie@ancien-reseau.mssante.fr, camille@msp-lilas" in person.shown_as_one()
        for mailbox in mailboxes():
            assert person.line_of(mailbox.address[:12])


async def test_the_detail_tells_when_a_bal_appeared_or_vanished() -> None:
    async with reading((160, 60), view=replace(directory(), sightings=sightings())) as person:
        assert "apparue dans l'extraction du 19 nov. 2026 ; celle du 12 nov." in person.screen()
        for address, told in (
            (GHOST, "apparue dans l'extraction du 21"),
            (UNLISTED, "disparue de l'extraction du 21"),
        ):
            person.app.annuaire.select(address)
            await person.press("down", "up")
            assert told in person.screen()
        person.app.annuaire.select(DESK)
        await person.press("enter")
        assert "partie@ancien-reseau.mssante.fr" in person.screen()  # the whole line is in the window


async def test_what_is_not_compared_is_told_above_the_list_and_whole_in_the_window() -> None:
    async with reading((80, 24), view=replace(directory(), left_out=1200)) as person:
        assert person.line_of("1 200 BAL suivies non comparées")
        await person.press("enter", "G")
        assert "balt en compare 5 000 au plus, les vôtres d'abord." in person.shown_as_one()


async def test_without_a_change_there_is_no_line_of_changes() -> None:
    calm = replace(sightings(), taken_at=YESTERDAY + timedelta(hours=1))
    async with reading(view=replace(directory(), sightings=calm)) as person:
        assert "Depuis l'extraction" not in person.screen()


async def test_trouble_with_the_directory_is_told_above_the_list() -> None:
    async with reading((80, 24), view=directory("La clé de l'API est refusée.")) as person:
        assert "▲ La clé de l'API est refusée." in person.screen()


async def test_a_number_that_was_mistyped_is_told_above_the_list() -> None:
    warning = person_warning(Person(rpps="10999990013"))
    async with reading((80, 24), view=replace(directory(), warning=warning)) as person:
        assert "10999990013 : la clé de ce numéro ne correspond pas" in " ".join(person.screen().split())


async def test_without_any_source_the_title_says_so() -> None:
    async with reading(view=DirectoryView()) as person:
        assert "aucune source de l'Annuaire Santé" in person.screen()


@pytest.mark.parametrize("size", SIZES)
async def test_at_every_size_each_bal_keeps_its_line_and_its_verdict(size: tuple[int, int]) -> None:
    async with reading(size) as person:
        lines = person.screen().splitlines()
        for words in ("à surveiller", "active", "fantôme", "hors annuaire", "à préciser"):
            assert any(words in line for line in lines)
        assert "Constat" in person.screen()
        assert "Lu" in person.screen()


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_address_that_is_cut_tells_by_its_beginning_and_its_domain(
    size: tuple[int, int],
) -> None:
    address = "service-des-explorations-fonctionnelles" * 3 + "@un-etablissement-fictif.mssante.fr"
    found = [replace(mailboxes()[0], address=address)]
    async with reading(size, found=found) as person:
        line = person.line_of("à surveiller")
    assert "service-des" in line
    assert "…" in line
    assert "nelles@un-etabli" in line


async def test_the_detail_follows_the_cursor() -> None:
    async with reading() as person:
        await person.press("j", "j")
        shown = person.screen()
        assert "publiée, et personne ne la lit" in shown
        assert "212 messages de suite n'ont pas été lus" in shown
        await person.press("k")
        assert "lue et publiée" in person.screen()


async def test_the_detail_names_what_the_two_sources_tell_differently() -> None:
    async with reading() as person:
        await person.press("j", "j")
        assert "diffèrent : FINESS « 990000025 » ou « 990000033 »" in person.screen()
        await person.press("g")
        assert "API (22 nov. 2026) et extraction (21 nov. 2026), concordantes" in person.screen()


async def test_an_aged_answer_is_shown_with_its_date_and_asked_again() -> None:
    async with reading() as person:
        await person.press("G")
        shown = " ".join(person.screen().split())
        assert "40 %, le 25 juil. 2026" in shown
        assert "à redemander" in shown
        assert "aucun compte ici" in shown


async def test_enter_opens_the_whole_detail_on_a_small_screen() -> None:
    async with reading((80, 24)) as person:
        await person.press("j", "j")
        assert "lignes de plus" in person.screen()
        await person.press("enter", "G")
        assert "imap.ch-fictif.invalid" in person.screen()
        await person.press("escape")
        assert "Vos BAL" in person.screen()


async def test_tab_leads_to_the_detail_where_the_keys_scroll_it_and_escape_leads_back() -> None:
    async with reading((80, 24)) as person:
        await person.press("j", "j", "tab", "G")
        assert "imap.ch-fictif.invalid" in person.screen()
        assert person.app.annuaire.table.cursor == 2
        await person.press("escape", "j")
        assert person.app.annuaire.table.cursor == 3


async def test_the_filter_looks_at_every_column_without_case_or_accents() -> None:
    async with reading() as person:
        await person.press("slash", *"FANTOME")
        assert "1 sur 5" in person.screen()
        await person.press("enter")
        assert GHOST in person.screen()
        assert not person.line_of(DESK)


async def test_escape_leaves_the_filter_first_then_the_view() -> None:
    async with reading() as person:
        await person.press("slash", *"lilas", "enter", "escape")
        assert "5 trouvées" in person.screen()
        assert not any(isinstance(each, signals.GoHome) for each in person.app.asked)
        await person.press("escape")
        assert any(isinstance(each, signals.GoHome) for each in person.app.asked)


async def test_a_filter_that_leaves_nothing_says_how_to_leave_it() -> None:
    async with reading((80, 24)) as person:
        await person.press("slash", *"zzzz", "enter")
        assert "Aucune BAL ne répond à ce filtre. Échap le retire." in person.screen()
        await person.press("enter", "c", "o")
        assert len(person.app.screen_stack) == 1
        assert person.said()


async def test_what_comes_later_leaves_the_cursor_on_its_bal() -> None:
    async with reading() as person:
        await person.press("j", "j")
        await person.show(list(reversed(mailboxes())), directory())
        current = person.app.annuaire.current
        assert current is not None
        assert current.address == GHOST


async def test_selecting_a_bal_takes_away_a_filter_that_hides_it() -> None:
    async with reading() as person:
        await person.press("slash", *"lilas", "enter")
        person.app.annuaire.select(GHOST.upper())
        await person.pilot.pause()
        current = person.app.annuaire.current
        assert current is not None
        assert current.address == GHOST


async def test_n_goes_from_one_finding_to_the_next_and_passes_over_what_is_well() -> None:
    async with reading() as person:
        await person.press("n")
        assert person.app.annuaire.table.cursor == 2
        await person.press("N")
        assert person.app.annuaire.table.cursor == 0
        await person.press("N")
        assert person.app.annuaire.table.cursor == 4


async def test_when_all_is_well_n_says_so() -> None:
    well = [replace(each, finding=Finding(Verdict.ACTIVE, "lue")) for each in mailboxes()]
    async with reading(found=well) as person:
        await person.press("n")
        assert person.said() == ["Aucune de ces BAL ne demande votre attention."]


async def test_o_opens_the_messages_of_a_bal_that_has_an_account() -> None:
    async with reading() as person:
        await person.press("j", "o")
        opened = [each.address for each in person.app.asked if isinstance(each, signals.OpenMailbox)]
        assert opened == [DESK]
        await person.press("G", "o")
        assert "Aucun compte n'est configuré" in person.said()[-1]


async def test_adding_offers_the_account_of_a_bal_that_has_none_and_another_bal_elsewhere() -> None:
    async with reading() as person:
        person.app.annuaire.action_add()
        await person.press("G")
        person.app.annuaire.action_add()
        await person.pilot.pause()
        added = [each.address for each in person.app.asked if isinstance(each, signals.AddMailbox)]
        assert added == ["", UNKNOWN]


async def test_a_bal_is_linked_to_a_situation_and_unlinked() -> None:
    async with reading() as person:
        await person.press("j", "j", "r")
        assert "✔ CH fictif (salarié)" in person.screen()
        await person.press("1", "r", "enter")
        linked = [
            (each.address, each.situation, each.yes)
            for each in person.app.asked
            if isinstance(each, signals.LinkSituation)
        ]
    assert linked == [(GHOST, LILAS.id, True), (GHOST, HOSPITAL.id, False)]


async def test_situations_made_by_hand_can_be_linked_too() -> None:
    async with reading(view=DirectoryView()) as person:
        by_hand = replace(LILAS, id="main-1", structure="Maison de santé")
        person.app.annuaire.show(mailboxes(), DirectoryView(), reading=False, situations=[by_hand])
        await person.press("r")
        assert "Maison de santé (libéral)" in person.screen()


async def test_without_any_situation_linking_says_where_to_add_one() -> None:
    alone = [replace(mailboxes()[0], situations=())]
    async with reading(found=alone, view=DirectoryView()) as person:
        await person.press("r")
        assert "4 Situations" in person.said()[-1]


async def test_no_bal_at_all_says_what_to_do() -> None:
    async with reading((80, 24), found=[], view=DirectoryView()) as person:
        assert "Aucune BAL n'est connue ici." in person.screen()
        for action in in_place("annuaire"):
            if action.name not in ("search", "back"):
                getattr(person.app.annuaire, f"action_{action.name}")()
                await person.pilot.pause()
        assert person.app.is_running


@pytest.mark.parametrize("look", [DARK, LIGHT, CONTRAST, ANSI])
async def test_the_line_under_the_cursor_is_unmistakable_in_every_theme(look: Look) -> None:
    async with reading((80, 24), look=look) as person:
        table = person.app.annuaire.table
        under = {(each.style.bgcolor, each.style.reverse) for each in table.render_line(0) if each.style}
        other = {(each.style.bgcolor, each.style.reverse) for each in table.render_line(1) if each.style}
        assert under.isdisjoint(other)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_the_way_out_of_the_directory_stands_at_the_foot(size: tuple[int, int]) -> None:
    async with reading(size) as reader:
        assert "d Dépublier" in reader.screen().splitlines()[-1]


def test_the_footer_holds_no_more_than_ten_keys() -> None:
    assert sum(action.footer for action in in_place("annuaire")) <= 10


async def test_the_view_speaks_english() -> None:
    set_language("en")
    async with reading() as person:
        assert person.app.is_running


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_hostile_text_of_the_directory_is_shown_inert(size: tuple[int, int]) -> None:
    found = []
    for text in PAYLOADS.values():
        published = entry(
            f"{text}@x.mssante.fr", family=text, structure=text, service=text, profession=text, town=text
        )
        found.append(
            replace(
                mailboxes()[0],
                address=published.address,
                entries=(published, replace(published, origin=Origin.EXTRACTION, rpps=text)),
                situations=(replace(LILAS, structure=text),),
                finding=Finding(Verdict.WATCH, text, (text,)),
                publication=Publication.PUBLISHED,
            )
        )
    async with reading(size, found=found, view=directory("[/x] \x1b[31m")) as person:
        seen = [person.screen()]
        for _each in found:
            await person.press("enter")
            seen.append(person.screen())
            await person.press("escape", "j")
        for name in ("closing", "click", "bidi"):
            person.app.annuaire.table.move_to(list(PAYLOADS).index(name))
            for key in ("r", "c", "tab"):
                await person.press(key)
                seen.append(person.screen())
                await person.press("escape")
        assert person.app.is_running
        assert not control_characters("\n".join(seen))
        assert "[/nope] [/]" in "\n".join(seen)
