"""Annotated papers -> the counts that confidence is made of, and how well confidence made that way holds.

Hides the fitting of the prior and the cross-validation. Hands over a `Measurement` and a `Calibration`. Pure: papers
are read by `pipeline.evaluate`.

A body's claims are judged by the counts of the other bodies only, the prior included, because the claims of one body
are wrong together: one clerk's habit of wording makes or breaks a rule for a hundred papers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.confidence import REVIEW_BELOW, Band, Confidence, Tally, tally
from pipeline.evaluate import Judged, Result
from pipeline.records import MattersError

BINS = 10
PRIORS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
RESTS_ON: Mapping[str, Callable[[Band], Band]] = {
    "kind": lambda band: Band(band.kind, ""),
    "and strength": lambda band: Band(band.kind, "", band.strength),
    "and rule": lambda band: Band(band.kind, band.rule, band.strength),
    "and owner listed": lambda band: band,
}
"""What confidence could rest on, one thing after the other: each has to earn its place in cross-validation."""

Outcomes = Sequence[tuple[float, bool]]
"""Confidence, and whether the claim was right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of like confidence: what was expected of them, and how many were right."""

    expected: float
    tally: Tally


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence tells right from wrong. Errors are expected calibration errors: the mean distance between
    confidence and precision over ten bins, each weighed by its claims (M. P. Naeini, G. Cooper, M. Hauskrecht,
    "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015)."""

    claims: int
    right: int
    precision: float
    expected: float
    """The mean confidence: what the precision was expected to be."""
    width_error: float
    """Over bins of equal width: 0 to 0.1, 0.1 to 0.2 ..."""
    mass_error: float
    """Over bins of as many claims each."""
    chance: float
    """The `mass_error` that chance alone makes of so few claims, were confidence perfect."""
    brier: float
    log_loss: float
    bins: tuple[Bin, ...]
    """Of equal width, those that hold claims."""
    review: Tally
    """Claims that are for review."""
    rest: Tally


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a run over annotated papers says of confidence."""

    confidence: Confidence
    bodies: int
    crossed: Calibration
    """By cross-validation: every body's claims judged by the counts of the others."""
    rests_on: Mapping[str, Calibration]
    """The same, were confidence to rest on less."""


def measure(results: Sequence[Result]) -> Measurement:
    """Counts by band, the prior that suits them, and how well they tell of bodies never seen."""
    folds = _folds(results)
    if len(folds) < 3:
        message = (
            f"Confidence is measured across bodies, and these papers are of {len(folds)}; annotate papers of three."
        )
        raise MattersError(message, code="usage")
    crossed = {name: calibration(_crossed(_reduced(folds, rests_on))) for name, rests_on in RESTS_ON.items()}
    claims = [claim for fold in folds for claim in fold]
    return Measurement(
        confidence=Confidence(_counts(claims), _prior(folds)),
        bodies=len(folds),
        crossed=crossed["and owner listed"],
        rests_on=crossed,
    )


def shipped(results: Sequence[Result]) -> Calibration:
    """How well the confidence that the claims were given holds: honest where none of the papers was measured on."""
    return calibration([(claim.confidence, claim.right) for result in results for claim in result.judged])


def calibration(outcomes: Outcomes) -> Calibration:
    if not outcomes:
        raise MattersError("Nothing was found in these papers, so nothing can be said of confidence.", code="usage")
    n = len(outcomes)
    ranked = sorted(outcomes)
    by_mass = [ranked[i * n // BINS : (i + 1) * n // BINS] for i in range(BINS)]
    by_width: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for p, right in ranked:
        by_width[min(BINS - 1, int(p * BINS))].append((p, right))

    def error(bins: Sequence[Outcomes]) -> float:
        return sum(abs(sum(p - right for p, right in held)) for held in bins) / n

    return Calibration(
        claims=n,
        right=sum(right for _, right in outcomes),
        precision=sum(right for _, right in outcomes) / n,
        expected=sum(p for p, _ in outcomes) / n,
        width_error=error(by_width),
        mass_error=error(by_mass),
        # The mean of |x| where x is normal about 0 is its standard deviation times the root of 2/pi.
        chance=sum(math.sqrt(2 / math.pi * sum(p * (1 - p) for p, _ in held)) for held in by_mass) / n,
        brier=sum((p - right) ** 2 for p, right in outcomes) / n,
        log_loss=-sum(math.log(p if right else 1 - p) for p, right in outcomes) / n,
        bins=tuple(Bin(sum(p for p, _ in held) / len(held), _tally(held)) for held in by_width if held),
        review=_tally([(p, right) for p, right in outcomes if p < REVIEW_BELOW]),
        rest=_tally([(p, right) for p, right in outcomes if p >= REVIEW_BELOW]),
    )


def to_toml(measured: Measurement) -> str:
    """The file of counts, sorted: the same claims give the same bytes."""
    rows = sorted(
        (str(band.kind), band.rule, str(band.strength or ""), band.listed, tally.found, tally.right)
        for band, tally in measured.confidence.counts.items()
    )
    lines = [
        f'    ["{kind}", "{rule}", "{strength}", {str(listed).lower()}, {found}, {right}],'
        for kind, rule, strength, listed, found, right in rows
    ]
    claims = sum(row[-2] for row in rows)
    return "\n".join(
        [
            f"# How often each rule was right on annotated papers: {claims:,} claims of {measured.bodies} bodies.",
            "# Counted, never typed in: `matters rules measure` writes this file (docs/evaluating.md).",
            "",
            "# Each level is drawn towards the one above it with the weight of this many claims.",
            f"prior = {measured.confidence.prior}",
            "",
            "# kind, rule, strength, owner on the attendance list, found, right",
            "counts = [",
            *lines,
            "]",
            "",
        ]
    )


Fold = Sequence[Judged]


def _folds(results: Sequence[Result]) -> list[Fold]:
    """Claims by body; a paper that names no body stands alone."""
    folds: dict[str, list[Judged]] = defaultdict(list)
    for result in results:
        folds[result.body or result.paper] += result.judged
    return [claims for _, claims in sorted(folds.items()) if claims]


def _reduced(folds: Sequence[Fold], rests_on: Callable[[Band], Band]) -> list[Fold]:
    return [[replace(claim, band=rests_on(claim.band)) for claim in fold] for fold in folds]


def _crossed(folds: Sequence[Fold]) -> list[tuple[float, bool]]:
    """Every claim's confidence by the counts, and the prior, of the other bodies."""
    outcomes = []
    for fold in folds:
        others = [other for other in folds if other is not fold]
        outcomes += _judged(fold, others, _prior(others))
    return outcomes


def _prior(folds: Sequence[Fold]) -> float:
    """The weight with which counts of some bodies tell best of another."""

    def loss(prior: float) -> float:
        outcomes = []
        for fold in folds:
            outcomes += _judged(fold, [other for other in folds if other is not fold], prior)
        return calibration(outcomes).log_loss

    return min(PRIORS, key=loss)


def _judged(fold: Fold, others: Sequence[Fold], prior: float) -> list[tuple[float, bool]]:
    confidence = Confidence(_counts([claim for other in others for claim in other]), prior)
    return [(confidence.of(claim.band), claim.right) for claim in fold]


def _counts(claims: Fold) -> dict[Band, Tally]:
    return tally((claim.band, claim.right) for claim in claims)


def _tally(outcomes: Outcomes) -> Tally:
    return Tally(len(outcomes), sum(right for _, right in outcomes))
