"""The cases of this user in one small file, each event added and none changed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from balt.cases.model import Case, CaseKind, Event, Happened, open_case
from balt.clock import Clock
from balt.directory.model import BalKind
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Publication
from balt.mailboxes.order import after
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words
from balt.text import plain

NOTE_LENGTH = 500
"""Characters of a note that are kept."""

Cases = tuple[Case, ...]


class CaseBook:
    """The cases in ``folder`` / ``cases.json``. ``author`` is who tells from here, as it is written beside
    each event; ``wait`` is how many seconds a change waits for another balt that writes.

    Every method raises StoppedError when the file cannot be read or written: it is then as it was.
    """

    def __init__(self, folder: Path, clock: Clock, author: str = "", wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "cases.json", SHAPE, wait)
        self._clock = clock
        self._author = plain(author, 200)

    def cases(self) -> Cases:
        """All of them, the one opened last at the end."""
        return self._store.read()

    def open(self, kind: CaseKind, address: str, first: Event | None = None, *, replacement: str) -> Case:
        """Begin a case, perhaps with a first event. Raises UsageError where there is one already."""
        key = key_of(address)

        def alter(cases: Cases) -> Cases:
            if open_case(cases, key, kind) is not None:
                raise _already(key)
            begun = self._event(Happened.OPENED, key_of(replacement), "")
            return (*cases, Case(kind, key, (begun, *((first,) if first is not None else ()))))

        return self._store.change(alter)[-1]

    def event(self, what: Happened, value: str = "", note: str = "") -> Event:
        """An event that happens now, told by this user."""
        return self._event(what, value, note)

    def tell(self, case: Case, what: Happened, value: str = "", note: str = "") -> Case:
        """Add an event to an open case, and return the case as it then is. Raises UsageError where it is not
        followed any more.
        """
        return self._add(case, self._event(what, value, note), always=True)

    def notice(self, case: Case, what: Happened, value: str) -> Case:
        """Add an event where it is news: the latest of its kind has another value."""
        return self._add(case, self._event(what, value, ""), always=False)

    def _add(self, case: Case, event: Event, *, always: bool) -> Case:
        found: list[Case] = []

        def alter(cases: Cases) -> Cases:
            now = open_case(cases, case.address, case.kind)
            if now is None:
                raise _none(case.address)
            last = now.last(event.what)
            is_news = always or last is None or last.value != event.value
            later = replace(event, at=after(event.at, (each.at for each in now.events)))
            new = replace(now, events=(*now.events, later)) if is_news else now
            found.append(new)
            return tuple(new if each is now else each for each in cases)

        self._store.change(alter)
        return found[-1]

    def _event(self, what: Happened, value: str, note: str) -> Event:
        at = self._clock.now().astimezone().replace(microsecond=0)
        return Event(what, at, plain(value, 1000), self._author, plain(note, NOTE_LENGTH).strip())


def _already(address: str) -> UsageError:
    return UsageError(
        _("un dossier est déjà ouvert pour cette BAL."),
        advice=_("Pour le voir : balt case show %s.") % address,
        mailbox=address,
    )


def _none(address: str) -> UsageError:
    return UsageError(
        _("aucun dossier n'est ouvert pour cette BAL."),
        advice=_("Pour en ouvrir un : balt case depublish %s --to ADRESSE.") % address,
        mailbox=address,
    )


def _decoded(document: Mapping[str, object]) -> Cases:
    return tuple(
        Case(
            CaseKind(words(each["kind"])),
            key_of(words(each["address"])),
            _events(each["events"]),
        )
        for each in rows(document["cases"])
    )


def _events(told: object) -> tuple[Event, ...]:
    events = tuple(
        Event(
            Happened(words(each["what"])),
            moment(each["at"]),
            words(each["value"], 1000),
            words(each["author"]),
            words(each["note"]),
        )
        for each in rows(told)
    )
    if not events or events[0].what is not Happened.OPENED:
        raise ValueError("events")
    for event in events:
        if event.what in (Happened.API, Happened.EXTRACTION):
            Publication(event.value)
        elif event.what is Happened.KIND:
            BalKind(event.value)
    return events


def _encoded(cases: Cases) -> Mapping[str, object]:
    return {
        "cases": [
            {
                "kind": case.kind.value,
                "address": case.address,
                "events": [
                    {
                        "what": event.what.value,
                        "at": event.at.isoformat(),
                        "value": event.value,
                        "author": event.author,
                        "note": event.note,
                    }
                    for event in case.events
                ],
            }
            for case in cases
        ]
    }


SHAPE: Shape[Cases] = Shape("balt cases", 1, (), _decoded, _encoded)
