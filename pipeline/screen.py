"""What people see: tables, threads and summaries for a terminal.

Hides widths, colours and the words for verdicts and dates. Every function takes rows and gives something that rich can
print, at 80 columns or more. Colour never says what a word does not. Words from papers are never taken as markup.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline import queries
from pipeline.confidence import Record, Tally, for_review, grade
from pipeline.queries import Counts, LateRow, PaperDetail, PromiseDetail, PromiseRow, ProposalRow
from pipeline.records import (
    Coverage,
    Entry,
    Event,
    EventType,
    Extract,
    Extraction,
    Failure,
    Kind,
    PaperKind,
    Unclaimed,
    VerdictKind,
)
from pipeline.wording import (
    CONTROL,
    REASONS,
    VERDICT_ORDER,
    as_read,
    by_hand,
    by_owner,
    count,
    day,
    days,
    deadline,
    entered,
    handed_on,
    happened,
    label,
    meant,
    particulars,
    whose,
)

if TYPE_CHECKING:  # both load readers, which a listing has no time for
    from pipeline.batch import Summary
    from pipeline.calibration import Calibration, Measurement
    from pipeline.doctor import Check
    from pipeline.evaluate import Change, Evaluation
    from pipeline.lint import Slip
    from pipeline.reconcile import Reconciliation
    from pipeline.rules import Grounds
    from pipeline.store.ledger import Head, Orphan

WIDE = 136
"""From this width on the list has seven columns; below it, verdict and due date share one, and paper and id another."""

PIPED = 100
"""Columns where there is no terminal to ask: fits a printed page and an e-mail."""

MARK = "(for review)"
"""After the words of a claim that a person is to look at first."""

STYLES: Mapping[VerdictKind, str] = {
    VerdictKind.BROKEN: "bold red",
    VerdictKind.OVERDUE: "red",
    VerdictKind.LAPSED: "magenta",
    VerdictKind.DISPUTED: "magenta",
    VerdictKind.PART_KEPT: "yellow",
    VerdictKind.NOT_DETERMINABLE: "yellow",
    VerdictKind.DUE_SOON: "yellow",
    VerdictKind.EXTENDED: "cyan",
    VerdictKind.OPEN: "cyan",
    VerdictKind.KEPT: "green",
    VerdictKind.KEPT_LATE: "green",
}

NOTHING_FOUND = "No challenge, response, decision, promise or recommendation found."
NOTHING_READ = "Nothing could be read, so nothing can be said of what was promised in it."
"""Never to be mistaken for the other: one tells of the meeting, one of the file."""


def console(*, stderr: bool = False) -> Console:
    """As wide as the terminal; plain where the output is piped or NO_COLOR is set."""
    probe = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not probe.is_terminal and "COLUMNS" not in os.environ:
        probe.width = PIPED
    return probe


def show(what: RenderableType) -> None:
    console().print(what)


def draw(what: RenderableType, path: Path, *, title: str, width: int) -> None:
    """The same as a picture (SVG). Fonts are the viewer's own: a picture loads nothing from anywhere."""
    canvas = Console(
        record=True,
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="256",
        highlight=False,
        markup=False,
        emoji=False,
    )
    canvas.print(what)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A fixed id: rich would make one from the content, and every change would touch every line of the file.
    picture = canvas.export_svg(title=title, unique_id="matters")
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), encoding="utf-8")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with counts and time left, fed with (done, of); silent where stderr is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("elapsed"),
        TimeElapsedColumn(),
    )
    screen = console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def promise_list(
    rows: Sequence[PromiseRow],
    verdicts: Mapping[VerdictKind, int],
    read_to: Mapping[str | None, dt.date],
    *,
    title: str,
    as_of: dt.date,
    width: int,
) -> RenderableType:
    """A list with what it counts up to, and how to see the rest of it.

    `read_to` tells how far each body's papers go.
    """
    total = sum(verdicts.values())
    head = Text.assemble((f"{title} on {day(as_of)}: {count(total, 'promise')}", "bold"))
    if not rows:
        return Group(head, Text("Nothing to list. If that is a surprise, try --all, another --as-of or fewer filters."))
    foot = Text("matters show ID tells why, with every quote and page.", "dim")
    if any(row.review for row in rows):
        foot.append(f" {MARK}: less certain, read the quote.", "dim")
    if total > len(rows):
        foot = Text(f"{len(rows):,} of {total:,} shown; --limit 0 shows all. ", "bold").append_text(foot)
    head.append(" (").append_text(verdict_counts(verdicts)).append(")")
    return Group(head, *_promises(rows, read_to, width=width), Text(""), foot)


