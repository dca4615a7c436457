"""The window of one attached document: what is known of it, what a zip holds, its text. All of it inert."""

from __future__ import annotations

from textual import on
from textual.message import Message

from balt.i18n import _
from balt.mail.documents.kinds import DocumentKind
from balt.mail.documents.model import DocumentView, Member
from balt.tui.dialogs.pager import Pager, Writer
from balt.tui.documents import Documents, MessagePlace, Opened
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look
from balt.units import format_size

_LABEL = 13
_MOST_LINES_OF_A_FACT = 3


class DocumentPager(Pager):
    """Opens at once, asks for the part, and shows it when it is there. Leaving stops the reading."""

    class Arrived(Message):
        """The document was read, or will not be: a sentence then."""

        def __init__(self, told: DocumentView | str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, documents: Documents, place: MessagePlace, number: str, name: str) -> None:
        super().__init__(_("Pièce jointe"), document_page(_waiting(name)), hue="entretenir")
        self._documents = documents
        self._place = place
        self._number = number
        self._shown_name = name
        self._opened: Opened | None = None

    def on_mount(self) -> None:
        self._opened = self._documents.read(self._place, self._number, self._tell)

    def on_unmount(self) -> None:
        if self._opened is not None:
            self._opened.cancel()

    def _tell(self, told: DocumentView | str) -> None:
        self.post_message(self.Arrived(told))

    @on(Arrived)
    def show(self, event: Arrived) -> None:
        told = event.told
        view = DocumentView(self._shown_name, warnings=(told,)) if isinstance(told, str) else told
        self.rewrite(document_page(view))


def _waiting(name: str) -> DocumentView:
    return DocumentView(name, lines=(_("lecture…"),))


def document_page(view: DocumentView) -> Writer:
    """A document, from top to bottom."""

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = [[(part, look.style("strong"))] for part in wrap(view.title, width)]
        lines += _facts(view.facts, width, look)
        if view.members:
            lines += [[], [(_("Contenu du zip"), look.style("muted"))]]
            for member in view.members:
                lines += _member(member, width, look)
        if view.warnings:
            lines.append([])
        for warning in view.warnings:
            lines += [[(part, look.style("attention"))] for part in wrap(warning, width)]
        if view.lines:
            lines += [[("─" * width, look.style("rule"))], []]
            lines += _text(view, width, look)
        if view.truncated:
            told = _("Le texte est plus long ; la suite n'est pas montrée.")
            lines += [[], *([(part, look.style("attention"))] for part in wrap(told, width))]
        return lines

    return write


def _facts(facts: tuple[tuple[str, str], ...], width: int, look: Look) -> list[Line]:
    lines: list[Line] = []
    for label, value in facts:
        for i, part in enumerate(wrap(value, width - _LABEL - 1)[:_MOST_LINES_OF_A_FACT]):
            name = fit(label if i == 0 else "", _LABEL) + " "
            lines.append([(name, look.style("muted")), (part, look.style("text"))])
    return lines


def _member(member: Member, width: int, look: Look) -> list[Line]:
    size = fit(format_size(member.size, aligned=True), 9, right=True)
    kind = fit(_kind(member.kind), 6)
    name = fit(member.name, width - 20, middle=True)
    muted = look.style("muted")
    first: Line = [("  " + name + " ", look.style("text")), (kind, muted), (size, muted)]
    refusal = wrap(member.refusal, width - 4) if member.refusal else []
    return [first, *([("    " + part, look.style("attention"))] for part in refusal)]


def _kind(kind: DocumentKind) -> str:
    if kind is DocumentKind.IMAGE:
        return _("image")
    return _("texte") if kind is DocumentKind.TEXT else kind.name if kind is not DocumentKind.OTHER else ""


def _text(view: DocumentView, width: int, look: Look) -> list[Line]:
    lines: list[Line] = []
    for number, line in enumerate(view.lines):
        style = look.style("strong" if number in view.headings else "text")
        text = line.lstrip(" ")
        indent = " " * min(len(line) - len(text), width // 2)
        lines += [[(indent + part, style)] for part in wrap(text, width - len(indent))]
    return lines
