"""Documents out of messages into a folder: octet for octet, never twice, whatever is killed or full."""

import csv
import errno
import hashlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.writing import write_all
from balt.cleanup.handover import folder as folder_module
from balt.cleanup.handover import ledger as ledger_module
from balt.cleanup.handover.model import HandedOver, Letter
from balt.cleanup.handover.naming import FIELDS, Template
from balt.cleanup.handover.run import Handover
from balt.cleanup.handover.taking import Wanted
from balt.cleanup.journal import Journal
from balt.errors import UsageError
from balt.mail.files.octets import Extent
from tests.cleanup.fake import CLOCK

PDF = b"%PDF-1.4 essai " + bytes(range(256)) * 20
CDA = (
    b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
    b'<code code="11502-2" displayName="=CR de biologie"/><effectiveTime value="20240305101500+0100"/>'
    b"<recordTarget><patientRole><patient><name>TESTPATIENT</name></patient></patientRole></recordTarget>"
    b"</ClinicalDocument>"
)
METADATA = (
    b"<SubmitObjectsRequest><RegistryObjectList><ExtrinsicObject>"
    b'<Slot name="URI"><ValueList><Value>%s</Value></ValueList></Slot>'
    b"</ExtrinsicObject></RegistryObjectList></SubmitObjectsRequest>"
)
SUBSET = "IHE_XDM/SUBSET01/"


def zip_of(*members: "tuple[str | zipfile.ZipInfo, bytes]") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in members:
            archive.writestr(name, octets)
    return stream.getvalue()


def xdm(*more: "tuple[str | zipfile.ZipInfo, bytes]", named: bytes = b"DOC0001.XML") -> bytes:
    return zip_of(
        ("INDEX.HTM", b"<html>"),
        (SUBSET + "METADATA.XML", METADATA % named),
        (SUBSET + "DOC0001.XML", CDA),
        *more,
    )


def mail(*files: tuple[str, str, bytes]) -> bytes:
    """A message that carries files: type, name, octets."""
    message = EmailMessage()
    message["From"], message["Subject"] = "labo@bio-fictive.mssante.fr", "TESTPATIENT"
    message.set_content("Ci-joint.")
    for content_type, name, octets in files:
        kind, subtype = content_type.split("/")
        message.add_attachment(octets, maintype=kind, subtype=subtype, filename=name)
    return message.as_bytes()


def pdf(octets: bytes = PDF) -> tuple[str, str, bytes]:
    return "application/pdf", "TESTPATIENT.pdf", octets


class Mails:
    """Messages in memory, as a source of letters."""

    def __init__(self, *octets: bytes) -> None:
        self.octets = octets

    def look(self, letter: Letter, read: Callable[[Extent], Any]) -> Any:
        octets = self.octets[letter.uid - 1]
        return read(Extent(io.BytesIO(octets), 0, len(octets)))

    def letters(self) -> list[Letter]:
        received = datetime(2024, 3, 6, 8, tzinfo=UTC)
        places = ("a@medecin.mssante.fr", "imap.example:993", "a", "INBOX", 7)
        return [Letter(*places, uid + 1, len(each), received) for uid, each in enumerate(self.octets)]


class Hands:
    """Hands over from the same place, with the same state, again and again."""

    def __init__(self, tmp_path: Path) -> None:
        self.to = tmp_path / "out"
        self.journal = Journal(tmp_path / "state" / "journal.jsonl", CLOCK, "Dr EXEMPLE")

    def over(self, mails: Mails, name: str = "", **options: bool) -> HandedOver:
        about = Handover(mails, self.to, Wanted(Template(name), **options), self.journal, CLOCK)
        return about.hand_over(mails.letters())

    def indexes(self) -> list[Any]:
        return [json.loads(each.read_bytes()) for each in sorted(self.to.glob("*/index.json"))]

    def documents(self) -> list[tuple[str, str]]:
        """Which documents the indexes tell of, as (UID and part, digest); each file holds what is told."""
        found = []
        for run in self.to.glob("*/index.json"):
            for row in json.loads(run.read_bytes())["documents"]:
                octets = (run.parent / row["file"]).read_bytes()
                assert (hashlib.sha256(octets).hexdigest(), len(octets)) == (row["sha256"], row["size"])
                found.append((f"{row['uid']} {row['part']} {row['inside']}", row["sha256"]))
        return sorted(found)


@pytest.fixture
def hands(tmp_path: Path) -> Hands:
    return Hands(tmp_path)


