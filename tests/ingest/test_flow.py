"""Flows of paragraphs and tables: headings without styles, layout tables, Action columns, lost line breaks."""

from __future__ import annotations

import pytest

from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell, bullet, is_page_number, numeral, write
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import BlockKind

PROSE = "The Clerk had asked the county council about the drain and would ask again before the end of the month."
MORE = "Members thanked the warden for the work done on the footpath and agreed that the stile be mended this spring."


def reading(flow: Flow) -> Reading:
    builder = TextBuilder()
    write(flow, builder)
    return builder.build()


def bold(text: str) -> Paragraph:
    return Paragraph(text, lead=len(text))


def cell(*texts: str, width: int = 0) -> TableCell:
    return TableCell([Paragraph(text) for text in texts], width=width)


def lines(flow: Flow) -> list[tuple[str, str]]:
    found = reading(flow)
    return [(block.kind.value, found.text[block.span.start : block.span.end]) for block in found.blocks]


HEADINGS = {
    "bold and short": (bold("Matters arising"), ["heading"]),
    "bold and a sentence": (
        bold("The meeting was told of this at length, and then it was told so again, twice over."),
        ["paragraph"],
    ),
    "bold outcome": (bold("RESOLVED that the report be noted"), ["paragraph"]),
    "bold list of actions": (bold("Action log"), ["heading"]),
    "bold speaker": (bold("Cllr Ashe"), ["paragraph"]),
    "capitals": (Paragraph("DATE OF NEXT MEETING"), ["heading"]),
    "capitals with number": (Paragraph("7. FINANCE"), ["heading"]),
    "line to sign on": (Paragraph("SIGNED ______________"), ["paragraph"]),
    "declared": (Paragraph("Our plan for the pond", level=2), ["heading"]),
    "declared sum": (Paragraph("Larch for the seat £ 48.00", level=1), ["paragraph"]),
    "section alone": (Paragraph("Minutes:"), ["heading"]),
    "numbered title": (Paragraph("3. Financial implications"), ["heading"]),
    "minute number": (Paragraph("24/071 Correspondence"), ["heading"]),
    "planning reference": (Paragraph("24/0412/FUL Extension at the dairy"), ["paragraph"]),
    "numbered sentence": (Paragraph("3. The Clerk would write."), ["list-item"]),
    "bullet in bold": (bold("• Gate"), ["list-item"]),
    "date, not a number": (Paragraph("12 March 2021"), ["paragraph"]),
    "capitals run in": (Paragraph("4. PUBLIC FORUM A resident asked about the drain."), ["heading", "paragraph"]),
    "acronym run in": (Paragraph("4. CPB planner was in place until the spring."), ["list-item"]),
    "bold run in": (Paragraph("Highways: The Clerk would write.", lead=9), ["heading", "paragraph"]),
    "numbered bold run in": (Paragraph("4. Highways The Clerk would write.", lead=11), ["heading", "paragraph"]),
    "bold name": (Paragraph("Cllr Ashe: The drain was blocked.", lead=10), ["paragraph"]),
    "bold status": (Paragraph("1. New: Warden to mend the gate.", lead=7), ["list-item"]),
    "bold outcome run in": (Paragraph("RESOLVED: That the gate be mended.", lead=9), ["paragraph"]),
    "present": (Paragraph("Present: Cllrs Ashe and Birch", lead=8), ["paragraph"]),
    "page number": (Paragraph("P a g e | 3"), []),
    "tag": (Paragraph("<AI12>"), []),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_kinds_of_paragraphs(name: str) -> None:
    paragraph, kinds = HEADINGS[name]
    assert [kind for kind, _ in lines([paragraph])] == kinds


def test_plain_run_in_headings_count_where_a_paper_keeps_to_them() -> None:
    flow: Flow = [Paragraph(f"{title}: {PROSE}") for title in ("Highways and parking", "Trees", "Village pond")]
    assert lines(flow)[:2] == [("heading", "Highways and parking:"), ("paragraph", PROSE)]
    assert [kind for kind, _ in lines(flow[:1])] == ["paragraph"]


def test_numbers_in_a_row_are_a_list_not_titles() -> None:
    flow: Flow = [Paragraph(text) for text in ("1. Mend the gate", "2. Paint the gate", "3. Lock the gate")]
    assert [kind for kind, _ in lines(flow)] == ["list-item"] * 3


def test_depth_of_headings() -> None:
    flow: Flow = [bold("Tarnwick Parish Council"), bold("6. Reports"), bold("6.1 Chair"), bold("19.09.02 Bonfire")]
    assert [block.level for block in reading(flow).blocks] == [1, 2, 3, 2]


def test_lost_line_breaks_are_found_by_the_numbers() -> None:
    text = (
        "6. REPORTS 6.1 Chair’s report 6.1.1 The Chair had met the warden. 6.1.2 The pond was deep. 7. TREES Two fell."
    )
    assert [line for _, line in lines([Paragraph(text)])] == [
        "6. REPORTS",
        "6.1 Chair’s report",
        "6.1.1 The Chair had met the warden.",
        "6.1.2 The pond was deep.",
        "7. TREES Two fell.",
    ]


def test_a_reference_to_a_number_does_not_part_a_paragraph() -> None:
    text = "6.1 The Chair spoke of 6.2 The pond, as in 5.4. It was deep."
    assert len(lines([Paragraph(text)])) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tarnwick Parish Council\nMinutes of the meeting", ["Tarnwick Parish Council", "Minutes of the meeting"]),
        ("The Clerk would write\nto the county council.", ["The Clerk would write to the county council."]),
        ("Present: Ashe,\nBirch", ["Present: Ashe, Birch"]),
        ("Noted:\n(a) the drain\n(b) the pond", ["Noted:", "(a) the drain", "(b) the pond"]),
    ],
)
def test_line_breaks_inside_a_paragraph(text: str, expected: list[str]) -> None:
    assert [line for _, line in lines([Paragraph(text)])] == expected


