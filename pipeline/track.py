"""Tracking: what many papers say -> promises with their history -> what became of each, as of a day.

Hides how sightings of one matter are told from look-alikes, how evidence finds its promise, the body's calendar, and
the table of verdicts. Hands over `link`, `assess` and `verdicts`, and `PaperRef`, all that a verdict needs to know of a
paper. Pure: the clock is an argument. Papers are read in the order of their dates and nothing that a later one says
changes what was made of the earlier ones, so that the verdict of a past day never depends on what was published since.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from pipeline.records import (
    Coverage,
    Due,
    DueKind,
    Event,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    Meeting,
    PaperKind,
    Promise,
    Span,
    Strength,
    Verdict,
    VerdictKind,
)
from pipeline.rules import status

RECORD_KINDS = (PaperKind.MINUTES, PaperKind.DECISION_RECORD)
"""Papers that tell what happened at a meeting; the silence of others proves nothing."""

_SETTLING = (EventType.DONE, EventType.WITHDRAWN, EventType.SUPERSEDED)


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
            coverage=extraction.coverage,
            has_list=any(_is_row(extract) for extract in extraction.extracts),
        )


def body_key(body: str | None) -> str:
    """The name by which papers of one body are gathered: without case, punctuation, dates, articles and "meeting"."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\([^)]*\)", " ", body or "").casefold().replace("&", " and "))
    return " ".join(word for word in words if word not in _BODY_NOISE)


_BODY_NOISE = frozenset(
    {"a", "agenda", "for", "meeting", "meetings", "minutes", "monthly", "of", "ordinary", "report", "the"}
)


# ------------------------------------------------------------------------------------------------------------- linking


def link(extractions: Iterable[Extraction]) -> list[Promise]:
    """Make promises of what the papers say, those of each body by themselves, in order of their first printing.

    The order in which papers are given makes no difference. A paper without a known body or date stands alone.
    """
    bodies: dict[str, list[Extraction]] = defaultdict(list)
    seen: dict[str, Extraction] = {}
    for extraction in sorted(extractions, key=_printing_order):
        if seen.setdefault(extraction.sha256, extraction) is not extraction:
            continue  # the same bytes under another name are the same paper
        key = body_key(extraction.meeting.body)
        alone = not key or extraction.meeting.date is None
        bodies[f"\0{extraction.sha256}" if alone else key].append(extraction)
    return [promise for key in sorted(bodies) for promise in _Linker().run(bodies[key])]


_PRINTING = {kind: rank for rank, kind in enumerate([PaperKind.AGENDA, PaperKind.REPORT, PaperKind.STRATEGY])}
_AFTER_MINUTES = {PaperKind.ACTION_LOG: 9}


def _printing_order(extraction: Extraction) -> tuple[dt.date, int, str, str]:
    rank = _PRINTING.get(extraction.kind, _AFTER_MINUTES.get(extraction.kind, 5))
    return (extraction.meeting.date or dt.date.max, rank, extraction.paper, extraction.sha256)


@dataclass(frozen=True, slots=True)
class _Telling:
    """The words in which a promise is printed once: all of them, those that name its subject, and those around it.

    The subject leaves out deadline, owner and the words of all business ("report", "agreed"). What stands around it,
    its paragraph and the title of its item, is what "them" and "the letter" speak of.
    """

    words: frozenset[str]
    topic: frozenset[str]
    context: frozenset[str]


@dataclass(slots=True)
class _Thread:
    """A promise while its papers are being read."""

    extraction: Extraction
    first: Extract
    tellings: list[_Telling]
    owners: list[frozenset[str]]
    references: set[str]
    rows: bool
    to_meeting: bool
    extracts: list[tuple[str, str]]
    events: list[Event]
    mentions: list[str] = field(default_factory=list)
    owner: Extract | None = None
    due: Extract | None = None
    reference: str | None = None
    serial: int = 0
    ended: dt.date | None = None

    @property
    def made(self) -> dt.date | None:
        return self.extraction.meeting.date

    def settled(self, today: dt.date | None) -> bool:
        """Whether papers before this day tell how it ended; papers of one day may all tell it."""
        return self.ended is not None and _earlier(self.ended, today)

    def record(self, event: Event) -> None:
        self.events.append(event)
        if event.type in _SETTLING and self.ended is None:
            self.ended = event.date

    def last_due(self) -> dt.date | None:
        moved = [event.new_due for event in self.events if event.new_due is not None]
        if moved:
            return moved[-1]
        return self.due.due.end if self.due is not None and self.due.due is not None else None


