"""Adding a BAL to the configuration: what was there stays, octet for octet, or nothing is written."""

import dataclasses
import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.config import Account, Person, load_config
from balt.config.append import append_mailbox, check_mailbox
from balt.errors import ConfigError

NEW = Account("camille.exemple@medecin.mssante.fr", host="imap.exemple.mssante.fr")
OLD = '[[mailbox]]\naddress = "essai@medecin.mssante.fr"\nhost = "imap.exemple.mssante.fr"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the configuration of the test is; nothing is there yet."""
    return tmp_path / "config.toml"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def error_of(file: Path, account: Account = NEW) -> str:
    """What is said when the account cannot be added."""
    with pytest.raises(ConfigError) as caught:
        append_mailbox(file, account)
    return str(caught.value)


SHAPES: dict[str, str] = {
    "one BAL": OLD,
    "no final line end": OLD.rstrip("\n"),
    "a comment that ends the file": OLD + "# fin",
    "nothing": "",
    "only a line end": "\n",
    "only comments": "# à moi\n\n# rien d'autre\n",
    "only a language": 'language = "en"\n',
    "a BAL without final line end after a table": '[person]\nname = "Dr Modèle"\n' + OLD[:-1],
    "an open table of thresholds": OLD + "[thresholds]\nold_after_days = 900",
    "an open table of the directory": '[directory]\napi_key_env = "CLE"\n',
    "a person and blanks": '[person]\nname = "Dr Camille EXEMPLE"\nrpps = "10999990012"\n\n\n   \n',
    "the lines of Windows": (OLD + "# fin\n").replace("\n", "\r\n"),
    "the lines of Windows, no final one": OLD.replace("\n", "\r\n")[:-2],
    "both kinds of lines": "# un\r\n" + OLD,
    "a mark of Windows editors": "\ufeff" + OLD,
    "a mark of Windows editors and nothing else": "\ufeff",
    "text on several lines": OLD + 'username = """\nessai"""\n'.replace("\n", "", 1),
    "an array on several lines": OLD + 'password_command = [\n  "pass",  # à part\n  "show",\n]',
    "quoted keys": '[["mailbox"]]\n"address" = "essai@medecin.mssante.fr"\n\'access\' = "none"\n',
    "blanks in the header": '[[ mailbox ]]\naddress = "essai@medecin.mssante.fr"\naccess = "none"\n',
    "dotted keys": 'person.name = "Dr Modèle"\n',
    "two BAL": OLD + '\n[[mailbox]]\naddress = "autre@medecin.mssante.fr"\naccess = "none"\n',
    "a header in a comment": OLD + '#[[mailbox]]\n#address = "camille.exemple@medecin.mssante.fr"\n',
    "tabs": OLD.replace("\n", "\t\n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_was_there_stays_and_one_bal_comes_after_it(file: Path, shape: str) -> None:
    before = SHAPES[shape].encode()
    file.write_bytes(before)
    old = load_config(file)
    append_mailbox(file, NEW)
    assert file.read_bytes().startswith(before)
    assert load_config(file) == dataclasses.replace(old, accounts=(*old.accounts, NEW))


def test_the_lines_are_those_that_the_file_has(file: Path) -> None:
    file.write_bytes(OLD.replace("\n", "\r\n").encode())
    append_mailbox(file, NEW)
    after = file.read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n")


def test_an_empty_line_parts_the_new_bal_from_the_last_one(file: Path) -> None:
    file.write_text(OLD.rstrip("\n"), encoding="utf-8")
    append_mailbox(file, NEW)
    assert f"{OLD}\n[[mailbox]]\n" in file.read_text(encoding="utf-8")


def test_bal_after_bal(file: Path) -> None:
    for number in range(5):
        append_mailbox(file, dataclasses.replace(NEW, address=f"essai-{number}@medecin.mssante.fr"))
    addresses = [account.address for account in load_config(file).accounts]
    assert addresses == [f"essai-{number}@medecin.mssante.fr" for number in range(5)]


def test_only_what_is_not_usual_is_written(file: Path) -> None:
    append_mailbox(file, NEW)
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "mailbox": [{"address": NEW.address, "host": NEW.host}]
    }


@pytest.mark.parametrize(
    "more",
    [
        {"security": "starttls"},
        {"security": "tls", "port": 1993},
        {"security": "starttls", "port": 993},
        {"host": "127.0.0.1", "security": "none"},
        {"access": "none", "host": ""},
        {"username": "camille"},
        {"username": "{address}*secretariat"},
        {"password_command": ("pass", "show", 'mss/"camille"\n')},
        {"password_env": "MOT_DE_PASSE"},
        {"keyring": True},
        {"auth": "xoauth2", "token_command": ("jeton",)},
        {"timeout": 12.5, "quota": 2 * 1024**3, "read_only": True},
        {"quota": 1_000_000_007},
        {"authorization_identity": "autre@medecin.mssante.fr"},
        {"ca_file": Path("/etc/ssl/igc.pem")},
        {
            "auth": "external",
            "client_certificate": Path("/c/a.pem"),
            "client_key": Path("/c/é 'a\".key"),
        },
        {"access": "files", "host": "", "path": Path("/srv/courrier")},
    ],
)
def test_every_key_comes_back_as_it_was(file: Path, more: dict[str, Any]) -> None:
    account = dataclasses.replace(Account(NEW.address), **({"host": NEW.host} | more))
    append_mailbox(file, account)
    assert load_config(file).accounts == (account,)


def test_a_path_from_here_is_written_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "ailleurs").mkdir()
    monkeypatch.chdir(file.parent / "ailleurs")
    append_mailbox(file, dataclasses.replace(NEW, ca_file=Path("igc.pem")))
    assert load_config(file).accounts[0].ca_file == file.parent / "ailleurs" / "igc.pem"


