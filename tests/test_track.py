"""Tracking: cases in prose for every verdict, cases of linking, and what holds whatever the papers say."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import dates, track
from pipeline.records import (
    RULED,
    AgendaItem,
    Attendee,
    Coverage,
    Due,
    DueKind,
    Entry,
    EntryKind,
    Event,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    MediaType,
    Meeting,
    Outcome,
    PaperKind,
    Promise,
    Span,
    Strength,
    Verdict,
    VerdictKind,
)
from pipeline.rules import status

BODY = "Ashcombe Parish Council"


def day(text: str) -> dt.date:
    return dt.datetime.strptime(text.strip(), "%d %b %Y").date()


# papers told in prose

_MARK = re.compile(r"\[promise(?P<attributes>[^|\]]*)\|\s*(?P<words>[^\]]*)\]|item (?P<title>[^.]+)\.")


def paper(when: str, kind: str, text: str, *, next_date: str | None = None, partial: bool = False) -> Extraction:
    """A paper whose promises are marked in its text; what else it tells is read from its sentences."""
    today, meeting_next = day(when), day(next_date) if next_date else None
    extracts: list[Extract] = []
    evidence: list[Evidence] = []
    items: list[AgendaItem] = []
    printed = ""
    at = 0
    for mark in [*_MARK.finditer(text), None]:
        narrative = text[at : mark.start() if mark else len(text)]
        for sentence in filter(None, (piece.strip() for piece in re.split(r"(?<=[.])\s", narrative))):
            span = Span(len(printed), len(printed) + len(sentence))
            printed += sentence + "\n"
            told = status.evidence(sentence) or (EventType.SIGHTED if status.cited(sentence) else None)
            if told is not None:
                evidence.append(Evidence(told, span, sentence, 1, when=_new_date(told, sentence, today)))
        if mark is None:
            break
        at = mark.end()
        words = mark["words"] or mark["title"]
        span = Span(len(printed), len(printed) + len(words))
        printed += words + "\n"
        if mark["title"]:
            if items:
                items[-1] = replace(items[-1], span=Span(items[-1].span.start, span.start))
            items.append(AgendaItem(str(len(items) + 1), words, Span(span.start, 10**6)))
            continue
        said = dict(re.findall(r'(\w+)="([^"]*)"', mark["attributes"]))
        extract = Extract(
            id=f"e{len(extracts) + 1}",
            kind=Kind.PROMISE,
            span=span,
            quote=words,
            page=1,
            boxes=(),
            rule="test",
            confidence=1.0,
            owner=said.get("owner"),
            due=dates.resolve(said["due"], today, next_meeting=meeting_next) if "due" in said else None,
            strength=Strength.UNDERTAKING,
            reference=said.get("ref"),
            status=said.get("status"),
            item=items[-1].number if items else None,
        )
        extracts.append(extract)
        if extract.status is not None:
            told = status.classify(extract.status) or EventType.SIGHTED
            deed = day(said["day"]) if "day" in said else _new_date(told, extract.status, today)
            evidence.append(Evidence(told, span, extract.status, 1, extract.reference, extract.id, deed))
    name = today.isoformat() + ("" if kind == "minutes" else f" {kind}")
    return Extraction(
        paper=name,
        sha256=f"{name} {text}",
        media_type=MediaType.TEXT,
        kind=PaperKind(kind),
        meeting=Meeting(BODY, today, meeting_next),
        pages=1,
        coverage=Coverage.PARTIAL if partial else Coverage.OK,
        warnings=(),
        attendees=(Attendee("Mrs Oakes"),) if kind == "minutes" else (),
        items=tuple(items),
        extracts=tuple(extracts),
        evidence=tuple(evidence),
        unclaimed=(),
        ruleset="test",
        text=printed,
    )


def _new_date(told: EventType, words: str, today: dt.date) -> dt.date | None:
    if told is not EventType.RESCHEDULED:
        return None
    return next((due.end for _, due in dates.find(words, today) if due.end), None)


def refs(papers: Sequence[Extraction]) -> list[track.PaperRef]:
    return [track.PaperRef.of(extraction) for extraction in papers]


# the table of verdicts


@dataclass
class Case:
    title: str
    papers: list[Extraction] = field(default_factory=list)
    questions: list[tuple[dt.date, str, str, str]] = field(default_factory=list)


_PAPER = re.compile(
    r"(\d+ \w+ \d{4}) ([\w-]+?)(?: next (\d+ \w+ \d{4}))?(?: cancelled (\d+ \w+ \d{4}))?(?: (partial))?: (.+)"
)
_QUESTION = re.compile(r"on (\d+ \w+ \d{4}): (\w+) \(([\w-]+)\)(.*)")


def read_cases(text: str) -> Iterator[Case]:
    case: Case | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if case:
                yield case
            case = Case(line)
        elif (asked := _QUESTION.fullmatch(line.strip())) and case:
            case.questions.append((day(asked[1]), asked[2], asked[3], asked[4].strip()))
        elif (told := _PAPER.fullmatch(line.strip())) and case:
            printed = paper(told[1], told[2], told[6], next_date=told[3], partial=bool(told[5]))
            off = (day(told[4]),) if told[4] else ()
            case.papers.append(replace(printed, meeting=replace(printed.meeting, cancelled=off)))
        else:
            raise ValueError(f"neither paper nor question: {line}")
    if case:
        yield case


CASES = list(read_cases(Path(__file__).with_name("verdicts.txt").read_text(encoding="utf-8")))


def promise_of(papers: Sequence[Extraction]) -> Promise:
    first = min(papers, key=lambda extraction: extraction.meeting.date or dt.date.max)
    return next(p for p in track.link(papers) if p.extracts[0] == (first.paper, "e1"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_table_of_verdicts(case: Case) -> None:
    assert case.papers and case.questions, "a case needs papers and a question"
    promise = promise_of(case.papers)
    for as_of, kind, rule, more in case.questions:
        verdict = track.assess(promise, refs(case.papers), as_of)
        assert (verdict.kind, verdict.rule) == (kind, f"{kind}.{rule}"), f"on {as_of}"
        late = re.search(r"(\d+) days late", more)
        assert verdict.days_late == (int(late[1]) if late else 0)
        assert verdict.stale == ("stale" in more)
        agreed = None if "agreed" not in more else "not agreed" not in more
        assert verdict.agreed is agreed
        searched = re.search(r"searched (.+)", more)
        assert " ".join(verdict.papers_searched) == (searched[1] if searched else "")


@pytest.mark.parametrize(
    ("outcome", "agreed"), [(Outcome.AGREED, True), (Outcome.REQUESTED, True), (Outcome.NOTED, False), (None, False)]
)
def test_a_limb_of_a_decision_is_the_bodys_own_word(outcome: Outcome | None, agreed: bool) -> None:
    first = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" due="by the end of March" | The Clerk would replace the lantern on Mill Bridge.]',
    )
    later = paper(
        "13 Mar 2024",
        "minutes",
        '[promise owner="Clerk" due="by the end of May" | that the Clerk replace the lantern on Mill Bridge.]',
    )
    (promise,) = later.extracts
    decision = replace(promise, id="d1", kind=Kind.DECISION, owner=None, due=None, outcome=outcome)
    if outcome is not None:
        later = replace(later, extracts=(promise, decision))
    moved = [e for e in track.link([first, later])[0].events if e.type is EventType.RESCHEDULED]
    assert [event.agreed for event in moved] == [agreed]


def test_every_verdict_and_every_rule_has_a_case() -> None:
    asked = {(kind, f"{kind}.{rule}") for case in CASES for _, kind, rule, _ in case.questions}
    assert {kind for kind, _ in asked} == {kind.value for kind in VerdictKind}
    assert {rule for _, rule in asked} == set(track.RULES)


def test_every_adverse_verdict_names_the_papers_searched() -> None:
    for case in CASES:
        for _, verdict in track.verdicts(promise_of(case.papers), refs(case.papers)):
            if verdict.kind in (VerdictKind.BROKEN, VerdictKind.LAPSED, VerdictKind.OVERDUE):
                assert verdict.papers_searched, case.title


# linking


def told(papers: Sequence[Extraction]) -> list[list[str]]:
    """The papers that each promise is seen in."""
    return [[name for name, _ in promise.extracts] for promise in track.link(papers)]


ROW = '[promise owner="Clerk" ref="{ref}" status="{status}" | {words}]'


@pytest.mark.parametrize(
    ("why", "texts", "sightings"),
    [
        (
            "one printed id, however it is spaced",
            [
                ROW.format(ref="Feb23.05", status="In hand", words="Clerk to order replacement signs"),
                ROW.format(ref="Feb 23.05", status="Ongoing", words="Replacement signs to be ordered"),
            ],
            [[0, 1]],
        ),
        (
            "an id used again for another matter",
            [
                ROW.format(ref="A1.01", status="In hand", words="Clerk to order replacement signs"),
                ROW.format(ref="A1.01", status="In hand", words="Treasurer to renew the insurance policy"),
            ],
            [[0], [1]],
        ),
        (
            "two ids for look-alikes",
            [
                ROW.format(ref="A1.01", status="In hand", words="Clerk to order signs for Mill Lane"),
                ROW.format(ref="A1.02", status="In hand", words="Clerk to order signs for Hill Lane"),
            ],
            [[0], [1]],
        ),
        (
            "the minutes of one meeting and those of the next",
            [
                '[promise status="New" | Publish the notes of the tenth meeting on the website]',
                '[promise status="New" | Publish the notes of the eleventh meeting on the website]',
            ],
            [[0], [1]],
        ),
        (
            "rows that open with the same words",
            [
                '[promise status="New" | Trails Team to share further information regarding request]',
                '[promise status="Completed" | Trails Team to share further information with CR]',
            ],
            [[0, 1]],
        ),
        (
            "nearly the same words and the same owner",
            [
                '[promise owner="Clerk" | The Clerk would write to the brewery about the noisy fans.]',
                '[promise owner="The Clerk" | The Clerk to write to the brewery about its noisy fans]',
            ],
            [[0, 1]],
        ),
        (
            "nearly the same words and another owner",
            [
                '[promise owner="Clerk" | The Clerk would write to the brewery about the noisy fans.]',
                '[promise owner="Mrs Oakes" | Mrs Oakes would write about the noisy fans at the brewery hall.]',
            ],
            [[0], [1]],
        ),
        (
            "a person by name and by initials",
            [
                '[promise owner="John Hoad" | To walk the village footpaths and list the broken stiles.]',
                '[promise owner="JH" | To walk the village footpaths and list broken stiles.]',
            ],
            [[0, 1]],
        ),
        (
            "the same subject, another deed",
            [
                '[promise owner="Clerk" | The Clerk would obtain three quotes for the churchyard wall.]',
                '[promise owner="Clerk" | The Clerk would tell the vicar when the wall is dry.]',
            ],
            [[0], [1]],
        ),
        (
            "a deed promised again after it was done",
            [
                ROW.format(ref="A1.01", status="Completed", words="Clerk to inspect the play area and report faults"),
                '[promise owner="Clerk" | The Clerk would inspect the play area and report faults.]',
            ],
            [[0], [1]],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sightings_of_one_matter_are_told_from_look_alikes(
    why: str, texts: list[str], sightings: list[list[int]]
) -> None:
    months = ["10 Jan 2024", "14 Feb 2024", "13 Mar 2024"]
    papers = [paper(when, "minutes", text) for when, text in zip(months, texts, strict=False)]
    assert told(papers) == [[papers[n].paper for n in seen] for seen in sightings]


def test_a_matter_told_in_narrative_and_in_the_list_of_one_paper_is_one_promise() -> None:
    minutes = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" due="by the end of May" | The Clerk would obtain quotes for the churchyard wall by the'
        ' end of May.] [promise owner="Clerk" ref="Jan24.02" status="" | Obtain quotes for the churchyard wall]',
    )
    [promise] = track.link([minutes])
    assert promise.reference == "Jan24.02"
    assert promise.due is not None and promise.due.end == dt.date(2024, 5, 31)


def test_a_near_tie_is_not_guessed() -> None:
    january = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" ref="Jan24.01" status="" | Order salt for the bins in Mill Lane]'
        '[promise owner="Clerk" ref="Jan24.02" status="" | Order salt for the bins in Hill Lane]',
    )
    february = paper("14 Feb 2024", "minutes", '[promise owner="Clerk" | Order salt for the bins in Dell Lane]')
    assert len(track.link([january, february])) == 3


def listed(when: str, *lines: str) -> Extraction:
    """A list of actions: lines are headings, or rows "action | owner | status"; an owner in brackets stands over the
    row, not in it."""
    rows = [line.split(" | ") for line in lines if "|" in line]
    log = paper(when, "action-log", " ".join(f'[promise status="{row[2]}" | {row[0]}]' for row in rows))
    told_of = {piece.extract: piece for piece in log.evidence}
    text, extracts, evidence = "", [], []
    numbered = iter(log.extracts)
    for line in lines:
        if "|" in line:
            extract = next(numbered)
            action, owner, status_ = line.split(" | ")
            span = Span(len(text), len(text) + len(action))
            extracts.append(replace(extract, span=span, owner=owner.strip("[]") or None))
            line = "\t".join([action, "" if owner.startswith("[") else owner, status_])
            at = Span(span.start + len(line) - len(status_), span.start + len(line))
            evidence.append(replace(told_of[extract.id], span=at))
        text += f"{line}\n"
    return replace(log, text=text, extracts=tuple(extracts), evidence=tuple(evidence))


@pytest.mark.parametrize(
    ("january", "february", "events"),
    [
        pytest.param(
            ["Fences", "Find a lead for this case |  | New", "Gates", "Find a lead for this case |  | New"],
            ["Gates", "Find a lead for this case |  | Completed", "Ponds", "Find a lead for this case |  | New"],
            ["made", "made sighted done", "made"],
            id="by the headings over them",
        ),
        pytest.param(
            ["Fences", "Draft the case |  | Completed", "Gates", "Draft the case |  | New"],
            ["Fences", "Draft the case |  | Completed", "Gates", "Draft the case |  | Ongoing"],
            ["made done sighted", "made sighted"],
            id="one that was done stands in the list once more",
        ),
        pytest.param(
            ["Risks and targets", "Review at each meeting | KE | Ongoing"],
            ["Risk register", "Review at each meeting | KE/JO | Ongoing"],
            ["made sighted"],
            id="one row of the same people under nearly the same heading",
        ),
        pytest.param(
            ["Risks and targets", "Review at each meeting | KE | Ongoing"],
            ["Risk register", "Review at each meeting | TW | Ongoing"],
            ["made", "made"],
            id="rows of other people under nearly the same heading",
        ),
        pytest.param(
            ["Ask the county for its survey of the brook meadow |  | Ongoing"],
            ["Ask the county for its survey of the brook banks |  | New"],
            ["made", "made"],
            id="what a list calls new was not promised before",
        ),
        pytest.param(
            ["Ask the county for its survey of the brook meadow |  | Ongoing"],
            ["Ask the county for its survey of the brook banks |  | Ongoing"],
            ["made sighted"],
            id="what it does not call new may have been",
        ),
    ],
)
def test_rows_that_read_alike_are_told_apart(january: list[str], february: list[str], events: list[str]) -> None:
    promises = track.link([listed("10 Jan 2024", *january), listed("14 Feb 2024", *february)])
    assert [" ".join(event.type for event in promise.events) for promise in promises] == events


def test_two_rows_of_a_list_are_not_both_what_the_minutes_told() -> None:
    minutes = paper("10 Jan 2024", "minutes", "[promise | Work goes on towards the survey of the mill pond.]")
    rows = ["Publish the survey of the mill pond |  | New", "Refine the survey of the mill pond |  | New"]
    assert len(track.link([minutes, listed("10 Jan 2024", *rows)])) == 2


def test_a_few_words_of_minutes_are_the_row_that_has_them_too() -> None:
    minutes = paper("10 Jan 2024", "minutes", '[promise owner="KE" | Lime trees – KE to do]')
    row = "Prune the lime trees by the pond | KE | New"
    assert len(track.link([minutes, listed("10 Jan 2024", row)])) == 1
    assert len(track.link([minutes, listed("10 Jan 2024", row.replace("KE", "JO"))])) == 2


@pytest.mark.parametrize(
    ("words", "promises"),
    [
        ("RESOLVED: That the Clerk send the hedge survey of Mill Lane to the county.", 2),
        ("It was resolved that the Clerk send the hedge survey of Mill Lane to the county.", 2),
        ("The Clerk would send the hedge survey of Mill Lane to the county.", 1),
    ],
)
def test_what_another_meeting_resolves_is_another_promise(words: str, promises: int) -> None:
    papers = [paper(when, "minutes", f'[promise owner="Clerk" | {words}]') for when in ("10 Jan 2024", "14 Feb 2024")]
    assert len(track.link(papers)) == promises


def test_words_that_stand_everywhere_make_no_promise_another() -> None:
    minutes = paper(
        "10 Jan 2024", "minutes", "The grant case. " * 30 + "[promise | Progress is made on this grant case.]"
    )
    february = paper("14 Feb 2024", "minutes", "[promise | The warden will publish the grant case of the lido.]")
    assert len(track.link([minutes, february])) == 2


def test_whom_a_row_names_goes_before_who_leads_on_all_rows_under_a_heading() -> None:
    january = listed("10 Jan 2024", "Flood maps - Lead JB", "Ask the water board for the maps | [JB] | Ongoing")
    february = listed("14 Feb 2024", "Flood maps - Lead JB", "Ask the water board for the maps | TE/KK | Ongoing")
    for papers, owner in (([january], "JB"), ([february], "TE/KK")):
        assert [promise.owner for promise in track.link(papers)] == [owner]
    # What was said in January stays: the list of February tells that somebody else answers for it from then on.
    [promise] = track.link([january, february])
    assert promise.owner == "JB"
    assert [event.owner for event in promise.events if event.owner] == ["TE/KK"]


ASKED = 'item Cake stall. [promise owner="KP" | KP agreed to follow this up.]'
STILE = 'item Stile in Fox Lane. [promise owner="MC" | MC agreed to check with the engineers.]'


@pytest.mark.parametrize(
    ("january", "february", "events"),
    [
        pytest.param(
            STILE,
            "item Matters arising, stile in Fox Lane. MC reported that the farmer had lost the key.",
            ["made done"],
            id="findings of its owner under its heading keep a promise to find out",
        ),
        pytest.param(
            STILE,
            "item Matters arising, barn in Elm Lane. MC reported that the farmer had lost the key.",
            ["made"],
            id="under another heading they are another matter",
        ),
        pytest.param(
            STILE,
            "item Matters arising, stile in Fox Lane. RB reported that the farmer had lost the key.",
            ["made"],
            id="what somebody else found out keeps nothing",
        ),
        pytest.param(
            ASKED,
            "item Matters arising, cake stall. The bakery is happy to lend its window.",
            ["made done"],
            id="what others answer keeps a promise to ask them",
        ),
        pytest.param(
            ASKED,
            "item Matters arising, barn in Elm Lane. The bakery is happy to lend its window.",
            ["made"],
            id="an answer under another heading is to another question",
        ),
        pytest.param(
            ASKED,
            "item Matters arising, cake stall. AS had agreed to lend her window.",
            ["made"],
            id="what one of the body's own agrees to is no answer",
        ),
        pytest.param(
            ASKED.replace("follow this up", "paint the tables"),
            "item Matters arising, cake stall. The bakery is happy to lend its window.",
            ["made"],
            id="an answer does nobody's deed",
        ),
        pytest.param(
            'item Fox Lane signs. [promise owner="DN" | DN agreed to put up some signs near the pond.]',
            "item Matters arising, Fox Lane signs. These have still to be put up.",
            ["made not_done"],
            id="a pronoun stands for what its heading names",
        ),
        pytest.param(
            'item Fox Lane signs. [promise owner="DN" | DN agreed to put up some signs near the pond.]',
            'item Fox Lane signs. [promise owner="DN" | The signs near the pond have still to be put up.]',
            ["made sighted"],
            id="what is told as still to do is the old promise, though it reads like a new one",
        ),
        pytest.param(
            'item Stile. [promise owner="RB" | RB to contact SB Local.]',
            'item Ivy. [promise owner="RB" | RB to contact SB Local.]',
            ["made", "made"],
            id="a few words under different headings are two promises",
        ),
        pytest.param(
            'item Minutes. [promise owner="Clerk" | The Clerk would share the safety plan with Mr Lund.] '
            'item Rates. [promise owner="Clerk" | The Clerk would review the safety figures.]',
            "item Matters arising. Item 1 the safety plan has been approved by the county.",
            ["made done", "made"],
            id="the number of an item of the last minutes says which of two",
        ),
        pytest.param(
            'item Health plan. [promise owner="MC" | MC would share it with Mr Lund before the sign-off in May.]',
            "item Matters arising. Item 1 the health plan is with the county.",
            ["made sighted"],
            id="a sentence that names item and heading and tells no deed takes the matter up",
        ),
        pytest.param(
            'item Rates. [promise owner="MC" due="for the next meeting" | MC would bring the six-monthly rates report'
            " for the next meeting.]",
            "item Matters arising. Item 1, six-monthly rates report: this is going to be discussed today.",
            ["made done"],
            id="what was promised to the meeting is on its agenda",
        ),
        pytest.param(
            'item Forward agenda. [promise due="next agenda" | For the next agenda: allotment rents]',
            "item Decisions. It snowed. 1) Allotment rents and deposits",
            ["made done"],
            id="a heading within an item shows business promised to the meeting",
        ),
        pytest.param(
            'item Barns. [promise owner="Clerk" | The Clerk would review the safety figures.]',
            "item Matters arising. Item 7 the safety figures have been reviewed.",
            ["made"],
            id="another number is another matter",
        ),
        pytest.param(
            'item Training. [promise owner="Clerk" | The Clerk had met a firm that will teach coaching skills.]',
            'item Matters arising. [promise due="on 27 March 2024" | Item 1 coaching: the first lesson on skills will '
            "take place on 27 March 2024.]",
            ["made sighted rescheduled"],
            id="a day told under the number of its item is that of the promise",
        ),
        pytest.param(
            '[promise owner="Clerk" | The Clerk would circulate the minutes of this meeting.] '
            '[promise owner="Clerk" | The Clerk would publish the minutes of the pond group.]',
            "The minutes of the last meeting were approved.",
            ["made done", "made"],
            id="minutes that are approved had been sent round",
        ),
        pytest.param(
            "[promise | A litter picking session will be organised in Mill Lane.]",
            "The litter picking session in Mill Lane has been organised for 4 March.",
            ["made done"],
            id="a promise to fix a day is kept by the day",
        ),
        pytest.param(
            '[promise owner="NO" | NO will count the geese of pond, meadow and island.]',
            "NO has counted the geese.",
            ["made done"],
            id="what its owner did keeps a promise",
        ),
        pytest.param(
            '[promise owner="NO" | NO will count the geese of pond, meadow and island.]',
            "AS has counted the geese.",
            ["made"],
            id="what another did keeps nothing",
        ),
        pytest.param(
            ROW.format(ref="A1.01", status="New", words="Clerk to order signs"),
            ROW.format(ref="A1.01", status="Next agenda", words="Clerk to order signs"),
            ["made sighted"],
            id="a new date that is none is no rescheduling",
        ),
        pytest.param(
            ROW.format(ref="A1.01", status="Completed", words="Clerk to order signs"),
            ROW.format(ref="A1.01", status="Completed", words="Clerk to order signs"),
            ["made done sighted"],
            id="a list that goes on carrying what was done tells no second deed",
        ),
    ],
)
def test_narrative_is_followed_by_headings_numbers_and_who_did_it(
    january: str, february: str, events: list[str]
) -> None:
    people = '[promise owner="AS" | AS would count the swans.] [promise owner="RB" | RB would count the ducks.] '
    people += "SB Local cut the hedge. RB thanked SB Local. " * 9
    papers = [
        paper("13 Dec 2023", "minutes", people),
        paper("10 Jan 2024", "minutes", january),
        paper("14 Feb 2024", "minutes", february),
    ]
    made = [promise for promise in track.link(papers) if promise.paper != papers[0].paper]
    assert [" ".join(event.type for event in promise.events) for promise in made] == events


@pytest.mark.parametrize("meetings", [1, 2, 3])
def test_who_is_asked_answers_within_two_meetings(meetings: int) -> None:
    papers = [paper("10 Jan 2024", "minutes", f"{ASKED} SB Local cut the hedge.")]
    for month in ("Feb", "Mar")[: meetings - 1]:
        papers.append(paper(f"14 {month} 2024", "minutes", "item Barn. It snowed."))
    told = "item Matters arising, cake stall. The bakery is happy to lend its window."
    papers.append(paper("10 Apr 2024", "minutes", told))
    (promise,) = track.link(papers)
    assert any(event.type is EventType.DONE for event in promise.events) == (meetings < 3)


def test_what_another_promises_keeps_a_promise_to_ask_him_and_nothing_else() -> None:
    asked = '[promise owner="RB" | RB to ask SB Local whether the ivy can be cut.]'
    done = '[promise owner="RB" | RB would bring the ivy to the meeting in February.]'
    told = "RB reported that SB Local will cut the ivy in September."
    for promised, events in ((asked, ["made", "done"]), (done, ["made"])):
        january = paper("10 Jan 2024", "minutes", f"item Ivy. {promised}")
        february = paper("14 Feb 2024", "minutes", f"item Matters arising, ivy. [promise | {told}]")
        span = february.extracts[0].span
        february = replace(february, evidence=(Evidence(EventType.DONE, span, told, 1),))
        ivy = track.link([january, february])[0]
        assert [event.type for event in ivy.events if event.type is not EventType.SIGHTED] == events


def test_draft_and_confirmed_minutes_and_the_log_beside_them_are_one_meeting() -> None:
    words = (
        '[promise owner="Clerk" due="by the end of May" | The Clerk would renew the hall licence by the end of May.]'
    )
    draft = paper("10 Jan 2024", "minutes", words)
    confirmed = replace(draft, paper="2024-01-10 confirmed", sha256="other bytes")
    row = '[promise owner="Clerk" ref="L7" status="On track" | Renew the hall licence]'
    log = paper("10 Jan 2024", "action-log", row)
    again = replace(draft, paper="2024-01-10 copy")
    [promise] = track.link([draft, confirmed, log, again])
    assert [name for name, _ in promise.extracts] == ["2024-01-10", "2024-01-10 confirmed", "2024-01-10 action-log"]
    assert len({p.date for p in refs([draft, confirmed])}) == 1


def test_a_list_issued_again_with_a_row_more_tells_of_each_row_what_it_told() -> None:
    rows = [ROW.format(ref="", status="Completed", words=words).replace(' ref=""', "") for words in WORKS]
    january = paper("10 Jan 2024", "minutes", "".join(row.replace("Completed", "New") for row in rows))
    log = paper("14 Feb 2024", "action-log", rows[1] + rows[2])
    again = replace(paper("14 Feb 2024", "action-log", "".join(rows)), paper="again", sha256="again")
    ends = {
        promise.action: [(event.type.value, event.paper) for event in promise.events[2:] if event.type == "done"]
        for promise in track.link([january, log, again])
    }
    both = [("done", again.paper), ("done", log.paper)]
    assert {action: sorted(told, reverse=False) for action, told in ends.items()} == {
        WORKS[0]: both[:1],
        WORKS[1]: sorted(both),
        WORKS[2]: sorted(both),
    }


WORKS = ["Order salt for the bins", "Renew the hall licence", "Survey the footbridge"]


def test_an_open_promise_is_found_behind_many_that_are_settled() -> None:
    words = '[promise owner="Mrs Oakes" | Mrs Oakes would replace the lantern of the Mill bridge.]'
    papers = [paper("10 Jan 2020", "minutes", words)]
    for number in range(50):
        when = (dt.date(2020, 1, 20) + dt.timedelta(days=2 * number)).strftime("%d %b %Y")
        words = f"Replace fuse {number} of the Mill bridge lantern with the warden"
        row = ROW.format(ref=f"R{number}.7", status="Completed", words=words)
        papers.append(paper(when, "minutes", "It rained. " * 100 + row))
    papers.append(paper("10 May 2020", "minutes", "The lantern of the Mill bridge had been replaced."))
    promises = track.link(papers)
    assert len(promises) == 51
    assert EventType.DONE in [event.type for event in promises[0].events]


def test_evidence_before_the_promise_is_none_of_it() -> None:
    december = paper("13 Dec 2023", "minutes", "The lantern on Mill Bridge had been replaced.")
    january = paper(
        "10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would replace the lantern on Mill Bridge.]'
    )
    [promise] = track.link([january, december])
    assert [event.type for event in promise.events] == [EventType.MADE]


def test_the_silence_of_a_page_about_one_item_proves_nothing() -> None:
    words = (
        '[promise owner="Clerk" due="to the next meeting" | The Clerk would bring a rent paper to the next meeting.]'
    )
    january = paper("10 Jan 2024", "minutes", words, next_date="14 Feb 2024")
    whole = paper("14 Feb 2024", "minutes", "item Weather. It rained.")
    [promise] = track.link([january, whole])
    verdicts = [
        track.assess(promise, refs([january, minutes]), dt.date(2024, 2, 15)).rule
        for minutes in (whole, replace(whole, attendees=()))
    ]
    assert verdicts == ["broken.missed-meeting", "not_determinable.meeting-not-in-store"]


def test_what_replaces_a_promise_is_named_and_inherits_its_day() -> None:
    january = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" due="by the end of February" | The Clerk would repair the oak noticeboard by the end of'
        " February.]",
    )
    february = paper(
        "14 Feb 2024",
        "minutes",
        '[promise owner="Mr Moss" due="by the end of April" | RESOLVED that Mr Moss buy a steel cabinet by the end of'
        " April in place of repairing the oak noticeboard.]",
    )
    april = paper("10 Apr 2024", "minutes", "The steel cabinet had been bought.")
    papers = [january, february, april]
    repair, cabinet = track.link(papers)
    assert [(e.type, e.successor) for e in repair.events] == [
        (EventType.MADE, None),
        (EventType.SUPERSEDED, cabinet.id),
    ]
    assert cabinet.inherited == dt.date(2024, 2, 29)
    told = [track.assess(cabinet, refs(papers), day(when)) for when in ("1 Mar 2024", "10 Apr 2024")]
    assert [(v.rule, v.original, v.due, v.days_late) for v in told] == [
        ("extended.agreed", dt.date(2024, 2, 29), dt.date(2024, 4, 30), 0),
        ("kept.reported-later", dt.date(2024, 2, 29), dt.date(2024, 2, 29), 0),
    ]


def test_an_owner_who_changes_is_told_by_the_printing_that_names_another() -> None:
    row = '[promise owner="{}" ref="Jan24.01" status="In hand" | Replace the lantern on Mill Bridge]'
    owners = ["Mr Moss", "Mr Moss", "Mrs Oakes"]
    months = ["10 Jan 2024", "14 Feb 2024", "13 Mar 2024"]
    papers = [paper(when, "minutes", row.format(who)) for when, who in zip(months, owners, strict=True)]
    [promise] = track.link(papers)
    assert promise.owner == "Mr Moss"
    assert [(e.type.value, e.owner) for e in promise.events] == [
        ("made", None),
        ("sighted", None),
        ("sighted", "Mrs Oakes"),
    ]


def test_a_verdict_names_the_events_that_decided_it() -> None:
    for case in CASES:
        promise = promise_of(case.papers)
        for _, verdict in track.verdicts(promise, refs(case.papers)):
            types = {promise.events[place].type.value for place in verdict.rests_on}
            assert types <= DECIDES.get(verdict.kind, {"made", "rescheduled"}) and types, (case.title, verdict)


DECIDES = {
    VerdictKind.DISPUTED: {"done", "not_done"},
    VerdictKind.WITHDRAWN: {"withdrawn"},
    VerdictKind.SUPERSEDED: {"superseded"},
    VerdictKind.KEPT: {"done"},
    VerdictKind.KEPT_LATE: {"done", "sighted", "not_done", "rescheduled"},
    VerdictKind.PART_KEPT: {"partly_done"},
    VerdictKind.BROKEN: {"made", "not_done", "sighted"},
    VerdictKind.EXTENDED: {"rescheduled"},
    VerdictKind.OVERDUE: {"made", "sighted", "not_done", "rescheduled"},
    VerdictKind.UNDATED: {"made", "partly_done"},
}


def test_a_deed_told_years_later_is_another() -> None:
    words = '[promise owner="Clerk" | The Clerk would look at the lantern and the parapet of Mill Bridge.]'
    promised = paper("10 Jan 2021", "minutes", words)
    told = "The lantern of Mill Bridge had been cleaned."
    assert [len(track.link([promised, paper(when, "minutes", told)])[0].events) for when in LATER] == [2, 1]


LATER = ["10 Feb 2021", "14 Feb 2024"]


def test_what_is_promised_after_a_deed_was_told_is_another_promise() -> None:
    january = paper(
        "10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would write to the tenant of Plot 7 at once.]'
    )
    february = paper(
        "14 Feb 2024",
        "minutes",
        "The letter to the tenant of Plot 7 had been written. "
        '[promise owner="Clerk" | The Clerk to write to the new tenant of Plot 7.]',
    )
    assert told([january, february]) == [[january.paper], [february.paper]]


def test_a_post_and_its_holder_are_one_owner_where_the_papers_tell_who_holds_it() -> None:
    words = '[promise owner="{}" due="by the end of March" | {} would mend the fence at the pond.]'
    january = paper("10 Jan 2024", "minutes", words.format("The Clerk", "The Clerk"))
    february = paper("14 Feb 2024", "minutes", words.format("JF", "JF") + " It snowed.")
    present = (Attendee("Mrs Jill Farrow", "JF", "Clerk"),)
    pronoun = '[promise owner="JF" due="by 1 June 2024" | JF would now do it by 1 June 2024.]'
    march = paper("13 Mar 2024", "minutes", f"item Mend the fence at the pond. {pronoun}")
    papers = [replace(each, attendees=present) for each in (january, february, march)]
    [promise] = track.link(papers)
    assert [name for name, _ in promise.extracts] == [each.paper for each in papers]


def test_a_plan_to_do_it_is_no_deed() -> None:
    january = paper(
        "10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would replace the lantern on Mill Bridge.]'
    )
    february = paper(
        "14 Feb 2024", "minutes", "Once the lantern on Mill Bridge has been replaced, members would inspect it."
    )
    [promise] = track.link([january, february])
    assert [event.type for event in promise.events] == [EventType.MADE]
    assert promise.mentions == (february.paper,)


@pytest.mark.parametrize(
    ("line", "mentioned"),
    [
        ("The lantern on Mill Bridge was a worry.", True),
        ("It rained. The lantern of the bridge was a worry. The mill was shut.", True),
        ("The lantern parade was fun. Nobody crossed the bridge at the time. A mill in Dell Lane was for sale.", False),
    ],
)
def test_words_scattered_over_a_paragraph_are_no_mention(line: str, mentioned: bool) -> None:
    january = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" | The Clerk would repaint the lantern of the old Mill Bridge.]',
    )
    february = replace(paper("14 Feb 2024", "minutes", ""), text=f"{line}\n")
    [promise] = track.link([january, february])
    assert bool(promise.mentions) is mentioned


def test_papers_of_another_body_are_another_matter() -> None:
    january = paper(
        "10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would replace the lantern on Mill Bridge.]'
    )
    elsewhere = paper("14 Feb 2024", "minutes", "The lantern on Mill Bridge had been replaced.")
    elsewhere = replace(elsewhere, meeting=replace(elsewhere.meeting, body="Bexley Parish Council"))
    nameless = replace(elsewhere, paper="nameless", sha256="n", meeting=replace(elsewhere.meeting, body=None))
    [promise] = track.link([january, elsewhere, nameless])
    assert len(promise.events) == 1
    late = dt.date(2025, 3, 1)
    assert track.assess(promise, refs([january, elsewhere]), late) == track.assess(promise, refs([january]), late)


def test_one_body_under_two_spellings() -> None:
    assert track.body_key("The Ashcombe Parish Council Meeting") == track.body_key("ASHCOMBE PARISH COUNCIL")
    assert track.body_key("Libraries IPS - Board") == track.body_key("Libraries IPS Board")


@pytest.mark.parametrize(
    ("bodies", "key"),
    [
        (["Ashcombe Open Spaces Group", "AOSG"], "ashcombe open spaces group"),
        (["Roads and Paths Panel", "RPP"], "roads and paths panel"),
        (["AOSG", "Ashcombe Open Spaces Group"], "ashcombe open spaces group"),  # none yet: the first that comes
        (
            ["Ashcombe Open Spaces Group", "Abbey Old School Governors", "AOSG"],
            "aosg (initials)",
        ),  # two fit: neither is chosen
        (["Ashcombe Open Spaces Group", "AOSG", "Abbey Old School Governors"], "ashcombe open spaces group"),
        (["AOSG", "Ashcombe Open Spaces Group", "Abbey Old School Governors"], "ashcombe open spaces group"),
        (["Ashcombe Open Spaces Group", "Aosg"], "aosg"),
        (["Ashcombe Parish Council", "Parish Council"], "parish council"),  # a kind of body is no name of one
    ],
)
def test_initials_are_the_one_body_that_they_fit_on_their_day(bodies: list[str], key: str) -> None:
    printed = [(body, dt.date(2024, 1, 10 + number)) for number, body in enumerate(bodies)]
    (short,) = (each for each in printed if len(each[0]) < 6 or each[0] == "Parish Council")
    assert track.Bodies(printed).key(*short) == key
    assert track.Bodies(reversed(printed)).key(*short) == key


def test_a_list_headed_by_initials_is_the_bodys_own() -> None:
    group = Meeting("Ashcombe Open Spaces Group", dt.date(2024, 1, 10))
    row = '[promise owner="Clerk" ref="Jan24.01" status="{}" | Replace the lantern on Mill Bridge]'
    minutes = replace(paper("10 Jan 2024", "minutes", row.format("New")), meeting=group)
    later = paper("14 Feb 2024", "action-log", row.format("Completed"))
    log = replace(later, meeting=replace(later.meeting, body="AOSG"))
    [promise] = track.link([minutes, log])
    assert [event.type for event in promise.events] == [EventType.MADE, EventType.SIGHTED, EventType.DONE]
    verdict = track.assess(promise, refs([minutes, log]), dt.date(2024, 2, 14))
    assert verdict == track.assess(promise, track.Calendar(refs([minutes, log])), dt.date(2024, 2, 14))
    assert verdict.kind is VerdictKind.KEPT


def test_a_verdict_before_the_promise_is_not_asked_for() -> None:
    promise = promise_of([paper("10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would mend it.]')])
    assert track.verdicts(promise, [])[0][0] == dt.date(2024, 1, 10)


# all kinds of events, twice, with all kinds of deadlines

MADE = dt.date(2024, 1, 10)
TOLD = dt.date(2024, 2, 14), dt.date(2024, 4, 10)
DEADLINES = {
    "none": None,
    "vague": Due("in due course", None, None, DueKind.UNDATED),
    "a day": Due("by 20 March 2024", None, dt.date(2024, 3, 20), DueKind.ABSOLUTE),
    "a month": Due("in March", dt.date(2024, 3, 1), dt.date(2024, 3, 31), DueKind.ABSOLUTE),
    "the meeting of a month": Due("at the March meeting", dt.date(2024, 3, 1), dt.date(2024, 3, 31), DueKind.ABSOLUTE),
    "a meeting's day": Due(
        "at the meeting on 13 March 2024", dt.date(2024, 3, 13), dt.date(2024, 3, 13), DueKind.ABSOLUTE
    ),
    "the annual meeting": Due("at the AGM", None, None, DueKind.UNDATED),
    "the next meeting": Due("to the next meeting", None, None, DueKind.NEXT_MEETING),
    "the next meeting, printed": Due(
        "to the next meeting", dt.date(2024, 2, 14), dt.date(2024, 2, 14), DueKind.NEXT_MEETING
    ),
    "quarterly": Due("quarterly", None, None, DueKind.RECURRING),
    "each meeting": Due("at each meeting", None, None, DueKind.RECURRING),
}
QUOTES = {
    EventType.SIGHTED: "Report on rents",
    EventType.DONE: "The rents had been reported.",
    EventType.PARTLY_DONE: "Partly completed",
    EventType.NOT_DONE: "Not completed",
    EventType.RESCHEDULED: "Deferred to May 2024",
    EventType.WITHDRAWN: "The report was no longer required.",
    EventType.SUPERSEDED: "A report on fees, in place of the report on rents.",
}
CALENDARS = {
    "held": [track.PaperRef(f"{n}", PaperKind.MINUTES, dt.date(2024, n, 10), BODY, has_list=True) for n in range(1, 9)],
    "announced": [
        track.PaperRef("1", PaperKind.MINUTES, MADE, BODY, next_date=dt.date(2024, 2, 14)),
        track.PaperRef(
            "4",
            PaperKind.MINUTES,
            dt.date(2024, 4, 10),
            BODY,
            coverage=Coverage.PARTIAL,
            annual=(dt.date(2024, 5, 8), dt.date(2024, 6, 5)),
        ),
        track.PaperRef("5", PaperKind.MINUTES, dt.date(2024, 5, 8), BODY),
    ],
    "called off": [
        track.PaperRef("1", PaperKind.MINUTES, MADE, BODY, next_date=dt.date(2024, 2, 14)),
        track.PaperRef(
            "r", PaperKind.REPORT, dt.date(2024, 2, 7), BODY, dt.date(2024, 3, 13), cancelled=(dt.date(2024, 2, 14),)
        ),
        track.PaperRef("3", PaperKind.MINUTES, dt.date(2024, 3, 6), BODY, special=True),
        track.PaperRef("6", PaperKind.MINUTES, dt.date(2024, 6, 12), BODY, cancelled=(dt.date(2024, 3, 13),)),
    ],
    "nothing since": [track.PaperRef("1", PaperKind.MINUTES, MADE, BODY)],
}


def promised(due: Due | None, told: Sequence[EventType], inherited: dt.date | None) -> Promise:
    events = [Event(EventType.MADE, "1", 1, MADE, "Clerk to report on rents")]
    for when, type_ in zip(TOLD, told, strict=True):
        new_due = dt.date(2024, 5, 31) if type_ is EventType.RESCHEDULED else None
        events.append(Event(type_, f"{when.month}", 1, when, QUOTES[type_], new_due, listed=True))
    return Promise(
        id="p",
        body=BODY,
        action=f"The Clerk would bring a report on allotment rents {due.words if due else ''}",
        owner="Clerk",
        owner_name=None,
        due=due,
        strength=Strength.UNDERTAKING,
        reference=None,
        paper="1",
        page=1,
        made=MADE,
        extracts=(("1", "e1"),),
        events=tuple(events),
        inherited=inherited,
    )


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("deadline", DEADLINES)
def test_every_pair_of_events_has_a_verdict_on_every_day(deadline: str, calendar: str) -> None:
    papers = track.Calendar(CALENDARS[calendar])
    turns = {MADE, *TOLD, *papers.days, *papers.coming, dt.date(2024, 3, 31), dt.date(2024, 5, 31)}
    days = {turn + dt.timedelta(days=n) for turn in turns for n in (-14, 0, 1, 366)}
    for told in product(QUOTES, repeat=2):
        for inherited in (None, dt.date(2024, 2, 29)):
            promise = promised(DEADLINES[deadline], told, inherited)
            story = track.verdicts(promise, papers)
            for as_of in sorted(each for each in days if each >= MADE):
                verdict = track.assess(promise, papers, as_of)
                assert holding(story, as_of) == verdict, (told, inherited, as_of)
                assert verdict.rule in track.RULES
                known = [each.type for each in promise.events if each.date and each.date <= as_of]
                assert max(verdict.rests_on) < len(known), "no verdict rests on what was not yet told"
                if (verdict.kind is VerdictKind.SUPERSEDED) or (verdict.kind is VerdictKind.WITHDRAWN):
                    assert {EventType.SUPERSEDED, EventType.WITHDRAWN} & set(known)
                elif {EventType.SUPERSEDED, EventType.WITHDRAWN} & set(known):
                    assert verdict.kind is VerdictKind.DISPUTED
                elif EventType.DONE in known and EventType.NOT_DONE not in known:
                    assert verdict.kind in (VerdictKind.KEPT, VerdictKind.KEPT_LATE)
                elif deadline in ("none", "vague") and inherited is None and EventType.RESCHEDULED not in known:
                    assert verdict.kind in (VerdictKind.UNDATED, VerdictKind.DISPUTED, VerdictKind.KEPT)
                if verdict.kind in (VerdictKind.BROKEN, VerdictKind.LAPSED):
                    assert verdict.papers_searched
                    assert verdict.original is not None
                    assert verdict.due is not None
                    assert verdict.due < as_of
                if verdict.kind is VerdictKind.EXTENDED or verdict.rule == "kept_late.within-extension":
                    assert verdict.agreed is not None
                assert (verdict.days_late > 0) == (verdict.kind is VerdictKind.KEPT_LATE)


# properties

START = dt.date(2023, 11, 1)
DAYS = st.integers(0, 420).map(lambda n: START + dt.timedelta(days=n))
MATTERS = [
    "renew the hall licence",
    "mend the churchyard wall",
    "order salt for Mill Lane bins",
    "survey the footbridge",
]


@st.composite
def tales(draw: st.DrawFn) -> list[Extraction]:
    """A year of papers of one body in which a few matters are promised, listed, told of and forgotten."""
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=9)))
    papers = []
    for n, when in enumerate(days):
        parts = []
        for number, matter in enumerate(MATTERS):
            due = draw(
                st.sampled_from(
                    [
                        "",
                        ' due="by the end of March"',
                        ' due="next meeting"',
                        ' due="within six weeks"',
                        ' due="quarterly"',
                    ]
                )
            )
            row = f' ref="R{number}.1"'
            parts.append(
                draw(
                    st.sampled_from(
                        [
                            *[""] * 12,
                            f'[promise owner="Clerk"{due} | The Clerk would {matter}.] ',
                            f'[promise owner="Clerk"{due}{row} status="In hand" | Clerk to {matter}] ',
                            f'[promise owner="Clerk"{row} status="Completed" | Clerk to {matter}] ',
                            f'[promise owner="Clerk"{row} status="Not completed" | Clerk to {matter}] ',
                            f'[promise owner="Clerk"{row} status="Deferred to May 2024" | Clerk to {matter}] ',
                            f'[promise owner="Clerk"{row} status="Action closed" | Clerk to {matter}] ',
                            f'[promise owner="Clerk"{due} | Next agenda: a report to {matter}, next meeting] ',
                            f"It was no longer required to {matter}. ",
                            f"The Clerk had managed to {matter}, which was completed. ",
                            f"Residents wished somebody would {matter}. ",
                        ]
                    )
                )
            )
        announced = draw(st.sampled_from([None, None, 28, 35, 5]))
        told_next = (when + dt.timedelta(days=announced)).strftime("%d %b %Y") if announced else None
        kind = draw(st.sampled_from(["minutes", "minutes", "minutes", "action-log", "agenda"]))
        text = "".join(parts) + f"Paper {n}."
        printed = paper(
            when.strftime("%d %b %Y"), kind, text, next_date=told_next, partial=draw(st.booleans()) and n == 1
        )
        off = draw(st.sampled_from([None, None, *(each.meeting.next_date for each in papers)]))
        papers.append(replace(printed, meeting=replace(printed.meeting, cancelled=(off,) if off else ())))
    return papers


def window(promise: Promise) -> Iterator[dt.date]:
    assert promise.made is not None
    return (promise.made + dt.timedelta(days=n) for n in range(900))


def holding(story: Sequence[tuple[dt.date, Verdict]], as_of: dt.date) -> Verdict:
    return [verdict for start, verdict in story if start <= as_of][-1]


@settings(max_examples=25, deadline=None)
@given(tales())
def test_the_story_of_a_promise_is_its_verdict_on_every_day(papers: list[Extraction]) -> None:
    known = refs(papers)
    calendar = track.Calendar(known)
    for promise in track.link(papers):
        story = track.verdicts(promise, calendar)
        assert [start for start, _ in story] == sorted({start for start, _ in story})
        for as_of in window(promise):
            assert holding(story, as_of) == track.assess(promise, known, as_of), as_of


@settings(max_examples=60, deadline=None)
@given(tales(), st.randoms(use_true_random=False))
def test_papers_in_any_order_give_the_same_promises(papers: list[Extraction], chance: random.Random) -> None:
    shuffled = papers[:]
    chance.shuffle(shuffled)
    assert track.link(shuffled) == track.link(papers)


@settings(max_examples=60, deadline=None)
@given(tales(), st.integers(0, 8))
def test_a_past_day_looks_the_same_whether_later_papers_are_in_the_store_or_not(
    papers: list[Extraction], cut: int
) -> None:
    as_of = papers[min(cut, len(papers) - 1)].meeting.date
    assert as_of is not None
    earlier = [p for p in papers if p.meeting.date is not None and p.meeting.date <= as_of]
    then = {p.id: track.assess(p, refs(earlier), as_of) for p in track.link(earlier)}
    now = {p.id: track.assess(p, refs(papers), as_of) for p in track.link(papers) if p.made and p.made <= as_of}
    assert now == then


@settings(max_examples=30, deadline=None)
@given(tales(), st.data())
def test_a_paper_issued_again_doubles_nothing(papers: list[Extraction], data: st.DataObject) -> None:
    """Neither a promise nor coverage, though its bytes are others: a correction at the foot, draft and confirmed."""
    again = [
        replace(p, paper=f"{p.paper} again", sha256=f"{p.sha256} again", text=f"{p.text}Page 1.\n") for p in papers
    ]
    issued = [p for pair in zip(papers, again, strict=True) for p in pair if p in papers or data.draw(st.booleans())]
    before, after = track.link(papers), track.link(issued)
    assert [p.id for p in after] == [p.id for p in before]
    for one, other in zip(before, after, strict=True):
        told = [(start, v.rule, v.due, v.days_late) for start, v in track.verdicts(one, refs(papers))]
        assert simple(told) == simple([(s, v.rule, v.due, v.days_late) for s, v in track.verdicts(other, refs(issued))])


def simple(story: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Without turns at which only the papers that tell it are others."""
    return [turn for n, turn in enumerate(story) if not n or turn[1:] != story[n - 1][1:]]


