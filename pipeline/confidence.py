"""How far to trust what was found: how often its rule was right on annotated papers, shrunken by how little that says.

Hides the file of counts and the arithmetic. Hands over `Confidence`, a probability for every band, measured or not; and
which claims are for review. Standard library only, and no rule is compiled: those who show a claim ask as well.

A band is what separates right claims from wrong ones within a rule: how firm a promise is, and whether its owner stands
on the paper's attendance list. Counts are small (a rule may have been seen thrice), so each level is drawn towards the
one above it, as if `prior` claims had been seen that were right as often as those: all claims, those of the kind, of
the strength, of the rule, of the band. Three right of three is no certainty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from pathlib import Path

from pipeline.records import Kind, Strength

COUNTS = Path(__file__).parent / "rules" / "measured.toml"

REVIEW_BELOW = 0.8
"""A claim less certain than this is for review: a person is to read the quote before anything rests on it. Chosen so
that about three claims in ten are; `matters rules measure` tells how many of them, and of the others, are right."""

HIGH = 0.9
"""From here on a claim is of the best grade."""


@dataclass(frozen=True, slots=True)
class Band:
    """What the confidence of a claim rests on. Only promises have a strength, and owners."""

    kind: Kind
    rule: str
    """The rule that found it, or the place that told it."""
    strength: Strength | None = None
    listed: bool = False
    """Whether the owner was found on the paper's attendance list."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many claims were found, and how many of them a careful reader had marked too. They add up."""

    found: int = 0
    right: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.found + other.found, self.right + other.right)

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    def interval(self) -> tuple[float, float]:
        """Where the true share lies, with 95 % confidence. Wilson's score interval: E. B. Wilson, "Probable inference,
        the law of succession, and statistical inference", J. Am. Stat. Assoc. 22 (1927), 209-212."""
        if not self.found:
            return 0.0, 1.0
        z, n, p = 1.959964, self.found, self.right / self.found
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
        return min(p, max(0.0, low)), max(p, min(1.0, high))  # floats may miss 0 and 1 by a hair

    def shrunken(self, towards: float, prior: float) -> float:
        """The mean of a beta distribution that said `towards` beforehand, with the weight of `prior` claims."""
        return (self.right + prior * towards) / (self.found + prior)


@dataclass(frozen=True, slots=True)
class Record:
    """How a rule, or one band of it, has fared on annotated papers, and how far it is trusted for that."""

    band: Band
    whole: bool
    """Whether this is the whole rule, not one band of it."""
    tally: Tally
    confidence: float
    grade: str
    """As `grade` has it; "unmeasured" where no annotated paper held one, "stated" where the rule tells."""
    looks_for: str
    """What a place is; of a rule, the first sentence that it is there to find."""


class Confidence:
    """Confidence by band, from counts."""

    def __init__(self, counts: Mapping[Band, Tally], prior: float) -> None:
        self.counts = counts
        self.prior = prior
        self._levels: dict[tuple[object, ...], Tally] = defaultdict(Tally)
        for band, tally in counts.items():
            for level in _levels(band):
                self._levels[level] += tally
        self.of = lru_cache(maxsize=None)(self._of)

    @classmethod
    def load(cls) -> Confidence:
        """The counts that are shipped."""
        import tomllib  # 10 ms, which a listing has no time for

        data = tomllib.loads(COUNTS.read_text(encoding="utf-8"))
        counts = {
            Band(Kind(kind), rule, Strength(strength) if strength else None, listed): Tally(found, right)
            for kind, rule, strength, listed, found, right in data["counts"]
        }
        return cls(counts, data["prior"])

    def _of(self, band: Band) -> float:
        """How likely a claim of this band is right; without counts, how likely one of its strength or kind is."""
        expected = 0.5
        for level in _levels(band):
            # Nobody expects anything of claims as such: two of them, one right, stand in for a prior.
            expected = self._levels.get(level, Tally()).shrunken(expected, self.prior if level else 2)
        return expected

    def bands(self, rule: str) -> dict[Band, Tally]:
        """The counts of a rule."""
        return {band: tally for band, tally in self.counts.items() if band.rule == rule}


def grade(confidence: float) -> str:
    """A word for a probability: "high", "medium", or "for review"."""
    return "for review" if for_review(confidence) else "medium" if confidence < HIGH else "high"


def for_review(confidence: float) -> bool:
    return confidence < REVIEW_BELOW


def tally(outcomes: Iterable[tuple[Band, bool]]) -> dict[Band, Tally]:
    """Claims and whether they were right, counted by band."""
    counts: dict[Band, Tally] = defaultdict(Tally)
    for band, right in outcomes:
        counts[band] += Tally(1, int(right))
    return dict(counts)


def _levels(band: Band) -> Iterator[tuple[object, ...]]:
    """From all claims to those of the band."""
    yield ()
    yield (band.kind,)
    yield (band.kind, band.strength)
    yield (band.kind, band.strength, band.rule)
    yield (band.kind, band.strength, band.rule, band.listed)
