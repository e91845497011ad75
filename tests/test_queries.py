"""The read side: every filter, every order, every day; over both ways into a store."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from making import make_paper
from test_track import refs, tales

from pipeline import queries, store, track
from pipeline.queries import OUTSTANDING, Filter
from pipeline.records import (
    Attendee,
    DueKind,
    EntryKind,
    EventType,
    Extraction,
    Kind,
    MattersError,
    Strength,
    VerdictKind,
)
from pipeline.store import Store, ledger

SPRING = dt.date(2024, 4, 10)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A parish council's winter, a meeting of a board, and a paper that tells neither body nor day."""
    path = tmp_path_factory.mktemp("store") / "s.db"
    with store.open(path, create=True) as conn:
        for paper in (
            make_paper(
                "2024-01 minutes.txt",
                "clerk: write to the school | by 1 February 2024",
                "Cllr Karen Evans: ask for three quotes | by 20 April 2024",
                "Jo Blake: look into the drains",
                "clerk: order the sign, 100% oak | by 1 March 2024",
                date=dt.date(2024, 1, 10),
            ),
            make_paper("2024-02 minutes.txt", date=dt.date(2024, 2, 14)),
            make_paper(
                "2024-03 minutes.txt",
                "clerk: write to the school about ragwort | by 1 February 2024 | Completed 13 March 2024",
                "Jo Blake: look into the drains",
                "KE: paint the Étang bridge | by 1 December 2024",
                date=dt.date(2024, 3, 13),
            ),
            make_paper("board.txt", "chair: publish figures | by 15 February 2024", body="Children's Board"),
            make_paper("leaflet.txt", "nobody: nothing", body=None, date=None),
        ):
            store.save(conn, paper, Path("/papers", paper.paper))
        store.rebuild(conn)
    return path


