"""The store on real SQLite files: what goes in comes out, once, and nothing half done is left behind."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_paper

from pipeline import queries, store
from pipeline.records import Coverage, Extraction, Failure, Outcome, PaperKind, StoreError, VerdictKind
from pipeline.store import Saved, papers, writing

LATER = dt.date(2024, 6, 1)
JANUARY = make_paper(
    "jan.txt",
    "clerk: write to the school | by 1 February 2024",
    "KO: ask for quotes | | Completed 9 January 2024",
    "KO: mow the green | by 1 March 2024",
)


def dump(db: Path) -> list[str]:
    """The whole file as SQL."""
    with sqlite3.connect(db) as connection:
        return list(connection.iterdump())


def told(conn: store.Store) -> list[object]:
    """All that the store tells, free of the order in which it was told."""
    everything: list[object] = [queries.paper(conn, row.name) for row in queries.papers(conn)]
    everything += queries.bodies(conn, as_of=LATER)
    threads = list(queries.threads(conn, as_of=LATER))
    everything += [(thread, queries.promise(conn, thread.row.id, as_of=LATER)) for thread in threads]
    everything += queries.failures(conn)
    return everything


def follow(conn: store.Store) -> None:
    """What a run does when all its papers are saved."""
    store.gather(conn)
    store.rebuild(conn, [body for body, _ in store.stale(conn)])


# ------------------------------------------------------------------------------------------------------ opening


def test_what_the_migrations_make_is_the_schema(tmp_path: Path) -> None:
    """Both ways to a store of this release: from nothing at once, and from an empty file by all migrations."""
    store.open(tmp_path / "new.db", create=True).close()
    with store.Store(f"sqlite:///{tmp_path / 'old.db'}", tmp_path / "old.db") as conn:
        writing.migrate(conn)
    assert tables(tmp_path / "new.db") == tables(tmp_path / "old.db")


def tables(db: Path) -> set[str]:
    """The statements that make all tables and indexes, and the revision, white space apart."""
    with sqlite3.connect(db) as connection:
        made = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return {re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split())) for sql in made} | {str(revision)}


def test_the_revisions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(writing.MIGRATIONS))
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(walked)) == store.REVISIONS


def test_writers_use_the_log_and_wait_for_the_disk(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        settings = {
            name: conn.writer().execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


MIGRATION = """
from alembic import op
revision, down_revision = "next", "{last}"

def upgrade():
    op.execute("CREATE TABLE extra (x INTEGER)")
    op.execute("ALTER TABLE papers ADD COLUMN extra TEXT")
    op.execute("DELETE FROM papers")
    {end}
"""


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations with one more; what it ends with is up to the test."""
    folder = tmp_path / "migrations"
    shutil.copytree(writing.MIGRATIONS, folder)
    monkeypatch.setattr(writing, "MIGRATIONS", folder)
    monkeypatch.setattr(store, "REVISIONS", (*store.REVISIONS, "next"))
    return folder / "versions" / "next.py"


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """A store of this release."""
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
    return tmp_path / "s.db"


def test_an_older_store_is_brought_up_to_date_on_opening(old_store: Path, next_release: Path) -> None:
    next_release.write_text(MIGRATION.format(last=store.REVISIONS[-2], end="pass"))
    store.open(old_store).close()
    with sqlite3.connect(old_store) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("next",)]
        assert connection.execute("SELECT count(*) FROM extra").fetchone() == (0,)


def test_a_migration_that_fails_leaves_the_file_as_it_was(old_store: Path, next_release: Path) -> None:
    before = dump(old_store)
    end = 'op.execute("INSERT INTO no_such_table VALUES (1)")'
    next_release.write_text(MIGRATION.format(last=store.REVISIONS[-2], end=end))
    with pytest.raises(StoreError, match="cannot be used"):
        store.open(old_store)
    assert dump(old_store) == before


