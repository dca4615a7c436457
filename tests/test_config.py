"""The configuration: what it gives, and what it says when it cannot be used."""

from pathlib import Path

import pytest

from balt.config import (
    Account,
    Config,
    DirectorySettings,
    IndexSettings,
    Keep,
    Person,
    Thresholds,
    parse_config,
)
from balt.errors import ConfigError, UsageError

FILE = Path("/chez/nous/config.toml")
CANARY = "hunter2-canari"
BAL = '[[mailbox]]\naddress = "camille.exemple@medecin.mssante.fr"\nhost = "imap.example"\n'
EVERYTHING = """
language = "en"
[person]
name = "Dr Camille EXEMPLE"
rpps = "10999990012"
[[mailbox]]
address = "camille.exemple@medecin.mssante.fr"
host = "imap.example"
port = 1993
security = "starttls"
username = "camille.exemple"
access = "imap"
auth = "xoauth2"
token_command = ["jeton"]
timeout = 12.5
password_command = ["pass", "show", "mss/camille"]
password_env = "MSS_CAMILLE"
keyring = true
authorization_identity = "autre"
ca_file = "ca.pem"
client_certificate = "/etc/moi.pem"
client_key = "~/moi.key"
quota = "2G"
read_only = true
sieve = false
sieve_host = "sieve.example"
sieve_port = 2000
[directory]
extraction = "extraction.txt"
base_url = "https://annuaire.example/fhir"
api_key_command = ["cle"]
api_key_env = "CLE"
[thresholds]
inactive_after_days = 100
old_after_days = 200
large_attachment = "1,5M"
quota_warning = 70
quota_alert = 90
[index]
keep = "texts"
"""


