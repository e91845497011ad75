"""Spreadsheets -> a reading: XLSX and CSV, the form in which many bodies keep their action logs.

Hides workbooks, delimiters and typed cells. A sheet becomes its title lines and one table, of which the first row of
several short texts is the heading; a day is written out ("14 May 2024"), as papers print it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.ingest import docx, flow, text
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import Coverage, PaperError

WIDEST_HEADING = 8
"""Words that a column's heading has at most."""


def read(data: bytes, name: str) -> Reading:
    """Reads a workbook or a file of separated values. Raises PaperError where it is damaged or protected."""
    sheets = _workbook(data, name) if data.startswith(b"PK") else [list(_separated(data, name))]
    content: Flow = []
    for number, rows in enumerate(sheets, start=1):
        content += _flow(rows, number)
    builder = TextBuilder()
    flow.write(content, builder)
    reading = builder.build(pages=len(sheets))
    if not reading.blocks:
        return builder.build(coverage=Coverage.NO_TEXT, warnings=[f"{name}: holds no text; its cells are empty."])
    return reading


def _workbook(data: bytes, name: str) -> list[list[list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > docx.LARGEST:
            words = f"{name}: unpacks to {size // 1024**2} MB, which no log does; it was not opened. Save it again."
            raise PaperError(words, code="too-large")
        # What the cells show, not their formulas. Not read-only: that mode trusts a sheet's stated size, and some
        # programs state a wrong one, with which rows would be lost.
        workbook = load_workbook(io.BytesIO(data), data_only=True)
        return [[[_shown(value) for value in row] for row in sheet.values] for sheet in workbook.worksheets]
    except PaperError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        words = f"{name}: is damaged and cannot be opened; open it in a spreadsheet program and save it again."
        raise PaperError(words, code="damaged") from error


def _separated(data: bytes, name: str) -> Iterator[list[str]]:
    words = text.decode(data, name)
    try:
        dialect: Any = csv.Sniffer().sniff(words[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    yield from csv.reader(io.StringIO(words), dialect, doublequote=True)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _flow(rows: Sequence[Sequence[str]], page: int) -> Flow:
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    # A heading names most columns; a title fills one cell, or two where a comma parts it from its date.
    most = max((sum(map(bool, row)) for row in filled), default=0)
    head = next((n for n, row in enumerate(filled) if 1 < most < 2 * sum(map(bool, row))), len(filled))
    content: Flow = [Paragraph(" ".join(filter(None, row)), page=page) for row in filled[:head]]
    table = filled[head:]
    width = max(map(len, table), default=0)
    titled = bool(table) and all(len(cell.split()) <= WIDEST_HEADING for cell in table[0])
    cells = [
        [_cell(cell, page, header=titled and not position) for cell in [*row, *[""] * (width - len(row))]]
        for position, row in enumerate(table)
    ]
    return [*content, Table(cells, page=page)] if cells else content


def _cell(words: str, page: int, *, header: bool) -> TableCell:
    return TableCell([Paragraph(words, page=page)] if words else [], header=header)