@pytest.fixture(params=["driver", "sqlalchemy"])
def conn(filled: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    # Without a path, a store reads through SQLAlchemy, as it does on any database but SQLite.
    by_driver = request.param == "driver"
    with store.open(filled) if by_driver else Store(f"sqlite:///{filled}", None) as opened:
        yield opened


def actions(conn: Store, filter: Filter | None = None, as_of: dt.date = SPRING, **options: int) -> list[str]:
    return [row.action for row in queries.promises(conn, filter, as_of=as_of, **options)]


def test_late_ones_come_first_then_soon_then_open_then_undated_then_closed(conn: Store) -> None:
    assert [(row.action, row.verdict, row.days) for row in queries.promises(conn, as_of=SPRING)] == [
        ("publish figures", VerdictKind.NOT_DETERMINABLE, 55),
        ("order the sign, 100% oak", VerdictKind.OVERDUE, 40),
        ("ask for three quotes", VerdictKind.DUE_SOON, -10),
        ("paint the Étang bridge", VerdictKind.OPEN, -235),
        ("look into the drains", VerdictKind.UNDATED, None),
        ("nothing", VerdictKind.UNDATED, None),
        ("write to the school", VerdictKind.KEPT_LATE, 41),
    ]
    assert actions(conn, limit=2, offset=1) == ["order the sign, 100% oak", "ask for three quotes"]
    assert actions(conn, offset=5) == ["nothing", "write to the school"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2024, 1, 9), {"nothing": VerdictKind.UNDATED}),
        (
            dt.date(2024, 1, 10),
            {
                "nothing": VerdictKind.UNDATED,
                "write to the school": VerdictKind.DUE_SOON,
                "ask for three quotes": VerdictKind.OPEN,
                "look into the drains": VerdictKind.UNDATED,
                "order the sign, 100% oak": VerdictKind.OPEN,
                "publish figures": VerdictKind.OPEN,
            },
        ),
        (
            dt.date(2024, 3, 12),
            {
                "nothing": VerdictKind.UNDATED,
                "write to the school": VerdictKind.OVERDUE,
                "ask for three quotes": VerdictKind.OPEN,
                "look into the drains": VerdictKind.UNDATED,
                "order the sign, 100% oak": VerdictKind.NOT_DETERMINABLE,
                "publish figures": VerdictKind.NOT_DETERMINABLE,
            },
        ),
    ],
)
def test_the_list_of_a_past_day_is_what_was_known_then(
    conn: Store, day: dt.date, expected: dict[str, VerdictKind]
) -> None:
    assert {row.action: row.verdict for row in queries.promises(conn, as_of=day)} == expected
    counted = queries.counts(conn, as_of=day)
    assert counted.promises == len(expected)
    assert counted.verdicts == {kind: list(expected.values()).count(kind) for kind in expected.values()}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (Filter(bodies=("children",)), {"publish figures"}),
        (Filter(bodies=("CHILDREN'S", "no such body")), {"publish figures"}),
        (Filter(bodies=("no such body",)), set()),
        (Filter(owners=("clerk",)), {"order the sign, 100% oak", "write to the school"}),
        (Filter(owners=("KE",)), {"ask for three quotes", "paint the Étang bridge"}),
        (Filter(owners=("karen ev",)), {"ask for three quotes"}),
        (Filter(owners=("lake",)), set()),
        (Filter(owners=("jo", "CHAIR")), {"look into the drains", "publish figures"}),
        (Filter(owners=("%",)), set()),
        (Filter(verdicts=frozenset({VerdictKind.OPEN})), {"paint the Étang bridge"}),
        (Filter(verdicts=OUTSTANDING, owners=("clerk",)), {"order the sign, 100% oak"}),
        (
            Filter(due_from=dt.date(2024, 3, 1)),
            {"order the sign, 100% oak", "ask for three quotes", "paint the Étang bridge"},
        ),
        (Filter(due_to=dt.date(2024, 2, 15)), {"write to the school", "publish figures"}),
        (
            Filter(due_from=dt.date(2024, 2, 15), due_to=dt.date(2024, 3, 1)),
            {"publish figures", "order the sign, 100% oak"},
        ),
        (Filter(text="SCHOOL"), {"write to the school"}),
        (Filter(text="the drain"), {"look into the drains"}),
        (Filter(text="étang"), {"paint the Étang bridge"}),
        (Filter(text="school ragwort"), {"write to the school"}),
        (Filter(text="100%"), {"order the sign, 100% oak"}),
        (Filter(text="school drains"), set()),
        (
            Filter(papers=("2024-03 minutes",)),
            {"write to the school", "look into the drains", "paint the Étang bridge"},
        ),
        (Filter(papers=("board.txt", "leaflet")), {"publish figures", "nothing"}),
        (Filter(papers=("no such paper",)), set()),
        (Filter(strengths=frozenset({Strength.REQUEST})), set()),
        (Filter(min_confidence=0.95), set()),
    ],
    ids=str,
)
def test_filters(conn: Store, filter: Filter, expected: set[str]) -> None:
    assert set(actions(conn, filter)) == expected
    assert set(actions(conn, filter, limit=50)) == expected
    assert sum(queries.verdicts(conn, filter, as_of=SPRING).values()) == len(expected)


def test_a_promise_tells_all_that_was_known_on_the_day(conn: Store) -> None:
    (row,) = queries.promises(conn, Filter(text="school"), as_of=SPRING)
    assert (row.body, row.owner, row.paper, row.page) == ("Fenwick Parish Council", "clerk", "2024-01 minutes.txt", 1)
    assert (row.made, row.due, row.due_words, row.confidence) == (
        dt.date(2024, 1, 10),
        dt.date(2024, 2, 1),
        "by 1 February 2024",
        0.9,
    )
    detail = queries.promise(conn, row.id[:5], as_of=SPRING)
    assert detail.row == row
    assert detail.rests_on == (2,), "the deed"
    assert detail.due is not None
    assert detail.due.kind is DueKind.ABSOLUTE
    assert [(sighting.paper, sighting.extract) for sighting in detail.sightings] == [
        ("2024-01 minutes.txt", "e1"),
        ("2024-03 minutes.txt", "e1"),
    ]
    assert [(event.type, event.when) for event in detail.events] == [
        (EventType.MADE, None),
        (EventType.SIGHTED, None),
        (EventType.DONE, dt.date(2024, 3, 13)),
    ]
    assert [(period.since, period.until, period.verdict, period.rule) for period in detail.periods] == [
        (dt.date(2024, 1, 10), dt.date(2024, 1, 18), VerdictKind.DUE_SOON, "due_soon.before-next-meeting"),
        (dt.date(2024, 1, 18), dt.date(2024, 2, 2), VerdictKind.DUE_SOON, "due_soon.within-14-days"),
        (dt.date(2024, 2, 2), dt.date(2024, 2, 14), VerdictKind.NOT_DETERMINABLE, "not_determinable.no-later-minutes"),
        (dt.date(2024, 2, 14), dt.date(2024, 3, 13), VerdictKind.OVERDUE, "overdue.too-few-papers"),
        (dt.date(2024, 3, 13), None, VerdictKind.KEPT_LATE, "kept_late.after-due"),
    ]
    before = queries.promise(conn, row.id, as_of=dt.date(2024, 3, 1))
    assert before.row.verdict is VerdictKind.OVERDUE
    assert [event.type for event in before.events] == [EventType.MADE]
    assert len(before.sightings) == 1
    assert before.periods[-1].until is None
    assert before.papers_searched == ("2024-02 minutes.txt",)


