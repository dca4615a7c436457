"""The auto-reply beside a script of the operator, which runs for whoever has none of their own (Pigeonhole's
``sieve_default``): listed under a name, or not shown at all.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.cases.autoreply.script import NAME, Way, read
from balt.cases.autoreply.state import OwnStand, Stand
from balt.cases.autoreply.words import plan_lines, state_lines
from balt.mail.sieve.session import SieveSession
from tests.cases.autoreply.test_pigeonhole import LABO, OTHER, TRI, Box
from tests.conftest import NO_PIGEONHOLE, need
from tests.support.dovecot_sieve import SieveDovecot, has_pigeonhole

SPAM = b'require ["fileinto", "mailbox"];\nfileinto :create "Indesirable";\n'
OPERATOR = "operateur"


@pytest.fixture(scope="module")
def listed() -> Iterator[SieveDovecot]:
    """The operator's script has a name."""
    need(has_pigeonhole(), NO_PIGEONHOLE)
    with SieveDovecot(default=SPAM, default_name=OPERATOR) as server:
        yield server


@pytest.fixture(scope="module")
def unlisted() -> Iterator[SieveDovecot]:
    """No client sees the operator's script."""
    need(has_pigeonhole(), NO_PIGEONHOLE)
    with SieveDovecot(default=SPAM) as server:
        yield server


@pytest.fixture
def box(listed: SieveDovecot, tmp_path: Path) -> Box:
    return Box(listed, tmp_path / "state")


def test_the_script_of_the_operator_goes_on_sorting(box: Box) -> None:
    box.arrive("avant@chu-fictif.mssante.fr")
    with box.replies() as replies:
        told = replies.install(box.reply())
    assert (told.is_as_meant, told.previous, told.own) == (True, OPERATOR, OwnStand.SAME)
    assert "continue de trier" in " ".join(state_lines(told))
    box.arrive()
    assert (box.count("Indesirable"), box.count("INBOX"), box.sent) == (2, 0, [LABO])
    with box.replies() as replies:
        assert replies.install(box.reply(OTHER)).is_as_meant
    box.arrive("autre@chu-fictif.mssante.fr")
    assert (box.count("Indesirable"), box.count("INBOX")) == (3, 0)
    with box.replies() as replies:
        assert replies.remove().stand is Stand.ABSENT
    assert (box.scripts, box.active) == ({}, OPERATOR), "no copy takes the place of the operator's"
    box.arrive("apres@chu-fictif.mssante.fr")
    assert (box.count("Indesirable"), box.count("INBOX")) == (4, 0)


def test_beside_it_the_own_script_is_called_and_is_as_it_was_afterwards(box: Box) -> None:
    box.webmail({"Tri": TRI}, "Tri")
    with box.replies() as replies:
        told = replies.install(box.reply())
    assert told.about is not None
    assert (told.is_as_meant, told.about.way) == (True, Way.INCLUDE)
    box.arrive()
    assert (box.count("Labo"), box.sent) == (1, [LABO])
    with box.replies() as replies:
        replies.remove()
    assert (box.scripts, box.active) == ({"Tri": TRI}, "Tri")


def test_one_that_is_called_in_vain_is_told_and_installing_again_mends_it(box: Box) -> None:
    """As where the own script was deleted, and the operator's has the same name."""
    box.webmail({OPERATOR: SPAM}, OPERATOR)
    with box.replies() as replies:
        replies.install(box.reply())
    with box.session() as session:
        session.delete(OPERATOR)
        assert OPERATOR in session.scripts().names
    with box.replies() as replies:
        told = replies.look()
        assert (told.own, told.is_as_meant) == (OwnStand.IDLE, False)
        assert "ne trie plus" in " ".join(state_lines(told))
        assert replies.install(box.reply()).is_as_meant
    box.arrive()
    assert (box.count("Indesirable"), box.count("INBOX"), box.sent) == (1, 0, [LABO])


def test_of_one_that_no_client_sees_the_plan_says_before_that_it_stops(
    unlisted: SieveDovecot, tmp_path: Path
) -> None:
    box = Box(unlisted, tmp_path / "state")
    box.arrive("avant@chu-fictif.mssante.fr")
    assert box.count("Indesirable") == 1
    with box.replies() as replies:
        plan = " ".join(plan_lines(box.reply(), replies.prepare(box.reply())))
        told = replies.install(box.reply())
    assert "un script à lui" in plan
    assert "continue de trier" not in plan + " ".join(state_lines(told))
    with box.replies() as replies:
        replies.remove()
    box.arrive("apres@chu-fictif.mssante.fr")
    assert (box.count("Indesirable"), box.scripts) == (2, {})


def test_where_the_server_cannot_tell_the_own_script_is_held(
    pigeonhole: SieveDovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SieveSession, "warns", lambda _self, _script: False)
    box = Box(pigeonhole, tmp_path / "state")
    box.webmail({"Tri": TRI}, "Tri")
    with box.replies() as replies:
        replies.install(box.reply())
    about = read(box.scripts[NAME])
    assert about is not None
    assert about.way is Way.COMBINED
    box.arrive()
    assert (box.count("Labo"), box.sent) == (1, [LABO])
