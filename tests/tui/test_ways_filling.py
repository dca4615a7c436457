"""Groups that change places while they fill: a key befalls no other group than the one that was shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.tui.views import group_keys
from tests.tui.driver import sitting
from tests.tui.test_ways import at, look


async def test_keys_meant_for_a_group_befall_no_other_that_has_just_come_under_the_cursor(
    shared_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Courriers")
        found = await look(person, "3")
        browse, before = person.app.messages.browse, found.groups[0].key
        monkeypatch.setattr(group_keys, "TOO_SOON", 3600.0)
        turned = replace(found.grouping, groups=found.grouping.groups[::-1])
        person.app.messages.bring_groups(turned)
        assert browse.groups is not None
        assert browse.groups.groups[0].key != before
        for key in ("space", "v", "d"):
            await person.press(key)
            assert "Un autre groupe vient d'arriver sous le curseur" in person.said()[-1]
        assert not browse.marks
        assert browse.range_from is None
        assert len(person.app.screen_stack) == 1
        monkeypatch.setattr(group_keys, "TOO_SOON", 0.0)
        await person.press("space")
        assert len(browse.marks) == len(turned.groups[0])
