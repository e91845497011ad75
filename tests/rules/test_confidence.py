"""Confidence comes from counts, is never certain, and rises with every claim that proves right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Kind
from pipeline.rules import RuleSet
from pipeline.rules.confidence import Confidence, Tally

COUNTS = {
    "promise": {"promise.often": Tally(100, 95), "promise.twice": Tally(2, 2), "promise.wrong": Tally(50, 10)},
    "decision": {"decision.sure": Tally(100, 99)},
}


@pytest.mark.parametrize(
    ("rule", "kind", "expected"),
    [
        ("promise.often", Kind.PROMISE, 0.93),  # counts speak for themselves where there are many
        ("promise.twice", Kind.PROMISE, 0.77),  # and hardly where there are few
        ("promise.wrong", Kind.PROMISE, 0.27),
        ("promise.never-seen", Kind.PROMISE, 0.71),  # as promises are on the whole
        ("response.never-seen", Kind.RESPONSE, 0.81),  # as all that is found is
    ],
)
def test_a_rule_is_trusted_as_far_as_its_counts_go(rule: str, kind: Kind, expected: float) -> None:
    assert Confidence(COUNTS, 8).of(rule, kind) == pytest.approx(expected, abs=0.005)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.1, 100))
def test_confidence_is_never_certain_and_rises_with_what_is_right(found: int, right: int, prior: float) -> None:
    right = min(found, right)
    trust = [Confidence({"promise": {"promise.x": Tally(found + 1, right + more)}}, prior) for more in (0, 1)]
    before, after = (confidence.of("promise.x", Kind.PROMISE) for confidence in trust)
    assert 0 < before < after < 1
    assert 0 < trust[0].of("promise.unseen", Kind.PROMISE) < 1


def test_a_rule_of_ones_own_may_state_how_far_to_trust_it(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "{id}"\nkind = "promise"\ncue = "pledged"\n'
    own = tmp_path / "own.toml"
    own.write_text(rule.format(id="own.stated") + "confidence = 0.62\n" + rule.format(id="own.silent"))
    rules = RuleSet.load(own)
    assert rules.confidence("own.stated", Kind.PROMISE) == 0.62
    assert rules.confidence("own.silent", Kind.PROMISE) == rules.confidence("promise.of-no-file", Kind.PROMISE)
