"""A configuration file that is not TOML, or cannot be read."""

import subprocess
import sys
from pathlib import Path

import pytest

from balt.config import load_config, parse_config
from balt.errors import ConfigError

FILE = Path("/chez/nous/config.toml")


def error_of(text: str) -> str:
    """What is said of a configuration that cannot be used."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text, FILE)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('\nlanguage = "fr\n', "ligne 2, colonne 15", "il manque un guillemet fermant"),
        ("language fr\n", "ligne 1, colonne 10", "il manque le signe ="),
        ("language = fr\n", "ligne 1, colonne 12", "un texte s'écrit entre guillemets"),
        ("a = 1\na = 2\n", "ligne 2", "cette clé est donnée deux fois"),
        ("[person]\n[person]\n", "ligne 2", "déjà commencée plus haut"),
        ('[[mailbox]]\nca_file = "C:\\Users\\moi"\n', "ligne 2", "une barre oblique inverse est de trop"),
        ('[[mailbox]]\nca_file = "C:\\docs"\n', "ligne 2", "une barre oblique inverse est de trop"),
        ("[[mailbox\n", "ligne 1", "il manque un crochet fermant"),
        ('language = "fr" x\n', "ligne 1", "quelque chose de trop en fin de ligne"),
        ('a = ["x"\nb = 1\n', "ligne 2", "il manque un guillemet ou un crochet fermant"),
        ('\na = """x\n\n', "ligne", "il manque un guillemet"),
        ("!\n", "ligne 1", "cette ligne ne se lit pas"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(text: str, place: str, said: str) -> None:
    error = error_of(text)
    assert place in error
    assert said in error


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "[" + ".".join("a" * 3000) + "]"])
def test_a_monstrous_file_is_an_error_like_another(text: str) -> None:
    assert error_of(text).startswith("/chez/nous/config.toml")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "absent.toml")
    assert str(caught.value) == f"{tmp_path}/absent.toml : ce fichier de configuration n'existe pas."


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="c'est un dossier"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "denied"), "ne peut pas être lu. Vérifiez ses droits et ceux de son dossier."),
        (OSError(5, "Input/output error"), "ce fichier ne peut pas être lu."),
        (ValueError("embedded null byte"), "ce fichier ne peut pas être lu."),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "config.toml")
    assert str(caught.value).endswith(said)


def test_a_file_in_another_encoding_says_on_which_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes('[person]\nname = "Dr Modèle"\n'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"ligne 2 : ce fichier n'est pas en UTF-8\. Enregistrez-le"):
        load_config(file)


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbflanguage = "en"\r\n[person]\r\nname = "Dr Mod\xc3\xa8le"\r\n')
    config = load_config(file)
    assert (config.language, config.person.name, config.file) == ("en", "Dr Modèle", file)


def test_a_file_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with file.open("wb") as big:
        big.truncate(17 * 1024 * 1024)
    with pytest.raises(ConfigError, match="trop gros"):
        load_config(file)


def test_importing_the_configuration_brings_in_nothing_heavy() -> None:
    program = (
        "import sys, balt.config; print(*sorted({'imapclient', 'textual', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
