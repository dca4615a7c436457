"""What the journal tells of earlier tries to lighten messages of a folder, whichever plan they were of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from balt.cleanup.deeds import Deed, Phase, figure_of, uids_of
from balt.cleanup.plan import Act
from balt.cleanup.ports import Session
from balt.cleanup.run import APPEND, MAKE_ROOM, READ_BACK, Run
from balt.errors import RefusedError
from balt.mail.model import NO_FLAGS, Flag, Identity

_COPY = "copy_of_"
_NAMES = {
    Flag.SEEN: "\\Seen",
    Flag.ANSWERED: "\\Answered",
    Flag.FLAGGED: "\\Flagged",
    Flag.DRAFT: "\\Draft",
    Flag.INTEGRATED: "$Integrated",
}


@dataclass(slots=True)
class Traces:
    """By the UID that the original had or has: ``tried`` tells from which UID on a copy may be in the folder;
    ``owed`` were removed, or about to be, to
    make room for their copy, of which it is not known that it is back, each with the flags it had then.
    ``copies`` are the UIDs of copies, each with that of its original.
    """

    tried: dict[int, int] = field(default_factory=dict)
    owed: dict[int, Flag] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)


def traces_of(past: Iterable[Deed], run: Run) -> Traces:
    """All that was tried in the folder of ``run``; ``owed`` are those of its own plan."""
    found = Traces()
    for deed in past:
        if _is_here(deed, run):
            _learn(found, deed, own=deed.plan == run.plan.id)
        elif (deed.action, deed.note, deed.folder) == (Act.UNDO, run.plan.id, run.part.folder):
            for uid in uids_of(deed) if deed.phase is Phase.AFTER else ():
                found.owed.pop(uid, None)  # its original is back
    return found


def _is_here(deed: Deed, run: Run) -> bool:
    place = (deed.server, deed.user, deed.folder, deed.uidvalidity, deed.action)
    plan, part = run.plan, run.part
    return place == (plan.server, plan.user, part.folder, part.uidvalidity, plan.act.value)


def _learn(found: Traces, deed: Deed, *, own: bool) -> None:
    if deed.request == APPEND and (since := figure_of(deed, "since")):
        for uid in uids_of(deed):
            found.tried.setdefault(uid, since)
    elif deed.request == MAKE_ROOM and own:
        found.owed.update(dict.fromkeys(uids_of(deed), Flag(figure_of(deed, "flags"))))
    elif deed.request == READ_BACK:
        found.copies.update({copy: uid for uid, copy in copies_in(deed).items()})
        for uid in uids_of(deed) if own else ():
            found.owed.pop(uid, None)


def figures_of(copies: Mapping[int, int]) -> dict[str, int]:
    """UIDs of originals, each with that of its copy, as figures of the journal."""
    return {f"{_COPY}{uid}": copy for uid, copy in copies.items()}


def copies_in(deed: Deed) -> dict[int, int]:
    """As ``figures_of`` was told."""
    return {uid: copy for uid in uids_of(deed) if (copy := figure_of(deed, f"{_COPY}{uid}"))}


def names(session: Session, found: Identity, sha256: str) -> bool:
    """Whether a message of the open folder holds a note about the message that has this SHA-256 (hex)."""
    try:
        octets = b"".join(session.octets(found.uid, found.size))
    except RefusedError:
        return False
    return b" message=" + sha256.encode("ascii") in octets


def flags_in(names: Iterable[str]) -> Flag:
    """The flags that balt knows among those that a server writes."""
    told = {name.lower() for name in names}
    return reduce(or_, (flag for flag, name in _NAMES.items() if name.lower() in told), NO_FLAGS)


def flags_as_told(flags: Flag, others: Iterable[str]) -> tuple[str, ...]:
    """The flags that a message had, as a server writes them: those that balt knows, and the keywords among
    ``others``.
    """
    known = {name.lower() for name in _NAMES.values()}
    keywords = [name for name in others if name.lower() not in known and not name.startswith("\\")]
    return (*(name for flag, name in _NAMES.items() if flag in flags), *keywords)
