"""What stands around each span of a paper: what "them", "the letter" and "this programme" speak of.

Hides lines, items of business, headings, labels, numbers of earlier minutes, and tables. Hands over the words of a
promise and of a sentence, told apart by where they stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.records import Evidence, Extract, Extraction, Span
from pipeline.rules import status
from pipeline.track.words import BUSINESS, LOOKS_BACK, REPORTED, name_words, stems, tokens, topic


@dataclass(frozen=True, slots=True)
class Telling:
    """The words in which a promise is printed once: all of them, those that name its subject, and those around it.

    The subject leaves out deadline, owner and the words of all business ("report", "agreed"). What stands around it,
    its paragraph and the title of its item, is what "them" and "the letter" speak of. Its section is the heading right
    over it, `item` the number of its item.
    """

    words: frozenset[str]
    topic: frozenset[str]
    context: frozenset[str]
    title: frozenset[str]
    section: frozenset[str]
    item: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that tells of a deed: its stems, with and without who told whom, those of the headings over it and of
    its paragraph, its plain words, and whether it stands where a paper looks back on promises."""

    words: frozenset[str]
    core: frozenset[str]
    title: frozenset[str]
    paragraph: frozenset[str]
    tokens: frozenset[str]
    looks_back: bool
    section: frozenset[str]
    cites: str | None
    """The number of the item of earlier minutes that it names: "Item 6.2", "Minute 45/22"."""
    people: frozenset[str]
    """The words that open it, where it may name who did the deed."""
    reports: bool
    """Whether it says who told it: "The Clerk reported that ..." """
    leans: bool
    """Whether its subject stands before it, or in its heading: "This is now in place"."""
    answers: bool
    """Whether it tells what somebody answered who was asked: "The bakery is happy to help"."""


class Surroundings:
    """What stands around each span of a paper: its paragraph, the heading right over it and the title of its item."""

    def __init__(self, extraction: Extraction, passages: Sequence[frozenset[str]]) -> None:
        self.passages = passages
        self.lines = extraction.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))[:-1]
        self.tabled = ["\t" in line for line in self.lines]
        openings = {self.line(item.span) for item in extraction.items}
        self.sections = _sections(self.lines, openings)
        self.headings = [line.strip() for n, line in enumerate(self.lines) if n not in openings and _heads(line)]
        """The lines that read like headings and open no item."""
        self.items = [
            (item.span, stems(item.title) - BUSINESS, LOOKS_BACK.search(item.title) is not None)
            for item in extraction.items
        ]

    def said(self, evidence: Evidence | Extract) -> Said:
        section, core = self.section(evidence.span), REPORTED.sub("", evidence.quote)
        leans = _LEANS.match(core) is not None
        return Said(
            words=stems(evidence.quote),
            core=stems(core) | (section if leans else frozenset()),
            title=self.title_over(evidence.span) | section,
            paragraph=self.paragraph(evidence.span),
            tokens=frozenset(tokens(evidence.quote)),
            looks_back=self.looks_back(evidence.span),
            section=section,
            cites=status.cited(evidence.quote),
            people=frozenset(tokens(opens[1]) if (opens := _DOER.match(core)) else ()),
            reports=core != evidence.quote,
            leans=leans,
            answers=(rule := status.sentence_rule(evidence.quote)) is not None and rule.flag == "answer",
        )

    def section(self, span: Span) -> frozenset[str]:
        """The words of the heading right over a span, or of the label that opens its line."""
        over = self.heading(span) or self.sections[self.line(span)] or self.title_over(span)
        return over if len(over) <= HEADING_WORDS else frozenset()

    def telling(self, extract: Extract) -> Telling:
        words = stems(extract.quote)
        title, section = self.title_over(extract.span), self.section(extract.span)
        names = name_words(extract)
        subject = topic(extract.quote, extract.due, names) or words - {name for name in names if len(name) < 4} or words
        return Telling(words, subject, self.paragraph(extract.span) | title | section, title, section, extract.item)

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


def _heads(line: str) -> bool:
    return _HEADING.fullmatch(line) is not None and len(line.split()) <= HEADING_WORDS


def _sections(lines: Sequence[str], openings: Collection[int]) -> list[frozenset[str]]:
    """For each line the telling words of its label, else of the last short line above it that reads like a heading."""
    found: list[frozenset[str]] = []
    over: frozenset[str] = frozenset()
    for number, line in enumerate(lines):
        if number in openings and len(line.split()) <= HEADING_WORDS:
            over = frozenset()
        elif number not in openings and _heads(line):
            over = _named(line) or over
        label = _LABEL.match(line)
        found.append((_named(label[1]) if label else frozenset()) or over)
    return found


def _named(heading: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(heading) - BUSINESS if not stem.isdigit())


_HEADING = re.compile(
    r"\W*(?:\d[\d.]*[.)]?\s+)?(?=[^\t]*(?:[^\W\d_]{4}|\d[a-z]{2}))[‘'“\"]?(?:[A-Z]|\d+[a-z])[^\t]*(?<![.;,?!])"
)
_LABEL = re.compile(
    r"\W*(?:(?:item|minute|min)\.?\s+)?(?:\d[\w.]*[.):]?,?\s+)?(?=[A-Z‘'“\"])([^\t.;?!:–—]{4,60}?)\s*(?:[–—:]|\s-)(?=\s)",
    re.IGNORECASE,
)
"""What a line is about: "Library fines – the manager will ...", "Item 6.4, trip to the coast: this is ..."."""
HEADING_WORDS = 12
"""A longer line is a sentence. Action lists head their tables with up to eleven words, the lead's initials among
them."""
_DOER = re.compile(r"\W*([A-Z][A-Za-z]{1,3}|(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor) \w+) (?:ha[sd]|was|were)\b")
"""Who did it: initials, or a name with its title."""
_LEANS = re.compile(
    r"\W*(?:this(?! (?:sub-?)?(?:committee|group|board|council|panel|meeting|year|month|week)\b)|these|those|they|it|he"
    r"|she|both|all|now|no further|has|have|had|that (?:is|was|ha[sd]|will|would))\b"
    r"|.*\bthe (?:matter|work|issue)\W*$",
    re.IGNORECASE,
)
"""A sentence that leaves its subject to what stands before it: "These have been repaired", "Police dealt with the
matter"."""
