"""The sentences of a plan that makes room."""

from balt.cleanup.freeing import Room
from balt.cleanup.proposal import Rank
from balt.i18n import _
from balt.units import format_count, format_size


def rank_lines(room: Room) -> list[tuple[str, str]]:
    """What a plan that makes room is made of, in the order in which it was chosen: what, and how much."""
    words = {
        Rank.TRASH: _("déjà dans la corbeille"),
        Rank.MACHINE: _("accusés, retours d'erreur, réponses automatiques"),
        Rank.INTEGRATED: _("intégrés, les plus anciens et les plus gros"),
        Rank.WITHOUT_DOCUMENT: _("lus, sans document"),
    }
    return [
        (words[rank], f"{format_count(tally.messages)} · {format_size(tally.size)}")
        for rank in Rank
        if (tally := room.ranks.get(rank))
    ]


def missing_line(room: Room) -> str:
    """What could not be found among the messages that no guard keeps; "" when all was."""
    if not room.missing:
        return ""
    told = {"missing": format_size(room.missing), "wanted": format_size(room.wanted)}
    return _("Il manque %(missing)s pour libérer %(wanted)s : le reste est protégé.") % told
