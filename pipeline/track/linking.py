"""Linking: what many papers say -> promises, each with all its sightings and all that was told of it.

Hides how sightings of one matter are told from look-alikes, and how evidence finds its promise. Papers are read in the
order of their dates, and a later one changes nothing that was made of the earlier ones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from pipeline.records import (
    DueKind,
    Event,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    Meeting,
    Outcome,
    PaperKind,
    Promise,
    Proposal,
    Span,
    Strength,
)
from pipeline.register import Register
from pipeline.rules import status
from pipeline.track.calendar import MOVED_MEETING, RECORD_KINDS, Bodies, body_key, is_row
from pipeline.track.likeness import SAME_ITEM, TELLING_WORDS, Lexicon, within
from pipeline.track.surroundings import Said, Surroundings, Telling
from pipeline.track.threads import SETTLING, Thread, earlier
from pipeline.track.words import (
    BUSINESS,
    DEEDS,
    GIVEN_UP,
    REPLACES,
    RESOLVES,
    STILL,
    TAKES_UP,
    apart,
    dated_like,
    named_in,
    owner_words,
    reference_key,
    same_opening,
    same_owner,
    stems,
    tokens,
)

# Measured on two real series and three invented ones: what keeps sightings apart at a precision of 0.9 and accuses
# nobody falsely. Likeness runs from 0 to 1.
SAME_REFERENCE = 0.3
"""Rows with one printed id are alike by that much, or the id was used again for another matter."""
SAME_WORDS = 0.6
SAME_PAPER = 0.8
"""Two sentences of one paper, or two rows of it, need more: neighbours share words without being one matter."""
LISTED = 0.5
"""A list's row needs less for a promise told at length by the same owner: lists are terse."""
LISTED_BESIDE = 0.4
"""Still less, where the minutes and the list are of one meeting."""
OTHER_OWNER = 0.9
IDENTICAL = 0.95
BESIDE_ITS_ROW = 0.7
"""What a few words of minutes count ("Lime tree - KE to do") that the meeting's list has too, for the same owner."""
SAME_OPENING = 0.7
"""What rows of two lists that open with the same words count as alike."""
NEAR_TIE = 0.05
"""Two so close are not chosen between, and one that falls so little short is not taken: a person is asked."""
TAKEN_UP = 0.6
REPLACED = 0.6
SPOKEN_OF = 0.55
CONTRADICTED = 0.6
"""What it takes for a sentence to deny a deed that an earlier paper told."""
LONG_PAST = 0.8
LONG_LOST = 1.0
LONG_AGO = dt.timedelta(days=183)
BESIDES = 0.1
"""What each thing besides the words adds: that the owner is named or the very deed, that the meeting is the one
promised, that the item looks back."""
UNDER_ONE_HEADING = 0.25
"""What it adds that a sentence stands under the heading of the promise, or names its item. Without it a third of the
deeds that two series of narrative minutes tell score 0.44 to 0.54: right, and too little."""
TOLD_AGAIN = 0.65
"""What a promise in other words must score to be one made before; neighbours of one heading reach 0.6."""
OTHER_PERSON = 0.4
"""What it takes away that somebody else is told to have done it."""
DATED = 0.1
"""What a new date needs more than a deed: a day set for something else of the same subject is common."""
ANSWERED = 0.4
"""What the words around a promise count alone, where its owner does the very deed at the meeting promised."""
ANSWERS_WITHIN = 2
"""So many meetings after it was promised to ask, what a third party grants or undertakes is the answer. Over nine
years of one body's minutes 7 of 9 such were right, of those told later 2 of 5."""
EXPECTED = 0.5
"""The part of it that is enough where the promise was due at this meeting, or under "matters arising"."""
AS_WELL = 0.15
"""Within so much of the best, a promise of which a sentence holds the same words is one that it may be about: "the
bench" is no more the one on the green than the one beside the pond, though that has more words."""
PROPOSED = 3
"""So many promises at most are put before a person to choose from: more are no help."""
ITEM_COVERS = 0.6
ITEM_WITHIN = 0.99
ITEM_TOUCHES = 0.25
INDEX_WIDTH = 8
INDEX_DEPTH = 40
"""Rarest words of a promise that are indexed, and latest promises looked at for each: they keep the cost linear."""


def link(extractions: Iterable[Extraction]) -> list[Promise]:
    """Make promises of what the papers say, those of each body by themselves, in order of their first printing.

    The order in which papers are given makes no difference, nor do their names. A paper without a known body or date
    stands alone.
    """
    pools: dict[str, list[Extraction]] = defaultdict(list)
    seen: dict[str, Extraction] = {}
    extractions = sorted(extractions, key=_printing_order)
    bodies = Bodies((extraction.meeting.body, extraction.meeting.date) for extraction in extractions)
    for extraction in extractions:
        if seen.setdefault(extraction.sha256, extraction) is not extraction:
            continue  # the same bytes under another name are the same paper
        key = bodies.key(extraction.meeting.body, extraction.meeting.date)
        alone = not key or extraction.meeting.date is None
        pools[f"\0{key}\0{_content(extraction)}" if alone else key].append(extraction)
    return [promise for key in sorted(pools) for promise in _Linker(Register.of(pools[key])).run(pools[key])]


_PRINTING = {kind: rank for rank, kind in enumerate([PaperKind.AGENDA, PaperKind.REPORT, PaperKind.STRATEGY])}
_AFTER_MINUTES = {PaperKind.ACTION_LOG: 9}


def _start(printed: Extract | Evidence) -> int:
    return printed.span.start


def _printing_order(extraction: Extraction) -> tuple[dt.date, int, bool, int, str]:
    # Not by name, which a copy of the paper, or a later paper of the same name, may change. The fullest first: so what
    # is issued again takes the place of the first printing.
    rank = _PRINTING.get(extraction.kind, _AFTER_MINUTES.get(extraction.kind, 5))
    meeting = extraction.meeting
    return (meeting.date or dt.date.max, rank, not meeting.draft, -len(extraction.text), extraction.sha256)


_Said = tuple[EventType, str, str]
"""What words tell, the words and their line."""


