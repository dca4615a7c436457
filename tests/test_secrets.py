"""Where passwords come from, and that no message ever holds one."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from balt.config import Account, DirectorySettings
from balt.errors import BaltError, ConfigError, DirectoryError, LoginError
from balt.secrets import Secrets

CANARY = "canari-7d1f"
BAL = Account("camille.exemple@medecin.mssante.fr", host="imap.example")


def command(code: str) -> Account:
    """An account whose password a small program prints."""
    return replace(BAL, password_command=(sys.executable, "-c", code))


def refusal(secrets: Secrets, account: Account) -> BaltError:
    with pytest.raises(BaltError) as caught:
        secrets.password(account)
    assert CANARY not in str(caught.value)
    assert caught.value.mailbox == BAL.address
    assert isinstance(caught.value, LoginError | ConfigError)
    return caught.value


# A command


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print('canari-7d1f')", CANARY),
        ("print('canari-7d1f'); print('url: x')", CANARY),
        ("import sys; sys.stdout.write('canari-7d1f')", CANARY),
        ("import sys; sys.stdout.buffer.write(b'canari-7d1f\\r\\nx')", CANARY),
        ("import sys; sys.stdout.buffer.write('mot de passe é '.encode())", "mot de passe é "),
        ("import sys; print(repr(sys.stdin.read()))", "''"),
    ],
)
def test_the_first_line_of_a_command_is_the_password(code: str, expected: str) -> None:
    assert Secrets().password(command(code)) == expected


@pytest.mark.parametrize(
    "code",
    [
        "print('canari-7d1f'); raise SystemExit(3)",
        "import sys; sys.stderr.write('canari-7d1f'); raise SystemExit(1)",
        "print(); print('canari-7d1f')",
        "pass",
        "import sys; sys.stdout.buffer.write(b'canari-7d1f\\xff')",
        "import sys; sys.stdout.write('canari-7d1f\\0')",
    ],
)
def test_a_command_that_gives_nothing_good_is_told_without_what_it_said(code: str) -> None:
    refusal(Secrets(), command(code))


def test_a_command_is_no_shell() -> None:
    account = replace(
        BAL, password_command=(sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME;ls")
    )
    assert Secrets().password(account) == "$HOME;ls"


def test_a_command_that_is_not_there_is_a_mistake_in_the_configuration() -> None:
    error = refusal(Secrets(), replace(BAL, password_command=("/nulle/part/canari", "x")))
    assert isinstance(error, ConfigError)


def test_a_command_that_never_ends_is_stopped() -> None:
    secrets = Secrets(command_seconds=0.3)
    error = refusal(secrets, command("import time; print('canari-7d1f', flush=True); time.sleep(60)"))
    assert isinstance(error, LoginError)


def test_a_command_that_says_too_much_is_no_trouble() -> None:
    assert Secrets().password(command("print('canari-7d1f'); print('x' * 10_000_000)")) == CANARY


posix = pytest.mark.skipif(os.name != "posix", reason="a shell, and groups of processes")


def shell(script: str) -> Account:
    return replace(BAL, password_command=("sh", "-c", script))


def gone(pid: int) -> bool:
    """Whether a process has ended, or ends within a few seconds."""
    for _turn in range(300):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def written_pid(file: Path) -> int:
    """The number that a process wrote, waited for."""
    for _turn in range(500):
        if file.exists() and file.read_text(encoding="utf-8").endswith("\n"):
            return int(file.read_text(encoding="utf-8"))
        time.sleep(0.01)
    raise AssertionError("nothing was started")


@posix
def test_a_command_that_is_stopped_takes_its_children_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    refusal(Secrets(command_seconds=1), shell(f"sleep 60 & echo $! > '{file}'; wait"))
    assert gone(written_pid(file))


@posix
@pytest.mark.parametrize("end", ["echo", "printf %s"], ids=["a whole line", "no line end"])
def test_a_command_that_leaves_a_program_behind_is_not_waited_for(tmp_path: Path, end: str) -> None:
    file = tmp_path / "pid"
    account = shell(f"{end} {CANARY}; sleep 60 & echo $! > '{file}'")
    try:
        assert Secrets().password(account) == CANARY
    finally:
        os.kill(written_pid(file), signal.SIGKILL)  # which fails where it had been waited for


@posix
def test_a_command_that_still_runs_ends_with_balt(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = f"sleep 60 & echo $! > '{file}'; wait"
    program = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from balt.config import Account\n"
        "from balt.secrets import Secrets\n"
        "bal = Account('a@b.fr', host='h.b.fr', password_command=('sh', '-c', sys.argv[1]))\n"
        "threading.Thread(target=Secrets().password, args=(bal,), daemon=True).start()\n"
        "while not Path(sys.argv[2]).exists(): time.sleep(0.01)\n"
    )
    subprocess.run([sys.executable, "-B", "-c", program, script, str(file)], check=True, timeout=60)
    assert gone(written_pid(file))


# The environment, the person


def test_a_variable_of_the_environment_is_the_password() -> None:
    account = replace(BAL, password_env="MSS")
    assert Secrets(environ={"MSS": CANARY}).password(account) == CANARY


@pytest.mark.parametrize("environ", [{}, {"MSS": ""}])
def test_an_absent_or_empty_variable_is_a_mistake(environ: dict[str, str]) -> None:
    error = refusal(Secrets(environ=environ), replace(BAL, password_env="MSS"))
    assert isinstance(error, ConfigError)
    assert "MSS" in str(error)


def test_the_person_is_asked_last() -> None:
    asked: list[str] = []

    def ask(account: Account) -> str:
        asked.append(account.address)
        return CANARY

    assert Secrets(ask).password(BAL) == CANARY
    assert asked == [BAL.address]
    assert Secrets(ask, {"MSS": "autre"}).password(replace(BAL, password_env="MSS")) == "autre"
    assert len(asked) == 1


def test_nobody_to_ask_is_told() -> None:
    assert "password_command" in str(refusal(Secrets(None), BAL))


@pytest.mark.parametrize("answer", ["", None])
def test_no_answer_is_no_password(answer: str | None) -> None:
    assert isinstance(refusal(Secrets(lambda _account: answer), BAL), LoginError)


# What is kept


def test_a_password_is_looked_for_once() -> None:
    answers = iter([CANARY, "autre"])
    secrets = Secrets(lambda _account: next(answers))
    assert secrets.password(BAL) == secrets.password(BAL) == CANARY


def test_a_refused_password_is_looked_for_again() -> None:
    answers = iter([CANARY, "autre"])
    secrets = Secrets(lambda _account: next(answers))
    secrets.password(BAL)
    secrets.forget(BAL)
    assert secrets.password(BAL) == "autre"
    Secrets().forget(BAL)


def test_each_mailbox_has_its_own() -> None:
    secrets = Secrets(lambda account: account.address)
    other = replace(BAL, address="autre@medecin.mssante.fr")
    assert secrets.password(BAL) != secrets.password(other)


def test_an_access_token_is_fresh_each_time() -> None:
    code = "import os; print(os.getpid())"
    account = replace(BAL, auth="xoauth2", token_command=(sys.executable, "-c", code))
    secrets = Secrets()
    assert secrets.password(account) != secrets.password(account)


def test_one_question_at_a_time() -> None:
    here = threading.Lock()

    def ask(account: Account) -> str:
        assert here.acquire(blocking=False), "two questions at once"
        threading.Event().wait(0.01)
        here.release()
        return account.address

    secrets = Secrets(ask)
    accounts = [replace(BAL, address=f"b{number}@medecin.mssante.fr") for number in range(8)]
    answers: list[str] = []
    threads = [threading.Thread(target=lambda a=a: answers.append(secrets.password(a))) for a in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(answers) == 8


def test_a_secret_shows_in_no_repr() -> None:
    secrets = Secrets(environ={"MSS": CANARY})
    account = replace(BAL, password_env="MSS")
    secrets.password(account)
    assert CANARY not in repr(secrets) + repr(account)


# What was typed in the app


def test_a_password_given_in_the_app_comes_before_all_others() -> None:
    secrets = Secrets(environ={"MSS": "autre"})
    account = replace(BAL, password_env="MSS")
    secrets.give(account, CANARY)
    assert secrets.password(account) == CANARY


def test_a_password_given_for_a_mailbox_that_is_not_configured_yet_opens_it_later() -> None:
    secrets = Secrets()
    secrets.give(Account(BAL.address), CANARY)
    assert secrets.password(BAL) == CANARY


def test_a_given_password_that_was_refused_is_asked_for_again() -> None:
    secrets = Secrets(lambda _account: "autre")
    secrets.give(BAL, CANARY)
    secrets.forget(BAL)
    assert secrets.password(BAL) == "autre"


@pytest.mark.parametrize("secret", ["", "canari-7d1f\0"])
def test_what_is_no_password_is_not_taken(secret: str) -> None:
    with pytest.raises(LoginError) as caught:
        Secrets().give(BAL, secret)
    assert CANARY not in str(caught.value)
    assert caught.value.mailbox == BAL.address


# The key of the directory


def by_command(code: str) -> DirectorySettings:
    return DirectorySettings(api_key_command=(sys.executable, "-c", code))


def key_refusal(secrets: Secrets, settings: DirectorySettings) -> BaltError:
    with pytest.raises(BaltError) as caught:
        secrets.api_key(settings)
    error = caught.value
    assert CANARY not in f"{error!s}{error!r}{error.__cause__!r}{error.__context__!r}"
    assert not error.mailbox
    return error


def test_the_key_comes_from_a_command_or_from_the_environment() -> None:
    assert Secrets().api_key(by_command(f"print('{CANARY}')")) == CANARY
    assert Secrets(environ={"KEY": CANARY}).api_key(DirectorySettings(api_key_env="KEY")) == CANARY


def test_the_command_comes_first() -> None:
    settings = replace(by_command(f"print('{CANARY}')"), api_key_env="KEY")
    assert Secrets(environ={"KEY": "autre"}).api_key(settings) == CANARY


def test_no_key_says_how_to_give_one() -> None:
    error = key_refusal(Secrets(), DirectorySettings())
    assert isinstance(error, ConfigError)
    assert "api_key_command" in error.advice
    assert "api_key_env" in error.advice


@pytest.mark.parametrize(
    "code",
    ["print('canari-7d1f'); raise SystemExit(3)", "pass", "print(); print('canari-7d1f')"],
)
def test_a_command_without_a_key_is_a_matter_of_the_directory_and_of_no_mailbox(code: str) -> None:
    assert isinstance(key_refusal(Secrets(), by_command(code)), DirectoryError)


def test_a_command_that_never_gives_the_key_is_stopped() -> None:
    code = "import time; print('canari-7d1f', flush=True); time.sleep(60)"
    assert isinstance(key_refusal(Secrets(command_seconds=0.3), by_command(code)), DirectoryError)


def test_a_key_variable_that_is_empty_is_a_mistake() -> None:
    error = key_refusal(Secrets(environ={}), DirectorySettings(api_key_env="KEY"))
    assert isinstance(error, ConfigError)
    assert "KEY" in error.message


@pytest.mark.parametrize(
    "key",
    [
        "canari-7d1f x",
        "canari-7d1f\r\nHost: x",
        "canari-7d1f\t",
        "canari-7d1f\0",
        "canari-7d1fé",
        CANARY * 500,
    ],
)
def test_a_key_that_would_be_another_header_is_refused(key: str) -> None:
    error = key_refusal(Secrets(environ={"KEY": key}), DirectorySettings(api_key_env="KEY"))
    assert isinstance(error, ConfigError)


def test_the_key_is_looked_for_once_and_again_when_it_was_refused() -> None:
    settings = by_command("import os; print(os.getpid())")
    secrets = Secrets()
    first = secrets.api_key(settings)
    assert secrets.api_key(settings) == first
    secrets.forget_api_key()
    assert secrets.api_key(settings) != first


def test_many_who_want_the_key_run_the_command_once() -> None:
    settings = by_command("import os, time; time.sleep(0.2); print(os.getpid())")
    secrets = Secrets()
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(secrets.api_key(settings))) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(keys) == 6
    assert len(set(keys)) == 1


def test_the_key_shows_in_no_repr() -> None:
    secrets = Secrets(environ={"KEY": CANARY})
    settings = DirectorySettings(api_key_env="KEY")
    secrets.api_key(settings)
    assert CANARY not in repr(secrets) + repr(settings)
