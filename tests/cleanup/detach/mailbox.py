"""Messages with attachments on a real server, lightened by balt and looked at by other means."""

import base64
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.archive.opening import open_archive
from balt.cleanup.detach.planning import Detaching, plan_detach
from balt.cleanup.journal import Journal
from balt.cleanup.plan import CleanupPlan, Guard
from balt.cleanup.prepare import Choice, Terms
from balt.cleanup.result import ApplyResult
from balt.errors import RefusedError
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK
from tests.support.dovecot import Dovecot

WHEN = datetime(2024, 3, 5, 13, 32, tzinfo=UTC)
FLAGS = ("\\Seen", "\\Answered", "$Integrated", "Perso")
Row = tuple[bytes, tuple[str, ...], str]
"""Octets, flags, reception date as the server writes it."""


def letter(number: int, size: int = 60_000) -> bytes:
    """A letter with a text and one file of ``size`` octets, as ``number`` makes them."""
    body = base64.encodebytes(random.Random(number).randbytes(size)).replace(b"\n", b"\r\n")
    return (
        b"From: labo@labo.mssante.fr\r\nSubject: n%d\r\nMessage-ID: <n%d@labo>\r\nIn-Reply-To: <a@b>\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour n%d\r\n--b\r\n"
        b'Content-Type: application/pdf; name="bilan.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="bilan.pdf"\r\n\r\n%b\r\n--b--\r\n'
    ) % (number, number, number, body)


def planned(session: ImapSession, place: Path, larger: int = 20_000) -> Detaching:
    """The plan for all that is in the inbox."""
    listing = session.scan("INBOX")
    terms = Terms(frozenset(Guard), "essai", str(place))
    return plan_detach(session, [Choice(listing, listing.uids)], larger, session.folders(), CLOCK, terms)


def applied(
    plan: CleanupPlan,
    session: ImapSession,
    journal: Journal,
    place: Path,
    size: int = 50,
    cancelled: Callable[[], bool] | None = None,
) -> ApplyResult:
    """The plan carried out, ``size`` messages at a time."""
    with open_archive(place, session.account, CLOCK, twice=False, tls=True) as keeper:
        return apply_plan(plan, session, journal, None, cancelled, keeper=keeper, batch_size=size)


def rows(session: ImapSession, folder: str = "INBOX") -> list[Row]:
    """All that is in a folder."""
    uids = list(session.scan(folder).uids)
    session.examine(folder)
    found, flags = session.identities(uids), session.flags_of(uids)
    return [
        (
            b"".join(session.octets(uid, found[uid].size)),
            tuple(sorted(flag for flag in flags[uid] if flag != "\\Recent")),
            found[uid].internaldate,
        )
        for uid in uids
    ]


def parsed(row: Row) -> Message:
    """The message as the parser of Python sees it, which shares no code with balt."""
    return message_from_bytes(row[0])


def parts(message: Message) -> list[Message]:
    """What is in it."""
    return list(message.walk())[1:]


def name_of(row: Row) -> str:
    """Its Message-ID."""
    found = re.search(rb"^Message-ID: (\S+)\r$", row[0], re.MULTILINE)
    assert found is not None
    return found[1].decode("ascii")


def check_lightened(before: list[Row], after: list[Row]) -> None:
    """Every message is there once, lightened, and all else of it is as it was."""
    old, new = sorted(before, key=name_of), sorted(after, key=name_of)
    assert [name_of(row) for row in old] == [name_of(row) for row in new]
    for was, now in zip(old, new, strict=True):
        assert was[1:] == now[1:]
        before_it, after_it = parsed(was), parsed(now)
        assert before_it.items() == after_it.items()
        (text, gone), (same, note) = parts(before_it), parts(after_it)
        assert same.as_bytes() == text.as_bytes()
        assert gone["X-Balt-Detached"] is None
        assert "part=2" in note["X-Balt-Detached"]
        assert len(now[0]) < len(was[0]) / 5


def filled(dovecot: Dovecot, count: int) -> str:
    """A user whose inbox holds so many letters."""
    user = dovecot.new_user()
    dovecot.deliver_all(user, [(letter(number), WHEN, FLAGS) for number in range(count)])
    return user


def flag(dovecot: Dovecot, user: str, uid: int, name: str, change: str = "+FLAGS") -> None:
    """Somebody else flags a message."""
    with dovecot.client(user) as client:
        client.select("INBOX")
        client.uid("STORE", str(uid), change, f"({name})")


def full(session: ImapSession, refusals: int) -> Callable[..., object]:
    """APPEND as a server without room answers it, so often."""
    good, left = session.append, [refusals]

    def append(*args: object) -> object:
        if left[0]:
            left[0] -= 1
            raise RefusedError("pleine", code="OVERQUOTA")
        return good(*args)  # type: ignore[arg-type]

    return append


def broken(
    patch: pytest.MonkeyPatch,
    where: object,
    name: str,
    number: int,
    moment: str,
    fault: BaseException,
) -> Callable[[], int]:
    """Have the call of this number fail, before or after it has done its work; how many calls there were."""
    good, calls = getattr(where, name), [0]

    def call(*args: object, **more: object) -> object:
        calls[0] += 1
        if calls[0] == number and moment == "before":
            raise fault
        value = good(*args, **more)
        if calls[0] == number:
            raise fault
        return value

    patch.setattr(where, name, call)
    return lambda: calls[0]
