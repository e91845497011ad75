"""From pages of segments and rules to blocks in reading order.

Hides furniture, Action columns, paragraphs, headings, page breaks: all that is judged from where words stand. Takes
`Page`s as an engine found them and hands over a `Reading`. Its thresholds are shares of a line's height or pitch,
never points of one council's template.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import NamedTuple

from pipeline.ingest import tables
from pipeline.ingest.page import BULLETS, Line, Page, Segment, visual_lines
from pipeline.ingest.reading import CellText, Piece, Reading, TextBuilder, clean
from pipeline.ingest.tables import Grid
from pipeline.records import BlockKind, Coverage, Span

_LABEL = re.compile(
    rf"""(?: [{re.escape(BULLETS)}](?=\s|\w|$) | o(?=\s|$)
        | \(?(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,5}})\)(?=\s|\w|$)
        | (?:\d{{1,3}}|[a-zA-Z]|[ivx]{{2,5}})\.(?=\s|[A-Z]|$)
        | \d{{1,4}}(?:\.\d{{1,3}}){{1,3}}[.)]?(?=\s|$) | \d{{1,3}}/\d{{2,4}}[.)]?(?=\s|$)
    )""",
    re.VERBOSE,
)
_LABEL_ALONE = re.compile(rf"(?:{_LABEL.pattern}|\d{{1,4}}[A-Za-z]?)", re.VERBOSE)


_STRETCH = 200  # pages


@dataclass(slots=True)
class _Para:
    kind: BlockKind
    lines: list[Line]
    label: str = ""
    level: int = 0
    right: float = 0.0


@dataclass(slots=True)
class _Row:
    table: int
    headers: list[str]
    cells: list[list[Line]]
    page: int
    rights: list[float] = field(default_factory=list)


def compose(pages: Iterable[Page], count: int) -> tuple[Reading, list[Page]]:
    """Builds the blocks of a paper of so many pages; returns the pages, too, emptied.

    Pages are taken in stretches, long enough to tell what repeats from page to page, and emptied once their blocks are
    built: memory grows by the text alone, not by the places of all its words (140 KB a page).
    """
    builder = TextBuilder()
    stretch = math.ceil(count / math.ceil(count / _STRETCH)) if count else 1
    source, every = iter(pages), []
    dropped: list[str] = []
    furniture = _Furniture()
    flow: _Flow | None = None
    words = _Hyphens(())
    while own := list(islice(source, stretch)):
        ruled = {page.number: tables.ruled(page) for page in own}
        lines = {page.number: visual_lines(page.segments, page.number) for page in own}
        dropped.extend(furniture.drop(own, lines, ruled))
        flow = _Flow(own, lines, ruled, flow)
        flow.run()
        words = _Hyphens(flow.blocks)
        _emit(builder, flow.blocks[:-1], words)
        # The next stretch may add to the last block: the rest of a sentence, or of a row.
        del flow.blocks[:-1]
        dropped.extend(flow.heads)
        every.extend(own)
        for page in own:
            page.segments, page.rules = [], []
    if flow is not None:
        _emit(builder, flow.blocks, words)
    coverage, warnings = _coverage(every)
    reading = builder.build(pages=len(every), coverage=coverage, warnings=warnings)
    return replace(reading, furniture=tuple(dropped)), every


def _coverage(pages: Sequence[Page]) -> tuple[Coverage, list[str]]:
    if not any(page.characters for page in pages):
        return Coverage.NO_TEXT, ["no page holds text: the paper is made of pictures and needs text recognition (OCR)"]
    bare = [str(page.number) for page in pages if page.drawn]
    if not bare:
        return Coverage.OK, []
    numbers = ", ".join(bare[:10]) + (f" and {len(bare) - 10} more" if len(bare) > 10 else "")
    which = f"page {numbers} holds" if len(bare) == 1 else f"pages {numbers} hold"
    return Coverage.PARTIAL, [f"{which} pictures or drawn letters but no text; what may be written there was not read"]


# Furniture ------------------------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(
    r"""[-–—|\[(\s]*(?:p\s*a\s*g\s*e\b\s*[|:]?)?[-–—|\s]*(?:\d{1,4}|[ivxl]{1,6})[-–—|\])\s]*
        (?:(?:of|/)\s*\d{1,4}[-–—|\])\s]*)?(?:p\s*a\s*g\s*e)?""",
    re.IGNORECASE | re.VERBOSE,
)
_ADVERT = re.compile(
    r"pdffactory|novapdf|cutepdf|pdf\s?995|primopdf|dopdf|created (?:with|by|using) .{0,30}\bpdf|pdf created with"
    r"|(?:unregistered|evaluation|trial) (?:version|copy)"
    r"|(?:https?://|www\.|file:)\S+\s+(?:page )?\d+\s?(?:/|of)\s?\d+$"
    r"|^\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d{2}(?: [ap]m)?\b",
    re.IGNORECASE,
)
_MARKING = re.compile(
    r"(?:not protectively marked|unclassified|official(?:[- ]sensitive)?|(?:uk )?restricted)\W*", re.IGNORECASE
)
_TAGS = re.compile(r"(?:</?[A-Z]{2,}[A-Z_]*\d*>\s*)+")  # ModernGov marks where items start and end, and prints it
_WORDY = re.compile(r"[^\W\d_]{2}")
_FIGURES = re.compile(r"\d+")
_ZONE = 0.2  # of the page's height, at its top and at its bottom
_DRIFT = 8.0  # points


class _Furniture:
    """Headers, footers, page numbers, adverts: told by place, and by repetition or form; taken off lines and grids."""

    def __init__(self) -> None:
        self._repeated: set[tuple[str, bool, int]] = set()

    def drop(self, pages: Sequence[Page], lines: dict[int, list[Line]], ruled: dict[int, list[Grid]]) -> list[str]:
        """Takes the furniture off a stretch of pages, and returns its words. What repeated before is known again."""
        zones = {page.number: self._zones(page, lines[page.number], ruled[page.number]) for page in pages}
        counts: Counter[tuple[str, bool, int]] = Counter()
        for zone in zones.values():
            counts.update({place for candidate in zone for place in candidate.places})
        enough = max(2.0, 0.3 * len(pages))
        self._repeated.update(place for place, times in counts.items() if times >= enough)
        return [
            words for page in pages for words in self._drop(zones[page.number], lines[page.number], ruled[page.number])
        ]

    def _zones(self, page: Page, lines: list[Line], grids: list[Grid]) -> list[_Candidate]:
        """The lines near the page's edges, outermost first, those of the top before those of the bottom.

        A small ruled box may be a letterhead; a line of a longer table is not furniture, whatever is repeated.
        """
        boxed = [line for grid in grids if len(grid.rows) <= 2 for row in grid.rows for cell in row for line in cell]
        lines = sorted([*lines, *boxed], key=lambda line: line.top)
        top = [_Candidate.at(line, True) for line in lines[:6] if line.bottom < _ZONE * page.height]
        bottom = [_Candidate.at(line, False) for line in lines[:-8:-1] if line.top > (1 - _ZONE) * page.height]
        return top + bottom

    def _drop(self, zone: list[_Candidate], lines: list[Line], grids: list[Grid]) -> list[str]:
        gone: dict[int, str] = {
            id(line): line.text for line in lines if line.text[0] == "<" and _TAGS.fullmatch(line.text)
        }
        outermost = {True: True, False: True}
        for line, text, at_top, places in zone:
            outer = outermost[at_top]
            repeated = not self._repeated.isdisjoint(places)
            if (repeated and (outer or _WORDY.search(text))) or (outer and _is_furniture(text)):
                gone[id(line)] = line.text
            else:
                outermost[at_top] = False
        if not gone:
            return []
        lines[:] = [line for line in lines if id(line) not in gone]
        for grid in grids:
            if all(id(line) in gone for row in grid.rows for cell in row for line in cell):
                grid.rows = []
        return list(gone.values())


def _is_furniture(text: str) -> bool:
    """Whether words have the form of a page's number, a marking or an advert."""
    return any(form.fullmatch(text) for form in (_PAGE_NUMBER, _MARKING)) or _ADVERT.search(text) is not None


