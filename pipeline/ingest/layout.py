"""From segments and ruling lines to blocks in reading order.

Hides all geometry: visual lines, furniture, ruled tables, Action columns, paragraphs, headings, page breaks.
Takes `Page`s as an engine found them and hands over a `Composition`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pdfplumber.table import TableFinder

from pipeline.ingest.reading import CellText, Piece, Reading, TextBuilder, clean
from pipeline.records import BlockKind, Box, Coverage

_SNAP = 3.0  # points; pdfplumber's default tolerance for ruling lines that are meant to be one


class Rule(NamedTuple):
    """A straight ruling line: where it stands on the axis that it crosses, and from where to where it runs."""

    vertical: bool
    at: float
    start: float
    end: float


class Segment:
    """Words on one line without a gap as wide as a column's. `words` are (start, end, x0, x1) into the page's text."""

    __slots__ = ("bold", "bottom", "source", "text", "top", "words", "x0", "x1")

    def __init__(
        self, source: str, words: list[tuple[int, int, float, float]], top: float, bottom: float, bold: bool
    ) -> None:
        self.source = source
        self.words = words
        self.top = top
        self.bottom = bottom
        self.bold = bold
        self.x0 = words[0][2]
        self.x1 = words[-1][3]
        text = source[words[0][0] : words[-1][1]]
        self.text = text[:-1] + "-" if text[-1] in "\ufffe\x02" else text

    def split(self, at: int) -> tuple[Segment, Segment]:
        left = Segment(self.source, self.words[:at], self.top, self.bottom, self.bold)
        return left, Segment(self.source, self.words[at:], self.top, self.bottom, self.bold)


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    segments: list[Segment]
    rules: list[Rule]
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Composition:
    reading: Reading
    furniture: tuple[str, ...]
    """The lines that were dropped, in order."""
    tables: int
    """Ruled tables found, a table over three pages counted thrice."""


class Line:
    """A visual line: its segments from left to right, and the margin words that stand beside it."""

    __slots__ = ("bold", "bottom", "margins", "page", "segments", "text", "top", "x0", "x1")

    def __init__(self, segments: list[Segment], page: int) -> None:
        segments.sort(key=lambda segment: segment.x0)
        self.segments = segments
        self.page = page
        first = segments[0]
        self.x0 = first.x0
        if len(segments) == 1:
            self.x1, self.top, self.bottom, self.bold, self.text = (
                first.x1, first.top, first.bottom, first.bold, first.text,
            )  # fmt: skip
        else:
            self.x1 = max(segment.x1 for segment in segments)
            self.top = min(segment.top for segment in segments)
            self.bottom = max(segment.bottom for segment in segments)
            self.bold = all(segment.bold for segment in segments)
            parts = [first.text]
            height = self.bottom - self.top
            for before, segment in zip(segments, segments[1:], strict=False):
                if segment.x0 - before.x1 > 0.12 * height:
                    parts.append(" ")
                parts.append(segment.text)
            self.text = "".join(parts)
        self.margins: list[Line] = []

    @property
    def box(self) -> Box:
        return Box(self.page, round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1))

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(slots=True)
class Para:
    kind: BlockKind
    lines: list[Line]
    label: str = ""
    level: int = 0
    right: float = 0.0


@dataclass(slots=True)
class Row:
    table: int
    headers: list[str]
    cells: list[list[Line]]
    page: int


@dataclass(slots=True)
class Grid:
    """A ruled table on one page: its columns' edges and, row by row, the segments of each cell."""

    xs: list[float]
    top: float
    bottom: float
    rows: list[list[list[Segment]]]
    page: int
    layout: bool = False


def compose(pages: Iterable[Page]) -> Composition:
    every = list(pages)
    lines = {page.number: _lines(page.segments, page.number) for page in every}
    grids = {page.number: _grids(page) for page in every}
    furniture = _furniture(every, lines)
    flow = _Flow(every, lines, grids, furniture)
    flow.run()
    builder = TextBuilder()
    _emit(builder, flow.blocks)
    empty = [page.number for page in every if not page.segments]
    coverage, warnings = _coverage(every, empty)
    reading = builder.build(pages=len(every), coverage=coverage, warnings=warnings)
    dropped = tuple(line.text for number in sorted(lines) for line in lines[number] if id(line) in furniture)
    return Composition(reading, dropped, sum(map(len, grids.values())))


