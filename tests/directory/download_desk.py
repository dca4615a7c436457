"""Where tests download to: one folder, again and again."""

from pathlib import Path

from balt.directory.download import LIMITS, Download, Marks
from balt.directory.patience import Patience
from balt.directory.sources import Source


class Desk:
    """Downloads into one folder, again and again."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.file = folder / "download"
        self._source = source
        self.told: list[tuple[int, int]] = []

    def fetch(self, known: Marks | None = None) -> Marks | None:
        ticks = iter(range(10**9))
        patience = Patience(LIMITS, None, lambda: next(ticks) / 1e4, lambda _seconds: None)
        download = Download(self._source, self.file, patience)
        return download.fetch(known or Marks(), lambda *at: self.told.append(at))
