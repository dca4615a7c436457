"""The first rows of a folder in an order, by the server's own sorting (RFC 5256): without listing it all.

With PARTIAL (RFC 5267) only the rows asked for come back; else the whole order does, which costs little more.
"""

import re
from collections.abc import Collection

from balt.errors import RefusedError
from balt.mail.arguments import MAX_UID, expand_set
from balt.mail.listing import SortKey
from balt.mail.opening import MOST_MESSAGES
from balt.mail.wire import MIB, Limits, Wire

_PROGRAMS: dict[tuple[SortKey, bool], bytes] = {
    ("size", False): b"(REVERSE SIZE)",
    ("size", True): b"(SIZE)",
    ("date", False): b"(ARRIVAL)",
    ("date", True): b"(REVERSE ARRIVAL)",
}
_PARTIAL = re.compile(
    rb"\* ESEARCH(?: \(TAG \"[^\"]*\"\))? UID .*?\bPARTIAL \(\d+:\d+ ([\d:,]+)\)", re.IGNORECASE
)
_MOST_WHOLE = 1_000_000
_LIMITS = Limits(line=16 * MIB, total=32 * MIB)


def can_sort(capabilities: Collection[str]) -> bool:
    """Whether the server offers to sort."""
    return "SORT" in capabilities


def most_sorted(capabilities: Collection[str]) -> int:
    """Messages up to which first rows are worth asking for: without PARTIAL the whole order comes back."""
    return MOST_MESSAGES if _tells_parts(capabilities) else _MOST_WHOLE


def _tells_parts(capabilities: Collection[str]) -> bool:
    return "ESORT" in capabilities and bool({"CONTEXT=SEARCH", "CONTEXT=SORT"} & set(capabilities))


def first_uids(
    wire: Wire, key: SortKey, reverse: bool, count: int, capabilities: Collection[str]
) -> list[int] | None:
    """The UIDs of the first ``count`` messages of the open folder, about in the order of ``Listing.order``;
    None where the server does not tell them. The order is for finding them: the rows themselves decide how
    they stand.
    """
    program = _PROGRAMS.get((key, reverse))
    if program is None or not can_sort(capabilities):
        return None
    try:
        if _tells_parts(capabilities):
            return _partial(wire, program, count) or _whole(wire, program, count)
        return _whole(wire, program, count)
    except RefusedError:
        return None  # offered, yet refused: everything is listed, as on a server that cannot sort


def _partial(wire: Wire, program: bytes, count: int) -> list[int] | None:
    wanted = b"(PARTIAL 1:%d)" % count
    for response in wire.run(b"UID SORT RETURN", wanted, program, b"UTF-8 ALL"):
        if told := _PARTIAL.match(response.head):
            return expand_set(told[1], count)
    return None


def _whole(wire: Wire, program: bytes, count: int) -> list[int] | None:
    for response in wire.run(b"UID SORT", program, b"UTF-8 ALL", limits=_LIMITS):
        words = response.head.split(None, count + 2)
        if len(words) > 2 and words[1].upper() == b"SORT":
            told = (int(word) for word in words[2 : count + 2] if word.isdigit() and len(word) <= 10)
            return [uid for uid in told if 1 <= uid <= MAX_UID] or None
    return None
