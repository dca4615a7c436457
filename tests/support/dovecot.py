"""A private Dovecot 2.3 for tests: its own configuration and mail in a temporary folder, loopback only.

It needs no privilege (started by root, it drops to ``nobody``), picks free ports, and cannot outlive the
test process: a small shell holds it and stops it when the pipe to the test process closes.
"""

import grp
import imaplib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from balt.config import Account
from tests.support.append import append_all
from tests.support.dovecot_conf import SPECIAL_USE, configuration
from tests.support.tls import Certificates

PASSWORD = "pass"  # of every mailbox
MASTER = (
    "master",
    "masterpass",
)  # may open every mailbox: SASL PLAIN authorization identity, or "user*master"
# Stops the server and removes its folder when the test process closes the pipe, however that process ends.
# TERM goes to the whole session, which is Dovecot's alone: by itself the master takes a second to stop.
_HOLD = """
trap : TERM
"$1" -F -c "$2/dovecot.conf" & pid=$!
cat > /dev/null
kill -TERM 0
while kill -0 "$pid" 2> /dev/null; do wait "$pid"; done
rm -rf "$2"
"""
_SBIN = "/usr/sbin:/usr/local/sbin"


def dovecot_program() -> str | None:
    """Where the server is (``sbin`` is not in everybody's PATH); None when not installed."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}")


class DovecotFailedError(Exception):
    """The server did not come up; the text is the end of its log."""


class Dovecot:
    """A server while the ``with`` block lasts. Any user name is accepted with the password ``pass``.

    ``hide`` leaves capabilities out of what the server announces; ``quota`` is the default quota rule (None:
    no quota at all); ``folders`` maps folder names to their special use ("" for none); ``extra`` is appended
    to the configuration; a function is given the server's folder, where it may write files. ``port`` is plain
    and offers STARTTLS, ``tls_port`` is TLS from the first byte.
    """

    password = PASSWORD

    def __init__(
        self,
        *,
        hide: Iterable[str] = (),
        quota: str | None = "*:storage=20G",
        folders: Mapping[str, str] = SPECIAL_USE,
        separator: str = "/",
        extra: str | Callable[[Path], str] = "",
    ) -> None:
        self._hide = frozenset(name.upper() for name in hide)
        self._quota = None if "QUOTA" in self._hide else quota
        self._folders = dict(folders)
        self._separator = separator
        self._extra = extra
        self._users = 0
        self._shell: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for _attempt in range(3):  # a free port may be taken between the choice and the start
            try:
                self._prepare()
                self._start()
                return self
            except BaseException as error:
                self.stop()
                failure = error
                if not isinstance(error, DovecotFailedError):
                    raise
        raise failure

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop this server (and no other) and remove its folder."""
        if self._shell and self._shell.stdin:
            self._shell.stdin.close()
            self._shell.wait(timeout=30)
            self._shell = None
        shutil.rmtree(self.folder, ignore_errors=True)

    # What tests ask for

    def new_user(self, quota: str | None = None) -> str:
        """The name of a user with an empty mailbox; ``quota`` ("1M") is a storage limit of its own."""
        self._users += 1
        user = f"u{self._users}"
        if quota is not None:
            rule = f"{user}:::::{self.folder}/mail/{user}::userdb_quota_rule=*:storage={quota}\n"
            with (self.folder / "users").open("a", encoding="utf-8") as file:
                file.write(rule)
            deadline = time.monotonic() + 10  # Dovecot looks at the file once a second
            while quota not in self.doveadm("user", "-f", "quota_rule", user):
                if time.monotonic() > deadline:
                    raise DovecotFailedError("the quota of a user was not taken over")
                time.sleep(0.05)
        return user

    def account(self, user: str | None = None, *, security: str = "none", **overrides: Any) -> Account:
        """An ``Account`` for ``user`` (a new one by default); address and port follow ``security``."""
        user = user or self.new_user()
        values: dict[str, Any] = {
            "address": f"{user}@medecin.mssante.fr",
            "username": user,
            "host": "127.0.0.1" if security == "none" else "localhost",
            "port": self.tls_port if security == "tls" else self.port,
            "security": security,
            "ca_file": None if security == "none" else self.ca_file,
            "timeout": 20.0,
        }
        return Account(**(values | overrides))

    def client(self, user: str) -> imaplib.IMAP4:
        """A second client: a plain connection of the standard library, logged in."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        connection.login(user, PASSWORD)
        return connection

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        date: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        """Put one message into a folder (made when missing) and return its UID."""
        return self.deliver_all(user, [(raw, date, tuple(flags))], folder)[0]

    def deliver_all(
        self,
        user: str,
        messages: Iterable[tuple[bytes, datetime | None, Iterable[str]]],
        folder: str = "INBOX",
    ) -> list[int]:
        """Put many messages (octets, reception date, flags) into a folder over one connection."""
        with self.client(user) as connection:
            return append_all(connection, messages, folder)

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mail of a folder lies: Maildir++, so sub-folders are ``.Name.Sub`` beside ``cur``."""
        root = self.folder / "mail" / user / "Maildir"
        return root if folder == "INBOX" else root / ("." + folder.replace(self._separator, "."))

    def own(self, path: Path) -> None:
        """Give what a test wrote below ``path`` to the user that the server runs as."""
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            for found in (path, *path.rglob("*")):
                os.chown(found, user.pw_uid, user.pw_gid)

    def doveadm(self, *arguments: str) -> str:
        """What ``doveadm`` answers: ``doveadm("fetch", "-u", user, "uid size.physical", "ALL")``."""
        program = shutil.which("doveadm", path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}:/usr/bin")
        command = [program or "doveadm", "-c", str(self.folder / "dovecot.conf"), *arguments]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=120, check=False, **as_server()
        )
        if done.returncode:
            raise DovecotFailedError(done.stderr)
        return done.stdout

    def kick(self, user: str) -> None:
        """End every connection of ``user``. The server hears of a new one, and of the end of one, a little
        later than its client does: before and after, this waits until it has.
        """
        self._wait_until(user, connected=True)
        self.doveadm("kick", user)
        self._wait_until(user, connected=False)

    def _wait_until(self, user: str, *, connected: bool) -> None:
        """Wait until the server counts a connection of ``user``, or none."""
        deadline = time.monotonic() + 20
        while (user in self.doveadm("who", "-1", user).split()) is not connected:
            if time.monotonic() > deadline:
                raise DovecotFailedError(f"{user} is {'not yet' if connected else 'still'} connected")
            time.sleep(0.02)

    def record(self, user: str) -> Callable[[], bytes]:
        """From the next login of ``user``, keep what clients send after it; the result reads it back."""
        folder = self.folder / "mail" / user / "rawlog"
        folder.mkdir(parents=True)
        self.own(folder.parent)

        def sent() -> bytes:
            lines = b"".join(path.read_bytes() for path in sorted(folder.glob("*.in")))
            return re.sub(rb"^\d+\.\d+ ", b"", lines, flags=re.MULTILINE)  # each line has its time before it

        return sent

    def log(self) -> str:
        """The server's own log."""
        path = self.folder / "dovecot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    # Starting

    def _prepare(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="balt-imap-"))
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        self.certificates = Certificates(self.folder)
        self.ca_file = self.certificates.ca_file
        self.port, self.tls_port = _free_ports(2)
        self._greeting = f"balt-test-{secrets.token_hex(6)}"
        (self.folder / "users").touch()
        (self.folder / "masters").write_text("{}:{{PLAIN}}{}\n".format(*MASTER), encoding="utf-8")
        (self.folder / "dovecot.conf").write_text(self._configuration(), encoding="utf-8")
        self.own(self.folder)

    def _start(self) -> None:
        program = dovecot_program()
        if program is None:
            raise FileNotFoundError("dovecot")
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _HOLD, "hold", program, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server in order
            **as_server(),
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            if "Fatal:" in self.log() or time.monotonic() > deadline:
                raise DovecotFailedError(self.log()[-2000:])
            time.sleep(0.02)

    def _answers(self) -> bool:
        """Whether this very server, and not another one that took the port, greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return self._greeting.encode() in connection.recv(4096)
        except OSError:
            return False

    def _configuration(self) -> str:
        user, group = _server_identity()
        return configuration(
            folder=self.folder,
            user=user,
            group=group,
            greeting=self._greeting,
            ports=(self.port, self.tls_port),
            password=PASSWORD,
            separator=self._separator,
            folders=self._folders,
            quota=self._quota,
            hide=self._hide,
            extra=self._extra(self.folder) if callable(self._extra) else self._extra,
        )


def _server_identity() -> tuple[str, str]:
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    return user.pw_name, grp.getgrgid(user.pw_gid if os.getuid() == 0 else os.getgid()).gr_name


def as_server() -> dict[str, Any]:
    """How to start a process as the user that the server runs as."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
