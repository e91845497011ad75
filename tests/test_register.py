"""Whom an owner's words mean: by the paper's own attendance list or the nearest earlier one, and never by a guess."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Attendee
from pipeline.register import Register, post_key

JANUARY, FEBRUARY, MARCH, APRIL = (dt.date(2024, month, 10) for month in (1, 2, 3, 4))
LISTS = [
    (
        "january",
        JANUARY,
        (
            Attendee("Cllr K East", "KE", "Chairman"),
            Attendee("Ken Marsh", "KM", "Town Clerk and RFO"),
            Attendee("Cllr Mick Peake", "MP"),
            Attendee("Cllr Mandy Peake", "MP"),
            Attendee("Cllr J Bell", "JB", "Vice-Chair"),
            Attendee("Ivy Crane", "IC", "Head of Quality Assurance & Partnerships"),
            Attendee("Tom Reed", "TR", "Member"),
            Attendee("Ann Ward", "AW", "Deputy Clerk", present=False),
            Attendee("Cllr Jo Vale", "JV", "the Caretaker"),
        ),
    ),
    ("march", MARCH, (Attendee("Karen East", "KE"), Attendee("Ann Lee", "AL", "Clerk to the Council"))),
]
REGISTER = Register(LISTS)


@pytest.mark.parametrize(
    ("words", "january", "april"),
    [
        ("KE", "K East", "Karen East"),
        ("K. East", "K East", "Karen East"),
        ("K East", "K East", "Karen East"),
        ("Cllr East", "K East", "Karen East"),
        ("Karen East", "K East", "Karen East"),
        ("Cllr Karen East (Chair)", "K East", "Karen East"),
        # a post is whose the last list says that it is
        ("the Clerk", "Ken Marsh", "Ann Lee"),
        ("Clerk", "Ken Marsh", "Ann Lee"),
        ("Clerk to the Council", "Ken Marsh", "Ann Lee"),
        ("RFO", "Ken Marsh", "Ken Marsh"),
        ("the Chair", "K East", "Karen East"),
        ("Vice Chairman", "J Bell", "J Bell"),
        ("Deputy Clerk", "Ann Ward", "Ann Ward"),
        ("Head of Quality Assurance and Partnerships", "Ivy Crane", "Ivy Crane"),
        # several owners
        ("KE/KM", "K East, Ken Marsh", "Karen East, Ken Marsh"),
        ("Clerk and Cllr Frith", "Ken Marsh, Cllr Frith", "Ann Lee, Cllr Frith"),
        ("Karen East, Chair", "K East", "Karen East"),
        # two fit, or nobody does
        ("MP", None, None),
        ("Cllr Peake", None, None),
        ("M Peake", None, None),
        ("Cllr Mandy Peake", "Mandy Peake", "Mandy Peake"),
        ("Officers", None, None),
        ("members", None, None),
        ("Member", None, None),
        ("SCC", None, None),
        ("Partnerships", None, None),
        ("the Caretaker", None, None),
        ("North East", None, None),
    ],
)
def test_whom_words_mean(words: str, january: str | None, april: str | None) -> None:
    for paper, day, name in (("january", JANUARY, january), ("log", APRIL, april)):
        found = REGISTER.who(words, paper=paper, day=day)
        assert (str(found) if found else None) == name


def test_the_list_of_the_paper_itself_comes_first() -> None:
    same_day = [("minutes", MARCH, (Attendee("Ann Lee", "AL"),)), ("panel", MARCH, (Attendee("Abe Lark", "AL"),))]
    for paper, name in (("minutes", "Ann Lee"), ("panel", "Abe Lark"), ("log", None)):
        found = Register(same_day).who("AL", paper=paper, day=MARCH)
        assert (str(found) if found else None) == name


@pytest.mark.parametrize(("day", "posts"), [(JANUARY, ("Chairman",)), (FEBRUARY, ("Chairman",)), (MARCH, ())])
def test_posts_are_those_of_the_day(day: dt.date, posts: tuple[str, ...]) -> None:
    found = REGISTER.who("KE", paper="log", day=day)
    assert found is not None
    assert found.posts == posts


def test_words_are_not_told_by_later_lists() -> None:
    assert REGISTER.who("Ann Lee", paper="log", day=FEBRUARY) is None
    assert REGISTER.who("KE", paper="undated", day=None) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the Clerk", "Clerk", True),
        ("Chairman", "Chair", True),
        ("Clerk to the Parish Council", "The Clerk", True),
        ("Head of Housing", "Head of Housing Services", False),
        ("Deputy Clerk", "Clerk", False),
        ("Vice-Chair", "Vice Chairman", True),
    ],
)
def test_spellings_of_a_post(one: str, other: str, same: bool) -> None:
    assert (post_key(one) == post_key(other)) == same


NAMES = ["Karen East", "K East", "Ken East", "Mrs East", "Ann Lee", "A Lee", "Abe Lark"]
ROLES = ["", "Clerk", "Chair", "Town Clerk", "Deputy Clerk"]
WORDS = ["KE", "AL", "the Clerk", "Chair", "Cllr East", "K East", "Karen East", "Ann Lee", "Clerk and AL", "officers"]


@st.composite
def attendance(draw: st.DrawFn) -> tuple[dt.date, tuple[Attendee, ...]]:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    initials = {name: "".join(word[0] for word in name.split()) for name in names if not name.startswith("Mrs")}
    people = tuple(Attendee(name, initials.get(name, ""), draw(st.sampled_from(ROLES))) for name in names)
    return JANUARY + dt.timedelta(days=draw(st.integers(0, 5))), people


@settings(max_examples=100, deadline=None)
@given(st.lists(attendance(), max_size=6), st.integers(0, 6), st.randoms(use_true_random=False))
def test_neither_the_order_of_papers_nor_later_ones_change_who_is_meant(
    lists: list[tuple[dt.date, tuple[Attendee, ...]]], cut: int, chance: random.Random
) -> None:
    papers = [(f"paper {n}", day, people) for n, (day, people) in enumerate(lists)]
    mixed = chance.sample(papers, len(papers))
    today = JANUARY + dt.timedelta(days=cut)
    then = Register(paper for paper in papers if paper[1] <= today)
    for paper, words in [(paper, words) for paper in ["log", *(p[0] for p in papers)] for words in WORDS]:
        now = Register(papers).who(words, paper=paper, day=today)
        assert now == Register(mixed).who(words, paper=paper, day=today)
        if paper == "log" and now:
            assert set(now.printed) <= {who.name for _, day, people in papers if day <= today for who in people}
            assert then.who(words, paper=paper, day=today) == now
