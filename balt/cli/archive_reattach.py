"""``balt archive restore --reattach``: what is said of messages that get their attachments back."""

from collections.abc import Mapping, Sequence

from balt.cleanup.archive.record import Record
from balt.cleanup.archive.restore import Restored
from balt.cleanup.detach.restoring import Pair, Reattaching
from balt.i18n import _, ngettext
from balt.units import format_count


def lightened(reattaching: Reattaching, targets: Mapping[str, Sequence[Record]]) -> dict[str, list[Pair]]:
    """The messages that stand in the mailbox in their lighter form, by folder."""
    reattaching.need_exact_removal()
    return {folder: reattaching.pairs(folder, records) for folder, records in targets.items()}


def pair_lines(pairs: Mapping[str, Sequence[Pair]]) -> list[str]:
    """How many lighter forms will make place, or that there is none."""
    count = sum(map(len, pairs.values()))
    if not count:
        return [_("Aucun de ces messages n'est allégé dans la BAL.")]
    sentence = ngettext(
        "  %s message allégé lui laisse la place, une fois le message entier relu",
        "  %s messages allégés leur laissent la place, une fois les messages entiers relus",
        count,
    )
    return [sentence % format_count(count)]


def reattached_lines(result: Restored) -> list[str]:
    """How many have their attachments again."""
    if not result.reattached:
        return []
    sentence = ngettext(
        "%s message a de nouveau ses pièces jointes.",
        "%s messages ont de nouveau leurs pièces jointes.",
        result.reattached,
    )
    return [sentence % format_count(result.reattached)]
