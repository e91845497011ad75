"""The auditor's figures: how many promises came due, what became of them, and the evidence for each finding.

Hides how promises are counted: which of them a share is a share of, whose they are, and what a median is taken over.
The definitions stand beside the figures in `pipeline.report`. Hands over `audit`. All rows come from
`pipeline.queries`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline import queries, wording
from pipeline.queries import Filter, MeetingRow, Moves, PaperRow, PromiseRow, Thread
from pipeline.records import Entry, Failure, PaperKind, VerdictKind
from pipeline.store import Store, ledger
from pipeline.store.ledger import Head

CAME_DUE = (
    VerdictKind.KEPT,
    VerdictKind.KEPT_LATE,
    VerdictKind.PART_KEPT,
    VerdictKind.OVERDUE,
    VerdictKind.BROKEN,
    VerdictKind.LAPSED,
    VerdictKind.DISPUTED,
    VerdictKind.NOT_DETERMINABLE,
)
"""Verdicts of promises that there is something to answer for, where they have a date; a dispute counts without one."""

PENDING = frozenset({VerdictKind.OPEN, VerdictKind.DUE_SOON, VerdictKind.EXTENDED})
RELEASED = frozenset({VerdictKind.WITHDRAWN, VerdictKind.SUPERSEDED})
ENDED = frozenset({VerdictKind.KEPT, VerdictKind.KEPT_LATE, *RELEASED})
LATE_SO_FAR = frozenset({VerdictKind.PART_KEPT, VerdictKind.OVERDUE, VerdictKind.BROKEN, VerdictKind.LAPSED})

EVIDENCED = (
    VerdictKind.BROKEN,
    VerdictKind.OVERDUE,
    VerdictKind.PART_KEPT,
    VerdictKind.LAPSED,
    VerdictKind.DISPUTED,
    VerdictKind.KEPT_LATE,
)
"""Verdicts that tell against somebody: each is reported with all that it rests on."""

KEPT_UNDATED = "kept.undated"
CLOSED_WITHOUT_EVIDENCE = "withdrawn.closed-without-evidence"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over some promises on a day. What came due, is pending, has no date and was released adds up to all."""

    promises: int
    came_due: Mapping[VerdictKind, int]
    """By verdict, in the order of `CAME_DUE`."""
    pending: int
    kept_undated: int
    undated: int
    released: int
    closed_without_evidence: int
    dropped: int
    ownerless: int
    for_review: int
    days_late: tuple[int, ...]
    """Of those kept late, sorted."""
    days_past: tuple[int, ...]
    """Of those that are late so far, sorted."""
    moved: int
    """Promises whose date was set anew."""
    moved_agreed: int
    moved_alone: int
    dated_later: int
    """Promises without a date that were given one later."""

    @property
    def due(self) -> int:
        return sum(self.came_due.values())

    @property
    def without_date(self) -> int:
        return self.undated + self.kept_undated

    @property
    def median_late(self) -> float | None:
        return median(self.days_late) if self.days_late else None

    @property
    def median_past(self) -> float | None:
        return median(self.days_past) if self.days_past else None


@dataclass(frozen=True, slots=True)
class Read:
    """How much of what a body published was read. `meetings` are days of which there are minutes."""

    papers: int
    meetings: int
    first: dt.date | None
    last: dt.date | None
    missing: tuple[MeetingRow, ...]


@dataclass(frozen=True, slots=True)
class BodyAudit:
    body: str | None
    figures: Figures
    owners: tuple[tuple[str, Figures], ...]
    read: Read


@dataclass(frozen=True, slots=True)
class Audit:
    """All of a report, as of a day. Lists are in the order of bodies, as `queries.papers` has them, and then of
    `queries.promises`."""

    as_of: dt.date
    whole: Figures
    bodies: tuple[BodyAudit, ...]
    findings: Mapping[VerdictKind, tuple[Thread, ...]]
    """By the verdicts of `EVIDENCED`."""
    not_determinable: tuple[PromiseRow, ...]
    closed_without_evidence: tuple[PromiseRow, ...]
    dropped: tuple[tuple[PromiseRow, str], ...]
    """Each with the last list that carries it."""
    moved: tuple[tuple[PromiseRow, Moves], ...]
    papers: tuple[PaperRow, ...]
    failures: tuple[Failure, ...]
    entries: tuple[Entry, ...]
    """What people entered that counts on the day."""
    orphans: int
    """Promises that only the ledger still knows, whatever their body."""
    head: Head


