"""Several BAL asked at once."""

import threading

import pytest

from balt.config import Account
from balt.mailboxes.survey import Cancelled, ask_each

ACCOUNTS = [Account(f"bal{number}@medecin.mssante.fr") for number in range(20)]


def test_every_account_is_asked_once() -> None:
    answers = list(ask_each(ACCOUNTS, lambda account, _cancelled: account.address.upper()))
    assert sorted(answers, key=lambda each: each[0].address) == sorted(
        [(account, account.address.upper()) for account in ACCOUNTS], key=lambda each: each[0].address
    )


def test_no_account_is_no_question() -> None:
    assert list(ask_each([], lambda account, _cancelled: account)) == []


def test_no_more_than_so_many_are_asked_at_once() -> None:
    lock, here, most = threading.Lock(), 0, 0
    together = threading.Barrier(3, timeout=60)

    def question(_account: Account, _cancelled: Cancelled) -> None:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        together.wait()
        with lock:
            here -= 1

    assert len(list(ask_each(ACCOUNTS[:6], question, at_once=3))) == 6
    assert most == 3


def test_an_error_is_raised_where_the_question_was_asked() -> None:
    def question(account: Account, _cancelled: Cancelled) -> str:
        if account is ACCOUNTS[3]:
            raise ZeroDivisionError
        return "ok"

    with pytest.raises(ZeroDivisionError):
        list(ask_each(ACCOUNTS, question))


def test_leaving_early_tells_the_others_to_stop() -> None:
    started, stopped = threading.Event(), threading.Event()

    def question(account: Account, cancelled: Cancelled) -> str:
        if account is ACCOUNTS[0]:
            assert started.wait(10)
            return "ok"
        started.set()
        while not cancelled():
            pass
        stopped.set()
        return "late"

    answers = ask_each(ACCOUNTS[:2], question)
    assert next(answers) == (ACCOUNTS[0], "ok")
    answers.close()  # type: ignore[attr-defined]
    assert stopped.wait(10)
