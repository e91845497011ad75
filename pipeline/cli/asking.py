"""Commands that ask the store what was promised and what became of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    EXIT_FOUND,
    AsOf,
    Bodies,
    CheckFormat,
    DataFormat,
    Db,
    DueFrom,
    DueTo,
    ListFormat,
    MinConfidence,
    Owners,
    ReportFormat,
    Strengths,
    Verdicts,
    Words,
    app,
    emit,
    parse_day,
    parse_verdict,
    say,
)
from pipeline.records import StoreError, VerdictKind

if TYPE_CHECKING:
    from pipeline.queries import Filter
    from pipeline.store import Store

FIRST_SCREEN = 50
"""Promises that a table shows unless told otherwise. JSON and CSV are always whole."""

CHECKED = (VerdictKind.OVERDUE, VerdictKind.BROKEN, VerdictKind.LAPSED)
"""What a scheduled check fails for. Not what cannot be told for lack of papers: that is no fault of an owner."""


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

    Each with its owner, action, due date, verdict, paper and page, body by body; the longest past its date first.
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
        _tell_of_strangers(conn, filter)
        rows = queries.promises(conn, filter, as_of=as_of, limit=limit or None)
        if format is ListFormat.TABLE:
            from pipeline import screen

            verdicts = queries.verdicts(conn, filter, as_of=as_of)
            read_to = queries.read_to(conn, {row.body for row in rows}, as_of=as_of)
            title = "Outstanding" if chosen <= queries.OUTSTANDING and chosen else "Promises"
            console = screen.console()
            console.print(screen.promise_list(rows, verdicts, read_to, title=title, as_of=as_of, width=console.width))
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
        _tell_of_strangers(conn, filter)
        threads = queries.threads(conn, filter, as_of=as_of)
        emit(export.to_json(export.promises_json(threads, as_of=as_of)))


@app.command(
    epilog="""\b
Examples:
  matters timeline 3f9a1c
  matters timeline 3f9a1c --as-of 2023-12-31
  matters timeline 3f9a1c --format json

ID is the id of a promise, or the beginning of it. 'matters show ID' tells why the verdict is what it is, and how
certain the reading; this tells how it came to that.
""",
)
def timeline(
    *,
    id: Annotated[str, typer.Argument(metavar="ID", hidden=True)],
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    format: Annotated[ReportFormat, typer.Option(help="A table to read, or data for a program.")] = ReportFormat.TABLE,
) -> None:
    """Tell one promise's story, day by day.

    Made, seen again, moved, done: each with date, paper, page and quote, and how the verdict turned on the way.
    """
    from pipeline import queries, store

    with store.open(db) as conn:
        detail = queries.promise(conn, id, as_of=as_of)
    if format is ReportFormat.TABLE:
        from pipeline import screen

        screen.show(screen.timeline(detail, as_of=as_of))
        return
    from pipeline import export

    emit(export.to_json(export.timeline_json(detail, as_of=as_of)))


@app.command(
    epilog="""\b
Examples:
  matters proposals
  matters proposals --body "parish council" --format json

Each comes with the command that answers it. What a person has answered, and what the papers settle later, is gone from
the list.
""",
)
def proposals(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    body: Bodies = None,
    owner: Owners = None,
    format: Annotated[ReportFormat, typer.Option(help="A list to read, or data for a program.")] = ReportFormat.TABLE,
) -> None:
    """Show what the papers leave too close to tell.

    Promises that may be one matter, and sentences that may say what became of a promise: nothing was made of them, and
    a person is to say.
    """
    from pipeline import queries, store

    with store.open(db) as conn:
        filter = queries.Filter(bodies=tuple(body or ()), owners=tuple(owner or ()))
        _tell_of_strangers(conn, filter)
        found = queries.proposals(conn, filter, as_of=as_of)
    if format is ReportFormat.TABLE:
        from pipeline import screen

        screen.show(screen.proposals(found, as_of=as_of))
        return
    from pipeline import export

    emit(export.to_json(export.proposals_json(found, as_of=as_of)))


@app.command(
    epilog="""\b
Examples:
  matters overdue                                          all that is past its date today, by body and owner
  matters overdue --owner clerk                            one officer's
  matters overdue --since 2024-03-25                       the news since then, for a daily or weekly mail
  matters overdue --verdict broken --verdict lapsed --format csv > late.csv

