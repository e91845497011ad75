"""Folders into the store: whatever the order, the accidents and the repetitions, the store tells the same."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from making import minutes, no_reader, one_reader, read_with_accidents

from pipeline import batch, queries, store, track
from pipeline.batch import Summary
from pipeline.queries import Filter
from pipeline.records import MattersError, StoreError, VerdictKind

SUMMER = dt.date(2024, 6, 1)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Three meetings of a council in a folder of papers."""
    folder = tmp_path / "papers"
    write(folder / "2024" / "jan.txt", minutes("10 January 2024", MOW, REPAIR))
    write(folder / "2024" / "feb.txt", minutes("14 February 2024", PAINT))
    write(folder / "2024" / "mar.txt", minutes("13 March 2024", "The lychgate path had been repaired."))
    return folder


MOW = "The Clerk would mow the churchyard by 1 February 2024."
REPAIR = "Karen Oakes agreed to repair the lychgate path."
PAINT = "The Clerk agreed to paint the bench by 1 July 2024."
OUTCOME = {MOW: VerdictKind.LAPSED, REPAIR: VerdictKind.KEPT, PAINT: VerdictKind.OPEN}


def write(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)


def ingest(papers: Path, db: Path, **options: object) -> Summary:
    """In this process by the real reader, unless a test says otherwise."""
    return batch.ingest([papers], db, **{"jobs": 1, "make_reader": one_reader, **options})  # type: ignore[arg-type]


