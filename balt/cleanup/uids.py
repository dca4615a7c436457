"""Sets of UIDs written as IMAP writes them (RFC 3501 section 9, sequence-set): ``"1:5,9"``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol, TypeVar

MAX_UID = 2**32 - 1
BATCH = 1_000
"""Messages acted upon at once: between two batches one may cancel, and the journal gets its lines."""

_RANGES = re.compile(r"\d{1,10}(?::\d{1,10})?(?:,\d{1,10}(?::\d{1,10})?)*")
T = TypeVar("T")


class HasSize(Protocol):
    """What takes octets."""

    @property
    def size(self) -> int: ...


Sized = TypeVar("Sized", bound=HasSize)


def to_ranges(uids: Iterable[int]) -> str:
    """The UIDs in rising order, neighbours joined: ``[5, 1, 2]`` gives ``"1:2,5"``; none gives ``""``."""
    parts: list[str] = []
    first = last = 0
    for uid in [*sorted(set(uids)), None]:
        if uid is not None and uid == last + 1 and first:
            last = uid
            continue
        if first:
            parts.append(str(first) if first == last else f"{first}:{last}")
        if uid is not None:
            first = last = uid
    return ",".join(parts)


def from_ranges(text: str) -> list[int]:
    """The UIDs that ``to_ranges`` wrote, in rising order; raises ValueError for anything else."""
    if not text:
        return []
    if not _RANGES.fullmatch(text):
        raise ValueError(text[:80])
    uids: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        low, high = int(first), int(last or first)
        if not (uids[-1] if uids else 0) < low <= high <= MAX_UID:
            raise ValueError(text[:80])
        uids.extend(range(low, high + 1))
    return uids


def batches_of_octets(items: Iterable[Sized], size: int, octets: int) -> Iterator[list[Sized]]:
    """The items in order, up to ``size`` at a time and about ``octets``; a larger one is alone."""
    batch: list[Sized] = []
    room = octets
    for item in items:
        if batch and (len(batch) >= size or item.size > room):
            yield batch
            batch, room = [], octets
        batch.append(item)
        room -= item.size
    if batch:
        yield batch


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in order, ``size`` at a time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
