"""The life of an auto-reply on a server in memory: installed, changed, removed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.script import NAME, Way, read
from balt.cases.autoreply.service import MOST_KEPT, AutoReplies
from balt.cases.autoreply.state import OwnStand, Stand
from balt.cases.autoreply.words import state_lines
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.undo_words import act_line
from balt.cleanup.undoable import undoable
from balt.clock import FixedClock
from balt.config import Account
from balt.errors import BaltError, RefusedError, StoppedError
from tests.cases.autoreply.server import EXTENSIONS, KilledError, ScriptServer

ACCOUNT = Account("ancienne.exemple@medecin.mssante.fr", host="imap.exemple.fr", port=4190)
REPLY = AutoReply(ACCOUNT.address, "camille.exemple@chu-fictif.mssante.fr")
OTHER = AutoReply(ACCOUNT.address, "camille.exemple@clinique-fictive.mssante.fr")
CLOCK = FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
TRI = b'require "fileinto";\r\n# \xc3\xa9\r\nfileinto "Labo";\n'
OLD = b"# vieux\r\nkeep;\r\n"
INSTALLING = ["PUTSCRIPT", "SETACTIVE"]


@pytest.fixture
def server() -> ScriptServer:
    made = ScriptServer()
    made.stored = {"Tri": TRI, "Vieux": b"keep;"}
    made.active = "Tri"
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def replies(server: ScriptServer, state: Path) -> AutoReplies:
    return replies_of(server, state)


def replies_of(server: ScriptServer, state: Path, account: Account = ACCOUNT) -> AutoReplies:
    return AutoReplies(server, account, Journal(state / "journal.jsonl", CLOCK, "Camille Exemple"), CLOCK)


def journal_of(state: Path) -> Journal:
    return Journal(state / "journal.jsonl", CLOCK, "")


def test_it_is_installed_beside_the_own_script_which_goes_on(
    server: ScriptServer, replies: AutoReplies
) -> None:
    told = replies.install(REPLY)
    assert (told.stand, told.own, told.is_as_meant) == (Stand.ACTIVE, OwnStand.SAME, True)
    assert server.active == NAME
    assert server.stored["Tri"] == TRI
    assert b'include :personal :optional "Tri";' in server.stored[NAME]


def test_nothing_is_asked_that_changes_something_while_it_is_only_prepared(
    server: ScriptServer, replies: AutoReplies, state: Path
) -> None:
    before = dict(server.stored)
    script = replies.prepare(REPLY)
    assert read(script) is not None
    assert (server.requests, server.stored, server.active) == ([], before, "Tri")
    assert not state.exists()


def test_removed_it_leaves_what_was_there(server: ScriptServer, replies: AutoReplies) -> None:
    before = dict(server.stored)
    replies.install(REPLY)
    told = replies.remove()
    assert (told.stand, told.is_as_meant) == (Stand.ABSENT, True)
    assert (server.stored, server.active) == (before, "Tri")


def test_without_a_script_in_service_there_is_none_afterwards(
    server: ScriptServer, replies: AutoReplies
) -> None:
    server.active = None
    assert replies.install(REPLY).own is OwnStand.NONE
    replies.remove()
    assert server.active is None
    assert NAME not in server.stored


def test_changed_it_remembers_what_was_there_first(server: ScriptServer, replies: AutoReplies) -> None:
    before = dict(server.stored)
    replies.install(REPLY)
    told = replies.install(OTHER)
    assert told.about is not None
    assert (told.stand, told.about.replacement, told.about.previous) == (
        Stand.ACTIVE,
        OTHER.replacement,
        "Tri",
    )
    assert server.requests == [*INSTALLING, "PUTSCRIPT"]
    replies.remove()
    assert (server.stored, server.active) == (before, "Tri")


def test_without_include_the_own_script_is_in_balts_and_stays_as_it_is(state: Path) -> None:
    server = ScriptServer(EXTENSIONS - {"include"})
    server.stored, server.active = {"Tri": TRI}, "Tri"
    replies = replies_of(server, state)
    told = replies.install(REPLY)
    assert told.about is not None
    assert told.about.way is Way.COMBINED
    assert server.stored["Tri"] == TRI
    assert b'fileinto "Labo";' in server.stored[NAME]
    server.stored["Tri"] += b"# plus\r\n"
    assert replies.look().own is OwnStand.CHANGED
    assert replies.install(REPLY).own is OwnStand.SAME
    replies.remove()
    assert server.stored == {"Tri": TRI + b"# plus\r\n"}


@pytest.mark.parametrize("extensions", [EXTENSIONS, EXTENSIONS - {"include"}])
def test_an_own_script_that_was_deleted_meanwhile_comes_back(state: Path, extensions: frozenset[str]) -> None:
    server = ScriptServer(extensions)
    server.stored, server.active = {"Tri": TRI}, "Tri"
    replies = replies_of(server, state)
    replies.install(REPLY)
    del server.stored["Tri"]
    assert replies.look().own is OwnStand.MISSING
    assert replies.install(OTHER).stand is Stand.ACTIVE  # changed all the same
    assert b'fileinto "Labo";' in server.stored[NAME]
    replies.remove()
    assert (server.stored, server.active) == ({"Tri": TRI}, "Tri")


def test_an_own_script_that_was_changed_meanwhile_is_not_written_over(
    server: ScriptServer, replies: AutoReplies
) -> None:
    replies.install(REPLY)
    server.stored["Tri"] = b"discard;"
    assert replies.look().own is OwnStand.CHANGED
    replies.remove()
    assert (server.stored["Tri"], server.active) == (b"discard;", "Tri")


def test_another_balt_finds_what_was_there_and_says_so(server: ScriptServer, tmp_path: Path) -> None:
    before = dict(server.stored)
    replies_of(server, tmp_path / "one").install(REPLY)
    other = replies_of(server, tmp_path / "two")
    assert (other.look().stand, other.look().elsewhere) == (Stand.ACTIVE, True)
    other.remove()
    assert (server.stored, server.active) == (before, "Tri")
    assert replies_of(server, tmp_path / "one").look().stand is Stand.GONE


def test_it_is_told_who_is_in_service_instead(server: ScriptServer, replies: AutoReplies) -> None:
    replies.install(REPLY)
    server.active = "Vieux"
    told = replies.look()
    assert (told.stand, told.active, told.is_as_meant) == (Stand.REPLACED, "Vieux", False)
    server.active = None
    assert replies.look().stand is Stand.IDLE
    server.active = "Vieux"
    replies.remove()
    assert (server.active, NAME in server.stored) == ("Vieux", False)


def test_a_text_that_somebody_changed_is_neither_deleted_nor_written_over(
    server: ScriptServer, replies: AutoReplies
) -> None:
    replies.install(REPLY)
    changed = server.stored[NAME].replace(b"mssante.fr", b"mssante.org") + b"keep;\r\n"
    server.stored[NAME] = changed
    assert replies.look().stand is Stand.CHANGED
    with pytest.raises(StoppedError, match="n'est plus"):
        replies.install(OTHER)
    replies.remove()
    assert (server.active, server.stored[NAME], server.stored["Tri"]) == ("Tri", changed, TRI)


def test_somebody_elses_script_of_that_name_is_left_alone(server: ScriptServer, replies: AutoReplies) -> None:
    server.stored[NAME] = b"keep;"
    with pytest.raises(StoppedError):
        replies.install(REPLY)
    replies.remove()
    assert server.requests == []
    assert server.stored[NAME] == b"keep;"


@pytest.mark.parametrize("own", [b'require "vacation"; vacation "x";', b"\xff", b'require "ereject";'])
def test_a_script_that_cannot_live_with_it_stops_before_anything(
    server: ScriptServer, replies: AutoReplies, own: bytes
) -> None:
    server.stored["Tri"] = own
    with pytest.raises(StoppedError, match="Tri") as stopped:
        replies.install(REPLY)
    assert (server.requests, server.active, server.stored["Tri"]) == ([], "Tri", own)
    assert "balt autoreply" not in stopped.value.advice, "a screen has its keys"


def test_a_script_in_service_that_the_server_did_not_list_goes_on(
    server: ScriptServer, replies: AutoReplies
) -> None:
    server.active, server.hidden = None, TRI
    told = replies.install(REPLY)
    assert told.about is not None
    assert (told.stand, told.previous) == (Stand.ACTIVE, "dovecot.orig")
    assert b'include :personal :optional "dovecot.orig";' in server.stored[NAME]
    replies.remove()
    assert (str(server.active), server.stored["dovecot.orig"]) == ("dovecot.orig", TRI)


def test_a_script_in_service_that_takes_the_name_of_an_old_one_does_not_lose_it(
    server: ScriptServer, replies: AutoReplies, state: Path
) -> None:
    server.active, server.hidden = None, TRI
    server.stored["dovecot.orig"] = OLD
    assert replies.install(REPLY).previous == "dovecot.orig"
    assert server.stored["dovecot.orig"] == TRI
    assert OLD in [path.read_bytes() for path in (state / "autoreply").rglob("*.sieve")]


def test_a_server_that_lists_scripts_without_end_does_not_fill_the_disk(
    server: ScriptServer, replies: AutoReplies, state: Path
) -> None:
    server.active = None
    server.stored = {str(number): b"#" * 1024 * 1024 + b"%d" % number for number in range(40)}
    with pytest.raises(StoppedError, match="trop grands"):
        replies.install(REPLY)
    assert NAME not in server.stored
    assert sum(path.stat().st_size for path in (state / "autoreply").rglob("*.sieve")) <= MOST_KEPT


@pytest.mark.parametrize("act", ["install", "remove"])
def test_killed_when_such_a_script_has_just_come_out_it_is_in_service_again_with_the_next_act(
    server: ScriptServer, replies: AutoReplies, state: Path, act: str
) -> None:
    def kill(request: str) -> None:
        if request == "SETACTIVE":
            raise KilledError

    server.active, server.hidden, server.after = None, TRI, kill
    with pytest.raises(KilledError):
        replies.install(REPLY)
    server.after = lambda _request: None
    told = replies_of(server, state).look()
    assert (told.stand, told.own, told.previous) == (Stand.ACTIVE, OwnStand.IDLE, "dovecot.orig")
    assert any("ne trie plus" in line for line in state_lines(told))
    if act == "install":
        assert replies_of(server, state).install(OTHER).is_as_meant
        assert b'"dovecot.orig"' in server.stored[NAME]
    replies_of(server, state).remove()
    assert (str(server.active), server.stored["dovecot.orig"]) == ("dovecot.orig", TRI)


def test_such_a_script_that_cannot_live_with_it_alone_is_in_service_again(
    server: ScriptServer, replies: AutoReplies
) -> None:
    server.active, server.hidden = None, b'require "vacation"; vacation "x";'
    with pytest.raises(StoppedError):
        replies.install(REPLY)
    assert (str(server.active), NAME in server.stored) == ("dovecot.orig", False)


@pytest.mark.parametrize("refused", ["CHECKSCRIPT", "HAVESPACE", "PUTSCRIPT", "SETACTIVE"])
def test_what_the_server_refuses_changes_nothing(
    server: ScriptServer, replies: AutoReplies, state: Path, refused: str
) -> None:
    before = dict(server.stored)
    server.refuses = {refused}
    with pytest.raises((RefusedError, StoppedError)):
        replies.install(REPLY)
    assert (server.stored, server.active) == (before, "Tri")
    assert not journal_of(state).unsettled()
    server.refuses = set()
    assert replies.install(REPLY).stand is Stand.ACTIVE


def test_another_program_that_changes_scripts_meanwhile_wins(
    server: ScriptServer, replies: AutoReplies
) -> None:
    server.after = lambda request: setattr(server, "active", "Vieux") if request == "PUTSCRIPT" else None
    with pytest.raises(StoppedError, match="autre programme"):
        replies.install(REPLY)
    assert (server.active, NAME in server.stored) == ("Vieux", False)


def test_a_server_that_alters_the_script_does_not_get_to_run_it(
    server: ScriptServer, replies: AutoReplies
) -> None:
    def alter(request: str) -> None:
        if request == "PUTSCRIPT":
            server.stored[NAME] = b"discard;"

    server.after = alter
    with pytest.raises(StoppedError, match="tel quel"):
        replies.install(REPLY)
    assert server.active == "Tri"


def test_nothing_is_changed_where_the_configuration_is_for_reading_only(
    server: ScriptServer, state: Path
) -> None:
    replies = replies_of(server, state, Account(ACCOUNT.address, host="h", port=4190, read_only=True))
    with pytest.raises(StoppedError, match="lecture seule"):
        replies.install(REPLY)
    with pytest.raises(StoppedError, match="lecture seule"):
        replies.remove()
    assert server.requests == []


def test_an_end_needs_a_server_that_knows_dates(state: Path) -> None:
    server = ScriptServer(frozenset({"vacation"}))
    with pytest.raises(StoppedError, match="date"):
        replies_of(server, state).install(AutoReply(REPLY.address, REPLY.replacement, date(2026, 12, 31)))
    assert server.requests == []


def test_after_its_last_day_it_is_told_as_ended(server: ScriptServer, state: Path) -> None:
    replies_of(server, state).install(AutoReply(REPLY.address, REPLY.replacement, date(2026, 11, 22)))
    assert replies_of(server, state).look().stand is Stand.ACTIVE
    later = FixedClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    journal = Journal(state / "journal.jsonl", later, "")
    assert AutoReplies(server, ACCOUNT, journal, later).look().stand is Stand.ENDED


def test_the_journal_tells_each_request_before_and_after(replies: AutoReplies, state: Path) -> None:
    replies.install(REPLY)
    replies.remove()
    told = [(e.deed.phase, e.deed.request, e.deed.answer) for e in journal_of(state).entries()]
    assert told[:3] == [
        (Phase.BEFORE, "", ""),
        (Phase.STEP, "PUTSCRIPT", ""),
        (Phase.STEP, "PUTSCRIPT", "OK"),
    ]
    assert [request for phase, request, answer in told if phase is Phase.STEP and answer == "OK"] == [
        *INSTALLING,
        "SETACTIVE",
        "DELETESCRIPT",
    ]
    assert [phase for phase, _request, _answer in told].count(Phase.AFTER) == 2
    assert "Tri" not in (state / "journal.jsonl").read_text()
    assert [(act.can, "autoreply" in act.action) for act in undoable(journal_of(state))] == [
        (False, True),
        (False, True),
    ]
    removed, installed = (act_line(act) for act in undoable(journal_of(state)))
    assert removed.startswith("réponse automatique retirée, le ")
    assert installed.startswith(f"réponse automatique vers {REPLY.replacement}, le ")
    assert "message" not in removed + installed


def test_what_is_kept_here_is_private(replies: AutoReplies, state: Path) -> None:
    replies.install(REPLY)
    kept = [path for path in (state / "autoreply").rglob("*") if path.is_file()]
    assert TRI in [path.read_bytes() for path in kept]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_a_disk_that_takes_nothing_stops_before_the_server_is_asked(
    server: ScriptServer, state: Path, tmp_path: Path
) -> None:
    state.mkdir()
    (state / "autoreply").write_bytes(b"")  # no folder can be made there
    with pytest.raises(BaltError):
        replies_of(server, state).install(REPLY)
    assert server.requests == []
