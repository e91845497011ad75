"""Reports on paper: the auditor's, as Markdown and as HTML.

Hides what such a report says, in which order and words, and how it is marked up. A report is built once, as headings,
paragraphs, facts and tables; both forms are written from that, so that they say the same. The same audit gives the same
bytes. Words from papers are never taken as markup, and the HTML loads nothing and runs nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pipeline.audit import CAME_DUE, EVIDENCED, Audit, BodyAudit, Figures
from pipeline.confidence import REVIEW_BELOW
from pipeline.queries import PaperRow, PromiseRow, Thread
from pipeline.records import Coverage, EntryKind, Event, EventType, VerdictKind
from pipeline.wording import (
    CONTROL,
    MEANINGS,
    REASONS,
    by_hand,
    count,
    day,
    deadline,
    entered,
    happened,
    label,
    particulars,
    whose,
)

STALE_STORE = dt.timedelta(days=92)
"""Papers that end so long before the day asked about are said to: a quarter is the longest that most bodies pause."""


@dataclass(frozen=True, slots=True)
class Heading:
    kind: ClassVar[str] = "heading"
    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be known of one thing, each by its name."""

    kind: ClassVar[str] = "facts"
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it. Columns from `numbers` on hold figures."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 99


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise with all that its verdict rests on: kept together on paper."""

    kind: ClassVar[str] = "finding"
    heading: Heading
    blocks: tuple[Facts | Table, ...]


Block = Heading | Paragraph | Facts | Table | Finding


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    blocks: tuple[Block, ...]


def audit_report(audit: Audit, *, program: str) -> Report:
    """The auditor's report. `program` names what made it, with its version."""
    blocks = (
        Facts(tuple(_particulars(audit, program))),
        *_how_to_read(),
        *_summary(audit),
        *_by_body(audit),
        *_by_owner(audit),
        *_findings(audit),
        *_lists(audit),
        *_what_was_entered(audit),
        *_what_was_read(audit),
    )
    return Report(f"Audit of promises as of {day(audit.as_of)}", blocks)


def to_markdown(report: Report) -> str:
    """CommonMark with tables."""
    return "\n\n".join([f"# {_marked(report.title)}", *_markdown(report.blocks)]) + "\n"


