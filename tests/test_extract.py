"""What the extractor finds: cases in prose, structure that spans blocks, properties that hold for every paper."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.extract import extract
from pipeline.ingest.reading import CellText, TextBuilder
from pipeline.records import (
    Attendee,
    BlockKind,
    Document,
    DueKind,
    Extract,
    Extraction,
    Kind,
    MediaType,
    Meeting,
    PaperKind,
    Span,
)
from pipeline.rules import RuleSet

HERE = Path(__file__).parent
RULES = RuleSet.load()
MEETING = Meeting(body="Fernhollow Parish Council", date=dt.date(2024, 5, 14))
MARK = re.compile(r"\[(challenge|response|decision|promise)([^|\]]*)\|([^\]]+)\]")
ATTRIBUTE = re.compile(r'(\w+)(?:=(?:"([^"]*)"|(\S+)))?')


def document(
    builder: TextBuilder, kind: PaperKind = PaperKind.MINUTES, attendees: tuple[Attendee, ...] = ()
) -> Document:
    reading = builder.build()
    return Document(
        name="paper.txt",
        sha256="0" * 64,
        media_type=MediaType.TEXT,
        text=reading.text,
        blocks=reading.blocks,
        lines=reading.lines,
        kind=kind,
        meeting=MEETING,
        attendees=attendees,
    )


def paragraphs(*texts: str) -> Extraction:
    builder = TextBuilder()
    for text in texts:
        builder.add(BlockKind.PARAGRAPH, text)
    return extract(document(builder), RULES)


def told(claim: Extract, *names: str) -> tuple[str | None, ...]:
    due = claim.due
    values = {
        "owner": claim.owner,
        "due": "next-meeting" if due and due.kind is DueKind.NEXT_MEETING else due and due.end and due.end.isoformat(),
        "strength": claim.strength,
        "outcome": claim.outcome,
        "formal": "yes" if claim.formal else None,
    }
    return tuple(values[name] for name in names)


def cases() -> list[str]:
    text = re.sub(r"^# .*\n", "", (HERE / "cases.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [case.strip() for case in text.split("\n\n") if case.strip()]
    assert len(found) > 25
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: MARK.sub(r"\3", case)[:50])
def test_cases_in_prose(case: str) -> None:
    plain, wanted = "", []
    at = 0
    for mark in MARK.finditer(case):
        plain += case[at : mark.start()]
        words = mark[3].strip()
        plain += "" if words in plain else words
        at = mark.end()
        wanted.append((mark[1], {a[1]: a[2] or a[3] or "yes" for a in ATTRIBUTE.finditer(mark[2])}, words))
    found = paragraphs(plain + case[at:]).extracts
    for claim, (kind, attributes, words) in zip(found, wanted, strict=True):
        assert (claim.kind.value, claim.quote) == (kind, words)
        assert told(claim, *attributes) == tuple(attributes.values())


def test_limbs_are_decisions_of_their_own_and_end_with_the_numbering() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.LIST_ITEM, "12.1 The report was presented.", label="12.1", level=1)
    builder.add(BlockKind.LIST_ITEM, "12.2 RESOLVED that:", label="12.2", level=1)
    builder.add(BlockKind.LIST_ITEM, "(a) the report be noted;", label="(a)", level=1)
    builder.add(BlockKind.LIST_ITEM, "(b) the Head of Parks bring a plan to the July meeting.", label="(b)", level=1)
    builder.add(BlockKind.LIST_ITEM, "12.3 The Chair thanked the officers.", label="12.3", level=1)
    found = extract(document(builder), RULES).extracts
    assert [(e.kind, e.quote) for e in found] == [
        (Kind.DECISION, "the report be noted;"),
        (Kind.DECISION, "the Head of Parks bring a plan to the July meeting."),
        (Kind.PROMISE, "the Head of Parks bring a plan to the July meeting."),
    ]
    assert told(found[2], "owner", "due") == ("the Head of Parks", "2024-07-31")
    assert found[2].arises_from == (found[1].id,)


def test_a_motion_that_was_only_moved_decides_nothing() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Mrs Ash proposed and Mr Birch seconded the following motion:")
    builder.add(BlockKind.LIST_ITEM, "(1) That the precept be doubled.", label="(1)", level=1)
    builder.add(BlockKind.PARAGRAPH, "The motion was lost.")
    assert [(e.kind, e.quote) for e in extract(document(builder), RULES).extracts] == [
        (Kind.DECISION, "The motion was lost.")
    ]


def test_mover_seconder_and_outcome_on_lines_of_their_own_are_one_decision() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Motion 1", level=3)
    for text in ("• Motion to buy a new urn by Ann", "• Seconded by Tom", "• Motion carried unanimously"):
        builder.add(BlockKind.LIST_ITEM, text, label="•", level=1)
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "Motion to buy a new urn by Ann\n• Seconded by Tom\n• Motion carried unanimously"
    ]


def test_a_motion_gives_way_to_the_resolution_of_its_item() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "4. Precept", label="4.", level=1)
    builder.add(BlockKind.PARAGRAPH, "Mrs Ash proposed, and Mr Birch seconded that the precept be £9,000. All spoke.")
    builder.add(BlockKind.PARAGRAPH, "Agreed unanimously.")
    builder.add(BlockKind.PARAGRAPH, "RESOLVED that the precept be £9,000.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == ["RESOLVED that the precept be £9,000."]


def test_an_outcome_on_a_line_of_its_own_is_no_label() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.LIST_ITEM, "3) Mr Ash proposed, and Mr Birch seconded, that the hall be let.", label="3)")
    builder.add(BlockKind.PARAGRAPH, "Agreed unanimously.")
    builder.add(BlockKind.LIST_ITEM, "4) The Chair spoke of the fair.", label="4)")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "Mr Ash proposed, and Mr Birch seconded, that the hall be let.\nAgreed unanimously."
    ]


def test_a_list_of_those_present_ends_where_somebody_acts() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "MEMBERS PRESENT:", level=2)
    builder.add(
        BlockKind.PARAGRAPH, "Councillors Ash, Birch, Cole, Dean, Elm, Frith, Gale, Holt, Ivy, Jay, Kerr and Lea."
    )
    builder.add(
        BlockKind.PARAGRAPH,
        "With the leave of the Chair it was agreed that the report on the bridge would be taken before all others.",
    )
    assert [e.quote[:32] for e in extract(document(builder), RULES).extracts if e.kind is Kind.DECISION] == [
        "With the leave of the Chair it w"
    ]


def test_a_line_that_announces_decisions_governs_the_list_under_it() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.LIST_ITEM, "• Income: £400", label="•", level=1)
    builder.add(BlockKind.PARAGRAPH, "The following decisions were taken on grants.")
    for text in ("• The Band, £200", "• The Scouts, £100 for tents"):
        builder.add(BlockKind.LIST_ITEM, text, label="•", level=1)
    builder.add(BlockKind.PARAGRAPH, "The fair was a success.")
    assert [(e.kind, e.quote) for e in extract(document(builder), RULES).extracts] == [
        (Kind.DECISION, "The Band, £200"),
        (Kind.DECISION, "The Scouts, £100 for tents"),
    ]


def test_a_motion_ends_where_the_next_is_moved() -> None:
    builder = TextBuilder()
    for text in (
        "Tom moved the following:",
        "Motion: That the web site be closed. Moved by Ann, seconded by Tom. Unanimously passed.",
        "The club keeps a stall.",
        "It was agreed that all should help.",
    ):
        builder.add(BlockKind.LIST_ITEM, text)
    assert [e.quote[:20] for e in extract(document(builder), RULES).extracts if e.kind is Kind.DECISION] == [
        "Motion: That the web",
        "It was agreed that a",
    ]


def test_a_heading_that_moves_and_the_vote_below_are_one_decision() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Move that the report be accepted", level=4)
    builder.add(BlockKind.LIST_ITEM, "• Unanimously accepted by all present", label="•", level=1)
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "Move that the report be accepted\n• Unanimously accepted by all present"
    ]


def test_a_box_of_decisions_above_the_minutes_is_kept() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "5. Cycle stands", label="5.", level=1)
    builder.add(BlockKind.PARAGRAPH, "Members asked why the stands were late.")
    builder.add(BlockKind.PARAGRAPH, "Decision:")
    builder.add(BlockKind.PARAGRAPH, "That the report be noted.")
    builder.add(BlockKind.PARAGRAPH, "Minutes:")
    builder.add(BlockKind.PARAGRAPH, "The Head of Transport presented the report.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == ["That the report be noted."]


def test_limbs_go_on_below_a_label_that_holds_the_first() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Resolved: (1) That the tiles be bought.")
    builder.add(BlockKind.LIST_ITEM, "(2) That the old swing be sold.", label="(2)", level=1)
    builder.add(BlockKind.PARAGRAPH, "The Chair thanked the volunteers for their work on the day.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "Resolved: (1) That the tiles be bought.",
        "That the old swing be sold.",
    ]


def test_movers_without_their_motion_decide_nothing_by_themselves() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Copies of the draft minutes lay on the table.")
    builder.add(BlockKind.PARAGRAPH, "Proposed: Cllr Ash, seconded: Cllr Birch")
    builder.add(BlockKind.PARAGRAPH, "“That the draft minutes be taken as read and signed”")
    assert [e.quote[:20] for e in extract(document(builder), RULES).extracts] == ["“That the draft minu"]


def test_what_was_resolved_under_a_heading_of_form_is_decided_all_the_same() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "3. Declarations of interest", label="3.", level=1)
    builder.add(BlockKind.PARAGRAPH, "Mr Ash declared an interest in item 5. It was resolved that he may speak on it.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == ["It was resolved that he may speak on it."]


def test_one_reply_answers_the_cards_it_names() -> None:
    found = paragraphs(
        "Challenge One - Nobody rings us back.",
        "Response - Calls are now logged.",
        "Challenge Two and Three - The bus comes late. What will be done about it?",
        "We do not know whom to tell.",
        "Response - Tell the duty worker.",
    ).extracts
    assert [e.kind.value[0] for e in found] == list("crccr")
    assert [e.answers for e in found if e.kind is Kind.RESPONSE] == [(found[0].id,), (found[2].id, found[3].id)]


def test_a_heading_of_many_words_ends_a_skipped_item_as_well() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Declarations of interest", level=2)
    builder.add(BlockKind.PARAGRAPH, "There were none.")
    title = "Second topic: how the register of allotments is to be kept and who may look at it (Jo Ash, Parish Clerk)"
    builder.add(BlockKind.HEADING, title, level=2)
    builder.add(BlockKind.PARAGRAPH, "Questions were raised about whether the register was safe.")
    assert [e.kind for e in extract(document(builder), RULES).extracts] == [Kind.CHALLENGE]


def test_a_visitor_who_speaks_in_public_time_puts_something_to_the_body_and_a_member_answers() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "2. Public participation", label="2.", level=2)
    builder.add(
        BlockKind.PARAGRAPH, "Mrs Lowe spoke of the branches left on the green. Cllr Ash said that they would rot."
    )
    found = extract(document(builder), RULES).extracts
    assert [(e.kind.value, e.answers) for e in found] == [("challenge", ()), ("response", (found[0].id,))]


def test_an_answer_means_the_questions_put_right_before_it() -> None:
    found = paragraphs(
        "Members asked what the bus cost. Thanks were given to the driver and to all who had helped him. "
        "Members asked who rode in it. Concern was expressed that few did. The Clerk replied that it was free.",
    ).extracts
    assert [e.kind.value[0] for e in found] == list("cccr")
    assert found[3].answers == (found[1].id, found[2].id)


@pytest.mark.parametrize(
    ("texts", "causes"),
    [
        # who answers and pledges does so of the question and in the answer
        (("Cllr Dean asked for how long the lamp is lit. The Clerk said that he would ring the county.",), {2: [0, 1]}),
        # who is told to act, of the question
        (("Cllr Dean asked who owns the hedge. The Clerk said that nobody knew. JB to ask the county.",), {2: [0]}),
        # a bare task in a paragraph of its own arises from the matter of its item that it is about
        (
            (
                "It was agreed that the roof of the hall be mended. Concern was expressed about dogs on the green.",
                "ACTIONS: JB to put up a notice about dogs. Mr Ash to see the builder about the roof.",
            ),
            {2: [1], 3: [0]},
        ),
        # what was decided, of the question put right before
        (("Cllr Dean asked if the bench could go. It was agreed to move the bench.",), {1: [0]}),
        (("Cllr Dean asked if the bench could go. The Mayor came in. It was agreed to buy a flag.",), {}),
    ],
)
def test_promises_and_decisions_arise_from_what_was_put_before_them(
    texts: tuple[str, ...], causes: dict[int, list[int]]
) -> None:
    found = paragraphs(*texts).extracts
    ids = [claim.id for claim in found]
    assert {n: [ids.index(cause) for cause in e.arises_from] for n, e in enumerate(found) if e.arises_from} == causes


def test_a_bare_task_of_the_next_item_arises_from_nothing_above_it() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.LIST_ITEM, "7. Concern was expressed about dogs on the green.", label="7.", level=1)
    builder.add(BlockKind.LIST_ITEM, "8. JB to put up the dogs' tap.", label="8.", level=1)
    assert [e.arises_from for e in extract(document(builder), RULES).extracts] == [(), ()]


@pytest.mark.parametrize(
    ("text", "line", "quote"),
    [
        ("The Clerk had told the county. The hinge will be mended.", "The Clerk had told", "The hinge will be mended."),
        ("MB to mend the hinge. The county was pleased.", "The county was", "MB to mend the hinge."),
        ("The hinge may go. The county was pleased.", "The county was", "The county was pleased."),
    ],
)
def test_words_of_an_action_column_may_slip_by_a_line(text: str, line: str, quote: str) -> None:
    builder = TextBuilder()
    (span,) = builder.add(BlockKind.PARAGRAPH, text)
    start = span.start + text.index(line)
    builder.add(BlockKind.MARGIN, "MB", beside=Span(start, start + len(line)))
    (found,) = extract(document(builder), RULES).extracts
    assert (found.quote, found.owner) == (quote, "MB")


@pytest.mark.parametrize("first", ["MB", "Clerk"])
def test_words_of_an_action_column_belong_to_the_sentence_beside_them(first: str) -> None:
    builder = TextBuilder()
    (beside,) = builder.add(BlockKind.PARAGRAPH, "The gate by the mill has dropped. The hinge will be mended.")
    builder.add(BlockKind.MARGIN, first, beside=beside)
    (found,) = extract(document(builder), RULES).extracts
    assert (found.quote, found.owner, found.strength) == ("The hinge will be mended.", first, "instruction")


def test_rows_of_an_action_table_are_promises_with_their_status_as_evidence() -> None:
    builder = TextBuilder()
    header = ("No", "Action", "Owner", "Update")
    for row in (header, ("Apr24.01", "Repaint the bus shelter", "MB", "Completed"), ("", "Look at the drain", "", "")):
        builder.row([CellText.plain(h, text) for h, text in zip(header, row, strict=True)], table=1)
    found = extract(document(builder, attendees=(Attendee("Moira Bell", "MB"),)), RULES)
    assert [(e.quote, e.owner, e.owner_name, e.reference) for e in found.extracts] == [
        ("Repaint the bus shelter", "MB", "Moira Bell", "Apr24.01"),
        ("Look at the drain", None, None, None),
    ]
    assert [(e.type.value, e.quote, e.extract) for e in found.evidence] == [("done", "Completed", found.extracts[0].id)]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Action required | By whom | By when", "Mend the gate | KE | 30 June 2024"),
        ("What | Who | When", "Mend the gate | KE | 30 June 2024"),
        ("Ref | Decision / Action | Lead | Target date", "12/24 | Mend the gate | KE | 30 June 2024"),
        ("No. | Action | Person(s) Responsible | Deadline", "12/24 | Mend the gate | KE | 30 June 2024"),
        ("Minute no | Outstanding action | Action by | Due date", "12/24 | Mend the gate | KE | 30 June 2024"),
        ("Subject | Action to be taken | Officer | Timescale", "Parks | Mend the gate | KE | 30 June 2024"),
    ],
)
def test_columns_are_known_by_what_councils_call_them(headings: str, row: str) -> None:
    header = headings.split(" | ")
    builder = TextBuilder()
    for cells in (header, row.split(" | ")):
        builder.row([CellText.plain(h, text) for h, text in zip(header, cells, strict=True)], table=1)
    (found,) = extract(document(builder), RULES).extracts
    assert (found.quote, *told(found, "owner", "due")) == ("Mend the gate", "KE", "2024-06-30")


def test_a_payments_table_is_no_action_table() -> None:
    builder = TextBuilder()
    header = ("Payee", "Detail", "Total", "Comments")
    for row in (header, ("A Mason", "Wall repair", "120.00", "Invoice 7")):
        builder.row([CellText.plain(h, text) for h, text in zip(header, row, strict=True)], table=1)
    assert extract(document(builder), RULES).extracts == ()


def test_an_agenda_records_nothing() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "The Clerk to report on the flood wardens.")
    assert extract(document(builder, PaperKind.AGENDA), RULES).extracts == ()


def test_a_reports_recommendations_are_no_decisions() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Recommendations", level=2)
    builder.add(BlockKind.PARAGRAPH, "That the new tariff be adopted from April.")
    (found,) = extract(document(builder, PaperKind.REPORT), RULES).extracts
    assert found.kind is Kind.RECOMMENDATION


def test_apologies_end_where_attendance_is_a_subject() -> None:
    """ "Attendance at school" is business; "Attendance" alone is a list of names."""
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "4. Attendance at school", label="4.", level=2)
    builder.add(BlockKind.PARAGRAPH, "Members asked how many pupils had been excluded.")
    assert [e.kind for e in extract(document(builder), RULES).extracts] == [Kind.CHALLENGE]


def test_a_skipped_item_ends_at_the_next_number_even_without_a_heading() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "24/011 Declarations of interest", label="24/011", level=2)
    builder.add(BlockKind.PARAGRAPH, "Councillor Hart asked whether the list was up to date.")
    builder.add(BlockKind.LIST_ITEM, "24/012 To receive the minutes of the last meeting", label="24/012", level=1)
    builder.add(BlockKind.PARAGRAPH, "The minutes were agreed as a true record.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "The minutes were agreed as a true record."
    ]


def test_attendance_ends_at_the_next_item_whatever_it_looks_like() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Present:", level=2)
    builder.add(BlockKind.PARAGRAPH, "Item 3 - MINUTES OF LAST MEETING")
    builder.add(BlockKind.PARAGRAPH, "It was agreed that the fair would be held in June.")
    assert Kind.DECISION in {e.kind for e in extract(document(builder), RULES).extracts}


def test_a_line_that_announces_actions_opens_a_section_that_any_heading_ends() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.LIST_ITEM, "• Action items:", label="•", level=2)
    builder.add(BlockKind.LIST_ITEM, "• Prospectus for the new hall", label="•", level=3)
    builder.add(BlockKind.HEADING, "Correspondence", level=3)
    builder.add(BlockKind.PARAGRAPH, "A bill came from the county.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == ["Prospectus for the new hall"]


def test_what_the_agenda_says_of_an_item_is_no_record_of_it() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Complaints", level=2)
    builder.add(BlockKind.PARAGRAPH, "The Head of Care will report to the Board on complaints.")
    builder.add(BlockKind.HEADING, "Minutes:", level=2)
    builder.add(BlockKind.PARAGRAPH, "The Head of Care agreed to circulate the figures.")
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [
        "The Head of Care agreed to circulate the figures."
    ]


def test_lines_under_an_action_tell_its_owner_and_its_deadline() -> None:
    found = paragraphs("Action 3: to circulate the figures.", "Owner: Jo Ash", "Due: 28 June 2024.").extracts
    assert [told(e, "owner", "due") for e in found] == [("Jo Ash", "2024-06-28")]
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Action 3: Jo Ash to circulate the figures.")
    builder.add(BlockKind.HEADING, "Due:", level=2)
    builder.add(BlockKind.PARAGRAPH, "28 June 2024.")
    assert [told(e, "due") for e in extract(document(builder), RULES).extracts] == [("2024-06-28",)]


def test_a_heading_that_is_an_outcome_decides_what_stands_under_it() -> None:
    builder = TextBuilder()
    for outcome, reference in (("No objection:", "W/40123"), ("Noted", "W/40124")):
        builder.add(BlockKind.HEADING, outcome, level=5)
        builder.add(BlockKind.LIST_ITEM, f"• {reference}", label="•", level=1)
        builder.add(BlockKind.LIST_ITEM, "• Rear extension, The Maltings", label="•", level=1)
    found = extract(document(builder), RULES).extracts
    assert [(e.quote.split("\n")[0], e.quote[-12:], e.outcome) for e in found] == [
        ("No objection:", "The Maltings", "other"),
        ("Noted", "The Maltings", "noted"),
    ]


def test_a_view_on_a_line_of_its_own_takes_in_the_application_above_it() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "7. Planning", label="7.", level=2)
    builder.add(BlockKind.LIST_ITEM, "• W/40123 - Rear extension", label="•", level=1)
    builder.add(BlockKind.PARAGRAPH, "The Maltings, Fernhollow")
    builder.add(BlockKind.LIST_ITEM, "• No objections.", label="•", level=2)
    (found,) = extract(document(builder), RULES).extracts
    assert found.quote == "W/40123 - Rear extension\nThe Maltings, Fernhollow\n• No objections."


def test_what_is_said_above_a_resolution_under_a_decision_heading_decides_nothing() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Decisions:", level=2)
    builder.add(BlockKind.PARAGRAPH, "A member found the scheme hard to read.")
    builder.add(BlockKind.PARAGRAPH, "RESOLVED:-")
    builder.add(BlockKind.LIST_ITEM, "a) To approve the scheme;", label="a)", level=1)
    builder.add(BlockKind.PARAGRAPH, "Report author: Jo Ash")
    assert [e.quote for e in extract(document(builder), RULES).extracts if e.kind is Kind.DECISION] == [
        "To approve the scheme;"
    ]


@pytest.mark.parametrize(("initials", "decided"), [("CC", False), ("JA", True)])
def test_capitals_that_are_a_persons_initials_are_not_the_council(initials: str, decided: bool) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "CC requested that the Clerk write to the farmer.")
    found = extract(document(builder, attendees=(Attendee("Jo Ash", initials),)), RULES).extracts
    assert (Kind.DECISION in {e.kind for e in found}) is decided


def test_posts_filled_are_decisions_one_by_one() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "The vote was held by ballot. The following were elected to the posts:")
    builder.add(BlockKind.PARAGRAPH, "Chair - Jo Ash")
    builder.add(BlockKind.PARAGRAPH, "Treasurer - Ola Birch")
    found = extract(document(builder), RULES).extracts
    assert [(e.quote, e.outcome) for e in found] == [
        ("Chair - Jo Ash", "appointed"),
        ("Treasurer - Ola Birch", "appointed"),
    ]


def test_two_people_who_are_to_act_are_two_promises() -> None:
    found = paragraphs("Mr Ash to contact the county and Mrs Birch will ring the school.").extracts
    assert [(e.quote, e.owner) for e in found] == [
        ("Mr Ash to contact the county", "Mr Ash"),
        ("Mrs Birch will ring the school.", "Mrs Birch"),
    ]
    for joint in (", ", " - "):
        found = paragraphs(f"KE to prune{joint}JO to fix a day for the lime tree").extracts
        assert [(e.quote, e.owner) for e in found] == [
            ("KE to prune", "KE"),
            ("JO to fix a day for the lime tree", "JO"),
        ]


def test_a_bare_view_takes_no_task_above_it() -> None:
    found = paragraphs(
        "24/01234/FUL Porch at The Mill - KE to tell the borough about the well", "Barn at Nether End - no objection"
    ).extracts
    assert [e.owner for e in found if e.kind is Kind.PROMISE] == ["KE"]


def test_an_abbreviation_may_end_a_sentence() -> None:
    found = paragraphs("The Clerk had listed the gates, stiles etc. The Ranger will repair them.").extracts
    assert [(e.quote, e.owner) for e in found] == [("The Ranger will repair them.", "The Ranger")]


def test_whoever_acts_is_named_whole_before_who() -> None:
    (found,) = paragraphs(
        "The dates of walks will be set by the Clerk to the Board who will send these to all members."
    ).extracts
    assert found.owner == "the Clerk to the Board"


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        (
            "The working party will meet in May to read replies and will bring its plan to the Council on 3 June 2024.",
            [
                ("The working party will meet in May to read replies", "The working party"),
                ("will bring its plan to the Council on 3 June 2024.", "The working party"),
            ],
        ),
        (
            "KE will deliver the leaflets by 5 May 2024 and an open day will be held for the village.",
            [
                ("KE will deliver the leaflets by 5 May 2024", "KE"),
                ("an open day will be held for the village.", None),
            ],
        ),
        (
            "The Clerk will write to the school and will ring the bus company by 5 May 2024.",
            [("The Clerk will write to the school and will ring the bus company by 5 May 2024.", "The Clerk")],
        ),
    ],
)
def test_acts_due_on_two_days_are_two_promises(text: str, promises: list[tuple[str, str | None]]) -> None:
    assert [(e.quote, e.owner) for e in paragraphs(text).extracts] == promises


@pytest.mark.parametrize(
    ("lines", "promises"),
    [
        (["For the next agenda: the hedge in Mill Lane"], ["For the next agenda: the hedge in Mill Lane"]),
        (
            ["Items for the next agenda:", "• The hedge in Mill Lane", "• The lease"],
            ["The hedge in Mill Lane", "The lease"],
        ),
        (["Items for the next agenda:", "• None"], []),
        (
            [
                "Items for the next agenda:",
                "Nobody had given the matter any thought at all, and so the Chair closed it.",
            ],
            [],
        ),
        (["Items for the next agenda:", "The hedge in Mill Lane", "Chairman: J. Oakes"], ["The hedge in Mill Lane"]),
    ],
)
def test_what_is_put_on_the_next_agenda_is_promised(lines: list[str], promises: list[str]) -> None:
    builder = TextBuilder()
    for line in lines:
        bullet = line.startswith("•")
        builder.add(BlockKind.LIST_ITEM if bullet else BlockKind.PARAGRAPH, line, label="•" if bullet else "", level=1)
    found = extract(document(builder), RULES).extracts
    assert [e.quote for e in found] == promises
    assert all(e.owner is None and e.due and e.due.kind.value == "next-meeting" for e in found)


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("The minutes were approved as a correct record and will be signed at the next meeting.", True),
        ("The minutes were approved as a correct record and signed.", False),
        ("24/01234/FUL Porch at The Mill - no objection - KE to tell the borough about the well", True),
        ("24/01234/FUL Porch at The Mill - no objection to the porch", False),
    ],
)
def test_a_decision_that_binds_nobody_may_hold_a_task(text: str, promised: bool) -> None:
    assert (Kind.PROMISE in {e.kind for e in paragraphs(text).extracts}) is promised


def test_a_resolution_needs_no_colon_before_whom_it_names() -> None:
    decision, promise = paragraphs("Resolved Councillor Marsh order the gravel.").extracts
    assert (decision.kind, promise.owner) == (Kind.DECISION, "Councillor Marsh")


def test_a_resolution_that_lists_its_matters_is_one_decision() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "RESOLVED: that the following matters should be brought forward to July:")
    builder.add(BlockKind.LIST_ITEM, "1. The roof of the pavilion", label="1.", level=1)
    builder.add(BlockKind.LIST_ITEM, "2. The lease of the shop", label="2.", level=1)
    decision, promise = extract(document(builder), RULES).extracts
    assert decision.quote == promise.quote
    assert decision.quote.endswith("The lease of the shop")


def test_a_list_that_members_agreed_to_discuss_is_one_decision_and_one_promise() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "The officers agreed to discuss the following at the next meeting:")
    builder.add(BlockKind.LIST_ITEM, "• The audit;", label="•", level=1)
    builder.add(BlockKind.LIST_ITEM, "• The new website.", label="•", level=1)
    assert {e.quote[-16:] for e in extract(document(builder), RULES).extracts} == {"The new website."}


def test_bullets_within_a_line_part_its_sentences() -> None:
    found = paragraphs("Arising • The pump has been mended • Clerk to order a spare • The hall is open").extracts
    assert [e.quote for e in found] == ["Clerk to order a spare"]


def test_an_action_log_without_headings_is_read_by_what_its_cells_hold() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Action log", level=1)
    builder.add(BlockKind.PARAGRAPH, "All actions for next meeting unless otherwise stated")
    builder.add(BlockKind.PARAGRAPH, "Flood maps - Lead JB")
    for row in (
        ("Ask the water board for the new maps", "Completed"),
        ("Walk the brook with the ranger", "TE/KK", "New"),
        ("Print the leaflet about sandbags", "All 400 doors", "New"),
    ):
        builder.row([CellText.plain("", text) for text in row], table=1)
    found = extract(document(builder, PaperKind.ACTION_LOG), RULES)
    assert [told(e, "owner", "due") for e in found.extracts] == [
        ("JB", "next-meeting"),
        ("TE/KK", "next-meeting"),
        ("JB", "next-meeting"),
    ]
    assert [e.type.value for e in found.evidence] == ["done", "sighted", "sighted"]


def log_of(*lines: str) -> Extraction:
    """An action log: lines are headings, or rows of cells; a line "-" begins another table."""
    builder = TextBuilder()
    table = 1
    for line in lines:
        if "|" in line:
            builder.row([CellText.plain("", cell) for cell in line.split(" | ")], table=table)
        else:
            builder.add(BlockKind.HEADING, line, level=2)
            table += 1
    return extract(document(builder, PaperKind.ACTION_LOG), RULES)


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        pytest.param(
            ["Fences – Lead KE", "Draft the case | New", "Gates – Lead JO", "Draft the case | New"],
            ["Draft the case KE", "Draft the case JO"],
            id="under other headings it is another act",
        ),
        pytest.param(
            ["Fences", "Draft the case | New", "Summary of actions", "Draft the case | New"],
            ["Draft the case None"],
            id="in the list of all actions it is printed again",
        ),
        pytest.param(
            ["Fences", "Draft the case | New", "Fences", "Draft the case | New"],
            ["Draft the case None"],
            id="under the same heading it is printed again",
        ),
    ],
)
def test_rows_with_the_same_words_are_one_act_or_several(lines: list[str], rows: list[str]) -> None:
    assert [f"{e.quote} {e.owner}" for e in log_of(*lines).extracts] == rows


@pytest.mark.parametrize(
    ("heading", "row", "owner"),
    [
        ("Secretariat", "Circulate the notes of the last meeting | New", "Secretariat"),
        ("Flood maps", "Circulate the notes of the last meeting | New", None),
        ("Flood maps – Lead JB", "Clerk to ring the water board | New", "Clerk"),
        ("Flood maps – Lead JB", "Ring the water board. Clerk to find the number | New", "JB"),
        ("Flood maps – Lead JB", "Ring the water board | TW | New", "TW"),
    ],
)
def test_who_acts_on_a_row_of_a_log_is_told_in_it_or_over_it(heading: str, row: str, owner: str | None) -> None:
    assert [e.owner for e in log_of(heading, row).extracts] == [owner]


@pytest.mark.parametrize(
    ("action", "cell", "promises"),
    [
        (
            "Clerk to chase the refund",
            "Refund received. JO will meet the football club to discuss a fair rent for the field.",
            ["JO will meet the football club to discuss a fair rent for the field."],
        ),
        ("Clerk to chase the refund of the deposit", "The Clerk will chase the deposit refund again.", []),
        ("Clerk to chase the refund", "Clerk to chase", []),
        ("Clerk to chase the refund", "The bank is being asked.", []),
        (
            "Clerk to chase the refund",
            "Feb 24 - JO will meet the football club about the rent. Mar 24 - Refund received.",
            [],
        ),
    ],
)
def test_another_act_told_in_a_status_cell_is_a_promise(action: str, cell: str, promises: list[str]) -> None:
    builder = TextBuilder()
    header = ("Action", "Owner", "Update")
    for row in (header, (action, "Clerk", cell)):
        builder.row([CellText.plain(h, text) for h, text in zip(header, row, strict=True)], table=1)
    assert [e.quote for e in extract(document(builder), RULES).extracts] == [action, *promises]


def test_a_row_that_fixes_no_day_has_the_deadline_of_its_list() -> None:
    found = log_of(
        "All actions for next meeting unless otherwise stated", "Walks", "Send all the list for immediate use | New"
    )
    assert [e.due and e.due.kind.value for e in found.extracts] == ["next-meeting"]


@pytest.mark.parametrize(
    ("status", "event", "when"),
    [
        ("Deferred to June", "rescheduled", dt.date(2024, 6, 30)),
        ("Completed 2 May 2024", "done", dt.date(2024, 5, 2)),
        ("In hand", "sighted", None),
    ],
)
def test_a_status_cell_tells_the_day_of_the_deed_or_the_new_date(status: str, event: str, when: dt.date | None) -> None:
    builder = TextBuilder()
    header = ("Action", "Owner", "Update")
    for row in (header, ("Repaint the bus shelter", "MB", status)):
        builder.row([CellText.plain(h, text) for h, text in zip(header, row, strict=True)], table=1)
    (evidence,) = extract(document(builder), RULES).evidence
    assert (evidence.type.value, evidence.when) == (event, when)


def test_what_is_still_to_be_done_is_a_promise_and_tells_of_an_older_one() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "The gate is still to be mended by the Clerk.")
    found = extract(document(builder), RULES)
    assert [extract.kind for extract in found.extracts] == [Kind.PROMISE]
    assert [(e.type.value, e.span) for e in found.evidence] == [("not_done", found.extracts[0].span)]


def test_a_promise_of_others_that_is_reported_may_be_the_answer_to_who_was_to_ask() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "KL reported that Wend Local will cut back the ivy in September.")
    found = extract(document(builder), RULES)
    assert [extract.kind for extract in found.extracts] == [Kind.PROMISE]
    assert [(e.type.value, e.span) for e in found.evidence] == [("done", found.extracts[0].span)]


def test_a_sentence_that_names_an_item_of_the_last_minutes_may_take_a_promise_up() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Item 3.1 The safety plan is with the county. The barn is red.")
    found = extract(document(builder), RULES)
    assert [(e.type.value, e.quote) for e in found.evidence] == [
        ("sighted", "Item 3.1 The safety plan is with the county.")
    ]


def test_what_no_rule_claims_is_kept_for_the_reader() -> None:
    found = paragraphs("The grass will grow whatever the weather.")
    assert found.extracts == ()
    assert [u.quote for u in found.unclaimed] == ["The grass will grow whatever the weather."]


WORDS = st.sampled_from(
    "The Clerk Committee RESOLVED AGREED: that That be noted will would to write report by next meeting asked whether "
    "concern was expressed In response ACTION: KE (1) (a) ; and . ? : 12 March 2024 £500 Cllr. Mr. Wren".split()
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=25).map(" ".join), min_size=1, max_size=8))
def test_quotes_are_in_the_text_and_links_resolve(texts: list[str]) -> None:
    assert_sound(paragraphs(*texts))


def assert_sound(found: Extraction) -> None:
    ids = [e.id for e in found.extracts]
    assert max(Counter(ids).values(), default=1) == 1
    for claim in found.extracts:
        assert found.text[claim.span.start : claim.span.end] == claim.quote != ""
        assert 0 < claim.confidence <= 1
        assert {*claim.answers, *claim.arises_from} <= set(ids) - {claim.id}
        assert (claim.kind is Kind.PROMISE) == (claim.strength is not None)
        assert (claim.kind is Kind.DECISION) == (claim.outcome is not None)
    for span, quote in [(e.span, e.quote) for e in (*found.evidence, *found.unclaimed)]:
        assert found.text[span.start : span.end] == quote


@pytest.mark.parametrize("path", sorted((HERE.parent / "corpus" / "papers").rglob("*.*")), ids=lambda p: p.stem)
def test_every_claim_of_the_corpus_is_sound_and_on_its_page(path: Path) -> None:
    paper = ingest.read(path)
    found = extract(paper, RULES)
    assert_sound(found)
    for claim in found.extracts:
        assert (claim.page is None) == (paper.pages is None)
        assert all(box.x0 <= box.x1 and box.page <= (paper.pages or 0) for box in claim.boxes)
    assert found == extract(paper, RULES)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Clerk to write to the county - done", "done"),
        ("Clerk to write to the county (dropped)", "dropped"),
        ("Clerk to write to the county. Carried forward.", "Carried forward"),
        ("~~Clerk to write to the county.~~ Done", "Done"),
        ("~~Clerk to write to the county~~", "~~Clerk to write to the county~~"),
        ("Clerk to write to the county - and to the borough", None),
        ("Clerk to write to the county (see item 4)", None),
        ("Clerk to see that it is done", None),
    ],
)
@pytest.mark.parametrize("heading", ["Actions", "Tasks", "To do list"])
def test_a_listed_action_says_how_it_stands(heading: str, line: str, status: str | None) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, heading, level=2)
    builder.add(BlockKind.LIST_ITEM, line, level=1)
    (found,) = extract(document(builder), RULES).extracts
    assert found.status == status


@pytest.mark.parametrize(
    ("task", "owner"),
    [
        ("Jo: ring the school", "Jo"),
        ("[ ] Jo: ring the school", "Jo"),
        ("Jo | ring the school", "Jo"),
        ("Ring the school (Jo)", "Jo"),
        ("Ring the school - Jo and Tom", "Jo and Tom"),
        ("Hall: ring the school", None),
        ("Ring the school at Fernhollow", None),
    ],
)
def test_a_listed_task_is_whose_name_it_bears(task: str, owner: str | None) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Present: Jo, Tom, Mrs Ida Frith")
    builder.add(BlockKind.HEADING, "Actions", level=2)
    builder.add(BlockKind.LIST_ITEM, f"• {task}", label="•")
    found = [e for e in extract(document(builder), RULES).extracts if e.kind is Kind.PROMISE]
    assert [claim.owner for claim in found] == [owner]
