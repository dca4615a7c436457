"""The one table of actions: it feeds the keys, the footer, the palette, the ``?`` help and the docs.

An action's id is ``place.name``; ``name`` is also the method that does it (``action_name``) on the widget
that owns the place. A widget may refuse an action for now: ``why_not(name)`` then gives the reason, which
greys it in the footer and is told when its key is pressed.
"""

from collections.abc import Iterator

from textual.binding import Binding, BindingType

from balt.tui.action import Action
from balt.tui.keys import annuaire, everywhere, fiches, journal, lists, messages, situations

ACTIONS: tuple[Action, ...] = (
    *everywhere.ACTIONS,
    *lists.ACTIONS,
    *fiches.ACTIONS,
    *annuaire.ACTIONS,
    *messages.ACTIONS,
    *situations.ACTIONS,
    *journal.ACTIONS,
)


def in_place(*places: str) -> Iterator[Action]:
    """The actions of these places, in the order of the table."""
    return (action for place in places for action in ACTIONS if action.place == place)


def bindings_for(place: str) -> list[BindingType]:
    """Textual's bindings for one place; their ids let a user's keymap rename keys."""
    return [
        Binding(a.keys, a.name, a.label, id=a.id, show=a.footer, key_display=a.shown) for a in in_place(place)
    ]
