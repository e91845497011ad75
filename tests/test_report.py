"""Reports on paper: both forms say the same, no word of a paper is markup, every accusation has its evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html
from making import make_paper
from markdown_it import MarkdownIt

from pipeline import audit, queries, report, store
from pipeline.audit import CAME_DUE, EVIDENCED, Audit
from pipeline.records import Coverage, EntryKind, Failure, PaperKind, VerdictKind
from pipeline.report import Report, audit_report, to_html, to_markdown
from pipeline.store import ledger
from pipeline.wording import MEANINGS

AS_OF = dt.date(2024, 6, 30)
HOSTILE = (
    "clerk: <script>alert(1)</script> & <b>bold</b> | by 1 February 2024",
    "1. clerk: *stars* _lines_ `code` [a link](javascript:alert(1)) {% raw %} {{ braces }} | by 1 February 2024",
    "J|B: # heading \\ backslash ~~struck~~ &amp; \x1b[2J code | by 1 February 2024",
    "- clerk: 2024. was a good year | by 1 February 2024",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Verdicts of every kind that a report prints, in words that would be markup if they could."""
    with store.open(tmp_path_factory.mktemp("store") / "s.db", create=True) as conn:
        for paper in (
            make_paper("2024-01 *minutes*.txt", *HOSTILE, "clerk: write to the school | by 1 February 2024"),
            make_paper("2024-02.txt", date=dt.date(2024, 2, 14)),
            make_paper(
                "2024-03.txt",
                "clerk: write to the school | by 1 February 2024 | Completed 13 March 2024",
                "Jo Blake: mend the stile in Carr Lane",
                date=dt.date(2024, 3, 13),
            ),
            make_paper("log.txt", "chair: publish | by 2 May 2024", body="Board <i>", kind=PaperKind.ACTION_LOG),
        ):
            store.save(conn, paper, Path("/papers", paper.paper))
        store.fail(conn, Failure("/papers/lost.pdf", "no-text", "lost.pdf holds no text; run OCR on it."))
        store.rebuild(conn)
        ids = {row.action: row.id for row in queries.promises(conn, as_of=AS_OF)}
        for action, kind, payload, day in (
            ("publish", EntryKind.RULING, {"verdict": "broken"}, dt.date(2024, 6, 1)),
            ("write to the school", EntryKind.CORRECTION, {"owner": "the <Deputy> Clerk"}, dt.date(2024, 8, 1)),
            ("publish", EntryKind.RULING, {"verdict": "kept"}, dt.date(2024, 8, 1)),
        ):
            at = dt.datetime.combine(day, dt.time(9), dt.UTC)
            ledger.enter(conn, ids[action], kind, payload, by="J. *Reed*", reason=f"seen | by {kind}", at=at)
        return audit.audit(conn, as_of=AS_OF)


@pytest.fixture(scope="module")
def written(told: Audit) -> Report:
    return audit_report(told, program="matters 1.0")


def words(tree: html.HtmlElement) -> list[str]:
    return " ".join(text for text in tree.itertext()).split()


def page(written: Report) -> html.HtmlElement:
    return html.document_fromstring(to_html(written))


def test_markdown_and_html_say_the_same_words(written: Report) -> None:
    main = page(written).find(".//main")
    for nav in main.findall("nav"):
        main.remove(nav)
    markdown = html.document_fromstring(MarkdownIt().enable("table").render(to_markdown(written)))
    colons = [word.removesuffix(":") for word in words(markdown)]
    assert Counter(colons) == Counter(word.removesuffix(":") for word in words(main))


def test_words_of_papers_are_no_markup(written: Report) -> None:
    tree = page(written)
    assert not tree.xpath("//script | //b | //i | //*[@onclick]")
    assert not [link for link in tree.xpath("//@href") if not link.startswith("#")]
    text = " ".join(words(tree))
    for said in ("<script>alert(1)</script> & <b>bold</b>", "*stars* _lines_ `code` [a link](javascript:alert(1))"):
        assert said in text
    assert "\x1b" not in to_html(written) + to_markdown(written)
    rendered = MarkdownIt().enable("table").render(to_markdown(written))
    assert not re.search(r"<(?:script|a|em|code|s|b|i|ol)\b", rendered)


