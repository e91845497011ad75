"""What a reader hands over, and the one place where blocks become text and offsets.

Hides offsets, separators and the cleaning of characters. Hands over `Reading`, the format-independent part of a
`Document`, and `TextBuilder`, which every reader fills block by block in reading order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Block, BlockKind, Box, Cell, Coverage, Line, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper's text as a reader found it, before anything is known of the meeting. Fields as in `Document`."""

    text: str
    blocks: tuple[Block, ...]
    lines: tuple[Line, ...] = ()
    pages: int | None = None
    coverage: Coverage = Coverage.OK
    warnings: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    """Lines left out of the text because they repeat from page to page; a running head may name the body."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block that stands in one box: a printed line, as a rule."""

    text: str
    box: Box | None = None
    join: str = " "
    """What parts it from the piece before it: "" mends a hyphenated word, a newline starts a paragraph in a cell."""


@dataclass(frozen=True, slots=True)
class CellText:
    """One cell of a row to be: its column's heading ("" where there is none) and its words."""

    header: str
    pieces: Sequence[Piece]

    @staticmethod
    def plain(header: str, text: str) -> CellText:
        return CellText(header, (Piece(text),))


_PLAIN: dict[int, str | None] = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\ufffe\uffff")
)
# Word's bullets are letters of the fonts Symbol and Wingdings, which arrive as private characters.
_PLAIN |= {ord(private): "•" for private in "\uf0b7\uf06c\uf09f\uf0a8\uf0b0\uf076\uf0d8\uf0e0"}
_PLAIN |= {0xF0A7: "▪", 0xF06E: "▪", 0xF0FC: "✓", 0xF06F: "o", 0xF02D: "-"}
_PLAIN |= {ord(control): " " for control in map(chr, (*range(9), 11, 12, *range(14, 32), 127))} | {13: "\n"}
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_MAYBE_SPACED = re.compile(r" [^\W\d_] [^\W\d_](?![^\W_])")
_LETTER_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][^\S\n]){3,}[^\W\d_](?![^\W_])")


def clean(text: str) -> str:
    """Takes out what prints nothing (zero-width spaces, soft hyphens), joins "T H A T", makes all white space single.

    Newlines stay, one for a run of them: inside a block they mark a break that the paper means.
    """
    # Nearly every piece is plain already, and this runs for all of them: each step looks before it works.
    # Nothing that `_PLAIN` replaces is printable, nor is any white space but the plain one.
    odd = not text.isprintable()
    if odd:
        text = text.translate(_PLAIN)
    if _MAYBE_SPACED.search(text):
        # Two spaces part letter-spaced words ("T H A T  T H E"), so the letters close up before the white space does.
        # Four letters at least: three may be a person's initials.
        text = _LETTER_SPACED.sub(lambda match: re.sub(r"\s", "", match[0]), text)
    if odd or "  " in text:
        text = _BREAKS.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


class TextBuilder:
    """Assembles blocks into text, spans and lines.

        builder = TextBuilder()
        builder.add(BlockKind.HEADING, "3. Roads", label="3.", level=2)
        (said,) = builder.add(BlockKind.PARAGRAPH, "The Clerk would write.", page=1)
        builder.add(BlockKind.MARGIN, "AB", beside=said)
        builder.row([CellText.plain("Action", "Mend the gate"), CellText.plain("Owner", "CD")], table=1)
        reading = builder.build(pages=1)

    Text is cleaned on its way in (see `clean`), and a block without any words is left out.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._lines: list[Line] = []

    def add(
        self,
        kind: BlockKind,
        text: str | Iterable[Piece],
        *,
        page: int | None = None,
        label: str = "",
        level: int = 0,
        beside: Span | None = None,
    ) -> tuple[Span, ...]:
        """Adds a block and returns the span of each of its pieces that holds words (a plain `str` is one piece)."""
        pieces = (Piece(text),) if isinstance(text, str) else text
        start, spans = self._begin(), self._write(pieces)
        if spans:
            span = Span(spans[0].start, spans[-1].end)
            self._blocks.append(Block(kind, span, page=page, label=label, level=level, beside=beside))
        else:
            self._rewind(start)
        return spans

    def row(self, cells: Sequence[CellText], *, table: int, page: int | None = None) -> None:
        """Adds a table's row. Give every cell, empty ones too: a cell without words keeps its place and header.

        A header row is a row as well; each of its cells carries its own words as `header`.
        """
        start = self._begin()
        records: list[Cell] = []
        for position, cell in enumerate(cells):
            if position:
                self._put("\t")
            at = self._length
            spans = self._write(cell.pieces)
            span = Span(spans[0].start, spans[-1].end) if spans else Span(at, at)
            records.append(Cell(clean(cell.header), span))
        if any(cell.span.start < cell.span.end for cell in records):
            span = Span(records[0].span.start, self._length)
            self._blocks.append(Block(BlockKind.TABLE_ROW, span, page=page, table=table, cells=tuple(records)))
        else:
            self._rewind(start)

    def build(
        self, *, pages: int | None = None, coverage: Coverage = Coverage.OK, warnings: Iterable[str] = ()
    ) -> Reading:
        return Reading("".join(self._parts), tuple(self._blocks), tuple(self._lines), pages, coverage, tuple(warnings))

    def _begin(self) -> int:
        """Parts the coming block from the one before; returns how many parts there were, for `_rewind`."""
        mark = len(self._parts)
        if self._length:
            self._put("\n")
        return mark

    def _rewind(self, mark: int) -> None:
        self._length -= sum(map(len, self._parts[mark:]))
        del self._parts[mark:]

    def _write(self, pieces: Iterable[Piece]) -> tuple[Span, ...]:
        spans: list[Span] = []
        parts, at = self._parts, self._length
        for piece in pieces:
            text = clean(piece.text)
            if not text:
                continue
            if spans and piece.join:
                parts.append(piece.join)
                at += len(piece.join)
            parts.append(text)
            span = Span(at, at + len(text))
            at = span.end
            spans.append(span)
            if piece.box is not None:
                self._lines.append(Line(span, piece.box))
        self._length = at
        return tuple(spans)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
