"""Hand-outs in a folder: written whole, and nothing that is there is replaced."""

from pathlib import Path

import pytest

from balt.errors import UsageError
from balt.publish.files import save_in
from balt.publish.handouts import Handout

CARD = Handout("vcard", "x", "vcard-cabinet-fr.vcf", "text/vcard", b"BEGIN:VCARD")


def test_a_folder_is_made_and_takes_the_file(tmp_path: Path) -> None:
    (written,) = save_in(tmp_path / "a" / "b", [CARD])
    assert written == tmp_path / "a" / "b" / "vcard-cabinet-fr.vcf"
    assert written.read_bytes() == b"BEGIN:VCARD"


def test_the_same_is_not_written_twice_and_another_gets_a_number(tmp_path: Path) -> None:
    first, again = save_in(tmp_path, [CARD]), save_in(tmp_path, [CARD])
    assert first == again
    first[0].write_bytes(b"mine")
    (beside,) = save_in(tmp_path, [CARD])
    assert beside.name == "vcard-cabinet-fr-2.vcf"
    assert first[0].read_bytes() == b"mine"


def test_a_place_that_takes_none_is_told(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="ne peut pas recevoir"):
        save_in(place, [CARD])
