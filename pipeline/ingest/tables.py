"""Tables: ruling lines, or words that stand in columns, -> grids of cells.

Hides edges, corners, merged cells and alignment. Ruled cells are found by pdfplumber's table finder (after Nurminen's
"Algorithmic extraction of data in tables in PDF documents", 2013, and Tabula), which needs nothing but edges: it gets
pdfium's, joined beforehand. Hands over `Grid`s; whether one is a table of data or a page's layout is told by
`holds_minutes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections

from pipeline.ingest.page import Line, Page, Rule, Segment, visual_lines
from pipeline.ingest.reading import clean

_SNAP = 3.0  # points; pdfplumber's own tolerance for rules that are meant to be one
_SAME = 5.0  # points between the columns of a table and those of its continuation on the next page

_Cell = tuple[float, float, float, float]


@dataclass(slots=True)
class Grid:
    """Rows of one column structure on one page. `rows[i][j]` are the lines of the cell that starts at column j."""

    page: int
    xs: list[float]
    top: float
    bottom: float
    rows: list[list[list[Line]]]

    def texts(self, row: int) -> list[str]:
        return [clean(" ".join(line.text for line in cell)) for cell in self.rows[row]]

    def same_columns(self, other: Grid) -> bool:
        return len(self.xs) == len(other.xs) and all(abs(a - b) < _SAME for a, b in zip(self.xs, other.xs, strict=True))


def ruled(page: Page) -> list[Grid]:
    """The page's ruled tables from top to bottom; their segments are taken off the page."""
    grids = [grid for cells in find(page) for grid in _grids(page, cells)]
    return sorted(grids, key=lambda grid: grid.top)


def find(page: Page) -> list[list[_Cell]]:
    """The cells (x0, top, x1, bottom) of each ruled table of a page, with text or without."""
    edges = _edges(page.rules)
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    if len(upright) < 2 or len(edges) < 4:
        return []
    edges.extend(_open_ends(upright, edges))
    return cells_to_tables(list(_cells(edges_to_intersections(edges, _SNAP, _SNAP))))


