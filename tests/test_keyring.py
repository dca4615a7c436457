"""The keyring: the real package, with back-ends in memory that keep, refuse, break or stay silent."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordSetError

from balt.config import Account
from balt.errors import BaltError, ConfigError, LoginError
from balt.secrets import Secrets

CANARY = "canari-7d1f"
BAL = Account("camille.exemple@medecin.mssante.fr", host="imap.example", keyring=True)


class Memory(KeyringBackend):
    """Keeps passwords as long as the test lasts."""

    priority: ClassVar[float] = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], Any] = {}

    def get_password(self, service: str, username: str) -> Any:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Forgetful(Memory):
    """Takes a password and keeps none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing is kept."""


class PlainFile(Memory):
    """As those that write plain files: below what the package recommends."""

    priority: ClassVar[float] = 0.5


class Failing(Memory):
    """Raises what it is told to, with the secret in it."""

    def __init__(self, kind: type[Exception]) -> None:
        super().__init__()
        self._kind = kind

    def get_password(self, service: str, username: str) -> Any:
        raise self._kind(f"{CANARY} {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._kind(f"{CANARY} {password}")


class Silent(Memory):
    """Waits for somebody to unlock it, who never comes."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.waited = False

    def get_password(self, service: str, username: str) -> Any:
        self.let_go.wait(30)
        self.waited = True
        return super().get_password(service, username)


@pytest.fixture
def use() -> Iterator[Callable[[KeyringBackend], KeyringBackend]]:
    """Make a back-end the one of the machine."""
    before = keyring.get_keyring()

    def put(backend: KeyringBackend) -> KeyringBackend:
        keyring.set_keyring(backend)
        return backend

    yield put
    keyring.set_keyring(before)


Use = Callable[[KeyringBackend], Any]


def unseen(error: BaltError) -> BaltError:
    """The error, which shows no secret, nor do those behind it, and advises something."""
    shown = f"{error!s}{error!r}{error.__cause__!s}{error.__context__!s}{vars(error)}"
    assert CANARY not in shown
    assert error.mailbox == BAL.address
    assert error.advice
    return error


def refusal(secrets: Secrets | None = None) -> BaltError:
    with pytest.raises(BaltError) as caught:
        (secrets or Secrets()).password(BAL)
    return unseen(caught.value)


def not_remembered(secrets: Secrets | None = None) -> BaltError:
    with pytest.raises(BaltError) as caught:
        (secrets or Secrets()).remember(BAL, CANARY)
    return unseen(caught.value)


# Reading


def test_the_keyring_is_asked_for_the_address(use: Use) -> None:
    use(Memory()).set_password("balt", BAL.address, CANARY)
    assert Secrets().password(BAL) == CANARY


@pytest.mark.parametrize("kept", [None, "", b"octets"])
def test_a_keyring_without_the_password_says_how_to_put_it_there(use: Use, kept: Any) -> None:
    use(Memory()).kept["balt", BAL.address] = kept
    error = refusal()
    assert isinstance(error, LoginError)
    assert f"keyring set balt {BAL.address}" in error.advice


def test_a_password_of_the_keyring_that_cannot_be_one_is_refused(use: Use) -> None:
    use(Memory()).kept["balt", BAL.address] = CANARY + "\0"
    with pytest.raises(LoginError) as caught:
        Secrets().password(BAL)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring])
def test_a_machine_without_a_keyring_is_told_so(use: Use, backend: type[KeyringBackend]) -> None:
    use(backend())
    error = refusal()
    assert isinstance(error, ConfigError)
    assert "pas de trousseau utilisable" in error.message
    assert "password_command" in error.advice


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (KeyringLocked, "est verrouillé"),
        (InitError, "est verrouillé"),
        (NoKeyringError, "pas de trousseau utilisable"),
        (KeyringError, "n'a pas répondu"),
        (RuntimeError, "n'a pas répondu"),
        (OSError, "n'a pas répondu"),
    ],
)
def test_a_keyring_that_breaks_keeps_its_words_to_itself(use: Use, kind: type[Exception], words: str) -> None:
    use(Failing(kind))
    assert words in refusal().message


