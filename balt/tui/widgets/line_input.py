"""A line in which a text is typed, where keys may come faster than the screen follows."""

from textual import events
from textual.binding import BindingsMap
from textual.widgets import Input

_OF_THE_FORM = "submit"
_KEYS = BindingsMap(Input.BINDINGS).key_to_bindings


class LineInput(Input):
    """Its own keys (erase, to the beginning, …) are done here, in the order in which they were typed. Left to
    the app's bindings they would go to the line that has the focus by then, once Enter went on to the next.
    """

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of this line does; Enter is the form's."""
        own = [each.action for each in _KEYS.get(event.key, ()) if each.action != _OF_THE_FORM]
        if own:
            event.stop()
            event.prevent_default()
            await self.run_action(own[0])