def test_the_page_can_be_read_aloud_and_loads_nothing(written: Report) -> None:
    tree = page(written)
    assert tree.get("lang") == "en-GB"
    assert tree.xpath("count(//h1)") == 1
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(tree.xpath("//nav//@href")) <= {f"#{id}" for id in ids}
    for table in tree.iter("table"):
        assert table.find("caption").text_content()
        assert {cell.get("scope") for cell in table.find("thead").iter("th")} == {"col"}
        assert {row[0].get("scope") for row in table.find("tbody")} == {"row"}
    assert not tree.xpath("//@src | //link | //style[contains(., 'url(')] | //style[contains(., '@import')]")


def findings(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for article in tree.iter("article"):
        yield article.get("aria-labelledby").removeprefix("promise-"), " ".join(words(article))


def test_whatever_tells_against_somebody_is_printed_with_its_evidence(told: Audit, written: Report) -> None:
    printed = dict(findings(page(written)))
    threads = [thread for verdict in EVIDENCED for thread in told.findings[verdict]]
    assert {thread.row.verdict for thread in threads} >= {VerdictKind.LAPSED, VerdictKind.KEPT_LATE}
    assert list(printed) == [thread.row.id for thread in threads]
    for thread in threads:
        said = printed[thread.row.id]
        assert thread.row.rule in said
        for event in thread.events:
            assert f"“{report._plain(event.quote)}” {event.paper or 'entered by'}" in said
        for paper in thread.papers_searched:
            assert paper in said
    assert any(thread.papers_searched for thread in threads)


def test_what_people_entered_is_told_where_it_counts(told: Audit, written: Report) -> None:
    tree = page(written)
    assert str(told.head) in to_markdown(written)
    (table,) = tree.xpath("//table[starts-with(caption, 'What people entered')]")
    assert [row[2].text_content() for row in table.find("tbody")] == [
        "Ruled broken",
        "Owner: the <Deputy> Clerk (read: clerk)",
    ]
    printed = dict(findings(tree))
    (ruled,) = told.findings[VerdictKind.BROKEN]
    assert "Verdict Broken (ruled); its date passed 59 days before the day of this report" in printed[ruled.row.id]
    assert "“seen | by ruling” entered by J. *Reed*" in printed[ruled.row.id]
    (late,) = told.findings[VerdictKind.KEPT_LATE]
    said = "Entered by J. *Reed* 1 Aug 2024, owner: the <Deputy> Clerk (read: clerk): seen | by correction"
    assert said in printed[late.row.id]


def test_every_figure_has_its_definition(told: Audit, written: Report) -> None:
    text = to_markdown(written)
    for verdict in CAME_DUE:
        assert MEANINGS[verdict] in text
    tables = [block for block in written.blocks if isinstance(block, report.Table)]
    (figures,) = [table for table in tables if table.columns[0] == "Figure"]
    assert all(all(row) for row in figures.rows)
    assert [row[:3] for row in figures.rows[:2]] == [
        ("Median days late", "41", "1 promise kept late"),
        ("Median days past the date", "150", "5 promises overdue, broken, lapsed or part kept"),
    ]


def test_what_was_not_read_is_told(written: Report) -> None:
    text = to_markdown(written)
    for said in (
        "lost.pdf holds no text; run OCR on it.",
        "Fenwick Parish Council: the last paper that was read is of 13 Mar 2024, 109 days before the day of this",
        "page 2 holds no text",
        "Papers dated later were not looked at",
    ):
        assert said in text


def test_a_store_without_promises_has_a_report_too(tmp_path: Path) -> None:
    with store.open(tmp_path / "s.db", create=True) as conn:
        told = audit.audit(conn, as_of=AS_OF)
    text = to_markdown(audit_report(told, program="x"))
    assert "- **Promises found:** 0" in text
    assert "| All that came due | 0 | none |" in text


def test_how_much_of_a_paper_was_read_has_words() -> None:
    assert set(report._COVERAGE) == set(Coverage)
