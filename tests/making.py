"""Papers made by hand, and readers with accidents. Free of pytest: the processes that read papers import it too."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline import batch, dates, rules
from pipeline.records import (
    AgendaItem,
    Attendee,
    Box,
    Coverage,
    Evidence,
    Extract,
    Extraction,
    Kind,
    MattersError,
    MediaType,
    Meeting,
    PaperKind,
    Span,
    Strength,
    Unclaimed,
)
from pipeline.rules import status


def make_paper(
    name: str,
    *lines: str,
    body: str | None = "Fenwick Parish Council",
    date: dt.date | None = dt.date(2024, 1, 10),
    kind: PaperKind = PaperKind.MINUTES,
    ruleset: str = "r1",
) -> Extraction:
    """What a paper says, without the time that it takes to read one.

    A line is a row of a list of actions: "owner: action", "owner: action | by 1 February 2024" with its deadline, or
    "owner: action | by 1 February 2024 | Completed" with the cell that tells how it stands. A date in that cell is the
    day of the deed.
    """
    rows = [[cell.strip() for cell in line.partition(": ")[2].split("|")] for line in lines]
    text = "\n".join("\t".join([*row, line.partition(": ")[0]]) for row, line in zip(rows, lines, strict=True))
    extracts = []
    evidence = []
    start = 0
    for number, (line, (action, *cells)) in enumerate(zip(lines, rows, strict=True), 1):
        owner = line.partition(": ")[0]
        due, state = (*cells, "", "")[:2]
        extracts.append(
            Extract(
                id=f"e{number}",
                kind=Kind.PROMISE,
                span=Span(start, start + len(action)),
                quote=action,
                page=1,
                boxes=(Box(1, 10.0, 20.5, 30.0, 40.0),),
                rule="promise.table-row",
                confidence=0.9,
                owner=owner,
                owner_name=owner.title(),
                due=dates.resolve(due, date) if due else None,
                strength=Strength.UNDERTAKING,
                status=state or None,
                item="1",
                answers=("e1",) if number > 1 else (),
                arises_from=("e1",) if number > 2 else (),
            )
        )
        if told := status.classify(state):
            at = start + len("\t".join([action, due])) + 1
            span = Span(at, at + len(state))
            evidence.append(Evidence(told, span, state, 1, None, f"e{number}", dates.parse_date(state)))
        start += len("\t".join([action, *cells, owner])) + 1
    return Extraction(
        paper=name,
        sha256=hashlib.sha256(f"{body} {date} {text}".encode()).hexdigest(),
        media_type=MediaType.TEXT,
        kind=kind,
        meeting=Meeting(body, date, None, (dt.date(2024, 2, 14), dt.date(2024, 3, 13)), draft=True),
        pages=1,
        coverage=Coverage.OK,
        warnings=("page 2 holds no text",),
        attendees=(Attendee("Karen Oakes", "KO", "Clerk"), Attendee("Tom Ashby", present=False)),
        items=(AgendaItem("1", "Matters arising", Span(0, len(text))),),
        extracts=tuple(extracts),
        evidence=tuple(evidence),
        unclaimed=(Unclaimed(Span(0, 3), text[:3], None),),
        ruleset=ruleset,
        text=text,
    )


def minutes(day: str, *sentences: str, body: str = "Fenwick Parish Council") -> str:
    """The words of a paper, for a file that is really read."""
    return f"{body}\n\nMinutes of the meeting held on {day}\n\n1. Village matters\n" + "\n".join(sentences) + "\n"


def one_reader(rules_file: Path | None) -> batch.Read:
    """The real reader; its rules, which take half a second to compile, serve all runs of this process."""
    return _reader(rules_file, rules.version(rules_file))


@functools.cache
def _reader(rules_file: Path | None, version: str) -> batch.Read:
    return batch.reader(rules_file)


def no_reader(rules_file: Path | None) -> batch.Read:
    """For runs in which nothing is to be read."""
    raise MattersError("A paper was read for which there was no need.")


def read_with_accidents(rules_file: Path | None) -> Callable[[Path], Extraction]:
    """The real reader, to which a paper may do by its first line what a paper should never do: "!crash", "!hang"."""
    really_read = one_reader(rules_file)

    def read(path: Path) -> Extraction:
        match path.read_bytes().partition(b"\n")[0]:
            case b"!crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"!exit":
                os._exit(7)
            case b"!hang":
                time.sleep(60)
            case b"!fault":
                raise ValueError("no such thing")
            case b"!memory":
                raise MemoryError
            case b"!model":
                raise MattersError("The language model is missing.", code="no-model")
            case b"!twice":
                extraction = really_read(path)
                return replace(extraction, extracts=extraction.extracts[:1] * 2)
        return really_read(path)

    return read
