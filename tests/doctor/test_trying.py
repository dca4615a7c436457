"""Trying a BAL on a real Dovecot: each step is told, and it stops at the first one that fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from balt.clock import FixedClock, SystemClock
from balt.config import Account
from balt.doctor.model import Check, Result
from balt.doctor.steps import IMAP_STEPS
from balt.doctor.trying import try_account
from balt.errors import CancelledError, LoginError
from tests.doctor.conftest import server_saying, tried
from tests.mail.scripted import ScriptedServer, refusing
from tests.support.dovecot import Dovecot
from tests.support.tls import Certificates, TlsFront

CANARY = "canari-4f1c9e"


def last_of(checks: dict[str, Check]) -> Check:
    return list(checks.values())[-1]


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_good_account_goes_through_every_step(dovecot: Dovecot, security: str) -> None:
    checks = tried(dovecot.account(security=security))
    assert set(checks) == set(IMAP_STEPS)
    assert {check.result for check in checks.values()} <= {Result.OK, Result.SKIPPED}
    assert checks["tls"].result is (Result.SKIPPED if security == "none" else Result.OK)


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_certificate_is_described(dovecot: Dovecot, security: str) -> None:
    sentence = tried(dovecot.account(security=security))["tls"].sentence
    assert sentence.startswith("TLSv1.")
    assert "certificat de localhost, délivré par trustme" in sentence


@pytest.mark.dovecot
def test_what_is_there_is_counted(dovecot: Dovecot) -> None:
    user = dovecot.new_user("2G")
    for _number in range(3):
        dovecot.deliver(user, b"Subject: essai\r\n\r\nBonjour\r\n")
    checks = tried(dovecot.account(user))
    assert checks["inbox"].sentence == "3 messages dans la boîte de réception."
    assert checks["folders"].sentence == "6 dossiers."
    assert "sur 2 Go" in checks["quota"].sentence


@pytest.mark.dovecot
def test_nothing_is_changed_on_the_server(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, b"Subject: essai\r\n\r\nBonjour\r\n")
    sent = dovecot.record(user)
    tried(dovecot.account(user))
    commands = {line.split()[1] for line in sent().splitlines()}
    assert commands <= {b"CAPABILITY", b"ENABLE", b"LIST", b"EXAMINE", b"GETQUOTAROOT", b"STATUS", b"LOGOUT"}


@pytest.mark.dovecot
def test_a_wrong_password_is_tried_once_and_told(dovecot: Dovecot) -> None:
    asked: list[str] = []

    def password() -> str:
        asked.append(CANARY)
        return CANARY

    account = dovecot.account(security="tls")
    login = try_account(account, password, SystemClock())[-1]
    assert (login.id, login.result, len(asked)) == ("login", Result.FAILURE, 1)
    assert "mot de passe refusé" in login.sentence


@pytest.mark.dovecot
def test_the_password_is_in_no_check(dovecot: Dovecot) -> None:
    for password in (CANARY, "pass-" + CANARY):
        told = "".join(map(str, tried(dovecot.account(security="tls"), password).values()))
        assert CANARY not in told


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("serveur-fictif.invalid", "introuvable"),
        ("a" * 70 + ".invalid", "introuvable"),
        ("", "aucun serveur"),
    ],
)
def test_a_server_that_does_not_exist(host: str, said: str) -> None:
    checks = tried(Account("essai@medecin.mssante.fr", host=host))
    assert list(checks) == ["resolve"]
    assert said in checks["resolve"].sentence


def test_a_port_where_nobody_listens() -> None:
    with server_saying(b"") as port:
        pass
    checks = tried(Account("essai@medecin.mssante.fr", host="127.0.0.1", port=port, security="none"))
    assert list(checks) == ["resolve", "connect"]
    assert "refuse la connexion" in checks["connect"].sentence


@pytest.mark.dovecot
def test_the_port_without_protection_taken_for_the_other(dovecot: Dovecot) -> None:
    checks = tried(dovecot.account(security="tls", port=dovecot.port))
    assert last_of(checks).id == "tls"
    assert "ne parle pas TLS sur ce port" in checks["tls"].sentence
    assert "143" in checks["tls"].advice


@pytest.mark.dovecot
def test_the_protected_port_taken_for_the_other(dovecot: Dovecot) -> None:
    checks = tried(dovecot.account(security="starttls", port=dovecot.tls_port, timeout=3))
    assert last_of(checks).id == "greeting"
    assert 'Ce port attend peut-être security = "tls".' in checks["greeting"].advice


BAD_CERTIFICATES = {
    "expired": "a expiré",
    "wrong_name": "n'est pas au nom du serveur",
    "unknown_authority": "autorité inconnue",
    "self_signed": "autorité inconnue",
}


@pytest.mark.dovecot
@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_a_certificate_that_cannot_be_trusted_ends_it_before_the_login(
    dovecot: Dovecot, certificates: Certificates, kind: str
) -> None:
    with TlsFront(dovecot.port, getattr(certificates, kind)) as front:
        account = dovecot.account(security="tls", port=front.port, ca_file=certificates.ca_file)
        checks = tried(account)
    assert (last_of(checks).id, checks["tls"].result) == ("tls", Result.FAILURE)
    assert BAD_CERTIFICATES[kind] in checks["tls"].sentence
    assert checks["tls"].advice


@pytest.mark.dovecot
def test_an_authority_that_this_machine_does_not_know(dovecot: Dovecot) -> None:
    checks = tried(dovecot.account(security="tls", ca_file=None))
    assert "IGC-Santé" in checks["tls"].advice


@pytest.mark.dovecot
def test_a_certificate_that_ends_soon_is_a_warning_and_no_obstacle(
    dovecot: Dovecot, certificates: Certificates
) -> None:
    soon = FixedClock(datetime.now(UTC))
    with TlsFront(dovecot.port, certificates.self_signed) as front:  # it ends in thirty days
        account = dovecot.account(security="tls", port=front.port, ca_file=certificates.self_signed.chain)
        checks = {check.id: check for check in try_account(account, lambda: "pass", soon)}
    assert (checks["tls"].result, "Prévenez l'opérateur" in checks["tls"].advice) == (Result.WARNING, True)
    assert checks["inbox"].result is Result.OK


def test_a_server_without_starttls() -> None:
    with ScriptedServer() as server:
        checks = tried(server.account(security="starttls"))
    assert "ne propose pas de protéger la connexion" in checks["tls"].sentence
    assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in server.lines)


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"220 smtp.exemple ESMTP\r\n",
        b"+OK POP3 ready\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\xff\x00\x1b]0;evil\x07" * 50 + b"\r\n",
    ],
)
def test_a_server_that_is_not_one_of_mail(words: bytes) -> None:
    with server_saying(words) as port:
        checks = tried(
            Account("essai@medecin.mssante.fr", host="127.0.0.1", port=port, security="none", timeout=6)
        )
    assert last_of(checks).id == "greeting"
    assert "ce n'est pas un serveur de messagerie IMAP" in checks["greeting"].sentence


@pytest.mark.parametrize(
    ("security", "step"), [("tls", "tls"), ("starttls", "greeting"), ("none", "greeting")]
)
def test_silence_ends(security: Any, step: str) -> None:
    with server_saying(b"") as port:
        account = Account(
            "essai@medecin.mssante.fr", host="127.0.0.1", port=port, security=security, timeout=3
        )
        checks = tried(account)
    assert (last_of(checks).id, last_of(checks).result) == (step, Result.FAILURE)
    assert "répond p" in last_of(checks).sentence


@pytest.mark.parametrize(
    ("missing", "result", "said"),
    [
        ("UIDPLUS", Result.WARNING, "rien supprimer définitivement"),
        ("MOVE", Result.OK, "copie dans la corbeille"),
        ("SORT", Result.OK, "balt trie lui-même"),
        ("SPECIAL-USE", Result.OK, "reconnus à leur nom"),
    ],
)
@pytest.mark.dovecot
def test_what_a_server_lacks_is_told_with_what_it_changes(
    start_dovecot: Callable[..., Dovecot], missing: str, result: Result, said: str
) -> None:
    check = tried(start_dovecot(hide=(missing,)).account())["extensions"]
    assert (check.result, said in check.sentence) == (result, True)


@pytest.mark.dovecot
def test_no_quota_and_no_trash_are_told(start_dovecot: Callable[..., Dovecot]) -> None:
    checks = tried(start_dovecot(quota=None, folders={}).account())
    assert (checks["quota"].result, 'quota = "2G"' in checks["quota"].advice) == (Result.WARNING, True)
    assert "Aucune corbeille n'est reconnue" in checks["folders"].sentence


def test_a_server_that_wants_a_token_is_told_before_the_login() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED") as server:
        checks = tried(server.account())
    assert (checks["greeting"].result, "Pro Santé Connect" in checks["greeting"].advice) == (
        Result.WARNING,
        True,
    )
    assert last_of(checks).id == "login"


def test_a_line_that_is_cut_after_the_login_is_not_logged_into_again() -> None:
    with ScriptedServer({"LIST": lambda sock, tag, rest: sock.close()}) as server:
        last = last_of(tried(server.account()))
    assert (last.id, last.result) == ("folders", Result.FAILURE)
    assert sum(line.startswith(b"AUTHENTICATE") for line in server.commands()) == 1


def test_a_server_that_refuses_to_list_is_quoted_in_no_word() -> None:
    with ScriptedServer({"LIST": refusing()}) as server:
        last = last_of(tried(server.account()))
    assert (last.id, "secret words" in str(last)) == ("folders", False)


def test_a_password_that_cannot_be_had_is_the_failure_of_the_login() -> None:
    def none() -> str:
        raise LoginError("aucun mot de passe.", advice="Donnez-le.")

    with ScriptedServer() as server:
        last = try_account(server.account(), none, SystemClock())[-1]
    assert (last.id, last.sentence, last.advice) == ("login", "aucun mot de passe.", "Donnez-le.")


def test_each_step_is_heard_as_it_comes_and_the_user_may_leave() -> None:
    heard: list[str] = []
    with ScriptedServer() as server, pytest.raises(CancelledError):
        try_account(
            server.account(),
            lambda: "pass",
            SystemClock(),
            on_step=lambda check: heard.append(check.id),
            cancelled=lambda: len(heard) == 2,
        )
    assert heard == ["resolve", "connect"]
    assert not server.lines


def test_a_bal_without_imap_access_is_not_tried() -> None:
    checks = tried(Account("essai@medecin.mssante.fr", access="none"))
    assert [check.result for check in checks.values()] == [Result.SKIPPED]


def test_a_check_as_json() -> None:
    check = Check("tls", "Protection", Result.OK, "TLSv1.3", "")
    assert check.to_json() == {
        "id": "tls",
        "label": "Protection",
        "result": "ok",
        "sentence": "TLSv1.3",
        "advice": "",
    }
    assert replace(check, result=Result.WARNING).found
