"""Replay: what the store tells of a day hangs on nothing that came later, nor on how the papers came.

Over series of papers: those of the corpus, those of real bodies where they lie beside the checkout, and invented ones.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import one_reader
from test_track import paper

from pipeline import queries, store, track
from pipeline.records import Attendee, Extraction, Verdict
from pipeline.store import Store
from pipeline.store.papers import as_printed

ROOT = Path(__file__).parents[1]
PLACES = {
    **{name: ROOT / "corpus" / "papers" / name for name in ("eldershire", "sallowby", "tarnwick")},
    **{name: ROOT.parent / "shared" / "series" / name for name in ("odug", "souldern", "suffolk")},
}


@functools.cache
def read(place: Path) -> tuple[Extraction, ...]:
    reader = one_reader(None)
    return tuple(reader(path) for path in sorted(place.iterdir()))


@pytest.fixture(params=PLACES)
def series(request: pytest.FixtureRequest) -> list[Extraction]:
    place = PLACES[request.param]
    if not place.is_dir():
        pytest.skip(f"the papers of {request.param} lie only where {place} is there")
    return list(read(place))


@contextmanager
def opened(papers: Iterable[Extraction] = (), in_folder: str | None = None) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, store.open(Path(folder, "s.db"), create=True) as conn:
        conn.writer().execute("PRAGMA synchronous = OFF")  # a hundred stores that nobody will miss
        add(conn, papers, in_folder)
        yield conn


def add(conn: Store, papers: Iterable[Extraction], in_folder: str | None = None) -> None:
    """One run that reads some papers."""
    for extraction in papers:
        # A paper that names no body is of its folder's, which `track.link` knows nothing of; by itself it has none.
        folder = Path("/papers") if extraction.meeting.body else Path()
        store.save(conn, extraction, (folder if in_folder is None else Path(in_folder)) / extraction.paper)
    store.gather(conn)
    store.rebuild(conn, [body for body, _ in store.stale(conn)])


def told(conn: Store, day: dt.date) -> list[queries.Thread]:
    """All that is told of a day, but what bodies are called: that is how most papers print them, the latest too."""
    threads = queries.threads(conn, as_of=day)
    return [replace(thread, row=replace(thread.row, body=None)) for thread in threads]


def counted(conn: Store, day: dt.date) -> list[tuple[object, ...]]:
    """What is told of a day, but in which papers."""
    rows = queries.promises(conn, as_of=day)
    return [(r.id, r.owner, r.owner_name, r.reference, r.due, r.original_due, r.verdict, r.rule, r.days) for r in rows]


def dated(papers: Sequence[Extraction]) -> dict[dt.date, list[Extraction]]:
    """Papers by their day; those without one are there from the first."""
    by_day = sorted(papers, key=lambda each: each.meeting.date or dt.date.min)
    return {day: list(group) for day, group in groupby(by_day, lambda each: each.meeting.date or dt.date.min)}


def asked(papers: Sequence[Extraction]) -> list[dt.date]:
    """Days to ask about: those of the papers, some between them, and long after the last."""
    days = [day for day in dated(papers) if day > dt.date.min] or [dt.date(2024, 1, 1)]
    between = [day + (after - day) * share for day, after in pairwise(days) for share in (0.3, 0.9)]
    return sorted({*days, *between, *(days[-1] + dt.timedelta(days=late) for late in (20, 100, 400))})


def check_replay(papers: Sequence[Extraction], in_folder: str | None = None) -> None:
    """While a store grows meeting by meeting, it tells of each day what the full store tells of it afterwards."""
    with opened(papers, in_folder) as full, opened() as growing:
        by_day = dated(papers)
        ends = [*list(by_day)[1:], dt.date.max]
        for step, (start, end) in enumerate(zip(by_day, ends, strict=True)):
            add(growing, by_day[start], in_folder)
            for day in asked(papers):
                if start <= day < end or (step % 4 == 3 and day < end):
                    assert told(growing, day) == told(full, day), day


def check_order(papers: Sequence[Extraction], chance: random.Random) -> None:
    """In one run or paper by paper, in whichever order: the same is told of every day."""
    mixed = chance.sample(papers, len(papers))
    with opened(papers) as once, opened(reversed(papers)) as backwards, opened() as singly:
        for extraction in mixed:
            add(singly, [extraction])
        for day in asked(papers):
            assert told(once, day) == told(backwards, day) == told(singly, day), day
    known = [track.PaperRef.of(extraction) for extraction in papers]
    assert track.link(mixed) == track.link(papers)
    for promise in track.link(papers)[::7]:
        assert track.verdicts(promise, chance.sample(known, len(known))) == track.verdicts(promise, known)


def again(extraction: Extraction, name: str) -> Extraction:
    """The paper as it is issued again: the same words in another file."""
    digest = hashlib.sha256(f"{name} {extraction.sha256}".encode()).hexdigest()
    return replace(extraction, paper=f"{name} {extraction.paper}", sha256=digest)


def check_copies(papers: Sequence[Extraction], chance: random.Random) -> None:
    """Neither copies of papers nor papers issued again make a promise more, or another verdict."""
    issued = [again(extraction, chance.choice(["a", "z"])) for extraction in papers if chance.random() < 0.7]
    with opened(papers) as conn, opened([*papers, *issued]) as more:
        for name in ("a.txt", "a long name of a copy of a paper.txt"):
            copies = {Path(f"/copies/{n}/{name}"): each.sha256 for n, each in enumerate([*papers, *issued])}
            store.point(more, copies)
        add(more, [])
        for day in asked(papers):
            assert counted(more, day) == counted(conn, day), day


def check_sql(papers: Sequence[Extraction], step: int) -> None:
    """What is listed on a day is what the tracker says of each promise on that day."""
    (first, *_, last) = asked(papers)
    stride = [first + dt.timedelta(days=days) for days in range(0, (last - first).days, step)]
    with opened(papers) as conn:
        keys = [key for (key,) in conn.rows("SELECT id FROM bodies")]
        pools = [
            as_printed(conn.rows, key) for key in keys
        ]  # papers that name no body lie in a folder with those that do
        promises = [promise for pool in pools for promise in track.link(pool)]
        known = [track.PaperRef.of(extraction) for pool in pools for extraction in pool]
        calendar = track.Calendar(known) if len(pools) == 1 and known[0].body else known
        for day in sorted({*asked(papers), *stride}):
            rows = queries.promises(conn, as_of=day)
            there = [promise for promise in promises if promise.made is None or promise.made <= day]
            assert {row.id for row in rows} == {promise.id for promise in there}
            listed = {row.id: row for row in rows}
            for promise in there:
                row, verdict = listed[promise.id], track.assess(promise, calendar, day)
                said = (row.verdict, row.rule, row.due, row.original_due, row.agreed, row.stale)
                assert said == standing(verdict), (day, promise.action)
                if verdict.days_late:
                    assert row.days == verdict.days_late
        for promise in promises[:: 1 + len(promises) // 20]:
            found = queries.promise(conn, promise.id, as_of=last)
            verdict = track.assess(promise, calendar, last)
            assert (found.papers_searched, found.rests_on) == (verdict.papers_searched, verdict.rests_on)
            assert found.events == tuple(replace(event, listed=False) for event in promise.events)  # which no row tells


def standing(verdict: Verdict) -> tuple[object, ...]:
    return verdict.kind, verdict.rule, verdict.due, verdict.original, verdict.agreed, verdict.stale


def test_a_past_day_is_told_alike_whether_later_papers_are_there_or_not(series: list[Extraction]) -> None:
    check_replay(series)


def test_papers_may_come_in_any_order(series: list[Extraction]) -> None:
    check_order(series, random.Random(4))


def test_copies_and_papers_issued_again_change_nothing(series: list[Extraction]) -> None:
    check_copies(series, random.Random(1))


def test_the_list_of_every_day_is_what_the_tracker_says(series: list[Extraction]) -> None:
    check_sql(series, 14)


# invented series: two bodies whose initials are one, lists that learn names, ids and owners that come later

NAMES = ["Ashcombe Paths Committee", "Abbey Ponds Club", "APC", "Apc", None]
PRESENT = [
    (),
    (Attendee("Mrs J Farrow", "JF", "Clerk"),),
    (Attendee("Jill Farrow", "JF", "Clerk"), Attendee("Tom Reed", "TR")),
    (Attendee("Joan Farrow", "JF"), Attendee("Tom Reed", "TR", "Clerk")),
]
SENTENCES = [
    '[promise owner="JF" | JF would mend the churchyard wall.]',
    '[promise due="by the end of March" | It was agreed to mend the churchyard wall by the end of March.]',
    '[promise owner="Clerk" due="next meeting" | The Clerk would bring a plan of the footbridge to the next meeting.]',
    '[promise owner="Clerk" ref="P.{n}" status="In hand" | Mend the churchyard wall]',
    '[promise owner="J Farrow" ref="P.1" status="Completed" | Mend the churchyard wall]',
    '[promise owner="TR" ref="P.2" status="Ongoing" | Plan of the footbridge]',
    '[promise status="New" | Mend it] [promise status="New" | Mend it]',
    "item Plan of the footbridge. The footbridge was shown.",
    "The churchyard wall had been mended.",
    "The churchyard wall had not been mended.",
    "Members spoke of the footbridge and the churchyard.",
]


@st.composite
def invented(draw: st.DrawFn) -> list[Extraction]:
    papers = []
    for number in range(draw(st.integers(2, 7))):
        day = dt.date(2024, 1, 10) + dt.timedelta(days=35 * draw(st.integers(0, 5)))
        told = draw(st.lists(st.sampled_from(SENTENCES), max_size=4))
        kind = draw(st.sampled_from(["minutes", "minutes", "action-log", "agenda"]))
        made = paper(day.strftime("%d %b %Y"), kind, " ".join(told).replace("{n}", str(number % 2 + 1)))
        dates = [day] * 9 + [None]
        meeting = replace(
            made.meeting,
            body=draw(st.sampled_from(NAMES)),
            date=draw(st.sampled_from(dates)),
            next_date=draw(st.sampled_from([None, day + dt.timedelta(days=35)])),
            draft=draw(st.booleans()),
        )
        name = f"{number} {made.paper}.txt"
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        present = draw(st.sampled_from(PRESENT))
        papers.append(replace(made, paper=name, sha256=sha256, meeting=meeting, attendees=present))
    return papers


@settings(max_examples=20, deadline=None)
@given(invented())
def test_a_past_day_of_an_invented_series_is_told_alike(papers: list[Extraction]) -> None:
    check_replay(papers)


@settings(max_examples=20, deadline=None)
@given(invented(), st.randoms(use_true_random=False))
def test_papers_of_an_invented_series_may_come_in_any_order(papers: list[Extraction], chance: random.Random) -> None:
    check_order(papers, chance)


@settings(max_examples=20, deadline=None)
@given(invented(), st.randoms(use_true_random=False))
def test_copies_in_an_invented_series_change_nothing(papers: list[Extraction], chance: random.Random) -> None:
    check_copies(papers, chance)


@settings(max_examples=20, deadline=None)
@given(invented())
def test_the_list_of_an_invented_series_is_what_the_tracker_says(papers: list[Extraction]) -> None:
    check_sql(papers, 30)


@settings(max_examples=25, deadline=None)
@given(invented())
def test_a_past_day_of_a_folder_is_told_alike(papers: list[Extraction]) -> None:
    """Where papers that name no body lie beside others that do, in a folder that is called like none of them."""
    check_replay(papers, "/wend")
