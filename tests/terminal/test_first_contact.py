"""From an empty home to one's own mail, in one sitting, in a real terminal of 80 by 24."""

import stat
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.source import ROOT
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.dovecot]

SIZES = {"petit": 2_000, "moyen": 60_000, "grand": 300_000}


def mail(subject: str, size: int) -> bytes:
    head = f"From: labo@bio-fictive.mssante.fr\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n"
    return head.encode() + b"Bonjour.\r\n" * (size // 10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    home.mkdir()
    environ = {"HOME": str(home), "PYTHONPATH": str(ROOT)}
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    with Terminal([sys.executable, "-P", "-m", "balt", "--lang", "fr"], environ=environ) as opened:
        yield opened


def fill(terminal: Terminal, *texts: str) -> None:
    """Type each text and go to the next line; an empty text leaves the line as it is."""
    for text in texts:
        if text:
            terminal.type(text)
        terminal.keys("Enter")


def wait_until_still(terminal: Terminal) -> None:
    """Wait until what the screen shows has been the same for half a second."""
    shown, since, deadline = terminal.text(), time.monotonic(), time.monotonic() + 20
    while time.monotonic() < min(since + 0.5, deadline):
        time.sleep(0.05)
        if (now := terminal.text()) != shown:
            shown, since = now, time.monotonic()


def test_from_an_empty_home_to_the_largest_of_ones_own_messages(
    terminal: Terminal, home: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    for subject, size in SIZES.items():
        dovecot.deliver(user, mail(subject, size))

    terminal.wait_for("Bienvenue dans balt", "Ajouter ma première BAL")
    terminal.keys("Enter")
    terminal.wait_for("Votre nom", "Adresse de la BAL")
    fill(terminal, "Dr Camille EXEMPLE", "10999990012", "camille@cab-lilas.mssante.fr")
    terminal.wait_for("Ce domaine est celui d'une structure")
    fill(terminal, "", "localhost", str(dovecot.tls_port), "", user, "", "faux")
    fill(terminal, "", str(dovecot.ca_file))
    terminal.wait_for("identifiant ou mot de passe refusé")
    terminal.wait_until_gone("Essai en cours")
    wait_until_still(terminal)

    terminal.keys("C-u")  # the cursor is back on the line of the password
    fill(terminal, dovecot.password, "", "")
    terminal.wait_for("Tout va bien")
    terminal.keys("Enter")

    terminal.wait_for("à la configuration", "grand")
    screen = terminal.wait_until(
        lambda text: -1 < text.find("grand") < text.find("moyen") < text.find("petit"), "the largest first"
    )
    assert "300" in screen or "293" in screen

    file = home / "config" / "balt" / "config.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    assert written["person"] == {"name": "Dr Camille EXEMPLE", "rpps": "10999990012"}
    assert [each["address"] for each in written["mailbox"]] == ["camille@cab-lilas.mssante.fr"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert dovecot.password not in file.read_text(encoding="utf-8").split('"')
    terminal.keys("q")
    assert terminal.wait_for_end() == 0


def test_the_demo_is_one_key_away(terminal: Terminal) -> None:
    terminal.wait_for("Essayer le cabinet de démonstration"[:30])
    terminal.keys("2")
    terminal.wait_for("DÉMO", "IDENTIFIER")
    terminal.keys("q")
    assert terminal.wait_for_end() == 0
