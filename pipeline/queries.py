"""The one read side: typed filters -> typed rows, for the commands, the web pages and the exports alike.

Hides the SQL, the store's tables and the order of every list. Hands over frozen rows; dates are dates, nothing is
formatted. The clock is an argument (`as_of`). Never imports spaCy, and on SQLite never SQLAlchemy either (see
`pipeline.store`), so that a listing answers in the time it takes to start.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from pipeline.confidence import REVIEW_BELOW, Band, for_review
from pipeline.records import (
    RULED,
    AgendaItem,
    Attendee,
    Correction,
    Coverage,
    Due,
    Entry,
    EntryKind,
    Event,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Failure,
    Kind,
    MediaType,
    PaperKind,
    StoreError,
    Strength,
    Unclaimed,
    VerdictKind,
)
from pipeline.store import Store, file_order, fold, ledger
from pipeline.store.papers import as_printed, day, due, one

OUTSTANDING = frozenset(
    {
        VerdictKind.DISPUTED,
        VerdictKind.PART_KEPT,
        VerdictKind.BROKEN,
        VerdictKind.LAPSED,
        VerdictKind.OVERDUE,
        VerdictKind.NOT_DETERMINABLE,
        VerdictKind.EXTENDED,
        VerdictKind.DUE_SOON,
        VerdictKind.OPEN,
        VerdictKind.UNDATED,
    }
)
"""What an officer still has to see: all verdicts but kept, kept late, withdrawn and superseded."""

LATE = frozenset(
    {
        VerdictKind.DISPUTED,
        VerdictKind.PART_KEPT,
        VerdictKind.BROKEN,
        VerdictKind.LAPSED,
        VerdictKind.OVERDUE,
        VerdictKind.NOT_DETERMINABLE,
    }
)
"""Verdicts of what is late, where its date has passed: no paper shows it kept, or papers contradict each other."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; an empty field narrows nothing. Several values of one field: any of them will do."""

    bodies: tuple[str, ...] = ()
    """Parts of a body's name, whatever the case."""
    owners: tuple[str, ...] = ()
    """Part of the owner as printed or as resolved ("smith", "clerk"), or somebody's initials ("KE")."""
    verdicts: frozenset[VerdictKind] = frozenset()
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    text: str = ""
    """Words that must all stand in the action or in one of its quotes, whatever the case."""
    strengths: frozenset[Strength] = frozenset()
    min_confidence: float = 0.0
    review: bool = False
    """Only what is for review."""
    papers: tuple[str, ...] = ()
    """Names, or stems of names, of papers in which the promise was made or seen."""


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise as it stands on the day asked about."""

    id: str
    body: str | None
    owner: str | None
    owner_name: str | None
    action: str
    due: dt.date | None
    """The day that counts now: the original one, or a later one set since."""
    original_due: dt.date | None
    due_words: str | None
    days: int | None
    """Since the due date where positive, left where negative; None without a due date and where it was kept in time."""
    verdict: VerdictKind
    rule: str
    agreed: bool | None
    stale: bool
    strength: Strength
    reference: str | None
    paper: str
    page: int | None
    made: dt.date | None
    confidence: float
    """That of its making: the words that the list shows, whatever papers have followed by the day asked about."""
    review: bool
    """Whether a person is to read the quote before anything rests on it."""
    corrected: bool = False
    """Whether a person corrected what was read: `PromiseDetail.corrections` tell what was."""
    owner_now: str | None = None
    """Whom a paper has named since in the owner's place, in its words; not where a person corrected the owner."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a promise is printed; the first is where it was made."""

    paper: str
    page: int | None
    date: dt.date | None
    quote: str
    extract: str
    band: Band
    """What the confidence of this sighting rests on."""


