"""The table of verdicts: a promise and its body's papers, as of a day -> what became of it, by which rule.

Hides deadlines that move with meetings, what counts as silence, and which days matter. Pure: the clock is an argument.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from dateutil.relativedelta import relativedelta

from pipeline.records import Coverage, DueKind, Event, EventType, Promise, Verdict, VerdictKind
from pipeline.rules import status
from pipeline.track.calendar import MOVED_MEETING, RECORD_KINDS, Bodies, Calendar, PaperRef, body_key
from pipeline.track.words import name_words, topic, word_set

RULES = (
    "broken.dropped",
    "broken.missed-meeting",
    "broken.stated",
    "disputed.done-and-not-done",
    "due_soon.before-next-meeting",
    "due_soon.within-14-days",
    "extended.agreed",
    "extended.unilateral",
    "kept.in-time",
    "kept.reported-later",
    "kept.undated",
    "kept_late.after-due",
    "kept_late.missed-meeting",
    "kept_late.within-extension",
    "lapsed.silence",
    "not_determinable.meeting-not-in-store",
    "not_determinable.no-later-minutes",
    "open.not-yet-due",
    "overdue.date-given-later",
    "overdue.still-mentioned",
    "overdue.still-open",
    "overdue.too-few-papers",
    "part_kept.part-shown",
    "superseded.replaced",
    "undated.no-date",
    "undated.part-shown",
    "withdrawn.closed-without-evidence",
    "withdrawn.released",
)
"""The rules that decide, each named after the verdict that it gives."""

DUE_SOON = dt.timedelta(days=14)
STALE_MEETINGS = 4
GONE_STALE = relativedelta(months=12)
NEXT_WITHIN = dt.timedelta(days=400)
"""A printed next meeting that lies further ahead is a slip of the pen."""
MEETING_MISSING = 1.75
"""Meetings that lie this many times their usual distance apart have another between them that the store lacks."""
UNANNOUNCED = dt.timedelta(days=100)
"""A next meeting that nobody announced is believed to be the next in the store only if it comes this soon."""


def assess(promise: Promise, papers: Iterable[PaperRef] | Calendar, as_of: dt.date, *, lapse_after: int = 2) -> Verdict:
    """What became of a promise, from the events and papers dated on or before `as_of`.

    `as_of` is a day on or after the promise was made. `days_late` is that of a deed done late; how long a matter has
    been overdue follows from its due date. `papers_searched` are the papers whose silence the verdict rests on.
    """
    return _Case(promise, papers, lapse_after).on(as_of)


def verdicts(
    promise: Promise, papers: Iterable[PaperRef] | Calendar, *, lapse_after: int = 2
) -> list[tuple[dt.date, Verdict]]:
    """The promise's whole story: each verdict holds from its day to the next one's, the last for ever."""
    case = _Case(promise, papers, lapse_after)
    story: list[tuple[dt.date, Verdict]] = []
    for day in case.turning_days():
        verdict = case.on(day)
        if not story or story[-1][1] != verdict:
            story.append((day, verdict))
    return story


class _Case:
    """One promise before the table of verdicts."""

    def __init__(self, promise: Promise, papers: Iterable[PaperRef] | Calendar, lapse_after: int) -> None:
        self.promise = promise
        self.lapse_after = lapse_after
        self.calendar = papers if isinstance(papers, Calendar) else Calendar(_of_its_body(promise, list(papers)))
        self.to_meeting = promise.due is not None and status.to_meeting(promise.action, promise.due.words)
        self.own_meeting = promise.due is not None and _names_own_meeting(promise.due.words, body_key(promise.body))
        subject = topic(promise.action, promise.due, name_words(promise))
        # Where the subject is one word, what stood around the promise was sought for too.
        self.named = len(subject) >= (1 if promise.owner else 2) and not _PRONOUN.match(promise.action)
        days = self.calendar.day_of
        self.mentioned = sorted(days[name] for name in promise.mentions if name in days)

    def on(self, as_of: dt.date) -> Verdict:
        events = [
            e for e in self.promise.events if e.type is EventType.MADE or (e.date is not None and e.date <= as_of)
        ]
        original, known = self._original(as_of)
        moved = [e for e in events if e.type is EventType.RESCHEDULED and e.new_due is not None]
        due = moved[-1].new_due if moved else original
        return (
            self._ended(events, original, due, moved, as_of)
            or self._undated(events, due, as_of)
            or self._running(original, due, moved, as_of)
            or self._passed(events, original, due, known, as_of)
        )

    # the rows of the table, top to bottom

    def _ended(
        self,
        events: Sequence[Event],
        original: dt.date | None,
        due: dt.date | None,
        moved: Sequence[Event],
        as_of: dt.date,
    ) -> Verdict | None:
        done = [e for e in events if e.type is EventType.DONE]
        denied = [e for e in events if e.type is EventType.NOT_DONE]
        contradiction, done = self._weigh(done, denied)
        if contradiction:
            return Verdict(VerdictKind.DISPUTED, "disputed.done-and-not-done", due)
        ends = [
            e
            for e in events
            if e.type is EventType.SUPERSEDED
            or (e.type is EventType.WITHDRAWN and not (done and status.only_closes(e.quote)))
        ]
        if ends:
            # A resolution that drops a subject and puts something in its place replaces what was promised.
            first = min(ends, key=lambda e: (e.date or dt.date.min, e.type is not EventType.SUPERSEDED))
            if first.type is EventType.SUPERSEDED:
                return Verdict(VerdictKind.SUPERSEDED, "superseded.replaced", due)
            rule = "closed-without-evidence" if status.only_closes(first.quote) else "released"
            return Verdict(VerdictKind.WITHDRAWN, f"withdrawn.{rule}", due)
        return self._kept(events, done, original, moved, as_of) if done else None

    def _weigh(self, done: list[Event], denied: list[Event]) -> tuple[bool, list[Event]]:
        """Whether papers of equal standing contradict each other; and the deeds that stand."""
        if not done or not denied:
            return False, done
        no, rank = denied[-1], self._standing(denied[-1].paper)
        told = no.date or dt.date.min
        if any(e.paper == no.paper or (e.date or dt.date.min) > told for e in done):
            return False, done
        best = max(self._standing(e.paper) for e in done)
        return best == rank, [] if rank > best else done

    def _standing(self, paper: str) -> int:
        known = self.calendar.by_name.get(paper)
        return 1 if known is not None and known.kind in RECORD_KINDS else 0

    def _kept(
        self,
        events: Sequence[Event],
        done: Sequence[Event],
        original: dt.date | None,
        moved: Sequence[Event],
        as_of: dt.date,
    ) -> Verdict:
        deed = min(done, key=lambda e: e.when or e.date or dt.date.min)
        if original is None:
            return Verdict(VerdictKind.KEPT, "kept.undated", moved[-1].new_due if moved else None)
        day = deed.when or deed.date or original
        if day <= original:
            return Verdict(VerdictKind.KEPT, "kept.in-time", original)
        late = "kept_late.after-due"
        if self.to_meeting and self._held(original, as_of) and deed.when in (None, deed.date):
            late = "kept_late.missed-meeting"
        elif deed.when is None and not any(self._shows_open(e, original) and (e.date or day) < day for e in events):
            return Verdict(VerdictKind.KEPT, "kept.reported-later", original)
        extension = next(
            (e for e in reversed(moved) if e.date and e.date <= day and e.new_due and e.new_due >= day), None
        )
        if extension is not None:
            late = "kept_late.within-extension"
        return Verdict(
            VerdictKind.KEPT_LATE,
            late,
            original,
            days_late=(day - original).days,
            agreed=extension.agreed if extension else None,
        )

    def _undated(self, events: Sequence[Event], due: dt.date | None, as_of: dt.date) -> Verdict | None:
        if due is not None:
            return None
        made = self.promise.made
        if self.own_meeting and self._awaits_next_meeting() and made and as_of < made + GONE_STALE:
            return Verdict(VerdictKind.OPEN, "open.not-yet-due", None)
        rule = "undated.part-shown" if any(e.type is EventType.PARTLY_DONE for e in events) else "undated.no-date"
        last = max([*(e.date for e in events if e.date), *(d for d in self.mentioned if d <= as_of)], default=None)
        stale = last is not None and (
            self.calendar.meetings_between(last, as_of) >= STALE_MEETINGS or as_of >= last + GONE_STALE
        )
        return Verdict(VerdictKind.UNDATED, rule, None, stale=stale)

    def _awaits_next_meeting(self) -> bool:
        return self.promise.due is not None and self.promise.due.kind is DueKind.NEXT_MEETING

    def _running(
        self, original: dt.date | None, due: dt.date | None, moved: Sequence[Event], as_of: dt.date
    ) -> Verdict | None:
        assert due is not None
        if as_of > due:
            return None
        if original is not None and as_of > original:
            agreed = moved[-1].agreed
            return Verdict(VerdictKind.EXTENDED, f"extended.{'agreed' if agreed else 'unilateral'}", due, agreed=agreed)
        following = self.calendar.next_after(as_of)
        if due - as_of <= DUE_SOON:
            return Verdict(VerdictKind.DUE_SOON, "due_soon.within-14-days", due)
        if following is not None and due < following:
            return Verdict(VerdictKind.DUE_SOON, "due_soon.before-next-meeting", due)
        return Verdict(VerdictKind.OPEN, "open.not-yet-due", due)

    def _passed(
        self, events: Sequence[Event], original: dt.date | None, due: dt.date | None, known: bool, as_of: dt.date
    ) -> Verdict:
        assert due is not None
        if any(e.type is EventType.PARTLY_DONE for e in events):
            return Verdict(VerdictKind.PART_KEPT, "part_kept.part-shown", due)
        for event in events:
            if (
                event.type is EventType.NOT_DONE
                and (rule := status.sentence_rule(event.quote))
                and rule.flag == "final"
            ):
                return Verdict(VerdictKind.BROKEN, "broken.stated", due, papers_searched=(event.paper,))
        open_events = [e for e in events if self._shows_open(e, due)]
        mentions = [day for day in self.mentioned if due <= day <= as_of]
        meetings = self.calendar.meetings_between(due, as_of)
        held = self._held(due, as_of)
        if original is not None:
            if (
                known
                and self.named
                and self.to_meeting
                and due == original
                and held
                and not open_events
                and not mentions
            ):
                return Verdict(VerdictKind.BROKEN, "broken.missed-meeting", due, papers_searched=self._names(due, due))
            if dropped := self._dropped(open_events, due, as_of):
                return Verdict(VerdictKind.BROKEN, "broken.dropped", due, papers_searched=dropped)
        unseen = self._meeting_unseen(due, held, as_of)
        shown = self.to_meeting and self.own_meeting and held and mentions
        if not open_events and (meetings == 0 or unseen) and not shown:
            why = "meeting-not-in-store" if unseen else "no-later-minutes"
            return Verdict(VerdictKind.NOT_DETERMINABLE, f"not_determinable.{why}", due)
        if not open_events and not mentions:
            enough = self._names_of_meetings(due, min(meetings, self.lapse_after))
            if meetings < self.lapse_after:
                return Verdict(VerdictKind.OVERDUE, "overdue.too-few-papers", due, papers_searched=enough)
            if original is None:
                return Verdict(VerdictKind.OVERDUE, "overdue.date-given-later", due, papers_searched=enough)
            return Verdict(VerdictKind.LAPSED, "lapsed.silence", due, papers_searched=enough)
        last = max([*(e.date for e in open_events if e.date), *mentions])
        why = "still-open" if open_events else "still-mentioned"
        return Verdict(VerdictKind.OVERDUE, f"overdue.{why}", due, papers_searched=self._names(due, last))

    # what the rows ask

    def _original(self, as_of: dt.date) -> tuple[dt.date | None, bool]:
        """The due day as promised, as far as the body's calendar is known; and whether its meeting was announced."""
        due, made = self.promise.due, self.promise.made
        if due is None or due.kind in (DueKind.RECURRING, DueKind.UNDATED):
            return None, False
        if due.kind is DueKind.NEXT_MEETING:
            if not self.own_meeting or made is None:
                return None, False
            return self._next_meeting(due.end, made, as_of)
        if due.end is not None and self.own_meeting and due.start is not None and due.start < due.end:
            inside = [d for d in self.calendar.held if due.start <= d <= due.end and d <= as_of]
            inside += [d for d, told in self.calendar.announced.items() if due.start <= d <= due.end and told <= as_of]
            if inside:
                return max(inside), True
        return due.end, True

    def _next_meeting(self, end: dt.date | None, made: dt.date, as_of: dt.date) -> tuple[dt.date | None, bool]:
        paper = self.calendar.by_name.get(self.promise.paper)
        printed = end or (paper.next_date if paper else None)
        if printed is not None and made < printed <= made + NEXT_WITHIN:
            return self.calendar.near(printed, made, as_of) or printed, True
        told = [d for d, by in self.calendar.announced.items() if d > made and by <= as_of]
        first_held = self.calendar.first_held(made, as_of)
        if told and (first_held is None or min(told) < first_held):
            day = min(told)
            return self.calendar.near(day, made, as_of) or day, True
        return first_held, first_held is not None and first_held - made <= UNANNOUNCED

    def _shows_open(self, event: Event, due: dt.date) -> bool:
        return (
            event.type in (EventType.SIGHTED, EventType.NOT_DONE, EventType.PARTLY_DONE, EventType.RESCHEDULED)
            and event.date is not None
            and event.date != self.promise.made
            and event.date >= due
        )

    def _held(self, day: dt.date, as_of: dt.date) -> bool:
        index = bisect_left(self.calendar.searchable, day)
        return index < len(self.calendar.searchable) and self.calendar.searchable[index] == day and day <= as_of

    def _meeting_unseen(self, due: dt.date, held: bool, as_of: dt.date) -> bool:
        """Whether the meeting at which it fell due was announced, and its minutes are not in the store."""
        words = self.promise.due
        if words is None or held:
            return False
        if self.own_meeting and (words.kind is DueKind.NEXT_MEETING or words.start is None or words.start == words.end):
            return True
        if words.start is None:
            return False
        return any(
            words.start <= day <= due and told <= as_of and self.calendar.near(day, dt.date.min, as_of) is None
            for day, told in self.calendar.next_dates.items()
        )

    def _dropped(self, open_events: Sequence[Event], due: dt.date, as_of: dt.date) -> tuple[str, ...]:
        """The later papers of the same kind that no longer carry what one still had open after its date."""
        after = [e for e in open_events if e.listed and e.date is not None and e.date > due]
        if not after:
            return ()
        last = self.calendar.by_name.get(after[-1].paper)
        if last is None or last.date is None or any(last.date < day <= as_of for day in self.mentioned):
            return ()
        later = [
            p
            for p in self.calendar.between(last.date + dt.timedelta(days=1), as_of)
            if p.kind is last.kind and p.has_list and p.coverage is Coverage.OK
        ]
        days = sorted({p.date for p in later if p.date is not None})
        if len(days) < self.lapse_after:
            return ()
        if self._meeting_missing(last.date, days[0], days[self.lapse_after - 1]):
            return ()  # the list of the meeting between, which the store lacks, may have told that it was done
        return tuple(p.name for p in later if p.date is not None and p.date <= days[self.lapse_after - 1])

    def _meeting_missing(self, start: dt.date, end: dt.date, as_of: dt.date) -> bool:
        """Whether the store holds nothing of some meeting between two days, going by how often the body meets."""
        told = self.calendar.between(dt.date.min, as_of)
        days = sorted({start, end} | {p.date for p in told if p.date and (p.kind in RECORD_KINDS or p.has_list)})
        gaps = [(after - before, start <= before < end) for before, after in pairwise(days)]
        usual = median_low(gap for gap, _ in gaps)
        return any(inside and gap > MEETING_MISSING * usual for gap, inside in gaps)

    def _names(self, start: dt.date, end: dt.date) -> tuple[str, ...]:
        return tuple(p.name for p in self.calendar.between(start, end) if p.name != self.promise.paper)

    def _names_of_meetings(self, after: dt.date, count: int) -> tuple[str, ...]:
        """All papers after a day up to the day of the meeting that makes the count full."""
        first = bisect_right(self.calendar.searchable, after)
        return self._names(after, self.calendar.searchable[first + count - 1])

    def turning_days(self) -> Iterator[dt.date]:
        """Every day on which the verdict can change, in order, the day of the promise first.

        Verdicts turn with events, with the due day, with the meetings known until the due day has passed, and with the
        first few papers after each of these; later papers that are silent change nothing.
        """
        start = self.promise.made or dt.date.min
        touched = {start, *self.mentioned, *(e.date for e in self.promise.events if e.date)}
        dues = {e.new_due for e in self.promise.events if e.new_due} | self._possible_dues(start)
        days = set(touched)
        for due in dues:
            days |= {due - DUE_SOON, due, due + dt.timedelta(days=1)}
        if dues:
            days |= self.calendar.known_days(start, max(dues) + MOVED_MEETING)
        for series in self.calendar.series:
            for day in touched | dues:
                first = bisect_right(series, day)
                days.update(series[first : first + max(STALE_MEETINGS, self.lapse_after)])
        days |= {day + GONE_STALE for day in touched if day != dt.date.min}
        return iter(sorted(day for day in days if day >= start))

    def _possible_dues(self, start: dt.date) -> set[dt.date]:
        due = self.promise.due
        if due is None or (due.kind is DueKind.NEXT_MEETING and self.promise.made is None):
            return set()  # the meeting after a paper without a date is not known
        if due.kind is DueKind.NEXT_MEETING:
            firsts = {
                self.calendar.first_held(start) or start,
                *self.calendar.listed[bisect_right(self.calendar.listed, start) :][:1],
            }
            return {due.end or start, *firsts, *self.calendar.known_days(start, start + NEXT_WITHIN)}
        if due.end is None:
            return set()
        inside = self.calendar.known_days(due.start, due.end) if self.own_meeting and due.start else set()
        return {due.end, *inside}


