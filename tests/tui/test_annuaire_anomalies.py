"""View 2 tells what looks wrong in the directory about a BAL, and who bears the name of its holder nearby."""

from dataclasses import replace

import pytest

from balt.directory.model import BalKind, DirectoryAnswer, Origin, Professional
from balt.directory.trust import TrustSpace
from balt.directory.unreadable import Unreadable, key_of
from balt.directory.white_list import WhiteList
from balt.mailboxes.directory_view import DirectoryView
from tests.support.hostile import PAYLOADS, control_characters
from tests.tui.annuaire_host import CAMILLE, NOW, RPPS, THIRD, TWIN, directory, entry, mailboxes, reading

LISTED = TrustSpace(WhiteList(frozenset(("cab-lilas.mssante.fr",))), NOW)
NEAR = Professional(TWIN, "EXEMPLE", "Camille", profession="Infirmier", towns=("FICTIVILLE",))
FAR = Professional(THIRD, "EXEMPLE", "Camille", profession="Pharmacien", towns=("Port-Modèle",))


def known(**more: object) -> DirectoryView:
    return replace(directory(), rpps=RPPS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_the_detail_tells_anomalies_and_namesakes_of_the_same_town(size: tuple[int, int]) -> None:
    async with reading(size, view=known(trust=LISTED, alike=(NEAR, FAR))) as person:
        await person.press("enter")
        shown = person.screen()
        for _page in range(3):
            await person.press("pagedown")
            shown += person.screen()
    shown = " ".join(shown.split())
    assert "Anomalies" in shown
    assert "Domaine hors de la liste blanche : medecin.mssante.fr" in shown
    assert f"RPPS {TWIN}" in shown
    assert THIRD not in shown


async def test_without_a_list_and_namesakes_nothing_is_said_of_them() -> None:
    async with reading(view=known(alike=(FAR,))) as person:
        await person.press("enter")
        shown = person.screen()
    assert "liste blanche" not in shown
    assert "Homonymes" not in shown


async def test_a_list_that_cannot_be_used_is_told_with_the_sources() -> None:
    async with reading(view=known(trust=TrustSpace(problem="La liste est illisible."))) as person:
        await person.press("enter", "G")
        assert "La liste est illisible." in person.screen()


async def test_hostile_namesakes_and_descriptions_are_shown_inert() -> None:
    text = "".join(PAYLOADS[name] for name in ("colour", "bidi", "closing"))
    wild = replace(NEAR, family=text, profession=text)
    odd = entry(CAMILLE, description=f"ne plus utiliser {text}")
    found = [replace(mailboxes()[0], entries=(odd, replace(odd, origin=Origin.EXTRACTION)))]
    view = known(alike=(wild,))
    view = replace(view, api=replace(view.api, entries=(odd,)) if view.api else None)
    async with reading(found=found, view=view) as person:
        await person.press("enter")
        shown = person.screen()
        assert "déconseille d'écrire" in shown
        assert not control_characters(shown)


async def test_the_bal_of_a_practice_is_shown_with_all_who_share_it() -> None:
    own = entry(CAMILLE, kind=BalKind.CAB)
    both = (own, replace(own, rpps=TWIN, given="Noé", family="ESSAI"))
    found = [replace(mailboxes()[0], entries=both)]
    async with reading((140, 45), found=found, view=known()) as person:
        await person.press("enter")
        shown = person.screen()
    assert "BAL de cabinet, partagée par 2 personnes" in shown
    assert f"RPPS {TWIN}" in shown


async def test_a_file_that_could_not_be_read_there_is_not_said_to_lack_a_bal() -> None:
    damaged = Unreadable(frozenset((key_of(CAMILLE),)))
    file = DirectoryAnswer(Origin.EXTRACTION, NOW, unreadable=damaged)
    found = [replace(mailboxes()[0], entries=(entry(CAMILLE),))]
    async with reading((140, 45), found=found, view=known(extraction=file)) as person:
        await person.press("enter")
        shown = person.screen()
    assert "ne permet pas de le dire" in shown
    assert "ne l'a pas" not in shown