@dataclass(frozen=True, slots=True)
class Period:
    """A verdict and the days it held: from the first day up to, not including, `until` (None: to this day)."""

    since: dt.date
    until: dt.date | None
    verdict: VerdictKind
    rule: str
    due: dt.date | None
    days_late: int
    agreed: bool | None
    stale: bool
    papers_searched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a promise's way: something that a paper tells or a reviewer rules, a turn of its verdict, or what
    else somebody entered; the others are None.

    `date` is None for what stands in a paper without a date.
    """

    date: dt.date | None
    event: Event | None
    turn: Period | None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A promise that is late, and what is new about that."""

    row: PromiseRow
    since: dt.date
    """The first day on which it was late and not only due, as the papers of that day had it."""
    turned: dt.date
    """The first day of its present verdict, by whichever rule."""
    before: VerdictKind | None
    """The verdict that it had until then; None where it was late from the first."""
    last: Event
    """The last that a paper says of it."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A promise with all that the papers up to the day asked about say of it, and what people entered."""

    row: PromiseRow
    sightings: tuple[Sighting, ...]
    events: tuple[Event, ...]
    rests_on: tuple[int, ...]
    """Places in `events` of those that decided the verdict."""
    corrections: tuple[Correction, ...] = ()
    entries: tuple[Entry, ...] = ()
    papers_searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """How often a promise's date was set anew, up to the day asked about."""

    agreed: int
    """By the body itself, before the old date had passed."""
    alone: int
    """All others."""
    to: dt.date
    """The day that was set last."""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting that papers announce for a day that has passed, and of which the store holds no minutes."""

    body: str | None
    date: dt.date
    announced_by: str


@dataclass(frozen=True, slots=True)
class PromiseDetail:
    """A thread with its deadline as printed, its past verdicts and the papers that the present one rests on."""

    row: PromiseRow
    due: Due | None
    sightings: tuple[Sighting, ...]
    events: tuple[Event, ...]
    periods: tuple[Period, ...]
    papers_searched: tuple[str, ...]
    rests_on: tuple[int, ...]
    """Places in `events` of those that decided the verdict."""
    corrections: tuple[Correction, ...] = ()
    """What was laid over what was read, with that. A correction is of what the papers said all along: it counts on
    every day, whenever it was entered."""
    entries: tuple[Entry, ...] = ()
    """All that was entered about it up to the day asked about, and all corrections."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What comes too close for the tracker to tell: whether `promise` is the same matter as `other`, which was made
    before, or whether what `quote` tells, of the kind `type`, happened to it."""

    promise: PromiseRow
    type: EventType
    paper: str
    page: int | None
    date: dt.date | None
    quote: str
    other: PromiseRow | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    name: str
    sha256: str
    kind: PaperKind
    body: str | None
    date: dt.date | None
    draft: bool
    pages: int | None
    coverage: Coverage
    warnings: tuple[str, ...]
    extracts: int
    promises: int
    """Extracts of the kind promise; a promise of several papers counts in each."""
    ruleset: str
    """The version of the rules that read it."""


@dataclass(frozen=True, slots=True)
class PaperDetail:
    row: PaperRow
    media_type: MediaType
    ruleset: str
    next_date: dt.date | None
    meeting_dates: tuple[dt.date, ...]
    paths: tuple[str, ...]
    """Every file that holds this paper, the one that names it first."""
    attendees: tuple[Attendee, ...]
    items: tuple[AgendaItem, ...]
    extracts: tuple[Extract, ...]
    evidence: tuple[Evidence, ...]
    unclaimed: tuple[Unclaimed, ...]
    promise_ids: Mapping[str, str]
    """Extract id -> id of the promise of which it is a sighting."""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body and what the store knows of it on the day asked about. `name` is None for papers that name no body."""

    name: str | None
    papers: int
    first: dt.date | None
    last: dt.date | None
    promises: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Counts:
    papers: int
    extracts: Mapping[Kind, int]
    unclaimed: int
    promises: int
    verdicts: Mapping[VerdictKind, int]
    failures: int


def promises(
    conn: Store, filter: Filter | None = None, *, as_of: dt.date, limit: int | None = None, offset: int = 0
) -> list[PromiseRow]:
    """Promises as they stand on `as_of`: late ones first, the latest on top; then due soon, open by date, undated.

    A promise made after `as_of` is not there yet. `Filter(verdicts=OUTSTANDING)` is the officers' list.
    """
    condition = _condition(conn, filter, as_of)
    lead = _BY_PROMISE if condition.picks else _BY_VERDICT
    sql = f"SELECT {_ROW} FROM {lead} {_NAMES} WHERE {_JOINED} AND {condition.listing} {_ORDER}"
    bounds: dict[str, object] = {}
    if limit is not None:
        sql += " LIMIT :limit OFFSET :offset"
        bounds = {"limit": limit, "offset": offset}
    rows = (_promise_row(row, as_of) for row in conn.rows(sql, condition.parameters | bounds))
    return list(rows if limit is not None else islice(rows, offset, None))


def promise(conn: Store, id: str, *, as_of: dt.date) -> PromiseDetail:
    """One promise by its id or the beginning of it, or by that of one that was called the same.

    StoreError `unknown` where it names none, or one made after `as_of`; `ambiguous` where it names several; `dismissed`
    where somebody entered that it is none; `orphaned` where only the ledger knows it any more.
    """
    with conn.snapshot():
        named = ledger.find(conn.rows, id)
        if named.orphaned:
            raise StoreError(
                f"The promise {named.id} is no longer read from the papers; `matters audit orphans` shows what was "
                "entered about it.",
                code="orphaned",
            )
        found = [named.id]
        key = {"id": named.id, "day": as_of.isoformat()}
        rows = list(
            conn.rows(
                f"SELECT v.searched, v.rests_on, p.due_words, p.due_start, p.due_end, p.due_kind, {_ROW} "
                f"FROM {_BY_PROMISE} {_NAMES} WHERE {_JOINED} AND {_TODAY} AND p.id = :id",
                key,
            )
        )
        entries, corrections = _entered(conn, found, as_of)
        if not rows:
            for entry in entries[named.id]:
                if entry.seq in [laid.seq for laid in corrections[named.id] if laid.field == "promise"]:
                    raise StoreError(
                        f"The promise {named.id} was entered as being none: {entry.reason} ({entry.by}, "
                        f"{entry.at.date()}); `matters correct {named.id} --as-read` undoes it.",
                        code="dismissed",
                    )
            raise StoreError(f"The promise {named.id} was made after {as_of.isoformat()}.", code="unknown")
        searched, rests_on, words, start, end, kind, *row = rows[0]
        history = conn.rows(
            "SELECT from_date, until, verdict, rule, due, days_late, agreed, stale, searched FROM verdict_periods "
            "WHERE promise_id = :id AND from_date <= :day ORDER BY from_date",
            key,
        )
        events = _with_rulings(_events(conn, found, as_of)[named.id], entries[named.id])
        return PromiseDetail(
            row=_promise_row(row, as_of),
            due=due(words, start, end, kind),
            sightings=tuple(_sightings(conn, found, as_of)[named.id]),
            events=events,
            periods=tuple(
                Period(
                    since=dt.date.fromisoformat(since),
                    until=dt.date.fromisoformat(until) if until <= key["day"] else None,
                    verdict=VerdictKind(verdict),
                    rule=rule,
                    due=day(due_day),
                    days_late=late,
                    agreed=None if agreed is None else bool(agreed),
                    stale=bool(stale),
                    papers_searched=tuple(json.loads(papers)),
                )
                for since, until, verdict, rule, due_day, late, agreed, stale, papers in history
            ),
            papers_searched=tuple(json.loads(searched)),
            rests_on=_grounded(tuple(json.loads(rests_on)), events),
            corrections=tuple(corrections[named.id]),
            entries=tuple(entries[named.id]),
        )


