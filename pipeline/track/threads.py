"""A promise while the papers of its body are being read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from pipeline.records import DueKind, Event, EventType, Extract, Extraction
from pipeline.track.surroundings import Telling

SETTLING = (EventType.DONE, EventType.WITHDRAWN, EventType.SUPERSEDED)
"""Events after which nothing is open."""


@dataclass(slots=True)
class Thread:
    """What has been read of a promise so far."""

    extraction: Extraction
    first: Extract
    tellings: list[Telling]
    owners: list[frozenset[str]]
    references: set[str]
    rows: bool
    to_meeting: bool
    extracts: list[tuple[str, str]]
    events: list[Event]
    printed: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    proposals: list[tuple[Event, int | None]] = field(default_factory=list)
    """What may have happened to it, or it and the thread that it may be: too close to tell."""
    owner: tuple[Extraction, Extract] | None = None
    """Where an owner is printed first: of a row, in the row itself, if any row has one."""
    led: bool = False
    """Whether that owner only leads on all that stands under a heading."""
    row_in: str = ""
    """The paper that printed it as a row last."""
    due: Extract | None = None
    reference: tuple[Extraction, str] | None = None
    """Where a printed id stands first, and the id."""
    heading: frozenset[str] = frozenset()
    serial: int = 0
    inherited: dt.date | None = None
    heirs: dict[int, int] = field(default_factory=dict)
    """The threads that replace this one, by the place of the event that tells it."""
    ended: dt.date | None = None
    ended_in: str | None = None
    listed_done: bool = False
    """Whether a row of a list told it done, and nothing since denied it."""

    @property
    def made(self) -> dt.date | None:
        return self.extraction.meeting.date

    def settled(self, today: dt.date | None) -> bool:
        """Whether papers before this day tell how it ended; papers of one day may all tell it."""
        return self.ended is not None and earlier(self.ended, today)

    def pending(self, today: dt.date | None) -> bool:
        """Whether it was promised before this day and no paper before it tells its end."""
        return not self.settled(today) and earlier(self.made, today)

    def ended_by(self, extraction: Extraction) -> bool:
        """Whether its end was told before this paper, or in what of the paper has been read."""
        return self.settled(extraction.meeting.date) or self.ended_in == extraction.paper

    def record(self, event: Event) -> None:
        self.events.append(event)
        if event.type is EventType.DONE and self.recurring():
            return  # the next occurrence is still to come
        if event.type in SETTLING and self.ended is None:
            self.ended, self.ended_in = event.date, event.paper

    def recurring(self) -> bool:
        return self.due is not None and self.due.due is not None and self.due.due.kind is DueKind.RECURRING

    def done(self) -> bool:
        return any(event.type is EventType.DONE for event in self.events)

    def last_due(self) -> dt.date | None:
        moved = [event.new_due for event in self.events if event.new_due is not None]
        if moved:
            return moved[-1]
        return self.due.due.end if self.due is not None and self.due.due is not None else None


def earlier(made: dt.date | None, today: dt.date | None) -> bool:
    return made is not None and today is not None and made < today
