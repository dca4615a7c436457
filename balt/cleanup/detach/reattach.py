"""The lighter messages that an act has put in, found again so that the originals can take their place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from balt.cleanup.archive.record import Record
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.detach.traces import copies_in, names
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan
from balt.cleanup.run import READ_BACK, TAKE_BACK
from balt.cleanup.uids import batches, to_ranges
from balt.mail.model import Identity
from balt.mail.sessions import MailSession


@dataclass(frozen=True, slots=True)
class Lighter:
    """A lighter message as it is now: its UID, its flags."""

    uid: int
    flags: tuple[str, ...]


class LighterOnes:
    """The lighter messages of one act. ``undoing`` is the act that takes it back."""

    def __init__(self, session: MailSession, journal: Journal, undoing: CleanupPlan) -> None:
        self._session = session
        self._journal = journal
        self._undoing = undoing
        self._places = _places(entry.deed for entry in journal.entries() if entry.deed.plan == undoing.undoes)

    def of(self, folder: str, records: Iterable[Record]) -> dict[int, Lighter]:
        """Those of archived messages of a folder, by the UID that the original had; a note in each names the
        very message. One that somebody has removed or taken elsewhere is not among them.
        """
        if not self._places:
            return {}
        state = self._session.examine(folder)
        asked = {
            (each.uid, uid): each
            for each in records
            if each.folder == folder and each.uidvalidity == state.uidvalidity
            for uid in self._places.get((folder, each.uid), ())
        }
        known = self._session.identities(sorted({uid for _original, uid in asked}))
        found: dict[int, Lighter] = {}
        for (original, uid), record in asked.items():
            if self._is_lighter(known.get(uid), record):
                found[original] = Lighter(uid, self._session.flags_of([uid]).get(uid, ()))
        return found

    def remove(self, folder: str, lighter: Sequence[tuple[Record, Lighter]]) -> None:
        """Remove those whose original is back in the folder, if they are still what they were: putting the
        originals back took its time, and the line may have been cut. Exactly these.
        """
        if not lighter:
            return
        state = self._session.select(folder)
        for batch in batches(lighter):
            known = self._session.identities(sorted(each.uid for _record, each in batch))
            still = [
                (record.uid, each.uid)
                for record, each in batch
                if record.uidvalidity == state.uidvalidity and self._is_lighter(known.get(each.uid), record)
            ]
            if not still:
                continue
            originals, uids = sorted(original for original, _uid in still), sorted(uid for _, uid in still)
            self._note(folder, state.uidvalidity, originals, "")
            self._session.mark_deleted(uids)
            self._session.expunge(uids)
            self._note(folder, state.uidvalidity, originals, "OK")

    def _is_lighter(self, about: Identity | None, record: Record) -> bool:
        """Whether a message of the open folder is the lighter form of this one, by its own note."""
        return (
            about is not None
            and (about.message_id, about.internaldate) == (record.message_id, record.internaldate)
            and names(self._session, about, record.sha256)
        )

    def _note(self, folder: str, uidvalidity: int, originals: Sequence[int], answer: str) -> None:
        undoing = self._undoing
        self._journal.append(
            Deed(
                Phase.STEP,
                action=Act.UNDO.value,
                mailbox=undoing.address,
                server=undoing.server,
                user=undoing.user,
                plan=undoing.id,
                folder=folder,
                uidvalidity=uidvalidity,
                uids=to_ranges(originals),
                count=len(originals),
                request=TAKE_BACK,
                answer=answer,
                note=undoing.undoes,
            )
        )


def with_flags_of(record: Record, lighter: Lighter | None) -> Record:
    """The archived message with the flags that its lighter one has now: what was set since stays set."""
    return replace(record, flags=lighter.flags) if lighter else record


def _places(deeds: Iterable[Deed]) -> dict[tuple[str, int], list[int]]:
    """By folder and UID of the original, the UIDs that its lighter message got."""
    places: dict[tuple[str, int], list[int]] = {}
    for deed in deeds:
        for uid, copy in copies_in(deed).items() if deed.request == READ_BACK else ():
            places.setdefault((deed.folder, uid), []).append(copy)
    return places
