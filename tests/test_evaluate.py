"""Scoring: the matching of extracts, the counts, two runs compared, the reference scorer agreed with."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import evaluate
from pipeline.evaluate import Evaluation, Rate, Score
from pipeline.records import Failure, MattersError

SHARED = Path(__file__).parents[2] / "shared"


def extract(id: str, kind: str, quote: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "page": 1, "quote": quote, **more}


def paper(
    *extracts: dict[str, Any], body: str | None = "Larkbeck Parish Council", date: str = "2024-03-05"
) -> dict[str, Any]:
    return {"paper": "larkbeck", "meeting": {"body": body, "date": date}, "extracts": list(extracts)}


GOLD = paper(
    extract("g1", "promise", "The Clerk would write to the ferry company", owner="The Clerk", due="2024-03-31"),
    extract("g2", "promise", "Cllr Fenn to mend the noticeboard", owner="Cllr Fenn", strength="instruction"),
    extract("g3", "decision", "That the accounts be approved", outcome="approved"),
    extract("g4", "challenge", "Why had the drain not been cleared?"),
    extract("g5", "response", "The drain was blocked by roots", answers=["g4"]),
)


@pytest.mark.parametrize(
    ("gold", "found", "pairs"),
    [
        pytest.param("the clerk would write", "the clerk would write", 1, id="same words"),
        pytest.param("The Clerk would WRITE.", "the clerk, would write", 1, id="case and punctuation do not count"),
        pytest.param("one two three four", "three four five six", 1, id="half of the words is enough"),
        pytest.param("one two three four", "four five six seven", 0, id="less than half is not"),
        pytest.param("one one one two", "one two three four", 1, id="words count as often as they stand there"),
        pytest.param("one one one one", "one two three four", 0, id="a word repeated is not four words"),
    ],
)
def test_extracts_match_by_their_words(gold: str, found: str, pairs: int) -> None:
    result = evaluate.score(paper(extract("a", "promise", gold)), paper(extract("b", "promise", found)), name="p")
    assert result.scores["promise"] == Score(hit=pairs, gold=1, found=1)


def test_a_kind_matches_only_its_own() -> None:
    result = evaluate.score(paper(extract("a", "promise", "one")), paper(extract("b", "decision", "one")), name="p")
    assert result.scores["promise"] == Score(hit=0, gold=1, found=0)
    assert result.scores["decision"] == Score(hit=0, gold=0, found=1)


def test_the_best_pair_is_taken_first_and_each_extract_once() -> None:
    gold = paper(extract("g1", "promise", "a b c d"), extract("g2", "promise", "a b c e"))
    found = paper(
        extract("f1", "promise", "a b c e"), extract("f2", "promise", "x y"), extract("f3", "promise", "a b c e")
    )
    result = evaluate.score(gold, found, name="p")
    assert [finding.quote for finding in result.hit] == ["a b c e", "a b c d"]
    assert [finding.quote for finding in result.invented] == ["x y"]


def test_attributes_links_and_heading_are_scored_on_hits_only() -> None:
    found = paper(
        extract("f1", "promise", "The Clerk would write to the ferry company", owner="Clerk", due="2024-04-30"),
        extract("f2", "decision", "That the accounts be approved", outcome="noted"),
        extract("f3", "challenge", "Why had the drain not been cleared?"),
        extract("f4", "response", "The drain was blocked by roots", answers=["f3"]),
        body="Parish Council of Larkbeck",
        date="2024-03-06",
    )
    result = evaluate.score(GOLD, found, name="larkbeck")
    assert result.rates == {
        "due date": Rate(0, 1),
        "due date, where there is one": Rate(0, 1),
        "meeting body": Rate(1, 1),
        "meeting date": Rate(0, 1),
        "outcome": Rate(0, 1),
        "owner": Rate(1, 1),
        "strength": Rate(1, 1),
    }
    assert result.scores["link answers"] == Score(hit=1, gold=1, found=1)
    assert [finding.quote for finding in result.missed] == ["Cllr Fenn to mend the noticeboard"]
    assert [(f.about, f.kind) for f in result.mistaken] == [("due date", "promise"), ("outcome", "decision")]


@pytest.mark.parametrize(
    ("gold", "found", "right"),
    [
        ("the Clerk", "Clerk", True),
        ("Councillor Fenn", "Cllr. Fenn", True),
        ("Head of Quality Assurance", "the Head of Quality", True),
        ("Clerk", "Chairman", False),
        ("Clerk", None, False),
        (None, None, True),
        (None, "members", False),
    ],
)
def test_owners_match_without_their_titles(gold: str | None, found: str | None, right: bool) -> None:
    a, b = paper(extract("g", "promise", "x", owner=gold)), paper(extract("f", "promise", "x", owner=found))
    assert evaluate.score(a, b, name="p").rates["owner"] == Rate(int(right), 1)


def test_sums_leave_out_empty_kinds_and_end_with_all_of_them() -> None:
    a = evaluate.score(GOLD, GOLD, name="one")
    b = evaluate.score(paper(extract("g", "promise", "x"), body="Other Body"), paper(), name="two")
    run = Evaluation((a, b))
    assert list(run.scores()) == ["challenge", "response", "decision", "promise", "link answers", "all kinds"]
    assert run.scores()["promise"] == Score(hit=2, gold=3, found=2)
    assert run.scores()["all kinds"] == Score(hit=5, gold=6, found=5)
    assert run.scores(body="Other Body") == {"promise": Score(0, 1, 0), "all kinds": Score(0, 1, 0)}
    assert run.bodies() == ["Larkbeck Parish Council", "Other Body"]
    assert run.scores()["promise"].precision == 1.0
    assert run.scores()["promise"].recall == pytest.approx(2 / 3)
    assert run.scores()["promise"].f1 == pytest.approx(0.8)
    assert Score().f1 == Score().precision == Score().recall == Rate().share == 0.0


def test_gains_and_losses_are_listed_by_extract_and_attribute() -> None:
    first = paper(
        extract("f1", "promise", "The Clerk would write to the ferry company", owner="Fenn", due="2024-03-31"),
        extract("f2", "decision", "That the accounts be approved", outcome="approved"),
        extract("f3", "promise", "The ferry runs daily"),
    )
    second = paper(
        extract("f1", "promise", "The Clerk would write to the ferry company", owner="Clerk", due=None),
        extract("f2", "promise", "Cllr Fenn to mend the noticeboard", owner="Cllr Fenn", strength="instruction"),
        extract("f3", "challenge", "Members thanked the Clerk"),
    )
    before = Evaluation((evaluate.score(GOLD, first, name="p"),))
    after = Evaluation((evaluate.score(GOLD, second, name="p"),))
    change = after.against(before)
    assert [(word, f.quote, f.about) for word, f in change.gains] == [
        ("found", "Cllr Fenn to mend the noticeboard", ""),
        ("no longer invented", "The ferry runs daily", ""),
        ("put right", "The Clerk would write to the ferry company", "owner"),
    ]
    assert [(word, f.quote, f.about) for word, f in change.losses] == [
        ("lost", "That the accounts be approved", ""),
        ("invented", "Members thanked the Clerk", ""),
        ("put wrong", "The Clerk would write to the ferry company", "due date"),
    ]
    back = before.against(after)
    assert len(back.gains) == len(change.losses)
    assert len(back.losses) == len(change.gains)


def test_a_paper_that_one_run_lacks_is_neither_gain_nor_loss() -> None:
    full = Evaluation((evaluate.score(GOLD, GOLD, name="one"), evaluate.score(GOLD, GOLD, name="two")))
    half = Evaluation((evaluate.score(GOLD, GOLD, name="one"),))
    assert half.against(full) == full.against(half) == full.against(full)
    assert not full.against(full).gains


def test_a_saved_run_reads_back_as_it_was(tmp_path: Path) -> None:
    found = paper(extract("f1", "promise", "The Clerk would write to the ferry company", owner="Fenn"))
    run = Evaluation((evaluate.score(GOLD, found, name="p"),), (Failure("q.pdf", "encrypted", "q.pdf: locked"),))
    path = tmp_path / "run.json"
    path.write_text(json.dumps(evaluate.to_json(run)), encoding="utf-8")
    assert evaluate.from_json(path) == run


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"results": [{}], "failures": []}', '{"results": 3}'])
def test_a_file_that_is_no_run_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MattersError, match=r"other\.json: not an earlier run") as caught:
        evaluate.from_json(path)
    assert caught.value.code == "usage"


@pytest.mark.parametrize("text", ["", "[]", '{"paper": "x"}', '{"extracts": 3}'])
def test_a_file_that_is_no_gold_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MattersError, match=r"gold\.json: not a"):
        evaluate.load(path)


WORDS = st.lists(st.sampled_from(["the", "clerk", "would", "write", "that", "noted"]), max_size=8).map(" ".join)
EXTRACTS = st.lists(st.tuples(st.sampled_from(["promise", "decision"]), WORDS), max_size=8)


@given(EXTRACTS, EXTRACTS)
def test_counts_add_up_whatever_is_found(gold: list[tuple[str, str]], found: list[tuple[str, str]]) -> None:
    sides = [paper(*(extract(str(i), k, q) for i, (k, q) in enumerate(side))) for side in (gold, found)]
    result = evaluate.score(*sides, name="p")
    for kind in ("promise", "decision"):
        score = result.scores[kind]
        assert score.hit + sum(f.kind == kind for f in result.missed) == score.gold
        assert score.hit + sum(f.kind == kind for f in result.invented) == score.found
    assert evaluate.score(sides[0], sides[0], name="p").missed == ()


def test_the_reference_scorer_counts_the_same() -> None:
    script = SHARED / "score.py"
    if not script.exists():
        pytest.skip(f"the reference scorer is not here ({script})")
    spec = importlib.util.spec_from_file_location("reference_score", script)
    assert spec
    assert spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    chance = random.Random(7)
    compared = 0
    for path in sorted((SHARED / "gold").glob("*.json")):
        gold = evaluate.load(path)
        found = {
            "meeting": gold["meeting"],
            "extracts": [_blurred(e, chance) for e in gold["extracts"] if chance.random() > 0.2],
        }
        theirs, ours = reference.Tally(), evaluate.score(gold, found, name=path.stem)
        reference.score_paper(gold, found, theirs)
        for name, mine in ours.scores.items():
            assert (mine.hit, mine.gold, mine.found) == tuple(
                theirs[name, field] for field in ("hit", "gold", "pred")
            ), name
        for name, rate in ours.rates.items():
            label = next(
                label for label in {key for key, _ in theirs} if label in (name, f"promise {name}", f"decision {name}")
            )
            assert (rate.right, rate.of) == (theirs[label, "ok"], theirs[label, "of"]), name
            compared += rate.of
    assert compared > 500


def _blurred(gold: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """An extract as a middling extractor would find it: words missing, attributes wrong now and then."""
    words = [word for word in gold["quote"].split() if chance.random() > 0.3]
    wrong = {"owner": "somebody else", "due": None, "strength": "request", "outcome": "other", "answers": []}
    return {**gold, "quote": " ".join(words), **{key: value for key, value in wrong.items() if chance.random() < 0.3}}
