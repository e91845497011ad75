"""How far to trust what a rule finds: how often it was right on annotated papers, shrunken by how little that says.

Hides the file of counts and the arithmetic. Hands over `Confidence`, which gives a probability for every rule, measured
or not. Standard library only, and no rule is compiled, so that those who only show an extract can ask as well.

Nothing is typed in by hand: `matters rules measure` writes the counts, and each rule's share of right claims is drawn
towards that of its kind, and a kind's towards that of all, by as many claims as the file's `prior` says. Three right of
three is no certainty.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import Kind

COUNTS = Path(__file__).parent / "measured.toml"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many claims were found, and how many of them a careful reader had marked too. They add up."""

    found: int = 0
    right: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.found + other.found, self.right + other.right)

    def shrunken(self, towards: float, prior: float) -> float:
        """The mean of the beta distribution that says `towards` before, with the weight of `prior` claims."""
        return (self.right + prior * towards) / (self.found + prior)


class Confidence:
    """Confidence by rule, from counts."""

    def __init__(self, counts: Mapping[str, Mapping[str, Tally]], prior: float) -> None:
        """`counts` by kind and rule."""
        self.counts = counts
        kinds = {kind: sum(rules.values(), Tally()) for kind, rules in counts.items()}
        overall = sum(kinds.values(), Tally()).shrunken(0.5, 2)
        self._kinds = {kind: kinds.get(kind, Tally()).shrunken(overall, prior) for kind in Kind}
        self._prior = prior

    @classmethod
    def load(cls) -> Confidence:
        """The counts that are shipped."""
        data = tomllib.loads(COUNTS.read_text(encoding="utf-8"))
        counts = {
            kind: {rule: Tally(*pair) for rule, pair in data["counts"].get(kind, {}).items()} for kind in map(str, Kind)
        }
        return cls(counts, data["prior"])

    def of(self, rule: str, kind: Kind) -> float:
        """How likely a claim of this rule is right; without counts, how likely one of its kind is."""
        return self.counts.get(kind, {}).get(rule, Tally()).shrunken(self._kinds[kind], self._prior)
