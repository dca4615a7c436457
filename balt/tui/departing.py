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
from balt.tui.paint import Line, wrap
from balt.tui.replying import Replying
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cases.model import Case, Happened
    from balt.cases.recovery import Recovery
    from balt.cases.request import Request
    from balt.mail.model import Folder
    from balt.mail.sessions import MailSession
    from balt.mailboxes.model import Mailbox
    from balt.mailboxes.worker import Cancelled
    from balt.tui.dialogs.pager import Writer
    from balt.tui.dialogs.pick import Choice
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger
    from balt.tui.theme import Look


class Departing(Replying, Correspondents):
    """The part of the app that follows cases; what it knows and whom it asks are the app's."""

    ledger: Ledger
    engine: Engine

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    @on(signals.AskDeparture)
    def departure_asked(self, event: signals.AskDeparture) -> None:
        """What can be done next for this BAL."""
        case = self.ledger.case_of(event.address)
        if case is None:
            self._choose_replacement(event.address)
        else:
            self._choose_step(case)

    @on(events.DraftSaved)
    def draft_saved(self, event: events.DraftSaved) -> None:
        """The request is in the drafts: that is noted."""
        from balt.cases.model import Channel, Happened

        words = _("La demande est dans « %s » : relisez-la, complétez-la, envoyez-la.") % event.folder
        self._note(event.address, Happened.REQUESTED, Channel.DRAFT.value, words)

    def _choose_replacement(self, address: str) -> None:
        from balt.cases.autoreply.reply import is_mssante
        from balt.mailboxes.model import Verdict
        from balt.mailboxes.wording import verdict_label
        from balt.tui.dialogs.pick import Choice, PickDialog

        leaving = (Verdict.LEAVING, Verdict.TO_DELETE, Verdict.DELETED)
        practice = self.ledger.practice()
        trust = practice.directory.trust

        def known(each: Mailbox) -> str:
            outside = _("hors liste blanche") if trust.lacks(each.address) else ""
            return " · ".join(filter(None, (outside, verdict_label(each.finding.verdict))))

        choices = [
            Choice(each.address, each.address, known(each))
            for each in practice.mailboxes
            if each.address.lower() != address.lower()
            and is_mssante(each.address)
            and each.finding.verdict not in leaving
        ]
        if not choices:
            self.tell(_("Aucune autre BAL MSSanté n'est connue ici pour la remplacer : + en ajoute une."))
            return
        hint = _(
            "Quelle BAL la remplace ? Un dossier s'ouvre : réponse automatique, demande au fournisseur, "
            "sortie de l'annuaire. Rien n'est envoyé."
        )

        def chosen(replacement: str | None) -> None:
            if replacement is not None and self.ledger.depart(address, replacement, self._grave):
                self.show_evidence()
                warning = trust.warning(replacement, self.clock.now())
                opened = _("Dossier ouvert. d encore : la réponse automatique, la demande.")
                self.tell(" ".join(filter(None, (opened, warning))), grave=bool(warning))

        self.push_screen(PickDialog(_("Dépublier %s") % address, choices, hint), chosen)

    def _choose_step(self, case: Case) -> None:
        from balt.cases.steps import Known, StepState, steps_of
        from balt.cases.words import step_label
        from balt.tui.dialogs.pick import PickDialog

        steps = steps_of(case, Known(), self.clock.now())
        waiting = [each for each in steps if each.state is not StepState.DONE]
        hint = ""
        if waiting:
            hint = _("Ensuite : %(step)s, %(said)s") % {
                "step": step_label(waiting[0].name),
                "said": waiting[0].said,
            }

        def chosen(key: str | None) -> None:
            if key is not None:
                self._do(case, key)

        choices = self._choices(case, ended=not waiting)
        self.push_screen(PickDialog(case.address, choices, hint), chosen)

    def _choices(self, case: Case, *, ended: bool) -> list[Choice]:
        """What can be done for a case now."""
        from balt.cases.model import CaseKind, Happened
        from balt.cases.steps import is_gone
        from balt.tui.dialogs.pick import Choice

        opens = self._opens(case.address)
        choices = [Choice("read", _("Lire le dossier et la demande"))]
        if opens:
            choices.append(Choice("draft", _("Mettre la demande dans les brouillons de cette BAL")))
        if case.kind is CaseKind.DEPUBLICATION:
            choices.append(Choice("reply", _("Réponse automatique : l'installer, la voir, la retirer")))
        if self._reads(case.address):
            choices.append(Choice("writers", _("Voir qui écrit encore : les correspondants à prévenir")))
        choices.append(Choice("answered", _("Noter : le fournisseur a répondu")))
        if case.kind is CaseKind.DELETION:
            if case.last(Happened.REQUESTED) is not None:
                choices.append(Choice("deleted", _("Noter : la BAL n'existe plus")))
        else:
            choices.append(Choice("autoreply", _("Noter : une réponse automatique est en service")))
        if case.kind is CaseKind.DEPUBLICATION and is_gone(case):
            if opens:
                choices.append(Choice("recovered", _("Demander sa suppression : tout est dans l'archive")))
            choices.append(Choice("nothing", _("Demander sa suppression : rien n'est à garder")))
        end = ("close", _("Clore ce dossier")) if ended else ("abandon", _("Abandonner ce dossier"))
        return [*choices, Choice(*end)]

    def _do(self, case: Case, key: str) -> None:
        """What was chosen."""
        from balt.cases.model import Happened, Reply

        told = {
            "answered": (Happened.ANSWERED, ""),
            "autoreply": (Happened.AUTO_REPLY, Reply.BY_HAND.value),
            "deleted": (Happened.DELETED, ""),
            "close": (Happened.CLOSED, ""),
            "abandon": (Happened.ABANDONED, ""),
        }
        if key in told:
            self._note(case.address, *told[key])
        elif key == "read":
            self._read_case(case)
        elif key == "draft":
            self._save_draft(case)
        elif key == "reply":
            self.open_reply(case)
        elif key == "writers":
            self.look_who_writes(case)
        elif key == "recovered":
            self._recover(case)
        else:
            self._nothing_to_keep(case)

    def _recover(self, case: Case) -> None:
        """Whether the whole BAL is in the archive; its deletion is unlocked then."""
        place = Path(self.engine.archives)
        if not place.is_dir():
            words = _("Rien n'est encore archivé dans %s : A archive des messages, dans la vue 3.")
            self._grave(words % plain(str(place)))
            return

        def job(session: MailSession, _cancelled: Cancelled) -> Recovery:
            from balt.cases.recovery import recovery_of

            return recovery_of(session, place, self.clock)

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

        mailbox = self.ledger.practice().mailbox(case.address)
        entries = mailbox.entries if mailbox is not None else ()
        kind = (mailbox.kind if mailbox is not None else case.bal_kind) or case.bal_kind
        contact = contact_of(case.address, self.config.providers) or Contact()
        return request_of(case, entries, kind, self.config.person, contact, self.clock.now())

    def _read_case(self, case: Case) -> None:
        from balt.tui.dialogs.pager import Pager

        mailbox = self.ledger.practice().mailbox(case.address)
        story = mailbox.story if mailbox is not None else ()
        page = _case_page(case, story, self._request(case), self)
        self.push_screen(Pager(case.address, page, hue="identifier"))

    def _save_draft(self, case: Case) -> None:
        from balt.cases.model import CaseKind, Happened

        octets = self._request(case).octets(self.clock.now())
        kept = case.last(Happened.KEPT) if case.kind is CaseKind.DELETION else None
        account = self.config.account(case.address)

        def job(session: MailSession, _cancelled: Cancelled) -> Folder:
            from balt.cases.drafts import save_draft
            from balt.cases.recovery import need_whole, recovery_of

            if kept is not None:  # mail may have come since: it would be lost
                place = Path(kept.value)
                need_whole(recovery_of(session, place, self.clock), account.address, place)
            return save_draft(session, octets, self.engine.acts.journal)

        def done(folder: Folder) -> None:
            self.post_message(events.DraftSaved(case.address, folder.label))

        self.engine.submit(account.address, job, done, self._failed, URGENT, "draft")

    def _failed(self, error: BaltError) -> None:
        self.post_message(events.Problem(error))

    def _note(self, address: str, what: Happened, value: str = "", said: str = "") -> None:
        case = self.ledger.case_of(address)
        if case is not None and self.ledger.tell_case(case, what, value, self._grave):
            self.show_evidence()
            self.tell(said or _("Noté au dossier."))

    def _grave(self, sentence: str) -> None:
        self.tell(sentence, grave=True)


def _case_page(case: Case, story: tuple[str, ...], request: Request, app: Departing) -> Writer:
    """The steps, what happened, and the request."""
    from balt.cases import words
    from balt.cases.contacts import contact_of
    from balt.cases.steps import Known, steps_of

    steps = steps_of(case, Known(), app.clock.now())
    contact = contact_of(case.address, app.config.providers)

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for step in steps:
            text = f"{words.SIGNS[step.state]} {words.step_line(step)}"
            lines += [[(part, look.style("text"))] for part in wrap(plain(text), width - 2)]
        lines += [[], [(_("Ce qui s'est passé"), look.style("strong"))]]
        lines += [[(part, look.style("text"))] for told in story for part in wrap(plain(told), width - 2)]
        lines += [[], [(_("La demande"), look.style("strong"))]]
        told = words.contact_lines(contact, case.address)
        lines += [[(part, look.style("muted"))] for each in told for part in wrap(plain(each), width - 2)]
        lines.append([])
        for line in request.text().splitlines():
            lines += [[(part, look.style("text"))] for part in wrap(plain(line), width - 2)] or [[]]
        return lines

    return write
