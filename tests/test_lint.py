"""Slips of a paper before it is published: each is found where it stands, and sound papers have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.extract import extract
from pipeline.lint import Check, Slip, lint
from pipeline.rules import RuleSet

RULES = RuleSet.load()
HEAD = "Fenwick Parish Council\n\nMinutes of the meeting held on 10 January 2024\n\n"
SOUND = "1. Roads\nThe Clerk would write to the county by 1 February 2024.\n\nDate of next meeting: 14 February 2024\n"


def slips(tmp_path: Path, words: str) -> list[Slip]:
    path = tmp_path / "minutes.txt"
    path.write_text(words)
    document = ingest.read(path)
    return lint(document, extract(document, RULES))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(HEAD + SOUND, [], id="a sound paper"),
        pytest.param("Minutes of a meeting\n\n" + SOUND, [Check.NO_BODY, Check.NO_DATE], id="neither body nor day"),
        pytest.param(
            HEAD + "1. Roads\nIt was noted.\n\nDate of next meeting: 14 February 2023\n",
            [Check.NEXT_MEETING],
            id="dated after its next meeting",
        ),
        pytest.param(
            HEAD + "1. Roads\nThe Clerk would report to the next meeting on the drains.\n",
            [Check.NEXT_MEETING],
            id="a next meeting that is waited for and not dated",
        ),
        pytest.param(HEAD + SOUND + "The fair is on 31 June 2024.\n", [Check.IMPOSSIBLE_DATE], id="no such day"),
        pytest.param(HEAD + SOUND + "The fair is on 05/13/2024.\n", [Check.IMPOSSIBLE_DATE], id="month first"),
        pytest.param(HEAD + SOUND + "The fair is on Monday 8 June 2024.\n", [Check.IMPOSSIBLE_DATE], id="weekday"),
        pytest.param(HEAD + SOUND + "The fair is on Saturday 8 June 2024.\n", [], id="its own weekday"),
        pytest.param(HEAD + SOUND + "The fair is on Saturday 8 June.\n", [], id="weekday of this year"),
        pytest.param(HEAD + SOUND + "The fair is on Monday 8 June.\n", [Check.IMPOSSIBLE_DATE], id="of no year near"),
        pytest.param(HEAD + SOUND + "29 February was a cold day.\n", [], id="a day of some years"),
        pytest.param(HEAD + SOUND + "See 4.15.21 of the plan.\n", [], id="a paragraph's number"),
        pytest.param(HEAD + SOUND + "The Clerk would mend the gate.\n", [Check.NO_DEADLINE], id="no deadline"),
        pytest.param(
            HEAD + SOUND + "The Clerk would mend the gate in due course.\n",
            [Check.NO_DEADLINE],
            id="words without a day",
        ),
        pytest.param(
            HEAD + SOUND + "An update on the gate would be given by 1 March 2024.\n", [Check.NO_OWNER], id="no owner"
        ),
        pytest.param(HEAD + SOUND + "It was hoped to open the hall one day.\n", [], id="a hope needs neither"),
    ],
)
def test_each_slip_is_found(tmp_path: Path, words: str, expected: list[Check]) -> None:
    assert [slip.check for slip in slips(tmp_path, words)] == expected


TABLE = "| Ref | Action | Owner | Due |\n|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("F1", "Mend the churchyard gate"), ("F2", "Buy a lamp for the square")], []),
        ([("F1", "Mend the churchyard gate"), ("F1", "Buy a lamp for the square")], [Check.REFERENCE_TWICE]),
        ([("F 1", "Mend the churchyard gate"), ("F1", "Buy a lamp for the square")], [Check.REFERENCE_TWICE]),
        ([("F1", "Mend the churchyard gate"), ("F1", "Mend the churchyard gate soon")], []),
    ],
)
def test_a_reference_stands_for_one_action(tmp_path: Path, rows: list[tuple[str, str]], expected: list[Check]) -> None:
    path = tmp_path / "log.md"
    listed = "".join(f"| {ref} | {action} | Clerk | 1 March 2024 |\n" for ref, action in rows)
    path.write_text(HEAD + "## Actions\n\n" + TABLE + listed + "\nDate of next meeting: 14 February 2024\n")
    document = ingest.read(path)
    assert [slip.check for slip in lint(document, extract(document, RULES))] == expected


def test_a_slip_says_what_to_mend_and_where(tmp_path: Path) -> None:
    (slip,) = slips(tmp_path, HEAD + SOUND + "The fair on the green is on Monday 8 June 2024, from noon.\n")
    assert slip.message == "'Monday 8 June 2024' cannot be: 8 June 2024 is a Saturday"
    assert slip.quote == "The fair on the green is on Monday 8 June 2024, from noon."
