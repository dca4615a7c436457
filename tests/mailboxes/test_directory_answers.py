"""Several answers of the directory as one: nothing that a source says of a person is lost."""

from datetime import UTC, date, datetime

from balt.directory.model import DirectoryAnswer, Origin, Professional, Workplace
from balt.mailboxes.directory_answers import merged

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RPPS = "10999990012"


def said(origin: Origin, person: Professional) -> DirectoryAnswer:
    return DirectoryAnswer(origin, NOW, professionals=(person,))


def test_a_person_of_both_sources_has_the_towns_and_the_places_of_both() -> None:
    work, day = (Workplace("LES LILAS", "CABINET FICTIF"),), date(2026, 11, 22)
    api = Professional(RPPS, "EXEMPLE", "Camille", towns=("VALBRUME",))
    file = Professional(RPPS, "EXEMPLE", "Camille", towns=("Valbrume", "ESSAIVILLE"), work=work, work_on=day)
    (person,) = merged(said(Origin.API, api), said(Origin.EXTRACTION, file)).professionals
    assert (person.towns, person.work, person.work_on) == (("VALBRUME", "ESSAIVILLE"), work, day)
    assert person.all_towns == ("VALBRUME", "ESSAIVILLE", "LES LILAS")


def test_a_person_whom_one_source_knows_is_as_it_says() -> None:
    api = Professional(RPPS, "EXEMPLE", "Camille", towns=("VALBRUME",))
    other = Professional("10999990020", "EXEMPLE", "Camille")
    people = merged(said(Origin.API, api), said(Origin.EXTRACTION, other)).professionals
    assert people == (api, other)
