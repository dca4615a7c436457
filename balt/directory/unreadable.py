"""What a table holds that nobody could read: of an address there, nothing says that it is not published."""

from __future__ import annotations

import zlib
from dataclasses import dataclass


def key_of(address: str) -> int:
    """A number for an address, whatever its case: short to index; several addresses may share one."""
    return zlib.crc32(address.lower().encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The addresses in lines that were passed over, as ``key_of`` numbers them; with ``anything``, any
    address may stand in what was not read (a file that was cut).
    """

    keys: frozenset[int] = frozenset()
    anything: bool = False

    def may_hold(self, address: str) -> bool:
        """Whether an address that was not found may stand in what was not read."""
        return self.anything or key_of(address) in self.keys

    def __bool__(self) -> bool:
        return self.anything or bool(self.keys)


NOTHING = Unreadable()
"""All was read."""
