"""Client certificates on a real Dovecot, which takes the user from the certificate."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import ConfigError, LoginError
from balt.mail.session import ImapSession
from tests.conftest import NO_DOVECOT, need
from tests.integration.refusals import logins, refused
from tests.support.dovecot import Dovecot, dovecot_program
from tests.support.dovecot_sign_in import by_certificate
from tests.support.tls import Certificate

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def certificates() -> Iterator[Dovecot]:
    """A Dovecot that takes client certificates."""
    need(dovecot_program(), NO_DOVECOT)
    with Dovecot(extra=by_certificate) as server:
        yield server


def certificate_account(
    server: Dovecot, certificate: Certificate | None, user: str, **values: Any
) -> Account:
    given: dict[str, Any] = {"auth": "external", "security": "tls"}
    if certificate is not None:
        given |= {"client_certificate": certificate.chain, "client_key": certificate.key}
    return server.account(user, **(given | values))


def never() -> str:
    raise AssertionError("a certificate needs no password")


def opened_by_certificate(account: Account) -> ImapSession:
    return ImapSession(account, never, SystemClock())


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_opens_the_mailbox_that_it_names(certificates: Dovecot, security: str) -> None:
    user = certificates.new_user()
    mine = certificates.certificates.of_person(user)
    session = opened_by_certificate(certificate_account(certificates, mine, user, security=security))
    session.open()
    assert session.folders()
    session.close()
    assert f"Login: user=<{user}>, method=EXTERNAL" in certificates.log()


def test_a_certificate_opens_it_where_the_first_word_is_the_servers(
    start_dovecot: Callable[..., Dovecot],
) -> None:
    server = start_dovecot(extra=lambda folder: by_certificate(folder) + "\nimap_capability = IMAP4rev1\n")
    user = server.new_user()
    session = opened_by_certificate(certificate_account(server, server.certificates.of_person(user), user))
    session.open()
    assert "SASL-IR" not in session.capabilities


def test_the_certificate_of_another_person_opens_nothing(certificates: Dovecot) -> None:
    user = certificates.new_user()
    account = certificate_account(certificates, certificates.certificates.of_person("un.autre"), user)
    assert "avec ce certificat" in refused(opened_by_certificate(account)).message
    account = replace(account, username=account.address, authorization_identity=user)
    assert "avec ce certificat" in refused(opened_by_certificate(account)).message
    assert logins(certificates, user) == 0


@pytest.mark.parametrize("given", ["", "{address}"], ids=["no user name given", "the address given"])
def test_a_bal_never_opens_the_mailbox_of_another_persons_certificate(
    certificates: Dovecot, given: str
) -> None:
    other = certificates.new_user()
    mine = certificate_account(certificates, certificates.certificates.of_person(other), "")
    account = replace(mine, address="camille@cab-lilas.mssante.fr", username=given)
    assert "avec ce certificat" in refused(opened_by_certificate(account)).message
    assert logins(certificates, other) == 0


def test_a_certificate_of_another_authority_opens_nothing(certificates: Dovecot) -> None:
    user = certificates.new_user()
    strange = certificates.certificates.of_person(user, stranger=True)
    account = certificate_account(certificates, strange, user)
    error = refused(opened_by_certificate(account))
    assert isinstance(error, LoginError)
    assert "avec ce certificat" in error.message
    assert logins(certificates, user) == 0


def test_no_certificate_opens_nothing(certificates: Dovecot) -> None:
    user = certificates.new_user()
    error = refused(opened_by_certificate(certificate_account(certificates, None, user)))
    assert isinstance(error, LoginError)
    assert logins(certificates, user) == 0


@pytest.mark.parametrize(
    ("days", "words"), [((-30, -2), "a expiré le"), ((3, 30), "n'est valable qu'à partir du")]
)
def test_a_certificate_out_of_its_dates_is_told_before_anything_is_sent(
    certificates: Dovecot, days: tuple[int, int], words: str
) -> None:
    user = certificates.new_user()
    account = certificate_account(certificates, certificates.certificates.of_person(user, days=days), user)
    before = certificates.log()
    error = refused(opened_by_certificate(account))
    assert isinstance(error, ConfigError)
    assert words in error.message
    assert certificates.log() == before


def test_a_server_without_certificate_login_names_what_it_offers(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    account = certificate_account(dovecot, dovecot.certificates.of_person(user), user)
    error = refused(opened_by_certificate(account))
    assert "il offre : LOGIN, PLAIN." in error.message
    assert "client_certificate" in error.advice
