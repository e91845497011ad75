"""PDF papers: pages -> segments of text and ruling lines, by pdfium.

Hides pdfium: its handles, its character indices, its bottom-up coordinates, its odd answers. `layout` makes blocks of
what is found here. Hands over a `Reading`; what cannot be opened is a `PaperError`.

pdfium is called once a page for the text and twice a word for the boxes of its first and last characters (0.7 ms a
page on top of 1.2 ms for the text alone); a call for every character costs 4 times that, pdfplumber's own pages 40
times. pdfium is not thread-safe: readers in parallel are processes.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, repeat

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.ingest import layout
from pipeline.ingest.layout import Composition
from pipeline.ingest.page import BULLETS, HYPHENS, Page, Rule, Segment, Word
from pipeline.ingest.reading import Reading
from pipeline.records import Coverage, PaperError

# At a hyphen that parts a word at a line's end pdfium drops the line break and marks the hyphen.
_WORD = re.compile(f"[^\\s{HYPHENS}]+[{HYPHENS}]?|[{HYPHENS}]")
_COLUMN_GAP = 0.9  # of the line's height: wider than a justified space, narrower than any gutter seen
_FORCE_BOLD = 1 << 18  # font descriptor flags, ISO 32000-1 table 123
_ITALIC = 1 << 6
# pypdfium2's own prototype checks and converts pointers, which takes longer than the call; this one takes addresses.
_CHAR_BOX = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)
_ANONYMOUS = re.compile(rb"(?:[A-Z]{6}\+)?(?:CIDFont\+)?(?:[A-Z]{1,2}\d{1,4})?")
_MAX_DEPTH = 4  # forms within forms; deeper is a loop or an attack
_Frame = tuple[float, float, float, float, float, float]
_Ring = Sequence[tuple[float, float]]
_FRAME: _Frame = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points: a filled rectangle no thicker is a ruling line
_MAX_POINTS = 20_000  # a page with more is a drawing, and its lines are no table's
_FEW_WORDS = 5  # a page with fewer may be a picture of text, or text drawn as curves
_MANY_POINTS = 2_000
_DISAGREE = 1.2


def read(data: bytes, name: str) -> Reading:
    """Reads a PDF's text in reading order."""
    return dissect(data, name).reading


def dissect(data: bytes, name: str) -> Composition:
    """As `read`, with what was left out of the text: for measuring what a reading keeps."""
    document = _open(data, name)
    try:
        sound = bool(pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(document.raw))
        composition = layout.compose(_pages(document), len(document))
    finally:
        document.close()
    pages = composition.pages
    if not pages:
        raise PaperError(f"{name} holds no page that can be read; fetch it again from its publisher.", code="damaged")
    doubt = not sound or any(page.suspect for page in pages) or _names_more_pages(data, len(pages))
    warning = _second_opinion(data, pages) if doubt else ""
    if warning:
        reading = composition.reading
        coverage = Coverage.PARTIAL if reading.coverage is Coverage.OK else reading.coverage
        reading = replace(reading, coverage=coverage, warnings=(*reading.warnings, warning))
        composition = replace(composition, reading=reading)
    return composition


def pages(data: bytes, name: str) -> list[Page]:
    """The pages of a PDF as `layout` takes them."""
    document = _open(data, name)
    try:
        return list(_pages(document))
    finally:
        document.close()


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _refusal(name) from error


def _refusal(name: str) -> PaperError:
    if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
        return PaperError(f"{name} is locked with a password; ask its publisher for an open copy.", code="encrypted")
    return PaperError(f"{name} is a damaged or cut-off PDF; fetch it again from its publisher.", code="damaged")


def _names_more_pages(data: bytes, count: int) -> bool:
    """Whether a file holds plainly more page objects than pdfium finds pages, which trusts the page tree's /Count."""
    forms = (b"/Type /Page", b"/Type/Page")
    return sum(data.count(form) - data.count(form + b"s") for form in forms) > _DISAGREE * count


