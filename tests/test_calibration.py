"""Confidence is counted, and judged by bodies that it was not counted on."""

from __future__ import annotations

import random
import tomllib

import pytest

from pipeline import calibration
from pipeline.confidence import Band, Confidence, Tally
from pipeline.evaluate import Judged, Result
from pipeline.records import Kind, MattersError, Strength

GOOD = Band(Kind.PROMISE, "promise.good", Strength.INSTRUCTION, listed=True)
POOR = Band(Kind.PROMISE, "promise.poor", Strength.INTENTION)
SURE = Band(Kind.DECISION, "decision.sure")


def result(body: str | None, *claims: tuple[Band, bool], paper: str = "paper", confidence: float = 0.5) -> Result:
    judged = tuple(Judged(band, confidence, right) for band, right in claims)
    return Result(paper, body, {}, {}, (), (), (), (), judged)


def run(bodies: int = 6, claims: int = 40) -> tuple[Result, ...]:
    """Bodies alike: nine of ten good claims are right, four of ten poor ones."""
    dice = random.Random(1)
    share = {GOOD: 0.9, POOR: 0.4, SURE: 0.98}
    return tuple(
        result(f"Body {n}", *((band, dice.random() < share[band]) for band in share for _ in range(claims)))
        for n in range(bodies)
    )


@pytest.mark.parametrize(
    ("outcomes", "width", "mass", "brier"),
    [
        pytest.param([(0.75, True)] * 3 + [(0.75, False)], 0.0, 0.375, 0.1875, id="as expected"),
        pytest.param([(0.9, False)] * 10, 0.9, 0.9, 0.81, id="sure and wrong"),
        pytest.param([(0.95, True)] * 5 + [(0.15, False)] * 5, 0.1, 0.1, 0.0125, id="nearly always right"),
        pytest.param([(0.65, True), (0.55, False)] * 10, 0.45, 0.45, 0.2125, id="bins do not make up for each other"),
    ],
)
def test_errors(outcomes: list[tuple[float, bool]], width: float, mass: float, brier: float) -> None:
    held = calibration.calibration(outcomes)
    assert (held.width_error, held.mass_error, held.brier) == pytest.approx((width, mass, brier))
    assert (held.claims, held.right) == (len(outcomes), sum(right for _, right in outcomes))
    assert sum((bin.tally for bin in held.bins), Tally()) == held.review + held.rest == Tally(held.claims, held.right)


def test_chance_makes_as_much_error_as_is_said() -> None:
    """Perfect confidence, drawn two hundred times: its error is what `chance` says, not nothing."""
    dice = random.Random(2)
    certain = [dice.uniform(0.5, 0.95) for _ in range(500)]
    held = [calibration.calibration([(p, dice.random() < p) for p in certain]) for _ in range(200)]
    assert sum(h.mass_error for h in held) / len(held) == pytest.approx(held[0].chance, rel=0.05)


def test_a_bodys_claims_are_judged_by_the_others_alone() -> None:
    """One body where all is wrong, five where all is right: its own counts must not warn of it."""
    alike = [result(f"Body {n}", *[(GOOD, True)] * 40) for n in range(5)]
    odd = result("Odd", *[(GOOD, False)] * 40)
    measured = calibration.measure((*alike, odd))
    assert measured.bodies == 6
    high, low = (bin for bin in reversed(measured.crossed.bins))
    assert (high.tally, low.tally) == (Tally(40, 0), Tally(200, 200))  # nothing spoke against the odd one beforehand
    assert high.expected > 0.97


def test_papers_of_a_body_are_judged_together_and_nameless_ones_alone() -> None:
    same = [result("Body", (GOOD, True), paper=f"p{n}") for n in range(3)]
    with pytest.raises(MattersError, match="of 1; annotate papers of three"):
        calibration.measure(same)
    assert calibration.measure((*same, *[result(None, (GOOD, True), paper=p) for p in "ab"])).bodies == 3


def test_what_separates_right_from_wrong_pays() -> None:
    measured = calibration.measure(run())
    kind, strength, *_ = measured.rests_on.values()
    assert strength.log_loss < kind.log_loss - 0.05
    assert measured.crossed.width_error < 0.05
    assert measured.crossed.review.precision == pytest.approx(0.4, abs=0.1)


def test_counts_survive_the_file_and_are_the_same_bytes_each_time(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    measured = calibration.measure(run())
    text = calibration.to_toml(measured)
    assert calibration.to_toml(calibration.measure(run()[::-1])) == text
    assert len(tomllib.loads(text)["counts"]) == 3
    file = tmp_path / "measured.toml"
    file.write_text(text)
    monkeypatch.setattr("pipeline.confidence.COUNTS", file)
    read = Confidence.load()
    assert (read.counts, read.prior) == (measured.confidence.counts, measured.confidence.prior)


def test_shipped_confidence_is_judged_as_it_was_given() -> None:
    held = calibration.shipped([result("Body", (GOOD, True), (POOR, False), confidence=0.7)])
    assert (held.claims, held.precision, held.expected) == (2, 0.5, pytest.approx(0.7))


def test_nothing_found_is_said() -> None:
    with pytest.raises(MattersError, match="nothing can be said of confidence"):
        calibration.calibration([])