def timeline(detail: PromiseDetail) -> tuple[Step, ...]:
    """A promise's events, what was entered about it and the turns of its verdict as one story, day by day; what a paper
    or a person tells comes before the turn of the same day."""
    steps = [Step(event.date, event, None) for event in detail.events]
    steps += [
        Step(e.at.date(), None, None, e) for e in detail.entries if e.kind not in (EntryKind.RULING, EntryKind.LIFT)
    ]
    steps += [Step(period.since, None, period) for period in detail.periods]
    return tuple(sorted(steps, key=lambda step: (step.date or dt.date.min, step.turn is not None)))


def late(conn: Store, filter: Filter | None = None, *, as_of: dt.date, since: dt.date | None = None) -> list[LateRow]:
    """Promises whose date has passed by `as_of` and that no paper shows kept, in the order of `promises`.

    With `since`, only those that were not late on that day, or whose verdict has changed after it. The filter's own
    verdicts narrow `LATE`.
    """
    wanted = filter or Filter()
    wanted = replace(wanted, verdicts=(wanted.verdicts or LATE) & LATE, due_to=as_of - dt.timedelta(days=1))
    found = []
    with conn.snapshot():
        rows = promises(conn, wanted, as_of=as_of) if wanted.verdicts else []
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            ids = [row.id for row in batch]
            turns, events = _turns(conn, ids, as_of), _events(conn, ids, as_of)
            found += [_late(row, turns[row.id], events[row.id][-1]) for row in batch]
    return [late for late in found if since is None or late.turned > since]


def read_to(conn: Store, bodies: Collection[str | None], *, as_of: dt.date) -> dict[str | None, dt.date]:
    """The day of the last paper up to `as_of` of each of these bodies: how far the store can know."""
    keys = [key for key, name in conn.rows("SELECT id, name FROM bodies ORDER BY id") if name in bodies]
    last = (
        "SELECT b.name, max(a.date) FROM papers a JOIN bodies b ON b.id = a.body_id "
        f"WHERE {_among('a.body_id', keys)} AND a.date <= :day GROUP BY 1"
    )
    return {name: dt.date.fromisoformat(date) for name, date in conn.rows(last, {"day": as_of.isoformat()})}


def must_match(conn: Store, filter: Filter) -> None:
    """StoreError `unknown` where a body or owner of the filter fits none in the store, on whatever day: for those to
    whom nothing found would be good news, and who may have misspelt it."""
    known = "SELECT 1 FROM promises WHERE owner_words LIKE :pattern LIMIT 1"
    unknown = [body for body in filter.bodies if not _body_keys(conn, (body,))]
    unknown += [
        owner
        for owner in filter.owners
        if not list(conn.rows(known, {"pattern": _owner(owner)})) and not _named_since(conn, (owner,))
    ]
    if unknown:
        names = ", ".join(f'"{name}"' for name in unknown)
        raise StoreError(
            f"No body or owner in the store fits {names}; `matters list --all` shows them.", code="unknown"
        )


def threads(conn: Store, filter: Filter | None = None, *, as_of: dt.date) -> Iterator[Thread]:
    """All promises with their sightings and events up to `as_of`, in the order of `promises`."""
    with conn.snapshot():
        rows = promises(conn, filter, as_of=as_of)
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            ids = [row.id for row in batch]
            sightings, events = _sightings(conn, ids, as_of), _events(conn, ids, as_of)
            grounds = _grounds(conn, ids, as_of)
            entries, corrections = _entered(conn, ids, as_of)
            for row in batch:
                told = _with_rulings(events[row.id], entries[row.id])
                rests_on, searched = grounds[row.id]
                yield Thread(
                    row,
                    tuple(sightings[row.id]),
                    told,
                    _grounded(rests_on, told),
                    tuple(corrections[row.id]),
                    tuple(entries[row.id]),
                    searched,
                )


def proposals(conn: Store, filter: Filter | None = None, *, as_of: dt.date) -> list[ProposalRow]:
    """What the tracker leaves to a person, by body and day: promises that may be one, sentences that may settle one.

    Left out is what papers or people have settled by `as_of`, and what somebody said of two promises.
    """
    condition = _condition(conn, filter, as_of)
    settled = f"(q.other IS NULL AND (v.verdict NOT IN ({_OPEN}) OR v.rule = '{RULED}'))"
    sql = (
        f"SELECT q.type, x.name, q.page, q.date, q.quote, q.other, {_ROW} FROM proposals q "
        f"CROSS JOIN {_BY_PROMISE} {_NAMES} CROSS JOIN papers x WHERE q.promise_id = p.id AND x.id = q.paper_id "
        f"AND {_JOINED} AND {condition.listing} AND q.date <= :day AND NOT {settled} "
        "ORDER BY b.key, q.date, x.name, q.promise_id, q.seq"
    )
    with conn.snapshot():
        found = list(conn.rows(sql, condition.parameters))
        others = _standing(conn, sorted({other for _, _, _, _, _, other, *_ in found if other}), as_of)
        return [
            ProposalRow(
                _promise_row(row, as_of),
                EventType(type),
                paper,
                page,
                day(date),
                quote,
                others[other] if other else None,
            )
            for type, paper, page, date, quote, other, *row in found
            if not other or other in others
        ]