@settings(max_examples=60, deadline=None)
@given(tales())
def test_nothing_is_told_of_a_promise_before_it_was_made(papers: list[Extraction]) -> None:
    dated = {p.paper: p.meeting.date for p in papers}
    for promise in track.link(papers):
        assert promise.events[0].type is EventType.MADE
        days = [event.date for event in promise.events if event.date is not None]
        assert days == sorted(days)
        assert all(dated[event.paper] == event.date for event in promise.events)


@settings(max_examples=60, deadline=None)
@given(tales())
def test_silence_breaks_only_what_its_papers_leave_out(papers: list[Extraction]) -> None:
    """No verdict that rests on silence is given while a paper since the due day tells of the matter."""
    known = refs(papers)
    for promise in track.link(papers):
        for start, verdict in track.verdicts(promise, known):
            if verdict.rule in ("broken.missed-meeting", "lapsed.silence"):
                assert verdict.due is not None
                since = [e for e in promise.events if e.date and verdict.due <= e.date <= start]
                assert all(e.paper == promise.paper or e.type is EventType.RESCHEDULED for e in since)
                assert not {p.name for p in known if p.date and verdict.due <= p.date <= start} & set(promise.mentions)


def test_a_paper_without_a_day_is_kept_and_decides_nothing() -> None:
    undated = paper(
        "10 Jan 2024",
        "minutes",
        '[promise owner="Clerk" due="by 1 March 2024" | The Clerk would mend it by 1 March 2024.]',
    )
    undated = replace(undated, meeting=Meeting(BODY))
    [promise] = track.link([undated])
    assert promise.made is None
    verdict = track.assess(promise, refs([undated]), dt.date(2024, 6, 1))
    assert verdict.kind is VerdictKind.NOT_DETERMINABLE


