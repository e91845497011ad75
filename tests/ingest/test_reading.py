"""The text builder: what goes in as words comes out as text, spans and lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.reading import CellText, Piece, TextBuilder, clean
from pipeline.records import BlockKind, Box


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("  The  Clerk\twould\u00a0write ", "The Clerk would write"),
        ("T H A T the report be noted", "THAT the report be noted"),
        ("R E S O L V E D  T H A T", "RESOLVED THAT"),
        ("P a g e | 3", "Page | 3"),
        ("Mr A B C Rowe", "Mr A B C Rowe"),
        ("a I i", "a I i"),
        ("Nor\u200bthwold \ufeffCoun\u00adcil", "Northwold Council"),
        ("\uf0b7 a bench", "• a bench"),
        ("one \r\n\n  two", "one\ntwo"),
        ("bell\x07 and tab\x0b", "bell and tab"),
        ("\u200b \ufeff", ""),
        ("", ""),
    ],
)
def test_clean(printed: str, plain: str) -> None:
    assert clean(printed) == plain


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_blocks_are_parted_by_newlines_and_know_their_spans() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "3.  Roads", label="3.", level=2, page=1)
    assert builder.add(BlockKind.PARAGRAPH, " \u200b ") == ()
    box = Box(1, 72, 100, 500, 112)
    first, second = builder.add(BlockKind.PARAGRAPH, [Piece("The Clerk would", box), Piece("write.", box)], page=1)
    builder.add(BlockKind.MARGIN, "AB", beside=first)
    reading = builder.build(pages=1)
    assert reading.text == "3. Roads\nThe Clerk would write.\nAB"
    assert reading.text[first.start : first.end] == "The Clerk would"
    assert reading.text[second.start : second.end] == "write."
    assert [line.span for line in reading.lines] == [first, second]
    assert [reading.text[block.span.start : block.span.end] for block in reading.blocks] == reading.text.split("\n")
    assert reading.blocks[-1].beside == first


def test_a_hyphen_is_mended_and_a_cell_keeps_its_paragraphs() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, [Piece("com"), Piece("mittee", join="")])
    builder.row([CellText("Action", [Piece("Mend the gate."), Piece("Paint it.", join="\n")])], table=1)
    assert builder.build().text == "committee\nMend the gate.\nPaint it."


def test_a_row_keeps_the_place_of_empty_cells() -> None:
    builder = TextBuilder()
    builder.row([CellText.plain("", ""), CellText.plain("", " ")], table=1)
    builder.row(
        [CellText.plain("No", ""), CellText.plain("Action", "Mend the gate"), CellText.plain("Owner", "")], table=1
    )
    reading = builder.build()
    assert reading.text == "\tMend the gate\t"
    (row,) = reading.blocks
    assert [(cell.header, reading.text[cell.span.start : cell.span.end]) for cell in row.cells] == [
        ("No", ""),
        ("Action", "Mend the gate"),
        ("Owner", ""),
    ]


@given(st.lists(st.tuples(st.sampled_from(list(BlockKind)), st.lists(st.text(max_size=12), max_size=4)), max_size=12))
def test_every_block_is_its_own_stretch_of_the_text(blocks: list[tuple[BlockKind, list[str]]]) -> None:
    builder = TextBuilder()
    for kind, texts in blocks:
        if kind is BlockKind.TABLE_ROW:
            builder.row([CellText.plain("", text) for text in texts], table=1)
        else:
            builder.add(kind, [Piece(text) for text in texts])
    reading = builder.build()
    end = -1
    for block in reading.blocks:
        assert end < block.span.start < block.span.end <= len(reading.text)
        assert end == -1 or reading.text[end : block.span.start] == "\n"
        end = block.span.end
    assert end in (-1, len(reading.text))
    said = "".join(clean(text) for _, texts in blocks for text in texts)
    assert "".join(reading.text.split()) == "".join(said.split())