class _Linker:
    """Reads the papers of one body in the order of their dates and keeps the threads."""

    def __init__(self) -> None:
        self.threads: list[_Thread] = []
        self.by_stem: dict[str, list[int]] = defaultdict(list)
        self.by_reference: dict[str, list[int]] = defaultdict(list)
        self.of_extract: dict[tuple[str, str], int] = {}
        self.seen_in: Counter[str] = Counter()
        self.passages = 0
        self.weights: dict[str, float] = {}

    def run(self, extractions: Sequence[Extraction]) -> list[Promise]:
        titles: set[frozenset[str]] = set()
        for extraction in extractions:
            passages = [stems(line) for line in extraction.text.split("\n")]
            for passage in passages:
                self.seen_in.update(passage)
            self.passages += len(passages)
            self.weights.clear()
            around = _Surroundings(extraction, passages)
            for extract in sorted(extraction.extracts, key=lambda e: (e.span, e.id)):
                if extract.kind is Kind.PROMISE:
                    self._place(extraction, extract, around)
            for evidence in sorted(extraction.evidence, key=lambda e: e.span):
                self._attach(extraction, evidence, around)
            titles = self._meet(extraction, titles)
            self._mention(extraction, passages)
        return [_promise(thread) for thread in self.threads]

    # placing a sighting

    def _place(self, extraction: Extraction, extract: Extract, around: _Surroundings) -> None:
        telling = around.telling(extract)
        reference = reference_key(extract.reference)
        number = self._known_by_reference(extraction, extract, reference, telling)
        if number is None:
            number = self._known_by_words(extraction, extract, reference, telling)
        if number is None:
            number = self._begin(extraction, extract)
        else:
            self._sight(self.threads[number], extraction, extract)
        self.of_extract[extraction.paper, extract.id] = number
        thread = self.threads[number]
        if all(telling.words != known.words for known in thread.tellings):
            thread.tellings.append(telling)
            self._index(number, telling)
        if reference and reference not in thread.references:
            thread.references.add(reference)
            self.by_reference[reference].append(number)
        if replaced := _REPLACES.search(extract.quote):
            self._supersede(extraction, extract, stems(extract.quote[replaced.end() :]) - BUSINESS, by=number)

    def _supersede(self, extraction: Extraction, extract: Extract, words: frozenset[str], *, by: int) -> None:
        """A promise made "in place of" another ends it, where the words say which."""
        today = extraction.meeting.date
        scores = sorted(
            (
                (max(self._covered(words, telling.topic | telling.context) for telling in thread.tellings), number)
                for number in self._near(words)
                if number != by and not (thread := self.threads[number]).settled(today) and _earlier(thread.made, today)
            ),
            reverse=True,
        )
        if scores and scores[0][0] >= REPLACED and (len(scores) == 1 or scores[1][0] < scores[0][0] - NEAR_TIE):
            self.threads[scores[0][1]].record(_event(EventType.SUPERSEDED, extraction, extract))

    def _known_by_reference(
        self, extraction: Extraction, extract: Extract, reference: str, telling: _Telling
    ) -> int | None:
        """The thread that carries the same printed id. An id used again for other words is another promise."""
        scores = [
            (self._likest(telling, self.threads[n]), n)
            for n in self.by_reference.get(reference, ())
            if not (self.threads[n].extraction is extraction and self.threads[n].rows and _is_row(extract))
        ]
        score, number = max(scores, default=(0.0, -1))
        return number if score >= SAME_REFERENCE else None

    def _known_by_words(
        self, extraction: Extraction, extract: Extract, reference: str, telling: _Telling
    ) -> int | None:
        """The one thread that says nearly the same for the same owner; None where two come close."""
        if len(telling.words) < 2:
            return None
        owner = owner_words(extract)
        scores: list[tuple[float, int]] = []
        for number in self._near(telling.words):
            thread = self.threads[number]
            if reference and _is_row(extract) and (thread.references or not _dated_like(reference, thread.made)):
                continue  # two printed ids are two promises; "May24.01" was promised in May
            score = self._likest(telling, thread)
            if score >= self._needed(thread, extraction, extract, owner):
                scores.append((score, number))
        scores.sort(key=lambda pair: (-pair[0], -pair[1]))
        if not scores or (len(scores) > 1 and scores[1][0] > scores[0][0] - NEAR_TIE and scores[0][0] < IDENTICAL):
            return None
        return scores[0][1]

    def _needed(self, thread: _Thread, extraction: Extraction, extract: Extract, owner: frozenset[str]) -> float:
        """How alike the words must be, given what else is known of the two."""
        same_paper = thread.extraction is extraction
        if thread.settled(extraction.meeting.date) and not _is_row(extract):
            return math.inf  # what was done and is promised again is another promise
        if not all(_same_owner(owner, other) for other in thread.owners):
            return OTHER_OWNER
        if same_paper and thread.rows == _is_row(extract):
            return SAME_PAPER  # neighbours in one paper share words without being one matter
        if owner and thread.owners and _is_row(extract) and not thread.rows:
            return LISTED  # the list takes up what the narrative told at length
        return SAME_WORDS

    def _begin(self, extraction: Extraction, extract: Extract) -> int:
        thread = _Thread(
            extraction=extraction,
            first=extract,
            tellings=[],
            owners=[owner for owner in [owner_words(extract)] if owner],
            references=set(),
            rows=_is_row(extract),
            to_meeting=_to_meeting(extract),
            extracts=[(extraction.paper, extract.id)],
            events=[_event(EventType.MADE, extraction, extract)],
            reference=extract.reference,
            owner=extract if extract.owner else None,
            due=extract if extract.due else None,
        )
        thread.serial = sum(
            1 for t in self.threads if t.extraction is extraction and t.first.quote.split() == extract.quote.split()
        )
        self.threads.append(thread)
        return len(self.threads) - 1

    def _sight(self, thread: _Thread, extraction: Extraction, extract: Extract) -> None:
        thread.extracts.append((extraction.paper, extract.id))
        thread.record(_event(EventType.SIGHTED, extraction, extract))
        owner = owner_words(extract)
        if owner and owner not in thread.owners:
            thread.owners.append(owner)
        thread.reference = thread.reference or extract.reference
        thread.owner = thread.owner or (extract if extract.owner else None)
        if thread.made == extraction.meeting.date:
            thread.due = _better_due(thread.due, extract)
            thread.to_meeting = thread.to_meeting or _to_meeting(extract)
        elif new_due := self._moved_to(thread, extraction, extract):
            thread.record(_event(EventType.RESCHEDULED, extraction, extract, new_due=new_due))
        thread.rows = thread.rows or _is_row(extract)

    def _moved_to(self, thread: _Thread, extraction: Extraction, extract: Extract) -> dt.date | None:
        """The new date that a later printing gives.

        The same words set no new date, whenever they are read: "by end of June" in July's list means the June gone by.
        """
        due, today, last = extract.due, extraction.meeting.date, thread.last_due()
        if due is None or due.end is None or due.kind is not DueKind.ABSOLUTE or today is None or due.end < today:
            return None
        before = thread.due.due if thread.due else None
        if before is not None and stems(before.words) == stems(due.words):
            return None
        if last is not None and (last.month, last.day) == (due.end.month, due.end.day):
            return None
        told = any(e.type is EventType.RESCHEDULED and e.paper == extraction.paper for e in thread.events)
        return None if told else due.end

    # attaching evidence

    def _attach(self, extraction: Extraction, evidence: Evidence, around: _Surroundings) -> None:
        if evidence.type in (EventType.SIGHTED, EventType.MADE, EventType.RULED):
            return
        if evidence.extract is not None:
            number = self.of_extract.get((extraction.paper, evidence.extract))
        elif evidence.reference is not None:
            number = self._referred_to(reference_key(evidence.reference), stems(evidence.quote))
        else:
            number = self._spoken_of(extraction, evidence, around.title_over(evidence.span))
        if number is not None:
            self._tell(self.threads[number], extraction, evidence)

    def _referred_to(self, reference: str, words: frozenset[str]) -> int | None:
        numbers = self.by_reference.get(reference, [])
        if len(numbers) < 2:
            return numbers[0] if numbers else None
        said = _Telling(words, words - BUSINESS, frozenset())
        return max(numbers, key=lambda n: (self._likest(said, self.threads[n]), n))

    def _spoken_of(self, extraction: Extraction, evidence: Evidence, title: frozenset[str]) -> int | None:
        """The earlier promise that a sentence of narrative is about, where it is about one beyond doubt."""
        words, today = stems(evidence.quote), extraction.meeting.date
        rule = status.sentence_rule(evidence.quote)
        scores: list[tuple[float, int]] = []
        for number in self._near(words | title):
            thread = self.threads[number]
            if thread.settled(today) or not _earlier(thread.made, today):
                continue
            if rule is not None and rule.flag == "item" and not thread.to_meeting:
                continue
            score = max(self._about(telling, words, title) for telling in thread.tellings)
            if score >= SPOKEN_OF:
                scores.append((score, number))
        scores.sort(reverse=True)
        if not scores or (len(scores) > 1 and scores[1][0] > scores[0][0] - NEAR_TIE):
            return None
        return scores[0][1]

    def _tell(self, thread: _Thread, extraction: Extraction, evidence: Evidence) -> None:
        today = extraction.meeting.date
        if thread.made is not None and (today is None or today < thread.made):
            return
        if any(e.type is evidence.type and e.paper == extraction.paper for e in thread.events):
            return
        if _only_closed(evidence) and any(e.type is EventType.DONE for e in thread.events):
            return
        type_ = _in_its_terms(evidence, thread.first.quote)
        new_due = evidence.when if type_ is EventType.RESCHEDULED else None
        if new_due is not None and ((today is not None and new_due < today) or new_due == thread.last_due()):
            new_due = None
        due = thread.last_due()
        thread.record(
            Event(
                type=type_,
                paper=extraction.paper,
                page=evidence.page,
                date=today,
                quote=evidence.quote,
                new_due=new_due,
                agreed=type_ is EventType.RESCHEDULED
                and _AGREED.search(evidence.quote) is not None
                and (due is None or today is None or today <= due),
                when=evidence.when
                if type_ is EventType.DONE and _possible(evidence.when, thread.made, today)
                else None,
            )
        )

    def _meet(self, extraction: Extraction, before: set[frozenset[str]]) -> set[frozenset[str]]:
        """An item of business at a meeting keeps what was promised to it, unless the item stands on every agenda."""
        titles = {words for item in extraction.items if (words := stems(item.title))}
        if extraction.kind not in RECORD_KINDS:
            return before
        today = extraction.meeting.date
        for item in extraction.items:
            words = stems(item.title)
            for number in self._near(words):
                thread = self.threads[number]
                if thread.settled(today) or not thread.to_meeting or not _earlier(thread.made, today):
                    continue
                if any(event.paper == extraction.paper for event in thread.events):
                    continue  # the paper itself says how it stands
                covered = max(self._covered(telling.topic, words) for telling in thread.tellings)
                inside = max(self._covered(words - BUSINESS, telling.topic) for telling in thread.tellings)
                if covered >= ITEM_COVERS or (inside > ITEM_WITHIN and covered >= ITEM_TOUCHES and words not in before):
                    done = _item_event(extraction, item.title)
                    thread.record(done)
        return titles or before

    def _mention(self, extraction: Extraction, passages: Sequence[frozenset[str]]) -> None:
        """Note the open promises that a paper touches: no verdict may rest on its silence.

        What was promised to a meeting is looked for harder, since its absence is called broken.
        """
        today = extraction.meeting.date
        titles = [stems(item.title) - BUSINESS for item in extraction.items]
        touched: set[int] = set()
        for passage in (*titles, *passages):
            for number in self._near(passage, sharing=2):
                thread = self.threads[number]
                if number in touched or thread.settled(today) or not _earlier(thread.made, today):
                    continue
                if any(self._touches(telling, passage, thread.to_meeting) for telling in thread.tellings):
                    touched.add(number)
        for number in self._open_to_meeting(extraction):
            if any(title & telling.topic for title in titles for telling in self.threads[number].tellings):
                touched.add(number)
        for number in sorted(touched):
            self.threads[number].mentions.append(extraction.paper)

    def _open_to_meeting(self, extraction: Extraction) -> list[int]:
        today = extraction.meeting.date
        return [
            number
            for number, thread in enumerate(self.threads)
            if thread.to_meeting and not thread.settled(today) and _earlier(thread.made, today)
        ]

    # likeness

    def _weight(self, stem: str) -> float:
        weight = self.weights.get(stem)
        if weight is None:
            weight = self.weights[stem] = math.log((self.passages + UNREAD) / (self.seen_in[stem] + 1))
        return weight

    def _mass(self, words: Iterable[str]) -> float:
        return sum(map(self._weight, words))

    def _likest(self, telling: _Telling, thread: _Thread) -> float:
        return max(self._alike(telling, known) for known in thread.tellings)

    def _alike(self, one: _Telling, other: _Telling) -> float:
        """How alike two tellings are: Dice's coefficient over their subjects' weighted words, or a little less than
        the share of one that the other names, be it in the words around it."""
        if one.words == other.words:
            return 1.0
        shared = one.topic & other.topic
        if not shared:
            return 0.0
        common, a, b = self._mass(shared), self._mass(one.topic), self._mass(other.topic)
        dice = 2 * common / (a + b) if len(shared) > 1 else 0.0
        within = 0.8 * common / min(a, b) if len(shared) > 2 else 0.0
        told = max(
            (common + AROUND * self._mass(x.topic & (y.context - y.topic))) / (self._mass(x.topic) or 1.0)
            if len(x.topic & (y.topic | y.context)) > 1
            else 0.0
            for x, y in ((one, other), (other, one))
        )
        return max(dice, within, 0.75 * told)

    def _about(self, telling: _Telling, words: frozenset[str], title: frozenset[str]) -> float:
        """How surely a sentence is about a promise: it names nearly all of its subject, or speaks of little else."""
        topic, said = telling.topic, words - BUSINESS
        shared = topic & words
        around = (telling.context - topic) & said
        if not shared or self._mass(shared | around) < TELLING_WORDS * math.log(self.passages + UNREAD):
            return 0.0  # "arranged" and "meeting" tell nothing apart, "lantern" and "bridge" do
        named = self._mass(topic & (words | title)) / (self._mass(topic) or 1.0)
        spoken = (self._mass(shared) + AROUND * self._mass(around)) / (self._mass(said) or 1.0)
        if len(shared) < 2:
            named = min(named, 0.5)
        return max(named, 0.85 * spoken if len(shared) + len(around) > 2 else 0.0, (named + spoken) / 1.5)

    def _touches(self, telling: _Telling, passage: frozenset[str], sought: bool) -> bool:
        """Whether a passage may speak of a promise. Less will do where its absence would be called broken."""
        topic = telling.topic
        common = self._mass(topic & passage)
        if sought and common >= TOUCHED * self._mass(topic):
            return True
        if sought and len(telling.context & passage) > 1 and self._mass(telling.context & passage) >= TELLING:
            return True
        return self._covered(topic, passage) >= MENTIONED or (len(topic & passage) > 1 and common >= TELLING)

    def _covered(self, telling: frozenset[str], by: frozenset[str]) -> float:
        """The share of a telling's words, by weight, that others hold too; nothing for a single word of several."""
        shared = telling & by
        if len(shared) < min(2, len(telling)):
            return 0.0
        return sum(map(self._weight, shared)) / (sum(map(self._weight, telling)) or 1.0)

    def _near(self, words: frozenset[str], *, sharing: int = 1) -> list[int]:
        """Threads that share telling words, by an index of each thread's rarest, so that the cost stays linear."""
        found: Counter[int] = Counter()
        for stem in words:
            if stem in self.by_stem:
                found.update(self.by_stem[stem][-INDEX_DEPTH:])
        return sorted(n for n, count in found.items() if count >= sharing or self.threads[n].to_meeting)

    def _index(self, number: int, telling: _Telling) -> None:
        for words in (telling.topic, telling.context):
            for stem in sorted(words, key=lambda stem: (-self._weight(stem), stem))[:INDEX_WIDTH]:
                postings = self.by_stem[stem]
                if not postings or postings[-1] != number:
                    postings.append(number)


