"""What has arrived in the trash: the proof that a message taken from a folder is still on the server."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from balt.cleanup.plan import PlannedMessage
from balt.cleanup.ports import Session
from balt.cleanup.uids import batches
from balt.mail.model import Identity

MAX_SPAN = 100_000
"""More new UIDs than this are not looked through; what cannot be looked for counts as not found."""

Mark = tuple[str, str, int]


def arrivals(session: Session, since: int, uidnext: int) -> list[Identity]:
    """The messages of the folder now open whose UID is in ``since..uidnext-1``."""
    if not 0 < since <= uidnext <= since + MAX_SPAN:
        return []
    found: list[Identity] = []
    for batch in batches(range(since, uidnext)):
        found.extend(session.identities(batch).values())
    return found


def landed(messages: Iterable[PlannedMessage], found: Iterable[Identity]) -> set[int]:
    """The UIDs of the planned messages that are among the arrivals.

    Known by digest of Message-ID and size; by reception date and size where there is no Message-ID. Each
    arrival stands for one message only: of two equal ones, both must have arrived.
    """
    there = Counter(_mark(item) for item in found)
    known: set[int] = set()
    for message in messages:
        mark = _mark(message)
        if there[mark] > 0:
            there[mark] -= 1
            known.add(message.uid)
    return known


def surely_landed(messages: Iterable[PlannedMessage], found: Iterable[Identity]) -> set[int]:
    """As ``landed``, where no command vouches for the copy: everything must agree, and nothing be twice."""
    there = Counter(whole_mark(item) for item in found)
    wanted: dict[tuple[str, str, int], list[int]] = {}
    for message in messages:
        wanted.setdefault(whole_mark(message), []).append(message.uid)
    return {uids[0] for mark, uids in wanted.items() if mark[0] and len(uids) == 1 and there[mark] == 1}


def copied(
    messages: Iterable[PlannedMessage], copies: Mapping[int, int], found: Mapping[int, Identity]
) -> set[int]:
    """The planned messages whose copy, named by COPYUID (RFC 4315 section 3), is there and whole."""
    return {
        message.uid
        for message in messages
        if (copy := found.get(copies[message.uid]))
        and (copy.size, copy.message_id) == (message.size, message.message_id)
    }


def trusted(copies: Mapping[int, int] | None, uids: Sequence[int], since: int) -> Mapping[int, int] | None:
    """A COPYUID answer that names every message once, all of them new; None for one that does not."""
    if copies is None or copies.keys() != set(uids):
        return None
    targets = set(copies.values())
    return copies if len(targets) == len(copies) and min(targets) >= since else None


def _mark(item: PlannedMessage | Identity) -> Mark:
    return (item.message_id, "" if item.message_id else item.internaldate, item.size)


def whole_mark(item: PlannedMessage | Identity) -> Mark:
    """All that tells a message wherever it is: two that agree in it are equal."""
    return (item.message_id, item.internaldate, item.size)
