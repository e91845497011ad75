"""A page as an engine found it: segments of text and ruling lines, in points from the top left corner.

Hides how words become segments and segments visual lines. `pdf` fills pages, `tables` and `layout` make sense of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from pipeline.records import Box

# "∑" is the bullet of the font Symbol, as a Mac names its code.
BULLETS = "•∑▪■●◦○‣·∙*➢►✓–—-\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf076\uf06f\uf0b0\uf06e\uf06c\uf09f\uf0a8\uf0e0"
HYPHENS = "\ufffe\x02"  # what pdfium writes in place of a hyphen at a line's end


class Rule(NamedTuple):
    """A straight ruling line: where it stands on the axis that it crosses, and from where to where it runs."""

    vertical: bool
    at: float
    start: float
    end: float


class Word(NamedTuple):
    """A word's place in its page's text, and across the page."""

    start: int
    end: int
    x0: float
    x1: float


class Words:
    """A page's words, column by column: few are ever looked at one by one, and 160 objects a page are dear."""

    __slots__ = ("ends", "starts", "text", "x0s", "x1s")

    def __init__(
        self, text: str, starts: Sequence[int], ends: Sequence[int], x0s: Sequence[float], x1s: Sequence[float]
    ) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends
        self.x0s = x0s
        self.x1s = x1s


class Segment:
    """Words of one face on one line, without a gap between them as wide as a column's: a stretch of its page's."""

    __slots__ = ("_first", "_source", "_stop", "bold", "bottom", "italic", "text", "top", "x0", "x1")

    def __init__(
        self, source: Words, first: int, stop: int, top: float, bottom: float, bold: bool = False, italic: bool = False
    ) -> None:
        self._source = source
        self._first = first
        self._stop = stop
        self.top = top
        self.bottom = bottom
        self.bold = bold
        self.italic = italic
        self.x0 = source.x0s[first]
        self.x1 = source.x1s[stop - 1]
        text = source.text[source.starts[first] : source.ends[stop - 1]]
        self.text = text[:-1] + "-" if text[-1] in HYPHENS else text

    def __len__(self) -> int:
        """How many words it holds."""
        return self._stop - self._first

    @property
    def words(self) -> list[Word]:
        own, source = slice(self._first, self._stop), self._source
        return list(map(Word, source.starts[own], source.ends[own], source.x0s[own], source.x1s[own]))

    @property
    def lead(self) -> float:
        """How wide the first word is."""
        return self._source.x1s[self._first] - self.x0

    def tail(self, at: int) -> str:
        """The text from a word on."""
        return self._source.text[self._source.starts[self._first + at] : self._source.ends[self._stop - 1]]

    def split(self, at: int) -> tuple[Segment, Segment]:
        return self._part(self._first, self._first + at), self._part(self._first + at, self._stop)

    def single_words(self) -> list[Segment]:
        return [self._part(n, n + 1) for n in range(self._first, self._stop)]

    def parted(self, characters: int) -> tuple[Segment, Segment]:
        """Splits in plain type after the first characters of the first word, which stand at its very start."""
        first, *others = self.words
        cut = first.start + characters
        own = [Word(first.start, cut, first.x0, first.x0), Word(cut, first.end, first.x0, first.x1), *others]
        words = Words(self._source.text, *zip(*own, strict=True))
        return Segment(words, 0, 1, self.top, self.bottom), Segment(words, 1, len(own), self.top, self.bottom)

    def _part(self, first: int, stop: int) -> Segment:
        return Segment(self._source, first, stop, self.top, self.bottom, self.bold, self.italic)


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    segments: list[Segment] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    drawn: bool = False
    """Whether the page shows what may be text but holds no characters for it: a large image or thousands of curves."""
    characters: int = 0
    suspect: bool = False
    """Whether the page could not be read, or many of its characters have no meaning."""


class Line:
    """A visual line: its segments from left to right, and the margin lines that belong beside it."""

    __slots__ = ("bold", "bottom", "italic", "margins", "page", "segments", "text", "top", "underlined", "x0", "x1")

    def __init__(self, segments: list[Segment], page: int) -> None:
        first = segments[0]
        self.page = page
        self.margins: list[Line] = []
        self.underlined = False
        if len(segments) == 1:
            self.segments = segments
            self.x0, self.x1, self.top, self.bottom = first.x0, first.x1, first.top, first.bottom
            self.text, self.bold, self.italic = first.text, first.bold, first.italic
            return
        segments = _in_order(segments)
        self.segments = segments
        self.x0 = segments[0].x0
        self.x1 = max(segment.x1 for segment in segments)
        self.top = min(segment.top for segment in segments)
        self.bottom = max(segment.bottom for segment in segments)
        self.bold = all(segment.bold for segment in segments)
        self.italic = all(segment.italic for segment in segments)
        # A superscript ("8" "th") or a change of face within a word is a segment of its own, without a space before it.
        space = 0.12 * (self.bottom - self.top)
        parts = [segments[0].text]
        for before, segment in pairwise(segments):
            if segment.x0 - before.x1 > space:
                parts.append(" ")
            parts.append(segment.text)
        self.text = "".join(parts)

    @property
    def box(self) -> Box:
        # round(x, 1) goes by way of decimal digits and takes four times as long.
        return Box(
            self.page,
            round(10 * self.x0) / 10,
            round(10 * self.top) / 10,
            round(10 * self.x1) / 10,
            round(10 * self.bottom) / 10,
        )

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _in_order(segments: list[Segment]) -> list[Segment]:
    """From left to right; a segment that stands inside another ("8 July" around a raised "th") parts it."""
    segments = sorted(segments, key=lambda segment: segment.x0)
    if any(after.x0 < before.x1 - 1 and len(before) > 1 for before, after in pairwise(segments)):
        segments = sorted((word for segment in segments for word in segment.single_words()), key=lambda word: word.x0)
    return segments


def visual_lines(segments: Iterable[Segment], page: int) -> list[Line]:
    """Segments at one height, from the top of the page to its bottom."""
    groups: list[list[Segment]] = []
    top = bottom = 0.0
    for segment in sorted(segments, key=lambda segment: segment.top + segment.bottom):
        middle = (segment.top + segment.bottom) / 2
        # The taller of the two decides: a superscript's middle lies high, but within the line that it belongs to.
        level = middle < bottom - 0.15 * (bottom - top) or (
            segment.bottom - segment.top > 1.2 * (bottom - top) and (top + bottom) / 2 > segment.top
        )
        if groups and level:
            groups[-1].append(segment)
            if segment.bottom - segment.top > bottom - top:
                top, bottom = segment.top, segment.bottom
        else:
            groups.append([segment])
            top, bottom = segment.top, segment.bottom
    return [Line(group, page) for group in groups]
