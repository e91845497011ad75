"""What people see: nothing cut, nothing hidden in colour, nothing from a paper taken for an instruction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console, RenderableType
from test_export import BAND, MADE, MOVED, ROW

from pipeline import screen, track, wording
from pipeline.batch import Summary
from pipeline.queries import Counts, PromiseDetail, PromiseRow, Sighting
from pipeline.records import Failure, Kind, VerdictKind
from pipeline.rules import Grounds

DAY = dt.date(2024, 4, 1)


def printed(what: RenderableType, width: int = 100, *, colour: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None).print(what)
    return out.getvalue()


def listed(*rows: PromiseRow, width: int = 100, colour: bool = False) -> str:
    verdicts = {kind: sum(row.verdict is kind for row in rows) for kind in VerdictKind}
    table = screen.promise_list(rows, verdicts, {ROW.body: DAY}, title="Outstanding", as_of=DAY, width=width)
    return printed(table, width, colour=colour)


@pytest.mark.parametrize("width", [80, 100, 136, 200])
def test_long_words_wrap_and_are_never_cut(width: int) -> None:
    name = "2024-02-19__Minutes_of_a_Working_Group_of_the_Board_final-FINAL(2).docx"
    action = "Look into Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochuchafbyd, " * 3
    row = dataclasses.replace(ROW, paper=name, action=action, owner="Assistant Director of Everything Else")
    shown = listed(row, width=width)
    assert max(map(len, shown.splitlines())) <= width
    missing = Counter(f"{action}{name}{row.owner}{row.id}") - Counter(shown) - Counter(" " * 50)
    assert not missing
    for word in (row.owner or "").split():
        assert word in shown
    assert "…" not in shown


def test_a_body_has_its_own_table() -> None:
    other = dataclasses.replace(ROW, body=None)
    shown = listed(ROW, other, ROW)
    assert shown.count("Fernhollow Parish Council") == 1
    assert shown.count("No body named") == 1


def test_colour_says_nothing_that_words_do_not() -> None:
    plain = listed(ROW)
    coloured = listed(ROW, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("words", ["[bold]not[/bold] markup [/]", "brackets [DP/JM]"])
def test_words_of_a_paper_are_no_markup(words: str) -> None:
    assert words in listed(dataclasses.replace(ROW, action=words), width=200)


def test_words_of_a_paper_cannot_move_the_cursor() -> None:
    shown = listed(dataclasses.replace(ROW, action="clear\x1b[2J\x07 and \x9b31m title\x1b]0;x"))
    assert not set(shown) & {"\x1b", "\x07", "\x9b"}


@pytest.mark.parametrize(
    ("verdict", "days", "said"),
    [
        ("overdue", 1, "1 day ago"),
        ("not_determinable", 400, "400 days ago"),
        ("kept_late", 12, "12 days late"),
        ("open", 0, "today"),
        ("open", -1, "in 1 day"),
        ("undated", None, ""),
    ],
)
def test_only_what_was_kept_late_is_called_late(verdict: str, days: int | None, said: str) -> None:
    row = dataclasses.replace(ROW, verdict=VerdictKind(verdict), days=days)
    assert said in listed(row)
    assert ("late" in wording.days(row)) == (verdict == "kept_late")


def test_a_list_tells_how_far_the_papers_of_a_body_go() -> None:
    assert "Fernhollow Parish Council, papers up to 1 Apr 2024\n" in listed(ROW)
    assert "No body named\n" in listed(dataclasses.replace(ROW, body=None))


def test_dates_are_written_as_people_write_them() -> None:
    assert wording.day(dt.date(2024, 9, 4)) == "4 Sep 2024"
    assert wording.day(None) == ""


def test_the_worst_verdict_is_counted_first() -> None:
    counts = {VerdictKind.OPEN: 3, VerdictKind.KEPT: 0, VerdictKind.BROKEN: 1200, VerdictKind.NOT_DETERMINABLE: 1}
    assert screen.verdict_counts(counts).plain == "1,200 broken, 1 not determinable, 3 open"
    assert screen.verdict_counts({}).plain == "none"
    assert set(wording.VERDICT_ORDER) == set(VerdictKind)


def test_one_person_is_one_owner_however_papers_print_the_name() -> None:
    printed = [
        ("KE", "Karen East"),
        ("the Clerk", "Karen East"),
        ("Officers", None),
        ("the officers", None),
        (None, None),
        ("Jo Lake", "Jo Lake"),
    ]
    rows = [dataclasses.replace(ROW, owner=owner, owner_name=name) for owner, name in printed]
    assert [(name, [row.owner for row in chosen]) for name, chosen in wording.by_owner(rows, lambda row: row)] == [
        ("Jo Lake", ["Jo Lake"]),
        ("Karen East (KE, the Clerk)", ["KE", "the Clerk"]),
        ("Officers", ["Officers", "the officers"]),
        ("nobody named", [None]),
    ]


def test_who_answers_for_a_promise_now_stands_beside_who_made_it() -> None:
    row = dataclasses.replace(ROW, owner="KE", owner_name="Karen East", owner_now="Cllr Reed")
    assert wording.whose(row) == "KE (Karen East), now Cllr Reed"
    assert "now Cllr Reed" in listed(row)


def test_a_line_is_one_line_whatever_a_paper_holds() -> None:
    line = wording.line(dataclasses.replace(ROW, action="two\nlines\tand \x1b[2J a code", owner=None))
    assert line == (
        "a1b2c3d4e5f6 overdue, due 1 day ago: Fernhollow Parish Council: nobody named: "
        "two lines and [2J a code (minutes.pdf, p. 2)"
    )


def test_every_rule_of_the_tracker_has_its_sentence() -> None:
    assert set(track.RULES) <= set(wording.REASONS)


def test_a_summary_groups_failures_by_reason_and_names_each_paper() -> None:
    done = Summary(
        new=1200,
        replaced=1,
        unchanged=3,
        copies=1,
        skipped={".xlsx": 2, "": 1},
        failed=(
            Failure("a.pdf", "encrypted", "a.pdf is locked."),
            Failure("b.pdf", "not-a-paper", "b.pdf is a picture."),
            Failure("c.pdf", "encrypted", "c.pdf is locked."),
        ),
        warnings=(("d.pdf", "page 3 holds no text"),),
    )
    counts = Counts(
        papers=1204,
        extracts={Kind.DECISION: 2, Kind.PROMISE: 1},
        unclaimed=0,
        promises=1,
        verdicts={VerdictKind.OPEN: 1},
        failures=3,
    )
    lines = printed(screen.summary(done, counts, as_of=DAY)).splitlines()
    assert [line.strip() for line in lines] == [
        "1,201 papers read (1,200 new, 1 replaced), 3 unchanged, 1 copy of the same papers, 3 failed",
        "Left out as no papers: 2 .xlsx, 1 without an ending",
        "Failed, encrypted: 2 papers",
        "a.pdf is locked.",
        "c.pdf is locked.",
        "Failed, not a paper: 1 paper",
        "b.pdf is a picture.",
        "1 warning",
        "d.pdf: page 3 holds no text",
        "In the store: 1,204 papers with 2 decisions, 1 promise",
        "1 promise on 1 Apr 2024: 1 open",
    ]


def test_a_picture_loads_nothing_from_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "new" / "list.svg"
    screen.draw("words & more", path, title="matters", width=40)
    picture = path.read_text(encoding="utf-8")
    assert "words" in picture
    assert "url(" not in re.sub(r"url\(#", "", picture)
    assert "@font-face" not in picture
    screen.draw("words & more", path, title="matters", width=40)
    assert path.read_text(encoding="utf-8") == picture


def test_a_promise_that_was_moved_shows_both_dates() -> None:
    sighting = Sighting("minutes.pdf", 2, None, "would write", "e1", BAND)
    detail = PromiseDetail(ROW, None, (sighting,), (MADE, MOVED), (), ("later.pdf",), (1,))
    shown = printed(screen.promise(detail, Grounds(None, None, None), as_of=DAY), 140)
    assert '31 Jan 2024 ("by the end of January"); now 31 Mar 2024, not agreed by the body in time' in shown
    assert "to 31 Mar 2024" in shown
    assert shown.count("decides") == 1
