"""What people entered, laid over what the papers say: promises and entries of the ledger -> promises.

Hides which entries are still in force, how two promises that somebody called the same become one, and what a corrected
owner or date means. Pure; what was read stays beside what is laid over it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.records import (
    Correction,
    Due,
    DueKind,
    Entry,
    EntryKind,
    Event,
    EventType,
    Extraction,
    Promise,
    Proposal,
    VerdictKind,
)
from pipeline.register import Register


def lay_over(promises: Sequence[Promise], entries: Iterable[Entry], papers: Sequence[Extraction]) -> list[Promise]:
    """The promises of a body as people corrected and ruled on them, in the order in which they were given.

    `entries` are in the order of the ledger; those about other promises change nothing. `papers` are the body's.
    """
    entered = _Entered.of(entries)
    if not entered.about:
        return list(promises)
    place = {promise.id: number for number, promise in enumerate(promises)}
    lookup = _Lookup(papers)
    found: list[Promise] = []
    for promise in promises:
        ids = entered.groups.get(promise.id, frozenset({promise.id}))
        # The earliest making is the promise's own, whichever of them the entry was about.
        here = sorted((id for id in ids if id in place), key=place.__getitem__)
        if here[0] != promise.id:
            continue
        whole = promise
        for id in here[1:]:
            other, _ = _corrected(promises[place[id]], entered.laid({id}), lookup)
            whole = _merged(whole, other, lookup)
        # What was entered about an id that is no longer read was meant for the one that a person put in its place.
        whole, corrections = _corrected(whole, entered.laid(ids.difference(here[1:])), lookup)
        rulings = sorted((entry for id in ids for entry in entered.rulings.get(id, ())), key=lambda entry: entry.seq)
        found.append(
            replace(
                whole,
                events=with_rulings(whole.events, rulings),
                corrections=corrections,
                aliases=tuple(sorted(ids - {promise.id})),
                proposals=tuple(p for p in whole.proposals if entered.leaves_open(p, promise.id, ids)),
            )
        )
    return found


def groups(ties: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Ids that are tied to one another, directly or by way of others: each id with all of its group."""
    known: dict[str, frozenset[str]] = {}
    for one, other in ties:
        joined = known.get(one, frozenset({one})) | known.get(other, frozenset({other}))
        known |= dict.fromkeys(joined, joined)
    return known


def with_rulings(events: Sequence[Event], entries: Iterable[Entry]) -> tuple[Event, ...]:
    """What papers tell of a promise, then the rulings among some entries, and what lifted them."""
    return (*events, *(_ruling(entry) for entry in entries if entry.kind in (EntryKind.RULING, EntryKind.LIFT)))


def read(promise: Promise, of: str) -> str | None:
    """What a promise's papers say of its owner, due date or action, as a correction keeps it."""
    if of == "due":
        due = promise.due
        return None if due is None else due.end.isoformat() if due.end else due.words
    return promise.owner if of == "owner" else promise.action


@dataclass(slots=True)
class _Entered:
    """What is in force after all entries, by the id that each was entered about."""

    fields: dict[str, dict[str, Entry]] = field(default_factory=lambda: defaultdict(dict))
    rulings: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    apart: set[frozenset[str]] = field(default_factory=set)
    about: bool = False

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> _Entered:
        new = cls()
        ties: list[tuple[str, str]] = []
        for entry in entries:
            new.about = True
            match entry.kind:
                case EntryKind.RULING | EntryKind.LIFT:
                    new.rulings[entry.promise].append(entry)
                case EntryKind.CORRECTION:
                    new.fields[entry.promise] |= dict.fromkeys(entry.payload, entry)
                case EntryKind.NOT_A_PROMISE:
                    new.fields[entry.promise]["promise"] = entry
                case EntryKind.SAME_AS:
                    ties.append((entry.promise, entry.payload["promise"]))
                case EntryKind.APART_FROM:
                    new.apart.add(frozenset({entry.promise, entry.payload["promise"]}))
                case EntryKind.AS_READ:
                    undone = groups(ties).get(entry.promise, frozenset({entry.promise}))
                    ties = [tie for tie in ties if not undone.intersection(tie)]
                    new.apart = {pair for pair in new.apart if not undone & pair}
                    for id in undone:
                        new.fields.pop(id, None)
                case EntryKind.NOTE:
                    pass
        new.groups = groups(ties)
        return new

    def laid(self, ids: Iterable[str]) -> dict[str, Entry]:
        """The last correction of each field that was entered about any of some ids."""
        entries = [(entry.seq, name, entry) for id in ids for name, entry in self.fields.get(id, {}).items()]
        return {name: entry for _, name, entry in sorted(entries, key=lambda laid: laid[:2])}

    def leaves_open(self, proposal: Proposal, id: str, ids: frozenset[str]) -> bool:
        """Whether nobody has said yet if a promise is the one that it may be."""
        other = proposal.other
        return other is None or (other not in ids and frozenset({id, other}) not in self.apart)


