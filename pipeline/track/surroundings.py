"""What stands around each span of a paper: what "them", "the letter" and "this programme" speak of.

Hides lines, items of business and tables. Hands over the words of a promise and of a sentence, told apart by where they
stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.records import Evidence, Extract, Extraction, Span
from pipeline.track.words import BUSINESS, LOOKS_BACK, REPORTED, name_words, stems, tokens, topic


@dataclass(frozen=True, slots=True)
class Telling:
    """The words in which a promise is printed once: all of them, those that name its subject, and those around it.

    The subject leaves out deadline, owner and the words of all business ("report", "agreed"). What stands around it,
    its paragraph and the title of its item, is what "them" and "the letter" speak of.
    """

    words: frozenset[str]
    topic: frozenset[str]
    context: frozenset[str]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that tells of a deed: its stems, with and without who told whom, those of its item's title and of its
    paragraph, its plain words, and whether it stands where a paper looks back on promises."""

    words: frozenset[str]
    core: frozenset[str]
    title: frozenset[str]
    paragraph: frozenset[str]
    tokens: frozenset[str]
    looks_back: bool


class Surroundings:
    """What stands around each span of a paper: its paragraph and the title of its item."""

    def __init__(self, extraction: Extraction, passages: Sequence[frozenset[str]]) -> None:
        self.passages = passages
        self.lines = extraction.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))[:-1]
        self.tabled = ["\t" in line for line in self.lines]
        self.items = [
            (item.span, stems(item.title) - BUSINESS, LOOKS_BACK.search(item.title) is not None)
            for item in extraction.items
        ]

    def said(self, evidence: Evidence) -> Said:
        return Said(
            stems(evidence.quote),
            stems(REPORTED.sub("", evidence.quote)),
            self.title_over(evidence.span),
            self.paragraph(evidence.span),
            frozenset(tokens(evidence.quote)),
            self.looks_back(evidence.span),
        )

    def telling(self, extract: Extract) -> Telling:
        words = stems(extract.quote)
        subject = topic(extract.quote, extract.due, name_words(extract)) or words
        return Telling(words, subject, self.paragraph(extract.span) | (title := self.title_over(extract.span)), title)

    def title_over(self, span: Span) -> frozenset[str]:
        return next((title for over, title, _ in self.items if over.start <= span.start < over.end), frozenset())

    def looks_back(self, span: Span) -> bool:
        return any(back for over, _, back in self.items if over.start <= span.start < over.end)

    def heading(self, span: Span) -> frozenset[str]:
        """The words over a row of a table, where it has any: the last line above that is no row."""
        line = self.line(span)
        above = next((n for n in range(line - 1, -1, -1) if not self.tabled[n]), None) if self.tabled[line] else None
        return frozenset() if above is None else self.passages[above] - BUSINESS

    def led(self, row: Extract) -> bool:
        """Whether a row's owner is printed over it and not in it."""
        line = self.line(row.span)
        return self.tabled[line] and not set(tokens(row.owner or "")) <= set(tokens(self.lines[line]))

    def line(self, span: Span) -> int:
        return bisect_right(self.starts, span.start) - 1

    def paragraph(self, span: Span) -> frozenset[str]:
        line = self.line(span)
        return frozenset() if self.tabled[line] else self.passages[line] - BUSINESS
