"""The command `matters`: parse, call one function, render.

Hides nothing but the command line. Every import of weight is inside the command that needs it: a listing must answer in
the time that it takes to start Python, and never load a reader or the language model.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.records import MattersError, PaperError, RuleError, StoreError, Strength, VerdictKind

if TYPE_CHECKING:
    from rich.console import RenderableType

EXIT_FAILED_PAPERS = 3
EXIT_MISSING = 4
EXIT_INTERRUPTED = 130
EXIT_CODES = {
    "usage": 2,
    "no-store": 2,
    "not-a-store": 2,
    "unknown": 2,
    "ambiguous": 2,
    "missing-model": EXIT_MISSING,
    "bad-model": EXIT_MISSING,
    "missing-papers": EXIT_MISSING,
    "locked": 75,
    "disk-full": 75,
    "unusable": 75,
}
"""`MattersError.code` -> exit code. Papers that fail are 3, rules that are wrong 2, anything else is 1."""

TRY_AGAIN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENOMEM)

FIRST_SCREEN = 50
"""Promises that a table shows unless told otherwise. JSON and CSV are always whole."""

app = typer.Typer(
    name="matters",
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


class DataFormat(StrEnum):
    JSON = "json"


def _day(words: str) -> dt.date:
    try:
        return dt.date.fromisoformat(words)
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not a date; write it as 2024-03-31") from error


def _verdict(words: str) -> VerdictKind:
    try:
        return VerdictKind(words.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not one of {', '.join(VerdictKind)}") from error


def _today() -> dt.date:
    """The only clock in the program; everything else is told the day."""
    return dt.date.today()


Db = Annotated[
    str,
    typer.Option(envvar="MATTERS_DB", metavar="STORE", help="The store: a file, or the URL of a PostgreSQL database."),
]
AsOf = Annotated[
    dt.date,
    typer.Option(
        parser=_day,
        default_factory=lambda: _today().isoformat(),
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
    typer.Option(parser=_verdict, metavar="VERDICT", help="Only this verdict: overdue, broken, kept ..."),
]
DueFrom = Annotated[dt.date | None, typer.Option(parser=_day, metavar="DAY", help="Only due on this day or later.")]
DueTo = Annotated[dt.date | None, typer.Option(parser=_day, metavar="DAY", help="Only due on this day or earlier.")]
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

DEMO_DAY = dt.date(2024, 9, 5)
"""The day that the demo asks about, whatever the calendar says: in the midst of its three series, and a day for which
their gold says what became of every promise."""


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
  matters list                       what is outstanding, the latest first
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


@app.command(
    epilog="""\b
Examples:
  matters ingest papers/
  matters ingest minutes-2024-03.pdf log.docx --db outputs/board.db
  matters ingest papers/ --rules our-rules.toml --jobs 4

Papers already in the store and unchanged are not read again, so the same command can be run every week, or again
after an interruption. A paper that cannot be read is named with the reason and stops nothing.
""",
)
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", exists=True, hidden=True)],
    db: Db = DEFAULT_DB,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Papers read at a time; one a processor unless given.")
    ] = None,
    rules: Rules = None,
) -> None:
    """Read papers into the store and follow their promises.

    PATH is a paper (PDF, DOCX, HTML, text, Markdown, ODT, RTF, DOC) or a folder of papers, folders in it included.
    """
    raise typer.Exit(_ingest(paths, db, jobs=jobs, rules=rules, as_of=_today()))


@app.command(
    "list",
    epilog="""\b
Examples:
  matters list
  matters list --verdict overdue --verdict broken --body "parenting board"
  matters list --owner clerk --due-to 2024-03-31
  matters list --as-of 2023-12-31 --format csv > outstanding.csv

Filters may be given more than once: any of their values will do. 'matters show ID' tells all about one line.
""",
)
def list_(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    body: Bodies = None,
    owner: Owners = None,
    verdict: Verdicts = None,
    due_from: DueFrom = None,
    due_to: DueTo = None,
    text: Words = "",
    strength: Strengths = None,
    min_confidence: MinConfidence = 0.0,
    review: Annotated[bool, typer.Option("--review", help="Only what is for review: the less certain ones.")] = False,
    all: Annotated[bool, typer.Option("--all", help="Also what was kept, withdrawn or superseded.")] = False,
    format: Annotated[ListFormat, typer.Option(help="A table to read, or data for a program.")] = ListFormat.TABLE,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help=f"At most N, 0 for all; {FIRST_SCREEN} in a table unless given, else all."
        ),
    ] = None,
) -> None:
    """List the promises that are outstanding.

    Each with its owner, action, due date, verdict, paper and page; the most overdue first.
    """
    from pipeline import queries, store

    chosen = frozenset(verdict or ()) or (frozenset() if all else queries.OUTSTANDING)
    filter = queries.Filter(
        bodies=tuple(body or ()),
        owners=tuple(owner or ()),
        verdicts=chosen,
        due_from=due_from,
        due_to=due_to,
        text=text,
        strengths=frozenset(strength or ()),
        min_confidence=min_confidence,
        review=review,
    )
    if limit is None and format is ListFormat.TABLE:
        limit = FIRST_SCREEN
    with store.open(db) as conn:
        rows = queries.promises(conn, filter, as_of=as_of, limit=limit or None)
        if format is ListFormat.TABLE:
            from pipeline import screen

            verdicts = queries.verdicts(conn, filter, as_of=as_of)
            title = "Promises" if all else "Outstanding"
            console = screen.console()
            console.print(screen.promise_list(rows, verdicts, title=title, as_of=as_of, width=console.width))
            return
    from pipeline import export

    _out(export.to_json(export.rows_json(rows, as_of=as_of)) if format is ListFormat.JSON else export.rows_csv(rows))


@app.command(
    epilog="""\b
