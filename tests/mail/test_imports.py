"""What is pure in the mail room starts without imapclient: commands that touch no server stay light."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["model", "filters", "kinds", "listing", "structure", "headers"])
def test_a_pure_module_imports_no_imap(module: str) -> None:
    program = f"import sys, balt.mail.{module}; print([m for m in sys.modules if m.startswith('imap')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
