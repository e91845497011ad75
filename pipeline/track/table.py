"""The table of verdicts: a promise and its body's papers, as of a day -> what became of it, by which rule.

Hides deadlines that move with meetings, what counts as silence, and which days matter. Pure: the clock is an argument.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise, takewhile
from statistics import median_low

from dateutil.relativedelta import relativedelta

from pipeline import dates
from pipeline.records import RULED, Coverage, Due, DueKind, Event, EventType, Promise, Verdict, VerdictKind
from pipeline.rules import status
from pipeline.track.calendar import ANNUAL, MOVED_MEETING, RECORD_KINDS, Bodies, Calendar, PaperRef, body_key
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
    "kept.occurrence-shown",
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
    "overdue.occurrence-open",
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a promise on a day: the events told by then, and the days by which it was and is to be done."""

    as_of: dt.date
    events: Sequence[Event]
    original: dt.date | None
    announced: bool
    """Whether the original day is that of a meeting, or a date, that a paper printed."""
    moved: Sequence[Event]

    @property
    def due(self) -> dt.date | None:
        return self.moved[-1].new_due if self.moved else self.original

    def of(self, *types: EventType) -> list[Event]:
        return [event for event in self.events if event.type in types]


def ruled(verdict: Verdict, ruling: VerdictKind) -> Verdict:
    """A reviewer's ruling in the place of another verdict, of which only the due day remains."""
    return Verdict(ruling, RULED, verdict.due, original=verdict.original)


