"""Plain ``balt``: opens the app."""

import codecs
import gc
import os
import sys
from argparse import Namespace

from balt import paths
from balt.cli.context import config_file, explicit_file
from balt.clock import SystemClock
from balt.config import Config, load_config
from balt.errors import UsageError
from balt.i18n import _
from balt.secrets import Secrets


def run(options: Namespace) -> int:
    """Open the app on the configuration; without any, the app is empty and says what to do."""
    need_terminal()
    sys.setswitchinterval(0.001)  # the screen's thread waits a millisecond for its turn, not five
    gc.disable()  # a tenth of the time to the first screen; the app turns it on again once its views stand
    file = config_file(options)
    config = load_config(file) if file.exists() or explicit_file(options) else Config()
    from balt.cases.at_rest import noted_deleted
    from balt.mailboxes.head_start import head_start

    secrets, clock, data_dir = Secrets(), SystemClock(), paths.data_dir()
    gone = noted_deleted(data_dir, clock, wait=0)
    staying = [each for each in config.accounts if each.address.lower() not in gone]
    begun = head_start(staying, secrets, clock, data_dir, config.index.keep)
    from balt.tui.run import WANTS_DEMO, run_app  # long to read from disk: the server is asked meanwhile

    code = run_app(config, secrets, clock, state_dir=paths.state_dir(), data_dir=data_dir, head_start=begun)
    if code == WANTS_DEMO:
        from balt.cli.demo import open_demo

        return open_demo()
    return code


def need_terminal() -> None:
    """Raise UsageError where the app could not be drawn."""
    if reason := _unfit():
        raise UsageError(
            reason,
            advice=_("Sans écran, utilisez : balt status, balt messages, balt checklist, balt journal."),
        )


def _unfit() -> str:
    # Textual reads standard input and draws on standard error.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return _("l'application a besoin d'un terminal.")
    if os.environ.get("TERM") == "dumb":
        return _("ce terminal (TERM=dumb) ne sait pas afficher l'application.")
    if codecs.lookup(sys.stderr.encoding).name != "utf-8":
        return _("ce terminal n'est pas en UTF-8 ; essayez LC_ALL=C.UTF-8.")
    return ""
