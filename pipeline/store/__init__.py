"""The store: papers and what they say, and the promises, events and verdicts derived from them.

Hides the database: SQLite at a path by default, anything that SQLAlchemy speaks by URL; migrations run when a store is
opened. Hands over `Store`, and `save`, `point`, `fail` and `rebuild` to write to it. One transaction a paper, one a
body: what is cut off in between is taken up again by the next `rebuild`.

All SQL, here, in `writing` and in `pipeline.queries`, is plain, with `:name` parameters, common to SQLite and
PostgreSQL. On a file the standard library's own driver runs it: SQLAlchemy takes 170 ms of CPU to import (430 where no
bytecode is kept), and a list has 300 to be on screen. It is imported for what is reached by URL, and with Alembic for
the migrations; a new file does without either, from `schema.sql`.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from pipeline.records import Extraction, Failure, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""The migrations, oldest first. Kept here so that opening a store that is up to date need not import Alembic."""

BUSY_SECONDS = 10.0
"""How long to wait for another process that writes. One paper or one body a transaction: seconds are plenty."""


class Saved(StrEnum):
    """What `save` and `point` did with a paper."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"


class Store:
    """An open store, for a `with` block. `rows` and `snapshot` are for `pipeline.queries` and this package."""

    def __init__(self, url: str, path: Path | None) -> None:
        self.url = url
        self.path = path
        """The file, where the store is one."""
        self._engine: Engine | None = None
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._snapshot: Connection | None = None

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> Iterator[tuple[Any, ...]]:
        """Run a SELECT. Rows come as they are fetched; days and lists come as text, see `schema`."""
        with faults(self):
            if self.path is not None:
                yield from self._sqlite(self.path).execute(sql, parameters or {})
            elif self._snapshot is not None:
                yield from self._over_engine(self._snapshot, sql, parameters)
            else:
                with self.engine().connect() as connection:
                    yield from self._over_engine(connection, sql, parameters)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, all rows are of one moment, whatever another process writes meanwhile; that of the outermost."""
        with faults(self):
            if self._snapshot is not None or (self._reader is not None and self._reader.in_transaction):
                yield
            elif self.path is not None:
                reader = self._sqlite(self.path)
                reader.execute("BEGIN")
                try:
                    yield
                finally:
                    reader.execute("ROLLBACK")
            else:
                engine = self.engine().execution_options(isolation_level="SERIALIZABLE")
                with engine.connect() as self._snapshot:
                    try:
                        yield
                    finally:
                        self._snapshot = None

    def writer(self) -> sqlite3.Connection:
        """The way in for writing where the store is a file."""
        if self._writer is None:
            from pipeline.store import writing

            assert self.path is not None
            self._writer = writing.connect(self.path)
        return self._writer

    def engine(self) -> Engine:
        """The way in for the migrations, and for all where the store is no file."""
        if self._engine is None:
            from pipeline.store import writing

            self._engine = writing.engine(self.url)
        return self._engine

    def check(self) -> list[str]:
        """Damage found in the file and broken references between tables; nothing where all is well."""
        if self.path is None:
            return []
        damage = [str(row[0]) for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]
        orphans = self.rows('SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY "table" ORDER BY 1')
        return damage + [f"{count} rows of {table} refer to rows that are gone" for table, count in orphans]

    def close(self) -> None:
        for driver in (self._reader, self._writer):
            if driver is not None:
                driver.close()
        self._reader = self._writer = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sqlite(self, path: Path) -> sqlite3.Connection:
        if self._reader is None:
            # "rw", not "ro": a reader of a store in WAL mode may have to make the index file beside it.
            uri = f"file:{urllib.parse.quote(path.as_posix())}?mode=rw"
            reader = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            self._reader = reader
            reader.execute("PRAGMA query_only = ON")
        return self._reader

    @staticmethod
    def _over_engine(
        connection: Connection, sql: str, parameters: Mapping[str, object] | None
    ) -> Iterator[tuple[Any, ...]]:
        from sqlalchemy import text

        for row in connection.execute(text(sql), dict(parameters or {})):
            yield tuple(row)


