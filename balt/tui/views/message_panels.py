"""The fixed lines around the message list: title, filter, column names, detail, marks and what they free."""

from typing import Protocol

from rich.style import Style
from textual.strip import Strip

from balt.i18n import _, ngettext
from balt.mail.facts import unfiled_documents
from balt.mail.listing import Listing
from balt.mail.model import Flag, Message, MessageDetail
from balt.mailboxes.grouping_words import way_name
from balt.text import plain, shorten, shorten_middle
from balt.tui.paint import Line, bar, fit, quota_hue, spread, strip_of, width_of
from balt.tui.theme import Look
from balt.tui.views import attachment_rows, group_rows
from balt.tui.views.browse import Browse
from balt.tui.views.filter_line import Typed, draw
from balt.tui.views.matching import Matches
from balt.tui.views.message_kind import kind_words, told_of
from balt.tui.views.message_rows import head, kind_label, texts_of
from balt.tui.views.message_widgets import FilterInput, MessageTable
from balt.tui.views.reading import Reading
from balt.units import format_count, format_moment, format_percent, format_size


class Viewed(Protocol):
    """What the panels draw: the state of the view, the message under its cursor, and the folder it is in."""

    browse: Browse
    reading: Reading
    sifted_by: Matches | None

    @property
    def mail(self) -> Message | None: ...

    @property
    def folder_label(self) -> str: ...
    @property
    def table(self) -> MessageTable: ...
    @property
    def filter_input(self) -> FilterInput: ...
    def has_class(self, *names: str) -> bool: ...