def _standing(conn: Store, ids: Sequence[str], as_of: dt.date) -> dict[str, PromiseRow]:
    """Promises by their ids, or by those of what people called the same, as they stand on a day."""
    found: dict[str, PromiseRow] = {}
    for start in range(0, len(ids), _BATCH):
        names, parameters = _ids(ids[start : start + _BATCH])
        named = "SELECT id, id AS whole FROM promises UNION ALL SELECT id, promise_id FROM aliases"
        sql = (
            f"SELECT n.id, {_ROW} FROM ({named}) n CROSS JOIN {_BY_PROMISE} {_NAMES} "
            f"WHERE n.id IN ({names}) AND p.id = n.whole AND {_JOINED} AND {_TODAY}"
        )
        rows = conn.rows(sql, parameters | {"day": as_of.isoformat()})
        found |= {id: _promise_row(row, as_of) for id, *row in rows}
    return found


def verdicts(conn: Store, filter: Filter | None = None, *, as_of: dt.date) -> dict[VerdictKind, int]:
    """How many promises stand at each verdict on `as_of`, in the order of STATUS: cheap enough below every list."""
    condition = _condition(conn, filter, as_of)
    source, joined = "verdict_periods v", "TRUE"
    if condition.weighs:
        source, joined = _BY_PROMISE, "p.id = v.promise_id"
    sql = f"SELECT v.verdict, count(*) FROM {source} WHERE {joined} AND {condition.counting} GROUP BY v.verdict"
    counted = dict(conn.rows(sql, condition.parameters))
    return {verdict: counted[verdict.value] for verdict in VerdictKind if verdict.value in counted}


def counts(conn: Store, *, as_of: dt.date, filter: Filter | None = None) -> Counts:
    """Sums for a summary. The filter narrows the verdicts only; all else is of the whole store."""
    with conn.snapshot():
        kinds = dict(conn.rows("SELECT kind, count(*) FROM extracts GROUP BY kind"))
        by_verdict = verdicts(conn, filter, as_of=as_of)
        return Counts(
            papers=_count(conn, "papers"),
            extracts={kind: kinds[kind.value] for kind in Kind if kind.value in kinds},
            unclaimed=_count(conn, "unclaimed"),
            promises=sum(by_verdict.values()),
            verdicts=by_verdict,
            failures=_count(conn, "failures"),
        )


def moves(conn: Store, *, as_of: dt.date) -> dict[str, Moves]:
    """How often the dates of promises were set anew, by the promises' ids."""
    sql = (
        "SELECT promise_id, agreed, new_due FROM events "
        "WHERE type = 'rescheduled' AND new_due IS NOT NULL AND date <= :day ORDER BY promise_id, seq"
    )
    found: dict[str, Moves] = {}
    for id, agreed, new_due in conn.rows(sql, {"day": as_of.isoformat()}):
        earlier = found.get(id, Moves(0, 0, dt.date.min))
        to = dt.date.fromisoformat(new_due)
        found[id] = Moves(earlier.agreed + bool(agreed), earlier.alone + (not agreed), to)
    return found


def entered(conn: Store, *, bodies: tuple[str, ...] = (), as_of: dt.date) -> list[Entry]:
    """What people entered that counts on a day: rulings and notes up to it, and what was laid over what was read, which
    counts on every day; oldest first."""
    names = [body.casefold() for body in bodies]
    return [
        entry
        for entry in ledger.entries(conn)
        if (entry.at.date() <= as_of or entry.kind in _LAID_OVER)
        and (not names or any(name in (entry.body or "").casefold() for name in names))
    ]


def dropped(conn: Store, *, as_of: dt.date, lapse_after: int = 2) -> dict[str, str]:
    """Promises that lists no longer carry, by id, each with the last list that does.

    One list had carried it over from an earlier one; then that many lists of the same kind, one after the other, do not
    print it, and no later paper says a word of it. Whether it was open or done by then is the verdict's to tell.
    """
    day = {"day": as_of.isoformat()}
    row = "(e.reference IS NOT NULL OR e.status IS NOT NULL) AND a.coverage = 'ok' AND a.date <= :day"
    with conn.snapshot():
        lists: dict[tuple[int, str], list[str]] = defaultdict(list)
        for body, kind, date in conn.rows(
            f"SELECT DISTINCT a.body_id, a.kind, a.date FROM papers a JOIN extracts e ON e.paper_id = a.id WHERE {row} "
            "ORDER BY a.date",
            day,
        ):
            lists[body, kind].append(date)
        printed: dict[tuple[str, int, str], list[tuple[str, str]]] = defaultdict(list)
        for id, body, kind, date, name in conn.rows(
            "SELECT s.promise_id, a.body_id, a.kind, a.date, a.name FROM sightings s "
            "JOIN papers a ON a.id = s.paper_id "
            "JOIN extracts e ON e.paper_id = s.paper_id AND e.id = s.extract_id "
            f"WHERE {row} ORDER BY s.promise_id, s.seq",
            day,
        ):
            printed[id, body, kind].append((date, name))
        found: dict[str, tuple[str, str]] = {}
        for (id, body, kind), places in printed.items():
            last, name = max(places)
            carried_over = len({date for date, _ in places}) > 1
            if carried_over and sum(date > last for date in lists[body, kind]) >= lapse_after:
                found[id] = max((last, name), found.get(id, ("", "")))
        spoken = _last_words(conn, as_of)
        return {id: name for id, (date, name) in sorted(found.items()) if spoken.get(id, "") <= date}


