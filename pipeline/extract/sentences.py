"""Sentences, limbs and labels: how a block's text falls into the pieces that a claim may quote.

Hides abbreviations, enumerations and the shapes of numbering. Layout comes first in minutes (paragraphs, limbs, cells),
so that a small splitter does better here than a trained one, whose sentence borders are weakest on such text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.records import Span


@dataclass(slots=True)
class Unit:
    """A sentence, limb or cell of the paper: the span that a claim may quote, and where it stands."""

    span: Span
    text: str
    block: int
    first: bool
    margin: str = ""
    """The words of the Action column that stand beside it."""


_ABBREVIATION = re.compile(
    r"(?:\b(?:Cllrs?|Mrs?|Ms|M/s|Dr|Prof|Rev|Revd|Hon|St|No|Nos|Ref|Refs|Para|paras?|Min|Sgt|Insp|Ald|Messrs|Co|Ltd|Inc|Rd|Ave|approx|etc|"
    r"e\.g|i\.e|eg|ie|cf|vs|viz|p|pp|Fig|Sec|Art|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|nem|con|incl|ext|tel|a\.m|p\.m)|"
    r"(?<![\w.])[A-Z](?:\.[A-Z])*)\.$"
)
_MAY_END = re.compile(r"\b(?:etc|[ap]\.m)\.$")
_BEGINS = re.compile(r"(?:An?|He|If|In|It|She|The|There|These|They|This|We)\s")
"""Abbreviations that end a sentence where the next word can only begin one: "hedges etc. The Ranger will attend"."""
BULLETS = "•∑\uf0b7▪●◦‣"
_BREAK = re.compile(
    r"(?<=[.!?;])[\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9£•\uf0b7])"
    r"|\n+"
    rf"|(?<=[\w.;:!?)])\s+(?=[{BULLETS}]\s)"
    r"|(?<=[.:;)\]])\s+(?=(?:RESOLVED|AGREED|ACTIONS?|DECISIONS?)\b)"
)
ENUMERATED = re.compile(r"(?<![\w(])\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)\s+(?=[\w‘“])")
_LABEL = re.compile(
    rf"^(?:[{BULLETS}·o*–-]\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})+[.):]?\s+|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.):]+(?:\s+|$|(?=[A-Za-z(])))*"
)
_SPACE = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """The text with all its white space single."""
    return _SPACE.sub(" ", text)


def label_of(text: str) -> str:
    """The numbering at the head of a text, its white space included: "12.1 ", "(a) ", "• ", or nothing."""
    match = _LABEL.match(text)
    return match[0] if match else ""


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a stretch of text, as offsets, white space at both ends left out."""
    begin = start
    for gap in _BREAK.finditer(text, start, end):
        piece = text[begin : gap.start()]
        shortened = not gap[0].startswith("\n") and _ABBREVIATION.search(piece.rstrip("\"'”’)]"))
        if shortened and not (_MAY_END.search(piece) and _BEGINS.match(text, gap.end())):
            continue
        yield from _trimmed(text, begin, gap.start() + len(gap[0]) - len(gap[0].lstrip("\"'”’)]")))
        begin = gap.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    finish = start + len(piece.rstrip())
    if begin < finish:
        yield begin, finish


def style(label: str) -> str:
    """The shape of a label's numbering: "1." and "12." are alike, "(a)" and "a)" are not."""
    label = label.strip()
    if not label:
        return ""
    return (
        re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "1", label)))
        if label[0].isalnum() or label[0] == "("
        else "•"
    )