class MessagePanels:
    """Painters for the blocks around the list."""

    def __init__(self, view: Viewed) -> None:
        self._view = view
        self._added: tuple[Listing, int] | None = None

    @property
    def _browse(self) -> Browse:
        return self._view.browse

    def title(self, width: int, look: Look) -> list[Strip]:
        """The folder, how much it holds, and the order."""
        browse = self._browse
        folder = browse.current_folder
        name = folder.label if folder else ""
        hue = look.style("entretenir") + Style(bold=True)
        unknown = _("Réception") if browse.folder == "INBOX" else plain(browse.folder, 30)
        if browse.everywhere:
            name = _("Tous les dossiers")
        left: Line = [(" ", hue), (name or unknown, hue), ("  ", hue)]
        if browse.scope is not None:
            scope = browse.name_of_group(browse.scope.way, browse.scope.key)
            left += [("› ", hue), (shorten_middle(plain(scope), max(width // 3, 12)) + "  ", hue)]
            left.append((self._count(), look.style("muted")))
        elif (read := self._read()) and not browse.note:
            left.append((read, look.style("attention")))
        elif browse.listing is not None:
            left.append((self._held(browse.listing), look.style("muted")))
        if width < 90 and not browse.note and not self._view.reading.waiting:
            left.append((" · " + shorten_middle(browse.address, width // 3), look.style("muted")))
        if browse.as_of is not None:
            told = _("d'après l'index du %s") % format_moment(browse.as_of)
            left.append(("  " + told, look.style("attention")))
        return [self._with_note(left, width, look)]

    def _with_note(self, left: Line, width: int, look: Look) -> Strip:
        """What is going on beside the folder, and the order; where both do not fit, what is going on."""
        browse, note = self._browse, self._browse.note
        if not note and browse.scope is not None and self._view.reading.waiting:
            note = _("lecture… %(n)s à regarder") % {"n": format_count(self._view.reading.waiting)}
        right: Line = [(self._order() + " ", look.style("entretenir"))] if browse.listing is not None else []
        if not note:
            return spread(left, right, width, look.ground_style)
        if width_of([*left, ("  " + note, look.ground_style), *right]) >= width:
            right = []
        room = max(width - width_of([*left, *right]) - 1, 1)
        told: Line = [*left, (shorten("  " + note, room), look.style("attention"))]
        return spread(told, right, width, look.ground_style)

    def _order(self) -> str:
        """How what is shown is put together and sorted."""
        browse = self._browse
        if browse.attachments is not None:
            return _("pièces jointes par taille ▼")
        if browse.way is None or not browse.in_groups:
            return browse.order.label()
        return f"{way_name(browse.way)}, {browse.group_order.label(browse.way)}"

    def _read(self) -> str:
        """How many messages were read of those that groups are made of; "" when nothing waits."""
        rows, waiting = self._browse.rows, self._view.reading.waiting
        if not self._browse.in_groups or not waiting:
            return ""
        total = max(len(rows) if rows is not None else 0, waiting)
        told = {"n": format_count(total - waiting), "total": format_count(total)}
        return _("%(n)s messages sur %(total)s lus") % told

    def _held(self, listing: Listing) -> str:
        """How much a folder holds; its octets once every message is listed."""
        number = max(listing.expected, len(listing))
        count = ngettext("%s message", "%s messages", number) % format_count(number)
        return f"{count} · {format_size(self._total(listing))}" if listing.is_whole else count

    def _total(self, listing: Listing) -> int:
        """The octets of a listing, added up once."""
        if self._added is None or self._added[0] is not listing:
            self._added = (listing, listing.total_size())
        return self._added[1]

    def filter_line(self, width: int, look: Look) -> list[Strip]:
        """The filter and what it keeps, or how to write one; what is proposed while it is typed."""
        browse = self._browse
        if self._view.has_class("filtering"):
            return self._typed(width, look)
        base = look.ground_style
        muted = look.style("muted")
        if browse.problem:
            problem = shorten(browse.problem, width - 4)
            return [strip_of([(" / ", look.style("alert")), (problem, look.style("alert"))], width, base)]
        if not browse.filter_text:
            hint = _("filtrer : older:2y  larger:5M  from:labo  has:xdm  is:read")
            return [strip_of([(" / ", muted), (hint, muted)], width, base)]
        left: Line = [
            (" / ", look.style("entretenir")),
            (browse.filter_text, look.style("text") + Style(underline=True)),
        ]
        return [spread(left, self._kept(muted), width, base)]

    def _typed(self, width: int, look: Look) -> list[Strip]:
        browse, line = self._browse, self._view.filter_input
        typed = Typed(
            line.value, line.indent, line.offered, browse.filter, browse.problem, browse.wrong, self._so_far()
        )
        return draw(typed, width, look)

    def _so_far(self) -> str:
        """What the filter keeps as it stands; "" where that is not known."""
        rows, waiting = self._browse.rows, self._view.reading.waiting
        if rows is None or self._browse.problem:
            return ""
        if self._view.sifted_by is not self._browse.matches:
            return "…"
        told = ngettext("%s message", "%s messages", len(rows)) % format_count(len(rows))
        told = f"{told}, {format_size(rows.size)}"
        if waiting:
            told = _("lecture… %(n)s à regarder ·") % {"n": format_count(waiting)} + f" {told}"
        return told

    def _kept(self, style: Style) -> Line:
        rows = self._browse.rows
        if rows is None:
            return []
        waiting = self._view.reading.waiting
        told = f" {self._count()} "
        if waiting:
            told = " " + _("lecture… %(n)s à regarder ·") % {"n": format_count(waiting)} + told
        return [(told, style)]

    def _count(self) -> str:
        """How many messages are in the list, and their octets."""
        rows = self._browse.rows
        return f"{format_count(len(rows))} · {format_size(rows.size)}" if rows is not None else ""

    def head(self, width: int, look: Look) -> list[Strip]:
        """Column names and a rule. The table's scroll bar takes the last cell."""
        rule: Line = [("─" * width, look.style("rule"))]
        browse = self._browse
        if browse.way is not None and browse.in_groups:
            names = group_rows.head(width - 1, look, browse.way)
        else:
            names = (attachment_rows.head if browse.attachments is not None else head)(width - 1, look)
        return [strip_of(line, width, look.ground_style) for line in (names, rule)]

    def detail(self, width: int, look: Look) -> list[Strip]:
        """The message under the cursor: from, subject, attachments, what it is; or the group."""
        base = look.ground_style
        lines: list[Line] = [[("─" * width, look.style("rule"))]]
        if self._browse.in_groups:
            rule = [] if self._view.has_class("low") else lines
            return [strip_of(line, width, base) for line in [*rule, *self._group(width, look)]]
        mail = self._view.mail
        if self._view.has_class("low"):
            return [strip_of([(" " + fit(self._why(mail), width - 2), look.style("muted"))], width, base)]
        if mail is not None and mail.detail is None and mail.facts is not None:
            shown = fit(kind_label(mail.facts), width - 12)
            lines.append([(" " + fit(_("Type"), 9), look.style("muted")), (shown, look.style("text"))])
        if mail is not None and mail.detail is not None:
            sender, subject = texts_of(mail, masked=self._browse.masked, discreet=self._browse.discreet)
            full = sender
            if not self._browse.hides_text and mail.detail.sender_name:
                full = f"{mail.detail.sender_name} <{sender}>"
            text = look.style("text")
            facts = (
                (_("De"), full, text),
                (_("Objet"), subject, text + Style(bold=True)),
                (_("Pièces"), self._parts(mail.detail), text),
                (_("Type"), self._what(mail), text),
                (_("Accusé"), self._told(), text),
            )
            for label, value, style in facts[: 5 if facts[-1][1] else 4]:
                shown = fit(value, width - 12, middle=label != _("Objet"))
                lines.append([(" " + fit(label, 9), look.style("muted")), (shown, style)])
        return [strip_of(line, width, base) for line in lines]

    def _group(self, width: int, look: Look) -> list[Line]:
        groups, row = self._browse.groups, self._view.table.cursor
        if groups is None or row >= len(groups):
            return []
        label, text = look.style("muted"), look.style("text")
        facts = groups.facts(row)
        if self._view.has_class("low"):
            told = " · ".join(value for _name, value in facts[1:])
            return [[(" " + fit(told, width - 2), label)]]
        return [
            [(" " + fit(name, 12), label), (fit(value, width - 15, middle=True), text)]
            for name, value in facts
        ]

    def _parts(self, detail: MessageDetail) -> str:
        if not detail.attachments:
            return _("aucune")
        if self._browse.hides_text:
            shown = [f"{a.content_type} {format_size(a.size)}" for a in detail.attachments]
        else:
            shown = [f"{a.filename or a.content_type} {format_size(a.size)}" for a in detail.attachments]
        return " · ".join(shown)

    def _told(self) -> str:
        """What receipts say of the message under the cursor."""
        place = self._browse.place_at(self._view.table.cursor)
        return told_of(self._browse, place) if place is not None else ""

    def _why(self, mail: Message | None) -> str:
        """What the message is, and why, where there is one line for it."""
        if mail is None or mail.detail is None:
            return kind_label(mail.facts) if mail is not None and mail.facts is not None else ""
        return " · ".join(filter(None, (mail.detail.reason or kind_label(mail.detail), self._told())))

    def _what(self, mail: Message) -> str:
        assert mail.detail is not None  # noqa: S101 - only called once the detail is known
        words = kind_words(mail.detail)
        if mail.flags & Flag.INTEGRATED:
            words.append(_("marqué intégré au logiciel métier"))
        elif mail.detail.holds_document:
            words.append(_("pas marqué intégré"))
        if not mail.flags & Flag.SEEN:
            words.append(_("non lu"))
        if self._browse.everywhere:
            words.append(_("dans « %(folder)s »") % {"folder": self._view.folder_label})
        return " · ".join(words)

    def foot(self, width: int, look: Look) -> list[Strip]:
        """What is marked, the quota, and what an act on the marks would change."""
        browse = self._browse
        base = look.panel_style
        marked, size = len(browse.marks), browse.marks.size
        left: Line = []
        if browse.range_from is not None:
            left.append((" " + _("plage en cours : v pour la marquer") + " ", look.style("attention")))
        elif marked:
            count = ngettext("%s marqué", "%s marqués", marked) % format_count(marked)
            left.append((f" {count}, {format_size(size)}  ", look.style("entretenir") + Style(bold=True)))
        quota = browse.quota
        unfiled = "" if marked or browse.listing is None else _unfiled(browse.listing)
        right: Line = [(unfiled + " ", look.style("attention"))] if unfiled else []
        if quota is None or not quota.limit:
            left = left or [(" " + _("quota non communiqué"), look.style("muted"))]
            return [spread(left, right, width, base)]
        percent = quota.used * 100 // quota.limit
        limits = browse.config.thresholds
        fill = quota_hue(percent, limits.quota_warning, limits.quota_alert)
        drawn = bar(quota.used / quota.limit, 16 if width >= 90 else 6, look, fill)
        left += [(" " + _("quota") + " ", look.style("muted")), *drawn, (" ", base)]
        sentence = self._effect(size) if marked else self._fill()
        left.append((" " + fit(sentence, width - width_of(left) - 1).rstrip(), look.style(fill)))
        if width_of(left) + width_of(right) >= width:
            right = []
        return [spread(left, right, width, base)]

    def _fill(self) -> str:
        quota = self._browse.quota
        assert quota is not None  # noqa: S101 - asked by the caller
        used, limit = format_size(quota.used), format_size(quota.limit)
        return _("%(percent)s · %(used)s sur %(limit)s") % {
            "percent": format_percent(quota.used, quota.limit),
            "used": used,
            "limit": limit,
        }

    def _effect(self, size: int) -> str:
        """Moving to the trash frees nothing: said as long as it is so."""
        quota = self._browse.quota
        assert quota is not None  # noqa: S101 - asked by the caller
        now = format_percent(quota.used, quota.limit)
        after = format_percent(max(quota.used - size, 0), quota.limit)
        if self._browse.in_trash:
            return _("supprimer : %(now)s → %(after)s") % {"now": now, "after": after}
        return _("corbeille : %(now)s, puis %(after)s une fois vidée") % {"now": now, "after": after}


def _unfiled(listing: Listing) -> str:
    """How many documents of a listing are not marked integrated, as far as it was read; "" for none."""
    count, unread = unfiled_documents(listing.facts, listing.flags)
    if not count:
        return ""
    if unread:
        words = ngettext("document non intégré : au moins %s", "documents non intégrés : au moins %s", count)
    else:
        words = ngettext("document non intégré : %s", "documents non intégrés : %s", count)
    return words % format_count(count)
