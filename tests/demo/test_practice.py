"""The practice is credible, invented, and always the same."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message

import pytest

from balt.demo import people, texts
from balt.demo.content import AttachedFile, coded_size, raw_size
from balt.demo.dates import paris
from balt.demo.files import dicom, jpeg, pdf
from balt.demo.mails import Mail
from balt.demo.mime import parse_message
from balt.demo.practice import INTEGRATED, SEEN, FiledMail, Practice, PracticeFolder, make_practice
from tests.demo.conftest import TODAY

SMALL = 400_000


def folder(practice: Practice, name: str, mailbox: int = 0) -> PracticeFolder:
    return next(found for found in practice.mailboxes[mailbox].folders if found.name == name)


def all_mails(practice: Practice) -> Iterator[FiledMail]:
    for mailbox in practice.mailboxes:
        for found in mailbox.folders:
            yield from found.mails


def octets(mail: FiledMail) -> bytes:
    outline = mail.source.outline()
    return b"".join(outline.octets(0, outline.size))


def age(mail: FiledMail, today: date = TODAY) -> int:
    return (today - mail.date.date()).days


def believable(mails: tuple[FiledMail, ...]) -> list[FiledMail]:
    """Those with a date of reception that may be true."""
    return [mail for mail in mails if 1990 < mail.date.year < 2080]


def one_of_each(practice: Practice) -> list[FiledMail]:
    """Small messages, one of each sort and way of writing it; all the hostile ones."""
    seen: dict[object, FiledMail] = {}
    for number, mail in enumerate(all_mails(practice)):
        source = mail.source
        key: object = number
        if isinstance(source, Mail):
            key = (source.topic.layout, source.topic.title, source.number % 4)
        if source.size < SMALL:
            seen.setdefault(key, mail)
    return list(seen.values())


def test_about_three_thousand_messages_over_nine_years(practice: Practice) -> None:
    assert 2900 < sum(1 for _ in all_mails(practice)) < 3200
    oldest = max(age(mail) for mail in believable(folder(practice, "INBOX").mails))
    assert 8.8 < oldest / 365.25 < 9.2


@pytest.mark.parametrize("seed", [1, 2, 3, 2026])
def test_each_mailbox_is_as_full_as_the_story_says(seed: int) -> None:
    filled = {
        mailbox.address: sum(m.source.size for f in mailbox.folders for m in f.mails) * 100 / mailbox.quota
        for mailbox in make_practice(seed, TODAY).mailboxes
    }
    assert filled == {
        "camille.exemple@medecin.mssante.fr": pytest.approx(91.5, abs=0.5),
        "secretariat@cab-lilas.mssante.fr": pytest.approx(34.5, abs=0.5),
        "c.exemple@ch-fictif.mssante.fr": pytest.approx(57.5, abs=0.5),
        "camille@msp-lilas.mssante.fr": pytest.approx(4.5, abs=0.5),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nine_documents_in_the_trash_are_not_integrated(seed: int) -> None:
    trash = folder(make_practice(seed, TODAY), "Corbeille").mails
    documents = [m for m in trash if isinstance(m.source, Mail) and m.source.topic.is_document]
    assert len(trash) == 412
    assert sum(INTEGRATED not in mail.flags for mail in documents) == 9
    assert all(SEEN in mail.flags for mail in trash)


def test_the_third_mailbox_has_not_been_read_for_fourteen_months(practice: Practice) -> None:
    inbox = folder(practice, "INBOX", 2).mails
    last_read = min(age(mail) for mail in inbox if SEEN in mail.flags)
    unread = [mail for mail in inbox if SEEN not in mail.flags]
    assert 426 < last_read < 456
    assert len(unread) == 212
    assert all(age(mail) < last_read for mail in unread)
    assert sum(isinstance(m.source, Mail) and m.source.topic.is_document for m in unread) == 31


def test_the_others_were_read_lately(practice: Practice) -> None:
    for mailbox, days in ((0, 1), (1, 0), (3, 12)):
        newest = max(believable(folder(practice, "INBOX", mailbox).mails), key=lambda mail: mail.date)
        assert age(newest) == days
        assert SEEN in newest.flags


def test_thirty_eight_attachments_are_above_five_megabytes(practice: Practice) -> None:
    large = 0
    for found in practice.mailboxes[0].folders:
        for mail in found.mails:
            pieces = mail.source.outline().pieces if mail.source.size > 5_000_000 else ()
            large += sum(isinstance(p, AttachedFile) and p.size * 57 // 78 > 5 * 1024**2 for p in pieces)
    assert large == 38


def test_the_mailbox_grows_by_some_forty_megabytes_a_month(practice: Practice) -> None:
    inside = [m for f in practice.mailboxes[0].folders for m in f.mails if 0 <= age(m) < 365]
    assert 30 < sum(mail.source.size for mail in inside) / 12 / 1024**2 < 45


def test_the_same_seed_and_day_make_the_same_octets(practice: Practice) -> None:
    again = make_practice(1, TODAY)
    pairs = list(zip(all_mails(practice), all_mails(again), strict=True))
    for mail, other in pairs[::97]:
        assert (mail.date, mail.flags) == (other.date, other.flags)
        assert mail.source.size > SMALL or octets(mail) == octets(other)


def test_another_seed_makes_another_practice(practice: Practice) -> None:
    subjects = Counter(m.source.subject for m in all_mails(practice) if isinstance(m.source, Mail))
    other = Counter(
        m.source.subject for m in all_mails(make_practice(2, TODAY)) if isinstance(m.source, Mail)
    )
    assert subjects != other


def test_dates_follow_the_day(practice: Practice) -> None:
    later = make_practice(1, TODAY + timedelta(days=100))
    for mail, other in list(zip(all_mails(practice), all_mails(later), strict=True))[::53]:
        if mail in believable((mail,)):
            assert age(other, TODAY + timedelta(days=100)) == age(mail)


def test_every_size_is_exact(practice: Practice) -> None:
    for mail in all_mails(practice):
        assert mail.source.outline().size == mail.source.size


def test_the_octets_are_as_many_as_the_size_says(practice: Practice) -> None:
    checked = one_of_each(practice)
    assert len(checked) > 80
    for mail in checked:
        assert len(octets(mail)) == mail.source.size


def test_a_bulky_message_is_the_same_whole_or_in_ranges(practice: Practice) -> None:
    mail = max(all_mails(practice), key=lambda m: m.source.size)
    outline = mail.source.outline()
    whole = octets(mail)
    assert len(whole) == mail.source.size > 18 * 1024**2
    for start in (0, 700, 79_871, 1_000_003, len(whole) - 500):
        assert b"".join(outline.octets(start, start + 200_001)) == whole[start : start + 200_001]


def test_lines_are_as_mail_wants_them(practice: Practice) -> None:
    for mail in one_of_each(practice):
        if isinstance(mail.source, Mail):
            raw = octets(mail)
            assert b"\n" not in raw.replace(b"\r\n", b"")
            assert max(len(line) for line in raw.split(b"\r\n")) < 998
            assert raw.partition(b"\r\n\r\n")[0].isascii()


def test_messages_say_in_mime_what_the_practice_meant(practice: Practice) -> None:
    for mail in one_of_each(practice):
        if isinstance(mail.source, Mail):
            parsed = message_from_bytes(octets(mail), policy=policy.default)
            assert not parsed.defects
            assert str(parsed["Subject"]).replace("+ ", "+") == mail.source.subject
            assert parsed["Message-ID"] == mail.source.message_id


def parts(practice: Practice, content_type: str) -> Iterator[tuple[Mail, Message]]:
    for mail in one_of_each(practice):
        if isinstance(mail.source, Mail):
            for part in message_from_bytes(octets(mail)).walk():
                if part.get_content_type() == content_type:
                    yield mail.source, part


def test_structured_documents_hold_a_real_xdm(practice: Practice) -> None:
    found = 0
    for mail, part in parts(practice, "application/zip"):
        found += 1
        with zipfile.ZipFile(io.BytesIO(bytes(part.get_payload(decode=True)))) as archive:
            assert archive.namelist() == [
                "INDEX.HTM",
                "README.TXT",
                "IHE_XDM/SUBSET01/METADATA.XML",
                "IHE_XDM/SUBSET01/DOC0001.XML",
            ]
            assert mail.patient.family in archive.read("IHE_XDM/SUBSET01/DOC0001.XML").decode()
        assert mail.topic.code
    assert found > 10


@pytest.mark.parametrize(
    ("content_type", "start", "end"),
    [
        ("application/pdf", b"%PDF-1.4\n", b"%%EOF\n"),
        ("image/jpeg", b"\xff\xd8\xff\xe0", b""),
        ("application/dicom", bytes(128) + b"DICM", b""),
    ],
)
def test_attached_files_are_what_they_say(
    practice: Practice, content_type: str, start: bytes, end: bytes
) -> None:
    source = "slices" if content_type == "application/dicom" else ""
    topics = {topic.title for topic in texts.TOPICS.get(source, ())}
    mail = next(
        m
        for m in sorted(all_mails(practice), key=lambda m: m.source.size)
        if isinstance(m.source, Mail) and m.source.topic.is_document
        if (not topics or m.source.topic.title in topics) and content_type.encode() in m.source.outline().flat
    )
    file = next(p for p in message_from_bytes(octets(mail)).walk() if p.get_content_type() == content_type)
    raw = bytes(file.get_payload(decode=True))
    assert raw.startswith(start)
    assert raw.endswith(end)


def test_the_table_of_a_pdf_tells_where_its_objects_are() -> None:
    head, tail = pdf(5000)
    whole = head + b"x" * (5000 - len(head) - len(tail)) + tail
    table = int(whole.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert whole[table:].startswith(b"xref\n0 7\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", whole), 1):
        assert whole[int(place) :].startswith(b"%d 0 obj" % number)


def test_wrappings_leave_room_for_the_noise() -> None:
    for wrapping in (pdf, jpeg, dicom):
        head, tail = wrapping(10_000)
        assert len(head) + len(tail) < 1500


@pytest.mark.parametrize("raw", [0, 1, 2, 3, 56, 57, 58, 114, 58_367, 58_368, 58_369, 1_000_000])
def test_the_size_of_base64_is_known_without_making_it(raw: int) -> None:
    file = AttachedFile(lambda size: (b"", b""), raw, 1)
    assert len(file.octets(0, file.size)) == file.size == coded_size(raw)
    assert raw_size(coded_size(raw)) >= raw
    assert coded_size(raw_size(coded_size(raw) + 1)) <= coded_size(raw) + 1


def test_receipts_speak_of_messages_that_are_there(practice: Practice) -> None:
    known = {m.source.message_id: m for m in all_mails(practice) if isinstance(m.source, Mail)}
    spoken: Counter[str] = Counter()
    for mail in all_mails(practice):
        if isinstance(mail.source, Mail) and mail.source.topic.layout in ("receipt", "failure"):
            about = mail.source.about
            assert about is not None
            assert about.message_id in known
            assert about.sent < mail.source.sent
            spoken[about.message_id] += 1
            own = mail.source.sender == people.MAIN
            if own:
                filed = INTEGRATED in known[about.message_id].flags
                assert filed == (mail.source.topic.layout == "receipt")
    assert set(spoken.values()) == {1}


def test_failures_are_among_what_was_received_and_what_was_sent(practice: Practice) -> None:
    for name in ("INBOX", "Envoyés"):
        layouts = {m.source.topic.layout for m in folder(practice, name).mails if isinstance(m.source, Mail)}
        assert {"receipt", "failure"} <= layouts


def test_hostile_messages_wait_in_the_first_inbox(practice: Practice) -> None:
    raw = b"".join(octets(m) for m in folder(practice, "INBOX").mails if not isinstance(m.source, Mail))
    for trap in (
        "\x1b]0;",
        "\x9b",
        "\u202e",
        "\u200b",
        "\u0301" * 30,
        "[/x]",
        "[@click=app.quit]",
        "../../etc",
    ):
        assert trap.encode() in raw
    assert b"R\xe9sultats" in raw
    assert b"ordonnance\xe2\x80\xaefdp.exe" in raw
    assert b"t" * 9000 in raw


def test_hostile_messages_have_a_structure_all_the_same(practice: Practice) -> None:
    for mail in folder(practice, "INBOX").mails:
        if not isinstance(mail.source, Mail):
            assert parse_message(octets(mail)).body_end == mail.source.size


def test_every_person_and_every_address_is_invented(practice: Practice) -> None:
    domains: set[bytes] = set()
    for mail in one_of_each(practice):
        domains |= set(re.findall(rb"[\w.+-]+@([\w.-]+\w)", mail.source.outline().flat))
    for domain in (name.decode() for name in domains):
        assert domain == "x" or domain.endswith(".mssante.fr"), domain
    families = {"EXEMPLE", "FICTIF", "ESSAI", "MODÈLE", "TESTPATIENT"}
    assert {patient.family for patient in people.PATIENTS} <= families
    assert all(patient.matricule[1:12] == "9" * 11 for patient in people.PATIENTS)
    for person in (*people.COLLEAGUES, people.MAIN, people.HOSPITAL, people.UNLISTED):
        assert families & set(re.findall(r"[A-ZÈ]{5,}", person.name)), person


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ("2026-01-15", 1),
        ("2026-03-28", 1),
        ("2026-03-29", 2),
        ("2026-07-01", 2),
        ("2026-10-24", 2),
        ("2026-10-25", 1),
    ],
)
def test_summer_time(day: str, offset: int) -> None:
    noon = paris(datetime.fromisoformat(f"{day}T12:00:00"))
    assert noon.utcoffset() == timedelta(hours=offset)