class _Case:
    """One promise before the table of verdicts."""

    def __init__(self, promise: Promise, papers: Iterable[PaperRef] | Calendar, lapse_after: int) -> None:
        self.promise = promise
        self.lapse_after = lapse_after
        self.calendar = papers if isinstance(papers, Calendar) else Calendar(_of_its_body(promise, list(papers)))
        self.to_meeting = promise.due is not None and status.to_meeting(promise.action, promise.due.words)
        self.own_meeting = promise.due is not None and _names_own_meeting(
            _with_meeting(promise.due.words, promise.action), body_key(promise.body)
        )
        self.to_annual = _to_annual(promise)
        self.recurring = promise.due is not None and promise.due.kind is DueKind.RECURRING
        owned = promise.owner is not None and promise.owned is None
        subject = topic(promise.action, promise.due, name_words(promise) if owned else frozenset())
        # Where the subject is one word, what stood around the promise was sought for too.
        self.named = len(subject) >= (1 if owned else 2) and not _PRONOUN.match(promise.action)
        days = self.calendar.day_of
        self.mentioned = sorted(days[name] for name in promise.mentions if name in days)
        self.places = {id(event): n for n, event in enumerate(promise.events)}

    def on(self, as_of: dt.date) -> Verdict:
        told = [e for e in self.promise.events if e.type is EventType.MADE or (e.date is not None and e.date <= as_of)]
        rulings = [e for e in told if e.type is EventType.RULED]
        verdict = self._by_papers([e for e in told if e.type is not EventType.RULED], as_of)
        return ruled(verdict, rulings[-1].verdict) if rulings and rulings[-1].verdict else verdict

    def _by_papers(self, events: Sequence[Event], as_of: dt.date) -> Verdict:
        known = self._known(events, as_of)
        if self.recurring and not known.moved:
            return self._released(known) or self._recurring(known)
        return (
            self._disputed(known)
            or self._released(known)
            or self._kept(known)
            or self._undated(known)
            or self._running(known)
            or self._passed(known)
        )

    def _known(self, events: Sequence[Event], as_of: dt.date) -> _Known:
        own, announced = self._original(as_of)
        moved = [e for e in events if e.type is EventType.RESCHEDULED and e.new_due is not None]
        inherited = self.promise.inherited
        if inherited is None:
            return _Known(as_of, events, own, announced, moved)
        # What replaces a promise is late from that one's day on; its own later day puts it off.
        if own is not None and own > inherited:
            moved = [replace(events[0], new_due=own), *moved]
        return _Known(as_of, events, inherited, True, moved)

    def _verdict(
        self,
        rule: str,
        known: _Known,
        due: dt.date | None,
        *events: Event,
        late: int = 0,
        agreed: bool | None = None,
        stale: bool = False,
        searched: tuple[str, ...] = (),
    ) -> Verdict:
        """A verdict by a rule, resting on events; on the promise itself, and on its last new date, without any."""
        places = [self.places.get(id(event), 0) for event in events or known.moved[-1:] or known.events[:1]]
        return Verdict(
            VerdictKind(rule.partition(".")[0]),
            rule,
            due,
            days_late=late,
            papers_searched=searched,
            agreed=agreed,
            stale=stale,
            rests_on=tuple(sorted(set(places))),
            original=known.original,
        )

    # the rows of the table, top to bottom

    def _disputed(self, known: _Known) -> Verdict | None:
        done, denied = known.of(EventType.DONE), known.of(EventType.NOT_DONE)
        if not self._denied(done, denied):
            return None
        no = denied[-1]
        rank = self._standing(no.paper)
        yes = [e for e in done if self._standing(e.paper) == rank]
        return self._verdict("disputed.done-and-not-done", known, known.due, *yes, no) if yes else None

    def _released(self, known: _Known) -> Verdict | None:
        done = known.of(EventType.DONE)
        ends = [
            e
            for e in known.of(EventType.SUPERSEDED, EventType.WITHDRAWN)
            if e.type is EventType.SUPERSEDED or not (done and status.only_closes(e.quote))
        ]
        if not ends:
            return None
        # A resolution that drops a subject and puts something in its place replaces what was promised.
        first = min(ends, key=lambda e: (e.date or dt.date.min, e.type is not EventType.SUPERSEDED))
        if first.type is EventType.SUPERSEDED:
            return self._verdict("superseded.replaced", known, known.due, first)
        rule = "closed-without-evidence" if status.only_closes(first.quote) else "released"
        return self._verdict(f"withdrawn.{rule}", known, known.due, first)

    def _recurring(self, known: _Known) -> Verdict:
        """The verdict of the last occurrence that papers tell of; silence on the others proves nothing."""
        told = known.of(EventType.DONE, EventType.NOT_DONE)
        last = told[-1] if told else None
        if last is None or last.date is None:
            return self._stale_or_not(known)
        if last.type is EventType.DONE:
            return self._verdict("kept.occurrence-shown", known, None, last)
        due = self._fallen_due(last.date)
        if due is None:
            return self._stale_or_not(known)
        searched = self._names(due, last.date)
        return self._verdict("overdue.occurrence-open", known, due, last, searched=searched)

    def _kept(self, known: _Known) -> Verdict | None:
        done = known.of(EventType.DONE)
        if self._denied(done, known.of(EventType.NOT_DONE)) or not done:
            return None
        deed = min(done, key=lambda e: e.when or e.date or dt.date.min)
        original = known.original
        if original is None:
            return self._verdict("kept.undated", known, known.due, deed)
        day = deed.when or deed.date or original
        if day <= original:
            return self._verdict("kept.in-time", known, original, deed)
        still_open = [e for e in known.events if self._shows_open(e, original) and (e.date or day) < day]
        rests_on = [deed]
        late = "kept_late.after-due"
        if self.to_meeting and self._held(original, known.as_of) and deed.when in (None, deed.date):
            late = "kept_late.missed-meeting"
        elif deed.when is None and not still_open:
            return self._verdict("kept.reported-later", known, original, deed)
        elif deed.when is None:
            rests_on = [still_open[0], deed]
        extension = next(
            (e for e in reversed(known.moved) if e.date and e.date <= day and e.new_due and e.new_due >= day), None
        )
        if extension is not None:
            late = "kept_late.within-extension"
            rests_on.append(extension)
        agreed = extension.agreed if extension else None
        return self._verdict(late, known, original, *rests_on, late=(day - original).days, agreed=agreed)

    def _undated(self, known: _Known) -> Verdict | None:
        if known.due is not None:
            return None
        made = self.promise.made
        if self.own_meeting and self._awaits_next_meeting() and made and known.as_of < made + GONE_STALE:
            return self._verdict("open.not-yet-due", known, None)
        return self._stale_or_not(known)

    def _stale_or_not(self, known: _Known) -> Verdict:
        part = known.of(EventType.PARTLY_DONE)
        told = [*(e.date for e in known.events if e.date), *(d for d in self.mentioned if d <= known.as_of)]
        last = max(told, default=None)
        stale = last is not None and (
            self.calendar.meetings_between(last, known.as_of) >= STALE_MEETINGS or known.as_of >= last + GONE_STALE
        )
        return self._verdict(f"undated.{'part-shown' if part else 'no-date'}", known, None, *part, stale=stale)

    def _awaits_next_meeting(self) -> bool:
        return self.promise.due is not None and self.promise.due.kind is DueKind.NEXT_MEETING

    def _running(self, known: _Known) -> Verdict | None:
        due, as_of = known.due, known.as_of
        assert due is not None
        if as_of > due:
            return None
        if known.original is not None and as_of > known.original:
            moved = known.moved[-1]
            rule = f"extended.{'agreed' if moved.agreed else 'unilateral'}"
            return self._verdict(rule, known, due, moved, agreed=moved.agreed)
        following = self.calendar.next_after(as_of)
        if due - as_of <= DUE_SOON:
            return self._verdict("due_soon.within-14-days", known, due)
        if following is not None and due < following:
            return self._verdict("due_soon.before-next-meeting", known, due)
        return self._verdict("open.not-yet-due", known, due)

    def _passed(self, known: _Known) -> Verdict:
        due, as_of, original = known.due, known.as_of, known.original
        assert due is not None
        if part := known.of(EventType.PARTLY_DONE):
            return self._verdict("part_kept.part-shown", known, due, *part)
        for event in known.of(EventType.NOT_DONE):
            if (rule := status.sentence_rule(event.quote)) and rule.flag == "final":
                return self._verdict("broken.stated", known, due, event, searched=(event.paper,))
        open_events = [e for e in known.events if self._shows_open(e, due)]
        mentions = [day for day in self.mentioned if due <= day <= as_of]
        meetings = self.calendar.meetings_between(due, as_of)
        held = self._held(due, as_of)
        if original is not None:
            if (
                known.announced
                and self.named
                and self.to_meeting
                and due == original
                and held
                and not open_events
                and not mentions
                and self._surely_of_the_body(searched := self._names(due, due))
            ):
                return self._verdict("broken.missed-meeting", known, due, searched=searched)
            last_open, dropped = self._dropped(open_events, due, as_of)
            if last_open is not None and self._surely_of_the_body(dropped):
                return self._verdict("broken.dropped", known, due, last_open, searched=dropped)
        unseen = self._meeting_unseen(due, held, as_of)
        shown = self.to_meeting and self.own_meeting and held and mentions
        if not open_events and (meetings == 0 or unseen) and not shown:
            why = "meeting-not-in-store" if unseen else "no-later-minutes"
            return self._verdict(f"not_determinable.{why}", known, due)
        if not open_events and not mentions:
            enough = self._names_of_meetings(due, min(meetings, self.lapse_after))
            if meetings < self.lapse_after:
                return self._verdict("overdue.too-few-papers", known, due, searched=enough)
            if original is None:
                return self._verdict("overdue.date-given-later", known, due, searched=enough)
            return self._verdict("lapsed.silence", known, due, searched=enough)
        last = max([*(e.date for e in open_events if e.date), *mentions])
        why = "still-open" if open_events else "still-mentioned"
        return self._verdict(f"overdue.{why}", known, due, *open_events, searched=self._names(due, last))

    # what the rows ask

    def _denied(self, done: Sequence[Event], denied: Sequence[Event]) -> bool:
        """Whether a paper of no lower standing denies what earlier ones told as done."""
        if not done or not denied:
            return False
        no = denied[-1]
        if any(e.paper == no.paper or (e.date or dt.date.min) > (no.date or dt.date.min) for e in done):
            return False
        return self._standing(no.paper) >= max(self._standing(e.paper) for e in done)

    def _standing(self, paper: str) -> int:
        known = self.calendar.by_name.get(paper)
        return 1 if known is not None and known.kind in RECORD_KINDS else 0

    def _fallen_due(self, day: dt.date) -> dt.date | None:
        """The day of the last occurrence of a recurring promise that had fallen due by a day."""
        due, made = self.promise.due, self.promise.made
        if due is None or made is None:
            return None
        step = dates.recurrence(due.words)
        if step is None and not self.own_meeting:
            return None
        if step is None:
            held = self.calendar.held[: bisect_right(self.calendar.held, day)]
            return held[-1] if held and held[-1] > made else None
        occurrences = takewhile(lambda each: each <= day, (made + n * step for n in count(1)))
        return max(occurrences, default=None)

    def _original(self, as_of: dt.date) -> tuple[dt.date | None, bool]:
        """The due day as promised, as far as the body's calendar is known; and whether its meeting was announced."""
        due, made = self.promise.due, self.promise.made
        if self.to_annual and made and (annual := self._annual_meeting(due, made, as_of)):
            return annual, True
        if due is None or due.kind in (DueKind.RECURRING, DueKind.UNDATED):
            return None, False
        end = due.end
        if due.kind is DueKind.NEXT_MEETING:
            if not self.own_meeting or made is None:
                return None, False
            return self._next_meeting(end, made, as_of)
        if end is None or not self.own_meeting or due.start is None:
            return end, True
        if due.start < end:  # "the September meeting"
            inside = self.calendar.known_between(due.start, end, as_of)
            return (inside[-1] if inside else end), True
        if not self.calendar.off(end, as_of):
            return self.calendar.near(end, made or dt.date.min, as_of) or end, True
        others = self.calendar.known_between(end - MOVED_MEETING, end + UNANNOUNCED, as_of)
        return (min(others, key=lambda day: (abs(day - end), day)), True) if others else (end, False)

    def _annual_meeting(self, due: Due | None, made: dt.date, as_of: dt.date) -> dt.date | None:
        """The day of the body's annual meeting, once a paper has printed it."""
        first, last = (due.start or made, due.end) if due and due.end else (made, made + NEXT_WITHIN)
        told = (day for day, by in self.calendar.annual.items() if by <= as_of and made < day and first <= day <= last)
        return min(told, default=None)

    def _next_meeting(self, end: dt.date | None, made: dt.date, as_of: dt.date) -> tuple[dt.date | None, bool]:
        paper = self.calendar.by_name.get(self.promise.paper)
        printed = end or (paper.next_date if paper else None)
        first_held = self.calendar.first_held(made, as_of)
        if printed is not None and made < printed <= made + NEXT_WITHIN and not self.calendar.off(printed, as_of):
            if first_held is not None and first_held < printed - MOVED_MEETING and first_held in self.calendar.ordinary:
                return first_held, False  # the body met before the day that it had announced
            return self.calendar.near(printed, made, as_of) or printed, True
        told = self.calendar.announced_after(made, as_of)
        if told is not None and (first_held is None or told < first_held):
            return self.calendar.near(told, made, as_of) or told, True
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
        if held:
            return False
        if self.to_annual and due in self.calendar.annual:
            return True
        if words is None:
            return False
        if self.own_meeting and (words.kind is DueKind.NEXT_MEETING or words.start is None or words.start == words.end):
            return True
        if words.start is None:
            return False
        announced = self.calendar.next_days
        return any(
            self.calendar.next_dates[day] <= as_of
            and not self.calendar.off(day, as_of)
            and self.calendar.near(day, dt.date.min, as_of) is None
            for day in announced[bisect_left(announced, words.start) : bisect_right(announced, due)]
        )

    def _dropped(
        self, open_events: Sequence[Event], due: dt.date, as_of: dt.date
    ) -> tuple[Event | None, tuple[str, ...]]:
        """The last row that had it open after its date, with the later papers of that kind that no longer carry it."""
        after = [e for e in open_events if e.listed and e.date is not None and e.date > due]
        if not after:
            return None, ()
        last = self.calendar.by_name.get(after[-1].paper)
        if last is None or last.date is None or any(last.date < day <= as_of for day in self.mentioned):
            return None, ()
        later = [
            p
            for p in self.calendar.between(last.date + dt.timedelta(days=1), as_of)
            if p.kind is last.kind and p.has_list and p.coverage is Coverage.OK
        ]
        days = sorted({p.date for p in later if p.date is not None})
        if len(days) < self.lapse_after:
            return None, ()
        if self._meeting_missing(last.date, days[0], days[self.lapse_after - 1]):
            return None, ()  # the list of the meeting between, which the store lacks, may have told that it was done
        return after[-1], tuple(p.name for p in later if p.date is not None and p.date <= days[self.lapse_after - 1])

    def _surely_of_the_body(self, searched: Iterable[str]) -> bool:
        """Whether the promise and the papers that are silent print one body's name: nobody is accused by a folder."""
        known = self.calendar.by_name
        return not any(known[name].filed for name in (self.promise.paper, *searched) if name in known)

    def _meeting_missing(self, start: dt.date, end: dt.date, as_of: dt.date) -> bool:
        """Whether the store holds nothing of some meeting between two days, going by how often the body meets."""
        told = self.calendar.between(dt.date.min, as_of)
        days = sorted({start, end} | {p.date for p in told if p.date and (p.kind in RECORD_KINDS or p.has_list)})
        gaps = [(after - before, start <= before < end) for before, after in pairwise(days)]
        usual = median_low(gap for gap, _ in gaps)
        return any(inside and gap > MEETING_MISSING * usual for gap, inside in gaps)

    def _names(self, start: dt.date, end: dt.date) -> tuple[str, ...]:
        names = self.calendar.names_between(start, end)
        made = self.promise.made
        if made is None or not start <= made <= end:
            return names
        return tuple(name for name in names if name != self.promise.paper)

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
        dues |= {self.promise.inherited} if self.promise.inherited else set()
        days = set(touched)
        for due in dues:
            days |= {due - DUE_SOON, due, due + dt.timedelta(days=1)}
        if dues:
            days |= self.calendar.known_days(start, max(dues) + MOVED_MEETING)
            days.update(told for off, told in self.calendar.cancelled.items() if off <= max(dues) + MOVED_MEETING)
        for series in self.calendar.series:
            for day in touched | dues:
                first = bisect_right(series, day)
                days.update(series[first : first + max(STALE_MEETINGS, self.lapse_after)])
        days |= {day + GONE_STALE for day in touched if day != dt.date.min}
        return iter(sorted(day for day in days if day >= start))

    def _possible_dues(self, start: dt.date) -> set[dt.date]:
        due = self.promise.due
        if self.to_annual:
            ahead = {day for day in self.calendar.annual if start < day <= start + NEXT_WITHIN}
            return ahead | {due.end} if due and due.end else ahead
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
        inside: set[dt.date] = set()
        if self.own_meeting and due.start:
            inside = self.calendar.known_days(due.start - MOVED_MEETING, due.end + UNANNOUNCED)
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
    """a an all each every the its our their this that next following forthcoming coming subsequent future first second
    at to for in on of by before prior until after meeting meetings agenda item items board council committee ordinary
    extraordinary special full scheduled spring summer autumn winter week month year quarter be held due st nd rd th
    january february march april may june july august september october november december"""
)
_OWN = frozenset({"board", "council", "committee"})


