"""The templates that a person may put in the place of balt's own: used, checked, never replaced unseen."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import html5lib
import pytest

from balt.config import Config, PublishSettings
from balt.errors import ConfigError
from balt.publish.fields import FIELDS, LANGUAGES, Language
from balt.publish.handouts import handout
from balt.publish.kinds import TEMPLATE_KINDS
from balt.publish.templates import Templates, built_in, check, file_name, templates_folder
from tests.mailboxes.directory_cases import CAMILLE, LILAS
from tests.publish.test_handouts import BAL, CAMILLE_EXEMPLE
from tests.support.hostile import PAYLOADS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_balts_own_templates_pass_their_own_check(kind: str, language: Language) -> None:
    check(kind, built_in(kind, language).text, Path("own"))


def test_a_template_of_the_person_takes_the_place_of_balts_own(tmp_path: Path) -> None:
    (tmp_path / "letter.fr.txt").write_text("{name}\nTél. du cabinet : voir en-tête\n{address}\n", "utf-8")
    templates = Templates(tmp_path)
    made = handout("letter", CAMILLE_EXEMPLE, LILAS, BAL, "fr", templates)
    assert made.text == f"Dr Camille EXEMPLE\nTél. du cabinet : voir en-tête\n{CAMILLE}"
    assert handout("letter", CAMILLE_EXEMPLE, LILAS, BAL, "en", templates).text.startswith("Dr Camille")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("{name}\n\n{adress}", 3, "vouliez-vous dire {address}"),
        ("{address}\n{zzz}", 2, "champs possibles : name"),
        ("{name}", 1, "il manque le champ {address}"),
        ("{address}\n{patient_name}", 2, "désignerait un patient"),
        ("{address}\n{ins}", 2, "désignerait un patient"),
        ("{address}\n{date_naissance}", 2, "désignerait un patient"),
        ("{address}\n{name", 2, "une accolade"),
        ("{address}\nN° 1 84 12 76 451 089 46", 2, "désigne un patient"),
        ("{address}\n279035121518989@patient.mssante.fr", 2, "désigne un patient"),
        ("{address}\nXDM/1.0/DDM+ECHO", 2, "désigne un patient"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    (tmp_path / "post.fr.txt").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        handout("post", CAMILLE_EXEMPLE, LILAS, BAL, "fr", Templates(tmp_path))
    assert f"post.fr.txt, ligne {line} : " in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "<script>x</script>",
        '<img src="https://exemple.invalid/a.png">',
        '<p style="background:url(https://exemple.invalid)">',
        '<p onclick="x">',
        '<a href="javascript:x">',
        '<link rel="stylesheet" href="x">',
        "<style>@import 'x';</style>",
    ],
)
def test_html_that_runs_or_fetches_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "signature_html.fr.html").write_text("{address}\n" + line, "utf-8")
    with pytest.raises(ConfigError, match="ligne 2"):
        Templates(tmp_path).of("signature_html", "fr")


@pytest.mark.parametrize("content", [b"\xff\xfe{address}", b"{address}" * 9000])
def test_a_file_that_is_no_text_of_a_template_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.fr.txt").write_bytes(content)
    with pytest.raises(ConfigError, match=r"letter\.fr\.txt"):
        Templates(tmp_path).of("letter", "fr")


def test_a_folder_that_is_named_and_missing_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert templates_folder(Config(file=file)) is None
    (tmp_path / "templates").mkdir()
    assert templates_folder(Config(file=file)) == tmp_path / "templates"
    with pytest.raises(ConfigError, match="n'existe pas"):
        templates_folder(Config(file=file, publish=PublishSettings(tmp_path / "ailleurs")))


def test_every_fault_of_a_folder_is_told_and_so_are_names_of_no_template(tmp_path: Path) -> None:
    (tmp_path / "letter.fr.txt").write_text("{name}", "utf-8")
    (tmp_path / "post.en.txt").write_text("{nme} {address}", "utf-8")
    (tmp_path / "signatur.fr.txt").write_text("{address}", "utf-8")
    faults = Templates(tmp_path).faults()
    assert [Path(fault.split(" :")[0].split(",")[0]).name for fault in faults] == [
        *("letter.fr.txt", "post.en.txt", "signatur.fr.txt"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("payload", ["<b>&\"'", *PAYLOADS.values()])
def test_a_signature_in_html_is_valid_and_escapes_every_value(language: Language, payload: str) -> None:
    who = replace(CAMILLE_EXEMPLE, name=payload, speciality=payload)
    made = handout("signature_html", who, replace(LILAS, structure=payload), BAL, language)
    parser = html5lib.HTMLParser(strict=True)
    tree = parser.parseFragment(made.text)
    tags = {each.tag.rpartition("}")[2] for each in tree.iter() if isinstance(each.tag, str)}
    assert tags <= {"DOCUMENT_FRAGMENT", "table", "tbody", "tr", "td", "a"}
    links = [each.attrib["href"] for each in tree.iter() if "href" in each.attrib]
    assert links == [f"mailto:{CAMILLE}"]


@pytest.mark.parametrize("page", ["fr/diffuser.md", "en/handing-out.md"])
def test_the_pages_tell_every_template_and_every_field(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert all(f"`{{{field}}}`" in text for field in FIELDS)
    assert all(f"`{kind}`" in text for kind in TEMPLATE_KINDS)
    assert file_name("letter", "fr") in text