def test_an_xdm_and_its_pdf_arrive_octet_for_octet_with_an_index(hands: Hands) -> None:
    done = hands.over(Mails(mail(("application/zip", "IHE_XDM.zip", xdm()), pdf())))
    assert (done.documents, len(done.whole), done.refused, done.left, done.stopped) == (3, 1, [], [], None)
    assert done.folder is not None
    rows = {row["kind"]: row for row in hands.indexes()[0]["documents"]}
    assert (done.folder / rows["cda"]["file"]).read_bytes() == CDA
    assert (done.folder / rows["pdf"]["file"]).read_bytes() == PDF
    assert (done.folder / rows["metadata"]["file"]).read_bytes() == METADATA % b"DOC0001.XML"
    assert rows["cda"]["file"] == "2024-03-06_0002_biologie.xml"
    assert (rows["cda"]["code"], rows["cda"]["date"]) == ("11502-2", "2024-03-05T10:15:00+01:00")
    told = list(csv.DictReader((done.folder / "index.csv").read_text().splitlines()))
    assert told[1]["type"] == "'=CR de biologie"
    names = " ".join(each.name for each in done.folder.iterdir())
    assert "TESTPATIENT" not in names + hands.journal.path.read_text()
    if os.name == "posix":
        modes = {stat.S_IMODE(each.stat().st_mode) for each in done.folder.iterdir()}
        assert (modes, stat.S_IMODE(done.folder.stat().st_mode)) == ({0o600}, 0o700)


def test_nothing_is_handed_over_twice_unless_asked(hands: Hands) -> None:
    mails = Mails(mail(pdf()), mail(pdf(b"%PDF other")))
    assert hands.over(mails).documents == 2
    again = hands.over(mails)
    assert (again.documents, again.earlier, again.folder) == (0, 2, None)
    third = Mails(*mails.octets, mail(pdf(b"%PDF third")))
    assert (hands.over(third).documents, hands.over(mails, again=True).documents) == (1, 2)
    ledger = (hands.journal.folder / "handed-over.jsonl").read_text()
    assert "TESTPATIENT" not in ledger
    assert "INBOX" not in ledger


def test_what_a_zip_may_not_hold_is_refused_and_the_rest_taken(hands: Hands) -> None:
    link, device = zipfile.ZipInfo("link.pdf"), zipfile.ZipInfo("device.pdf")
    link.external_attr, device.external_attr = 0o120777 << 16, 0o060600 << 16
    hostile = xdm(
        ("../out.pdf", b"1"),
        ("/abs.pdf", b"2"),
        (link, b"/etc/passwd"),
        (device, b""),
        ("twice.pdf", b"3"),
        ("TWICE.PDF", b"4"),
        ("bomb.pdf", bytes(5_000_000)),
        ("good.pdf", PDF),
    )
    done = hands.over(Mails(mail(("application/zip", "IHE_XDM.zip", hostile))))
    refused = {each.inside for _letter, each in done.refused}
    assert refused == {
        "../out.pdf",
        "/abs.pdf",
        "link.pdf",
        "device.pdf",
        "twice.pdf",
        "TWICE.PDF",
        "bomb.pdf",
    }
    assert all(each.why for _letter, each in done.refused)
    assert (done.documents, done.whole, done.exit_code) == (3, [], 1)
    assert not (hands.to.parent / "out.pdf").exists()


def test_an_encrypted_entry_is_refused(hands: Hands) -> None:
    octets = bytearray(zip_of(("secret.pdf", PDF), ("open.pdf", PDF)))
    place = octets.index(b"PK\x01\x02")
    octets[place + 8] |= 1
    done = hands.over(Mails(mail(("application/zip", "x.zip", bytes(octets)))))
    assert [each.inside for _letter, each in done.refused] == ["secret.pdf"]
    assert done.documents == 1


def test_a_document_that_the_metadata_names_must_be_there(hands: Hands) -> None:
    done = hands.over(Mails(mail(("application/zip", "IHE_XDM.zip", xdm(named=b"DOC0002.PDF")))))
    assert (done.documents, done.whole) == (2, [])
    assert [each.inside for _letter, each in done.refused] == ["DOC0002.PDF"]


def test_damaged_base64_is_refused_not_guessed(hands: Hands) -> None:
    octets = mail(pdf()).replace(b"JVBERi0", b"JV!ERi0")
    done = hands.over(Mails(octets, mail(pdf())))
    assert (len(done.refused), done.documents, [each.uid for each in done.whole]) == (1, 1, [2])


def test_other_kinds_are_left_and_told_unless_all_is_asked(hands: Hands) -> None:
    word = ("application/msword", "TESTPATIENT.doc", b"word")
    mails = Mails(mail(pdf(), word))
    done = hands.over(mails)
    assert (done.documents, len(done.left), done.whole) == (1, 1, [])
    every = hands.over(mails, everything=True)
    assert (every.documents, every.earlier, len(every.whole)) == (1, 1, 1)
    assert hands.indexes()[-1]["documents"][0]["file"].endswith((".doc", ".pdf"))


