"""The one read side: typed filters -> typed rows, for the commands, the web pages and the exports alike.

Hides the SQL, the store's tables and the order of every list. Hands over frozen rows; dates are dates, nothing is
formatted. The clock is an argument (`as_of`). Never imports spaCy, and on SQLite never SQLAlchemy either (see
`pipeline.store`), so that a listing answers in the time it takes to start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.records import (
    AgendaItem,
    Attendee,
    Coverage,
    Due,
    Event,
    Evidence,
    Extract,
    Failure,
    Kind,
    MediaType,
    PaperKind,
    Strength,
    Unclaimed,
    VerdictKind,
)
from pipeline.store import Store

OUTSTANDING = frozenset(
    {
        VerdictKind.DISPUTED,
        VerdictKind.PART_KEPT,
        VerdictKind.BROKEN,
        VerdictKind.LAPSED,
        VerdictKind.OVERDUE,
        VerdictKind.NOT_DETERMINABLE,
        VerdictKind.EXTENDED,
        VerdictKind.DUE_SOON,
        VerdictKind.OPEN,
        VerdictKind.UNDATED,
    }
)
"""What an officer still has to see: all verdicts but kept, kept late, withdrawn and superseded."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; an empty field narrows nothing. Several values of one field: any of them will do."""

    bodies: tuple[str, ...] = ()
    """Parts of a body's name, whatever the case."""
    owners: tuple[str, ...] = ()
    """Part of the owner as printed or as resolved ("smith", "clerk"), or somebody's initials ("KE")."""
    verdicts: frozenset[VerdictKind] = frozenset()
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    text: str = ""
    """Words that must all stand in the action or in one of its quotes, whatever the case."""
    strengths: frozenset[Strength] = frozenset()
    min_confidence: float = 0.0
    papers: tuple[str, ...] = ()
    """Names, or stems of names, of papers in which the promise was made or seen."""


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise as it stands on the day asked about."""

    id: str
    body: str | None
    owner: str | None
    owner_name: str | None
    action: str
    due: dt.date | None
    """The day that counts now: the original one, or a later one set since."""
    original_due: dt.date | None
    due_words: str | None
    days: int | None
    """Days late where positive, days left where negative; None without a due date and where nothing is late any more."""
    verdict: VerdictKind
    rule: str
    agreed: bool | None
    stale: bool
    strength: Strength
    reference: str | None
    paper: str
    page: int | None
    made: dt.date | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a promise is printed; the first is where it was made."""

    paper: str
    page: int | None
    date: dt.date | None
    quote: str
    extract: str


@dataclass(frozen=True, slots=True)
class Period:
    """A verdict and the days it held: from the first day up to, not including, `until` (None: to this day)."""

    since: dt.date
    until: dt.date | None
    verdict: VerdictKind
    rule: str
    due: dt.date | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A promise with all that the papers up to the day asked about say of it."""

    row: PromiseRow
    sightings: tuple[Sighting, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class PromiseDetail:
    """A thread with its deadline as printed, its past verdicts and the papers that the present one rests on."""

    row: PromiseRow
    due: Due | None
    sightings: tuple[Sighting, ...]
    events: tuple[Event, ...]
    periods: tuple[Period, ...]
    papers_searched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperRow:
    name: str
    sha256: str
    kind: PaperKind
    body: str | None
    date: dt.date | None
    draft: bool
    pages: int | None
    coverage: Coverage
    warnings: int
    extracts: int
    promises: int
    """Extracts of the kind promise; a promise of several papers counts in each."""


@dataclass(frozen=True, slots=True)
class PaperDetail:
    row: PaperRow
    media_type: MediaType
    ruleset: str
    next_date: dt.date | None
    meeting_dates: tuple[dt.date, ...]
    paths: tuple[str, ...]
    """Every file that holds this paper, the one that names it first."""
    warnings: tuple[str, ...]
    attendees: tuple[Attendee, ...]
    items: tuple[AgendaItem, ...]
    extracts: tuple[Extract, ...]
    evidence: tuple[Evidence, ...]
    unclaimed: tuple[Unclaimed, ...]
    promise_ids: Mapping[str, str]
    """Extract id -> id of the promise of which it is a sighting."""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body and what the store knows of it on the day asked about. `name` is None for papers that name no body."""

    name: str | None
    papers: int
    first: dt.date | None
    last: dt.date | None
    promises: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Counts:
    papers: int
    extracts: Mapping[Kind, int]
    unclaimed: int
    promises: int
    verdicts: Mapping[VerdictKind, int]
    failures: int


def promises(
    conn: Store, filter: Filter | None = None, *, as_of: dt.date, limit: int | None = None, offset: int = 0
) -> list[PromiseRow]:
    """Promises as they stand on `as_of`: late ones first, the latest on top; then due soon, open by date, undated.

    A promise made after `as_of` is not there yet. `Filter(verdicts=OUTSTANDING)` is the officers' list.
    """
    raise NotImplementedError


def promise(conn: Store, id: str, *, as_of: dt.date) -> PromiseDetail:
    """One promise by its id or the beginning of it. StoreError `unknown` or `ambiguous` where that names none or several."""
    raise NotImplementedError


def threads(conn: Store, filter: Filter | None = None, *, as_of: dt.date) -> Iterator[Thread]:
    """All promises with their sightings and events up to `as_of`, in the order of `promises`."""
    raise NotImplementedError


def counts(conn: Store, *, as_of: dt.date, filter: Filter | None = None) -> Counts:
    """Sums for a summary. The filter narrows promises and verdicts only; papers and extracts are those of the store."""
    raise NotImplementedError


def papers(conn: Store, *, bodies: tuple[str, ...] = ()) -> list[PaperRow]:
    """Papers by body, date and name."""
    raise NotImplementedError


def paper(conn: Store, name: str) -> PaperDetail:
    """One paper by its name, stem of its name, path or beginning of its hash. StoreError `unknown` or `ambiguous`."""
    raise NotImplementedError


def text(conn: Store, name: str) -> str:
    """The text that a paper's spans point into; `name` as in `paper`."""
    raise NotImplementedError


def bodies(conn: Store, *, as_of: dt.date) -> list[BodyRow]:
    """Bodies by name."""
    raise NotImplementedError


def failures(conn: Store) -> list[Failure]:
    """Files that could not be read when last tried, by path."""
    raise NotImplementedError