def test_a_table_of_data_keeps_its_columns() -> None:
    table = Table(
        [
            [cell("Ref"), cell("Action"), cell("Owner"), cell("Due date")],
            [cell("1"), cell("Mend the gate", "and paint it"), cell("Clerk"), cell("")],
        ]
    )
    found = reading([table])
    head, row = found.blocks
    assert head.kind is row.kind is BlockKind.TABLE_ROW
    assert head.table == row.table == 1
    assert [cell.header for cell in row.cells] == ["Ref", "Action", "Owner", "Due date"]
    assert [found.text[cell.span.start : cell.span.end] for cell in row.cells] == [
        "1",
        "Mend the gate\nand paint it",
        "Clerk",
        "",
    ]


def test_a_table_without_headings_has_none() -> None:
    table = Table([[cell("Mend the gate"), cell("New")], [cell("Paint the gate"), cell("Completed")]])
    assert [[cell.header for cell in block.cells] for block in reading([table]).blocks] == [["", ""], ["", ""]]


def test_a_title_across_a_table_is_a_heading() -> None:
    title = TableCell([bold("Finance")], columns=2)
    table = Table([[cell("Action"), cell("Status")], [title], [cell("Pay the bill"), cell("Done")]])
    assert lines([table]) == [
        ("table-row", "Action\tStatus"),
        ("heading", "Finance"),
        ("table-row", "Pay the bill\tDone"),
    ]


def test_minutes_in_cells_are_read_as_minutes() -> None:
    table = Table(
        [
            [cell("No"), cell("Item"), cell("Action")],
            [cell("1."), TableCell([bold("Drains"), Paragraph(PROSE)]), cell("AB")],
            [cell("2."), TableCell([bold("Footpaths"), Paragraph(MORE), Paragraph(PROSE)]), cell("")],
        ]
    )
    assert lines([table]) == [
        ("table-row", "No\tItem\tAction"),
        ("heading", "1. Drains"),
        ("paragraph", PROSE),
        ("margin", "AB"),
        ("heading", "2. Footpaths"),
        ("paragraph", MORE),
        ("paragraph", PROSE),
    ]


