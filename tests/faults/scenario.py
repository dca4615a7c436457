"""What is done under faults: a plan of ``balt plan`` that ``balt apply`` carries out, or ``balt export``."""

import itertools
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import mailbox
from tests.faults.archived import Archived, read_archive
from tests.faults.client import Client, Ended
from tests.faults.handed import Handed, read_handed
from tests.faults.letters import HANDED_LETTERS, HEAVY_LETTERS, PLAIN_LETTERS, Letters
from tests.faults.mailbox import PASSWORD, PLANNED, SOURCE, TRASH, Mailbox, State
from tests.faults.proxy import Case, Proxy
from tests.support.dovecot import Dovecot
from tests.support.source import ROOT

_LONGEST = 60.0
_NUMBERS = itertools.count(1)
_PASSWORD_TOO = f"passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n"


@dataclass(frozen=True)
class Scenario:
    """One act; ``options`` are those of ``balt plan``; ``{archive}`` stands for the archive's folder,
    ``{uids}`` for the messages. Without options the act is ``balt export`` of the folder, which ``reads``.

    ``hide`` are capabilities that the server does not have; ``tls`` puts the line under TLS.
    """

    name: str
    options: tuple[str, ...]
    source: str = SOURCE
    target: str = ""
    archive: bool = False
    hide: tuple[bytes, ...] = ()
    tls: bool = False
    letters: Letters = PLAIN_LETTERS

    @property
    def reads(self) -> bool:
        """Whether the mailbox is only looked at."""
        return not self.options

    @property
    def lightens(self) -> bool:
        """Whether messages stay without some of their attachments."""
        return "--detach-larger" in self.options

    def __str__(self) -> str:
        return self.name


_ARCHIVE = ("--uids", "{uids}", "--then", "delete", "--archive", "{archive}")
_MOVE = ("--uids", "{uids}", "--then", "trash")
ARCHIVE = Scenario("archive and delete", _ARCHIVE, archive=True)
MOVE = Scenario("move to the trash", _MOVE, target=TRASH)
COPY = Scenario("move without MOVE", _MOVE, target=TRASH, hide=(b"MOVE",))
EMPTY = Scenario("empty the trash", ("--empty-trash", "--no-archive"), source=TRASH)
ARCHIVE_TLS = Scenario("archive and delete, TLS", _ARCHIVE, archive=True, tls=True)
MOVE_TLS = Scenario("move to the trash, TLS", _MOVE, target=TRASH, tls=True)
_DETACH = ("--uids", "{uids}", "--detach-larger", "16k", "--archive", "{archive}")
DETACH = Scenario("lighten", _DETACH, archive=True, letters=HEAVY_LETTERS)
EXPORT = Scenario("hand documents over", (), letters=HANDED_LETTERS)
EXPORT_TLS = Scenario("hand documents over, TLS", (), letters=HANDED_LETTERS, tls=True)
PLAIN = (ARCHIVE, MOVE, COPY, EMPTY, EXPORT, DETACH)
SECURED = (ARCHIVE_TLS, MOVE_TLS, EXPORT_TLS)


@dataclass
class Expected:
    """What may be missing or new besides the plan's own doing: another client's.

    ``others`` are the messages, with their flags, that balt must not touch, by folder: all of them where it
    only reads; ``planned`` those that the plan still names, by hash; ``lost`` those of them that another
    client has removed; ``maybe`` those that it flagged, which may stay or go; ``kept`` those that it flagged
    so early that they must stay.
    ``recreated``: the source was made anew, so that the plan no longer fits.
    """

    others: dict[str, Counter[mailbox.Key]]
    planned: Counter[str]
    lost: Counter[str] = field(default_factory=Counter)
    maybe: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    recreated: bool = False

    def nothing_left(self, here: dict[int, mailbox.Key]) -> bool:
        """Whether no planned message is ``here``, in the source, so that no new plan can be made."""
        return not any(hashed in self.planned for hashed, _ in here.values())


