"""Papers, readers and a tracker made by hand. Free of pytest: the processes that read papers import it too."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.records import (
    AgendaItem,
    Attendee,
    Box,
    Coverage,
    Due,
    DueKind,
    Event,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    MattersError,
    MediaType,
    Meeting,
    PaperError,
    PaperKind,
    Promise,
    Span,
    Strength,
    Unclaimed,
    Verdict,
    VerdictKind,
)


def make_paper(
    name: str,
    *lines: str,
    body: str | None = "Fenwick Parish Council",
    date: dt.date | None = dt.date(2024, 1, 10),
    ruleset: str = "r1",
) -> Extraction:
    """A line is "owner: action" or "owner: action | 2024-02-01" with its due date."""
    text = "\n".join(lines)
    extracts = []
    start = 0
    for number, line in enumerate(lines, 1):
        words, _, due = line.partition(" | ")
        owner, _, _ = words.partition(":")
        extracts.append(
            Extract(
                id=f"e{number}",
                kind=Kind.PROMISE,
                span=Span(start, start + len(line)),
                quote=line,
                page=1,
                boxes=(Box(1, 10.0, 20.5, 30.0, 40.0),),
                rule="test.rule",
                confidence=0.9,
                owner=owner,
                owner_name=owner.title(),
                due=Due(f"by {due}", None, dt.date.fromisoformat(due), DueKind.ABSOLUTE) if due else None,
                strength=Strength.UNDERTAKING,
                item="1",
                answers=("e1",) if number > 1 else (),
                arises_from=("e1",) if number > 2 else (),
            )
        )
        start += len(line) + 1
    return Extraction(
        paper=name,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        media_type=MediaType.TEXT,
        kind=PaperKind.MINUTES,
        meeting=Meeting(body, date, None, (dt.date(2024, 2, 14), dt.date(2024, 3, 13)), draft=True),
        pages=1,
        coverage=Coverage.OK,
        warnings=("page 2 holds no text",),
        attendees=(Attendee("Karen Oakes", "KO", "Clerk"), Attendee("Tom Ashby", present=False)),
        items=(AgendaItem("1", "Matters arising", Span(0, len(text))),),
        extracts=tuple(extracts),
        evidence=(Evidence(EventType.DONE, Span(0, 4), text[:4], 1, None, "e1", dt.date(2024, 1, 9)),),
        unclaimed=(Unclaimed(Span(0, 3), text[:3], None),),
        ruleset=ruleset,
        text=text,
    )


def body_key(body: str | None) -> str:
    return (body or "").casefold()


@dataclass(frozen=True)
class PaperRef:
    name: str

    @classmethod
    def of(cls, extraction: Extraction) -> PaperRef:
        return cls(extraction.paper)


def link(extractions: Iterable[Extraction]) -> list[Promise]:
    seen: dict[str, list[tuple[Extraction, Extract]]] = defaultdict(list)
    for extraction in sorted(extractions, key=lambda paper: (paper.meeting.date or dt.date.min, paper.paper)):
        for extract in extraction.extracts:
            words = extract.quote.replace("DONE ", "").partition(" | ")[0]
            seen[f"{extraction.meeting.body} {words}"].append((extraction, extract))
    promises = []
    for key, places in sorted(seen.items()):
        paper, first = places[0]
        events = [
            Event(
                EventType.DONE if "DONE" in extract.quote else EventType.SIGHTED,
                where.paper,
                extract.page,
                where.meeting.date,
                extract.quote,
            )
            for where, extract in places
        ]
        promises.append(
            Promise(
                id=hashlib.sha256(key.encode()).hexdigest()[:12],
                body=paper.meeting.body,
                action=first.quote.partition(" | ")[0].partition(": ")[2],
                owner=first.owner,
                owner_name=first.owner_name,
                due=first.due,
                strength=Strength.UNDERTAKING,
                reference=None,
                paper=paper.paper,
                page=1,
                made=paper.meeting.date,
                extracts=tuple((where.paper, extract.id) for where, extract in places),
                events=(replace(events[0], type=EventType.MADE), *events[1:]),
            )
        )
    return promises


def verdicts(promise: Promise, papers: Sequence[PaperRef]) -> list[tuple[dt.date, Verdict]]:
    due = promise.due.end if promise.due else None
    made = promise.made or dt.date.min
    searched = tuple(paper.name for paper in papers)
    found = {made: Verdict(VerdictKind.UNDATED if due is None else VerdictKind.OPEN, "open", due)}
    if due is not None:
        found[max(made, due - dt.timedelta(14))] = Verdict(VerdictKind.DUE_SOON, "due-soon", due)
        found[max(made, due + dt.timedelta(1))] = Verdict(VerdictKind.OVERDUE, "overdue", due, 1, searched)
    for event in promise.events:
        if event.type is EventType.DONE and event.date is not None:
            found = {day: verdict for day, verdict in found.items() if day < event.date}
            late = (event.date - due).days if due is not None and event.date > due else 0
            found[event.date] = Verdict(VerdictKind.KEPT_LATE if late else VerdictKind.KEPT, "done", due, late)
    return sorted(found.items(), key=lambda pair: pair[0])


def read_lines(rules_file: Path | None) -> Callable[[Path], Extraction]:
    """Makes a reader of text files whose first line may be an accident: "!crash", "!hang", "!bad" and so on.

    A line "@2024-03-01 Body" tells the meeting. Every paper read is noted in the file `READ_LOG`, where that is set.
    """
    ruleset = rules_file.read_text() if rules_file else "r1"

    def read(path: Path) -> Extraction:
        if log := os.environ.get("READ_LOG"):
            with Path(log).open("a") as stream:
                stream.write(path.name + "\n")
        lines = path.read_text().splitlines()
        match lines[0]:
            case "!crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case "!exit":
                os._exit(7)
            case "!hang":
                time.sleep(60)
            case "!bad":
                raise PaperError(f"{path.name} is encrypted; save it without a password.", code="encrypted")
            case "!fault":
                raise ValueError("no such thing")
            case "!memory":
                raise MemoryError
            case "!model":
                raise MattersError("The language model is missing.", code="no-model")
        when, body = "2024-01-10", "Fenwick Parish Council"
        if lines[0].startswith("@"):
            when, _, body = lines.pop(0)[1:].partition(" ")
        extraction = make_paper(path.name, *lines, body=body, date=dt.date.fromisoformat(when), ruleset=ruleset)
        if lines[0] == "!twice":
            extraction = replace(extraction, extracts=extraction.extracts[:1] * 2)
        return replace(extraction, sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    return read
