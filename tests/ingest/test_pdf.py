"""PDF papers printed here, word by word, at known places; and those of the corpus, where they have been printed.

The type is Courier: every letter is 0.6 of its size wide, so a line's end is where the test says it is.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest import layout, pdf
from pipeline.ingest.reading import Reading
from pipeline.records import Block, BlockKind, Coverage, PaperError

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
LEFT, RIGHT, PITCH = 72, 522, 14


class Print:
    """Writes a PDF by hand: text, lines and filled boxes, in points from the top left corner."""

    def __init__(self, *, turn: int = 0) -> None:
        self._turn = turn
        self._pages: list[list[str]] = [[]]

    def page(self) -> Print:
        self._pages.append([])
        return self

    def text(self, x: float, y: float, words: str, *, bold: bool = False, size: float = 10) -> Print:
        escaped = re.sub(r"([()\\])", r"\\\1", words)
        place = f"1 0 0 1 {x} {842 - y}" if not self._turn else f"0 1 -1 0 {y} {x}"
        self._pages[-1].append(f"BT /F{2 if bold else 1} {size} Tf {place} Tm ({escaped}) Tj ET")
        return self

    def flow(self, x: float, y: float, words: str, *, right: float = RIGHT, bold: bool = False) -> float:
        """Text broken as late as the measure lets it; returns where the next line would stand."""
        for line in textwrap.wrap(words, int((right - x) / 6), break_on_hyphens=False):
            self.text(x, y, line, bold=bold)
            y += PITCH
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Print:
        self._pages[-1].append(f"0.5 w {x0} {842 - y0} m {x1} {842 - y1} l S")
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Print:
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        return self

    def draw(self, operators: str) -> Print:
        self._pages[-1].append(operators)
        return self

    def bytes(self, *, trailer: str = "") -> bytes:
        kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(self._pages)))
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
        objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>",
            font.format("Courier"),
            font.format("Courier-Bold"),
        ]
        for n, operators in enumerate(self._pages):
            content = "\n".join(operators)
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {self._turn} /Contents {6 + 2 * n} 0 R"
                " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            )
            objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
        out, offsets = b"%PDF-1.4\n", []
        for number, body in enumerate(objects, 1):
            offsets.append(len(out))
            out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
        table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
        size = len(objects) + 1
        end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n"
        return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def read(sheet: Print) -> Reading:
    return pdf.read(sheet.bytes(), "paper.pdf")


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind.value, words(reading, block)) for block in reading.blocks]


def words(reading: Reading, block: Block) -> str:
    return reading.text[block.span.start : block.span.end]


# Paragraphs -----------------------------------------------------------------------------------------------------------


def test_lines_become_paragraphs_where_the_measure_broke_them() -> None:
    said = (
        "The Clerk reported that the new bench had been delivered and that the old one would be taken away in spring."
    )
    asked = (
        "Mr Rowe asked when the gate at the lower end of the footpath would be mended, since the sheep had been out."
    )
    sheet = Print()
    y = sheet.flow(LEFT, 100, said)
    y = sheet.flow(LEFT, y, "None.")
    sheet.flow(LEFT, y, asked)
    assert shown(read(sheet)) == [("paragraph", said), ("paragraph", "None."), ("paragraph", asked)]


def test_a_hyphen_that_is_meant_stays_and_one_that_only_breaks_a_line_goes() -> None:
    full = "x" * 60
    sheet = Print()
    sheet.text(LEFT, 100, f"{full} was re-").text(LEFT, 114, f"adopted and the committee was {full[:30]} then")
    sheet.text(LEFT, 140, f"{full} the com-").text(LEFT, 154, "mittee met again.")
    text = read(sheet).text
    assert "was re-adopted and the committee was" in text
    assert "the committee met again" in text


@pytest.mark.parametrize(
    ("head", "label", "kind"),
    [
        ("(a) that the report be noted;", "(a)", BlockKind.LIST_ITEM),
        ("(iii) that the report be noted;", "(iii)", BlockKind.LIST_ITEM),
        ("3. The Chair welcomed the visitors to the hall.", "3.", BlockKind.LIST_ITEM),
        ("3.2 The Chair welcomed the visitors to the hall.", "3.2", BlockKind.LIST_ITEM),
        ("84.   The Chair welcomed the visitors to the hall.", "84.", BlockKind.LIST_ITEM),
        ("84    The Chair welcomed the visitors to the hall.", "84", BlockKind.LIST_ITEM),
        ("02.23.05. The Chair welcomed the visitors to the hall.", "02.23.05.", BlockKind.LIST_ITEM),
        ("\x95  a bench for the green", "•", BlockKind.LIST_ITEM),
        ("o   a bench for the green", "o", BlockKind.LIST_ITEM),
        ("-   a bench for the green", "-", BlockKind.LIST_ITEM),
        ("14 May 2013 was the day of the meeting in question.", "", BlockKind.PARAGRAPH),
        ("A. Rowe had sent his apologies to the Clerk.", "A.", BlockKind.LIST_ITEM),
    ],
)
def test_labels(head: str, label: str, kind: BlockKind) -> None:
    sheet = Print().text(
        LEFT, 100, "The Council met in the hall of the old school, as it does every month of the year."
    )
    (_, block) = read(sheet.text(LEFT, 130, head.replace("\x95", "\u2022"))).blocks
    assert (block.label, block.kind) == (label, kind)


def test_headings_are_told_by_weight_size_and_capitals() -> None:
    sheet = Print().text(150, 60, "Nether Poppleford Council", bold=True, size=16)
    sheet.text(LEFT, 100, "1. Apologies", bold=True)
    y = sheet.flow(
        LEFT, 120, "Apologies had been received from Mr Rowe, who was away, and from Mrs Tilling, who was ill."
    )
    sheet.text(LEFT, y + 20, "ANY OTHER BUSINESS")
    y = sheet.flow(
        LEFT, y + 40, "There was none, and the meeting closed at nine, when the caretaker came to lock the hall."
    )
    sheet.text(LEFT, y + 20, "RESOLVED:", bold=True).text(LEFT, y + 40, "(a) that the meeting be closed.")
    headings = [(block.label, block.level) for block in read(sheet).blocks if block.kind is BlockKind.HEADING]
    assert headings == [("", 1), ("1.", 2), ("", 3)]


def test_a_bold_heading_that_runs_into_its_paragraph_is_parted_from_it() -> None:
    sheet = (
        Print().text(LEFT, 100, "Highways:", bold=True).text(LEFT + 60, 100, "Mr Rowe would write to the County about")
    )
    sheet.text(LEFT, 114, "the holes in Mill Lane. He had written before and had had no answer to his letter.")
    sheet.text(LEFT, 140, "RESOLVED", bold=True).text(LEFT + 54, 140, "that the letter be sent.")
    assert shown(read(sheet)) == [
        ("heading", "Highways:"),
        (
            "paragraph",
            "Mr Rowe would write to the County about the holes in Mill Lane. He had written before and had had no"
            " answer to his letter.",
        ),
        ("paragraph", "RESOLVED that the letter be sent."),
    ]


# Furniture ------------------------------------------------------------------------------------------------------------

SENTENCE = (
    "The Treasurer explained at some length that the sum which had been set aside for the roof of the pavilion had not"
    " been spent in the year, because no builder could be found to do the work, and that it would be carried over to"
    " the next year unless the members of the Council wished it to be spent on something else."
)


def test_a_sentence_that_a_page_break_cuts_is_whole_again() -> None:
    lines = textwrap.wrap(SENTENCE, 75)
    sheet = Print()
    for page, (first, last) in enumerate(((0, 2), (2, 9)), 1):
        if page > 1:
            sheet.page()
        sheet.text(200, 40, "Poppleford Council minutes").text(LEFT, 800, "Registered office: 1 High Street")
        sheet.text(500, 812, f"Page {page} of 2")
        for n, line in enumerate(lines[first:last]):
            sheet.text(LEFT, (740 if page == 1 else 80) + n * PITCH, line)
    reading = read(sheet)
    assert shown(reading) == [("paragraph", SENTENCE)]
    assert [line.box.page for line in reading.lines] == [1, 1, 2, 2, 2]


PAGE_NUMBERS = ("Page 1 of 2", "P a g e | 1", "1 | Page", "1 |Page", "- 1 -", "1", "[1]", "1/2", "Page | 1")
MARKINGS = ("OFFICIAL", "UNCLASSIFIED", "NOT PROTECTIVELY MARKED")
ADVERTS = (
    "PDF created with pdfFactory trial version www.pdffactory.com",
    "https://council.example/minutes 1/2",
    "18/12/2024, 21:07 Draft minutes",
)


@pytest.mark.parametrize("printed", [*PAGE_NUMBERS, *MARKINGS, *ADVERTS])
def test_furniture_is_told_by_its_form_even_on_a_single_page(printed: str) -> None:
    sheet = Print().text(LEFT, 100, "The Clerk would write to the County.").text(250, 810, printed)
    assert read(sheet).text == "The Clerk would write to the County."


def test_what_repeats_within_the_page_is_no_furniture() -> None:
    sheet = Print()
    for page in range(3):
        if page:
            sheet.page()
        sheet.text(LEFT, 400, "The Clerk would write to the County.").text(LEFT, 430, f"Item {page}.")
    assert read(sheet).text.count("The Clerk would write to the County.") == 3


def test_minutes_of_one_page_lose_nothing_but_the_page_number() -> None:
    sheet = Print().text(LEFT, 40, "Poppleford Council").text(LEFT, 790, "Signed by the Chair").text(290, 815, "1")
    assert read(sheet).text == "Poppleford Council\nSigned by the Chair"


# Action columns -------------------------------------------------------------------------------------------------------


def test_owners_in_a_column_without_rules_stand_beside_their_lines() -> None:
    sheet = Print().text(LEFT, 100, "ITEMS", bold=True).text(480, 100, "Action", bold=True)
    said = "Mr Rowe would ask the County about the holes in Mill Lane and tell them that two people had fallen there."
    y = sheet.flow(LEFT, 120, said, right=440)
    sheet.text(490, 120, "AR")
    asked = "The bench was still broken."
    sheet.text(LEFT, y + PITCH, asked).text(490, y + PITCH, "JT/Clerk")
    sheet.text(490, y + 2 * PITCH + 4, "All")
    sheet.text(LEFT, y + 5 * PITCH, "There was no other business.")
    reading = read(sheet)
    beside = [
        (words(reading, block), reading.text[block.beside.start : block.beside.end])
        for block in reading.blocks
        if block.beside is not None
    ]
    first = textwrap.wrap(said, (440 - LEFT) // 6)[0]
    assert beside == [("AR", first), ("JT/Clerk", asked), ("All", asked)]
    assert said in reading.text
    assert [block.kind.value for block in reading.blocks] == [
        "heading", "paragraph", "margin", "paragraph", "margin", "margin", "paragraph",
    ]  # fmt: skip


def test_initials_at_the_edge_need_no_head_if_there_are_some() -> None:
    sheet = Print()
    y = 100.0
    for owner in ("AR", "JT", "AR", "ALL"):
        y = sheet.flow(LEFT, y, "It was agreed that somebody would look into the matter and report.", right=440)
        sheet.text(496, y - PITCH, owner)
        y += PITCH
    reading = read(sheet)
    assert [words(reading, block) for block in reading.blocks if block.kind is BlockKind.MARGIN] == [
        "AR",
        "JT",
        "AR",
        "ALL",
    ]
    assert reading.text.count("It was agreed that somebody would look into the matter and report.") == 4


def test_initials_that_text_runs_up_to_are_taken_out_of_it() -> None:
    sheet = Print().text(460, 80, "ACTION", bold=True)
    y = 100.0
    for owner in ("AR", "JT", "AR"):
        y = sheet.flow(LEFT, y, "The drain outside the forge had overflowed again in May and a letter would be sent.")
        sheet.text(LEFT + 6 * len("again in May and a letter would be sent.") + 300, y - PITCH, owner)
        y = sheet.flow(
            LEFT, y + 6, "Nothing at all had been heard from the Diocese of the matter of the gate at the church."
        )
    reading = read(sheet)
    assert [words(reading, block) for block in reading.blocks if block.kind is BlockKind.MARGIN] == ["AR", "JT", "AR"]
    assert "of the matter of the gate at the church." in reading.text


# Tables ---------------------------------------------------------------------------------------------------------------


def test_minutes_in_ruled_cells_are_text_with_owners_beside_it() -> None:
    sheet = Print().grid([60, 110, 450, 530], [80, 230, 400])
    sheet.text(80, 100, "1.", bold=True).text(120, 102, "Roads", bold=True)
    said = (
        "The Clerk reported that the County had been told of the holes in the lane three times. The Chair said that he"
    )
    said += (
        " would ring the Cabinet Member himself, since letters were of no use in the matter of roads or of anything."
    )
    y = sheet.flow(120, 130, said, right=440)
    sheet.text(470, 130 + PITCH, "JT")
    sheet.text(80, 250, "2.", bold=True).text(120, 250, "Trees", bold=True).text(
        120, 280, "There was nothing to report."
    )
    reading = read(sheet)
    assert y < 225
    assert shown(reading) == [
        ("heading", "1. Roads"),
        ("paragraph", said),
        ("margin", "JT"),
        ("heading", "2. Trees"),
        ("paragraph", "There was nothing to report."),
    ]


def _log(sheet: Print, top: float, rows: Sequence[Sequence[str]]) -> None:
    xs = [60, 120, 330, 400, 530]
    sheet.grid(xs, [top + 30 * n for n in range(len(rows) + 1)])
    for n, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            sheet.text(x + 5, top + 30 * n + 15, cell)


HEAD = ("NO", "ACTION", "OWNER", "UPDATE")


@pytest.mark.parametrize("repeated", [False, True])
def test_an_action_table_goes_on_over_the_page_with_or_without_its_head(repeated: bool) -> None:
    sheet = Print()
    _log(sheet, 600, [HEAD, ("May1", "Mend the gate", "AR", "Done"), ("May2", "Paint the bench", "JT", "")])
    _log(sheet.page(), 60, [HEAD] * repeated + [("May3", "Clear the ditch", "AR", "In hand")])
    reading = read(sheet)
    rows = [block for block in reading.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [words(reading, row).split("\t") for row in rows] == [
        ["NO", "ACTION", "OWNER", "UPDATE"],
        ["May1", "Mend the gate", "AR", "Done"],
        ["May2", "Paint the bench", "JT", ""],
        ["May3", "Clear the ditch", "AR", "In hand"],
    ]
    assert {row.table for row in rows} == {1}
    assert [cell.header for cell in rows[-1].cells] == list(HEAD)
    assert [row.page for row in rows] == [1, 1, 1, 2]


def test_a_row_that_a_page_break_cuts_is_one_row() -> None:
    sheet = Print()
    _log(sheet, 700, [HEAD, ("May1", "Ask the County for", "AR", "A letter was")])
    _log(sheet.page(), 60, [("", "two new signs", "", "sent on 2 May"), ("May2", "Mend the gate", "JT", "")])
    reading = read(sheet)
    rows = [words(reading, block).split("\t") for block in reading.blocks]
    assert rows[1:] == [
        ["May1", "Ask the County for two new signs", "AR", "A letter was sent on 2 May"],
        ["May2", "Mend the gate", "JT", ""],
    ]


def test_columns_under_a_head_need_no_rules() -> None:
    sheet = Print()
    rows = [("Ref", "Action", "Owner", "Status"), ("1", "Mend the gate", "AR", "Done"), ("2", "Paint it", "JT", "Open")]
    for n, row in enumerate(rows):
        for x, cell in zip((LEFT, 120, 330, 400), row, strict=True):
            sheet.text(x, 100 + n * 20, cell)
    sheet.text(120, 152, "in two coats")
    reading = read(sheet)
    cells = [
        [(cell.header, reading.text[cell.span.start : cell.span.end]) for cell in block.cells]
        for block in reading.blocks
    ]
    assert cells == [
        [("Ref", "Ref"), ("Action", "Action"), ("Owner", "Owner"), ("Status", "Status")],
        [("Ref", "1"), ("Action", "Mend the gate"), ("Owner", "AR"), ("Status", "Done")],
        [("Ref", "2"), ("Action", "Paint it in two coats"), ("Owner", "JT"), ("Status", "Open")],
    ]  # fmt: skip


def test_a_page_in_two_columns_is_read_column_by_column() -> None:
    left = (
        "The Clerk told the meeting that the County had been asked about the drain outside the forge three times since"
    )
    left += " the winter, and that on each occasion a reply had been promised which had then failed to come at all."
    right = (
        "The Treasurer thanked everybody who had helped with the fair on the green in July, which had raised more than"
    )
    right += (
        " any fair before it, and said that the money would be spent on the roof of the hall before the winter came."
    )
    sheet = Print()
    sheet.flow(LEFT, 100, left, right=280)
    sheet.flow(310, 100, right, right=520)
    assert shown(read(sheet)) == [("paragraph", left), ("paragraph", right)]


def test_shaded_lines_are_no_table() -> None:
    said = (
        "The County had been asked about the drain outside the forge three times since the winter, and had not replied."
    )
    sheet = Print()
    for n in range(2):
        sheet.draw(f"0.9 g {LEFT} {842 - 104 - n * PITCH} 450 {PITCH} re f 0 g")
    sheet.flow(LEFT, 100, said)
    assert shown(read(sheet)) == [("paragraph", said)]


def test_a_list_of_people_may_change_within_its_column() -> None:
    sheet = Print()
    people = [
        ("Present:", "In attendance:"),
        ("Mr A Rowe", "Ms B Tilling"),
        ("Mrs J Tait", "Apologies:"),
        ("", "Mr C Dunn"),
    ]
    for n, names in enumerate(people):
        for x, name in zip((LEFT, 300), names, strict=True):
            sheet.text(x, 100 + n * PITCH, name)
    reading = read(sheet)
    named = {
        reading.text[cell.span.start : cell.span.end]: cell.header for block in reading.blocks for cell in block.cells
    }
    assert [named[name] for name in ("Mr A Rowe", "Mrs J Tait", "Ms B Tilling", "Mr C Dunn")] == [
        "Present:", "Present:", "In attendance:", "Apologies:",
    ]  # fmt: skip


def test_a_narrow_gutter_does_not_join_two_cells() -> None:
    sheet = Print().grid([60, 135, 300], [80, 110, 140])
    sheet.text(66, 100, "Clerk to do").text(138, 100, "Write to the County")
    sheet.text(66, 130, "Mr Rowe").text(138, 130, "Mend the gate")
    reading = read(sheet)
    assert [words(reading, block) for block in reading.blocks] == [
        "Clerk to do\tWrite to the County",
        "Mr Rowe\tMend the gate",
    ]


# Pages that are not as they should be ---------------------------------------------------------------------------------


def test_a_page_that_is_turned_is_read_as_it_is_shown() -> None:
    sheet = Print(turn=90)
    sheet.text(LEFT, 100, "The Clerk would write to the County").text(LEFT, 114, "and to the District about it.")
    reading = read(sheet)
    assert reading.text == "The Clerk would write to the County and to the District about it."
    first, second = (line.box for line in reading.lines)
    assert first.x0 == pytest.approx(LEFT, abs=1)
    assert first.x1 == pytest.approx(LEFT + 6 * len("The Clerk would write to the County"), abs=1)
    assert 85 < first.top < first.bottom < 107
    assert second.top > first.top


def test_outlines_without_letters_are_no_text() -> None:
    curves = "\n".join(
        f"{x} {y} m {x + 3} {y + 9} {x + 6} {y - 9} {x + 9} {y} c S"
        for x in range(60, 500, 10)
        for y in range(100, 700, 20)
    )
    reading = read(Print().draw(curves))
    assert (reading.coverage, reading.text, reading.pages) == (Coverage.NO_TEXT, "", 1)
    mixed = read(Print().text(LEFT, 100, "The Clerk would write.").page().draw(curves))
    assert mixed.coverage is Coverage.PARTIAL
    assert mixed.warnings == (
        "page 2 holds pictures or drawn letters but no text; what may be written there was not read",
    )


def test_an_empty_last_page_is_no_loss() -> None:
    reading = read(Print().text(LEFT, 100, "The Clerk would write.").page())
    assert (reading.coverage, reading.warnings, reading.pages) == (Coverage.OK, (), 2)


LOCK = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<00> <00>]".format("ab" * 32)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (Print().text(LEFT, 100, "Secret.").bytes(trailer=LOCK), "encrypted"),
        (Print().text(LEFT, 100, "Cut off.").bytes()[:300], "damaged"),
        (b"%PDF-1.7\n", "damaged"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(PaperError) as caught:
        pdf.read(data, "paper.pdf")
    assert caught.value.code == code
    assert str(caught.value).startswith("paper.pdf ")
    assert str(caught.value).count(".") == 2  # that of the name, and that of the one sentence


def test_pages_that_one_engine_misses_are_told() -> None:
    sheet = Print().text(LEFT, 100, "The first page.").page().text(LEFT, 100, "The second.")
    reading = pdf.read(sheet.bytes().replace(b"/Count 2", b"/Count 1"), "paper.pdf")
    assert reading.coverage is Coverage.PARTIAL
    assert reading.warnings == ("the file is damaged: one reader finds 1 pages in it, another 2",)


def test_a_long_paper_is_read_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Achter", "Brask", "Crane", "Dunmore", "Elstob", "Ferrars", "Gorst", "Holroyd", "Ide", "Jessop", "Kohli"]
    said = [SENTENCE.replace("Treasurer", f"{first} {last}") for first in names for last in names]
    lines = [line for sentence in said for line in textwrap.wrap(sentence, 75)]
    sheet = Print()
    for page in range(len(lines) // 47 + 1):
        if page:
            sheet.page()
        sheet.text(200, 40, "Poppleford Council minutes").text(290, 815, str(page + 1))
        for n, line in enumerate(lines[47 * page : 47 * page + 47]):
            sheet.text(LEFT, 80 + n * PITCH, line)
    _log(sheet.page(), 600, [HEAD, ("May1", "Mend the gate", "AR", "Done")])
    _log(sheet.page(), 60, [("May2", "Clear the ditch", "AR", "In hand")])
    whole = read(sheet)
    assert [words(whole, block) for block in whole.blocks[:-3]] == said
    assert {block.table for block in whole.blocks[-3:]} == {1}
    for stretch in (2, 5):
        monkeypatch.setattr(layout, "_STRETCH", stretch)
        assert read(sheet) == whole


# Properties -----------------------------------------------------------------------------------------------------------

WORD = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=4, max_size=9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORD, min_size=1, max_size=40), min_size=1, max_size=12))
def test_every_word_is_kept_once_and_in_order(paragraphs: Iterable[Sequence[str]]) -> None:
    sheet, y = Print(), 100.0
    for paragraph in paragraphs:
        y = sheet.flow(LEFT, y, " ".join(paragraph).capitalize() + ".") + 6
        if y > 700:
            sheet.page()
            y = 100.0
    reading = read(sheet)
    printed = [word for paragraph in paragraphs for word in paragraph]
    assert re.findall(r"\w+", reading.text.lower()) == printed
    _check(reading)


def _check(reading: Reading) -> None:
    """What holds for every reading, whatever it was read from."""
    end = 0
    for block in reading.blocks:
        assert end <= block.span.start < block.span.end <= len(reading.text)
        end = block.span.end
        text = words(reading, block)
        assert text == text.strip(" \n") or block.kind is BlockKind.TABLE_ROW
        assert text.startswith(block.label)
        assert all(block.span.start <= cell.span.start <= cell.span.end <= block.span.end for cell in block.cells)
        assert (block.beside is not None) == (block.kind is BlockKind.MARGIN)
        assert (block.table is not None) == (block.kind is BlockKind.TABLE_ROW)
    for line in reading.lines:
        assert line.box.x0 < line.box.x1
        assert line.box.top < line.box.bottom
        assert 1 <= line.box.page <= (reading.pages or 0)
        assert any(block.span.start <= line.span.start < line.span.end <= block.span.end for block in reading.blocks)


# Papers that others printed -------------------------------------------------------------------------------------------

PRINTED = sorted((CORPUS / "papers").rglob("*.pdf"))


def _quotes(paper: Path, gold: Path) -> list[str]:
    file = gold / f"{paper.stem}.json"
    return [extract["quote"] for extract in json.loads(file.read_text())["extracts"]] if file.exists() else []


def _plain(text: str) -> str:
    """White space made single, bullets and the spaces of letter-spaced and raised letters out."""
    return re.sub(r"[\s\u2022\uf0b7]", "", text)


@pytest.mark.skipif(not PRINTED, reason="the corpus has not been printed")
@pytest.mark.parametrize("paper", PRINTED, ids=lambda paper: paper.stem)
def test_the_quotes_of_the_corpus_stand_in_one_piece(paper: Path) -> None:
    reading = pdf.read(paper.read_bytes(), paper.name)
    _check(reading)
    assert (reading.coverage, reading.warnings) == (Coverage.OK, ())
    text = _plain(reading.text)
    assert [quote for quote in _quotes(paper, CORPUS / "gold") if _plain(quote) not in text] == []


@pytest.mark.skipif(not (SHARED / "papers").is_dir(), reason="the development papers are not here")
def test_the_quotes_of_the_development_papers_stand_in_one_piece() -> None:
    found = wanted = 0
    for paper in sorted((SHARED / "papers").glob("*.pdf")):
        reading = pdf.read(paper.read_bytes(), paper.name)
        _check(reading)
        assert (reading.coverage, reading.warnings) == (Coverage.OK, ())
        text = _plain(reading.text)
        quotes = _quotes(paper, SHARED / "gold")
        wanted += len(quotes)
        found += sum(_plain(quote) in text for quote in quotes)
    assert found >= 0.985 * wanted


@pytest.mark.skipif(not (SHARED / "scanned").is_dir(), reason="the scanned papers are not here")
@pytest.mark.parametrize("paper", sorted((SHARED / "scanned").glob("*.pdf")), ids=lambda paper: paper.stem)
def test_scans_have_no_text(paper: Path) -> None:
    reading = pdf.read(paper.read_bytes(), paper.name)
    assert (reading.coverage, reading.text) == (Coverage.NO_TEXT, "")
    assert len(reading.warnings) == 1
