"""``balt case``: what is looked at again, and a BAL whose two cases are open."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import REMIND_DAYS, SEND_DAYS, CaseKind, Happened
from balt.clock import FixedClock, SystemClock
from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory, seen_out_of_the_directory, states
from tests.cli.conftest import Balt

__all__ = ["directory"]


def test_a_step_names_its_command_in_the_shell(balt: Balt, directory: DirectoryServer) -> None:
    opened = balt("case", "depublish", BAL, "--to", OTHER).out
    assert f"à installer : balt autoreply {BAL} install --to {OTHER}" in opened
    assert f"à écrire : balt case request {BAL}" in opened
    commands = {
        each["step"]: each["command"] for each in balt("case", "show", BAL, "--json").json[0]["steps"]
    }
    assert commands["request"] == f"balt case request {BAL} --for depublication"
    assert commands["replacement"] is None


def opened_days_ago(days: int, *told: tuple[Happened, str]) -> None:
    """The depublication of the BAL, opened so many days ago, and what was told on that day."""
    clock = FixedClock(SystemClock().now() - timedelta(days=days))
    book = CaseBook(Path(os.environ["XDG_DATA_HOME"]) / "balt", clock)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    for what, value in told:
        case = book.tell(case, what, value)


def test_a_reminder_that_is_due_ends_with_code_1(balt: Balt, directory: DirectoryServer) -> None:
    opened_days_ago(REMIND_DAYS, (Happened.REQUESTED, "text"), (Happened.SENT, ""))
    followed = balt("case", "follow")
    assert followed.code == 1
    assert f"il y a {REMIND_DAYS} jours : à relancer : balt case request {BAL}" in followed.out


def test_a_reminder_that_is_not_due_ends_with_code_0(balt: Balt, directory: DirectoryServer) -> None:
    opened_days_ago(REMIND_DAYS - 1, (Happened.REQUESTED, "text"), (Happened.SENT, ""))
    assert balt("case", "follow").code == 0


@pytest.mark.parametrize(("days", "code"), [(SEND_DAYS - 1, 0), (SEND_DAYS, 1)])
def test_a_request_that_lies_there_unsent_for_a_week_ends_with_code_1(
    balt: Balt, directory: DirectoryServer, days: int, code: int
) -> None:
    opened_days_ago(days, (Happened.REQUESTED, "text"))
    followed = balt("case", "follow")
    assert (followed.code, "à envoyer" in followed.out) == (code, True)
    assert f"balt case tell {BAL} sent" in followed.out
    assert "à relancer" not in followed.out


def test_a_depublication_that_was_closed_is_still_looked_at(balt: Balt, directory: DirectoryServer) -> None:
    opened_days_ago(20, (Happened.API, "absent"), (Happened.CLOSED, ""))
    back = balt("case", "follow")
    assert (back.code, "(dossier clos)" in back.out, "de nouveau publiée" in back.out) == (1, True, True)
    assert f"balt case depublish {BAL} --to {OTHER}" in back.out
    assert balt("case", "tell", BAL, "answered").code == 2
    told = balt("case", "tell", BAL, "autoreply")
    assert (told.code, "en service, selon le titulaire" in told.out) == (0, True)
    listed = balt("case", "list")
    assert listed.out.count("de nouveau publiée") == 1


def test_the_auto_reply_of_an_earlier_case_is_taken_over(balt: Balt, directory: DirectoryServer) -> None:
    opened_days_ago(20, (Happened.AUTO_REPLY, "active"), (Happened.CLOSED, ""))
    opened = balt("case", "depublish", BAL, "--to", OTHER)
    assert (opened.code, "✔ réponse automatique" in opened.out) == (0, True)


def test_quietly_nothing_is_printed_where_nothing_changed(balt: Balt, directory: DirectoryServer) -> None:
    assert balt("case", "follow", "--quiet").out == ""
    balt("case", "depublish", BAL, "--to", OTHER)
    balt("case", "depublish", "dr.exemple@ancien-reseau.mssante.fr", "--to", OTHER)
    quiet = balt("case", "follow", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    directory.depublish(BAL)
    told = balt("case", "follow", "--quiet").out
    assert BAL in told
    assert "ancien-reseau" not in told
    assert balt("case", "follow", "--quiet").out == ""


def test_quietly_what_needs_a_hand_is_printed_each_time(balt: Balt, directory: DirectoryServer) -> None:
    opened_days_ago(REMIND_DAYS, (Happened.REQUESTED, "text"))
    for _look in range(2):
        told = balt("case", "follow", "--quiet")
        assert (told.code, BAL in told.out) == (1, True)


def test_what_the_api_said_too_long_ago_goes_to_no_other_computer(
    balt: Balt, directory: DirectoryServer, tmp_path: Path
) -> None:
    opened_days_ago(40, (Happened.API, "published"), (Happened.EXTRACTION, "published"))
    assert balt("share", "export", str(tmp_path / "share.json")).code == 0
    document = json.loads((tmp_path / "share.json").read_text(encoding="utf-8"))
    (case,) = document["stores"]["cases.json"]["cases"]
    assert [each["what"] for each in case["events"]] == ["opened", "extraction"]


def test_a_request_is_sent_by_the_word_of_the_holder_only(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    early = balt("case", "tell", BAL, "sent")
    assert (early.code, "aucune demande de dépublication n'est écrite" in early.err) == (2, True)
    asked = balt("case", "request", BAL, "--yes")
    assert "envoyée" not in asked.err
    told = balt("case", "tell", BAL, "sent", "--note", "par la messagerie du DSI")
    assert (told.code, "selon le titulaire" in told.out) == (0, True)


# Both cases


def both_open(balt: Balt, directory: DirectoryServer) -> None:
    """A BAL that has left the directory, and whose deletion is prepared."""
    assert balt("case", "depublish", BAL, "--to", OTHER).code == 0
    assert balt("case", "request", BAL, "--yes").code == 0
    directory.depublish(BAL)
    assert balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel").code == 0


def test_an_open_deletion_does_not_hide_the_open_depublication(
    balt: Balt, directory: DirectoryServer
) -> None:
    both_open(balt, directory)
    told = balt("case", "tell", BAL, "autoreply", "--json")
    assert (told.json["kind"], states(told.json)["autoreply"]) == ("depublication", "done")
    shown = balt("case", "show", BAL, "--json").json
    assert [each["kind"] for each in shown] == ["depublication", "deletion"]
    assert states(shown[1])["autoreply"] == "done"
    text = balt("case", "show", BAL).out
    assert text.index(f"{BAL} : dépublication") < text.index(f"{BAL} : suppression")
    assert balt("case", "tell", BAL, "answered", "--json").json["kind"] == "depublication"
    assert balt("case", "request", BAL, "--yes", "--json").json["kind"] == "deletion"
    assert balt("case", "tell", BAL, "answered", "--json").json["kind"] == "deletion"


def test_the_end_of_a_bal_ends_both_cases(balt: Balt, directory: DirectoryServer) -> None:
    both_open(balt, directory)
    balt("case", "request", BAL, "--yes")
    assert balt("case", "tell", BAL, "deleted").code == 0
    shown = balt("case", "show", BAL, "--json").json
    assert [each["open"] for each in shown] == [False, False]
    assert {step["command"] for each in shown for step in each["steps"]} == {None}, "nothing is left to do"
    assert balt("case", "follow", "--json").json == []
    verdicts = {each["address"]: each["verdict"] for each in balt("status", "--json").json}
    assert verdicts[BAL] == "deleted"


def test_a_deletion_is_given_up_before_the_depublication(balt: Balt, directory: DirectoryServer) -> None:
    both_open(balt, directory)
    assert balt("case", "close", BAL, "--abandon", "--yes", "--json").json["kind"] == "deletion"
    assert balt("case", "close", BAL, "--abandon", "--yes", "--json").json["kind"] == "depublication"


def test_the_request_of_a_deletion_looks_into_the_directory_again(
    balt: Balt, directory: DirectoryServer
) -> None:
    before = directory.directory
    both_open(balt, directory)
    directory._service.directory = before
    refused = balt("case", "request", BAL, "--yes")
    assert (refused.code, "encore publiée" in refused.err, refused.out) == (4, True, "")
    assert "--for depublication" in refused.err
    shown = balt("case", "show", BAL, "--json").json[1]
    assert [each["what"] for each in shown["events"]].count("requested") == 0
    assert (states(shown)["gone"], states(shown)["request"]) == ("attention", "blocked")
    asked = balt("case", "request", BAL, "--for", "depublication", "--yes")
    assert (asked.code, "Demande de dépublication" in asked.out) == (0, True)
    followed = balt("case", "follow", "--json")
    assert (followed.code, states(followed.json[1])["gone"]) == (0, "blocked"), "it was asked for again"


def test_without_the_directory_a_deletion_is_asked_for_on_the_word_of_the_holder_only(
    balt: Balt, directory: DirectoryServer
) -> None:
    both_open(balt, directory)
    directory.stop()
    refused = balt("case", "request", BAL, "--yes")
    assert (refused.code, "rien ne montre que cette BAL" in refused.err) == (4, True)
    seen_out_of_the_directory(BAL)
    assert balt("case", "request", BAL, "--yes").code == 0
