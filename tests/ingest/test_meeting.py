"""Headings of many councils (tests/data/headings.txt): body, date, kind, people, items, whatever the format."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.meeting import Heading, describe
from pipeline.ingest.reading import CellText, Reading, TextBuilder
from pipeline.records import Attendee, BlockKind

HEADINGS = Path(__file__).parents[1] / "data" / "headings.txt"


def _cases() -> list[tuple[dict[str, str], str]]:
    _, *cases = re.split(r"^=+\n", HEADINGS.read_text(encoding="utf-8"), flags=re.M)
    out: list[tuple[dict[str, str], str]] = []
    for case in cases:
        expected, paper = re.split(r"^-+\n", case, flags=re.M)
        out.append((dict(line.split(": ", 1) for line in expected.splitlines()), paper))
    return out


def _reading(paper: str) -> Reading:
    """A paper as a reader hands it over, from a sketch of its lines."""
    builder = TextBuilder()
    for line in paper.strip().splitlines():
        number = re.match(r"(?:#+ )?(\d+(?:[./]\d+)*\.?) ", line)
        label = number[1] if number else ""
        if " | " in line:
            builder.row([CellText.plain("", cell) for cell in line.split(" | ")], table=1)
        elif heading := re.match(r"(#+) ", line):
            level = 2 if label else len(heading[1])
            builder.add(BlockKind.HEADING, line[heading.end() :], label=label, level=level)
        else:
            builder.add(BlockKind.LIST_ITEM if label else BlockKind.PARAGRAPH, line, label=label, level=bool(label))
    return builder.build()


def _person(attendee: Attendee) -> str:
    role = f" ({attendee.role})" if attendee.role else ""
    return f"{attendee.name}{role}{'' if attendee.present else ' absent'} [{attendee.initials}]"


def _told(heading: Heading, key: str) -> str:
    """One expectation as the data file writes it."""
    meeting = heading.meeting
    match key:
        case "kind":
            return heading.kind.value
        case "body":
            return meeting.body or "none"
        case "date":
            return str(meeting.date or "none").lower()
        case "next":
            return str(meeting.next_date)
        case "dates":
            return " ".join(day.isoformat() for day in meeting.meeting_dates)
        case "draft":
            return "yes" if meeting.draft else "no"
        case "people":
            return ", ".join(_person(person) for person in heading.attendees)
        case "items":
            return ", ".join(f"{item.number} {item.title}" for item in heading.items)
    raise AssertionError(key)


@pytest.mark.parametrize(
    ("expected", "paper"), _cases(), ids=lambda case: case.get("body") if isinstance(case, dict) else ""
)
def test_a_heading_says_what_it_prints(expected: dict[str, str], paper: str) -> None:
    heading = describe(_reading(paper), "paper.pdf")
    assert {key: _told(heading, key) for key in expected} == expected


def test_a_date_in_the_file_name_is_the_last_resort() -> None:
    sketch = "# Ashcombe Parish Council\nPresent: Ann Reed, Tom Vale\n1. Apologies\nNone\n2. Roads\nNone"
    assert describe(_reading(sketch), "minutes_2013-08-21.pdf").meeting.date == dt.date(2013, 8, 21)
    assert describe(_reading(sketch), "20130821 minutes.pdf").meeting.date == dt.date(2013, 8, 21)
    assert describe(_reading(sketch), "minutes.pdf").meeting.date is None


def test_a_heading_left_over_from_the_last_meeting_gives_way_to_the_file_name() -> None:
    sketch = (
        "# Wend Trust Board\nDate: 29th May 2014\nPresent: Ann Reed\n"
        "1. Apologies\nNone\n2. Minutes of the meeting held on 29th May 2014\nAgreed."
    )
    assert describe(_reading(sketch), "board-2014-07-31.pdf").meeting.date == dt.date(2014, 7, 31)
    assert describe(_reading(sketch), "board.pdf").meeting.date == dt.date(2014, 5, 29)


def test_a_yearless_heading_takes_its_year_from_the_minutes_it_approves() -> None:
    sketch = (
        "# Glenmore Community Council\n# Minutes of a Meeting held on Tuesday 1 December at 7.00pm\n"
        "Present\nIsla Munro IM\n"
        "1. Apologies\nNone\n2. Minutes\nThe minutes of the meeting held on 3 November 2015 were approved."
    )
    assert describe(_reading(sketch), "paper.pdf").meeting.date == dt.date(2015, 12, 1)


@pytest.mark.parametrize(
    ("told", "next_date", "dates", "cancelled"),
    [
        ("The meeting of the museum's friends was a success.", "06-12", "06-12 07-10", ""),
        ("The meeting on 12 June had been cancelled.", "07-10", "07-10", "06-12"),
        ("The 12 June meeting was called off owing to the snow.", "07-10", "07-10", "06-12"),
        ("The meeting on 12 June would not be cancelled.", "06-12", "06-12 07-10", ""),
        ("The meeting on 12 June has been moved to 19 June.", "06-19", "06-19 07-10", "06-12"),
        ("The next meeting has been moved to Tuesday 19th June at 7pm.", "06-19", "06-12 06-19 07-10", ""),
        (
            "The next meeting of the Council has been changed from 12 June to 14 June 2018.",
            "06-14",
            "06-14 07-10",
            "06-12",
        ),
        (
            "It was agreed that the meeting due on 10 July be brought forward to 3 July.",
            "06-12",
            "06-12 07-03",
            "07-10",
        ),
        ("The April meeting, due on 10 April, had been cancelled.", "06-12", "06-12 07-10", "04-10"),
        ("The Roads Committee meeting on 12 June was cancelled.", "06-12", "06-12 07-10", ""),
        ("The site meeting with the brewery on 12 June was cancelled.", "06-12", "06-12 07-10", ""),
    ],
)
def test_meetings_called_off_and_moved(told: str, next_date: str, dates: str, cancelled: str) -> None:
    sketch = (
        "# Wendle Parish Council\nMinutes of the meeting held on 8 May 2018\nPresent: Ann Reed, Tom Vale\n"
        f"1. Apologies\nNone\n2. Business\n{told}\n"
        "3. Dates of next meetings\n12 June 2018\n10 July 2018\n"
    )
    meeting = describe(_reading(sketch), "minutes.pdf").meeting
    assert meeting.next_date == dt.date.fromisoformat(f"2018-{next_date}")
    told_days = [" ".join(f"{day:%m-%d}" for day in days) for days in (meeting.meeting_dates, meeting.cancelled)]
    assert told_days == [dates, cancelled]


def test_a_next_meeting_of_last_year_is_a_slip_of_the_pen() -> None:
    sketch = "# Wendle Parish Council\n30 January 2018\n1. Apologies\nNone\n2. Next meeting\nThe next meeting is on {}."
    told = [describe(_reading(sketch.format(day)), "x").meeting.next_date for day in ("20 March 2017", "20 June 2017")]
    assert told == [dt.date(2018, 3, 20), None]


def test_a_footnote_below_the_dates_of_meetings_announces_none() -> None:
    sketch = (
        "# Wendle Parish Council\n9 March 2023\n1. Apologies\nNone\n# 2. Dates of meetings\n"
        "15 June 2023 and 7 March 2024\n"
        "14 September 2023, to be held in the village hall.\nDuration of meeting: 10.00 - 11.40 am\n"
        "1. The figures leave out children who came into care after 1 January."
    )
    told = describe(_reading(sketch), "minutes.pdf").meeting.meeting_dates
    assert [f"{day:%y-%m-%d}" for day in told] == ["23-06-15", "23-09-14", "24-03-07"]


def test_items_run_on_to_the_next() -> None:
    reading = _reading("# Parish Council\n# 1. Apologies\nNone.\n# 2. Roads\nThe Clerk would write.\nAgreed.")
    first, second = describe(reading, "paper.pdf").items
    assert reading.text[first.span.start : first.span.end].split("\n") == ["1. Apologies", "None.", ""]
    assert reading.text[second.span.start : second.span.end] == "2. Roads\nThe Clerk would write.\nAgreed."


_LINES = st.lists(
    st.sampled_from(
        [
            *(
                "# MINUTES OF THE MEETING",
                "# Parish Council",
                "Present: Ann Reed (AR), Tom Vale and others",
                "Apologies",
            ),
            *("1. Apologies", "2. Roads", "3.1 Lanes", "24/101 Finance", "Date | 5 May 2024", "1 | Welcome | AB", "12"),
            *(
                "held on 31 February 2024",
                "Date of next meeting: 29 February",
                "Dates of future meetings",
                "30 May, 6/6",
            ),
            *("Ann Reed AR Tom Vale TV", "(", "•", "Agenda item", "Minutes:", "RW chaired the meeting."),
        ]
    )
    | st.text(st.characters(exclude_characters="\n"), max_size=40),
    max_size=14,
)


@given(_LINES, st.text(max_size=30))
def test_no_paper_breaks_the_reading_of_its_heading(lines: list[str], name: str) -> None:
    reading = _reading("\n".join(lines))
    heading = describe(reading, name)
    starts = [item.span.start for item in heading.items]
    assert starts == sorted(starts)
    assert all(0 <= item.span.start < item.span.end <= len(reading.text) for item in heading.items)
    assert all(person.name.strip() for person in heading.attendees)


def test_a_running_head_names_the_body_that_the_title_leaves_out() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "MINUTES OF THE PARISH COUNCIL MEETING", level=1)
    builder.add(BlockKind.PARAGRAPH, "held on Tuesday 9 July 2024")
    reading = replace(builder.build(), furniture=("FERNHOLLOW AND UPPER WICK PARISH COUNCIL", "Page 1 of 3"))
    assert describe(reading, "minutes.pdf").meeting.body == "Fernhollow and Upper Wick Parish Council"
