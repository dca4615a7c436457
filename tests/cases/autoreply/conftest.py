"""What the tests of the auto-reply start from."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is killed here, not the machine."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