def open(target: str | Path, *, create: bool = False) -> Store:
    """Open the store at a path or URL, bringing an older one up to date.

    `create` is for those who write: it makes the store where there is none, and where another tracker than this one
    has derived the promises, all bodies are `stale` from then on.

    StoreError codes: `no-store` (nothing there and `create` not given), `newer` (made by a later version),
    `not-a-store`, `locked`, `unusable` (permissions, disk, a missing database driver).
    """
    url, path = _locate(target)
    store = Store(url, path)
    if path is not None and not path.exists():
        if not create:
            raise StoreError(
                f"There is no store at {path}; `matters ingest` makes one, --db names another.", code="no-store"
            )
        with faults(store):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    try:
        _bring_up_to_date(store, create=create)
        if create:
            _hand_over(store)
    except BaseException:
        store.close()
        raise
    return store


def save(store: Store, extraction: Extraction, path: Path | None = None) -> Saved:
    """Keep what a paper says, in one transaction. `path` is the file it was read from; by default its bare name.

    A paper is known by its content: the same bytes under the same rules are `unchanged`, wherever they lie. The same
    file with other content, or the same content read by other rules, replaces what was there.
    """
    from pipeline.store import writing

    with faults(store):
        return writing.save(store, extraction, _source(path or Path(extraction.paper)))


def point(store: Store, hashes: Mapping[Path, str]) -> dict[Path, Saved]:
    """Note which papers, of those that the store has already, some files hold: by hash, all in one transaction."""
    if not hashes:
        return {}
    from pipeline.store import writing

    with faults(store):
        done = writing.point(store, {_source(path): sha256 for path, sha256 in hashes.items()})
    return {path: done[_source(path)] for path in hashes}


def known(store: Store, ruleset: str, hashes: Iterable[str]) -> set[str]:
    """Those of some hashes whose papers these rules have read."""
    sql = "SELECT sha256 FROM papers WHERE ruleset = :ruleset AND sha256"
    return {sha256 for (sha256,) in _among(store, sql, hashes, {"ruleset": ruleset})}


def held(store: Store, paths: Iterable[Path]) -> dict[str, str]:
    """Which paper, by its hash, each of some files held when last read; without those that could not be read since."""
    sql = (
        "SELECT s.path, p.sha256 FROM sources s JOIN papers p ON p.id = s.paper_id "
        "WHERE s.path NOT IN (SELECT path FROM failures) AND s.path"
    )
    return {str(path): str(sha256) for path, sha256 in _among(store, sql, map(_source, paths), {})}


def _among(
    store: Store, sql: str, values: Iterable[str], parameters: Mapping[str, object]
) -> Iterator[tuple[Any, ...]]:
    """Rows whose last column named is one of some values: asked for by the hundred, so that one file in a store of a
    hundred thousand papers costs one look."""
    left = iter(values)
    while chosen := {f"x{number}": value for number, value in enumerate(islice(left, 500))}:
        yield from store.rows(f"{sql} IN ({', '.join(f':{name}' for name in chosen)})", {**parameters, **chosen})


def fail(store: Store, failure: Failure) -> None:
    """Record that a file could not be read; the next success, or the next failure, of that file replaces it."""
    from pipeline.store import writing

    with faults(store):
        writing.fail(store, failure)


def stale(store: Store) -> list[tuple[int, str | None]]:
    """Bodies, as key and name, whose papers, or whose tracker, have changed since their promises were derived."""
    return [(key, name) for key, name in store.rows("SELECT id, name FROM bodies WHERE stale = TRUE ORDER BY key")]


def gather(store: Store) -> None:
    """Put each paper under the body that the tracker takes it for, which only all papers together can tell: initials
    are a body of their own until one in full is there. Bodies that win or lose papers become stale."""
    from pipeline.store import writing

    with faults(store):
        writing.gather(store)


def rebuild(store: Store, bodies: Iterable[int] | None = None) -> None:
    """Derive promises, events and verdicts anew, of some bodies, or of all after `gather`; one transaction a body."""
    if bodies is None:
        gather(store)
        bodies = [row[0] for row in store.rows("SELECT id FROM bodies ORDER BY key")]
    chosen = list(bodies)
    if not chosen:
        return
    from pipeline.store import writing

    with faults(store):
        for body in chosen:
            writing.derive(store, body)


def optimise(store: Store) -> None:
    """Let the database's planner see how large its tables have become; worth it once after many papers."""
    from pipeline.store import writing

    with faults(store):
        writing.optimise(store)


