"""What the receipts of a BAL say of its messages: integrated, failed, or unknown. Nothing is ever marked.

A receipt speaks of the one message whose Message-ID it names. One that the holder's own software wrote lies
in Sent and speaks of a message that was received. One that was received speaks of a message that was sent
from here; and of a received one only where that sent message passed it on: its References name it, it carries
the same files, and it went to somebody else than its sender. An id that two messages bear matches neither.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balt.errors import CancelledError, RefusedError, StoppedError
from balt.i18n import _, ngettext
from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.listing import Listing
from balt.mail.model import Folder, FolderRole
from balt.mail.receipts import NO_KEY, Outcome, Receipt
from balt.mailboxes.receipt_rooms import Room, Steps, at_once, learn_names, look_through, pieces, scanned
from balt.mailboxes.receipt_source import ReceiptSource
from balt.text import fold, plain
from balt.units import format_count

Cancelled = Callable[[], bool]
Place = tuple[str, int]
"""A folder and a UID in it."""
_NOT_LOOKED_AT = (FolderRole.DRAFTS, FolderRole.JUNK)


class Says(StrEnum):
    """What is known of a message by receipts. The first two are of a received message, the next two of one
    sent from here, the last two of a receipt itself.
    """

    INTEGRATED = "integrated"
    FAILED = "failed"
    INTEGRATED_THERE = "integrated_there"
    FAILED_THERE = "failed_there"
    ABOUT_RECEIVED = "about_received"
    ABOUT_SENT = "about_sent"


@dataclass(frozen=True, slots=True)
class Finding:
    """``date`` is that of the receipt; for a receipt, that of the message it speaks of. ``code``, of a
    failure, is 900 to 906. ``passed_on``: by the software of somebody to whom the message was passed on.
    """

    says: Says
    date: datetime | None = None
    code: int | None = None
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """What one receipt says of one message."""

    outcome: Outcome
    seconds: int
    code: int | None
    passed_on: bool = False


class ReceiptBook:
    """The receipts of one BAL, remembered as long as it lives: only what is new is read. It belongs to the
    thread of its BAL; each session on the same BAL may be given.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._passed: dict[Place, tuple[int, ...]] = {}

    # Reading

    def find_steps(self, session: ReceiptSource, *, strict: bool = False) -> Steps[None]:
        """Find and read the receipts that are not known yet, with pauses. Raises MailServerError.

        What a server refuses to tell is asked for again the next time. ``strict``, for what must miss no
        failure: then it raises StoppedError.
        """
        folders = [each for each in session.folders() if each.selectable and each.role not in _NOT_LOOKED_AT]
        for name in self._rooms.keys() - {folder.name for folder in folders}:
            del self._rooms[name]
        for folder in folders:
            try:
                listing = yield from scanned(session, folder.name)
                room = self._room(folder, listing)
                yield from look_through(session, room)
                if strict and room.silent:  # a line may have lost them: asked once more
                    yield from look_through(session, room)
            except RefusedError as refused:  # one folder that cannot be read must not hide the others
                if strict and not _is_forbidden(folder, refused):
                    raise _unread_folder(folder, refused) from refused
                continue
            if strict and room.silent:
                raise _unread_receipts(folder, len(room.silent))
        failures = [one for one in self._incoming() if one[1].outcome is Outcome.FAILED]
        yield from self._learn_passed_on(session, failures)

    def find(
        self, session: ReceiptSource, cancelled: Cancelled | None = None, *, strict: bool = False
    ) -> None:
        """The same at one go. Raises CancelledError too."""
        for _pause in self.find_steps(session, strict=strict):
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."))

    def _room(self, folder: Folder, listing: Listing) -> Room:
        room = self._rooms.get(folder.name)
        if room is None or not listing.continues(room.listing) or not listing.uidvalidity:
            room = self._rooms[folder.name] = Room(folder, listing)
            self._passed = {place: keys for place, keys in self._passed.items() if place[0] != folder.name}
        room.follow(folder, listing)
        return room

    def _learn_names(self, session: ReceiptSource, rooms: Iterable[Room]) -> Steps[None]:
        for room in rooms:
            yield from learn_names(session, room)

    def _learn_passed_on(
        self, session: ReceiptSource, incoming: Sequence[tuple[Place, Receipt]]
    ) -> Steps[dict[int, list[Place]]]:
        """The sent messages that received receipts name, and what those pass on; by the key of the sent."""
        wanted = {receipt.about for _place, receipt in incoming} - {NO_KEY}
        if not wanted:
            return {}
        yield from self._learn_names(session, self._sent())
        places = _places(self._sent(), wanted)
        by_folder: dict[str, list[int]] = {}
        for folder, uid in (place for each in places.values() for place in each):
            if (folder, uid) not in self._passed:
                by_folder.setdefault(folder, []).append(uid)
        for folder, uids in by_folder.items():
            for piece in pieces(array("Q", uids)):
                names = session.message_names(folder, piece)
                self._passed |= {(folder, uid): name.references for uid, name in names.items()}
                yield
        return places

    # What is known

    def validities(self) -> dict[str, int]:
        """The UIDVALIDITY of each folder that was looked through: under another one a UID is no place of
        these findings.
        """
        return {name: room.listing.uidvalidity for name, room in self._rooms.items()}

    def failing(self, session: ReceiptSource, folder: str, uids: Sequence[int]) -> set[int]:
        """Which of these messages a failure speaks of, or are one. Every doubt counts as a failure, but for a
        later receipt by which the holder's own software integrated that very message after all: one of an id
        that two messages bear, or that is one of two of a message, integrated neither.
        """
        room = self._rooms.get(folder)
        known = room.receipts if room is not None else {}
        found = {uid for uid in uids if uid in known and known[uid].outcome is Outcome.FAILED}
        failed, lifted = self._failed_keys()
        if (failed or lifted) and uids:
            names = session.message_names(folder, uids)
            wanted = lifted & {name.key for name in names.values()}
            received = at_once(self._received(session, wanted))
            failed |= {key for key in wanted if _the_one(received, key) is None}
            found |= {uid for uid, name in names.items() if name.key in failed}
            found |= {uid for uid, name in names.items() if name.several & (failed | lifted)}
            found |= set(uids) - names.keys()
        return found

    def _failed_keys(self) -> tuple[set[int], set[int]]:
        """The messages of which a failure speaks, and those of them that were integrated later."""
        own, failed = self._own(), dict[int, int]()
        failures = [each for each in (*own, *self._incoming()) if each[1].outcome is Outcome.FAILED]
        sent = _places(self._sent(), {receipt.about for _place, receipt in failures})
        for place, receipt in failures:
            date = self._date(place)
            passed = (key for about in sent.get(receipt.about, ()) for key in self._passed.get(about, ()))
            for key in (receipt.about, *receipt.references, *passed):
                failed[key] = _NEVER if date == UNKNOWN_DATE else max(failed.get(key, date), date)
        lifted = set[int]()
        for place, receipt in own:
            lifts = receipt.outcome is Outcome.INTEGRATED
            if lifts and self._date(place) > failed.get(receipt.about, _NEVER):
                lifted.add(receipt.about)
        return failed.keys() - lifted - {NO_KEY}, lifted - {NO_KEY}

    def findings_steps(self, session: ReceiptSource) -> Steps[dict[Place, Finding]]:
        """What receipts say of every message that one speaks of, and of the receipts themselves."""
        yield from self.find_steps(session)
        own, incoming = self._own(), self._incoming()
        sent = yield from self._learn_passed_on(session, incoming)
        passed = {key for places in sent.values() for place in places for key in self._passed.get(place, ())}
        received = yield from self._received(session, {receipt.about for _place, receipt in own} | passed)
        found: dict[Place, Finding] = {}
        words: dict[Place, list[_Word]] = {}
        there: dict[Place, list[_Word]] = {}
        for place, receipt in own:
            if about := _the_one(received, receipt.about):
                words.setdefault(about, []).append(self._word(place, receipt))
                found[place] = Finding(Says.ABOUT_RECEIVED, moment(self._date(about)))
        for place, receipt in incoming:
            if about := _the_one(sent, receipt.about):
                there.setdefault(about, []).append(self._word(place, receipt))
                found[place] = Finding(Says.ABOUT_SENT, moment(self._date(about)))
                for origin in self._origins(about, receipt, received):
                    if _passes_on(session, about, origin):
                        words.setdefault(origin, []).append(self._word(place, receipt, passed_on=True))
                    yield
        found |= _verdicts(words, Says.INTEGRATED, Says.FAILED)
        return found | _verdicts(there, Says.INTEGRATED_THERE, Says.FAILED_THERE)

    def _received(self, session: ReceiptSource, wanted: set[int]) -> Steps[dict[int, list[Place]]]:
        """Where the received messages with these keys are."""
        wanted = wanted - {NO_KEY}
        if not wanted:
            return {}
        rooms = [room for room in self._rooms.values() if room.role is not FolderRole.SENT]
        yield from self._learn_names(session, rooms)
        return _places(rooms, wanted)

    def _origins(self, sent: Place, receipt: Receipt, received: Mapping[int, list[Place]]) -> list[Place]:
        """The received messages that a sent one names, where a receipt says something of it."""
        keys = self._passed.get(sent, ()) if receipt.outcome is not Outcome.NOTHING else ()
        return [place for key in keys if (place := _the_one(received, key))]

    def _word(self, place: Place, receipt: Receipt, *, passed_on: bool = False) -> _Word:
        return _Word(receipt.outcome, self._date(place), receipt.code, passed_on)

    def _date(self, place: Place) -> int:
        room = self._rooms.get(place[0])
        return UNKNOWN_DATE if room is None else room.date(place[1])

    def _sent(self) -> list[Room]:
        return [room for room in self._rooms.values() if room.role is FolderRole.SENT]

    def _own(self) -> list[tuple[Place, Receipt]]:
        """The receipts that the holder's own software wrote."""
        return self._receipts(lambda role: role is FolderRole.SENT)

    def _incoming(self) -> list[tuple[Place, Receipt]]:
        return self._receipts(lambda role: role is not FolderRole.SENT)

    def _receipts(self, fits: Callable[[FolderRole], bool]) -> list[tuple[Place, Receipt]]:
        return [
            ((name, uid), receipt)
            for name, room in self._rooms.items()
            if fits(room.role)
            for uid, receipt in room.receipts.items()
        ]


