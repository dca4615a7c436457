"""Whom a download trusts: the authority of the configuration, its whole chain, and what is said otherwise."""

from pathlib import Path

import pytest
import trustme

from balt.directory.sources import ANS_SERVICE, source_of
from balt.errors import ConfigError, DirectoryError
from tests.directory.download_desk import Desk
from tests.directory.fake_files import FileServer
from tests.support.tls import Certificate, Certificates

CONTENT = b"octets" * 1000


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def test_the_authority_of_the_configuration_is_trusted_for_the_service_of_the_ans(
    certificates: Certificates, tmp_path: Path
) -> None:
    assert source_of("", certificates.ca_file).url == ANS_SERVICE
    with FileServer(CONTENT, certificates.good, host="localhost") as server:
        desk = Desk(tmp_path, source_of(server.url, certificates.ca_file))
        desk.fetch()
    assert desk.file.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("kind", "told", "advice"),
    [
        ("expired", "n'est pas valable à la date de cet ordinateur", "Vérifiez cette date"),
        ("wrong_name", "est celui d'un autre serveur que localhost", "update_url"),
        ("unknown_authority", "n'est pas digne de confiance", "toute la chaîne de l'IGC-Santé"),
        ("self_signed", "n'est pas digne de confiance", "toute la chaîne de l'IGC-Santé"),
    ],
)
def test_a_certificate_that_cannot_be_trusted_ends_it_and_says_what_is_wrong(
    certificates: Certificates, tmp_path: Path, kind: str, told: str, advice: str
) -> None:
    with FileServer(CONTENT, getattr(certificates, kind), host="localhost") as server:
        desk = Desk(tmp_path, source_of(server.url, certificates.ca_file))
        with pytest.raises(DirectoryError, match="certificat") as failure:
            desk.fetch()
    assert told in failure.value.message
    assert advice in failure.value.advice
    assert server.asked == []
    assert not desk.file.exists()


def test_without_that_authority_its_certificate_is_not_trusted(
    certificates: Certificates, tmp_path: Path
) -> None:
    with (
        FileServer(CONTENT, certificates.good, host="localhost") as server,
        pytest.raises(DirectoryError, match="digne de confiance") as failure,
    ):
        Desk(tmp_path, source_of(server.url, None)).fetch()
    assert "IGC-Santé : « update_ca_file »" in failure.value.advice


def test_an_authority_that_cannot_be_read_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("rien", encoding="utf-8")
    for file in (tmp_path / "ca.pem", tmp_path / "absente.pem"):
        with pytest.raises(ConfigError, match="update_ca_file") as failure:
            Desk(tmp_path, source_of("", file)).fetch()
        assert "openssl pkcs7" in failure.value.advice


class Chain:
    """A root, an intermediate authority, and a server's certificate, as the IGC-Santé has them."""

    def __init__(self, folder: Path) -> None:
        root = trustme.CA()
        between = root.create_child_ca()
        issued = between.issue_cert("localhost")
        leaf, *above = issued.cert_chain_pems
        self.root, self.between, self.both = folder / "root.pem", folder / "between.pem", folder / "both.pem"
        self.root.write_bytes(root.cert_pem.bytes())
        self.between.write_bytes(between.cert_pem.bytes())
        self.both.write_bytes(root.cert_pem.bytes() + between.cert_pem.bytes())
        key, alone, whole = folder / "server.key", folder / "alone.pem", folder / "whole.pem"
        key.write_bytes(issued.private_key_pem.bytes())
        alone.write_bytes(leaf.bytes())
        whole.write_bytes(leaf.bytes() + b"".join(each.bytes() for each in above) + self.between.read_bytes())
        self.alone, self.whole = Certificate(alone, key), Certificate(whole, key)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(tmp_path_factory.mktemp("chain"))


@pytest.mark.parametrize(
    ("presented", "trusted"),
    [("whole", "root"), ("whole", "both"), ("whole", "between"), ("alone", "both"), ("alone", "between")],
)
def test_a_chain_is_trusted_by_any_authority_that_was_given(
    chain: Chain, tmp_path: Path, presented: str, trusted: str
) -> None:
    with FileServer(CONTENT, getattr(chain, presented), host="localhost") as server:
        desk = Desk(tmp_path, source_of(server.url, getattr(chain, trusted)))
        desk.fetch()
    assert desk.file.read_bytes() == CONTENT


def test_a_link_that_is_missing_from_the_chain_is_asked_for(chain: Chain, tmp_path: Path) -> None:
    with (
        FileServer(CONTENT, chain.alone, host="localhost") as server,
        pytest.raises(DirectoryError, match="digne de confiance") as failure,
    ):
        Desk(tmp_path, source_of(server.url, chain.root)).fetch()
    assert "l'autorité racine et les intermédiaires" in failure.value.advice
