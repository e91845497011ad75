"""The command `matters`: parse, call one function, render.

Hides nothing but the command line, a module for each kind of command. Every import of weight is inside the command that
needs it: a listing must answer in the time that it takes to start Python, and never load a reader or the model.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated, NoReturn

import typer

from pipeline.cli import asking, checking, ledger, papers, reporting, upkeep  # noqa: F401  (each registers its commands)
from pipeline.cli.shell import EXIT_FAILED_PAPERS, EXIT_MISSING, app, say
from pipeline.records import MattersError, PaperError, RuleError

EXIT_INTERRUPTED = 130
EXIT_CODES = {
    "usage": 2,
    "no-store": 2,
    "not-a-store": 2,
    "unknown": 2,
    "ambiguous": 2,
    "orphaned": 2,
    "dismissed": 2,
    "missing-model": EXIT_MISSING,
    "bad-model": EXIT_MISSING,
    "missing-papers": EXIT_MISSING,
    "locked": 75,
    "disk-full": 75,
    "unusable": 75,
}
"""`MattersError.code` -> exit code. Papers that fail are 3, rules that are wrong 2, anything else is 1."""

TRY_AGAIN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENOMEM)


def main() -> NoReturn:
    """Run the command line. An error is one sentence on stderr and an exit code."""
    try:
        app(prog_name="matters")
    except SystemExit as leaving:
        if leaving.code == EXIT_INTERRUPTED:
            _fail("Interrupted. What was done is kept; the same command carries on.", EXIT_INTERRUPTED)
        raise
    except MattersError as error:
        _fail(str(error), _exit_code(error))
    except ModuleNotFoundError as error:
        _fail(
            f"the package {error.name} is missing; install matters-arising again, then ask 'matters doctor'",
            EXIT_MISSING,
        )
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}", 75 if error.errno in TRY_AGAIN else 1)
    except Exception as error:
        if os.environ.get("MATTERS_DEBUG"):
            raise
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        _fail(f"a fault in this program ({fault}); please report it with what MATTERS_DEBUG=1 prints", 1)
    sys.exit(0)


@app.callback(
    invoke_without_command=True,
    epilog="""\b
Start here:
  matters demo                       the shipped example papers, end to end
  matters ingest papers/             read a folder of papers into outputs/matters.db
  matters list                       what is outstanding, the longest past its date first
  matters show 3f9a1c                one promise: every quote, paper and page behind its verdict

\b
Exit codes: 0 all done; 1 could not be done; 2 wrong usage; 3 some papers failed;
4 a package or the language model is missing; 75 try again (disk, lock); 130 interrupted.
""",
)
def matters(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Read published meeting papers; say what was promised, by whom, by when, and what became of it."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"matters-arising {installed('matters-arising')}")
        raise typer.Exit


def _fail(message: str, code: int) -> NoReturn:
    say(message)
    sys.exit(code)


def _exit_code(error: MattersError) -> int:
    if isinstance(error, PaperError):
        return EXIT_FAILED_PAPERS
    if isinstance(error.__cause__, ImportError):
        return EXIT_MISSING
    return 2 if isinstance(error, RuleError) else EXIT_CODES.get(error.code, 1)