_NEVER = 1 << 62
"""Later than every date: a failure of unknown date is not taken back."""


def _is_forbidden(folder: Folder, refused: RefusedError) -> bool:
    """Whether a folder is one that this account may not read at all (RFC 5530), as some of a shared BAL: what
    is in it is not about the holder's own integrations, which are told of in Sent.
    """
    return refused.code == "NOPERM" and folder.role is not FolderRole.SENT


def _unread_folder(folder: Folder, refused: RefusedError) -> StoppedError:
    told = {"folder": plain(folder.label), "reason": refused.message}
    return StoppedError(
        _("les accusés de « %(folder)s » n'ont pas pu être lus : %(reason)s") % told,
        advice=_may_have_failed(),
    )


def _unread_receipts(folder: Folder, count: int) -> StoppedError:
    sentence = ngettext(
        "%(count)s accusé de « %(folder)s » n'a pas pu être lu.",
        "%(count)s accusés de « %(folder)s » n'ont pas pu être lus.",
        count,
    )
    told = {"folder": plain(folder.label), "count": format_count(count)}
    return StoppedError(sentence % told, advice=_may_have_failed())


def _may_have_failed() -> str:
    return _(
        "Rien n'a été fait : un échec d'intégration y est peut-être annoncé. Réessayez dans quelques minutes."
    )


