"""What several hands wrote down, in one file and back: answers, situations, cases, supports.

Every store is a list of dated lines. Two copies become one by keeping the lines of both, by date: merging
twice, or in either order, gives the same, and nothing is lost. Who writes after having seen a line dates
theirs later (``mailboxes.order``), so that a clock that is ahead does not silence the others.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from balt.cases import book as cases
from balt.cases.computer import without_own_looks
from balt.cases.model import ENDS, LOOKS, Case, Event, Happened
from balt.errors import StoppedError
from balt.i18n import _, labelled
from balt.mailboxes import notebook, situation_file
from balt.mailboxes.order import rank
from balt.mailboxes.store import Shape, Store, moment
from balt.paths import private_dir, write_private
from balt.publish import tracker
from balt.publish.files import FileThereError
from balt.sheets.share_words import case_words, line_words
from balt.text import plain

FORMAT, VERSION = "balt share", 1
LARGEST = 64 * 1024 * 1024
Row = Mapping[str, Any]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of a document: the fields that date a line, that say what it is about, and that say it. With
    ``one``, only the latest line about a thing is kept (one that was taken away stays so).
    """

    name: str
    date: str
    about: tuple[str, ...]
    says: tuple[str, ...]
    one: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A store that is shared: its file, how it is kept, its lists. A further one is a line of ``STORES``."""

    file: str
    shape: Shape[Any]
    lines: tuple[Lines, ...] = ()


STORES = (
    Shared(
        "answers.json",
        notebook.SHAPE,
        (Lines("answers", "given_at", ("address", "question"), ("value", "author", "given_at")),),
    ),
    Shared(
        "situations.json",
        situation_file.SHAPE,
        (
            Lines("situations", "seen", ("id",), ("structure", "active", "removed"), one=True),
            Lines("links", "since", ("situation", "address"), ("serves",)),
            Lines("preferred", "since", ("situation", "kind"), ("address",)),
            Lines("kinds", "since", ("kind",), ("name",)),
        ),
    ),
    Shared("cases.json", cases.SHAPE),
    Shared(
        "supports.json",
        tracker.SHAPE,
        (
            Lines("supports", "noted", ("support",), ("name",)),
            Lines("carried", "noted", ("support", "address"), ("bears", "since")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a merge changes of one thing in a store: what counted before ("" for nothing), and what does, in
    the words of the file; and the same three as people read them (``told``, ``was``, ``now``).
    """

    file: str
    about: str
    before: str
    after: str
    told: str
    was: str
    now: str


class _Standing(NamedTuple):
    """What counts of a thing: in the words of the file, and in those of people."""

    said: str
    about: str
    words: str


_NOTHING = _Standing("", "", "")


def exported(folder: Path) -> bytes:
    """All stores of ``folder`` as one file. Raises StoppedError for one that cannot be read."""
    stores = {
        each.file: _document(each, _for_others(each, Store(folder / each.file, each.shape).read()))
        for each in STORES
    }
    document = {"format": FORMAT, "version": VERSION, "stores": stores}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def export(folder: Path, file: Path) -> None:
    """Write it to a new file, for its owner alone. Raises FileThereError where there is one, StoppedError."""
    content = exported(folder)
    try:
        if file.exists() or file.is_symlink():
            raise FileThereError(
                _("le fichier %s existe déjà.") % plain(str(file)), advice=_("Choisissez un autre nom.")
            )
        if not file.parent.exists():
            private_dir(file.parent)
        write_private(file, content)
    except OSError as error:
        raise _failed(file, error) from error


