"""Confidence comes from counts, is never certain, and rises with every claim that proves right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.confidence import REVIEW_BELOW, Band, Confidence, Tally, for_review, grade
from pipeline.records import Kind, Strength
from pipeline.rules import RuleSet


def band(rule: str, strength: str = "", *, listed: bool = False) -> Band:
    return Band(Kind(rule.partition(".")[0]), rule, Strength(strength) if strength else None, listed)


COUNTS = {
    band("promise.often", "instruction", listed=True): Tally(50, 50),
    band("promise.often", "instruction"): Tally(50, 40),
    band("promise.twice", "instruction", listed=True): Tally(2, 2),
    band("promise.wrong", "intention"): Tally(50, 10),
    band("decision.sure"): Tally(100, 99),
}


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        pytest.param(band("decision.sure"), 0.99, id="many counts speak for themselves"),
        pytest.param(band("promise.often", "instruction", listed=True), 0.99, id="a band of its own"),
        pytest.param(band("promise.often", "instruction"), 0.81, id="and the band beside it"),
        pytest.param(band("promise.twice", "instruction", listed=True), 0.93, id="two of two is no certainty"),
        pytest.param(band("promise.wrong", "intention"), 0.20, id="a rule that is mostly wrong"),
        pytest.param(band("promise.never", "intention"), 0.27, id="never seen: as its strength is"),
        pytest.param(band("promise.never", "request"), 0.68, id="never seen, nor its strength: as its kind is"),
        pytest.param(band("response.never"), 0.80, id="never seen, nor its kind: as everything is"),
    ],
)
def test_a_band_is_trusted_as_far_as_its_counts_go(band: Band, expected: float) -> None:
    assert Confidence(COUNTS, 8).of(band) == pytest.approx(expected, abs=0.006)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.1, 100))
def test_confidence_is_never_certain_and_rises_with_what_is_right(found: int, right: int, prior: float) -> None:
    right = min(found, right)
    seen, unseen = band("promise.x", "request"), band("promise.y", "intention", listed=True)
    counts = [Confidence({seen: Tally(found + 1, right + more)}, prior) for more in (0, 1)]
    for one in (seen, unseen):
        before, after = (confidence.of(one) for confidence in counts)
        assert 0 < before < after < 1


@given(st.integers(1, 400), st.integers(0, 400))
def test_the_interval_holds_the_precision_and_narrows_with_more(found: int, right: int) -> None:
    counts = Tally(found, min(found, right))
    low, high = counts.interval()
    assert counts.precision is not None
    assert 0 <= low <= counts.precision <= high <= 1
    assert low < high
    more = Tally(found * 4, counts.right * 4).interval()
    assert more[1] - more[0] < high - low


@pytest.mark.parametrize(
    ("right", "found", "interval"),
    [
        # E. B. Wilson's formula as worked out by others: R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_the_interval_is_wilsons(right: int, found: int, interval: tuple[float, float]) -> None:
    assert Tally(found, right).interval() == pytest.approx(interval, abs=0.00006)


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.99, "high"), (0.9, "high"), (0.89, "medium"), (REVIEW_BELOW, "medium"), (REVIEW_BELOW - 0.001, "for review")],
)
def test_a_confidence_has_a_word(confidence: float, word: str) -> None:
    assert grade(confidence) == word
    assert for_review(confidence) is (word == "for review")


def test_every_shipped_rule_and_place_has_a_record() -> None:
    rules = RuleSet.load()
    records = [record for record in rules.records() if record.whole]
    assert {record.band.rule for record in records} == {r.id for r in rules.rules} | set(rules.vocabulary["places"])
    assert all(0 < record.confidence < 1 and record.looks_for for record in records)
    assert [r.confidence for r in records] == [
        r.confidence for kind in Kind for r in sorted(records, key=lambda r: r.confidence) if r.band.kind is kind
    ]
    for whole in records:
        parts = [r.tally for r in rules.records() if r.band.rule == whole.band.rule and not r.whole]
        assert not parts or sum(parts, Tally()) == whole.tally


def test_a_rule_of_ones_own_may_state_how_far_to_trust_it(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "{id}"\nkind = "promise"\ncue = "pledged"\nstrength = "intention"\nmatches = ["pledged"]\n'
    own = tmp_path / "own.toml"
    own.write_text(rule.format(id="own.stated") + "confidence = 0.62\n" + rule.format(id="own.silent"))
    rules = RuleSet.load(own)
    stated, silent = (Band(Kind.PROMISE, f"own.{name}", Strength.INTENTION) for name in ("stated", "silent"))
    assert rules.confidence(stated) == 0.62
    assert rules.confidence(silent) == rules.measured.of(band("promise.of-no-file", "intention"))
    grades = {record.band.rule: (record.grade, record.confidence) for record in rules.records()}
    assert grades["own.stated"] == ("stated", 0.62)
    assert grades["own.silent"] == ("unmeasured", rules.confidence(silent))
