"""``balt demo``: the practice of the demo, served by a child that ends with us, nothing left behind."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import balt
from balt.cli.app import need_terminal
from balt.cli.ending import tell, undisturbed
from balt.clock import Clock, ShiftedClock, SystemClock
from balt.config import Config, load_config
from balt.errors import ConnectionFailedError, UsageError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.secrets import Secrets

START_SECONDS = 30
STOP_SECONDS = 5
_KEY = "BALT_DEMO_API_KEY"
_CAT = "import sys; sys.stdout.write(open(sys.argv[1], encoding='utf-8').read())"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that runs: a configuration as a person would have written it, and where balt may keep things."""

    config: Config
    secrets: Secrets
    state_dir: Path
    config_file: Path

    @property
    def files_dir(self) -> Path:
        """Where what the app saves is proposed to go: it disappears with the demo."""
        return self.config_file.with_name(_("fichiers"))


def run(options: Namespace) -> int:
    """Open the app on the demo, or with ``--serve`` let another terminal use it."""
    if options.serve:
        return _serve(options)
    need_terminal()
    return open_demo(options.seed, options.today, options.hide)


def open_demo(seed: int = 1, today: date | None = None, hide: Sequence[str] = ()) -> int:
    """Open the app on the demo; its exit code. Raises as ``running_demo`` does."""
    from balt.tui.run import run_app

    with running_demo(seed, today, hide) as demo:
        clock = demo_clock(today)
        return run_app(
            demo.config,
            demo.secrets,
            clock,
            badge=_("DÉMO"),
            state_dir=demo.state_dir,
            usual_folder=str(demo.files_dir),
        )


def demo_clock(today: date | None) -> Clock:
    """The machine's clock, or one that stands at nine o'clock on ``today`` and runs from there."""
    if today is None:
        return SystemClock()
    return ShiftedClock(datetime.combine(today, time(9)).astimezone())


@contextmanager
def running_demo(seed: int = 1, today: date | None = None, hide: Sequence[str] = ()) -> Iterator[Demo]:
    """The practice behind a server of its own; passwords are in memory only. Nothing is left afterwards.

    Raises UsageError for an extension to hide that does not exist, ConnectionFailedError when the server
    does not come up.
    """
    with _practice(seed, today, hide) as (folder, served):
        passwords = {f"BALT_DEMO_{i}": a["password"] for i, a in enumerate(served["accounts"], start=1)}
        sources = [{"password_env": name} for name in passwords]
        directory = _directory(folder, served) | {"api_key_env": _KEY}
        file = folder / "config.toml"
        write_private(file, _configuration(served, sources, directory).encode())
        secrets = Secrets(environ=passwords | {_KEY: served["directory"]["key"]})
        yield Demo(load_config(file), secrets, private_dir(folder / "state"), file)


def _serve(options: Namespace) -> int:
    """Let another terminal use the demo until Ctrl-C."""
    try:
        with _practice(options.seed, options.today, options.hide) as (folder, served):
            _tell_how(folder, served)
            served["process"].wait()
    except KeyboardInterrupt:
        return 0
    raise _stopped()


def _tell_how(folder: Path, served: Mapping[str, Any]) -> None:
    """Write a configuration that works from elsewhere, and print what to type there."""
    sources = []
    for number, account in enumerate(served["accounts"], start=1):
        sources.append({"password_command": _kept(folder / f"password-{number}", account["password"])})
    key = {"api_key_command": _kept(folder / "api-key", served["directory"]["key"])}
    file = folder / "config.toml"
    write_private(file, _configuration(served, sources, _directory(folder, served) | key).encode())
    tell(_("Le cabinet de démonstration est servi. Dans un autre terminal, tapez :"))
    places = {"XDG_STATE_HOME": private_dir(folder / "state"), "XDG_DATA_HOME": private_dir(folder / "data")}
    for name, value in ({"BALT_CONFIG": file} | places).items():
        sys.stdout.write(_assignment(name, str(value)) + "\n")
    sys.stdout.flush()
    tell(_("puis balt, balt status… Ici, Ctrl-C arrête tout et efface tout."))


