"""The auto-reply on a real Dovecot with Pigeonhole: installed, answering, changed, removed, killed."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.autoreply.reply import SUBJECT, AutoReply
from balt.cases.autoreply.script import NAME, Way, build
from balt.cases.autoreply.service import AutoReplies
from balt.cases.autoreply.state import OwnStand, Stand
from balt.cleanup.journal import Journal
from balt.clock import SystemClock
from balt.config import Account
from balt.errors import StoppedError
from balt.mail.sieve.session import SieveSession
from tests.cases.autoreply.server import KilledError
from tests.conftest import NO_PIGEONHOLE, need
from tests.support.dovecot_sieve import SieveDovecot, has_pigeonhole

NEW = "camille.exemple@chu-fictif.mssante.fr"
OTHER = "camille.exemple@clinique-fictive.mssante.fr"
LABO = "labo@bio-fictive.mssante.fr"
TRI = b'require ["fileinto", "mailbox"]; # \xc3\xa9\r\nfileinto :create "Labo";\n'
TRI_2 = b'require ["fileinto", "mailbox"];\r\nfileinto :create "Labo2";'


@pytest.fixture(scope="module")
def without_include() -> Iterator[SieveDovecot]:
    need(has_pigeonhole(), NO_PIGEONHOLE)
    with SieveDovecot(without=("include",)) as server:
        yield server


@pytest.fixture(params=["include", "combined"])
def server(request: pytest.FixtureRequest) -> SieveDovecot:
    """Where a script may call another one, and where it may not."""
    name = "pigeonhole" if request.param == "include" else "without_include"
    found: SieveDovecot = request.getfixturevalue(name)
    return found


class Mortal(SieveSession):
    """It is killed at the ``left``-th moment, before or after a request that changes something."""

    def __init__(self, account: Account, password: Callable[[], str], left: list[int]) -> None:
        super().__init__(account, password)
        self._left = left

    def put(self, name: str, script: bytes) -> None:
        self._moment()
        super().put(name, script)
        self._moment()

    def activate(self, name: str) -> None:
        self._moment()
        super().activate(name)
        self._moment()

    def delete(self, name: str) -> None:
        self._moment()
        super().delete(name)
        self._moment()

    def _moment(self) -> None:
        self._left[0] -= 1
        if self._left[0] == 0:
            raise KilledError


class Box:
    """A BAL, its scripts as they lie on the server's disk, and the state folder of a balt."""

    def __init__(self, server: SieveDovecot, state: Path) -> None:
        self.server = server
        self.user = server.new_user()
        self.account: Account = server.account(self.user)
        self.state = state

    def session(self, left: list[int] | None = None) -> SieveSession:
        return Mortal(self.account, lambda: self.server.password, left or [0])

    @contextmanager
    def replies(self, left: list[int] | None = None) -> Iterator[AutoReplies]:
        clock = SystemClock()
        with self.session(left) as session:
            journal = Journal(self.state / "journal.jsonl", clock, "Camille Exemple")
            yield AutoReplies(session, session.place, journal, clock)

    def reply(self, to: str = NEW) -> AutoReply:
        return AutoReply(self.account.address, to)

    def webmail(self, scripts: dict[str, bytes], active: str = "") -> None:
        """Put scripts there and one into service, as a webmail does."""
        with self.session() as session:
            for name, script in scripts.items():
                session.put(name, script)
            session.activate(active)

    @property
    def scripts(self) -> dict[str, bytes]:
        """The files of the scripts."""
        return {path.stem: path.read_bytes() for path in self.server.scripts(self.user).glob("*.sieve")}

    @property
    def active(self) -> str | None:
        with self.session() as session:
            return session.scripts().active

    def arrive(self, sender: str = LABO, *headers: str, to: str = "", recipient: str = "") -> None:
        """A message about a patient comes in."""
        lines = [f"From: {sender or LABO}", f"To: {to or self.account.address}", "Subject: TESTPATIENT Jean"]
        raw = "\r\n".join([*lines, *headers, "Message-ID: <x@bio-fictive.mssante.fr>", "", "TESTPATIENT", ""])
        self.server.arrive(self.user, raw.encode(), sender, recipient)

    @property
    def sent(self) -> list[str]:
        """Whom the replies of this BAL went to."""
        return [str(mail["To"]).strip("<>") for mail in self.server.sent(self.user)]

    def count(self, folder: str) -> int:
        """How many messages a folder holds; none where there is no such folder."""
        with self.server.client(self.user) as client:
            answer, told = client.select(folder, readonly=True)
            return int(told[0] or b"0") if answer == "OK" else 0


@pytest.fixture
def box(server: SieveDovecot, tmp_path: Path) -> Box:
    return Box(server, tmp_path / "state")


@pytest.fixture
def plain_box(pigeonhole: SieveDovecot, tmp_path: Path) -> Box:
    return Box(pigeonhole, tmp_path / "state")


# Answering


