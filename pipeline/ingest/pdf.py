"""PDF papers: pages -> segments of text and ruling lines, by pdfium.

Hides pdfium: its handles, its character indices, its bottom-up coordinates, its odd answers. `layout` makes blocks of
what is found here. Hands over a `Reading`; what cannot be opened is a `PaperError`.

pdfium is called once a page for the text, twice a word for the boxes of its first and last characters, and five times
a segment for its baseline, size and font: each in one sweep for all of a page, writing to arrays of ours. A call for
every character costs 4 times that, pdfplumber's own pages 40 times. pdfium is not thread-safe: readers in parallel are
processes.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.ingest import layout
from pipeline.ingest.page import BULLETS, HYPHENS, Page, Rule, Segment, Words
from pipeline.ingest.reading import Reading
from pipeline.records import Coverage, PaperError

# At a hyphen that parts a word at a line's end pdfium drops the line break and marks the hyphen.
_WORD = re.compile(f"[^\\s{HYPHENS}]+[{HYPHENS}]?|[{HYPHENS}]")
_COLUMN_GAP = 0.9  # of the line's height: wider than a justified space, narrower than any gutter seen
_FORCE_BOLD = 1 << 18  # font descriptor flags, ISO 32000-1 table 123
_ITALIC = 1 << 6


def _direct(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium's that takes addresses.

    pypdfium2's own prototypes check and convert each pointer, which takes longer than the calls themselves (0.2 us).
    """
    made: Callable[..., Any] = ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)
    return made


_INT, _AT = ctypes.c_int, ctypes.c_void_p
_char_index = _direct(pdfium_c.FPDFText_GetCharIndexFromTextIndex, _INT, _AT, _INT)
_char_box = _direct(pdfium_c.FPDFText_GetLooseCharBox, _INT, _AT, _INT, _AT)
_char_origin = _direct(pdfium_c.FPDFText_GetCharOrigin, _INT, _AT, _INT, _AT, _AT)
_char_matrix = _direct(pdfium_c.FPDFText_GetMatrix, _INT, _AT, _INT, _AT)
_char_size = _direct(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, _AT, _INT)
_char_object = _direct(pdfium_c.FPDFText_GetTextObject, _AT, _AT, _INT)
_font = _direct(pdfium_c.FPDFTextObj_GetFont, _AT, _AT)
_object_kind = _direct(pdfium_c.FPDFPageObj_GetType, _INT, _AT)
_object_bounds = _direct(pdfium_c.FPDFPageObj_GetBounds, _INT, _AT, _AT, _AT, _AT, _AT)
_object_matrix = _direct(pdfium_c.FPDFPageObj_GetMatrix, _INT, _AT, _AT)
_path_length = _direct(pdfium_c.FPDFPath_CountSegments, _INT, _AT)
_path_step = _direct(pdfium_c.FPDFPath_GetPathSegment, _AT, _AT, _INT)
_step_kind = _direct(pdfium_c.FPDFPathSegment_GetType, _INT, _AT)
_step_end = _direct(pdfium_c.FPDFPathSegment_GetPoint, _INT, _AT, _AT, _AT)
_PAGE_HOLDS = (
    _direct(pdfium_c.FPDFPage_CountObjects, _INT, _AT),
    _direct(pdfium_c.FPDFPage_GetObject, _AT, _AT, _INT),
)
_FORM_HOLDS = (
    _direct(pdfium_c.FPDFFormObj_CountObjects, _INT, _AT),
    _direct(pdfium_c.FPDFFormObj_GetObject, _AT, _AT, ctypes.c_ulong),
)

_ANONYMOUS = re.compile(rb"(?:[A-Z]{6}\+)?(?:CIDFont\+)?(?:[A-Z]{1,2}\d{1,4})?")
_MAX_DEPTH = 4  # forms within forms; deeper is a loop or an attack
_Frame = tuple[float, float, float, float, float, float]
_Ring = tuple[Sequence[float], Sequence[float]]
_FRAME: _Frame = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points: a filled rectangle no thicker is a ruling line
_MAX_POINTS = 20_000  # a page with more is a drawing, and its lines are no table's
_FEW_WORDS = 5  # a page with fewer may be a picture of text, or text drawn as curves
_MANY_POINTS = 2_000
_DISAGREE = 1.2