def fold(words: str) -> str:
    """Words as filters compare them: without case and punctuation, a space before and after each."""
    return f" {' '.join(_WORD.findall(words.casefold()))} "


def file_order(path: str) -> tuple[int, str, str]:
    """Which of several files that hold one paper names it: the shortest, for a copy is mostly "minutes (1).pdf"."""
    file = path.rpartition("/")[2]
    return len(file), file, path


_WORD = re.compile(r"[^\W_]+")


def _locate(target: str | Path) -> tuple[str, Path | None]:
    text = str(target)
    if text.startswith("sqlite:///"):
        target = Path(text.removeprefix("sqlite:///"))
    elif "://" in text:
        return text, None
    path = Path(target).expanduser().absolute()
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it, say {path / 'matters.db'}.", code="not-a-store")
    return f"sqlite:///{path}", path


def _source(path: Path) -> str:
    return path.as_posix()


def _bring_up_to_date(store: Store, *, create: bool) -> None:
    place = store.path or store.url
    tables = _tables(store)
    version = next(iter(store.rows("SELECT version_num FROM alembic_version")), None) if _VERSION in tables else None
    if version is not None and version[0] == REVISIONS[-1]:
        return
    if version is not None and version[0] not in REVISIONS:
        raise StoreError(
            f"The store {place} was made by a later version of matters; upgrade matters, or name another store.",
            code="newer",
        )
    if version is None and tables - {_VERSION}:
        raise StoreError(f"{place} is a database of something else; name another store.", code="not-a-store")
    if version is None and not create:
        raise StoreError(
            f"There is no store at {place}; `matters ingest` makes one, --db names another.", code="no-store"
        )
    from pipeline.store import writing

    with faults(store):
        if store.path is not None and version is None:
            writing.create(store)
            _bring_up_to_date(store, create=create)
        else:
            writing.migrate(store)


def _hand_over(store: Store) -> None:
    """Have all promises derived anew where another tracker derived them: what it thought of them is out of date."""
    tracker = _tracker()
    if next(store.rows("SELECT value FROM meta WHERE name = 'tracker'"), None) == (tracker,):
        return
    from pipeline.store import writing

    with faults(store):
        writing.hand_over(store, tracker)


def _tracker() -> str:
    """A name for the code that derives promises, by its content.

    Not the release's number, which says nothing while the code is worked on: deriving again where only a comment has
    changed costs milliseconds a paper, and a verdict of old code beside those of new is wrong. Read as files, in half a
    millisecond, because a run over unchanged papers does not import the tracker.
    """
    digest = hashlib.sha256()
    for file in [*sorted(_PACKAGE.glob("track/*.py")), *sorted(_PACKAGE.glob("rules/status.*")), *_DERIVING]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


_PACKAGE = Path(__file__).parent.parent
_DERIVING = [_PACKAGE / "store" / "ledger.py", _PACKAGE / "store" / "writing.py"]

_VERSION = "alembic_version"


def _tables(store: Store) -> set[str]:
    if store.path is not None:
        return {row[0] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    schema = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    return {row[0] for row in store.rows(schema)}


@contextmanager
def faults(store: Store) -> Iterator[None]:
    """Turns a database's errors into one sentence each; for this package."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        # SQLAlchemy is not imported here only to name its errors; it wraps the driver's.
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, OSError) or type(cause).__name__ in _OF_THE_DATABASE:
            _explain(store, cause)
        raise


_OF_THE_DATABASE = frozenset({"DatabaseError", "OperationalError", "InternalError"})
"""What every driver calls its errors that are no fault of this program: the database or the disk failed."""


def _explain(store: Store, error: Exception) -> NoReturn:
    place = store.path or store.url
    words = str(error)
    if "locked" in words or "busy" in words:
        sentence, code = f"Another process is writing to {place}; try again when it has finished.", "locked"
    elif "not a database" in words:
        sentence, code = f"{place} is not a store of matters; name another.", "not-a-store"
    elif "malformed" in words:
        sentence, code = (
            f"The store {place} is damaged; restore a copy of it: what people entered stands nowhere else.",
            "damaged",
        )
    elif "full" in words or getattr(error, "errno", None) == 28:
        sentence, code = f"The disk that holds {place} is full; make room and try again.", "disk-full"
    else:
        sentence, code = f"The store {place} cannot be used ({words}).", "unusable"
    raise StoreError(sentence, code=code) from error
