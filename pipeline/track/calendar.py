"""What verdicts know of papers: their kind, day and body, and the meetings that they tell of."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from pipeline.dates import printed_dates
from pipeline.records import Coverage, Extract, Extraction, PaperKind

T = TypeVar("T")

RECORD_KINDS = (PaperKind.MINUTES, PaperKind.DECISION_RECORD)
"""Papers that tell what happened at a meeting; the silence of others proves nothing."""

MEETING_KINDS = (PaperKind.AGENDA, PaperKind.ACTION_LOG)
"""Papers that are made for a meeting, which is known by them where its minutes are not in the store."""

HEAD = 300
"""Letters in which minutes call themselves so."""

AHEAD = dt.timedelta(days=550)
"""A meeting announced for a day further ahead is a slip of the pen."""

MOVED_MEETING = dt.timedelta(days=10)
"""A meeting held within so many days of its announced day is that meeting, moved."""


@dataclass(frozen=True, slots=True)
class PaperRef:
    """What a verdict needs to know of a paper. `has_list` is true where it prints an action list."""

    name: str
    kind: PaperKind
    date: dt.date | None
    body: str | None
    next_date: dt.date | None = None
    meeting_dates: tuple[dt.date, ...] = ()
    coverage: Coverage = Coverage.OK
    has_list: bool = False
    cancelled: tuple[dt.date, ...] = ()
    annual: tuple[dt.date, ...] = ()
    """Days for which the paper announces the body's annual meeting."""
    special: bool = False
    """The paper of a meeting that was called for some business of its own, not the body's next meeting as announced."""
    filed: bool = False
    """It is of the body only by the folder that it lies in."""

    @classmethod
    def of(cls, extraction: Extraction) -> PaperRef:
        meeting = extraction.meeting
        return cls(
            name=extraction.paper,
            kind=extraction.kind,
            date=meeting.date,
            body=meeting.body,
            next_date=meeting.next_date,
            meeting_dates=meeting.meeting_dates,
            coverage=_coverage(extraction),
            has_list=any(is_row(extract) for extract in extraction.extracts),
            cancelled=meeting.cancelled,
            annual=_annual(extraction.text, meeting.date),
            special=_SPECIAL.search(extraction.text[:HEAD]) is not None,
            filed=meeting.filed,
        )


def _coverage(extraction: Extraction) -> Coverage:
    """A page about one item, or about what was decided, does not show by its silence what a meeting did not hear."""
    bare = not extraction.attendees and len(extraction.items) < 2
    if bare and extraction.kind in RECORD_KINDS and not _MINUTES.search(extraction.text[:HEAD]):
        return Coverage.PARTIAL
    return extraction.coverage


def _annual(text: str, today: dt.date | None) -> tuple[dt.date, ...]:
    """The days after a paper's own that it prints for an annual meeting."""
    if today is None:
        return ()
    told = (printed_dates(match["when"], today.year) for match in _ANNUAL_ON.finditer(text))
    days = {next((day for _, day in days), today) for days in told}
    return tuple(sorted(day for day in days if today < day <= today + AHEAD))


