"""XLSX and CSV: every cell is kept, and the first row of short texts heads the columns."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pipeline import ingest
from pipeline.ingest.sheet import read
from pipeline.records import Coverage, MediaType, PaperError, PaperKind

Rows = list[list[object]]


def workbook(*sheets: Rows) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


LOG: Rows = [
    ["Fenwick Parish Council action log, 14 May 2024"],
    [],
    ["Ref", "Action", "Owner", "Due"],
    ["F1", "Mend the gate", "Clerk", dt.date(2024, 6, 30)],
    [2, "Buy a lamp", None, "next meeting"],
]
AS_READ = [
    {"Ref": "F1", "Action": "Mend the gate", "Owner": "Clerk", "Due": "30 June 2024"},
    {"Ref": "2", "Action": "Buy a lamp", "Owner": "", "Due": "next meeting"},
]
SEPARATED = (
    'Fenwick log, 14 May 2024{s}{s}{s}\nRef{s}Action{s}Owner{s}Due\nF1{s}"Mend\nthe gate"{s}Clerk{s}30 June 2024\n'
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(workbook(LOG), AS_READ, id="a workbook"),
        pytest.param(workbook([], LOG), AS_READ, id="a sheet that is empty"),
        pytest.param(workbook(LOG[2:]), AS_READ, id="no title"),
        *[
            pytest.param(SEPARATED.format(s=s).encode(), AS_READ[:1], id=f"separated by {name}")
            for s, name in [(",", "commas"), (";", "semicolons"), ("\t", "tabs")]
        ],
        pytest.param(
            "Action,Owner\nMend the gâte,Zoë\n".encode("cp1252"),
            [{"Action": "Mend the gâte", "Owner": "Zoë"}],
            id="Windows-1252",
        ),
    ],
)
def test_rows_keep_their_columns(data: bytes, expected: list[dict[str, str]]) -> None:
    reading = read(data, "log")
    rows = [
        {cell.header: " ".join(reading.text[cell.span.start : cell.span.end].split()) for cell in block.cells}
        for block in reading.blocks
        if block.cells
    ]
    assert [row for row in rows if list(row.keys()) != list(row.values())] == expected


@given(
    st.lists(
        # Words of two letters at least: "T H A T" is put together again, in a cell as anywhere.
        st.lists(st.from_regex(r"[a-h]{2,6}( [a-h]{2,6})?", fullmatch=True), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_no_cell_is_lost(rows: list[list[str]]) -> None:
    text = read(workbook([list(row) for row in rows]), "log.xlsx").text
    for cell in (cell for row in rows for cell in row):
        assert " ".join(cell.split()) in " ".join(text.split())


def test_a_log_is_told_by_its_title(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(workbook(LOG))
    document = ingest.read(path)
    assert (document.media_type, document.kind) == (MediaType.XLSX, PaperKind.ACTION_LOG)
    assert (document.meeting.body, document.meeting.date) == ("Fenwick Parish Council", dt.date(2024, 5, 14))


def test_empty_cells_are_no_text() -> None:
    reading = read(workbook([]), "log.xlsx")
    assert reading.coverage is Coverage.NO_TEXT
    assert reading.warnings == ("log.xlsx: holds no text; its cells are empty.",)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"PK\x03\x04 xl/workbook", "log.xlsx", "log.xlsx: is damaged and cannot be opened; open it in a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "log.xls", "log.xls is a spreadsheet of the old kind; save"),
    ],
)
def test_what_cannot_be_opened(tmp_path: Path, data: bytes, name: str, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PaperError) as error:
        ingest.read(tmp_path / name)
    assert str(error.value).startswith(message)
