"""Messages from the server into the archive. What ``keep`` answers is verified; all else is left out of it.

Verified means, of each message: its octets in answer to its own UID; their count, which fits what the
server had announced; where the line is not protected, or on demand, a second reading that gives the same; a
temporary file, on the disk, read again from there and alike; its final name, on the disk, read again under
it and alike; a line of the manifest, on the disk. None of this is left out for speed: it is done for many
side by side.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from balt.cleanup.archive.failures import place_failed
from balt.cleanup.archive.intake import Intake, Received, Session, chunks
from balt.cleanup.archive.layout import Namer
from balt.cleanup.archive.manifest import Manifest
from balt.cleanup.archive.placing import Placing, Shelves
from balt.cleanup.archive.record import Record, source_of
from balt.cleanup.archive.tree import Folder
from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.cleanup.ports import Cancelled, Kept, Owner, server_of
from balt.clock import Clock
from balt.errors import BaltError, CancelledError, MailServerError
from balt.i18n import _
from balt.mail.model import Identity

_WORKERS = 4
"""Some wait for the disk while others reckon; more would only wait for each other."""


class ArchiveKeeper:
    """An archive that is open for writing; see ``open_archive``. One thread uses it."""

    def __init__(
        self,
        root: Folder,
        incoming: Folder,
        manifest: Manifest,
        owner: Owner,
        clock: Clock,
        reads: int,
    ) -> None:
        self._shelves = Shelves(root)
        self._incoming = incoming
        self._manifest = manifest
        self._owner = owner
        self._clock = clock
        self._reads = reads
        self._namer = Namer(clock)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="archive")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self._workers.shutdown()

    def keep(
        self,
        session: Session,
        part: FolderPart,
        messages: Sequence[PlannedMessage],
        found: Mapping[int, Identity],
        cancelled: Cancelled | None,
    ) -> Mapping[int, Kept]:
        """Archive messages of the folder that ``session`` has open; those, by UID, that are verified there.

        ``found`` is what the server says of them now. Raises StoppedError where the place fails,
        MailServerError as the session does, CancelledError; what was finished until then stays archived.
        """
        wanted = {message.uid: found[message.uid] for message in messages if message.uid in found}
        try:
            kept = self._kept_before(part, wanted)
            missing = {uid: about for uid, about in wanted.items() if uid not in kept}
            if missing:
                kept |= self._fetch(session, part, missing, cancelled)
        except OSError as error:
            raise place_failed(error) from error
        return kept

    def _kept_before(self, part: FolderPart, wanted: Mapping[int, Identity]) -> dict[int, Kept]:
        """Those that were archived with as many readings, read again from the disk now."""
        known: dict[int, Record] = {}
        for uid, about in wanted.items():
            record = self._manifest.find(source_of(self._owner, part.folder, part.uidvalidity, uid))
            if record is not None and self._is_about(record, about):
                known[uid] = record
        whole = self._workers.map(self._holds, known.values())
        return {uid: _kept(known[uid]) for uid, is_whole in zip(known, whole, strict=True) if is_whole}

    def _is_about(self, record: Record, about: Identity) -> bool:
        """Whether a line is about the very message that has this UID now, read as often as it must be: some
        servers give a UID twice, and one user may open several BAL.
        """
        told = (record.announced, record.internaldate, record.message_id, record.account)
        asked = (about.size, about.internaldate, about.message_id, self._owner.address)
        return told == asked and record.reads >= self._reads

    def _holds(self, record: Record) -> bool:
        return self._shelves.holds(record.file, record.sha256, record.size)

    def _fetch(
        self,
        session: Session,
        part: FolderPart,
        wanted: Mapping[int, Identity],
        cancelled: Cancelled | None,
    ) -> dict[int, Kept]:
        """Those that the server gives now. What it gave before it failed is finished first."""
        stopped: BaltError | None = None
        files: dict[str, str] = {}

        def describe(received: Received) -> Record:
            return self._record(part, wanted[received.uid], received, files)

        flags = session.flags_of(list(wanted))
        with (
            Intake(self._incoming, self._workers, self._reads, flags) as intake,
            Placing(self._shelves, self._workers, describe) as placing,
        ):
            for chunk in chunks({uid: about.size for uid, about in wanted.items()}):
                if cancelled is not None and cancelled():
                    stopped = CancelledError(_("archivage interrompu."), mailbox=self._owner.address)
                    break
                try:
                    placing.add(intake.receive(session, chunk))
                except MailServerError as error:
                    stopped = error
                    break
            records = placing.finish()
            self._manifest.add(records)
        if stopped is not None:
            raise stopped
        return {record.uid: _kept(record) for record in records}

    def _record(
        self,
        part: FolderPart,
        about: Identity,
        received: Received,
        files: dict[str, str],
    ) -> Record:
        """The line of a message. Its file is the one that has its content already, in the archive or among
        ``files`` by SHA-256, where there is one.
        """
        sha256 = received.part.sha256
        if sha256 not in files:
            same = self._manifest.holding(sha256)
            files[sha256] = same.file if same else self._namer.path(about.internaldate, sha256)
        return Record(
            account=self._owner.address,
            server=server_of(self._owner),
            user=self._owner.username,
            folder=part.folder,
            uidvalidity=part.uidvalidity,
            uid=about.uid,
            sha256=sha256,
            size=received.part.size,
            announced=about.size,
            internaldate=about.internaldate,
            message_id=about.message_id,
            flags=received.flags,
            file=files[sha256],
            archived=self._clock.now().isoformat(timespec="seconds"),
            reads=self._reads,
        )


def _kept(record: Record) -> Kept:
    return Kept(record.sha256, record.size, record.file, record.archived, record.flags)
