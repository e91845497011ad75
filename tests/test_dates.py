"""Deadlines against the table of tests/data/deadlines.tsv, and the properties that hold for any words."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import dates
from pipeline.records import Due, DueKind

TABLE = Path(__file__).parent / "data" / "deadlines.tsv"


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return [row for row in rows if row]


def _day(text: str) -> dt.date | None:
    return None if text == "-" else dt.date.fromisoformat(text)


def _told(due: Due) -> str:
    """A due date as the table writes it."""
    if due.kind is DueKind.ABSOLUTE:
        assert due.end is not None
        return due.end.isoformat()
    return due.kind.value


@pytest.mark.parametrize("row", _rows(TABLE), ids=lambda row: f"{row[1]} ({row[0]})")
def test_words_fall_on_the_day_of_the_table(row: list[str]) -> None:
    known = [dt.date.fromisoformat(day) for day in row[3].split()] if len(row) > 3 else []
    due = dates.resolve(row[1], _day(row[0]), meeting_dates=known)
    assert _told(due) == row[2]


SENTENCES = Path(__file__).parent / "data" / "deadline_sentences.tsv"
MEETING = dt.date(2024, 3, 14)


@pytest.mark.parametrize("row", _rows(SENTENCES), ids=lambda row: row[0][:60])
def test_a_sentence_holds_the_deadlines_of_the_table(row: list[str]) -> None:
    sentence, expected = row
    found = dates.find(sentence, MEETING, body="Ashcombe Parish Council")
    assert " | ".join(f"{due.words} = {_told(due)}" for _, due in found) == expected.replace("none", "")
    assert all(sentence[span.start : span.end] == due.words for span, due in found)


def test_the_next_meetings_date_is_used_where_it_is_known() -> None:
    (_, due), *_ = dates.find("To report to the next meeting.", MEETING, next_meeting=dt.date(2024, 5, 9))
    assert (due.kind, due.end) == (DueKind.NEXT_MEETING, dt.date(2024, 5, 9))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("to the next Board meeting", DueKind.NEXT_MEETING),
        ("to the next HTB meeting", DueKind.NEXT_MEETING),
        ("to the next Staffing Committee meeting", DueKind.UNDATED),
        ("to the next Staffing Committee meeting in December", DueKind.ABSOLUTE),
    ],
)
def test_another_bodys_next_meeting_is_not_this_ones(words: str, kind: DueKind) -> None:
    assert dates.resolve(words, MEETING, body="Harbour Trust Board").kind is kind


def test_a_limit_starts_nowhere_and_a_month_on_its_first_day() -> None:
    assert dates.resolve("by the end of May", MEETING).start is None
    assert dates.resolve("in May", MEETING).start == dt.date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21st August 2013", "2013-08-21"),
        ("Tuesday 4th October 2011", "2011-10-04"),
        ("04/10/2011", "2011-10-04"),
        ("2013-08-21", "2013-08-21"),
        ("6.6.25", "2025-06-06"),
        ("on the 5th of March, 2024 at 7.30pm", "2024-03-05"),
        ("MONDAY, 2ND DECEMBER 2019", "2019-12-02"),
        ("15 th July 2013", "2013-07-15"),
        ("31 February 2024", None),
        ("30 May", None),
        ("May 2024", None),
        ("02.23.05 Apologies", None),
        ("£12.50", None),
    ],
)
def test_a_printed_date_is_read_day_first(text: str, expected: str | None) -> None:
    date = dates.parse_date(text)
    assert (date.isoformat() if date else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 May", "2024-05-30"),
        ("Tuesday 1 December", "2026-12-01"),
        ("Thursday 2nd January", "2025-01-02"),
        ("16th November, 1930", "2024-11-16"),
    ],
)
def test_a_date_without_a_year_takes_the_default_or_what_its_weekday_says(text: str, expected: str) -> None:
    default = 2025 if "December" in text else 2024
    assert dates.parse_date(text, default) == dt.date.fromisoformat(expected)


def test_every_printed_date_comes_in_order() -> None:
    text = "Dates for 2024: 30th May 27th June, 25 July and Thursday 29 August"
    assert [date.isoformat() for _, date in dates.printed_dates(text, 2024)] == [
        "2024-05-30",
        "2024-06-27",
        "2024-07-25",
        "2024-08-29",
    ]


def test_working_days_skip_weekends_and_bank_holidays() -> None:
    assert dates.add_working_days(dt.date(2024, 3, 28), 1) == dt.date(2024, 4, 2)  # Good Friday, weekend, Easter Monday


_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
_WORDS = (
    "by before after on in at the end of early mid late next this last first third week month year quarter meeting "
    "Board March May Sept Easter Christmas Remembrance Sunday Friday 29 February 31st 30 2024 2024/25 '25 12/11/24 "
    "2024-02-30 Q4 spring winter within six 400 999 9999999 weeks working days hours months years from to / - , ( ) "
    "August Bank Holiday 1950 working each couple of until deadline w/c tomorrow quarterly soon asap 29th auguſt 5 weeK"
)
_PIECES = st.sampled_from(_WORDS.split())
_PHRASES = st.lists(_PIECES, max_size=9).map(" ".join) | st.text(max_size=60)


@given(_PHRASES, st.none() | _DAYS, st.none() | _DAYS)
@example("Q4 1950", None, None)
def test_no_words_break_the_reading_or_end_before_they_start(
    words: str, meeting: dt.date | None, following: dt.date | None
) -> None:
    known = [following] if following else []
    dues = [dates.resolve(words, meeting, next_meeting=following, meeting_dates=known)]
    dues += [due for _, due in dates.find(words, meeting, next_meeting=following, meeting_dates=known)]
    for due in dues:
        assert due.start is None or due.end is None or due.start <= due.end
        assert due.kind is not DueKind.UNDATED or due.end is None
        assert due.kind is not DueKind.ABSOLUTE or due.end is not None


@given(_PHRASES, _DAYS)
def test_what_a_sentence_yields_is_cut_from_it(words: str, meeting: dt.date) -> None:
    for span, due in dates.find(words, meeting):
        assert words[span.start : span.end] == due.words