_AT_ANNUAL = re.compile(
    r"\b(?:at|before|by|in time for|prior to|(?:brought|go|presented|put|reported|submitted|taken) (?:back )?to) "
    rf"(?:the |our |its )?(?:next |forthcoming )?{ANNUAL}",
    re.IGNORECASE,
)


def _to_annual(promise: Promise) -> bool:
    """Whether a promise is due at the body's annual meeting, and its words print no day of their own."""
    due = promise.due
    if due is not None and (due.kind is DueKind.RECURRING or (due.end is not None and due.start == due.end)):
        return False
    return _AT_ANNUAL.search(promise.action) is not None


_AT_MEETING = re.compile(
    r"[ ,]+(?:(?:at|of|to) (?:an? |the |its |our )?(?:[\w’'&-]+ ){0,4}?)?"
    r"(?:meeting|board|cabinet|committee|council|group|panel)\b",
    re.IGNORECASE,
)
"""Words after a deadline that tell whose meeting it is: "the July meeting" of the Finance Committee."""


def _with_meeting(words: str, action: str) -> str:
    """A deadline's words with those after them that tell at whose meeting it falls."""
    following = _AT_MEETING.match(action.partition(words)[2]) if words else None  # a person gives a day without any
    return f"{words}{following[0]}" if following else words


def _names_own_meeting(words: str, key: str) -> bool:
    """Whether the words of a deadline name a meeting of the body itself, not of another committee or group."""
    tokens = re.findall(r"[^\W\d_]+", words.casefold())
    if not {"meeting", "agenda", *_OWN} & set(tokens):
        return False
    body = set(key.split())
    return all((t in _GENERIC and (t not in _OWN or t in body)) or t in body for t in tokens)
