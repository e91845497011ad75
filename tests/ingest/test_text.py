"""Plain text and Markdown: paragraphs as they were written, however the lines were broken."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.reading import Reading
from pipeline.ingest.text import inline, read
from pipeline.records import PaperError


def of_text(source: str) -> Reading:
    return read(source.encode(), "paper.txt")


def lines(source: str) -> list[tuple[str, str]]:
    reading = of_text(source)
    return [(block.kind.value, reading.text[block.span.start : block.span.end]) for block in reading.blocks]


WRAPPED = {
    "blank lines part": ("One line\nand the rest of it.\n\nAnother.", ["One line and the rest of it.", "Another."]),
    "a stop at a full line's end goes on": (
        "The Clerk had written to the county council about the drain twice.\n"
        "No answer had come, and she would write a third time this month so.\n\nNoted.\n\nAgreed.",
        [
            "The Clerk had written to the county council about the drain twice. "
            "No answer had come, and she would write a third time this month so.",
            "Noted.",
            "Agreed.",
        ],
    ),
    "no blank lines at all": (
        "The report was read to all the members who had come to the hall and to\nthe public.\nMembers noted it.",
        ["The report was read to all the members who had come to the hall and to the public.", "Members noted it."],
    ),
    "a bullet alone on its line": (
        "·\n9 were\nnot upheld\n·\n2 were\nupheld",
        ["• 9 were not upheld", "• 2 were upheld"],
    ),
    "a bullet, a blank line, its text": ("Noted:\n\n•\n\nThe pond was deep.", ["Noted:", "• The pond was deep."]),
    "a name cut in two": (
        "The drain in the high street was looked at by Mr Jonathan\nBirch of the county council.",
        ["The drain in the high street was looked at by Mr Jonathan Birch of the county council."],
    ),
    "a stop cut off by a page": ("The pond was deep\n\n.\n\nNoted.", ["The pond was deep.", "Noted."]),
    "items": (
        "Resolved:\n(a) that the gate be\nmended\n(b) that it be painted",
        [
            "Resolved:",
            "(a) that the gate be mended",
            "(b) that it be painted",
        ],
    ),
    "a table spread over blank lines": (
        "Ref | Action | Owner\n\n1 | Mend it | AB",
        ["Ref\tAction\tOwner", "1\tMend it\tAB"],
    ),
    "page numbers": ("The gate\n- Page 2 of 3 -\nwas mended.", ["The gate was mended."]),
    "letter-spaced": ("R E S O L V E D that the gate be mended.", ["RESOLVED that the gate be mended."]),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_lines_become_paragraphs(name: str) -> None:
    source, expected = WRAPPED[name]
    assert of_text(source).text.splitlines() == expected


def test_long_lines_are_paragraphs_of_their_own() -> None:
    said = (
        "The Board talked about the harbour wall, the crane, the moorings and the fees for longer than was planned, "
        * 2
    )
    source = "\n".join(f"{said}{ending}" for ending in ("and ended", "And ended", "Ended", "Closed"))
    assert len(of_text(source).text.splitlines()) == 4


MARKDOWN = {
    "heading": ("## **Positives**", "Positives"),
    "bold": ("The **gate** was mended.", "The gate was mended."),
    "italic": ("*The gate* was _mended_.", "The gate was mended."),
    "escapes": ("1\\. Roads and 3 \\* 4", "1. Roads and 3 * 4"),
    "snake case is no emphasis": ("See action_log_file here.", "See action_log_file here."),
    "a product is no emphasis": ("It is 3 * 4 * 5 feet.", "It is 3 * 4 * 5 feet."),
    "link": ('See [the plan](https://example.org/a_(b) "Plan").', "See the plan."),
    "image": ("![logo](logo.png) The gate.", "The gate."),
    "formula": ("work $\\underline{\\text{with}}$ them", "work with them"),
    "stray mark": ("- 6** Good governance", "• 6 Good governance"),
    "converter's dash": ("- (ii) Officers to report", "(ii) Officers to report"),
    "entity": ("Roads &amp; trees **now**", "Roads & trees now"),
    "signature": ("Signed \\_\\_\\_\\_\\_\\_", "Signed ______"),
    "quoted": ("> The gate was mended.", "The gate was mended."),
    "attributes": ("The gate.\n{.is-info}", "The gate."),
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_marks_are_no_words(name: str) -> None:
    source, expected = MARKDOWN[name]
    assert of_text(source).text == expected


def test_markdown_structure() -> None:
    source = """---
