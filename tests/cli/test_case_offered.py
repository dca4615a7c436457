"""``balt case``: what it offers can be done, also for a BAL that balt does not open or cannot write to."""

import email
import email.policy
import shlex
from pathlib import Path

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened, Seen
from balt.cases.steps import Known, StepName, steps_of
from balt.cli.case_output import command_of
from balt.clock import SystemClock
from balt.config import Account, Config
from tests.cli.conftest import Balt
from tests.cli.test_case_holders import LEROY, REPLACEMENT, SHARED, Hospital, hospital

__all__ = ["hospital"]

ACCENT, DOTS = "hélène.durand@medecin.mssante.fr", "a..b@medecin.mssante.fr"


@pytest.mark.parametrize(("address", "offered"), [(SHARED, 2), (LEROY, 2), (ACCENT, 3)])
def test_each_command_that_is_offered_works(
    hospital: Hospital, balt: Balt, address: str, offered: int
) -> None:
    opened = balt("case", "depublish", address, "--to", REPLACEMENT, "--again", "--json")
    commands = [each["command"] for each in opened.json["steps"] if each["command"]]
    assert len(commands) == offered
    for command in commands:
        program, *arguments = shlex.split(command)
        assert (program, balt(*arguments).code) == ("balt", 0), command


def test_of_a_bal_that_balt_does_not_open_the_text_is_shown_and_what_was_done_is_noted(
    hospital: Hospital, balt: Balt
) -> None:
    opened = balt("case", "depublish", SHARED, "--to", REPLACEMENT)
    assert f"balt autoreply {SHARED} show --to {REPLACEMENT}" in opened.out
    assert f"{SHARED} install" not in opened.out
    shown = balt("autoreply", SHARED, "show", "--to", REPLACEMENT)
    assert f"({SHARED})" in shown.out
    assert f"notez-le : balt case tell {SHARED} autoreply." in shown.err
    assert balt("case", "tell", SHARED, "autoreply").code == 0
    assert "notez-le" not in balt("autoreply", LEROY, "show", "--to", REPLACEMENT).err


@pytest.mark.parametrize(
    ("config", "offered"),
    [
        (Config(), False),
        (Config(accounts=(Account(SHARED, access="none"),)), False),
        (Config(accounts=(Account(SHARED, host="imap.exemple.fr"),)), True),
    ],
    ids=["not in the configuration", "without access", "opened by balt"],
)
def test_a_bal_is_archived_again_in_the_folder_of_its_case_where_balt_opens_it(
    config: Config, offered: bool
) -> None:
    now = SystemClock().now()
    events = (
        Event(Happened.OPENED, now, REPLACEMENT),
        Event(Happened.KEPT, now, "/archives/cabinet"),
        Event(Happened.ARCHIVE, now, Seen.GONE.value),
    )
    case = Case(CaseKind.DELETION, SHARED, events)
    (step,) = [each for each in steps_of(case, Known(), now) if each.name is StepName.RECOVERY]
    command = command_of(config, case, step)
    assert ("--archive /archives/cabinet" in command, command != "") == (offered, offered)


@pytest.mark.parametrize("address", [ACCENT, DOTS])
def test_a_bal_whose_address_no_header_can_hold_is_led_out_all_the_same(
    hospital: Hospital, balt: Balt, config_file: Path, tmp_path: Path, address: str
) -> None:
    with config_file.open("a", encoding="utf-8") as file:
        file.write(f'[[mailbox]]\naddress = "{address}"\naccess = "none"\n')
    opened = balt("case", "depublish", address, "--to", REPLACEMENT)
    assert (opened.code, "à poser à la main" in opened.out) == (0, True)
    letter = tmp_path / "demande.eml"
    asked = balt("case", "request", address, "--as", "eml", "--output", str(letter), "--yes")
    assert (asked.code, f"{address} ne peut pas figurer dans l'en-tête" in asked.err) == (0, True)
    read = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert (read["From"], address in read["Subject"]) == (None, True)
    shown = balt("autoreply", address, "show", "--to", REPLACEMENT)
    assert (shown.code, f"({address})" in shown.out, REPLACEMENT in shown.out) == (0, True, True)
    assert balt("autoreply", address, "install", "--to", REPLACEMENT).code == 2
