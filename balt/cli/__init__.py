"""The commands: each parses, calls a service, prints. Standard output is data, standard error narration,
and the exit code an answer (0 done, 1 findings, 2 wrong use, 3 a server failed, 4 stopped before harm).
"""

import sys
from argparse import Namespace
from collections.abc import Sequence

from balt import i18n
from balt.cli.ending import (
    CRASHED,
    INTERRUPTED,
    READER_GONE,
    SignalledError,
    fail,
    flush_output,
    give_up_output,
    ignore_signals,
    report_crash,
    safe_ending,
)
from balt.errors import BaltError


def program(argv: Sequence[str] | None = None) -> int:
    """Run a command as the whole work of a process: once it is over, no signal changes its answer any more,
    nor has Python say a word on its way out.
    """
    code = INTERRUPTED
    try:
        code = main(argv)
        ignore_signals()
    except (KeyboardInterrupt, SignalledError):  # between the end of the command and that of the process
        ignore_signals()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; never raises, never shows a traceback."""
    with safe_ending():
        try:
            code = _run(sys.argv[1:] if argv is None else list(argv))
            flush_output()
        except BrokenPipeError:
            give_up_output()
            return READER_GONE
        except BaltError as error:
            fail(error)
            return error.exit_code
        except (KeyboardInterrupt, SignalledError):
            return INTERRUPTED
        except Exception as error:
            report_crash(error)
            return CRASHED
    return code


def _run(arguments: list[str]) -> int:
    from balt.cli.parser import language_of, read_arguments

    i18n.set_language(language_of(arguments))
    try:
        options = read_arguments(arguments)
    except SystemExit as error:  # after --help, --version, or an argument that cannot be read
        return error.code if isinstance(error.code, int) else 2
    return _command(options)


def _command(options: Namespace) -> int:
    """Each command is imported when it is run, and after its configuration was read: ``--help`` and errors
    need none of what they import.
    """
    if options.command is None:
        from balt.cli import app

        return app.run(options)
    if options.command == "demo":
        from balt.cli import demo

        return demo.run(options)
    if options.command == "doctor":  # looks at the machine even where there is no configuration
        from balt.cli import doctor

        return doctor.run(options)
    from balt.cli.context import context_of

    context = context_of(options, needed=options.command not in ("directory", "archive"))
    match options.command:
        case "messages":
            from balt.cli import messages

            return messages.run(options, context)
        case "attachments":
            from balt.cli import attachments

            return attachments.run(options, context)
        case "group":
            from balt.cli import group

            return group.run(options, context)
        case "duplicates":
            from balt.cli import duplicates

            return duplicates.run(options, context)
        case "plan":
            from balt.cli import plan

            return plan.run(options, context)
        case "apply":
            from balt.cli import apply

            return apply.run(options, context)
        case "undo":
            from balt.cli import undo

            return undo.run(options, context)
        case "export":
            from balt.cli import export

            return export.run(options, context)
        case "mark":
            from balt.cli import mark

            return mark.run(options, context)
        case "archive":
            from balt.cli import archive

            return archive.run(options, context)
        case "autoreply":
            from balt.cli import autoreply

            return autoreply.run(options, context)
        case "case":
            from balt.cli import case

            return case.run(options, context)
        case "checklist":
            from balt.cli import checklist

            return checklist.run(options, context)
        case "tick":
            from balt.cli import tick

            return tick.run(options, context)
        case "share":
            from balt.cli import share

            return share.run(options, context)
        case "directory":
            from balt.cli import directory

            return directory.run(options, context)
        case "publish":
            from balt.cli import publish

            return publish.run(options, context)
        case "situations":
            from balt.cli import situations

            return situations.run(options, context)
        case "supports":
            from balt.cli import supports

            return supports.run(options, context)
        case "journal":
            from balt.cli import journal

            return journal.run(options, context)
        case "index":
            from balt.cli import index

            return index.run(options, context)
        case "usage":
            from balt.cli import usage

            return usage.run(options, context)
    from balt.cli import status

    return status.run(options, context)
