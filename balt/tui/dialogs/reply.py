"""The window of an auto-reply: how it stands, the text that goes out, and what can be done about it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.binding import Binding

from balt.cases.autoreply import words
from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.server import ReplyServer, Seen
from balt.cases.autoreply.state import Stand, State
from balt.errors import BaltError
from balt.i18n import _
from balt.mail.sieve.opening import NotOfferedError
from balt.text import plain
from balt.tui.dialogs.confirm import ConfirmDialog
from balt.tui.dialogs.errand import Errand
from balt.tui.dialogs.pager import Pager, Writer
from balt.tui.paint import Line, wrap
from balt.tui.theme import Look

Told: TypeAlias = tuple[str, str]
"""A line of the window, and its hue."""


class ReplyDialog(Pager):
    """Asks the server at once where there is one to ask (``server``); ``o`` installs what is shown, ``x``
    removes it, ``c`` copies the text, ``n`` notes that it was put there by hand. ``heard`` is told how it
    stands, ``noted`` that of the holder. ``warning`` is what is to be known of the BAL that it names; where
    nobody may be sent there (``forbidden``) it can only be looked at and removed.
    """

    BINDINGS = [
        Binding("o,y", "install", show=False),
        Binding("x", "remove", show=False),
        Binding("c", "copy", show=False),
        Binding("n", "note", show=False),
    ]

    def __init__(
        self,
        reply: AutoReply,
        server: ReplyServer | None,
        heard: Callable[[State], None],
        noted: Callable[[], None],
        *,
        warning: str = "",
        forbidden: bool = False,
    ) -> None:
        self._reply = reply
        self._warning: list[Told] = [(warning, "alert"), ("", "text")] if warning else []
        self._forbidden = forbidden
        self._lines: list[Told] = [(_("Le serveur est interrogé…"), "muted")]
        if server is None:
            self._lines = self._copy_lines(
                _("balt ne peut pas installer de réponse automatique sur cette BAL.")
            )
        super().__init__(_("Réponse automatique"), self._page(), hue="identifier")
        self._server = server
        self._heard = heard
        self._noted = noted
        self._offered: tuple[str, ...] = () if server is not None else self._allowed("copy", "note")
        self._acting = False
        self._errand: Errand | None = None

    def on_mount(self) -> None:
        if (server := self._server) is not None:
            self._begin(lambda errand: errand.tell(self._seen, server.look(self._reply)))

    def on_unmount(self) -> None:
        self._stop()

    def hints(self) -> Sequence[tuple[str, str]]:
        does = {
            "install": ("o", _("Installer")),
            "remove": ("x", _("Retirer")),
            "copy": ("c", _("Copier le texte")),
            "note": ("n", _("C'est posé")),
        }
        return (*(does[each] for each in self._offered), *super().hints())

    def action_install(self) -> None:
        if "install" in self._offered and (server := self._server) is not None:
            self._act(_("Installation…"), lambda: server.install(self._reply))

    def action_remove(self) -> None:
        if "remove" in self._offered and (server := self._server) is not None:
            self._act(_("Retrait…"), server.remove)

    def action_copy(self) -> None:
        if "copy" in self._offered:
            self.app.copy_to_clipboard("\n".join(words.text_lines(self._reply)))
            self.notify(_("Le texte est copié."), markup=False)

    def action_note(self) -> None:
        if "note" in self._offered:
            self.dismiss(None)
            self._noted()

    def action_close(self) -> None:
        acting = self._acting
        self._stop()
        self.dismiss(None)
        if acting:
            self.app.notify(
                _("Interrompu. Le serveur a peut-être déjà changé : rouvrez cette fenêtre pour le savoir."),
                severity="warning",
                markup=False,
            )

    # What the server says

    def _seen(self, seen: Seen) -> None:
        """How it stands before anything is done."""
        self._heard(seen.state)
        there = seen.state.stand is not Stand.ABSENT
        lines: list[Told] = [(each, "text") for each in words.state_lines(seen.state)] if there else []
        if seen.script is not None:
            lines += [("", "text")] if lines else []
            lines += [
                (each, "text")
                for each in words.plan_lines(self._reply, seen.script, again=there, lost=seen.lost)
            ]
        lines += [("", "text"), *((each, "muted") for each in words.text_lines(self._reply))]
        offered = (*(("install",) if seen.script is not None else ()), *(("remove",) if there else ()))
        self._tell(lines)
        self.set_timer(ConfirmDialog.READING_SECONDS, lambda: self._offer(*offered, "copy"))

    def _done(self, state: State) -> None:
        """The account of what was done."""
        self._acting = False
        self._heard(state)
        self._tell([(each, "text") for each in words.state_lines(state)])

    def _failed(self, error: BaltError) -> None:
        """What a person can do in a webmail instead."""
        self._acting = False
        hue = "text" if isinstance(error, NotOfferedError) else "alert"
        self._tell(self._copy_lines(str(error), hue))
        self._offer("copy", "note")

    def _copy_lines(self, why: str, hue: str = "text") -> list[Told]:
        told = ((each, "muted") for each in words.copy_lines(self._reply))
        return [(why, hue), ("", "text"), *told]

    # Inside

    def _act(self, said: str, work: Callable[[], State]) -> None:
        self._acting = True
        self._tell([(said, "muted")])
        self._begin(lambda errand: errand.tell(self._done, work()))

    def _begin(self, work: Callable[[Errand], None]) -> None:
        self._errand = Errand(self, work)
        self._errand.start(self._failed)

    def _stop(self) -> None:
        if self._errand is not None and self._errand.running:
            self._errand.stop()
            if self._server is not None:
                self._server.abort()

    def _tell(self, lines: list[Told]) -> None:
        """Show other lines, and offer nothing."""
        self._lines = lines
        self._offer()
        self.rewrite(self._page())

    def _allowed(self, *names: str) -> tuple[str, ...]:
        """Of what could be offered, what does not send people where nobody may be sent."""
        return tuple(each for each in names if each == "remove" or not self._forbidden)

    def _offer(self, *names: str) -> None:
        self._offered = self._allowed(*names)
        for painted in self.query("Painted"):
            painted.refresh()

    def _page(self) -> Writer:
        lines = [*self._warning, *self._lines]

        def write(width: int, look: Look) -> list[Line]:
            return [
                [(part, look.style(hue))]
                for text, hue in lines
                for part in (wrap(plain(text), max(width - 2, 10)) or [""])
            ]

        return write
