"""``balt checklist``: what to do next on a step, as commands."""

from tests.cli.case_places import seen_out_of_the_directory
from tests.cli.conftest import Balt, Places

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