@dataclass(slots=True)
class _Printed:
    """What papers of one day and kind have printed: minutes that are issued again tell nothing for the first time."""

    lines: set[str] = field(default_factory=set)
    placed: dict[_Said, list[tuple[int, ...]]] = field(default_factory=lambda: defaultdict(list))
    """Of a promise, the thread that it was found to be of, and the one that it replaces; each time it stood in one
    paper."""
    told: dict[_Said, list[Sequence[tuple[Thread, Event]]]] = field(default_factory=lambda: defaultdict(list))
    """Of a sentence or cell, what it was found to tell, and of which threads."""


class _Linker:
    """Reads the papers of one body in the order of their dates and keeps the threads."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.threads: list[Thread] = []
        self.by_stem: dict[str, list[int]] = defaultdict(list)
        self.running: dict[int, set[str]] = {}
        """Threads that no paper before this day ended, each with the words by which it is found."""
        self.running_by_stem: dict[str, dict[int, None]] = defaultdict(dict)
        self.by_reference: dict[str, list[int]] = defaultdict(list)
        self.by_quote: dict[str, list[int]] = defaultdict(list)
        self.of_extract: dict[tuple[str, str], int] = {}
        self.of_span: dict[Span, int] = {}
        """The threads of the current paper's promises."""
        self.begun: Counter[tuple[dt.date | None, str]] = Counter()
        """Promises so far of one day and of the same words."""
        self.lexicon = Lexicon()
        self.held: list[dt.date] = []
        self.day: dt.date | None = None
        self.printed: dict[PaperKind, _Printed] = defaultdict(_Printed)
        """What has been read of this day."""
        self.told: list[tuple[Thread, Event]] = []
        """By the sentence or cell that is being read."""
        self.titles: set[frozenset[str]] = set()
        """Of the items of this day's minutes, and below of the meeting before."""
        self.titles_before: set[frozenset[str]] = set()
        self.people: set[str] = set()
        """Names and initials of all owners so far."""
        self.undecided: tuple[int, ...] = ()
        """The threads that the promise read last may be."""
        self.spoken_of = -1, -1
        """The line of the current paper that spoke of a thread last, and that thread."""

    def run(self, extractions: Sequence[Extraction]) -> list[Promise]:
        for extraction in extractions:
            day = extraction.meeting.date
            if day != self.day:
                self._turn_to(day)
            if extraction.kind in RECORD_KINDS and day is not None and day not in self.held[-1:]:
                self.held.append(day)
            lines = extraction.text.split("\n")
            passages = [stems(line) for line in lines]
            printed = self.printed[extraction.kind]
            self.lexicon.read(
                passage for line, passage in zip(lines, passages, strict=True) if line not in printed.lines
            )
            printed.lines.update(lines)
            around = Surroundings(extraction, passages)
            self.spoken_of = -1, -1
            self.of_span = {}
            again: Counter[_Said] = Counter()
            promises = sorted((e for e in extraction.extracts if e.kind is Kind.PROMISE), key=lambda e: (e.span, e.id))
            told = sorted(extraction.evidence, key=lambda e: e.span)
            # In the order of the text: a promise made after it was told that another is done is not that other.
            both: list[Extract | Evidence] = [*promises, *told]
            for each in sorted(both, key=_start):
                told_by = EventType.MADE if isinstance(each, Extract) else each.type
                said = told_by, _plain(each.quote), _plain(lines[around.line(each.span)])
                if isinstance(each, Extract):
                    placed = printed.placed[said]
                    place = self._place(extraction, each, around, *placed[again[said] :][:1])
                    placed += [place] if again[said] == len(placed) else []
                elif again[said] < len(printed.told[said]):
                    for thread, event in printed.told[said][again[said]]:
                        thread.record(replace(event, paper=extraction.paper, page=each.page))
                else:
                    self.told = []
                    self._attach(extraction, each, around)
                    printed.told[said].append(self.told)
                again[said] += 1
            self._meet(extraction, around)
            self._mention(extraction, passages)
        made = [_promise(thread, self.register) for thread in self.threads]
        return [self._whole(promise, thread, made) for promise, thread in zip(made, self.threads, strict=True)]

    @staticmethod
    def _whole(promise: Promise, thread: Thread, promises: Sequence[Promise]) -> Promise:
        proposals = tuple(
            Proposal(event, None if other is None else promises[other].id) for event, other in thread.proposals
        )
        events = [
            replace(event, successor=promises[heir].id) if (heir := thread.heirs.get(n)) is not None else event
            for n, event in enumerate(promise.events)
        ]
        return replace(promise, events=tuple(events), proposals=proposals)

    def _turn_to(self, day: dt.date | None) -> None:
        self.day, self.printed = day, defaultdict(_Printed)
        self.titles, self.titles_before = set(), self.titles or self.titles_before
        for number in [number for number in self.running if self.threads[number].settled(day)]:
            for stem in self.running.pop(number):
                del self.running_by_stem[stem][number]

    # placing a sighting

    def _place(
        self, extraction: Extraction, extract: Extract, around: Surroundings, known: tuple[int, ...] = ()
    ) -> tuple[int, ...]:
        """Hands over the thread of a promise and the one that it replaces, if any: `known` from an earlier printing."""
        telling = around.telling(extract)
        reference = reference_key(extract.reference)
        heading = around.heading(extract.span)
        number: int | None
        if known:
            number, replaced = known[0], next(iter(known[1:]), None)
        else:
            replaced, self.undecided = self._replaced(extraction, extract), ()
            number = self._known(extraction, extract, reference, telling, heading, but=replaced)
            if number is None and not is_row(extract):
                number = self._told_again(extraction, extract, around)
        led = is_row(extract) and around.led(extract)
        if number is None:
            number = self._begin(extraction, extract, led=led)
            thread = self.threads[number]
            thread.proposals += [(thread.events[0], other) for other in self.undecided]
        else:
            self._sight(self.threads[number], extraction, extract, led=led)
        self.of_extract[extraction.paper, extract.id] = self.of_span[extract.span] = number
        thread = self.threads[number]
        thread.heading = heading or thread.heading
        if number not in self.by_quote[_plain(extract.quote)]:
            self.by_quote[_plain(extract.quote)].append(number)
        if all(telling.words != known.words for known in thread.tellings):
            thread.tellings.append(telling)
            self._index(number, telling)
        if reference and reference not in thread.references:
            thread.references.add(reference)
            self.by_reference[reference].append(number)
        if replaced is None or replaced == number:
            return (number,)
        before = self.threads[replaced]
        before.heirs[len(before.events)] = number
        before.record(_event(EventType.SUPERSEDED, extraction, extract))
        if thread.extraction is extraction and thread.inherited is None:
            thread.inherited = before.inherited or self._due_day(before)
            agreed = _agreed(extract, extraction, thread.inherited)
            thread.events[0] = replace(thread.events[0], agreed=agreed)
        return number, replaced

    def _due_day(self, thread: Thread) -> dt.date | None:
        """The day by which it was first promised, as far as the meetings held so far tell it."""
        due = thread.due.due if thread.due is not None else None
        if due is None or due.kind is not DueKind.NEXT_MEETING or due.end is not None:
            return due.end if due is not None else None
        return next(iter(self.held[bisect_right(self.held, thread.made or dt.date.max) :][:1]), None)

    def _known(
        self,
        extraction: Extraction,
        extract: Extract,
        reference: str,
        telling: Telling,
        heading: frozenset[str],
        *,
        but: int | None,
    ) -> int | None:
        """The thread that an extract is a sighting of."""
        number = self._known_by_reference(extraction, extract, reference, telling)
        twins = [] if reference or not is_row(extract) else self._twins(extraction, extract, telling)
        if twins:
            number = self._known_by_heading(extraction, extract, twins, heading)
        elif number is None:
            number = self._known_by_words(extraction, extract, reference, telling, but=but)
        takes_up = TAKES_UP.search(RESOLVES.sub("", extract.quote, count=1))
        if number is None and not is_row(extract) and takes_up:
            number = self._taken_up(extraction, extract, telling)
        return number

    def _replaced(self, extraction: Extraction, extract: Extract) -> int | None:
        """The promise that another made "in place of" it ends, where the words say which."""
        said = REPLACES.search(extract.quote)
        if said is None:
            return None
        today, words = extraction.meeting.date, stems(said["replaced"]) - BUSINESS
        return _best(
            (
                (
                    max(self.lexicon.covered(words, telling.topic | telling.context) for telling in thread.tellings),
                    number,
                )
                for number in self._near(words, running=True)
                if (thread := self.threads[number]).pending(today)
            ),
            REPLACED,
        )

    def _twins(self, extraction: Extraction, extract: Extract, telling: Telling) -> list[int]:
        """Rows that read like this one, where only the headings over them tell them apart: "Review at each meeting"."""
        today = extraction.meeting.date
        ended = extract.status is not None and status.classify(extract.status) in SETTLING
        twins = [
            number
            for number in self.by_quote.get(_plain(extract.quote), [])[-INDEX_DEPTH:]
            if (thread := self.threads[number]).rows and (ended or not thread.settled(today))
        ]
        twice = any(self.threads[n].extracts[-1][0] == extraction.paper for n in twins)
        return twins if twice or len(twins) > 1 or len(telling.words) < 2 else []

    def _known_by_heading(
        self, extraction: Extraction, extract: Extract, twins: Sequence[int], heading: frozenset[str]
    ) -> int | None:
        if len(twins) == 1 and heading & self.threads[twins[0]].heading:
            # "Risks" and "Risk register": one row, of the same people, under what is nearly the same heading
            owner, known = self._owner(extraction, extract), self.threads[twins[0]]
            if known.row_in != extraction.paper and any(owner & other for other in known.owners):
                return twins[0]
        return _best(
            (
                (max(self.lexicon.covered(heading, other), self.lexicon.covered(other, heading)), number)
                for number in twins
                if (thread := self.threads[number]).extracts[-1][0] != extraction.paper and (other := thread.heading)
            ),
            SAME_ITEM,
        )

    def _known_by_reference(
        self, extraction: Extraction, extract: Extract, reference: str, telling: Telling
    ) -> int | None:
        """The thread that carries the same printed id. An id used again for other words is another promise."""
        scores = [
            (self._likest(telling, self.threads[n]), n)
            for n in self.by_reference.get(reference, [])[-INDEX_DEPTH:]
            if not (self.threads[n].extraction is extraction and self.threads[n].rows and is_row(extract))
        ]
        score, number = max(scores, default=(0.0, -1))
        return number if score >= SAME_REFERENCE else None

    def _known_by_words(
        self, extraction: Extraction, extract: Extract, reference: str, telling: Telling, *, but: int | None
    ) -> int | None:
        """The one thread that says nearly the same for the same owner; None where two come close, or one all but does:
        that is left to a person."""
        if len(telling.words) < 2:
            return None
        owner = self._owner(extraction, extract)
        new = extract.status is not None and status.is_new(extract.status)
        resolved = not is_row(extract) and RESOLVES.match(extract.quote) is not None
        scores: list[tuple[float, int]] = []
        short: list[tuple[float, int]] = []
        # What was done and is promised again is another promise; a list may go on carrying it.
        for number in self._near(telling.words, running=not is_row(extract)):
            thread = self.threads[number]
            if number == but or (not is_row(extract) and self._elsewhere(telling, thread)):
                continue
            if resolved and earlier(thread.made, extraction.meeting.date):
                continue  # what a meeting resolves is its own act, however often it resolves in those words
            if reference and is_row(extract) and (thread.references or not dated_like(reference, thread.made)):
                continue  # two printed ids are two promises; "May24.01" was promised in May
            score = self._likest(telling, thread)
            if is_row(extract) and thread.rows and thread.extraction is not extraction:
                score = max(score, SAME_OPENING * same_opening(extract.quote, thread.first.quote, *thread.printed))
            if is_row(extract) != thread.rows and thread.made == extraction.meeting.date and owner in thread.owners:
                score = max(score, BESIDE_ITS_ROW * any(within(telling, known) for known in thread.tellings))
            if new and score < IDENTICAL and earlier(thread.made, extraction.meeting.date):
                continue  # the list itself says that nobody promised it before
            needed = self._needed(thread, extraction, extract, owner)
            if score < needed - NEAR_TIE or apart(extract.quote, thread.first.quote, *thread.printed):
                continue  # the minutes of the tenth meeting are not those of the eleventh
            (scores if score >= needed else short).append((score, number))
        best = _best(scores, sure=IDENTICAL)
        self.undecided = () if best is not None else _likeliest(scores or short)
        return best

    def _elsewhere(self, telling: Telling, thread: Thread) -> bool:
        """Whether few words are all that is alike in what stands under different headings: "RB to contact the firm"."""
        return (
            not self.lexicon.telling(telling.topic)
            and bool(telling.section)
            and all(
                known.section and not self.lexicon.same_section(telling.section, known.section)
                for known in thread.tellings
            )
        )

    def _taken_up(self, extraction: Extraction, extract: Extract, telling: Telling) -> int | None:
        """The open promise of the same owner that "would now fit them" speaks of: the words around name its subject."""
        owner, today = self._owner(extraction, extract), extraction.meeting.date
        known = telling.words | telling.context
        return _best(
            (
                (max(self.lexicon.covered(old.topic, known) for old in thread.tellings if len(old.topic) > 1), number)
                for number in self._near(known, running=True)
                if (thread := self.threads[number]).owners
                and any(len(old.topic) > 1 for old in thread.tellings)
                and owner
                and not thread.ended_by(extraction)
                and earlier(thread.made, today)
                and any(same_owner(owner, other) for other in thread.owners)
            ),
            TAKEN_UP,
        )

    def _told_again(self, extraction: Extraction, extract: Extract, around: Surroundings) -> int | None:
        """The open promise that a later paper makes again in other words, under its heading or by its item's number."""
        said, owner, today = around.said(extract), self._owner(extraction, extract), extraction.meeting.date
        still = STILL.search(extract.quote) is not None
        scores: list[tuple[float, int]] = []
        for number in self._near(said.words | said.title | said.paragraph, running=True):
            thread = self.threads[number]
            if thread.ended_by(extraction) or not earlier(thread.made, today):
                continue
            if not all(same_owner(owner, other) for other in thread.owners):
                continue  # what stands under one heading may be many people's
            own = bool(owner) and any(owner & other for other in thread.owners)
            if not (own or said.cites or still) or not self._same_place(thread, said, today):
                continue
            if said.cites or self._shares_matter(thread, said):
                scores.append((self._score(thread, said, today), number))
        return _best(pair for pair in scores if pair[0] >= TOLD_AGAIN)

    def _shares_matter(self, thread: Thread, said: Said) -> bool:
        """Whether the words of a sentence and of a promise are of one matter apart from the heading over both."""
        own = said.core - said.section - BUSINESS
        return any(
            self.lexicon.telling(own & (known.topic - known.section), EXPECTED * TELLING_WORDS)
            for known in thread.tellings
        )

    def _needed(self, thread: Thread, extraction: Extraction, extract: Extract, owner: frozenset[str]) -> float:
        """How alike the words must be, given what else is known of the two."""
        same_paper = thread.extraction is extraction
        if thread.ended_by(extraction) and not is_row(extract):
            return math.inf  # what was done and is promised again is another promise
        if thread.owners and not any(same_owner(owner, other) for other in thread.owners):
            return OTHER_OWNER
        if (same_paper and thread.rows == is_row(extract)) or (is_row(extract) and thread.row_in == extraction.paper):
            return SAME_PAPER  # neighbours in one paper share words without being one matter
        if (
            is_row(extract)
            and not thread.rows
            and ((owner and thread.owners) or thread.made == extraction.meeting.date)
        ):
            if thread.made == extraction.meeting.date and not same_paper:
                return LISTED_BESIDE
            return LISTED  # the list takes up what the narrative told at length
        return SAME_WORDS

    def _owner(self, extraction: Extraction, extract: Extract) -> frozenset[str]:
        """An owner's names, and those of the people whom the lists so far tell by them."""
        who = self.register.who(extract.owner, paper=extraction.paper, day=extraction.meeting.date)
        return owner_words(extract, who.printed if who else ())

    def _begin(self, extraction: Extraction, extract: Extract, *, led: bool) -> int:
        thread = Thread(
            extraction=extraction,
            first=extract,
            tellings=[],
            owners=[owner for owner in [self._owner(extraction, extract)] if owner],
            references=set(),
            rows=is_row(extract),
            to_meeting=_to_meeting(extract),
            extracts=[(extraction.paper, extract.id)],
            events=[_event(EventType.MADE, extraction, extract)],
            reference=(extraction, extract.reference) if extract.reference else None,
            owner=(extraction, extract) if extract.owner else None,
            led=led,
            row_in=extraction.paper if is_row(extract) else "",
            due=extract if extract.due and not _goes_on(extract) else None,
        )
        self.people.update(*thread.owners)
        said = thread.made, " ".join(extract.quote.split())
        thread.serial = self.begun[said]
        self.begun[said] += 1
        self.threads.append(thread)
        number = len(self.threads) - 1
        self.running[number] = set()
        return number

    def _sight(self, thread: Thread, extraction: Extraction, extract: Extract, *, led: bool) -> None:
        thread.extracts.append((extraction.paper, extract.id))
        if extract.quote not in thread.printed:
            thread.printed.append(extract.quote)
        owner = self._owner(extraction, extract)
        self.people |= owner
        sighted = _event(EventType.SIGHTED, extraction, extract)
        if owner and thread.owners and not any(same_owner(owner, other) for other in thread.owners):
            sighted = replace(sighted, owner=extract.owner)
        thread.record(sighted)
        if owner and owner not in thread.owners:
            thread.owners.append(owner)
        thread.reference = thread.reference or ((extraction, extract.reference) if extract.reference else None)
        if extract.owner and (
            thread.owner is None
            or (thread.led and is_row(extract) and not led and thread.made == extraction.meeting.date)
        ):
            thread.owner, thread.led = (extraction, extract), led
        if thread.made == extraction.meeting.date:
            thread.due = thread.due if _goes_on(extract) else _better_due(thread.due, extract)
            thread.to_meeting = thread.to_meeting or _to_meeting(extract)
        elif new_due := self._moved_to(thread, extraction, extract):
            agreed = _agreed(extract, extraction, thread.last_due() or self._due_day(thread))
            thread.record(replace(_event(EventType.RESCHEDULED, extraction, extract, new_due=new_due), agreed=agreed))
        if is_row(extract):
            thread.rows, thread.row_in = True, extraction.paper

    def _moved_to(self, thread: Thread, extraction: Extraction, extract: Extract) -> dt.date | None:
        """The new date that a later printing gives.

        The same words set no new date, whenever they are read: "by end of June" in July's list means the June gone by.
        """
        due, today, last = extract.due, extraction.meeting.date, thread.last_due()
        if due is None or due.end is None or due.kind is not DueKind.ABSOLUTE or today is None or due.end <= today:
            return None
        before = thread.due.due if thread.due else None
        if before is not None and stems(before.words) == stems(due.words):
            return None
        if last is not None and (last.month, last.day) == (due.end.month, due.end.day):
            return None
        told = any(e.type is EventType.RESCHEDULED and e.paper == extraction.paper for e in thread.events)
        return None if told else due.end

    # attaching evidence

    def _attach(self, extraction: Extraction, evidence: Evidence, around: Surroundings) -> None:
        if evidence.type in (EventType.MADE, EventType.RULED):
            return
        if evidence.type is EventType.SIGHTED and evidence.extract is not None:
            return  # the row itself is one
        if evidence.type is EventType.WITHDRAWN and evidence.extract is None and extraction.kind not in RECORD_KINDS:
            return  # recommended, not decided
        numbers = self._told_of(extraction, evidence, around)
        for number in numbers:
            self._tell(self.threads[number], extraction, evidence)
        taken_up = None if numbers else self._item_taken_up(extraction, around.said(evidence))
        if taken_up is not None:
            self._tell(self.threads[taken_up], extraction, replace(evidence, type=EventType.SIGHTED))

    def _item_taken_up(self, extraction: Extraction, said: Said) -> int | None:
        """The promise of the last minutes whose item a sentence names by its number, and whose heading by its words."""
        today = extraction.meeting.date
        numbers = [
            number
            for number in (self._near(said.core, running=True) if said.cites else [])
            if (thread := self.threads[number]).pending(today)
            and self._same_place(thread, said, today)
            and any(self.lexicon.same_section(known.section, said.core) for known in thread.tellings)
        ]
        return numbers[0] if len(numbers) == 1 else None

    def _told_of(self, extraction: Extraction, evidence: Evidence, around: Surroundings) -> tuple[int, ...]:
        unsettled = evidence.type in (EventType.NOT_DONE, EventType.PARTLY_DONE)
        if evidence.extract is not None:
            number = self.of_extract.get((extraction.paper, evidence.extract))
        elif unsettled and evidence.span in self.of_span:
            number = self._older(extraction, self.of_span[evidence.span])
        elif evidence.reference is not None and self.by_reference.get(reference_key(evidence.reference)):
            number = self._referred_to(reference_key(evidence.reference), stems(evidence.quote))
        else:
            number = self._spoken_of(extraction, evidence, around)
            line = around.line(evidence.span)
            if number is None and self.spoken_of[0] == line and TAKES_UP.search(evidence.quote):
                number = self.spoken_of[1]  # "He ... would have them in place by May"
            elif number is not None:
                self.spoken_of = line, number
        return (number,) if number is not None else tuple(self._given_up(extraction, evidence))

    def _older(self, extraction: Extraction, number: int) -> int | None:
        """A thread, if a paper before this one made it."""
        return number if earlier(self.threads[number].made, extraction.meeting.date) else None

    def _given_up(self, extraction: Extraction, evidence: Evidence) -> list[int]:
        """All open promises about a subject that the body gives up as a whole."""
        said = GIVEN_UP.search(evidence.quote) if evidence.type is EventType.WITHDRAWN else None
        words = stems(said["subject"]) - BUSINESS if said else frozenset()
        today = extraction.meeting.date
        return [
            number
            for number in (self._near(words, sharing=2, running=True) if len(words) > 1 else [])
            if (thread := self.threads[number]).pending(today)
            and any(words <= telling.topic for telling in thread.tellings)
        ]

    def _referred_to(self, reference: str, words: frozenset[str]) -> int | None:
        numbers = self.by_reference.get(reference, [])[-INDEX_DEPTH:]
        if len(numbers) < 2:
            return numbers[0] if numbers else None
        said = Telling(words, words - BUSINESS, frozenset(), frozenset(), frozenset(), None)
        return max(numbers, key=lambda n: (self._likest(said, self.threads[n]), n))

    def _spoken_of(self, extraction: Extraction, evidence: Evidence, around: Surroundings) -> int | None:
        """The earlier promise that a sentence of narrative is about, where it is about one beyond doubt."""
        today = extraction.meeting.date
        said = around.said(evidence)
        rule = status.sentence_rule(evidence.quote)
        if rule is not None and rule.flag == "minutes":
            return self._minutes_taken(today)
        promised = evidence.type is EventType.DONE and evidence.span in self.of_span
        scores: list[tuple[float, int]] = []
        short: list[tuple[float, int]] = []
        scored: dict[int, float] = {}
        denies = evidence.type is EventType.NOT_DONE
        for number in self._near(said.words | said.title | said.paragraph, running=not denies):
            thread = self.threads[number]
            if not earlier(thread.made, today):
                continue
            if thread.settled(today) and not (
                denies
                and thread.done()
                and any(
                    said.words & known.words & DEEDS and len((said.core & known.topic) - DEEDS) > 1
                    for known in thread.tellings
                )
            ):
                continue  # only the very deed that was told can be denied
            if rule is not None and rule.flag and not self._speaks_for(rule.flag, thread, said, today):
                continue
            if promised and not status.finds_out(thread.first.quote):
                continue  # what another promises answers who was to ask him, and does nobody else's deed
            if said.cites and thread.made == self._last_held(today) and not self._same_place(thread, said, today):
                continue  # "Item 6" of the last minutes is no other item of theirs
            score = self._score(thread, said, today) - DATED * (evidence.type is EventType.RESCHEDULED)
            needed = max(SPOKEN_OF, self._least(thread, today))
            if score > 0.0:
                scored[number] = score
            if score >= needed - NEAR_TIE:
                (scores if score >= needed else short).append((score, number))
        best = _best(scores)
        if best is not None and (alike := self._as_well(best, scored, said)):
            scores, best = [(1.0, number) for number in (best, *alike)], None
        if best is None:
            event = _event(evidence.type, extraction, evidence)
            for each in _likeliest(scores or short):
                self.threads[each].proposals.append((event, None))
        return best

    def _as_well(self, best: int, scores: Mapping[int, float], said: Said) -> list[int]:
        """The other promises that a sentence may be about as well: all that tells of the best one tells of them too."""
        marks = self._marks(self.threads[best], said)
        near = [number for number, score in scores.items() if number != best and score > scores[best] - AS_WELL]
        return [number for number in near if marks <= self._marks(self.threads[number], said)]

    def _marks(self, thread: Thread, said: Said) -> frozenset[str]:
        """What of a sentence tells of a promise: words of its subject and of what stands around it, and its owner."""
        known = frozenset().union(*(telling.topic | telling.context for telling in thread.tellings))
        named = any(named_in(owner, said.tokens) for owner in thread.owners)
        return (known & (said.core | said.section)) | ({"\0owner"} if named else frozenset())

    def _speaks_for(self, flag: str, thread: Thread, said: Said, today: dt.date | None) -> bool:
        """Whether a sentence of a kind that keeps only some promises may keep this one."""
        if flag == "item":
            return thread.to_meeting or (said.cites is not None and self._expected(thread, today))
        if flag == "findings":
            return thread.to_meeting or (
                status.finds_out(thread.first.quote)
                and any(named_in(owner, said.tokens) for owner in thread.owners)
                and self._same_place(thread, said, today)
            )
        if flag == "answer":
            return (
                status.finds_out(thread.first.quote)
                and self._lately(thread, today)
                and said.people.isdisjoint(self.people)
                and not any(named_in(owner, said.tokens) for owner in thread.owners)
            )
        return True

    def _lately(self, thread: Thread, today: dt.date | None) -> bool:
        """Whether one of the last meetings made a promise or had it again: who is asked answers soon or never."""
        before = bisect_left(self.held, today) if today else 0
        return any(event.date in self.held[max(0, before - ANSWERS_WITHIN) : before] for event in thread.events)

    def _minutes_taken(self, today: dt.date | None) -> int | None:
        """The promise of the last meeting to send round its minutes, where there is one such."""
        last = self._last_held(today)
        numbers = [
            number
            for number in self._near(frozenset({"minut"}), running=True)
            if (thread := self.threads[number]).made == last
            and thread.pending(today)
            and status.of_minutes(thread.first.quote)
        ]
        return numbers[0] if len(numbers) == 1 else None

    def _least(self, thread: Thread, today: dt.date | None) -> float:
        """What a sentence must score to be about a promise: more, where it was settled or its day is long past."""
        if thread.settled(today):
            return CONTRADICTED
        spoken = [day for day in (thread.last_due(), thread.made, *(e.date for e in thread.events)) if day is not None]
        gap = today - max(spoken) if spoken and today is not None else dt.timedelta(0)
        return SPOKEN_OF if gap <= LONG_AGO else LONG_PAST if gap <= 4 * LONG_AGO else LONG_LOST

    def _score(self, thread: Thread, said: Said, today: dt.date | None) -> float:
        """How surely a sentence is about a promise, by its words and by what else speaks for it."""
        expected = thread.to_meeting and self._expected(thread, today)
        same = self._same_place(thread, said, today)
        telling = TELLING_WORDS * (EXPECTED if expected or said.looks_back or same else 1.0)
        score = max(self.lexicon.about(known, said, telling) for known in thread.tellings)
        if score == 0.0 and not expected and not same:
            return score
        named = any(named_in(owner, said.tokens) for owner in thread.owners)
        finding = named and said.reports and status.finds_out(thread.first.quote)
        deed = any(said.words & known.words & DEEDS for known in thread.tellings)
        if score == 0.0 and named and deed:
            # "Cllr Reed reported back that the gullies had been missed": only the words around told what it is about
            score = ANSWERED * any(len((known.context & said.core) - BUSINESS) > 1 for known in thread.tellings)
        if score == 0.0 and same and said.looks_back and (deed or said.leans or said.answers or finding):
            score = ANSWERED
        if score == 0.0:
            return score
        another = not named and not said.people.isdisjoint(self.people) and bool(thread.owners)
        return (
            score
            + BESIDES * (expected + said.looks_back + named + deed)
            + UNDER_ONE_HEADING * same
            - OTHER_PERSON * another
        )

    def _same_place(self, thread: Thread, said: Said, today: dt.date | None) -> bool:
        """Whether a sentence stands under the heading of a promise, or names the item of the minutes that made it."""
        if said.cites is not None:
            return any(self._cited(known.item, said.cites, thread.made, today) for known in thread.tellings)
        return any(self.lexicon.same_section(known.section, said.section) for known in thread.tellings)

    def _cited(self, item: str | None, number: str, made: dt.date | None, today: dt.date | None) -> bool:
        if item is None or made is None:
            return False
        return item == number or (item == re.split(r"\W", number)[0] and made == self._last_held(today))

    def _last_held(self, today: dt.date | None) -> dt.date | None:
        """The day of the meeting before this one."""
        before = bisect_left(self.held, today) if today else 0
        return self.held[before - 1] if before else None

    def _tell(self, thread: Thread, extraction: Extraction, evidence: Evidence) -> None:
        today = extraction.meeting.date
        if thread.made is not None and (today is None or today < thread.made):
            return
        if any(e.type is evidence.type and e.paper == extraction.paper for e in thread.events):
            return
        if evidence.type is EventType.WITHDRAWN and status.only_closes(evidence.quote) and thread.done():
            return
        type_ = _in_its_terms(evidence, " ".join([thread.first.quote, *thread.printed]))
        new_due = evidence.when if type_ is EventType.RESCHEDULED else None
        if new_due is not None and ((today is not None and new_due < today) or new_due == thread.last_due()):
            new_due = None
        if type_ is EventType.RESCHEDULED and new_due is None:
            type_ = EventType.SIGHTED  # "next agenda", or the new date again: nothing that it could be held to
        if type_ is EventType.DONE and evidence.extract and thread.listed_done:
            type_ = EventType.SIGHTED  # the list goes on carrying what it told done before
        if type_ is EventType.SIGHTED and evidence.extract:
            return  # the row itself is one
        due = thread.last_due()
        if evidence.extract:
            thread.listed_done = type_ is EventType.DONE or (thread.listed_done and type_ is not EventType.NOT_DONE)
        event = Event(
            type=type_,
            paper=extraction.paper,
            page=evidence.page,
            date=today,
            quote=evidence.quote,
            new_due=new_due,
            agreed=type_ is EventType.RESCHEDULED and _agreed(evidence, extraction, due),
            when=self._day_of(evidence, type_, thread.made, today),
        )
        thread.record(event)
        self.told.append((thread, event))

    def _day_of(
        self, evidence: Evidence, type_: EventType, made: dt.date | None, today: dt.date | None
    ) -> dt.date | None:
        """The day of a deed: as told, or the paper's own where the deed is business taken at its meeting."""
        if type_ is not EventType.DONE:
            return None
        if _possible(evidence.when, made, today):
            return evidence.when
        rule = status.sentence_rule(evidence.quote) if evidence.extract is None else None
        return today if rule is not None and rule.flag == "item" else None

    def _meet(self, extraction: Extraction, around: Surroundings) -> None:
        """An item of business at a meeting keeps what was promised to it, unless the item stands on every agenda."""
        if extraction.kind not in RECORD_KINDS:
            return
        today = extraction.meeting.date
        titles = [item.title for item in extraction.items] + around.headings
        for title in titles:
            words = frozenset(stem for stem in stems(title) if not stem.isdigit())
            for number in self._near(words, running=True):
                thread = self.threads[number]
                if not thread.to_meeting or not thread.pending(today):
                    continue
                if any(event.paper == extraction.paper for event in thread.events):
                    continue  # the paper itself says how it stands
                if not any(telling.topic - BUSINESS for telling in thread.tellings):
                    continue  # "review at the next meeting" names no subject that a title could show
                covered = max(self.lexicon.covered(telling.topic, words) for telling in thread.tellings)
                inside = max(self.lexicon.covered(words - BUSINESS, telling.topic) for telling in thread.tellings)
                usual = words in self.titles_before
                if title in around.headings and not any(
                    len(telling.topic) > 1 or words - BUSINESS == telling.topic for telling in thread.tellings
                ):
                    continue  # a heading within an item is too small a sign for a subject of one word
                if covered >= ITEM_COVERS or (inside > ITEM_WITHIN and covered >= ITEM_TOUCHES and not usual):
                    thread.record(_item_event(extraction, title))
        self.titles |= {words for title in titles if (words := stems(title))}

    def _mention(self, extraction: Extraction, passages: Sequence[frozenset[str]]) -> None:
        """Note the open promises that a paper touches: no verdict may rest on its silence.

        What was promised to a meeting is looked for harder, since its absence is called broken.
        """
        today = extraction.meeting.date
        titles = [stems(item.title) - BUSINESS for item in extraction.items]
        touched: set[int] = set()
        lines = [*(item.title for item in extraction.items), *extraction.text.split("\n")]
        for passage, line in zip((*titles, *passages), lines, strict=True):
            for number in self._near(passage, sharing=2, running=True):
                thread = self.threads[number]
                if number in touched or not thread.pending(today):
                    continue
                telling = next(
                    (t for t in thread.tellings if self.lexicon.touches(t, passage, thread.to_meeting)), None
                )
                if telling and (thread.to_meeting or self.lexicon.in_one_breath(telling.topic, line)):
                    touched.add(number)
        told = frozenset().union(*titles) - DEEDS
        for number in self.running:
            thread = self.threads[number]
            if thread.to_meeting and any(told & telling.topic for telling in thread.tellings) and thread.pending(today):
                touched.add(number)
        for number in sorted(touched):
            self.threads[number].mentions.append(extraction.paper)

    # likeness

    def _likest(self, telling: Telling, thread: Thread) -> float:
        return max(self.lexicon.alike(telling, known) for known in thread.tellings)

    def _expected(self, thread: Thread, today: dt.date | None) -> bool:
        """Whether a promise falls due at the meeting of this day."""
        due = thread.due.due if thread.due is not None else None
        if due is not None and due.kind is DueKind.NEXT_MEETING and thread.last_due() is None:
            after = bisect_right(self.held, thread.made or dt.date.max)
            return after < len(self.held) and self.held[after] == today
        return _same_meeting(thread.last_due(), today)

    def _near(self, words: frozenset[str], *, sharing: int = 1, running: bool = False) -> list[int]:
        """Threads that share telling words, by an index of each thread's rarest, so that the cost stays linear: of all
        threads, or of those still running."""
        found: Counter[int] = Counter()
        for stem in words:
            if not running and stem in self.by_stem:
                found.update(self.by_stem[stem][-INDEX_DEPTH:])
            elif running and stem in self.running_by_stem:
                found.update(islice(reversed(self.running_by_stem[stem]), INDEX_DEPTH))
        return sorted(n for n, count in found.items() if count >= sharing or self.threads[n].to_meeting)

    def _index(self, number: int, telling: Telling) -> None:
        for words in (telling.topic, telling.context, telling.section):
            for stem in sorted(words, key=lambda stem: (-self.lexicon.weight(stem), stem))[:INDEX_WIDTH]:
                postings = self.by_stem[stem]
                if not postings or postings[-1] != number:
                    postings.append(number)
                if number in self.running:
                    self.running[number].add(stem)
                    self.running_by_stem[stem][number] = None