class _Surroundings:
    """What stands around each span of a paper: its paragraph and the title of its item."""

    def __init__(self, extraction: Extraction, passages: Sequence[frozenset[str]]) -> None:
        self.passages = passages
        lines = extraction.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
        self.tabled = ["\t" in line for line in lines]
        self.items = [(item.span, stems(item.title) - BUSINESS) for item in extraction.items]

    def telling(self, extract: Extract) -> _Telling:
        words = stems(extract.quote)
        subject = topic(extract.quote, extract.due, owner_words(extract)) or words
        return _Telling(words, subject, self._paragraph(extract.span) | self.title_over(extract.span))

    def title_over(self, span: Span) -> frozenset[str]:
        return next((title for over, title in self.items if over.start <= span.start < over.end), frozenset())

    def _paragraph(self, span: Span) -> frozenset[str]:
        line = bisect_right(self.starts, span.start) - 1
        return frozenset() if self.tabled[line] else self.passages[line] - BUSINESS


SAME_REFERENCE = 0.3
SAME_WORDS = 0.6
LISTED = 0.5
AROUND = 0.6
SAME_PAPER = 0.8
OTHER_OWNER = 0.9
IDENTICAL = 0.95
REPLACED = 0.6
NEAR_TIE = 0.05
SPOKEN_OF = 0.55
TELLING_WORDS = 1.3
UNREAD = 100
MENTIONED = 0.5
TOUCHED = 0.3
TELLING = 7.0
ITEM_COVERS = 0.6
ITEM_WITHIN = 0.99
ITEM_TOUCHES = 0.25
INDEX_WIDTH = 8
INDEX_DEPTH = 40


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_REPLACES = re.compile(
    r"\b(?:in place of|instead of|in lieu of|to replace the (?:action|promise|decision) to)\b", re.IGNORECASE
)
_AGREED = re.compile(r"\b(?:agreed|approved|resolved|granted|accepted)\b", re.IGNORECASE)
_STOP = _word_set(
    """a about action after again all also am an and any are as at be been being before between but by can could did do
    does done down during each few for from further had has have having he her here hers him his how i if in into is it
    its itself just me more most my near next no nor not now of off on once only or other our out over own per re same
    she should so some such than that the their them then there these they this those through to too under until up us
    via very was we were what when where which while who whom why will with within would you your shall may might must
    agreed agree asked ask cllr councillor mr mrs ms miss dr meeting resolved requested noted please ensure"""
)
BUSINESS = _word_set(
    """action adopt agenda agre approv ask board bring chair clerk committe confirm consider council cover date deal
    decid decision discuss draft follow formal further go hear inform issu item look matter member need new next note
    officer paper possibl present progress propos provid rais receiv recommend regard relat report requir respon review
    send set show take undertak undertook updat volunteer week
    work month year"""
)
"""Stems of words that any business holds; sharing them tells nothing of a subject."""
_IRREGULAR = {
    "bought": "buy",
    "brought": "bring",
    "built": "build",
    "drawn": "draw",
    "found": "find",
    "given": "give",
    "gave": "give",
    "held": "hold",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "sent": "send",
    "spoke": "speak",
    "spoken": "speak",
    "taken": "take",
    "took": "take",
    "written": "write",
    "wrote": "write",
}
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s", "e")


