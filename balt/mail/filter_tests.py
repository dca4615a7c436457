"""What the terms of the filter language look at: a column of a listing, the facts of a message, its texts.

``of`` judges one message: True, False, or None where the message does not tell (no date, no size, nothing
read yet). Unknown never selects, not even through a negation.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from balt.mail.facts import Facts, facts_of, read_facts
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, Message, MessageDetail
from balt.mail.texts import Field, holds
from balt.text import fold

Needs = Literal["columns", "facts", "texts"]
"""What must be known of a message: what every listing has, what its structure says, or its texts."""
LabelOf = Callable[[str], Folder | str]
"""The folder of a name; the name itself where no label is known."""


class ColumnTest(Protocol):
    """What every listing tells of its messages."""

    def of(self, message: Message, folder: Folder | str, /) -> bool | None: ...
    def keep(self, listing: Listing, rows: Iterable[int], negated: bool, label_of: LabelOf) -> list[int]:
        """The rows that are known to fit, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Threshold:
    """Sizes in octets, or dates in seconds since 1970: ``bound`` or more; less, where ``above`` is false."""

    column: Literal["sizes", "dates"]
    bound: int
    above: bool

    def of(self, message: Message, _folder: Folder | str, /) -> bool | None:
        """Whether the size or date of the message fits."""
        if self.column == "sizes":
            value: float | None = message.size
        else:
            value = message.date.timestamp() if message.date is not None else None
        return None if value is None else (value >= self.bound) is self.above

    def keep(self, listing: Listing, rows: Iterable[int], negated: bool, _label_of: LabelOf) -> list[int]:
        """The rows whose size or date is known and fits."""
        column = listing.sizes if self.column == "sizes" else listing.dates
        bound = max(self.bound, 0)  # what is known is never below 0, what is unknown is: in both columns
        if self.above is not negated:
            return [row for row in rows if column[row] >= bound]
        return [row for row in rows if 0 <= column[row] < bound]


@dataclass(frozen=True, slots=True)
class FlagTest:
    """Messages that carry a flag; that do not, where ``present`` is false."""

    flag: Flag
    present: bool

    def of(self, message: Message, _folder: Folder | str, /) -> bool:
        """Whether the flags of the message fit."""
        return bool(message.flags & self.flag) is self.present

    def keep(self, listing: Listing, rows: Iterable[int], negated: bool, _label_of: LabelOf) -> list[int]:
        """The rows whose flags fit."""
        flags, flag = listing.flags, int(self.flag)
        if self.present is not negated:
            return [row for row in rows if flags[row] & flag]
        return [row for row in rows if not flags[row] & flag]


@dataclass(frozen=True, slots=True)
class FolderTest:
    """Messages of a folder, by its name or its label; ``wanted`` has neither case nor accents."""

    wanted: str

    def of(self, _message: Message, folder: Folder | str, /) -> bool:
        """Whether this is the folder."""
        return self._is(folder)

    def _is(self, folder: Folder | str) -> bool:
        names = (folder,) if isinstance(folder, str) else (folder.name, folder.label)
        return any(fold(name) == self.wanted for name in names)

    def keep(self, listing: Listing, rows: Iterable[int], negated: bool, label_of: LabelOf) -> list[int]:
        """The rows whose folder fits."""

        @cache
        def fits(name: str) -> bool:
            return self._is(label_of(name)) is not negated

        folder_of = listing.folder_of
        return [row for row in rows if fits(folder_of(row))]


@dataclass(frozen=True, slots=True)
class FactsTest:
    """Messages whose structure fits."""

    fits: Callable[[Facts], bool]

    def of(self, message: Message, _folder: Folder | str, /) -> bool | None:
        """Whether the facts of the message fit; None where its structure is not known or not understood."""
        facts = message.facts
        if facts is None and message.detail is not None:
            facts = read_facts(facts_of(message.detail))
        return None if facts is None or not facts.readable else self.fits(facts)


@dataclass(frozen=True, slots=True)
class TextTest:
    """Messages of which one of the ``fields`` holds a text; ``needle`` has neither case nor accents."""

    needle: str
    fields: tuple[Field, ...]

    def fits(self, detail: MessageDetail) -> bool:
        """Whether the texts of a message that could be read fit."""
        return holds(detail, self.needle, self.fields)

    def of(self, message: Message, _folder: Folder | str, /) -> bool | None:
        """Whether the texts of the message fit; None where they are not known or not understood."""
        detail = message.detail
        return None if detail is None or not detail.readable else self.fits(detail)
