"""QR codes, read back by a reader that is not ours (zxing) from each form that balt draws."""

import io
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from balt.publish.handouts import Handout, Kind, handout
from balt.publish.signatory import Signatory
from tests.mailboxes.directory_cases import CAMILLE, LILAS
from tests.publish.test_handouts import BAL

WHO = Signatory("Dr Zoé MODÈLE", "Médecin", "Cardiologie (SM)", "", "MODÈLE", "Zoé", "Dr")
MAIL = f"mailto:{CAMILLE}"


def read(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert len(found) == 1
    return str(found[0].text)


def picture_of_blocks(text: str) -> Image.Image:
    """What a terminal shows, black on white: two rows of modules a line."""
    lines = text.split("\n")
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            if block in "▀█":
                picture.putpixel((x, 2 * y), 0)
            if block in "▄█":
                picture.putpixel((x, 2 * y + 1), 0)
    return picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)


def picture_of_svg(text: str) -> Image.Image:
    """The strokes of the SVG, which are horizontal lines one module thick."""
    root = ElementTree.fromstring(text)  # noqa: S314 - balt wrote it
    side = int(re.findall(r"[\d.]+", root.attrib["width"])[0]) // 12
    picture = Image.new("L", (side, side), 255)
    strokes = [each.attrib["d"] for each in root.iter() if "stroke" in each.attrib]
    assert len(strokes) == 1
    x = y = 0.0
    for sign, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes[0]):
        values = [float(each) for each in numbers.split()]
        if sign == "h":
            for step in range(int(values[0])):
                picture.putpixel((int(x) + step, int(y)), 0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if sign == "M" else (x + values[0], y + values[1])
    return picture.resize((side * 6, side * 6), Image.Resampling.NEAREST)


def pictures(made: Handout) -> Image.Image:
    if made.media_type == "image/png":
        return Image.open(io.BytesIO(made.octets))
    return picture_of_svg(made.text) if made.media_type == "image/svg+xml" else picture_of_blocks(made.text)


@pytest.mark.parametrize("kind", ["qr", "qr_svg", "qr_text"])
def test_a_code_of_the_card_is_read_back_from_every_form(kind: Kind) -> None:
    text = read(pictures(handout(kind, WHO, LILAS, BAL)))
    assert "FN:Dr Zoé MODÈLE\r\n" in text
    assert f":{CAMILLE}\r\n" in text


@pytest.mark.parametrize("kind", ["qr_mail", "qr_mail_svg", "qr_mail_text"])
def test_a_code_of_the_address_is_read_back_from_every_form(kind: Kind) -> None:
    assert read(pictures(handout(kind, WHO, LILAS, BAL))) == MAIL


def test_what_is_shown_of_a_png_is_the_same_code() -> None:
    assert read(picture_of_blocks(handout("qr_mail", WHO, LILAS, BAL).text)) == MAIL


def test_the_svg_asks_for_nothing_from_elsewhere_and_runs_nothing() -> None:
    text = handout("qr_svg", WHO, LILAS, BAL).text
    assert not re.search(r"<script|href|url\(|on\w+=", text)


def test_the_code_of_the_address_fits_a_small_terminal() -> None:
    lines = handout("qr_mail", WHO, LILAS, BAL).text.split("\n")
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 40
