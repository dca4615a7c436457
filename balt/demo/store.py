"""The mailboxes that the server serves: accounts, folders and messages, in memory.

Everything here is used by the server's one thread. A folder counts its changes, so that each session can
tell what happened since it last looked.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from balt.demo.content import Source
from balt.demo.names import parents
from balt.demo.wire import NoError

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
MAX_KEYWORDS = 64
_FIRST_UIDVALIDITY = 1_600_000_000


@dataclass(slots=True, eq=False)
class StoredMessage:
    """One message of one folder; ``modseq`` is that of its last change (RFC 7162)."""

    uid: int
    source: Source
    date: datetime
    flags: frozenset[str]
    modseq: int


@dataclass(slots=True, eq=False)
class StoredFolder:
    """One folder. ``messages`` are in the order of their UID; ``size`` is the sum of theirs, in octets."""

    name: str
    uidvalidity: int
    special_use: str = ""
    selectable: bool = True
    subscribed: bool = True
    uidnext: int = 1
    modseq: int = 1
    size: int = 0
    deleted: bool = False
    messages: list[StoredMessage] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    watchers: set[Callable[[], None]] = field(default_factory=set)

    def changed(self) -> int:
        """Counts one change, and tells those who watch; the new modification sequence."""
        self.modseq += 1
        for watcher in tuple(self.watchers):
            watcher()
        return self.modseq

    def add(self, source: Source, date: datetime, flags: Iterable[str]) -> StoredMessage:
        """A new message, with the next UID."""
        message = StoredMessage(self.uidnext, source, date, self.known_flags(flags), self.modseq + 1)
        self.uidnext += 1
        self.size += source.size
        self.messages.append(message)
        self.changed()
        return message

    def remove(self, gone: Iterable[StoredMessage]) -> None:
        """Takes messages out of the folder."""
        uids = {message.uid for message in gone}
        left = [message for message in self.messages if message.uid not in uids]
        if len(left) < len(self.messages):
            self.messages = left
            self.size = sum(message.source.size for message in left)
            self.changed()

    def set_flags(self, message: StoredMessage, flags: Iterable[str]) -> bool:
        """Gives a message exactly these flags; whether that changes anything."""
        wanted = self.known_flags(flags)
        if wanted == message.flags:
            return False
        message.flags = wanted
        message.modseq = self.changed()
        return True

    def known_flags(self, flags: Iterable[str]) -> frozenset[str]:
        """``flags`` as this folder writes them; new keywords are learned, \\Recent is the server's own."""
        known = {name.lower(): name for name in (*SYSTEM_FLAGS, *self.keywords)}
        kept: set[str] = set()
        for flag in flags:
            name = known.get(flag.lower())
            if name is None:
                if flag.startswith("\\"):
                    continue
                if len(self.keywords) >= MAX_KEYWORDS:
                    raise NoError("Too many keywords", "LIMIT")
                self.keywords.append(flag)
                known[flag.lower()] = name = flag
            kept.add(name)
        return frozenset(kept)

    def holds(self, message: StoredMessage) -> bool:
        """Whether this very message is still here."""
        at = bisect_left(self.messages, message.uid, key=lambda other: other.uid)
        return at < len(self.messages) and self.messages[at] is message

    @property
    def unseen(self) -> int:
        return sum("\\Seen" not in message.flags for message in self.messages)


@dataclass(slots=True, eq=False)
class StoredAccount:
    """One mailbox: who may open it, its folders by name, and its quota in octets (None: no limit). Nobody may
    open one that is ``closed``.
    """

    username: str
    password: str
    quota: int | None = None
    separator: str = "/"
    folders: dict[str, StoredFolder] = field(default_factory=dict)
    next_uidvalidity: int = _FIRST_UIDVALIDITY
    closed: bool = False

    @property
    def used(self) -> int:
        return sum(folder.size for folder in self.folders.values())

    def folder(self, name: str) -> StoredFolder:
        """The selectable folder of that name; raises NoError."""
        found = self.folders.get(name)
        if found is None or not found.selectable:
            raise NoError("Mailbox does not exist", "NONEXISTENT")
        return found

    def target(self, name: str) -> StoredFolder:
        """The folder to put messages in; raises NoError with TRYCREATE."""
        try:
            return self.folder(name)
        except NoError:
            raise NoError("Mailbox does not exist", "TRYCREATE") from None

    def new_uidvalidity(self) -> int:
        """A value never given before in this account."""
        self.next_uidvalidity += 1
        return self.next_uidvalidity

    def create(self, name: str, special_use: str = "") -> StoredFolder:
        """A new folder, and those above it; raises NoError."""
        name = name.removesuffix(self.separator)
        levels = name.split(self.separator)
        if not all(levels) or len(name) > 200:
            raise NoError("Invalid mailbox name", "CANNOT")
        existing = self.folders.get(name)
        if existing and existing.selectable:
            raise NoError("Mailbox already exists", "ALREADYEXISTS")
        for above in parents(name, self.separator):
            if above not in self.folders:
                self.folders[above] = StoredFolder(above, self.new_uidvalidity())
        folder = StoredFolder(name, self.new_uidvalidity(), special_use)
        self.folders[name] = folder
        return folder

    def delete(self, name: str) -> None:
        """Removes a folder; one that has others below it stays, without messages, as \\Noselect."""
        folder = self.folder(name)
        if name == "INBOX":
            raise NoError("INBOX cannot be deleted", "CANNOT")
        folder.deleted = True
        folder.changed()
        if self.children(name):
            self.folders[name] = StoredFolder(name, self.new_uidvalidity(), selectable=False)
        else:
            del self.folders[name]

    def rename(self, old: str, new: str) -> None:
        """Renames a folder and those below it; renaming INBOX moves its messages to a new folder."""
        if old not in self.folders:
            raise NoError("Mailbox does not exist", "NONEXISTENT")
        new = new.removesuffix(self.separator)
        if new.startswith(old + self.separator):
            raise NoError("A mailbox cannot be put below itself", "CANNOT")
        target = self.create(new)
        if old == "INBOX":
            inbox = self.folders[old]
            for message in inbox.messages:
                target.add(message.source, message.date, message.flags)
            inbox.remove(list(inbox.messages))
            return
        for name in [old, *self.children(old)]:
            folder = self.folders.pop(name)
            folder.name = new + name[len(old) :]
            self.folders[folder.name] = folder

    def children(self, name: str) -> list[str]:
        """Names of all folders below ``name``."""
        return [other for other in self.folders if other.startswith(name + self.separator)]

    def need_room(self, octets: int) -> None:
        """Raises NoError [OVERQUOTA] (RFC 9208) when so many octets more do not fit."""
        if self.quota is not None and self.used + octets > self.quota:
            raise NoError("Not enough disk quota", "OVERQUOTA")


def copy_messages(messages: Iterable[StoredMessage], target: StoredFolder) -> dict[int, int]:
    """Puts messages into another folder, with their date and flags; source UID → new UID."""
    return {message.uid: target.add(message.source, message.date, message.flags).uid for message in messages}