def read(file: Path) -> dict[str, Any]:
    """The values of another person's file, by store. Raises StoppedError: one that is damaged anywhere, or
    not of balt, is refused whole.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise _failed(file, error) from error
    try:
        if len(content) > LARGEST:
            raise ValueError(file)
        document = json.loads(content)
        if document["format"] != FORMAT or type(document["version"]) is not int:
            raise ValueError(file)
        if document["version"] > VERSION:
            raise _newer(file)
        return {
            each.file: _for_others(each, _value(each, document["stores"][each.file], file)) for each in STORES
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StoppedError(
            _("Le fichier %s est abîmé, ou ne vient pas de balt share export.") % plain(str(file)),
            advice=_("Rien n'a été repris. Demandez-en une autre copie."),
        ) from error


def merge(folder: Path, theirs: Mapping[str, Any], now: datetime, *, dry_run: bool = False) -> list[Change]:
    """Add the values of another person to the stores of ``folder``, and tell what that changes. Raises
    StoppedError: the stores before that one are merged then, and merging again goes on. What a wrong clock
    dated after ``now`` is kept, and counts for less than anything else (``mailboxes.order``).
    """
    changes = []
    mine = {each.file: Store(folder / each.file, each.shape) for each in STORES}
    before = {name: store.read() for name, store in mine.items()}  # all are sound before any is changed
    for each in STORES:
        old, other = before[each.file], theirs[each.file]
        new = merged(each, old, other, now)
        if not dry_run and new != old:
            new = mine[each.file].change(partial(merged, each, theirs=other, now=now))
        changes += _changes(each, old, new, now)
    return changes


def merged(shared: Shared, mine: Any, theirs: Any, now: datetime) -> Any:
    """Both values of a store as one. Pure; the same whichever comes first."""
    one, other = shared.shape.encode(mine), shared.shape.encode(theirs)
    if shared.shape is cases.SHAPE:
        cases_of_both = [*_rows(one, "cases"), *_rows(other, "cases")]
        document: dict[str, object] = {"cases": _merged_cases(cases_of_both, now)}
    else:
        document = {
            each.name: _merged_lines(each, [*_rows(one, each.name), *_rows(other, each.name)], now)
            for each in shared.lines
        }
    return shared.shape.decode(document)


def _merged_lines(lines: Lines, rows: Iterable[Row], now: datetime) -> list[Row]:
    different = {_canonical(row): row for row in rows}
    if lines.one:
        different = _latest_of_each(lines, different, now)
    return [
        different[key] for key in sorted(different, key=lambda key: (_rank(lines, different[key], now), key))
    ]


def _latest_of_each(lines: Lines, rows: Mapping[str, Row], now: datetime) -> dict[str, Row]:
    kept: dict[tuple[object, ...], tuple[object, ...]] = {}
    for key, row in rows.items():
        about = tuple(row[name] for name in lines.about)
        place = (row.get("removed") is not None, _rank(lines, row, now), key)
        kept[about] = max(kept.get(about, place), place)
    return {str(place[-1]): rows[str(place[-1])] for place in kept.values()}


def _merged_cases(rows: Iterable[Row], now: datetime) -> list[Row]:
    """All events about a BAL by date, cut into cases: one begins where another has ended. Of two that were
    open at the same time one is made.
    """
    place_of = partial(_place_of, now=now)
    events: dict[tuple[str, str], dict[str, Row]] = {}
    for case in rows:
        known = events.setdefault((case["kind"], case["address"]), {})
        known |= {_canonical(event): event for event in case["events"]}
    found = []
    for (kind, address), told in events.items():
        ordered = sorted(told.values(), key=place_of)
        found += [{"kind": kind, "address": address, "events": each} for each in _cut(ordered)]
    return sorted(found, key=lambda case: (place_of(case["events"][0]), case["kind"], case["address"]))


def _cut(events: Sequence[Row]) -> list[list[Row]]:
    """The cases that these events make, each with its opening first and its end last."""
    found: list[list[Row]] = []
    early: list[Row] = []
    for event in events:
        ended = bool(found) and any(each["what"] in ENDS for each in found[-1])
        if event["what"] == Happened.OPENED and (not found or ended):
            found.append([event, *early])
            early = []
        elif not found:
            early.append(event)  # dated by a clock that was wrong
        else:
            found[-1].append(event)
    return [sorted(each, key=lambda event: event["what"] in ENDS) for each in found]


def _place_of(event: Row, now: datetime) -> tuple[object, ...]:
    place = 0 if event["what"] == Happened.OPENED else 2 if event["what"] in ENDS else 1
    return rank(moment(event["at"]), now), place, _canonical(event)


def _changes(shared: Shared, old: Any, new: Any, now: datetime) -> list[Change]:
    before, after = (_standing(shared, each, now) for each in (old, new))
    found = []
    for thing, new_one in after.items():
        old_one = before.get(thing, _NOTHING)
        if old_one.said != new_one.said:
            about = new_one.about or old_one.about or thing[1]
            was = old_one.words if old_one.about in ("", about) else labelled(*old_one[1:])
            told = (thing[1], old_one.said, new_one.said, about, was, new_one.words)
            found.append(Change(shared.file, *(plain(each, 400) for each in told)))
    return found


def _standing(shared: Shared, value: Any, now: datetime) -> dict[tuple[str, str], _Standing]:
    """What counts of each thing. A thing is named with its list: a situation and its preferred BAL have the
    same words.
    """
    if shared.shape is cases.SHAPE:
        return {("cases", f"{case.address} {case.kind}"): _standing_of(case, now) for case in value}
    document: Document = shared.shape.encode(value)
    return {
        (lines.name, " ".join(filter(None, (str(row[name]) for name in lines.about)))): _Standing(
            " ".join(str(row[name]) for name in lines.says),
            *line_words(lines.name, lines.date, row, document, now),
        )
        for lines in shared.lines
        for row in document[lines.name]
    }


def _standing_of(case: Case, now: datetime) -> _Standing:
    event = _news(case)
    said = " ".join((event.what, event.value, event.author, event.at.isoformat()))
    return _Standing(said, *case_words(case, event, now))


def _news(case: Case) -> Event:
    """The latest event that told something: no look that found what the one before had found."""
    found, seen = case.events[0], dict[Happened, str]()
    for event in case.events:
        if event.what not in LOOKS or seen.get(event.what) != event.value:
            found = event
        seen[event.what] = event.value
    return found


def _for_others(shared: Shared, value: Any) -> Any:
    return without_own_looks(value) if shared.shape is cases.SHAPE else value


def _document(shared: Shared, value: Any) -> Document:
    return {"format": shared.shape.name, "version": shared.shape.version, **shared.shape.encode(value)}


def _value(shared: Shared, document: Document, file: Path) -> Any:
    if document["format"] != shared.shape.name or type(document["version"]) is not int:
        raise ValueError(shared.file)
    if document["version"] > shared.shape.version:
        raise _newer(file)
    if not shared.shape.reads(document["version"]):
        raise ValueError(shared.file)
    return shared.shape.decode(document)


def _rows(document: Document, name: str) -> list[Row]:
    found: list[Row] = document[name]
    return found


def _rank(lines: Lines, row: Row, now: datetime) -> tuple[bool, datetime]:
    return rank(moment(row[lines.date]), now)


def _canonical(row: Row) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def _newer(file: Path) -> StoppedError:
    return StoppedError(
        _("Le fichier %s a été écrit par un balt plus récent.") % plain(str(file)),
        advice=_("Rien n'a été repris. Mettez balt à jour sur cet ordinateur."),
    )


def _failed(file: Path, error: OSError) -> StoppedError:
    words = {"file": plain(str(file)), "why": plain(error.strerror or type(error).__name__)}
    return StoppedError(_("Le fichier %(file)s : %(why)s.") % words)