class _Lookup:
    """What a body's papers tell of days and people; asked only where something was corrected."""

    def __init__(self, papers: Sequence[Extraction]) -> None:
        self.papers = papers
        self._register: Register | None = None

    def day(self, paper: str) -> dt.date:
        return next((p.meeting.date for p in self.papers if p.paper == paper and p.meeting.date), dt.date.min)

    def register(self) -> Register:
        if self._register is None:
            self._register = Register.of(self.papers)
        return self._register


def _merged(first: Promise, other: Promise, lookup: _Lookup) -> Promise:
    """Two promises that are one matter: the later one's making is a sighting of the earlier one."""
    made = replace(other.events[0], type=EventType.SIGHTED)
    events = [*first.events, made, *_moved(first, other), *other.events[1:]]
    events[1:] = sorted(dict.fromkeys(events[1:]), key=lambda event: event.date or dt.date.min)
    extracts = sorted({*first.extracts[1:], *other.extracts}, key=lambda place: (lookup.day(place[0]), place))
    owner, owned = _first_told(first, other, "owner", "owned")
    named, referred = _first_told(first, other, "reference", "referred")
    same_day = first.made == other.made
    return replace(
        first,
        owner=owner.owner,
        owner_name=owner.owner_name,
        owner_posts=owner.owner_posts,
        owned=owned,
        due=_fuller(first.due, other.due) if same_day else first.due,
        reference=named.reference,
        referred=referred,
        extracts=(first.extracts[0], *extracts),
        events=tuple(events),
        inherited=first.inherited or other.inherited,
        mentions=tuple(sorted({*first.mentions, *other.mentions}, key=lambda paper: (lookup.day(paper), paper))),
        proposals=(*first.proposals, *other.proposals),
    )


def _first_told(first: Promise, other: Promise, field: str, since: str) -> tuple[Promise, dt.date | None]:
    """Which of two promises tells a field first, and since when, where that is later than the first was made."""
    told = [(getattr(each, since) or each.made or dt.date.min, each) for each in (first, other) if getattr(each, field)]
    if not told:
        return first, None
    day, source = min(told, key=lambda pair: pair[0])
    return source, day if day > (first.made or dt.date.min) else None


def _moved(first: Promise, other: Promise) -> Iterator[Event]:
    """A later paper that gives the matter another date moves it, as where the words alone show the two to be one."""
    due, day = other.due, other.made
    if due is None or due.end is None or due.kind is not DueKind.ABSOLUTE or day is None or first.made == day:
        return
    moved = [event.new_due for event in first.events if event.new_due and event.date and event.date <= day]
    before = moved[-1] if moved else first.due.end if first.due else None
    if due.end > day and due.end != before:
        yield replace(other.events[0], type=EventType.RESCHEDULED, new_due=due.end)


def _fuller(one: Due | None, other: Due | None) -> Due | None:
    """Of two deadlines printed on one day, the one with a date."""
    if one is None or (one.end is None and other is not None and other.end is not None):
        return other
    return one


def _corrected(promise: Promise, laid: Mapping[str, Entry], lookup: _Lookup) -> tuple[Promise, tuple[Correction, ...]]:
    """A promise with what was laid over it, and what was read there."""
    corrections = []
    made = promise
    for name, entry in sorted(laid.items()):
        if name == "promise":
            corrections.append(Correction(name, None, entry.seq))
            continue
        corrections.append(Correction(name, read(promise, name), entry.seq))
        made = _with(made, name, entry.payload[name]["to"], lookup)
    return made, tuple(corrections)


def _ruling(entry: Entry) -> Event:
    verdict = VerdictKind(entry.payload["verdict"]) if entry.kind is EntryKind.RULING else None
    return Event(EventType.RULED, "", None, entry.at.date(), entry.reason, verdict=verdict, by=entry.by)


def _with(promise: Promise, name: str, value: str | None, lookup: _Lookup) -> Promise:
    if name == "owner":
        who = lookup.register().who(value, paper=promise.paper, day=promise.made)
        posts = who.posts if who else ()
        return replace(promise, owner=value, owner_name=str(who) if who else None, owner_posts=posts, owned=None)
    if name == "action":
        return replace(promise, action=value or promise.action)
    words = promise.due.words if promise.due else ""
    if value is None:
        return replace(promise, due=Due(words, None, None, DueKind.UNDATED))
    return replace(promise, due=Due(words, None, dt.date.fromisoformat(value), DueKind.ABSOLUTE))
