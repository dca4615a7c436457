"""From a fresh demo to every step of the three sheets green, by the keyboard alone, as a trainer walks it.

Each step is done for real: on the demo's IMAP server, in verified archives, through its provider and its
directory. What a person reads decides when the next key is pressed.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import foreign_controls
from tests.terminal.conftest import FirstLight, found_below

pytestmark = pytest.mark.terminal

MAIN, SECRETARY = "camille.exemple@medecin.mssante.fr", "secretariat@cab-lilas.mssante.fr"
GHOST, UNLISTED = "c.exemple@ch-fictif.mssante.fr", "camille@msp-lilas.mssante.fr"
FORGOTTEN = "dr.exemple@ancien-reseau.mssante.fr"
BALS = (MAIN, SECRETARY, GHOST, UNLISTED, FORGOTTEN)
KNOW, DEPUBLISH, DELETE = "Identifier vos BAL, leur", "Dépublier vos BAL", "Demander la suppression"
TRASH, OLD, LARGE = "Vider la corbeille", "Trier et supprimer", "Rechercher et supprimer"
CHOOSE, TELL = "Choisir sa BAL", "Communiquer largement"
STEPS = (KNOW, DEPUBLISH, DELETE, TRASH, OLD, LARGE, CHOOSE, TELL)
FIGURES = {OLD: re.compile(r"(\d[\d\s]*) de plus de"), LARGE: re.compile(r"(\d+) messages? de plus de")}
SIGNS = "✔○▲■?"
CABINET, HOSPITAL, CLINIC = "Cabinet des Lilas", "CH Fictif de Valbrume", "MSP des Lilas"
PREFERRED = ((CABINET, SECRETARY), (HOSPITAL, MAIN), (CLINIC, MAIN))
SUPPORTS = ("Lettres d'adressage", "Signature de mail", "Ordonnances", "Réseaux sociaux")
ARCHIVED = 1700
"""The BAL that is deleted, whole (273), what is old in the others (1 452), and what was made lighter."""
PATIENCE = 300
"""Seconds for what moves hundreds of megabytes, on a busy machine."""
BETWEEN = 0.6
"""Seconds between two presses of the same answer, so that no press is left over for what comes next."""


def shown_below(screen: str) -> str:
    """The BAL whose detail stands under the list of view 2."""
    below = screen.rpartition("─────\n")[2].lstrip()
    return next((each for each in BALS if below.startswith(each[:12])), "")


class Trainer:
    """The keyboard, and the eyes on what the screen says."""

    def __init__(self, light: FirstLight) -> None:
        self.light, self.terminal = light, light.terminal
        self.keys, self.wait_for = self.terminal.keys, self.terminal.wait_for

    @property
    def archived(self) -> int:
        """How many messages the archives of the demo hold."""
        return sum(each.suffix == ".eml" for each in found_below(self.light.temporary))

    def shows(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """Wait until the screen shows what fits a pattern."""
        found: list[re.Match[str]] = []

        def fits(screen: str) -> bool:
            found.extend(re.finditer(pattern, screen))
            return bool(found)

        self.terminal.wait_until(fits, f"{pattern!r} to show", timeout)
        return found[0]

    def fiches(self) -> str:
        """View 1, whose every step has its sign."""
        self.keys("1")
        return self.terminal.wait_until(lambda text: all(self.sign(text, each) for each in STEPS), "view 1")

    @staticmethod
    def sign(screen: str, step: str) -> str:
        """The sign of a step in view 1; "" where it is not on the screen."""
        found = re.search(rf"([{SIGNS}]) {re.escape(step)}", screen)
        return found[1] if found else ""

    def turns_green(self, *steps: str) -> str:
        """Wait until these steps are done in view 1."""
        self.fiches()
        return self.terminal.wait_until(
            lambda text: all(self.sign(text, each) == "✔" for each in steps), f"{steps} to be done"
        )

    def figure(self, step: str) -> str:
        """How much a step of ENTRETENIR finds in view 1; "" once it is done."""
        screen = self.fiches()
        return "" if self.sign(screen, step) == "✔" else FIGURES[step].findall(screen)[-1]

    def changes(self, step: str, figure: str) -> None:
        """Wait until a step finds something else in view 1, or nothing."""
        self.fiches()
        self.terminal.wait_until(
            lambda text: self.sign(text, step) == "✔" or figure not in FIGURES[step].findall(text),
            f"less than {figure}",
        )

    def act(self, step: str) -> None:
        """Enter, on a step of view 1."""
        self.fiches()
        self.keys("g", *["j"] * STEPS.index(step), "Enter")

    def choose(self, line: str) -> None:
        """The line of a small window that says so, by its digit."""
        self.keys(self.shows(rf"(\d) +(?:✔ )?{re.escape(line)}")[1])

    def annuaire(self, address: str) -> str:
        """View 2, with the cursor on a BAL."""
        self.keys("2")
        screen = self.wait_for("Vos BAL", "Constat", FORGOTTEN)
        rows = sorted(BALS, key=lambda each: screen.index(f"\n   {each}"))
        way = rows.index(address) - rows.index(shown_below(screen))
        self.keys(*["j" if way > 0 else "k"] * abs(way))
        return self.terminal.wait_until(lambda text: shown_below(text) == address, f"the detail of {address}")

    def answer(self, key: str) -> None:
        """Press a key that asks, and answer by the first line of what is offered, which is yes."""
        self.keys(key)
        self.wait_for("Note (facultative)")
        self.keys("1", "Enter")
        self.terminal.wait_until_gone("Note (facultative)")

    def filters(self, query: str) -> int:
        """Another filter in view 3; how many messages it finds."""
        former = "/ filtrer :" not in self.terminal.text()
        self.keys("/")
        self.terminal.wait_until(lambda text: "  / " not in text.splitlines()[3], "the line of the filter")
        if former:
            self.keys("C-u")
        self.wait_for("des termes séparés par une espace")
        self.terminal.type(query)
        self.shows(rf"  {re.escape(query)}\n")
        self.keys("Enter")
        return int(self.shows(rf"/ {re.escape(query)} +(\d+)[ \n]")[1])

    def marks_all(self) -> None:
        """Mark all that is shown, once the list is whole; what a plan left out may be marked still."""
        many = r"(\d(?:[^\S\n]?\d)*)"
        found = self.shows(rf"/ [a-z]+:.*  {many} · |Tous les dossiers  {many} messages · ")
        marked = f" {found[1] or found[2]} marqué"
        if marked not in self.terminal.text():
            self.keys("*")
            self.wait_for(marked)

    def hands_over(self) -> None:
        """Hand the documents of what is marked over to the business software, and say that they are filed;
        what was handed over before is not a second time.
        """
        self.keys("e")
        self.wait_for("Entrée Remettre")
        self.presses("Enter", "Entrée Remettre", "Échap Arrêter|o Oui, les|Aucun nouveau")
        told = self.shows("o Oui, les marquer intégrés|Aucun nouveau document à remettre", PATIENCE)[0]
        if told.startswith("o Oui"):
            self.presses(
                "o", "o Oui", r"\A(?!(?s:.*)o Oui, les marquer)"
            )  # what was told before may still stand
            self.shows(r"marqués? intégrés? \(marque")
        else:
            self.closes("Entrée Fermer")

    def includes_all(self) -> None:
        """Take into the plan all that it leaves out as long as nobody says so."""
        offered = "Échap Ne rien faire"
        self.shows("o Oui|Rien à ")
        screen = self.wait_for(offered)
        while left := re.search(r"\[(\w)\] .* laissés", screen):
            screen = self.presses(left[1], offered, rf"\[{left[1]}\] .* inclus")

    def closes(self, text: str) -> None:
        """Close the window that says so: the next key waits, or both would be one (Alt and a letter)."""
        self.keys("Escape")
        self.terminal.wait_until_gone(text)

    def presses(self, key: str, offered: str, until: str) -> str:
        """Press a key while it is offered, until a pattern shows that it was heeded: what asks must first
        have been on the screen for a moment, and heeds nothing while a plan is made anew.
        """
        pressed = 0.0

        def heeded(screen: str) -> bool:
            nonlocal pressed
            if re.search(until, screen):
                return True
            if offered in screen and time.monotonic() - pressed > BETWEEN:
                self.keys(key)
                pressed = time.monotonic()
            return False

        return self.terminal.wait_until(heeded, f"{key} to be heeded", PATIENCE)

    def confirms(self, *told: str) -> None:
        """Agree to the plan that is shown, read the account of the act, and close it."""
        self.wait_for("o Oui")
        screen = self.presses("o", "o Oui", "Entrée Fermer")
        for each in told:
            assert each in screen, screen
        self.closes("Entrée Fermer")


def identify(trainer: Trainer) -> None:
    """IDENTIFIER 1: every BAL is read, and tied to a situation; the holder says what no server can tell."""
    trainer.wait_for("IDENTIFIER", "91 %")
    trainer.annuaire(FORGOTTEN)
    trainer.answer("c")
    trainer.wait_for("consultée, selon vous")
    for line in ("Corbeille vidée", "Anciens courriels triés", "Grosses pièces jointes retirées"):
        trainer.keys("a")
        trainer.choose(line)
        trainer.answer("1")
    for address, situation in ((FORGOTTEN, CABINET), (MAIN, CABINET), (UNLISTED, CLINIC)):
        trainer.annuaire(address)
        trainer.keys("r")
        trainer.choose(situation)
        trainer.wait_for(f"Situations  {situation}")


def depublish(trainer: Trainer) -> None:
    """IDENTIFIER 2: the BAL that nobody reads answers by itself, and its provider takes it out."""
    trainer.act(DEPUBLISH)
    trainer.wait_for(f"{GHOST}  ▲ fantôme")
    trainer.keys("d")
    trainer.choose(MAIN)
    trainer.wait_for("Dossier ouvert")
    trainer.keys("d")
    trainer.choose("Réponse automatique")
    trainer.presses("o", "o Installer", "La réponse automatique est en service")
    trainer.closes("La réponse automatique est en service")
    trainer.keys("d")
    trainer.choose("Mettre la demande dans les brouillons")
    trainer.wait_for("La demande est dans")
    trainer.keys("R")
    trainer.turns_green(KNOW, DEPUBLISH)


def delete(trainer: Trainer) -> None:
    """IDENTIFIER 3: all that the BAL holds is archived and read again, then its provider deletes it."""
    trainer.act(DELETE)
    trainer.marks_all()
    trainer.keys("A")
    trainer.confirms("archivés et relus")
    trainer.annuaire(GHOST)
    trainer.keys("d")
    trainer.choose("Demander sa suppression")
    trainer.choose("Tout est dans l'archive")
    trainer.wait_for("Suppression à demander")
    trainer.terminal.wait_until_gone("La demande est dans")  # what was told of the first one
    trainer.keys("d")
    trainer.choose("Mettre la demande dans les brouillons")
    trainer.wait_for("La demande est dans")
    trainer.keys("d")
    trainer.choose("Noter ce qui s'est passé")
    trainer.choose("La BAL n'existe plus")
    trainer.choose("La noter supprimée tout de même")
    trainer.turns_green(DELETE)


def empty_trash(trainer: Trainer) -> None:
    """ENTRETENIR 1: what is not filed yet is handed over first; then the trash of each BAL is emptied."""
    trainer.act(TRASH)
    trainer.wait_for("Corbeille  412 messages")
    trainer.filters("kind:document -is:integrated")
    trainer.marks_all()
    trainer.hands_over()
    trainer.keys("E")
    trainer.wait_for("Supprimer définitivement 412 messages")
    trainer.confirms("412 messages")
    trainer.fiches()
    trainer.wait_for("6 messages, ")
    trainer.act(TRASH)
    trainer.wait_for("Corbeille  6 messages")
    trainer.keys("E")
    trainer.confirms("6 messages")
    trainer.turns_green(TRASH)


def remove_old(trainer: Trainer) -> None:
    """ENTRETENIR 2: folder after folder, what is old is archived, read again, then removed."""
    while left := trainer.figure(OLD):
        trainer.act(OLD)
        trainer.marks_all()
        trainer.keys("x")
        trainer.includes_all()
        trainer.confirms("archivés et relus")
        trainer.changes(OLD, left)
    trainer.turns_green(OLD)


def lighten(trainer: Trainer) -> None:
    """ENTRETENIR 3: large messages keep their text; their files are handed over, and archived."""
    while left := trainer.figure(LARGE):
        trainer.act(LARGE)
        trainer.wait_for("/ larger:5M has:attachment")
        if trainer.filters("larger:5M kind:document -is:integrated"):
            trainer.marks_all()
            trainer.hands_over()
        trainer.filters("larger:5M has:attachment")
        trainer.marks_all()
        trainer.keys("a")
        trainer.includes_all()
        trainer.confirms("allégés")
        trainer.changes(LARGE, left)
    trainer.turns_green(LARGE)


def prefer(trainer: Trainer) -> None:
    """VALORISER 1 and 2: a BAL for each situation, then the four supports that bear it, noted."""
    trainer.act(CHOOSE)
    for number, (place, address) in enumerate(PREFERRED):
        if number:
            trainer.keys("n")
        trainer.wait_for(f"   {place} (", "À diffuser")
        trainer.keys("Enter")
        trainer.wait_for(f"BAL privilégiée pour : {place}")
        trainer.choose(address)
        trainer.shows(rf"\n {place} \(\S+\) +✔ ")
    trainer.turns_green(CHOOSE)
    trainer.act(TELL)
    trainer.wait_for("BAL privilégiée par situation", "À diffuser")
    for moves, address in (("g", SECRETARY), ("G", MAIN)):
        trainer.keys(moves)
        for support in SUPPORTS:
            trainer.wait_for("À diffuser")
            trainer.keys("t")
            trainer.wait_for(f"Qui porte {address} ?")
            trainer.choose(support)
            trainer.shows(rf"{support}[a-zé. ]* ✔ depuis le")
    trainer.turns_green(TELL)


@pytest.fixture
def trainer(tmp_path: Path) -> Iterator[Trainer]:
    light = FirstLight(tmp_path, (140, 45))
    with light.terminal:
        yield Trainer(light)


def test_every_step_turns_green_by_the_keyboard(trainer: Trainer) -> None:
    identify(trainer)
    depublish(trainer)
    delete(trainer)
    empty_trash(trainer)
    remove_old(trainer)
    lighten(trainer)
    prefer(trainer)
    trainer.turns_green(*STEPS)
    trainer.wait_for("3/3    ▌ ENTRETENIR", "3/3    ▌ VALORISER", "2/2")
    assert trainer.archived > ARCHIVED
    trainer.keys("q")
    assert trainer.terminal.wait_for_end() == 0
    assert foreign_controls(trainer.terminal.raw()) == []
    assert trainer.light.left_behind() == []
