"""The request to a provider, from view 2: put into the drafts, copied, or saved in a file; then noted."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from textual import on

from balt.errors import BaltError
from balt.i18n import _
from balt.text import plain
from balt.tui import events
from balt.tui.shell import Shell
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cases.model import Case, Channel, Happened
    from balt.cases.request import Request
    from balt.clock import Clock
    from balt.config import Config
    from balt.mail.model import Folder
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled
    from balt.secrets import Secrets
    from balt.tui.clearance import Clearance
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Requesting(Shell):
    """The part of the app that makes out requests. Nothing is sent: the holder does that."""

    ledger: Ledger
    engine: Engine
    secrets: Secrets

    def __init__(self, config: Config, clock: Clock, *, badge: str, ansi: bool) -> None:
        super().__init__(config, clock, badge=badge, ansi=ansi)
        self._drafting: set[str] = set()

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    def request_for(self, case: Case) -> Request:
        """The request of a case as it is to be written now."""
        from balt.cases.contacts import contact_of
        from balt.cases.reading import is_unread
        from balt.cases.request import request_of
        from balt.config import Contact
        from balt.directory.model import BalKind

        practice = self.ledger.practice()
        mailbox = practice.known(case.address)
        published = mailbox.kind if mailbox is not None else BalKind.UNKNOWN
        kind = published or self.ledger.kind_known(case.address)
        contact = contact_of(case.address, self.config.providers) or Contact()
        holders = self.ledger.holders(case.address)
        person, followed = self.config.person, self.config.follows(case.address)
        unread, now = is_unread(case.address, case, practice), self.clock.now()
        return request_of(case, holders, kind, person, contact, now, followed=followed, unread=unread)

    # In the drafts

    def save_draft(self, case: Case) -> None:
        """Put the request into the drafts of its BAL; where one is there, only once that is confirmed."""
        from balt.cases.drafts import draft_words, waiting_draft
        from balt.tui.dialogs.pick import Choice, PickDialog

        draft = waiting_draft(case)
        if draft is None:
            self._put_draft(case)
            return

        def chosen(key: str | None) -> None:
            if key == "again":
                self._put_draft(case)

        choices = [
            Choice("no", _("Garder celle qui y est : à relire, puis à envoyer")),
            Choice("again", _("En mettre une autre dans les brouillons")),
        ]
        said = draft_words(draft, self.clock.now())
        self.push_screen(PickDialog(case.address, choices, said[:1].upper() + said[1:]), chosen)

    def _put_draft(self, case: Case) -> None:
        """One at a time for each BAL: pressed twice, it is there once."""
        if case.address in self._drafting:
            return
        self._drafting.add(case.address)
        octets, clearance = self.request_for(case).octets(self.clock.now()), self._clearance(case)
        account = self.config.account(case.address)

        def job(session: MailSession, cancelled: Cancelled) -> Folder:
            from balt.cases.drafts import save_draft

            clearance.need(cancelled, session)
            return save_draft(session, octets, self.engine.acts.journal)

        def done(folder: Folder) -> None:
            from balt.cases.letters import letter_ref

            self.post_message(events.DraftSaved(case, folder.label, letter_ref(octets)))

        def failed(error: BaltError) -> None:
            self._drafting.discard(case.address)
            self._failed(error)

        self.engine.submit(account.address, job, done, failed, URGENT, "draft")

    @on(events.DraftSaved)
    def draft_saved(self, event: events.DraftSaved) -> None:
        """The request is in the drafts: that is noted."""
        from balt.cases.model import Channel
        from balt.cases.words import header_lines, request_lines

        self._drafting.discard(event.case.address)
        words = _("La demande est dans « %s » : relisez-la, envoyez-la.") % event.folder
        request = self.request_for(event.case)
        left = [*self.ledger.shared_with(event.case.address), *request_lines(request), *header_lines(request)]
        self._written(event.case, Channel.DRAFT, " ".join([words, *left]), event.letter)

    # As a text or a file

    def hand_out(self, case: Case) -> None:
        """Ask in which form the request is wanted: for a BAL that balt cannot put a draft into."""
        from balt.cases.contacts import contact_of
        from balt.cases.words import contact_lines, request_lines
        from balt.tui.dialogs.pick import Choice, PickDialog

        choices = [
            Choice("copy", _("Copier la demande, pour la coller dans un webmail ou un formulaire")),
            Choice("txt", _("L'enregistrer comme texte (.txt)")),
            Choice("eml", _("L'enregistrer comme message à ouvrir et envoyer (.eml)")),
        ]

        def chosen(how: str | None) -> None:
            if how is not None:
                self._check(case, how)

        told = contact_lines(contact_of(case.address, self.config.providers), case.address)
        told += self.ledger.shared_with(case.address) + request_lines(self.request_for(case))
        self.push_screen(PickDialog(_("Demande au fournisseur"), choices, "\n".join(told)), chosen)

    def _check(self, case: Case, how: str) -> None:
        """Make the request out once it may be written; whether a BAL may be deleted is looked up first."""
        from balt.cases.model import CaseKind, Happened

        cleared = events.RequestCleared(case, how)
        if case.kind is not CaseKind.DELETION:
            self.post_message(cleared)
        elif case.last(Happened.KEPT) is None:
            looked_up = (cleared, self._clearance(case))
            Thread(target=self._look_aside, args=looked_up, name="balt request", daemon=True).start()
        else:
            self._look_inside(cleared)

    def _look_inside(self, cleared: events.RequestCleared) -> None:
        """In the BAL itself: all that it holds must be in its archive."""
        clearance = self._clearance(cleared.case)

        def job(session: MailSession, cancelled: Cancelled) -> None:
            clearance.need(cancelled, session)

        def done(_nothing: None) -> None:
            self.post_message(cleared)

        try:
            address = self.config.account(cleared.case.address).address
        except BaltError as error:
            self._grave(str(error))
            return
        self.engine.submit(address, job, done, self._failed, URGENT, "request")

    def _look_aside(self, cleared: events.RequestCleared, clearance: Clearance) -> None:
        """In a thread of its own, for a BAL that may have no line."""
        try:
            clearance.need(lambda: False)
        except BaltError as error:
            self._failed(error)
        else:
            self.post_message(cleared)

    @on(events.RequestCleared)
    def request_cleared(self, event: events.RequestCleared) -> None:
        """Nothing stands against it: copy the request, or ask where to save it."""
        from balt.cases.model import Channel
        from balt.tui.dialogs.line import LineDialog
        from balt.tui.usual import folder_hint

        case, how = event.case, event.how
        if how == "copy":
            self.copy_to_clipboard(self.request_for(case).text())
            said = _("Copiée, si votre terminal le permet. Sinon, enregistrez-la.")
            self._ask_noted(case, Channel.TEXT, said)
            return

        def given(folder: str | None) -> None:
            if folder is not None:
                self.situations.chosen_folder = folder
                self._save(case, how, folder)

        folder = self.situations.chosen_folder
        hint = folder_hint(_("Le dossier. Rien de ce qui y est n'est remplacé."), folder)
        self.push_screen(LineDialog(_("Enregistrer la demande dans"), hint, 500, value=folder), given)

    def _save(self, case: Case, how: str, folder: str) -> None:
        from balt.cases.letters import letter_ref
        from balt.cases.model import Channel
        from balt.cases.request import file_stem
        from balt.publish.files import save_all

        request, now = self.request_for(case), self.clock.now()
        try:
            octets = request.octets(now, draft=True) if how == "eml" else request.text().encode()
            ref = letter_ref(octets) if how == "eml" else ""
            place = Path(folder).expanduser().absolute()
            (file,) = save_all(place, [(f"{file_stem(case)}.{how}", octets)])
        except BaltError as error:
            self._grave(str(error))
        except RuntimeError:  # "~" of a person who is not known here
            self._grave(_("Ce dossier ne mène nulle part."))
        else:
            said = _("Enregistrée : %s") % plain(str(file), 300)
            self._ask_noted(case, Channel.EML if how == "eml" else Channel.TEXT, said, ref)

    def _ask_noted(self, case: Case, channel: Channel, said: str, ref: str = "") -> None:
        """Whether it counts as written: from then on an answer is waited for."""
        from balt.cases.model import Channel
        from balt.cases.words import header_lines
        from balt.tui.dialogs.pick import Choice, PickDialog

        def chosen(key: str | None) -> None:
            if key == "yes":
                noted = _("Noté au dossier. Une fois envoyée, notez-le aussi : d, 7.")
                self._written(case, channel, noted, ref)

        choices = [
            Choice("yes", _("Noter au dossier : la demande est écrite")),
            Choice("no", _("Ne rien noter")),
        ]
        left = header_lines(self.request_for(case)) if channel is Channel.EML else []
        hint = " ".join((said, _("Relisez-la, complétez-la, envoyez-la : balt n'envoie rien."), *left))
        self.push_screen(PickDialog(_("Demande au fournisseur"), choices, hint), chosen)

    def _written(self, case: Case, channel: Channel, said: str, ref: str = "") -> None:
        """Note that the request of a case was made out, and to whom."""
        from balt.cases.contacts import contact_of
        from balt.cases.model import Happened

        contact = contact_of(case.address, self.config.providers)
        note = contact.name if contact is not None else ""
        self._tell_case(case, Happened.REQUESTED, channel.value, said, note, ref)

    def _clearance(self, case: Case) -> Clearance:
        """What is to be looked up before it is written."""
        from balt.tui.clearance import Clearance

        ledger = self.ledger
        return Clearance(
            case,
            ledger.cases_of(case.address),
            ledger.letters_of(case.address),
            ledger.followed(),
            self.config,
            self.secrets,
            self.clock,
            ledger.folder,
            ledger.state,
            self.post_message,
        )

    def _tell_case(
        self, case: Case, what: Happened, value: str, said: str, note: str = "", ref: str = ""
    ) -> None:
        if self.ledger.tell_case(case, what, value, self._grave, note, ref):
            self.show_evidence()
            self.tell(said or _("Noté au dossier."))

    def _failed(self, error: BaltError) -> None:
        self.post_message(events.Problem(error))

    def _grave(self, sentence: str) -> None:
        self.tell(sentence, grave=True)
