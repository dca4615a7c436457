"""View 2 says above its list that the number of the configuration is somebody else's."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.config import Person
from tests.tui.driver import SMALL, WIDE, sitting

TOLD = "est dans l'Annuaire Santé celui de Camille EXEMPLE, et non de Dr Anne FICTIF"


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_that_it_names_somebody_else_is_told(
    size: tuple[int, int], shared_demo: Demo, tmp_path: Path
) -> None:
    config = replace(shared_demo.config, person=Person("Dr Anne FICTIF", shared_demo.config.person.rpps))
    async with sitting(config, shared_demo.secrets, tmp_path, size=size) as person:
        await person.press("2")
        assert TOLD in " ".join(person.screen().split())


async def test_of_the_holders_own_nothing_is_said(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("2")
        assert "est dans l'Annuaire Santé celui de" not in " ".join(person.screen().split())
