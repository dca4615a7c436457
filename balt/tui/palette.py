"""The command palette: the table of actions, found by typing."""

from functools import partial
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from balt.i18n import _
from balt.text import fold
from balt.tui.action import Action
from balt.tui.actions import in_place


class Performer(Protocol):
    """What the palette needs from the app."""

    def places(self) -> tuple[str, ...]:
        """The places of the table whose actions make sense now."""
        ...

    def perform(self, action: Action) -> None:
        """Do it, or say why not."""
        ...


class ActionCommands(Provider):
    """Offers what the view under the palette, and the app, can do now."""

    async def discover(self) -> Hits:
        for action in self._actions():
            yield DiscoveryHit(_name(action), partial(self._performer.perform, action), help=_(action.help))

    async def search(self, query: str) -> Hits:
        words = fold(query).split()
        for action in self._actions():
            text = fold(f"{_(action.label)} {_(action.help)}")
            if words and all(word in text for word in words):
                score = 1.0 if text.startswith(words[0]) else 0.5
                yield Hit(score, _name(action), partial(self._performer.perform, action), help=_(action.help))

    @property
    def _performer(self) -> Performer:
        return cast(Performer, self.app)

    def _actions(self) -> list[Action]:
        return [action for action in in_place(*self._performer.places()) if action.palette]


def _name(action: Action) -> str:
    return f"{_(action.label)}  ({action.key_words})"
