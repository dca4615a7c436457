"""Trying a BAL that is entered with a token or a certificate, on a real Dovecot."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from balt.clock import SystemClock
from balt.doctor.model import Result
from balt.doctor.trying import try_account
from tests.doctor.conftest import tried
from tests.support.dovecot import Dovecot
from tests.support.dovecot_sign_in import by_certificate, by_token
from tests.support.introspection import Introspection

pytestmark = pytest.mark.dovecot

GOOD, OLD = "canari.bon-2", "canari.vieux-2"


def test_an_expired_token_is_replaced_while_trying(start_dovecot: Callable[..., Dovecot]) -> None:
    with Introspection() as endpoint:
        server = start_dovecot(extra=by_token(endpoint.url))
        account = server.account(auth="xoauth2", token_command=("jeton",))
        endpoint.issue(account.username, GOOD)
        tokens = iter((OLD, GOOD))
        checks = try_account(account, lambda: next(tokens), SystemClock())
    assert checks[-1].id == "extensions"
    assert not any(check.result is Result.FAILURE for check in checks)


def test_a_refused_token_is_in_no_check(start_dovecot: Callable[..., Dovecot]) -> None:
    with Introspection() as endpoint:
        server = start_dovecot(extra=by_token(endpoint.url))
        checks = tried(server.account(auth="oauthbearer", token_command=("jeton",)), OLD)
    assert (checks["login"].result, OLD in "".join(map(str, checks.values()))) == (Result.FAILURE, False)


def test_a_certificate_opens_every_step_and_its_absence_is_told(
    start_dovecot: Callable[..., Dovecot],
) -> None:
    server = start_dovecot(extra=by_certificate)
    user = server.new_user()
    mine = server.certificates.of_person(user)
    account = server.account(user, security="tls", auth="external")
    good = tried(replace(account, client_certificate=mine.chain, client_key=mine.key))
    assert "extensions" in good
    assert list(tried(account).values())[-1].result is Result.FAILURE
