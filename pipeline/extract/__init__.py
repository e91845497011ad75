"""One paper in, its claims out: challenges, responses, decisions, promises and recommendations, each with its quote.

Hides sentences, limbs and their stems, sections, Action columns, action tables and grammar. Hands over `Extraction`.
Structure comes first (where a sentence stands), then rules (what it says), then grammar (who acts), which is asked
only for the few sentences whose rule wants it: a parse costs fifty times what a rule does.
What counts as which kind is told in docs/kinds.md.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline import dates
from pipeline.confidence import Band
from pipeline.extract.walk import Found, Walk
from pipeline.records import (
    AgendaItem,
    Box,
    Document,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    Line,
    Meeting,
    Span,
    Strength,
    Unclaimed,
)
from pipeline.rules import RuleSet, status


def extract(document: Document, rules: RuleSet) -> Extraction:
    """Reads the claims of one paper. Pure: the same document and rules give the same extraction."""
    found = Walk(document, rules).run()
    pages = _Pages(document)
    extracts = tuple(_published(document, found, pages, rules))
    ids = {id(draft): extract.id for draft, extract in zip(found.drafts, extracts, strict=True)}
    return Extraction(
        paper=document.name,
        sha256=document.sha256,
        media_type=document.media_type,
        kind=document.kind,
        meeting=document.meeting,
        pages=document.pages,
        coverage=document.coverage,
        warnings=document.warnings,
        attendees=document.attendees,
        items=document.items,
        extracts=extracts,
        evidence=tuple(_evidence(document, found, ids, pages)),
        unclaimed=tuple(
            Unclaimed(span, document.text[span.start : span.end], pages.page(span)) for span in found.unclaimed
        ),
        ruleset=rules.version,
        text=document.text,
    )


def confident(found: Extraction, least: float) -> Extraction:
    """What is at least so certain; links to what is not fall away, and all keep their ids."""
    extracts = {extract.id: extract for extract in found.extracts if extract.confidence >= least}
    kept = tuple(
        replace(
            extract,
            answers=tuple(id for id in extract.answers if id in extracts),
            arises_from=tuple(id for id in extract.arises_from if id in extracts),
        )
        for extract in extracts.values()
    )
    evidence = tuple(piece for piece in found.evidence if piece.extract is None or piece.extract in extracts)
    return replace(found, extracts=kept, evidence=evidence)


class _Pages:
    """Finds the page and the boxes of a span."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: Sequence[Line] = document.lines
        self.line_starts = [line.span.start for line in document.lines]
        self.block_starts = [block.span.start for block in document.blocks]

    def page(self, span: Span) -> int | None:
        boxes = self.boxes(span)
        if boxes:
            return boxes[0].page
        at = bisect_right(self.block_starts, span.start) - 1
        return self.document.blocks[at].page if at >= 0 else None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """The rectangles of the printed lines that hold the span; their ends are cut in proportion to the letters."""
        found = []
        for line in self.lines[max(0, bisect_right(self.line_starts, span.start) - 1) :]:
            if line.span.start >= span.end:
                break
            start, end = max(line.span.start, span.start), min(line.span.end, span.end)
            if start >= end:
                continue
            box, width = line.box, line.span.end - line.span.start
            per_letter = (box.x1 - box.x0) / width
            x0 = box.x0 + (start - line.span.start) * per_letter
            x1 = box.x0 + (end - line.span.start) * per_letter
            found.append(Box(box.page, round(x0, 1), box.top, round(x1, 1), box.bottom))
        return tuple(found)


def _published(document: Document, found: Found, pages: _Pages, rules: RuleSet) -> Iterator[Extract]:
    ids = {id(draft): f"e{number}" for number, draft in enumerate(found.drafts, start=1)}
    for draft in found.drafts:
        span = Span(draft.start, draft.end)
        identity = found.register.who(draft.owner, paper=document.name, day=document.meeting.date)
        yield Extract(
            id=ids[id(draft)],
            kind=draft.kind,
            span=span,
            quote=document.text[span.start : span.end],
            page=pages.page(span),
            boxes=pages.boxes(span),
            rule=draft.rule,
            confidence=rules.confidence(Band(draft.kind, draft.rule, draft.strength, identity is not None)),
            owner=draft.owner,
            owner_name=str(identity) if identity else None,
            due=draft.due,
            strength=draft.strength,
            outcome=draft.outcome,
            formal=draft.formal,
            recipient=draft.recipient,
            reference=draft.reference,
            status=document.text[draft.status.start : draft.status.end] if draft.status else None,
            item=_item(document.items, span),
            answers=tuple(ids[id(other)] for other in draft.answers if id(other) in ids),
            arises_from=tuple(dict.fromkeys(ids[id(other)] for other in draft.arises_from if id(other) in ids)),
        )


def _item(items: Sequence[AgendaItem], span: Span) -> str | None:
    return next((item.number or item.title for item in reversed(items) if item.span.start <= span.start), None)


def _evidence(document: Document, found: Found, ids: dict[int, str], pages: _Pages) -> Iterator[Evidence]:
    """Spans that may tell what became of a promise: status cells of rows, and sentences that report a deed."""
    for draft in found.drafts:
        if draft.status is not None:
            cell = document.text[draft.status.start : draft.status.end]
            event = status.classify(cell) or EventType.SIGHTED
            when = _when(event, status.latest_entry(cell), document.meeting)
            page = pages.page(draft.status)
            yield Evidence(event, draft.status, cell, page, draft.reference, ids[id(draft)], when)
    promised = {
        (d.start, d.end) for d in found.drafts if d.kind is Kind.PROMISE and d.strength is not Strength.INTENTION
    }
    cells = sorted((d.status.start, d.status.end) for d in found.drafts if d.status is not None)
    for unit in found.units:
        told = status.evidence(unit.text) or (EventType.SIGHTED if status.cited(unit.text) else None)
        own = (unit.span.start, unit.span.end) in promised and not status.answers(unit.text)
        if told is None or (told not in _OF_OLD_PROMISES and own):
            continue
        at = bisect_right(cells, (unit.span.start, unit.span.end)) - 1
        if at >= 0 and unit.span.end <= cells[at][1]:
            continue  # read above, as what its row says
        reference = _REFERENCE.match(unit.text)
        yield Evidence(
            told,
            unit.span,
            document.text[unit.span.start : unit.span.end],
            pages.page(unit.span),
            reference[1] if reference else None,
            when=_when(told, unit.text, document.meeting),
        )


_OF_OLD_PROMISES = (EventType.WITHDRAWN, EventType.NOT_DONE, EventType.PARTLY_DONE)
"""What a sentence may tell of an earlier promise though it is one itself: "The gate has still to be mended."."""
_REFERENCE = re.compile(r"(?:Action|Minute|Ref(?:erence)?)\.?(?: No\.?)? ([A-Za-z]*\d[\w./()-]*)", re.IGNORECASE)


def _when(event: EventType, words: str, meeting: Meeting) -> dt.date | None:
    """The new date that words set, or the day of a deed that they tell."""
    if event is EventType.RESCHEDULED:
        found = dates.find(words, meeting.date, meeting_dates=meeting.meeting_dates, body=meeting.body)
        return next((due.end for _, due in reversed(found) if due.end), None)
    if event is EventType.DONE:
        days = [day for _, day in dates.printed_dates(words, meeting.date.year if meeting.date else None)]
        return next((day for day in reversed(days) if meeting.date is None or day <= meeting.date), None)
    return None
