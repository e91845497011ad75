"""Folders into the store: whatever the order, the accidents and the repetitions, the store tells the same."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import read_lines

from pipeline import batch, queries, store
from pipeline.batch import Summary
from pipeline.records import MattersError, StoreError, VerdictKind

SUMMER = dt.date(2024, 6, 1)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Three meetings of a council in a folder of papers."""
    folder = tmp_path / "papers"
    write(folder / "2024" / "jan.txt", "@2024-01-10 Fenwick Council", "clerk: mow | 2024-02-01", "KO: sweep")
    write(folder / "2024" / "feb.txt", "@2024-02-14 Fenwick Council", "KO: sweep", "clerk: paint | 2024-07-01")
    write(folder / "2024" / "mar.txt", "@2024-03-13 Fenwick Council", "KO: DONE sweep")
    return folder


@pytest.fixture(autouse=True)
def version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of these tests knows its rules by the words of their file."""
    monkeypatch.setattr(batch.rules, "version", lambda file: file.read_text() if file else "r1")


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))


def ingest(papers: Path, db: Path, **options: object) -> Summary:
    return batch.ingest([papers], db, make_reader=read_lines, **{"jobs": 1, **options})  # type: ignore[arg-type]


def standing(db: Path) -> dict[str, VerdictKind]:
    with store.open(db) as conn:
        assert store.stale(conn) == []
        return {row.action: row.verdict for row in queries.promises(conn, as_of=SUMMER)}


OUTCOME = {"mow": VerdictKind.OVERDUE, "sweep": VerdictKind.KEPT, "paint": VerdictKind.OPEN}


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_folder_becomes_a_store_and_is_read_once(
    papers: Path, tmp_path: Path, tracker: None, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("READ_LOG", str(log))
    told: list[tuple[int, int]] = []
    done = ingest(papers, tmp_path / "s.db", jobs=jobs, progress=lambda count, of: told.append((count, of)))
    assert (done.new, done.read, done.unchanged, done.failed) == (3, 3, 0, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert standing(tmp_path / "s.db") == OUTCOME
    if jobs == 1:  # other processes may have started before the variable was set
        assert sorted(log.read_text().split()) == ["feb.txt", "jan.txt", "mar.txt"]
    log.unlink(missing_ok=True)
    again = ingest(papers, tmp_path / "s.db", jobs=jobs)
    assert (again.new, again.read, again.unchanged) == (0, 0, 3)
    assert not log.exists()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_accidents_cost_one_paper_each(tmp_path: Path, tracker: None, jobs: int) -> None:
    papers = tmp_path / "papers"
    accidents = {"bad": "encrypted", "fault": "fault", "memory": "memory", "twice": "fault"}
    if jobs > 1:
        accidents |= {"crash": "crashed", "exit": "crashed", "hang": "timeout"}
    for accident in accidents:
        write(papers / f"{accident}.txt", f"!{accident}", accident)
    write(papers / "empty.pdf")
    for number in range(6):
        write(papers / f"good{number}.txt", f"clerk: do thing {number}")
    done = ingest(papers, tmp_path / "s.db", jobs=jobs, time_limit=3.0)
    assert {Path(failure.path).stem: failure.code for failure in done.failed} == {**accidents, "empty": "empty"}
    for failure in done.failed:
        assert Path(failure.path).name in failure.message
        assert "\n" not in failure.message
        assert "Traceback" not in failure.message
    assert (done.new, done.unchanged) == (6, 0)
    with store.open(tmp_path / "s.db") as conn:
        assert queries.failures(conn) == list(done.failed)
        assert len(queries.promises(conn, as_of=SUMMER)) == 6
    write(papers / "bad.txt", "clerk: be good")
    mended = ingest(papers / "bad.txt", tmp_path / "s.db")
    assert (mended.new, mended.failed) == (1, ())
    with store.open(tmp_path / "s.db") as conn:
        assert "bad" not in {Path(failure.path).stem for failure in queries.failures(conn)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_wrong_with_all_papers_is_said_once(papers: Path, tmp_path: Path, tracker: None, jobs: int) -> None:
    write(papers / "2024" / "apr.txt", "!model")
    with pytest.raises(MattersError, match="language model is missing") as caught:
        ingest(papers, tmp_path / "s.db", jobs=jobs)
    assert caught.value.code == "no-model"
    assert multiprocessing.active_children() == []


def test_a_tracker_that_fails_on_one_body_leaves_the_others_their_promises(
    papers: Path, tmp_path: Path, tracker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline import track

    link = track.link

    def fail(extractions):  # type: ignore[no-untyped-def]
        if any(extraction.meeting.body == "Odd Council" for extraction in extractions):
            raise ZeroDivisionError("odd")
        return link(extractions)

    write(papers / "odd.txt", "@2024-01-10 Odd Council", "clerk: be odd")
    monkeypatch.setattr(track, "link", fail)
    done = ingest(papers, tmp_path / "s.db")
    assert [(failure.path, failure.code) for failure in done.failed] == [("Odd Council", "fault")]
    monkeypatch.setattr(track, "link", link)
    assert ingest(papers, tmp_path / "s.db").failed == ()
    assert standing(tmp_path / "s.db") == {**OUTCOME, "be odd": VerdictKind.UNDATED}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_is_taken_up_by_the_next(papers: Path, tmp_path: Path, tracker: None, jobs: int) -> None:
    def interrupt(count: int, of: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(papers, tmp_path / "s.db", jobs=jobs, progress=interrupt)
    assert multiprocessing.active_children() == []
    with store.open(tmp_path / "s.db") as conn:
        assert len(queries.papers(conn)) == 2
        assert conn.check() == []
    done = ingest(papers, tmp_path / "s.db", jobs=jobs)
    assert (done.new, done.unchanged) == (1, 2)
    assert standing(tmp_path / "s.db") == OUTCOME


def test_a_store_that_another_process_writes_to_is_no_papers_fault(
    papers: Path, tmp_path: Path, tracker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.writing.BUSY_SECONDS", 0.1)
    store.open(tmp_path / "s.db", create=True).close()
    other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught:
        ingest(papers, tmp_path / "s.db", jobs=2)
    other.close()
    assert caught.value.code == "locked"
    assert multiprocessing.active_children() == []
    assert ingest(papers, tmp_path / "s.db").new == 3


def test_changed_content_replaces_and_other_rules_read_again(papers: Path, tmp_path: Path, tracker: None) -> None:
    db = tmp_path / "s.db"
    rules_file = tmp_path / "ours.toml"
    ingest(papers, db)
    write(papers / "2024" / "feb.txt", "@2024-02-14 Fenwick Council", "clerk: varnish")
    done = ingest(papers, db)
    assert (done.new, done.replaced, done.unchanged) == (0, 1, 2)
    assert set(standing(db)) == {"mow", "sweep", "varnish"}
    rules_file.write_text("[[rule]]")
    assert ingest(papers, db, rules_file=rules_file).replaced == 3
    assert ingest(papers, db, rules_file=rules_file).unchanged == 3


def test_copies_count_once_and_moved_files_are_not_read_again(papers: Path, tmp_path: Path, tracker: None) -> None:
    db = tmp_path / "s.db"
    shutil.copy(papers / "2024" / "jan.txt", papers / "Copy of jan.txt")
    done = ingest(papers, db)
    assert (done.new, done.copies, done.unchanged) == (3, 1, 0)
    assert standing(db) == OUTCOME
    (papers / "2024").rename(papers / "last year")
    done = ingest(papers, db)
    assert (done.read, done.copies, done.unchanged) == (0, 1, 3)
    assert standing(db) == OUTCOME


def test_what_is_no_paper_is_passed_over(papers: Path, tmp_path: Path, tracker: None) -> None:
    for name in (".hidden.txt", "2024/~$jan.docx", "2024/.~lock.jan.odt#", ".git/notes.txt"):
        write(papers / name, "clerk: hide")
    for name in ("data.xlsx", "photo.JPG", "more.xlsx", "README"):
        write(papers / name, "clerk: skip")
    done = ingest(papers, tmp_path / "s.db")
    assert (done.new, done.skipped, done.failed) == (3, {"": 1, ".jpg": 1, ".xlsx": 2}, ())
    assert ingest(papers / "README", tmp_path / "s.db").new == 1  # named outright, it is read


def test_a_nameless_download_is_known_by_its_bytes(papers: Path, tmp_path: Path, tracker: None) -> None:
    write(papers / "mgAi.aspx", "<!DOCTYPE html><html><body>clerk: look</body></html>")
    write(papers / "ieDocument", "%PDF-1.4 clerk: look again")
    assert ingest(papers, tmp_path / "s.db").new == 5


def test_a_path_that_is_not_there_is_a_failure(tmp_path: Path, tracker: None) -> None:
    done = ingest(tmp_path / "gone.pdf", tmp_path / "s.db")
    assert [failure.code for failure in done.failed] == ["unreadable"]


def test_warnings_are_told_with_their_papers(papers: Path, tmp_path: Path, tracker: None) -> None:
    names = ["feb.txt", "jan.txt", "mar.txt"]
    assert ingest(papers, tmp_path / "s.db").warnings == tuple((name, "page 2 holds no text") for name in names)


NAMES = ["jan.txt", "feb.txt", "a/jan.txt", "a/copy.txt"]
LINES = [("clerk: mow",), ("KO: sweep",), ("clerk: DONE mow",), ("!bad",)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LINES), min_size=1), min_size=1, max_size=4))
def test_any_history_of_a_folder_ends_in_the_same_store(tracker: None, history: list[dict[str, tuple[str]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, db, fresh = Path(place, "papers"), Path(place, "s.db"), Path(place, "fresh.db")
        last: dict[str, tuple[str]] = {}
        for files in history:
            for name, lines in files.items():
                # A paper once read stays until the file can be read again: only then is there something to replace it.
                last[name] = last.get(name, lines) if lines == ("!bad",) and last.get(name) != ("!bad",) else lines
                write(folder / name, *lines)
            ingest(folder, db)
            ingest(folder, db)
        for name, lines in last.items():
            write(folder / name, *lines)
        done = ingest(folder, fresh)
        ingest(folder, db)
        with store.open(db) as conn, store.open(fresh) as other:
            assert told(conn) == told(other)
            assert len(queries.failures(other)) == len(done.failed)


def told(conn: store.Store) -> list[object]:
    everything: list[object] = [queries.paper(conn, row.name) for row in queries.papers(conn)]
    return [*everything, *queries.threads(conn, as_of=SUMMER), *queries.failures(conn)]


def test_a_run_over_unchanged_papers_imports_nothing_heavy(papers: Path, tmp_path: Path, tracker: None) -> None:
    ingest(papers, tmp_path / "s.db")
    program = (
        "import sys; from pathlib import Path; from pipeline import batch\n"
        "batch.rules.version = lambda file: 'r1'\n"
        f"done = batch.ingest([Path({str(papers)!r})], {str(tmp_path / 's.db')!r})\n"
        "heavy = {'spacy', 'sqlalchemy', 'alembic', 'lxml', 'pypdfium2', 'numpy', 'pipeline.extract'}\n"
        "print(done.unchanged, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3 []"
