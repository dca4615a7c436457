"""A packed extraction: read from its archive, and every archive that is damaged or made to harm refused."""

import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from balt.directory.extraction import read_extraction
from balt.directory.model import DirectoryEntry
from balt.errors import DirectoryError
from tests.directory.extraction_data import CLOCK, NAME, ROWS, extraction, text


def entries(path: Path) -> list[DirectoryEntry]:
    return list(read_extraction(path, CLOCK))


def write(folder: Path, content: bytes) -> Path:
    path = folder / "x.zip"
    path.write_bytes(content)
    return path


def pack(folder: Path, members: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "extraction.zip"
    with zipfile.ZipFile(path, "w", method) as packed:
        for member, content in members:
            packed.writestr(member, content)
    return path


def test_a_packed_extraction_is_read_from_its_archive(tmp_path: Path) -> None:
    path = pack(tmp_path, [(NAME, text().encode()), ("LISEZMOI.pdf", b"%PDF")])
    assert entries(path) == entries(extraction(tmp_path))


def test_among_several_texts_the_extraction_is_taken(tmp_path: Path) -> None:
    path = pack(tmp_path, [("Autre.txt", b"a|b\n"), (f"../{NAME}", text().encode())])
    assert len(entries(path)) == len(ROWS)


def test_what_a_mac_adds_to_an_archive_is_left_aside(tmp_path: Path) -> None:
    path = pack(
        tmp_path, [(f"__MACOSX/._{NAME}", b"\0\5\x16\7"), (f"._{NAME}", b"\0"), (NAME, text().encode())]
    )
    assert len(entries(path)) == len(ROWS)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([], "aucun fichier .txt"),
        ([("a.csv", b"a")], "aucun fichier .txt"),
        ([("a.txt", b"a|b\n"), ("b.txt", b"a|b\n")], "plusieurs fichiers .txt"),
        ([(f"{at}.txt", b"") for at in range(200)], "trop de fichiers"),
        ([(NAME, b"A" * 20_000_000)], "démesuré"),
    ],
)
def test_an_archive_that_is_not_one_is_refused(
    tmp_path: Path, members: list[tuple[str, bytes]], reason: str
) -> None:
    with pytest.raises(DirectoryError, match=reason):
        entries(pack(tmp_path, members))


def test_a_damaged_or_cut_archive_is_told(tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [ROWS[0].replace("ALIX", chance.randbytes(20).hex()) for _ in range(20_000)]
    whole = pack(tmp_path, [(NAME, text(rows).encode())]).read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    for content in (whole[: len(whole) // 2], bytes(damaged)):
        with pytest.raises(DirectoryError, match="abîmé ou incomplet"):
            entries(write(tmp_path, content))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_two_usual_ways_of_packing_are_read(tmp_path: Path, method: int) -> None:
    assert len(entries(pack(tmp_path, [(NAME, text().encode())], method))) == len(ROWS)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path: Path, method: int) -> None:
    with pytest.raises(DirectoryError, match="balt ne lit pas"):
        entries(pack(tmp_path, [(NAME, text().encode())], method))


def test_an_archive_packed_to_take_all_memory_takes_none(tmp_path: Path) -> None:
    content = bytearray(pack(tmp_path, [("a.txt", text().encode())], zipfile.ZIP_LZMA).read_bytes())
    dictionary = content.find(b"a.txt") + len("a.txt") + 5
    content[dictionary : dictionary + 4] = b"\xff" * 4
    with pytest.raises(DirectoryError, match="balt ne lit pas"):
        entries(write(tmp_path, bytes(content)))


def test_an_archive_with_a_password_is_told(tmp_path: Path) -> None:
    content = bytearray(pack(tmp_path, [(NAME, text().encode())]).read_bytes())
    for head, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.find(head) + flags] |= 1
    with pytest.raises(DirectoryError, match="mot de passe"):
        entries(write(tmp_path, bytes(content)))


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    content = pack(tmp_path, [("éé.txt", text().encode())]).read_bytes()
    spoilt = content.replace("éé".encode(), b"\xff\xfe\xff\xfe")
    assert spoilt != content
    with pytest.raises(DirectoryError, match="abîmé ou incomplet"):
        entries(write(tmp_path, spoilt))


@pytest.mark.parametrize(
    "error", [MemoryError(), ValueError("?"), OverflowError(), struct.error("?"), IndexError()]
)
def test_whatever_the_unpacking_says_is_told(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pack(tmp_path, [(NAME, text().encode())])

    def fail(_file: zipfile.ZipExtFile, _length: int) -> bytes:
        raise error

    monkeypatch.setattr(zipfile.ZipExtFile, "read", fail)
    with pytest.raises(DirectoryError, match="abîmé ou incomplet"):
        entries(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_no_change_of_any_octet_of_an_archive_brings_anything_else(tmp_path: Path, method: int) -> None:
    content = pack(tmp_path, [(NAME, text().encode())], method).read_bytes()
    chance = random.Random(3)
    for _turn in range(300):
        changed = bytearray(content)
        for _octet in range(chance.choice((1, 3))):
            place = chance.choice((chance.randrange(4, 80), chance.randrange(-120, 0)))
            changed[place] = chance.randrange(256)
        try:
            entries(write(tmp_path, bytes(changed)))
        except DirectoryError:
            continue
