"""What the journal tells of earlier tries to lighten messages of a folder, whichever plan they were of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from balt.cleanup.deeds import Deed, Entry, Phase, figure_of, uids_of
from balt.cleanup.plan import Act
from balt.cleanup.run import APPEND, MAKE_ROOM, READ_BACK, Run
from balt.mail.model import NO_FLAGS, Flag

_NAMES = {
    Flag.SEEN: "\\Seen",
    Flag.ANSWERED: "\\Answered",
    Flag.FLAGGED: "\\Flagged",
    Flag.DRAFT: "\\Draft",
    Flag.INTEGRATED: "$Integrated",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A lightened copy that may be in the folder: from which UID on, and its octets."""

    since: int
    octets: int


@dataclass(slots=True)
class Traces:
    """By the UID that the original had or has: ``tried`` copies; ``owed`` were removed, or about to be, to
    make room for their copy, of which it is not known that it is back, each with the flags it had then.
    ``copies`` are the UIDs of copies, each with that of its original.
    """

    tried: dict[int, Tried] = field(default_factory=dict)
    owed: dict[int, Flag] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)


def traces_of(entries: Iterable[Entry], run: Run) -> Traces:
    """All that was tried in the folder of ``run``; ``owed`` are those of its own plan."""
    found = Traces()
    for entry in entries:
        deed = entry.deed
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
            known = found.tried.get(uid)
            found.tried[uid] = Tried(known.since if known else since, figure_of(deed, "octets"))
    elif deed.request == APPEND and (copy := figure_of(deed, "uid")):
        for uid in uids_of(deed):
            found.copies[copy] = uid
    elif deed.request == MAKE_ROOM and own:
        found.owed.update(dict.fromkeys(uids_of(deed), Flag(figure_of(deed, "flags"))))
    elif deed.request == READ_BACK and own:
        for uid in uids_of(deed):
            found.owed.pop(uid, None)


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
