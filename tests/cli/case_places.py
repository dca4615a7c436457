"""A practice with two BAL that the directory publishes, for the tests of ``balt case``."""

import os
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from tests.cli.conftest import Balt
from tests.support.directory import KEY

BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


@pytest.fixture
def directory(
    directory_server: DirectoryServer, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> DirectoryServer:
    """Two BAL without IMAP, a provider, and the directory that publishes both."""
    monkeypatch.setenv("BALT_TEST_API_KEY", KEY)
    config_file.write_text(
        f"""
[person]
name = "Dr Camille EXEMPLE"
rpps = "10999990012"
[directory]
base_url = "{directory_server.base_url}"
api_key_env = "BALT_TEST_API_KEY"
[[mailbox]]
address = "{BAL}"
access = "none"
[[mailbox]]
address = "{OTHER}"
access = "none"
[[provider]]
domains = ["ch-fictif.mssante.fr"]
kind = "dsi"
name = "DSI du CH fictif"
email = "bal@ch-fictif.mssante.fr"
""",
        encoding="utf-8",
    )
    return directory_server


def states(result: object) -> dict[str, str]:
    """The state of each step of one case as JSON."""
    assert isinstance(result, dict)
    return {each["step"]: each["state"] for each in result["steps"]}


def closed(balt: Balt, directory: DirectoryServer) -> None:
    """The depublication of the BAL, followed to its end and closed."""
    balt("case", "depublish", BAL, "--to", OTHER)
    balt("case", "request", BAL, "--yes")
    balt("case", "tell", BAL, "autoreply")
    directory.depublish(BAL)
    balt("case", "follow")
    assert balt("case", "close", BAL).code == 0


def seen_out_of_the_directory(address: str) -> None:
    """No source tells whether the BAL is published: its holder looked at the site."""
    Notebook(Path(os.environ["XDG_DATA_HOME"]) / "balt", SystemClock()).answer(address, Question.LISTED, "no")
