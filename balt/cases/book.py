"""The cases of this user in one small file, each event added and none changed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime
from functools import reduce
from pathlib import Path

from balt.cases.age import without_aged
from balt.cases.doubts import NO_DOUBT, Doubt
from balt.cases.model import (
    Case,
    CaseKind,
    Event,
    Happened,
    Look,
    Reply,
    Seen,
    open_case,
    open_cases,
    watched,
)
from balt.cases.outliving import closed_with, done_deletion, done_deletions
from balt.clock import Clock
from balt.directory.model import BalKind, Origin
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import Publication
from balt.mailboxes.order import after
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words
from balt.mailboxes.usage import Activity
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
        """All of them, the one opened last at the end, without what the API said too long ago. The file
        loses that too: now, or the next time where another balt writes.
        """
        cases, now = self._store.read(), self._clock.now()
        kept = without_aged(cases, now)
        if kept != cases:
            with suppress(StoppedError):
                return self._store.change(lambda each: without_aged(each, now))
        return kept

    def open(
        self, kind: CaseKind, address: str, first: Event | None = None, *, replacement: str, ref: str = ""
    ) -> Case:
        """Begin a case, perhaps with a first event; ``ref`` may be ``UNSEEN``. Raises UsageError where there
        is one already.
        """
        key = key_of(address)

        def alter(cases: Cases) -> Cases:
            if open_case(cases, key, kind) is not None:
                raise _already(key)
            begun = self.event(Happened.OPENED, key_of(replacement), ref=ref)
            return (*cases, Case(kind, key, (begun, *((first,) if first is not None else ()))))

        return self._store.change(alter)[-1]

    def event(self, what: Happened, value: str = "", note: str = "", ref: str = "") -> Event:
        """An event that happens now, told by this user."""
        return replace(self._event(what, value, note), ref=ref)

    def tell(self, case: Case, what: Happened, value: str = "", note: str = "", ref: str = "") -> Case:
        """Add an event to an open case, and return the case as it then is; the end of a BAL ends its other
        case too, and taking that back opens both again. Raises UsageError where it is not followed any more;
        of the auto-reply, where it is not watched.
        """
        return self._add(case, self.event(what, value, note, ref))

    def replace(self, address: str, replacement: str, note: str = "") -> Cases:
        """Name another BAL that replaces this one, in each of its open cases; these are returned, the oldest
        first. Raises UsageError where none is followed, or where they name it already.
        """
        key, named = key_of(address), key_of(replacement)

        def alter(cases: Cases) -> Cases:
            followed = open_cases(cases, key)
            if not followed:
                raise _none(key)
            if all(each.replacement == named for each in followed):
                raise UsageError(_("%s la remplace déjà.") % named, mailbox=key)
            event = self._event(Happened.REPLACED, named, note)
            changed = {
                id(each): _told(each, _after_all(event, each))
                for each in followed
                if each.replacement != named
            }
            return tuple(changed.get(id(each), each) for each in cases)

        return open_cases(self._store.change(alter), key)

    def notice(self, case: Case, *looks: Look) -> Case:
        """Add what was found of a case that is watched, and return it as it then is; as it was where it is
        not any more.
        """
        return _watched(self.notice_all([(case, looks)])).get(_key(case), case)

    def notice_all(self, seen: Iterable[tuple[Case, Iterable[Look]]]) -> Cases:
        """Add what was found of several cases, in one change of the file, and return all cases. Where it is
        no news, a case keeps since when it is so and when it was seen last, a day apart at least.
        """
        told = [(case, [self._event(*look) for look in looks]) for case, looks in seen]
        if not any(events for _case, events in told):
            return self.cases()

        def alter(cases: Cases) -> Cases:
            changed, here = dict[int, Case](), _watched(cases)
            for case, events in told:
                if (now := here.get(_key(case))) is not None:
                    new = reduce(lambda each, event: _looked(each, _after_all(event, each)), events, now)
                    changed[id(now)] = new
            return tuple(changed.get(id(each), each) for each in cases)

        return self._store.change(alter)

    def _add(self, case: Case, event: Event) -> Case:
        found: list[Case] = []

        def alter(cases: Cases) -> Cases:
            now = open_case(cases, case.address, case.kind)
            if now is None and event.what is Happened.AUTO_REPLY:
                now = _watched(cases).get(_key(case))
            if now is None and event.what is Happened.TAKEN_BACK:
                now = _ended_by(cases, case, event.value)
            if now is None:
                raise _none(case.address)
            new = _told(now, _after_all(event, now))
            found.append(new)
            changed = {id(now): new}
            for each, more in _beside(cases, now, event):
                changed.setdefault(id(each), _told(each, _after_all(more, each)))
            return tuple(changed.get(id(each), each) for each in cases)

        self._store.change(alter)
        return found[-1]

    def _event(
        self,
        what: Happened,
        value: str,
        note: str = "",
        holders: tuple[Holder, ...] = (),
        of: datetime | None = None,
    ) -> Event:
        at = self._clock.now().astimezone().replace(microsecond=0)
        said = plain(note, NOTE_LENGTH).strip()
        return Event(what, at, plain(value, 1000), self._author, said, holders=holders, of=of)


def _ended_by(cases: Iterable[Case], case: Case, mark: str) -> Case | None:
    """The case as it is now, where that its BAL was noted as deleted has ended it; None of any other."""
    done = done_deletion(each for each in cases if each.address == case.address)
    return done if done is not None and done.end is not None and done.end.mark == mark else None


def _beside(cases: Cases, case: Case, event: Event) -> Iterable[tuple[Case, Event]]:
    """What an event of this case is for the other one of its BAL: the end of a BAL ends both, and taking that
    back opens both again.
    """
    if event.what is Happened.DELETED:
        closed = replace(event, what=Happened.CLOSED, value="", note="")
        return [(each, closed) for each in open_cases(cases, case.address)]
    if event.what is Happened.TAKEN_BACK and case.end is not None:
        others = closed_with(cases, case, case.end)
        return [
            (each, replace(event, value=each.end.mark, note="")) for each in others if each.end is not None
        ]
    return ()


def _after_all(event: Event, case: Case) -> Event:
    return replace(event, at=after(event.at, (each.at for each in case.events)))


def _told(case: Case, event: Event) -> Case:
    return replace(case, events=(*case.events, event))


def _key(case: Case) -> tuple[str, CaseKind]:
    """There is one such case at most that is watched."""
    return case.address, case.kind


def _watched(cases: Cases) -> dict[tuple[str, CaseKind], Case]:
    """Those that are watched; of a BAL that was noted as deleted, and may answer still, its deletion."""
    return {_key(each): each for each in (*watched(cases), *done_deletions(cases))}


def _looked(case: Case, event: Event) -> Case:
    """The case with this look: of several that found the same, the first and the latest are kept. What is
    older than what was looked at before is no news.
    """
    same = _looks_before(case, event.what)
    last = same[-1] if same else None
    if last is not None and event.of is not None and last.of is not None and event.of < last.of:
        return case
    if last is None or not _alike(last, event):
        return _told(case, event)
    if last.at.astimezone(event.at.tzinfo).date() == event.at.date() and _day_of(last) == _day_of(event):
        return case
    between = len(same) > 1 and _alike(same[-2], last)
    kept = tuple(each for each in case.events if each is not last) if between else case.events
    return replace(case, events=(*kept, event))


def _looks_before(case: Case, what: Happened) -> list[Event]:
    """What looks of a kind have found, oldest first; of the auto-reply, since the replacement changed last:
    what was found before is about another BAL; of the BAL, since it was noted as deleted.
    """
    events, since = case.events, {Happened.AUTO_REPLY: Happened.REPLACED, Happened.MAILBOX: Happened.DELETED}
    if what in since:
        places = [place for place, each in enumerate(events) if each.what is since[what]]
        events = events[places[-1] :] if places else events
    return [each for each in events if each.what is what]


def _day_of(event: Event) -> date | None:
    return event.of.astimezone(event.at.tzinfo).date() if event.of is not None else None


def _alike(one: Event, other: Event) -> bool:
    return (one.value, one.note, one.holders) == (other.value, other.note, other.holders)


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
            words(each.get("ref", "")),
            _holders(each.get("holders", [])),
            moment(each["of"]) if "of" in each else None,
        )
        for each in rows(told)
    )
    if not events or events[0].what is not Happened.OPENED:
        raise ValueError("events")
    for event in events:
        if event.what in (Happened.API, Happened.EXTRACTION, Happened.LISTED):
            Publication(event.value)
        elif event.what is Happened.KIND:
            BalKind(event.value)
        elif event.what is Happened.AUTO_REPLY:
            Reply(event.value)
        elif event.what in (Happened.ARCHIVE, Happened.MAILBOX):
            Seen(event.value)
        elif event.what is Happened.USE:
            Activity(event.value)
        elif event.what is Happened.REPLACEMENT and event.value != NO_DOUBT:
            Doubt(event.value)
    return events


def _holders(told: object) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            Origin(words(each["origin"])),
            name=words(each["name"]),
            rpps=words(each["rpps"]),
            structure=words(each["structure"]),
            finess=words(each["finess"]),
            service=words(each["service"]),
            own=each["own"] is True,
        )
        for each in rows(told)
    )


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
                        **({"ref": event.ref} if event.ref else {}),
                        **({"holders": [asdict(each) for each in event.holders]} if event.holders else {}),
                        **({"of": event.of.isoformat()} if event.of is not None else {}),
                    }
                    for event in case.events
                ],
            }
            for case in cases
        ]
    }


SHAPE: Shape[Cases] = Shape("balt cases", 2, (), _decoded, _encoded, oldest=1)
