"""The auditor's figures: what counts as what, over a council that does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from making import make_paper

from pipeline import audit, queries, store
from pipeline.audit import Audit, Figures
from pipeline.queries import Moves
from pipeline.records import Extraction, PaperKind, VerdictKind
from pipeline.store import Store

SPRING = dt.date(2024, 4, 30)
LOG = PaperKind.ACTION_LOG
MONTHS = [dt.date(2024, 1, 10), dt.date(2024, 2, 14), dt.date(2024, 3, 13), dt.date(2024, 4, 10)]


def ownerless(paper: Extraction) -> Extraction:
    """The paper, with nobody named where the owner's cell is empty."""
    return replace(
        paper,
        extracts=tuple(replace(e, owner=e.owner or None, owner_name=e.owner_name or None) for e in paper.extracts),
    )


PAPERS = [
    make_paper(
        "january.txt",
        "clerk: write to the school | by 1 February 2024",
        "clerk: order a sign for the pond | by 20 February 2024",
        "Jo Blake: mend the stile in Carr Lane | by 1 March 2024",
        "Jo Blake: look into the drains",
        "Cllr Evans: count the lamps | by 1 March 2024",
        ": repaint the shelter | by 1 December 2024",
        "Cllr Evans: thank the volunteers of the library",
        kind=LOG,
        date=MONTHS[0],
    ),
    make_paper(
        "february.txt",
        "clerk: write to the school | by 1 February 2024 | In hand",
        "clerk: order a sign for the pond | by 20 February 2024 | Completed 12 February 2024",
        "Jo Blake: mend the stile in Carr Lane | by 1 June 2024 | In hand",
        "Jo Blake: look into the drains | | In hand",
        "Cllr Evans: count the lamps | by 1 March 2024 | In hand",
        "Cllr Evans: thank the volunteers of the library | | Closed",
        kind=LOG,
        date=MONTHS[1],
    ),
    make_paper(
        "march.txt",
        "clerk: write to the school | by 1 February 2024 | Completed 13 March 2024",
        kind=LOG,
        date=MONTHS[2],
    ),
    make_paper("april.txt", "Jo Blake: hang the flags | by 1 May 2024", kind=LOG, date=MONTHS[3]),
    make_paper("board.txt", "chair: publish figures | by 15 February 2024", body="Children's Board"),
]


def audited(folder: Path, papers: Sequence[Extraction], as_of: dt.date = SPRING, **options: tuple[str, ...]) -> Audit:
    with store.open(folder / "s.db", create=True) as conn:
        for paper in papers:
            store.save(conn, ownerless(paper), Path("/papers", paper.paper))
        store.rebuild(conn)
        return audit.audit(conn, as_of=as_of, **options)


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audited(tmp_path_factory.mktemp("store"), PAPERS)


def adds_up(figures: Figures) -> bool:
    parts = (figures.due, figures.pending, figures.undated, figures.kept_undated, figures.released)
    return sum(parts) == figures.promises


def test_each_promise_is_counted_once(spring: Audit) -> None:
    whole = spring.whole
    assert {verdict: count for verdict, count in whole.came_due.items() if count} == {
        VerdictKind.KEPT: 1,
        VerdictKind.KEPT_LATE: 1,
        VerdictKind.NOT_DETERMINABLE: 2,
    }
    assert (whole.promises, whole.pending, whole.undated, whole.kept_undated, whole.released) == (9, 3, 1, 0, 1)
    assert (whole.days_late, whole.median_late) == ((41,), 41)
    assert (whole.days_past, whole.median_past) == ((), None)
    assert (whole.without_date, whole.ownerless, whole.closed_without_evidence) == (1, 1, 1)
    assert (whole.moved, whole.moved_agreed, whole.moved_alone, whole.dated_later) == (1, 0, 1, 0)


def test_bodies_and_owners_add_up_to_the_whole(spring: Audit) -> None:
    assert [body.body for body in spring.bodies] == ["Children's Board", "Fenwick Parish Council"]
    for body in spring.bodies:
        assert adds_up(body.figures)
        assert sum(figures.promises for _, figures in body.owners) == body.figures.promises
        assert all(adds_up(figures) for _, figures in body.owners)
    assert sum(body.figures.promises for body in spring.bodies) == spring.whole.promises
    assert [name for name, _ in spring.bodies[1].owners] == [
        "Cllr Evans",
        "Jo Blake",
        "Karen Oakes (clerk)",
        "nobody named",
    ]


def test_it_adds_up_on_every_day(tmp_path: Path) -> None:
    audited(tmp_path, PAPERS)
    with store.open(tmp_path / "s.db") as conn:
        for month in range(1, 13):
            told = audit.audit(conn, as_of=dt.date(2024, month, 20))
            assert adds_up(told.whole)
            assert all(paper.date is None or paper.date <= told.as_of for paper in told.papers)
            assert sum(map(len, told.findings.values())) == sum(told.whole.came_due[v] for v in audit.EVIDENCED)


