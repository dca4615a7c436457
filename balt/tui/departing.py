"""A BAL on its way out of the directory, from view 2: what replaces it, the request, what was heard since."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from balt.errors import BaltError
from balt.i18n import _
from balt.text import plain
from balt.tui import events, signals
from balt.tui.correspondents import Correspondents
from balt.tui.replacing import Replacing
from balt.tui.replying import Replying
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cases.model import Case, Happened
    from balt.cases.recovery import Recovery
    from balt.cases.request import Request
    from balt.directory.model import BalKind
    from balt.mail.model import Folder
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled
    from balt.tui.departing_choices import Way
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Departing(Replying, Correspondents, Replacing):
    """The part of the app that follows cases; what it knows and whom it asks are the app's."""

    ledger: Ledger
    engine: Engine

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    @on(signals.AskDeparture)
    def departure_asked(self, event: signals.AskDeparture) -> None:
        """What can be done next for this BAL."""
        way = self._way_of(event.address)
        if way.cases:
            self._choose_step(event.address, way)
        else:
            self.begin_departure(event.address)

    @on(events.DraftSaved)
    def draft_saved(self, event: events.DraftSaved) -> None:
        """The request is in the drafts: that is noted."""
        from balt.cases.model import Channel, Happened

        words = _("La demande est dans « %s » : relisez-la, complétez-la, envoyez-la.") % event.folder
        self._tell_case(event.case, Happened.REQUESTED, Channel.DRAFT.value, words, event.letter)

    def _way_of(self, address: str) -> Way:
        from balt.tui.departing_choices import Way

        cases = self.ledger.cases_of(address)
        return Way.of(cases, opens=self._opens(address.lower()), reads=self._reads(address.lower()))

    def _choose_step(self, address: str, way: Way) -> None:
        from balt.cases.words import step_line
        from balt.tui.departing_choices import choices_of
        from balt.tui.dialogs.pick import PickDialog

        now = self.clock.now()
        waiting = way.waiting(now)
        hint = _("Ensuite : %s") % step_line(waiting[0]) if waiting else ""

        def chosen(key: str | None) -> None:
            if key is not None:
                self._do(address, way, key)

        self.push_screen(PickDialog(address, choices_of(way, now), hint), chosen)

    def _do(self, address: str, way: Way, key: str) -> None:
        """What was chosen."""
        from balt.cases.model import Happened, Reply

        told = {
            "sent": (Happened.SENT, ""),
            "answered": (Happened.ANSWERED, ""),
            "autoreply": (Happened.AUTO_REPLY, Reply.BY_HAND.value),
            "deleted": (Happened.DELETED, ""),
            "close": (Happened.CLOSED, ""),
        }
        last, first = way.under_way, way.leaving
        replying = self.ledger.case_for(address, Happened.AUTO_REPLY)
        if key in told:
            self._note(address, *told[key])
        elif key == "read":
            self._read_case(address, way)
        elif key == "again":
            self.begin_departure(address)
        elif key in ("recovered", "nothing") and first is not None:
            (self._recover if key == "recovered" else self._nothing_to_keep)(first)
        elif key == "replace" and last is not None:
            self.change_replacement(address, last.replacement)
        elif key == "redraft" and first is not None:
            self._save_draft(first)
        elif key == "reply" and replying is not None:
            self.open_reply(replying)
        elif last is not None:
            do = {"draft": self._save_draft, "writers": self.look_who_writes, "abandon": self._abandon}
            do[key](last)

    def _abandon(self, case: Case) -> None:
        """Once it is confirmed: neither what was asked of the provider nor an auto-reply is taken back."""
        from balt.cases.abandoning import abandon_lines, reply_left
        from balt.cases.model import Happened, Reply
        from balt.cases.words import headline
        from balt.tui.dialogs.pick import Choice, PickDialog

        cases = self.ledger.cases_of(case.address)
        reply = reply_left(case, cases)
        installed = reply is not None and reply.value != Reply.BY_HAND

        def chosen(key: str | None) -> None:
            if key == "reply":
                self.open_reply(case)
            elif key == "yes":
                self._tell_case(case, Happened.ABANDONED, "", self._given_up(case) if installed else "")

        choices = [Choice("no", _("Continuer à le suivre"))]
        if installed:
            choices.append(Choice("reply", _("D'abord la réponse automatique : la retirer")))
        choices.append(Choice("yes", _("Abandonner ce dossier")))
        hint = "\n".join(abandon_lines(case, cases, self.clock.now()))
        self.push_screen(PickDialog(headline(case), choices, hint), chosen)

    def _given_up(self, case: Case) -> str:
        """That the auto-reply goes on: no case leads to its window any more."""
        said = _("Dossier abandonné. Sa réponse automatique reste en service ; la retirer : %s")
        return said % f"balt autoreply {case.address} remove --yes"

    def _recover(self, case: Case) -> None:
        """Whether the whole BAL is in the archive; its deletion is unlocked then."""
        place = Path(self.engine.archives)
        if not place.is_dir():
            words = _("Rien n'est encore archivé dans %s : A archive des messages, dans la vue 3.")
            self._grave(words % plain(str(place)))
            return
        written = self.ledger.letters_of(case.address)

        def job(session: MailSession, _cancelled: Cancelled) -> Recovery:
            from balt.cases.recovery import recovery_of

            return recovery_of(session, place, self.clock, written)

        def done(found: Recovery) -> None:
            self.post_message(events.Recovered(case.address, str(place), found))

        self.tell(_("L'archive est relue et comparée à la BAL…"))
        address = self.config.account(case.address).address
        self.engine.submit(address, job, done, self._failed, URGENT, "recovery")

    @on(events.Recovered)
    def recovered(self, event: events.Recovered) -> None:
        """The deletion is asked for, or it is told what is missing."""
        from balt.cases.model import Happened
        from balt.cases.words import recovery_lines

        if event.found.is_whole:
            self._delete(event.address, Happened.KEPT, event.place, "")
            return
        words = _(
            "Il manque des messages : la suppression reste verrouillée. Dans la vue 3, A archive le reste."
        )
        self._grave("\n".join([words, *recovery_lines(event.found)]))

    def _nothing_to_keep(self, case: Case) -> None:
        from balt.cases.model import Happened
        from balt.tui.dialogs.line import LineDialog

        def said(line: str | None) -> None:
            if line is not None:
                self._delete(case.address, Happened.NOTHING_TO_KEEP, "", line)

        hint = _("Votre phrase reste au dossier : pourquoi rien n'est à garder.")
        self.push_screen(LineDialog(case.address, hint), said)

    def _delete(self, address: str, what: Happened, value: str, note: str) -> None:
        if self.ledger.delete(address, what, value, note, self._grave):
            self.show_evidence()
            self.tell(_("Suppression à demander. d encore : la demande au fournisseur."))

    def _opens(self, address: str) -> bool:
        """Whether balt can put a draft into this BAL."""
        accounts = {each.address.lower(): each for each in self.config.accounts}
        account = accounts.get(address)
        return account is not None and account.access == "imap" and not account.read_only

    def _reads(self, address: str) -> bool:
        """Whether balt reads the messages of this BAL."""
        return any(each.address.lower() == address for each in self.engine.accounts)

    def _request(self, case: Case) -> Request:
        from balt.cases.contacts import contact_of
        from balt.cases.request import request_of
        from balt.config import Contact
        from balt.directory.model import BalKind

        mailbox = self.ledger.practice().mailbox(case.address)
        published = mailbox.kind if mailbox is not None else BalKind.UNKNOWN
        kind = published or self.ledger.kind_known(case.address)
        contact = contact_of(case.address, self.config.providers) or Contact()
        holders = self.ledger.holders(case.address)
        return request_of(case, holders, kind, self.config.person, contact, self.clock.now())

    def _read_case(self, address: str, way: Way) -> None:
        from balt.cases.contacts import contact_of
        from balt.cases.words import contact_lines
        from balt.tui.departing_choices import case_page
        from balt.tui.dialogs.pager import Pager

        mailbox = self.ledger.practice().mailbox(address)
        story = mailbox.story if mailbox is not None else ()
        request = self._request(way.to_ask) if way.to_ask is not None else None
        provider = contact_lines(contact_of(address, self.config.providers), address)
        page = case_page(way, story, provider, request, self.clock.now())
        self.push_screen(Pager(address, page, hue="identifier"))

    def _save_draft(self, case: Case) -> None:
        from balt.cases.model import CaseKind

        octets, kind = self._request(case).octets(self.clock.now()), self.ledger.kind_known(case.address)
        account, written = self.config.account(case.address), self.ledger.letters_of(case.address)

        def job(session: MailSession, cancelled: Cancelled) -> Folder:
            from balt.cases.drafts import save_draft

            if case.kind is CaseKind.DELETION:
                self._need_out(case, kind, cancelled)
                self._need_whole(case, session, written)
            return save_draft(session, octets, self.engine.acts.journal)

        def done(folder: Folder) -> None:
            from balt.cases.letters import letter_ref

            self.post_message(events.DraftSaved(case, folder.label, letter_ref(octets)))

        self.engine.submit(account.address, job, done, self._failed, URGENT, "draft")

    def _need_out(self, case: Case, kind: BalKind, cancelled: Cancelled) -> None:
        """Look into the directory at this moment: a BAL that it shows is not to be deleted (its type was
        ``kind``). Off the screen's thread; what was read is shown, too.
        """
        from balt.cases.following import Advice, entries_of, need_out, seen_now
        from balt.mailboxes.directory_reader import DirectoryReader
        from balt.mailboxes.news import sighted
        from balt.mailboxes.notebook import Notebook

        folder, now = self.ledger.folder, self.clock.now()
        reader = DirectoryReader(self.config, self.secrets, self.clock, folder)
        try:
            view = reader.read(cancelled, [case.address, *self.ledger.followed()])
        finally:
            reader.close()
        self.post_message(events.DirectoryRead(sighted(view, self.config, folder, now)))
        entries = entries_of(case.address, self.config, view)
        seen = seen_now(entries, view, now, kind)
        answers = Notebook(folder, self.clock).answers().get(case.address, ())
        advice = Advice(
            _("Rien n'a été écrit. d : redemandez d'abord sa dépublication."),
            _("Rien n'a été écrit. Recommencez quand il répond, ou dites qu'elle n'y est plus : vue 1, t."),
        )
        need_out(seen, answers, now, advice, case.address)

    def _need_whole(self, case: Case, session: MailSession, written: frozenset[str]) -> None:
        """Compare the BAL with its archive again: mail that has come since would be lost."""
        from balt.cases.model import Happened
        from balt.cases.recovery import recovery_of
        from balt.errors import StoppedError

        kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
        if kept is None or kept.what is not Happened.KEPT:
            return
        if not recovery_of(session, Path(kept.value), self.clock, written).is_whole:
            raise StoppedError(
                _("le contenu de cette BAL n'est pas récupéré en entier : sa suppression reste verrouillée."),
                advice=_("Dans la vue 3, A archive le reste."),
                mailbox=case.address,
            )

    def _failed(self, error: BaltError) -> None:
        self.post_message(events.Problem(error))

    def _note(self, address: str, what: Happened, value: str = "", said: str = "") -> None:
        case = self.ledger.case_for(address, what)
        if case is not None:
            self._tell_case(case, what, value, said)

    def _tell_case(self, case: Case, what: Happened, value: str, said: str, ref: str = "") -> None:
        if self.ledger.tell_case(case, what, value, self._grave, ref):
            self.show_evidence()
            self.tell(said or _("Noté au dossier."))

    def _grave(self, sentence: str) -> None:
        self.tell(sentence, grave=True)
