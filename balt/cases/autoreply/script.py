"""The script that answers (``vacation``, RFC 5230), and how it lives with a script that is in service.

The own script of a person stays as it is, under its name. Where the server offers ``include`` (RFC 6609) the
new script calls it; elsewhere its octets are all in the new one, around a block that can be cut out again. A
line of the new script says what it is; a hash in that line shows whether it was changed since.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.sieve_text import head_of, quoted
from balt.errors import StoppedError
from balt.i18n import _

NAME = "balt-autoreply"
"""The name of balt's script on the server."""
DAYS = 7
"""The same sender is answered once in so many days: the usual of RFC 5230 section 4.1, and always allowed."""

_MARK = b"# balt-autoreply: "
_BEGIN, _END = b"# >>> balt\r\n", b"# <<< balt\r\n"
_CLASHES = frozenset({"vacation", "vacation-seconds", "reject", "ereject"})
"""A script may answer once only, and not refuse what it answers (RFC 5230 section 4.7)."""


class Way(StrEnum):
    """How balt's script lives with the one that was in service: there was none, calls it, or holds it."""

    ALONE = "alone"
    INCLUDE = "include"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True)
class Own:
    """The script of the person that is in service: its name and octets."""

    name: str
    script: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.script)


@dataclass(frozen=True, slots=True)
class Installed:
    """What balt's script says of itself. ``sound`` tells that nobody changed it since; ``previous`` is the
    name of the script that was in service before, None for none, and ``own`` the SHA-256 (hex) it had.
    """

    replacement: str
    until: date | None
    way: Way
    previous: str | None
    own: str
    sound: bool


def digest_of(script: bytes) -> str:
    """The SHA-256 (hex) of a script."""
    return hashlib.sha256(script).hexdigest()


def need_extensions(reply: AutoReply, offered: frozenset[str]) -> None:
    """StoppedError where a server that answers by itself cannot do so up to a day."""
    if reply.until is not None and not {"date", "relational"} <= offered:
        raise StoppedError(
            _("ce serveur ne sait pas arrêter une réponse automatique à une date."),
            advice=_("Rien n'a été fait. Installez-la sans --until, et retirez-la le moment venu."),
            mailbox=reply.address,
        )


def clash_of(own: Own, others: Callable[[], tuple[bytes, ...]]) -> str:
    """Why an auto-reply cannot run with this script, in words; "" where it can. ``others`` reads the other
    scripts of the person, which this one may call.
    """
    try:
        used = head_of(own.script).used
        if "include" in used:  # what is called counts as if it stood here
            for other in others():
                used |= head_of(other).used
    except ValueError:
        return _("balt ne comprend pas comment ce script est écrit.")
    if used & {"vacation", "vacation-seconds"}:
        return _("il répond déjà lui-même (vacation), et un serveur ne répond qu'une fois.")
    if used & _CLASHES:
        return _("il refuse des messages (reject), ce qui ne va pas avec une réponse.")
    if _MARK in own.script:
        return _("il contient déjà une réponse automatique de balt.")
    return ""


def build(reply: AutoReply, own: Own | None, offered: frozenset[str]) -> bytes:
    """The script to install. ``own`` has no ``clash_of``."""
    if own is None:
        return _sealed(reply, Way.ALONE, None, b"", _block(reply, ()), b"")
    if "include" in offered and can_be_called(own.name):
        call = f"include :personal :optional {quoted(own.name)};"  # answers, should it be deleted
        return _sealed(reply, Way.INCLUDE, own, b"", _block(reply, ("include",), call), b"")
    end = head_of(own.script).end
    before, after = own.script[:end], own.script[end:]
    return _sealed(reply, Way.COMBINED, own, before, _block(reply, ()), after)


def read(script: bytes) -> Installed | None:
    """What a script of balt says of itself; None for a script that is not one."""
    begin = script.find(_MARK)
    end = script.find(b"\r\n", begin)
    if begin < 0 or end < 0:
        return None
    about, _space, seal = script[begin + len(_MARK) : end].rpartition(b" ")
    try:
        told = json.loads(about.decode("ascii"))
        return Installed(
            replacement=str(told["to"]),
            until=date.fromisoformat(told["until"]) if told["until"] else None,
            way=Way(told["way"]),
            previous=None if told["previous"] in (None, NAME) else str(told["previous"]),
            own=str(told["own"]),
            sound=seal == _seal(script[:begin], about, script[end:]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):  # somebody's own words
        return None


def own_in(script: bytes) -> bytes | None:
    """The octets of the person's script that a combined script holds; None where it holds none."""
    about = read(script)
    begin, end = script.find(_BEGIN), script.find(_END)
    if about is None or not about.sound or about.way is not Way.COMBINED or not 0 <= begin < end:
        return None
    own = script[: begin - len(b"\r\n")] + script[end + len(_END) :]
    return own if digest_of(own) == about.own else None


def block_in(script: bytes) -> bytes:
    """The lines that are balt's own, without those of the person around them; none where there are none."""
    begin = script.find(_BEGIN)
    end = script.find(_END, begin)
    return script[begin : end + len(_END)] if 0 <= begin < end else b""


def _sealed(reply: AutoReply, way: Way, own: Own | None, before: bytes, block: bytes, after: bytes) -> bytes:
    """The whole script: the block, marked, between the parts of what was there."""
    about = json.dumps(
        {
            "to": reply.replacement,
            "until": reply.until.isoformat() if reply.until else None,
            "way": way.value,
            "previous": own.name if own else None,
            "own": own.digest if own else "",
        }
    ).encode("ascii")
    before += b"\r\n" + _BEGIN
    after = b"\r\n" + block + _END + after
    return before + _MARK + about + b" " + _seal(before, about, after) + after


def _seal(before: bytes, about: bytes, after: bytes) -> bytes:
    return digest_of(before + about + after).encode("ascii")


def _block(reply: AutoReply, more: tuple[str, ...], *calls: str) -> bytes:
    needed = ["vacation", *more, *(("date", "relational") if reply.until else ())]
    answer = (
        f"vacation :days {DAYS} :addresses [{quoted(reply.address)}] :subject {quoted(reply.subject)} "
        f"{quoted(reply.body)};"
    )
    if reply.until:
        day = quoted(reply.until.isoformat())
        answer = f'if currentdate :value "le" "date" {day} {{\n{answer}\n}}'
    lines = [f"require [{', '.join(map(quoted, needed))}];", answer, *calls]
    return "".join(f"{line}\n" for line in lines).replace("\n", "\r\n").encode()


def can_be_called(name: str) -> bool:
    """Whether a script's name can stand in a script (RFC 5804 section 1.6, RFC 6609 section 3.2)."""
    return name.isprintable() and "${" not in name and "/" not in name