def audit(conn: Store, *, bodies: tuple[str, ...] = (), as_of: dt.date) -> Audit:
    """What the store tells of all bodies, or of some, as of a day. Papers dated later are not looked at.

    StoreError `unknown` where a name fits no body.
    """
    with conn.snapshot():
        queries.must_match(conn, Filter(bodies=bodies))
        rows = queries.promises(conn, Filter(bodies=bodies), as_of=as_of)
        moves, dropped = queries.moves(conn, as_of=as_of), queries.dropped(conn, as_of=as_of)
        papers = queries.papers(conn, bodies=bodies, as_of=as_of)
        missing = queries.missing_meetings(conn, bodies=bodies, as_of=as_of)
        failures = queries.failures(conn)
        entries = queries.entered(conn, bodies=bodies, as_of=as_of)
        orphans, head = len(ledger.orphans(conn)), ledger.head(conn)
        threads = list(queries.threads(conn, Filter(bodies=bodies, verdicts=frozenset(EVIDENCED)), as_of=as_of))
    dropped = {row.id: dropped[row.id] for row in rows if row.id in dropped and row.verdict not in ENDED}

    def count(chosen: Sequence[PromiseRow]) -> Figures:
        return _figures(chosen, moves, dropped)

    by_body: dict[str | None, list[PromiseRow]] = {paper.body: [] for paper in papers}
    for row in rows:
        by_body[row.body].append(row)
    papers_of: dict[str | None, list[PaperRow]] = {name: [] for name in by_body}
    for paper in papers:
        papers_of[paper.body].append(paper)
    rows = [row for chosen in by_body.values() for row in chosen]
    places = {row.id: place for place, row in enumerate(rows)}
    threads.sort(key=lambda thread: places[thread.row.id])
    return Audit(
        as_of=as_of,
        whole=count(rows),
        bodies=tuple(
            BodyAudit(
                body=name,
                figures=count(chosen),
                owners=tuple((owner, count(theirs)) for owner, theirs in wording.by_owner(chosen, lambda row: row)),
                read=_read(papers_of[name], [meeting for meeting in missing if meeting.body == name]),
            )
            for name, chosen in by_body.items()
        ),
        findings={
            verdict: tuple(thread for thread in threads if thread.row.verdict is verdict) for verdict in EVIDENCED
        },
        not_determinable=tuple(row for row in rows if row.verdict is VerdictKind.NOT_DETERMINABLE),
        closed_without_evidence=tuple(row for row in rows if row.rule == CLOSED_WITHOUT_EVIDENCE),
        dropped=tuple((row, dropped[row.id]) for row in rows if row.id in dropped),
        moved=tuple((row, moves[row.id]) for row in rows if row.id in moves and row.original_due),
        papers=tuple(papers),
        failures=tuple(failures),
        entries=tuple(entries),
        orphans=orphans,
        head=head,
    )


def _figures(rows: Sequence[PromiseRow], moves: Mapping[str, Moves], dropped: Mapping[str, str]) -> Figures:
    due = Counter(row.verdict for row in rows if row.verdict in CAME_DUE and not _kept_undated(row))
    moved = [moves[row.id] for row in rows if row.id in moves and row.original_due]
    return Figures(
        promises=len(rows),
        came_due={verdict: due[verdict] for verdict in CAME_DUE},
        pending=sum(row.verdict in PENDING for row in rows),
        kept_undated=sum(map(_kept_undated, rows)),
        undated=sum(row.verdict is VerdictKind.UNDATED for row in rows),
        released=sum(row.verdict in RELEASED for row in rows),
        closed_without_evidence=sum(row.rule == CLOSED_WITHOUT_EVIDENCE for row in rows),
        dropped=sum(row.id in dropped for row in rows),
        ownerless=sum(row.owner is None for row in rows),
        for_review=sum(row.review for row in rows),
        days_late=_days(row for row in rows if row.verdict is VerdictKind.KEPT_LATE),
        days_past=_days(row for row in rows if row.verdict in LATE_SO_FAR),
        moved=len(moved),
        moved_agreed=sum(move.agreed for move in moved),
        moved_alone=sum(move.alone for move in moved),
        dated_later=sum(row.id in moves and row.original_due is None for row in rows),
    )


def _kept_undated(row: PromiseRow) -> bool:
    return row.verdict is VerdictKind.KEPT and (row.due is None or row.rule == KEPT_UNDATED)


def _days(rows: Iterable[PromiseRow]) -> tuple[int, ...]:
    return tuple(sorted(row.days for row in rows if row.days is not None))


def _read(papers: Sequence[PaperRow], missing: Sequence[MeetingRow]) -> Read:
    days = sorted(paper.date for paper in papers if paper.date)
    minutes = {paper.date for paper in papers if paper.kind is PaperKind.MINUTES and paper.date}
    return Read(len(papers), len(minutes), days[0] if days else None, days[-1] if days else None, tuple(missing))
