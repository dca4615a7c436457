"""Hostile servers that send without end: each ends in a sentence, and memory stays small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mail.bombs import BOMBS, MIB

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 150 * MIB


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read in /proc")
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_ends_in_a_sentence_and_in_little_memory(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.mail.bombs", name],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    told = json.loads(done.stdout)
    assert "le serveur de messagerie a envoyé une réponse" in told["ends"]
    assert not told["open"]
    assert told["peak"] < MOST_MEMORY
