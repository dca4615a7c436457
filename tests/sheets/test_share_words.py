"""What a merge changes, as people read it: no word of the files, no code, no moment to the microsecond."""

from dataclasses import replace

import pytest

from balt.cases.model import CaseKind, Happened
from balt.directory.model import Origin
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.situations import SituationBook
from balt.publish.tracker import Tracker
from balt.sheets.share import Change, export, merge, read
from tests.sheets.cases import ALIX, LOU
from tests.sheets.test_share import Machine, doctor, secretary

__all__ = ["doctor", "secretary"]


def changes(doctor: Machine, secretary: Machine) -> list[Change]:
    """What the doctor's computer would take over."""
    file = secretary.folder.with_suffix(".json")
    file.unlink(missing_ok=True)
    export(secretary.folder, file)
    return merge(doctor.folder, read(file), doctor.at(3).now(), dry_run=True)


def told(doctor: Machine, secretary: Machine) -> list[tuple[str, str, str]]:
    return [(each.told, each.was, each.now) for each in changes(doctor, secretary)]


def test_a_case_is_told_by_its_story_and_the_day(doctor: Machine, secretary: Machine) -> None:
    case = doctor.cases(0).open(CaseKind.DELETION, LOU, replacement=ALIX)
    secretary.takes(doctor)
    secretary.cases(1).tell(case, Happened.REQUESTED, "text")
    assert told(doctor, secretary) == [
        (
            f"{LOU} : suppression",
            f"dossier ouvert ; remplacée par {ALIX} · Camille, le 22 nov. 2026",
            "demande écrite (texte) · Lou, le 22 nov. 2026",
        )
    ]
    (code,) = changes(doctor, secretary)
    assert code.about == f"{LOU} deletion", "for scripts it stays as it was"
    assert code.after.startswith("requested text Lou 2026-11-22T")


def test_answers_situations_and_supports_are_told_in_words(doctor: Machine, secretary: Machine) -> None:
    secretary.says("no", 0)
    book = SituationBook(secretary.folder, secretary.at(0))
    place = book.add("Cabinet des Lilas", mode="L")
    book.serve(ALIX, place.id, yes=True)
    book.prefer(place.id, ALIX)
    Tracker(secretary.folder, secretary.at(0), "Lou").carry("letters", ALIX)
    found = [f"{about} → {now}" for about, _was, now in told(doctor, secretary)]
    assert found == [
        f"{ALIX} : La corbeille de cette BAL est-elle vidée ? → non · Lou, le 22 nov. 2026",
        "Cabinet des Lilas (libéral) → situation d'exercice · le 22 nov. 2026",
        f"Cabinet des Lilas (libéral) : {ALIX} → rattachée · le 22 nov. 2026",
        f"Cabinet des Lilas (libéral) → BAL privilégiée {ALIX} · le 22 nov. 2026",
        f"Lettres d'adressage : {ALIX} → porte cette adresse · Lou, le 22 nov. 2026",
    ]


@pytest.mark.usefixtures("in_english")
def test_in_english_too(doctor: Machine, secretary: Machine) -> None:
    secretary.says("yes", 0)
    assert told(doctor, secretary) == [
        (f"{ALIX}: Is the trash of this BAL emptied?", "", "yes · Lou, 22 Nov 2026")
    ]


def test_what_was_taken_away_is_told_so(doctor: Machine, secretary: Machine) -> None:
    secretary.says("yes", 0)
    place = SituationBook(secretary.folder, secretary.at(0)).add("Cabinet fini")
    doctor.takes(secretary)
    secretary.says("", 1)
    SituationBook(secretary.folder, secretary.at(1)).remove(place.id)
    assert [now.partition(" · ")[0] for _about, _was, now in told(doctor, secretary)] == [
        "réponse retirée",
        "situation retirée",
    ]


def test_what_was_renamed_is_told_with_its_former_name(doctor: Machine, secretary: Machine) -> None:
    book = SituationBook(doctor.folder, doctor.at(0))
    kind, place = book.add_kind("Bizone"), book.add("Cabinet d'avant")
    support = Tracker(doctor.folder, doctor.at(0)).add("Plaquette")
    secretary.takes(doctor)
    theirs = SituationBook(secretary.folder, secretary.at(1))
    theirs.rename_kind(kind.id, "Bizone renommée")
    theirs.merge([replace(place, structure="Cabinet d'après", origin=Origin.API)])
    Tracker(secretary.folder, secretary.at(1)).remove(support.id)
    found = [f"{about} · {was} → {now}" for about, was, now in told(doctor, secretary)]
    day = " · le 22 nov. 2026"
    assert found == [
        f"Cabinet d'après · Cabinet d'avant : situation d'exercice{day} → situation d'exercice{day}",
        f"Bizone renommée · Bizone : type de prescription{day} → type de prescription{day}",
        f"Plaquette · support suivi{day} → support qui n'est plus suivi{day}",
    ]


def test_a_share_of_the_space_is_told_as_on_the_screens(doctor: Machine, secretary: Machine) -> None:
    Notebook(secretary.folder, secretary.at(0), "Lou").answer(ALIX, Question.QUOTA, "91")
    assert [now for _about, _was, now in told(doctor, secretary)] == ["91 % · Lou, le 22 nov. 2026"]
