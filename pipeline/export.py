"""Rows and papers as data for other programs: JSON and CSV.

Hides field order, date formats and escaping. The same rows give the same bytes, always. Hands over plain data and text;
writing it somewhere is the caller's. The forms are described in docs/json.md.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.confidence import Record, for_review
from pipeline.queries import LateRow, PromiseDetail, PromiseRow, ProposalRow, Sighting, Step, Thread, timeline
from pipeline.records import Due, DueKind, Entry, Event, EventType, Extract, Extraction
from pipeline.store import ledger

FORMULA = ("=", "+", "-", "@")
"""Spreadsheets run a cell that begins like this, and a paper's author could know it."""


def to_json(data: Any) -> str:
    """Plain data as text: one field a line, so that two outputs can be compared; no escapes where none are needed."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def to_json_line(data: Any) -> str:
    """The same on one line, for a stream of objects."""
    return json.dumps(data, ensure_ascii=False) + "\n"


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return out.getvalue()


def paper_json(extraction: Extraction) -> dict[str, Any]:
    """One paper, in the form of the gold files; then where each claim comes from and how well the paper was read."""
    return {
        "paper": extraction.paper,
        "meeting": {"body": extraction.meeting.body, "date": _iso(extraction.meeting.date)},
        "extracts": [_extract_json(extract) for extract in extraction.extracts],
        "kind": extraction.kind,
        "next_meeting": _iso(extraction.meeting.next_date),
        "pages": extraction.pages,
        "coverage": extraction.coverage,
        "warnings": list(extraction.warnings),
        "sha256": extraction.sha256,
        "ruleset": extraction.ruleset,
    }


def promises_json(threads: Iterable[Thread], *, as_of: dt.date) -> dict[str, Any]:
    """All promises as they stand on a day, each with its sightings and the events behind its verdict."""
    return {"as_of": as_of.isoformat(), "promises": [_thread_json(thread) for thread in threads]}


def rows_json(rows: Iterable[PromiseRow], *, as_of: dt.date) -> dict[str, Any]:
    """A list of promises, one flat object each."""
    return {"as_of": as_of.isoformat(), "promises": [_row(row) for row in rows]}


def rows_csv(rows: Iterable[PromiseRow]) -> str:
    """A list of promises for a spreadsheet: a heading, then a line each; words that look like formulas are defused."""
    return to_csv(map(_row, rows), [field.name for field in dataclasses.fields(PromiseRow)])


def late_json(rows: Iterable[LateRow], *, as_of: dt.date) -> dict[str, Any]:
    """What is late: the objects of a list, each with what is new about it and the last that a paper says of it."""
    return {"as_of": _iso(as_of), "promises": [_late(late) for late in rows]}


def late_csv(rows: Iterable[LateRow]) -> str:
    """The same for a spreadsheet."""
    return to_csv(map(_late, rows), [field.name for field in dataclasses.fields(PromiseRow)] + _NEWS)


def timeline_json(detail: PromiseDetail, *, as_of: dt.date) -> dict[str, Any]:
    """A promise's way, step by step. Every step has the same fields."""
    row = detail.row
    return {
        "as_of": _iso(as_of),
        "id": row.id,
        "ref": row.reference,
        "body": row.body,
        "owner": row.owner,
        "owner_name": row.owner_name,
        "action": row.action,
        "due": _iso(row.original_due),
        "due_text": row.due_words,
        "due_now": _iso(row.due),
        "verdict": row.verdict,
        "rule": row.rule,
        "days": row.days,
        "review": row.review,
        "timeline": [_step(step) for step in timeline(detail)],
    }


def proposals_json(found: Iterable[ProposalRow], *, as_of: dt.date) -> dict[str, Any]:
    """What is left to a person, one flat object each; `other` is null where a sentence may settle the promise."""
    return {
        "as_of": _iso(as_of),
        "proposals": [
            {
                "promise": proposal.promise.id,
                "action": proposal.promise.action,
                "owner": proposal.promise.owner,
                "body": proposal.promise.body,
                "verdict": proposal.promise.verdict,
                "other": proposal.other.id if proposal.other else None,
                "other_action": proposal.other.action if proposal.other else None,
                "may_be": "same" if proposal.other else proposal.type,
                "paper": proposal.paper,
                "page": proposal.page,
                "date": _iso(proposal.date),
                "quote": proposal.quote,
            }
            for proposal in found
        ],
    }


def ledger_json(entries: Iterable[Entry], head: ledger.Head) -> dict[str, Any]:
    """What people entered, oldest first, and the head that vouches for it."""
    return {"head": str(head), "entries": [ledger.as_json(entry) for entry in entries]}


def records_json(records: Iterable[Record]) -> dict[str, Any]:
    """How rules have fared, one flat object for each rule, and each band of one that has several."""
    return {"rules": [_record(record) for record in records]}


def records_csv(records: Iterable[Record]) -> str:
    """The same for a spreadsheet."""
    rows = [_record(record) for record in records]
    return to_csv(rows, list(rows[0]))


