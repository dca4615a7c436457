"""What the user wants cleaned up, before it is a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from balt.cleanup.detach.choose import LEAST, Left
from balt.cleanup.freeing import Wish
from balt.cleanup.plan import NO_REASON_NEEDED, Act, Guard
from balt.cleanup.wording import guard_label
from balt.i18n import _
from balt.mail.listing import Listing
from balt.mail.model import Folder
from balt.mailboxes.duplicates import Duplicates

_SIZES = (1024**2, 256 * 1024, LEAST)
"""Octets of the attachments that may go, as they travel: what is offered below the user's own threshold."""


@dataclass(frozen=True)
class CleanupRequest:
    """Messages marked in listings (``choices``), the room that is wished for, the ``whole`` BAL, or else the
    whole trash; and the guards set aside.

    With the act ``UNDO`` it is about an act, not messages: that of the id ``undoes``, "" for the newest that
    can be undone.

    ``folders`` are those of the BAL, among them its trash; ``hidden`` of the marked messages are not shown by
    the list. ``archive`` is where they are archived first, "" for nowhere; ``archives`` where they would be.
    ``duplicates`` are those of which the messages are surplus: each tells the one that stays. With the act
    ``DETACH``, attachments of at least ``larger`` octets go, one of ``sizes``, and ``also`` says what goes
    although it is usually left alone.
    """

    address: str
    folders: Sequence[Folder]
    act: Act = Act.EMPTY_TRASH
    choices: tuple[tuple[Listing, Sequence[int]], ...] = ()
    wish: Wish | None = None
    include: frozenset[Guard] = frozenset()
    hidden: int = 0
    archives: str = ""
    archive: str = ""
    undoes: str = ""
    duplicates: tuple[Duplicates, ...] = ()
    larger: int = 0
    sizes: tuple[int, ...] = ()
    also: frozenset[Left] = frozenset()
    whole: bool = False

    @classmethod
    def to_archive_all(cls, address: str, folders: Sequence[Folder], archives: str) -> "CleanupRequest":
        """All folders of a BAL into the archive, drafts and trash too; nothing is taken away."""
        return cls(address, folders, Act.KEEP, archives=archives, archive=archives, whole=True)

    @property
    def is_whole_trash(self) -> bool:
        """Whether it is about all that lies in the trash."""
        return not self.choices and self.wish is None and not self.whole

    @property
    def may_choose_archive(self) -> bool:
        """Whether the user decides if they are archived first: what is surplus never goes without any net."""
        surplus_for_good = bool(self.duplicates) and self.act is Act.DELETE
        always = self.act in (Act.KEEP, Act.DETACH) or surplus_for_good
        return bool(self.archives) and not always

    def with_next_size(self) -> "CleanupRequest":
        """The same messages, and smaller attachments; after the smallest size the largest again."""
        place = self.sizes.index(self.larger) if self.larger in self.sizes else -1
        return replace(self, larger=self.sizes[(place + 1) % len(self.sizes)])

    def with_also(self, reason: Left) -> "CleanupRequest":
        """The same request, in which what is left alone for this reason goes too, or no longer."""
        return replace(self, also=self.also ^ {reason})

    def toggled(self, guard: Guard) -> "CleanupRequest":
        """The same request with one guard set aside, or no longer."""
        return replace(self, include=self.include ^ {guard})

    def with_archive(self, *, wanted: bool) -> "CleanupRequest":
        """The same request, archived first or not."""
        return replace(self, archive=self.archives if wanted else "")

    def removing(self) -> "CleanupRequest":
        """The same messages, archived and removed for good instead of moved to the trash."""
        return replace(self, act=Act.DELETE, archive=self.archives)

    @property
    def reason(self) -> str:
        """Why guards were set aside, as the journal keeps it; "" when none needs a reason."""
        reasons = []
        for guard in Guard:
            if guard not in self.include - NO_REASON_NEEDED:
                continue
            if guard is Guard.DOCUMENT:
                reasons.append(_("l'utilisateur a répondu que les documents sont dans le logiciel métier"))
            else:
                reasons.append(_("inclus à la demande de l'utilisateur : %s") % guard_label(guard))
        return _(" ; ").join(reasons)


def sizes_offered(threshold: int, largest: int) -> tuple[tuple[int, ...], int]:
    """The sizes from which on attachments may go, largest first, and the one to begin with: the largest that
    a message of ``largest`` octets can hold. ``threshold`` is what the user calls large.
    """
    sizes = tuple(
        sorted({max(threshold, LEAST), *(size for size in _SIZES if size < threshold)}, reverse=True)
    )
    return sizes, next((size for size in sizes if size <= largest), sizes[-1])
