"""Writing to the store, in plain SQL: papers as they are read, and what is derived from them.

Imported only when something is to be written. Every function here is one transaction. On a file the standard library's
driver writes; SQLAlchemy, which takes 170 ms of CPU to import and wrote a paper in three times as long, is left to
databases that are reached by URL and to the migrations.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.records import Due, EventType, Extraction, Failure, Promise, Span, StoreError, Verdict, VerdictKind
from pipeline.store import BUSY_SECONDS, Saved, Store, file_order, fold, ledger, papers

if TYPE_CHECKING:
    import sqlalchemy as sa

NEVER = "9999-12-31"
"""Stands for "no such day" where days are compared: an open end, a promise without a date."""

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
SCHEMA = Path(__file__).with_name("schema.sql")

_TITLES = frozenset(
    {"cllr", "councillor", "dame", "dr", "lady", "lord", "miss", "mr", "mrs", "ms", "prof", "rev", "sir"}
)


class Transaction:
    """Plain SQL with `:name` parameters, common to SQLite and PostgreSQL, within one transaction."""

    def __init__(self, execute: Callable[[str, Any], Any]) -> None:
        self._execute = execute

    def run(self, sql: str, **parameters: object) -> None:
        self._execute(sql, parameters)

    def rows(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        return self.select(sql, parameters)

    def select(self, sql: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._execute(sql, parameters).fetchall()
        return found

    def value(self, sql: str, **parameters: object) -> Any:
        """The first column of the first row; None where there is no row."""
        rows = self.rows(sql, **parameters)
        return rows[0][0] if rows else None

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows of the same columns."""
        if rows:
            self._execute(_insertion(table, rows[0]), list(rows))

    def inserted(self, table: str, row: Mapping[str, object]) -> int:
        """Insert a row; hands over the key that it was given."""
        key: int = self._execute(f"{_insertion(table, row)} RETURNING id", row).fetchall()[0][0]
        return key


