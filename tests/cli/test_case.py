"""``balt case``: a BAL followed out of the directory."""

import email
import email.policy
import json
from pathlib import Path

import pytest

from balt.cli.demo import running_demo
from balt.config import Account
from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory, states
from tests.cli.conftest import Balt, Places
from tests.directory.test_white_list import document, write

__all__ = ["directory"]


# Depublication


def test_a_depublication_is_followed_until_the_address_is_gone(
    balt: Balt, directory: DirectoryServer
) -> None:
    opened = balt("case", "depublish", "c.exemple", "--to", OTHER, "--json")
    assert (opened.code, states(opened.json)["gone"]) == (0, "blocked")
    asked = balt("case", "request", "c.exemple", "--yes")
    assert asked.code == 0
    assert f"Demande de dépublication d'une BAL MSSanté : {BAL}" in asked.out
    assert "DSI du CH fictif" in asked.err
    balt("case", "tell", "c.exemple", "autoreply", "--note", "dans le webmail")
    assert states(balt("case", "follow", "--json").json[0])["gone"] == "blocked"
    assert balt("case", "tell", "c.exemple", "sent").code == 0
    assert states(balt("case", "follow", "--json").json[0])["gone"] == "todo"
    assert balt("case", "close", "c.exemple").code == 2
    directory.depublish(BAL)
    followed = balt("case", "follow", "c.exemple", "--json")
    assert (followed.code, states(followed.json[0])["gone"]) == (0, "done")
    closed = balt("case", "close", "c.exemple", "--note", "fini")
    assert closed.code == 0
    assert "dans le webmail" in closed.out


