"""Exports: the documented fields in the documented order, and the same bytes every time."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from typing import Any

import pytest

from pipeline import export
from pipeline.confidence import Band
from pipeline.queries import PromiseDetail, PromiseRow, Sighting, Thread
from pipeline.records import (
    Box,
    Correction,
    Coverage,
    Due,
    DueKind,
    Entry,
    EntryKind,
    Event,
    EventType,
    Extract,
    Extraction,
    Kind,
    MediaType,
    Meeting,
    PaperKind,
    Span,
    Strength,
    VerdictKind,
)

BAND = Band(Kind.PROMISE, "promise.undertook", Strength.UNDERTAKING, listed=True)
ROW = PromiseRow(
    id="a1b2c3d4e5f6",
    body="Fernhollow Parish Council",
    owner="The Clerk",
    owner_name="Jane Teal",
    action="The Clerk would write to the landowner – again, at £2 a letter",
    due=dt.date(2024, 3, 31),
    original_due=dt.date(2024, 1, 31),
    due_words="by the end of January",
    days=1,
    verdict=VerdictKind.OVERDUE,
    rule="overdue.still-open",
    agreed=False,
    stale=False,
    strength=Strength.UNDERTAKING,
    reference=None,
    paper="minutes.pdf",
    page=2,
    made=dt.date(2024, 1, 16),
    confidence=0.8500001,
    review=False,
)
MADE = Event(EventType.MADE, "minutes.pdf", 2, dt.date(2024, 1, 16), "would write")
MOVED = Event(
    EventType.RESCHEDULED, "later.pdf", 1, dt.date(2024, 2, 20), "by the end of March", new_due=dt.date(2024, 3, 31)
)
RULING = Entry(
    seq=1,
    at=dt.datetime(2024, 4, 2, 9, 15, tzinfo=dt.UTC),
    by="Jo Reed",
    kind=EntryKind.RULING,
    promise=ROW.id,
    body=ROW.body,
    made=ROW.made,
    paper=ROW.paper,
    sha256="00",
    page=ROW.page,
    quote=ROW.action,
    payload={"verdict": "kept"},
    reason="The letter is on file.",
    previous="0" * 64,
    hash="1" * 64,
)
RULED = Event(EventType.RULED, "", None, dt.date(2024, 4, 2), RULING.reason, verdict=VerdictKind.KEPT, by=RULING.by)


def extract(due: Due | None) -> Extract:
    return Extract(
        id="e1",
        kind=Kind.PROMISE,
        span=Span(10, 20),
        quote="would write",
        page=2,
        boxes=(Box(2, 1.5, 2.5, 3.5, 4.5),),
        rule="promise.would",
        confidence=0.8,
        owner="The Clerk",
        due=due,
        strength=Strength.UNDERTAKING,
        arises_from=("e0",),
    )


def paper(*extracts: Extract) -> Extraction:
    return Extraction(
        paper="minutes.pdf",
        sha256="00",
        media_type=MediaType.PDF,
        kind=PaperKind.MINUTES,
        meeting=Meeting("Fernhollow Parish Council", dt.date(2024, 1, 16), dt.date(2024, 2, 20)),
        pages=2,
        coverage=Coverage.PARTIAL,
        warnings=("page 2 holds no text",),
        attendees=(),
        items=(),
        extracts=extracts,
        evidence=(),
        unclaimed=(),
        ruleset="r1",
        text="",
    )


def _words(text: str) -> list[str]:
    return text.split()


def test_a_paper_begins_with_the_fields_of_the_gold_files() -> None:
    data = export.paper_json(paper(extract(None)))
    assert list(data)[:3] == ["paper", "meeting", "extracts"]
    assert data["meeting"] == {"body": "Fernhollow Parish Council", "date": "2024-01-16"}
    fields = _words("id kind page quote owner due_text due strength outcome formal recipient answers arises_from")
    assert list(data["extracts"][0])[: len(fields)] == fields
    assert data["extracts"][0] | {"span": [10, 20], "boxes": [[2, 1.5, 2.5, 3.5, 4.5]]} == data["extracts"][0]
    assert (data["coverage"], data["warnings"]) == ("partial", ["page 2 holds no text"])
    json.dumps(data)


def test_a_paper_that_tells_a_promise_is_not_settled_is_a_sighting_of_it() -> None:
    sighting = Sighting("minutes.pdf", 2, dt.date(2024, 1, 16), "would write", "e1", BAND)
    events = [
        Event(type, paper, 1, dt.date(2024, 2, 20), f"{type} in {paper}")
        for paper, type in [
            ("minutes.pdf", EventType.NOT_DONE),
            ("february.pdf", EventType.NOT_DONE),
            ("february.pdf", EventType.PARTLY_DONE),
            ("march.pdf", EventType.DONE),
        ]
    ]
    (promise,) = export.promises_json(
        [Thread(ROW, (sighting,), tuple(events), rests_on=())], as_of=dt.date(2024, 4, 1)
    )["promises"]
    assert [(s["paper"], s["quote"]) for s in promise["sightings"]] == [
        ("minutes.pdf", "would write"),
        ("february.pdf", "not_done in february.pdf"),
    ]


@pytest.mark.parametrize(
    ("due", "words", "day"),
    [
        (None, None, None),
        (Due("by May", dt.date(2024, 5, 1), dt.date(2024, 5, 31), DueKind.ABSOLUTE), "by May", "2024-05-31"),
        (Due("next meeting", None, None, DueKind.NEXT_MEETING), "next meeting", "next-meeting"),
        (Due("next meeting", None, dt.date(2024, 2, 20), DueKind.NEXT_MEETING), "next meeting", "next-meeting"),
        (Due("in due course", None, None, DueKind.UNDATED), "in due course", None),
        (Due("quarterly", None, None, DueKind.RECURRING), "quarterly", None),
    ],
)
def test_a_deadline_keeps_its_words_and_is_never_guessed(due: Due | None, words: str | None, day: str | None) -> None:
    data = export.paper_json(paper(extract(due)))["extracts"][0]
    assert (data["due_text"], data["due"]) == (words, day)


def test_a_promise_with_its_thread() -> None:
    sighting = Sighting("minutes.pdf", 2, dt.date(2024, 1, 16), "would write", "e1", BAND)
    data = export.promises_json([Thread(ROW, (sighting,), (MADE, MOVED), rests_on=(1,))], as_of=dt.date(2024, 4, 1))
    (promise,) = data["promises"]
    assert data["as_of"] == "2024-04-01"
    assert list(promise)[:10] == _words("id ref owner action due verdict rule made sightings events")
    assert promise["made"] == {"paper": "minutes.pdf", "page": 2, "date": "2024-01-16"}
    assert promise["sightings"][0] == {"paper": "minutes.pdf", "page": 2, "quote": "would write"}
    assert promise["events"][1]["new_due"] == "2024-03-31"
    assert [event["decides"] for event in promise["events"]] == [False, True]
    assert (promise["due"], promise["due_now"]) == ("2024-01-31", "2024-03-31"), "the day first promised, the day now"


def test_rows_as_json() -> None:
    data = export.rows_json([ROW], as_of=dt.date(2024, 4, 1))
    assert list(data["promises"][0]) == [field.name for field in dataclasses.fields(PromiseRow)]
    assert data["promises"][0] | {"due": "2024-03-31", "verdict": "overdue", "confidence": 0.85} == data["promises"][0]
    text = export.to_json(data)
    assert json.loads(text) == data
    assert "£2" in text, "words stay readable"
    assert text.endswith("}\n")
    assert export.to_json_line(data).count("\n") == 1


def test_rows_as_csv() -> None:
    text = export.rows_csv([ROW])
    assert text.startswith("id,body,owner,owner_name,action,due,original_due,due_words,days,verdict,rule,")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["action"] == ROW.action
    assert (row["due"], row["days"], row["agreed"], row["reference"]) == ("2024-03-31", "1", "no", "")
    assert "\r" not in text
    assert export.rows_csv([]).count("\n") == 1, "an empty list has its heading"


@pytest.mark.parametrize("words", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_words_from_a_paper_never_become_a_formula(words: str) -> None:
    row: Any = dataclasses.replace(ROW, action=words, owner=words, days=-3)
    (read,) = csv.DictReader(io.StringIO(export.rows_csv([row]), newline=""))
    assert read["action"] == read["owner"] == "'" + words.replace("\r", " ")
    assert read["days"] == "-3", "numbers stay numbers"


def test_a_ruling_shows_who_when_and_why() -> None:
    owner = Correction("owner", "the Clerk", 2)
    data = export.promises_json([Thread(ROW, (), (MADE, RULED), (1,), (owner,), (RULING,))], as_of=dt.date(2024, 4, 2))
    (promise,) = data["promises"]
    ruled = promise["events"][1]
    assert [ruled[name] for name in ("type", "paper", "date", "quote", "verdict", "by", "decides")] == [
        "ruled",
        None,
        "2024-04-02",
        "The letter is on file.",
        "kept",
        "Jo Reed",
        True,
    ]
    assert promise["corrections"] == [{"field": "owner", "read": "the Clerk", "entry": 2}]
    assert [(entry["at"], entry["reason"]) for entry in promise["ledger"]] == [
        ("2024-04-02T09:15:00Z", "The letter is on file.")
    ]


def test_a_timeline_tells_what_was_entered() -> None:
    note = dataclasses.replace(RULING, seq=2, kind=EntryKind.NOTE, payload={}, reason="asked the Clerk")
    detail = PromiseDetail(ROW, None, (), (MADE, RULED), (), (), (1,), (), (RULING, note))
    steps = export.timeline_json(detail, as_of=dt.date(2024, 4, 2))["timeline"]
    assert [(step["what"], step["quote"], step["verdict"], step["by"]) for step in steps] == [
        ("made", "would write", None, None),
        ("ruled", "The letter is on file.", "kept", "Jo Reed"),
        ("note", "asked the Clerk", None, "Jo Reed"),
    ]
