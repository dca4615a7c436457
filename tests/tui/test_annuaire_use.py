"""The detail of view 2 says when a BAL was read, in which sort of folder, and what cannot be known."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.mail.model import FolderRole
from balt.mailboxes.model import MailboxStatus
from balt.tui.ledger import Ledger
from balt.tui.views.annuaire_detail import facts_of
from tests.mailboxes.directory_cases import CAMILLE, NOW, READ, settings

SOURCE = "date de réception du plus récent message lu (IMAP ne garde pas la date de lecture)"
NEVER = replace(READ, last_seen=None, unread_since=None, unread_run=0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (READ, [f"20 nov. 2026 (il y a 3 jours) : {SOURCE}"]),
        (
            replace(READ, seen_in=FolderRole.TRASH),
            [f"20 nov. 2026 (il y a 3 jours), dans la corbeille : {SOURCE}"],
        ),
        (NEVER, ["aucun message reçu n'est marqué lu, dans aucun dossier"]),
        (
            replace(NEVER, unlooked=2),
            [
                "aucun message reçu n'est marqué lu, dans aucun dossier",
                "2 dossiers n'ont pas pu être lus, et peuvent contenir des messages lus",
            ],
        ),
        (
            replace(READ, seen_in=FolderRole.INBOX, gone=1),
            [
                f"20 nov. 2026 (il y a 3 jours) : {SOURCE}",
                "1 message reçu depuis n'y est plus : quelqu'un ou un logiciel a pu le relever",
            ],
        ),
    ],
)
def test_the_detail_tells_where_and_what_cannot_be_known(
    tmp_path: Path, status: MailboxStatus, said: list[str]
) -> None:
    ledger = Ledger(settings(CAMILLE), FixedClock(NOW), tmp_path)
    ledger.load(lambda sentence: pytest.fail(sentence))
    ledger.statuses[CAMILLE] = status
    (mailbox,) = ledger.practice().mailboxes
    shown = [fact for fact in facts_of(mailbox, ledger.directory, NOW) if fact.label == "Lu"]
    assert [line for fact in shown for line, _hue in fact.said] == said
