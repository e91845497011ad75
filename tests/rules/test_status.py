"""What later papers say became of a promise: each rule by its own examples, cells and sentences as printed."""

from __future__ import annotations

import pytest

from pipeline.records import EventType, RuleError
from pipeline.rules import status

RULES = [(where, rule) for where, rules in status.rules().items() for rule in rules]


def _speaks(where: str, text: str) -> status.StatusRule | None:
    if where == "promise":
        return next((rule for rule in status.rules()["promise"] if rule.fits(text)), None)
    return status.cell_rule(text) if where == "cell" else status.sentence_rule(text)


@pytest.mark.parametrize(("where", "rule"), RULES, ids=lambda value: getattr(value, "id", None))
def test_each_rule_speaks_for_its_examples_and_for_no_other(where: str, rule: status.StatusRule) -> None:
    assert rule.matches and rule.rejects, "a rule without examples is an opinion"
    for text in rule.matches:
        spoken = _speaks(where, text)
        assert spoken is not None and spoken.id == rule.id, f"{text!r} is read by {spoken and spoken.id}"
    for text in rule.rejects:
        spoken = _speaks(where, text)
        assert spoken is None or spoken.id != rule.id, text


def test_rule_ids_are_used_once() -> None:
    ids = [rule.id for _, rule in RULES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("cell", "event"),
    [
        ("", None),
        ("Completed", EventType.DONE),
        ("COMPLETE", EventType.DONE),
        ("Ongoing", EventType.SIGHTED),
        ("Carried forward", EventType.NOT_DONE),
        ("Action closed", EventType.WITHDRAWN),
        ("The kiosk has been painted. Action closed", EventType.DONE),
        ("On track. The school has been spoken to.", EventType.SIGHTED),
        ("In hand. The posts have now been removed. Action closed", EventType.DONE),
        ("Feb23 - In hand. Mar23 - Completed", EventType.DONE),
        ("12/04/24: Completed. 03/03/24: In hand", EventType.DONE),
        ("Completed 15/03/24", EventType.DONE),
        ("May24 - draft lease sent to solicitor. UPDATE 4/7/24 - awaiting reply", None),
        ("Deferred to May", EventType.RESCHEDULED),
        ("Clerk to chase", None),
        ("To be completed by the contractor", EventType.SIGHTED),
        ("Not yet completed", EventType.NOT_DONE),
        ("Rota drawn up; NT is awaiting a reply from the hall", EventType.NOT_DONE),
    ],
)
def test_a_status_cell_is_read_by_its_latest_entry(cell: str, event: EventType | None) -> None:
    assert status.classify(cell) == event


@pytest.mark.parametrize(
    ("sentence", "event"),
    [
        ("The Clerk would circulate the figures.", None),
        ("The figures are to be circulated.", None),
        ("The figures had been circulated to all members.", EventType.DONE),
        ("The figures had not yet been circulated.", EventType.NOT_DONE),
        ("The figures would have been circulated by now.", None),
        ("The gate has now been repaired.", EventType.DONE),
        ("When the gate has been repaired the path will be opened.", None),
        ("A reply from the district was still awaited.", EventType.NOT_DONE),
        ("The second bench was no longer required.", EventType.WITHDRAWN),
        ("The review had been put back to the autumn.", EventType.RESCHEDULED),
        ("The survey was partly a disappointment.", None),
        ("Dog fouling was discussed at length by residents.", None),
    ],
)
def test_negation_and_tense_decide(sentence: str, event: EventType | None) -> None:
    assert status.evidence(sentence) == event


def test_a_faulty_rule_is_named() -> None:
    with pytest.raises(RuleError, match=r"said\.odd"):
        status.load('[[sentence]]\nid = "said.odd"\nevent = "done"\ncue = "("\nmatches = []\nrejects = []\n')


@pytest.mark.parametrize(
    ("cell", "action", "step"),
    [
        ("Ordered 9 February", "Oak bench to be in place by the end of June", True),
        ("Ordered 9 February", "Order an oak bench", False),
        ("Script written", "Short film about the reading scheme", True),
        ("Film made", "Short film about the reading scheme", False),
        ("Letter written", "Ask the school about parking", False),
        ("Completed", "Short film about the reading scheme", False),
    ],
)
def test_a_step_on_the_way_is_told_from_the_deed(cell: str, action: str, step: bool) -> None:
    assert status.only_a_step(cell, action) == step


@pytest.mark.parametrize(
    ("action", "words", "meeting"),
    [
        ("Cllr Lund would bring three quotations to the June meeting", "to the June meeting", True),
        ("The Chair to report back to the next meeting", "to the next meeting", True),
        ("The Clerk would telephone the maker before the next meeting", "before the next meeting", False),
        ("Review the privacy of the new form", "next meeting", False),
        ("Mrs Lowe would attend the next meeting of the trustees", "the next meeting", False),
    ],
)
def test_business_for_a_meeting_is_told_from_what_is_due_by_it(action: str, words: str, meeting: bool) -> None:
    assert status.to_meeting(action, words) == meeting