def papers(conn: Store, *, bodies: tuple[str, ...] = (), as_of: dt.date | None = None) -> list[PaperRow]:
    """Papers by body, date and name; with `as_of`, those dated later are left out."""
    condition = _among("a.body_id", _body_keys(conn, bodies)) if bodies else "TRUE"
    if as_of is not None:
        condition += " AND (a.date IS NULL OR a.date <= :day)"
    return [
        _paper_row(row)
        for row in conn.rows(
            f"SELECT {_PAPER} FROM papers a JOIN bodies b ON b.id = a.body_id "
            f"WHERE {condition} ORDER BY b.key, COALESCE(a.date, ''), a.name",
            {"day": as_of.isoformat()} if as_of is not None else None,
        )
    ]


def missing_meetings(conn: Store, *, bodies: tuple[str, ...] = (), as_of: dt.date) -> list[MeetingRow]:
    """Meetings up to `as_of` that papers announce and of which the store holds no minutes, nor of one that may be it,
    moved by some days; by body and day."""
    from pipeline.track import Calendar, PaperRef

    condition = _among("a.body_id", _body_keys(conn, bodies)) if bodies else "TRUE"
    by_body: dict[str | None, list[PaperRef]] = defaultdict(list)
    for body, name, kind, date, next_date, dates in conn.rows(
        "SELECT b.name, a.name, a.kind, a.date, a.next_date, a.meeting_dates FROM papers a "
        f"JOIN bodies b ON b.id = a.body_id WHERE {condition} AND a.date <= :day AND b.key <> '' ORDER BY b.key",
        {"day": as_of.isoformat()},
    ):
        told = tuple(map(dt.date.fromisoformat, json.loads(dates)))
        by_body[body].append(PaperRef(name, PaperKind(kind), day(date), body, day(next_date), told))
    found = []
    for body, refs in by_body.items():
        calendar = Calendar(refs)
        for announced in calendar.coming:
            if announced <= as_of and calendar.near(announced, dt.date.min, as_of) is None:
                teller = next(ref for ref in calendar.papers if announced in (ref.next_date, *ref.meeting_dates))
                found.append(MeetingRow(body, announced, teller.name))
    return found


def paper(conn: Store, name: str) -> PaperDetail:
    """One paper by its name, stem of its name, path or beginning of its hash. StoreError `unknown` or `ambiguous`."""
    with conn.snapshot():
        key = _paper_key(conn, name)
        extraction = one(conn, key)
        (row,) = conn.rows(
            f"SELECT {_PAPER} FROM papers a JOIN bodies b ON b.id = a.body_id WHERE a.id = :key", {"key": key}
        )
        paths = conn.rows("SELECT path FROM sources WHERE paper_id = :key", {"key": key})
        ids = conn.rows(
            "SELECT extract_id, promise_id FROM sightings WHERE paper_id = :key ORDER BY promise_id", {"key": key}
        )
        return PaperDetail(
            row=_paper_row(row),
            media_type=extraction.media_type,
            ruleset=extraction.ruleset,
            next_date=extraction.meeting.next_date,
            meeting_dates=extraction.meeting.meeting_dates,
            paths=tuple(sorted((path for (path,) in paths), key=file_order)),
            attendees=extraction.attendees,
            items=extraction.items,
            extracts=extraction.extracts,
            evidence=extraction.evidence,
            unclaimed=extraction.unclaimed,
            promise_ids=dict(ids),
        )


def text(conn: Store, name: str) -> str:
    """The text that a paper's spans point into; `name` as in `paper`."""
    with conn.snapshot():
        ((words,),) = conn.rows("SELECT text FROM texts WHERE paper_id = :key", {"key": _paper_key(conn, name)})
        return str(words)


def bodies(conn: Store, *, as_of: dt.date) -> list[BodyRow]:
    """Bodies by name."""
    with conn.snapshot():
        standing: dict[int, dict[VerdictKind, int]] = defaultdict(dict)
        for key, verdict, count in conn.rows(
            f"SELECT p.body_id, v.verdict, count(*) FROM verdict_periods v JOIN promises p ON p.id = v.promise_id "
            f"WHERE {_TODAY} GROUP BY 1, 2",
            {"day": as_of.isoformat()},
        ):
            standing[key][VerdictKind(verdict)] = count
        return [
            BodyRow(
                name=name,
                papers=papers,
                first=day(first),
                last=day(last),
                promises=sum(standing[key].values()),
                outstanding=sum(count for verdict, count in standing[key].items() if verdict in OUTSTANDING),
            )
            for key, name, papers, first, last in conn.rows(
                "SELECT b.id, b.name, count(*), min(a.date), max(a.date) FROM bodies b "
                "JOIN papers a ON a.body_id = b.id GROUP BY b.id, b.name, b.key ORDER BY b.key"
            )
        ]


def said(conn: Store, body: str) -> list[Extraction]:
    """All that the papers of a body say, in order of date; `body` is its name as `bodies` gives it."""
    keys = conn.rows("SELECT id FROM bodies WHERE name = :name ORDER BY key", {"name": body})
    return [extraction for (key,) in list(keys) for extraction in as_printed(conn.rows, key)]


