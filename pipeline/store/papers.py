"""Papers out of the store: rows -> `Extraction`, the same record that was saved."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pipeline.records import (
    AgendaItem,
    Attendee,
    Box,
    Coverage,
    Due,
    DueKind,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    MediaType,
    Meeting,
    Outcome,
    PaperKind,
    Span,
    Strength,
    Unclaimed,
)
from pipeline.store import Store

Rows = Callable[[str, Mapping[str, object]], Iterable[tuple[Any, ...]]]
"""What runs a SELECT: a store's `rows`, or a transaction's."""


def of_body(rows: Rows, body: int) -> list[Extraction]:
    """All papers of a body, in order of date and name."""
    return _load(rows, "p.body_id = :key", {"key": body})


def as_printed(rows: Rows, body: int) -> list[Extraction]:
    """All papers of a body for the tracker, each with the body's name as it prints it, or else as it is filed.

    Not as most of them print it: what a promise's id is made from must not hang on what the others say.
    """
    called: dict[str, str | None] = dict(rows("SELECT name, body FROM papers WHERE body_id = :body", {"body": body}))
    found = []
    for extraction in of_body(rows, body):
        printed, meeting = called[extraction.paper], extraction.meeting
        filed = printed is None and meeting.body is not None
        told = replace(meeting, filed=True) if filed else replace(meeting, body=printed)
        found.append(replace(extraction, meeting=told))
    return found


def one(store: Store, paper: int) -> Extraction:
    """The paper of a key that is known to exist."""
    (extraction,) = _load(store.rows, "p.id = :key", {"key": paper})
    return extraction


def day(text: str | None) -> dt.date | None:
    """A stored day."""
    return None if text is None else dt.date.fromisoformat(text)


def due(words: str | None, start: str | None, end: str | None, kind: str | None) -> Due | None:
    """The four columns of a deadline."""
    return None if kind is None else Due(words or "", day(start), day(end), DueKind(kind))


def _load(rows: Rows, where: str, key: dict[str, int]) -> list[Extraction]:
    def parts(table: str, columns: str, record: Callable[..., Any], order: str = "seq") -> dict[int, list[Any]]:
        found = defaultdict(list)
        sql = f"SELECT paper_id, {columns} FROM {table} t JOIN papers p ON p.id = t.paper_id WHERE {where} ORDER BY"
        for paper, *fields in rows(f"{sql} paper_id, {order}", key):
            found[paper].append(record(*fields))
        return found

    attendees = parts(
        "attendees", "t.name, initials, role, present", lambda n, i, r, p: Attendee(n, i, r, bool(p)), "seq"
    )
    items = parts("items", "number, title, span_start, span_end", lambda n, t, s, e: AgendaItem(n, t, Span(s, e)))
    links: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for paper, targets in parts(
        "links", "extract_id, type, target", lambda *fields: fields, "extract_id, type, seq"
    ).items():
        for extract, type, target in targets:
            links[paper, extract, type].append(target)
    extracts = parts(
        "extracts",
        "paper_id, t.id, t.kind, span_start, span_end, quote, page, boxes, rule, confidence, owner, owner_name, "
        "due_words, due_start, due_end, due_kind, strength, outcome, formal, recipient, reference, status, item",
        lambda paper, id, *fields: _extract(
            id, *fields, answers=tuple(links[paper, id, "answers"]), arises_from=tuple(links[paper, id, "arises-from"])
        ),
    )
    evidence = parts("evidence", "type, span_start, span_end, quote, page, reference, extract, day", _evidence)
    unclaimed = parts(
        "unclaimed", "span_start, span_end, quote, page", lambda s, e, quote, page: Unclaimed(Span(s, e), quote, page)
    )
    papers = rows(
        "SELECT p.id, p.name, sha256, media_type, kind, COALESCE(b.name, p.body), date, next_date, meeting_dates, "
        "draft, cancelled, pages, coverage, warnings, ruleset, t.text "
        "FROM papers p JOIN bodies b ON b.id = p.body_id JOIN texts t ON t.paper_id = p.id "
        f"WHERE {where} ORDER BY COALESCE(date, ''), p.name",
        key,
    )
    return [
        _extraction(
            *fields,
            attendees=tuple(attendees[id]),
            items=tuple(items[id]),
            extracts=tuple(extracts[id]),
            evidence=tuple(evidence[id]),
            unclaimed=tuple(unclaimed[id]),
        )
        for id, *fields in papers
    ]


def _extraction(
    name: str,
    sha256: str,
    media_type: str,
    kind: str,
    body: str | None,
    date: str | None,
    next_date: str | None,
    meeting_dates: str,
    draft: int,
    cancelled: str,
    pages: int | None,
    coverage: str,
    warnings: str,
    ruleset: str,
    text: str,
    **parts: tuple[Any, ...],
) -> Extraction:
    announced, called_off = (
        tuple(dt.date.fromisoformat(day) for day in json.loads(days)) for days in (meeting_dates, cancelled)
    )
    return Extraction(
        paper=name,
        sha256=sha256,
        media_type=MediaType(media_type),
        kind=PaperKind(kind),
        meeting=Meeting(body, day(date), day(next_date), announced, bool(draft), called_off),
        pages=pages,
        coverage=Coverage(coverage),
        warnings=tuple(json.loads(warnings)),
        ruleset=ruleset,
        text=text,
        **parts,
    )


def _extract(
    id: str,
    kind: str,
    start: int,
    end: int,
    quote: str,
    page: int | None,
    boxes: str,
    rule: str,
    confidence: float,
    owner: str | None,
    owner_name: str | None,
    due_words: str | None,
    due_start: str | None,
    due_end: str | None,
    due_kind: str | None,
    strength: str | None,
    outcome: str | None,
    formal: int,
    recipient: str | None,
    reference: str | None,
    status: str | None,
    item: str | None,
    *,
    answers: tuple[str, ...],
    arises_from: tuple[str, ...],
) -> Extract:
    return Extract(
        id=id,
        kind=Kind(kind),
        span=Span(start, end),
        quote=quote,
        page=page,
        boxes=tuple(Box(*box) for box in json.loads(boxes)),
        rule=rule,
        confidence=confidence,
        owner=owner,
        owner_name=owner_name,
        due=due(due_words, due_start, due_end, due_kind),
        strength=None if strength is None else Strength(strength),
        outcome=None if outcome is None else Outcome(outcome),
        formal=bool(formal),
        recipient=recipient,
        reference=reference,
        status=status,
        item=item,
        answers=answers,
        arises_from=arises_from,
    )


def _evidence(
    type: str,
    start: int,
    end: int,
    quote: str,
    page: int | None,
    reference: str | None,
    extract: str | None,
    when: str | None,
) -> Evidence:
    return Evidence(EventType(type), Span(start, end), quote, page, reference, extract, day(when))