def _second_opinion(data: bytes, pages: Sequence[Page]) -> str:
    """What pdfminer, pdfplumber's engine, finds that pdfium did not: a warning, or "".

    It costs a hundred times as much as pdfium, so it is asked only where there is doubt (a cross-reference table that
    had to be rebuilt, page objects left over, a page that would not load, characters without a meaning), and for
    characters only on the first few pages in doubt. Text that only pdfium finds is no loss: pdfminer gives up on many
    sound papers.
    """
    from pdfminer.high_level import extract_text  # a tenth of a second to import: only where there is doubt
    from pdfminer.pdfpage import PDFPage

    try:
        count = sum(1 for _ in PDFPage.get_pages(io.BytesIO(data)))
        if count > _DISAGREE * len(pages):
            return f"the file is damaged: one reader finds {len(pages)} pages in it, another {count}"
        doubtful = [page for page in pages if page.suspect][:5]
        if not doubtful:
            return ""
        text = extract_text(io.BytesIO(data), page_numbers=[page.number - 1 for page in doubtful])
    except Exception:  # pdfminer raises errors of many kinds on the files that land here; it has no opinion, then
        return "the file is damaged, and some of its text may be missing" if len(pages) < 2 else ""
    theirs = len(re.sub(r"\s|\(cid:\d+\)", "", text))
    ours = sum(page.characters for page in doubtful)
    if theirs > _DISAGREE * ours and theirs - ours > 50:
        numbers = ", ".join(str(page.number) for page in doubtful)
        return f"text is missing on page {numbers}: one reader finds {ours} characters there, another {theirs}"
    return ""


def _pages(document: pdfium.PdfDocument) -> Iterator[Page]:
    """Each page of a document; only one at a time is held open."""
    fonts = _Fonts()
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            yield Page(index + 1, 0.0, 0.0, suspect=True)
            continue
        try:
            yield _PageReader(page, index + 1, fonts).read()
        finally:
            page.close()


class _Fonts:
    """Tells a character's face, asking pdfium for its font's name and remembering the answer by name."""

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._reference = ctypes.byref(self._flags)
        self._known: dict[tuple[bytes, int], tuple[bool, bool]] = {}

    def face(self, textpage: object, index: int) -> tuple[bool, bool]:
        """Whether a character is bold and whether it is italic."""
        length = pdfium_c.FPDFText_GetFontInfo(textpage, index, self._buffer, 256, self._reference)
        key = (self._buffer.value if 0 < length <= 256 else b"", self._flags.value)
        known = self._known.get(key)
        if known is None:
            name = key[0].lower()
            bold = re.search(rb"(?<!semi)(?:bold|black|heavy)", name) is not None or bool(key[1] & _FORCE_BOLD)
            italic = b"italic" in name or b"oblique" in name or bool(key[1] & _ITALIC)
            known = (bold, italic) if bold or not _ANONYMOUS.fullmatch(key[0]) else _style(textpage, index)
            self._known[key] = known
        return known


def _style(textpage: object, index: int) -> tuple[bool, bool]:
    """Bold and italic by a font's own tables: Windows' PDF printer calls all its fonts CIDFont+F1, CIDFont+F2 ...

    The table `head` holds them as the first bits of macStyle (OpenType specification, "head").
    """
    font = pdfium_c.FPDFTextObj_GetFont(pdfium_c.FPDFText_GetTextObject(textpage, index))
    size = ctypes.c_size_t()
    pdfium_c.FPDFFont_GetFontData(font, None, 0, ctypes.byref(size))
    buffer = (ctypes.c_uint8 * size.value)()
    if not size.value or not pdfium_c.FPDFFont_GetFontData(font, buffer, size.value, ctypes.byref(size)):
        return False, False
    data = memoryview(buffer).cast("B")
    for entry in range(12, 12 + 16 * int.from_bytes(data[4:6]), 16):
        if bytes(data[entry : entry + 4]) == b"head":
            at = int.from_bytes(data[entry + 8 : entry + 12]) + 44
            bits = int.from_bytes(data[at : at + 2])
            return bool(bits & 1), bool(bits & 2)
    return False, False


