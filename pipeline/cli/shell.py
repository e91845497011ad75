"""What all commands share: the application, their options, and how data and messages leave.

Hides Typer's spelling of an option and the one clock of the program. Imports nothing of weight: a listing must answer
in the time that it takes to start Python.
"""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.records import Strength, VerdictKind

EXIT_FOUND = 1
"""For commands that check: what they look for is there."""
EXIT_FAILED_PAPERS = 3
EXIT_MISSING = 4

SECTIONS = {
    "Read papers": ("ingest", "extract", "demo"),
    "Ask what became of promises": ("list", "overdue", "check", "show", "timeline"),
    "Report": ("report", "promises"),
    "Say what papers leave open": ("proposals", "rule", "correct", "note", "audit"),
    "Before papers are published": ("lint", "reconcile"),
    "Look after the program": ("doctor", "rules", "evaluate"),
}
"""All commands by what people want of them, as the README has them too."""


class Sections(TyperGroup):
    """Help that lists commands by sections: twenty in one list are too many to read."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, self.commands))
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), self.commands[name].get_short_help_str(90)) for name in names])


app = typer.Typer(
    name="matters",
    cls=Sections,
    no_args_is_help=True,
    add_completion=False,
    # Plain help and one-line errors: they read well aloud, in a log and in 80 columns.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
rules_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after the rules.")
app.add_typer(rules_app, name="rules")


class ListFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class ReportFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


class CheckFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class DataFormat(StrEnum):
    JSON = "json"


def parse_day(words: str) -> dt.date:
    try:
        return dt.date.fromisoformat(words)
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not a date; write it as 2024-03-31") from error


def parse_verdict(words: str) -> VerdictKind:
    try:
        return VerdictKind(words.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not one of {', '.join(VerdictKind)}") from error


def today() -> dt.date:
    """The day, by the only clock in the program; everything else is told it."""
    return dt.date.today()


def now() -> dt.datetime:
    """The same clock's time, for what people enter."""
    return dt.datetime.now(dt.UTC)


Db = Annotated[
    str,
    typer.Option(envvar="MATTERS_DB", metavar="STORE", help="The store: a file, or the URL of a PostgreSQL database."),
]
AsOf = Annotated[
    dt.date,
    typer.Option(
        parser=parse_day,
        default_factory=lambda: today().isoformat(),
        show_default=False,
        metavar="DAY",
        help="The day to ask about, written 2024-03-31; later papers are not looked at. Today unless given.",
    ),
]
Bodies = Annotated[list[str] | None, typer.Option(metavar="WORDS", help="Only bodies whose name holds this.")]
Owners = Annotated[
    list[str] | None,
    typer.Option(metavar="WORDS", help="Only owners whose name or post holds this, or who have these initials."),
]
Verdicts = Annotated[
    list[VerdictKind] | None,
    typer.Option(parser=parse_verdict, metavar="VERDICT", help="Only this verdict: overdue, broken, kept ..."),
]
DueFrom = Annotated[
    dt.date | None, typer.Option(parser=parse_day, metavar="DAY", help="Only due on this day or later.")
]
DueTo = Annotated[
    dt.date | None, typer.Option(parser=parse_day, metavar="DAY", help="Only due on this day or earlier.")
]
Words = Annotated[str, typer.Option(metavar="WORDS", help="Only where the action or a quote holds all these words.")]
Strengths = Annotated[
    list[Strength] | None,
    typer.Option(metavar="STRENGTH", help=f"Only promises this firm: {', '.join(Strength)}."),
]
MinConfidence = Annotated[
    float,
    typer.Option(
        min=0, max=1, metavar="P", show_default=False, help="Only what is at least this certain, from 0 to 1."
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Your own rules (TOML), besides those shipped."),
]

DEFAULT_DB = "outputs/matters.db"


def emit(text: str) -> None:
    """Data on stdout: UTF-8 and bare newlines on every system, so that the bytes are the same everywhere."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def say(message: str) -> None:
    typer.echo(f"matters: {message}", err=True)
