"""Commands as a test runs them: ``main()`` in this process, with a configuration of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from balt.cli import main
from balt.cli.demo import Demo, running_demo
from balt.config import Account
from tests.support.servers import ImapServer

PASSWORD_VARIABLE = "BALT_TEST_PASSWORD"


@dataclass(frozen=True)
class Result:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Balt = Callable[..., Result]


@pytest.fixture
def balt(capsys: pytest.CaptureFixture[str]) -> Balt:
    """Run a command in this process: ``balt("status", "--json")``."""

    def run(*arguments: str) -> Result:
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


def balt_process(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "balt", *arguments],
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def toml_of(account: Account, **more: object) -> str:
    """The ``[[mailbox]]`` that gives this account; its password is in the environment."""
    values: dict[str, object] = {
        "address": account.address,
        "host": account.host,
        "port": account.port,
        "security": account.security,
        "username": account.username,
        "timeout": account.timeout,
        "password_env": PASSWORD_VARIABLE,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in (values | more).items()]
    return "\n".join(["[[mailbox]]", *lines]) + "\n"


class Places:
    """Mailboxes on a server, and the configuration that names them."""

    def __init__(self, server: ImapServer, file: Path) -> None:
        self.server = server
        self.file = file
        self._blocks: list[str] = []

    def add(self, **more: object) -> Account:
        """One more empty mailbox in the configuration; ``more`` are keys of its ``[[mailbox]]``."""
        account = self.server.account()
        self.configure(account, **more)
        return account

    def configure(self, account: Account, **more: object) -> None:
        """Write the account into the configuration."""
        self._blocks.append(toml_of(account, **more))
        self.file.write_text("\n".join(self._blocks), encoding="utf-8")

    def write(self, account: Account, subject: str = "Courrier", **options: Any) -> int:
        """Put a message into a mailbox; its UID."""
        raw = message(subject, options.pop("sender", "labo@bio-fictive.mssante.fr"), options.pop("size", 0))
        return self.server.append(account, raw, **options)


def message(subject: str, sender: str = "labo@bio-fictive.mssante.fr", size: int = 0) -> bytes:
    """A plain message of at least ``size`` octets; the subject goes out as it is, encoded."""
    encoded = subject.encode("utf-8").hex("=").upper()
    body = "x" * 76 + "\r\n"
    head = (
        f"From: {sender}\r\nTo: camille.exemple@medecin.mssante.fr\r\n"
        f"Subject: =?utf-8?q?={encoded}?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    )
    return (head + "Bonjour\r\n" + body * (size // len(body))).encode("ascii")


def with_attachment(subject: str, name: str = "bilan.pdf") -> bytes:
    """A message that carries a small PDF."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "labo@bio-fictive.mssante.fr", "a@medecin.mssante.fr", subject
    mail.set_content("Ci-joint.")
    mail.add_attachment(b"%PDF-1.4 essai", maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration of the test is; nothing is there yet. State and data go beside it."""
    file = tmp_path / "config.toml"
    monkeypatch.setenv("BALT_CONFIG", str(file))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return file


@pytest.fixture
def places(imap_server: ImapServer, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Mailboxes on both servers, one after the other."""
    monkeypatch.setenv(PASSWORD_VARIABLE, imap_server.password)
    return Places(imap_server, config_file)


@pytest.fixture
def demo_places(demo_imap: ImapServer, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Mailboxes on the demo's server, for what does not depend on the server."""
    monkeypatch.setenv(PASSWORD_VARIABLE, demo_imap.password)
    return Places(demo_imap, config_file)


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The practice of the demo as the program serves it: look, do not change."""
    with running_demo() as running:
        yield running


@pytest.fixture
def practice(demo: Demo, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The practice, as the configuration of the test."""
    environ: Mapping[str, str] = {
        account.password_env: demo.secrets.password(account) for account in demo.config.accounts
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    directory = demo.config.directory
    monkeypatch.setenv(directory.api_key_env, demo.secrets.api_key(directory))
    monkeypatch.setenv("BALT_CONFIG", str(demo.config_file))
    return replace(demo)