def read(data: bytes, name: str) -> Reading:
    """Reads a PDF's text in reading order."""
    document = _open(data, name)
    try:
        sound = bool(pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(document.raw))
        reading, pages = layout.compose(_pages(document), len(document))
    finally:
        document.close()
    if not pages:
        raise PaperError(f"{name} holds no page that can be read; fetch it again from its publisher.", code="damaged")
    doubt = not sound or any(page.suspect for page in pages) or _names_more_pages(data, len(pages))
    warning = _second_opinion(data, pages) if doubt else ""
    if warning:
        coverage = Coverage.PARTIAL if reading.coverage is Coverage.OK else reading.coverage
        reading = replace(reading, coverage=coverage, warnings=(*reading.warnings, warning))
    return reading


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
    named = sum(map(data.count, forms))
    return named > _DISAGREE * count and named - sum(data.count(form + b"s") for form in forms) > _DISAGREE * count


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
        if length <= 0:
            return False, False
        key = (self._buffer.value if length <= 256 else b"", self._flags.value)
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
        self._known: dict[int | None, tuple[bool, bool]] = {}
        """By the address of the font, which it keeps as long as the page is open."""

    def read(self) -> Page:
        wide, high = self._right - self._left, self._top - self._bottom
        if self._turn in (90, 270):
            wide, high = high, wide
        textpage = self._page.get_textpage()
        try:
            text = textpage.get_text_range()
            segments = self._segments(textpage, text)
        finally:
            textpage.close()
        page = Page(self._number, wide, high, segments)
        page.characters = len(text) - text.count(" ") - 2 * text.count("\r\n")
        page.suspect = 10 * (text.count("\ufffd") + text.count("\0")) > len(text)
        page.rules = list(self._rules())
        if sum(map(len, segments)) < _FEW_WORDS:
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

    def _segments(self, textpage: pdfium.PdfTextPage, text: str) -> list[Segment]:
        """Stretches of words on one line without a gap as wide as a column's, in the order of the page's content."""
        spans = [match.span() for match in _WORD.finditer(text)]
        if not spans:
            return []
        starts, ends = zip(*spans, strict=True)
        page = _address(textpage.raw)
        first: Sequence[int] = starts
        last: Sequence[int] = [end - 1 for end in ends]
        # Characters that pdfium adds or leaves out of the text shift its indices; most pages have none.
        if len(text) != textpage.count_chars():
            first, last = (list(map(_char_index, repeat(page), indices)) for indices in (first, last))
        x0s, highs, x1s, lows = self._boxes(page, first, last)
        words = Words(text, starts, ends, x0s, x1s)
        bounds = list(pairwise((0, *_breaks(words, highs, lows), len(starts))))
        heads = [at for at, _ in bounds]
        # A bullet is a segment of its own: its face, of a symbol font mostly, is not that of the words behind it.
        leads = [
            at + (stop - at > 1 and ends[at] - starts[at] == 1 and text[starts[at]] in BULLETS) for at, stop in bounds
        ]
        tops, bottoms = ([self._top - sides[n] for n in heads] for sides in (highs, lows))
        self._measure(page, [first[n] for n in heads], tops, bottoms)
        faces = self._faces(textpage, [first[n] for n in leads])
        segments: list[Segment] = []
        for (head, stop), lead, top, bottom, (bold, italic) in zip(bounds, leads, tops, bottoms, faces, strict=True):
            if lead > head:
                segments.append(Segment(words, head, lead, top, bottom))
            until = stop
            if bold and stop - lead > 1 and not self._faces(textpage, [first[stop - 1]])[0][0]:
                # Bold type runs into plain: a heading into its paragraph, mostly.
                inner = self._faces(textpage, first[lead + 1 : stop])
                until = next(n for n, (own, _) in enumerate(inner, lead + 1) if not own)
            segments.append(Segment(words, lead, until, top, bottom, bold, italic))
            if until < stop:
                segments.append(Segment(words, until, stop, top, bottom))
        return segments

    def _boxes(self, page: int, first: Sequence[int], last: Sequence[int]) -> Sequence[Sequence[float]]:
        """Left, high, right and low of words, from the boxes of their first and last characters.

        Heights count from the foot, as pdfium's do, and are turned over only for the few that are looked at.
        """
        places, at = _floats(8 * len(first))
        end = at + 4 * len(places)
        _sweep(_char_box, repeat(page), first, range(at, end, 32))
        _sweep(_char_box, repeat(page), last, range(at + 16, end, 32))
        if self._turn:
            firsts, lasts = (
                zip(*map(self._shown, *(places[side::8] for side in sides)), strict=True)
                for sides in (range(4), range(4, 8))
            )
            (x0s, tops, _, bottoms), (_, _, x1s, _) = firsts, lasts
            return x0s, [self._top - y for y in tops], x1s, [self._top - y for y in bottoms]
        lefts, rights, left = places[0::8], places[6::8], self._left
        if left:
            return [x - left for x in lefts], places[1::8], [x - left for x in rights], places[3::8]
        return lefts, places[1::8], rights, places[3::8]

    def _measure(self, page: int, indices: Sequence[int], tops: list[float], bottoms: list[float]) -> None:
        """Sets tops and bottoms of segments by the baselines and sizes of their first characters.

        The boxes of characters reach as high and low as their font says, which is 1.0 to 1.4 of its size; of a font
        that says nothing they are those of the glyphs, and lines with and without a "g" would differ.
        """
        if self._turn:
            return
        count = len(indices)
        origins = array("d", bytes(8 * count + 8))
        at = origins.buffer_info()[0]
        known = list(map(_char_origin, repeat(page), indices, repeat(at + 8 * count), range(at, at + 8 * count, 8)))
        frames, at = _floats(6 * count)
        _sweep(_char_matrix, repeat(page), indices, range(at, at + 24 * count, 24))
        sizes = map(_char_size, repeat(page), indices)
        for n, (size, c, d) in enumerate(zip(sizes, frames[2::6], frames[3::6], strict=True)):
            size *= math.hypot(c, d)
            if known[n] and 0.5 * (bottoms[n] - tops[n]) < size < 2.0 * (bottoms[n] - tops[n]):
                baseline = self._top - origins[n]
                tops[n], bottoms[n] = baseline - 0.9 * size, baseline + 0.22 * size

    def _faces(self, textpage: pdfium.PdfTextPage, indices: Sequence[int]) -> list[tuple[bool, bool]]:
        """Whether characters are bold and italic."""
        fonts = list(map(_font, map(_char_object, repeat(_address(textpage.raw)), indices)))
        known = self._known
        for font, index in zip(fonts, indices, strict=True):
            if font not in known:
                known[font] = self._fonts.face(textpage.raw, index) if font else (False, False)
        return [known[font] for font in fonts]

    # Lines

    def _rules(self) -> Iterator[Rule]:
        """Straight lines and the sides of rectangles, drawn or filled; slants and curves part no cells."""
        paths = list(_objects(_address(self._page.raw), _PAGE_HOLDS, pdfium_c.FPDF_PAGEOBJ_PATH))
        points = 0
        for (item, frame), bounds in zip(paths, _bounds([item for item, _ in paths]), strict=True):
            if bounds is None:
                continue
            x0, y0, x1, y1 = bounds
            if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
                if frame is not _FRAME:
                    x0, y0, x1, y1 = _hull(_placed((x0, x1), (y0, y1), frame))
                yield from _sides(*self._shown(x0, y1, x1, y0))
                continue
            count = _path_length(item)
            points += count
            if points > _MAX_POINTS:
                return
            for ring in filter(_is_square, _rings(item, count)):
                x0, y0, x1, y1 = _hull(ring if frame is _FRAME else _placed(*ring, frame))
                yield from _sides(*self._shown(x0, y1, x1, y0))

    def _is_drawn(self) -> bool:
        """Whether a page with hardly a word shows something: a picture of a fair size, or letters drawn as curves."""
        page = _address(self._page.raw)
        images = list(_objects(page, _PAGE_HOLDS, pdfium_c.FPDF_PAGEOBJ_IMAGE))
        area = 0.0
        for (_, frame), bounds in zip(images, _bounds([item for item, _ in images]), strict=True):
            if bounds is not None:
                (x0, x1), (y0, y1) = _placed(bounds[0::2], bounds[1::2], frame)
                area += abs(x1 - x0) * abs(y1 - y0)
        if area > 0.2 * (self._right - self._left) * (self._top - self._bottom):
            return True
        paths = _objects(page, _PAGE_HOLDS, pdfium_c.FPDF_PAGEOBJ_PATH)
        return bool(sum(_path_length(item) for item, _ in paths) > _MANY_POINTS)