title: "Tarnwick Parish Council - May"
date: "2021-06-02"
tags:
  - parish
---

# Minutes

1\\. PUBLIC FORUM A resident asked about the drain.

**2\\. Highways**

- Mend the gate
    - before June
- Paint it

| Action | Owner |
|--------|:-----:|
| Mend **it** | Clerk |
"""
    reading = of_text(source)
    assert lines(source) == [
        ("heading", "Tarnwick Parish Council - May"),
        ("heading", "Minutes"),
        ("heading", "1. PUBLIC FORUM"),
        ("paragraph", "A resident asked about the drain."),
        ("heading", "2. Highways"),
        ("list-item", "• Mend the gate"),
        ("list-item", "• before June"),
        ("list-item", "• Paint it"),
        ("table-row", "Action\tOwner"),
        ("table-row", "Mend it\tClerk"),
    ]
    assert [block.level for block in reading.blocks[5:8]] == [1, 2, 1]
    assert [cell.header for cell in reading.blocks[-1].cells] == ["Action", "Owner"]


def test_page_breaks_are_pages_and_what_they_repeat_goes() -> None:
    pages = [f"Tarnwick Council\nItem {name} was read and it was noted.\n{number}" for number, name in enumerate("ABC")]
    reading = of_text("\f".join(pages))
    assert reading.pages == 3
    assert [block.page for block in reading.blocks] == [1, 2, 3]
    assert reading.text.splitlines() == [f"Item {name} was read and it was noted." for name in "ABC"]


@pytest.mark.parametrize("unit", ["*a ", "_a ", "[a](", "|", "1. AB ", "1.1 A ", "a:\t", "\t", "(", "- ", "> "])
def test_a_long_line_takes_no_longer_than_its_length(unit: str) -> None:
    before = time.process_time()
    with contextlib.suppress(PaperError):
        of_text(unit * 20_000)
    assert time.process_time() - before < 2


def test_without_page_breaks_there_are_no_pages() -> None:
    reading = of_text("Noted.")
    assert (reading.pages, reading.blocks[0].page) == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    said = "The Clerk’s fee of £5 – as agreed – was paid to the warden’s account. " * 3
    assert read(said.encode(encoding), "paper.txt").text == said.strip()


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty"), (b" \n\n ", "empty"), (bytes(range(256)) + b"\0" * 99, "not-text")]
)
def test_what_is_no_text_is_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(PaperError, match=r"^paper\.txt: .*\.$") as caught:
        read(data, "paper.txt")
    assert caught.value.code == code


@given(
    st.lists(st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=30), min_size=1, max_size=6)
)
def test_no_word_is_lost(paragraphs: list[list[str]]) -> None:
    words = [word for paragraph in paragraphs for word in paragraph]
    source = "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)
    assert of_text(source).text.split() == words
    # The same words, broken after every third.
    broken = "\n\n".join(
        "\n".join(" ".join(paragraph[at : at + 3]) for at in range(0, len(paragraph), 3)) for paragraph in paragraphs
    )
    assert of_text(broken).text.split() == words


@given(st.from_regex(r"[A-Za-z0-9 .,£()-]{0,60}", fullmatch=True))
def test_text_without_marks_stays_as_it_is(source: str) -> None:
    assert inline(source) == (source, 0)
