"""The chain of the journal's lines: what follows from what, and what was cut short, altered or removed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from balt.cleanup.deeds import GENESIS, Entry, Phase, entry_of, unseal

_Line = Mapping[str, object] | None
"""What a line holds; None for one that is damaged."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What re-reading the whole chain showed.

    ``broken`` is the first line that does not follow from the one before it, or None. ``damaged`` are the
    lines cut short by a crash; the journal went on after them and says so. ``torn`` tells that the very last
    line is cut short and nothing was written since. ``removed`` lines, the last of them written at
    ``removed_until``, were taken off the beginning because their time was over.
    """

    lines: int
    broken: int | None
    damaged: tuple[int, ...] = ()
    torn: bool = False
    removed: int = 0
    removed_until: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether every line is whole and follows from the one before it."""
        return self.broken is None and not self.damaged and not self.torn

    @property
    def cut_short(self) -> int:
        """How many lines a crash has cut short."""
        return len(self.damaged) + self.torn

    def to_json(self) -> dict[str, object]:
        """What ``balt journal --verify --json`` prints."""
        until = self.removed_until
        return {
            "ok": self.ok,
            "lines": self.lines,
            "broken": self.broken,
            "damaged": list(self.damaged),
            "torn": self.torn,
            "removed": self.removed,
            "removed_until": until.isoformat(timespec="seconds") if until else None,
        }


def split(content: bytes) -> tuple[list[bytes], bool]:
    """The lines, and whether the last one has its line end."""
    if not content:
        return [], True
    lines = content.split(b"\n")
    if lines[-1]:
        return lines, False
    return lines[:-1], True


def examine(lines: Sequence[bytes], whole: bool) -> tuple[list[Entry], Verification]:
    """Every line as an entry, one that cannot be read as ``Phase.DAMAGED``, and whether they are a chain."""
    contents = [_unsealed(raw) for raw in lines]
    entries = [entry_of(content, number) for number, content in enumerate(contents, start=1)]
    return entries, _verified(lines, contents, entries[0] if entries else None, whole)


def damaged_tail(lines: list[bytes]) -> tuple[str, list[bytes]]:
    """The hash of the last sound line, and the damaged lines after it."""
    for index in range(len(lines) - 1, -1, -1):
        content = _unsealed(lines[index])
        if content is not None:
            return str(content["hash"]), lines[index + 1 :]
    return GENESIS, lines


def digest_of(lines: Sequence[bytes]) -> str:
    """What stands for damaged lines in the line that goes on after them."""
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _unsealed(raw: bytes) -> _Line:
    try:
        return unseal(raw)
    except ValueError:
        return None


def _verified(
    lines: Sequence[bytes], contents: Sequence[_Line], first: Entry | None, whole: bool
) -> Verification:
    anchor = first if first is not None and first.deed.phase is Phase.ANCHOR else None
    removed, until = (anchor.deed.count, _until(anchor)) if anchor else (0, None)
    good = anchor.deed.note if anchor and anchor.previous == GENESIS else GENESIS
    confirmed = anchor is None
    lost, damaged = list[bytes](), list[int]()
    for number, (raw, content) in enumerate(zip(lines, contents, strict=True), start=1):
        if content is None:
            lost.append(raw)
            continue
        if anchor and number == 1:
            continue
        follows = content.get("previous") == good
        if lost:
            follows &= content.get("phase") == Phase.SEGMENT and content.get("note") == digest_of(lost)
        if not follows:
            return Verification(len(lines), number - len(lost), tuple(damaged), False, removed, until)
        damaged.extend(range(number - len(lost), number))
        lost = []
        good = str(content["hash"])
        confirmed |= anchor is not None and _confirms(content, anchor)
    torn = not whole and len(lost) == 1
    broken = len(lines) - len(lost) + 1 if lost and not torn else None
    if broken is None and not confirmed:
        broken = 1
    return Verification(len(lines), broken, tuple(damaged), torn, removed, until)


def _confirms(content: Mapping[str, object], anchor: Entry) -> bool:
    """Whether this line of the chain says of what was removed the same as the first line, which no chain
    holds.
    """
    told = (content.get("phase"), content.get("note"), content.get("count"))
    return told == (Phase.PRUNED, anchor.deed.note, anchor.deed.count)


def _until(anchor: Entry) -> datetime | None:
    value: object = anchor.deed.figures.get("last")
    try:
        return datetime.fromtimestamp(value, UTC).astimezone() if type(value) is int else None
    except (OSError, OverflowError, ValueError):
        return None
