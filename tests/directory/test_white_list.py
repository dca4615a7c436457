"""The white list of domains: read by its one known path, without the dangers of XML."""

from pathlib import Path

import pytest

from balt.directory.white_list import MOST_OCTETS, read_white_list
from balt.errors import DirectoryError

NAMESPACE = "https://listeblanche.mssante.fr/schema"


def document(*domains: str, root: str = f'<Liste xmlns="{NAMESPACE}">') -> str:
    named = "".join(f"<Domaine><Nom>{domain}</Nom><Autre>x</Autre></Domaine>" for domain in domains)
    return f'<?xml version="1.0" encoding="UTF-8"?><!-- dit -->{root}{named}</Liste>'


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "listeblanchemssante.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_domains_are_read_in_lower_case(tmp_path: Path) -> None:
    found = read_white_list(write(tmp_path, document("medecin.fictif.mssante.fr", " CH-Essai.mssante.fr\n")))
    assert found.domains == {"medecin.fictif.mssante.fr", "ch-essai.mssante.fr"}


def test_another_namespace_or_none_is_read_too(tmp_path: Path) -> None:
    assert read_white_list(write(tmp_path, document("a.mssante.fr", root="<Liste>"))).domains == {
        "a.mssante.fr"
    }


@pytest.mark.parametrize("address", ["Alix@CH-essai.mssante.fr", "ch-essai.mssante.fr"])
def test_an_address_of_a_listed_domain_is_held(tmp_path: Path, address: str) -> None:
    assert read_white_list(write(tmp_path, document("ch-essai.mssante.fr"))).holds(address)


@pytest.mark.parametrize("address", ["alix@essai.mssante.fr", "alix@x.ch-essai.mssante.fr", "alix@", ""])
def test_an_address_of_another_domain_is_not(tmp_path: Path, address: str) -> None:
    assert not read_white_list(write(tmp_path, document("ch-essai.mssante.fr"))).holds(address)


def test_a_domain_with_an_accent_is_known_by_both_of_its_forms(tmp_path: Path) -> None:
    found = read_white_list(write(tmp_path, document("santé-fictive.fr")))
    assert found.holds("a@santé-fictive.fr")
    assert found.holds("a@xn--sant-fictive-eeb.fr")


def test_control_characters_do_not_pass(tmp_path: Path) -> None:
    found = read_white_list(write(tmp_path, document("a\u202eb.fr")))
    assert "a·b.fr" in found.domains


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE Liste [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE Liste SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE Liste>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path: Path, start: str, encoding: str) -> None:
    content = f"{start}<Liste><Domaine><Nom>a.fr</Nom></Domaine></Liste>".encode(encoding)
    with pytest.raises(DirectoryError, match="définition de type"):
        read_white_list(write(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"<html><body>Service indisponible</body></html>",
        document("a.fr")[:-9].encode(),
        document().encode(),
        document("&inconnue;").encode(),
        b'<?xml version="1.0" encoding="inconnu"?><Liste/>',
    ],
)
def test_another_document_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DirectoryError, match="liste blanche"):
        read_white_list(write(tmp_path, content))


def test_an_enormous_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="démesuré"):
        read_white_list(write(tmp_path, b" " * (MOST_OCTETS + 1)))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="ne peut pas être lu"):
        read_white_list(tmp_path / "absente.xml")
    with pytest.raises(DirectoryError, match="ce n'est pas un fichier"):
        read_white_list(tmp_path)
