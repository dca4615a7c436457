"""Compile the translations: ``balt/locale/*/LC_MESSAGES/balt.po`` to the ``.mo`` beside each.

A build hook for hatchling, so that every wheel and every editable install has its English; and a command,
``python scripts/compile_catalogues.py``, for whoever has just changed a ``.po``.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    _interface: Any = import_module("hatchling.builders.hooks.plugin.interface").BuildHookInterface
except ImportError:  # as a command it needs Babel alone
    _interface = object


class CustomBuildHook(_interface):  # type: ignore[misc]
    """What hatchling calls before it builds, also for an editable install (PEP 660)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every catalogue below ``root``; the files written. An unreadable one is an error."""
    written = []
    for po in sorted(root.glob("balt/locale/*/LC_MESSAGES/balt.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3], domain="balt", abort_invalid=True)
        mo = po.with_suffix(".mo")
        with mo.open("wb") as target:
            write_mo(target, catalogue)
        written.append(mo)
    return written


if __name__ == "__main__":
    for path in compile_catalogues(Path(__file__).resolve().parent.parent):
        print(path, file=sys.stderr)