@dataclass
class Shelf:
    """What all runs share: the server, a folder, and the mailbox that each scenario copies, with its plan."""

    server: Dovecot
    folder: Path
    templates: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


class Ground:
    """One client and the proxies between it and the server: what one run after the other stands on."""

    def __init__(self, shelf: Shelf, client: Client, name: str) -> None:
        self.server = shelf.server
        self.client = client
        self._shelf = shelf
        self._name = name
        self._stack = ExitStack()
        self._proxies: dict[bool, Proxy] = {}
        self._count = 0

    def __enter__(self) -> "Ground":
        for tls, port in ((False, self.server.port), (True, self.server.tls_port)):
            self._proxies[tls] = self._stack.enter_context(Proxy(port, tls=tls))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def proxy(self, scenario: Scenario) -> Proxy:
        """The way to the server."""
        return self._proxies[scenario.tls]

    def make_template(self, scenario: Scenario) -> None:
        """Fill the mailbox that is copied for each run, and have balt make the plan."""
        user = self._new_name()
        mailbox.fill(self.server, user, scenario.source, scenario.letters)
        if scenario.reads:
            self._shelf.templates[scenario.name] = (user, {})
            return
        with self._world(scenario, user) as world:
            made = world.plan()
            if made.code != 0:
                raise RuntimeError(f"balt plan: {made.code} {made.out} {made.err}")
            plan = json.loads(world.plan_file.read_text("utf-8"))
        found = [each["uid"] for part in plan["folders"] for each in part["messages"]]
        if found != list(PLANNED):
            raise RuntimeError(f"the plan names {found}")
        self._shelf.templates[scenario.name] = (user, plan)

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._name}n{self._count}"

    @contextmanager
    def world(self, scenario: Scenario) -> Iterator["World"]:
        """A fresh mailbox with its plan, for one fault; gone at the end."""
        template, plan = self._shelf.templates[scenario.name]
        user = self._new_name()
        mailbox.copy_mailbox(self.server, template, user)
        with self._world(scenario, user) as world:
            world.write_plan(plan)
            yield world
        mailbox.remove_mailbox(self.server, user)

    @contextmanager
    def _world(self, scenario: Scenario, user: str) -> Iterator["World"]:
        folder = Path(tempfile.mkdtemp(prefix=f"{user}-", dir=self._shelf.folder))
        try:
            yield World(self, scenario, Mailbox(self.server, user, scenario.letters.name), folder)
        finally:
            self.proxy(scenario).drain()
            shutil.rmtree(folder, ignore_errors=True)


