"""What a person asks to be cleaned up, in words of theirs, made into messages of listings."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from balt.cleanup.uids import MAX_UID
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.mail.listing import Listing
from balt.text import plain
from balt.units import format_count

_NAMED = re.compile(r"(?P<folder>.+):(?P<uids>\d{1,10}(?:-\d{1,10})?(?:,\d{1,10}(?:-\d{1,10})?)*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """Messages named by a folder and their UIDs."""

    folder: str
    uids: tuple[tuple[int, int], ...]

    def among(self, listing: Listing) -> "array[int]":
        """Those that the listing has."""
        uids = (uid for first, last in self.uids for uid in range(first, last + 1))
        return array("Q", sorted({uid for uid in uids if listing.index_of(uid) is not None}))

    @property
    def count(self) -> int:
        """How many messages are named, there or not."""
        return sum(last - first + 1 for first, last in self.uids)


def read_named(text: str) -> Named:
    """``INBOX:1,2,5-9`` as messages; raises UsageError for anything else."""
    match = _NAMED.fullmatch(text)
    ranges = list(_ranges(match["uids"])) if match else []
    if match is None or not ranges:
        raise UsageError(
            _("« %s » ne nomme pas de messages.") % plain(text, 80),
            advice=_("Donnez un dossier et des UID : INBOX:1,2,5-9. « balt messages » les montre."),
        )
    return Named(match["folder"], tuple(ranges))


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 0 < low <= high <= MAX_UID or high - low > 1_000_000:
            raise UsageError(
                _("« %s » n'est pas un UID ni une suite d'UID.") % part,
                advice=_("Donnez des nombres, du plus petit au plus grand : 5 ou 5-9."),
            )
        yield low, high


def missing_of(named: Named, found: Sequence[int]) -> str:
    """The sentence about those of the named messages that are not there, or ""."""
    missing = named.count - len(found)
    if not missing:
        return ""
    sentence = ngettext(
        "%(folder)s : %(n)s des messages désignés n'y est pas.",
        "%(folder)s : %(n)s des messages désignés n'y sont pas.",
        missing,
    )
    return sentence % {"folder": plain(named.folder, 100), "n": format_count(missing)}