@settings(max_examples=12, deadline=None)
@given(tales())
def test_the_store_says_of_every_day_what_the_tracker_says(papers: list[Extraction]) -> None:
    known, promises = refs(papers), {promise.id: promise for promise in track.link(papers)}
    turns = {day for promise in promises.values() for day, _ in track.verdicts(promise, known)}
    days = {turn + dt.timedelta(days=n) for turn in turns for n in (-1, 0, 40)}
    with tempfile.TemporaryDirectory() as folder, store.open(Path(folder, "s.db"), create=True) as conn:
        for extraction in papers:
            store.save(conn, extraction, Path("/", f"{extraction.paper}.txt"))
        store.rebuild(conn)
        names = {f"{p.paper}.txt": p.paper for p in papers}
        for as_of in sorted(days):
            told = list(queries.threads(conn, as_of=as_of))
            assert {t.row.id for t in told} == {p.id for p in promises.values() if p.made and p.made <= as_of}
            for thread in told:
                promise = promises[thread.row.id]
                verdict, row = track.assess(promise, known, as_of), thread.row
                searched = queries.promise(conn, row.id, as_of=as_of).papers_searched
                assert (
                    (row.verdict, row.rule, row.due, row.original_due, row.agreed, row.stale)
                    == (verdict.kind, verdict.rule, verdict.due, verdict.original, verdict.agreed, verdict.stale)
                    and thread.rests_on == verdict.rests_on
                    and tuple(names.get(name, name) for name in searched) == verdict.papers_searched
                ), (as_of, verdict)
                if verdict.days_late:
                    assert row.days == verdict.days_late
                assert [replace(e, paper=names.get(e.paper, e.paper), listed=False) for e in thread.events] == [
                    replace(e, listed=False) for e in promise.events if not e.date or e.date <= as_of
                ]


def test_a_promise_that_nobody_mentions_goes_stale(conn: Store) -> None:
    for day, stale in [(dt.date(2025, 3, 12), []), (dt.date(2025, 3, 13), ["look into the drains"])]:
        assert [row.action for row in queries.promises(conn, as_of=day) if row.stale] == stale


def test_a_date_put_off_is_told_with_the_one_before(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, make_paper("jan.txt", "clerk: mend the stile | by 1 March 2024"))
        later = make_paper("feb.txt", "clerk: mend the stile | by 1 June 2024 | In hand", date=dt.date(2024, 2, 14))
        store.save(conn, later)
        store.rebuild(conn)
        (row,) = queries.promises(conn, as_of=SPRING)
        assert (row.verdict, row.agreed, row.days) == (VerdictKind.EXTENDED, False, -52)
        assert (row.due, row.original_due) == (dt.date(2024, 6, 1), dt.date(2024, 3, 1))
        moved = queries.promise(conn, row.id, as_of=SPRING).events[-1]
        assert (moved.type, moved.paper, moved.new_due) == (EventType.RESCHEDULED, "feb.txt", dt.date(2024, 6, 1))
        (row,) = queries.promises(conn, as_of=dt.date(2024, 2, 13))
        assert (row.due, row.original_due, row.agreed) == (dt.date(2024, 3, 1), dt.date(2024, 3, 1), None)