def test_a_keyring_that_never_answers_is_given_up(use: Use) -> None:
    silent = use(Silent())
    assert "n'a pas répondu" in refusal(Secrets(keyring_seconds=0.2)).message
    assert not silent.waited
    silent.let_go.set()


def test_a_keyring_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = refusal()
    assert isinstance(error, ConfigError)
    assert "pip install" in error.advice
    assert not Secrets().keyring_usable()


def test_the_keyring_is_not_looked_at_unless_the_account_asks_for_it(use: Use) -> None:
    use(Failing(RuntimeError))
    assert Secrets(lambda _account: "autre").password(replace(BAL, keyring=False)) == "autre"


# Putting a password there


def test_a_password_is_remembered_under_the_address(use: Use) -> None:
    memory = use(Memory())
    secrets = Secrets()
    secrets.remember(BAL, CANARY)
    assert memory.kept == {("balt", BAL.address): CANARY}
    assert secrets.password(BAL) == CANARY
    assert Secrets().password(BAL) == CANARY


def test_a_password_is_only_given_for_now_unless_asked(use: Use) -> None:
    memory = use(Memory())
    Secrets().give(BAL, CANARY)
    assert memory.kept == {}


@pytest.mark.parametrize(
    ("backend", "kind", "words"),
    [
        (null.Keyring, ConfigError, "pas de trousseau utilisable"),
        (fail.Keyring, ConfigError, "pas de trousseau utilisable"),
        (PlainFile, ConfigError, "ne protège pas"),
        (Forgetful, LoginError, "n'a pas gardé"),
        (lambda: Failing(PasswordSetError), LoginError, "n'a pas répondu"),
        (lambda: Failing(KeyringLocked), LoginError, "est verrouillé"),
    ],
)
def test_a_keyring_that_does_not_take_a_password_is_told(
    use: Use, backend: Callable[[], KeyringBackend], kind: type[BaltError], words: str
) -> None:
    use(backend())
    error = not_remembered()
    assert isinstance(error, kind)
    assert words in error.message


def test_a_password_that_was_not_remembered_leaves_the_known_one(use: Use) -> None:
    use(Forgetful())
    secrets = Secrets()
    secrets.give(BAL, "d'avant")
    not_remembered(secrets)
    assert secrets.password(BAL) == "d'avant"


def test_a_keyring_that_works_and_lacks_the_password_lets_the_person_be_asked(use: Use) -> None:
    use(Memory())
    assert Secrets(lambda _account: CANARY).password(BAL) == CANARY


def test_a_keyring_that_breaks_is_told_and_nobody_is_asked(use: Use) -> None:
    use(Failing(KeyringLocked))
    assert "est verrouillé" in refusal(Secrets(lambda _account: "autre")).message


@pytest.mark.parametrize("backend", [PlainFile, null.Keyring, fail.Keyring])
def test_a_keyring_that_cannot_be_trusted_is_told_before_anything_is_kept(
    use: Use, backend: type[KeyringBackend]
) -> None:
    use(backend())
    with pytest.raises(ConfigError) as caught:
        Secrets().require_keyring(BAL)
    assert "password_command" in unseen(caught.value).advice


def test_remembering_ends_where_the_keyring_never_answers(use: Use) -> None:
    silent = use(Silent())
    assert "n'a pas répondu" in not_remembered(Secrets(keyring_seconds=0.2)).message
    silent.let_go.set()


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer", "external"])
def test_a_token_is_never_kept(use: Use, auth: Any) -> None:
    memory = use(Memory())
    with pytest.raises(ConfigError) as caught:
        Secrets().remember(replace(BAL, auth=auth), CANARY)
    assert CANARY not in str(caught.value)
    assert memory.kept == {}


@pytest.mark.parametrize(
    ("backend", "usable"),
    [(Memory, True), (PlainFile, False), (null.Keyring, False), (fail.Keyring, False)],
)
def test_a_keyring_is_usable_when_it_protects_what_it_keeps(
    use: Use, backend: type[KeyringBackend], usable: bool
) -> None:
    use(backend())
    assert Secrets().keyring_usable() is usable
