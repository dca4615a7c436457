"""``balt case``: a BAL followed to its deletion."""

from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer, extraction_of, make_directory
from balt.demo.directory.model import Directory
from tests.cli.case_places import BAL, OTHER, directory, seen_out_of_the_directory, states
from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places

__all__ = ["directory"]


def archived(balt: Balt, address: str, place: Path, *what: str) -> Path:
    """The folder in which all that the BAL holds now has been archived, or only ``what``."""
    archive, plan = place / "archive", place / "plan.json"
    options = ("--then", "keep", "--archive", str(archive), "--output", str(plan))
    assert balt("plan", address, *(what or ("--all",)), *options).code == 0
    assert balt("apply", str(plan), "--yes").code == 0
    return archive


def test_a_deletion_stays_locked_until_each_message_is_in_the_archive(
    balt: Balt, places: Places, tmp_path: Path
) -> None:
    account = places.add()
    seen_out_of_the_directory(account.address)
    uid = places.write(account)
    places.write(account, folder="Sent")
    archive = archived(balt, account.address, tmp_path, "--uids", f"INBOX:{uid}")
    locked = balt("case", "delete", account.address, "--archive", str(archive))
    assert (locked.code, "1 message de la BAL, sur 2" in locked.err) == (4, True)
    assert balt("case", "list", "--json").json == []
    archived(balt, account.address, tmp_path)
    opened = balt("case", "delete", account.address, "--archive", str(archive), "--json")
    assert (opened.code, states(opened.json)["recovery"]) == (0, "done")


def test_mail_that_comes_after_the_archive_locks_the_request_again(
    balt: Balt, places: Places, tmp_path: Path
) -> None:
    account = places.add()
    seen_out_of_the_directory(account.address)
    places.write(account)
    archive = archived(balt, account.address, tmp_path)
    assert balt("case", "delete", account.address, "--archive", str(archive)).code == 0
    assert states(balt("case", "follow", "--json").json[0])["recovery"] == "done"
    places.write(account, "Arrivé depuis")
    followed = balt("case", "follow", "--json")
    assert (followed.code, states(followed.json[0])["recovery"]) == (1, "attention")
    refused = balt("case", "request", account.address, "--as", "draft", "--yes")
    assert (refused.code, "1 message de la BAL, sur 2" in refused.err) == (4, True)
    assert balt("messages", account.address, "--folder", "Drafts", "--json").json == []
    archived(balt, account.address, tmp_path)
    assert balt("case", "request", account.address, "--yes").code == 0


def test_what_no_source_tells_does_not_unlock_a_deletion(balt: Balt, places: Places) -> None:
    account = places.add()
    asked = ("case", "delete", account.address, "--nothing-to-keep", "tout est dans le logiciel")
    refused = balt(*asked)
    assert (refused.code, "rien ne montre que cette BAL" in refused.err) == (4, True)
    assert balt("case", "list", "--json").json == []
    seen_out_of_the_directory(account.address)
    assert balt(*asked).code == 0


def test_exported_files_tell_neither_that_a_bal_answers_nor_who_writes(
    balt: Balt, directory: DirectoryServer, config_file: Path, tmp_path: Path
) -> None:
    files = tmp_path / "export"
    files.mkdir()
    raw = b"From: labo@bio.mssante.fr\r\nSubject: x\r\nMessage-ID: <1@bio>\r\n\r\nBonjour\r\n"
    (files / "1.eml").write_bytes(raw)
    left = "exportee@medecin.mssante.fr"
    with config_file.open("a", encoding="utf-8") as config:
        config.write(f'[[mailbox]]\naddress = "{left}"\naccess = "files"\npath = "{files}"\n')
    assert balt("case", "depublish", left, "--to", OTHER).code == 0
    (followed,) = balt("case", "follow", "--json").json
    assert "writers" not in states(followed)
    seen_out_of_the_directory(left)
    assert balt("case", "delete", left, "--nothing-to-keep", "tout est dans le logiciel").code == 0
    assert balt("case", "request", left, "--yes").code == 0
    deletion = balt("case", "follow", "--json").json[-1]
    assert deletion["kind"] == "deletion"
    assert "mailbox" not in [each["what"] for each in deletion["events"]]
    assert "writers" not in states(deletion)