def _insertion(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


@contextmanager
def transaction(store: Store) -> Iterator[Transaction]:
    """All of what is written within is kept, or nothing."""
    if store.path is None:
        from sqlalchemy import text

        with store.engine().begin() as connection:
            yield Transaction(lambda sql, parameters: connection.execute(text(sql), parameters))
        return
    driver = store.writer()
    driver.execute("BEGIN IMMEDIATE")  # with the write lock in hand, where waiting for it is safe
    try:
        yield Transaction(
            lambda sql, parameters: (
                driver.executemany(sql, parameters) if isinstance(parameters, list) else driver.execute(sql, parameters)
            )
        )
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:  # a full disk has rolled it back already
            driver.execute("ROLLBACK")
        raise


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file whose transactions are ours to begin and to end.

    The driver by itself begins them late, and never around DDL: half a migration would stay.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def engine(url: str) -> sa.Engine:
    """SQLAlchemy's way in: for the migrations, and for all that is no file."""
    import sqlalchemy as sa

    if not url.startswith("sqlite:///"):
        try:
            return sa.create_engine(url)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise StoreError(f"No database can be reached by {url} ({error}).", code="unusable") from error
    path = Path(url.removeprefix("sqlite:///"))
    made = sa.create_engine("sqlite://", creator=lambda: connect(path), poolclass=sa.NullPool)

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def create(store: Store) -> None:
    """Make the tables in an empty file, as the migrations would: those take Alembic, and half a second to load."""
    with transaction(store) as connection:
        if connection.value("SELECT count(*) FROM sqlite_master"):
            return  # another process was first
        for statement in schema():
            connection.run(statement)


def schema() -> Iterator[str]:
    """The statements that make the tables of a file."""
    statement = ""
    for line in re.sub(r"\s*--.*", "", SCHEMA.read_text(encoding="utf-8")).splitlines():
        statement = f"{statement}\n{line}".strip()
        if sqlite3.complete_statement(statement):  # which knows the semicolons within a trigger
            yield statement
            statement = ""


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

    with transaction(store) as connection:
        known = connection.rows(
            "SELECT id, ruleset, body_id FROM papers WHERE sha256 = :sha256", sha256=extraction.sha256
        )
        for paper, ruleset, _ in known:
            if ruleset == extraction.ruleset:
                return _claim(connection, {source: paper})[source]
        body = _body(connection, track.body_key(extraction.meeting.body), extraction.meeting.body)
        row = _paper(extraction, body)
        if not known:
            paper = connection.inserted("papers", row | {"name": "", "file": "", "backwards": ""})
        else:
            # Read again by other rules: the files that hold it stay, what was read goes.
            ((paper, _, before),) = known
            columns = ", ".join(f"{name} = :{name}" for name in row)
            connection.run(f"UPDATE papers SET {columns} WHERE id = :id", id=paper, **row)
            for table in ("texts", "attendees", "items", "extracts", "evidence", "unclaimed"):
                connection.run(f"DELETE FROM {table} WHERE paper_id = :paper", paper=paper)
            _touch(connection, [before])
        for table, rows in _parts(paper, extraction).items():
            connection.insert(table, rows)
        claimed = _claim(connection, {source: paper})[source]
        _touch(connection, [body])
        return Saved.REPLACED if known else claimed


def point(store: Store, hashes: Mapping[str, str]) -> dict[str, Saved]:
    with transaction(store) as connection:
        find = "SELECT id FROM papers WHERE sha256 = :sha256"
        return _claim(connection, {source: connection.value(find, sha256=sha256) for source, sha256 in hashes.items()})


def fail(store: Store, failure: Failure) -> None:
    with transaction(store) as connection:
        connection.run("DELETE FROM failures WHERE path = :path", path=failure.path)
        connection.insert("failures", [{"path": failure.path, "code": failure.code, "message": failure.message}])


def hand_over(store: Store, tracker: str) -> None:
    """Let another tracker have the store, and derive all promises anew."""
    with transaction(store) as connection:
        connection.run("UPDATE bodies SET stale = TRUE")
        connection.run("DELETE FROM meta WHERE name = 'tracker'")
        connection.insert("meta", [{"name": "tracker", "value": tracker}])


def gather(store: Store) -> None:
    from pipeline import track

    with transaction(store) as connection:
        gathered = connection.rows("SELECT body, body_id, min(date) FROM papers GROUP BY body, body_id")
        bodies = track.Bodies((printed, papers.day(first)) for printed, _, first in gathered)
        keys = dict(connection.rows("SELECT id, key FROM bodies"))
        for printed, before, _ in gathered:
            if printed is None:
                continue
            mine = {"printed": printed, "before": before}
            where = "body = :printed AND body_id = :before"
            days: list[str | None] = [None]
            if track.abbreviated(printed):  # which may be one body's in one year and another's in the next
                days = [day for (day,) in connection.rows(f"SELECT DISTINCT date FROM papers WHERE {where}", **mine)]
                where += " AND COALESCE(date, '') = COALESCE(:day, '')"
            for day in days:
                key = bodies.key(printed, papers.day(day))
                if key != keys[before]:
                    body = _body(connection, key, printed)
                    today = {"day": day} if track.abbreviated(printed) else {}
                    connection.run(f"UPDATE papers SET body_id = :body WHERE {where}", body=body, **mine, **today)
                    _touch(connection, [before, body])
        _file(connection)


def _file(connection: Transaction) -> None:
    """Put papers that name no body under the one that the papers of their folder name by that day or, where those name
    none, under a body that is called like the folder. In a folder of several bodies they stay by themselves."""
    from pipeline import track

    lying: dict[tuple[int, int, str | None], list[str]] = defaultdict(list)
    for paper, before, day, path in connection.rows(
        "SELECT a.id, a.body_id, a.date, s.path FROM papers a JOIN sources s ON s.paper_id = a.id "
        "WHERE a.body IS NULL ORDER BY a.id"
    ):
        lying[paper, before, day].append(path)
    known: dict[str, list[tuple[dt.date, int]]] = {}
    for (paper, before, day), paths in lying.items():
        there: dict[int, dt.date] = {}
        for folder in {path.rpartition("/")[0] for path in paths}:
            if folder not in known:
                known[folder] = _named_in(connection, folder)
            for first, body in known[folder]:
                there[body] = min(first, there.get(body, first))
        chosen = track.named_by([(first, body) for body, first in there.items()], papers.day(day))
        if chosen is None:
            name = "" if there else min(paths, key=file_order).rpartition("/")[0].rpartition("/")[2]
            key = track.body_key(name)
            chosen = _body(connection, key, name if key else None)
        if chosen != before:
            connection.run("UPDATE papers SET body_id = :body WHERE id = :paper", body=chosen, paper=paper)
            _touch(connection, [before, chosen])


def _named_in(connection: Transaction, folder: str) -> list[tuple[dt.date, int]]:
    """The bodies that papers right in a folder name, each with the day of the first."""
    return [
        (papers.day(first) or dt.date.min, body)
        for body, first in connection.rows(
            "SELECT a.body_id, min(COALESCE(a.date, '0001-01-01')) "
            "FROM sources s CROSS JOIN papers a ON a.id = s.paper_id "
            "WHERE s.path > :first AND s.path < :last AND substr(s.path, :rest) NOT LIKE '%/%' "
            "AND a.body IS NOT NULL GROUP BY a.body_id",
            first=f"{folder}/",
            last=f"{folder}0",  # the character after "/"
            rest=len(folder) + 2,
        )
    ]


def derive(store: Store, body: int) -> None:
    """Rebuild a body's promises with all that hangs on them."""
    from pipeline import track

    with transaction(store) as connection:
        # First of all, so that where rows are locked one by one, a paper saved meanwhile makes the body stale again.
        connection.run("UPDATE bodies SET stale = FALSE WHERE id = :body", body=body)
        connection.run("DELETE FROM promises WHERE body_id = :body", body=body)
        # Papers that came from a body which is still to be rebuilt bring their promises with them.
        of_papers = "paper_id IN (SELECT id FROM papers WHERE body_id = :body)"
        connection.run(f"DELETE FROM promises WHERE {of_papers}", body=body)
        printed = connection.rows("SELECT id, name, body FROM papers WHERE body_id = :body", body=body)
        if not printed:
            connection.run("DELETE FROM bodies WHERE id = :body", body=body)
            return
        name = _name_of_body(connection, body, [called for _, _, called in printed])
        connection.run("UPDATE bodies SET name = :name WHERE id = :body", name=name, body=body)
        ids = {paper: id for id, paper, _ in printed}
        extractions = papers.as_printed(connection.select, body)
        promises = track.link(extractions)
        entered = ledger.about(connection.select, [promise.id for promise in promises])
        promises = track.lay_over(promises, entered, extractions)
        for promise in promises:
            for id in promise.aliases:  # which another body may have had
                connection.run("DELETE FROM aliases WHERE id = :id", id=id)
        for table, rows in _derived(body, extractions, ids, promises).items():
            connection.insert(table, rows)


def overrule(connection: Transaction, promise: str, since: dt.date, ruling: VerdictKind) -> None:
    """Let a ruling stand from a day on, as deriving the body anew would, without the time that this takes."""
    from pipeline import track

    key = {"promise": promise}
    rows = connection.select(
        "SELECT from_date, until, verdict, rule, due, days_late, agreed, stale, searched, rests_on, original, made, "
        "place FROM verdict_periods WHERE promise_id = :promise ORDER BY from_date",
        key,
    )
    made, place = rows[0][-2:]
    story: list[tuple[dt.date, Verdict]] = []
    for start, until, kind, rule, due, late, agreed, stale, searched, rests_on, original, *_ in rows:
        first = dt.date.fromisoformat(start)
        verdict = Verdict(
            VerdictKind(kind),
            rule,
            papers.day(due),
            days_late=late,
            papers_searched=tuple(json.loads(searched)),
            agreed=None if agreed is None else bool(agreed),
            stale=bool(stale),
            rests_on=tuple(json.loads(rests_on)),
            original=papers.day(original),
        )
        if first < since:
            story.append((first, verdict))
        ruled = track.ruled(verdict, ruling)
        if until > since.isoformat() and (not story or story[-1][1] != ruled):
            story.append((max(first, since), ruled))
    connection.run("DELETE FROM verdict_periods WHERE promise_id = :promise", **key)
    order = {"promise_id": promise, "made": made, "place": place}
    connection.insert("verdict_periods", [order | period for period in _periods(story)])


def optimise(store: Store) -> None:
    """Let the planner see how large the tables have become."""
    if store.path is not None:
        with transaction(store) as connection:
            seen = 0
            if connection.value("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"):
                seen = connection.value("SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'papers'") or 0
            if connection.value("SELECT COALESCE(max(id), 0) FROM papers") < 1.5 * seen:
                return  # what it saw will do
            # Without the limit, every index of a large store would be read from end to end for one new paper.
            connection.run("PRAGMA analysis_limit = 1000")
            connection.run("ANALYZE")


def _body(connection: Transaction, key: str, printed: str | None) -> int:
    known: int | None = connection.value("SELECT id FROM bodies WHERE key = :key", key=key)
    return connection.inserted("bodies", {"key": key, "name": printed, "stale": True}) if known is None else known


def _touch(connection: Transaction, bodies: Iterable[int]) -> None:
    for body in bodies:
        connection.run("UPDATE bodies SET stale = TRUE WHERE id = :body", body=body)


def _claim(connection: Transaction, claims: Mapping[str, int]) -> dict[str, Saved]:
    """Let files hold papers. What they held before is dropped in the end, where no file holds it then."""
    done = {}
    before, changed = set(), set()
    for source, paper in claims.items():
        connection.run("DELETE FROM failures WHERE path = :source", source=source)
        held = connection.value("SELECT paper_id FROM sources WHERE path = :source", source=source)
        if held == paper:
            done[source] = Saved.UNCHANGED
            continue
        changed.add(paper)
        if held is None:
            others = connection.rows("SELECT 1 FROM sources WHERE paper_id = :paper LIMIT 1", paper=paper)
            connection.insert("sources", [{"path": source, "paper_id": paper}])
            done[source] = Saved.UNCHANGED if others else Saved.NEW
        else:
            connection.run("UPDATE sources SET paper_id = :paper WHERE path = :source", paper=paper, source=source)
            done[source] = Saved.REPLACED
            before.add(held)
    bereft = {neighbour for paper in before for neighbour in _drop_unheld(connection, paper)}
    _name(connection, changed | before, bereft)
    return done


def _drop_unheld(connection: Transaction, paper: int) -> list[int]:
    """Drop a paper that no file holds any more. Hands over those whose names need no longer be told from its own."""
    if connection.rows("SELECT 1 FROM sources WHERE paper_id = :paper LIMIT 1", paper=paper):
        return []
    neighbours = list(_neighbours(connection, paper).values())
    _touch(connection, [connection.value("SELECT body_id FROM papers WHERE id = :paper", paper=paper)])
    connection.run("DELETE FROM papers WHERE id = :paper", paper=paper)
    return neighbours


def _name(connection: Transaction, changed: Iterable[int], bereft: Collection[int]) -> None:
    """Name papers anew whose files have changed, those that their names must be told from, and those that need be
    told from a dropped one no more.

    A paper goes by the first of its files in `file_order`, with as many folders before the file's name as tell it
    from other papers. So names hang on what is there, not on what came first. Sorted by their paths backwards, papers
    need be told from their neighbours only, which keeps this as cheap in a store of 100,000 papers as in one of ten.
    """
    concerned = {*bereft}
    for paper in changed:
        paths = [path for (path,) in connection.rows("SELECT path FROM sources WHERE paper_id = :paper", paper=paper)]
        if not paths:
            continue
        concerned |= {paper, *_neighbours(connection, paper).values()}
        path = min(paths, key=file_order)
        connection.run(
            "UPDATE papers SET file = :file, backwards = :backwards WHERE id = :paper",
            file=PurePosixPath(path).name,
            backwards=_backwards(path),
            paper=paper,
        )
        concerned |= set(_neighbours(connection, paper).values())
    for paper in sorted(concerned):
        _name_apart(connection, paper)


def _name_apart(connection: Transaction, paper: int) -> None:
    own = connection.rows("SELECT name, backwards, body_id FROM papers WHERE id = :paper", paper=paper)
    if not own:
        return  # a neighbour of a dropped paper that was dropped with it
    ((before, backwards, body),) = own
    folders = backwards.split("\n")
    depth = 1
    for other in _neighbours(connection, paper):
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(folders, other.split("\n"), strict=False))
        depth = max(depth, 1 + sum(1 for _ in shared))
    name = str(PurePosixPath(*reversed(folders[:depth])))
    if name != before:
        connection.run("UPDATE papers SET name = :name WHERE id = :paper", name=name, paper=paper)
        _touch(connection, [body])


