"""The first minutes of somebody who has just typed ``scripts/demo``, in a real terminal."""

import pytest

from tests.support.terminal import foreign_controls
from tests.terminal.conftest import FirstLight

pytestmark = pytest.mark.terminal


def test_the_demo_can_be_walked_through_and_leaves_nothing(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    terminal.wait_for("Fiches", "Annuaire", "Messages", "Situations", "Journal", "DÉMO")
    terminal.wait_for("IDENTIFIER", "ENTRETENIR", "VALORISER", "91 %", "Vider la corbeille", "? Aide")

    terminal.keys("2")
    terminal.wait_for("5 trouvées", "Constat", "fantôme", "f Chercher")

    terminal.keys("4")
    terminal.wait_for("BAL privilégiée par situation", "Cabinet des Lilas", "à choisir", "Entrée Choisir")

    terminal.keys("3")
    terminal.wait_for("Taille", "Reçu le", "Objet", "quota", "Espace Marquer")

    terminal.keys("5")
    terminal.wait_for("Journal des actes")

    terminal.keys("?")
    terminal.wait_for("Contrôler que le journal", "Échap Fermer")
    terminal.keys("Escape")
    terminal.wait_until_gone("Échap Fermer")

    terminal.keys("1")
    terminal.wait_for("IDENTIFIER", "91 %")
    terminal.keys("q")
    assert terminal.wait_for_end() == 0

    assert foreign_controls(terminal.raw()) == []
    assert first_light.left_behind() == []


@pytest.mark.parametrize(
    "keys",
    [[], ["2"], ["3"], ["4"], ["5", "?"]],
    ids=["fiches", "annuaire", "messages", "situations", "help"],
)
def test_closing_the_window_ends_the_demo_and_its_server(first_light: FirstLight, keys: list[str]) -> None:
    first_light.terminal.wait_for("IDENTIFIER")
    first_light.terminal.keys(*keys, "j")
    assert first_light.left_behind() != []
    first_light.terminal.close()
    first_light.wait_until_clean()


def test_no_line_is_wider_than_the_terminal_and_the_footer_is_the_last(first_light: FirstLight) -> None:
    screen = first_light.terminal.wait_for("IDENTIFIER", "? Aide")
    lines = screen.rstrip("\n").split("\n")
    assert "Fiches" in lines[0]
    assert "? Aide" in lines[-1]


def test_the_terminal_is_given_back_as_it_was(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    terminal.wait_for("IDENTIFIER")
    terminal.keys("q")
    terminal.wait_for_end()
    raw = terminal.raw()
    assert raw.rfind(b"\x1b[?1049l") > raw.rfind(b"\x1b[?1049h") >= 0
    assert raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
    assert "Traceback" not in terminal.text()


def test_a_key_does_its_work_after_the_terminal_was_resized(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    terminal.wait_for("IDENTIFIER")
    terminal.resize(100, 30)
    terminal.keys("5")
    terminal.wait_for("Journal des actes")
