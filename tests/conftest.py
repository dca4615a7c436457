"""What every test starts from: a place of its own, French, and the mail servers.

Each process of the run (pytest-xdist makes several) has its own servers, which live as long as it does.
"""

import gc
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from balt import i18n
from tests.support.dovecot import PASSWORD, Dovecot, dovecot_program
from tests.support.servers import DemoImapServer, DovecotServer, ImapServer

if TYPE_CHECKING:  # most tests do without the demo
    from balt.demo import DemoServer
    from balt.demo.directory import DirectoryServer
    from tests.support.dovecot_sieve import SieveDovecot
    from tests.support.profiles import Profile

os.environ.update(TZ="Europe/Paris", LANG="C.UTF-8", LC_ALL="C.UTF-8", TEXTUAL_ANIMATIONS="none")
if hasattr(time, "tzset"):
    time.tzset()

settings.register_profile("balt", deadline=None)  # no test is about how fast this machine is
settings.load_profile("balt")

# A run makes much that goes away by itself: looking through it often for what does not takes time.
gc.set_threshold(100_000, 20, 20)
gc.disable()  # until all tests are found: next to nothing of that is garbage

NO_DOVECOT = "Dovecot is not installed (apt install dovecot-imapd)"
NO_PIGEONHOLE = "Pigeonhole is not installed (apt install dovecot-sieve dovecot-managesieved)"
NO_TMUX = "tmux is not installed (apt install tmux)"


def in_ci() -> bool:
    """Whether what is missing is a failure, not a reason to skip."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def need(present: object, reason: str) -> None:
    """Go on when ``present``; otherwise fail in CI and skip elsewhere, both with ``reason``."""
    if not present:
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test ever sees or touches the configuration, the state or the data of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        patch.delenv("BALT_CONFIG", raising=False)
        yield home


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    i18n.set_language("fr")
    yield
    i18n.set_language("fr")


@pytest.fixture
def in_english() -> None:
    """The rest of the test speaks English."""
    i18n.set_language("en")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real Dovecot; ask it for a ``new_user()`` so that tests do not see each other's mail."""
    need(dovecot_program(), NO_DOVECOT)
    with Dovecot() as server:
        yield server


@pytest.fixture
def start_dovecot() -> Iterator[Callable[..., Dovecot]]:
    """Start another Dovecot for this test alone: ``start_dovecot(hide=("SORT",))``."""
    need(dovecot_program(), NO_DOVECOT)
    with ExitStack() as running:
        yield lambda **options: running.enter_context(Dovecot(**options))


@pytest.fixture(scope="session")
def pigeonhole() -> Iterator["SieveDovecot"]:
    """A real Dovecot with ManageSieve, which answers by scripts; what it sends is caught."""
    from tests.support.dovecot_sieve import SieveDovecot, has_pigeonhole

    need(has_pigeonhole(), NO_PIGEONHOLE)
    with SieveDovecot() as server:
        yield server


@pytest.fixture(scope="session")
def demo_server() -> Iterator["DemoServer"]:
    """The demo's own server with the practice of ``tests.support.demo`` in it: look, do not change."""
    from tests.support.demo import practice_server

    with practice_server() as server:
        yield server


@pytest.fixture(scope="session")
def empty_demo_server() -> Iterator["DemoServer"]:
    """The demo's own server, for tests that bring their own mail."""
    from balt.demo import DemoServer

    with DemoServer(password=PASSWORD) as server:
        yield server


@pytest.fixture
def directory_server() -> Iterator["DirectoryServer"]:
    """The demo's directory with the people of ``tests.support.directory``, for this test alone."""
    from tests.support.directory import directory_server

    with directory_server() as server:
        yield server


@pytest.fixture(scope="session")
def demo_imap(empty_demo_server: "DemoServer") -> ImapServer:
    """The demo's server behind the face that both servers share."""
    return DemoImapServer(empty_demo_server)


@pytest.fixture(scope="session")
def dovecot_imap(dovecot: Dovecot) -> ImapServer:
    """Dovecot behind the face that both servers share."""
    return DovecotServer(dovecot)


@pytest.fixture(params=["demo", "dovecot"])
def imap_server(request: pytest.FixtureRequest) -> ImapServer:
    """The two servers that every IMAP test runs against, one after the other."""
    server: ImapServer = request.getfixturevalue(f"{request.param}_imap")
    return server


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were asked of ``time.sleep`` in the thread of the test, each time: how long something
    means to wait, however busy the machine is. A server of another test may sleep meanwhile.
    """
    asked: list[float] = []
    sleep, here = time.sleep, threading.current_thread()

    def note(seconds: float) -> None:
        if threading.current_thread() is here:
            asked.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", note)
    return asked


@pytest.fixture(scope="session")
def _profiles() -> Iterator[Callable[[str], "Profile"]]:
    from tests.support.profiles import started

    yield from started()


@pytest.fixture(params=["full", "condstore", "flags", "exchange", "demo"])
def mail_profile(request: pytest.FixtureRequest, _profiles: Callable[[str], "Profile"]) -> "Profile":
    """Servers from the one that offers most to the one that offers least, one after the other."""
    if request.param != "demo":
        need(dovecot_program(), NO_DOVECOT)
    return _profiles(request.param)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: no look for garbage goes through it again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked ``dovecot`` or ``terminal`` need a program that may be missing."""
    if item.get_closest_marker("dovecot"):
        need(dovecot_program(), NO_DOVECOT)
    if item.get_closest_marker("terminal"):
        need(shutil.which("tmux"), NO_TMUX)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None, None, None]:
    """Say last, after pytest's own summary, how many tests were skipped and why."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} skipped: {reason}", yellow=True)