def _neighbours(connection: Transaction, paper: int) -> dict[str, int]:
    """The papers before and after one in the order of their paths backwards."""
    found: dict[str, int] = {}
    own = "(SELECT backwards FROM papers WHERE id = :paper)"
    for side in (f"< {own} ORDER BY backwards DESC", f"> {own} ORDER BY backwards"):
        found.update(connection.rows(f"SELECT backwards, id FROM papers WHERE backwards {side} LIMIT 1", paper=paper))
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
        "cancelled": _list([day.isoformat() for day in meeting.cancelled]),
        "pages": extraction.pages,
        "coverage": extraction.coverage.value,
        "warnings": _list(extraction.warnings),
    }


def _parts(paper: int, extraction: Extraction) -> dict[str, list[dict[str, Any]]]:
    """Rows of all tables below a paper, in an order that satisfies their references."""
    key = {"paper_id": paper}
    return {
        "texts": [key | {"text": extraction.text}],
        "attendees": [
            key | {"seq": seq, "name": who.name, "initials": who.initials, "role": who.role, "present": who.present}
            for seq, who in enumerate(extraction.attendees)
        ],
        "items": [
            key | {"seq": seq, "number": item.number, "title": item.title} | _span(item.span)
            for seq, item in enumerate(extraction.items)
        ],
        "extracts": [
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
        "links": [
            key | {"extract_id": extract.id, "type": type, "seq": seq, "target": target}
            for extract in extraction.extracts
            for type, targets in (("answers", extract.answers), ("arises-from", extract.arises_from))
            for seq, target in enumerate(targets)
        ],
        "evidence": [
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
        "unclaimed": [
            key | _span(sentence.span) | {"seq": seq, "quote": sentence.quote, "page": sentence.page}
            for seq, sentence in enumerate(extraction.unclaimed)
        ],
    }


def _derived(
    body: int, extractions: Sequence[Extraction], ids: dict[str, int], promises: Sequence[Promise]
) -> dict[str, list[dict[str, Any]]]:
    from pipeline import track

    refs = {extraction.paper: track.PaperRef.of(extraction) for extraction in extractions}
    # One calendar serves all promises of a body. A paper that names no body has none but its own.
    named = track.body_key(extractions[0].meeting.body) != ""
    calendar = track.Calendar(refs.values()) if named else None
    place = {
        (extraction.paper, extract.id): (seq, extract)
        for extraction in extractions
        for seq, extract in enumerate(extraction.extracts)
    }
    rows: dict[str, list[dict[str, Any]]] = {
        table: []
        for table in (
            "promises",
            "promise_words",
            "sightings",
            "events",
            "corrections",
            "aliases",
            "proposals",
            "verdict_periods",
        )
    }
    for promise in promises:
        key = {"promise_id": promise.id}
        seen = [place[sighting] for sighting in promise.extracts]
        position, first = seen[0]
        rows["promises"].append(
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
                "inherited": _day(promise.inherited),
                "owned": _day(promise.owned),
                "referred": _day(promise.referred),
            }
            | _due(promise.due)
        )
        quotes = dict.fromkeys(fold(words) for words in (promise.action, *(extract.quote for _, extract in seen)))
        rows["promise_words"].append(key | {"words": "".join(quotes)})
        rows["sightings"] += [
            key | {"seq": seq, "paper_id": ids[paper], "extract_id": extract}
            for seq, (paper, extract) in enumerate(promise.extracts)
        ]
        rows["events"] += [
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
                "owner": event.owner,
                "successor": event.successor,
            }
            for seq, event in enumerate(event for event in promise.events if event.type is not EventType.RULED)
        ]
        rows["corrections"] += [
            key | {"field": correction.field, "read": correction.read, "seq": correction.seq}
            for correction in promise.corrections
        ]
        rows["aliases"] += [key | {"id": id} for id in promise.aliases]
        rows["proposals"] += [
            key
            | {
                "seq": seq,
                "type": proposal.event.type.value,
                "paper_id": ids[proposal.event.paper],
                "page": proposal.event.page,
                "date": _day(proposal.event.date),
                "quote": proposal.event.quote,
                "other": proposal.other,
            }
            for seq, proposal in enumerate(promise.proposals)
        ]
        if any(correction.field == "promise" for correction in promise.corrections):
            continue  # none at all has no verdict
        order = {"made": _day(promise.made) or NEVER, "place": position}
        story = track.verdicts(promise, calendar or [refs[promise.paper]])
        rows["verdict_periods"] += [key | order | period for period in _periods(story)]
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
            "original": _day(verdict.original),
            "rests_on": _list(verdict.rests_on),
        }


def _owner_words(promise: Promise) -> str:
    """What the owner filter looks in: the words of names and posts and the initials of each, spaces between all."""
    found = []
    names = (promise.owner_name or "").split(", ")
    for owner in filter(None, (promise.owner, *names, *promise.owner_posts)):
        words = fold(owner).split()
        found += words
        named = [word for word in words if word not in _TITLES]
        if len(named) > 1:
            found.append("".join(word[0] for word in named))
    return f" {' '.join(found)} "


def _name_of_body(connection: Transaction, body: int, printed: Sequence[str | None]) -> str | None:
    """What most of its papers call it, initials apart."""
    from pipeline import track

    ((key, called),) = connection.rows("SELECT key, name FROM bodies WHERE id = :body", body=body)
    # A body of which no paper prints the name is called like the folder that they lie in.
    names = [name for name in printed if name is not None] or [called]
    counted = Counter([name for name in names if track.body_key(name) == key] or names)
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