def to_html(report: Report) -> str:
    """One page with all that it needs, for a browser, a printer or a screen reader."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["plain"] = _plain
    template = Path(__file__).with_name("report.html.jinja").read_text(encoding="utf-8")
    contents = [block for block in report.blocks if isinstance(block, Heading) and block.level == 2]
    return environment.from_string(template).render(report=report, contents=contents) + "\n"


# The parts of the auditor's report, in its order


def _particulars(audit: Audit, program: str) -> Iterator[tuple[str, str]]:
    names = [body.body or "papers that name no body" for body in audit.bodies]
    yield ("Bodies" if len(names) > 1 else "Body"), "; ".join(names) or "none"
    yield "As of", f"{day(audit.as_of)}. Papers dated later were not looked at."
    yield "Papers read", f"{count(len(audit.papers), 'paper')}{_span(audit.papers)}"
    yield "Promises found", f"{audit.whole.promises:,}"
    versions = Counter(paper.ruleset for paper in audit.papers)
    rules = ", ".join(f"{name} ({count(papers, 'paper')})" for name, papers in sorted(versions.items()))
    yield "Rules that read them", f"version {rules}" if rules else "none"
    yield "Ledger of rulings and corrections", f"head {audit.head}" if audit.head.seq else "empty"
    yield "Made by", program


def _how_to_read() -> Iterator[Block]:
    yield Heading(2, "How to read this report", "how-to-read")
    yield Paragraph(
        "A program read the papers that are listed at the end, looked for promises in them (who will do what, and by "
        "when), and looked in later papers of the same body for what became of each. It can miss a promise, take a "
        "sentence for one that is none, and miss the words that tell of its being done."
    )
    yield Paragraph(
        "The verdicts are names for what these papers show, as defined below; they are not findings about people. "
        "Silence is not proof. Before anything is held against anybody, read the quotes in the papers themselves, and "
        "ask whether other papers exist: each verdict that tells against somebody is printed with its quotes, their "
        "papers and pages, the rule that decided, and the papers that were searched."
    )
    yield Paragraph(
        f"Each promise has a confidence: how often, on papers that people have annotated, what was found in the same "
        f"way was a promise. Below {REVIEW_BELOW:.2f} it is marked for review: a person is to read the quote first. "
        "Confidence says nothing of the verdict."
    )


def _summary(audit: Audit) -> Iterator[Block]:
    whole = audit.whole
    yield Heading(2, "Summary", "summary")
    for body in audit.bodies:
        if body.read.last and audit.as_of - body.read.last > STALE_STORE:
            yield Paragraph(
                f"{_body(body)}: the last paper that was read is of {day(body.read.last)}, "
                f"{count((audit.as_of - body.read.last).days, 'day')} before the day of this report. What happened "
                "since is not known, and days past the date go on counting."
            )
    rows = [
        (_capital(label(verdict)), f"{whole.came_due[verdict]:,}", _share(whole.came_due[verdict], whole.due), meaning)
        for verdict, meaning in ((verdict, MEANINGS[verdict]) for verdict in CAME_DUE)
    ]
    yield Table(
        "What became of the promises that came due: those whose date has passed, or that were kept before it, and "
        "those that are disputed",
        ("Verdict", "Promises", "Share", "What it means"),
        (*rows, ("All that came due", f"{whole.due:,}", _share(whole.due, whole.due), "")),
    )
    others = (
        ("Not yet due", whole.pending, "Open, due soon, or with a later date that has not come."),
        ("No date, not settled", whole.undated, MEANINGS[VerdictKind.UNDATED]),
        ("No date, kept", whole.kept_undated, "A paper says that it was done; there was no date to keep."),
        ("Withdrawn or superseded", whole.released, "Released, closed or replaced: no longer to be kept."),
    )
    yield Table(
        "The other promises",
        ("Group", "Promises", "Share of all", "What it means"),
        (
            *((name, f"{n:,}", _share(n, whole.promises), meaning) for name, n, meaning in others),
            ("All promises, those that came due included", f"{whole.promises:,}", _share(1, 1), ""),
        ),
    )
    yield Table(
        "Further figures", ("Figure", "Value", "Counted over", "What is counted"), tuple(_figures(whole, audit.as_of))
    )


def _figures(figures: Figures, as_of: dt.date) -> Iterator[tuple[str, str, str, str]]:
    every = count(figures.promises, "promise")
    past = count(len(figures.days_past), "promise")
    yield (
        "Median days late",
        _median(figures.median_late),
        f"{count(len(figures.days_late), 'promise')} kept late",
        "Days from the date first promised to the day of the deed where a paper tells it, else to the first paper that "
        "tells of it. Half of them took longer, half less.",
    )
    yield (
        "Median days past the date",
        _median(figures.median_past),
        f"{past} overdue, broken, lapsed or part kept",
        f"Days from the date that counts to {day(as_of)}. No paper that was read says that these were wholly done; "
        "some may have been.",
    )
    yield (
        "Without a date",
        _of(figures.without_date, figures.promises),
        every,
        "No day can be told from the words of the promise. Kept ones are included; those withdrawn, superseded or "
        "given a date later are not.",
    )
    yield (
        "Without an owner",
        _of(figures.ownerless, figures.promises),
        every,
        "The words name nobody who is to do it.",
    )
    yield (
        "Dates moved",
        count(figures.moved, "promise"),
        every,
        f"A paper sets a later date: {count(figures.moved_agreed, 'time')} agreed by the body itself before the old "
        f"date had passed, {count(figures.moved_alone, 'time')} not, as far as the papers tell.",
    )
    yield (
        "Given a date later",
        count(figures.dated_later, "promise"),
        every,
        "Promised without a date, and given one by a later paper. Not counted as moved.",
    )
    yield (
        "Closed without evidence",
        count(figures.closed_without_evidence, "promise"),
        every,
        "A list calls it closed, and no paper says that it was done or released.",
    )
    yield (
        "Silently dropped rows",
        count(figures.dropped, "promise"),
        every,
        "Carried over by an action list from an earlier one, not settled, and then missing from the next two lists of "
        "the same kind, while no later paper says a word of it. Those without a date are among them, and not all are "
        "broken.",
    )
    yield (
        "For review",
        _of(figures.for_review, figures.promises),
        every,
        f"Found in a way that is less certain (confidence below {REVIEW_BELOW:.2f}); read the quote first.",
    )


def _by_body(audit: Audit) -> Iterator[Block]:
    if len(audit.bodies) < 2:
        return
    yield Heading(2, "By body", "by-body")
    rows = [(_body(body), body.figures) for body in audit.bodies]
    yield _verdict_table("What became of promises, by body", "Body", [*rows, ("All", audit.whole)])
    columns = (
        "Body",
        "Median days late",
        "Median days past",
        "Without a date",
        "Without an owner",
        "Moved, agreed",
        "Moved, not agreed",
        "Closed without evidence",
        "Silently dropped",
    )
    yield Table(
        "Further figures, by body, as defined above",
        columns,
        tuple(
            (
                name,
                _median(figures.median_late),
                _median(figures.median_past),
                _share(figures.without_date, figures.promises),
                _share(figures.ownerless, figures.promises),
                f"{figures.moved_agreed:,}",
                f"{figures.moved_alone:,}",
                f"{figures.closed_without_evidence:,}",
                f"{figures.dropped:,}",
            )
            for name, figures in [*rows, ("All", audit.whole)]
        ),
        numbers=1,
    )


def _by_owner(audit: Audit) -> Iterator[Block]:
    yield Heading(2, "By owner", "by-owner")
    yield Paragraph(
        "Each promise counts once, for whoever it was first put down to; where a later paper names somebody else, that "
        "stands with the promise. Owners stand as the papers print them; where an attendance list tells who is meant "
        "by initials or a post, the person's name stands first and the printed words follow in brackets. What several "
        "people promised together is a row of its own."
    )
    for body in audit.bodies:
        if body.owners:
            yield _verdict_table(f"What became of promises, by owner: {_body(body)}", "Owner", body.owners)


def _verdict_table(caption: str, first: str, rows: Sequence[tuple[str, Figures]]) -> Table:
    columns = ("All", "Came due", *(_capital(label(verdict)) for verdict in CAME_DUE))
    return Table(
        caption,
        (first, *columns, "Not yet due", "No date", "Withdrawn, superseded"),
        tuple(
            (
                name,
                *(f"{n:,}" for n in (figures.promises, figures.due, *figures.came_due.values())),
                *(f"{n:,}" for n in (figures.pending, figures.without_date, figures.released)),
            )
            for name, figures in rows
        ),
        numbers=1,
    )


def _findings(audit: Audit) -> Iterator[Block]:
    for verdict in EVIDENCED:
        threads = audit.findings[verdict]
        yield Heading(2, f"{_capital(label(verdict))}: {count(len(threads), 'promise')}", verdict.value)
        yield Paragraph(MEANINGS[verdict])
        for thread in threads:
            yield _finding(thread)


def _finding(thread: Thread) -> Finding:
    row = thread.row
    searched = ", ".join(thread.papers_searched) or "none: the verdict rests on what the papers say above"
    rows = (
        (
            day(event.date) or "no date",
            _told(event, place in thread.rests_on),
            _quoted(event.quote),
            f"entered by {event.by}" if event.by else _place(event.paper, event.page),
        )
        for place, event in enumerate(thread.events)
    )
    notes = (
        (f"Entered by {entry.by}", f"{day(entry.at.date())}, {entered(entry)}: {entry.reason}")
        for entry in thread.entries
        if entry.kind not in (EntryKind.RULING, EntryKind.LIFT)  # which stand among the events
    )
    table = Table("What the papers say", ("Date", "What", "Words", "Paper"), tuple(rows))
    facts = (
        ("Words", row.action),
        ("Body", row.body or "not named"),
        ("Due", deadline(row, row.original_due)),
        ("Verdict", f"{_capital(label(row.verdict))}{by_hand(row)}{_how_late(row)}"),
        ("Because", f"{REASONS.get(row.rule, '')} (rule {row.rule})".strip()),
        ("Confidence", f"{row.confidence:.2f}{', for review: read the quote first' if row.review else ''}"),
    )
    heading = Heading(3, f"{whose(row)}: promise {row.id}", f"promise-{row.id}")
    return Finding(heading, (Facts(facts), table, Facts((("Papers searched", searched), *notes))))


def _lists(audit: Audit) -> Iterator[Block]:
    yield Heading(2, f"Not determinable: {count(len(audit.not_determinable), 'promise')}", "not-determinable")
    yield Paragraph(MEANINGS[VerdictKind.NOT_DETERMINABLE])
    if audit.not_determinable:
        yield _promise_table(
            "Promises of which the papers at hand cannot tell",
            ("Due", "Because"),
            [(row, (day(row.due), REASONS.get(row.rule, row.rule))) for row in audit.not_determinable],
        )
    yield Heading(2, f"Dates moved: {count(len(audit.moved), 'promise')}", "moved")
    yield Paragraph(
        "Agreed: by the body itself, before the old date had passed. Not agreed: all others, as far as the papers "
        "tell; a body may have agreed where no paper that was read says so."
    )
    if audit.moved:
        yield _promise_table(
            "Promises whose date was set anew",
            ("First due", "Moved to", "Agreed", "Not agreed", "Verdict"),
            [
                (
                    row,
                    (
                        day(row.original_due),
                        day(moves.to),
                        count(moves.agreed, "time"),
                        count(moves.alone, "time"),
                        label(row.verdict),
                    ),
                )
                for row, moves in audit.moved
            ],
        )
    closed = audit.closed_without_evidence
    yield Heading(2, f"Closed without evidence: {count(len(closed), 'promise')}", "closed-without-evidence")
    yield Paragraph("A list calls it closed, and no paper that was read says that it was done or released.")
    if closed:
        yield _promise_table(
            "Promises closed without evidence",
            ("Due", "Verdict"),
            [(row, (day(row.due) or "no date", label(row.verdict))) for row in closed],
        )
    yield Heading(2, f"Silently dropped rows: {count(len(audit.dropped), 'promise')}", "dropped")
    yield Paragraph(
        "An action list had carried it over from an earlier one, not settled; the next two lists of the same kind do "
        "not print it, and no later paper says a word of it. It may have been done, and nobody wrote so."
    )
    if audit.dropped:
        yield _promise_table(
            "Rows that lists dropped without a word",
            ("Due", "Last listed in", "Verdict"),
            [(row, (day(row.due) or "no date", last, label(row.verdict))) for row, last in audit.dropped],
        )


def _promise_table(caption: str, columns: tuple[str, ...], rows: Iterable[tuple[PromiseRow, tuple[str, ...]]]) -> Table:
    return Table(
        caption,
        ("Promise", "Owner", "Words", "Made in", *columns),
        tuple((row.id, whose(row), _quoted(row.action), _place(row.paper, row.page), *more) for row, more in rows),
    )


def _what_was_entered(audit: Audit) -> Iterator[Block]:
    entries = audit.entries
    yield Heading(2, f"Rulings, corrections and notes: {count(len(entries), 'entry', 'entries')}", "entered")
    yield Paragraph(
        "What people entered, and what of it counts in this report: rulings and notes up to its day, and corrections "
        "of what was read, which hold for every day. Where a ruling decides, the rule of the verdict says so. What was "
        "entered as being no promise is not counted."
    )
    yield Paragraph(
        f"The head of the ledger is {audit.head}. Kept with this report, it lets 'matters audit verify' tell later "
        "whether any of these entries was changed or taken away."
    )
    if audit.orphans:
        yield Paragraph(
            f"{count(audit.orphans, 'promise')} that something was entered about, of whatever body, can no longer be "
            "found in the papers as they are read now; 'matters audit orphans' shows them."
        )
    if entries:
        yield Table(
            "What people entered, oldest first",
            ("Entry", "Day", "What", "Reason", "By", "Promise", "Words", "Paper"),
            tuple(
                (
                    str(entry.seq),
                    day(entry.at.date()),
                    _capital(entered(entry)),
                    _quoted(entry.reason),
                    entry.by,
                    entry.promise,
                    _quoted(entry.quote),
                    _place(entry.paper, entry.page),
                )
                for entry in entries
            ),
        )


def _what_was_read(audit: Audit) -> Iterator[Block]:
    yield Heading(2, "What was read", "what-was-read")
    yield Paragraph(
        "A promise in a paper that was not read cannot be found, and one whose later papers were not read cannot be "
        "called kept. Whether these are all the papers that exist is for the auditor to check."
    )
    yield Table(
        "Papers and meetings, by body",
        ("Body", "First paper", "Last paper", "Papers", "Meetings with minutes", "Announced, no minutes"),
        tuple(
            (
                _body(body),
                day(body.read.first) or "no date",
                day(body.read.last) or "no date",
                f"{body.read.papers:,}",
                f"{body.read.meetings:,}",
                f"{len(body.read.missing):,}",
            )
            for body in audit.bodies
        ),
        numbers=3,
    )
    yield Heading(3, "Meetings that were announced and whose minutes were not read", "missing-meetings")
    missing = [meeting for body in audit.bodies for meeting in body.read.missing]
    yield Paragraph(
        "A paper names the day for a meeting; no minutes of that day, or of one within ten days, were read. The "
        "meeting may have been called off, or be another body's."
        if missing
        else "None, as far as the papers announce meetings."
    )
    if missing:
        yield Table(
            "Meetings without minutes",
            ("Day", "Body", "Announced in"),
            tuple((day(meeting.date), meeting.body or "", meeting.announced_by) for meeting in missing),
        )
    yield Heading(3, "Papers of which not all could be read", "not-wholly-read")
    partial = [paper for paper in audit.papers if paper.coverage is not Coverage.OK or paper.warnings]
    yield Paragraph(
        "Nothing is concluded from the silence of a paper that was read in part."
        if partial
        else "None: every paper was read whole, and without a warning."
    )
    if partial:
        yield Table(
            "Papers read in part or with warnings",
            ("Paper", "Read", "Warnings"),
            tuple((paper.name, _COVERAGE[paper.coverage], "; ".join(paper.warnings) or "none") for paper in partial),
        )
    yield Heading(3, "Files that could not be read at all", "failed")
    if audit.failures:
        yield Paragraph("Of whatever body and day: that could not be told.")
        yield Table(
            "Files that failed",
            ("File", "Why"),
            tuple((Path(failure.path).name, failure.message) for failure in audit.failures),
        )
    else:
        yield Paragraph("None.")
    yield Heading(2, "Papers read", "papers")
    yield Table(
        "All papers that this report rests on, each with the beginning of its SHA-256 hash",
        ("Paper", "Kind", "Body", "Date", "Pages", "Read", "Promises", "SHA-256"),
        tuple(
            (
                paper.name,
                label(paper.kind) + (" (draft)" if paper.draft else ""),
                paper.body or "not named",
                day(paper.date) or "no date",
                str(paper.pages or ""),
                _COVERAGE[paper.coverage],
                f"{paper.promises:,}",
                paper.sha256[:16],
            )
            for paper in audit.papers
        ),
    )


_COVERAGE: Mapping[Coverage, str] = {
    Coverage.OK: "whole",
    Coverage.PARTIAL: "in part",
    Coverage.NO_TEXT: "not at all: it holds no text",
}


# Words


def _body(body: BodyAudit) -> str:
    return body.body or "No body named"


def _span(papers: Sequence[PaperRow]) -> str:
    days = sorted(paper.date for paper in papers if paper.date)
    return f", dated {day(days[0])} to {day(days[-1])}" if days else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "none"


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({_share(part, whole)})" if whole else "0"


def _median(days: float | None) -> str:
    return "none" if days is None else f"{days:,.1f}".removesuffix(".0")


def _how_late(row: PromiseRow) -> str:
    if not row.days or row.days < 0:
        return ""
    if row.verdict is VerdictKind.KEPT_LATE:
        return f", {count(row.days, 'day')} late"
    return f"; its date passed {count(row.days, 'day')} before the day of this report"


def _told(event: Event, decides: bool) -> str:
    told = ", ".join(filter(None, [_capital(happened(event)), particulars(event)]))
    # Where silence decides, that is the papers searched; the promise itself is no news.
    return f"{told} (decides)" if decides and event.type is not EventType.MADE else told


def _quoted(words: str) -> str:
    return f"“{_plain(words)}”"


def _place(paper: str, page: int | None) -> str:
    return f"{paper}, page {page}" if page else paper


def _plain(words: str) -> str:
    """Words on one line and without control characters, whatever a paper holds."""
    return " ".join(words.translate(CONTROL).split())


# Markdown


def _markdown(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(level, text, _):
                yield f"{'#' * level} {_marked(text)}"
            case Paragraph(text):
                yield _marked(text)
            case Facts(facts):
                yield "\n".join(f"- **{_marked(name)}:** {_marked(text)}" for name, text in facts)
            case Table(caption, columns, rows, numbers):
                rule = ["---:" if place >= numbers else "---" for place in range(len(columns))]
                lines = [map(_marked, columns), rule, *(map(_marked, row) for row in rows)]
                yield f"**{_marked(caption)}**"
                yield "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
            case Finding(heading, parts):
                yield from _markdown([heading, *parts])


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LEADING = re.compile(r"^(\d*)([-+.)=])(?=\s|$|=|-)")


def _marked(words: str) -> str:
    """Words such that Markdown prints them as they are."""
    return _LEADING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", _plain(words)))
