"""A BAL on its way out of the directory, from view 2: what replaces it, the request, what was heard since."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from balt.i18n import _
from balt.text import plain
from balt.tui import events, signals
from balt.tui.correspondents import Correspondents
from balt.tui.replacing import Replacing
from balt.tui.replying import Replying
from balt.tui.requesting import Requesting
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from balt.cases.model import Case, Happened
    from balt.cases.recovery import Recovery
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled
    from balt.tui.departing_choices import Way
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Departing(Requesting, Replying, Correspondents, Replacing):
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

    def _way_of(self, address: str) -> Way:
        from balt.tui.departing_choices import Way

        cases = self.ledger.cases_of(address)
        key = address.lower()
        ways, out = self.ledger.ways(), self.ledger.is_out(key)
        return Way.of(cases, opens=self._opens(key), reads=self._reads(key), out=out, ways=ways)

    def _choose_step(self, address: str, way: Way) -> None:
        from balt.tui.departing_choices import choices_of, next_words
        from balt.tui.dialogs.pick import PickDialog

        now = self.clock.now()

        def chosen(key: str | None) -> None:
            if key is not None:
                self._do(address, way, key)

        self.push_screen(PickDialog(address, choices_of(way, now), next_words(way, now)), chosen)

    def _do(self, address: str, way: Way, key: str) -> None:
        """What was chosen."""
        from balt.cases.model import Happened

        last, asked = way.under_way, way.to_ask
        if key == "read":
            self._read_case(address, way)
        elif key == "again":
            self.begin_departure(address)
        elif key == "delete":
            self._ask_deletion(address, way)
        elif key in ("draft", "hand_out") and asked is not None:
            (self.save_draft if key == "draft" else self.hand_out)(asked)
        elif key == "replace" and last is not None:
            self.change_replacement(address, last.replacement)
        elif key == "reply" and (case := self.ledger.case_for(address, Happened.AUTO_REPLY)) is not None:
            self.open_reply(case)
        elif key == "tell":
            self._ask_what_happened(address, way)
        elif last is not None:
            do = {"writers": self.look_who_writes, "abandon": self._abandon, "close": self._close}
            do[key](last)

    def _ask_what_happened(self, address: str, way: Way) -> None:
        """What the holder alone knows; a provider's answer with a line of it."""
        from balt.cases.model import Happened, Reply
        from balt.cases.taking_back import told_last
        from balt.tui.awaited import answered
        from balt.tui.departing_choices import told_choices
        from balt.tui.dialogs.pick import PickDialog

        told = {
            "autoreply": (Happened.AUTO_REPLY, Reply.BY_HAND.value),
            "reply_off": (Happened.AUTO_REPLY, Reply.OFF.value),
            "deleted": (Happened.DELETED, ""),
        }

        def chosen(key: str | None) -> None:
            if key == "sent":
                self._of_request(way, Happened.SENT, self._note_sent)
            elif key == "answered":
                self._of_request(way, Happened.ANSWERED, self._ask_answer)
            elif key == "take_back" and (last := told_last(way.cases)) is not None:
                self._tell_case(last[0], Happened.TAKEN_BACK, last[1].mark, "")
            elif key == "deleted" and answered(address, self.ledger):
                self._ask_whether_deleted(address)
            elif key is not None:
                self._note(address, *told[key])

        title = _("Noter au dossier de %s") % address
        self.push_screen(PickDialog(title, told_choices(way, self.clock.now())), chosen)

    def _ask_whether_deleted(self, address: str) -> None:
        """Of a BAL that answered when it was read last."""
        from balt.cases.model import Happened
        from balt.tui.dialogs.pick import Choice, PickDialog

        def chosen(key: str | None) -> None:
            if key == "yes":
                self._note(address, Happened.DELETED)

        hint = _("Elle répondait encore quand balt l'a lue : R regarde de nouveau.")
        choices = [Choice("no", _("Ne rien noter")), Choice("yes", _("La noter supprimée tout de même"))]
        self.push_screen(PickDialog(address, choices, hint), chosen)

    def _of_request(self, way: Way, what: Happened, told: Callable[[Case], None]) -> None:
        """The case whose request is meant; asked where two are waited for."""
        from balt.tui.departing_choices import request_choices
        from balt.tui.dialogs.pick import PickDialog

        cases = {each.kind.value: each for each in way.awaited(what)}
        if len(cases) == 1:
            told(*cases.values())
            return

        def chosen(kind: str | None) -> None:
            if kind is not None:
                told(cases[kind])

        choices = request_choices(cases.values(), self.clock.now())
        self.push_screen(PickDialog(_("De quelle demande ?"), choices), chosen)

    def _note_sent(self, case: Case) -> None:
        from balt.cases.model import Happened

        self._tell_case(case, Happened.SENT, "", "")

    def _ask_answer(self, case: Case) -> None:
        from balt.cases.book import NOTE_LENGTH
        from balt.cases.model import Happened
        from balt.tui.dialogs.line import LineDialog

        def said(line: str | None) -> None:
            if line is not None:
                self._tell_case(case, Happened.ANSWERED, "", "", line)

        hint = _("Ce que le fournisseur a répondu, en une ligne, ou rien. Pas de donnée de patient.")
        self.push_screen(LineDialog(case.address, hint, NOTE_LENGTH, optional=True), said)

    def _close(self, case: Case) -> None:
        """Once it is confirmed: nothing is asked of the provider for it any more."""
        from balt.cases.model import Happened
        from balt.cases.words import headline
        from balt.tui.dialogs.pick import Choice, PickDialog

        hint = _(
            "Il est à son terme. Clos, son histoire reste et plus rien n'est à demander au fournisseur ; "
            "l'annuaire et la réponse automatique sont encore regardés, tant que la BAL n'est pas supprimée."
        )

        def chosen(key: str | None) -> None:
            if key == "yes":
                self._tell_case(case, Happened.CLOSED, "", "")

        choices = [Choice("no", _("Continuer à le suivre")), Choice("yes", _("Clore ce dossier"))]
        self.push_screen(PickDialog(headline(case), choices, hint), chosen)

    def _abandon(self, case: Case) -> None:
        """Once it is confirmed: neither what was asked of the provider nor an auto-reply is taken back."""
        from balt.cases.abandoning import abandon_lines, reply_left
        from balt.cases.model import Happened
        from balt.cases.words import headline
        from balt.tui.dialogs.pick import Choice, PickDialog

        cases = self.ledger.cases_of(case.address)
        reply = reply_left(case, cases, self.clock.now())
        installed = reply is not None and not reply.by_hand

        def chosen(key: str | None) -> None:
            if key == "reply":
                self.open_reply(case)
            elif key == "yes":
                self._tell_case(case, Happened.ABANDONED, "", self._given_up(case) if installed else "")

        choices = [Choice("no", _("Continuer à le suivre"), digit=1)]
        if installed:
            choices.append(Choice("reply", _("D'abord la réponse automatique : la retirer"), digit=2))
        choices.append(Choice("yes", _("Abandonner ce dossier"), digit=3))
        hint = "\n".join(abandon_lines(case, cases, self.clock.now()))
        self.push_screen(PickDialog(headline(case), choices, hint), chosen)

    def _given_up(self, case: Case) -> str:
        """That the auto-reply goes on: no case leads to its window any more."""
        said = _("Dossier abandonné. Sa réponse automatique reste en service ; la retirer : %s")
        return said % f"balt autoreply {case.address} remove --yes"

    def _ask_deletion(self, address: str, way: Way) -> None:
        """Why nothing would be lost by it."""
        from balt.tui.departing_choices import deletion_choices
        from balt.tui.dialogs.pick import PickDialog

        reasons = {
            "recovered": self._recover,
            "nothing": self._nothing_to_keep,
            "archive": self._archive_whole,
        }

        def chosen(key: str | None) -> None:
            if key is not None:
                reasons[key](address)

        hint = _("Sa suppression est définitive : que rien n'y soit perdu.")
        title = _("Demander la suppression de %s") % address
        self.push_screen(PickDialog(title, deletion_choices(way), hint), chosen)

    def _archive_whole(self, address: str) -> None:
        """A plan about all folders, to be confirmed."""
        from balt.tui.requests import CleanupRequest

        account = self.config.account(address)
        if account.discreet:
            self._grave(_("Accès discret : le contenu des messages n'est pas archivé."))
            return
        branch = self.messages.browse.branches.get(account.address)
        folders = branch.folders if branch is not None else ()
        request = CleanupRequest.to_archive_all(account.address, folders, self.engine.archives)
        self.post_message(signals.AskPlan(request))

    def _recover(self, address: str) -> None:
        """Whether the whole BAL is in the archive; its deletion is unlocked then."""
        from balt.cleanup.archive.check import is_archive

        place = Path(self.engine.archives)
        if not is_archive(place):
            words = _("Rien n'est encore archivé dans %s : d, 8, 3 archive toute la BAL.")
            self._grave(words % plain(str(place)))
            return
        written = self.ledger.letters_of(address)

        def job(session: MailSession, _cancelled: Cancelled) -> Recovery:
            from balt.cases.recovery import recovery_of

            return recovery_of(session, place, self.clock, written)

        def done(found: Recovery) -> None:
            self.post_message(events.Recovered(address.lower(), str(place), found))

        self.tell(_("L'archive est relue et comparée à la BAL…"))
        self.engine.submit(self.config.account(address).address, job, done, self._failed, URGENT, "recovery")

    @on(events.Recovered)
    def recovered(self, event: events.Recovered) -> None:
        """The deletion is asked for, or it is told what is missing."""
        from balt.cases.model import Happened
        from balt.cases.words import recovery_lines

        if event.found.is_whole:
            self._delete(event.address, Happened.KEPT, event.place, "")
            return
        words = _("Il manque des messages : la suppression reste verrouillée. d, 8, 3 archive le reste.")
        self._grave("\n".join([words, *recovery_lines(event.found)]))

    def _nothing_to_keep(self, address: str) -> None:
        from balt.cases.model import Happened
        from balt.tui.dialogs.line import LineDialog

        def said(line: str | None) -> None:
            if line is not None:
                self._delete(address, Happened.NOTHING_TO_KEEP, "", line)

        hint = _("Votre phrase reste au dossier : pourquoi rien n'est à garder.")
        self.push_screen(LineDialog(address, hint), said)

    def _delete(self, address: str, what: Happened, value: str, note: str) -> None:
        if self.ledger.delete(address, what, value, note, self._grave):
            self.show_evidence()
            said = _("Suppression à demander. d encore : la demande au fournisseur.")
            alone = self.ledger.left_alone(address)
            self.tell(" ".join([said, *self.ledger.shared_with(address), *alone]), grave=bool(alone))

    def _opens(self, address: str) -> bool:
        """Whether balt can put a draft into this BAL."""
        accounts = {each.address.lower(): each for each in self.config.accounts}
        account = accounts.get(address)
        return account is not None and account.access == "imap" and not account.read_only

    def _reads(self, address: str) -> bool:
        """Whether balt sees what still comes into this BAL: exported files do not tell."""
        return any(each.address.lower() == address and each.access == "imap" for each in self.engine.accounts)

    def _read_case(self, address: str, way: Way) -> None:
        from balt.cases.contacts import contact_of
        from balt.cases.words import contact_lines, request_lines
        from balt.tui.departing_choices import case_page
        from balt.tui.dialogs.pager import Pager

        mailbox = self.ledger.practice().known(address)
        story = mailbox.story if mailbox is not None else ()
        request = self.request_for(way.to_ask) if way.to_ask is not None else None
        provider = contact_lines(contact_of(address, self.config.providers), address)
        provider += self.ledger.shared_with(address) + (request_lines(request) if request is not None else [])
        page = case_page(way, story, provider, request, self.clock.now())
        self.push_screen(Pager(address, page, hue="identifier"))

    def _note(self, address: str, what: Happened, value: str = "") -> None:
        case = self.ledger.case_for(address, what)
        if case is not None:
            self._tell_case(case, what, value, "")