def _best(scores: Iterable[tuple[float, int]], least: float = 0.0, *, sure: float = math.inf) -> int | None:
    """The thread that scores best, and enough, where none other comes close or it is sure; of equal ones the latest."""
    ranked = sorted(scores, reverse=True)
    if not ranked or ranked[0][0] < least:
        return None
    tied = len(ranked) > 1 and ranked[1][0] > ranked[0][0] - NEAR_TIE
    return None if tied and ranked[0][0] < sure else ranked[0][1]


def _likeliest(scores: Iterable[tuple[float, int]]) -> tuple[int, ...]:
    """The threads that a person is to choose from, the likeliest first."""
    ranked = sorted(scores, reverse=True)
    return tuple(number for score, number in ranked[:PROPOSED] if score > ranked[0][0] - NEAR_TIE)


_AGREED = re.compile(r"\b(?:agreed|approved|resolved|granted|accepted)\b", re.IGNORECASE)


def _agreed(told: Extract | Evidence, extraction: Extraction, due: dt.date | None) -> bool:
    """Whether the body itself agreed to put off what was due on a day, before that day had passed.

    It did where the words say so, or stand in one of its decisions: a limb of "AGREED –" does not say the word itself.
    """
    today = extraction.meeting.date
    decided = _AGREED.search(told.quote) is not None or any(
        extract.kind is Kind.DECISION
        and extract.outcome not in _NO_CONSENT
        and extract.span.start <= told.span.start
        and told.span.end <= extract.span.end
        for extract in extraction.extracts
    )
    return decided and (due is None or today is None or today <= due)