def stems(text: str) -> frozenset[str]:
    """The words of a text that tell matters apart, cut to their stems."""
    return frozenset(
        _stem(word.casefold())
        for word in re.findall(r"[^\W_]+", text)
        # of the two-letter words only initials and abbreviations tell anything: "HR", "EP"
        if word.casefold() not in _STOP and (len(word) > 2 or word.isdigit() or word.isupper())
    )


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if word.endswith(("ies", "ied")) and len(word) > 5:
        return word[:-3] + "y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def topic(quote: str, due: Due | None, owner: frozenset[str]) -> frozenset[str]:
    """The words that name the subject of a promise."""
    quote = _REPLACES.split(quote, maxsplit=1)[0]  # what it replaces is another's subject
    words = stems(quote.replace(due.words, " ", 1) if due else quote)
    return words - {_stem(word) for word in owner} - BUSINESS


def reference_key(reference: str | None) -> str:
    """A printed id without its typography: "Feb 23.05" and "Feb23.05" are one. A bare row number is no id."""
    key = re.sub(r"[\W_]+", "", (reference or "").casefold())
    key = re.sub(r"^(?:action)?(?:closed|complete|no|ref|id)?(?=[a-z]*\d)", "", key)  # words run into the id's cell
    return "" if key.isdigit() and len(key) < 4 else key