ANNUAL = r"\b(?:a\.?g\.?m\b\.?|annual\s(?:(?:general|parish|town|council|village)\s)*meeting\b)"
"""A body's annual meeting, by its names."""
_ANNUAL_ON = re.compile(
    rf"{ANNUAL}[\s,:–-]*(?:(?:will|would|is|was|to|be|being|has|been|held|take|place|arranged|scheduled|fixed|set)\s)*"
    r"(?:(?:on|for)\s)?(?P<when>[^.;\n]{5,40})",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\bminutes\b", re.IGNORECASE)
_SPECIAL = re.compile(r"\b(?:emergency|extra-?\s?ordinary|special|urgent)\s(?:[\w’']+\s){0,4}meeting\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 15)
def body_key(body: str | None) -> str:
    """The name by which papers of one body are gathered: without case, punctuation, dates, articles and "meeting".

    Initials ("CPB action log") are told from a name that reads like them.
    """
    words = re.findall(r"[^\W\d_]+", re.sub(r"\([^)]*\)", " ", body or "").casefold().replace("&", " and "))
    key = " ".join(word for word in words if word not in _BODY_NOISE)
    return key + _INITIALS if 3 <= len(key) <= 6 and key.isalpha() and key.upper() in (body or "") else key


_INITIALS = " (initials)"


_BODY_NOISE = frozenset(
    {"a", "agenda", "for", "meeting", "meetings", "minutes", "monthly", "of", "ordinary", "report", "the"}
)


def abbreviated(body: str | None) -> bool:
    """Whether a paper names its body by initials."""
    return body_key(body).endswith(_INITIALS)


class Bodies:
    """Which body each of many papers is of, by the name that it prints and its day.

    Initials are the one body in full that they fit, of those that any paper names by that day; where there is none yet,
    the one that is named first. Where several fit they are a body of their own. So no later paper moves an earlier one.
    """

    def __init__(self, printed: Iterable[tuple[str | None, dt.date | None]]) -> None:
        first: dict[str, dt.date] = {}
        for body, day in printed:
            if day is not None and not abbreviated(body) and (key := body_key(body)):
                first[key] = min(day, first.get(key, day))
        self._fitting: dict[str, list[tuple[dt.date, str]]] = defaultdict(list)
        for key, day in first.items():
            words = key.split()
            for initials in {"".join(word[0] for word in words), "".join(word[0] for word in words if word != "and")}:
                self._fitting[initials + _INITIALS].append((day, key))

    def key(self, body: str | None, day: dt.date | None) -> str:
        """The body's name in full as `body_key` makes it; "" for a paper that names none."""
        own = body_key(body)
        return named_by(self._fitting.get(own, []), day) or own


def named_by(named: Sequence[tuple[dt.date, T]], day: dt.date | None) -> T | None:
    """Of what is named, each from some day on, the one that is by a day; where none is yet, the one that is first."""
    until = max(day or dt.date.min, min((since for since, _ in named), default=dt.date.min))
    there = [each for since, each in named if since <= until]
    return there[0] if len(there) == 1 else None


def is_row(extract: Extract) -> bool:
    return extract.reference is not None or extract.status is not None


class Calendar:
    """The papers and meetings of one body. Made once, it serves all promises of the body."""

    def __init__(self, papers: Iterable[PaperRef]) -> None:
        self.papers = sorted((p for p in papers if p.date is not None), key=lambda p: (p.date or dt.date.min, p.name))
        self.by_name = {paper.name: paper for paper in self.papers}
        self.day_of = {p.name: p.date for p in self.papers if p.date is not None}
        self.days = [p.date for p in self.papers if p.date is not None]
        self.names = tuple(p.name for p in self.papers)
        records = {p.date for p in self.papers if p.kind in RECORD_KINDS and p.date is not None}
        whole = {p.date for p in self.papers if p.kind in RECORD_KINDS and p.coverage is Coverage.OK}
        self.held = sorted(records)
        self.listed = sorted({p.date for p in self.papers if p.kind in MEETING_KINDS and p.date is not None})
        self.searchable = sorted(day for day in whole if day is not None)
        special = {p.date for p in self.papers if p.kind in RECORD_KINDS and p.special}
        self.held_days = frozenset(self.held)
        self.ordinary = self.held_days - special
        self.announced: dict[dt.date, dt.date] = {}
        self.annual: dict[dt.date, dt.date] = {}
        self.cancelled: dict[dt.date, dt.date] = {}
        self.next_dates: dict[dt.date, dt.date] = {}
        for paper in self.papers:
            assert paper.date is not None
            for day in {*paper.meeting_dates, *([paper.next_date] if paper.next_date else [])}:
                if paper.date < day <= paper.date + AHEAD:
                    self.announced.setdefault(day, paper.date)
            for day in paper.annual:
                self.annual.setdefault(day, paper.date)
            for day in paper.cancelled:
                self.cancelled.setdefault(day, paper.date)
            if paper.next_date and paper.date < paper.next_date:
                self.next_dates.setdefault(paper.next_date, paper.date)
        self.coming = sorted(self.announced)
        self.next_days = sorted(self.next_dates)
        lists: dict[PaperKind, set[dt.date]] = defaultdict(set)
        for paper in self.papers:
            if paper.has_list and paper.coverage is Coverage.OK and paper.date is not None:
                lists[paper.kind].add(paper.date)
        self.series = [self.searchable, *(sorted(days) for days in lists.values())]

    def meetings_between(self, after: dt.date, until: dt.date) -> int:
        """Meetings held after one day and up to another whose minutes are in the store, whole."""
        return bisect_right(self.searchable, until) - bisect_right(self.searchable, after)

    def next_after(self, as_of: dt.date) -> dt.date | None:
        """The next meeting known on a day."""
        return self.announced_after(as_of, as_of)

    def off(self, day: dt.date, as_of: dt.date) -> bool:
        """Whether papers up to a day tell that no meeting is held on another, and none was."""
        return self.cancelled.get(day, dt.date.max) <= as_of and not (day <= as_of and day in self.held_days)

    def announced_after(self, day: dt.date, as_of: dt.date) -> dt.date | None:
        """The first meeting after a day that papers up to another announce and have not called off."""
        ahead = self.coming[bisect_right(self.coming, day) :]
        return next((each for each in ahead if self.announced[each] <= as_of and not self.off(each, as_of)), None)

    def known_between(self, start: dt.date, end: dt.date, as_of: dt.date) -> list[dt.date]:
        """The days of meetings between two days, held or announced by papers up to a day and not called off since."""
        held = self.held[bisect_left(self.held, start) : bisect_right(self.held, min(end, as_of))]
        coming = self.coming[bisect_left(self.coming, start) : bisect_right(self.coming, end)]
        return sorted({*held, *(d for d in coming if self.announced[d] <= as_of and not self.off(d, as_of))})

    def near(self, day: dt.date, after: dt.date, as_of: dt.date) -> dt.date | None:
        """The meeting held on a day or, once that has passed, moved from it, as far as it is known."""
        if as_of < day:
            return None
        first = max(bisect_right(self.held, after), bisect_left(self.held, day - MOVED_MEETING))
        held = self.held[first : bisect_right(self.held, min(as_of, day + MOVED_MEETING))]
        close = [d for d in held if d == day or d in self.ordinary]
        return min(close, key=lambda other: (abs(other - day), other), default=None)

    def known_days(self, start: dt.date, end: dt.date) -> set[dt.date]:
        """The days of papers and of announced meetings between two days."""
        return {
            day for days in (self.days, self.coming) for day in days[bisect_left(days, start) : bisect_right(days, end)]
        }

    def first_held(self, after: dt.date, as_of: dt.date = dt.date.max) -> dt.date | None:
        """The first meeting after a day that took place by another, be it known only by its agenda or list."""
        for days in (self.held, self.listed):
            index = bisect_right(days, after)
            if index < len(days) and days[index] <= as_of:
                return days[index]
        return None

    def between(self, start: dt.date, end: dt.date) -> Sequence[PaperRef]:
        return self.papers[self._span(start, end)]

    def names_between(self, start: dt.date, end: dt.date) -> tuple[str, ...]:
        return self.names[self._span(start, end)]

    def _span(self, start: dt.date, end: dt.date) -> slice:
        return slice(bisect_left(self.days, start), bisect_right(self.days, end))
