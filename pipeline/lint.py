"""A paper before it is published: slips that would leave its promises without an owner, a day or a meeting.

Hides where each check looks. Hands over one `Slip` for each thing to mend, in the order of the paper; what is wrong
with the meeting itself comes first. Nothing is judged but what the paper prints.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline import dates
from pipeline.records import Block, Document, DueKind, Extract, Extraction, Kind, PaperKind, Span, Strength
from pipeline.track.calendar import is_row
from pipeline.track.words import reference_key, stems


class Check(StrEnum):
    NO_BODY = "no-body"
    NO_DATE = "no-meeting-date"
    NEXT_MEETING = "next-meeting"
    """The next meeting is dated before this one, or not dated though actions wait for it."""
    IMPOSSIBLE_DATE = "impossible-date"
    PAST_DEADLINE = "past-deadline"
    NO_OWNER = "no-owner"
    NO_DEADLINE = "no-deadline"
    REFERENCE_TWICE = "reference-twice"


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing to mend: which check found it, one sentence on what to do, and the words it is about."""

    check: Check
    message: str
    quote: str = ""
    page: int | None = None


MEETING_KINDS = frozenset({PaperKind.MINUTES, PaperKind.ACTION_LOG, PaperKind.DECISION_RECORD, PaperKind.AGENDA})
"""Papers of a meeting: without its day their deadlines hang in the air."""

SAME_MATTER = 0.4
"""Two rows with one printed id that share this much of the words of the shorter are one matter printed twice."""


ANNOUNCED_WITHIN = 80
"""Letters after "next meeting" in which its day is printed."""
_NEXT_MEETING = re.compile(r"\b(?:date (?:and \w+ )?of (?:the )?next|next) (?:\w+ ){0,4}?meeting\b", re.IGNORECASE)


def lint(document: Document, found: Extraction) -> list[Slip]:
    """All slips of a paper; `found` is what the extractor read in `document`."""
    slips = [(span.start, slip) for span, slip in [*_impossible_dates(document), *_of_promises(found), *_twice(found)]]
    return [*_of_meeting(document, found), *(slip for _, slip in sorted(slips, key=lambda pair: pair[0]))]


def _of_meeting(document: Document, found: Extraction) -> Iterator[Slip]:
    meeting = found.meeting
    if found.kind not in MEETING_KINDS:
        return
    if meeting.body is None:
        yield Slip(Check.NO_BODY, "no body is named; print its name above the date")
    if meeting.date is None:
        yield Slip(Check.NO_DATE, "the day of the meeting is not printed; print it in full below the title")
        return
    behind = [slip for block in document.blocks if (slip := _next_behind(document, block, meeting.date))]
    yield from behind
    if not behind and meeting.next_date is None:
        waiting = [e for e in _actions(found) if e.due and e.due.kind is DueKind.NEXT_MEETING and e.due.end is None]
        if waiting:
            count = "1 action waits" if len(waiting) == 1 else f"{len(waiting)} actions wait"
            message = f"{count} for the next meeting, of which no date is printed; print it"
            yield Slip(Check.NEXT_MEETING, message, waiting[0].quote, waiting[0].page)


def _next_behind(document: Document, block: Block, held: dt.date) -> Slip | None:
    """A next meeting announced, year and all, for a day that is not after the meeting."""
    text = document.text[block.span.start : block.span.end]
    named = _NEXT_MEETING.search(text)
    if named is None:
        return None
    # The day may stand in the paragraph below its heading.
    told = document.text[block.span.start + named.end() :][:ANNOUNCED_WITHIN]
    day = next((day for _, day in dates.printed_dates(told)), None)
    if day is None or day > held:
        return None
    message = f"the meeting is dated {_day(held)} and its next one {_day(day)}; mend one of the two"
    return Slip(Check.NEXT_MEETING, message, " ".join(f"{named[0]}{told}".split()), block.page)


def _impossible_dates(document: Document) -> Iterator[tuple[Span, Slip]]:
    for block in document.blocks:
        text = document.text[block.span.start : block.span.end]
        for span, wrong in dates.misprints(text, document.meeting.date):
            here = Span(block.span.start + span.start, block.span.start + span.end)
            message = f"{text[span.start : span.end]!r} cannot be: {wrong}"
            yield here, Slip(Check.IMPOSSIBLE_DATE, message, _around(text, span), block.page)


def _of_promises(found: Extraction) -> Iterator[tuple[Span, Slip]]:
    for extract in _actions(found):
        if extract.owner is None:
            message = "the action has no owner; say who is to act"
            yield extract.span, Slip(Check.NO_OWNER, message, extract.quote, extract.page)
        if extract.due is None:
            message = "the action has no deadline; say by when"
            yield extract.span, Slip(Check.NO_DEADLINE, message, extract.quote, extract.page)
        elif extract.due.kind is DueKind.UNDATED:
            message = f"{extract.due.words!r} fixes no day; say by when"
            yield extract.span, Slip(Check.NO_DEADLINE, message, extract.quote, extract.page)
        elif _gone_by(extract, found):
            message = f"the deadline {extract.due.words!r} lies before the meeting; mend one of the two"
            yield extract.span, Slip(Check.PAST_DEADLINE, message, extract.quote, extract.page)


def _gone_by(extract: Extract, found: Extraction) -> bool:
    """Whether a deadline had passed when the promise was made. Lists carry theirs on from meeting to meeting."""
    due, held = extract.due, found.meeting.date
    return not is_row(extract) and due is not None and due.end is not None and held is not None and due.end < held


def _twice(found: Extraction) -> Iterator[tuple[Span, Slip]]:
    """Printed ids that stand for two matters. A list that is printed twice in one paper gives no slip."""
    by_reference: dict[str, list[Extract]] = defaultdict(list)
    for extract in found.extracts:
        key = reference_key(extract.reference)
        if extract.kind is not Kind.PROMISE or not key:
            continue
        for other in by_reference[key]:
            words, others = stems(extract.quote), stems(other.quote)
            if len(words & others) < SAME_MATTER * min(len(words), len(others)):
                where = f" (also on page {other.page})" if other.page not in (None, extract.page) else ""
                message = f"the reference {extract.reference} stands for another action too{where}; give each its own"
                yield extract.span, Slip(Check.REFERENCE_TWICE, message, extract.quote, extract.page)
                break
        by_reference[key].append(extract)


def _actions(found: Extraction) -> Iterator[Extract]:
    """Promises that somebody is held to; what is only hoped or looked at needs neither owner nor day."""
    return (e for e in found.extracts if e.kind is Kind.PROMISE and e.strength is not Strength.INTENTION)


def _around(text: str, span: Span, letters: int = 60) -> str:
    """A date with the words next to it."""
    start, end = max(0, span.start - letters), min(len(text), span.end + letters)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", end) if end < len(text) and " " in text[end:] else len(text)
    return text[start:end]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
