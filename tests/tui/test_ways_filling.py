"""Groups that change places while they fill: a key befalls no other group than the one that was shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.config import Config
from balt.secrets import Secrets
from balt.tui.views import group_keys
from tests.support.receipt_mails import letter
from tests.support.servers import ImapServer
from tests.tui.driver import NOW, sitting
from tests.tui.test_ways import at, groups, look


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


async def test_groups_of_an_older_listing_are_not_gone_back_to(demo_imap: ImapServer, tmp_path: Path) -> None:
    account = replace(demo_imap.account(), password_env="MSS")
    demo_imap.append(account, letter("one@labo"))
    settings, secrets = Config(accounts=(account,)), Secrets(environ={"MSS": demo_imap.password})
    async with sitting(settings, secrets, tmp_path, now=NOW) as person:
        await person.press("3")
        old = await look(person, "4")
        await person.press("enter")
        view = person.app.messages
        demo_imap.append(account, letter("two@labo"))
        for _turn in range(300):
            await person.quiet()
            if view.browse.listing is not old.grouping.listing:
                break
            await person._pilot.pause(0.02)
        assert view.browse.listing is not old.grouping.listing
        view.leave_group()
        assert view.table.source is not old
        assert view.browse.groups is not old
        assert sum(len(group) for group in (await groups(person)).groups) == 2