def test_a_new_file_says_who_the_person_is(file: Path) -> None:
    person = Person("Dr Camille EXEMPLE", "10999990012")
    append_mailbox(file, NEW, person)
    config = load_config(file)
    assert (config.person, config.accounts) == (person, (NEW,))


@pytest.mark.parametrize("rpps", ["1099999001", "dix", "1 2"])
def test_a_number_that_is_none_is_written_as_it_was_typed(file: Path, rpps: str) -> None:
    append_mailbox(file, NEW, Person("Dr Modèle", rpps))
    assert load_config(file).person == Person("Dr Modèle", mistyped=rpps)


def test_a_name_typed_with_oddities_is_written_without_them(file: Path) -> None:
    append_mailbox(file, NEW, Person(' Dr "Camille"\n\ud800 ', "1099999 0012"))
    assert load_config(file).person == Person('Dr "Camille" ·', "10999990012")


def test_a_file_that_is_there_does_not_change_its_person(file: Path) -> None:
    file.write_text('[person]\nname = "Dr Modèle"\n', encoding="utf-8")
    append_mailbox(file, NEW, Person("Dr Camille EXEMPLE"))
    assert load_config(file).person.name == "Dr Modèle"


REFUSED: dict[str, str | bytes] = {
    "an array in one line": 'mailbox = [{ address = "essai@medecin.mssante.fr", access = "none" }]\n',
    "an empty array": "mailbox = []\n",
    "a mistake": OLD + "language = fr\n",
    "an unknown key": OLD + 'hots = "x"\n',
    "a text that does not end": OLD + 'username = """\n',
    "an array that does not end": OLD + "password_command = [\n",
    "the same address": OLD.replace("essai@", "Camille.EXEMPLE@"),
    "another encoding": OLD.replace("essai", "Dr Modèle").encode("latin-1"),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_a_file_that_cannot_take_a_bal_stays_as_it_was(file: Path, shape: str) -> None:
    text = REFUSED[shape]
    before = text if isinstance(text, bytes) else text.encode()
    file.write_bytes(before)
    assert str(file) in error_of(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_an_address_that_is_there_is_told(file: Path) -> None:
    append_mailbox(file, NEW)
    assert "est déjà celle d'une BAL de ce fichier" in error_of(file)


@pytest.mark.parametrize(
    "account",
    [
        Account("pas une adresse", host="imap.exemple"),
        Account(NEW.address),
        Account(NEW.address, host="imap.exemple:993"),
        Account(NEW.address, host="imap.exemple", security="none"),
        Account(NEW.address, host="imap.exemple", auth="xoauth2"),
        Account(NEW.address, host="imap.exemple", username="a\nb"),
        Account(NEW.address, host="imap.exemple", username=" a"),
        Account(NEW.address, host="imap.exemple", username="\ud800"),
        Account(NEW.address, host="imap.exemple", ca_file=Path("/a\n/b")),
        Account(NEW.address, host="imap.exemple", ca_file=Path("/a\udcff")),
        Account(NEW.address, host="imap.exemple", ca_file=Path("~personne-de-ce-nom/a")),
        Account(NEW.address, host="imap.exemple", password_command=("",)),
        Account(NEW.address, host="imap.exemple", password_command=("pass", "\udcff")),
        Account(NEW.address, host="imap.exemple", timeout=-1),
        Account(NEW.address, host="imap.exemple", timeout=float("nan")),
        Account(NEW.address, host="imap.exemple", port=70_000),
    ],
)
def test_an_account_that_no_configuration_holds_is_refused(file: Path, account: Account) -> None:
    assert error_of(file, account)
    assert not file.exists()


_TEXTS = st.text(max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    address=st.builds("{}@{}.mssante.fr".format, _TEXTS, st.sampled_from(["medecin", "a-b", "é"])),
    username=_TEXTS,
    command=st.lists(_TEXTS, max_size=3),
    path=_TEXTS,
    host=st.one_of(st.just("imap.exemple"), _TEXTS),
)
def test_odd_values_come_back_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
    address: str,
    username: str,
    command: list[str],
    path: str,
    host: str,
) -> None:
    file = tmp_path_factory.mktemp("odd") / "config.toml"
    file.write_text(OLD + "# fin", encoding="utf-8")
    account = Account(
        address, host, username=username, password_command=tuple(command), ca_file=Path("/x", path)
    )
    try:
        append_mailbox(file, account)
    except ConfigError:
        assert file.read_text(encoding="utf-8") == OLD + "# fin"
    else:
        assert file.read_text(encoding="utf-8").startswith(OLD + "# fin\n")
        assert load_config(file).accounts[1:] == (account,)


def test_an_account_may_be_checked_without_a_file() -> None:
    with pytest.raises(ConfigError, match="host"):
        check_mailbox(Account(NEW.address))


@pytest.fixture(params=["000", "022", "077"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """One after the other, what a system takes away from the rights of new files."""
    before = os.umask(int(request.param, 8))
    yield int(request.param, 8)
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_new_file_and_its_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "un" / "deux" / "config.toml"
    append_mailbox(file, NEW)
    assert [mode(path) for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("rights", [0o600, 0o640, 0o644])
def test_the_rights_of_a_file_stay_as_they_were(file: Path, rights: int) -> None:
    file.write_text(OLD, encoding="utf-8")
    file.chmod(rights)
    append_mailbox(file, NEW)
    assert mode(file) == rights


def test_a_folder_that_was_there_keeps_its_rights(file: Path) -> None:
    file.parent.chmod(0o755)
    append_mailbox(file, NEW)
    assert mode(file.parent) == 0o755
