"""What stands around the list of BAL: title and sources, trouble, filter, column names, the detail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.style import Style
from textual.strip import Strip

from balt.clock import Clock
from balt.directory.model import Origin, PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Mailbox
from balt.mailboxes.news import short_news
from balt.text import cell_width, plain
from balt.tui.paint import Line, spread, strip_of, width_of, wrap
from balt.tui.theme import Look
from balt.tui.views.annuaire_detail import detail_lines, title_lines
from balt.tui.views.annuaire_pane import DetailPane
from balt.tui.views.annuaire_rows import Longest, head, since_words
from balt.units import format_count, format_date


@dataclass
class Known:
    """What the view was told, and what its filter leaves of it."""

    mailboxes: Sequence[Mailbox] = ()
    shown: Sequence[Mailbox] = ()
    situations: Sequence[PracticeSituation] = ()
    directory: DirectoryView = DirectoryView()  # noqa: RUF009 - frozen
    reading: bool = True
    filter_text: str = ""
    longest: Longest = Longest()  # noqa: RUF009 - frozen

    def addresses(self, *, followed: bool = False) -> set[str]:
        """The user's own BAL, or those of others that are followed, in lower case."""
        return {each.address.lower() for each in self.mailboxes if each.followed is followed}

    @property
    def has_source(self) -> bool:
        """Whether the directory can be asked, as far as is known: silence means that no source is set up."""
        return bool(self.directory.answers or self.directory.problem or self.reading)


def address_to_add(here: Mailbox | None) -> str:
    """The address of one's own BAL that has no account yet; "" of any other."""
    return here.address if here is not None and here.account is None and not here.followed else ""


class Viewed(Protocol):
    """What the panels draw."""

    known: Known

    @property
    def current(self) -> Mailbox | None: ...

    @property
    def pane(self) -> DetailPane: ...

    @property
    def roomy(self) -> bool: ...


class AnnuairePanels:
    """Painters for the blocks around the list."""

    def __init__(self, view: Viewed, clock: Clock) -> None:
        self._view = view
        self._clock = clock

    @property
    def _known(self) -> Known:
        return self._view.known

    def title(self, width: int, look: Look) -> list[Strip]:
        """How many BAL, and when each source of the directory was read."""
        known, muted = self._known, look.style("muted")
        left: Line = [(" " + _("Vos BAL") + "  ", look.style("identifier") + Style(bold=True))]
        own = [each for each in known.mailboxes if not each.followed]
        found = len(known.mailboxes) if known.filter_text else sum(each.counts for each in own)
        if known.filter_text:
            both = {"shown": format_count(len(known.shown)), "all": format_count(found)}
            words = _("%(shown)s sur %(all)s") % both
        elif found:
            words = ngettext("%s trouvée", "%s trouvées", found) % format_count(found)
        else:
            words = "" if known.reading else _("aucune")
        others = len(known.mailboxes) - len(own)
        if others and not known.filter_text:
            more = ngettext("%s suivie", "%s suivies", others) % format_count(others)
            words = " · ".join(part for part in (words, more) if part)
        right: Line = [(_("lecture…") + " ", look.style("attention"))] if known.reading else []
        room = width - width_of(left) - width_of(right) - cell_width(words) - 4
        left.append((" · ".join(part for part in (words, self._sources(room)) if part), muted))
        return [spread(left, right, width, look.ground_style)]

    def _sources(self, room: int) -> str:
        """When each source of the directory was read, in as many words as fit."""
        api, extraction = self._known.directory.api, self._known.directory.extraction
        long, short = [], []
        if extraction is not None:
            seen = [each.seen_on for each in extraction.entries if each.origin is Origin.EXTRACTION]
            day = format_date((max(seen) if seen else extraction.taken_at).date())
            cut = extraction.unreadable.anything
            long.append(
                (_("annuaire du %s (extraction, coupée ?)") if cut else _("annuaire du %s (extraction)"))
                % day
            )
            short.append((_("extraction du %s, coupée ?") if cut else _("extraction du %s")) % day)
        if api is not None:
            age = since_words(api.taken_at, self._clock.now())
            long.append(_("API interrogée %s") % age)
            short.append(_("API %s") % age)
        if not self._known.has_source:
            return _("aucune source de l'Annuaire Santé")
        full = " · ".join(long)
        return full if cell_width(full) <= room else " · ".join(short)

    def problem(self, width: int, look: Look) -> list[Strip]:
        """What went wrong with the directory, on two lines; the whole of it is in the detail window."""
        lines = wrap(plain(self._known.directory.trouble), max(width - 8, 10))
        if len(lines) > 2:
            lines = [lines[0], lines[1] + " …"]
        style = look.style("alert")
        return [
            strip_of([(" ▲ " if i == 0 else "   ", style), (text, style)], width, look.ground_style)
            for i, text in enumerate(lines)
        ]

    def news(self, width: int, look: Look) -> list[Strip]:
        """What appeared and vanished, and what is not compared; the detail window has it all."""
        style = look.style("attention")
        return [strip_of([(" " + text, style)], width, look.ground_style) for text in self.news_lines(width)]

    def news_lines(self, width: int) -> list[str]:
        """The same as text, on two lines at most; none where there is nothing to tell."""
        room = max(width - 2, 10)
        text = plain(short_news(self._known.directory, lambda told: len(wrap(plain(told), room)) <= 2))
        return wrap(text, room)[:2] if text else []

    def filter_line(self, width: int, look: Look) -> list[Strip]:
        """The filter that is on, and how to leave it."""
        line: Line = [(" / ", look.style("identifier")), (plain(self._known.filter_text), look.style("text"))]
        hint: Line = [(" " + _("Échap : tout montrer") + " ", look.style("muted"))]
        return [spread(line, hint, width, look.ground_style)]

    def head(self, width: int, look: Look) -> list[Strip]:
        """Column names and a rule. The table's scroll bar takes the last cell."""
        names = head(width - 1, self._known.longest)
        return [
            strip_of([(names, look.style("muted"))], width, look.ground_style),
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
        ]

    def rule(self, width: int, look: Look) -> list[Strip]:
        """What parts the list from the detail."""
        return [self._view.pane.rule_above(width, look)]

    def detail(self, width: int, look: Look) -> list[Line]:
        """The BAL under the cursor; what to do where there is none."""
        mailbox = self._view.current
        if mailbox is not None:
            lines = title_lines(mailbox, width, look) + ([[]] if self._view.roomy else [])
            return lines + detail_lines(mailbox, self._known.directory, self._clock.now(), width, look)
        return [
            [(" " + part, look.style("text"))] for said in self._nothing() for part in wrap(said, width - 2)
        ]

    def _nothing(self) -> list[str]:
        if self._known.mailboxes:
            return [_("Aucune BAL ne répond à ce filtre. Échap le retire.")]
        if self._known.reading:
            return [_("Lecture de l'annuaire et des BAL…")]
        return [
            _("Aucune BAL n'est connue ici."),
            _("+ ajoute un compte ; f cherche une BAL dans tout l'Annuaire Santé."),
        ]