def test_a_promise_keeps_its_id_when_it_is_read_again() -> None:
    papers = [
        paper(
            "10 Jan 2024",
            "minutes",
            '[promise owner="Clerk" | Mend the wall.] [promise owner="Clerk" | Mend the wall.]',
        )
    ]
    first, again = track.link(papers), track.link([replace(papers[0], ruleset="newer", extracts=papers[0].extracts)])
    assert [p.id for p in first] == [p.id for p in again]


def test_a_due_day_of_another_body_is_not_looked_up_in_this_one() -> None:
    minutes = paper("10 Jan 2024", "minutes", "Nothing.", next_date="14 Feb 2024")
    due = Due("at the next Finance Committee meeting", None, None, DueKind.NEXT_MEETING)
    promise = replace(
        promise_of(
            [paper("10 Jan 2024", "minutes", '[promise owner="Clerk" | The Clerk would bring a budget paper.]')]
        ),
        due=due,
    )
    assert track.assess(promise, refs([minutes]), dt.date(2024, 1, 11)).due is None


def test_the_meeting_after_a_paper_without_a_day_is_not_known() -> None:
    dated = paper("14 May 2024", "minutes", '[promise owner="Clerk" due="next meeting" | Clerk to bring the plan.]')
    undated = replace(dated, meeting=Meeting(BODY))
    [promise] = track.link([undated])
    assert [verdict.kind for _, verdict in track.verdicts(promise, refs([undated]))] == [VerdictKind.UNDATED]