def _breaks(words: Words, highs: Sequence[float], lows: Sequence[float]) -> list[int]:
    """The words that start a segment: behind a wide gap, on another line, or after a hyphen at a line's end."""
    text, x0s, starts = words.text, words.x0s, words.starts
    hyphens = any(sign in text for sign in HYPHENS)
    steps = zip(x0s[1:], words.x1s, lows[1:], lows, highs, starts[1:], words.ends, strict=False)
    return [
        n
        for n, (x0, x1, low, last_low, high, start, end) in enumerate(steps, 1)
        if not -(height := high - last_low or 1.0) < x0 - x1 < _COLUMN_GAP * height
        or not -0.5 * height < last_low - low < 0.5 * height
        or (start - end > 1 and "\n" in text[end:start])
        or (hyphens and text[end - 1] in HYPHENS)
    ]


def _address(handle: object) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _floats(count: int) -> tuple[array[float], int]:
    """An array for pdfium to write to, and where it stands in memory."""
    floats = array("f", bytes(4 * count))
    return floats, floats.buffer_info()[0]


def _sweep(function: Callable[..., Any], *arguments: Iterable[Any]) -> None:
    """Calls a function for each row of arguments, for what it writes."""
    deque(map(function, *arguments), 0)


def _objects(
    holder: int,
    holds: tuple[Callable[..., Any], Callable[..., Any]],
    wanted: int,
    frame: _Frame = _FRAME,
    depth: int = 0,
) -> Iterator[tuple[int, _Frame]]:
    """Objects of a kind with the matrix of the form that holds them: some producers put a whole page in one form."""
    count, get = holds
    items = list(map(get, repeat(holder), range(count(holder))))
    for item, kind in zip(items, map(_object_kind, items), strict=True):
        if kind == wanted:
            yield item, frame
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix(item)
            if frame is not _FRAME:
                (a, b), (c, d) = _turned(inner[:2], frame), _turned(inner[2:4], frame)
                (e,), (f,) = _placed(inner[4:5], inner[5:], frame)
                inner = (a, b, c, d, e, f)
            yield from _objects(item, _FORM_HOLDS, wanted, inner, depth + 1)


