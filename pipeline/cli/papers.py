"""Commands that read papers: into the store, or only to show what they hold."""

from __future__ import annotations

import datetime as dt
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    EXIT_FAILED_PAPERS,
    Db,
    MinConfidence,
    ReportFormat,
    Rules,
    app,
    emit,
    say,
    today,
)
from pipeline.records import MattersError, PaperError

if TYPE_CHECKING:
    from rich.console import RenderableType

DEMO_DAY = dt.date(2024, 9, 5)
"""The day that the demo asks about, whatever the calendar says: in the midst of its three series, and a day for which
their gold says what became of every promise."""


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

    PATH is a paper (PDF, DOCX, HTML, text, Markdown, ODT, RTF, DOC, or an action log in XLSX or CSV) or a folder of
    papers, folders in it included; spreadsheets in folders are passed over.
    """
    raise typer.Exit(_ingest(paths, db, jobs=jobs, rules=rules, as_of=today()))


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
            say(str(error))
            continue
        if format is ReportFormat.TABLE:
            from pipeline import screen

            screen.show(screen.extraction(found))
            continue
        for warning in found.warnings:
            say(f"{path.name}: {warning}")
        data = export.paper_json(found)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{path.stem}.json").write_text(export.to_json(data), encoding="utf-8")
        else:
            emit(export.to_json(data) if len(files) == 1 else export.to_json_line(data))
    raise typer.Exit(EXIT_FAILED_PAPERS if failed else 0)


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
    """Try it: read the shipped papers, list their promises.

    The papers are of three invented bodies. They go into a store of their own, made anew each time.
    """
    from pipeline import queries, screen, store

    db = str(_demo_store())
    code = _ingest([_demo_papers()], db, jobs=None, rules=None, as_of=DEMO_DAY)
    filter = queries.Filter(verdicts=queries.OUTSTANDING)
    with store.open(db) as conn:
        rows, verdicts = queries.promises(conn, filter, as_of=DEMO_DAY), queries.verdicts(conn, filter, as_of=DEMO_DAY)
        read_to = queries.read_to(conn, {row.body for row in rows}, as_of=DEMO_DAY)

    def outstanding(shown: int | None, width: int) -> RenderableType:
        return screen.promise_list(rows[:shown], verdicts, read_to, title="Outstanding", as_of=DEMO_DAY, width=width)

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
    package = Path(__file__).parent.parent
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