def test_a_request_without_yes_is_only_shown(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    shown = balt("case", "request", BAL, "--json")
    assert BAL in shown.json["request"]["text"]
    assert shown.json["request"]["to"] == "bal@ch-fictif.mssante.fr"
    assert [each["what"] for each in shown.json["events"]] == [
        "opened",
        "kind",
        "api",
        "holders",
        "replacement",
    ]


def test_a_request_as_a_file_is_a_message_and_overwrites_nothing(
    balt: Balt, directory: DirectoryServer, tmp_path: Path
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    file = tmp_path / "demande.eml"
    assert balt("case", "request", BAL, "--as", "eml", "--output", str(file), "--yes").code == 0
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert read["To"] == "bal@ch-fictif.mssante.fr"
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    assert balt("case", "request", BAL, "--as", "eml", "--output", str(file), "--yes").code == 2
    assert file.read_bytes() == before


@pytest.mark.parametrize("address", ["camille@gmail.com", "camille", BAL])
def test_a_replacement_that_would_mislead_colleagues_is_refused(
    balt: Balt, directory: DirectoryServer, address: str
) -> None:
    assert balt("case", "depublish", BAL, "--to", address).code == 2
    assert balt("case", "list", "--json").json == []


def test_a_replacement_outside_of_the_white_list_is_told_and_not_refused(
    balt: Balt, directory: DirectoryServer, config_file: Path, tmp_path: Path
) -> None:
    def opened(listed: str | None) -> str:
        if listed is not None:
            file = write(tmp_path, document(listed))
            assert balt("directory", "white-list", "import", str(file)).code == 0
        result = balt("case", "depublish", BAL, "--to", OTHER)
        assert result.code == 0
        balt("case", "close", BAL, "--abandon", "--yes", "--note", "essai")
        return result.err

    assert "liste blanche" not in opened(None)
    assert "medecin.mssante.fr n'est pas dans la liste blanche" in opened("ch-fictif.mssante.fr")
    assert "liste blanche" not in opened("medecin.mssante.fr")


def test_a_bal_that_is_only_in_the_directory_can_be_followed(balt: Balt, directory: DirectoryServer) -> None:
    opened = balt("case", "depublish", "dr.exemple@ancien-reseau.mssante.fr", "--to", OTHER, "--json")
    assert (opened.code, states(opened.json)["gone"]) == (0, "blocked")


def test_without_the_directory_nothing_is_called_gone(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    directory.stop()
    followed = balt("case", "follow", "--json")
    assert (followed.code, states(followed.json[0])["gone"]) == (3, "blocked")


def test_what_is_no_case_is_said(balt: Balt, directory: DirectoryServer) -> None:
    for action in (["request"], ["tell", "answered"], ["show"], ["close"]):
        told = balt("case", action[0], BAL, *action[1:])
        assert (told.code, "aucun dossier" in told.err) == (2, True)


def test_a_bal_on_its_way_out_says_so_everywhere(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    verdicts = {each["address"]: each["verdict"] for each in balt("status", "--json").json}
    assert verdicts[BAL] == "leaving"
    assert verdicts[OTHER] != "leaving"


# Mail


def leaving(places: Places, balt: Balt) -> Account:
    """A BAL that is opened over IMAP, with an open case."""
    account = places.add()
    assert balt("case", "depublish", account.address, "--to", OTHER).code == 0
    return account


def test_a_draft_is_put_into_the_drafts_and_told_in_the_journal(balt: Balt, places: Places) -> None:
    account = leaving(places, balt)
    assert balt("case", "request", account.address, "--as", "draft", "--yes").code == 0
    (draft,) = balt("messages", account.address, "--folder", "Drafts", "--json").json
    assert draft["subject"] == f"Demande de dépublication d'une BAL MSSanté : {account.address}"
    told = [(each["action"], each["answer"]) for each in balt("journal", "--json").json]
    assert told == [("request", ""), ("request", "OK")]


def test_a_second_draft_of_the_same_request_is_asked_for_by_name(balt: Balt, places: Places) -> None:
    account = leaving(places, balt)

    def drafts() -> int:
        return len(balt("messages", account.address, "--folder", "Drafts", "--json").json)

    asked = ("case", "request", account.address, "--as", "draft")
    assert (balt(*asked, "--yes").code, drafts()) == (0, 1)
    again = balt(*asked, "--yes")
    assert (again.code, "déjà dans les brouillons depuis le" in again.err, again.out) == (2, True, "")
    assert "--again" in again.err
    assert (balt(*asked).code, drafts()) == (0, 1), "it can be read"
    balt("case", "request", account.address, "--yes")
    assert (balt(*asked, "--yes").code, drafts()) == (2, 1), "a text takes no draft away"
    assert (balt(*asked, "--again", "--yes").code, drafts()) == (0, 2)
    balt("case", "tell", account.address, "sent")
    assert (balt(*asked, "--yes").code, drafts()) == (0, 3), "what was sent is no draft"
    balt("case", "replace", account.address, "--to", "camille.exemple@chu-fictif.mssante.fr")
    assert (balt(*asked, "--yes").code, drafts()) == (0, 4), "the one that is there names the former BAL"


def test_nothing_is_put_into_a_bal_without_yes_or_that_is_read_only(balt: Balt, places: Places) -> None:
    account = leaving(places, balt)
    balt("case", "request", account.address, "--as", "draft")
    places.file.write_text(places.file.read_text("utf-8") + "read_only = true\n", encoding="utf-8")
    assert balt("case", "request", account.address, "--as", "draft", "--yes").code == 4
    assert balt("messages", account.address, "--folder", "Drafts", "--json").json == []


def test_those_who_still_write_are_listed(balt: Balt, demo_places: Places) -> None:
    account = leaving(demo_places, balt)
    patient = "299999999999915@patient.mssante.fr"
    for sender in ("labo@bio.mssante.fr", "labo@bio.mssante.fr", "mailer-daemon@x.fr", patient):
        demo_places.write(account, sender=sender)
    demo_places.write(account, sender="moi@x.fr", folder="Sent")
    (case,) = balt("case", "follow", "--json").json
    assert [(each["address"], each["recent"]) for each in case["writers"]] == [
        ("labo@bio.mssante.fr", 2),
        ("adresse de patient", 1),
    ]
    assert patient not in balt("case", "follow").out
    assert "labo@bio.mssante.fr" not in json.dumps(balt("case", "show", account.address, "--json").json)


def test_the_provider_of_the_demo_does_what_the_draft_asks(
    balt: Balt, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_demo(seed=1) as demo:
        monkeypatch.setenv("BALT_CONFIG", str(demo.config_file))
        for account in demo.config.accounts:
            monkeypatch.setenv(account.password_env, demo.secrets.password(account))
        monkeypatch.setenv(demo.config.directory.api_key_env, demo.secrets.api_key(demo.config.directory))
        balt("case", "depublish", BAL, "--to", OTHER)
        assert balt("case", "request", BAL, "--as", "draft", "--yes").code == 0
        (followed,) = balt("case", "follow", "--no-mail", "--json").json
    assert states(followed)["gone"] == "done"
    told = [(each["what"], each["value"]) for each in followed["events"]]
    assert told[-2:] == [("api", "absent"), ("extraction", "absent")]
