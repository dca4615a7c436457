"""Standard output: JSON, CSV, or a plain aligned table; every text in it is already safe to show."""

import csv
import io
import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from balt.cli.ending import cannot_write, give_up_output
from balt.text import cell_width, plain, sheet_cell, shorten_middle

Row = Mapping[str, object]
_GAP = "  "
_LEAST = 12


def prepare_output(options: Namespace) -> None:
    """JSON and CSV are UTF-8 whatever the terminal is; in a table what it cannot show is replaced."""
    stdout = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        if options.json or options.csv:
            stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        else:
            stdout.reconfigure(errors="replace")


def write_json(rows: Iterable[object]) -> None:
    """One list, an element a line, written as the rows come."""
    start = "[\n"
    for row in rows:
        write(start + json.dumps(_shown(row), ensure_ascii=False))
        start = ",\n"
    write("[]\n" if start == "[\n" else "\n]\n")


def _shown(value: object) -> object:
    """``value`` with every text in it safe to show: the last door before the terminal."""
    if isinstance(value, str):
        return plain(value, len(value))
    if isinstance(value, Mapping):
        return {key: _shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return value


def write_csv(rows: Iterable[Row], columns: Sequence[str], *, raw: bool) -> None:
    """A header, then the rows; texts that a spreadsheet would run get a quote mark before them."""
    writer = csv.writer(_Stdout(), lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name], raw=raw) for name in columns])


def _cell(value: object, *, raw: bool) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return plain(text, len(text)) if raw else sheet_cell(text)


class _Stdout:
    """What the csv module writes to."""

    def write(self, text: str) -> None:
        write(text)


def write(text: str) -> None:
    """Write to standard output; raises UsageError when it cannot take it (a full disk)."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up_output()
        raise cannot_write(error) from None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, figures to the right, and whether a narrow terminal may cut it."""

    heading: str
    right: bool = False
    flexible: bool = field(default=False, kw_only=True)


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Aligned columns under their headings; on a terminal, long texts are cut to its width."""
    lines = [[column.heading for column in columns], *([plain(cell) for cell in row] for row in rows)]
    widths = [max(cell_width(line[i]) for line in lines) for i in range(len(columns))]
    if sys.stdout.isatty():
        widths = _fitting(columns, widths, shutil.get_terminal_size().columns)
    for line in lines:
        cells = (_aligned(*cell) for cell in zip(line, columns, widths, strict=True))
        write(_GAP.join(cells).rstrip() + "\n")


def _aligned(text: str, column: Column, width: int) -> str:
    text = shorten_middle(text, width)
    blank = " " * (width - cell_width(text))
    return blank + text if column.right else text + blank


def _fitting(columns: Sequence[Column], widths: list[int], available: int) -> list[int]:
    """Narrower flexible columns, the widest first, until the line fits or none can give more."""
    fitted = list(widths)
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - available
    flexible = [i for i, column in enumerate(columns) if column.flexible]
    while excess > 0 and flexible:
        widest = max(flexible, key=fitted.__getitem__)
        if fitted[widest] <= _LEAST:
            break
        fitted[widest] -= 1
        excess -= 1
    return fitted


class Progress:
    """One line on standard error that replaces itself; nothing where nobody looks at it."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        """Replace what is shown."""
        if self._shown:
            text = plain(text)[: shutil.get_terminal_size().columns - 1]
            blank = " " * max(self._width - cell_width(text), 0)
            sys.stderr.write(f"\r{text}{blank}\r")
            sys.stderr.flush()
            self._width = cell_width(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self.show("")


def cleared(progress: Progress, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come; the progress line makes room for the first one."""
    for row in rows:
        progress.clear()
        yield row