_NO_CONSENT = (Outcome.NOTED, Outcome.REJECTED)


def _goes_on(extract: Extract) -> bool:
    """Whether a row says "ongoing" where its list gives one deadline for all rows that say nothing else."""
    due, told = extract.due, extract.status
    return due is not None and told is not None and due.words not in extract.quote and status.only_goes_on(told)


def _to_meeting(extract: Extract) -> bool:
    due = extract.due
    return due is not None and status.to_meeting(extract.quote, due.words)


def _better_due(known: Extract | None, other: Extract) -> Extract | None:
    """The deadline of two tellings in papers of one day: a date counts more than words that fix none."""
    if other.due is None or (known is not None and known.due is not None and known.due.end is not None):
        return known
    return other if known is None or other.due.end is not None else known


def _same_meeting(due: dt.date | None, today: dt.date | None) -> bool:
    return due is not None and today is not None and abs(due - today) <= MOVED_MEETING


def _plain(quote: str) -> str:
    return " ".join(tokens(quote))


def _possible(when: dt.date | None, made: dt.date | None, today: dt.date | None) -> bool:
    """Whether a deed can have been done that day: not before it was promised, not after it was told."""
    return when is not None and (made is None or when >= made) and (today is None or when <= today)


def _event(
    type_: EventType, extraction: Extraction, printed: Extract | Evidence, new_due: dt.date | None = None
) -> Event:
    return Event(
        type=type_,
        paper=extraction.paper,
        page=printed.page,
        date=extraction.meeting.date,
        quote=printed.quote,
        new_due=new_due,
        listed=isinstance(printed, Extract) and is_row(printed),
    )


