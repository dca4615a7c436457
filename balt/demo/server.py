"""The server as tests and ``balt demo`` start it: a thread of its own, on the loopback address."""

import asyncio
import contextlib
import secrets
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from balt.clock import Clock, SystemClock
from balt.demo.capabilities import Capabilities
from balt.demo.connection import MAX_LINE, converse
from balt.demo.content import Source, StoredSource, canonical
from balt.demo.described import Library
from balt.demo.faults import Fault, FaultScript
from balt.demo.practice import Practice
from balt.demo.session import Served
from balt.demo.store import StoredAccount, StoredMessage

HOST = "127.0.0.1"
MASTER = "master"
_EMPTY_FOLDERS = {
    "INBOX": "",
    "Archive": "\\Archive",
    "Drafts": "\\Drafts",
    "Junk": "\\Junk",
    "Sent": "\\Sent",
    "Trash": "\\Trash",
}
_T = TypeVar("_T")


class DemoServer:
    """An IMAP server with a practice in it, or empty (``practice=None``); a context manager.

    ``hide`` names extensions to do without (``{"SORT", "QUOTA"}``, also "KEYWORDS" and "LOGIN");
    ``faults`` is a script of what goes wrong. Every account has a password of its own, or ``password``;
    the user ``master`` opens any of them with ``master_password`` (``user*master``, or SASL PLAIN with an
    authorization identity). ``commands`` holds the last command lines received, without secrets.
    """

    host = HOST

    def __init__(
        self,
        practice: Practice | None = None,
        hide: Collection[str] = frozenset(),
        faults: Iterable[Fault] = (),
        *,
        password: str = "",
        separator: str = "/",
        clock: Clock | None = None,
        port: int = 0,
    ) -> None:
        self.practice = practice
        self.port = port
        self.faults = FaultScript(faults)
        self.commands: deque[str] = deque(maxlen=10_000)
        self.master_password = password or secrets.token_urlsafe(18)
        self._password = password
        self._served = Served(
            accounts={},
            capabilities=Capabilities(hide),
            faults=self.faults,
            clock=clock or SystemClock(),
            library=Library(),
            master=(MASTER, self.master_password),
            separator=separator,
            log=self.commands.append,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None
        if practice:
            self._fill(practice)

    @property
    def accounts(self) -> dict[str, StoredAccount]:
        """The accounts by user name: to look at, not to change while the server runs (see ``run``)."""
        return self._served.accounts

    def offers(self, name: str) -> bool:
        """Whether an extension is in use."""
        return self._served.capabilities.has(name)

    # Filling ------------------------------------------------------------------------------------

    def _fill(self, practice: Practice) -> None:
        for mailbox in practice.mailboxes:
            account = self._add(mailbox.address, self._password or secrets.token_urlsafe(18), mailbox.quota)
            for drawer in mailbox.folders:
                name = drawer.name.replace("/", account.separator)
                folder = account.create(name, drawer.special_use)
                for mail in drawer.mails:
                    folder.add(mail.source, mail.date, mail.flags)

    def _add(self, username: str, password: str, quota: int | None) -> StoredAccount:
        account = StoredAccount(username, password, quota, self._served.separator)
        self._served.accounts[username] = account
        return account

    def add_account(self, username: str, password: str = "", quota: int | None = None) -> StoredAccount:
        """An empty mailbox with the usual folders; ``quota`` in octets. Without a password, one is made."""

        def add() -> StoredAccount:
            account = self._add(username, password or self._password or secrets.token_urlsafe(18), quota)
            for name, special_use in _EMPTY_FOLDERS.items():
                account.create(name, special_use)
            return account

        return self.run(add)

    def close_account(self, username: str) -> None:
        """From now on nobody opens this mailbox, as if it had been deleted; whoever has it open is sent away
        at the next command.
        """
        self.accounts[username].closed = True

    def append(
        self,
        username: str,
        raw: bytes | Source,
        folder: str = "INBOX",
        date: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        """Puts one message into a folder, made when missing, whatever the quota; its UID."""

        def add() -> StoredMessage:
            account = self.accounts[username]
            target = account.folders.get(folder) or account.create(folder)
            source = StoredSource(canonical(raw)) if isinstance(raw, bytes) else raw
            return target.add(source, date or self._served.clock.now().replace(microsecond=0), flags)

        return self.run(add).uid

    def messages(self, username: str, folder: str = "INBOX") -> list[StoredMessage]:
        """The messages of a folder as they are now."""
        return self.run(lambda: list(self.accounts[username].folder(folder).messages))

    def run(self, action: Callable[[], _T]) -> _T:
        """Calls ``action`` in the server's thread: the way to read or change mailboxes while it runs."""
        if self._loop is None or threading.current_thread() is self._thread:
            return action()
        done: Future[_T] = Future()

        def call() -> None:
            try:
                done.set_result(action())
            except Exception as error:  # it is the caller's
                done.set_exception(error)

        self._loop.call_soon_threadsafe(call)
        return done.result()

    # Running ------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Starts the thread; the server answers on ``port`` once this returns."""
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._work, args=(ready,), name="demo-imap", daemon=True)
        self._thread.start()
        self.port = ready.result()
        return self

    def stop(self) -> None:
        """Closes every connection and ends the thread."""
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread:
            self._thread.join()
        self._loop = self._stop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _work(self, ready: "Future[int]") -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as error:
            ready.set_exception(error)

    async def _serve(self, ready: "Future[int]") -> None:
        sessions: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task:
                sessions.add(task)
                task.add_done_callback(sessions.discard)
            with contextlib.suppress(asyncio.CancelledError):
                await converse(self._served, reader, writer)

        server = await asyncio.start_server(connected, HOST, self.port, limit=MAX_LINE)
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        ready.set_result(int(server.sockets[0].getsockname()[1]))
        await self._stop.wait()
        server.close()
        for task in tuple(sessions):
            task.cancel()
        await asyncio.gather(*sessions)
