"""Attachments put back out of an archive, whatever became of the act that took them out: each message that
stands in the mailbox in its lighter form gets its whole form again.

The original is put in and read back first (``archive.restore``); only then its lighter form is removed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.restore import Restored, Restoring, step_of
from balt.cleanup.archive.tree import Folder
from balt.cleanup.detach.reattach import Lighter, with_flags_of
from balt.cleanup.detach.relation import is_lighter_form
from balt.cleanup.journal import Journal
from balt.cleanup.run import TAKE_BACK
from balt.cleanup.uids import batches
from balt.errors import BaltError, RefusedError, StoppedError
from balt.i18n import _
from balt.mail.model import Flag, Identity
from balt.mail.sessions import MailSession

_AT_ONCE = 1_000
"""Messages whose identities are asked in one command."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An archived message, with the flags that its lighter form has now, and where that is."""

    record: Record
    lighter: Lighter


class Reattaching:
    """Finds and removes lighter forms; ``act`` names the restoration in the journal."""

    def __init__(self, root: Folder, session: MailSession, journal: Journal, act: str) -> None:
        self._shelves = Shelves(root)
        self._session = session
        self._journal = journal
        self._act = act

    def need_exact_removal(self) -> None:
        """StoppedError where the server cannot remove exactly the messages that are meant."""
        if "UIDPLUS" not in self._session.capabilities:
            raise StoppedError(
                _("ce serveur ne permet pas de supprimer définitivement des messages choisis (UIDPLUS)."),
                advice=_("Rien n'a été fait. Sans --reattach, les messages entiers sont remis à côté."),
                mailbox=self._session.account.address,
            )

    def pairs(self, folder: str, records: Iterable[Record]) -> list[Pair]:
        """Those of these messages that stand in a folder in their lighter form. It is left open for looking
        only. Raises OSError where the archive cannot be read.
        """
        wanted: dict[tuple[str, str], list[Record]] = {}
        for record in records:
            wanted.setdefault((record.message_id, record.internaldate), []).append(record)
        uids = list(self._session.scan(folder).uids)
        self._session.examine(folder)
        found: list[Pair] = []
        for start in range(0, len(uids), _AT_ONCE):
            known = self._session.identities(uids[start : start + _AT_ONCE])
            for about in known.values():
                for record in wanted.get((about.message_id, about.internaldate), ()):
                    if Flag.DELETED not in about.flags and self._is_lighter(about, record):
                        flags = self._session.flags_of([about.uid]).get(about.uid, ())
                        lighter = Lighter(about.uid, flags)
                        found.append(Pair(with_flags_of(record, lighter), lighter))
                        break
        return found

    def remove(self, folder: str, pairs: Sequence[Pair]) -> int:
        """Remove these lighter forms, if they are still what they were, and nothing else; how many that are.
        Each original has been read back from the folder.
        """
        if not pairs:
            return 0
        state = self._session.select(folder)
        known = self._session.identities([pair.lighter.uid for pair in pairs])
        still = {
            pair.lighter.uid: pair
            for pair in pairs
            if (about := known.get(pair.lighter.uid)) is not None and self._is_lighter(about, pair.record)
        }
        for batch in batches(sorted(still)):
            self._note(folder, state.uidvalidity, batch, "")
            self._session.mark_deleted(batch)
            self._session.expunge(batch)
            self._note(folder, state.uidvalidity, batch, "OK")
        return len(still)

    def _is_lighter(self, about: Identity, record: Record) -> bool:
        if about.size >= record.announced:
            return False
        try:
            lighter = b"".join(self._session.octets(about.uid, about.size))
        except RefusedError:
            return False
        return is_lighter_form(lighter, b"".join(self._shelves.pieces(record.file)))

    def _note(self, folder: str, uidvalidity: int, uids: Sequence[int], answer: str) -> None:
        step = step_of(self._session.account, self._act, folder, uidvalidity, uids)
        self._journal.append(replace(step, request=TAKE_BACK, answer=answer))


def by_folder(pairs: Mapping[str, Sequence[Pair]]) -> dict[str, list[Record]]:
    """The whole messages to put back, by folder."""
    return {folder: [pair.record for pair in each] for folder, each in pairs.items()}


def lighter_of(pairs: Mapping[str, Sequence[Pair]]) -> dict[object, int]:
    """Where each message stands in its lighter form, by its source."""
    return {pair.record.source: pair.lighter.uid for each in pairs.values() for pair in each}


def copies_of(pairs: Sequence[Pair]) -> Mapping[str, int]:
    """How many whole messages of each content (SHA-256) must be in a folder before its lighter forms go: as
    many as there are of these, for two messages that are alike are two.
    """
    return Counter(pair.record.sha256 for pair in pairs)


def take_places(
    restoring: Restoring, reattaching: Reattaching, pairs: Mapping[str, Sequence[Pair]], result: Restored
) -> None:
    """Remove the lighter forms of what is read whole from the folder, unless something stopped; what stops
    this is told in ``result``.
    """
    for folder, each in pairs.items():
        if result.stopped is not None:
            return
        try:
            records = [pair.record for pair in each]
            absent = {record.sha256 for record in restoring.missing(folder, records, copies_of(each))}
            back = [pair for pair in each if pair.record.sha256 not in absent]
            result.reattached += reattaching.remove(folder, back)
        except BaltError as error:
            result.stopped = error