def _dated_like(reference: str, made: dt.date | None) -> bool:
    """Whether an id that prints a month ("may2401") prints that of the promise; ids without one fit any."""
    month = _MONTH_ID.match(reference)
    return month is None or made is None or (month[1], month[2]) == (made.strftime("%b").casefold(), f"{made:%y}")


_MONTH_ID = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:20)?(\d\d)")


def owner_words(extract: Extract | Promise) -> frozenset[str]:
    """The owner's names and initials, in either form that is known."""
    words = re.findall(r"[^\W_]+", f"{extract.owner or ''} {extract.owner_name or ''}".casefold())
    return frozenset(word for word in words if word not in _TITLES)


_TITLES = _word_set("the of and a to mr mrs ms miss dr cllr cllrs councillor councillors all")


def _same_owner(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other or one & other:
        return True
    # "JH" and "John Hoodless" are one where the attendance list has not said so
    return any(len(a) in (2, 3) and _spells(a, two) for first, two in ((one, other), (other, one)) for a in first)


def _spells(initials: str, names: frozenset[str]) -> bool:
    return sorted(initials) == sorted(name[0] for name in names)


def _is_row(extract: Extract) -> bool:
    return extract.reference is not None or extract.status is not None


def _to_meeting(extract: Extract) -> bool:
    due = extract.due
    return due is not None and status.to_meeting(extract.quote, due.words)


def _better_due(known: Extract | None, other: Extract) -> Extract | None:
    """The deadline of two tellings in papers of one day: a date counts more than words that fix none."""
    if other.due is None or (known is not None and known.due is not None and known.due.end is not None):
        return known
    return other if known is None or other.due.end is not None else known


def _earlier(made: dt.date | None, today: dt.date | None) -> bool:
    return made is not None and today is not None and made < today


def _possible(when: dt.date | None, made: dt.date | None, today: dt.date | None) -> bool:
    """Whether a deed can have been done that day: not before it was promised, not after it was told."""
    return when is not None and (made is None or when >= made) and (today is None or when <= today)


def _event(type_: EventType, extraction: Extraction, extract: Extract, new_due: dt.date | None = None) -> Event:
    return Event(
        type=type_,
        paper=extraction.paper,
        page=extract.page,
        date=extraction.meeting.date,
        quote=extract.quote,
        new_due=new_due,
        listed=_is_row(extract),
    )


def _in_its_terms(evidence: Evidence, action: str) -> EventType:
    """What words tell of a given promise: an answer still awaited is all that a promise to raise a matter wanted."""
    if evidence.type is EventType.NOT_DONE and status.only_raises(action):
        rule = status.cell_rule(evidence.quote) if evidence.extract else status.sentence_rule(evidence.quote)
        if rule is not None and rule.flag == "awaited":
            return EventType.DONE
    return evidence.type


def _only_closed(told: Evidence | Event) -> bool:
    """Whether words only close a matter: "Action closed", with no word of its being done or released."""
    rule = status.cell_rule(told.quote) if told.type is EventType.WITHDRAWN else None
    return rule is not None and rule.flag == "closed"


def _item_event(extraction: Extraction, title: str) -> Event:
    return Event(type=EventType.DONE, paper=extraction.paper, page=None, date=extraction.meeting.date, quote=title)


def _promise(thread: _Thread) -> Promise:
    first, extraction = thread.first, thread.extraction
    owner = thread.owner or first
    meeting: Meeting = extraction.meeting
    where = meeting.date.isoformat() if meeting.date else extraction.paper
    identity = "\n".join([body_key(meeting.body), where, " ".join(first.quote.split()), str(thread.serial)])
    return Promise(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        body=meeting.body,
        action=first.quote,
        owner=owner.owner,
        owner_name=owner.owner_name,
        due=thread.due.due if thread.due else None,
        strength=first.strength or Strength.UNDERTAKING,
        reference=thread.reference,
        paper=extraction.paper,
        page=first.page,
        made=meeting.date,
        extracts=tuple(thread.extracts),
        events=tuple(thread.events),
        mentions=tuple(thread.mentions),
    )


# ------------------------------------------------------------------------------------------------------------ verdicts


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


DUE_SOON = dt.timedelta(days=14)
STALE_MEETINGS = 4
STALE_MONTHS = 12
MOVED_MEETING = dt.timedelta(days=10)
"""A meeting held within so many days of its announced day is that meeting, moved."""
NEXT_WITHIN = dt.timedelta(days=400)
"""A printed next meeting that lies further ahead is a slip of the pen."""
UNANNOUNCED = dt.timedelta(days=100)
"""A next meeting that nobody announced is believed to be the next in the store only if it comes this soon."""


class Calendar:
    """The papers and meetings of one body. Made once, it serves all promises of the body."""

    def __init__(self, papers: Iterable[PaperRef]) -> None:
        self.papers = sorted((p for p in papers if p.date is not None), key=lambda p: (p.date or dt.date.min, p.name))
        self.by_name = {paper.name: paper for paper in self.papers}
        self.day_of = {p.name: p.date for p in self.papers if p.date is not None}
        self.days = [p.date for p in self.papers if p.date is not None]
        records = {p.date for p in self.papers if p.kind in RECORD_KINDS and p.date is not None}
        whole = {p.date for p in self.papers if p.kind in RECORD_KINDS and p.coverage is Coverage.OK}
        self.held = sorted(records)
        self.searchable = sorted(day for day in whole if day is not None)
        self.announced: dict[dt.date, dt.date] = {}
        self.next_dates: dict[dt.date, dt.date] = {}
        for paper in self.papers:
            assert paper.date is not None
            for day in {*paper.meeting_dates, *([paper.next_date] if paper.next_date else [])}:
                if paper.date < day <= paper.date + dt.timedelta(days=550):
                    self.announced.setdefault(day, paper.date)
            if paper.next_date and paper.date < paper.next_date:
                self.next_dates.setdefault(paper.next_date, paper.date)
        self.coming = sorted(self.announced)
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
        ahead = self.coming[bisect_right(self.coming, as_of) :]
        return next((day for day in ahead if self.announced[day] <= as_of), None)

    def near(self, day: dt.date, after: dt.date, as_of: dt.date) -> dt.date | None:
        """The meeting held on a day, or moved from it, as far as it is known."""
        held = self.held[bisect_right(self.held, after) : bisect_right(self.held, as_of)]
        close = [other for other in held if abs(other - day) <= MOVED_MEETING]
        return min(close, key=lambda other: (abs(other - day), other), default=None)

    def known_days(self, start: dt.date, end: dt.date) -> set[dt.date]:
        """The days of papers and of announced meetings between two days."""
        return {
            day for days in (self.days, self.coming) for day in days[bisect_left(days, start) : bisect_right(days, end)]
        }

    def first_held(self, after: dt.date) -> set[dt.date]:
        index = bisect_right(self.held, after)
        return set(self.held[index : index + 1])

    def between(self, start: dt.date, end: dt.date) -> Sequence[PaperRef]:
        return self.papers[bisect_left(self.days, start) : bisect_right(self.days, end)]


class _Case:
    """One promise before the table of verdicts."""

    def __init__(self, promise: Promise, papers: Iterable[PaperRef] | Calendar, lapse_after: int) -> None:
        key = body_key(promise.body)
        self.promise = promise
        self.lapse_after = lapse_after
        self.calendar = (
            papers
            if isinstance(papers, Calendar)
            else Calendar(p for p in papers if p.name == promise.paper or (key and body_key(p.body) == key))
        )
        self.to_meeting = promise.due is not None and status.to_meeting(promise.action, promise.due.words)
        self.own_meeting = promise.due is not None and _names_own_meeting(promise.due.words, key)
        self.named = len(topic(promise.action, promise.due, owner_words(promise))) >= 2 and not _PRONOUN.match(
            promise.action
        )
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
        for event in events:
            if event.type is EventType.WITHDRAWN and not (done and _only_closed(event)):
                rule = "closed-without-evidence" if _only_closed(event) else "released"
                return Verdict(VerdictKind.WITHDRAWN, f"withdrawn.{rule}", due)
            if event.type is EventType.SUPERSEDED:
                return Verdict(VerdictKind.SUPERSEDED, "superseded.replaced", due)
        return self._kept(events, done, original, moved, as_of) if done else None

    def _weigh(self, done: list[Event], denied: list[Event]) -> tuple[bool, list[Event]]:
        """Whether papers of equal standing contradict each other; and the deeds that stand."""
        if not done or not denied:
            return False, done
        last, no = done[-1], denied[-1]
        if no.paper == last.paper or (no.date or dt.date.min) < (last.date or dt.date.min):
            return False, done
        ranks = [self._standing(e.paper) for e in (last, no)]
        return ranks[0] == ranks[1], [] if ranks[1] > ranks[0] else done

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
        if deed.when is None:
            if self.to_meeting and self._held(original, as_of):
                late = "kept_late.missed-meeting"
            elif not any(self._shows_open(e, original) and (e.date or day) < day for e in events):
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
        rule = "undated.part-shown" if any(e.type is EventType.PARTLY_DONE for e in events) else "undated.no-date"
        last = max([*(e.date for e in events if e.date), *(d for d in self.mentioned if d <= as_of)], default=None)
        stale = last is not None and (
            self.calendar.meetings_between(last, as_of) >= STALE_MEETINGS or as_of >= _months_on(last, STALE_MONTHS)
        )
        return Verdict(VerdictKind.UNDATED, rule, None, stale=stale)

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
        if not open_events and not mentions:
            if meetings == 0 or unseen:
                why = "meeting-not-in-store" if unseen else "no-later-minutes"
                return Verdict(VerdictKind.NOT_DETERMINABLE, f"not_determinable.{why}", due)
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
        held = self.calendar.held[bisect_right(self.calendar.held, made) :]
        first_held = held[0] if held and held[0] <= as_of else None
        if told and (first_held is None or min(told) < first_held):
            day = min(told)
            return self.calendar.near(day, made, as_of) or day, True
        return first_held, first_held is not None and first_held - made <= UNANNOUNCED

    def _shows_open(self, event: Event, due: dt.date) -> bool:
        return (
            event.type in (EventType.SIGHTED, EventType.NOT_DONE, EventType.PARTLY_DONE, EventType.RESCHEDULED)
            and event.paper != self.promise.paper
            and event.date is not None
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
        return tuple(p.name for p in later if p.date is not None and p.date <= days[self.lapse_after - 1])

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
        days |= {_months_on(day, STALE_MONTHS) for day in touched if day != dt.date.min}
        return iter(sorted(day for day in days if day >= start))

    def _possible_dues(self, start: dt.date) -> set[dt.date]:
        due = self.promise.due
        if due is None:
            return set()
        if due.kind is DueKind.NEXT_MEETING:
            return {due.end or start, *self.calendar.known_days(start, start + NEXT_WITHIN)} | self.calendar.first_held(
                start
            )
        if due.end is None:
            return set()
        inside = self.calendar.known_days(due.start, due.end) if self.own_meeting and due.start else set()
        return {due.end, *inside}


def _months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"no day {months} months after {day}")


_PRONOUN = re.compile(r"\W*(?:this|that|it|he|she|they|these|those|which|will|would|to)\b", re.IGNORECASE)
"""A promise that opens so leaves its subject to the sentence before: its absence from a paper proves nothing."""
_GENERIC = _word_set(
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