# what people entered


@settings(max_examples=25, deadline=None)
@given(tales(), st.data())
def test_what_people_entered_is_laid_over_and_nothing_is_lost(papers: list[Extraction], data: st.DataObject) -> None:
    promises = track.link(papers)
    entries = data.draw(entered([promise.id for promise in promises] + ["no longer read"])) if promises else []
    laid = track.lay_over(promises, entries, papers)
    ids = {promise.id for promise in promises}
    assert sorted(id for p in laid for id in (p.id, *p.aliases) if id in ids) == sorted(ids)
    assert sorted(e for p in laid for e in p.extracts) == sorted(e for p in promises for e in p.extracts)
    assert [promise.id for promise in laid] == [p.id for p in promises if p.id in {q.id for q in laid}]
    known = refs(papers)
    for promise in laid:
        told = [event for event in promise.events if event.type is not EventType.RULED]
        assert told[0].type is EventType.MADE
        assert [event.date for event in told] == sorted(event.date for event in told if event.date)
        assert promise.events[: len(told)] == tuple(told)
        story = track.verdicts(promise, known)
        for as_of in window(promise):
            verdict = track.assess(promise, known, as_of)
            assert holding(story, as_of) == verdict, as_of
            rulings = [e.verdict for e in promise.events[len(told) :] if e.date and e.date <= as_of][-1:]
            if any(rulings):
                assert (verdict.kind, verdict.rule) == (rulings[0], RULED)
            else:
                assert verdict == track.assess(replace(promise, events=tuple(told)), known, as_of)


