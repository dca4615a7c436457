"""Which BAL replaces one that leaves, from view 2: as its case is opened, or when another takes over."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from balt.i18n import _
from balt.tui.shell import Shell

if TYPE_CHECKING:
    from balt.mailboxes.model import Mailbox
    from balt.tui.dialogs.pick import Choice
    from balt.tui.ledger import Ledger

ADDRESS_LENGTH = 254


class Replacing(Shell):
    """The part of the app that asks for a replacement, and keeps it in the case."""

    ledger: Ledger

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    @abstractmethod
    def read_directory(self) -> None:
        """Ask the directory again."""

    def begin_departure(self, address: str) -> None:
        """Open the case of a BAL, once it is known which one replaces it; of one that is read, only once that
        is confirmed.
        """
        from balt.cases.reading import read_words
        from balt.tui.dialogs.pick import Choice, PickDialog

        said = read_words(address, self.ledger.practice())
        if not said:
            self._begin(address)
            return

        def chosen(key: str | None) -> None:
            if key == "leave":
                self._begin(address)

        choices = [Choice("keep", _("La garder")), Choice("leave", _("La dépublier quand même"))]
        hint = _("Cette BAL est encore en usage (%s). Doit-elle quitter l'annuaire ?") % said
        self.push_screen(PickDialog(_("Dépublier %s") % address, choices, hint), chosen)

    def _begin(self, address: str) -> None:
        def chosen(replacement: str) -> bool:
            kept = self.ledger.depart(address, replacement, self._refused)
            if kept:
                opened = _("Dossier ouvert. d encore : la réponse automatique, la demande.")
                self._replaced(address, replacement, [opened, *self.ledger.shared_with(address)])
            return kept

        hint = _(
            "Quelle BAL la remplace : la vôtre, ou celle de qui prend la suite ? Un dossier s'ouvre : "
            "réponse automatique, demande au fournisseur, sortie de l'annuaire. Rien n'est envoyé."
        )
        self._choose(address, _("Dépublier %s") % address, hint, chosen)

    def change_replacement(self, address: str, former: str) -> None:
        """Name another BAL in the cases of this one."""

        def chosen(replacement: str) -> bool:
            kept = self.ledger.replace(address, replacement, self._refused)
            if kept:
                words = _("%s la remplace désormais. d encore : ce qui est à refaire.")
                self._replaced(address, replacement, [words % replacement])
            return kept

        hint = _("Quelle BAL la remplace ?")
        if former:
            hint = _(
                "Aujourd'hui : %s. La réponse automatique et la demande qui la nomment seront à refaire."
            )
            hint %= former
        self._choose(address, _("BAL de remplacement de %s") % address, hint, chosen, without=(former,))

    def _choose(
        self,
        address: str,
        title: str,
        hint: str,
        chosen: Callable[[str], bool],
        without: Collection[str] = (),
    ) -> None:
        """One of the BAL known here that people may be sent to, or any address; ``chosen`` tells whether it
        was taken.
        """
        from balt.cases.replacement import replacements
        from balt.tui.dialogs.pick import Choice, PickDialog

        practice = self.ledger.practice()
        lacks = practice.directory.trust.lacks
        choices = [
            _choice(each, outside=lacks(each.address))
            for each in replacements(practice, address)
            if each.address.lower() not in without
        ]

        def picked(key: str | None) -> None:
            if key:
                chosen(key)
            elif key is not None:
                self._ask_address(title, chosen)

        another = Choice("", _("Une autre adresse…"))
        self.push_screen(PickDialog(title, [*choices, another], hint), picked)

    def _ask_address(self, title: str, chosen: Callable[[str], bool], former: str = "") -> None:
        """Any address; one that is not taken can be mended."""
        from balt.tui.dialogs.line import LineDialog

        def typed(line: str | None) -> None:
            if line is not None and not chosen(line):
                self._ask_address(title, chosen, line)

        asked = _("L'adresse MSSanté de la BAL qui la remplace.")
        self.push_screen(LineDialog(title, asked, ADDRESS_LENGTH, value=former), typed)

    def _replaced(self, address: str, replacement: str, said: list[str]) -> None:
        """Tell what was kept, what is to be known of the BAL that people are sent to, and who is sent here;
        the directory is asked about one that it was not asked about yet.
        """
        trust = self.ledger.directory.trust.warning(replacement, self.clock.now())
        doubt, _forbidden = self.ledger.against(address, replacement)
        warnings = [each for each in (trust, doubt, *self.ledger.left_alone(address)) if each]
        self.show_evidence()
        self.tell(" ".join([*said, *warnings]), grave=bool(warnings))
        if not self.ledger.asked_about(replacement):
            self.read_directory()

    def _refused(self, sentence: str) -> None:
        self.tell(sentence, grave=True)


def _choice(bal: Mailbox, *, outside: bool) -> Choice:
    """A BAL as a line to choose, with what is to be known of it."""
    from balt.mailboxes.wording import verdict_label
    from balt.tui.dialogs.pick import Choice

    told = (_("hors liste blanche") if outside else "", verdict_label(bal.finding.verdict))
    return Choice(bal.address, bal.address, " · ".join(filter(None, told)))
