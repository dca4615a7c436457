"""The keys of view 4 that hand out, and note where it was told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from balt.errors import BaltError
from balt.i18n import _
from balt.publish.standings import Place, Standing
from balt.publish.tracker import OWN
from balt.text import plain
from balt.tui import signals
from balt.tui.paint import Line, wrap
from balt.tui.theme import Look
from balt.tui.usual import folder_hint
from balt.tui.views.situation_out import OutRow, code_lines, handout_label, is_code, standing_words

if TYPE_CHECKING:
    from balt.mailboxes.practice import Practice
    from balt.mailboxes.supports import Support
    from balt.publish.handouts import Handout, Kind
    from balt.tui.dialogs.pick import Choice
    from balt.tui.views.situation_out import Occasion
    from balt.tui.views.situation_rows import Cell, Matrix, SituationRow
    from balt.tui.widgets.virtual_table import VirtualTable

_ALL: tuple[Kind, ...] = (
    *("signature", "signature_html", "letter", "prescription", "post"),
    *("vcard", "vcard3", "qr", "qr_svg", "sheet", "request"),
)


class HandoutKeys(Widget):
    """What the user does with what is handed out; what there is to be done with is the view's."""

    if TYPE_CHECKING:  # what SituationsView adds
        practice: Practice | None
        matrix: Matrix
        chosen_folder: str
        offered: list[OutRow]
        _tongue: str

        @property
        def table(self) -> VirtualTable: ...
        @property
        def offers(self) -> VirtualTable: ...
        @property
        def row(self) -> SituationRow | None: ...
        @property
        def cell(self) -> Cell | None: ...
        @property
        def out(self) -> OutRow | None: ...
        def occasion(self) -> Occasion | None: ...
        def handout(self, kind: Kind | None = None) -> Handout | BaltError | None: ...
        def why_not(self, name: str) -> str: ...
        def renew(self) -> None: ...
        def restyle(self) -> None: ...

    # What is handed out

    def action_turn(self) -> None:
        """The next thing to hand out, whichever list has the keys."""
        if not self._refuses("turn"):
            self.offers.move_to((self.offers.cursor + 1) % max(len(self.offers.source), 1))

    def action_tongue(self) -> None:
        """The other language, for what is handed out alone."""
        if not self._refuses("tongue"):
            self._tongue = "en" if self._tongue == "fr" else "fr"
            self.restyle()

    def action_copy(self) -> None:
        occasion, out = self.occasion(), self.out
        if self._refuses("copy") or occasion is None or out is None:
            return
        body = self.handout()
        if isinstance(body, BaltError):
            self.post_message(signals.Say(str(body), grave=True))
            return
        if body is not None and (is_code(body.kind) or body.kind == "sheet"):
            self.post_message(signals.Say(_("Ceci ne se copie pas : s l'enregistre dans un fichier.")))
            return
        self.app.copy_to_clipboard(occasion.address if body is None else body.text)
        what = _("Adresse") if body is None or out.kind is None else handout_label(out.kind)
        said = _("Copié, si votre terminal le permet : %s. Sinon, s l'enregistre.") % what
        self.post_message(signals.Say(said))

    def action_read(self) -> None:
        """All of it, where the preview is too small."""
        body, occasion = self.handout(), self.occasion()
        if self._refuses("read") or body is None or occasion is None:
            return
        if isinstance(body, BaltError):
            self.post_message(signals.Say(str(body), grave=True))
            return
        from balt.tui.dialogs.pager import Pager

        def write(width: int, look: Look) -> list[Line]:
            if is_code(body.kind):
                return code_lines(body.text)
            texts = [*body.text.splitlines(), *(["", *body.warnings] if body.warnings else [])]
            return [
                [(part, look.style("text"))] for text in texts for part in wrap(plain(text, 4000), width - 1)
            ]

        self.app.push_screen(Pager(handout_label(body.kind), write, hue="valoriser"))

    def action_code(self) -> None:
        if self._refuses("code"):
            return
        found = [(said, self.handout(kind)) for said, kind in _codes()]
        broken = next((each for _said, each in found if isinstance(each, BaltError)), None)
        if broken is not None:
            self.post_message(signals.Say(str(broken), grave=True))
            return
        from balt.tui.dialogs.code import CodeDialog

        codes = [
            (said, each.text) for said, each in found if each is not None and not isinstance(each, BaltError)
        ]
        self.app.push_screen(CodeDialog(codes))

    def action_save(self) -> None:
        if self._refuses("save"):
            return
        from balt.tui.dialogs.pick import Choice, PickDialog

        out = self.out
        what = handout_label(out.kind) if out is not None and out.kind is not None else ""
        choices = [
            Choice("one", _("Ceci seulement : %s") % what),
            Choice("all", _("Tout ce qui se diffuse pour cette BAL")),
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._ask_folder(everything=key == "all")

        self.app.push_screen(PickDialog(_("Enregistrer dans des fichiers"), choices), chosen)

    def _ask_folder(self, *, everything: bool) -> None:
        from balt.tui.dialogs.line import LineDialog

        def given(folder: str | None) -> None:
            if folder is not None:
                self.chosen_folder = folder
                self._save(folder, everything=everything)

        hint = folder_hint(_("Le dossier. Rien de ce qui y est n'est remplacé."), self.chosen_folder)
        dialog = LineDialog(_("Enregistrer dans"), hint, 500, value=self.chosen_folder)
        self.app.push_screen(dialog, given)

    def _save(self, folder: str, *, everything: bool) -> None:
        if self._refuses("save"):  # the templates may have gone since the question
            return
        from balt.publish.files import save_in

        out = self.out
        kinds = _ALL if everything else (out.kind,) if out is not None else ()
        found = [each for kind in kinds if kind is not None and (each := self.handout(kind)) is not None]
        try:
            place = Path(folder).expanduser().absolute()
            for each in found:
                if isinstance(each, BaltError):
                    raise each
            written = save_in(place, [each for each in found if not isinstance(each, BaltError)])
        except BaltError as error:
            self.post_message(signals.Say(str(error), grave=True))
        except RuntimeError:  # "~" of a person who is not known here
            self.post_message(signals.Say(_("Ce dossier ne mène nulle part."), grave=True))
        else:
            names = ", ".join(each.name for each in written)
            words = {"folder": plain(str(place), 200), "names": plain(names, 300)}
            self.post_message(signals.Say(_("Enregistré dans %(folder)s : %(names)s") % words))

    # The supports

    def action_tracker(self) -> None:
        """Note which support bears the preferred BAL."""
        occasion = self.occasion()
        if self._refuses("tracker") or occasion is None:
            return
        from balt.tui.dialogs.pick import Choice, PickDialog

        rows = {support.id: (row, support) for row, support in self._supports()}
        choices = [_support_choice(*each) for each in rows.values()]
        choices.append(Choice("", _("Suivre un autre support…")))

        def chosen(key: str | None) -> None:
            if key == "":
                self._new_support()
            elif key is not None and (place := rows[key][0].place) is not None:
                self._note(place)

        hint = _(
            "Choisir note qu'il porte cette adresse depuis aujourd'hui ; encore : qu'il ne la porte plus."
        )
        here = next((i for i, each in enumerate(rows.values()) if each[0] is self.out), 0)
        dialog = PickDialog(_("Qui porte %s ?") % occasion.address, choices, hint, cursor=here)
        self.app.push_screen(dialog, chosen)

    def _supports(self) -> Sequence[tuple[OutRow, Support]]:
        return [(each, each.support) for each in self.offered if each.support is not None]

    def _note(self, place: Place) -> None:
        support, left = place.support.id, set[str]()
        if place.standing is Standing.OLD and self.practice is not None:
            from balt.publish.standings import stray

            left = {each.address for each in stray(self.practice) if each.support == support}
        for address in left:
            self.post_message(signals.NoteSupport(support, address, bears=False))
        if place.address not in left:
            bears = place.standing is not Standing.CARRIED
            self.post_message(signals.NoteSupport(support, place.address, bears=bears))

    def _new_support(self) -> None:
        from balt.tui.dialogs.line import LineDialog

        def given(name: str | None) -> None:
            if name is not None:
                self.post_message(signals.AddSupport(name))

        hint = _("Plaque, site du cabinet, répondeur… : son nom, en quelques mots.")
        self.app.push_screen(LineDialog(_("Nouveau support"), hint, 60), given)

    def action_drop(self) -> None:
        """Follow a support of the user's own no longer."""
        out = self.out
        if out is None or out.support is None or not out.support.id.startswith(OWN):
            self.post_message(
                signals.Say(_("Seul un support à vous peut être ôté : placez-vous dessus (Tab)."))
            )
        else:
            self.post_message(signals.RemoveSupport(out.support.id))

    def _refuses(self, name: str) -> bool:
        reason = self.why_not(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)


def _codes() -> tuple[tuple[str, Kind], ...]:
    """The codes to show, the fullest first: what each does for who reads it, and its kind."""
    return (
        (_("Ce code ajoute votre carte de visite. Échap ferme."), "qr"),
        (_("Ce code ouvre un message à cette adresse. Échap ferme."), "qr_mail"),
    )


def _support_choice(row: OutRow, support: Support) -> Choice:
    from balt.tui.dialogs.pick import Choice

    sign, said, _hue = standing_words(row.place, wide=True)
    carried = row.place is not None and row.place.standing is Standing.CARRIED
    return Choice(support.id, support.label, said if carried else f"{sign} {said}".rstrip(), carried)
