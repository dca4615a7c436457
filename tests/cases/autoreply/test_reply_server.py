"""A server that offers no auto-reply any more, and a person who waits for it no longer."""

from pathlib import Path
from typing import Self

import pytest

from balt.cases.autoreply import server as module
from balt.cases.autoreply.record import Phase, Record, Records
from balt.cases.autoreply.server import ReplyServer
from balt.cleanup.journal import Journal
from balt.clock import FixedClock
from balt.config import Account
from balt.errors import CancelledError, ConnectionFailedError, MailServerError
from balt.mail.sieve.opening import NotOfferedError, place_of
from balt.secrets import Secrets
from tests.cases.made import START

ACCOUNT = Account("ancienne.exemple@medecin.mssante.fr", host="imap.exemple.fr")
CLOCK = FixedClock(START)


class Line:
    """The line to a server that has no vacation; it breaks once it is given up."""

    extensions = frozenset({"fileinto"})
    on_entering: "ReplyServer | None" = None

    def __init__(self, *_told: object) -> None:
        self.aborted = False

    def __enter__(self) -> Self:
        if Line.on_entering is not None:
            Line.on_entering.abort()
        if self.aborted:
            raise ConnectionFailedError("coupé")
        return self

    def __exit__(self, *_told: object) -> None:
        return None

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReplyServer:
    monkeypatch.setattr(module, "SieveSession", Line)
    monkeypatch.setattr(Line, "on_entering", None)
    return ReplyServer(ACCOUNT, Secrets(), Journal(tmp_path / "journal.jsonl", CLOCK, ""), CLOCK)


def test_where_it_is_not_offered_there_is_the_webmail(server: ReplyServer) -> None:
    with pytest.raises(NotOfferedError, match="vacation"):
        server.state()


@pytest.mark.parametrize("phase", [Phase.INSTALLED, Phase.INSTALLING, Phase.REMOVING])
def test_where_one_was_installed_nobody_can_say_whether_it_answers(
    tmp_path: Path, server: ReplyServer, phase: Phase
) -> None:
    records = Records(tmp_path, place_of(ACCOUNT))
    records.save(Record(phase, "autoreply-1"))
    with pytest.raises(MailServerError, match="vacation") as told:
        server.state()
    assert not isinstance(told.value, NotOfferedError)
    records.save(Record(Phase.OFF, "autoreply-1"))
    with pytest.raises(NotOfferedError):
        server.state()


def test_who_does_not_wait_any_more_is_told_of_no_failure(
    server: ReplyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.abort()  # before anything was asked, there is nothing to break off
    monkeypatch.setattr(Line, "on_entering", server)
    with pytest.raises(CancelledError):
        server.state()