def _coverage(pages: Sequence[Page], empty: Sequence[int]) -> tuple[Coverage, list[str]]:
    if len(empty) == len(pages):
        return Coverage.NO_TEXT, ["No page holds text that can be read; the paper needs OCR."]
    if empty:
        numbers = ", ".join(map(str, empty))
        return Coverage.PARTIAL, [f"No text on page {numbers}: images or drawn letters."]
    return Coverage.OK, []


# Visual lines ---------------------------------------------------------------------------------------------------------


def _lines(segments: Iterable[Segment], page: int) -> list[Line]:
    """Segments grouped by height into lines, from top to bottom."""
    groups: list[list[Segment]] = []
    top = bottom = 0.0
    for segment in sorted(segments, key=lambda segment: segment.top + segment.bottom):
        middle = (segment.top + segment.bottom) / 2
        if groups and middle < bottom - 0.15 * (bottom - top):
            groups[-1].append(segment)
            if segment.bottom - segment.top > bottom - top:
                top, bottom = segment.top, segment.bottom
        else:
            groups.append([segment])
            top, bottom = segment.top, segment.bottom
    return [Line(group, page) for group in groups]


# Furniture ------------------------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(
    r"""(?:p\s*a\s*g\s*e\s*[|:]?\s*)?[-–—|\[(]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-–—|\])]?
        (?:\s*(?:of|/)\s*\d{1,4})?(?:\s*[|]?\s*p\s*a\s*g\s*e)?""",
    re.IGNORECASE | re.VERBOSE,
)
_ADVERT = re.compile(
    r"pdffactory|novapdf|cutepdf|pdf\s?995|primopdf|created (?:with|by|using) .{0,30}pdf|pdf created with"
    r"|unregistered version|evaluation (?:version|copy)|https?://\S+\s+\d+/\d+$"
    r"|^\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d{2}(?: [ap]m)?\b",
    re.IGNORECASE,
)
_MARKING = re.compile(r"(?:not protectively marked|unclassified|unrestricted|official|public)\W*", re.IGNORECASE)


def _furniture(pages: Sequence[Page], lines: dict[int, list[Line]]) -> set[int]:
    """Ids of the lines that are headers, footers, page numbers or adverts: by place, and repetition or form."""
    seen: Counter[tuple[str, bool, int]] = Counter()
    candidates: list[tuple[Line, bool, str, int]] = []
    for page in pages:
        own = lines[page.number]
        found: set[tuple[str, bool, int]] = set()
        for at_top, zone in ((True, own[:5]), (False, own[-6:][::-1])):
            for rank, line in enumerate(zone):
                if (at_top and line.top > 0.2 * page.height) or (not at_top and line.bottom < 0.8 * page.height):
                    break
                signature = re.sub(r"\d+", "#", clean(line.text).casefold())
                candidates.append((line, at_top, signature, rank))
                for y in {round(line.top / 8), round((line.top + 4) / 8)}:
                    found.add((signature, at_top, y))
        seen.update(found)
    enough = max(2, 0.3 * len(pages))
    dropped: set[int] = set()
    outer: set[tuple[int, bool]] = set()
    for line, at_top, signature, rank in candidates:
        text = clean(line.text)
        count = max(seen[signature, at_top, round(line.top / 8)], seen[signature, at_top, round((line.top + 4) / 8)])
        repeated = count >= enough and re.search(r"[^\W\d_]{2}", text) is not None
        # A page number is the outermost line but for furniture outside of it.
        edge = rank == 0 or (line.page, at_top) in outer
        if repeated or (edge and (_PAGE_NUMBER.fullmatch(text) or _ADVERT.search(text) or _MARKING.fullmatch(text))):
            dropped.add(id(line))
            outer.add((line.page, at_top))
        else:
            outer.discard((line.page, at_top))
    return dropped


# Ruled tables ---------------------------------------------------------------------------------------------------------


class _Edges:
    """All that pdfplumber's table finder asks of a page."""

    def __init__(self, page: Page, edges: list[dict[str, object]]) -> None:
        self.bbox = (0.0, 0.0, page.width, page.height)
        self.edges = edges


