"""The conversation about a plan: asked for, made, shown, confirmed, carried out, accounted for.

One at a time, and always in its dialog: what is typed while a plan is being made goes to the dialog, never to
the view behind it, and what another act says is never taken for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from balt.errors import BaltError, StoppedError
from balt.i18n import _
from balt.text import plain
from balt.tui import events
from balt.tui.engine import Engine

if TYPE_CHECKING:
    from balt.tui.dialogs.confirm import ConfirmDialog
    from balt.tui.requests import CleanupRequest


class Conversation:
    """Holds the dialog while there is one, wherever it stands among the screens."""

    def __init__(self, app: App[Any], engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._dialog: ConfirmDialog | None = None
        self._leaving = False

    @property
    def acting(self) -> bool:
        """Whether an act is under way."""
        return self._dialog is not None and self._dialog.acting

    def ask(self, request: CleanupRequest) -> None:
        """Open the dialog at once, and have the plan made."""
        from balt.tui.dialogs.confirm import ConfirmDialog

        if self._dialog is None:
            self._dialog = ConfirmDialog(request, self._engine)
            self._app.push_screen(self._dialog, self._closed)
            if any(account.address == request.address for account in self._engine.accounts):
                self._engine.acts.draft(request)
            else:
                self._dialog.failed(_not_configured(request.address))

    def leave_after(self) -> None:
        """Stop the act under way after its batch, and leave balt once its account is told."""
        if self._dialog is not None:
            self._leaving = True
            self._dialog.stop()

    def goes_on(self, event: events.PlanStep) -> None:
        """The plan has come, or the act goes on; what nobody waits for any more is let go."""
        dialog = self._dialog
        if dialog is None:
            return
        if isinstance(event, events.PlanProgress):
            if event.plan_id == dialog.plan_id:
                dialog.progressed(event.advance)
        elif event.request is dialog.request:
            if isinstance(event, events.DraftProgress):
                dialog.reading(event.done, event.total)
            else:
                dialog.drafted(event)

    def applied(self, event: events.PlanApplied) -> None:
        """The act has ended, whole or not."""
        if self._dialog is not None and event.plan.id == self._dialog.plan_id:
            self._dialog.applied(event.result)
        self._end()

    def failed(self, event: events.PlanFailed) -> bool:
        """The plan could not be made, or not begun; False when no dialog was waiting for it."""
        dialog = self._dialog
        mine = dialog is not None and (
            event.request is dialog.request if event.request is not None else event.plan_id == dialog.plan_id
        )
        if dialog is not None and mine:
            dialog.failed(event.error)
        self._end()
        return mine

    def _closed(self, following: CleanupRequest | None) -> None:
        self._dialog = None
        if following is not None:
            self.ask(following)

    def _end(self) -> None:
        if self._leaving:
            self._app.exit(0)


def _not_configured(address: str) -> BaltError:
    """What to say of a BAL that only the journal knows."""
    return StoppedError(
        _("cette BAL n'est pas, ou n'est plus, dans la configuration."),
        advice=_("Rien n'a été fait."),
        mailbox=plain(address, 200),
    )
