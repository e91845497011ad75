"""Writing to the store, through SQLAlchemy Core: papers as they are read, and what is derived from them.

Imported only when something is to be written. Every function here is one transaction.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa

from pipeline.records import Due, Extraction, Failure, Promise, Span, StoreError, Verdict, VerdictKind
from pipeline.store import BUSY_SECONDS, Saved, Store, file_order, fold, papers
from pipeline.store import schema as t
from pipeline.store.schema import NEVER

_RANKS = {
    VerdictKind.DISPUTED: 0,
    VerdictKind.PART_KEPT: 0,
    VerdictKind.BROKEN: 0,
    VerdictKind.LAPSED: 0,
    VerdictKind.OVERDUE: 0,
    VerdictKind.NOT_DETERMINABLE: 0,
    VerdictKind.DUE_SOON: 1,
    VerdictKind.OPEN: 2,
    VerdictKind.EXTENDED: 2,
    VerdictKind.UNDATED: 3,
    VerdictKind.KEPT: 4,
    VerdictKind.KEPT_LATE: 4,
    VerdictKind.WITHDRAWN: 4,
    VerdictKind.SUPERSEDED: 4,
}

MIGRATIONS = Path(__file__).with_name("migrations")

_TITLES = frozenset(
    {"cllr", "councillor", "dame", "dr", "lady", "lord", "miss", "mr", "mrs", "ms", "prof", "rev", "sir"}
)


def engine(url: str) -> sa.Engine:
    """An engine whose transactions are real ones."""
    if not url.startswith("sqlite:///"):
        try:
            return sa.create_engine(url)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise StoreError(f"No database can be reached by {url} ({error}).", code="unusable") from error
    place = sa.URL.create("sqlite", database=url.removeprefix("sqlite:///"))
    made = sa.create_engine(place, connect_args={"timeout": BUSY_SECONDS})

    # The driver of the standard library begins transactions by itself, late, and never around DDL: half a migration
    # would stay. So its own are switched off, and ours begin with the write lock in hand, where waiting is safe.
    @sa.event.listens_for(made, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def migrate(store: Store) -> None:
    """Bring the tables up to the latest revision: all of the way, or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with store.engine().begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def save(store: Store, extraction: Extraction, source: str) -> Saved:
    from pipeline import track

    with store.engine().begin() as connection:
        known = connection.execute(
            sa.select(t.papers.c.id, t.papers.c.ruleset, t.papers.c.body_id).where(
                t.papers.c.sha256 == extraction.sha256
            )
        ).one_or_none()
        if known is not None and known.ruleset == extraction.ruleset:
            return _claim(connection, {source: known.id})[source]
        body = _body(connection, track.body_key(extraction.meeting.body), extraction.meeting.body)
        row = _paper(extraction, body)
        if known is None:
            paper = _inserted(connection, t.papers, row | {"name": "", "file": "", "backwards": ""})
        else:
            # Read again by other rules: the files that hold it stay, what was read goes.
            paper = known.id
            connection.execute(sa.update(t.papers).where(t.papers.c.id == paper).values(row))
            for table in (t.texts, t.attendees, t.items, t.extracts, t.evidence, t.unclaimed):
                connection.execute(sa.delete(table).where(table.c.paper_id == paper))
            _touch(connection, [known.body_id])
        for table, rows in _parts(paper, extraction).items():
            if rows:
                connection.execute(sa.insert(table), rows)
        claimed = _claim(connection, {source: paper})[source]
        _touch(connection, [body])
        return Saved.REPLACED if known is not None else claimed


def point(store: Store, hashes: Mapping[str, str]) -> dict[str, Saved]:
    with store.engine().begin() as connection:
        find = sa.select(t.papers.c.id).where(t.papers.c.sha256 == sa.bindparam("sha256"))
        claims = {
            source: connection.execute(find, {"sha256": sha256}).scalar_one() for source, sha256 in hashes.items()
        }
        return _claim(connection, claims)


def fail(store: Store, failure: Failure) -> None:
    with store.engine().begin() as connection:
        connection.execute(sa.delete(t.failures).where(t.failures.c.path == failure.path))
        connection.execute(
            sa.insert(t.failures), {"path": failure.path, "code": failure.code, "message": failure.message}
        )


def hand_over(store: Store, tracker: str) -> None:
    """Let another tracker have the store, and derive all promises anew."""
    with store.engine().begin() as connection:
        connection.execute(sa.update(t.bodies).values(stale=True))
        connection.execute(sa.delete(t.meta).where(t.meta.c.name == "tracker"))
        connection.execute(sa.insert(t.meta), {"name": "tracker", "value": tracker})