def _grids(page: Page) -> list[Grid]:
    edges = _joined(page.rules)
    if len(edges) < 4:
        return []
    finder = TableFinder(_Edges(page, edges))
    grids = []
    for table in finder.tables:
        grid = _grid(page, table.cells)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: grid.top)


def _joined(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """Ruling lines snapped and joined as pdfplumber does it, but before they become its costly dictionaries.

    Word draws every cell's sides as rectangles of their own: some hundred rules make a few dozen edges.
    """
    edges: list[dict[str, object]] = []
    for vertical in (False, True):
        own = sorted((rule for rule in rules if rule.vertical is vertical), key=lambda rule: rule.at)
        group: list[Rule] = []
        for rule in [*own, None]:
            if group and (rule is None or rule.at - group[-1].at > _SNAP):
                at = sum(member.at for member in group) / len(group)
                edges.extend(_runs(vertical, at, group))
                group = []
            if rule is not None:
                group.append(rule)
    return edges


def _runs(vertical: bool, at: float, group: list[Rule]) -> Iterator[dict[str, object]]:
    group.sort(key=lambda rule: rule.start)
    start, end = group[0].start, group[0].end
    for rule in [*group[1:], None]:
        if rule is not None and rule.start <= end + _SNAP:
            end = max(end, rule.end)
            continue
        if vertical:
            yield {
                "orientation": "v", "object_type": "line", "x0": at, "x1": at, "top": start, "bottom": end,
                "width": 0, "height": end - start,
            }  # fmt: skip
        else:
            yield {
                "orientation": "h", "object_type": "line", "x0": start, "x1": end, "top": at, "bottom": at,
                "width": end - start, "height": 0,
            }  # fmt: skip
        if rule is not None:
            start, end = rule.start, rule.end


def _grid(page: Page, cells: list[tuple[float, float, float, float]]) -> Grid | None:
    xs = sorted({cell[0] for cell in cells} | {cell[2] for cell in cells})
    tops = sorted({cell[1] for cell in cells})
    left, right, top, bottom = xs[0], xs[-1], tops[0], max(cell[3] for cell in cells)
    inside: list[Segment] = []
    outside: list[Segment] = []
    for segment in page.segments:
        middle = (segment.top + segment.bottom) / 2
        if not (top - 1 <= middle <= bottom + 1) or segment.x1 < left or segment.x0 > right:
            outside.append(segment)
        else:
            inside.extend(_cut(segment, [x for x in xs if left < x < right], cells, middle))
    if not inside:
        return None
    rows: list[list[list[Segment]]] = [[[] for _ in xs[:-1]] for _ in tops]
    columns = {x: n for n, x in enumerate(xs)}
    ranks = {y: n for n, y in enumerate(tops)}
    for segment in inside:
        middle = (segment.top + segment.bottom) / 2
        centre = (segment.x0 + segment.x1) / 2
        # The finder's cells may leave holes, where a side is missing: the nearest cell takes what stands in one.
        cell = min(cells, key=lambda c: _distance(centre, c[0], c[2]) + 4 * _distance(middle, c[1], c[3]))
        rows[ranks[cell[1]]][columns[cell[0]]].append(segment)
    page.segments = outside
    filled = [row for row in rows if any(row)]
    return Grid(xs, top, bottom, filled, page.number)


def _distance(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)


def _cut(
    segment: Segment, xs: list[float], cells: list[tuple[float, float, float, float]], middle: float
) -> Iterator[Segment]:
    """Parts a segment where a column's rule crosses it: a narrow gutter looks like a space."""
    for x in xs:
        if segment.x0 < x - 1 and segment.x1 > x + 1:
            inner = any(c[0] + 1 < x < c[2] - 1 and c[1] <= middle <= c[3] for c in cells)
            at = next((n for n, word in enumerate(segment.words) if (word[2] + word[3]) / 2 > x), 0)
            if not inner and at:
                left, segment = segment.split(at)
                yield left
    yield segment


# Blocks ---------------------------------------------------------------------------------------------------------------

_BULLET = "•▪■●◦○‣·∙*➢►–—\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf076\uf06f\uf0b0-"
_LABEL = re.compile(
    rf"""(?: [{re.escape(_BULLET)}](?=\s|\w) | o(?=\s)
        | \(?(?:\d{{1,3}}|[a-z]|[ivx]{{2,5}})\) | (?:\d{{1,3}}|[a-zA-Z]|[ivx]{{2,5}})\.(?=\s|[A-Z]|$)
        | \d{{1,3}}(?:\.\d{{1,3}}){{1,3}}[.)]?(?=\s|$) | \d{{1,3}}/\d{{2,4}}[.)]?(?=\s|$))""",
    re.VERBOSE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}[A-Za-z]?")
_ACTION_HEADER = re.compile(
    r"actions?(?: by| points?| required| owner| on| who)?:?|by whom|whom|owners?|who|lead(?: officer)?|responsib\w+",
    re.I,
)
_INITIALS = re.compile(r"[A-Z][A-Za-z]{0,3}(?:\s*[/,&+]\s*[A-Z][A-Za-z]{0,3}|\s+[A-Z]{2,3})*\.?|ALL|All|Clerk|Chair")
_HEADER_WORDS = frozenset(
    [
        "no",
        "number",
        "ref",
        "reference",
        "item",
        "action",
        "actions",
        "owner",
        "owners",
        "lead",
        "who",
        "whom",
        "by",
        "due",
        "date",
        "deadline",
        "target",
        "update",
        "updates",
        "progress",
        "status",
        "comment",
        "comments",
        "description",
        "detail",
        "details",
        "payee",
        "amount",
        "total",
        "vat",
        "net",
        "gross",
        "name",
        "role",
        "apologies",
        "attendees",
        "subject",
        "decision",
        "minute",
        "minutes",
        "responsible",
        "officer",
        "timescale",
        "completed",
        "outcome",
        "response",
        "recommendation",
    ]
)
_TERMINAL = re.compile(r"[.!?:;]['\"’”)]*$")


class _Flow:
    """Walks the pages in order and builds blocks; knows what the page before left open."""

    def __init__(
        self, pages: Sequence[Page], lines: dict[int, list[Line]], grids: dict[int, list[Grid]], furniture: set[int]
    ) -> None:
        self.blocks: list[Para | Row] = []
        self._pages = pages
        self._grids = grids
        dropped = {
            id(segment) for own in lines.values() for line in own if id(line) in furniture for segment in line.segments
        }
        self._lines: dict[int, list[Line]] = {}
        for page in pages:
            kept = [segment for segment in page.segments if id(segment) not in dropped]
            self._lines[page.number] = _lines(kept, page.number)
        text = [line for own in self._lines.values() for line in own]
        for grid in (grid for own in grids.values() for grid in own):
            text.extend(Line(list(cell), grid.page) for row in grid.rows for cell in row if cell)
        sizes: Counter[float] = Counter()
        bold: Counter[bool] = Counter()
        for line in text:
            sizes[round(line.height)] += len(line.text)
            bold[line.bold] += len(line.text)
        self._size = sizes.most_common(1)[0][0] if sizes else 10.0
        self._bold_tells = bold[True] < 0.5 * (bold[True] + bold[False])
        self._right = _right_edge([line for own in self._lines.values() for line in own])
        self._column = _action_column(pages, self._lines)
        self._table = 0
        self._open: tuple[list[float], list[str], int] | None = None

    def run(self) -> None:
        for page in self._pages:
            start = len(self.blocks)
            self._page(page)
            if start and len(self.blocks) > start:
                _rejoin(self.blocks, start)

    def _page(self, page: Page) -> None:
        lines = self._lines[page.number]
        grids = self._grids[page.number]
        at = 0
        for grid in grids:
            until = at
            while until < len(lines) and (lines[until].top + lines[until].bottom) / 2 < grid.top:
                until += 1
            self._text(lines[at:until])
            at = until
            self._grid(grid)
        self._text(lines[at:])

    def _text(self, lines: list[Line]) -> None:
        if not lines:
            return
        self._open = None
        if self._column is not None:
            lines = _part_margins(lines, self._column)
        self._paragraphs(lines, self._right)

    def _grid(self, grid: Grid) -> None:
        if _is_layout(grid):
            self._open = None
            self._minutes_grid(grid)
            return
        rows = [[_lines(cell, grid.page) if cell else [] for cell in row] for row in grid.rows]
        texts = [[" ".join(line.text for line in cell) for cell in row] for row in rows]
        if self._open is not None and _same_columns(self._open[0], grid.xs):
            _, headers, table = self._open
            if texts and [clean(text) for text in texts[0]] == headers:
                rows = rows[1:]
        else:
            self._table += 1
            table = self._table
            headers = [clean(text) for text in texts[0]] if _is_header(rows, texts) else [""] * (len(grid.xs) - 1)
        self._open = (grid.xs, headers, table)
        for row in rows:
            self.blocks.append(Row(table, headers, row, grid.page))

    def _minutes_grid(self, grid: Grid) -> None:
        wide = _widest(grid)
        for row in grid.rows:
            main = [segment for cell in row[: wide + 1] for segment in cell]
            beside = [segment for cell in row[wide + 1 :] for segment in cell]
            lines = _lines(main, grid.page)
            if not lines:
                lines, beside = _lines(beside, grid.page), []
            for margin in _lines(beside, grid.page):
                _attach(margin, lines)
            self._paragraphs(lines, max((line.x1 for line in lines), default=0.0))

    def _paragraphs(self, lines: list[Line], right: float) -> None:
        group: list[Line] = []
        pitch = _pitch(lines)
        for line in lines:
            if group and self._breaks(group, line, right, pitch):
                self._close(group, right)
                group = []
            group.append(line)
        if group:
            self._close(group, right)

    def _breaks(self, group: list[Line], line: Line, right: float, pitch: float) -> bool:
        last = group[-1]
        size = max(last.height, line.height)
        step = line.bottom - last.bottom
        if step > max(1.3 * pitch, 1.05 * size) or step < 0:
            return True
        if self._bold_tells and last.bold and not line.segments[0].bold:
            return True
        label = _label(line)
        flush = abs(line.x0 - last.x0) < 3
        first_word = line.segments[0].words[0]
        fits = last.x1 + (first_word[3] - first_word[2]) + 0.6 * last.height < right
        lower = line.text[:1].islower()
        if label and not (flush and not fits and not _label(group[0]) and label[0].isdigit()):
            return True
        if abs(last.height - line.height) > 0.2 * size and not lower:
            return True
        if line.segments[0].bold and not last.segments[-1].bold and self._bold_tells and fits:
            return True
        if fits and not lower and last.text[-1:] not in ",-–&":
            return True
        if len(group) > 1 and line.x0 > last.x0 + 6 and not lower:
            return True
        return len(group) > 1 and line.x0 < last.x0 - 6 and not lower

    def _close(self, group: list[Line], right: float) -> None:
        head = group[0]
        label = _label(head)
        if self._is_heading(group, label):
            self.blocks.append(Para(BlockKind.HEADING, group, label, self._level(group, label), right))
            return
        cut = self._run_in(head)
        if cut:
            title, rest = Line(head.segments[:cut], head.page), Line(head.segments[cut:], head.page)
            rest.margins = head.margins
            self.blocks.append(Para(BlockKind.HEADING, [title], label, 3, right))
            self.blocks.append(Para(BlockKind.PARAGRAPH, [rest, *group[1:]], right=right))
            return
        kind = BlockKind.LIST_ITEM if label else BlockKind.PARAGRAPH
        self.blocks.append(Para(kind, group, label, 1 if label else 0, right))

    def _run_in(self, head: Line) -> int:
        """How many segments at the head of a paragraph are a heading that runs in: "Highways: the road ..."."""
        if not self._bold_tells:
            return 0
        cut = next((n for n, segment in enumerate(head.segments) if not segment.bold and _label_only(segment) == ""), 0)
        if not cut or not any(segment.bold for segment in head.segments[:cut]):
            return 0
        title = clean(" ".join(segment.text for segment in head.segments[:cut] if not _label_only(segment)))
        rest = head.segments[cut].text
        if not 4 <= len(title) <= 80 or title.isupper() or title.endswith((",", ".")) or _DECISIVE.match(title):
            return 0
        return cut if title[-1] in ":–-" or rest[:1].isupper() or rest[:1] in "–-:" else 0

    def _is_heading(self, group: list[Line], label: str) -> bool:
        text = clean(" ".join(line.text for line in group))
        words = text[len(label) :].strip()
        if len(group) > 3 or len(text) > 160 or not re.search(r"[^\W\d_]{2}", words) or _DECISIVE.match(words):
            return False
        if len(label) == 1 and not label.isalnum():
            return False
        bold = self._bold_tells and all(
            line.bold
            or (_label_only(line.segments[0]) and all(s.bold for s in line.segments[1:]) and len(line.segments) > 1)
            for line in group
        )
        large = group[0].height > 1.15 * self._size
        capitals = words.isupper() and len(words) > 3
        return bold or large or capitals

    def _level(self, group: list[Line], label: str) -> int:
        if group[0].height > 1.15 * self._size and group[0].page == 1:
            return 1
        return 2 if label or group[0].height > 1.15 * self._size else 3


_DECISIVE = re.compile(r"(?:it was )?(?:resolved|agreed|decision|decided|action|recommend|noted)", re.I)


def _label(line: Line) -> str:
    first = line.segments[0]
    match = _LABEL.match(first.text)
    if match:
        return match[0]
    if len(line.segments) > 1 and _BARE_NUMBER.fullmatch(first.text):
        return first.text
    return ""


def _label_only(segment: Segment) -> str:
    text = segment.text.strip()
    match = _LABEL.fullmatch(text) or _BARE_NUMBER.fullmatch(text)
    return match[0] if match else ""


def _right_edge(lines: Sequence[Line]) -> float:
    edges = sorted((line.x1 for line in lines), reverse=True)
    return edges[min(len(edges) - 1, max(1, len(edges) // 30))] if edges else 0.0


def _pitch(lines: Sequence[Line]) -> float:
    steps = Counter(
        round(line.bottom - before.bottom, 0)
        for before, line in zip(lines, lines[1:], strict=False)
        if 0 < line.bottom - before.bottom < 3 * line.height
    )
    if not steps:
        return 0.0
    (most, count) = steps.most_common(1)[0]
    return min(step for step, times in steps.items() if times >= 0.5 * count) if count else most


def _rejoin(blocks: list[Para | Row], start: int) -> None:
    """Joins the paragraph that a page break cut in two."""
    before, after = blocks[start - 1], blocks[start]
    if not isinstance(before, Para) or not isinstance(after, Para):
        return
    if after.label or after.kind is not BlockKind.PARAGRAPH or before.kind is BlockKind.HEADING:
        return
    end, head = before.lines[-1], after.lines[0]
    first = head.segments[0].words[0]
    full = end.x1 + (first[3] - first[2]) + 0.6 * end.height >= before.right
    if head.text[:1].islower() or (full and not _TERMINAL.search(end.text)):
        before.lines.extend(after.lines)
        del blocks[start]


def _is_layout(grid: Grid) -> bool:
    """Whether a ruled table holds whole minutes: one wide column of long text, beside numbers and owners only."""
    columns = len(grid.xs) - 1
    if columns == 1:
        return True
    chars = [0] * columns
    most = [0] * columns
    filled = [0] * columns
    for row in grid.rows:
        for n, cell in enumerate(row):
            chars[n] += sum(len(segment.text) for segment in cell)
            most[n] = max(most[n], len({round(segment.bottom) for segment in cell}))
            filled[n] += bool(cell)
    wide = max(range(columns), key=chars.__getitem__)
    if chars[wide] < 0.75 * sum(chars) or grid.xs[wide + 1] - grid.xs[wide] < 0.5 * (grid.xs[-1] - grid.xs[0]):
        return False
    return most[wide] >= 7 and all(chars[n] < 25 * max(1, len(grid.rows)) for n in range(columns) if n != wide)


def _widest(grid: Grid) -> int:
    chars = [sum(len(segment.text) for row in grid.rows for segment in row[n]) for n in range(len(grid.xs) - 1)]
    return max(range(len(chars)), key=chars.__getitem__)


def _same_columns(xs: Sequence[float], others: Sequence[float]) -> bool:
    return len(xs) == len(others) and all(abs(a - b) < 5 for a, b in zip(xs, others, strict=True))


def _is_header(rows: list[list[list[Line]]], texts: list[list[str]]) -> bool:
    filled = [(cell, clean(text)) for cell, text in zip(rows[0], texts[0], strict=True) if text.strip()]
    if len(filled) < 2 or len(rows) < 2 or any(len(text.split()) > 6 for _, text in filled):
        return False
    known = sum(any(word in _HEADER_WORDS for word in re.findall(r"[a-z]+", text.lower())) for _, text in filled)
    bold = all(line.bold for cell, _ in filled for line in cell)
    below = all(line.bold for cell in rows[1] for line in cell)
    return known * 2 >= len(filled) or (bold and not below)


class _Column(NamedTuple):
    """An Action column without rules: from where on, and how far right it starts."""

    page: int
    top: float
    x: float


def _action_column(pages: Sequence[Page], lines: dict[int, list[Line]]) -> _Column | None:
    rows = [line for page in pages for line in lines[page.number]]
    width = {page.number: page.width for page in pages}
    for n, row in enumerate(rows):
        last = row.segments[-1]
        if last.x0 > 0.6 * width[row.page] and _ACTION_HEADER.fullmatch(last.text.strip()):
            after = rows[n + 1 :]
            tails = [
                line.segments[-1].x0
                for line in after
                if line.segments[-1].x1 > last.x0 - 20 and line.segments[-1].x0 > last.x0 - 40
                and len(line.segments[-1].text) <= 30
            ]  # fmt: skip
            x = min([last.x0, *tails])
            crossing = sum(any(s.x0 < x - 3 and s.x1 > x + 3 for s in line.segments) for line in after)
            if tails and crossing <= 0.05 * len(after):
                return _Column(row.page, row.top - 1, x - 3)
    tails_at = [
        row.segments[-1].x0
        for row in rows
        if row.segments[-1].x0 > 0.7 * width[row.page] and _INITIALS.fullmatch(row.segments[-1].text.strip())
    ]
    if len(tails_at) < 3:
        return None
    ((mode, _),) = Counter(round(x / 6) * 6 for x in tails_at).most_common(1)
    close = [x for x in tails_at if abs(x - mode) < 7]
    x = min(close)
    crossing = sum(any(s.x0 < x - 3 and s.x1 > x + 3 for s in row.segments) for row in rows)
    if len(close) >= 3 and crossing <= 0.02 * len(rows):
        return _Column(0, 0.0, x - 3)
    return None


def _part_margins(lines: list[Line], column: _Column) -> list[Line]:
    text: list[Line] = []
    margins: list[Line] = []
    for line in lines:
        if (line.page, line.top) < (column.page, column.top) or line.x1 < column.x:
            text.append(line)
            continue
        left: list[Segment] = []
        right: list[Segment] = []
        for segment in line.segments:
            at = next((n for n, word in enumerate(segment.words) if word[2] >= column.x), len(segment.words))
            if at == 0:
                right.append(segment)
            elif at == len(segment.words):
                left.append(segment)
            else:
                head, tail = segment.split(at)
                left.append(head)
                right.append(tail)
        if left:
            text.append(Line(left, line.page))
        if right:
            margins.append(Line(right, line.page))
    if not text:
        return margins
    for margin in margins:
        _attach(margin, text)
    return text


def _attach(margin: Line, lines: Sequence[Line]) -> None:
    """Words in a margin belong to the line at their height, else to the nearest above, else to the first."""
    middle = (margin.top + margin.bottom) / 2
    level = [line for line in lines if line.top <= middle <= line.bottom]
    above = [line for line in lines if line.bottom < middle]
    target = (
        min(level, key=lambda line: abs(line.top + line.bottom - 2 * middle))
        if level
        else above[-1]
        if above
        else lines[0]
    )
    target.margins.append(margin)


# Text -----------------------------------------------------------------------------------------------------------------


def _emit(builder: TextBuilder, blocks: Sequence[Para | Row]) -> None:
    for block in blocks:
        if isinstance(block, Row):
            cells = [CellText(h, _pieces(cell)) for h, cell in zip(block.headers, block.cells, strict=True)]
            builder.row(cells, table=block.table, page=block.page)
            continue
        lines = [line for line in block.lines if clean(line.text)]
        spans = builder.add(
            block.kind, _pieces(lines), page=block.lines[0].page, label=clean(block.label), level=block.level
        )
        for line, span in zip(lines, spans, strict=True):
            for margin in line.margins:
                builder.add(BlockKind.MARGIN, [Piece(margin.text, margin.box)], page=margin.page, beside=span)


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    pieces = []
    hyphen = False
    for line in lines:
        pieces.append(Piece(line.text, line.box, "" if hyphen and line.text[:1].isalnum() else " "))
        hyphen = line.text.endswith("-") and len(line.text) > 1 and line.text[-2].isalnum()
    return pieces