def standing(db: Path) -> dict[str, VerdictKind]:
    with store.open(db) as conn:
        assert store.stale(conn) == []
        return {row.action: row.verdict for row in queries.promises(conn, as_of=SUMMER)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_becomes_a_store_and_is_read_once(papers: Path, tmp_path: Path, jobs: int) -> None:
    told: list[tuple[int, int]] = []
    db = tmp_path / "s.db"
    done = batch.ingest([papers], db, jobs=jobs, progress=lambda count, of: told.append((count, of)))
    assert (done.new, done.read, done.unchanged, done.failed) == (3, 3, 0, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert standing(db) == OUTCOME
    again = ingest(papers, db, jobs=jobs, make_reader=no_reader)
    assert (again.new, again.read, again.unchanged) == (0, 0, 3)
    assert multiprocessing.active_children() == []


def test_the_store_tells_of_any_day_what_the_tracker_tells(tmp_path: Path) -> None:
    """On a committee's PDF, HTML and DOCX papers, fresh from the reader."""
    folder = Path(__file__).parent.parent / "corpus" / "papers" / "tarnwick"
    assert ingest(folder, tmp_path / "s.db").failed == ()
    extractions = [one_reader(None)(path) for path in folder.iterdir()]
    refs = [track.PaperRef.of(extraction) for extraction in extractions]
    promises = track.link(extractions)
    assert len(promises) > 10
    with store.open(tmp_path / "s.db") as conn:
        for week in range(80):
            day = dt.date(2024, 1, 15) + dt.timedelta(weeks=week)
            assert {
                row.id: (row.verdict, row.rule, row.due, row.agreed, row.stale)
                for row in queries.promises(conn, as_of=day)
            } == {
                promise.id: (verdict.kind, verdict.rule, verdict.due, verdict.agreed, verdict.stale)
                for promise in promises
                if promise.made is not None and promise.made <= day
                for verdict in [track.assess(promise, refs, day)]
            }


@pytest.mark.parametrize("jobs", [1, 2])
def test_accidents_cost_one_paper_each(tmp_path: Path, jobs: int) -> None:
    papers = tmp_path / "papers"
    accidents = {"fault": "fault", "memory": "memory", "twice": "fault"}
    if jobs > 1:
        accidents |= {"crash": "crashed", "exit": "crashed", "hang": "timeout"}
    for accident in accidents:
        write(papers / f"{accident}.txt", f"!{accident}\n{minutes('10 January 2024', REPAIR)}")
    write(papers / "cut off.pdf", "%PDF-1.4 and no more")
    write(papers / "empty.pdf", "")
    accidents |= {"cut off": "damaged", "empty": "empty"}
    for month in ("January", "February", "March", "April"):
        write(papers / f"{month}.txt", minutes(f"10 {month} 2024", MOW))
    # Long enough to load the rules and the model on a busy machine.
    done = ingest(papers, tmp_path / "s.db", jobs=jobs, time_limit=6.0, make_reader=read_with_accidents)
    assert {Path(failure.path).stem: failure.code for failure in done.failed} == accidents
    for failure in done.failed:
        assert Path(failure.path).name in failure.message
        assert "\n" not in failure.message
        assert "Traceback" not in failure.message
    assert (done.new, done.unchanged) == (4, 0)
    with store.open(tmp_path / "s.db") as conn:
        assert queries.failures(conn) == list(done.failed)
        assert len(queries.promises(conn, as_of=SUMMER)) == 1
    write(papers / "cut off.pdf", minutes("8 May 2024", REPAIR))
    mended = ingest(papers / "cut off.pdf", tmp_path / "s.db")
    assert (mended.new, mended.failed) == (1, ())
    with store.open(tmp_path / "s.db") as conn:
        assert "cut off" not in {Path(failure.path).stem for failure in queries.failures(conn)}


def test_every_file_that_holds_a_broken_paper_is_named(tmp_path: Path) -> None:
    for name in ("a.pdf", "error page.pdf", "b/c.pdf"):
        write(tmp_path / "papers" / name, UNREADABLE)
    done = ingest(tmp_path / "papers", tmp_path / "s.db")
    assert [(Path(failure.path).name, failure.code) for failure in done.failed] == [
        ("a.pdf", "damaged"),
        ("c.pdf", "damaged"),
        ("error page.pdf", "damaged"),
    ]
    for failure in done.failed:
        assert failure.message.startswith(Path(failure.path).name)
        assert failure.message.endswith("fetch it again from its publisher.")
    with store.open(tmp_path / "s.db") as conn:
        assert queries.failures(conn) == list(done.failed)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_wrong_with_all_papers_is_said_once(papers: Path, tmp_path: Path, jobs: int) -> None:
    write(papers / "2024" / "apr.txt", "!model")
    with pytest.raises(MattersError, match="language model is missing") as caught:
        ingest(papers, tmp_path / "s.db", jobs=jobs, make_reader=read_with_accidents)
    assert caught.value.code == "no-model"
    assert multiprocessing.active_children() == []


def test_a_body_that_cannot_be_followed_leaves_the_others_their_promises(papers: Path, tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    odd = "Jo Blake agreed to count the bats."
    write(papers / "odd.txt", minutes("10 January 2024", odd, body="Odd Council"))
    write(papers / "even.txt", minutes("10 January 2024", odd, body="Even Council"))
    ingest(papers, db)
    write(papers / "odd too.txt", minutes("14 February 2024", PAINT, body="Odd Council"))
    write(papers / "even too.txt", minutes("14 February 2024", PAINT, body="Even Council"))
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE papers SET kind = 'papyrus' WHERE name = 'odd.txt'")
    done = ingest(papers, db)
    assert [(failure.path, failure.code) for failure in done.failed] == [("Odd Council", "fault")]
    with store.open(db) as conn:
        rows = queries.promises(conn, Filter(bodies=("Odd", "Even")), as_of=SUMMER)
        assert sorted((row.body, row.action) for row in rows) == [
            ("Even Council", odd),
            ("Even Council", PAINT),
            ("Odd Council", odd),
        ]
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE papers SET kind = 'minutes' WHERE name = 'odd.txt'")
    assert ingest(papers, db).failed == ()
    assert standing(db) == {**OUTCOME, odd: VerdictKind.UNDATED}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_is_taken_up_by_the_next(papers: Path, tmp_path: Path, jobs: int) -> None:
    def interrupt(count: int, of: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(papers, tmp_path / "s.db", jobs=jobs, progress=interrupt)
    assert multiprocessing.active_children() == []
    with store.open(tmp_path / "s.db") as conn:
        assert len(queries.papers(conn)) == 2
        assert conn.check() == []
    done = ingest(papers, tmp_path / "s.db")
    assert (done.new, done.unchanged) == (1, 2)
    assert standing(tmp_path / "s.db") == OUTCOME


def test_a_store_that_another_process_writes_to_is_no_papers_fault(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


def test_changed_content_replaces_and_other_rules_read_again(papers: Path, tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    ours = tmp_path / "ours.toml"
    pledge = "The Mayor crossed her heart to varnish the pews."
    ingest(papers, db)
    write(papers / "2024" / "feb.txt", minutes("14 February 2024", pledge))
    done = ingest(papers, db)
    assert (done.new, done.replaced, done.unchanged) == (0, 1, 2)
    assert set(standing(db)) == {MOW, REPAIR}
    ours.write_text(RULE)
    assert ingest(papers, db, rules_file=ours).replaced == 3
    assert set(standing(db)) == {MOW, REPAIR, pledge}
    assert ingest(papers, db, rules_file=ours, make_reader=no_reader).unchanged == 3


RULE = """
[[rule]]
id = "ours.heart"
kind = "promise"
strength = "undertaking"
cue = "{who} crossed (his|her) heart to"
matches = ["The Mayor crossed his heart to go."]
rejects = ["The Mayor crossed the road."]
"""


def test_copies_count_once_and_moved_files_are_not_read_again(papers: Path, tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    shutil.copy(papers / "2024" / "jan.txt", papers / "Copy of jan.txt")
    done = ingest(papers, db)
    assert (done.new, done.copies, done.unchanged) == (3, 1, 0)
    assert standing(db) == OUTCOME
    (papers / "2024").rename(papers / "last year")
    done = ingest(papers, db)
    assert (done.read, done.copies, done.unchanged) == (0, 1, 3)
    assert standing(db) == OUTCOME


def test_what_is_no_paper_is_passed_over(papers: Path, tmp_path: Path) -> None:
    for name in (".hidden.txt", "2024/~$jan.docx", "2024/.~lock.jan.odt#", ".git/notes.txt"):
        write(papers / name, minutes("10 April 2024", REPAIR))
    for name in ("data.xlsx", "photo.JPG", "more.xlsx", "README"):
        write(papers / name, minutes("8 May 2024", REPAIR))
    done = ingest(papers, tmp_path / "s.db")
    assert (done.new, done.skipped, done.failed) == (3, {"": 1, ".jpg": 1, ".xlsx": 2}, ())
    assert ingest(papers / "README", tmp_path / "s.db").new == 1  # named outright, it is read


def test_a_nameless_download_is_known_by_its_bytes(papers: Path, tmp_path: Path) -> None:
    write(papers / "mgAi.aspx", f"<!DOCTYPE html><html><body><p>{REPAIR}</p></body></html>")
    blank_pdf(papers / "ieDocument")
    done = ingest(papers, tmp_path / "s.db")
    assert (done.new, done.failed) == (5, ())


def blank_pdf(path: Path) -> None:
    """What a scanner makes of a page: no text."""
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(path)


def test_a_path_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    done = ingest(tmp_path / "gone.pdf", tmp_path / "s.db")
    assert [failure.code for failure in done.failed] == ["unreadable"]


def test_warnings_are_told_with_their_papers(papers: Path, tmp_path: Path) -> None:
    blank_pdf(papers / "scan.pdf")
    ((name, warning),) = ingest(papers, tmp_path / "s.db").warnings
    assert name == "scan.pdf"
    assert "no page holds text" in warning


NAMES = ["jan.txt", "feb.txt", "a/jan.txt", "a/copy.txt"]
UNREADABLE = "%PDF-1.4 and no more"
PAPERS = [
    minutes("10 January 2024", MOW),
    minutes("14 February 2024", REPAIR),
    minutes("13 March 2024", "The lychgate path had been repaired."),
    UNREADABLE,
]


@settings(max_examples=15, deadline=None)
@example([{"jan.txt": UNREADABLE}, {"feb.txt": UNREADABLE}])
@example([{"jan.txt": PAPERS[0]}, {"jan.txt": UNREADABLE, "a/copy.txt": PAPERS[0]}])
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(PAPERS), min_size=1), min_size=1, max_size=4))
def test_any_history_of_a_folder_ends_in_the_same_store(history: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, db, fresh = Path(place, "papers"), Path(place, "s.db"), Path(place, "fresh.db")
        last: dict[str, str] = {}
        for files in history:
            for name, words in files.items():
                # A paper once read stays until the file can be read again: only then is there something to replace it.
                last[name] = last.get(name, words) if words == UNREADABLE else words
                write(folder / name, words)
            ingest(folder, db)
            ingest(folder, db)
        for name, words in last.items():
            write(folder / name, words)
        done = ingest(folder, fresh)
        ingest(folder, db)
        with store.open(db) as conn, store.open(fresh) as other:
            assert told(conn) == told(other)
            assert len(queries.failures(other)) == len(done.failed)


def told(conn: store.Store) -> list[object]:
    everything: list[object] = [queries.paper(conn, row.name) for row in queries.papers(conn)]
    return [*everything, *queries.threads(conn, as_of=SUMMER), *queries.failures(conn)]


def test_a_run_over_unchanged_papers_imports_nothing_heavy(papers: Path, tmp_path: Path) -> None:
    ingest(papers, tmp_path / "s.db")
    program = (
        "import sys; from pathlib import Path; from pipeline import batch\n"
        f"done = batch.ingest([Path({str(papers)!r})], {str(tmp_path / 's.db')!r})\n"
        "heavy = {'spacy', 'sqlalchemy', 'alembic', 'lxml', 'pypdfium2', 'numpy', 'pipeline.extract'}\n"
        "print(done.unchanged, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3 []"


def test_nothing_in_the_working_directory_is_run(papers: Path, tmp_path: Path) -> None:
    for name in ("pipeline/__init__.py", "spacy.py", "struct.py"):
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text("open('run', 'w').close()")
    command = [Path(sys.executable).with_name("matters"), "ingest", papers, "--db", tmp_path / "s.db"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "here")
    assert (done.returncode, (tmp_path / "here" / "run").exists()) == (0, False), done.stderr


@pytest.mark.parametrize("model", ["", "/nowhere"], ids=["ours", "missing"])
def test_workers_are_forked_with_rules_and_model_in_hand(model: str) -> None:
    program = (
        "import pipeline.preloaded; from pipeline import language, rules\n"
        "loaded = rules._shipped.cache_info().currsize, language.load.cache_info().currsize\n"
        "print(loaded, rules.RuleSet.load() is rules.RuleSet.load())"
    )
    environment = os.environ | ({"MATTERS_MODEL": model} if model else {})
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == f"(1, {0 if model else 1}) True"


NAMELESS = "Minutes of the meeting held on {}\n\n1. Village matters\n{}\n"


@pytest.mark.parametrize(
    ("named", "body", "kept"),
    [
        pytest.param([], "wend hackspace", True, id="called like the folder"),
        pytest.param(["Fenwick Parish Council"], "Fenwick Parish Council", True, id="of the one body of the folder"),
        pytest.param(["Fenwick Parish Council", "Marlow Town Council"], None, False, id="of one of two bodies"),
    ],
)
def test_papers_that_name_no_body_are_of_their_folder(
    tmp_path: Path, named: list[str], body: str | None, kept: bool
) -> None:
    folder = tmp_path / "wend hackspace"
    write(folder / "jan.txt", NAMELESS.format("10 January 2024", REPAIR))
    write(folder / "mar.txt", NAMELESS.format("13 March 2024", "The lychgate path had been repaired."))
    write(tmp_path / "other" / "feb.txt", minutes("14 February 2024", PAINT, body="Thornby Parish Council"))
    ingest(tmp_path, tmp_path / "s.db")
    with store.open(tmp_path / "s.db") as conn:
        (first,) = queries.promises(conn, Filter(text="lychgate"), as_of=SUMMER)
    for number, name in enumerate(named):
        write(folder / f"{number}.txt", minutes("3 January 2024", MOW, body=name))
    ingest(tmp_path, tmp_path / "s.db")
    with store.open(tmp_path / "s.db") as conn:
        (row,) = queries.promises(conn, Filter(text="lychgate"), as_of=SUMMER)
        before = conn.path and conn.path.read_bytes()
    assert (row.body, row.verdict is VerdictKind.KEPT) == (body, kept)
    assert row.id == first.id, "what people entered is found again"
    ingest(tmp_path, tmp_path / "s.db")
    assert (tmp_path / "s.db").read_bytes() == before, "a run without news changes nothing"


def test_nobody_is_accused_on_the_silence_of_papers_that_name_no_body(tmp_path: Path) -> None:
    report = (
        "Tom Ashby would bring a report on the allotment hedges to the next meeting.\nNext meeting: 14 February 2024"
    )
    silent = "The lychgate was painted."
    verdicts = {}
    for name, form in {"named": minutes, "nameless": NAMELESS.format}.items():
        for day, words in [("10 January 2024", report), ("14 February 2024", silent), ("13 March 2024", silent)]:
            write(tmp_path / name / f"{day}.txt", form(day, words))
        ingest(tmp_path / name, tmp_path / f"{name}.db")
        with store.open(tmp_path / f"{name}.db") as conn:
            (row,) = queries.promises(conn, Filter(text="hedges"), as_of=SUMMER)
            verdicts[name] = row.verdict
    assert verdicts == {"named": VerdictKind.BROKEN, "nameless": VerdictKind.OVERDUE}
