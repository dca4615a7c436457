"""The lines of the journal as values: what is recorded of an act, and nothing of what the mail says.

The fields are those that traces of actions on a MSSanté mailbox must hold (SC.MSS/CONF.17-18): author, local
time, type of action, what was asked of the server, the server's answer, failure included. There is never a
subject, a sender or a file name. The folder's name is kept, because an act cannot be understood or settled
without it: someone who names folders after patients should know that the journal then holds these names.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from balt.cleanup.uids import from_ranges
from balt.errors import StoppedError
from balt.i18n import _

GENESIS = "0" * 64
"""What the first line of a journal names as the line before it."""


class Phase(StrEnum):
    """When a line was written. ``BEFORE`` with a plan and no request opens an act; ``AFTER`` and ``SETTLED``
    close it; ``INTERRUPTED`` leaves it open, to be settled at the next start. ``STEP`` lines tell each
    request before it is sent (no answer yet) and once it is answered. ``SEGMENT`` says that the lines before
    it were damaged and that a new stretch of the chain begins. ``PRUNED`` says that the oldest lines were
    removed, their time being over; the first line is then an ``ANCHOR``, from which the chain goes on.
    ``DAMAGED`` is never written: it stands for a line that cannot be read.
    """

    BEFORE = "before"
    STEP = "step"
    INTERRUPTED = "interrupted"
    AFTER = "after"
    SETTLED = "settled"
    SEGMENT = "segment"
    ANCHOR = "anchor"
    PRUNED = "pruned"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is written of an act. ``action`` is its type, ``request`` the command asked of the server,
    ``answer`` ``"OK"``, ``"NO"`` with the response code, or what came instead; ``uids`` are ranges;
    ``size`` is in octets; ``figures`` are other counts; ``reason`` is why protected messages were included.
    """

    phase: Phase
    action: str = ""
    mailbox: str = ""
    server: str = ""
    user: str = ""
    plan: str = ""
    folder: str = ""
    uidvalidity: int = 0
    target: str = ""
    uids: str = ""
    count: int = 0
    size: int = 0
    request: str = ""
    answer: str = ""
    reason: str = ""
    note: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)


_KINDS = {f.name: type(getattr(Deed(Phase.STEP), f.name)) for f in fields(Deed) if f.name != "phase"}
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Made once: a journal has many lines."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal as read: where it stands (from 1), who wrote it and when, and the deed.

    ``author`` is the person as configured, ``login`` the user of the computer, which the system vouches for;
    ``deed.user`` is who the mail server let in.
    """

    line: int
    deed: Deed
    time: datetime | None = None
    author: str = ""
    login: str = ""
    previous: str = ""
    hash: str = ""

    def to_json(self) -> dict[str, object]:
        """The line as ``balt journal --json`` prints it."""
        return {
            "line": self.line,
            "time": self.time.isoformat(timespec="seconds") if self.time else None,
            "author": self.author,
            "login": self.login,
            **{f.name: _plain_value(getattr(self.deed, f.name)) for f in fields(Deed)},
        }


def uids_of(deed: Deed) -> list[int]:
    """The messages of a line, in rising order; StoppedError when the line was damaged."""
    try:
        return from_ranges(deed.uids)
    except ValueError as error:
        raise _damaged() from error


def figure_of(deed: Deed, name: str) -> int:
    """A figure of a line, 0 when it has none; StoppedError when it is not a number."""
    value: object = deed.figures.get(name, 0)
    if type(value) is not int:
        raise _damaged()
    return value


def _damaged() -> StoppedError:
    return StoppedError(
        _("une ligne du journal est abîmée : balt ne sait plus ce qui a été fait."),
        advice=_(
            "Rien n'a été supprimé. Mettez le fichier du journal de côté sans l'effacer, puis recommencez."
        ),
    )


def encode(deed: Deed, time: datetime, author: str, login: str, previous: str) -> bytes:
    """The line to write, without its line end, chained to the line before it.

    Everything but ASCII is escaped: a folder's name cannot drive the terminal that shows the file.
    """
    content: dict[str, object] = {
        "time": time.isoformat(timespec="seconds"),
        "author": author,
        "login": login,
    }
    for f in fields(Deed):
        if (value := getattr(deed, f.name)) not in ("", 0, {}):
            content[f.name] = _plain_value(value)
    content["previous"] = previous
    content["hash"] = digest(content)
    return json.dumps(content, separators=(",", ":")).encode("ascii")


def digest(content: Mapping[str, object]) -> str:
    """SHA-256 (hex) over the previous line's hash and the canonical form of this line."""
    body = {key: value for key, value in content.items() if key not in ("hash", "previous")}
    return hashlib.sha256(f"{content.get('previous', '')}\n{_canonical(body)}".encode("ascii")).hexdigest()


def unseal(raw: bytes) -> dict[str, object]:
    """What a line holds; raises ValueError when it is damaged or is not what its own hash says.

    A key that this version does not know counts in the hash and is otherwise left alone.
    """
    try:
        content = json.loads(raw.decode("ascii"))
    except RecursionError as error:
        raise ValueError("nested") from error
    if not isinstance(content, dict) or content.get("hash") != digest(content):
        raise ValueError("hash")
    return content


def entry_of(content: Mapping[str, object] | None, line: int) -> Entry:
    """What an unsealed line says; ``Phase.DAMAGED`` for None, and, with its hash, for one that this version
    cannot read.
    """
    try:
        if content is None:
            raise ValueError("damaged")
        time = datetime.fromisoformat(str(content["time"]))
        if time.tzinfo is None:
            raise ValueError("zone")
        return Entry(
            line=line,
            deed=_deed(content),
            time=time,
            author=str(content["author"]),
            login=str(content.get("login", "")),
            previous=str(content["previous"]),
            hash=str(content["hash"]),
        )
    except (KeyError, ValueError):
        return Entry(line=line, deed=Deed(Phase.DAMAGED), hash=str(content["hash"]) if content else "")


def _deed(content: Mapping[str, object]) -> Deed:
    told: dict[str, Any] = {}
    for name, kind in _KINDS.items():
        value = content.get(name)
        if value is None:
            continue
        if not isinstance(value, kind):
            raise ValueError(name)
        told[name] = value
    return Deed(Phase(str(content["phase"])), **told)


def _plain_value(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, Phase) else value
