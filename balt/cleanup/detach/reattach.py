"""The lighter messages that an act has put in, found again so that the originals can take their place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from balt.cleanup.archive.record import Record
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.detach.traces import copies_in, names
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan
from balt.cleanup.run import READ_BACK, TAKE_BACK
from balt.cleanup.uids import batches, to_ranges
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
            about = known.get(uid)
            if about is None or (about.message_id, about.internaldate) != (
                record.message_id,
                record.internaldate,
            ):
                continue
            if names(self._session, about, record.sha256):
                found[original] = Lighter(uid, self._session.flags_of([uid]).get(uid, ()))
        return found

    def remove(self, folder: str, lighter: Mapping[int, Lighter]) -> None:
        """Remove those whose original, named by the UID that it had, is back in the folder; exactly these."""
        if not lighter:
            return
        state = self._session.select(folder)
        for batch in batches(sorted(lighter)):
            uids = sorted(lighter[uid].uid for uid in batch)
            self._note(folder, state.uidvalidity, batch, "")
            self._session.mark_deleted(uids)
            self._session.expunge(uids)
            self._note(folder, state.uidvalidity, batch, "OK")

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