class _PageReader:
    """Reads one page into points from the top left corner of the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage, number: int, fonts: _Fonts) -> None:
        self._page = page
        self._number = number
        self._fonts = fonts
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._turn = page.get_rotation()
        self._x, self._y, self._matrix = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_MATRIX()
        self._x_ref, self._y_ref = ctypes.byref(self._x), ctypes.byref(self._y)
        self._matrix_ref = ctypes.byref(self._matrix)

    def read(self) -> Page:
        wide, high = self._right - self._left, self._top - self._bottom
        if self._turn in (90, 270):
            wide, high = high, wide
        textpage = self._page.get_textpage()
        try:
            text = textpage.get_text_range()
            segments = list(self._segments(textpage, text))
        finally:
            textpage.close()
        page = Page(self._number, wide, high, segments)
        page.characters = len(text) - text.count(" ") - 2 * text.count("\r\n")
        page.suspect = 10 * (text.count("\ufffd") + text.count("\0")) > len(text)
        page.rules = list(self._rules())
        if sum(len(segment.words) for segment in segments) < _FEW_WORDS:
            page.drawn = self._is_drawn()
        return page

    def _shown(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        """A box in pdfium's coordinates -> one from the top left corner of the page as it is turned for reading."""
        if self._turn == 0:
            return x0 - self._left, self._top - top, x1 - self._left, self._top - bottom
        if self._turn == 90:
            return bottom - self._bottom, x0 - self._left, top - self._bottom, x1 - self._left
        if self._turn == 180:
            return self._right - x1, bottom - self._bottom, self._right - x0, top - self._bottom
        return self._top - top, self._right - x1, self._top - bottom, self._right - x0

    # Text

    def _segments(self, textpage: pdfium.PdfTextPage, text: str) -> Iterator[Segment]:
        """Stretches of words on one line without a gap as wide as a column's, in the order of the page's content."""
        raw = textpage.raw
        # Characters that pdfium adds or leaves out of the text shift its indices; most pages have none.
        shifted = len(text) != textpage.count_chars()
        spans = [match.span() for match in _WORD.finditer(text)]
        indices = [index for start, end in spans for index in (start, end - 1)]
        if shifted:
            indices = [pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, index) for index in indices]
        words: list[Word] = []
        before = 0
        last_x1 = last_low = height = high = low = 0.0
        broken = False
        for (start, end), (x0, top, x1, bottom) in zip(spans, self._boxes(raw, indices), strict=True):
            gap = x0 - last_x1
            if words and (
                broken
                or not -height < gap < _COLUMN_GAP * height
                or not -0.5 * height < bottom - last_low < 0.5 * height
                or (start - before > 1 and "\n" in text[before:start])
            ):
                yield from self._segment(raw, shifted, text, words, high, low)
                words = []
            if not words:
                high, low = top, bottom
            words.append(Word(start, end, x0, x1))
            before, last_x1, last_low, height = end, x1, bottom, bottom - top or 1.0
            broken = text[end - 1] in HYPHENS
        if words:
            yield from self._segment(raw, shifted, text, words, high, low)

    def _boxes(self, raw: object, indices: list[int]) -> Iterable[tuple[float, float, float, float]]:
        """The box of each word, from the first and the last character's: (x0, top, x1, bottom)."""
        places = (ctypes.c_float * (4 * len(indices)))()
        start = ctypes.addressof(places)
        handle = ctypes.cast(raw, ctypes.c_void_p).value  # type: ignore[arg-type]
        deque(map(_CHAR_BOX, repeat(handle), indices, range(start, start + 16 * len(indices), 16)), 0)
        lefts, highs, rights, lows = (places[side::4] for side in range(4))
        if self._turn:
            shown = list(map(self._shown, lefts, highs, rights, lows))
            return [
                (first[0], first[1], last[2], first[3]) for first, last in zip(shown[::2], shown[1::2], strict=True)
            ]
        left, top = self._left, self._top
        return (
            (x0 - left, top - high, x1 - left, top - low)
            for x0, high, x1, low in zip(lefts[::2], highs[::2], rights[1::2], lows[::2], strict=True)
        )

    def _segment(
        self, raw: object, shifted: bool, text: str, words: list[Word], high: float, low: float
    ) -> Iterator[Segment]:
        """The segment of some words, or two where bold type runs into plain: a heading into its paragraph, mostly."""

        def char(word: Word) -> int:
            return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, word.start)) if shifted else word.start

        high, low = self._body(raw, char(words[0]), high, low)
        if len(words) > 1 and words[0].end - words[0].start == 1 and text[words[0].start] in BULLETS:
            yield Segment(text, words[:1], high, low)
            words = words[1:]
        bold, italic = self._fonts.face(raw, char(words[0]))
        cut = len(words)
        if cut > 1 and bold and not self._fonts.face(raw, char(words[-1]))[0]:
            cut = next(n for n, word in enumerate(words) if n and not self._fonts.face(raw, char(word))[0])
        yield Segment(text, words[:cut], high, low, bold=bold, italic=italic)
        if cut < len(words):
            yield Segment(text, words[cut:], high, low)

    def _body(self, raw: object, index: int, high: float, low: float) -> tuple[float, float]:
        """Top and bottom of a segment by its baseline and size.

        The boxes of characters reach as high and low as their font says, which is 1.0 to 1.4 of its size; of a font
        that says nothing they are those of the glyphs, and lines with and without a "g" would differ.
        """
        if self._turn or not pdfium_c.FPDFText_GetCharOrigin(raw, index, self._x_ref, self._y_ref):
            return high, low
        pdfium_c.FPDFText_GetMatrix(raw, index, self._matrix_ref)
        size = pdfium_c.FPDFText_GetFontSize(raw, index) * math.hypot(self._matrix.c, self._matrix.d)
        if not 0.5 * (low - high) < size < 2.0 * (low - high):
            return high, low
        baseline = self._top - self._y.value
        return baseline - 0.9 * size, baseline + 0.22 * size

    # Lines

    def _rules(self) -> Iterator[Rule]:
        """Straight lines and the sides of rectangles, drawn or filled; slants and curves part no cells."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        bounds = [ctypes.byref(edge) for edge in (left, bottom, right, top)]
        get_bounds = pdfium_c.FPDFPageObj_GetBounds
        points = 0
        for item, frame in self._objects(pdfium_c.FPDF_PAGEOBJ_PATH):
            if not get_bounds(item, *bounds):
                continue
            x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
            if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
                rings: Iterable[_Ring] = (((x0, y0), (x1, y1)),)
            else:
                count = pdfium_c.FPDFPath_CountSegments(item)
                points += count
                if points > _MAX_POINTS:
                    return
                rings = filter(_is_square, _rings(item, count))
            for ring in rings:
                if frame is not _FRAME:
                    ring = [_placed(x, y, frame) for x, y in ring]
                xs, ys = zip(*ring, strict=True)
                yield from _sides(*self._shown(min(xs), max(ys), max(xs), min(ys)))

    def _objects(self, kind: int) -> Iterator[tuple[object, _Frame]]:
        return _objects(self._page.raw, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, kind)

    def _is_drawn(self) -> bool:
        """Whether a page with hardly a word shows something: a picture of a fair size, or letters drawn as curves."""
        edges = [ctypes.c_float() for _ in range(4)]
        area = 0.0
        for item, frame in self._objects(pdfium_c.FPDF_PAGEOBJ_IMAGE):
            if pdfium_c.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges)):
                x0, y0, x1, y1 = (edge.value for edge in edges)
                (x0, y0), (x1, y1) = _placed(x0, y0, frame), _placed(x1, y1, frame)
                area += abs(x1 - x0) * abs(y1 - y0)
        if area > 0.2 * (self._right - self._left) * (self._top - self._bottom):
            return True
        paths = self._objects(pdfium_c.FPDF_PAGEOBJ_PATH)
        return bool(sum(pdfium_c.FPDFPath_CountSegments(item) for item, _ in paths) > _MANY_POINTS)


def _objects(
    holder: object,
    count: Callable[[object], int],
    get: Callable[[object, int], object],
    wanted: int,
    frame: _Frame = _FRAME,
    depth: int = 0,
) -> Iterator[tuple[object, _Frame]]:
    """Objects of a kind with the matrix of the form that holds them: some producers put a whole page in one form."""
    for index in range(count(holder)):
        item = get(holder, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == wanted:
            yield item, frame
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix(item)
            if frame is not _FRAME:
                (a, b), (c, d) = _turned(inner[:2], frame), _turned(inner[2:4], frame)
                inner = (a, b, c, d, *_placed(*inner[4:], frame))
            yield from _objects(
                item, pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject, wanted, inner, depth + 1
            )


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


def _is_square(ring: _Ring) -> bool:
    """Whether a path's part runs along the axes only."""
    return all(abs(a[0] - b[0]) < 0.1 or abs(a[1] - b[1]) < 0.1 for a, b in pairwise(ring))


def _rings(item: object, count: int) -> Iterator[_Ring]:
    """A path's parts that are all straight lines: Word draws many sides of a table as one path."""
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


def _sides(x0: float, top: float, x1: float, bottom: float) -> tuple[Rule, ...]:
    wide, high = x1 - x0, bottom - top
    if high <= _THIN:
        return (Rule(False, (top + bottom) / 2, x0, x1),) if wide > _THIN else ()
    if wide <= _THIN:
        return (Rule(True, (x0 + x1) / 2, top, bottom),)
    across, upright = (
        (Rule(False, at, x0, x1) for at in (top, bottom)),
        (Rule(True, at, top, bottom) for at in (x0, x1)),
    )
    return (*across, *upright)
