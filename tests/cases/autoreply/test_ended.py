"""An act on an auto-reply that ends at any moment: nothing is lost, and the next run settles."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from balt.cases.autoreply.script import NAME, read
from balt.cases.autoreply.service import AutoReplies
from balt.cases.autoreply.state import Stand
from balt.cleanup.journal import Journal
from balt.errors import ConnectionFailedError
from tests.cases.autoreply.server import EXTENSIONS, KilledError, ScriptServer, cut
from tests.cases.autoreply.test_service import OTHER, REPLY, TRI, journal_of, replies_of

Act = Callable[[AutoReplies], object]
APPEND = Journal.append
ACTS: dict[str, tuple[bool, Act]] = {
    "install": (False, lambda replies: replies.install(REPLY)),
    "change": (True, lambda replies: replies.install(OTHER)),
    "remove": (True, lambda replies: replies.remove()),
}


@pytest.mark.parametrize("include", [True, False], ids=["include", "combined"])
@pytest.mark.parametrize("ending", ["killed", "cut"])
@pytest.mark.parametrize("name", ACTS)
def test_ended_at_any_moment_the_next_run_settles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ending: str, include: bool
) -> None:
    """The moments: before and after each request that changes something, and each line of the journal."""
    installed, act = ACTS[name]
    moment = 0
    while True:
        moment += 1
        server = ScriptServer(EXTENSIONS if include else EXTENSIONS - {"include"})
        server.stored, server.active = {"Tri": TRI, "Vieux": b"keep;"}, "Tri"
        state = tmp_path / str(moment)
        if installed:
            replies_of(server, state).install(REPLY)
        left = [moment]

        def count(request: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                if ending == "killed":
                    raise KilledError
                cut(request)

        def note(journal: Journal, deed: object, count: Callable[[str], None] = count) -> None:
            APPEND(journal, deed)  # type: ignore[arg-type]
            if ending == "killed":
                count("")

        server.before = server.after = count
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "append", note)
            with contextlib.suppress(KilledError, ConnectionFailedError):
                act(replies_of(server, state))
        if left[0] > 0:
            break  # it ended by itself: every moment was tried
        server.before = server.after = lambda _request: None
        _nothing_is_lost(server)
        _ends_well(server, state)
    assert moment > 2


def _nothing_is_lost(server: ScriptServer) -> None:
    assert server.stored["Tri"] == TRI
    assert server.stored["Vieux"] == b"keep;"
    assert server.active in ("Tri", NAME)
    if server.active == NAME:
        about = read(server.stored[NAME])
        assert about is not None
        assert (about.sound, about.previous) == (True, "Tri")


def _ends_well(server: ScriptServer, state: Path) -> None:
    told = replies_of(server, state).look()
    assert told.stand is (Stand.ACTIVE if server.active == NAME else Stand.ABSENT)
    assert not journal_of(state).unsettled()
    stored, active = dict(server.stored), server.active
    assert replies_of(server, state).install(OTHER).is_as_meant
    assert replies_of(server, state).remove().is_as_meant
    assert (server.stored, server.active) == ({"Tri": TRI, "Vieux": b"keep;"}, "Tri")
    server.stored, server.active = stored, active
    assert replies_of(server, state).remove().stand is Stand.ABSENT
    assert (server.stored, server.active) == ({"Tri": TRI, "Vieux": b"keep;"}, "Tri")
