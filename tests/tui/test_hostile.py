"""Whatever a sender writes, every view shows it as text: nothing is obeyed, nothing breaks."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.config import Account, Config
from balt.secrets import Secrets
from balt.tui.app import BaltApp
from tests.support.hostile import PAYLOADS, control_characters, mail
from tests.support.servers import ImapServer
from tests.tui.driver import SMALL, WIDE, sitting

NOW = datetime.now(UTC)


@pytest.fixture
def hostile_account(imap_server: ImapServer) -> Account:
    account = replace(imap_server.account(), password_env="MSS")
    for text in PAYLOADS.values():
        imap_server.append(account, mail(text), flags=("\\Seen",))
    return account


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_no_view_lets_a_control_character_through_or_obeys_markup(
    imap_server: ImapServer, hostile_account: Account, tmp_path: Path, size: tuple[int, int]
) -> None:
    config = Config(accounts=(hostile_account,))
    environ = {"MSS": imap_server.password}
    async with sitting(config, Secrets(environ=environ), tmp_path, size=size, now=NOW) as person:
        seen = [person.screen()]
        for key in ("3", "D", "question_mark", "escape", "m", "m"):
            await person.press(key)
            seen.append(person.screen())
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows) == len(PAYLOADS)
        for row in range(len(rows)):
            person.app.messages.table.move_to(row)
            await person.press("p")
            seen.append(person.screen())
            await person.press("escape")
            seen.append(person.screen())
        await person.press("asterisk", "d", "1", "2", "o", "enter", "5", "1")
        seen.append(person.screen())
        assert person.app.is_running
        assert not control_characters("\n".join(seen))
        listed = "\n".join(seen)
        assert "[/nope] [/]" in listed
        assert "[SPAM] [liste]" in listed
        assert "[@click=app.quit]" in listed


async def test_a_click_on_a_subject_that_pretends_to_be_an_action_does_nothing(
    imap_server: ImapServer, tmp_path: Path
) -> None:
    account = replace(imap_server.account(), password_env="MSS")
    imap_server.append(account, mail(PAYLOADS["click"]))
    environ = {"MSS": imap_server.password}
    async with sitting(
        Config(accounts=(account,)), Secrets(environ=environ), tmp_path, size=SMALL, now=NOW
    ) as person:
        await person.press("3")
        await person._pilot.click("#table", offset=(60, 0))
        await person.quiet()
        assert person.app.is_running


async def test_a_folder_may_have_any_name(imap_server: ImapServer, tmp_path: Path) -> None:
    account = replace(imap_server.account(), password_env="MSS")
    names = ["[red]x", "[@click=quit]y", "a\u0301\u0301\u0301\u0301b"]
    if imap_server.name == "dovecot":  # the demo's own server refuses such a name
        names.append("\u202egauche")
    for name in names:
        imap_server.append(account, mail("x"), folder=name)
    environ = {"MSS": imap_server.password}
    async with sitting(
        Config(accounts=(account,)), Secrets(environ=environ), tmp_path, size=WIDE, now=NOW
    ) as person:
        await person.press("3")
        shown = person.screen()
        assert "[red]x" in shown
        assert not control_characters(shown)


async def test_a_crash_tells_where_and_nothing_of_what(
    imap_server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = replace(imap_server.account(), password_env="MSS")
    environ = {"MSS": imap_server.password}
    secret = "DUPONT Jeanne 12/10/1988"

    def broken(_event: object) -> None:
        patient = secret
        raise RuntimeError(patient)

    async def use() -> None:
        async with sitting(
            Config(accounts=(account,)), Secrets(environ=environ), tmp_path, now=NOW
        ) as person:
            apps.append(person.app)
            monkeypatch.setattr(person.app.messages, "open_first", lambda: broken(None))
            await person._pilot.press("3")
            await person._pilot.pause(0.2)

    apps: list[BaltApp] = []
    with pytest.raises(RuntimeError):
        await use()
    crash = apps[0].crash
    assert crash is not None
    told = "\n".join(crash.lines())
    assert "RuntimeError" in told
    assert "broken" in told
    assert secret not in told
    assert not apps[0]._exit_renderables
