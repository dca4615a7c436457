"""What ``balt case`` says in English, as English writes it."""

from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory
from tests.cli.conftest import Balt

__all__ = ["directory"]


def test_a_step_and_its_command_have_an_english_colon(balt: Balt, directory: DirectoryServer) -> None:
    opened = balt("--lang", "en", "case", "depublish", BAL, "--to", OTHER)
    assert f"to be installed: balt autoreply {BAL} install --to {OTHER}" in opened.out
    assert " :" not in opened.out + opened.err


def test_a_step_that_asks_the_holder_names_its_command(balt: Balt, directory: DirectoryServer) -> None:
    directory.stop()
    balt("case", "depublish", BAL, "--to", OTHER)
    for language, said in (("fr", "regardez-le, et dites-le : "), ("en", "look there, and say so: ")):
        shown = balt("--lang", language, "case", "show", BAL).out
        assert f"{said}balt tick set identifier.2 {BAL}" in shown
