"""Commands that hold one paper against its own sense, or against the store."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    EXIT_FAILED_PAPERS,
    EXIT_FOUND,
    AsOf,
    Db,
    ListFormat,
    ReportFormat,
    Rules,
    app,
    emit,
    say,
)
from pipeline.records import PaperError


@app.command(
    epilog="""\b
Examples:
  matters lint draft-minutes.docx
  matters lint drafts/*.docx --format json

Exit codes: 0 nothing to mend; 1 something is; 3 a paper could not be read.
""",
)
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, hidden=True)],
    format: Annotated[ReportFormat, typer.Option(help="Lines to read, or data for a program.")] = ReportFormat.TABLE,
    rules: Rules = None,
) -> None:
    """Check a paper before it is published.

    Finds dates that no calendar has, weekdays that do not fall on their day, a next meeting that lies before the
    meeting, actions without owner or deadline, deadlines already past, and references used twice. FILE is a paper; no
    store is needed.
    """
    from pipeline import export, ingest, screen
    from pipeline import lint as checks
    from pipeline.extract import extract
    from pipeline.rules import RuleSet

    ruleset = RuleSet.load(rules)
    found: list[tuple[str, list[checks.Slip]]] = []
    failed = False
    for path in files:
        try:
            document = ingest.read(path)
        except PaperError as error:
            failed = True
            say(str(error))
            continue
        for warning in document.warnings:
            say(f"{path.name}: {warning}")
        found.append((path.name, checks.lint(document, extract(document, ruleset))))
        if format is ReportFormat.TABLE:
            screen.show(screen.slips(*found[-1]))
    if format is ReportFormat.JSON:
        papers = [{"paper": name, "slips": [asdict(slip) for slip in slips]} for name, slips in found]
        emit(export.to_json({"papers": papers}))
    raise typer.Exit(EXIT_FAILED_PAPERS if failed else EXIT_FOUND if any(slips for _, slips in found) else 0)


@app.command(
    epilog="""\b
Examples:
  matters reconcile action-log.xlsx
  matters reconcile log.csv --body "parenting board" --as-of 2024-03-31
  matters reconcile log.docx --format csv > differences.csv

The log may be a spreadsheet (XLSX, CSV) or any kind of paper that 'matters ingest' reads. The store is not changed.

Exit codes: 0 log and papers agree; 1 they differ; 3 the log could not be read.
""",
)
def reconcile(
    *,
    log: Annotated[Path, typer.Argument(metavar="LOG", exists=True, dir_okay=False, hidden=True)],
    db: Db = DEFAULT_DB,
    body: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Whose log it is: part of the body's name. By default, as the log says."),
    ] = None,
    as_of: AsOf,
    format: Annotated[ListFormat, typer.Option(help="Tables to read, or data for a program.")] = ListFormat.TABLE,
    rules: Rules = None,
) -> None:
    """Compare a body's own action log with its papers.

    Tells what is in the log and in no paper, what the papers still have outstanding and the log does not carry, where
    deadlines or owners differ, and what the log closes without a paper that says so. LOG is the log's file.
    """
    from pipeline import export, ingest, screen, store
    from pipeline import reconcile as comparing
    from pipeline.extract import extract
    from pipeline.rules import RuleSet

    with store.open(db) as conn:
        found = extract(ingest.read(log), RuleSet.load(rules))
        for warning in found.warnings:
            say(f"{log.name}: {warning}")
        compared = comparing.reconcile(conn, found, body=body, as_of=as_of)
    if format is ListFormat.TABLE:
        screen.show(screen.reconciliation(compared))
    elif format is ListFormat.JSON:
        emit(export.to_json(asdict(compared)))
    else:
        columns = [field.name for field in fields(comparing.Difference)]
        emit(export.to_csv(map(asdict, compared.differences), columns))
    raise typer.Exit(EXIT_FOUND if compared.differences else 0)