def failures(conn: Store) -> list[Failure]:
    """Files that could not be read when last tried, by path."""
    return [Failure(*row) for row in conn.rows("SELECT path, code, message FROM failures ORDER BY path")]


_OPEN = ", ".join(f"'{verdict}'" for verdict in sorted(OUTSTANDING))
_BATCH = 500

_HASH = re.compile(r"[0-9a-fA-F]{6,64}")

_TODAY = "v.from_date <= :day AND v.until > :day"

# The order of the tables is fixed by CROSS JOIN, which SQLite obeys, because its planner cannot guess what a LIKE lets
# through. Where only verdicts are asked for, the list's index leads, and the first screen ends the walk; where promises
# are picked (by body, owner, words), they lead, and only theirs are looked up and sorted. At 100,000 promises: 1 ms
# against 230 by the wrong way round.
_BY_VERDICT = "verdict_periods v CROSS JOIN promises p"
_BY_PROMISE = "promises p CROSS JOIN verdict_periods v"
_NAMES = "CROSS JOIN bodies b CROSS JOIN papers a"
_JOINED = "p.id = v.promise_id AND b.id = p.body_id AND a.id = p.paper_id"

# The columns of the index ix_verdict_periods_list: the first screen is read off it, nothing is sorted.
_ORDER = "ORDER BY v.rank, v.by_date, v.made, v.place, v.promise_id"

_ROW = (
    "p.id, b.name, CASE WHEN p.owned > :day THEN NULL ELSE p.owner END, "
    "CASE WHEN p.owned > :day THEN NULL ELSE p.owner_name END, "
    "p.action, v.due, v.original, p.due_words, v.days_late, v.verdict, v.rule, v.agreed, v.stale, p.strength, "
    "CASE WHEN p.referred > :day THEN NULL ELSE p.reference END, a.name, p.page, p.made, p.confidence, "
    "EXISTS (SELECT 1 FROM corrections c WHERE c.promise_id = p.id), "
    "(SELECT e.owner FROM events e WHERE e.promise_id = p.id AND e.owner IS NOT NULL AND e.date <= :day "
    "AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.promise_id = p.id AND c.field = 'owner') "
    "ORDER BY e.seq DESC LIMIT 1)"
)

_PAPER = (
    "a.name, a.sha256, a.kind, b.name, a.date, a.draft, a.pages, a.coverage, a.warnings, a.ruleset, "
    "(SELECT count(*) FROM extracts e WHERE e.paper_id = a.id), "
    "(SELECT count(*) FROM extracts e WHERE e.paper_id = a.id AND e.kind = 'promise')"
)


@dataclass(frozen=True, slots=True)
class _Condition:
    listing: str
    counting: str
    parameters: dict[str, object]
    picks: bool
    """Whether it picks a few promises, not verdicts and days alone."""
    weighs: bool
    """Whether it asks anything of promises."""


def _condition(conn: Store, filter: Filter | None, as_of: dt.date) -> _Condition:
    """The filter as SQL. What people type is compared in SQL as bound values only, never made part of it."""
    wanted = filter or Filter()
    parts: list[str] = []
    parameters: dict[str, object] = {"day": as_of.isoformat()}

    def bind(value: object) -> str:
        name = f"x{len(parameters)}"
        parameters[name] = value
        return f":{name}"

    def among(column: str, values: Iterable[object]) -> str:
        return f"{column} IN ({', '.join(map(bind, values))})"

    if wanted.bodies:
        parts.append(_among("p.body_id", _body_keys(conn, wanted.bodies)))
    if wanted.owners:
        fitting = [f"p.owner_words LIKE {bind(_owner(owner))}" for owner in wanted.owners]
        owned = f"({' OR '.join(fitting)}) AND COALESCE(p.owned, '') <= :day"
        if named := _named_since(conn, wanted.owners):
            since = f"SELECT promise_id FROM events WHERE {among('owner', named)} AND date <= :day"
            owned = f"(({owned}) OR p.id IN ({since}))"
        parts.append(owned)
    if wanted.strengths:
        parts.append(among("p.strength", sorted(wanted.strengths)))
    if wanted.papers:
        keys = sorted({key for name in wanted.papers for key in _paper_keys(conn, name)})
        parts.append(f"p.id IN (SELECT promise_id FROM sightings WHERE {_among('paper_id', keys)})")
    if words := fold(wanted.text).split():
        found = " AND ".join(f"words LIKE {bind(f'% {word}%')}" for word in words)
        parts.append(f"p.id IN (SELECT promise_id FROM promise_words WHERE {found})")
    picks = bool(parts)
    # Confidence lets so many through that the list's index still leads best, but a count has to look at each promise.
    if wanted.min_confidence > 0:
        parts.append(f"p.confidence >= {bind(wanted.min_confidence)}")
    if wanted.review:
        parts.append(f"p.confidence < {bind(REVIEW_BELOW)}")
    weighs = bool(parts)
    dated = wanted.due_from is not None or wanted.due_to is not None
    if dated:
        parts.append("v.rank IN (0, 1, 2, 3, 4)")  # all of them: so the list's index is entered at each one's dates
        parts.append(f"v.by_date >= {bind(str(wanted.due_from or dt.date.min))}")
        parts.append(f"v.by_date <= {bind(str(wanted.due_to or dt.date.max - dt.timedelta(1)))}")
    # Likewise all verdicts, which lets the counting index be entered at each; a list, and a count by date, must not
    # take that index, and an expression has none.
    kinds = among("", sorted(wanted.verdicts or VerdictKind))
    parts = [_TODAY, *parts, f"(v.verdict || '') {kinds}"]
    counting = [*parts[:-1], f"v.verdict {kinds}"]
    return _Condition(
        " AND ".join(parts), " AND ".join(parts if weighs or dated else counting), parameters, picks, weighs
    )