def test_a_forwarded_message_gives_its_documents_too(hands: Hands) -> None:
    outer = EmailMessage()
    outer["Subject"] = "TR"
    outer.set_content("Voir")
    inner = EmailMessage()
    inner.set_content("x")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="a.pdf")
    outer.add_attachment(inner)
    assert hands.over(Mails(outer.as_bytes())).documents == 1
    assert [row["part"] for row in hands.indexes()[0]["documents"]] == ["2.2"]


@pytest.mark.parametrize("template", ["{nme}", "{date", "a/b", "a\\b", "x" * 300, "a}b"])
def test_a_template_that_cannot_be_read_is_an_error(template: str) -> None:
    with pytest.raises(UsageError):
        Template(template)


def test_a_wrong_term_is_named_and_the_near_one_told() -> None:
    with pytest.raises(UsageError, match=r"\{nummer\}.*\{number\}"):
        Template("{nummer}")


def test_names_are_safe_everywhere_and_unlike(hands: Hands) -> None:
    done = hands.over(Mails(mail(pdf()), mail(pdf(b"%PDF 2"))), name="CON")
    assert done.folder is not None
    assert sorted(each.name for each in done.folder.glob("*.pdf")) == ["CON_-2.pdf", "CON_.pdf"]
    every = Template("".join(f"{{{name}}}" for name in FIELDS))
    assert "/" not in every.name(dict.fromkeys(FIELDS, "../:*"))


def test_a_full_disk_at_any_write_loses_and_doubles_nothing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = Mails(
        *(mail(pdf(b"%PDF " + str(n).encode()), pdf(b"%PDF b" + str(n).encode())) for n in range(3))
    )
    real, calls = write_all, 0

    def full_at(place: int) -> Callable[[int, bytes], None]:
        def write(handle: int, octets: bytes) -> None:
            nonlocal calls
            calls += 1
            if calls == place:
                raise OSError(errno.ENOSPC, "full")
            real(handle, octets)

        return write

    for place in range(1, 15):
        other = Hands(hands.to.parent / str(place))
        calls = 0
        monkeypatch.setattr(folder_module, "write_all", full_at(place))
        first = other.over(mails)
        monkeypatch.setattr(folder_module, "write_all", real)
        assert (first.stopped is not None) == (calls >= place)
        other.over(mails)
        assert_each_once(other, 6)


@pytest.mark.parametrize(
    ("module", "name"), [(Folder, "move"), (Folder, "remove"), (ledger_module, "write_all")]
)
def test_what_fails_once_leaves_no_file_that_no_index_tells_of_and_doubles_nothing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    mails = Mails(
        *(mail(pdf(b"%%PDF %d" % n), pdf(b"%%PDF b%d" % n), pdf(b"%%PDF %d" % n)) for n in range(2))
    )
    for place in range(1, 9):
        other = Hands(hands.to.parent / str(place))
        with monkeypatch.context() as patched:
            fail_once(patched, module, name, place)
            other.over(mails)
        other.over(mails)
        assert_each_once(other, 4)
        assert len(list(other.to.glob("*/*.pdf"))) == 4


def fail_once(patched: pytest.MonkeyPatch, module: object, name: str, place: int) -> None:
    """The ``place``-th call of a function is answered by the disk with an error."""
    real, calls = getattr(module, name), 0

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == place:
            raise OSError(errno.EIO, "disk")
        return real(*arguments, **named)

    patched.setattr(module, name, call)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork")
@pytest.mark.parametrize("name", ["move", "create", "holds", "sync"])
def test_killed_anywhere_the_next_run_goes_on(hands: Hands, name: str) -> None:
    mails = Mails(
        *(mail(pdf(b"%PDF " + str(n).encode()), pdf(b"%PDF b" + str(n).encode())) for n in range(2))
    )
    for place in range(1, 12):
        other = Hands(hands.to.parent / str(place))
        child = os.fork()
        if not child:
            killed_at(name, place)
            other.over(mails)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        other.over(mails)
        assert_each_once(other, 4)
        if code == 0:
            return


def killed_at(name: str, place: int) -> None:
    """This process ends at the ``place``-th call of a method of ``Folder``."""
    real, calls = getattr(Folder, name), 0

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == place:
            os._exit(9)
        return real(*arguments, **named)

    setattr(Folder, name, call)


def assert_each_once(hands: Hands, count: int) -> None:
    """Every document is told of once, in runs that have ended, and nothing else lies about."""
    documents = hands.documents()
    assert len(documents) == len(set(documents)) == count
    rest = [each.name for each in hands.to.glob("*/.*")] + [each.name for each in hands.to.glob("*/*.part")]
    assert rest == []
