"""Commands by which people rule, correct and note, and those that vouch for what they entered."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    EXIT_FOUND,
    Db,
    ReportFormat,
    app,
    emit,
    now,
    parse_day,
    parse_verdict,
    say,
)
from pipeline.records import EntryKind, StoreError, VerdictKind

audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look into what people entered.")
app.add_typer(audit_app, name="audit")

Id = Annotated[str, typer.Argument(metavar="ID", hidden=True)]
By = Annotated[
    str,
    typer.Option(
        envvar="MATTERS_REVIEWER", metavar="NAME", show_default=False, help="Who enters it, by name; has to be given."
    ),
]
Reason = Annotated[str, typer.Option(metavar="WORDS", show_default=False, help="Why; has to be given.")]

NOTHING = "none"
"""What is typed for nobody and for no date."""


@app.command(
    epilog="""\b
Examples:
  matters rule 3f9a1c kept --reason "The letter is on file" --by "Jo Reed"
  matters rule 3f9a1c part-kept --reason "Two of the three benches stand" --by "Jo Reed"
  matters rule 3f9a1c --lift --reason "That was another bench" --by "Jo Reed"

ID is the id of a promise, or the beginning of it; VERDICT any of those in docs/verdicts.md. A ruling stands from the
day on which it is entered (UTC), until another one follows or it is lifted, whatever papers come. None is ever erased.
""",
)
def rule(
    *,
    id: Id,
    verdict: Annotated[
        VerdictKind | None, typer.Argument(parser=parse_verdict, metavar="[VERDICT]", hidden=True)
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Release the ruling that stands.")] = False,
    reason: Reason = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Rule what became of a promise.

    A reviewer's verdict comes before all that the papers tell.
    """
    if lift is (verdict is not None):
        raise StoreError("Give a verdict, or --lift to release the one that stands.", code="usage")
    kind = EntryKind.LIFT if verdict is None else EntryKind.RULING
    _enter(db, id, kind, {} if verdict is None else {"verdict": verdict.value}, by=by, reason=reason)


