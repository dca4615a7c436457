"""Access tokens on a real Dovecot: its oauth2 passdb, and an endpoint that knows the tokens."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import LoginError
from balt.mail.session import ImapSession
from balt.secrets import Secrets
from tests.conftest import NO_DOVECOT, need
from tests.integration.refusals import CANARY, logins, refused
from tests.support.dovecot import Dovecot, dovecot_program
from tests.support.dovecot_sign_in import by_token
from tests.support.introspection import Introspection

pytestmark = pytest.mark.dovecot

GOOD, OLD, STRANGE = "canari.bon-1", "canari.vieux-1", "canari.autre-1"
_NEXT = """
import pathlib, sys
place = pathlib.Path(sys.argv[1])
lines = place.read_text().splitlines()
with open(sys.argv[1] + ".runs", "a") as runs:
    runs.write("x")
print(lines[0])
place.write_text("\\n".join(lines[1:] or lines))
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Introspection]:
    with Introspection() as running:
        yield running


@pytest.fixture(scope="module")
def tokens(endpoint: Introspection) -> Iterator[Dovecot]:
    """A Dovecot that takes access tokens."""
    need(dovecot_program(), NO_DOVECOT)
    with Dovecot(extra=by_token(endpoint.url)) as server:
        yield server


class Command:
    """A token command that prints the given lines, one at each run, the last one for ever."""

    def __init__(self, folder: Path, *tokens: str) -> None:
        self._place = folder / "tokens"
        self._place.write_text("\n".join(tokens), encoding="utf-8")
        self.words = (sys.executable, "-c", _NEXT, str(self._place))

    @property
    def runs(self) -> int:
        """How often it was run."""
        counted = Path(f"{self._place}.runs")
        return len(counted.read_text(encoding="utf-8")) if counted.exists() else 0


def token_account(server: Dovecot, command: tuple[str, ...], auth: str, **values: Any) -> Account:
    return server.account(auth=auth, token_command=command, **values)


def session_on(account: Account, secrets: Secrets | None = None) -> ImapSession:
    source = secrets or Secrets(environ={})
    return ImapSession(account, lambda: source.password(account), SystemClock())


both = pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])


@both
@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_good_token_opens_the_mailbox(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str, security: str
) -> None:
    account = token_account(tokens, Command(tmp_path, GOOD).words, auth, security=security)
    endpoint.issue(account.username, GOOD)
    session = session_on(account)
    session.open()
    assert session.folders()
    session.close()
    assert f"Login: user=<{account.username}>, method={auth.upper()}" in tokens.log()


@both
def test_a_good_token_opens_it_where_the_first_word_is_the_servers(
    endpoint: Introspection, tmp_path: Path, start_dovecot: Callable[..., Dovecot], auth: str
) -> None:
    """Without SASL-IR; the demand is also as long as tokens are in practice."""
    token = GOOD + "x" * 4000

    def settings(folder: Path) -> str:
        return by_token(endpoint.url)(folder) + "\nimap_capability = IMAP4rev1 UIDPLUS\n"

    server = start_dovecot(extra=settings)
    account = token_account(server, Command(tmp_path, token).words, auth)
    endpoint.issue(account.username, token)
    session = session_on(account)
    session.open()
    assert "SASL-IR" not in session.capabilities
    session.close()


@both
def test_an_expired_token_is_replaced_once(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str
) -> None:
    command = Command(tmp_path, OLD, GOOD)
    account = token_account(tokens, command.words, auth)
    endpoint.issue(account.username, OLD)
    endpoint.revoke(OLD)
    endpoint.issue(account.username, GOOD)
    session = session_on(account)
    session.open()
    assert session.folders()
    session.close()
    assert command.runs == 2


@both
def test_two_refused_tokens_end_the_attempts(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str
) -> None:
    command = Command(tmp_path, "canari-a", "canari-b", GOOD)
    account = token_account(tokens, command.words, auth)
    endpoint.issue(account.username, GOOD)
    session = session_on(account)
    assert "refuse le jeton d'accès" in refused(session).message
    with pytest.raises(LoginError):
        session.folders()
    assert command.runs == 2


@both
def test_a_command_that_repeats_a_refused_token_is_told_and_nothing_is_sent_again(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str
) -> None:
    account = token_account(tokens, Command(tmp_path, "canari-inconnu").words, auth)
    before = endpoint.asked
    assert "redonne le même" in refused(session_on(account)).message
    assert endpoint.asked == before + 1