def gather(store: Store) -> None:
    from pipeline import track

    with store.engine().begin() as connection:
        gathered = connection.execute(sa.select(t.papers.c.body, t.papers.c.body_id).distinct()).all()
        in_full = track.aliases(sorted({row.body for row in gathered if row.body}))
        for printed, before in gathered:
            key = track.body_key(printed)
            body = _body(connection, in_full.get(key, key), printed)
            if body != before:
                moving = (t.papers.c.body_id == before) & t.papers.c.body.is_not_distinct_from(printed)
                connection.execute(sa.update(t.papers).where(moving).values(body_id=body))
                _touch(connection, [before, body])


def derive(store: Store, body: int) -> None:
    """Rebuild a body's promises with all that hangs on them."""
    with store.engine().begin() as connection:
        # First of all, so that where rows are locked one by one, a paper saved meanwhile makes the body stale again.
        connection.execute(sa.update(t.bodies).where(t.bodies.c.id == body).values(stale=False))
        connection.execute(sa.delete(t.promises).where(t.promises.c.body_id == body))
        printed = connection.execute(
            sa.select(t.papers.c.id, t.papers.c.name, t.papers.c.body).where(t.papers.c.body_id == body)
        ).all()
        if not printed:
            connection.execute(sa.delete(t.bodies).where(t.bodies.c.id == body))
            return
        name = _name_of_body(connection, body, [row.body for row in printed])
        connection.execute(sa.update(t.bodies).where(t.bodies.c.id == body).values(name=name))
        ids = {row.name: row.id for row in printed}
        # As printed, not as the store tells it: what a promise's id is made from must not hang on what most papers say.
        words = {row.name: row.body for row in printed}
        extractions = [
            replace(extraction, meeting=replace(extraction.meeting, body=words[extraction.paper]))
            for extraction in papers.of_body(store, body)
        ]
        for table, rows in _derived(body, extractions, ids).items():
            if rows:
                connection.execute(sa.insert(table), rows)


def optimise(store: Store) -> None:
    """Let the planner see how large the tables have become."""
    if store.path is not None:
        with store.engine().begin() as connection:
            # Without the limit, every index of a large store would be read from end to end for one new paper.
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
            connection.exec_driver_sql("ANALYZE")


def _body(connection: sa.Connection, key: str, printed: str | None) -> int:
    known = connection.execute(sa.select(t.bodies.c.id).where(t.bodies.c.key == key)).scalar_one_or_none()
    if known is not None:
        return int(known)
    return _inserted(connection, t.bodies, {"key": key, "name": printed, "stale": True})


def _touch(connection: sa.Connection, bodies: Iterable[int]) -> None:
    connection.execute(sa.update(t.bodies).where(t.bodies.c.id.in_(list(bodies))).values(stale=True))


def _inserted(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> int:
    result = connection.execute(sa.insert(table), row)
    assert result.inserted_primary_key is not None
    key: int = result.inserted_primary_key[0]
    return key


def _claim(connection: sa.Connection, claims: Mapping[str, int]) -> dict[str, Saved]:
    """Let files hold papers. What they held before is dropped in the end, where no file holds it then."""
    done = {}
    before, changed = set(), set()
    for source, paper in claims.items():
        connection.execute(sa.delete(t.failures).where(t.failures.c.path == source))
        mine = t.sources.c.path == source
        held = connection.execute(sa.select(t.sources.c.paper_id).where(mine)).scalar_one_or_none()
        if held == paper:
            done[source] = Saved.UNCHANGED
            continue
        changed.add(paper)
        if held is None:
            others = connection.execute(sa.select(sa.exists().where(t.sources.c.paper_id == paper))).scalar_one()
            connection.execute(sa.insert(t.sources), {"path": source, "paper_id": paper})
            done[source] = Saved.UNCHANGED if others else Saved.NEW
        else:
            connection.execute(sa.update(t.sources).where(mine).values(paper_id=paper))
            done[source] = Saved.REPLACED
            before.add(held)
    bereft = {neighbour for paper in before for neighbour in _drop_unheld(connection, paper)}
    _name(connection, changed | before, bereft)
    return done


def _drop_unheld(connection: sa.Connection, paper: int) -> list[int]:
    """Drop a paper that no file holds any more. Hands over those whose names need no longer be told from its own."""
    held = sa.select(sa.func.count()).select_from(t.sources).where(t.sources.c.paper_id == paper)
    if connection.execute(held).scalar_one():
        return []
    neighbours = list(_neighbours(connection, paper).values())
    this = t.papers.c.id == paper
    _touch(connection, connection.execute(sa.select(t.papers.c.body_id).where(this)).scalars())
    connection.execute(sa.delete(t.papers).where(this))
    return neighbours


def _name(connection: sa.Connection, changed: Collection[int], bereft: Collection[int]) -> None:
    """Name papers anew whose files have changed, those that their names must be told from, and those that need be
    told from a dropped one no more.

    A paper goes by the first of its files in `file_order`, with as many folders before the file's name as tell it
    from other papers. So names hang on what is there, not on what came first. Sorted by their paths backwards, papers
    need be told from their neighbours only, which keeps this as cheap in a store of 100,000 papers as in one of ten.
    """
    best: dict[int, str] = {}
    for path, paper in connection.execute(
        sa.select(t.sources.c.path, t.sources.c.paper_id).where(t.sources.c.paper_id.in_(changed))
    ):
        best[paper] = min(path, best.get(paper, path), key=file_order)
    concerned = {*best, *bereft}
    for paper, path in best.items():
        concerned |= set(_neighbours(connection, paper).values())
        place = {"file": PurePosixPath(path).name, "backwards": _backwards(path)}
        connection.execute(sa.update(t.papers).where(t.papers.c.id == paper).values(place))
        concerned |= set(_neighbours(connection, paper).values())
    for paper in sorted(concerned):
        _name_apart(connection, paper)


def _name_apart(connection: sa.Connection, paper: int) -> None:
    own = connection.execute(sa.select(t.papers).where(t.papers.c.id == paper)).one_or_none()
    if own is None:
        return  # a neighbour of a dropped paper that was dropped with it
    folders = own.backwards.split("\n")
    depth = 1
    for other in _neighbours(connection, paper):
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(folders, other.split("\n"), strict=False))
        depth = max(depth, 1 + sum(1 for _ in shared))
    name = str(PurePosixPath(*reversed(folders[:depth])))
    if name != own.name:
        connection.execute(sa.update(t.papers).where(t.papers.c.id == paper).values(name=name))
        _touch(connection, [own.body_id])


