"""Keep the English catalogue in step with the French sentences of the code.

``python -m scripts.catalogues update`` rewrites ``balt.po``: new sentences come in empty, sentences that are
no longer used go, and nothing is guessed. ``check`` says what is missing and changes nothing.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from scripts.compile_catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "balt" / "locale" / "en" / "LC_MESSAGES" / "balt.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
# Written by hand: the header that Babel makes holds dates, which would change with every update.
HEADER = r"""# What balt says, in English. The keys are the French sentences of the code.
msgid ""
msgstr ""
"Project-Id-Version: balt\n"
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[diouxXeEfFgGcrsa]|%%")


def extract() -> Catalog:
    """Every sentence of ``balt/`` that goes through ``_``, ``N_`` or ``ngettext``."""
    found = Catalog()
    rows = extract_from_dir(ROOT / "balt", [("**.py", "python")], keywords=KEYWORDS)
    for filename, line, message, _comments, context in sorted(rows, key=lambda row: row[:2]):
        found.add(message, locations=[(f"balt/{filename}", line)], context=context)
    return found


def read_english() -> Catalog:
    """The catalogue as it is; an empty one when there is none yet."""
    if not ENGLISH.exists():
        return Catalog(locale="en")
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", domain="balt", abort_invalid=True)


def updated() -> str:
    """The text that ``balt.po`` should have now."""
    catalogue = read_english()
    catalogue.update(extract(), no_fuzzy_matching=True, update_header_comment=False)
    text = io.BytesIO()
    write_po(
        text,
        catalogue,
        width=100,
        omit_header=True,
        ignore_obsolete=True,
        sort_by_file=True,
        include_lineno=False,
    )
    return HEADER + text.getvalue().decode("utf-8").strip() + "\n"


def problems() -> list[str]:
    """What is wrong with the English: one sentence each, none when all is well."""
    english = read_english()
    wanted = extract()
    found = [
        f"no longer used: {message.id!r}" for message in english if message.id and message.id not in wanted
    ]
    found += [f"no longer used: {message!r}" for message in english.obsolete]
    for message in wanted:
        if message.id:
            found += _problems_of(message, english.get(_key(message)))
    return found


def _problems_of(message: Message, translated: Message | None) -> list[str]:
    sources = message.id if isinstance(message.id, tuple | list) else [message.id]
    if translated is None:
        return [f"not in the catalogue: {sources[0]!r}"]
    string = translated.string
    targets = [text or "" for text in (string if isinstance(string, tuple | list) else [string])]
    if isinstance(translated.id, tuple | list) != isinstance(message.id, tuple | list):
        return [f"singular and plural differ from the code: {sources[0]!r}"]
    if not all(targets):
        return [f"no English yet: {sources[0]!r}"]
    if translated.fuzzy:
        return [f"fuzzy: {sources[0]!r}"]
    return [
        f"other placeholders than the French: {source!r}"
        for source, target in zip(sources, targets, strict=True)
        if placeholders(source) != placeholders(target)
    ]


def placeholders(text: str) -> list[str]:
    """The %-placeholders of a sentence; the order counts only for those without a name."""
    found = [match for match in _PLACEHOLDER.findall(text) if match != "%%"]
    return sorted(found) if any("(" in one for one in found) else found


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main(arguments: list[str]) -> int:
    """Run ``update`` or ``check``; the exit code."""
    if arguments == ["update"]:
        ENGLISH.parent.mkdir(parents=True, exist_ok=True)
        ENGLISH.write_text(updated(), encoding="utf-8")
        compile_catalogues(ROOT)
        left = [problem for problem in problems() if problem.startswith("no English yet")]
        print(f"{ENGLISH.relative_to(ROOT)}: {len(left)} sentences wait for their English", file=sys.stderr)
        return 0
    if arguments == ["check"]:
        found = problems()
        if not found and updated() != ENGLISH.read_text(encoding="utf-8"):
            found = ["the catalogue is not as scripts/i18n writes it: run scripts/i18n"]
        for problem in found:
            print(problem, file=sys.stderr)
        return 1 if found else 0
    print("usage: scripts/i18n [update|check]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
