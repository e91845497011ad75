"""Rows of tables: which cell holds the action, its owner, its deadline, its reference and how it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.extract.sentences import squeezed
from pipeline.records import Block, Cell, Document, PaperKind, Span
from pipeline.rules import RuleSet, status

_COLUMNS = ("action", "owner", "due", "status", "reference", "matter")
"""The columns of an action table; "matter" is what a table calls its action that is none by name ("Description")."""


def columns_of(block: Block, document: Document, rules: RuleSet, *, in_list: bool) -> dict[str, Cell] | None:
    """The cells of a row by what they hold; none of them where it is no row of an action table.

    A heading row gives None. `in_list` tells that the table stands under a heading such as "Actions", so that cells
    without column headings may be told by their words.
    """
    titled = [cell for cell in block.cells if cell.header]
    if not titled:
        return _by_content(block, document, rules.actors) if in_list or document.kind is PaperKind.ACTION_LOG else {}
    if all(cell.header == _words(cell, document) for cell in titled):
        return None
    return _by_heading(block, rules.phrases)


def standing(text: str, start: int, end: int) -> Span | None:
    """Where an action that is listed without columns says how it stands: "Clerk to write - done", or is struck out."""
    told = _STANDING.search(line := text[start:end])
    if told and len(told["status"].split()) <= 6 and status.cell_rule(told["status"]):
        return Span(start + told.start("status"), start + told.end("status"))
    struck = _STRUCK.fullmatch(line)
    return Span(start + struck.start("struck"), start + struck.end("struck")) if struck else None


_STANDING = re.compile(r"(?:~~[\s.]*|\s[-–—]\s*|[.:;]\s+|\s[(\[])(?P<status>[^~()\[\].;:\n]{2,60}?)[\s.)\]]*\Z")
_STRUCK = re.compile(r"\W*?(?P<struck>~~[^~]+~~)\W*")


def _by_heading(block: Block, phrases: Mapping[str, re.Pattern[str]]) -> dict[str, Cell]:
    columns: dict[str, Cell] = {}
    for cell in block.cells:
        header = cell.header.strip().strip(":")
        for name in _COLUMNS:
            taken = name in columns or (name == "reference" and "action" in columns and header.casefold() == "action")
            if header and not taken and phrases[f"column_{name}"].search(header):
                columns[name] = cell
                break
    if "action" not in columns and "matter" in columns and "owner" in columns and {"due", "status"} & columns.keys():
        columns["action"] = columns["matter"]
    return columns


def _by_content(block: Block, document: Document, actors: re.Pattern[str]) -> dict[str, Cell]:
    """A log's row without column headings: the last cell tells the status, the longest of the others the action.

    A cell between them that says nothing but who somebody is names the owner.
    """
    told = [cell for cell in block.cells if cell.span.start < cell.span.end]
    if len(told) < 2:
        return {}
    last = _words(told[-1], document)
    if len(last.split()) > 4 or status.classify(last) is None:
        return {}
    action = max(told[:-1], key=lambda cell: cell.span.end - cell.span.start)
    columns = {"action": action, "status": told[-1]}
    for cell in told[:-1]:
        if cell is not action and actors.fullmatch(_words(cell, document)):
            columns["owner"] = cell
    return columns


def _words(cell: Cell, document: Document) -> str:
    return squeezed(document.text[cell.span.start : cell.span.end])
