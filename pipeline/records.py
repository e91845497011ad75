"""The records that cross module borders.

Hides nothing: plain frozen data and the enums that name it. Standard library only, so that every module, and every
process, can hold them without loading a reader, a model or a database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class MediaType(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    TEXT = "text"
    MARKDOWN = "markdown"
    ODT = "odt"
    RTF = "rtf"
    DOC = "doc"
    XLSX = "xlsx"
    CSV = "csv"


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    MARGIN = "margin"
    """Words of an Action column that stand beside other text: owner initials, mostly."""


class PaperKind(StrEnum):
    MINUTES = "minutes"
    AGENDA = "agenda"
    REPORT = "report"
    ACTION_LOG = "action-log"
    DECISION_RECORD = "decision-record"
    STRATEGY = "strategy"
    OTHER = "other"


class Coverage(StrEnum):
    """How much of a paper's text was read."""

    OK = "ok"
    PARTIAL = "partial"
    """Two engines disagree by over 20 % on pages or characters, or some pages hold no text."""
    NO_TEXT = "no-text"
    """No page holds text: images or outlined glyphs. Never the same as "no actions"."""


class Kind(StrEnum):
    CHALLENGE = "challenge"
    RESPONSE = "response"
    DECISION = "decision"
    PROMISE = "promise"
    RECOMMENDATION = "recommendation"


class Strength(StrEnum):
    UNDERTAKING = "undertaking"
    INSTRUCTION = "instruction"
    REQUEST = "request"
    INTENTION = "intention"


class Outcome(StrEnum):
    NOTED = "noted"
    APPROVED = "approved"
    AGREED = "agreed"
    DEFERRED = "deferred"
    REFERRED = "referred"
    REJECTED = "rejected"
    APPOINTED = "appointed"
    DELEGATED = "delegated"
    REQUESTED = "requested"
    OTHER = "other"


class DueKind(StrEnum):
    ABSOLUTE = "absolute"
    """Words that fix a date once the meeting's date is known."""
    NEXT_MEETING = "next-meeting"
    """The body's next meeting; `end` is known only once that meeting's date is."""
    RECURRING = "recurring"
    """ "quarterly", "at each meeting": a series of occurrences; `end` is the first, where it can be told."""
    UNDATED = "undated"
    """Words of time that fix no date: "in due course", "a future meeting"."""


class EventType(StrEnum):
    MADE = "made"
    SIGHTED = "sighted"
    DONE = "done"
    PARTLY_DONE = "partly_done"
    NOT_DONE = "not_done"
    RESCHEDULED = "rescheduled"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RULED = "ruled"


class VerdictKind(StrEnum):
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PART_KEPT = "part_kept"
    BROKEN = "broken"
    EXTENDED = "extended"
    LAPSED = "lapsed"
    OVERDUE = "overdue"
    NOT_DETERMINABLE = "not_determinable"
    DUE_SOON = "due_soon"
    OPEN = "open"
    UNDATED = "undated"


RULED = "ruled.by-reviewer"
"""The rule of a verdict that a reviewer gave. It may be any verdict; all other rules are those of `pipeline.track`."""


