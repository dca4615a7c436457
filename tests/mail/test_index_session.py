"""What a session on a server leaves in the index: enough to open quicker, and nobody's name."""

from pathlib import Path

import pytest

from balt.config import Account, Keep
from balt.mail.index import MailIndex, index_of, index_path
from balt.mail.listing import Listing
from balt.mail.session import ImapSession
from tests.cli.conftest import message, with_attachment
from tests.mail.index_cases import CLOCK, octets_in, state
from tests.support.servers import ImapServer

NAMES = (b"TESTPATIENT", b"modele-fictif", b"bio-fictive")


def read_all(server: ImapServer, account: Account, index: MailIndex) -> Listing:
    """List the inbox and read what its messages are, as a first look at a BAL does."""
    session = ImapSession(account, lambda: server.password, CLOCK, index)
    session.open()
    try:
        session.folders()
        found = session.scan("INBOX")
        assert len(list(session.details("INBOX", found.uids))) == len(found)
        return session.scan("INBOX")
    finally:
        session.close()
        index.close()


@pytest.mark.parametrize("keep", [Keep.FIGURES, Keep.TEXTS])
def test_a_look_at_a_mailbox_is_remembered_without_a_name_unless_it_may_be(
    imap_server: ImapServer, tmp_path: Path, keep: Keep
) -> None:
    account = imap_server.account()
    imap_server.append(account, with_attachment("Bilan TESTPATIENT", name="modele-fictif.pdf"))
    imap_server.append(account, message("TESTPATIENT Zoé"))
    listed = read_all(imap_server, account, index_of(tmp_path, account, CLOCK, keep))
    index = index_of(tmp_path, account, CLOCK, keep)
    stored = index.load("INBOX")
    assert stored is not None
    assert state(stored.listing) == state(listed)
    assert all(stored.listing.facts)
    first, second = listed.uids
    known = index.attachments("INBOX", listed.uidvalidity, [first, second])
    assert [(each.content_type, each.filename) for each in known[first]] == [("application/pdf", "")]
    assert known[second] == ()
    texts = index.texts("INBOX", listed.uidvalidity, [first, second])
    assert set(texts) == ({first, second} if keep is Keep.TEXTS else set())
    index.close()
    if keep is Keep.FIGURES:
        content = octets_in(index_path(tmp_path, account)).lower()
        assert [name for name in NAMES if name.lower() in content] == []
