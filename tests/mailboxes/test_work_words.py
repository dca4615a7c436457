"""Where a BAL belongs and where its holder works: two facts that no column mixes."""

from datetime import UTC, date, datetime

from balt.directory.model import BalKind, DirectoryEntry, Origin, Professional, Workplace
from balt.mailboxes.work_words import towns_of, where_words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RPPS = "10999990012"
PERSON = Professional(
    RPPS,
    "EXEMPLE",
    "Camille",
    towns=("VALBRUME",),
    work=(Workplace("LES LILAS", "CABINET DES LILAS"), Workplace("PARCVILLE", "CLINIQUE DU PARC")),
    work_on=date(2026, 11, 22),
)


def bal(town: str = "", structure: str = "") -> DirectoryEntry:
    return DirectoryEntry(
        "c.exemple@x.fr", BalKind.PER, Origin.EXTRACTION, NOW, rpps=RPPS, town=town, structure=structure
    )


def test_a_bal_belongs_where_its_entries_say_and_nowhere_else() -> None:
    at_hospital = bal("VALBRUME", "CH FICTIF")
    assert where_words((at_hospital, at_hospital), PERSON) == ("VALBRUME", "CH FICTIF")
    assert where_words((bal(structure="CH FICTIF"),), PERSON) == ("", "CH FICTIF")


def test_where_its_entries_name_no_place_those_of_the_holder_are_marked() -> None:
    assert where_words((bal(),), PERSON) == (
        "~ VALBRUME, LES LILAS, PARCVILLE",
        "~ CABINET DES LILAS, CLINIQUE DU PARC",
    )
    assert where_words((bal(),), None) == ("", "")


def test_every_town_of_a_person_tells_namesakes_apart() -> None:
    assert towns_of((bal("ESSAIVILLE"),), PERSON) == "ESSAIVILLE, VALBRUME, LES LILAS, PARCVILLE"