def _in_its_terms(evidence: Evidence, action: str) -> EventType:
    """What words tell of a given promise: an answer still awaited is all that a promise to raise a matter wanted, and
    "script written" is only a step towards a film."""
    if evidence.type is EventType.DONE and evidence.extract and status.only_a_step(evidence.quote, action):
        return EventType.SIGHTED
    if evidence.type is EventType.RESCHEDULED and status.only_arranges(action):
        return EventType.DONE
    if evidence.type is EventType.NOT_DONE and status.only_raises(action):
        rule = status.cell_rule(evidence.quote) if evidence.extract else status.sentence_rule(evidence.quote)
        if rule is not None and rule.flag == "awaited":
            return EventType.DONE
    return evidence.type


def _item_event(extraction: Extraction, title: str) -> Event:
    day = extraction.meeting.date
    return Event(type=EventType.DONE, paper=extraction.paper, page=None, date=day, quote=title, when=day)


def _content(extraction: Extraction) -> str:
    """What a paper says, and of which day, however often and in whatever format it was issued."""
    said = f"{extraction.meeting.date} {' '.join(extraction.text.split())}"
    return hashlib.sha256(said.encode()).hexdigest()


def _promise(thread: Thread, register: Register) -> Promise:
    first, extraction = thread.first, thread.extraction
    paper, named = thread.owner or (extraction, first)
    who = register.who(named.owner, paper=paper.paper, day=paper.meeting.date)
    meeting: Meeting = extraction.meeting
    # As this paper names the body: which one initials stand for may be told by later papers only.
    key = "" if meeting.filed else body_key(meeting.body)
    # Without a body or a day only the paper itself tells one promise from another of the same words.
    where = meeting.date.isoformat() if key and meeting.date else _content(extraction)
    identity = "\n".join([key, where, " ".join(first.quote.split()), str(thread.serial)])
    return Promise(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        body=meeting.body,
        action=first.quote,
        owner=named.owner,
        owner_name=str(who) if who else None,
        owner_posts=who.posts if who else (),
        due=thread.due.due if thread.due else None,
        strength=first.strength or Strength.UNDERTAKING,
        reference=thread.reference[1] if thread.reference else None,
        paper=extraction.paper,
        page=first.page,
        made=meeting.date,
        extracts=tuple(thread.extracts),
        events=tuple(thread.events),
        mentions=tuple(thread.mentions),
        inherited=thread.inherited,
        owned=_later(paper, extraction) if thread.owner else None,
        referred=_later(thread.reference[0], extraction) if thread.reference else None,
    )


def _later(paper: Extraction, first: Extraction) -> dt.date | None:
    """The day of a paper, where it is not that of the first one."""
    return paper.meeting.date if paper.meeting.date != first.meeting.date else None