def _promises(
    rows: Sequence[PromiseRow], read_to: Mapping[str | None, dt.date], *, width: int
) -> Iterable[RenderableType]:
    """A table for each body, in the order of the rows. Actions wrap and are never cut short."""
    by_body: dict[str | None, list[PromiseRow]] = {}
    for row in rows:
        by_body.setdefault(row.body, []).append(row)
    for body, chosen in by_body.items():
        yield Text("")
        yield _body_head(body, read_to)
        # Widths are fixed so that the columns of all bodies stand under one another.
        if width >= WIDE:
            columns = {
                "Due": 11,
                "": 14,
                "Verdict": 16,
                "Owner": width // 8,
                "Action": 0,
                "Paper": width // 6,
                "Id": 12,
            }
            table = _table(*columns, widths=tuple(columns.values()))
        else:
            table = _table("Verdict, due", "Owner", "Action", "Paper, id", widths=(16, width // 7, 0, width // 4))
        for row in chosen:
            verdict = Text(label(row.verdict) + by_hand(row), STYLES.get(row.verdict, ""))
            due, late = Text(day(row.due)), Text(days(row).removeprefix("due "), "dim")
            made_by = _text(row.owner or "nobody named", "" if row.owner else "dim")
            owner = _lines(made_by, _text(meant(row), "dim"), _text(handed_on(row)))
            action = Text.assemble(_text(f"{row.reference} " if row.reference else "", "dim"), _text(row.action))
            if row.review:
                action.append(f" {MARK}", "yellow")
            if width >= WIDE:
                table.add_row(due, late, verdict, owner, action, _where(row.paper, row.page, width // 6), row.id)
            else:
                place = Text.assemble(f"{_page(row.page)}  ".lstrip(), (row.id, "dim"))
                paper = _text(_folded(row.paper, width // 4))
                table.add_row(_lines(verdict, due, late), owner, action, _lines(paper, place))
        yield table


def _body_head(body: str | None, read_to: Mapping[str | None, dt.date]) -> Text:
    """A body, and up to which day its papers tell of it: an answer may stand in one that has not been read in."""
    last = read_to.get(body)
    return Text.assemble(_text(body or "No body named", "bold"), (f", papers up to {day(last)}" if last else "", "dim"))


def promise(detail: PromiseDetail, grounds: Grounds, *, as_of: dt.date) -> RenderableType:
    """A promise whole: what was said, what became of it and why we think so, with every quote and its place; and on
    what grounds its making was taken for a promise."""
    row = detail.row
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("owner", _text(whose(row)))
    facts.add_row("body", _text(row.body or "not named"))
    facts.add_row("due", _text(deadline(row, row.original_due)))
    facts.add_row("strength", row.strength)
    for laid in detail.corrections:
        facts.add_row("corrected", _text(f"{laid.field} ({as_read(laid.field, laid.read)})", "yellow"))
    if row.reference:
        facts.add_row("reference", _text(row.reference))
    why = Table.grid(padding=(0, 2))
    why.add_column(style="dim", no_wrap=True)
    why.add_column(overflow="fold")
    if row.rule in REASONS:
        why.add_row("because", REASONS[row.rule])
    why.add_row("rule", row.rule)
    if detail.papers_searched:
        why.add_row("searched", _text(", ".join(detail.papers_searched)))
    parts: list[RenderableType] = [
        _promise_head(row, as_of=as_of),
        Text(""),
        Padding(_text(row.action, "bold"), (0, 0, 0, 2)),
        Text(""),
        Padding(facts, (0, 0, 0, 2)),
        *_section("Why", why),
        *_section("What the papers say", _events(detail.events, detail.rests_on)),
        *(_section("What people entered", _entries(detail.entries)) if detail.entries else ()),
        *_section("Why it is listed", _grounds(detail.sightings[0].band.rule, row.confidence, grounds)),
    ]
    if len(detail.periods) > 1:
        past = Table.grid(padding=(0, 2))
        for _ in range(4):
            past.add_column(overflow="fold")
        for period in detail.periods:
            held = f"from {day(period.since)}" + (f" to {day(period.until - dt.timedelta(1))}" if period.until else "")
            verdict = Text(label(period.verdict), STYLES.get(period.verdict, ""))
            past.add_row(
                Text(held, "dim"),
                verdict,
                f"due {day(period.due)}" if period.due else "",
                label(period.rule.partition(".")[2]),
            )
        parts += _section("Verdicts over time", past)
    return Group(*parts)


def timeline(detail: PromiseDetail, *, as_of: dt.date) -> RenderableType:
    """A promise's way, day by day: what the papers say, and how the verdict turned on it."""
    row = detail.row
    table = _table("Date", "What", "Words", "Paper", widths=(11, 16, 0, 22))
    for step in queries.timeline(detail):
        if entry := step.entry:
            table.add_row(day(step.date), _text(entered(entry)), _text(entry.reason), _text(f"by {entry.by}"))
        elif event := step.event:
            where = _text(f"by {event.by}") if event.by else _where(event.paper, event.page, 22)
            table.add_row(day(step.date), _event(event), _text(event.quote), where)
        elif turn := step.turn:
            verdict = Text.assemble((label(turn.verdict), STYLES.get(turn.verdict, "bold")))
            late = f"{count(turn.days_late, 'day')} late" if turn.days_late else "stale" if turn.stale else ""
            if late:
                verdict.append(f"\n{late}", "dim")
            due = f" Due {day(turn.due)}." if turn.due else ""
            searched = f"\nSearched: {', '.join(turn.papers_searched)}" if turn.papers_searched else ""
            why = Text(f"{REASONS.get(turn.rule, turn.rule)}{due}{searched}", "dim")
            table.add_row(day(step.date), verdict, why, "")
    return Group(
        _promise_head(row, as_of=as_of),
        Text(""),
        Padding(_text(row.action, "bold"), (0, 0, 0, 2)),
        Padding(_text(f"{whose(row)} · {row.body or 'no body named'}"), (0, 0, 0, 2)),
        Padding(_text(f"due {deadline(row, row.original_due)}"), (0, 0, 0, 2)),
        Text(""),
        table,
    )


def proposals(found: Sequence[ProposalRow], *, as_of: dt.date) -> RenderableType:
    """What is left to a person, body by body, each with the commands that answer it."""
    parts: list[RenderableType] = [
        Text(f"For a person to say, on {day(as_of)}: {count(len(found), 'question')}", "bold")
    ]
    body: str | None = ""
    for one in found:
        promise, other = one.promise, one.other
        if promise.body != body:
            body = promise.body
            parts += [Text(""), _text(body or "No body named", "bold")]
        table = _table("", "", "", widths=(12, 0, 24))
        table.show_header = False
        for row in filter(None, (other, promise)):
            table.add_row(row.id, _text(row.action), _where(row.paper, row.page, 24))
        if other:
            question = "The second may be the first again."
            answers = [f"matters correct {promise.id} --{way} {other.id}" for way in ("same-as", "apart-from")]
        else:
            table.add_row(day(one.date), _text(one.quote), _where(one.paper, one.page, 24))
            question = f"The later words may tell of it: {label(one.type)}. If they do, rule so."
            answers = [f"matters rule {promise.id} VERDICT"]
        lines = [question, *(f"  {answer} --reason ... --by ..." for answer in answers)]
        parts += [Text(""), table, Text("\n".join(lines), "dim")]
    return Group(*parts)


def ledger(entries: Sequence[Entry], head: Head) -> RenderableType:
    """All that people entered, each with the promise that it is about, as it was read then."""
    table = _table("Time (UTC)", "Entry", "Reason", "By", "Promise", widths=(18, 18, 0, 12, 30))
    for entry in entries:
        about = _lines(_text(entry.quote), _text(_subject(entry), "dim"))
        table.add_row(_time(entry), _text(entered(entry)), _text(entry.reason), _text(entry.by), about)
    title = Text(count(len(entries), "entry", "entries"), "bold")
    return Group(title, *((table, Text("")) if entries else ()), Text(f"Head of the ledger: {head}", "dim"))


def orphans(found: Sequence[Orphan]) -> RenderableType:
    """Entries that wait for somebody to say which promise they are about by now."""
    if not found:
        return Text("Nothing waits: all that was entered is about promises that are still read from the papers.")
    parts: list[RenderableType] = [Text(f"{count(len(found), 'promise')} no longer read from the papers", "bold")]
    for orphan in found:
        last = orphan.entries[-1]
        parts += [Text(""), _text(last.quote, "bold"), _text(_subject(last), "dim"), _entries(orphan.entries)]
        if orphan.successor is None:
            parts.append(Text("No promise of that paper says nearly the same."))
        else:
            parts.append(Text.assemble("Likely to be now ", (orphan.successor, "bold"), ": ", _text(orphan.quote)))
            command = f"matters correct {orphan.promise} --same-as {orphan.successor} --reason ... --by ..."
            parts.append(Text(f"If it is: {command}", "dim"))
    return Group(*parts)


def _subject(entry: Entry) -> str:
    place = ", ".join(filter(None, [entry.paper, _page(entry.page)]))
    return " · ".join(filter(None, [entry.promise, entry.body, day(entry.made), place]))


def late(
    rows: Sequence[LateRow],
    read_to: Mapping[str | None, dt.date],
    *,
    as_of: dt.date,
    since: dt.date | None,
    width: int,
) -> RenderableType:
    """What is past its date, by body and owner: how long, since when, and the last that a paper says of it."""
    what = f"Past their date on {day(as_of)}" + (f", new or changed since {day(since)}" if since else "")
    verdicts = Counter(late.row.verdict for late in rows)
    head = Text.assemble((f"{what}: {count(len(rows), 'promise')}", "bold"))
    if not rows:
        return head
    head.append(" (").append_text(verdict_counts(verdicts)).append(")")
    by_body: dict[str | None, list[LateRow]] = {}
    for late in rows:
        by_body.setdefault(late.row.body, []).append(late)
    parts: list[RenderableType] = [head]
    for body in sorted(by_body, key=lambda body: (body is None, body)):
        parts += [Text(""), _body_head(body, read_to)]
        for name, chosen in by_owner(by_body[body], lambda late: late.row):
            table = _table("Due", "Promised", "The last that a paper says of it", widths=(18, 0, width * 2 // 5))
            for late in sorted(chosen, key=lambda late: -(late.row.days or 0)):
                table.add_row(_how_late(late), _promised(late.row), _last_word(late, width * 2 // 5))
            parts += [Text(""), Text.assemble(_text(name, "bold"), f": {count(len(chosen), 'promise')}"), table]
    past = "Past its date: the date has passed, and by the papers in the store it is not settled that it was done."
    parts += [Text(""), Text(past, "dim")]
    if verdicts[VerdictKind.NOT_DETERMINABLE]:
        parts.append(Text("Not determinable: the papers that could tell are not in the store. Read them in.", "dim"))
    if verdicts[VerdictKind.LAPSED]:
        parts.append(Text("Lapsed: no paper speaks of it since. Silence is no proof that it was not done.", "dim"))
    if verdicts[VerdictKind.DISPUTED]:
        parts.append(Text("Disputed: one paper says that it was done, another that it was not.", "dim"))
    foot = Text("matters timeline ID tells the whole way, matters show ID why.", "dim")
    if any(late.row.review for late in rows):
        foot.append(f" {MARK}: less certain, read the quote.", "dim")
    return Group(*parts, foot)


def _how_late(late: LateRow) -> Text:
    row = late.row
    first = Text(f"{count(row.days or 0, 'day')} ago", "bold")
    verdict = Text(label(row.verdict) + by_hand(row), STYLES.get(row.verdict, ""))
    held = Text(f"since {day(late.turned)}" + (f",\nbefore: {label(late.before)}" if late.before else ""), "dim")
    return _lines(first, verdict, held)


def _promised(row: PromiseRow) -> Text:
    action = Text.assemble(_text(f"{row.reference} " if row.reference else "", "dim"), _text(row.action))
    if row.review:
        action.append(f" {MARK}", "yellow")
    due = f"due {day(row.due)}" + (f' ("{row.due_words}")' if row.due_words else "")
    return _lines(action, _text(handed_on(row)), _text(due, "dim"), Text(row.id, "dim"))


def _last_word(late: LateRow, width: int) -> Text:
    last = late.last
    made = last.type is EventType.MADE
    said = Text(f"{day(last.date) or 'no date'}, " + ("when it was made" if made else happened(last)))
    place = _text(_folded(", ".join(filter(None, [last.paper, _page(last.page)])), width), "dim")
    reason = Text(REASONS.get(late.row.rule, late.row.rule), "italic")
    return _lines(said, Text("" if made else last.quote.translate(CONTROL)), place, reason)


def paper(detail: PaperDetail) -> RenderableType:
    """A paper whole: what it is, how well it was read, and every extract by kind."""
    row = detail.row
    ids = {extract: f"promise {promise_id}" for extract, promise_id in detail.promise_ids.items()}
    return Group(
        _heading(row.name, row.kind, row.body, row.date, row.pages, row.coverage, row.warnings),
        *_extracts(detail.extracts, ids, row.coverage),
        *_more(row.name, detail.unclaimed),
    )


def extraction(found: Extraction) -> RenderableType:
    """The same for a paper that was read just now and is in no store."""
    meeting = found.meeting
    return Group(
        _heading(found.paper, found.kind, meeting.body, meeting.date, found.pages, found.coverage, found.warnings),
        *_extracts(found.extracts, {}, found.coverage),
    )


def unclaimed(detail: PaperDetail) -> RenderableType:
    """Sentences that sound like promises and that no rule took: the reader decides."""
    name, sentences = detail.row.name, detail.unclaimed
    if not sentences:
        return Text(f"{name}: no sentence that sounds like a promise was left unclaimed.")
    table = _table("Page", "Sentence", shares=(0, 1))
    for sentence in sentences:
        table.add_row(_page(sentence.page), _text(sentence.quote))
    return Group(Text(f"{name}: {count(len(sentences), 'sentence')} that no rule claimed", "bold"), table)


def summary(done: Summary, counts: Counts, *, as_of: dt.date) -> RenderableType:
    """What an ingest did, in the order in which people ask: was all read, what was found, what is outstanding."""
    parts: list[RenderableType] = [
        Text.assemble(
            (f"{count(done.read, 'paper')} read", "bold"),
            f" ({done.new:,} new, {done.replaced:,} replaced), {done.unchanged:,} unchanged",
            f", {count(done.copies, 'copy', 'copies')} of the same papers" if done.copies else "",
            (f", {len(done.failed):,} failed", "bold red" if done.failed else ""),
        )
    ]
    if done.skipped:
        ends = ", ".join(f"{count:,} {end or 'without an ending'}" for end, count in done.skipped.items())
        parts.append(Text(f"Left out as no papers: {ends}", "dim"))
    reasons: dict[str, list[Failure]] = {}
    for failure in done.failed:
        reasons.setdefault(failure.code, []).append(failure)
    for code, failures in sorted(reasons.items(), key=lambda reason: (-len(reason[1]), reason[0])):
        parts.append(Text(f"Failed, {label(code)}: {count(len(failures), 'paper')}", "red"))
        parts += [Padding(_text(failure.message), (0, 0, 0, 2)) for failure in failures]
    if done.warnings:
        parts.append(Text(count(len(done.warnings), "warning"), "yellow"))
        parts += [Padding(_text(f"{name}: {words}"), (0, 0, 0, 2)) for name, words in done.warnings]
    found = ", ".join(count(counts.extracts[kind], kind) for kind in Kind if kind in counts.extracts)
    parts += [
        Text(f"In the store: {count(counts.papers, 'paper')} with {found or 'no extracts'}"),
        Text.assemble(f"{count(counts.promises, 'promise')} on {day(as_of)}: ", verdict_counts(counts.verdicts)),
    ]
    return Group(*parts)


def verdict_counts(counts: Mapping[VerdictKind, int]) -> Text:
    """ "3 broken, 10 overdue, 2 open", the worst first."""
    parts = [
        Text(f"{counts[kind]:,} {label(kind)}", STYLES.get(kind, "")) for kind in VERDICT_ORDER if counts.get(kind)
    ]
    return Text(", ").join(parts) if parts else Text("none")


def evaluation(run: Evaluation) -> RenderableType:
    """Scores by kind, attributes, and F1 by body where there are several."""
    table = _table("Kind", "Precision", "Recall", "F1", "Gold", "Found", numbers=True)
    for name, score in run.scores().items():
        values = (
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            f"{score.gold:,}",
            f"{score.found:,}",
        )
        table.add_row(name, *values, style="bold" if name == "all kinds" else "")
    rates = _table("Attribute", "Right", "Of", "Share", numbers=True)
    for name, rate in run.rates().items():
        rates.add_row(name, f"{rate.right:,}", f"{rate.of:,}", f"{rate.share:.3f}")
    parts: list[RenderableType] = [table, Text(""), rates]
    if len(run.bodies()) > 1:
        bodies = _table("Body", "F1", "Gold", "Found", numbers=True)
        for body in run.bodies():
            score = run.scores(body)["all kinds"]
            bodies.add_row(_text(body), f"{score.f1:.3f}", f"{score.gold:,}", f"{score.found:,}")
        parts += [Text(""), bodies]
    return Group(*parts)


def findings(run: Evaluation) -> RenderableType:
    """Every miss, invention and mistake, by paper."""
    table = _table("Paper", "", "Kind", "Page", "Quote", shares=(2, 0, 0, 0, 5))
    for result in run.results:
        for word, group in (("missed", result.missed), ("invented", result.invented), ("wrong", result.mistaken)):
            for finding in group:
                what = f"{word} {finding.about}".strip()
                table.add_row(finding.paper, what, finding.kind, _page(finding.page), _text(finding.quote))
    return table if table.row_count else Text("Nothing missed, invented or wrong.")


def change(against: Change) -> RenderableType:
    """Gains and losses against an earlier run."""
    parts: list[RenderableType] = [
        Text(""),
        Text(f"{count(len(against.gains), 'gain')}, {count(len(against.losses), 'loss', 'losses')}", "bold"),
    ]
    for sign, style, turns in (("+", "green", against.gains), ("-", "red", against.losses)):
        if turns:
            table = _table("", "Paper", "Kind", "Page", "Quote", shares=(2, 2, 0, 0, 5))
            for word, finding in turns:
                what = Text(f"{sign} {word} {finding.about}".rstrip(), style)
                table.add_row(what, finding.paper, finding.kind, _page(finding.page), _text(finding.quote))
            parts.append(table)
    return Group(*parts)


def slips(name: str, found: Sequence[Slip]) -> RenderableType:
    """What is to be mended in a paper before it is published, in the order of its pages."""
    if not found:
        return _text(f"{name}: nothing to mend.")
    table = _table("Page", "Check", "What is wrong", "Where", widths=(5, 16, 0, 0))
    for slip in found:
        table.add_row(_page(slip.page), Text(slip.check, "yellow"), _text(slip.message), _text(slip.quote, "dim"))
    return Group(_text(f"{name}: {count(len(found), 'thing')} to mend", "bold"), table)


def reconciliation(compared: Reconciliation) -> RenderableType:
    """A log against the papers of its body: what they agree on in a line, then a table for each kind of difference."""
    head = f"{compared.log} against the papers of {compared.body}: "
    head += f"{compared.matched} of {count(compared.rows, 'action')} found in the papers"
    parts: list[RenderableType] = [_text(head, "bold")]
    for finding, title in _FINDINGS.items():
        chosen = [difference for difference in compared.differences if difference.finding == finding]
        if not chosen:
            continue
        table = _table("Action", "In the log", "In the papers", "Where", widths=(0, 22, 22, 24))
        for one in chosen:
            logged = [Text(f"log {_page(one.log_page)}".rstrip(), "dim")] if one.log_page or not one.paper else []
            printed = [_where(one.paper, one.page, 24), Text(one.promise or "", "dim")] if one.paper else []
            table.add_row(
                _text(one.action), _text(one.in_log or ""), _text(one.in_papers or ""), _lines(*printed, *logged)
            )
        parts += [Text(""), *_section(f"{title}: {len(chosen)}", table)]
    if not compared.differences:
        parts.append(Text("Log and papers agree."))
    return Group(*parts)


_FINDINGS = {
    "not-in-papers": "In the log, in no published paper",
    "not-in-log": "Outstanding by the papers, not in the log",
    "due-differs": "Deadlines that differ",
    "owner-differs": "Owners that differ",
    "closed-in-log-only": "Closed in the log, and no paper says that it was done",
}


def rule_faults(rules: int, version: str, faults: Sequence[str]) -> RenderableType:
    """What `RuleSet.check` found wrong, a line each."""
    if not faults:
        return Text(
            f"{count(rules, 'rule')}, version {version}: every example matches, every counter-example does not."
        )
    return Group(
        *(_text(fault) for fault in faults), Text(f"{count(len(faults), 'fault')} in {count(rules, 'rule')}", "bold")
    )


def rule_records(records: Sequence[Record]) -> RenderableType:
    """How every rule has fared on annotated papers."""
    table = _table(
        "Rule, and what it looks for", "Right", "Precision", "Confidence", "Grade", widths=(0, 9, 15, 11, 11)
    )
    kind = None
    for record in records:
        if record.whole and record.band.kind is not kind:
            kind = record.band.kind
            table.add_section()
        if record.whole:
            name = _lines(Text(record.band.rule, "bold"), _text(record.looks_for, "dim"))
        else:
            name = Text(f"  {_band(record)}")
        style = {"for review": "yellow", "unmeasured": "magenta"}.get(record.grade, "")
        counts = record.tally
        table.add_row(
            name,
            f"{counts.right}/{counts.found}" if counts.found else "",
            _measured(counts),
            f"{record.confidence:.2f}",
            Text(record.grade, style),
        )
    return table


def measurement(measured: Measurement) -> RenderableType:
    """How well confidence holds on bodies that it was not counted on, and what each part of it is worth."""
    parts = _table("Confidence by", "Log loss", "Brier score", "Error, width", "Error, mass", numbers=True)
    for name, held in measured.rests_on.items():
        values = (held.log_loss, held.brier, held.width_error, held.mass_error)
        parts.add_row(name, *(f"{value:.4f}" for value in values))
    return Group(
        Text(f"Each body's claims judged by the counts of the others ({count(measured.bodies, 'body', 'bodies')})"),
        Text(""),
        calibration(measured.crossed),
        Text(""),
        parts,
    )


def calibration(held: Calibration) -> RenderableType:
    """How far confidence is from precision, bin by bin."""
    table = _table("Confidence", "Claims", "Right", "Precision", "Expected", numbers=True)
    for held_in in held.bins:
        low = min(9, int(held_in.expected * 10))
        counts = held_in.tally
        table.add_row(
            f"{low / 10:.1f} to {low / 10 + 0.1:.1f}",
            f"{counts.found:,}",
            f"{counts.right:,}",
            f"{counts.precision:.3f}",
            f"{held_in.expected:.3f}",
        )
    table.add_row(
        "all", f"{held.claims:,}", f"{held.right:,}", f"{held.precision:.3f}", f"{held.expected:.3f}", style="bold"
    )
    return Group(
        table,
        Text(""),
        Text(f"Expected calibration error, ten bins of equal width: {held.width_error:.3f}"),
        Text(f"Ten bins of as many claims each: {held.mass_error:.3f}; chance alone makes {held.chance:.3f}"),
        Text(f"Brier score: {held.brier:.3f}; log loss: {held.log_loss:.3f}"),
        Text(f"For review: {count(held.review.found, 'claim')}, right {_measured(held.review) or 'none'}"),
        Text(f"The others: {count(held.rest.found, 'claim')}, right {_measured(held.rest) or 'none'}"),
    )


def checks(found: Sequence[Check]) -> RenderableType:
    """What the doctor found, a line each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    styles = {"ok": "green", "absent": "yellow"}
    for check in found:
        table.add_row(Text(check.state, styles.get(check.state, "bold red")), check.subject, _text(check.detail))
    return table


def _promise_head(row: PromiseRow, *, as_of: dt.date) -> Text:
    verdict = Text.assemble((label(row.verdict), STYLES.get(row.verdict, "bold")), f" on {day(as_of)}")
    if late := days(row):
        verdict.append(f", {late}")
    return Text.assemble(("Promise ", "dim"), row.id, ("  ", ""), verdict)


def _grounds(rule: str, confidence: float, grounds: Grounds) -> RenderableType:
    """What the making was found by, how often that was right, and what we make of it."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("rule", rule)
    if grounds.rule is None:
        facts.add_row("", "of a file of rules that is not shipped")
    else:
        facts.add_row("such as", _text(grounds.rule.looks_for))
        if grounds.words:
            facts.add_row("here", _text(grounds.words))
        facts.add_row("measured", _fared(grounds.rule))
        if grounds.like:
            facts.add_row("", f"{_band(grounds.like)}: {_fared(grounds.like)}")
    facts.add_row("confidence", f"{confidence:.2f}, {grade(confidence)}")
    return facts


def _fared(record: Record) -> str:
    if not record.tally.found:
        return "on no annotated paper yet; trusted as others of its kind are"
    times = f"right {record.tally.right} of {count(record.tally.found, 'time')} on annotated papers"
    low, high = record.tally.interval()
    return f"{times}, so likely {low:.0%} to {high:.0%} of the time"


def _measured(counts: Tally) -> str:
    """ "91 % (79-96)": precision with its interval."""
    if counts.precision is None:
        return ""
    low, high = counts.interval()
    return f"{100 * counts.precision:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


def _band(record: Record) -> str:
    owner = "owner on the attendance list" if record.band.listed else "owner not on an attendance list"
    return ", ".join(filter(None, [record.band.strength, owner]))


def _events(events: Iterable[Event], rests_on: Sequence[int]) -> RenderableType:
    """What papers told, in order, and which of it decided the verdict."""
    table = _table("Date", "Event", "Quote", "Paper", widths=(11, 14, 0, 22))
    for place, event in enumerate(events):
        if event.type is EventType.RULED:
            continue  # stands among what people entered
        what = _event(event)
        if place in rests_on:
            what.append("\ndecides", "bold")
        table.add_row(day(event.date), what, _text(event.quote), _where(event.paper, event.page, 22))
    return table


def _entries(entries: Iterable[Entry]) -> RenderableType:
    table = _table("Time (UTC)", "Entry", "Reason", "By", widths=(18, 24, 0, 16))
    for entry in entries:
        table.add_row(_time(entry), _text(entered(entry)), _text(entry.reason), _text(entry.by))
    return table


def _time(entry: Entry) -> Text:
    return _lines(Text(f"{day(entry.at.date())} {entry.at:%H:%M}"), Text(f"entry {entry.seq}", "dim"))


def _event(event: Event) -> Text:
    return _lines(Text(happened(event)), _text(particulars(event), "dim"))


def _heading(
    name: str,
    kind: PaperKind,
    body: str | None,
    date: dt.date | None,
    pages: int | None,
    coverage: Coverage,
    warnings: Sequence[str],
) -> RenderableType:
    facts = [label(kind), body or "no body named", day(date) or "no date found"]
    facts += [count(pages, "page")] if pages else []
    lines: list[RenderableType] = [_text(name, "bold"), _text(" · ".join(facts))]
    if coverage is not Coverage.OK:
        lines.append(Text({Coverage.PARTIAL: "read in part", Coverage.NO_TEXT: "no text"}[coverage], "bold yellow"))
    lines += [Text.assemble(("warning: ", "yellow"), _text(warning)) for warning in warnings]
    return Group(*lines)


def _extracts(extracts: Sequence[Extract], promises: Mapping[str, str], coverage: Coverage) -> Iterable[RenderableType]:
    for kind in Kind:
        chosen = [extract for extract in extracts if extract.kind is kind]
        if not chosen:
            continue
        table = _table("Page", kind.capitalize(), "What is said of it", shares=(0, 3, 2))
        for extract in chosen:
            table.add_row(_page(extract.page), _text(extract.quote), _said(extract, promises.get(extract.id)))
        doubtful = sum(for_review(extract.confidence) for extract in chosen)
        yield Text("")
        yield Text(count(len(chosen), kind) + (f", {doubtful:,} for review" if doubtful else ""), "bold")
        yield table
    if not extracts:
        yield Text("")
        yield Text(NOTHING_READ if coverage is Coverage.NO_TEXT else NOTHING_FOUND)


def _said(extract: Extract, promise_id: str | None) -> Text:
    facts = [
        ("outcome", extract.outcome and label(extract.outcome) + (", formal" if extract.formal else "")),
        ("owner", extract.owner),
        ("is", extract.owner_name if extract.owner_name != extract.owner else None),
        ("due", extract.due and " = ".join(filter(None, [f'"{extract.due.words}"', day(extract.due.end)]))),
        ("strength", extract.strength),
        ("to", extract.recipient),
        ("reference", extract.reference),
        ("status", extract.status),
        ("answers", ", ".join(extract.answers)),
        ("arises from", ", ".join(extract.arises_from)),
        ("rule", f"{extract.rule} ({extract.confidence:.2f}, {grade(extract.confidence)})"),
        ("id", ", ".join(filter(None, [extract.id, promise_id]))),
    ]
    return _lines(*(Text.assemble((f"{name} ", "dim"), _text(value)) for name, value in facts if value))


def _more(name: str, sentences: Sequence[Unclaimed]) -> Iterable[RenderableType]:
    if sentences:
        yield Text(f"{count(len(sentences), 'more sentence')} may be promises: matters show {name} --unclaimed", "dim")


def _section(title: str, body: RenderableType) -> list[RenderableType]:
    return [Text(""), Text(title, "bold"), Padding(body, (0, 0, 0, 2))]


def _table(*columns: str, shares: Sequence[int] = (), widths: Sequence[int] = (), numbers: bool = False) -> Table:
    """Columns with a share of the width, or a width (0: what is left), wrap; others are as wide as what they hold."""
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=bool(shares or widths),
        leading=int(not numbers),
    )
    for i, column in enumerate(columns):
        share = shares[i] if shares else int(bool(widths) and not widths[i])
        width = widths[i] if widths else 0
        table.add_column(
            column,
            ratio=share or None,
            width=width or None,
            no_wrap=not (share or width),
            overflow="fold",
            justify="right" if numbers and i else "left",
        )
    return table


def _where(paper: str, page: int | None, width: int) -> Text:
    return _lines(_text(_folded(paper, width)), Text(_page(page)))


def _folded(name: str, width: int) -> str:
    """A file's name in lines of a width, broken after hyphens and the like where it can be."""
    lines = [""]
    for piece in re.findall(r"[^-_. ]*[-_. ]?", name):
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _page(page: int | None) -> str:
    return f"p. {page}" if page else ""


def _lines(*parts: Text) -> Text:
    return Text("\n").join(part for part in parts if part.plain)


def _text(words: str, style: str = "") -> Text:
    return Text(words.translate(CONTROL), style)
