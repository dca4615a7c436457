"""The filled sheets in a file, and what several hands wrote down: from view 1, beside the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work

from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import capital, plain
from balt.tui import signals
from balt.tui.apart import apart
from balt.tui.checking import Checking
from balt.tui.usual import USUAL_FOLDER, folder_hint
from balt.units import format_count

if TYPE_CHECKING:
    from balt.sheets.share import Change
    from balt.tui.paint import Line
    from balt.tui.theme import Look

_LONGEST = 500


class SheetFiles(Checking):
    """The part of the app that writes these files and reads them. Nothing that is there is ever replaced: for
    a name that is taken, another one is asked.
    """

    sheets_folder = USUAL_FOLDER
    """The folder to propose: the one that was used last."""

    @on(signals.AskSheets)
    def sheets_asked(self) -> None:
        """Ask where the sheets go: those of the practice, or of the BAL that is shown."""
        if not self._shown:
            self.tell(_("Rien n'est encore relevé : patientez quelques secondes."))
            return
        day = self.clock.now().astimezone().date().isoformat()
        whose = re.sub(r"[^a-z0-9.-]+", "-", self.whose.partition("@")[0].lower()).strip(".-")
        name = "-".join(part for part in (_("fiches"), whose, day) if part) + ".pdf"
        hint = _("La fin du nom en dit la forme : .pdf, .html ou .md. Rien de ce qui y est n'est remplacé.")
        self._ask_file(
            _("Les fiches remplies, dans un fichier"),
            folder_hint(hint, self.sheets_folder),
            f"{self.sheets_folder}/{name}",
            self._sheets(),
        )

    def _sheets(self) -> Callable[[Path], str]:
        """What writes the sheets as they stand now, and says where they are."""
        practice, whose, days = self.ledger.practice(), self.whose, self._days

        def write(path: Path) -> str:
            from balt.publish.files import make_folder, save
            from balt.sheets.filled.forms import in_form
            from balt.sheets.filled.model import filled
            from balt.sheets.history import dated, progress_words
            from balt.sheets.rules import checklist, evaluate_mailbox

            if whose:
                found, history = evaluate_mailbox(practice, whose), ""
            else:
                found = dated(checklist(practice), days, practice.now)
                history = progress_words(days, practice.now)
            octets = in_form(filled(found, practice.person.name, practice.now, history), path)
            make_folder(path.parent)
            save(path, octets)
            return _("Les fiches remplies sont dans %s") % plain(str(path), _LONGEST)

        return write

    @on(signals.AskShare)
    def share_asked(self) -> None:
        """To somebody, or from them."""
        from balt.tui.dialogs.pick import Choice, PickDialog

        choices = [
            Choice("give", _("Écrire dans un fichier ce qui est noté ici")),
            Choice("take", _("Reprendre le fichier d'une autre personne")),
        ]

        def chosen(key: str | None) -> None:
            if key == "give":
                self._give()
            elif key == "take":
                self._take()

        hint = _("Réponses, situations, dossiers et supports. Rien n'est perdu : le plus récent compte.")
        self.push_screen(PickDialog(_("À plusieurs"), choices, hint), chosen)

    def _give(self) -> None:
        folder = self.ledger.folder
        day = self.clock.now().astimezone().date().isoformat()

        def write(path: Path) -> str:
            from balt.sheets.share import export

            export(folder, path)
            return _("Écrit dans %s, lisible de vous seul.") % plain(str(path), _LONGEST)

        hint = _("Un fichier pour vous seul : vos mots, des adresses de BAL, aucun message.")
        value = f"{self.sheets_folder}/{_('partage')}-{day}.json"
        title = _("Ce qui est noté ici, dans un fichier")
        self._ask_file(title, folder_hint(hint, self.sheets_folder), value, write)

    def _take(self) -> None:
        def read(path: Path) -> str:
            from balt.sheets.share import merge
            from balt.sheets.share import read as read_share

            changes = merge(folder, read_share(path), now, dry_run=True)
            if not changes:
                return _("Rien de nouveau : tout y était déjà.")
            self.call_later(self._confirm_taking, path, changes)
            return ""

        folder, now = self.ledger.folder, self.clock.now()
        hint = _("Le fichier que balt a écrit sur l'autre poste. Rien ne change avant votre accord.")
        self._ask_file(_("Reprendre le fichier d'une autre personne"), hint, f"{self.sheets_folder}/", read)

    def _confirm_taking(self, path: Path, changes: list[Change]) -> None:
        from balt.tui.dialogs.pager import Pager
        from balt.tui.dialogs.pick import Choice, PickDialog

        count = len(changes)
        title = ngettext("%s chose diffère.", "%s choses diffèrent.", count) % format_count(count)
        choices = [
            Choice("see", _("Voir ce qui changerait")),
            Choice("take", _("Reprendre : le plus récent compte, tout est gardé")),
        ]

        def chosen(key: str | None) -> None:
            if key == "take":
                self._merge(path)
            elif key == "see":
                pager = Pager(title, lambda width, look: _change_lines(changes, width, look))
                self.push_screen(pager, lambda _closed: self._confirm_taking(path, changes))

        self.push_screen(PickDialog(title, choices), chosen)

    @work(group="share", description="")
    async def _merge(self, path: Path) -> None:
        from balt.sheets.share import merge, read

        folder, now = self.ledger.folder, self.clock.now()
        try:
            changes = await apart(lambda: merge(folder, read(path), now))
        except BaltError as error:
            self.tell(capital(str(error)), grave=True)
        else:
            said = ngettext("%s chose reprise.", "%s choses reprises.", len(changes))
            self.tell(said % format_count(len(changes)))
        self.ledger.load(lambda sentence: self.tell(sentence, grave=True))
        self.show_evidence()

    # A file

    def _ask_file(self, title: str, hint: str, value: str, use: Callable[[Path], str]) -> None:
        """Ask for a file; ``use`` then reads or writes it beside the screen, and returns what is to be
        said.
        """
        from balt.tui.dialogs.line import LineDialog

        def given(text: str | None) -> None:
            if text is None:
                return
            self._use_file(text, lambda other, why: self._ask_file(title, why, other, use), use)

        self.push_screen(LineDialog(title, hint, _LONGEST, value=value), given)

    @work(group="sheets", description="")
    async def _use_file(
        self, typed: str, again: Callable[[str, str], None], use: Callable[[Path], str]
    ) -> None:
        """What was asked of the file; ``again`` asks for another name where that one is taken."""
        from balt.publish.files import FileThereError

        try:
            said = await apart(lambda: use(_place(typed)))
        except FileThereError as error:
            again(str(await apart(lambda: _free(_place(typed)))), capital(error.message))
        except BaltError as error:
            self.tell(capital(str(error)), grave=True)
        except (RuntimeError, ValueError):  # ValueError: a NUL in the name
            self.tell(_("Ce dossier ne mène nulle part."), grave=True)
        else:
            self.sheets_folder = str(Path(typed).parent)
            if said:
                self.tell(said)


def _place(typed: str) -> Path:
    """What was typed, from the root. Raises RuntimeError, where "~" is of a person who is not known here."""
    return Path(typed).expanduser().absolute()


def _free(path: Path) -> Path:
    """The same name with a number, the first that no file has; as it is, where that cannot be told."""
    number = 2
    try:
        while (free := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists() or free.is_symlink():
            number += 1
    except OSError:
        return path
    return free


def _change_lines(changes: list[Change], width: int, look: Look) -> list[Line]:
    from balt.tui.paint import wrap

    lines: list[Line] = []
    for each in changes:
        lines += [[(part, look.style("text"))] for part in wrap(each.told, width - 1)]
        if each.was:
            before = _("avant : %s") % each.was
            lines += [[("  " + part, look.style("muted"))] for part in wrap(before, width - 3)]
        after = _("après : %s") % each.now
        lines += [[("  " + part, look.style("strong"))] for part in wrap(after, width - 3)]
    return lines