def _extract_json(extract: Extract) -> dict[str, Any]:
    return {
        "id": extract.id,
        "kind": extract.kind,
        "page": extract.page,
        "quote": extract.quote,
        "owner": extract.owner,
        "due_text": extract.due.words if extract.due else None,
        "due": _due(extract.due),
        "strength": extract.strength,
        "outcome": extract.outcome,
        "formal": extract.formal,
        "recipient": extract.recipient,
        "answers": list(extract.answers),
        "arises_from": list(extract.arises_from),
        "owner_name": extract.owner_name,
        "reference": extract.reference,
        "status": extract.status,
        "item": extract.item,
        "span": [extract.span.start, extract.span.end],
        "boxes": [[box.page, box.x0, box.top, box.x1, box.bottom] for box in extract.boxes],
        "rule": extract.rule,
        "confidence": round(extract.confidence, 3),
        "review": for_review(extract.confidence),
    }


def _record(record: Record) -> dict[str, Any]:
    band, tally = record.band, record.tally
    low, high = tally.interval()
    return {
        "rule": band.rule,
        "kind": band.kind,
        "band": None
        if record.whole
        else " ".join(filter(None, [band.strength, "listed" if band.listed else "unlisted"])),
        "found": tally.found,
        "right": tally.right,
        "precision": None if tally.precision is None else round(tally.precision, 3),
        "low": round(low, 3) if tally.found else None,
        "high": round(high, 3) if tally.found else None,
        "confidence": round(record.confidence, 3),
        "grade": record.grade,
        "looks_for": record.looks_for,
    }


def _thread_json(thread: Thread) -> dict[str, Any]:
    row = thread.row
    return {
        "id": row.id,
        "ref": row.reference,
        "owner": row.owner,
        "action": row.action,
        "due": _iso(row.original_due),
        "verdict": row.verdict,
        "rule": row.rule,
        "made": {"paper": row.paper, "page": row.page, "date": _iso(row.made)},
        "sightings": [{"paper": s.paper, "page": s.page, "quote": s.quote} for s in _seen(thread)],
        "events": [
            {
                "type": event.type,
                "paper": event.paper or None,
                "page": event.page,
                "date": _iso(event.date),
                "quote": event.quote,
                "new_due": _iso(event.new_due),
                "agreed": event.agreed,
                "when": _iso(event.when),
                "owner": event.owner,
                "successor": event.successor,
                "decides": place in thread.rests_on,
                "verdict": event.verdict,
                "by": event.by,
            }
            for place, event in enumerate(thread.events)
        ],
        "body": row.body,
        "owner_name": row.owner_name,
        "due_text": row.due_words,
        "due_now": _iso(row.due),
        "days": row.days,
        "agreed": row.agreed,
        "stale": row.stale,
        "strength": row.strength,
        "confidence": round(row.confidence, 3),
        "review": row.review,
        "papers_searched": list(thread.papers_searched),
        "corrections": [{"field": laid.field, "read": laid.read, "entry": laid.seq} for laid in thread.corrections],
        "ledger": [ledger.as_json(entry) for entry in thread.entries],
    }


_NEWS = [
    "late_since",
    "verdict_since",
    "verdict_before",
    "last_event",
    "last_date",
    "last_paper",
    "last_page",
    "last_quote",
]


def _late(late: LateRow) -> dict[str, Any]:
    last = late.last
    news = (_iso(late.since), _iso(late.turned), late.before)
    said = (last.type, _iso(last.date), last.paper, last.page, last.quote)
    return _row(late.row) | dict(zip(_NEWS, (*news, *said), strict=True))


def _step(step: Step) -> dict[str, Any]:
    event, turn, entry = step.event, step.turn, step.entry
    return {
        "date": _iso(step.date),
        "what": event.type if event else entry.kind if entry else "verdict",
        "paper": event.paper or None if event else None,
        "page": event.page if event else None,
        "quote": event.quote if event else entry.reason if entry else None,
        "new_due": _iso(event.new_due) if event else None,
        "agreed": event.agreed if event else turn.agreed if turn else None,
        "when": _iso(event.when) if event else None,
        "verdict": turn.verdict if turn else event.verdict if event else None,
        "rule": turn.rule if turn else None,
        "due": _iso(turn.due) if turn else None,
        "days_late": turn.days_late if turn else None,
        "stale": turn.stale if turn else None,
        "papers_searched": list(turn.papers_searched) if turn else None,
        "by": event.by if event else entry.by if entry else None,
        "payload": dict(entry.payload) if entry else None,
    }


_NOT_SETTLED = (EventType.SIGHTED, EventType.NOT_DONE, EventType.PARTLY_DONE, EventType.RESCHEDULED)


def _seen(thread: Thread) -> Iterator[Sighting | Event]:
    """Where a promise is printed, and where a paper that does not print it tells that it is not settled."""
    yield from thread.sightings
    papers = {sighting.paper for sighting in thread.sightings}
    for event in thread.events:
        if event.type in _NOT_SETTLED and event.paper not in papers:
            papers.add(event.paper)
            yield event


def _row(row: PromiseRow) -> dict[str, Any]:
    plain = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return {
        name: _iso(value) if isinstance(value, dt.date) else round(value, 3) if isinstance(value, float) else value
        for name, value in plain.items()
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        words = value.replace("\r", " ")
        return f"'{words}" if words.lstrip().startswith(FORMULA) else words
    return value


def _due(due: Due | None) -> str | None:
    """The next meeting stays by that name in a paper's own data: its day is settled among the papers, not in one."""
    if due and due.kind is DueKind.NEXT_MEETING:
        return "next-meeting"
    return _iso(due.end) if due else None


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
