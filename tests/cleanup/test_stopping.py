"""Leaving balt during an act: after a cut nothing more is begun."""

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act
from balt.errors import ConnectionFailedError
from tests.cleanup.fake import FakeSession, Script, Server, make_plan


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("Trash", 3, "t")
    return server


@pytest.mark.parametrize("call", ["identities", "mark", "expunge"])
def test_a_cut_after_the_user_asked_to_stop_is_not_followed_by_another_batch(
    server: Server, journal: Journal, call: str
) -> None:
    session = FakeSession(server, Script().on(call, "cut before"))
    result = apply_plan(
        make_plan(server, Act.EMPTY_TRASH, [40, 41, 42], "p1"),
        session,
        journal,
        cancelled=lambda: session.was_cut,
        batch_size=1,
    )
    assert isinstance(result.stopped, ConnectionFailedError)
    assert result.deleted <= 1
    assert result.remaining >= 2