def _neighbours(connection: sa.Connection, paper: int) -> dict[str, int]:
    """The papers before and after one in the order of their paths backwards."""
    column = t.papers.c.backwards
    own = sa.select(column).where(t.papers.c.id == paper).scalar_subquery()
    found: dict[str, int] = {}
    for side in (
        sa.select(column, t.papers.c.id).where(column < own).order_by(column.desc()),
        sa.select(column, t.papers.c.id).where(column > own).order_by(column),
    ):
        found |= {row.backwards: row.id for row in connection.execute(side.limit(1))}
    return found


def _backwards(path: str) -> str:
    # A newline sorts before all that names are made of, so that what shares its first folders stands together.
    return "\n".join(reversed(PurePosixPath(path).parts))


def _paper(extraction: Extraction, body: int) -> dict[str, Any]:
    meeting = extraction.meeting
    return {
        "sha256": extraction.sha256,
        "ruleset": extraction.ruleset,
        "body_id": body,
        "body": meeting.body,
        "media_type": extraction.media_type.value,
        "kind": extraction.kind.value,
        "date": _day(meeting.date),
        "next_date": _day(meeting.next_date),
        "meeting_dates": _list([day.isoformat() for day in meeting.meeting_dates]),
        "draft": meeting.draft,
        "pages": extraction.pages,
        "coverage": extraction.coverage.value,
        "warnings": _list(extraction.warnings),
    }


def _parts(paper: int, extraction: Extraction) -> dict[sa.Table, list[dict[str, Any]]]:
    """Rows of all tables below a paper, in an order that satisfies their references."""
    key = {"paper_id": paper}
    return {
        t.texts: [key | {"text": extraction.text}],
        t.attendees: [
            key | {"seq": seq, "name": who.name, "initials": who.initials, "role": who.role, "present": who.present}
            for seq, who in enumerate(extraction.attendees)
        ],
        t.items: [
            key | {"seq": seq, "number": item.number, "title": item.title} | _span(item.span)
            for seq, item in enumerate(extraction.items)
        ],
        t.extracts: [
            key
            | _span(extract.span)
            | _due(extract.due)
            | {
                "seq": seq,
                "id": extract.id,
                "kind": extract.kind.value,
                "quote": extract.quote,
                "page": extract.page,
                "boxes": _list([(box.page, box.x0, box.top, box.x1, box.bottom) for box in extract.boxes]),
                "rule": extract.rule,
                "confidence": extract.confidence,
                "owner": extract.owner,
                "owner_name": extract.owner_name,
                "strength": extract.strength and extract.strength.value,
                "outcome": extract.outcome and extract.outcome.value,
                "formal": extract.formal,
                "recipient": extract.recipient,
                "reference": extract.reference,
                "status": extract.status,
                "item": extract.item,
            }
            for seq, extract in enumerate(extraction.extracts)
        ],
        t.links: [
            key | {"extract_id": extract.id, "type": type, "seq": seq, "target": target}
            for extract in extraction.extracts
            for type, targets in (("answers", extract.answers), ("arises-from", extract.arises_from))
            for seq, target in enumerate(targets)
        ],
        t.evidence: [
            key
            | _span(piece.span)
            | {
                "seq": seq,
                "type": piece.type.value,
                "quote": piece.quote,
                "page": piece.page,
                "reference": piece.reference,
                "extract": piece.extract,
                "day": _day(piece.when),
            }
            for seq, piece in enumerate(extraction.evidence)
        ],
        t.unclaimed: [
            key | _span(sentence.span) | {"seq": seq, "quote": sentence.quote, "page": sentence.page}
            for seq, sentence in enumerate(extraction.unclaimed)
        ],
    }