def _kept(file: Path, secret: str) -> list[str]:
    """Keep a secret in a file of ours; the command that gives it."""
    write_private(file, secret.encode())
    return [sys.executable, "-I", "-c", _CAT, str(file)]


def _directory(folder: Path, served: Mapping[str, Any]) -> dict[str, object]:
    """Where the directory is read: the API, and the extraction as if it had been downloaded here."""
    extraction = folder / served["extraction"]["name"]
    write_private(extraction, served["extraction"]["text"].encode())
    return {"base_url": served["directory"]["base_url"], "extraction": str(extraction)}


def _assignment(name: str, value: str) -> str:
    if os.name == "nt":
        return f"$env:{name} = '{value}'"
    return f"export {name}={shlex.quote(value)}"


@contextmanager
def _practice(seed: int, today: date | None, hide: Sequence[str]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """A private folder, and what the server said of itself; both go away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="balt-demo-")).resolve()
    child: subprocess.Popen[str] | None = None
    try:
        child = _start([*_arguments(seed, today, hide), "--folder", str(folder)])
        said = _first_line(child)
        if not said:
            raise _unknown_extensions(hide) or _stopped()
        yield folder, json.loads(said) | {"process": child}
    finally:
        with undisturbed():
            if child is not None:
                _stop(child)
            shutil.rmtree(folder, ignore_errors=True)


def _arguments(seed: int, today: date | None, hide: Sequence[str]) -> list[str]:
    arguments = ["--seed", str(seed), "--hide", ",".join(hide)]
    return [*arguments, "--today", today.isoformat()] if today else arguments


def _start(arguments: list[str]) -> "subprocess.Popen[str]":
    """The server, in a session of its own: a Ctrl-C at the keyboard is for us, and closing its standard input
    is what ends it, even when we are killed.
    """
    here = str(Path(balt.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "balt.demo.serve", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": here, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
        start_new_session=True,
    )


def _first_line(child: "subprocess.Popen[str]") -> str:
    """The line that says where the server is; empty when it failed, or was too slow and was ended."""
    if child.stdout is None:
        return ""
    patience = threading.Timer(START_SECONDS, child.kill)
    patience.daemon = True
    patience.start()
    try:
        return child.stdout.readline()
    finally:
        patience.cancel()


def _stop(child: "subprocess.Popen[str]") -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _unknown_extensions(hide: Sequence[str]) -> UsageError | None:
    """What was wrong with ``--hide``; None when nothing was."""
    from balt.demo.capabilities import AFTER_LOGIN, BEFORE_LOGIN, NOT_ANNOUNCED

    known = {*BEFORE_LOGIN, *AFTER_LOGIN, *NOT_ANNOUNCED}
    unknown = [name for name in hide if name.upper() not in known]
    if not unknown:
        return None
    return UsageError(
        _("le serveur de la démonstration n'a pas l'extension %s.") % ", ".join(unknown),
        advice=_("On peut cacher : %s.") % ", ".join(sorted(known)),
    )


def _stopped() -> ConnectionFailedError:
    return ConnectionFailedError(
        _("le serveur de la démonstration s'est arrêté."), advice=_("Relancez balt demo.")
    )


def _configuration(
    served: Mapping[str, Any], sources: Sequence[Mapping[str, object]], directory: Mapping[str, object]
) -> str:
    """The configuration file that a person would have written for these BAL."""
    lines = ["[person]", *_pairs(served.get("person") or {}), "", "[directory]", *_pairs(directory)]
    for account, source in zip(served["accounts"], sources, strict=True):
        values = {
            "address": account["address"],
            "host": served["host"],
            "port": served["port"],
            "security": "none",
            "username": account["username"],
            "sieve": served["sieve_port"] is not None,  # at the usual port there may be another program
            **({"sieve_port": served["sieve_port"]} if served["sieve_port"] else {}),
        }
        lines += ["", "[[mailbox]]", *_pairs({**values, **source})]
    return "\n".join(lines) + "\n"


def _pairs(values: Mapping[str, object]) -> list[str]:
    """Lines of TOML: its texts, numbers and lists are written as JSON's, but for the character DEL."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
    ]
