"""Mail in files answers the same questions with the same figures as the server that it was exported from."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places
from tests.integration.mails import document
from tests.mail.files.mails import ADDRESS, SHAPES, tree
from tests.support.kind_mails import make_mails
from tests.support.servers import ImapServer

pytestmark = pytest.mark.dovecot

FROM = b"From balt@localhost Thu Jan  1 00:00:00 2026\n"
COUNT = 60
WAYS = ("sender", "folder", "kind")
FILTERS = (
    "kind:document",
    "kind:receipt",
    "-kind:document has:attachment",
    "has:xdm",
    "-larger:2k",
    "from:labo",
)


def mails() -> list[bytes]:
    """One of each kind, and of each shape that a reader of files stumbles over; none twice."""
    made = [mail.raw for mail in make_mails(COUNT, seed=5)]
    return [*made, *(shape() for shape in SHAPES.values()), document(name="IHE_XDM.zip")]


def lf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")


def in_a_maildir(place: Path, raws: list[bytes]) -> None:
    for name in ("cur", "new", "tmp"):
        (place / name).mkdir(parents=True)
    for number, raw in enumerate(raws):
        (place / "cur" / f"{1_600_000_000 + number}.M{number}.m:2,S").write_bytes(lf(raw))


def in_an_mbox(place: Path, raws: list[bytes]) -> None:
    quoted = [re.sub(rb"^(>*From )", rb">\1", lf(raw), flags=re.MULTILINE) for raw in raws]
    place.write_bytes(b"\n".join(FROM + raw for raw in quoted))


def in_eml_files(place: Path, raws: list[bytes]) -> None:
    place.mkdir()
    for number, raw in enumerate(raws):
        file = place / f"{number:04}.eml"
        file.write_bytes(raw)
        os.utime(file, (1_700_000_000, 1_700_000_000))


LAYOUTS: dict[str, Callable[[Path, list[bytes]], None]] = {
    "maildir": in_a_maildir, "mbox": in_an_mbox, "eml": in_eml_files,
}  # fmt: skip


@pytest.fixture(params=LAYOUTS)
def exported(
    request: pytest.FixtureRequest,
    dovecot_imap: ImapServer,
    config_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A BAL on a server, which the configuration names, and what was exported from it."""
    monkeypatch.setenv(PASSWORD_VARIABLE, dovecot_imap.password)
    places = Places(dovecot_imap, config_file)
    account = places.add()
    for raw in mails():
        places.server.append(account, raw)
    place = tmp_path / "courrier"
    LAYOUTS[request.param](place, mails())
    block = f'[[mailbox]]\naddress = "{ADDRESS}"\naccess = "files"\npath = "{place}"\n'
    config_file.write_text(config_file.read_text(encoding="utf-8") + block, encoding="utf-8")
    request.node.account = account.address
    return place


def both(request: pytest.FixtureRequest, balt: Balt, *question: str) -> list[list[dict[str, object]]]:
    """What the server's BAL and the files answer."""
    command, *rest = question
    answers = [balt(command, name, *rest, "--json") for name in (request.node.account, ADDRESS)]
    assert [answer.code for answer in answers] == [0, 0], answers
    return [answer.json for answer in answers]


def test_every_question_is_answered_the_same(
    exported: Path, request: pytest.FixtureRequest, balt: Balt
) -> None:
    before = tree(exported)
    for way in WAYS:
        server, files = both(request, balt, "group", "--by", way)
        assert counts(files) == counts(server)
        assert sum(counts(files).values()) == len(mails())
    assert len(files) >= 5  # kinds
    for wanted in FILTERS:
        server, files = both(request, balt, "messages", "--filter", wanted)
        assert subjects(files) == subjects(server)
    server, files = both(request, balt, "attachments", "--limit", "500")
    assert names(files) == names(server) != []
    assert tree(exported) == before


def counts(rows: list[dict[str, object]]) -> dict[object, int]:
    return {row["key"]: int(str(row["messages"])) for row in rows}


def subjects(rows: list[dict[str, object]]) -> list[str]:
    return sorted(str(row["subject"]) for row in rows)


def names(rows: list[dict[str, object]]) -> list[tuple[str, str]]:
    return sorted((str(row["filename"]), str(row["type"])) for row in rows)