def _places(rooms: Iterable[Room], wanted: set[int]) -> dict[int, list[Place]]:
    """Where the messages with these keys are; those that are gone are not."""
    found: dict[int, list[Place]] = {}
    for room in rooms:
        for key, uid in zip(room.keys, room.uids, strict=True):
            if key in wanted and room.listing.index_of(uid) is not None:
                found.setdefault(key, []).append((room.listing.folder, uid))
    return found


def _the_one(places: Mapping[int, list[Place]], key: int) -> Place | None:
    """The only message with this key; an id that two bear names neither."""
    found = places.get(key, [])
    return found[0] if len(found) == 1 else None


def _passes_on(session: ReceiptSource, sent: Place, origin: Place) -> bool:
    """Whether a sent message hands a received one to somebody else: the same files, not to its sender."""
    there, here = (dict(session.details(folder, [uid])).get(uid) for folder, uid in (sent, origin))
    if there is None or here is None or not there.readable or not here.readable:
        return False
    recipients = {fold(each) for each in there.recipients}
    if not there.holds_document or not recipients or fold(here.sender) in recipients:
        return False
    return bool(here.attachments) and all(
        any(abs(one.size - other.size) <= one.size // 25 + 64 for other in there.attachments)
        for one in here.attachments
    )


def _verdicts(words: Mapping[Place, list[_Word]], yes: Says, no: Says) -> dict[Place, Finding]:
    """The last word on each message; a failure where it cannot be told which is the last."""
    found: dict[Place, Finding] = {}
    for place, said in words.items():
        telling = [word for word in said if word.outcome is not Outcome.NOTHING]
        undated = [
            word for word in telling if word.seconds == UNKNOWN_DATE and word.outcome is Outcome.FAILED
        ]
        if telling:
            last = max(undated or telling, key=lambda word: (word.seconds, word.outcome is Outcome.FAILED))
            says = no if last.outcome is Outcome.FAILED else yes
            found[place] = Finding(says, moment(last.seconds), last.code, last.passed_on)
    return found
