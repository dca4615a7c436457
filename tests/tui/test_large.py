"""Ten thousand messages on a real Dovecot, in the app."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.config import Config
from balt.secrets import Secrets
from balt.tui.views.message_rows import size_text
from tests.support.dovecot import Dovecot
from tests.support.many import write_maildir
from tests.tui.driver import WIDE, sitting

pytestmark = pytest.mark.dovecot


async def test_the_screen_shows_the_largest_first_as_doveadm_tells_and_marks_nothing_as_read(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    write_maildir(dovecot, user, 10_000)
    account = replace(dovecot.account(user), password_env="MSS")
    config, secrets = Config(accounts=(account,)), Secrets(environ={"MSS": dovecot.password})
    async with sitting(config, secrets, tmp_path, size=WIDE, now=datetime.now(UTC)) as person:
        await person.press("3")
        rows = person.app.messages.browse.rows
        assert rows is not None
        listed = [rows.uid(row) for row in range(len(rows))]
        shown = person.screen()
        first = [size_text(rows.message(row)) for row in person.app.messages.table.visible_rows]
    told = dovecot.doveadm("-f", "tab", "fetch", "-u", user, "uid size.virtual", "mailbox", "INBOX")
    sizes = [tuple(map(int, line.split())) for line in told.splitlines()[1:]]
    assert listed == [uid for uid, _size in sorted(sizes, key=lambda row: (-row[1], row[0]))]
    body = [line for line in shown.splitlines() if any(size in line for size in set(first))]
    assert len(body) >= len(first)
    flags = dovecot.doveadm("-f", "flow", "fetch", "-u", user, "flags", "mailbox", "INBOX")
    assert "\\Seen" not in flags
