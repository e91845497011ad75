"""What comes too close to tell: nothing is made of it, a person is asked, and an answer is the end of the question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from making import minutes, one_reader

from pipeline import batch, queries, store
from pipeline.queries import ProposalRow
from pipeline.records import EntryKind, VerdictKind
from pipeline.store import Store, ledger

SPRING = dt.date(2024, 4, 1)
NOON = dt.datetime(2024, 4, 1, 12, tzinfo=dt.UTC)
GREEN = "Tom Ashby agreed to repair the bench on the green."
POND = "Karen Oakes agreed to repair the bench at the pond."
FAR = "Karen Oakes agreed to repair the bench beside the pond."
MILL = "The Clerk would write to the county about the drains in Mill Lane."
CHURCH = "The Clerk would write to the county about the drains in Church Lane."
DRAINS = "The Clerk would write to the county about the drains."


def held(folder: Path, january: list[str], march: list[str]) -> Store:
    for name, day, said in [("jan", "10 January 2024", january), ("mar", "13 March 2024", march)]:
        (folder / f"{name}.txt").write_text(minutes(day, *said))
    batch.ingest([folder], folder / "s.db", jobs=1, make_reader=one_reader)
    return store.open(folder / "s.db")


def asked(conn: Store, as_of: dt.date = SPRING) -> set[tuple[str, str]]:
    return {told(row) for row in queries.proposals(conn, as_of=as_of)}


def told(row: ProposalRow) -> tuple[str, str]:
    return row.promise.action, row.other.action if row.other else f"{row.type}: {row.quote}"


def enter(conn: Store, about: str, kind: EntryKind, **payload: str | None) -> None:
    ids = {row.action: row.id for row in queries.promises(conn, as_of=SPRING)}
    meant = {name: ids.get(value or "", value) for name, value in payload.items()}
    ledger.enter(conn, ids[about], kind, meant, by="Jo Reed", reason="asked", at=NOON)


@pytest.mark.parametrize("pond", [POND, FAR])
def test_a_deed_that_fits_two_promises_keeps_neither(tmp_path: Path, pond: str) -> None:
    with held(tmp_path, [GREEN, pond], ["The bench had been repaired."]) as conn:
        done = "done: The bench had been repaired."
        assert asked(conn) == {(GREEN, done), (pond, done)}
        assert asked(conn, dt.date(2024, 3, 12)) == set(), "the later paper was not there yet"
        assert {row.verdict for row in queries.promises(conn, as_of=SPRING)} == {VerdictKind.UNDATED}
        enter(conn, GREEN, EntryKind.RULING, verdict="kept")
        assert asked(conn) == {(pond, done)}


def test_a_later_paper_settles_the_question(tmp_path: Path) -> None:
    settled = "Tom Ashby reported that the bench on the green had been repaired."
    with held(tmp_path, [GREEN, POND], ["The bench had been repaired.", settled]) as conn:
        assert GREEN not in {action for action, _ in asked(conn)}


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (EntryKind.SAME_AS, {(CHURCH, MILL)}),
        (EntryKind.APART_FROM, {(CHURCH, MILL), (DRAINS, CHURCH)}),
    ],
)
def test_promises_that_may_be_one_are_two_until_somebody_says(
    tmp_path: Path, kind: EntryKind, left: set[tuple[str, str]]
) -> None:
    with held(tmp_path, [MILL, CHURCH], [DRAINS]) as conn:
        assert asked(conn) == {(CHURCH, MILL), (DRAINS, CHURCH), (DRAINS, MILL)}
        assert len(queries.promises(conn, as_of=SPRING)) == 3
        enter(conn, DRAINS, kind, promise=MILL)
        if kind is EntryKind.SAME_AS:
            enter(conn, MILL, EntryKind.APART_FROM, promise=CHURCH)
            assert asked(conn) <= {(CHURCH, MILL), (MILL, CHURCH)}
        else:
            assert asked(conn) == left
            enter(conn, DRAINS, EntryKind.AS_READ)
            assert asked(conn) == left | {(DRAINS, MILL)}


def test_questions_survive_another_derivation(tmp_path: Path) -> None:
    with held(tmp_path, [MILL, CHURCH], [DRAINS]) as conn:
        enter(conn, DRAINS, EntryKind.APART_FROM, promise=MILL)
        before = queries.proposals(conn, as_of=SPRING)
        store.rebuild(conn)
        assert queries.proposals(conn, as_of=SPRING) == before
