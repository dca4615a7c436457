"""``balt case``: whose BAL the requests name, to whom they are addressed, and whom they concern too."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import COLUMNS, HEADER

ANNE, XAVIER, LOU = "10999990012", "10999990178", "10999990095"
LEROY, SERVICE = "xavier.leroy@ch-fictif.mssante.fr", "secretariat@ch-fictif.mssante.fr"
SHARED, REPLACEMENT = "cabinet@cab-fictif.mssante.fr", "nouvelle@medecin.mssante.fr"
HOSPITAL = ("990000028", "CH FICTIF")


def row(kind: str, address: str, rpps: str = "", given: str = "", family: str = "") -> str:
    told = {
        "Type de BAL": kind,
        "Adresse BAL": address,
        "Type Identifiant PP": "8",
        "Identifiant PP": rpps,
        "Identification nationale PP": f"8{rpps}",
        "Type identifiant structure": "1",
        "Identification Structure": HOSPITAL[0],
        "Nom d'exercice": family,
        "Prénom d'exercice": given,
        "Raison Sociale structure BAL": HOSPITAL[1],
    }
    return "|".join(told.get(each, "") for each in COLUMNS)


OTHERS = [row("PER", f"x{n}@medecin.mssante.fr", f"1099999{n:04d}", "Lou", "FICTIF") for n in range(40)]
BEFORE = {
    LEROY: row("PER", LEROY, XAVIER, "Xavier", "LEROY"),
    SERVICE: row("ORG", SERVICE),
    SHARED: "\n".join([row("PER", SHARED, LOU, "Lou", "ESSAI"), row("PER", SHARED, ANNE, "Anne", "ROY")]),
}


class Hospital:
    """A practice with its extraction; what is published is what was given last."""

    def __init__(self, config: Path, folder: Path) -> None:
        self.file = folder / "extraction.txt"
        mailboxes = "".join(
            f'[[mailbox]]\naddress = "{each}"\naccess = "none"\n' for each in (LEROY, SERVICE)
        )
        config.write_text(
            f'[person]\nname = "Dr Anne ROY"\nrpps = "{ANNE}"\n'
            f'[directory]\nextraction = "{self.file}"\n{mailboxes}',
            encoding="utf-8",
        )
        self.publish(BEFORE.values())

    def publish(self, rows: Iterable[str]) -> None:
        self.file.write_text("\n".join([HEADER, *rows, *OTHERS, ""]), encoding="utf-8")


@pytest.fixture
def hospital(config_file: Path, tmp_path: Path) -> Hospital:
    return Hospital(config_file, tmp_path)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (LEROY, ("Titulaire", "Xavier LEROY", "RPPS", XAVIER)),
        (SERVICE, ("Structure", HOSPITAL[1], "FINESS", HOSPITAL[0])),
        (SHARED, ("Titulaire", "Dr Anne ROY", "RPPS", ANNE)),
    ],
)
def test_a_deletion_says_of_a_bal_that_has_left_what_its_depublication_said(
    hospital: Hospital, balt: Balt, address: str, told: tuple[str, ...]
) -> None:
    balt("case", "depublish", address, "--to", REPLACEMENT)
    first = balt("case", "request", address, "--yes")
    hospital.publish(each for key, each in BEFORE.items() if key != address)
    again = balt("case", "request", address)
    balt("case", "delete", address, "--nothing-to-keep", "rien")
    last = balt("case", "request", address)
    for asked in (first, again, last):
        lines = [each.split(" : ", 1) for each in asked.out.splitlines() if " : " in each]
        said = {name.strip(): value for name, value in lines}
        assert (said[told[0]], said[told[2]]) == (told[1], told[3])
        assert "à compléter" not in (asked.out + asked.err).lower()
    assert "demande la suppression" in last.out


def test_what_is_left_to_be_filled_in_is_told(hospital: Hospital, balt: Balt) -> None:
    hospital.publish(())
    balt("tick", "set", "identifier.2", LEROY, "--note", "vu")
    balt("case", "depublish", LEROY, "--to", REPLACEMENT)
    asked = balt("case", "request", LEROY)
    assert asked.out.count("(à compléter)") == 3
    assert "À compléter avant de l'envoyer : Type, Titulaire, RPPS." in asked.err
    shown = balt("case", "request", LEROY, "--json")
    assert shown.json["request"]["blank"] == ["Type", "Titulaire", "RPPS"]


def test_whom_a_shared_bal_concerns_is_told_at_each_step(hospital: Hospital, balt: Balt) -> None:
    said = f"cette BAL est aussi celle de : Lou ESSAI (RPPS {LOU}). Prévenez-les"
    assert said in balt("case", "depublish", SHARED, "--to", REPLACEMENT).err
    asked = balt("case", "request", SHARED, "--yes")
    assert said in asked.err
    assert f": Lou ESSAI (RPPS {LOU})\n" in asked.out
    hospital.publish(each for key, each in BEFORE.items() if key != SHARED)
    assert said in balt("case", "delete", SHARED, "--nothing-to-keep", "rien").err
    assert "aussi celle" not in balt("case", "depublish", LEROY, "--to", REPLACEMENT).err


def test_whose_bal_it_was_goes_to_the_other_computer_with_the_case(
    hospital: Hospital, balt: Balt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = balt("case", "depublish", LEROY, "--to", REPLACEMENT, "--json")
    (told,) = [each for each in shown.json["events"] if each["what"] == "holders"]
    assert json.dumps(told["holders"]).count(XAVIER) == 1
    hospital.publish(each for key, each in BEFORE.items() if key != LEROY)
    share = tmp_path / "share.json"
    assert balt("share", "export", str(share)).code == 0
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert balt("share", "merge", str(share)).code == 0
    balt("case", "delete", LEROY, "--nothing-to-keep", "rien")
    asked = balt("case", "request", LEROY, "--for", "deletion")
    assert f": {XAVIER}\n" in asked.out