class EntryKind(StrEnum):
    """What people enter about a promise."""

    RULING = "ruling"
    LIFT = "lift"
    """Releases the ruling that stands."""
    CORRECTION = "correction"
    """What was misread: owner, due date, action."""
    SAME_AS = "same-as"
    """Another promise is the same matter."""
    APART_FROM = "apart-from"
    """Another promise is not the same matter, though the tracker took it for possible."""
    NOT_A_PROMISE = "not-a-promise"
    AS_READ = "as-read"
    """Undoes corrections, what it was called the same as or apart from, and that it is none."""
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Character offsets into `Document.text`: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (counted from 1), in PDF points from the page's top left corner."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: where its words stand in the text and on the page. Formats without pages have none."""

    span: Span
    box: Box


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: its column's heading ("" where the table has none) and its words."""

    header: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the paper in reading order. A table yields a block for each row: its cells joined by tabs.

    `label` is the printed number or bullet at the head ("3.", "(a)", "•"); it is also part of the text.
    `level` is a heading's depth (1 is the paper's title) or a list item's nesting (1 is outermost), else 0.
    `beside` is for MARGIN blocks only: the stretch of text that stands beside the words, line by line.
    """

    kind: BlockKind
    span: Span
    page: int | None = None
    label: str = ""
    level: int = 0
    table: int | None = None
    cells: tuple[Cell, ...] = ()
    beside: Span | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody named in the attendance list. `role` and `initials` as printed, or initials derived from the name."""

    name: str
    initials: str = ""
    role: str = ""
    present: bool = True


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An item of business: its number as printed ("12", "02.23.05"), its title, and all text up to the next item."""

    number: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Meeting:
    body: str | None = None
    date: dt.date | None = None
    next_date: dt.date | None = None
    """The next meeting's date, where the paper prints it."""
    meeting_dates: tuple[dt.date, ...] = ()
    """All dates of meetings that the paper announces, `next_date` among them."""
    draft: bool = False
    cancelled: tuple[dt.date, ...] = ()
    """Days of meetings that, as the paper tells, are not held then: called off, or moved to another day."""
    filed: bool = False
    """The paper names no body: `body` is what the other papers of its folder, or the folder's name, tell."""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as read. Every block's text is `text[block.span.start:block.span.end]`; blocks are parted by newlines."""

    name: str
    """File name without folders."""
    sha256: str
    media_type: MediaType
    text: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    lines: tuple[Line, ...] = ()
    kind: PaperKind = PaperKind.OTHER
    meeting: Meeting = field(default_factory=Meeting)
    attendees: tuple[Attendee, ...] = ()
    items: tuple[AgendaItem, ...] = ()
    coverage: Coverage = Coverage.OK
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: its words and the interval they fix. `end` is None where they fix none."""

    words: str
    start: dt.date | None
    end: dt.date | None
    kind: DueKind


@dataclass(frozen=True, slots=True)
class Extract:
    """One claim read from a paper. `quote == document.text[span.start:span.end]`, always.

    `owner` is in the paper's words; `owner_name` the people whom its own attendance list tells by them.
    `reference` is the printed id of an action row ("Feb23.05"); `status` the words of its update cell.
    `answers` and `arises_from` hold ids of extracts of the same paper.
    """

    id: str
    kind: Kind
    span: Span
    quote: str
    page: int | None
    boxes: tuple[Box, ...]
    rule: str
    confidence: float
    owner: str | None = None
    owner_name: str | None = None
    due: Due | None = None
    strength: Strength | None = None
    outcome: Outcome | None = None
    formal: bool = False
    recipient: str | None = None
    reference: str | None = None
    status: str | None = None
    item: str | None = None
    answers: tuple[str, ...] = ()
    arises_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may tell what became of a promise, of this paper or an earlier one; the tracker decides which.

    `extract` is the id of the promise of this paper in whose row the words stand, where they stand in a row.
    """

    type: EventType
    span: Span
    quote: str
    page: int | None
    reference: str | None = None
    extract: str | None = None
    when: dt.date | None = None
    """The day of the deed, or the new date, where the words tell it."""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A promise-like sentence that no rule claimed, kept for the reader."""

    span: Span
    quote: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one paper says, apart from its text."""

    paper: str
    sha256: str
    media_type: MediaType
    kind: PaperKind
    meeting: Meeting
    pages: int | None
    coverage: Coverage
    warnings: tuple[str, ...]
    attendees: tuple[Attendee, ...]
    items: tuple[AgendaItem, ...]
    extracts: tuple[Extract, ...]
    evidence: tuple[Evidence, ...]
    unclaimed: tuple[Unclaimed, ...]
    ruleset: str
    """Version of the rules that read it: a hash of their content."""
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One dated thing that happened to a promise, with the paper, page and quote that tell it."""

    type: EventType
    paper: str
    page: int | None
    date: dt.date | None
    quote: str
    new_due: dt.date | None = None
    agreed: bool = False
    when: dt.date | None = None
    """The day of the deed, where the paper tells it; `date` is the paper's."""
    listed: bool = False
    """Printed as a row of an action list, so that a later list's silence means something."""
    owner: str | None = None
    """Who answers for it from here on, as printed, where that is somebody else than before."""
    successor: str | None = None
    """The id of the promise that replaces it, where the event is that one does."""
    verdict: VerdictKind | None = None
    """What was ruled; None where a ruling is lifted. A ruling has no paper ("") and its reason for a quote."""
    by: str | None = None
    """Who ruled."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered about a promise, with enough of it to be understood when the promise is gone.

    `payload` holds what the kind of entry needs, see docs/ledger.md; `hash` is made of all else, `previous` included.
    """

    seq: int
    at: dt.datetime
    """In UTC, to the second."""
    by: str
    kind: EntryKind
    promise: str
    body: str | None
    made: dt.date | None
    paper: str
    sha256: str
    page: int | None
    quote: str
    """The words in which the promise was made, as they were read when this was entered."""
    payload: Mapping[str, Any]
    reason: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person laid over a promise as read: `field` is "owner", "due", "action", or "promise" for none at all."""

    field: str
    read: str | None
    """What the papers say, as read by the present rules."""
    seq: int
    """The ledger's entry."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What comes too close for the tracker to tell, left to a person.

    With `other`, the promise may be the same matter as that one, which was made before; `event` is its own making.
    Without, `event` may have happened to it, or to another promise that says nearly the same.
    """

    event: Event
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One matter promised, across all papers of a body that print it. `events` are in order of date, `made` first."""

    id: str
    """Stable: made from the body, the first paper and the first quote, not from a row number."""
    body: str | None
    action: str
    owner: str | None
    owner_name: str | None
    due: Due | None
    strength: Strength
    reference: str | None
    paper: str
    page: int | None
    made: dt.date | None
    extracts: tuple[tuple[str, str], ...]
    """(paper, extract id) of every sighting, the first one first."""
    events: tuple[Event, ...]
    mentions: tuple[str, ...] = ()
    """Later papers that touch its subject and settle nothing: no verdict may rest on their silence."""
    owner_posts: tuple[str, ...] = ()
    """The posts that the attendance lists give the owner on the day it was promised, as printed."""
    inherited: dt.date | None = None
    """The original due day of the promise that it replaces: what is late does not come in time by a new promise."""
    owned: dt.date | None = None
    """The day of the paper that first names the owner, where that is a later one than it was made in."""
    referred: dt.date | None = None
    """The same of the printed id."""
    corrections: tuple[Correction, ...] = ()
    aliases: tuple[str, ...] = ()
    """Ids of what people called the same matter."""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a promise as of a day, by which rule, on which papers. `days_late` is 0 where nothing is late."""

    kind: VerdictKind
    rule: str
    due: dt.date | None
    days_late: int = 0
    papers_searched: tuple[str, ...] = ()
    agreed: bool | None = None
    stale: bool = False
    original: dt.date | None = None
    """The due day as first promised, as far as it is known; `due` is the one that counts now."""
    rests_on: tuple[int, ...] = ()
    """Places in `Promise.events` of those that decided, in order: a verdict on silence rests on the promise alone."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A paper that could not be read: a code for machines and one clear sentence for people."""

    path: str
    code: str
    message: str


class MattersError(Exception):
    """Root of the errors that a command reports in one sentence. `code` as in `Failure.code`."""

    def __init__(self, message: str, *, code: str = "error") -> None:
        super().__init__(message)
        self.code = code


class PaperError(MattersError):
    """A paper cannot be read; the message names the file, what is wrong and what to do."""


class RuleError(MattersError):
    """A rule file is wrong; the message names file, rule and fault."""


class StoreError(MattersError):
    """The store cannot be used as it is; the message says what to do."""
