"""PDF papers: pages -> segments of text and ruling lines, by pdfium.

Hides pdfium: its handles, its character indices, its bottom-up coordinates, its odd answers. `layout` makes blocks of
what is found here. Hands over a `Reading`; what cannot be opened is a `PaperError`.

pdfium is called once a page for the text and twice a word for the boxes of its first and last characters (0.7 ms a
page on top of 1.2 ms for the text alone); calls for every character, or pdfplumber's own pages, cost 4 to 40 times that.
pdfium is not thread-safe: readers in parallel are processes.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.ingest import layout
from pipeline.ingest.layout import Page, Rule, Segment
from pipeline.ingest.reading import Reading
from pipeline.records import PaperError

# pdfium marks a hyphen that it takes to part a word at a line's end with U+FFFE (or U+0002) and drops the line break.
_WORD = re.compile("[^\\s\ufffe\x02]+[\ufffe\x02]?|[\ufffe\x02]")
_COLUMN_GAP = 0.9  # of the line's height: wider than a justified space, narrower than any gutter seen
_FORCE_BOLD = 1 << 18  # font descriptor flag, ISO 32000-1 table 123
_MAX_DEPTH = 4  # forms within forms; deeper is a loop or an attack
_Frame = tuple[float, float, float, float, float, float]
_FRAME: _Frame = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points: a filled rectangle no thicker is a ruling line
_MAX_POINTS = 20_000  # a page with more is a drawing, and its lines are no table's


def read(data: bytes, name: str) -> Reading:
    """Reads a PDF's text in reading order."""
    return layout.compose(pages(data, name)).reading


def pages(data: bytes, name: str) -> Iterator[Page]:
    """The pages of a PDF, one in memory at a time."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _refusal(data, name) from error
    try:
        fonts = _Fonts()
        for index in range(len(document)):
            try:
                page = document[index]
            except pdfium.PdfiumError:
                yield Page(index + 1, 0, 0, [], [], damaged=True)
                continue
            try:
                yield _page(page, index + 1, fonts)
            finally:
                page.close()
    finally:
        document.close()


def _refusal(data: bytes, name: str) -> PaperError:
    code = pdfium_c.FPDF_GetLastError()
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        return PaperError(f"{name} is locked with a password; ask its publisher for an open copy.", code="encrypted")
    return PaperError(
        f"{name} is a damaged or cut-off PDF; fetch it again from where it was published.", code="damaged"
    )


def _page(page: pdfium.PdfPage, number: int, fonts: _Fonts) -> Page:
    left, bottom, right, top = page.get_bbox()
    textpage = page.get_textpage()
    try:
        segments = list(_segments(textpage, fonts, left, top))
    finally:
        textpage.close()
    return Page(number, right - left, top - bottom, segments, list(_rules(page, left, top)))


class _Fonts:
    """Tells whether a character is bold, asking pdfium for its font's name and remembering the answer by name."""

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._flags_ref = ctypes.byref(self._flags)
        self._bold: dict[tuple[bytes, int], bool] = {}

    def bold(self, textpage: object, index: int) -> bool:
        length = pdfium_c.FPDFText_GetFontInfo(textpage, index, self._buffer, 256, self._flags_ref)
        key = (self._buffer.value, self._flags.value) if 0 < length <= 256 else (b"", self._flags.value)
        known = self._bold.get(key)
        if known is None:
            font = key[0].lower()
            known = self._bold[key] = (
                any(word in font for word in (b"bold", b"black", b"heavy")) and b"semibold" not in font
            ) or bool(key[1] & _FORCE_BOLD)
        return known


def _segments(textpage: pdfium.PdfTextPage, fonts: _Fonts, left: float, top: float) -> Iterator[Segment]:
    """Stretches of words on one line without a gap as wide as a column's, in the order of the page's content."""
    text = textpage.get_text_range()
    raw = textpage.raw
    shifted = len(text) != textpage.count_chars()
    rect = pdfium_c.FS_RECTF()
    reference = ctypes.byref(rect)
    box = pdfium_c.FPDFText_GetLooseCharBox
    words: list[tuple[int, int, float, float]] = []
    last_end, last_x1, last_y, last_height, high, low, index = 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0
    broken = True

    def char(position: int) -> int:
        return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, position)) if shifted else position

    for match in _WORD.finditer(text):
        start, end = match.span()
        if not box(raw, char(start), reference):
            continue
        x0, word_top, word_bottom = rect.left, rect.top, rect.bottom
        if end - start > 1:
            box(raw, char(end - 1), reference)
            if rect.right < x0 and text[end - 1] in "\ufffe\x02" and end - start > 2:
                box(raw, char(end - 2), reference)
        x1 = rect.right
        height = word_top - word_bottom
        if words and (
            broken
            or not -last_height < x0 - last_x1 < _COLUMN_GAP * last_height
            or abs(word_bottom - last_y) > 0.5 * last_height
            or "\n" in text[last_end:start]
        ):
            yield from _segment(text, words, high, low, left, top, fonts, raw, index)
            words = []
        if not words:
            high, low, index = word_top, word_bottom, char(start)
        words.append((start, end, x0 - left, x1 - left))
        high, low = max(high, word_top), min(low, word_bottom)
        last_end, last_x1, last_y, last_height = end, x1, word_bottom, height or 1.0
        broken = text[end - 1] in "\ufffe\x02"
    if words:
        yield from _segment(text, words, high, low, left, top, fonts, raw, index)