def _of_its_body(promise: Promise, papers: Sequence[PaperRef]) -> Iterator[PaperRef]:
    bodies = Bodies([(promise.body, promise.made), *((paper.body, paper.date) for paper in papers)])
    own = bodies.key(promise.body, promise.made)
    return (
        paper for paper in papers if paper.name == promise.paper or (own and bodies.key(paper.body, paper.date) == own)
    )


_PRONOUN = re.compile(r"\W*(?:this|that|it|he|she|they|these|those|which|will|would|to)\b", re.IGNORECASE)
"""A promise that opens so leaves its subject to the sentence before: its absence from a paper proves nothing."""
_GENERIC = word_set(
    """a an the its our their this that next following forthcoming coming subsequent future first second at to for in on
    of by before prior until after meeting meetings agenda item items board council committee ordinary full scheduled
    january february march april may june july august september october november december
    spring summer autumn winter week month year quarter be held due st nd rd th"""
)
_OWN = frozenset({"board", "council", "committee"})


def _names_own_meeting(words: str, key: str) -> bool:
    """Whether the words of a deadline name a meeting of the body itself, not of another committee or group."""
    tokens = re.findall(r"[^\W\d_]+", words.casefold())
    if not {"meeting", "agenda", *_OWN} & set(tokens):
        return False
    body = set(key.split())
    return all((t in _GENERIC and (t not in _OWN or t in body)) or t in body for t in tokens)
