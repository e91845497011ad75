"""A body's own action log against what its published papers say.

Hides the matching, which is the tracker's: the log is linked as if it were one more paper of the body, so that a row
finds its promise by printed id, words and owner, as a published list's would. The store is only read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline import queries, track, wording
from pipeline.queries import OUTSTANDING, BodyRow, Filter, PromiseRow
from pipeline.records import EventType, Extract, Extraction, Kind, PaperError, Promise, StoreError
from pipeline.rules import status
from pipeline.store import Store, ledger
from pipeline.track.words import same_owner, telling_names

_LOG = "\0log"
"""What the log is called among the papers, of which one may have its name."""


class Finding(StrEnum):
    NOT_IN_PAPERS = "not-in-papers"
    """A row of the log that no published paper shows."""
    NOT_IN_LOG = "not-in-log"
    """A promise of the papers, still outstanding, that the log does not carry."""
    DUE = "due-differs"
    OWNER = "owner-differs"
    CLOSED = "closed-in-log-only"
    """Closed in the log, and no paper says that it was done or released."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement. `in_log` and `in_papers` are what each side says of it; None where it says nothing."""

    finding: Finding
    action: str
    promise: str | None
    """The promise's id; None where the papers have none."""
    in_log: str | None
    in_papers: str | None
    log_page: int | None
    paper: str | None
    page: int | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    log: str
    body: str
    rows: int
    """Actions that the log holds."""
    matched: int
    """Those of them that a published paper shows too."""
    differences: tuple[Difference, ...]


def reconcile(conn: Store, log: Extraction, *, body: str | None = None, as_of: dt.date) -> Reconciliation:
    """Compare a log with the papers of its body dated on or before `as_of`.

    `body` is part of the body's name; by default it is the one that the log names, or the only one of the store.
    A log without a date is taken to be of `as_of`. StoreError (`unknown`, `ambiguous`) where no one body is meant,
    PaperError where the log holds no action: all that the papers have outstanding would seem to be missing from it.
    """
    known = _body(conn, log, body, as_of)
    day = log.meeting.date or as_of
    published = [
        paper
        for paper in queries.said(conn, known)
        if paper.sha256 != log.sha256 and (paper.meeting.date is None or paper.meeting.date <= as_of)
    ]
    printed = next((paper.meeting.body for paper in reversed(published)), known)
    own = replace(log, paper=_LOG, meeting=replace(log.meeting, body=printed, date=day))
    rows = {extract.id: extract for extract in log.extracts if extract.kind is Kind.PROMISE}
    standing = {row.id: row for row in queries.promises(conn, Filter(bodies=(known,)), as_of=as_of)}
    if not rows:
        raise PaperError(
            f"{log.paper}: no action could be read in it; a table needs a row of headings such as Ref, Action, Owner, "
            "Due and Status.",
            code="not-a-log",
        )
    found: list[Difference] = []
    matched = 0
    linked = track.link([*published, own])
    entered = ledger.about(conn.rows, [promise.id for promise in linked])
    for promise in track.lay_over(linked, entered, published):
        listed = [rows[id] for paper, id in promise.extracts if paper == _LOG]
        row = standing.get(promise.id)
        if promise.paper == _LOG:
            found += [_difference(Finding.NOT_IN_PAPERS, promise, row, entry) for entry in listed]
        elif listed:
            matched += len(listed)
            found += _disagreements(promise, row, listed[-1])
        elif row is not None and row.verdict in OUTSTANDING and (row.made is None or row.made <= day):
            found.append(_difference(Finding.NOT_IN_LOG, promise, row, None))
    order = list(Finding)
    found.sort(key=lambda difference: order.index(difference.finding))
    return Reconciliation(log.paper, known, len(rows), matched, tuple(found))


def _body(conn: Store, log: Extraction, wanted: str | None, as_of: dt.date) -> str:
    """The one body of the store whose log this is."""
    bodies = [row for row in queries.bodies(conn, as_of=as_of) if row.name]
    if wanted is not None:
        fitting = [row for row in bodies if wanted.casefold() in (row.name or "").casefold()]
    else:
        named = track.Bodies((row.name, row.first) for row in bodies)
        key = named.key(log.meeting.body, log.meeting.date or as_of)
        fitting = [row for row in bodies if track.body_key(row.name) == key] if key else bodies
    if len(fitting) == 1 and fitting[0].name:
        return fitting[0].name
    names = _named(fitting or bodies)
    if fitting:
        raise StoreError(f"{log.paper}: it may be the log of {names}; say which with --body.", code="ambiguous")
    whose = wanted or log.meeting.body
    raise StoreError(f"{log.paper}: the store holds no papers of {whose}; it has {names}.", code="unknown")


def _named(bodies: Sequence[BodyRow]) -> str:
    names = [row.name or "" for row in bodies]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "") if names else "none"


def _disagreements(promise: Promise, row: PromiseRow | None, entry: Extract) -> Iterable[Difference]:
    days = {event.new_due for event in promise.events if event.new_due and event.paper != _LOG}
    if promise.due is not None and promise.due.end is not None:
        days.add(promise.due.end)
    if row is not None:
        days |= {day for day in (row.due, row.original_due) if day is not None}
    listed = entry.due.end if entry.due else None
    if listed not in days and (listed is not None or (days and entry.due is None)):
        yield _difference(Finding.DUE, promise, row, entry, *(_due(listed), _due(max(days, default=None))))
    named = [event.owner for event in promise.events if event.paper != _LOG]
    owners = (promise.owner, promise.owner_name, *promise.owner_posts, *named)
    known = [telling_names(who) for who in owners if who]
    if entry.owner and known and not any(same_owner(telling_names(entry.owner), names) for names in known):
        yield _difference(Finding.OWNER, promise, row, entry, entry.owner, promise.owner)
    told = status.classify(entry.status) if entry.status else None
    shown = any(
        event.type in (EventType.DONE, EventType.WITHDRAWN, EventType.SUPERSEDED) and event.paper != _LOG
        for event in promise.events
    )
    if told in (EventType.DONE, EventType.WITHDRAWN) and not shown and not (row and row.verdict not in OUTSTANDING):
        yield _difference(Finding.CLOSED, promise, row, entry, entry.status, None)


def _difference(
    finding: Finding,
    promise: Promise,
    row: PromiseRow | None,
    entry: Extract | None,
    in_log: str | None = None,
    in_papers: str | None = None,
) -> Difference:
    published = promise.paper != _LOG
    if finding is Finding.NOT_IN_LOG and row is not None:
        in_papers = f"{wording.label(row.verdict)}, {_due(row.due)}"
    if finding is Finding.NOT_IN_PAPERS and entry is not None:
        in_log = ", ".join(filter(None, [entry.owner, entry.due.words if entry.due else None, entry.status])) or None
    return Difference(
        finding=finding,
        action=entry.quote if entry is not None and not published else promise.action,
        promise=promise.id if published else None,
        in_log=in_log,
        in_papers=in_papers,
        log_page=entry.page if entry is not None else None,
        paper=promise.paper if published else None,
        page=promise.page if published else None,
    )


def _due(day: dt.date | None) -> str:
    return f"due {wording.day(day)}" if day else "no date"