def error_of(text: str) -> str:
    """What is said of a configuration that cannot be used."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text, FILE)
    return str(caught.value)


def one(lines: str) -> Account:
    """The account of one BAL with these lines more."""
    return parse_config(BAL + lines, FILE).accounts[0]


# What it gives


def test_every_key_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse_config(EVERYTHING, FILE) == Config(
        language="en",
        person=Person("Dr Camille EXEMPLE", "10999990012"),
        accounts=(
            Account(
                address="camille.exemple@medecin.mssante.fr",
                host="imap.example",
                port=1993,
                security="starttls",
                username="camille.exemple",
                auth="xoauth2",
                token_command=("jeton",),
                timeout=12.5,
                password_command=("pass", "show", "mss/camille"),
                password_env="MSS_CAMILLE",
                keyring=True,
                authorization_identity="autre",
                ca_file=Path("/chez/nous/ca.pem"),
                client_certificate=Path("/etc/moi.pem"),
                client_key=tmp_path / "moi.key",
                quota=2 * 1024**3,
                read_only=True,
                sieve=False,
                sieve_host="sieve.example",
                sieve_port=2000,
            ),
        ),
        directory=DirectorySettings(
            extraction=Path("/chez/nous/extraction.txt"),
            base_url="https://annuaire.example/fhir",
            api_key_command=("cle",),
            api_key_env="CLE",
        ),
        thresholds=Thresholds(100, 200, 1536 * 1024, 70, 90),
        index=IndexSettings(Keep.TEXTS),
        file=FILE,
    )


def test_an_empty_file_gives_the_defaults() -> None:
    assert parse_config("", FILE) == Config(file=FILE)


def test_texts_left_empty_count_as_not_given() -> None:
    empty = 'ca_file = ""\nquota = ""\nusername = ""\nauthorization_identity = ""\npassword_env = ""\n'
    assert one(empty) == one("")


def test_the_scripts_are_on_the_same_server_by_default() -> None:
    account = one("")
    assert (account.sieve, account.sieve_host, account.sieve_port) == (True, "", 4190)


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143)])
def test_the_port_follows_the_protection(security: str, port: int) -> None:
    assert one(f'security = "{security}"').port == port


def test_the_user_name_is_the_address_by_default() -> None:
    assert one("").username == "camille.exemple@medecin.mssante.fr"


def test_the_address_is_put_into_the_user_name() -> None:
    assert one('username = "{address}*chef"').username == "camille.exemple@medecin.mssante.fr*chef"


def test_a_bal_without_imap_needs_no_server() -> None:
    text = '[[mailbox]]\naddress = "a@medecin.mssante.fr"\naccess = "none"\n'
    assert parse_config(text, FILE).accounts[0].access == "none"


def test_mail_in_files_is_found_from_the_folder_of_the_configuration() -> None:
    text = '[[mailbox]]\naddress = "a@medecin.mssante.fr"\naccess = "files"\npath = "copie"\n'
    assert parse_config(text, FILE).accounts[0].path == Path("/chez/nous/copie")


def test_a_size_may_be_a_number_of_octets() -> None:
    assert one("quota = 4096").quota == 4096


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_an_unprotected_line_is_allowed_to_this_machine(host: str) -> None:
    text = f'[[mailbox]]\naddress = "a@b.fr"\nhost = "{host}"\nsecurity = "none"\n'
    account = parse_config(text, FILE).accounts[0]
    assert (account.security, account.port) == ("none", 143)


@pytest.mark.parametrize(
    ("lines", "discreet"),
    [
        ("", False),
        ('authorization_identity = "camille.exemple@medecin.mssante.fr"', False),
        ('authorization_identity = "autre@medecin.mssante.fr"', True),
        ('username = "dsi"\nauthorization_identity = "{address}"', True),
        ('username = "{address}*dsi"', True),
    ],
)
def test_who_enters_by_another_identity_is_discreet(lines: str, discreet: bool) -> None:
    assert one(lines).discreet is discreet


# Finding a BAL by the beginning of its address

PRACTICE = Config(
    accounts=(
        Account("camille@medecin.mssante.fr"),
        Account("camille@medecin.mssante.fr.example"),
        Account("Secretariat@cab.mssante.fr"),
    )
)


@pytest.mark.parametrize("name", ["s", "secr", "SECRETARIAT@", "secretariat@cab.mssante.fr"])
def test_a_unique_beginning_names_a_bal(name: str) -> None:
    assert PRACTICE.account(name).address == "Secretariat@cab.mssante.fr"


def test_a_whole_address_wins_over_one_that_begins_with_it() -> None:
    assert PRACTICE.account("camille@medecin.mssante.fr") is PRACTICE.accounts[0]


def test_a_beginning_of_two_addresses_names_both() -> None:
    with pytest.raises(UsageError) as caught:
        PRACTICE.account("cam")
    assert str(caught.value) == (
        "« cam » désigne plusieurs BAL. "
        "Précisez : camille@medecin.mssante.fr, camille@medecin.mssante.fr.example."
    )


@pytest.mark.parametrize("name", ["", "inconnu", "\x1b[31m"])
def test_a_name_of_no_bal_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(UsageError, match=r"^Aucune BAL ne s'appelle « .* »\. .*Secretariat@") as caught:
        PRACTICE.account(name)
    assert "\x1b" not in str(caught.value)


# What it says when a key is wrong


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one() -> None:
    text = "# BAL du cabinet\n\n" + BAL + "\n" + 'pasword_command = ["pass"]\n'
    assert error_of(text) == (
        "/chez/nous/config.toml, ligne 7 : clé inconnue « pasword_command » dans [[mailbox]] ; "
        "vouliez-vous dire « password_command » ?"
    )


def test_a_key_like_no_other_gets_the_list() -> None:
    said = error_of("[person]\nzzz = 1\n")
    assert said == (
        "/chez/nous/config.toml, ligne 2 : clé inconnue « zzz » dans [person]. Clés possibles : name, rpps."
    )


def test_a_key_in_the_wrong_part_is_told_where_it_goes() -> None:
    assert error_of(BAL + 'language = "fr"\n').endswith(
        "ligne 4 : la clé « language » n'a pas sa place dans [[mailbox]], elle va en tête du fichier."
    )


def test_a_hostile_key_is_shown_inert() -> None:
    assert "\x1b" not in error_of('"\\u001b]0;x\\u0007" = 1\n')


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (BAL + "port = 0\n", 4, "« port » ne convient pas ; attendu : un nombre entier de 1 à 65535."),
        (BAL + "port = 65536\n", 4, "« port »"),
        (BAL + 'port = "993"\n', 4, "« port »"),
        (BAL + "port = true\n", 4, "« port »"),
        (BAL + 'security = "ssl"\n', 4, '"tls", "starttls", "none"'),
        (BAL + 'security = "none"\n', 4, "que vers cette machine"),
        (BAL + "timeout = 0\n", 4, "« timeout »"),
        (BAL + "timeout = inf\n", 4, "« timeout »"),
        (BAL + "timeout = nan\n", 4, "« timeout »"),
        (BAL + 'keyring = "true"\n', 4, "true ou false, sans guillemets"),
        (BAL + "username = 3\n", 4, "un texte entre guillemets"),
        (BAL + 'username = "a\\r\\nA1 NOOP"\n', 4, "un caractère invisible ou un saut de ligne"),
        (BAL + 'quota = "beaucoup"\n', 4, 'une taille, comme "5M" ou "2G"'),
        (BAL + "quota = -1\n", 4, "« quota »"),
        (BAL + 'quota = "0"\n', 4, "« quota »"),
        (BAL + f'quota = "{"9" * 400}"\n', 4, "« quota »"),
        (BAL + "sieve_port = 0\n", 4, "« sieve_port »"),
        (BAL + 'sieve = "no"\n', 4, "true ou false"),
        (BAL + 'sieve_host = "imaps://h:993"\n', 4, "« sieve_host » ne convient pas"),
        (BAL + 'password_command = "pass show"\n', 4, "une liste de textes"),
        (BAL + 'password_command = ["pass", 3]\n', 4, "une liste de textes"),
        (BAL + 'password_command = [""]\n', 4, "une liste de textes"),
        (BAL + 'auth = "xoauth2"\n', 4, "il manque « token_command »"),
        (BAL + 'auth = "external"\n', 4, "il manque « client_certificate »"),
        (BAL + 'client_key = "k.pem"\n', 4, "il manque « client_certificate »"),
        (BAL + 'access = "files"\n', 4, "il manque « path »"),
        (BAL + 'ca_file = "~personne-de-ce-nom/ca.pem"\n', 4, "ce dossier personnel est inconnu"),
        ('[[mailbox]]\nhost = "h"\n', 1, "il manque « address »"),
        ('[[mailbox]]\naddress = "a@b.fr"\n', 1, "il manque « host »"),
        ('[[mailbox]]\naddress = "camille"\nhost = "h"\n', 2, "« address » ne convient pas"),
        ('[[mailbox]]\naddress = "a b@c.fr"\nhost = "h"\n', 2, "« address » ne convient pas"),
        ('[[mailbox]]\naddress = "a@b.fr"\nhost = "imaps://h:993"\n', 3, "le nom du serveur seul"),
        ('[[mailbox]]\naddress = "a@b.fr"\nhost = "h:993"\n', 3, "le nom du serveur seul"),
        ('[mailbox]\naddress = "a@b.fr"\n', 1, "[[mailbox]], avec deux crochets"),
        ('[[mailboxes]]\naddress = "a@b.fr"\n', 1, "écrivez [[mailbox]], au singulier"),
        ('mailbox = "a@b.fr"\n', 1, "[[mailbox]], avec deux crochets"),
        ('person = "Dr"\n', 1, "attendu : une ligne [person]"),
        ('[[person]]\nname = "Dr"\n', 1, "attendu : une ligne [person]"),
        ('language = "de"\n', 1, '"fr", "en"'),
        ('[directory]\nbase_url = "http://annuaire.example"\n', 2, "https://"),
        ('[directory]\nbase_url = "https://cle@annuaire.example"\n', 2, "https://"),
        ('[directory]\nbase_url = "https://[::1"\n', 2, "https://"),
        ('[index]\nkeep = "everything"\n', 2, '"nothing", "figures", "texts"'),
        ("[index]\nkeep = true\n", 2, "« keep »"),
        ('[index]\nkeeps = "texts"\n', 2, "« keep »"),
        ('[index]\npath = "x"\n', 2, "[[mailbox]]"),
        ("[journal]\nkeep_months = 5\n", 2, "6 mois au moins, ou 0 pour tout garder"),
        ("[journal]\nkeep_months = -1\n", 2, "de 0 à 1200"),
        ('[journal]\nkeep_months = "6"\n', 2, "« keep_months »"),
        ("[thresholds]\nold_after_days = 0\n", 2, "de 1 à 36500"),
        ("[thresholds]\nlarge_attachment = 5.5\n", 2, "« large_attachment »"),
        ("[thresholds]\nquota_alert = 101\n", 2, "de 1 à 100"),
        ("[thresholds]\nquota_alert = 80\n", 2, "plus petit que « quota_alert » (80)"),
        ("[thresholds]\nquota_alert = 90\nquota_warning = 90\n", 3, "plus petit que « quota_alert » (90)"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(text: str, line: int, said: str) -> None:
    error = error_of(text)
    assert error.startswith(f"/chez/nous/config.toml, ligne {line} : ")
    assert said in error


def test_an_unprotected_line_to_another_machine_is_refused_with_what_to_choose() -> None:
    assert error_of(BAL + 'security = "none"\n').endswith('en clair : choisissez "tls".')


def test_the_line_is_that_of_the_nth_bal() -> None:
    second = BAL.replace("camille", "secretariat")
    assert ", ligne 9 : " in error_of(BAL + "\n# le secrétariat\n" + second + "port = -1\n")


def test_the_same_address_twice_is_refused_whatever_its_case() -> None:
    assert error_of(BAL + BAL.replace("camille", "Camille")).endswith(
        "ligne 5 : l'adresse Camille.exemple@medecin.mssante.fr est déjà celle de la BAL de la ligne 2."
    )


# Secrets do not belong here


@pytest.mark.parametrize(
    ("text", "line", "instead"),
    [
        (BAL + f'password = "{CANARY}"\n', 4, "password_command"),
        (BAL + f'Password = "{CANARY}"\n', 4, "password_command"),
        (BAL + f'mot_de_passe = "{CANARY}"\n', 4, "password_command"),
        (BAL + f'token = "{CANARY}"\n', 4, "token_command"),
        (f'[directory]\napi_key = "{CANARY}"\n', 2, "api_key_command"),
        (f'password = "{CANARY}"\n', 1, "password_command"),
        (f'[compte.imap]\npassword = "{CANARY}"\n', 2, "password_command"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_way_to_do_without(
    text: str, line: int, instead: str
) -> None:
    error = error_of(text)
    assert f"ligne {line} : " in error
    assert "un secret ne s'écrit jamais dans ce fichier" in error
    assert f"« {instead} »" in error
    assert CANARY not in error


@pytest.mark.parametrize(
    "line",
    [
        f'password_env = "{CANARY}"',
        f'password_command = "{CANARY}"',
        f'password_command = ["pass", "{CANARY}", 3]',
        f'token_command = "{CANARY}"',
        f'auth = "{CANARY}"',
        f'host = "moi:{CANARY}@imap.example"',
        f'port = "{CANARY}"',
        f'username = "{CANARY}\\n"',
        f'quota = "{CANARY}"',
        f'timeout = "{CANARY}"',
        f'username = "{CANARY}',
        f"username = {CANARY}",
        f'username = "{CANARY}" "{CANARY}"',
    ],
)
def test_no_value_is_ever_repeated(line: str) -> None:
    text = '[[mailbox]]\naddress = "a@b.fr"\n' + ("" if "host" in line else 'host = "h"\n') + line + "\n"
    with pytest.raises(ConfigError) as caught:
        parse_config(text, FILE)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("text", "months"), [("", 0), ("[journal]\nkeep_months = 0\n", 0)])
def test_by_default_every_line_of_the_journal_is_kept(text: str, months: int) -> None:
    assert parse_config(text, FILE).journal.keep_months == months


def test_the_journal_may_be_kept_for_six_months_or_more() -> None:
    assert parse_config("[journal]\nkeep_months = 6\n", FILE).journal.keep_months == 6


@pytest.mark.parametrize("typed", ["10999990012", "8 10999990012", "810999990012", "1099 9990 012"])
def test_the_number_of_a_person_is_taken_as_the_directory_writes_it(typed: str) -> None:
    assert parse_config(f'[person]\nrpps = "{typed}"\n', FILE).person == Person(rpps="10999990012")


@pytest.mark.parametrize("typed", ["12", "dix", "999999999999", "3990000028/0001"])
def test_a_number_that_is_none_stops_no_command(typed: str) -> None:
    config = parse_config(f'[person]\nname = "Dr Modèle"\nrpps = "{typed}"\n', FILE)
    assert config.person == Person("Dr Modèle", "", typed)