class _Candidate(NamedTuple):
    """A line that may be furniture. `places` tell it from others: its words but for digits, and where it stands."""

    line: Line
    text: str
    at_top: bool
    places: tuple[tuple[str, bool, int], ...]

    @staticmethod
    def at(line: Line, at_top: bool) -> _Candidate:
        text = clean(line.text)
        words = _FIGURES.sub("#", text.casefold())
        # Two overlapping buckets: a running line may stand a little higher or lower from page to page.
        buckets = {int(line.top / _DRIFT), int(line.top / _DRIFT + 0.5)}
        return _Candidate(line, text, at_top, tuple((words, at_top, bucket) for bucket in buckets))


# Action columns -------------------------------------------------------------------------------------------------------

_INITIALS = re.compile(
    r"(?:[A-Z][A-Za-z]{0,3}\.?|ALL|Clerk|Chair(?:man)?|Cllrs?\.? \w+)"
    r"(?:\s*(?:[/,&+]|and)\s*(?:[A-Z][A-Za-z]{0,3}|ALL|Clerk|Chair)|\s+[A-Z]{2,3})*"
)


class _Column(NamedTuple):
    """A column of owners without rules: from which page and height on it runs, and where it starts.

    `clear`: no text runs into it, and all that stands in it is an owner. Else only initials do that stand apart.
    """

    page: int
    top: float
    x: float
    clear: bool

    @staticmethod
    def find(lines: Sequence[Line], widths: dict[int, float]) -> _Column | None:
        """Told by a head ("Action") at the right, else by initials that stand at one place at the right edge."""
        for n, line in enumerate(lines):
            head = line.segments[-1]
            if head.x0 < 0.6 * widths[line.page] or not tables.is_margin_head(head.text):
                continue
            below = lines[n + 1 :]
            tails = [tail for tail in _tails(below) if tail.x1 > head.x0 - 20 and tail.x0 > head.x0 - 40]
            if tails:
                x = min(head.x0, *(tail.x0 for tail in tails)) - 3
                if _is_clear(x, below, 0.05):
                    return _Column(line.page, line.top - 1, x, True)
            initials = [tail.x0 for tail in tails if _INITIALS.fullmatch(tail.text)]
            if len(initials) > 1:
                return _Column(line.page, line.top - 1, min(initials) - 3, False)
        starts = Counter(
            round(tail.x0 / 6)
            for tail in _tails(lines)
            if tail.x0 > 0.7 * widths.get(lines[0].page, 0.0) and _INITIALS.fullmatch(tail.text)
        )
        if not starts:
            return None
        place, _ = starts.most_common(1)[0]
        found = sum(starts[n] for n in (place - 1, place, place + 1))
        x = (place - 1) * 6 - 3.0
        clear = _is_clear(x, lines, 0.02)
        return _Column(0, 0.0, x, clear) if found >= (3 if clear else 5) else None

    def starts_above(self, line: Line) -> bool:
        return (line.page, line.top) >= (self.page, self.top)

    def part(self, line: Line) -> tuple[list[Segment], list[Segment]]:
        """A line's segments left of the column and in it."""
        left: list[Segment] = []
        right: list[Segment] = []
        for segment in line.segments:
            at = next((n for n, word in enumerate(segment.words) if word.x0 >= self.x), len(segment))
            if not self.clear:
                at = self._apart(segment, at)
            if at == 0:
                right.append(segment)
            elif at == len(segment):
                left.append(segment)
            else:
                head, tail = segment.split(at)
                left.append(head)
                right.append(tail)
        return left, right

    def _apart(self, segment: Segment, at: int) -> int:
        """From which word on a segment is initials in the column, though text runs into it."""
        if segment.x1 > self.x and tables.is_margin_head(segment.text):
            return 0
        if at == len(segment) or not _INITIALS.fullmatch(segment.tail(at)):
            return len(segment)
        words = segment.words
        wide = at == 0 or words[at].x0 - words[at - 1].x1 > 0.4 * (segment.bottom - segment.top)
        return at if wide else len(words)


