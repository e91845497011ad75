"""A body's log against its papers: what each side lacks, and where the two differ."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from making import minutes, one_reader

from pipeline import batch, ingest, queries, store
from pipeline.extract import extract
from pipeline.reconcile import Difference, Finding, Reconciliation, reconcile
from pipeline.records import EntryKind, PaperError, StoreError
from pipeline.rules import RuleSet
from pipeline.store import ledger

DAY = dt.date(2024, 4, 1)
HEAD = "Fenwick Parish Council action log 20 March 2024\nRef,Action,Owner,Due,Status\n"
MOW = "1,Mow the churchyard,Clerk,1 June 2024,Open\n"
PATH = "2,Repair the lychgate path,Karen Oakes,,Open\n"
BENCH = "3,Paint the bench on the green,Tom Ashby,1 July 2024,Open\n"
AGREED = MOW + PATH + BENCH


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    said = {
        "jan": ("10 January 2024", "The Clerk would mow the churchyard by 1 June 2024."),
        "feb": ("14 February 2024", "Karen Oakes agreed to repair the lychgate path."),
        "mar": ("13 March 2024", "Tom Ashby agreed to paint the bench on the green by 1 July 2024."),
    }
    for name, (day, sentence) in said.items():
        (folder / f"{name}.txt").write_text(minutes(day, sentence))
    other = minutes("6 March 2024", "The Clerk would buy a lamp by 1 May 2024.", body="Marlow Bridge Parish Council")
    (folder / "bridge.txt").write_text(other)
    path = folder / "store.db"
    batch.ingest([folder], path, jobs=1, make_reader=one_reader)
    return path


def compared(db: Path, folder: Path, log: str, body: str | None = None) -> Reconciliation:
    path = folder / "log.csv"
    path.write_text(log)
    with store.open(db) as conn:
        return reconcile(conn, extract(ingest.read(path), RuleSet.load()), body=body, as_of=DAY)


def told(difference: Difference) -> tuple[Finding, str | None, str | None]:
    return difference.finding, difference.in_log, difference.in_papers


def test_what_people_corrected_is_what_the_papers_say(db: Path, tmp_path: Path) -> None:
    shutil.copy(db, tmp_path / "store.db")
    with store.open(tmp_path / "store.db") as conn:
        (bench,) = (row.id for row in queries.promises(conn, as_of=DAY) if "bench" in row.action)
        at = dt.datetime(2024, 3, 20, tzinfo=dt.UTC)
        changed: dict[str, str | None] = {"owner": "Ann Bell", "due": "2024-08-01"}
        ledger.enter(conn, bench, EntryKind.CORRECTION, changed, by="Jo", reason="next row", at=at)
    log = HEAD + AGREED.replace("1 July", "1 August").replace("Tom Ashby", "Ann Bell")
    assert compared(tmp_path / "store.db", tmp_path, log).differences == ()


@pytest.mark.parametrize(
    ("rows", "matched", "expected"),
    [
        pytest.param(AGREED, 3, [], id="they agree"),
        pytest.param(
            AGREED + "4,Replace the weather vane,Clerk,1 May 2024,Open\n",
            3,
            [(Finding.NOT_IN_PAPERS, "Clerk, 1 May 2024, Open", None)],
            id="in the log only",
        ),
        pytest.param(MOW + PATH, 2, [(Finding.NOT_IN_LOG, None, "open, due 1 Jul 2024")], id="in the papers only"),
        pytest.param(
            AGREED.replace("1 July", "1 August"),
            3,
            [(Finding.DUE, "due 1 Aug 2024", "due 1 Jul 2024")],
            id="another deadline",
        ),
        pytest.param(
            AGREED.replace("1 July 2024", ""), 3, [(Finding.DUE, "no date", "due 1 Jul 2024")], id="no deadline"
        ),
        pytest.param(
            AGREED.replace("Tom Ashby", "Ann Bell"), 3, [(Finding.OWNER, "Ann Bell", "Tom Ashby")], id="another owner"
        ),
        pytest.param(AGREED.replace("Karen Oakes", "KO"), 3, [], id="the same owner, by initials"),
        pytest.param(
            AGREED.replace("1 June 2024,Open", "1 June 2024,Completed"),
            3,
            [(Finding.CLOSED, "Completed", None)],
            id="closed in the log alone",
        ),
    ],
)
def test_differences(
    db: Path, tmp_path: Path, rows: str, matched: int, expected: list[tuple[Finding, str | None, str | None]]
) -> None:
    found = compared(db, tmp_path, HEAD + rows)
    assert [told(difference) for difference in found.differences] == expected
    assert (found.body, found.rows, found.matched) == ("Fenwick Parish Council", rows.count("\n"), matched)


def test_what_was_promised_after_the_log_is_not_missing_from_it(db: Path, tmp_path: Path) -> None:
    assert compared(db, tmp_path, HEAD.replace("20 March", "20 February") + MOW + PATH).differences == ()


def test_a_log_that_names_no_body_is_asked_whose_it_is(db: Path, tmp_path: Path) -> None:
    nameless = HEAD.replace("Fenwick Parish Council a", "A") + AGREED
    with pytest.raises(StoreError, match="may be the log of Fenwick Parish Council, Marlow Bridge Parish Council; say"):
        compared(db, tmp_path, nameless)
    assert compared(db, tmp_path, nameless, "fenwick").differences == ()
    with pytest.raises(StoreError, match="holds no papers of Elsewhere; it has Fenwick Parish Council, Marlow Bridge"):
        compared(db, tmp_path, nameless, "Elsewhere")


def test_whom_a_published_list_names_by_now_is_no_other_owner(db: Path, tmp_path: Path) -> None:
    shutil.copy(db, tmp_path / "store.db")
    published = tmp_path / "published.csv"
    published.write_text(HEAD + AGREED.replace("Tom Ashby", "Ann Bell"))
    batch.ingest([published], tmp_path / "store.db", jobs=1, make_reader=one_reader)
    later = HEAD.replace("20 March", "27 March") + AGREED.replace("Tom Ashby", "Ann Bell")
    assert compared(tmp_path / "store.db", tmp_path, later).differences == ()


def test_a_log_without_an_action_is_no_log_that_lacks_them_all(db: Path, tmp_path: Path) -> None:
    with pytest.raises(PaperError, match=r"log.csv: no action could be read in it; a table needs a row of headings"):
        compared(db, tmp_path, HEAD)


def test_the_store_is_left_as_it_was(db: Path, tmp_path: Path) -> None:
    before = db.read_bytes()
    compared(db, tmp_path, HEAD + BENCH)
    assert db.read_bytes() == before