def _body_keys(conn: Store, wanted: tuple[str, ...]) -> list[int]:
    # Compared here: SQL's lower() knows the letters of ASCII only, and bodies are few.
    parts = [part.casefold() for part in wanted]
    named = conn.rows("SELECT id, name FROM bodies WHERE name IS NOT NULL ORDER BY key")
    return [key for key, name in named if any(part in name.casefold() for part in parts)]


def _paper_keys(conn: Store, name: str) -> list[int]:
    """Papers that a name may mean, by the first reading of it that fits any."""
    stem = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + ".%"
    readings = {
        "SELECT id FROM papers WHERE name = :x ORDER BY id": name,
        "SELECT paper_id FROM sources WHERE path = :x": Path(name).absolute().as_posix(),
        "SELECT id FROM papers WHERE file = :x ORDER BY name": name,
        "SELECT id FROM papers WHERE name LIKE :x ESCAPE '\\' ORDER BY name": stem,
        "SELECT id FROM papers WHERE file LIKE :x ESCAPE '\\' ORDER BY name": stem,
    }
    if _HASH.fullmatch(name):
        readings["SELECT id FROM papers WHERE substr(sha256, 1, length(:x)) = :x ORDER BY name"] = name.lower()
    for sql, x in readings.items():
        if found := [key for (key,) in conn.rows(sql, {"x": x})]:
            return found
    return []