def test_a_store_of_the_first_tables_is_read_at_once_and_derived_anew(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        store.rebuild(conn)
        before = told(conn)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        for table in ("meta", "ledger", "corrections", "aliases", "proposals"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX ix_papers_body")
        for table, column in ADDED:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with store.open(tmp_path / "s.db") as conn:
        assert verdicts(told(conn)) == verdicts(before)
        assert store.stale(conn) == []
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert [name for _, name in store.stale(conn)] == ["Fenwick Parish Council"]
        follow(conn)
        assert told(conn) == before


def verdicts(everything: list[object]) -> list[queries.PromiseRow]:
    return [each[0].row for each in everything if isinstance(each, tuple)]


ADDED = [
    ("papers", "cancelled"),
    ("promises", "inherited"),
    ("promises", "owned"),
    ("promises", "referred"),
    ("events", "owner"),
    ("events", "successor"),
    ("verdict_periods", "original"),
    ("verdict_periods", "rests_on"),
]


def test_promises_of_another_tracker_are_derived_anew(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        store.save(conn, make_paper("board.txt", "chair: publish the figures", body="Thornby Board"))
        store.rebuild(conn)
        ours = told(conn)
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert store.stale(conn) == []
    package = Path(store.__file__).parent.parent
    shutil.copytree(package, tmp_path / "other" / "pipeline", ignore=shutil.ignore_patterns("_data", "__pycache__"))
    table = tmp_path / "other" / "pipeline" / "track" / "table.py"
    table.write_text(re.sub(r"(?m)^DUE_SOON = .*$", "DUE_SOON = dt.timedelta(days=21)", table.read_text()))
    program = (
        "from pipeline import store\n"
        f"with store.open({str(tmp_path / 's.db')!r}, create=True) as conn:\n"
        "    stale = store.stale(conn)\n"
        "    store.rebuild(conn)\n"
        "    print([name for _, name in stale], store.stale(conn))"
    )
    command = [sys.executable, "-c", program]  # which looks for modules in its folder first
    ran = subprocess.run(command, cwd=tmp_path / "other", capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['Fenwick Parish Council', 'Thornby Board'] []"
    with store.open(tmp_path / "s.db") as conn:
        theirs = told(conn)
        assert store.stale(conn) == []  # a reader writes nothing
    assert theirs != ours
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert [name for _, name in store.stale(conn)] == ["Fenwick Parish Council", "Thornby Board"]
        follow(conn)
        assert told(conn) == ours


def test_a_newer_store_is_refused_in_one_sentence(tmp_path: Path) -> None:
    store.open(tmp_path / "s.db", create=True).close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = dump(tmp_path / "s.db")
    with pytest.raises(StoreError, match="later version of matters; upgrade") as caught:
        store.open(tmp_path / "s.db", create=True)
    assert caught.value.code == "newer"
    assert "\n" not in str(caught.value)
    assert dump(tmp_path / "s.db") == before


def a_text(path: Path) -> None:
    path.write_text("Minutes of the meeting of the council. " * 100)


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


@pytest.mark.parametrize(
    ("make", "create", "code"),
    [
        (lambda path: None, False, "no-store"),
        (Path.touch, False, "no-store"),
        (a_text, True, "not-a-store"),
        (another_database, True, "not-a-store"),
        (Path.mkdir, True, "not-a-store"),
    ],
)
def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path, make, create: bool, code: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "s.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as caught:
        store.open(path, create=create)
    assert caught.value.code == code
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_unknown_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        store.open("oracle-of-delphi://user@host/db")
    assert caught.value.code == "unusable"


def test_a_path_may_hold_any_characters(tmp_path: Path) -> None:
    folder = tmp_path / "50% of £ & ?=# files"
    with store.open(folder / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
    assert (folder / "s.db").exists()
    with store.open(f"sqlite:///{folder / 's.db'}") as conn:
        assert [row.name for row in queries.papers(conn)] == ["jan.txt"]


def test_while_one_process_writes_others_read_and_writers_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BUSY_SECONDS", 0.1)
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM papers")
        assert [row.name for row in queries.papers(conn)] == ["jan.txt"]
        with pytest.raises(StoreError, match="try again") as caught:
            store.save(conn, make_paper("feb.txt", "clerk: sweep the path"))
        assert caught.value.code == "locked"
        other.execute("ROLLBACK")
        other.close()
        assert store.save(conn, make_paper("feb.txt", "clerk: sweep the path")) is Saved.NEW


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with store.open(path, create=True) as conn:
        store.save(conn, JANUARY)
        assert conn.check() == []
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM papers")  # foreign keys are off here, and what hung on the paper stays
    with store.open(path) as conn:
        assert "3 rows of extracts refer to rows that are gone" in conn.check()


# ------------------------------------------------------------------------------------------------------- saving


@pytest.mark.parametrize(
    "extraction",
    [
        JANUARY,
        make_paper("no-meeting.txt", "clerk: look", body=None, date=None),
        make_paper("nothing.txt"),
        replace(
            JANUARY,
            pages=None,
            coverage=Coverage.NO_TEXT,
            extracts=(replace(JANUARY.extracts[0], outcome=Outcome.NOTED, strength=None, formal=True, status="Done"),),
            evidence=(),
        ),
    ],
    ids=["full", "no-meeting", "nothing", "odd"],
)
def test_what_goes_in_comes_out(tmp_path: Path, extraction) -> None:  # type: ignore[no-untyped-def]
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert store.save(conn, extraction) is Saved.NEW
        store.rebuild(conn)
        assert papers.one(conn, 1) == extraction


def test_the_same_bytes_are_one_paper_wherever_they_lie(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert store.save(conn, JANUARY, Path("/a/minutes (1).txt")) is Saved.NEW
        assert store.save(conn, JANUARY, Path("/a/minutes (1).txt")) is Saved.UNCHANGED
        assert store.save(conn, JANUARY, Path("/a/minutes.txt")) is Saved.UNCHANGED
        assert list(store.point(conn, {Path("/b/minutes.txt"): JANUARY.sha256}).values()) == [Saved.UNCHANGED]
        (row,) = queries.papers(conn)
        assert row.name == "minutes.txt"
        assert queries.paper(conn, "minutes").paths == ("/a/minutes.txt", "/b/minutes.txt", "/a/minutes (1).txt")


def test_new_content_replaces_old_and_a_paper_lives_as_long_as_a_file_holds_it(tmp_path: Path) -> None:
    new = make_paper("jan.txt", "clerk: write to the college")
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY, Path("/a/jan.txt"))
        store.save(conn, JANUARY, Path("/b/copy of jan.txt"))
        assert store.save(conn, new, Path("/a/jan.txt")) is Saved.REPLACED
        assert {row.name: row.sha256 for row in queries.papers(conn)} == {
            "jan.txt": new.sha256,
            "copy of jan.txt": JANUARY.sha256,
        }
        assert list(store.point(conn, {Path("/b/copy of jan.txt"): new.sha256}).values()) == [Saved.REPLACED]
        assert [row.sha256 for row in queries.papers(conn)] == [new.sha256]
        follow(conn)
        assert [row.action for row in queries.promises(conn, as_of=LATER)] == ["write to the college"]
        assert conn.check() == []


def test_other_rules_read_a_paper_again_and_another_body_takes_its_promises(tmp_path: Path) -> None:
    again = replace(JANUARY, ruleset="r2", extracts=JANUARY.extracts[1:2], evidence=(), unclaimed=())
    again = replace(again, meeting=replace(again.meeting, body="Thornby Parish Council"))
    again = replace(again, extracts=(replace(again.extracts[0], answers=()),))
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        store.rebuild(conn)
        assert store.known(conn, "r1", [JANUARY.sha256, "other"]) == {JANUARY.sha256}
        assert store.save(conn, again) is Saved.REPLACED
        assert [name for _, name in store.stale(conn)] == ["Fenwick Parish Council", "Thornby Parish Council"]
        follow(conn)
        assert papers.one(conn, 1) == again
        assert [body.name for body in queries.bodies(conn, as_of=LATER)] == ["Thornby Parish Council"]
        assert [row.body for row in queries.promises(conn, as_of=LATER)] == ["Thornby Parish Council"]
        assert [store.known(conn, rules, [JANUARY.sha256]) for rules in ("r1", "r2")] == [set(), {JANUARY.sha256}]


def test_papers_of_one_name_are_told_apart_by_folders(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        for folder in ("/p/board/2024-01", "/p/board/2024-02", "/p/council/2024-01"):
            store.save(conn, make_paper("minutes.txt", f"clerk: tidy {folder}"), Path(folder, "minutes.txt"))
        names = [row.name for row in queries.papers(conn)]
        assert sorted(names) == ["2024-02/minutes.txt", "board/2024-01/minutes.txt", "council/2024-01/minutes.txt"]
        store.save(conn, make_paper("minutes.txt", "clerk: tidy the rest"), Path("/p/board/2024-02/minutes.txt"))
        assert sorted(row.name for row in queries.papers(conn)) == sorted(names)


def test_what_is_reached_by_url_is_written_alike(tmp_path: Path) -> None:
    """Without a path, a store writes through SQLAlchemy, as it does to any database but a file."""
    feb = make_paper("feb.txt", "KO: mow the green | | Completed", date=dt.date(2024, 2, 14))
    for name in ("file.db", "url.db"):
        store.open(tmp_path / name, create=True).close()
        path = tmp_path / name if name == "file.db" else None
        with store.Store(f"sqlite:///{tmp_path / name}", path) as conn:
            store.fail(conn, Failure("/a/feb.txt", "crashed", "feb.txt crashed its reader."))
            assert store.save(conn, JANUARY, Path("/a/jan.txt")) is Saved.NEW
            assert store.save(conn, replace(JANUARY, ruleset="r2"), Path("/a/jan.txt")) is Saved.REPLACED
            assert store.save(conn, feb, Path("/a/feb.txt")) is Saved.NEW
            store.point(conn, {Path("/b/feb.txt"): JANUARY.sha256, Path("/a/jan.txt"): feb.sha256})
            with pytest.raises(Exception, match="UNIQUE"):
                store.save(conn, replace(make_paper("mar.txt", "KO: sit"), extracts=JANUARY.extracts * 2))
            store.rebuild(conn)
    assert dump(tmp_path / "file.db") == dump(tmp_path / "url.db")


def test_a_paper_that_cannot_be_saved_leaves_nothing_behind(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        store.rebuild(conn)
        before = dump(tmp_path / "s.db")
        twice = make_paper("feb.txt", "clerk: sweep the path", body="Another Council")
        with pytest.raises(Exception, match="UNIQUE"):
            store.save(conn, replace(twice, extracts=twice.extracts * 2))
        assert dump(tmp_path / "s.db") == before


def test_the_planner_looks_again_when_the_store_has_grown_by_half(tmp_path: Path) -> None:
    def seen() -> list[tuple[str, ...]]:
        with sqlite3.connect(tmp_path / "s.db") as connection:
            return connection.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_papers_name'").fetchall()

    with store.open(tmp_path / "s.db", create=True) as conn:
        found = []
        for number in range(7):
            store.save(conn, make_paper(f"{number}.txt", f"clerk: tidy room {number}"))
            if number > 2:
                store.optimise(conn)
                found.append(seen())
        assert found == [[("4 1",)]] * 2 + [[("6 1",)]] * 2


def test_many_files_are_asked_for_at_once(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY, Path("/a/jan.txt"))
        others = [str(number) for number in range(1200)]
        assert store.known(conn, "r1", [*others, JANUARY.sha256]) == {JANUARY.sha256}
        assert store.held(conn, [*map(Path, others), Path("/a/jan.txt")]) == {"/a/jan.txt": JANUARY.sha256}
        store.fail(conn, Failure("/a/jan.txt", "crashed", "jan.txt crashed its reader."))
        assert store.held(conn, [Path("/a/jan.txt")]) == {}


def test_a_failure_is_kept_until_the_file_is_read(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.fail(conn, Failure("/a/jan.txt", "crashed", "jan.txt crashed its reader."))
        store.fail(conn, Failure("/a/jan.txt", "encrypted", "jan.txt is encrypted."))
        assert queries.failures(conn) == [Failure("/a/jan.txt", "encrypted", "jan.txt is encrypted.")]
        store.save(conn, JANUARY, Path("/a/jan.txt"))
        assert queries.failures(conn) == []


def test_promises_are_derived_again_at_will_and_come_out_the_same(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, JANUARY)
        store.save(conn, make_paper("mar.txt", "KO: mow the green | | Completed", date=dt.date(2024, 3, 13)))
        store.rebuild(conn)
        before = told(conn)
        with sqlite3.connect(tmp_path / "s.db") as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("DELETE FROM promises")
        assert told(conn) != before
        store.rebuild(conn)
        assert told(conn) == before


def test_a_body_is_named_as_most_of_its_papers_name_it(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        for body, line in [
            ("FENWICK PARISH COUNCIL", "clerk: mow the green"),
            ("Fenwick Parish Council", "clerk: write to the school"),
            ("Fenwick Parish Council", "KO: paint the bridge"),
        ]:
            store.save(conn, make_paper(f"{line[-5:]}.txt", line, body=body))
        store.rebuild(conn)
        (body_row,) = queries.bodies(conn, as_of=LATER)
        assert (body_row.name, body_row.papers, body_row.promises) == ("Fenwick Parish Council", 3, 3)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_initials_are_the_body_that_they_fit_while_they_fit_one(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Once there are two boards, each may be meant: from then on, and until papers of the one are gone, initials are a
    body apart. What they meant before stays."""
    boards = ["Corporate Parenting Board", "CPB", "Care and Planning Board", "CPB"]
    lines = ["clerk: paint the gate", "clerk: paint the gate | | Completed", "KO: sweep the path", "KO: sweep the path"]
    made = [
        make_paper("any", line, body=body, date=dt.date(2024, 1 + number, 10))
        for number, (body, line) in enumerate(zip(boards, lines, strict=True))
    ]
    with store.open(tmp_path / "s.db", create=True) as conn:
        for number in order:
            store.save(conn, made[number], Path(f"/a/{number}.txt"))
            follow(conn)
        assert [(row.name, row.papers, row.promises) for row in queries.bodies(conn, as_of=LATER)] == [
            ("Care and Planning Board", 1, 1),
            ("Corporate Parenting Board", 2, 1),
            ("CPB", 1, 1),
        ]
        store.point(conn, {Path("/a/2.txt"): made[0].sha256})
        follow(conn)
        (body,) = queries.bodies(conn, as_of=LATER)
        assert (body.name, body.papers) == ("Corporate Parenting Board", 3)
        rows = queries.promises(conn, as_of=LATER)
        assert [(row.action, row.verdict) for row in rows] == [
            ("sweep the path", VerdictKind.UNDATED),
            ("paint the gate", VerdictKind.KEPT),
        ]
        assert conn.check() == []


FILES = [Path(folder, name) for folder in ("/a", "/a/b", "/c") for name in ("jan.txt", "feb.txt", "copy of jan.txt")]
CONTENTS = [
    make_paper("any", *lines, body=body, date=date, kind=kind)
    for body, date, kind, lines in [
        (
            "Care Board",
            dt.date(2024, 1, 10),
            PaperKind.MINUTES,
            ["clerk: mow the green | by 1 March 2024", "KO: sweep up"],
        ),
        ("CARE BOARD", dt.date(2024, 2, 14), PaperKind.MINUTES, ["KO: sweep up"]),
        (
            "Care Board",
            dt.date(2024, 2, 14),
            PaperKind.ACTION_LOG,
            ["clerk: mow the green | | Completed", "KO: sweep up"],
        ),
        ("Care Board", None, PaperKind.MINUTES, ["KO: paint the gate | by 1 March 2024"]),
        ("Council of Ashcombe Road Estate", dt.date(2024, 3, 13), PaperKind.MINUTES, ["KO: sweep up | | Completed"]),
        ("CARE", dt.date(2024, 3, 13), PaperKind.MINUTES, ["KO: sweep up | | In hand"]),
        (None, dt.date(2024, 3, 13), PaperKind.MINUTES, ["KO: sweep up"]),
        # The same words on the same day, by another paper that names no body either: another promise.
        (None, dt.date(2024, 3, 13), PaperKind.MINUTES, ["KO: sweep up", "clerk: mow the green"]),
    ]
]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FILES), st.sampled_from(CONTENTS)), max_size=8), st.data())
def test_order_and_repetition_make_no_difference(steps: list[tuple[Path, Extraction]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with store.open(Path(folder, "history.db"), create=True) as conn:
            for path, extraction in steps:
                store.save(conn, extraction, path)
                if data.draw(st.booleans()):
                    follow(conn)
            follow(conn)
            history = told(conn)
            assert conn.check() == []
        with store.open(Path(folder, "fresh.db"), create=True) as conn:
            for path, extraction in data.draw(st.permutations(list(dict(steps).items()))):
                store.save(conn, extraction, path)
            store.rebuild(conn)
            assert told(conn) == history