def test_a_deletion_is_followed_by_its_archive_and_by_whether_the_bal_answers(
    balt: Balt, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = places.add()
    seen_out_of_the_directory(account.address)
    places.write(account)
    archive = archived(balt, account.address, tmp_path)
    balt("case", "delete", account.address, "--archive", str(archive))
    balt("case", "request", account.address, "--yes")
    balt("case", "tell", account.address, "sent")
    followed = balt("case", "follow", "--json")
    assert (followed.code, states(followed.json[0])["recovery"]) == (0, "done")
    assert "répond encore" in followed.json[0]["steps"][-1]["said"]
    archive.rename(tmp_path / "ailleurs")
    gone = balt("case", "follow", "--json")
    assert (gone.code, states(gone.json[0])["recovery"]) == (1, "attention")
    monkeypatch.setenv(PASSWORD_VARIABLE, "plus-le-bon")
    closed = balt("case", "follow", "--json")
    assert (closed.code, states(closed.json[0])["deleted"]) == (1, "attention")


def test_that_a_bal_opens_no_more_is_no_failure_once_its_deletion_was_asked_for(
    balt: Balt, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = places.add()
    seen_out_of_the_directory(account.address)
    balt("case", "depublish", account.address, "--to", OTHER)
    balt("case", "delete", account.address, "--nothing-to-keep", "tout est dans le logiciel")
    monkeypatch.setenv(PASSWORD_VARIABLE, "plus-le-bon")
    early = balt("case", "follow")
    assert (early.code, "mot de passe refusé" in early.err) == (3, True)
    balt("case", "request", account.address, "--yes")
    followed = balt("case", "follow")
    assert (followed.code, "mot de passe refusé" in followed.err) == (1, False)
    assert f"notez-le : balt case tell {account.address} deleted" in followed.out


def test_by_the_extraction_alone_a_bal_is_followed_to_its_deletion(
    balt: Balt, config_file: Path, tmp_path: Path
) -> None:
    now = SystemClock().now()
    published, file = make_directory(1, now.date()), tmp_path / "extraction.txt"

    def publish(found: Directory) -> None:
        file.write_text(extraction_of(found, now)[1], encoding="utf-8")

    config_file.write_text(
        f"""
[person]
rpps = "10999990012"
[directory]
extraction = "{file}"
[[mailbox]]
address = "{BAL}"
access = "none"
""",
        encoding="utf-8",
    )
    publish(published)
    opened = balt("case", "depublish", BAL, "--to", OTHER, "--json")
    assert (opened.code, states(opened.json)["gone"]) == (0, "blocked")
    assert balt("case", "delete", BAL, "--nothing-to-keep", "rien").code == 4
    publish(published.without(BAL))
    deletion = balt("case", "delete", BAL, "--nothing-to-keep", "rien", "--json")
    assert (deletion.code, states(deletion.json)["gone"]) == (0, "done")
    asked = balt("case", "request", BAL, "--yes")
    assert (asked.code, "personnelle (PER)" in asked.out) == (0, True)


def test_a_damaged_archive_does_not_unlock_a_deletion(balt: Balt, places: Places, tmp_path: Path) -> None:
    account = places.add()
    seen_out_of_the_directory(account.address)
    places.write(account)
    archive = archived(balt, account.address, tmp_path)
    (file,) = archive.rglob("*.eml")
    file.write_bytes(b"x")
    assert balt("case", "delete", account.address, "--archive", str(archive)).code == 4


def test_a_bal_that_is_still_published_is_not_deleted(balt: Balt, directory: DirectoryServer) -> None:
    refused = balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel")
    assert (refused.code, "encore publiée" in refused.err) == (4, True)
    directory.depublish(BAL)
    opened = balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel", "--json")
    assert states(opened.json) == {
        "gone": "done",
        "autoreply": "todo",
        "recovery": "done",
        "request": "todo",
        "deleted": "blocked",
    }
    assert balt("case", "delete", BAL, "--nothing-to-keep", "encore").code == 2


def test_while_the_api_does_not_answer_an_extraction_unlocks_no_deletion(
    balt: Balt, directory: DirectoryServer, config_file: Path, tmp_path: Path
) -> None:
    now, file = SystemClock().now(), tmp_path / "extraction.txt"
    file.write_text(extraction_of(make_directory(1, now.date()).without(BAL), now)[1], encoding="utf-8")
    told = config_file.read_text(encoding="utf-8").replace(
        "[directory]", f'[directory]\nextraction = "{file}"'
    )
    config_file.write_text(told, encoding="utf-8")
    opened = balt("case", "depublish", BAL, "--to", OTHER, "--json")
    assert states(opened.json)["gone"] == "todo"
    config_file.write_text(told.replace(directory.base_url, "http://127.0.0.1:9"), encoding="utf-8")
    refused = balt("case", "delete", BAL, "--nothing-to-keep", "rien")
    assert (refused.code, "l'annuaire lu ici ne le dit pas" in refused.err) == (4, True)
    assert [each["kind"] for each in balt("case", "list", "--json").json] == ["depublication"]


def test_the_directory_is_asked_about_a_bal_of_somebody_else(balt: Balt, directory: DirectoryServer) -> None:
    stranger = "zoe.essai@medecin.mssante.fr"
    opened = balt("case", "depublish", stranger, "--to", OTHER, "--json")
    assert states(opened.json)["gone"] == "blocked"
    assert states(balt("case", "follow", "--json").json[0])["gone"] == "blocked"
    refused = balt("case", "delete", stranger, "--nothing-to-keep", "rien")
    assert (refused.code, "encore publiée" in refused.err) == (4, True)


def test_the_word_of_the_holder_must_say_something(balt: Balt, directory: DirectoryServer) -> None:
    directory.depublish(BAL)
    assert balt("case", "delete", BAL, "--nothing-to-keep", " ").code == 2
    assert balt("case", "list", "--json").json == []


def test_only_a_deletion_that_was_asked_for_can_be_told_as_done(
    balt: Balt, directory: DirectoryServer
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    assert balt("case", "tell", BAL, "deleted").code == 2
    directory.depublish(BAL)
    balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel")
    assert balt("case", "tell", BAL, "deleted").code == 2
    balt("case", "request", BAL, "--yes")
    assert balt("case", "tell", BAL, "deleted").code == 0


def test_one_that_is_noted_as_deleted_is_led_out_again_only_on_purpose(
    balt: Balt, demo_places: Places
) -> None:
    account = demo_places.add(access="none")
    seen_out_of_the_directory(account.address)
    assert balt("case", "delete", account.address, "--nothing-to-keep", "rien").code == 0
    without = balt("case", "request", account.address, "--for", "depublication")
    assert (without.code, "aucun dossier" in without.err) == (2, True)
    assert balt("case", "request", account.address, "--yes").code == 0
    assert balt("case", "tell", account.address, "deleted").code == 0
    again = ("case", "depublish", account.address, "--to", "nouvelle@medecin.mssante.fr")
    for refused in (balt(*again), balt("case", "request", account.address)):
        assert (refused.code, "notée supprimée" in refused.err) == (2, True)
        assert f"depublish {account.address} --to ADRESSE --again" in refused.err
    assert len(balt("case", "list", "--json").json) == 1
    balt(*again, "--again")
    assert len(balt("case", "list", "--json").json) == 2


def test_one_that_nobody_takes_over_from_is_followed_to_its_end_without_a_replacement(
    balt: Balt, directory: DirectoryServer
) -> None:
    assert balt("case", "depublish", BAL).code == 2
    directory.depublish(BAL)
    balt("case", "delete", BAL, "--nothing-to-keep", "fin d'exercice")
    asked = balt("case", "request", BAL, "--yes")
    assert (asked.code, "BAL à utiliser désormais" in asked.out) == (0, False)
    assert balt("case", "tell", BAL, "deleted").code == 0
    (case,) = balt("case", "show", BAL, "--json").json
    assert (case["open"], case["replacement"]) == (False, None)