def _paper_key(conn: Store, name: str) -> int:
    found = _paper_keys(conn, name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise StoreError(
            f'The store holds no paper "{name}"; `matters list` names those that hold promises.', code="unknown"
        )
    names = [row[0] for row in conn.rows(f"SELECT name FROM papers WHERE {_among('id', found)} ORDER BY name LIMIT 3")]
    raise StoreError(f'Several papers may be meant by "{name}" ({", ".join(names)}, ...).', code="ambiguous")


def _among(column: str, keys: Iterable[int]) -> str:
    listed = ", ".join(str(int(key)) for key in keys)
    return f"{column} IN ({listed})" if listed else "FALSE"


def _owner(owner: str) -> str:
    """The pattern for an owner: the beginning of a word, but all of it for up to three letters, which are initials."""
    words = fold(owner).strip()
    return f"% {words} %" if len(words) <= 3 else f"% {words}%"


def _named_since(conn: Store, wanted: Iterable[str]) -> list[str]:
    """The printed words, among those that later papers name as owners, that fit: they are few, so all are looked at."""
    parts = [_owner(owner).strip("%") for owner in wanted]
    printed = conn.rows("SELECT DISTINCT owner FROM events WHERE owner IS NOT NULL ORDER BY owner")
    return [owner for (owner,) in printed if any(part in fold(owner) for part in parts)]


def _sightings(conn: Store, ids: Sequence[str], as_of: dt.date) -> dict[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = defaultdict(list)
    names, parameters = _ids(ids)
    for id, paper, page, date, quote, extract, rule, strength, listed in conn.rows(
        "SELECT s.promise_id, a.name, e.page, a.date, e.quote, e.id, e.rule, e.strength, e.owner_name IS NOT NULL "
        "FROM sightings s "
        "JOIN papers a ON a.id = s.paper_id "
        "JOIN extracts e ON e.paper_id = s.paper_id AND e.id = s.extract_id "
        f"WHERE s.promise_id IN ({names}) AND (a.date IS NULL OR a.date <= :day) ORDER BY s.promise_id, s.seq",
        parameters | {"day": as_of.isoformat()},
    ):
        band = Band(Kind.PROMISE, rule, Strength(strength) if strength else None, bool(listed))
        found[id].append(Sighting(paper, page, day(date), quote, extract, band))
    return found


def _events(conn: Store, ids: Sequence[str], as_of: dt.date) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    names, parameters = _ids(ids)
    for id, type, paper, page, date, quote, new_due, agreed, when, owner, successor in conn.rows(
        "SELECT e.promise_id, e.type, a.name, e.page, e.date, e.quote, e.new_due, e.agreed, e.day, e.owner, "
        "e.successor FROM events e "
        "JOIN papers a ON a.id = e.paper_id "
        f"WHERE e.promise_id IN ({names}) AND (e.date IS NULL OR e.date <= :day) ORDER BY e.promise_id, e.seq",
        parameters | {"day": as_of.isoformat()},
    ):
        told = Event(EventType(type), paper, page, day(date), quote, day(new_due), bool(agreed), day(when))
        found[id].append(replace(told, owner=owner, successor=successor))
    return found


def _entered(
    conn: Store, ids: Sequence[str], as_of: dt.date
) -> tuple[dict[str, list[Entry]], dict[str, list[Correction]]]:
    """What was entered about promises up to a day, and what of it was laid over what was read, on whichever day."""
    entries = {
        id: [e for e in entered if e.at.date() <= as_of or e.kind in _LAID_OVER]
        for id, entered in ledger.by_promise(conn.rows, ids).items()
    }
    corrections: dict[str, list[Correction]] = defaultdict(list)
    if about := [id for id, entered in entries.items() if entered]:
        names, parameters = _ids(about)
        sql = f"SELECT promise_id, field, read, seq FROM corrections WHERE promise_id IN ({names}) ORDER BY 1, 2"
        for id, *fields in conn.rows(sql, parameters):
            corrections[id].append(Correction(*fields))
    return entries, corrections


def _with_rulings(events: Sequence[Event], entries: Sequence[Entry]) -> tuple[Event, ...]:
    if not entries:
        return tuple(events)
    from pipeline.track import with_rulings  # half as long to import as all else here

    return with_rulings(events, entries)


def _grounded(rests_on: tuple[int, ...], events: Sequence[Event]) -> tuple[int, ...]:
    """The events that decided: a ruling, which comes last, where no paper did."""
    ruled = not rests_on and events[-1].type is EventType.RULED
    return (len(events) - 1,) if ruled else rests_on


_LAID_OVER = (
    EntryKind.CORRECTION,
    EntryKind.SAME_AS,
    EntryKind.APART_FROM,
    EntryKind.NOT_A_PROMISE,
    EntryKind.AS_READ,
)


def _turns(conn: Store, ids: Sequence[str], as_of: dt.date) -> dict[str, list[tuple[dt.date, VerdictKind]]]:
    """The verdicts of promises up to a day, each with its first day."""
    found: dict[str, list[tuple[dt.date, VerdictKind]]] = defaultdict(list)
    names, parameters = _ids(ids)
    for id, since, verdict in conn.rows(
        "SELECT promise_id, from_date, verdict FROM verdict_periods "
        f"WHERE promise_id IN ({names}) AND from_date <= :day ORDER BY promise_id, from_date",
        parameters | {"day": as_of.isoformat()},
    ):
        found[id].append((dt.date.fromisoformat(since), VerdictKind(verdict)))
    return found


def _last_words(conn: Store, as_of: dt.date) -> dict[str, str]:
    """The day of the last paper up to a day that tells something of a promise, or only touches its subject."""
    parameters = {"day": as_of.isoformat()}
    told = "SELECT promise_id, max(date) FROM events WHERE date <= :day GROUP BY promise_id"
    spoken: dict[str, str] = dict(conn.rows(told, parameters))
    dates = dict(conn.rows("SELECT name, date FROM papers WHERE date <= :day", parameters))
    for id, mentions in conn.rows("SELECT id, mentions FROM promises WHERE mentions <> '[]'"):
        spoken[id] = max([spoken.get(id, ""), *(dates[name] for name in json.loads(mentions) if name in dates)])
    return spoken


def _late(row: PromiseRow, story: Sequence[tuple[dt.date, VerdictKind]], last: Event) -> LateRow:
    running = list(takewhile(lambda turn: turn[1] in LATE, reversed(story)))
    same = list(takewhile(lambda turn: turn[1] is row.verdict, running))
    before = story[-len(same) - 1][1] if len(same) < len(story) else None
    return LateRow(row, running[-1][0], same[-1][0], before, last)


def _grounds(conn: Store, ids: Sequence[str], as_of: dt.date) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """Of the verdicts of a day: the places of the events that decided, and the papers searched."""
    names, parameters = _ids(ids)
    sql = f"SELECT promise_id, rests_on, searched FROM verdict_periods v WHERE promise_id IN ({names}) AND {_TODAY}"
    return {
        id: (tuple(json.loads(places)), tuple(json.loads(papers)))
        for id, places, papers in conn.rows(sql, parameters | {"day": as_of.isoformat()})
    }


def _ids(ids: Sequence[str]) -> tuple[str, dict[str, object]]:
    parameters: dict[str, object] = {f"i{n}": id for n, id in enumerate(ids)}
    return ", ".join(f":{name}" for name in parameters), parameters


def _count(conn: Store, table: str) -> int:
    ((count,),) = conn.rows(f"SELECT count(*) FROM {table}")
    return int(count)


def _promise_row(row: Sequence[Any], as_of: dt.date) -> PromiseRow:
    (id, body, owner, owner_name, action, due, original, words, late, verdict, rule, agreed, stale) = row[:13]
    (strength, reference, paper, page, made, confidence, corrected, owner_now) = row[13:]
    kind, due = VerdictKind(verdict), day(due)
    days = late or None
    if kind in OUTSTANDING:
        days = None if due is None else (as_of - due).days
    return PromiseRow(
        id=id,
        body=body,
        owner=owner,
        owner_name=owner_name,
        action=action,
        due=due,
        original_due=day(original),
        due_words=words,
        days=days,
        verdict=kind,
        rule=rule,
        agreed=None if agreed is None else bool(agreed),
        stale=bool(stale),
        strength=Strength(strength),
        reference=reference,
        paper=paper,
        page=page,
        made=day(made),
        confidence=confidence,
        review=for_review(confidence),
        corrected=bool(corrected),
        owner_now=owner_now,
    )


def _paper_row(row: Sequence[Any]) -> PaperRow:
    name, sha256, kind, body, date, draft, pages, coverage, warnings, ruleset, extracts, promises = row
    return PaperRow(
        name=name,
        sha256=sha256,
        kind=PaperKind(kind),
        body=body,
        date=day(date),
        draft=bool(draft),
        pages=pages,
        coverage=Coverage(coverage),
        warnings=tuple(json.loads(warnings)),
        extracts=extracts,
        promises=promises,
        ruleset=ruleset,
    )
