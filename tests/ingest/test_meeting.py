"""Headings of many councils (tests/data/headings.txt): body, date, kind, people, items, whatever the format."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
        number = re.match(r"(?:# )?(\d+(?:[./]\d+)*\.?) ", line)
        label = number[1] if number else ""
        if " | " in line:
            builder.row([CellText.plain("", cell) for cell in line.split(" | ")], table=1)
        elif line.startswith("# "):
            builder.add(BlockKind.HEADING, line[2:], label=label, level=2 if label else 1)
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