def test_it_answers_in_fixed_words_that_name_both_addresses_and_nothing_of_the_mail(plain_box: Box) -> None:
    with plain_box.replies() as replies:
        assert replies.install(plain_box.reply()).is_as_meant
    plain_box.arrive()
    (mail,) = plain_box.server.sent(plain_box.user)
    assert str(mail["To"]) == LABO
    assert str(mail["Subject"]) == SUBJECT
    assert str(mail["Auto-Submitted"]).startswith("auto-replied")
    assert mail.get_content().split() == plain_box.reply().body.split()
    assert "TESTPATIENT" not in mail.as_string()
    assert plain_box.count("INBOX") == 1  # the mail itself keeps coming in


def test_a_bal_that_the_server_knows_by_another_address_answers_for_its_own(plain_box: Box) -> None:
    with plain_box.replies() as replies:
        replies.install(plain_box.reply())
    plain_box.arrive(recipient="boite-12@interne.invalid")
    sent = [path.read_text() for path in (plain_box.server.folder / "sent").glob("*.eml")]
    assert any(f"To: <{LABO}>" in mail and plain_box.account.address in mail for mail in sent)


def test_the_same_sender_is_answered_once_another_one_too(plain_box: Box) -> None:
    with plain_box.replies() as replies:
        replies.install(plain_box.reply())
    for sender in (LABO, LABO, "chu@chu-fictif.mssante.fr"):
        plain_box.arrive(sender)
    assert plain_box.sent == [LABO, "chu@chu-fictif.mssante.fr"]
    assert plain_box.count("INBOX") == 3


@pytest.mark.parametrize(
    ("sender", "headers", "to"),
    [
        ("", (), ""),
        ("MAILER-DAEMON@medecin.mssante.fr", (), ""),
        ("owner-liste@chu-fictif.mssante.fr", (), ""),
        ("liste-request@chu-fictif.mssante.fr", (), ""),
        (LABO, ("List-Id: <liste.chu-fictif.mssante.fr>",), ""),
        (LABO, ("List-Unsubscribe: <mailto:x@chu-fictif.mssante.fr>",), ""),
        (LABO, ("Auto-Submitted: auto-generated",), ""),
        (LABO, ("Auto-Submitted: auto-replied",), ""),
        (LABO, ("Precedence: bulk",), ""),
        (LABO, (), "quelqu.un.autre@medecin.mssante.fr"),
    ],
)
def test_lists_programs_and_mail_to_others_are_not_answered(
    plain_box: Box, sender: str, headers: tuple[str, ...], to: str
) -> None:
    with plain_box.replies() as replies:
        replies.install(plain_box.reply())
    plain_box.arrive(sender, *headers, to=to)
    plain_box.arrive("temoin@chu-fictif.mssante.fr")
    assert plain_box.sent == ["temoin@chu-fictif.mssante.fr"]
    assert plain_box.count("INBOX") == 2


@pytest.mark.parametrize(("days", "answers"), [(1, True), (0, True), (-2, False)])
def test_it_answers_up_to_its_last_day(plain_box: Box, days: int, answers: bool) -> None:
    until = (datetime.now().astimezone() + timedelta(days=days)).date()  # the day is the server's
    with plain_box.session() as session:
        script = build(AutoReply(plain_box.account.address, NEW, until), None, session.extensions)
        session.put(NAME, script)
        session.activate(NAME)
    plain_box.arrive()
    assert plain_box.sent == ([LABO] if answers else [])
    assert plain_box.count("INBOX") == 1


def test_changed_it_names_the_new_place_also_to_those_who_were_answered(plain_box: Box) -> None:
    for to in (NEW, OTHER):
        with plain_box.replies() as replies:
            assert replies.install(plain_box.reply(to)).is_as_meant
        plain_box.arrive()
    first, second = (mail.get_content() for mail in plain_box.server.sent(plain_box.user))
    assert (NEW in first, OTHER in first) == (True, False)
    assert (NEW in second, OTHER in second) == (False, True)


# Beside the scripts of the person


def test_the_own_script_goes_on_sorting_and_is_as_it_was_afterwards(box: Box) -> None:
    before = {"Tri": TRI, "Vieux": b"discard;", "Brouillon \xe9": b"# rien"}
    box.webmail(before, "Tri")
    with box.replies() as replies:
        assert replies.install(box.reply()).is_as_meant
    box.arrive()
    assert (box.count("Labo"), box.count("INBOX"), box.sent) == (1, 0, [LABO])
    assert {name: script for name, script in box.scripts.items() if name != NAME} == before
    with box.replies() as replies:
        assert replies.remove().stand is Stand.ABSENT
    assert (box.scripts, box.active) == (before, "Tri")
    box.arrive("chu@chu-fictif.mssante.fr")
    assert (box.count("Labo"), box.sent) == (2, [LABO])


def test_changed_to_another_place_it_gives_the_own_script_back_as_it_was(box: Box) -> None:
    box.webmail({"Tri": TRI}, "Tri")
    for to in (NEW, OTHER):
        with box.replies() as replies:
            assert replies.install(box.reply(to)).is_as_meant
        assert box.scripts["Tri"] == TRI
    box.arrive()
    assert (box.count("Labo"), box.sent) == (1, [LABO])
    (answer,) = (mail.get_content() for mail in box.server.sent(box.user))
    assert (NEW in answer, OTHER in answer) == (False, True)
    with box.replies() as replies:
        replies.remove()
    assert (box.scripts, box.active) == ({"Tri": TRI}, "Tri")


