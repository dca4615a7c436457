"""A BAL that is deleted, or about to be, blames no password: what is left to do is told."""

import pytest

from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places, Result
from tests.support.servers import ImapServer

RETIRE = "Retirez-la de la configuration"
AWAITED = "sa suppression est demandée"


@pytest.fixture
def asked(demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch) -> str:
    """A BAL whose provider was asked to delete it, and who has closed it."""
    account = demo_places.add()
    assert balt("tick", "set", "identifier.2", account.address).code == 0
    assert balt("case", "delete", account.address, "--nothing-to-keep", "rien").code == 0
    assert balt("case", "request", account.address, "--yes").code == 0
    monkeypatch.setenv(PASSWORD_VARIABLE, "refused")
    return account.address


@pytest.fixture
def deleted(asked: str, balt: Balt) -> str:
    """The same, once that was noted."""
    told = balt("case", "tell", asked, "deleted")
    assert (told.code, RETIRE in told.err) == (0, True)
    return asked


def says_where(result: Result, address: str, places: Places) -> bool:
    """Whether it is told that the BAL is deleted, and which block of which file is to go."""
    said = result.err + result.out
    file = str(places.file)
    return "supprimée le" in said and RETIRE in said and file in said and address in said


@pytest.mark.parametrize("command", ["status", "checklist"])
def test_a_deleted_bal_is_to_be_taken_out_of_the_configuration(
    command: str, deleted: str, balt: Balt, demo_places: Places
) -> None:
    for result in (balt(command, deleted), balt(command, deleted, "--json")):
        assert "mot de passe" not in result.err + result.out
        assert (result.code, says_where(result, deleted, demo_places)) == (0, True)


def test_the_doctor_finds_no_fault_with_its_password(deleted: str, balt: Balt, demo_places: Places) -> None:
    result = balt("doctor", deleted)
    assert (result.code, says_where(result, deleted, demo_places)) == (1, True)
    (check,) = balt("doctor", deleted, "--json").json
    assert (check["id"], check["result"]) == ("account", "warning")


@pytest.mark.parametrize("action", ["status", "remove", "show"])
def test_it_answers_nobody_any_more(action: str, deleted: str, balt: Balt, demo_places: Places) -> None:
    result = balt("autoreply", deleted, action)
    assert (result.code, says_where(result, deleted, demo_places)) == (0, True)
    assert balt("autoreply", deleted, action, "--json").json["offered"] is False


def test_no_reply_is_installed_there_and_no_mail_is_read(
    deleted: str, balt: Balt, demo_places: Places
) -> None:
    install = ("autoreply", deleted, "install", "--to", "b@medecin.mssante.fr", "--yes")
    for result in (balt(*install), balt("messages", deleted)):
        assert (result.code, says_where(result, deleted, demo_places)) == (3, True)
        assert "mot de passe" not in result.err


@pytest.mark.parametrize("action", ["close", "request"])
def test_its_case_says_so_too(action: str, deleted: str, balt: Balt) -> None:
    result = balt("case", action, deleted)
    assert (result.code, RETIRE in result.err) == (2, True)


def test_a_refused_sign_in_is_what_is_waited_for(asked: str, balt: Balt) -> None:
    (status,) = balt("status", asked, "--json").json
    assert AWAITED in status["error"]
    assert f"balt case tell {asked} deleted" in status["error"]
    for command in ("status", "checklist"):
        result = balt(command, asked)
        assert (result.code, "mot de passe" in result.err + result.out) == (0, False)
    assert (due := balt("checklist", "--due")).code == 0
    assert "mot de passe" not in due.err + due.out


def test_the_doctor_waits_for_it_as_well(asked: str, balt: Balt) -> None:
    result = balt("doctor", asked)
    assert (result.code, AWAITED in result.out, "mot de passe" in result.out) == (1, True, False)


def test_its_mail_cannot_be_read_any_more(asked: str, balt: Balt) -> None:
    result = balt("messages", asked)
    assert (result.code, AWAITED in result.err, "mot de passe" in result.err) == (3, True, False)


def test_nobody_is_asked_for_the_password_of_one_that_is_no_more(
    deleted: str, balt: Balt, demo_places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = demo_places.file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("password_env")]
    demo_places.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr("balt.cli.context._ask", lambda: pytest.fail)
    for command in ("status", "doctor"):
        assert says_where(balt(command, deleted), deleted, demo_places)


def test_noted_by_mistake_it_is_followed_again(deleted: str, balt: Balt) -> None:
    assert f"balt case tell {deleted} deleted --take-back" in balt("case", "request", deleted).err
    back = balt("case", "tell", deleted, "deleted", "--take-back")
    assert (back.code, "demande pas encore envoyée" in back.out) == (0, True)
    assert [each["open"] for each in balt("case", "list", "--json").json] == [True]
    assert balt("case", "tell", deleted, "deleted", "--take-back").code == 2


def test_its_deletion_is_not_begun_anew_without_a_word(deleted: str, balt: Balt) -> None:
    refused = balt("case", "delete", deleted, "--nothing-to-keep", "rien")
    assert (refused.code, "notée supprimée" in refused.err) == (2, True)
    assert balt("case", "delete", deleted, "--nothing-to-keep", "rien", "--again").code == 0


def test_one_that_answers_still_is_noted_as_deleted_only_on_purpose(
    asked: str, balt: Balt, monkeypatch: pytest.MonkeyPatch, demo_imap: ImapServer
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, demo_imap.password)
    refused = balt("case", "tell", asked, "deleted")
    assert (refused.code, "répond encore" in refused.err) == (4, True)
    assert f"balt case tell {asked} deleted --again" in refused.err
    assert [each["open"] for each in balt("case", "list", "--json").json] == [True]
    assert balt("case", "tell", asked, "deleted", "--again").code == 0


def test_one_that_outlives_its_deletion_is_told_at_each_look(
    deleted: str, balt: Balt, monkeypatch: pytest.MonkeyPatch, demo_imap: ImapServer
) -> None:
    silent = balt("case", "follow")
    assert (silent.code, silent.out, "Aucun dossier" in silent.err) == (0, "", True)
    monkeypatch.setenv(PASSWORD_VARIABLE, demo_imap.password)
    for _look in range(2):
        told = balt("case", "follow", "--quiet")
        assert (told.code, "et pourtant elle répond" in told.out) == (1, True)
        assert f"balt case tell {deleted} deleted --take-back" in told.out
    assert balt("case", "follow", "--quiet", "--no-mail").code == 0
    monkeypatch.setenv(PASSWORD_VARIABLE, "refused")
    assert balt("case", "follow", "--quiet", "--json").json == []
    (shown,) = balt("case", "list", "--json").json
    assert shown["steps"][-1]["state"] == "done"
