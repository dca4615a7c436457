"""What ``keep`` answers is in the archive, octet for octet, and was read again from there."""

import stat
from pathlib import Path

from tests.cleanup.archive.conftest import DATE, Mailbox, archive, lines, mails, opened, raw, sha256


def test_the_octets_in_the_archive_are_those_of_the_server(mailbox: Mailbox, place: Path) -> None:
    uids = mailbox.put("a", "b", "c")
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids)
    assert {uid: each.sha256 for uid, each in kept.items()} == {
        uid: sha256(raw(name)) for uid, name in zip(uids, "abc", strict=True)
    }
    assert all((place / each.file).read_bytes() in (raw("a"), raw("b"), raw("c")) for each in kept.values())
    assert len(mails(place)) == 3