@app.command(
    epilog="""\b
Examples:
  matters correct 3f9a1c --owner "Cllr Ames" --due 2024-06-30 --reason "Read from the next row" --by "Jo Reed"
  matters correct 3f9a1c --due none --reason "The date is that of the meeting" --by "Jo Reed"
  matters correct 3f9a1c --same-as 77b2d0 --reason "One letter, minuted twice" --by "Jo Reed"
  matters correct 3f9a1c --not-a-promise --reason "The speaker reports a hope" --by "Jo Reed"
  matters correct 3f9a1c --as-read --reason "It was right after all" --by "Jo Reed"

A correction is of what the papers said all along, so it counts on every day. What was read stays beside it, and it
stands when papers are read again. With --same-as, ID may be of a promise that is no longer read.
""",
)
def correct(
    *,
    id: Id,
    owner: Annotated[
        str | None, typer.Option(metavar="WORDS", help=f"Who promised it; '{NOTHING}' for nobody named.")
    ] = None,
    due: Annotated[
        str | None, typer.Option(metavar="DAY", help=f"By when, written 2024-03-31; '{NOTHING}' for no date.")
    ] = None,
    action: Annotated[str | None, typer.Option(metavar="WORDS", help="What was promised.")] = None,
    same_as: Annotated[
        str | None, typer.Option(metavar="ID", help="It is the same matter as this promise of the body.")
    ] = None,
    apart_from: Annotated[
        str | None, typer.Option(metavar="ID", help="It is another matter than this promise, which is proposed for it.")
    ] = None,
    not_a_promise: Annotated[bool, typer.Option("--not-a-promise", help="It is none.")] = False,
    as_read: Annotated[bool, typer.Option("--as-read", help="Undo all that was corrected in it.")] = False,
    reason: Reason = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Correct what was read of a promise.

    Its owner, due date or words; that it is none, or the same as another one.
    """
    fields = {"owner": owner, "due": due, "action": action}
    given = {name: None if value == NOTHING else value.strip() for name, value in fields.items() if value is not None}
    if empty := [name for name, value in given.items() if value == ""]:
        raise StoreError(f"The {empty[0]} is empty; '{NOTHING}' is for nobody and for no date.", code="usage")
    kinds = {
        EntryKind.CORRECTION: bool(given),
        EntryKind.SAME_AS: same_as is not None,
        EntryKind.APART_FROM: apart_from is not None,
        EntryKind.NOT_A_PROMISE: not_a_promise,
        EntryKind.AS_READ: as_read,
    }
    chosen = [kind for kind, wanted in kinds.items() if wanted]
    if len(chosen) != 1:
        raise StoreError(
            "Say what to correct: --owner, --due and --action, or one of --same-as, --apart-from, --not-a-promise and "
            "--as-read.",
            code="usage",
        )
    if words := given.get("due"):
        given["due"] = parse_day(words).isoformat()
    if "action" in given and given["action"] is None:
        raise StoreError("A promise has an action; --not-a-promise is for what is none.", code="usage")
    other = same_as if same_as is not None else apart_from
    _enter(db, id, chosen[0], {"promise": other} if other is not None else given, by=by, reason=reason)


@app.command(
    epilog="""\b
Example:
  matters note 3f9a1c "Asked the Clerk on the phone; the reply is expected in May." --by "Jo Reed"

A note changes nothing. 'matters show' and 'matters timeline' print it.
""",
)
def note(
    *,
    id: Id,
    text: Annotated[str, typer.Argument(metavar="TEXT", hidden=True)],
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Note something about a promise, given as ID and TEXT."""
    _enter(db, id, EntryKind.NOTE, {}, by=by, reason=text)


@audit_app.command(
    epilog="""\b
Examples:
  matters audit verify
  matters audit verify --head 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

Exit codes: 0 the ledger is whole; 1 it is not, and the first entry that is wrong is named on stderr.
Reports print the head of the ledger. Keep one elsewhere: only it can tell that the last entries are gone, or that
all from some entry on were written anew by somebody who knows this program.
""",
)
def verify(
    db: Db = DEFAULT_DB,
    head: Annotated[
        str | None, typer.Option(metavar="HEAD", help="The head of the ledger as a report printed it, or its hash.")
    ] = None,
) -> None:
    """Check that the ledger is what was entered."""
    from pipeline import store
    from pipeline.store import ledger
    from pipeline.wording import count

    with store.open(db) as conn:
        audit = ledger.verify(conn, head)
        orphaned = len(ledger.orphans(conn)) if not audit.faults else 0
    if audit.faults:
        for fault in audit.faults:
            say(fault)
        raise typer.Exit(EXIT_FOUND)
    anchored = " Nothing is missing of what it held when the head given was printed." if head else ""
    typer.echo(f"The ledger is whole: {count(audit.head.seq, 'entry', 'entries')}, each as it was entered.{anchored}")
    typer.echo(f"Head: {audit.head}")
    if orphaned:
        typer.echo(f"{count(orphaned, 'promise')} in it no longer read from the papers: matters audit orphans")


@audit_app.command(
    epilog="""\b
Examples:
  matters audit log
  matters audit log --promise 3f9a1c
  matters audit log --format json > ledger.json

The JSON holds all of the ledger: a copy of it is the only one of what people entered.
""",
)
def log(
    db: Db = DEFAULT_DB,
    promise: Annotated[str | None, typer.Option(metavar="ID", help="Only what is about this promise.")] = None,
    format: Annotated[ReportFormat, typer.Option(help="A table to read, or data for a program.")] = ReportFormat.TABLE,
) -> None:
    """List all that people entered, oldest first."""
    from pipeline import store
    from pipeline.store import ledger

    with store.open(db) as conn:
        entries, head = ledger.entries(conn, promise), ledger.head(conn)
    if format is ReportFormat.TABLE:
        from pipeline import screen

        screen.show(screen.ledger(entries, head))
        return
    from pipeline import export

    emit(export.to_json(export.ledger_json(entries, head)))


@audit_app.command(
    epilog="""\b
Example:
  matters audit orphans

Papers that are read again by other rules may yield a promise in other words, under another id. What people entered
about the old one waits here until somebody says which it is: matters correct OLD-ID --same-as ID --reason ... --by ...
""",
)
def orphans(db: Db = DEFAULT_DB) -> None:
    """List entries whose promise is no longer read."""
    from pipeline import screen, store
    from pipeline.store import ledger

    with store.open(db) as conn:
        found = ledger.orphans(conn)
    screen.show(screen.orphans(found))


def _enter(db: str, id: str, kind: EntryKind, payload: dict[str, str | None], *, by: str, reason: str) -> None:
    from pipeline import queries, store, wording
    from pipeline.store import ledger

    with store.open(db) as conn:
        entry = ledger.enter(conn, id, kind, payload, by=by, reason=reason, at=now())
        typer.echo(wording.plain(f"Entered by {entry.by}: {wording.entered(entry)}."))
        try:
            row = queries.promise(conn, entry.promise, as_of=entry.at.date()).row
            typer.echo(wording.line(row))
        except StoreError:
            typer.echo(wording.plain(f"{entry.promise}: {entry.quote}"))  # it is none now, or not read any more
        typer.echo(f"Head of the ledger: {ledger.Head(entry.seq, entry.hash)}")
