"""Commands that ask the store what was promised and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    AsOf,
    Bodies,
    DataFormat,
    Db,
    DueFrom,
    DueTo,
    ListFormat,
    MinConfidence,
    Owners,
    Strengths,
    Verdicts,
    Words,
    app,
    emit,
)
from pipeline.records import StoreError

if TYPE_CHECKING:
    pass

FIRST_SCREEN = 50
"""Promises that a table shows unless told otherwise. JSON and CSV are always whole."""


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

    emit(export.to_json(export.rows_json(rows, as_of=as_of)) if format is ListFormat.JSON else export.rows_csv(rows))


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
        emit(export.to_json(export.promises_json(threads, as_of=as_of)))
