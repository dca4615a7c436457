"""The files of a client certificate: what is wrong with them is said before anything is sent."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from balt.config import Account
from balt.errors import ConfigError
from balt.mail.client_certificate import load_client_certificate, require_valid_dates
from tests.support.tls import Certificate, Certificates

PASSWORD = "canari-de-la-cle"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def account(certificate: Path | None, key: Path | None) -> Account:
    return Account(
        "essai@medecin.mssante.fr",
        host="localhost",
        auth="external",
        client_certificate=certificate,
        client_key=key,
    )


def refusal(certificate: Path, key: Path | None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_client_certificate(ssl.create_default_context(), account(certificate, key))
    shown = str(caught.value)
    assert "PRIVATE KEY" not in shown
    assert PASSWORD not in f"{shown}{caught.value.__cause__!r}{caught.value.__context__!r}"
    assert caught.value.advice
    return caught.value


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def locked(made: Certificate, path: Path, form: serialization.PrivateFormat) -> Path:
    key = serialization.load_pem_private_key(made.key.read_bytes(), None)
    protection = serialization.BestAvailableEncryption(PASSWORD.encode())
    return written(path, key.private_bytes(serialization.Encoding.PEM, form, protection))


def test_certificate_and_key_may_be_in_two_files_or_in_one(
    certificates: Certificates, tmp_path: Path
) -> None:
    mine = certificates.client
    both = written(tmp_path / "both.pem", mine.key.read_bytes() + mine.chain.read_bytes())
    for one in (account(mine.chain, mine.key), account(both, None)):
        load_client_certificate(ssl.create_default_context(), one)


def test_without_a_certificate_there_is_nothing_to_load() -> None:
    load_client_certificate(ssl.create_default_context(), account(None, None))


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
def test_a_key_with_a_password_is_refused_without_asking_for_it(
    certificates: Certificates, tmp_path: Path, form: serialization.PrivateFormat
) -> None:
    key = locked(certificates.client, tmp_path / "locked.key", form)
    error = refusal(certificates.client.chain, key)
    assert "protégée par un mot de passe" in error.message
    assert "client_key" in error.message


def test_a_locked_key_in_the_file_of_the_certificate_is_refused_too(
    certificates: Certificates, tmp_path: Path
) -> None:
    key = locked(certificates.client, tmp_path / "locked.key", serialization.PrivateFormat.PKCS8)
    both = written(tmp_path / "both.pem", key.read_bytes() + certificates.client.chain.read_bytes())
    assert "client_certificate" in refusal(both, None).message


def test_a_key_of_another_certificate_is_told(certificates: Certificates) -> None:
    assert "ne correspond pas" in refusal(certificates.client.chain, certificates.good.key).message


def test_a_key_that_is_not_indicated_is_asked_for(certificates: Certificates) -> None:
    assert "client_key" in refusal(certificates.client.chain, None).advice


def test_files_that_are_not_there_are_named(certificates: Certificates, tmp_path: Path) -> None:
    nowhere = tmp_path / "nulle-part.pem"
    error = refusal(nowhere, certificates.client.key)
    assert "« client_certificate » est introuvable" in error.message
    error = refusal(certificates.client.chain, nowhere)
    assert "« client_key » est introuvable" in error.message
    assert "nulle-part.pem" in error.message


def test_a_file_that_cannot_be_read_is_named(certificates: Certificates, tmp_path: Path) -> None:
    assert "ne peut pas être lu" in refusal(certificates.client.chain, tmp_path).message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 100,
        b"-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ],
)
def test_a_file_that_is_no_certificate_is_named(
    certificates: Certificates, tmp_path: Path, content: bytes
) -> None:
    refusal(written(tmp_path / "odd.pem", content), certificates.client.key)


def test_a_file_that_is_no_key_is_named(certificates: Certificates, tmp_path: Path) -> None:
    odd = b"-----BEGIN PRIVATE KEY-----\nnot base64\n-----END PRIVATE KEY-----\n"
    for content in (b"", odd):
        error = refusal(certificates.client.chain, written(tmp_path / "odd.key", content))
        assert "client_key" in error.message


# Dates


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3, "qu'à partir du"), (0, ""), (29, ""), (31, "a expiré le"), (20_000, "a expiré le")],
)
def test_the_dates_of_a_certificate_are_looked_at(certificates: Certificates, days: int, words: str) -> None:
    mine = certificates.of_person("camille")
    now = datetime.now(UTC) + timedelta(days=days)
    one = account(mine.chain, mine.key)
    if not words:
        require_valid_dates(one, now)
        return
    with pytest.raises(ConfigError, match=words):
        require_valid_dates(one, now)


def test_a_date_after_2049_is_read(certificates: Certificates) -> None:
    mine = certificates.of_person("camille", days=(-1, 40_000))
    require_valid_dates(account(mine.chain, mine.key), datetime(2099, 1, 1, tzinfo=UTC))


def test_the_dates_matter_only_to_those_who_sign_in_by_certificate(certificates: Certificates) -> None:
    old = certificates.expired
    plain = Account("essai@medecin.mssante.fr", client_certificate=old.chain, client_key=old.key)
    require_valid_dates(plain, datetime.now(UTC))


def _cut(der: bytes) -> list[bytes]:
    return [der[:end] for end in range(0, min(len(der), 300), 7)]


def _changed(der: bytes) -> list[bytes]:
    return [der[:at] + b"\xff" + der[at + 1 :] for at in range(0, min(len(der), 300), 3)]


@pytest.mark.parametrize("damage", [_cut, _changed])
def test_a_damaged_certificate_never_breaks_the_reading_of_dates(
    certificates: Certificates, tmp_path: Path, damage: Callable[[bytes], list[bytes]]
) -> None:
    """Whatever its dates seem to be; that it cannot be used is said when it is loaded."""
    first, end, _others = certificates.client.chain.read_text(encoding="ascii").partition(
        "-----END CERTIFICATE-----"
    )
    for octets in damage(ssl.PEM_cert_to_DER_cert(first + end)):
        file = written(tmp_path / "odd.pem", ssl.DER_cert_to_PEM_cert(octets).encode())
        with suppress(ConfigError):
            require_valid_dates(account(file, None), datetime.now(UTC))