@both
@pytest.mark.parametrize("scope", ["mail", "profile"])
def test_the_token_of_another_or_for_something_else_opens_nothing(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str, scope: str
) -> None:
    account = token_account(tokens, Command(tmp_path, STRANGE, STRANGE + "2").words, auth)
    user = account.username if scope == "profile" else "un.autre"
    endpoint.issue(user, STRANGE, scope=scope)
    endpoint.issue(user, STRANGE + "2", scope=scope)
    error = refused(session_on(account))
    assert isinstance(error, LoginError)
    assert "refuse le jeton d'accès" in error.message
    assert logins(tokens, account.username) == 0


@both
def test_a_token_that_ends_in_the_middle_is_replaced_when_the_line_is_opened_again(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str
) -> None:
    command = Command(tmp_path, OLD, OLD, GOOD)
    account = token_account(tokens, command.words, auth)
    endpoint.issue(account.username, OLD)
    endpoint.issue(account.username, GOOD)
    session = session_on(account)
    session.open()
    endpoint.revoke(OLD)
    tokens.kick(account.username)
    assert session.folders()
    session.close()
    assert command.runs == 3


@both
def test_a_token_revoked_for_good_ends_a_run_after_one_more(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path, auth: str
) -> None:
    command = Command(tmp_path, OLD, OLD, "canari-neuf-mais-refuse")
    account = token_account(tokens, command.words, auth)
    endpoint.issue(account.username, OLD)
    session = session_on(account)
    session.open()
    endpoint.revoke(OLD)
    tokens.kick(account.username)
    for _attempt in range(3):
        with pytest.raises(LoginError, match="jeton"):
            session.folders()
    assert command.runs == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(4)", "a échoué (code 4)"),
        ("pass", "est vide"),
        ("print(); print('canari-apres')", "est vide"),
        ("import time; time.sleep(60)", "n'avait pas fini"),
        ("print('Bearer canari-1')", "n'est pas un jeton"),
        ('print(\'{"access_token":"canari-1"}\')', "n'est pas un jeton"),
        ("print('canari\\t1')", "n'est pas un jeton"),
        ("print('canari\\x01auth=Bearer')", "n'est pas un jeton"),
        ("print('canarié')", "n'est pas un jeton"),
        ("print('canari' * 5000)", "trop long"),
    ],
)
def test_a_command_that_gives_no_token_is_told_and_nothing_goes_out(
    tokens: Dovecot, endpoint: Introspection, code: str, words: str
) -> None:
    account = token_account(tokens, (sys.executable, "-c", code), "xoauth2")
    before = endpoint.asked
    assert words in refused(session_on(account, Secrets(environ={}, command_seconds=2.0))).message
    assert endpoint.asked == before


def test_what_follows_the_first_line_is_no_part_of_the_token(
    tokens: Dovecot, endpoint: Introspection, tmp_path: Path
) -> None:
    code = f"print('{GOOD}'); print('expires: 3600')"
    account = token_account(tokens, (sys.executable, "-c", code), "oauthbearer")
    endpoint.issue(account.username, GOOD)
    session_on(account).open()


def test_a_server_without_tokens_is_told_before_the_command_runs(dovecot: Dovecot, tmp_path: Path) -> None:
    command = Command(tmp_path, GOOD)
    error = refused(session_on(token_account(dovecot, command.words, "xoauth2")))
    assert "il offre : LOGIN, PLAIN." in error.message
    assert command.runs == 0


def test_a_server_with_the_other_mechanism_says_which(
    endpoint: Introspection, start_dovecot: Callable[..., Dovecot], tmp_path: Path
) -> None:
    server = start_dovecot(extra=by_token(endpoint.url, mechanisms="oauthbearer"))
    error = refused(session_on(token_account(server, Command(tmp_path, GOOD).words, "xoauth2")))
    assert 'auth = "oauthbearer"' in error.advice


@both
def test_no_token_reaches_a_log_or_the_words_of_a_process(
    tokens: Dovecot,
    endpoint: Introspection,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    auth: str,
) -> None:
    started: list[object] = []
    real = subprocess.Popen

    def watched(command: Any, **options: Any) -> Any:
        started.append((command, sorted(options)))
        return real(command, **options)

    monkeypatch.setattr("balt.command.subprocess.Popen", watched)
    caplog.set_level(logging.DEBUG)
    account = token_account(tokens, Command(tmp_path, "canari-refuse", GOOD).words, auth)
    endpoint.issue(account.username, GOOD)
    secrets = Secrets(environ={})
    session = session_on(account, secrets)
    session.open()
    shown = f"{started}{caplog.text}{session!r}{secrets!r}{vars(secrets)}{account!r}{vars(session)}"
    assert len(started) == 2
    assert CANARY not in shown