How it differs from 'matters list': that lists all that is outstanding, by date, open ones and undated ones included.
This looks only at those whose date has passed, owner by owner, and tells of each how long ago, since when its verdict
stands, what it was before, and the last that any paper says of it: what you need to answer for it, or to chase it.
""",
)
def overdue(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    since: Annotated[
        dt.date | None,
        typer.Option(
            parser=parse_day,
            metavar="DAY",
            help="Only the news: what was not past its date on this day, or has changed its verdict after it.",
        ),
    ] = None,
    body: Bodies = None,
    owner: Owners = None,
    verdict: Verdicts = None,
    min_confidence: MinConfidence = 0.0,
    format: Annotated[ListFormat, typer.Option(help="A table to read, or data for a program.")] = ListFormat.TABLE,
) -> None:
    """Show what is past its date, with the last word of the papers.

    That is what is overdue, broken, lapsed, part kept, not determinable or disputed, and whose date has passed. A
    promise whose new date has not come (extended) is not among them.
    """
    from pipeline import queries, store

    filter = _late_filter(body, owner, verdict, min_confidence)
    with store.open(db) as conn:
        _tell_of_strangers(conn, filter)
        rows = queries.late(conn, filter, as_of=as_of, since=since)
        read_to = queries.read_to(conn, {late.row.body for late in rows}, as_of=as_of)
    if format is ListFormat.TABLE:
        from pipeline import screen

        console = screen.console()
        console.print(screen.late(rows, read_to, as_of=as_of, since=since, width=console.width))
        return
    from pipeline import export

    emit(export.to_json(export.late_json(rows, as_of=as_of)) if format is ListFormat.JSON else export.late_csv(rows))


@app.command(
    epilog="""\b
Examples:
  matters check                                            quiet, and 0, where there is nothing of the kind
  matters check --body "parenting board" --verdict broken
  matters check --min-confidence 0.85 --format json > late.json

Exit codes: 0 nothing of the kind; 1 something, printed on stdout one line each; any other code, or words on stderr:
the check itself could not be done. A body or owner that fits none in the store is a mistake (2), not a clean result.
""",
)
def check(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    body: Bodies = None,
    owner: Owners = None,
    verdict: Annotated[
        list[VerdictKind] | None,
        typer.Option(
            parser=parse_verdict, metavar="VERDICT", help="What to look for; overdue, broken and lapsed unless given."
        ),
    ] = None,
    min_confidence: MinConfidence = 0.0,
    format: Annotated[CheckFormat, typer.Option(help="Lines to read, or data for a program.")] = CheckFormat.TEXT,
) -> None:
    """Fail where something is overdue, broken or lapsed.

    For scheduled runs. Prints one line for each such promise, and nothing where there is none.
    """
    from pipeline import queries, store

    filter = _late_filter(body, owner, verdict or list(CHECKED), min_confidence)
    with store.open(db) as conn:
        queries.must_match(conn, filter)
        rows = queries.promises(conn, filter, as_of=as_of)
    if format is CheckFormat.JSON:
        from pipeline import export

        emit(export.to_json(export.rows_json(rows, as_of=as_of)))
    else:
        from pipeline import wording

        emit("".join(f"{wording.line(row)}\n" for row in rows))
    raise typer.Exit(EXIT_FOUND if rows else 0)


def _tell_of_strangers(conn: Store, filter: Filter) -> None:
    """That a name fits nobody in the store is no error in a list, but an empty list must not look like good news."""
    from pipeline import queries

    try:
        queries.must_match(conn, filter)
    except StoreError as error:
        say(str(error))


def _late_filter(
    body: list[str] | None, owner: list[str] | None, verdict: list[VerdictKind] | None, min_confidence: float
) -> Filter:
    from pipeline.queries import LATE, Filter

    if other := sorted(set(verdict or ()) - LATE):
        raise typer.BadParameter(
            f"'{other[0]}' is no verdict of what is past its date; those are {', '.join(sorted(LATE))}"
        )
    return Filter(
        bodies=tuple(body or ()),
        owners=tuple(owner or ()),
        verdicts=frozenset(verdict or ()),
        min_confidence=min_confidence,
    )
