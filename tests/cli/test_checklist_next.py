"""``balt checklist``: of which BAL, and what to do next, as commands."""

from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory, seen_out_of_the_directory
from tests.cli.conftest import Balt, Places

__all__ = ["directory"]

COLLEAGUE = "lou.essai@chu-fictif.mssante.fr"


def test_one_that_waits_for_its_archive_is_told_how_to_make_it(balt: Balt, demo_places: Places) -> None:
    bal = demo_places.add().address
    seen_out_of_the_directory(bal)
    assert balt("case", "depublish", bal, "--to", COLLEAGUE).code == 0
    assert balt("case", "tell", bal, "autoreply").code == 0
    told = balt("checklist", bal).out
    assert "attend une archive de cette BAL" in told
    assert f"→ balt plan {bal} --all --then keep --archive DOSSIER --output plan.json\n" in told
    assert f"→ balt case delete {bal} --archive DOSSIER\n" in told
    assert "--archive FOLDER" in balt("--lang", "en", "checklist", bal).out


def test_one_that_only_a_case_or_the_directory_knows_is_asked_about_by_its_address(
    balt: Balt, directory: DirectoryServer
) -> None:
    known = "dr.exemple@ancien-reseau.mssante.fr"
    balt("case", "depublish", COLLEAGUE, "--to", OTHER, "--again")
    for address in (known, COLLEAGUE):
        whole = [each for each in balt("checklist", "--json").json if each["address"] == address]
        alone = balt("checklist", address.upper(), "--json")
        assert (alone.code, alone.json) == (0, whole)
        assert [each["address"] for each in balt("checklist", address, BAL, "--json").json][::8] == [
            BAL,
            address,
        ]
    assert {each["address"] for each in balt("checklist", COLLEAGUE, "--due", "--json").json} <= {COLLEAGUE}


def test_one_that_nothing_knows_and_one_that_is_no_more_are_told(
    balt: Balt, directory: DirectoryServer
) -> None:
    unknown = balt("checklist", "nulle.part@medecin.mssante.fr")
    assert (unknown.code, "n'est pas connue ici" in unknown.err, unknown.out) == (2, True, "")
    assert balt("checklist", "nulle").code == 2
    seen_out_of_the_directory(COLLEAGUE)
    directory.stop()
    balt("case", "delete", COLLEAGUE, "--nothing-to-keep", "rien", "--again")
    balt("case", "request", COLLEAGUE, "--yes")
    assert balt("case", "tell", COLLEAGUE, "deleted").code == 0
    gone = balt("checklist", COLLEAGUE)
    assert f"{COLLEAGUE} : supprimée le" in gone.err
