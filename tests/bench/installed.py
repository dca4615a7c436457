"""balt as an installer leaves it: with its byte code, whatever the shell says of writing it."""

import compileall

from tests.support.source import ROOT


def as_installed() -> None:
    """Compile what is not compiled yet: otherwise each start would be the first one ever."""
    compileall.compile_dir(ROOT / "balt", quiet=1)
