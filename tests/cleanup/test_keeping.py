"""What is said of an archive's place before anything is archived there."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.keeping import warnings_of
from balt.cleanup.plan import Act
from tests.cleanup.fake import Server, make_plan


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 2)
    return server


def said(server: Server, archive: str) -> str:
    return " ".join(warnings_of(replace(make_plan(server, Act.TRASH), archive=archive)))


def test_of_a_new_place_it_is_said_that_messages_lie_there_in_clear(server: Server, tmp_path: Path) -> None:
    assert "en clair" in said(server, str(tmp_path / "archive"))


def test_of_an_archive_that_is_there_it_is_not_said_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").touch()
    assert "en clair" not in said(server, str(tmp_path))


def test_without_an_archive_nothing_is_said(server: Server) -> None:
    assert said(server, "") == ""
