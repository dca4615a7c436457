"""What opening a BAL ended with is told as what its cases wait for; what it answered with is not."""

from datetime import UTC, datetime

import pytest

from balt.cases.at_rest import as_awaited
from balt.cases.model import Case, CaseKind, Event, Happened
from balt.errors import (
    BaltError,
    CancelledError,
    ClosedError,
    ConfigError,
    ConnectionFailedError,
    LoginError,
    RefusedError,
    StoppedError,
    TlsError,
)

NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
BAL = "c.exemple@ch-fictif.mssante.fr"


def told(error: BaltError, *happened: Happened) -> BaltError:
    """The error, of a BAL whose deletion was begun."""
    events = (Event(Happened.OPENED, NOW), *(Event(what, NOW) for what in happened))
    return as_awaited(error, BAL, [Case(CaseKind.DELETION, BAL, events)], None, NOW, "ainsi")


@pytest.mark.parametrize("kind", [ConnectionFailedError, TlsError, LoginError, ConfigError])
def test_a_deleted_bal_that_cannot_be_opened_is_told_as_deleted(kind: type[BaltError]) -> None:
    error = told(kind("essai"), Happened.REQUESTED, Happened.DELETED)
    assert isinstance(error, ClosedError)
    assert error.message == "supprimée le 30 mars 2026."


@pytest.mark.parametrize("kind", [RefusedError, StoppedError, CancelledError, BaltError])
def test_what_it_answered_with_is_told_as_of_any_other(kind: type[BaltError]) -> None:
    error = kind("essai")
    assert told(error, Happened.REQUESTED, Happened.DELETED) is error


def test_a_refused_sign_in_is_waited_for_once_its_deletion_is_asked_for() -> None:
    refused = LoginError("essai")
    assert told(refused) is refused
    awaited = told(refused, Happened.REQUESTED)
    assert isinstance(awaited, ClosedError)
    assert awaited.advice == "Si elle n'existe plus, notez-le : ainsi."
    cut = ConnectionFailedError("essai")
    assert told(cut, Happened.REQUESTED) is cut