def _open_ends(upright: Sequence[dict[str, Any]], edges: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The side that a page break takes from a table: its columns end together, with no rule below or above the row."""
    for end in ("top", "bottom"):
        ends: dict[int, list[dict[str, Any]]] = {}
        for edge in upright:
            ends.setdefault(round(edge[end] / _SNAP), []).append(edge)
        for group in ends.values():
            if len(group) < 3:
                continue
            y = sum(edge[end] for edge in group) / len(group)
            left, right = min(edge["x0"] for edge in group), max(edge["x0"] for edge in group)
            closed = any(
                edge["orientation"] == "h"
                and abs(edge["top"] - y) < 2 * _SNAP
                and edge["x0"] < right - _SNAP
                and edge["x1"] > left + _SNAP
                for edge in edges
            )
            if not closed:
                yield _edge(False, y, left, right)


def _cells(corners: dict[tuple[float, float], dict[str, list[Any]]]) -> Iterator[_Cell]:
    """The smallest cell below and right of each corner, as the finder's own `intersections_to_cells` finds it.

    That one took a third of our time on pages with tables: it compares sides by all their numbers, for each pair of
    corners anew. Sides are joined here, so they are the same only if they are the same object.
    """
    columns: dict[float, list[tuple[float, set[int]]]] = {}
    rows: dict[float, list[tuple[float, set[int]]]] = {}
    sides: dict[tuple[float, float], tuple[set[int], set[int]]] = {}
    for (x, y), meeting in sorted(corners.items()):
        upright, level = set(map(id, meeting["v"])), set(map(id, meeting["h"]))
        sides[x, y] = (upright, level)
        columns.setdefault(x, []).append((y, upright))
        rows.setdefault(y, []).append((x, level))
    for (x, y), (upright, level) in sides.items():
        below = [bottom for bottom, own in columns[x] if bottom > y and own & upright]
        across = [right for right, own in rows[y] if right > x and own & level]
        for bottom, right in product(below, across):
            corner = sides.get((right, bottom))
            if corner and corner[0] & sides[right, y][0] and corner[1] & sides[x, bottom][1]:
                yield x, y, right, bottom
                break


def _edges(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Rules snapped and joined as the finder does it, before they become its costly dictionaries.

    Word draws every side of every cell by itself: some hundred rules make a few dozen edges, and the finder's time
    grows with the square of their number.
    """
    edges: list[dict[str, Any]] = []
    for vertical in (False, True):
        group: list[Rule] = []
        for rule in sorted((rule for rule in rules if rule.vertical is vertical), key=lambda rule: rule.at):
            if group and rule.at - group[-1].at > _SNAP:
                edges.extend(_joined(group))
                group = []
            group.append(rule)
        if group:
            edges.extend(_joined(group))
    return edges


def _joined(group: list[Rule]) -> Iterator[dict[str, Any]]:
    at = sum(rule.at for rule in group) / len(group)
    vertical = group[0].vertical
    group.sort(key=lambda rule: rule.start)
    start, end = group[0].start, group[0].end
    for rule in group:
        if rule.start > end + _SNAP:
            yield _edge(vertical, at, start, end)
            start, end = rule.start, rule.end
        elif rule.end > end:
            end = rule.end
    yield _edge(vertical, at, start, end)


def _edge(vertical: bool, at: float, start: float, end: float) -> dict[str, Any]:
    if vertical:
        place = {"orientation": "v", "x0": at, "x1": at, "top": start, "bottom": end, "width": 0, "height": end - start}
    else:
        place = {"orientation": "h", "x0": start, "x1": end, "top": at, "bottom": at, "width": end - start, "height": 0}
    return place | {"object_type": "line"}


def _grids(page: Page, cells: list[_Cell]) -> Iterator[Grid]:
    if len({cell[0] for cell in cells}) == 1:
        return  # a box around text, or lines that are shaded one by one: the text needs no cells to be read
    left, right = min(cell[0] for cell in cells), max(cell[2] for cell in cells)
    top, bottom = min(cell[1] for cell in cells), max(cell[3] for cell in cells)
    inside: dict[_Cell, list[Segment]] = {}
    outside: list[Segment] = []
    levels: dict[float, tuple[list[_Cell], list[float]]] = {}
    for segment in page.segments:
        middle = (segment.top + segment.bottom) / 2
        if not top - 1 <= middle <= bottom + 1 or segment.x1 < left or segment.x0 > right:
            outside.append(segment)
            continue
        known = levels.get(middle)
        if known is None:
            level = [cell for cell in cells if cell[1] <= middle < cell[3]] or cells
            known = levels[middle] = level, sorted({cell[2] for cell in level})
        level, ends = known
        for part in _cut(segment, ends):
            centre = (part.x0 + part.x1) / 2
            for cell in level:
                if cell[0] <= centre < cell[2]:
                    break
            else:
                # Where a side is missing, the finder leaves a hole: the nearest cell takes what stands in it.
                cell = min(
                    cells, key=lambda cell: _outside(centre, cell[0], cell[2]) + 4 * _outside(middle, cell[1], cell[3])
                )
            inside.setdefault(cell, []).append(part)
    if not inside:
        return
    page.segments = outside
    yield from _runs(page.number, cells, inside)


def _outside(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)


def _cut(segment: Segment, ends: Sequence[float]) -> Iterator[Segment]:
    """Parts a segment where a cell ends within it: a narrow gutter looks like a space."""
    for x in ends:
        if segment.x0 < x - 1 and segment.x1 > x + 1:
            at = next((n for n, word in enumerate(segment.words) if (word.x0 + word.x1) / 2 > x), 0)
            if at:
                before, segment = segment.split(at)
                yield before
    yield segment


def _runs(number: int, cells: Sequence[_Cell], inside: dict[_Cell, list[Segment]]) -> Iterator[Grid]:
    """Parts a grid where its columns change: Word's tables touch, and a form's head often stands on its minutes."""
    rows: dict[float, list[_Cell]] = {}
    for cell in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        rows.setdefault(cell[1], []).append(cell)
    run: list[list[_Cell]] = []
    xs: set[float] = set()
    for row in rows.values():
        own = {x for cell in row for x in (cell[0], cell[2])}
        if run and not (own <= xs or xs <= own):
            yield from _grid(number, run, sorted(xs), inside)
            run, xs = [], set()
        run.append(row)
        xs |= own
    yield from _grid(number, run, sorted(xs), inside)


def _grid(
    number: int, run: Sequence[list[_Cell]], xs: list[float], inside: dict[_Cell, list[Segment]]
) -> Iterator[Grid]:
    column = {x: n for n, x in enumerate(xs)}
    rows: list[list[list[Line]]] = []
    for cells in run:
        row: list[list[Line]] = [[] for _ in xs[:-1]]
        for cell in cells:
            if cell in inside:
                row[column[cell[0]]] = visual_lines(inside[cell], number)
        if any(row):
            rows.append(row)
    if rows:
        yield Grid(number, xs, run[0][0][1], max(cell[3] for cell in run[-1]), rows)


# What a grid holds ----------------------------------------------------------------------------------------------------


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HEADS = _set(
    """absent action actions also amount apologies assigned attendance attendees budget by comment comments
    completed cost councillors date deadline decision decisions description detail details discussion due gross
    item lead members minute minutes name net no notes number officer officers outcome owner owners payee payment
    point points present progress public rag recommendation ref reference required resolution response responsible
    role status subject target task timescale topic total update updates vat visitors when who whom"""
)
_PEOPLE = _set("absent apologies attendance attendees councillors members officers officials present public visitors")
_SMALL = _set("a an and any for in is of on or s taken the to with")
_LOG_HEADS = _set("""completed deadline due progress rag response status target timescale update updates when""")
_PROSE_HEADS = _set("agenda business discussion item items matter minute minutes notes subject summary")
_MARGIN_HEAD = re.compile(
    r"(?:for )?actions?(?: ?/ ?(?:owner|lead|by))?(?: by| on| owner| points?| required| who)?|(?:by )?whom?|owners?"
    r"|lead(?: officer)?|responsib\w+|initials",
    re.IGNORECASE,
)


def is_margin_head(text: str) -> bool:
    """Whether words head a column of owners: "Action", "By whom"."""
    return _MARGIN_HEAD.fullmatch(text.strip(" :.")) is not None


def is_header(texts: Sequence[str]) -> bool:
    """Whether a row's words are the names of columns."""
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(len(text.split()) > 6 or not re.search(r"[^\W\d]", text) for text in filled):
        return False
    return all(text.endswith(":") for text in filled) or 3 * sum(map(_is_head, filled)) >= 2 * len(filled)


def _is_head(text: str) -> bool:
    words = _words(text)
    return bool(_HEADS.intersection(words)) and _HEADS.union(_SMALL).issuperset(words)


def heads_people(text: str) -> bool:
    """Whether words head a list of people: "Present:", "Also in attendance"."""
    words = _words(text)
    return bool(_PEOPLE.intersection(words)) and (_PEOPLE | _SMALL | {"also"}).issuperset(words)


def _has_header(grid: Grid) -> bool:
    texts = grid.texts(0)
    if is_header(texts):
        return True
    filled = [cell for cell in grid.rows[0] if cell]
    if len(filled) < 2 or len(grid.rows) < 2 or any(len(text.split()) > 6 for text in texts):
        return False
    bold = all(line.bold for cell in filled for line in cell)
    return bold and len(filled) == len(texts) and not any(line.bold for cell in grid.rows[1] for line in cell)


def headers(grid: Grid) -> list[str]:
    """The names of a grid's columns, "" where it has none."""
    return grid.texts(0) if _has_header(grid) else [""] * (len(grid.xs) - 1)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def holds_minutes(grids: Sequence[Grid], labels: re.Pattern[str]) -> bool:
    """Whether grids of the same columns lay out whole minutes: one wide column of text beside numbers and owners.

    Such a table is read as text. The others are data: each row is a record, each column has a meaning.
    """
    columns = len(grids[0].xs) - 1
    if columns == 1:
        return True
    rows = [row for grid in grids for row in grid.rows]
    chars = [sum(len(line.text) for row in rows for line in row[n]) for n in range(columns)]
    wide = widest(grids[0], grids)
    xs = grids[0].xs
    heads = [_words(text) for text in grids[0].texts(0)] if is_header(grids[0].texts(0)) else [[]] * columns
    if any(_LOG_HEADS.intersection(words) for words in heads):
        return False
    if chars[wide] < 0.7 * sum(chars) or xs[wide + 1] - xs[wide] < 0.45 * (xs[-1] - xs[0]):
        return False
    if _PROSE_HEADS.intersection(heads[wide]) and not is_margin_head(" ".join(heads[wide])):
        return True
    longest = max(len(row[wide]) for row in rows)
    others = [n for n in range(columns) if n != wide and chars[n]]
    if longest >= 7:
        return all(chars[n] < 25 * len(rows) for n in others)
    if any(heads):
        return False
    for n in others:
        texts = [clean(" ".join(line.text for line in row[n])) for row in rows if row[n]]
        if n < wide:
            if sum(labels.fullmatch(text) is not None for text in texts) < 0.7 * len(texts):
                return False
        elif len(texts) > 0.5 * len(rows):
            return False
    return True


def widest(grid: Grid, grids: Sequence[Grid] = ()) -> int:
    """The column that holds most of the text."""
    chars = [
        sum(len(line.text) for own in grids or (grid,) for row in own.rows for line in row[n])
        for n in range(len(grid.xs) - 1)
    ]
    return max(range(len(chars)), key=chars.__getitem__)


# Columns without rules ------------------------------------------------------------------------------------------------


_Interval = tuple[float, float]


def aligned(lines: Sequence[Line], labels: re.Pattern[str]) -> Iterator[tuple[int, int, Grid]]:
    """Stretches of lines whose words stand in columns, without any rules: (first line, line after the last, grid).

    A number before a paragraph makes no column.
    """
    at = 0
    while at < len(lines):
        found = _aligned_from(lines, at, labels) if len(lines[at].segments) > 1 else None
        if found is None:
            at += 1
        else:
            yield at, *found
            at = found[0]


def are_columns(grid: Grid) -> bool:
    """Whether a grid without rules is a page set in columns: both run on from line to line, as prose does."""
    if len(grid.xs) != 3 or len(grid.rows) < 6:
        return False
    starts = [cell[0].text for row in grid.rows for cell in row if cell]
    runs_on = sum(text[:1].islower() for text in starts)
    return 3 * runs_on > len(starts) and sum(map(len, starts)) > 20 * len(starts)


def _aligned_from(lines: Sequence[Line], first: int, labels: re.Pattern[str]) -> tuple[int, Grid] | None:
    columns: list[_Interval] = _columns(lines[first])
    if len(columns) < 2 or (len(columns) == 2 and labels.fullmatch(lines[first].segments[0].text)):
        return None
    heads = [segment.text for segment in lines[first].segments]
    header = is_header(heads)
    people = any(map(heads_people, heads))
    several = end = first + 1
    most = len(columns)
    rows = 1
    while end < len(lines):
        line, before = lines[end], lines[end - 1]
        step = line.bottom - before.bottom
        own = _columns(line)
        joined = _match(columns, own)
        alone = len(own) == 1 or (len(own) == 2 and labels.fullmatch(line.segments[0].text) is not None)
        if joined is None or not 0 < step < (1.6 if alone else 3.2) * before.height:
            break
        columns = joined
        end += 1
        if not alone:
            rows += 1
            several = end
            most = max(most, len(own))
    # The first column of a list of people may run on below the others; a table of another kind ends where they do.
    if not header or labels.match(lines[end - 1].text):
        end = several
    wide = columns[1][0] - columns[0][1] > 4 * lines[first].height
    enough = rows >= 3 or (rows == 2 and (most >= 3 or header or wide))
    return (end, _aligned_grid(lines[first:end], columns, header=header, people=people)) if enough else None


def _columns(line: Line) -> list[_Interval]:
    """The stretches of a line that stand apart by more than a wide space."""
    out: list[_Interval] = []
    gap = 1.4 * min(line.height, 14)
    for segment in line.segments:
        if out and segment.x0 - out[-1][1] < gap:
            out[-1] = (out[-1][0], segment.x1)
        else:
            out.append((segment.x0, segment.x1))
    return out


def _match(columns: list[_Interval], own: list[_Interval]) -> list[_Interval] | None:
    """The columns widened by a further line's stretches, or None where one of them lies across two columns or none."""
    wider = list(columns)
    for x0, x1 in own:
        hits = [n for n, (low, high) in enumerate(columns) if x0 < high + 1 and x1 > low - 1]
        if len(hits) != 1:
            return None
        low, high = wider[hits[0]]
        if abs(x0 - low) > 4 and abs(x1 - high) > 4 and abs(x0 + x1 - low - high) > 8:
            return None
        wider[hits[0]] = (min(low, x0), max(high, x1))
    return wider


def _aligned_grid(lines: Sequence[Line], columns: list[_Interval], *, header: bool, people: bool) -> Grid:
    rows: list[list[list[Line]]] = []
    bottom = 0.0
    for line in lines:
        cells: list[list[Segment]] = [[] for _ in columns]
        for segment in line.segments:
            middle = (segment.x0 + segment.x1) / 2
            cells[min(range(len(columns)), key=lambda n: _outside(middle, *columns[n]))].append(segment)
        filled = [n for n, cell in enumerate(cells) if cell]
        close = bool(rows) and line.bottom - bottom < 1.6 * line.height
        goes_on = close and not people and not cells[0] and (len(filled) == 1 or header)
        if not goes_on:
            rows.append([[] for _ in columns])
        for n in filled:
            rows[-1][n].append(Line(cells[n], line.page))
        bottom = line.bottom
    xs = [columns[0][0], *(x0 for x0, _ in columns[1:]), columns[-1][1]]
    return Grid(lines[0].page, xs, lines[0].top, lines[-1].bottom, rows)
