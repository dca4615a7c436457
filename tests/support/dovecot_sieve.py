"""Dovecot with Pigeonhole: ManageSieve, delivery by scripts, and what a script would send, caught on the way.

Where Pigeonhole is not installed (``dovecot-sieve``, ``dovecot-managesieved``), tests are skipped.
"""

import email
import email.policy
import os
import shutil
import socket
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from balt.config import Account
from tests.support.dovecot import Dovecot, DovecotFailedError, as_server, dovecot_program

_PLACES = ("/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot")


def pigeonhole_program(name: str) -> str | None:
    """Where a program of Dovecot is that no user calls; None when not installed."""
    return shutil.which(name, path=os.pathsep.join(_PLACES))


def has_pigeonhole() -> bool:
    """Whether scripts can be managed and run here."""
    library = any(next(Path(place).rglob("*sieve_plugin.so"), None) for place in _PLACES)
    programs = (dovecot_program(), *map(pigeonhole_program, ("managesieve", "dovecot-lda")))
    return library and all(programs)


class SieveDovecot(Dovecot):
    """A Dovecot whose ``account()`` has ManageSieve. ``without`` are Sieve extensions that it lacks;
    ``default`` is the script of the operator for who has none, under ``default_name`` where it is listed.
    """

    def __init__(
        self, *, without: tuple[str, ...] = (), default: bytes = b"", default_name: str = "", **options: Any
    ) -> None:
        self.sieve_port = 0
        self._without = without
        self._default, self._default_name = default, default_name
        super().__init__(extra=self._settings, **options)

    def account(self, user: str | None = None, *, security: str = "none", **overrides: Any) -> Account:
        return super().account(user, security=security, **({"sieve_port": self.sieve_port} | overrides))

    def scripts(self, user: str) -> Path:
        """The folder of a user's scripts."""
        return self.folder / "mail" / user / "sieve"

    def arrive(self, user: str, raw: bytes, sender: str, recipient: str = "") -> None:
        """Deliver a message from outside, as the scripts in service want it; ``recipient`` is the address by
        which the server knows the user.
        """
        program = pigeonhole_program("dovecot-lda")
        config = str(self.folder / "dovecot.conf")
        recipient = recipient or f"{user}@medecin.mssante.fr"
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [str(program), "-c", config, "-d", user, "-f", sender, "-a", recipient],
            input=raw,
            capture_output=True,
            timeout=60,
            check=False,
            **as_server(),
        )
        if done.returncode:
            raise DovecotFailedError(done.stderr.decode("utf-8", "replace"))

    def sent(self, user: str) -> list[EmailMessage]:
        """What the scripts of a user sent until now, oldest first."""
        found = sorted((self.folder / "sent").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found]
        return [mail for mail in mails if str(mail["From"]).strip("<>").startswith(f"{user}@")]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.sieve_port), timeout=5) as connection:
                return connection.recv(64).startswith(b'"IMPLEMENTATION"') and super()._answers()
        except OSError:
            return False

    def _settings(self, folder: Path) -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.sieve_port = int(free.getsockname()[1])
        (folder / "sent").mkdir()
        stub = folder / "sendmail"
        stub.write_text(_STUB.format(folder=folder), encoding="ascii")
        stub.chmod(0o755)
        lacking = " ".join(f"-{name}" for name in self._without)
        more = [f"sieve_extensions = {lacking}"] if lacking else []
        if self._default:
            (folder / "default.sieve").write_bytes(self._default)
            more.append(f"sieve_default = {folder}/default.sieve")
        if self._default_name:
            more.append(f"sieve_default_name = {self._default_name}")
        return _SETTINGS.format(folder=folder, port=self.sieve_port, more="\n  ".join(more))


_STUB = """#!/bin/sh
set -eu
file=$(mktemp {folder}/sent/XXXXXXXX)
cat > "$file"
mv "$file" "$file.eml"
"""

_SETTINGS = """
protocols = imap sieve
postmaster_address = postmaster@medecin.mssante.fr
hostname = localhost
sendmail_path = {folder}/sendmail
protocol lda {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_vacation_min_period = 1d
  {more}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {port}
  }}
}}
"""
