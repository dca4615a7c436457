"""``[[followed]]``: a BAL of somebody else, written by hand or added by balt; never one's own at once."""

from pathlib import Path

import pytest

from balt.config import load_config, parse_config
from balt.config.append import append_followed, append_mailbox
from balt.config.model import Account
from balt.errors import ConfigError, UsageError

THEIRS, OWN = "urgences@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
MINE = f'[[mailbox]]\naddress = "{OWN}"\naccess = "none"\n'
FOLLOWED = f'[[followed]]\naddress = "{THEIRS}"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration with one BAL."""
    path = tmp_path / "config.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


def test_what_is_followed_is_no_bal_of_ones_own() -> None:
    config = parse_config(FOLLOWED + MINE, Path("config.toml"))
    assert config.followed == (THEIRS,)
    assert [each.address for each in config.accounts] == [OWN]
    assert config.named == (OWN, THEIRS)
    assert config.follows(THEIRS.upper())
    assert not config.follows(OWN)


def test_a_command_that_reads_mail_says_whose_bal_it_is() -> None:
    config = parse_config(FOLLOWED + MINE, Path("config.toml"))
    with pytest.raises(UsageError, match="la BAL de quelqu'un d'autre, suivie dans l'annuaire"):
        config.account(THEIRS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("followed = ['a@b.fr']", "chaque BAL suivie commence par une ligne [[followed]]"),
        ("[followed]\naddress = 'a@b.fr'", "chaque BAL suivie commence par une ligne [[followed]]"),
        ("[[followed]]", "ligne 1 : il manque « address »"),
        ("[[followed]]\naddress = 'pas une adresse'", "ligne 2 : « address » ne convient pas"),
        ("[[followed]]\naddress = 'a@b.fr'\nadress = 1", "ligne 3 : clé inconnue « adress »"),
        ("[[followed]]\naddress = 'a@b.fr'\nhost = 'b.fr'", "elle va dans [[mailbox]]"),
        (FOLLOWED + FOLLOWED, f"ligne 4 : l'adresse {THEIRS} est déjà celle de la BAL de la ligne 2."),
        (
            f'[[followed]]\naddress = "{OWN.upper()}"\n' + MINE,
            "est déjà celle de la BAL de la ligne 4. Une BAL à vous est suivie sans cela : retirez ce bloc",
        ),
    ],
)
def test_what_cannot_be_followed_is_an_error_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(text, Path("config.toml"))
    assert told in f"{raised.value.message} {raised.value.advice}"


def test_it_is_added_at_the_end_and_a_bal_after_it(file: Path) -> None:
    append_followed(file, THEIRS)
    assert file.read_text(encoding="utf-8") == f"{MINE}\n{FOLLOWED}"
    append_mailbox(file, Account("essai@medecin.mssante.fr", access="none"))
    append_followed(file, "labo@bio-fictive.mssante.fr")
    config = load_config(file)
    assert config.followed == (THEIRS, "labo@bio-fictive.mssante.fr")
    assert [each.address for each in config.accounts] == [OWN, "essai@medecin.mssante.fr"]


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    append_followed(file, THEIRS)
    assert file.read_text(encoding="utf-8") == FOLLOWED


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (THEIRS.upper(), "est déjà suivie, par un bloc [[followed]] de ce fichier."),
        (OWN, "est déjà celle d'une BAL de ce fichier."),
        ("pas une adresse", "« address » ne convient pas"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_as_it_is(file: Path, address: str, told: str) -> None:
    append_followed(file, THEIRS)
    before = file.read_bytes()
    with pytest.raises(ConfigError) as raised:
        append_followed(file, address)
    assert told in str(raised.value)
    assert file.read_bytes() == before


def test_ones_own_bal_is_not_added_beside_its_followed_block(file: Path) -> None:
    append_followed(file, THEIRS)
    with pytest.raises(ConfigError) as raised:
        append_mailbox(file, Account(THEIRS, access="none"))
    assert "Si cette BAL est à vous, retirez d'abord ce bloc." in str(raised.value.advice)