def test_findings_hold_what_they_rest_on(spring: Audit) -> None:
    (late,) = spring.findings[VerdictKind.KEPT_LATE]
    assert (late.row.action, [event.paper for event in late.events if event.type == "done"]) == (
        "write to the school",
        ["march.txt"],
    )
    assert [row.action for row in spring.not_determinable] == ["publish figures", "count the lamps"]
    assert [row.action for row in spring.closed_without_evidence] == ["thank the volunteers of the library"]
    assert [(row.action, moves) for row, moves in spring.moved] == [
        ("mend the stile in Carr Lane", Moves(0, 1, dt.date(2024, 6, 1)))
    ]


def test_another_way_into_the_store_tells_the_same(tmp_path: Path) -> None:
    told = audited(tmp_path, PAPERS)
    # Without a path, a store reads through SQLAlchemy, as it does on any database but SQLite.
    with Store(f"sqlite:///{tmp_path / 's.db'}", None) as conn:
        assert audit.audit(conn, as_of=SPRING) == told


def test_a_body_can_be_asked_about_alone(tmp_path: Path) -> None:
    told = audited(tmp_path, PAPERS, bodies=("board",))
    assert [body.body for body in told.bodies] == ["Children's Board"]
    assert (told.whole.promises, len(told.papers)) == (1, 1)


ROW = "clerk: count the lamps in Carr Lane | by 1 December 2024 | In hand"
OTHER = "clerk: order a sign | by 1 December 2024 | In hand"


@pytest.mark.parametrize(
    ("lists", "dropped"),
    [
        ([[ROW], [ROW], [OTHER], [OTHER]], "2.txt"),
        ([[ROW], [ROW], [OTHER]], None),
        ([[ROW], [OTHER], [OTHER], [OTHER]], None),
        ([[ROW], [ROW], [OTHER], [ROW]], None),
        ([[ROW], [ROW.replace("In hand", "Completed")], [OTHER], [OTHER]], None),
        ([[ROW], [ROW], [OTHER], [ROW.replace(" | In hand", "").replace("Carr Lane", "Carr Lane again")]], None),
    ],
    ids=["two lists", "one list", "never carried over", "back again", "done", "told of again"],
)
def test_rows_that_lists_drop_without_a_word(tmp_path: Path, lists: list[list[str]], dropped: str | None) -> None:
    papers = [
        make_paper(f"{n}.txt", *rows, kind=LOG, date=day)
        for n, (rows, day) in enumerate(zip(lists, MONTHS, strict=False), 1)
    ]
    told = audited(tmp_path, papers)
    assert [(row.action, last) for row, last in told.dropped] == (
        [("count the lamps in Carr Lane", dropped)] if dropped else []
    )


@pytest.mark.parametrize(
    ("held", "as_of", "missing"),
    [
        ([], dt.date(2024, 2, 13), []),
        ([], dt.date(2024, 2, 14), [dt.date(2024, 2, 14)]),
        ([dt.date(2024, 2, 14)], SPRING, [dt.date(2024, 3, 13)]),
        ([dt.date(2024, 2, 20), dt.date(2024, 3, 13)], SPRING, []),
    ],
    ids=["not yet", "passed", "one read", "one moved by some days"],
)
def test_meetings_announced_and_not_read(
    tmp_path: Path, held: list[dt.date], as_of: dt.date, missing: list[dt.date]
) -> None:
    papers = [make_paper("first.txt", ROW), *(make_paper(f"{day}.txt", date=day) for day in held)]
    (body,) = audited(tmp_path, papers, as_of).bodies
    assert [(meeting.date, meeting.announced_by) for meeting in body.read.missing] == [
        (day, "first.txt") for day in missing
    ]


def test_dates_moved_by_the_body_are_told_from_others(tmp_path: Path) -> None:
    first = "clerk: count the lamps in Carr Lane | by 1 March 2024"
    later = "clerk: AGREED that the clerk count the lamps in Carr Lane | by 1 June 2024"
    papers = [make_paper("1.txt", first), make_paper("2.txt", later, date=MONTHS[1])]
    assert [moves for _, moves in audited(tmp_path, papers).moved] == [Moves(1, 0, dt.date(2024, 6, 1))]
    too_late = [
        papers[0],
        replace(papers[1], paper="3.txt", sha256="3", meeting=replace(papers[1].meeting, date=MONTHS[2])),
    ]
    (tmp_path / "late").mkdir()
    assert [moves for _, moves in audited(tmp_path / "late", too_late).moved] == [Moves(0, 1, dt.date(2024, 6, 1))]


def test_within_a_snapshot_another_is_the_same(tmp_path: Path) -> None:
    audited(tmp_path, PAPERS)
    with store.open(tmp_path / "s.db") as conn, store.open(tmp_path / "s.db") as writer:
        with conn.snapshot():
            before = queries.papers(conn)
            store.save(writer, make_paper("new.txt", ROW, date=MONTHS[3]))
            with conn.snapshot():
                assert queries.papers(conn) == before
            assert queries.papers(conn) == before
        assert len(queries.papers(conn)) == len(before) + 1