@st.composite
def entered(draw: st.DrawFn, ids: Sequence[str]) -> list[Entry]:
    """Some entries of the ledger, in its order."""
    id = st.sampled_from(ids)
    payloads = {
        EntryKind.RULING: st.builds(lambda verdict: {"verdict": verdict.value}, st.sampled_from(VerdictKind)),
        EntryKind.CORRECTION: st.fixed_dictionaries(
            {},
            optional={
                "owner": st.sampled_from([{"read": "Clerk", "to": None}, {"read": "Clerk", "to": "Chair"}]),
                "due": st.sampled_from([{"read": None, "to": None}, {"read": None, "to": "2024-07-01"}]),
            },
        ),
        EntryKind.SAME_AS: st.builds(lambda other: {"promise": other}, id),
        EntryKind.APART_FROM: st.builds(lambda other: {"promise": other}, id),
    }
    kinds = draw(st.lists(st.sampled_from(EntryKind), max_size=8))
    days = sorted(draw(st.lists(DAYS, min_size=len(kinds), max_size=len(kinds))))
    return [
        Entry(
            seq=seq,
            at=dt.datetime.combine(day, dt.time(9), dt.UTC),
            by="Jo Reed",
            kind=kind,
            promise=draw(id),
            body=BODY,
            made=None,
            paper="",
            sha256="",
            page=None,
            quote="",
            payload=draw(payloads.get(kind, st.just({}))),
            reason="seen on site",
            previous="",
            hash="",
        )
        for seq, (kind, day) in enumerate(zip(kinds, days, strict=True), 1)
    ]