class World:
    """One mailbox, one plan, one archive, and balt's own folders: what a fault happens to."""

    def __init__(self, ground: Ground, scenario: Scenario, box: Mailbox, folder: Path) -> None:
        self.ground = ground
        self.scenario = scenario
        self.box = box
        self.folder = folder
        self.own = folder / "own"
        self.archive = self.own / "archive"
        self.out = self.own / "out"
        self.plan_file = folder / "plan.json"
        self.address = f"{box.user}@medecin.mssante.fr"
        self.own.mkdir(mode=0o700)
        self.start = box.state()
        self.uids = box.by_uid(scenario.source)
        self.validity = box.validity(scenario.source)
        self.planned = {uid: self.uids[uid][0] for uid in PLANNED}
        self.expected = Expected(self._others(), Counter(self.planned.values()))

    def _others(self) -> dict[str, Counter[mailbox.Key]]:
        others = {name: Counter(found) for name, found in self.start.folders.items()}
        if self.scenario.reads:
            return others
        others[self.scenario.source] -= Counter(self.uids[uid] for uid in PLANNED)
        return others

    def state(self) -> State:
        """What the server holds now."""
        return self.box.state()

    def archived(self) -> Archived:
        """What the archive holds now."""
        return read_archive(self.archive)

    def handed(self) -> Handed:
        """What was handed over until now."""
        return read_handed(self.out)

    def write_plan(self, plan: dict[str, Any]) -> None:
        """The template's plan, bound to this mailbox; an act that only reads has none."""
        if not plan:
            return
        bound = {
            **plan,
            "server": f"{self._host}:{self.ground.proxy(self.scenario).port}",
            "user": self.box.user,
            "address": self.address,
            "archive": str(self.archive) if self.scenario.archive else "",
        }
        self.plan_file.write_text(json.dumps(bound), encoding="utf-8")

    def plan(self) -> Ended:
        """``balt plan``, without a fault, for the planned messages that are there now."""
        wanted = self.expected.planned.copy()
        uids = []
        for uid, (hashed, _) in self.box.by_uid(self.scenario.source).items():
            if wanted[hashed]:
                wanted[hashed] -= 1
                uids.append(str(uid))
        filled = {"{archive}": str(self.archive), "{uids}": f"{self.scenario.source}:{','.join(uids)}"}
        options = [filled.get(each, each) for each in self.scenario.options]
        self.plan_file.unlink(missing_ok=True)
        return self._run(["plan", self.address, *options, "--output", str(self.plan_file)], Case())

    def apply(self, case: Case) -> Ended:
        """``balt apply --yes``, or ``balt export``, by the proxy, which makes the fault of ``case``."""
        if self.scenario.reads:
            which = ("--folder", self.scenario.source, "--to", str(self.out))
            return self._run(["export", self.address, *which, "--json"], case)
        return self._run(["apply", str(self.plan_file), "--yes", "--json"], case)

    def _run(self, arguments: Sequence[str], case: Case) -> Ended:
        case.hide = self.scenario.hide
        proxy = self.ground.proxy(self.scenario)
        proxy.use(case)
        self._configure(proxy.port, case.fault.timeout)

        def started(pid: int) -> None:
            case.pid = pid
            case.has_pid.set()

        inject = case.fault.inject
        if inject and "root" in inject:
            inject = {**inject, "root": str(self.own)}
        ended = self.ground.client.run(
            arguments,
            self.folder,
            self._environ(),
            deadline=min(case.fault.deadline, _LONGEST),
            inject=inject,
            started=started,
        )
        proxy.drain()
        return ended

    @property
    def _host(self) -> str:
        return "localhost" if self.scenario.tls else "127.0.0.1"

    def _configure(self, port: int, timeout: float) -> None:
        lines = [
            "[[mailbox]]",
            f'address = "{self.address}"',
            f'username = "{self.box.user}"',
            f'host = "{self._host}"',
            f"port = {port}",
            f'security = "{"tls" if self.scenario.tls else "none"}"',
            'password_env = "BALT_FAULTS_PASSWORD"',
            f"timeout = {timeout}",
        ]
        if self.scenario.tls:
            lines.append(f'ca_file = "{self.ground.server.ca_file}"')
        (self.folder / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _environ(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TZ": "Europe/Paris",
            "HOME": str(self.own / "home"),
            "BALT_CONFIG": str(self.folder / "config.toml"),
            "BALT_FAULTS_PASSWORD": PASSWORD,
            "XDG_STATE_HOME": str(self.own / "state"),
            "XDG_DATA_HOME": str(self.own / "data"),
            "XDG_CACHE_HOME": str(self.own / "cache"),
        }


@contextmanager
def shelf() -> Iterator[Shelf]:
    """A server of its own, and a folder that is gone at the end."""
    memory = Path("/dev/shm")  # a thousand fsyncs a minute: not on a disk that turns
    with ExitStack() as stack:
        place = memory if memory.is_dir() else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="balt-faults-", dir=place))
        yield Shelf(stack.enter_context(Dovecot(extra=_PASSWORD_TOO)), Path(folder))


@contextmanager
def grounds(on: Shelf, count: int, package: Path = ROOT) -> Iterator[list[Ground]]:
    """Some grounds on a shelf that may be used side by side, for the balt in ``package``."""
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            client = stack.enter_context(Client(package))
            made.append(stack.enter_context(Ground(on, client, f"g{next(_NUMBERS)}")))
        yield made