def _bounds(items: Sequence[int]) -> Iterator[tuple[float, float, float, float] | None]:
    """Left, bottom, right and top of objects; None of one that has no place."""
    places, at = _floats(4 * len(items))
    sides = (range(at + side, at + side + 16 * len(items), 16) for side in (0, 4, 8, 12))
    known = list(map(_object_bounds, items, *sides))
    edges = zip(*(places[side::4] for side in range(4)), strict=True)
    return (place if found else None for found, place in zip(known, edges, strict=True))


def _matrix(item: int) -> _Frame:
    places, at = _floats(6)
    _object_matrix(item, at)
    a, b, c, d, e, f = places
    return a, b, c, d, e, f


def _turned(vector: Sequence[float], frame: _Frame) -> tuple[float, float]:
    x, y = vector
    return frame[0] * x + frame[2] * y, frame[1] * x + frame[3] * y


def _placed(xs: Sequence[float], ys: Sequence[float], frame: _Frame) -> _Ring:
    a, b, c, d, e, f = frame
    points = list(zip(xs, ys, strict=True))
    return [a * x + c * y + e for x, y in points], [b * x + d * y + f for x, y in points]


def _hull(ring: _Ring) -> tuple[float, float, float, float]:
    xs, ys = ring
    return min(xs), min(ys), max(xs), max(ys)


def _is_square(ring: _Ring) -> bool:
    """Whether a path's part runs along the axes only."""
    for (x0, x1), (y0, y1) in zip(*map(pairwise, ring), strict=True):
        if abs(x1 - x0) >= 0.1 and abs(y1 - y0) >= 0.1:
            return False
    return True


def _rings(item: int, count: int) -> Iterator[_Ring]:
    """A path's parts that are all straight lines: Word draws many sides of a table as one path."""
    steps = list(map(_path_step, repeat(item), range(count)))
    kinds = list(map(_step_kind, steps))
    places, at = _floats(2 * count)
    _sweep(_step_end, steps, range(at, at + 8 * count, 8), range(at + 4, at + 8 * count, 8))
    xs, ys = _placed(places[0::2], places[1::2], _matrix(item))
    starts = [n for n, kind in enumerate(kinds) if n == 0 or kind == pdfium_c.FPDF_SEGMENT_MOVETO]
    for start, stop in pairwise((*starts, count)):
        straight = all(kind == pdfium_c.FPDF_SEGMENT_LINETO for kind in kinds[start + 1 : stop])
        if straight and stop - start > 1:
            yield xs[start:stop], ys[start:stop]


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
