"""`citywise`: composes the commands, and turns what goes wrong into one plain sentence."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

import click

from indexer import __version__
from indexer.errors import CitywiseError
from search_api.cli.commands import Commands
from search_api.cli.console import complain

WRONG = 2
"""Exit status: wrong use, or input that cannot be read. 0 is done, 1 is "the answer is no"."""

INTERRUPTED = 130


HELP = """Semantic search for networks of cities: cited answers from your own documents.

\b
Example:
  citywise index corpus
  citywise ask "how did cities handle informal settlements?"
"""


@click.group(
    cls=Commands,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="citywise")
def app() -> None:
    """Compose the commands."""


def main() -> None:
    """Run the program and leave with the exit status that the contract promises."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # whatever the locale: excerpts are verbatim
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; no traceback reaches the user."""
    try:
        with app.make_context("citywise", arguments) as context:
            status = int(app.invoke(context) or 0)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "citywise"
        return _wrong(f"{error.format_message().rstrip('.')}; see `{command} --help`")
    except (click.ClickException, CitywiseError) as error:
        return _wrong(str(error))
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; what was published before is whole")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        _discard_output()
        return 0
    except OSError as error:
        _discard_output()
        return _wrong(f"{error.filename or 'output'}: {error.strerror}")
    return status


def _wrong(message: str) -> int:
    complain(message)
    return WRONG


def _discard_output() -> None:
    """Keep the interpreter from trying once more, at its end, to write what cannot be written."""
    with suppress(OSError):  # no stream of the system's, or no file more may be opened
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