Examples:
  matters show 3f9a1c                                a promise, by its id or the beginning of it
  matters show minutes-2024-03.pdf                   a paper: all its extracts, with page and rule
  matters show minutes-2024-03.pdf --unclaimed       its sentences that may be promises but matched no rule
""",
)
def show(
    *,
    name: Annotated[str, typer.Argument(metavar="ID|PAPER", hidden=True)],
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    unclaimed: Annotated[
        bool, typer.Option("--unclaimed", help="Of a paper: promise-like sentences that no rule claimed.")
    ] = False,
) -> None:
    """Show why: all that is known of one promise, or of one paper.

    ID is the id of a promise, or the beginning of it; PAPER the name of a paper in the store.
    """
    from pipeline import queries, rules, screen, store

    with store.open(db) as conn:
        if not unclaimed and not Path(name).suffix:
            try:
                found = queries.promise(conn, name, as_of=as_of)
                making = found.sightings[0]
                screen.show(screen.promise(found, rules.grounds(making.band, making.quote), as_of=as_of))
                return
            except StoreError as error:
                if error.code != "unknown":
                    raise
        try:
            detail = queries.paper(conn, name)
        except StoreError as error:
            if error.code == "unknown":
                message = f"{name}: no promise and no paper of this name in {db}; 'matters list' shows both"
                raise StoreError(message, code="unknown") from error
            raise
        screen.show(screen.unclaimed(detail) if unclaimed else screen.paper(detail))


@app.command(
    epilog="""\b
Example:
  matters promises --as-of 2024-03-31 --format json > promises.json

The form is described in docs/json.md. The same store asked about the same day gives the same bytes.
""",
)
def promises(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    body: Bodies = None,
    min_confidence: MinConfidence = 0.0,
    format: Annotated[DataFormat, typer.Option(help="The only form so far.")] = DataFormat.JSON,
) -> None:
    """Print all promises as data, for other programs.

    Each with its sightings and the events behind its verdict, kept ones included.
    """
    from pipeline import export, queries, store

    with store.open(db) as conn:
        filter = queries.Filter(bodies=tuple(body or ()), min_confidence=min_confidence)
        threads = queries.threads(conn, filter, as_of=as_of)
        _out(export.to_json(export.promises_json(threads, as_of=as_of)))


@app.command(
    epilog="""\b