def _is_clear(x: float, lines: Sequence[Line], share: float) -> bool:
    """Whether (nearly) no text runs across x, and most text ends before it."""
    across = sum(any(part.x0 < x and part.x1 > x + 6 for part in line.segments) for line in lines)
    return across <= share * len(lines) and 2 * sum(line.x0 >= x for line in lines) < len(lines)


def _tails(lines: Iterable[Line]) -> list[Segment]:
    return [line.segments[-1] for line in lines if len(line.segments[-1].text) <= 30]


# Blocks ---------------------------------------------------------------------------------------------------------------

_DECISIVE = re.compile(
    r"(?:it was |and )?(?:resolved|agreed|decisions? ?[:\-–]|decided|actions? ?(?:[:\-–]|$)|recommended|noted"
    r"|proposed|no objections?|approved)",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(r"(?:RESOLVED|AGREED|DECISION|ACTION|RECOMMENDED|RECOMMENDATION)\b|\d\d/\d{3,6}/[A-Z]{1,5}\b")
_TERMINAL = (".", "!", "?", ":", ";")
_CLOSING = "'\"’”)]"
_OPEN_END = (",", "-", "–", "&", "(", "/")


class _Flow:
    """Walks a stretch of pages in order and builds blocks; knows what the page, or the stretch, before left open."""

    def __init__(
        self,
        pages: Sequence[Page],
        lines: dict[int, list[Line]],
        ruled: dict[int, list[Grid]],
        before: _Flow | None,
    ) -> None:
        self.blocks: list[_Para | _Row] = before.blocks if before else []
        self.heads: list[str] = []
        self._pages = pages
        self._ruled = {number: [grid for grid in grids if grid.rows] for number, grids in ruled.items()}
        grids = [grid for own in self._ruled.values() for grid in own]
        self._lines = dict(lines)
        self._column: _Column | None = before._column if before else None
        if self._column is None:
            every = [line for page in pages for line in self._lines[page.number]]
            self._column = _Column.find(every, {page.number: page.width for page in pages})
        for page in pages:
            self._lines[page.number] = self._part_margins(self._lines[page.number])
            _underline(page, self._lines[page.number], self._ruled[page.number])
        outside = [line for page in pages for line in self._lines[page.number]]
        inside = [line for grid in grids for row in grid.rows for cell in row for line in cell]
        self._measure(outside, inside)
        self._minutes = self._layout_grids(grids)
        self._table: int = before._table if before else 0
        self._open: tuple[Grid, list[str], int] | None = before._open if before else None

    def _measure(self, outside: Sequence[Line], inside: Sequence[Line]) -> None:
        """What is usual in this paper: size, weight, pitch, and where lines end that start at the same place."""
        total = sum(len(line.text) for line in outside)
        within = sum(len(line.text) for line in inside)
        # A long table in small print does not make the text around it large.
        usual = outside if 3 * total > within else [*outside, *inside]
        sizes: Counter[int] = Counter()
        bold = italic = 0
        for line in usual:
            sizes[round(line.height)] += len(line.text)
            bold += len(line.text) * line.bold
            italic += len(line.text) * line.italic
        total = max(1, sum(sizes.values()))
        self._size = float(sizes.most_common(1)[0][0]) if sizes else 10.0
        self._bold_tells = bold < 0.5 * total
        self._italic_tells = italic < 0.15 * total
        self._pitch = _pitch(outside) or 1.15
        ends = sorted(line.x1 for line in outside)
        self._right = ends[-1 - len(ends) // 30] if ends else 0.0
        self._left = min((line.x0 for line in outside), default=0.0)
        by_start: dict[int, list[float]] = defaultdict(list)
        for line in outside:
            by_start[round(_text_start(line) / 4)].append(line.x1)
        self._ends = {start: sorted(found)[-1 - len(found) // 20] for start, found in by_start.items()}

    def _right_of(self, line: Line) -> float:
        """Where a full line ends: what starts at the same place mostly shares a right edge, but for short lists."""
        own = self._ends.get(round(_text_start(line) / 4), 0.0)
        return own if own > self._right - 0.15 * (self._right - self._left) else self._right

    def _layout_grids(self, grids: Sequence[Grid]) -> set[int]:
        """Ids of the grids that hold minutes; judged together with those of the same columns on other pages."""
        groups: list[list[Grid]] = []
        for grid in grids:
            group = next((group for group in groups if group[0].same_columns(grid)), None)
            if group is None:
                groups.append([grid])
            else:
                group.append(grid)
        return {id(grid) for group in groups if tables.holds_minutes(group, _LABEL_ALONE) for grid in group}

    def run(self) -> None:
        for page in self._pages:
            start = len(self.blocks)
            self._page(page)
            if 0 < start < len(self.blocks):
                self._rejoin(start)
        self._promote()

    def _page(self, page: Page) -> None:
        lines = self._lines[page.number]
        at = 0
        for grid in self._ruled[page.number]:
            until = at
            while until < len(lines) and lines[until].middle < grid.top:
                until += 1
            self._text(lines[at:until])
            at = until
            if id(grid) in self._minutes:
                self._open = None
                self._minutes_grid(grid)
            else:
                self._data_grid(grid)
        self._text(lines[at:])

    def _text(self, lines: list[Line]) -> None:
        if not lines:
            return
        self._open = None
        at = 0
        for first, end, grid in tables.aligned(lines, _LABEL_ALONE):
            self._paragraphs(lines[at:first])
            if tables.are_columns(grid):
                for column in zip(*grid.rows, strict=True):
                    own = [line for cell in column for line in cell]
                    self._paragraphs(own, max(line.x1 for line in own))
            else:
                self._data_grid(grid)
                self._open = None
            at = end
        self._paragraphs(lines[at:])

    # Tables

    def _data_grid(self, grid: Grid) -> None:
        rows = grid.rows
        if self._open is not None and self._open[0].same_columns(grid):
            _, headers, table = self._open
            if grid.texts(0) == headers:
                self.heads.append(" ".join(headers))
                rows = rows[1:]
            last = self.blocks[-1] if self.blocks else None
            if rows and isinstance(last, _Row) and last.page != grid.page and last.cells[0] and not rows[0][0]:
                for cell, more in zip(last.cells, rows[0], strict=True):
                    cell.extend(more)
                rows = rows[1:]
        else:
            self._table += 1
            table = self._table
            headers = tables.headers(grid)
        for row in rows:
            # A list of people may change within its column: "Present", names, "Apologies", names.
            for n, cell in enumerate(row):
                if len(cell) == 1 and any(map(tables.heads_people, headers)) and tables.heads_people(cell[0].text):
                    headers = [*headers[:n], clean(cell[0].text), *headers[n + 1 :]]
            self.blocks.append(_Row(table, headers, row, grid.page, grid.xs[1:]))
        self._open = (grid, headers, table)

    def _minutes_grid(self, grid: Grid) -> None:
        wide = tables.widest(grid)
        rows = grid.rows
        for row in rows:
            texts = [clean(" ".join(line.text for line in cell)) for cell in row]
            filled = [text for text in texts if text]
            if tables.is_header(texts) or (len(filled) == 1 and texts[wide] == "" and tables.is_margin_head(filled[0])):
                self.heads.append(" ".join(filled))
                continue
            main = row[wide]
            labels = [line for cell in row[:wide] for line in cell]
            beside = [line for cell in row[wide + 1 :] for line in cell]
            if not main:
                main, beside = beside, []
            self._paragraphs(_labelled(labels, main), grid.xs[wide + 1] - 4, beside)

    # Margins

    def _part_margins(self, lines: list[Line]) -> list[Line]:
        column = self._column
        if column is None:
            return lines
        text: list[Line] = []
        margins: list[Line] = []
        for line in lines:
            if line.x1 < column.x or not column.starts_above(line):
                text.append(line)
                continue
            left, right = column.part(line)
            if left:
                text.append(Line(left, line.page))
            if right:
                margins.append(Line(right, line.page))
        return _beside(margins, text, self.heads)

    # Paragraphs

    def _paragraphs(self, lines: list[Line], right: float = 0.0, beside: Sequence[Line] = ()) -> None:
        lines = _beside(beside, lines, self.heads)
        pitch = _pitch(lines) if len(lines) > 6 else 0.0
        group: list[Line] = []
        for line in lines:
            if group and self._breaks(group, line, right or self._right_of(group[-1]), pitch or self._pitch):
                self._close(group, right)
                group = []
            group.append(line)
        if group:
            self._close(group, right)

    def _breaks(self, group: Sequence[Line], line: Line, right: float, pitch: float) -> bool:
        """Whether a new paragraph starts with `line`. A line that had room for the next one's first word ended by will.

        The order is that of trust: distance, labels, faces, room, indents.
        """
        last = group[-1]
        size = min(last.height, line.height)
        step = (line.bottom - last.bottom) / size
        room = right - last.x1 - line.segments[0].lead - 0.3 * size > 0
        # A sentence that runs on in small letters is not broken by a little space.
        runs_on = line.text[:1].islower() and not _is_ended(last.text)
        if step <= 0 or step > (1.8 if runs_on and not room else 1.3) * pitch:
            return True
        label = _label(line)
        if label:
            # "... section / 17.67 of the code": a number that happens to start a line, flush with the text before it.
            flush = abs(line.x0 - last.x0) < 3 and (len(group) > 1 or not _label(last))
            hangs = not _label(group[0]) or line.x0 > group[0].x0 + 3
            return not (label[0].isalnum() and flush and hangs and not room and not _is_ended(last.text))
        if _OWN_LINE.match(line.text):
            return True
        if runs_on and not room:
            return False
        if self._bold_tells and last.bold and not line.segments[0].bold:
            return True
        if max(last.height, line.height) > 1.2 * size:
            return True
        if self._bold_tells and line.bold and not last.bold and (room or _is_ended(last.text)):
            return True
        if room and not runs_on and not last.text.endswith(_OPEN_END):
            return True
        indent = line.x0 - last.x0
        return len(group) > 1 and abs(indent) > 0.5 * size and not runs_on

    def _close(self, group: list[Line], right: float) -> None:
        head = group[0]
        label = _label(head)
        right = right or self._right_of(group[-1])
        if self._is_heading(group, label):
            label = label or _heading_number(head)
            level = 1 if head.page == 1 and head.height > 1.15 * self._size else 2 if label else 3
            self.blocks.append(_Para(BlockKind.HEADING, group, label, level, right))
            return
        title, rest = self._run_in(head)
        if title is not None and rest is not None:
            self.blocks.append(_Para(BlockKind.HEADING, [title], label, 3, right))
            self.blocks.append(_Para(BlockKind.PARAGRAPH, [rest, *group[1:]], right=right))
        else:
            kind = BlockKind.LIST_ITEM if label else BlockKind.PARAGRAPH
            self.blocks.append(_Para(kind, group, label, int(bool(label)), right))

    def _run_in(self, head: Line) -> tuple[Line | None, Line | None]:
        """Parts a bold heading from the paragraph that it runs into: "Highways: the road ..."."""
        parts = head.segments
        if not self._bold_tells or len(parts) < 2:
            return None, None
        start = int(_labelled_apart(head))
        cut = next((n for n, part in enumerate(parts) if n >= start and not part.bold), 0)
        if cut <= start:
            return None, None
        title = clean(" ".join(part.text for part in parts[start:cut]))
        title = title[len(_label(head)) :].strip() if not start else title
        rest = parts[cut]
        follows = rest.text[0]
        if not 4 <= len(title) <= 80 or title.isupper() or _DECISIVE.match(title) or title[-1] in ",;":
            return None, None
        if not (title[-1] in ":–-." or follows in ":–-" or follows.isupper()):
            return None, None
        dash, rest = _part_dash(rest)
        heading = Line([*parts[:cut], *dash], head.page)
        body = Line([rest, *parts[cut + 1 :]], head.page)
        body.margins = head.margins
        return heading, body

    def _is_heading(self, group: Sequence[Line], label: str) -> bool:
        head = group[0]
        most_lines, most_text = (4, 320) if label else (3, 160)
        if len(group) > most_lines:
            return False
        text = clean(" ".join(line.text for line in group))
        words = text[len(label) :].strip()
        if len(text) > most_text or not _WORDY.search(words) or _DECISIVE.match(words):
            return False
        if label in BULLETS and label:
            return False
        if self._bold_tells:
            parts = [part for line in group for part in line.segments]
            # A number or a bullet is often plain where its heading is bold.
            plain = [part for part in parts if not part.bold]
            if len(plain) < len(parts) and all(_LABEL_ALONE.fullmatch(part.text) for part in plain):
                return True
        if head.height > 1.15 * self._size or all(line.underlined for line in group):
            return True
        if self._italic_tells and len(group) == 1 and head.italic and not re.search(r"[.:;,]$", words):
            return len(words) < 80 and words[0].isupper()
        return words.isupper() and len(re.findall(r"[^\W\d_]", words)) > 4 and not words.endswith(".")

    def _promote(self) -> None:
        """Makes headings of numbered titles in plain type, where a paper has several: "1. Police report", then text."""
        titles = [before for before, after in pairwise(self.blocks) if _is_title(before, after)]
        for title in titles if len(titles) > 2 else ():
            assert isinstance(title, _Para)
            title.kind, title.level = BlockKind.HEADING, 2

    def _rejoin(self, start: int) -> None:
        """Joins the paragraph that a page break cut in two."""
        before, after = self.blocks[start - 1], self.blocks[start]
        if not isinstance(before, _Para) or not isinstance(after, _Para):
            return
        if after.kind is not BlockKind.PARAGRAPH or before.kind is BlockKind.HEADING:
            return
        end, head = before.lines[-1], after.lines[0]
        full = end.x1 + head.segments[0].lead + 0.3 * end.height >= before.right
        ended = _is_ended(end.text)
        if not ended and (full or head.text[:1].islower()):
            before.lines.extend(after.lines)
            del self.blocks[start]


def _part_dash(segment: Segment) -> tuple[list[Segment], Segment]:
    """Takes the dash or colon that parts a run-in heading from its text off that text: it goes with the heading."""
    if segment.text[0] not in "-–:" or len(segment.text) < 2:
        return [], segment
    first = segment.words[0]
    dash, rest = segment.split(1) if first.end - first.start == 1 else segment.parted(1)
    return [dash], rest


def _is_title(before: _Para | _Row, after: _Para | _Row) -> bool:
    """Whether a numbered item of a few words stands before text of its own."""
    if not isinstance(before, _Para) or before.kind is not BlockKind.LIST_ITEM or len(before.lines) > 1:
        return False
    words = before.lines[0].text[len(before.label) :].strip()
    return (
        isinstance(after, _Para)
        and after.kind is BlockKind.PARAGRAPH
        and re.fullmatch(r"\d[\d.]*[.)]?", before.label) is not None
        and words[:1].isupper()
        and len(words.split()) <= 9
        and not re.search(r"[.:;,!?]$", words)
    )


def _is_ended(text: str) -> bool:
    """Whether a line ends with the end of a sentence."""
    return text.rstrip(_CLOSING).endswith(_TERMINAL)


def _label(line: Line) -> str:
    text = line.segments[0].text
    if _labelled_apart(line):
        return text
    if text[0].isalpha() and text[1:2].isalpha() and text[0] not in "ivx":
        return ""  # nearly all lines start with a word
    match = _LABEL.match(text)
    return match[0] if match else ""


def _labelled_apart(line: Line) -> bool:
    """Whether a line's label stands apart from its text: then it may be a bare number ("84   Apologies")."""
    if len(line.segments) < 2 or not _LABEL_ALONE.fullmatch(line.segments[0].text):
        return False
    return line.segments[1].x0 - line.segments[0].x1 > 0.3 * line.height


def _heading_number(head: Line) -> str:
    """The bare number that starts a heading without a gap: "10 Correspondence", but not "14 May 2013"."""
    match = re.match(r"(\d{1,3}[A-Z]?)\s+(?=[A-Z])", head.text)
    if not match or re.match(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", head.text[match.end() :]):
        return ""
    return match[1]


def _text_start(line: Line) -> float:
    """Where a line's text starts, its label apart."""
    return line.segments[1].x0 if _labelled_apart(line) else line.x0


def _pitch(lines: Sequence[Line]) -> float:
    """The usual step from line to line as a share of their height, the closest of the frequent ones."""
    steps: Counter[float] = Counter()
    for before, line in pairwise(lines):
        step, height = line.bottom - before.bottom, line.bottom - line.top
        if before.page == line.page and 0.7 < step / max(height, 1) < 2.6:
            steps[round(10 * step / height) / 10] += 1
    if not steps:
        return 0.0
    most = max(steps.values())
    return min(step for step, times in steps.items() if times >= 0.5 * most)


def _underline(page: Page, lines: Sequence[Line], grids: Sequence[Grid]) -> None:
    """Marks the lines that rules underline for most of their length."""
    rules = sorted(
        (rule.at, rule.start, rule.end)
        for rule in page.rules
        if not rule.vertical and rule.end - rule.start < 0.8 * page.width
    )
    if not rules:
        return
    heights = [at for at, _, _ in rules]
    inside = [line for grid in grids for row in grid.rows for cell in row for line in cell]
    for line in [*lines, *inside]:
        first = bisect(heights, line.top + 0.6 * line.height)
        last = bisect(heights, line.bottom + 0.1 * line.height)
        if first == last:
            continue
        drawn = sum(
            min(end, line.x1) - max(start, line.x0)
            for _, start, end in rules[first:last]
            if start > line.x0 - 3 and end < line.x1 + 3
        )
        line.underlined = drawn > 0.7 * (line.x1 - _text_start(line)) if drawn else False


def _labelled(labels: Sequence[Line], main: list[Line]) -> list[Line]:
    """Puts the numbers of a narrow cell before the lines of the wide one that they number.

    A number may stand a little higher or lower than its line; the first number belongs to the first line anyway.
    """
    lines = list(main)
    for n, label in enumerate(labels):
        if not lines:
            return list(labels)
        at = 0 if n == 0 and label.top < lines[0].bottom + lines[0].height else _nearest(label, lines)
        old = lines[at]
        lines[at] = Line([*label.segments, *old.segments], old.page)
        lines[at].underlined = old.underlined
        lines[at].margins = old.margins
    return lines


def _nearest(margin: Line, lines: Sequence[Line]) -> int:
    """The line at a margin line's height, else the nearest above, else the first."""
    level = [n for n, line in enumerate(lines) if line.top <= margin.middle <= line.bottom]
    if level:
        return min(level, key=lambda n: abs(lines[n].middle - margin.middle))
    return max((n for n, line in enumerate(lines) if line.middle < margin.middle), default=0)


def _beside(margins: Sequence[Line], lines: list[Line], heads: list[str]) -> list[Line]:
    """Hangs margin lines on the lines that they stand beside; the column's own head is furniture."""
    if not lines:
        return list(margins)
    last: Line | None = None
    for margin in margins:
        if tables.is_margin_head(margin.text):
            heads.append(margin.text)
        elif last is not None and _wraps(last, margin):
            last.segments.extend(margin.segments)
            last.text = f"{last.text} {margin.text}"
            last.bottom, last.x1 = margin.bottom, max(last.x1, margin.x1)
        else:
            lines[_nearest(margin, lines)].margins.append(margin)
            last = margin
    return lines


def _wraps(last: Line, margin: Line) -> bool:
    close = margin.top - last.bottom < 0.5 * margin.height
    return close and (
        last.text.endswith(("/", ",", "&", "+", " and"))
        or margin.text.startswith(("/", ",", "&", "+"))
        or margin.text[:1].islower()
    )


# Text -----------------------------------------------------------------------------------------------------------------


def _emit(builder: TextBuilder, blocks: Sequence[_Para | _Row], hyphens: _Hyphens) -> None:
    depths: list[float] = []
    for block in blocks:
        if isinstance(block, _Row):
            cells = [
                CellText(header, _cell_pieces(cell, right, hyphens))
                for header, cell, right in zip(block.headers, block.cells, block.rights, strict=True)
            ]
            builder.row(cells, table=block.table, page=block.page)
            continue
        lines = [line for line in block.lines if line.text.isprintable() or clean(line.text)]
        if not lines:
            continue
        if block.kind is BlockKind.HEADING:
            depths = []
        elif block.kind is BlockKind.LIST_ITEM:
            depths = [depth for depth in depths if depth < lines[0].x0 - 4]
            depths.append(lines[0].x0)
            block.level = len(depths)
        spans = builder.add(
            block.kind, hyphens.pieces(lines), page=lines[0].page, label=clean(block.label), level=block.level
        )
        for line, span in zip(lines, spans, strict=True):
            for margin in line.margins:
                _margin(builder, margin, span)


def _margin(builder: TextBuilder, margin: Line, beside: Span) -> None:
    builder.add(BlockKind.MARGIN, [Piece(margin.text, margin.box)], page=margin.page, beside=beside)


def _cell_pieces(lines: Sequence[Line], right: float, hyphens: _Hyphens) -> list[Piece]:
    """A cell's lines; a newline where one ended by will and a sentence, an item or a gap with it."""
    pieces = hyphens.pieces(lines)
    for n in range(1, len(lines)):
        last, line = lines[n - 1], lines[n]
        room = right - 8 - last.x1 - line.segments[0].lead > 0.3 * line.height
        gap = line.page == last.page and line.bottom - last.bottom > 1.6 * line.height
        if pieces[n].join and (gap or _label(line) or (room and _is_ended(last.text))):
            pieces[n] = Piece(pieces[n].text, pieces[n].box, "\n")
    return pieces


_HYPHENS = "-\u2010\u00ad"


class _Hyphens:
    """Mends words that a line's end cut in two.

    Minutes are rarely hyphenated by machine, so a hyphen at a line's end is mostly meant ("co-operation") and stays;
    it goes where the paper spells the word without it elsewhere.
    """

    def __init__(self, blocks: Sequence[_Para | _Row]) -> None:
        self._blocks = list(blocks)
        self._known: Counter[str] | None = None

    def pieces(self, lines: Sequence[Line]) -> list[Piece]:
        pieces: list[Piece] = []
        for line in lines:
            before = pieces[-1] if pieces else None
            join = " "
            if (
                before is not None
                and before.text[-1] in _HYPHENS
                and before.text[-2:-1].isalnum()
                and line.text[0].isalnum()
            ):
                join = ""
                if line.text[0].islower() and not self._meant(before.text, line.text):
                    pieces[-1] = Piece(before.text[:-1], before.box, before.join)
            pieces.append(Piece(line.text, line.box, join))
        return pieces

    def _meant(self, before: str, after: str) -> bool:
        if before.endswith("\u00ad"):
            return False
        if self._known is None:
            self._known = Counter(
                word
                for block in self._blocks
                for lines in (block.cells if isinstance(block, _Row) else [block.lines])
                for line in lines
                for word in re.findall(r"[\w’'-]+", line.text.casefold())
            )
        stem = re.findall(r"[\w’'-]+$", before[:-1].casefold())[-1:] or [""]
        rest = re.findall(r"^[\w’'-]+", after.casefold())[:1] or [""]
        return self._known[stem[0] + rest[0]] <= self._known[f"{stem[0]}-{rest[0]}"]
