"""``balt export``: documents arrive as they were sent, and only the person says that they are integrated."""

import email
import hashlib
import imaplib
import io
import json
import zipfile
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.config import Account
from tests.cleanup.forms.conftest import Archive
from tests.cleanup.handover.test_handing_over import PDF, mail, pdf, xdm
from tests.cli.conftest import Balt, Places

XDM = ("application/zip", "IHE_XDM.zip", xdm())


def test_a_cda_and_its_pdf_leave_the_demo_with_the_hash_of_the_sources_part(
    practice: Demo, balt: Balt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    account = practice.config.accounts[0]
    newest = balt("messages", account.address, "--filter", "has:cda in:INBOX", "--limit", "1", "--json").json[
        0
    ]
    uids = f"INBOX:{newest['uid']}"
    result = balt("export", account.address, "--uids", uids, "--to", str(tmp_path / "out"), "--json")
    assert result.code == 0
    run = Path(result.json[0]["run"])
    index = json.loads((run / "index.json").read_bytes())
    arrived = {row["kind"]: hashlib.sha256((run / row["file"]).read_bytes()) for row in index["documents"]}

    source = {}
    for part in email.message_from_bytes(octets_of(practice, account, newest["uid"])).walk():
        name = (part.get_filename() or "").lower()
        octets = part.get_payload(decode=True)
        assert octets is None or isinstance(octets, bytes)
        if octets is None:
            continue
        if name.endswith(".pdf"):
            source["pdf"] = octets
        elif name == "ihe_xdm.zip":
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                source["cda"] = archive.read("IHE_XDM/SUBSET01/DOC0001.XML")
                source["metadata"] = archive.read("IHE_XDM/SUBSET01/METADATA.XML")
    assert source.keys() == arrived.keys() == {"pdf", "cda", "metadata"}
    for kind, octets in source.items():
        assert arrived[kind].hexdigest() == hashlib.sha256(octets).hexdigest()
    assert "TESTPATIENT" not in result.err


def octets_of(practice: Demo, account: Account, uid: int) -> bytes:
    """A message as another program gets it."""
    with imaplib.IMAP4(account.host, account.port, timeout=20) as client:
        client.login(account.username, practice.secrets.password(account))
        client.select("INBOX", readonly=True)
        found = client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0]
    assert isinstance(found, tuple)
    return bytes(found[1])


def test_only_whole_messages_of_the_run_are_marked_and_only_when_asked(
    places: Places, balt: Balt, tmp_path: Path
) -> None:
    account = places.add()
    whole = places.server.append(account, mail(XDM, pdf()))
    places.server.append(account, mail(pdf(b"%PDF 2"), ("application/msword", "a.doc", b"x")))
    places.write(account, "Courrier")
    result = balt("export", account.address, "--to", str(tmp_path / "out"), "--json")
    (told,) = result.json
    assert (result.code, told["messages"], told["whole"], told["documents"]) == (0, 2, 1, 4)
    assert balt("messages", account.address, "--filter", "is:integrated", "--json").json == []
    lines = [line for line in balt("journal", "--json").json if line["action"] == "export"]
    assert [line["answer"] for line in lines] == ["", "OK"]
    marked = balt("mark", account.address, "--exported", told["run"], "--integrated", "--json")
    assert (marked.code, marked.json["marked"]) == (0, 1)
    found = balt("messages", account.address, "--filter", "is:integrated", "--json").json
    assert [row["uid"] for row in found] == [whole]
    again = balt("export", account.address, "--to", str(tmp_path / "out"), "--json").json[0]
    assert (again["documents"], again["earlier"], again["run"]) == (0, 4, None)
    assert balt("messages", account.address, "--filter", "is:read", "--json").json == []


def test_mail_in_files_and_archives_give_their_documents(
    config_file: Path, balt: Balt, tmp_path: Path
) -> None:
    files = tmp_path / "mails"
    files.mkdir()
    (files / "1.eml").write_bytes(mail(XDM, pdf()))
    config_file.write_text(
        f'[[mailbox]]\naddress = "a@medecin.mssante.fr"\naccess = "files"\npath = {json.dumps(str(files))}\n'
        '[export]\nname = "{kind}-{hash}"\n'
    )
    told = balt("export", "a@", "--to", str(tmp_path / "out"), "--json").json[0]
    assert (told["documents"], told["whole"]) == (3, 1)
    name = f"pdf-{hashlib.sha256(PDF).hexdigest()[:12]}.pdf"
    assert (Path(told["run"]) / name).read_bytes() == PDF

    archive = Archive(tmp_path / "archive")
    archive.put(mail(pdf(b"%PDF archived")))
    broken = archive.put(mail(pdf(b"%PDF broken")))
    archive.path(broken).write_bytes(b"?")
    result = balt(
        "archive", "export", str(archive.place), "--to", "documents", str(tmp_path / "docs"), "--json"
    )
    assert (result.code, result.json[0]["documents"], len(result.json[0]["refused"])) == (1, 1, 1)


def test_a_wrong_template_a_discreet_access_and_no_run_are_told(
    demo_places: Places, balt: Balt, tmp_path: Path
) -> None:
    account = demo_places.add()
    out = str(tmp_path / "out")
    wrong = balt("export", account.address, "--to", out, "--name", "{patient}")
    assert (wrong.code, "{patient}" in wrong.err, Path(out).exists()) == (2, True, False)
    assert balt("mark", account.address, "--exported", str(tmp_path), "--integrated").code == 2
    discreet = demo_places.add(authorization_identity="other@medecin.mssante.fr")
    refused = balt("export", discreet.address, "--to", out)
    assert (refused.code, "discret" in refused.err) == (2, True)