def _derived(body: int, extractions: Sequence[Extraction], ids: dict[str, int]) -> dict[sa.Table, list[dict[str, Any]]]:
    from pipeline import track

    promises = track.link(extractions)
    refs = {extraction.paper: track.PaperRef.of(extraction) for extraction in extractions}
    # One calendar serves all promises of a body. A paper that names no body has none but its own.
    named = track.body_key(extractions[0].meeting.body) != ""
    calendar = track.Calendar(refs.values()) if named else None
    place = {
        (extraction.paper, extract.id): (seq, extract)
        for extraction in extractions
        for seq, extract in enumerate(extraction.extracts)
    }
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        table: [] for table in (t.promises, t.promise_words, t.sightings, t.events, t.verdict_periods)
    }
    for promise in promises:
        key = {"promise_id": promise.id}
        seen = [place[sighting] for sighting in promise.extracts]
        position, first = seen[0]
        rows[t.promises].append(
            {
                "id": promise.id,
                "body_id": body,
                "paper_id": ids[promise.paper],
                "action": promise.action,
                "owner": promise.owner,
                "owner_name": promise.owner_name,
                "owner_words": _owner_words(promise),
                "strength": promise.strength.value,
                "reference": promise.reference,
                "page": promise.page,
                "made": _day(promise.made),
                "confidence": first.confidence,
                "mentions": _list(promise.mentions),
            }
            | _due(promise.due)
        )
        quotes = dict.fromkeys(fold(words) for words in (promise.action, *(extract.quote for _, extract in seen)))
        rows[t.promise_words].append(key | {"words": "".join(quotes)})
        rows[t.sightings] += [
            key | {"seq": seq, "paper_id": ids[paper], "extract_id": extract}
            for seq, (paper, extract) in enumerate(promise.extracts)
        ]
        rows[t.events] += [
            key
            | {
                "seq": seq,
                "type": event.type.value,
                "paper_id": ids[event.paper],
                "page": event.page,
                "date": _day(event.date),
                "quote": event.quote,
                "new_due": _day(event.new_due),
                "agreed": event.agreed,
                "day": _day(event.when),
            }
            for seq, event in enumerate(promise.events)
        ]
        order = {"made": _day(promise.made) or NEVER, "place": position}
        story = track.verdicts(promise, calendar or [refs[promise.paper]])
        rows[t.verdict_periods] += [key | order | period for period in _periods(story)]
    return rows


def _periods(verdicts: Sequence[tuple[dt.date, Verdict]]) -> Iterator[dict[str, Any]]:
    days = [day.isoformat() for day, _ in verdicts]
    for (_, verdict), start, end in zip(verdicts, days, [*days[1:], NEVER], strict=True):
        yield {
            "from_date": start,
            "until": end,
            "verdict": verdict.kind.value,
            "rule": verdict.rule,
            "due": _day(verdict.due),
            "days_late": verdict.days_late,
            "agreed": verdict.agreed,
            "stale": verdict.stale,
            "rank": _RANKS[verdict.kind],
            "by_date": _day(verdict.due) or NEVER,
            "searched": _list(verdict.papers_searched),
        }


def _owner_words(promise: Promise) -> str:
    """What the owner filter looks in: the names' words and the initials of each name, a space before and after each."""
    found = []
    for owner in filter(None, (promise.owner, promise.owner_name)):
        words = fold(owner).split()
        found += words
        named = [word for word in words if word not in _TITLES]
        if len(named) > 1:
            found.append("".join(word[0] for word in named))
    return f" {' '.join(found)} "


def _name_of_body(connection: sa.Connection, body: int, printed: Sequence[str | None]) -> str | None:
    """What most of its papers call it, initials apart."""
    from pipeline import track

    key = connection.execute(sa.select(t.bodies.c.key).where(t.bodies.c.id == body)).scalar_one()
    counted = Counter([name for name in printed if track.body_key(name) == key] or printed)
    return min(counted, key=lambda name: (-counted[name], name or ""))


def _span(span: Span) -> dict[str, int]:
    return {"span_start": span.start, "span_end": span.end}


def _due(due: Due | None) -> dict[str, str | None]:
    if due is None:
        return {"due_words": None, "due_start": None, "due_end": None, "due_kind": None}
    return {
        "due_words": due.words,
        "due_start": _day(due.start),
        "due_end": _day(due.end),
        "due_kind": due.kind.value,
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _list(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
