"""What the tests of clean-ups start from."""

import os
from pathlib import Path

import pytest

from balt.cleanup.journal import Journal
from tests.cleanup.fake import CLOCK


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal of this test's own."""
    return Journal(tmp_path / "balt" / "journal.jsonl", CLOCK, "Dr Camille EXEMPLE")


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of journals a test: whether the disk has caught up is proved elsewhere."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