def test_an_id_that_names_no_promise_or_several_is_refused(conn: Store) -> None:
    ids = [row.id for row in queries.promises(conn, as_of=SPRING)]
    later = next(row.id for row in queries.promises(conn, Filter(text="bridge"), as_of=SPRING))
    for id, day, code in [
        ("zzz", SPRING, "unknown"),
        ("", SPRING, "unknown"),
        ("%", SPRING, "unknown"),
        (later, dt.date(2024, 3, 1), "unknown"),
    ]:
        with pytest.raises(MattersError) as caught:
            queries.promise(conn, id, as_of=day)
        assert caught.value.code == code
    shared = next(id[:1] for id in ids if sum(other.startswith(id[:1]) for other in ids) > 1)
    with pytest.raises(MattersError, match="several") as caught:
        queries.promise(conn, shared, as_of=SPRING)
    assert caught.value.code == "ambiguous"


@pytest.mark.parametrize(
    ("as_of", "since", "expected"),
    [
        (dt.date(2024, 2, 1), None, []),
        (
            dt.date(2024, 2, 2),
            None,
            [("write to the school", dt.date(2024, 2, 2), dt.date(2024, 2, 2), "due_soon", "made")],
        ),
        (
            dt.date(2024, 3, 12),
            None,
            [
                ("write to the school", dt.date(2024, 2, 2), dt.date(2024, 2, 14), "not_determinable", "made"),
                ("publish figures", dt.date(2024, 2, 16), dt.date(2024, 2, 16), "due_soon", "made"),
                ("order the sign, 100% oak", dt.date(2024, 3, 2), dt.date(2024, 3, 2), "due_soon", "made"),
            ],
        ),
        (
            SPRING,
            dt.date(2024, 3, 12),
            [("order the sign, 100% oak", dt.date(2024, 3, 2), dt.date(2024, 3, 13), "not_determinable", "made")],
        ),
        (SPRING, dt.date(2024, 3, 13), []),
    ],
    ids=str,
)
def test_what_is_late_says_since_when_and_what_it_was_before(
    conn: Store, as_of: dt.date, since: dt.date | None, expected: list[tuple[object, ...]]
) -> None:
    assert [
        (late.row.action, late.since, late.turned, late.before, late.last.type)
        for late in queries.late(conn, as_of=as_of, since=since)
    ] == expected


def test_a_promise_with_a_later_date_to_come_is_not_late(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, make_paper("jan.txt", "clerk: mend the stile | by 1 March 2024"))
        later = make_paper("feb.txt", "clerk: mend the stile | by 1 June 2024 | In hand", date=dt.date(2024, 2, 14))
        store.save(conn, later)
        store.rebuild(conn)
        assert queries.late(conn, as_of=SPRING) == []
        (late,) = queries.late(conn, as_of=dt.date(2024, 6, 2))
        assert (late.since, late.before, late.last.paper) == (dt.date(2024, 6, 2), VerdictKind.EXTENDED, "feb.txt")


def test_a_filter_narrows_what_is_late_and_never_widens_it(conn: Store) -> None:
    def late(**filter: frozenset[VerdictKind]) -> list[str]:
        return [late.row.action for late in queries.late(conn, Filter(**filter), as_of=SPRING)]

    assert late(verdicts=frozenset({VerdictKind.OVERDUE})) == ["order the sign, 100% oak"]
    assert late(verdicts=frozenset({VerdictKind.OPEN})) == []