def _segment(
    text: str,
    words: list[tuple[int, int, float, float]],
    high: float,
    low: float,
    left: float,
    top: float,
    fonts: _Fonts,
    raw: object,
    index: int,
) -> Iterator[Segment]:
    bold = fonts.bold(raw, index)
    start = words[0][0]
    shift = index - start
    if bold and len(words) > 1 and not fonts.bold(raw, words[-1][0] + shift):
        cut = next(n for n, word in enumerate(words) if n and not fonts.bold(raw, word[0] + shift))
        yield Segment(text, words[:cut], top - high, top - low, bold=True)
        yield Segment(text, words[cut:], top - high, top - low, bold=False)
    else:
        yield Segment(text, words, top - high, top - low, bold=bold)


def _rules(page: pdfium.PdfPage, left: float, top: float) -> Iterator[Rule]:
    """Straight lines and the sides of rectangles, drawn or filled; slants and curves part no cells."""
    edges = [ctypes.c_float() for _ in range(4)]
    bounds = [ctypes.byref(edge) for edge in edges]
    points = 0
    for item, frame in _paths(page.raw, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, _FRAME, 0):
        if not pdfium_c.FPDFPageObj_GetBounds(item, *bounds):
            continue
        x0, y0, x1, y1 = (edge.value for edge in edges)
        if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
            rings = [[(x0, y0), (x1, y1)]]
        else:
            count = pdfium_c.FPDFPath_CountSegments(item)
            points += count
            if points > _MAX_POINTS:
                return
            rings = [
                ring
                for ring in _rings(item, count)
                if all(abs(a[0] - b[0]) < 0.1 or abs(a[1] - b[1]) < 0.1 for a, b in pairwise(ring))
            ]
        for ring in rings:
            if frame is not _FRAME:
                ring = [_placed(x, y, frame) for x, y in ring]
            xs, ys = [x for x, _ in ring], [y for _, y in ring]
            yield from _sides(min(xs) - left, top - max(ys), max(xs) - left, top - min(ys))


def _paths(
    holder: object,
    count: Callable[[object], int],
    get: Callable[[object, int], object],
    frame: _Frame,
    depth: int,
) -> Iterator[tuple[object, _Frame]]:
    """Paths of a page with the matrix of what they stand in: some producers put a whole page in one form."""
    for index in range(count(holder)):
        item = get(holder, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            yield item, frame
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix(item)
            if frame is not _FRAME:
                (a, b), (c, d) = _turned(inner[:2], frame), _turned(inner[2:4], frame)
                inner = (a, b, c, d, *_placed(*inner[4:], frame))
            yield from _paths(item, pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject, inner, depth + 1)


def _matrix(item: object) -> _Frame:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _turned(vector: Sequence[float], frame: _Frame) -> tuple[float, float]:
    x, y = vector
    return frame[0] * x + frame[2] * y, frame[1] * x + frame[3] * y


def _placed(x: float, y: float, frame: _Frame) -> tuple[float, float]:
    x, y = _turned((x, y), frame)
    return x + frame[4], y + frame[5]


def _rings(item: object, count: int) -> Iterator[list[tuple[float, float]]]:
    """The parts of a path that are made of straight lines only: Word draws a table's sides as one path of many parts."""
    frame = _matrix(item)
    px, py = ctypes.c_float(), ctypes.c_float()
    x_ref, y_ref = ctypes.byref(px), ctypes.byref(py)
    ring: list[tuple[float, float]] = []
    straight = True
    for index in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            if straight and len(ring) > 1:
                yield ring
            ring, straight = [], True
        elif kind != pdfium_c.FPDF_SEGMENT_LINETO:
            straight = False
        pdfium_c.FPDFPathSegment_GetPoint(segment, x_ref, y_ref)
        ring.append(_placed(px.value, py.value, frame))
    if straight and len(ring) > 1:
        yield ring


def _sides(x0: float, top: float, x1: float, bottom: float) -> Iterator[Rule]:
    wide, high = x1 - x0, bottom - top
    if high <= _THIN and wide <= _THIN:
        return
    if high <= _THIN:
        yield Rule(False, (top + bottom) / 2, x0, x1)
    elif wide <= _THIN:
        yield Rule(True, (x0 + x1) / 2, top, bottom)
    else:
        yield Rule(False, top, x0, x1)
        yield Rule(False, bottom, x0, x1)
        yield Rule(True, x0, top, bottom)
        yield Rule(True, x1, top, bottom)
