"""Who still writes to a BAL that leaves, from view 2."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from balt.cases.writers import Writer, Writers, without_names
from balt.cli.demo import Demo
from balt.tui.dialogs.writers import WritersPager, writers_page
from balt.tui.theme import DARK
from tests.tui.driver import NOW, SMALL, Person, sitting
from tests.tui.test_departing import choose

BAL = "camille@msp-lilas.mssante.fr"


async def look(person: Person, address: str = BAL) -> None:
    """A case of a BAL that receives mail, and who writes to it."""
    await person.press("2")
    person.app.annuaire.select(address)
    await person.quiet()
    await person.press("d")
    if address == BAL:  # it is read: that is asked first
        await choose(person, "La dépublier quand même")
    await person.press("1", "d")
    await choose(person, "qui écrit encore")


async def test_those_to_warn_are_listed_with_counts_and_copied(
    shared_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        copied: list[str] = []
        monkeypatch.setattr(person.app, "copy_to_clipboard", copied.append)
        await look(person)
        shown = person.screen()
        assert isinstance(person.app.screen, WritersPager)
        assert "encore ; messages en 30 j" in shown
        assert "tendance" in shown
        await person.press("c")
        addresses = copied[0].split("\n")
        assert all("@" in each for each in addresses)
        assert addresses[0] in shown


@pytest.mark.parametrize("masked", [False, True])
async def test_no_patients_address_is_on_the_screen(shared_demo: Demo, tmp_path: Path, masked: bool) -> None:
    hospital = "c.exemple@ch-fictif.mssante.fr"
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("2", *(["m"] if masked else []))
        await look(person, hospital)
        assert isinstance(person.app.screen, WritersPager)
        shown = person.screen()
        assert "adresse de patient" in shown
        assert "Les adresses de patients ne sont jamais montrées ici." in shown
        assert "@patient.mssante.fr" not in shown
        assert "@patient.mssante.fr" not in str(person.app.screen._addresses)
        assert "assistance@" not in shown, "a notice to all is nobody to warn"


def test_in_discreet_access_only_the_numbers_are_told() -> None:
    found = Writers(30, (Writer("a.patient@patient.mssante.fr", 3, 1, NOW),))
    lines = writers_page(BAL, without_names(found), discreet=True)(76, DARK)
    shown = "\n".join("".join(text for text, _style in line) for line in lines)
    assert "a.patient" not in shown
    assert "correspondant 1" in shown
    assert "les adresses ne sont pas montrées" in shown
    assert WritersPager(BAL, found, discreet=True)._addresses == ()


def test_a_patients_address_and_what_is_no_address_are_not_copied_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("lou@clinique.mssante.fr", "a@patient.mssante.fr", "x\x1b]52;c;eA==\x07@b.mssante.fr")
    found = Writers(30, tuple(Writer(each, 3, 1, NOW) for each in names))
    pager = WritersPager(BAL, found, discreet=False)
    copied: list[str] = []
    told: list[str] = []
    app = SimpleNamespace(copy_to_clipboard=copied.append)
    monkeypatch.setattr(WritersPager, "app", app)
    monkeypatch.setattr(pager, "notify", lambda text, **_more: told.append(text))
    pager.action_copy()
    assert copied == ["lou@clinique.mssante.fr"]
    assert told[-1] == "2 adresses de patients ou mal formées ne sont pas copiées."