def test_what_is_changed_in_the_own_script_counts_or_is_told(box: Box) -> None:
    box.webmail({"Tri": TRI}, "Tri")
    with box.replies() as replies:
        told = replies.install(box.reply())
    assert told.about is not None
    with box.session() as session:
        session.put("Tri", TRI_2)
    with box.replies() as replies:
        changed = replies.look()
        assert changed.own is OwnStand.CHANGED
        assert changed.is_as_meant is (told.about.way is Way.INCLUDE)
        if told.about.way is Way.COMBINED:
            assert replies.install(box.reply()).own is OwnStand.SAME
    box.arrive()
    assert (box.count("Labo2"), box.sent) == (1, [LABO])
    with box.replies() as replies:
        replies.remove()
    assert (box.scripts, box.active) == ({"Tri": TRI_2}, "Tri")


def test_an_own_script_that_was_deleted_does_not_end_the_answers(box: Box) -> None:
    box.webmail({"Tri": TRI}, "Tri")
    with box.replies() as replies:
        replies.install(box.reply())
    with box.session() as session:
        session.delete("Tri")
    box.arrive()
    assert box.sent == [LABO]
    assert box.count("INBOX") + box.count("Labo") == 1
    with box.replies() as replies:
        assert replies.look().own is OwnStand.MISSING
        replies.remove()
    assert (box.scripts, box.active) == ({"Tri": TRI}, "Tri")


@pytest.mark.parametrize("name", ['a"b', "Été à trier", "${x}", "a\\b", "tri.sieve", '"; discard; #'])
def test_whatever_its_name_is(box: Box, name: str) -> None:
    box.webmail({name: TRI}, name)
    with box.replies() as replies:
        assert replies.install(box.reply()).is_as_meant
    box.arrive()
    assert (box.count("Labo"), box.sent) == (1, [LABO])
    with box.replies() as replies:
        replies.remove()
    assert (list(box.scripts.values()), box.active) == ([TRI], name)


@pytest.mark.parametrize(
    "own",
    [
        b'require "vacation";\r\nvacation "Absent.";\r\n',
        b'require "reject";\r\nif false { reject "Non."; }\r\n',
        b'require "ihave";\r\nif ihave "vacation" { vacation "Absent."; }\r\n',
    ],
)
def test_a_script_that_answers_or_refuses_by_itself_stays_alone(box: Box, own: bytes) -> None:
    box.webmail({"Tri": own}, "Tri")
    with box.replies() as replies, pytest.raises(StoppedError, match="Tri"):
        replies.install(box.reply())
    assert (box.scripts, box.active) == ({"Tri": own}, "Tri")


def test_a_file_that_nobody_put_there_by_managesieve_goes_on_sorting(box: Box) -> None:
    home = box.server.scripts(box.user).parent
    box.webmail({"dovecot.orig": b"# plus vieux\r\n"})
    file = home / ".dovecot.sieve"
    file.unlink(missing_ok=True)
    file.write_bytes(TRI)
    box.server.own(home)
    with box.replies() as replies:
        assert replies.install(box.reply()).previous == "dovecot.orig"
    box.arrive()
    assert (box.count("Labo"), box.sent) == (1, [LABO])
    with box.replies() as replies:
        replies.remove()
    assert (box.scripts["dovecot.orig"], box.active) == (TRI, "dovecot.orig")
    kept = [path.read_bytes() for path in (box.state / "autoreply").rglob("*.sieve")]
    assert b"# plus vieux\r\n" in kept  # the server wrote over it


# Killed


@pytest.mark.parametrize("act", ["install", "change", "remove"])
def test_killed_at_any_request_nothing_of_the_person_is_lost(
    server: SieveDovecot, tmp_path: Path, act: str
) -> None:
    before = {"Tri": TRI, "Vieux": b"keep;"}
    moment = 0
    left = [0]
    while left[0] <= 0:
        moment += 1
        box = Box(server, tmp_path / str(moment))
        box.webmail(before, "Tri")
        if act != "install":
            with box.replies() as replies:
                replies.install(box.reply())
        left = [moment]
        with contextlib.suppress(KilledError), box.replies(left) as replies:
            replies.remove() if act == "remove" else replies.install(box.reply(OTHER))
        scripts, active = box.scripts, box.active
        assert {name: scripts[name] for name in before} == before
        box.arrive()
        assert (box.count("Labo"), box.sent) == (1, [LABO] if active == NAME else [])
        with box.replies() as replies:
            assert replies.look().stand is (Stand.ACTIVE if active == NAME else Stand.ABSENT)
            assert not Journal(box.state / "journal.jsonl", SystemClock(), "").unsettled()
            replies.remove()
        assert (box.scripts, box.active) == (before, "Tri")
    assert moment > 2