def test_sentences_beside_numbers_are_minutes() -> None:
    said = "The Clerk had asked the county council about the drain and had heard nothing."
    table = Table([[cell("3.1"), cell(said), cell("AB")], [cell("3.2"), cell(said), cell("")]])
    assert lines([table]) == [("list-item", f"3.1 {said}"), ("margin", "AB"), ("list-item", f"3.2 {said}")]


def test_numbers_of_one_cell_stand_before_their_paragraphs() -> None:
    table = Table([[cell("3.1", "", "3.2"), cell(PROSE, "", MORE)]])
    assert [line for _, line in lines([table])] == [f"3.1 {PROSE}", f"3.2 {MORE}"]


def test_long_actions_stay_rows() -> None:
    table = Table([[cell("Action"), cell("Owner")], [cell(PROSE, MORE), cell("AB")], [cell(MORE, PROSE), cell("CD")]])
    assert [kind for kind, _ in lines([table])] == ["table-row"] * 3


def test_a_form_keeps_its_short_lines() -> None:
    table = Table([[cell("Date"), cell("12 May 2021")], [cell("Reasons:"), cell(PROSE, MORE)]])
    assert lines([table]) == [
        ("table-row", "Date\t12 May 2021"),
        ("heading", "Reasons:"),
        ("paragraph", PROSE),
        ("paragraph", MORE),
    ]


ACTIONS = {
    "alone: at the end": (("AB",), [("AB", MORE)]),
    "pushed down to the first": (("", "AB"), [("AB", PROSE)]),
    "pushed down to the last": (("", "", "", "AB"), [("AB", MORE)]),
    "one for each": (("AB", "", "CD"), [("AB", PROSE), ("CD", MORE)]),
    "as many lines as paragraphs": (("AB", "CD"), [("AB", PROSE), ("CD", MORE)]),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_owners_stand_beside_their_paragraph(name: str) -> None:
    typed, expected = ACTIONS[name]
    rows = [[cell("Item"), cell("Action")], [cell(PROSE, MORE, width=40), cell(*typed)]]
    found = reading([Table(rows)])
    beside = [
        (found.text[block.span.start : block.span.end], found.text[block.beside.start : block.beside.end])
        for block in found.blocks
        if block.kind is BlockKind.MARGIN and block.beside
    ]
    assert beside == expected


def test_an_owner_behind_a_tab_stands_beside_the_sentence() -> None:
    found = reading([Paragraph(f"{PROSE}\t\tAB/CD"), Paragraph("HMRC\tPAYE\tBACS")])
    said, owner, bill = found.blocks
    assert (owner.kind, owner.beside) == (BlockKind.MARGIN, said.span)
    assert found.text == f"{PROSE}\nAB/CD\nHMRC PAYE BACS"
    assert bill.kind is not BlockKind.MARGIN


def test_a_nested_table_keeps_its_rows() -> None:
    inner = Table([[cell("Action"), cell("Owner")], [cell("Mend the gate"), cell("Clerk")]])
    outer = Table([[TableCell([bold("Actions"), Paragraph(PROSE), inner])]])
    assert [kind for kind, _ in lines([outer])] == ["heading", "paragraph", "table-row", "table-row"]


@pytest.mark.parametrize(
    ("count", "form", "expected"),
    [(4, "1", "4"), (4, "a", "d"), (28, "a", "bb"), (2, "A", "B"), (9, "i", "ix"), (44, "I", "XLIV"), (4, "", "")],
)
def test_numerals(count: int, form: str, expected: str) -> None:
    assert numeral(count, form) == expected


@pytest.mark.parametrize(("character", "expected"), [("\uf0b7", "•"), ("o", "◦"), ("-", "-"), ("§", "•"), (" ", "")])
def test_bullets(character: str, expected: str) -> None:
    assert bullet(character) == expected


@pytest.mark.parametrize(
    ("line", "expected"), [("Page 2 of 3", True), ("- page 4 -", True), ("Page 2 was read out", False), ("2", False)]
)
def test_page_numbers(line: str, expected: bool) -> None:
    assert is_page_number(line) is expected
