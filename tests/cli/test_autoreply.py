"""``balt autoreply``: nothing without ``--yes``, and where the server does not answer, the text to copy."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from balt import paths
from balt.cases.autoreply.reply import SUBJECT
from balt.cases.autoreply.script import NAME
from balt.cases.autoreply.service import AutoReplies
from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened
from balt.clock import SystemClock
from balt.config import Account
from balt.errors import StoppedError
from balt.mail.sieve.session import SieveSession
from tests.cli.conftest import PASSWORD_VARIABLE, Balt, toml_of
from tests.directory.test_white_list import document, write
from tests.support.dovecot import MASTER
from tests.support.dovecot_sieve import SieveDovecot

NEW = "camille.exemple@chu-fictif.mssante.fr"
TRI = b'require ["fileinto", "mailbox"];\r\nfileinto :create "Labo";\n'


@dataclass
class Place:
    """A BAL of the configuration on a server that answers by scripts."""

    server: SieveDovecot
    account: Account
    file: Path

    def configure(self, **more: object) -> None:
        values = {"sieve_port": self.account.sieve_port} | more
        self.file.write_text(toml_of(self.account, **values), encoding="utf-8")

    def session(self) -> SieveSession:
        return SieveSession(self.account, lambda: self.server.password)

    def stands(self) -> tuple[tuple[str, ...], str | None]:
        """The scripts on the server, and the one in service."""
        with self.session() as session:
            found = session.scripts()
            return tuple(sorted(found.names)), found.active


@pytest.fixture
def place(pigeonhole: SieveDovecot, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv(PASSWORD_VARIABLE, pigeonhole.password)
    made = Place(pigeonhole, pigeonhole.account(), config_file)
    made.configure()
    with made.session() as session:
        session.put("Tri", TRI)
        session.activate("Tri")
    return made


def begin_deletion(address: str, *told: Happened) -> None:
    """Its deletion, and what was told of that."""
    book = CaseBook(paths.data_dir(), SystemClock())
    case = book.open(CaseKind.DELETION, address, book.event(Happened.NOTHING_TO_KEEP), replacement=NEW)
    for what in told:
        case = book.tell(case, what, "text" if what is Happened.REQUESTED else "")


def test_without_yes_it_says_what_it_would_do_and_does_nothing(balt: Balt, place: Place) -> None:
    told = balt("autoreply", "u", "install", "--to", NEW)
    assert told.code == 0
    assert "Tri" in told.err
    assert "Rien n'est fait sans --yes." in told.err
    assert NEW in told.err
    assert place.stands() == (("Tri",), "Tri")
    assert balt("autoreply", "u", "install", "--to", NEW, "--json").json["done"] is False
    assert place.stands() == (("Tri",), "Tri")


def test_a_script_that_files_into_no_folder_is_told_before_and_after(balt: Balt, place: Place) -> None:
    with place.session() as session:
        session.put("Tri", b'require "fileinto";\r\nfileinto "Absent";\r\n')
    plan = balt("autoreply", "u", "install", "--to", NEW, "--json")
    assert (plan.code, plan.json["missing_folders"]) == (0, ["Absent"])
    assert "un dossier qui n'existe pas (Absent)" in plan.err
    done = balt("autoreply", "u", "install", "--to", NEW, "--yes", "--json")
    assert (done.code, done.json["missing_folders"]) == (1, ["Absent"])
    status = balt("autoreply", "u", "status")
    assert (status.code, "n'existe pas (Absent)" in status.err) == (1, True)


def test_installed_told_shown_and_removed(balt: Balt, place: Place) -> None:
    done = balt("autoreply", "u", "install", "--to", NEW, "--yes", "--json")
    assert (done.code, done.json["done"], done.json["state"]) == (0, True, "active")
    assert place.stands() == (("Tri", NAME), NAME)

    status = balt("autoreply", "u", "status", "--json")
    assert (status.code, status.json["to"], status.json["own_script"]) == (0, NEW, "Tri")
    assert (status.json["own_script_is"], status.json["by_another_balt"]) == ("same", False)
    assert NEW in balt("autoreply", "u", "status").err
    assert NEW in balt("autoreply", "u", "show").out

    asked = balt("autoreply", "u", "remove")
    assert (asked.code, place.stands()[1]) == (0, NAME)
    assert "--yes" in asked.err
    removed = balt("autoreply", "u", "remove", "--yes")
    assert (removed.code, "La réponse automatique est retirée." in removed.err) == (0, True)
    assert "Le script « Tri » est en service." in removed.err
    assert place.stands() == (("Tri",), "Tri")
    again = balt("autoreply", "u", "remove", "--yes")
    assert "Aucune réponse automatique de balt n'est en service" in again.err
    assert balt("autoreply", "u", "status", "--json").json["state"] == "absent"
    acts = [line for line in balt("journal", "--json").json if "autoreply" in str(line)]
    assert acts


def noted(balt: Balt) -> list[str]:
    """How the auto-reply stands, as the case of the BAL tells it, oldest first."""
    (case,) = balt("case", "list", "--json").json
    return [each["value"] for each in case["events"] if each["what"] == "autoreply"]


def test_what_is_done_is_noted_in_the_case_of_the_bal(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    balt("autoreply", "u", "install", "--to", NEW)
    assert noted(balt) == []
    assert "Noté au dossier." in balt("autoreply", "u", "install", "--to", NEW, "--yes").err
    assert noted(balt) == ["active"]
    assert "Noté au dossier." not in balt("autoreply", "u", "status").err
    with place.session() as session:
        session.activate("Tri")
    assert "Noté au dossier." in balt("autoreply", "u", "status").err
    assert noted(balt) == ["active", "off"]
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    balt("autoreply", "u", "remove")
    assert noted(balt) == ["active", "off", "active"]
    assert "Noté au dossier." in balt("autoreply", "u", "remove", "--yes").err
    assert noted(balt) == ["active", "off", "active", "off"]


def test_what_is_removed_is_noted_though_the_holder_said_that_it_was_in_service(
    balt: Balt, place: Place
) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    balt("case", "tell", "u", "autoreply")
    assert "Noté au dossier." in balt("autoreply", "u", "remove", "--yes").err
    assert noted(balt) == ["active", "by_hand", "off"]


def test_what_is_removed_from_one_noted_as_deleted_is_noted_too(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    begin_deletion(place.account.address, Happened.REQUESTED, Happened.DELETED)
    assert "Noté au dossier." in balt("autoreply", "u", "remove", "--yes").err
    assert "Noté au dossier." not in balt("autoreply", "u", "status").err


def test_a_replacement_that_is_not_that_of_the_case_is_told(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", "autre.exemple@medecin.mssante.fr")
    told = balt("autoreply", "u", "install", "--to", NEW)
    assert told.code == 0
    assert "nomme une autre BAL de remplacement : autre.exemple@medecin.mssante.fr." in told.err
    same = balt("autoreply", "u", "install", "--to", "Autre.Exemple@medecin.mssante.fr")
    assert "nomme une autre BAL" not in same.err


def test_taking_it_away_speaks_of_a_former_script_only_where_there_is_one(balt: Balt, place: Place) -> None:
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert "le script d'avant remis en service" in balt("autoreply", "u", "remove").err
    balt("autoreply", "u", "remove", "--yes")
    with place.session() as session:
        session.activate("")
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    told = balt("autoreply", "u", "remove").err
    assert "Elle serait retirée. Rien n'est fait sans --yes." in told
    assert "d'avant" not in told


def test_one_noted_as_deleted_that_answers_still_fails_as_any_other(
    balt: Balt, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(_replies: AutoReplies) -> None:
        raise StoppedError("le script a changé entre-temps : rien n'a été fait.")

    begin_deletion(place.account.address, Happened.REQUESTED, Happened.DELETED)
    monkeypatch.setattr(AutoReplies, "remove", changed)
    told = balt("autoreply", "u", "remove", "--yes")
    assert (told.code, "rien n'a été fait" in told.err) == (4, True)
    assert "supprimée" not in told.err
    assert balt("autoreply", "u", "status").code == 0


def test_without_a_case_nothing_is_noted_and_none_is_opened(balt: Balt, place: Place) -> None:
    assert "dossier" not in balt("autoreply", "u", "install", "--to", NEW, "--yes").err
    assert balt("case", "list", "--json").json == []


def test_a_case_that_cannot_be_written_does_not_hide_what_was_done(
    balt: Balt, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_book: CaseBook) -> None:
        raise StoppedError("le fichier des dossiers est abîmé.")

    monkeypatch.setattr(CaseBook, "cases", broken)
    told = balt("autoreply", "u", "install", "--to", NEW, "--yes", "--json")
    assert (told.code, told.json["done"], told.json["state"]) == (4, True, "active")
    assert "abîmé" in told.err
    assert place.stands()[1] == NAME


def test_a_replacement_outside_of_the_white_list_is_told_before_and_after(
    balt: Balt, place: Place, tmp_path: Path
) -> None:
    listed = write(tmp_path, document("medecin.mssante.fr", "mss.chu-fictif.fr"))
    balt("directory", "white-list", "import", str(listed))
    warning = "n'est pas dans la liste blanche"
    for more in ((), ("--yes",)):
        told = balt("autoreply", "u", "install", "--to", NEW, *more)
        assert (told.code, warning in told.err) == (0, True)
    known = balt("autoreply", "u", "install", "--to", "camille@mss.chu-fictif.fr", "--yes")
    assert (known.code, warning in known.err) == (0, False)


def test_a_domain_of_any_name_needs_the_white_list(balt: Balt, place: Place) -> None:
    told = balt("autoreply", "u", "install", "--to", "camille@mss.chu-fictif.fr", "--yes")
    assert told.code == 2
    assert "balt directory white-list import" in told.err
    assert place.stands() == (("Tri",), "Tri")


def test_where_only_a_hand_can_do_it_the_command_for_the_text_is_told(balt: Balt, place: Place) -> None:
    with place.session() as session:
        session.put("Tri", b'require "vacation";\r\nvacation "absent";\r\n')
        session.activate("Tri")
    refused = balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert refused.code == 4
    assert f"Son texte : balt autoreply {place.account.address} show --to {NEW}." in refused.err


def test_in_discreet_access_the_script_of_the_person_is_not_shown(
    balt: Balt, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SieveSession, "extensions", frozenset({"vacation", "fileinto"}))  # no include
    monkeypatch.setenv(PASSWORD_VARIABLE, MASTER[1])
    place.configure(username=MASTER[0], authorization_identity=place.account.username)
    planned = balt("autoreply", "u", "install", "--to", NEW, "--json").json["script"]
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    with place.session() as session:
        assert b"Labo" in session.script(NAME)
    shown = balt("autoreply", "u", "show").out
    assert ("Labo" in shown, NEW in shown, "Labo" in planned) == (False, True, False)


def test_what_somebody_did_to_it_is_a_finding(balt: Balt, place: Place) -> None:
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    with place.session() as session:
        session.activate("Tri")
    told = balt("autoreply", "u", "status", "--json")
    assert (told.code, told.json["state"], told.json["active_script"]) == (1, "replaced", "Tri")


def test_the_text_alone_needs_no_server(balt: Balt, place: Place) -> None:
    place.configure(port=1, sieve_port=1)
    told = balt("autoreply", "u", "show", "--to", NEW)
    assert told.code == 0
    assert SUBJECT in told.out
    assert NEW in told.out


@pytest.mark.parametrize("more", [{"sieve": False}, {"sieve_port": 1}])
def test_where_it_is_not_offered_there_is_the_text_to_copy(
    balt: Balt, place: Place, more: dict[str, object]
) -> None:
    place.configure(**more)
    told = balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert told.code == 0
    assert NEW in told.out
    assert "webmail" in told.out
    as_data = balt("autoreply", "u", "install", "--to", NEW, "--yes", "--json").json
    assert (as_data["offered"], as_data["done"], as_data["to"]) == (False, False, NEW)
    assert balt("autoreply", "u", "status", "--json").json["offered"] is False
    assert place.stands() == (("Tri",), "Tri")


def test_a_server_that_can_sort_but_not_answer_is_told_as_such(
    balt: Balt, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SieveSession, "extensions", frozenset({"fileinto"}))
    told = balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert (told.code, NEW in told.out) == (0, True)
    assert "vacation" in told.err


def test_once_installed_a_server_that_cannot_be_reached_is_an_error(balt: Balt, place: Place) -> None:
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    place.configure(sieve=False)
    told = balt("autoreply", "u", "status")
    assert (told.code, "scripts de cette BAL" in told.err) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("install",), "--to"),
        (("install", "--until", "2099-01-01"), "--to"),
        (("remove", "--to", NEW), "install ou show"),
        (("install", "--to", "camille@gmail.com"), "MSSanté"),
        (("install", "--to", "camille@mssante.evil.com"), "MSSanté"),
        (("install", "--to", "camille"), "adresse"),
        (("install", "--to", NEW, "--until", "2020-01-01"), "passée"),
        (("install", "--to", f"{NEW}\r\nBcc: x@y.fr"), "adresse"),
    ],
)
def test_a_wrong_use_changes_nothing(balt: Balt, place: Place, arguments: tuple[str, ...], said: str) -> None:
    told = balt("autoreply", "u", *arguments, "--yes")
    assert (told.code, told.out) == (2, "")
    assert said in told.err
    assert place.stands() == (("Tri",), "Tri")


def test_a_bal_that_is_for_reading_only_stays_as_it_is(balt: Balt, place: Place) -> None:
    place.configure(read_only=True)
    assert balt("autoreply", "u", "install", "--to", NEW, "--yes").code == 4
    assert place.stands() == (("Tri",), "Tri")
