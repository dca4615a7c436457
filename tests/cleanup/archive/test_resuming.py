"""An act that was interrupted goes on, and needs no room for what it has archived already."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cleanup.keeping import keeper_of
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, PlannedMessage
from balt.errors import StoppedError
from tests.cleanup.archive.conftest import Mails
from tests.cleanup.fake import CLOCK, NOW, Owner

Usage = namedtuple("Usage", "total used free")


class SecuredOwner(Owner):
    security = "tls"


def plan_of(mails: Mails, place: Path) -> CleanupPlan:
    owner = Owner()
    messages = tuple(
        PlannedMessage(uid, len(octets), mails.dates[uid], "") for uid, octets in mails.octets_of.items()
    )
    return CleanupPlan(
        id="p1",
        act=Act.DELETE,
        server=f"{owner.host}:{owner.port}",
        user=owner.username,
        address=owner.address,
        target="",
        parts=(FolderPart("INBOX", mails.uidvalidity, messages),),
        created=NOW - timedelta(minutes=1),
        archive=str(place),
    )


def test_what_is_archived_already_needs_no_room_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = Mails({uid: bytes([64 + uid]) * 10_000 for uid in range(1, 5)})
    plan = plan_of(mails, place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 30, 0, 15_000))
    with pytest.raises(StoppedError), keeper_of(plan, SecuredOwner(), CLOCK):
        pass
    assert not place.exists()
    half = Mails({uid: mails.octets_of[uid] for uid in (1, 2, 3)})
    half.archive(place)
    with keeper_of(plan, SecuredOwner(), CLOCK) as keeper:
        assert keeper is not None