def test_whoever_a_later_paper_names_is_found_as_owner_from_that_day_on(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        store.save(conn, make_paper("jan.txt", "Cllr Reed: mend the stile in Carr Lane | by 1 March 2024"))
        later = "Cllr Ames: mend the stile in Carr Lane | by 1 March 2024 | In hand"
        store.save(conn, make_paper("feb.txt", later, date=dt.date(2024, 2, 14)))
        store.rebuild(conn)
        wanted = Filter(owners=("ames",))
        assert queries.promises(conn, wanted, as_of=dt.date(2024, 2, 13)) == []
        (row,) = queries.promises(conn, wanted, as_of=SPRING)
        assert (row.owner, row.owner_now) == ("Cllr Reed", "Cllr Ames")
        queries.must_match(conn, wanted)
        at = dt.datetime(2024, 4, 2, tzinfo=dt.UTC)
        ledger.enter(conn, row.id, EntryKind.CORRECTION, {"owner": "Cllr Dale"}, by="Jo", reason="misread", at=at)
        (row,) = queries.promises(conn, Filter(owners=("dale",)), as_of=SPRING)
        assert (row.owner, row.owner_now) == ("Cllr Dale", None)


def test_papers_are_known_to_a_day(conn: Store) -> None:
    bodies = ("Children's Board", "Fenwick Parish Council")
    days = {bodies[0]: dt.date(2024, 1, 10), bodies[1]: dt.date(2024, 2, 14)}
    assert queries.read_to(conn, bodies, as_of=dt.date(2024, 2, 20)) == days
    assert queries.read_to(conn, bodies[:1], as_of=dt.date(2024, 2, 20)) == {bodies[0]: days[bodies[0]]}


@pytest.mark.parametrize(
    "filter",
    [Filter(), Filter(bodies=("children", "fenwick"), owners=("clerk", "KE")), Filter(owners=("chair",))],
    ids=str,
)
def test_names_that_fit_something_are_let_pass(conn: Store, filter: Filter) -> None:
    queries.must_match(conn, filter)


def test_names_that_fit_nothing_are_told(conn: Store) -> None:
    wanted = Filter(bodies=("children", "fenwik"), owners=("clerk", "karin"))
    with pytest.raises(MattersError, match='"fenwik", "karin"') as caught:
        queries.must_match(conn, wanted)
    assert caught.value.code == "unknown"


def test_a_timeline_is_events_and_turns_in_one_story(conn: Store) -> None:
    (row,) = queries.promises(conn, Filter(text="school"), as_of=SPRING)
    story = queries.timeline(queries.promise(conn, row.id, as_of=SPRING))
    assert [(step.date, (step.event and step.event.type) or (step.turn and step.turn.verdict)) for step in story] == [
        (dt.date(2024, 1, 10), "made"),
        (dt.date(2024, 1, 10), "due_soon"),
        (dt.date(2024, 1, 18), "due_soon"),
        (dt.date(2024, 2, 2), "not_determinable"),
        (dt.date(2024, 2, 14), "overdue"),
        (dt.date(2024, 3, 13), "sighted"),
        (dt.date(2024, 3, 13), "done"),
        (dt.date(2024, 3, 13), "kept_late"),
    ]
    turns = [step.turn for step in story if step.turn]
    assert turns[-1].days_late == 41
    assert turns[3].papers_searched == ("2024-02 minutes.txt",)
    earlier = queries.timeline(queries.promise(conn, row.id, as_of=dt.date(2024, 2, 20)))
    assert [step.date for step in earlier] == [step.date for step in story[:5]]


def test_threads_are_the_list_with_sightings_and_events(conn: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_BATCH", 3)
    threads = list(queries.threads(conn, as_of=SPRING))
    assert [thread.row for thread in threads] == queries.promises(conn, as_of=SPRING)
    for thread in threads:
        detail = queries.promise(conn, thread.row.id, as_of=SPRING)
        assert (thread.sightings, thread.events) == (detail.sightings, detail.events)
        assert thread.sightings[0].quote.partition(" | ")[0].endswith(thread.row.action)


@pytest.mark.parametrize(
    "name", ["2024-03 minutes.txt", "2024-03 minutes", "/papers/2024-03 minutes.txt", "HASH"], ids=str
)
def test_a_paper_is_found_by_name_stem_path_or_hash(conn: Store, name: str) -> None:
    whole = next(row for row in queries.papers(conn) if row.name == "2024-03 minutes.txt")
    detail = queries.paper(conn, whole.sha256[:10].upper() if name == "HASH" else name)
    assert detail.row == whole
    assert (whole.extracts, whole.promises, whole.warnings) == (3, 3, ("page 2 holds no text",))
    words = queries.text(conn, name if name != "HASH" else whole.sha256)
    assert [words[e.span.start : e.span.end] for e in detail.extracts] == [e.quote for e in detail.extracts]
    for extract, id in detail.promise_ids.items():
        sightings = queries.promise(conn, id, as_of=SPRING).sightings
        assert (whole.name, extract) in [(sighting.paper, sighting.extract) for sighting in sightings]
    assert len(detail.promise_ids) == 3


@pytest.mark.parametrize("name", ["2024", "%", "minutes_txt", ""])
def test_a_name_that_fits_no_paper_is_refused(conn: Store, name: str) -> None:
    with pytest.raises(MattersError) as caught:
        queries.paper(conn, name)
    assert caught.value.code == "unknown"


def test_papers_and_bodies_are_listed_in_order(conn: Store) -> None:
    names = ["leaflet.txt", "board.txt", "2024-01 minutes.txt", "2024-02 minutes.txt", "2024-03 minutes.txt"]
    assert [row.name for row in queries.papers(conn)] == names
    assert [row.name for row in queries.papers(conn, bodies=("fenwick",))] == names[2:]
    assert [
        (row.name, row.papers, row.last, row.promises, row.outstanding) for row in queries.bodies(conn, as_of=SPRING)
    ] == [
        (None, 1, None, 1, 1),
        ("Children's Board", 1, dt.date(2024, 1, 10), 1, 1),
        ("Fenwick Parish Council", 3, dt.date(2024, 3, 13), 5, 4),
    ]


def test_counts_add_up(conn: Store) -> None:
    counts = queries.counts(conn, as_of=SPRING, filter=Filter(verdicts=OUTSTANDING))
    assert (counts.papers, counts.unclaimed, counts.promises, counts.failures) == (5, 5, 6, 0)
    assert counts.extracts == {Kind.PROMISE: 9}


def test_reading_imports_nothing_heavy(filled: Path) -> None:
    program = (
        "import datetime, sys; from pipeline import queries, store\n"
        f"with store.open({str(filled)!r}) as conn:\n"
        "    rows = queries.promises(conn, as_of=datetime.date(2024, 4, 10))\n"
        "    queries.promise(conn, rows[0].id, as_of=datetime.date(2024, 4, 10))\n"
        "    queries.paper(conn, rows[0].paper), queries.counts(conn, as_of=datetime.date(2024, 4, 10))\n"
        "heavy = {'spacy', 'sqlalchemy', 'alembic', 'lxml', 'pypdfium2', 'numpy', 'pipeline.track'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_first_screen_is_read_off_an_index(filled: Path) -> None:
    """Sorting 100,000 promises to show fifty would cost a hundred times more; see benchmarks/list.py."""
    with store.open(filled) as conn:
        asked: list[str] = []
        rows = conn.rows

        def spy(sql: str, parameters: object = None) -> object:
            asked.append(sql)
            return rows(sql, parameters)  # type: ignore[arg-type]

        conn.rows = spy  # type: ignore[method-assign, assignment]
        queries.promises(conn, Filter(verdicts=OUTSTANDING), as_of=SPRING, limit=50)
        values = dict.fromkeys(["day", "limit", "offset", *(f"x{n}" for n in range(1, 11))], 1)
        (sql,) = asked
        plan = [step for *_, step in rows(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plan[0] == "SCAN v USING INDEX ix_verdict_periods_list"
    assert not [step for step in plan if "TEMP B-TREE" in step]


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("Karen East", {"write", "mow", "paint"}),  # in January nobody knew that "K East" is Karen
        ("East", {"write", "ring", "mow", "paint"}),
        ("Clerk", {"write", "mow", "paint", "sweep", "lift"}),  # as Clerk, not what she promised before she was
        ("Ann Lee", {"sweep", "lift"}),
        ("KE", {"write", "ring", "mow", "paint"}),
        ("Marsh", {"lift"}),
        ("officers", {"dig"}),
    ],
)
def test_an_owner_is_found_by_every_name_and_post_of_the_day(tmp_path: Path, owner: str, expected: set[str]) -> None:
    councillor, clerk = Attendee("Cllr K East", "KE"), Attendee("Karen East", "KE", "Parish Clerk")
    papers = [
        (make_paper("1.txt", "Cllr East: ring", date=dt.date(2024, 1, 10)), (councillor,)),
        (make_paper("2.txt", "KE: write", "K. East: mow", date=dt.date(2024, 2, 14)), (clerk,)),
        (make_paper("3.txt", "the Clerk: paint", "officers: dig", date=dt.date(2024, 2, 20)), ()),
        (make_paper("4.txt", "Clerk: sweep", "AL and Cllr Marsh: lift", date=dt.date(2024, 3, 13)), (_ANN,)),
    ]
    with store.open(tmp_path / "s.db", create=True) as conn:
        for paper, attendees in reversed(papers):
            store.save(conn, replace(paper, attendees=attendees), Path("/papers", paper.paper))
        store.rebuild(conn)
        found = queries.promises(conn, Filter(owners=(owner,)), as_of=SPRING)
    assert {row.action for row in found} == expected


_ANN = Attendee("Ann Lee", "AL", "Clerk to the Council")
