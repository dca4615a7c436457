"""The tree of BAL and folders: an address with its fill level, and under it its folders with their sizes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.style import Style

from balt.config import Account, Thresholds
from balt.i18n import _
from balt.mail.model import Folder, FolderRole, Quota
from balt.mail.whole import EVERYWHERE
from balt.tui.paint import Line, bar, fit, quota_hue
from balt.tui.theme import Look
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_percent, format_size

if TYPE_CHECKING:
    from balt.mailboxes.integration import Finding


@dataclass(frozen=True, slots=True)
class Branch:
    """What the tree knows of one BAL. ``note`` replaces the bar while reading or when unreachable, and
    ``reason`` then says why. ``findings`` are what receipts say of its messages, by folder and UID, as long
    as these folders have these ``validities``.
    """

    account: Account
    folders: Sequence[Folder] = ()
    quota: Quota | None = None
    note: str = ""
    failed: bool = False
    reason: str = ""
    findings: "Mapping[tuple[str, int], Finding]" = field(default_factory=dict)
    validities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FolderRow:
    """One line of the tree: an address, its bar, a folder, or a gap (``kind``)."""

    kind: str
    address: str
    folder: Folder | None = None


class FolderRows:
    """The source of the folder table."""

    def __init__(
        self,
        branches: Mapping[str, Branch],
        opened: frozenset[str],
        current: tuple[str, str],
        thresholds: Thresholds,
        look: Callable[[], Look],
    ) -> None:
        self._branches = branches
        self._current = current
        self._opened = opened
        self._thresholds = thresholds
        self._look = look
        self.rows: list[FolderRow] = []
        for address, branch in branches.items():
            self.rows += [FolderRow("mailbox", address), FolderRow("bar", address)]
            if address in opened:
                self.rows += [FolderRow("folder", address, folder) for folder in folders_of(branch)]
            self.rows.append(FolderRow("gap", address))

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, row: int, width: int) -> Line:
        look = self._look()
        item = self.rows[row]
        if item.kind == "gap":
            return []
        if item.kind == "mailbox":
            arrow = "▾" if item.address in self._opened else "▸"
            style = look.style("strong" if item.address == self._current[0] else "text")
            return [(f" {arrow} ", look.style("muted")), (fit(item.address, width - 4, middle=True), style)]
        if item.kind == "bar":
            return self._bar(self._branches[item.address], width)
        assert item.folder is not None  # noqa: S101 - a folder row always has its folder
        here = (item.address, item.folder.name) == self._current
        size = "" if item.folder.size is None else format_size(item.folder.size, aligned=True)
        if item.folder.size is None and item.folder.messages is not None:
            size = str(item.folder.messages)
        return [
            ("   ▌" if here else "    ", look.style("entretenir")),
            (fit(item.folder.label, width - 4 - 10, middle=True), look.style("strong" if here else "text")),
            (fit(size, 9, right=True) + " ", look.style("muted")),
        ]

    def _bar(self, branch: Branch, width: int) -> Line:
        look = self._look()
        if branch.note:
            return [("   " + fit(branch.note, width - 4), look.style("alert" if branch.failed else "muted"))]
        if branch.quota is None or not branch.quota.limit:
            used = sum(f.size or 0 for f in branch.folders)
            text = format_size(used) if used else _("quota non communiqué")
            return [("   " + fit(text, width - 4), look.style("muted"))]
        percent = branch.quota.used * 100 // branch.quota.limit
        hue = quota_hue(percent, self._thresholds.quota_warning, self._thresholds.quota_alert)
        drawn = bar(branch.quota.used / branch.quota.limit, max(width - 12, 4), look, hue)
        figure = fit(format_percent(branch.quota.used, branch.quota.limit), 7, right=True)
        return [("   ", look.style("text")), *drawn, (figure, look.style(hue))]


def folders_of(branch: Branch) -> list[Folder]:
    """The folders of a BAL as the tree shows them: all at once first, where there are several."""
    folders = [folder for folder in branch.folders if folder.selectable]
    if len(folders) < 2:
        return folders
    sizes = [folder.size for folder in folders if folder.size is not None]
    counts = [folder.messages for folder in folders if folder.messages is not None]
    everywhere = Folder(
        EVERYWHERE,
        _("Tous les dossiers"),
        FolderRole.OTHER,
        messages=sum(counts) if len(counts) == len(folders) else None,
        size=sum(sizes) if len(sizes) == len(folders) else None,
    )
    return [everywhere, *folders]


class FolderTable(VirtualTable):
    """The tree; the cursor rests on addresses and folders only."""

    def move_to(self, row: int) -> None:
        source = self.source
        if not isinstance(source, FolderRows) or not source.rows:
            return
        row = min(max(row, 0), len(source.rows) - 1)
        step = 1 if row >= self.cursor else -1
        while 0 <= row < len(source.rows) and source.rows[row].kind in ("bar", "gap"):
            row += step
        if 0 <= row < len(source.rows):
            super().move_to(row)

    def ground(self, look: Look) -> Style:
        return look.panel_style

    @property
    def current(self) -> FolderRow | None:
        """The line under the cursor."""
        source = self.source
        if isinstance(source, FolderRows) and self.cursor < len(source.rows):
            return source.rows[self.cursor]
        return None
