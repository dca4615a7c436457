"""Hostile documents: each ends within ten seconds and 400 MB, and in a sentence where nothing is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES, MOST_MEMBERS
from tests.mail.documents.bombs import BOMBS
from tests.mail.documents.made import MIB

ROOT = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "tests.mail.documents.bombs")
REFUSED = {
    "zip: a thousandfold": "plus de cent fois",
    "zip: more than is allowed in all": "200 Mo",
    "zip: members that overlap": "200 Mo",
    "zip: a million members": "trop grande",
    "zip: as many members as fifty million octets": "1 000 fichiers",
    "zip: as many members as are not counted": "1 000 fichiers",
    "zip: a zip in a zip": "pas de document CDA",
    "zip: a zip that says it is the document": "endommagé",
    "zip: larger than it says": "endommagé",
    "zip: encrypted": "chiffré",
    "zip: a path that leaves it": "chemin qui sort du zip",
    "zip: octets that are no zip": "endommagé",
    "zip: nothing": "vide",
    "xml: a billion laughs": "DOCTYPE",
    "xml: a billion laughs in an xdm": "DOCTYPE",
    "xml: one long entity many times": "DOCTYPE",
    "xml: an external entity": "DOCTYPE",
    "xml: a hundred thousand levels": "profondément",
    "xml: a hundred thousand levels in the header": "profondément",
    "charset: utf-7": "jeu de caractères",
    "charset: idna": "jeu de caractères",
    "charset: rot13": "jeu de caractères",
    "charset: unicode_escape": "jeu de caractères",
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read in /proc")
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_ends_soon_and_small(name: str) -> None:
    with subprocess.Popen([*PROGRAM, "write", name], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        done = subprocess.run(
            [*PROGRAM, "read", name],
            cwd=ROOT,
            stdin=writer.stdout,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=True,
        )
    told = json.loads(done.stdout)
    assert told["child"] <= 400 * MIB
    assert told["grown"] <= 64 * MIB
    assert told["seconds"] <= 12  # ten for the worker, and some for a machine that does other things
    assert told["lines"] <= MOST_LINES
    assert told["characters"] <= MOST_CHARACTERS
    assert told["members"] <= MOST_MEMBERS
    assert REFUSED.get(name, "") in " ".join(told["warnings"])
    assert told["characters"] or told["warnings"] or told["truncated"] or name.startswith("html")