Examples:
  matters extract minutes.pdf                              to read
  matters extract minutes.pdf --format json                one JSON object
  matters extract *.pdf --format json                      one JSON object a line, in the order given
  matters extract papers/*.docx --format json --out found  found/<paper>.json for each
""",
)
def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, hidden=True)],
    format: Annotated[ReportFormat, typer.Option(help="A view to read, or data for a program.")] = ReportFormat.TABLE,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, metavar="DIR", help="Write DIR/<paper>.json for each paper instead of printing."),
    ] = None,
    min_confidence: MinConfidence = 0.0,
    rules: Rules = None,
) -> None:
    """Read papers and show what they hold, without a store.

    FILE is a paper. Shown are its challenges, responses, decisions, promises and recommendations.
    """
    from pipeline import export, ingest
    from pipeline.extract import confident
    from pipeline.extract import extract as extract_paper
    from pipeline.rules import RuleSet

    if out and format is not ReportFormat.JSON:
        raise typer.BadParameter("--out writes JSON: add --format json")
    ruleset = RuleSet.load(rules)
    failed = False
    for path in files:
        try:
            found = confident(extract_paper(ingest.read(path), ruleset), min_confidence)
        except PaperError as error:
            failed = True
            _say(str(error))
            continue
        if format is ReportFormat.TABLE:
            from pipeline import screen

            screen.show(screen.extraction(found))
            continue
        for warning in found.warnings:
            _say(f"{path.name}: {warning}")
        data = export.paper_json(found)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{path.stem}.json").write_text(export.to_json(data), encoding="utf-8")
        else:
            _out(export.to_json(data) if len(files) == 1 else export.to_json_line(data))
    raise typer.Exit(EXIT_FAILED_PAPERS if failed else 0)


@rules_app.command(
    epilog="""\b
Examples:
  matters rules check
  matters rules check --rules our-rules.toml

The form of a rule is described in docs/rules.md.
""",
)
def check(rules: Rules = None) -> None:
    """Try every rule on its own examples and counter-examples."""
    from pipeline import screen
    from pipeline.rules import RuleSet

    ruleset = RuleSet.load(rules)
    faults = ruleset.check()
    screen.show(screen.rule_faults(len(ruleset.rules), ruleset.version, faults))
    raise typer.Exit(1 if faults else 0)


@rules_app.command(
    epilog="""\b
Examples:
  matters rules report
  matters rules report --format csv > rules.csv

What the figures mean is told in docs/evaluating.md.
""",
)
def report(
    rules: Rules = None,
    format: Annotated[ListFormat, typer.Option(help="A table to read, or data for a program.")] = ListFormat.TABLE,
) -> None:
    """Show how often each rule was right on annotated papers, and how far it is trusted for that.

    By kind, those trusted least first; with the 95 % interval of the precision.
    """
    from pipeline import export, screen
    from pipeline.rules import RuleSet

    records = RuleSet.load(rules).records()
    if format is ListFormat.TABLE:
        screen.show(screen.rule_records(records))
    elif format is ListFormat.JSON:
        _out(export.to_json(export.records_json(records)))
    else:
        _out(export.records_csv(records))


@rules_app.command(
    epilog="""\b
Examples:
  matters rules measure gold/ papers/
  matters rules measure gold/ papers/ newer-gold/ newer-papers/ --save pipeline/rules/measured.toml

A gold file is <paper>.json in the form that 'matters extract --format json' prints (docs/json.md). Papers of three
bodies at least; of ten or more, if the figures are to mean much.
""",
)
def measure(
    folders: Annotated[list[Path], typer.Argument(metavar="GOLD PAPERS...", exists=True, hidden=True)],
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write the counts by rule to this file.")
    ] = None,
    rules: Rules = None,
) -> None:
    """Measure on annotated papers how often each rule is right.

    GOLD is a folder of gold files, PAPERS the folder that holds the papers of the same names; several pairs are counted
    together. Prints how well confidence made from the counts of some bodies holds for another.
    """
    from pipeline import calibration, screen
    from pipeline import evaluate as scoring

    if len(folders) % 2:
        raise typer.BadParameter("each GOLD folder needs its PAPERS folder after it")
    with screen.progress("Reading papers") as progress:
        pairs = zip(folders[::2], folders[1::2], strict=True)
        runs = [scoring.evaluate(gold, papers, rules=rules, progress=progress) for gold, papers in pairs]
    measured = calibration.measure([result for run in runs for result in run.results])
    if save:
        save.write_text(calibration.to_toml(measured), encoding="utf-8")
    screen.show(screen.measurement(measured))
    failures = [failure for run in runs for failure in run.failures]
    for failure in failures:
        _say(failure.message)
    raise typer.Exit(EXIT_FAILED_PAPERS if failures else 0)


@app.command(
    epilog="""\b
Examples:
  matters evaluate corpus/gold corpus/papers --save before.json
  matters evaluate corpus/gold corpus/papers --rules new-rule.toml --against before.json

A gold file is <paper>.json in the form that 'matters extract --format json' prints (docs/json.md).
""",
)
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", exists=True, hidden=True)],
    papers: Annotated[Path, typer.Argument(metavar="PAPERS", exists=True, file_okay=False, hidden=True)],
    against: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="RUN", help="List gains and losses against this saved run."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="RUN", help="Save this run, to compare a later one with.")
    ] = None,
    rules: Rules = None,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Compare confidence with how often it was right.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="List all that was missed, invented or wrong.")] = False,
    format: Annotated[ReportFormat, typer.Option(help="Tables to read, or data for a program.")] = ReportFormat.TABLE,
) -> None:
    """Score the extractor on annotated papers.

    GOLD is a folder of gold files, or one of them; PAPERS is the folder that holds the papers of the same names.
    Prints precision, recall and F1 by kind, and what was won and lost since an earlier run.
    """
    from pipeline import calibration as trust
    from pipeline import evaluate as scoring
    from pipeline import export, screen

    earlier = scoring.from_json(against) if against else None
    with screen.progress("Reading papers") as progress:
        run = scoring.evaluate(gold, papers, rules=rules, progress=progress)
    if save:
        save.parent.mkdir(parents=True, exist_ok=True)
        save.write_text(export.to_json(scoring.to_json(run)), encoding="utf-8")
    if format is ReportFormat.JSON:
        _out(export.to_json(scoring.to_json(run)))
    else:
        screen.show(screen.evaluation(run))
        if calibration:
            screen.show(screen.calibration(trust.shipped(run.results)))
        if details:
            screen.show(screen.findings(run))
        if earlier:
            screen.show(screen.change(run.against(earlier)))
    for failure in run.failures:
        _say(failure.message)
    raise typer.Exit(EXIT_FAILED_PAPERS if run.failures else 0)


@app.command(
    epilog="""\b
Example:
  matters doctor

Exit codes: 0 nothing to mend; 4 a package or the language model is missing; 1 rules or store are broken.
""",
)
def doctor(db: Db = DEFAULT_DB) -> None:
    """Check packages, language model, rules, store and optional tools."""
    from pipeline import screen
    from pipeline.doctor import State, examine

    checks = examine(db)
    screen.show(screen.checks(checks))
    states = {check.state for check in checks}
    raise typer.Exit(EXIT_MISSING if State.MISSING in states else 1 if State.BROKEN in states else 0)


@app.command(
    epilog="""\b
Examples:
  matters demo
  matters demo --svg docs/demo.svg
""",
)
def demo(
    svg: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Draw the list as a picture too.")
    ] = None,
) -> None:
    """Try it: read the shipped example papers and list their promises.

    The papers are of three invented bodies. They go into a store of their own, made anew each time.
    """
    from pipeline import queries, screen, store

    db = str(_demo_store())
    code = _ingest([_demo_papers()], db, jobs=None, rules=None, as_of=DEMO_DAY)
    filter = queries.Filter(verdicts=queries.OUTSTANDING)
    with store.open(db) as conn:
        rows, verdicts = queries.promises(conn, filter, as_of=DEMO_DAY), queries.verdicts(conn, filter, as_of=DEMO_DAY)

    def outstanding(shown: int | None, width: int) -> RenderableType:
        return screen.promise_list(rows[:shown], verdicts, title="Outstanding", as_of=DEMO_DAY, width=width)

    console = screen.console()
    console.print()
    console.print(outstanding(None, console.width))
    if rows:
        typer.echo("Look at the first of them, or ahead to what the later papers say:")
        typer.echo(f"  matters show {rows[0].id} --db {shlex.quote(db)} --as-of {DEMO_DAY}")
        typer.echo(f"  matters list --db {shlex.quote(db)} --as-of 2025-03-04")
    if svg:
        screen.draw(outstanding(8, 100), svg, title="matters demo", width=100)
    raise typer.Exit(code)


def _demo_papers() -> Path:
    """The shipped papers: inside an installed wheel, or in the checkout."""
    package = Path(__file__).parent
    for place in (package / "_data" / "corpus", package.parent / "corpus" / "papers"):
        if place.is_dir():
            return place
    raise MattersError("The example papers are not installed; install matters-arising again.", code="missing-papers")


def _demo_store() -> Path:
    """A path for the demo's store, cleared: in the outputs folder of a checkout, else among the user's data."""
    folder = Path("outputs")
    if not folder.is_dir():
        from platformdirs import user_data_path

        folder = user_data_path("matters-arising")
    for name in ("demo.db", "demo.db-wal", "demo.db-shm"):
        (folder / name).unlink(missing_ok=True)
    return folder / "demo.db"


def _ingest(paths: list[Path], db: str, *, jobs: int | None, rules: Path | None, as_of: dt.date) -> int:
    """Ingest with a bar on stderr and a summary on stdout; the exit code."""
    from pipeline import batch, queries, screen, store

    with screen.progress("Reading papers") as progress:
        done = batch.ingest(paths, db, jobs=jobs, rules_file=rules, progress=progress)
    with store.open(db) as conn:
        counts = queries.counts(conn, as_of=as_of)
    command = "matters list" if db == DEFAULT_DB else f"matters list --db {shlex.quote(db)}"
    screen.show(screen.summary(done, counts, as_of=as_of))
    typer.echo(f"Next: {command}")
    return EXIT_FAILED_PAPERS if done.failed else 0


def _out(text: str) -> None:
    """Data on stdout: UTF-8 and bare newlines on every system, so that the bytes are the same everywhere."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _say(message: str) -> None:
    typer.echo(f"matters: {message}", err=True)


def _fail(message: str, code: int) -> NoReturn:
    _say(message)
    sys.exit(code)


def _exit_code(error: MattersError) -> int:
    if isinstance(error, PaperError):
        return EXIT_FAILED_PAPERS
    if isinstance(error.__cause__, ImportError):
        return EXIT_MISSING
    return 2 if isinstance(error, RuleError) else EXIT_CODES.get(error.code, 1)
