"""The corpus: gold speaks of papers, papers come from sources, and the awkward things are really there."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

ROOT = Path(__file__).parent.parent / "corpus"
PAPERS = {path.stem: path for path in sorted((ROOT / "papers").rglob("*")) if path.is_file()}
GOLD: dict[str, dict[str, Any]] = {p.stem: json.loads(p.read_text()) for p in sorted((ROOT / "gold").glob("*.json"))}
THREADS: dict[str, dict[str, Any]] = {
    p.stem: json.loads(p.read_text()) for p in sorted((ROOT / "gold" / "threads").glob("*.json"))
}
MANIFEST = json.loads((ROOT / "manifest.json").read_text())
EVENTS = {"done", "partly_done", "not_done", "rescheduled", "withdrawn", "superseded"}


def squeezed(text: str) -> str:
    """Words without the space between them: readers may close letter-spaced capitals and rejoin lines."""
    return re.sub(r"[\s\u200b]+", "", text)


def test_every_paper_has_gold_and_every_gold_a_paper() -> None:
    assert len(PAPERS) >= 24
    assert PAPERS.keys() == GOLD.keys() == MANIFEST.keys()


@pytest.mark.parametrize("stem", PAPERS)
def test_gold_quotes_are_in_the_text_that_the_reader_finds(stem: str) -> None:
    from pipeline import ingest

    text = squeezed(ingest.read(PAPERS[stem]).text)
    quotes = [extract["quote"] for extract in GOLD[stem]["extracts"]]
    for thread in (thread for series in THREADS.values() for thread in series["threads"]):
        quotes += [event["quote"] for event in thread["events"] if event["paper"] == stem]
    assert [quote for quote in quotes if squeezed(quote) not in text] == []


@pytest.mark.parametrize("stem", PAPERS)
def test_the_reader_finds_body_and_day(stem: str) -> None:
    from pipeline import ingest

    meeting, gold = ingest.read(PAPERS[stem]).meeting, GOLD[stem]["meeting"]
    assert meeting.date == dt.date.fromisoformat(gold["date"])
    assert set((meeting.body or "").split()) & set(gold["body"].split()) - {"and", "of"}


@pytest.mark.parametrize("stem", PAPERS)
def test_papers_are_built_from_their_sources_as_they_stand(stem: str) -> None:
    entry = MANIFEST[stem]
    advice = "run `uv run corpus/build.py`"
    for what in ("source", "paper"):
        assert hashlib.sha256((ROOT / entry[what]).read_bytes()).hexdigest() == entry[f"{what}_sha256"], advice


@pytest.mark.parametrize("stem", GOLD)
def test_gold_says_what_the_source_says(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    markup = importlib.import_module("markup")
    marks = markup.load(ROOT / MANIFEST[stem]["source"]).marks
    read = [(mark.id, mark.kind, mark.quote) for mark in marks if mark.kind in markup.KINDS]
    assert read == [(extract["id"], extract["kind"], extract["quote"]) for extract in GOLD[stem]["extracts"]]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("[promise undertaking | Cllr Elstob will write.", "not closed"),
        ("[promise firmly | Cllr Elstob will write.]", "'firmly' is not known"),
        ("[response answers=c1 | The Clerk said no.]", "no extract is called 'c1'"),
        ("[challenge #c1 | Why?] [challenge #c1 | Why not?]", "used twice"),
    ],
)
def test_a_source_with_a_fault_is_refused(
    source: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT)
    markup = importlib.import_module("markup")
    paper = tmp_path / "paper.txt"
    paper.write_text(f"+++\n+++\n{source}\n")
    with pytest.raises(markup.SourceError, match=fault):
        markup.load(paper)


@pytest.mark.parametrize("stem", GOLD)
def test_extracts_are_whole(stem: str) -> None:
    extracts = GOLD[stem]["extracts"]
    kind = {extract["id"]: extract["kind"] for extract in extracts}
    assert len(kind) == len(extracts)
    for extract in extracts:
        assert extract["quote"]
        assert (extract["strength"] is not None) == (extract["kind"] == "promise")
        assert (extract["outcome"] is not None) == (extract["kind"] == "decision")
        assert all(kind[one] == "challenge" for one in extract["answers"])
        assert all(kind[one] in ("challenge", "response", "decision") for one in extract["arises_from"])
        if extract["due"] not in (None, "next-meeting"):
            assert dt.date.fromisoformat(extract["due"])
        assert extract["due"] is None or extract["due_text"]
        assert (extract["page"] is not None) == (PAPERS[stem].suffix == ".pdf")


@pytest.mark.parametrize("name", THREADS)
def test_threads_name_papers_of_their_series_and_days_in_order(name: str) -> None:
    series = THREADS[name]
    papers = {path.stem for path in (ROOT / "papers" / name).iterdir()}
    assert len(series["meetings"]) >= 5
    assert len(series["days"]) >= 5
    assert series["days"] == sorted(series["days"])
    assert series["as_of"] in series["days"]
    assert len({thread["id"] for thread in series["threads"]}) == len(series["threads"])
    day = {stem: re.search(r"\d{4}-\d\d-\d\d", stem) for stem in papers}
    for thread in series["threads"]:
        made = thread["first"]["paper"]
        told = [*thread["sightings"], *(event["paper"] for event in thread["events"])]
        assert {made, *told} <= papers
        first = day[made]
        assert first is not None
        assert all(found and found.group() >= first.group() for found in (day[stem] for stem in told))
        assert list(thread["verdicts"]) == [one for one in series["days"] if one >= first.group()]
        assert thread["verdict"] == thread["verdicts"].get(series["as_of"])
        assert {event["type"] for event in thread["events"]} <= EVENTS


@pytest.mark.parametrize("name", THREADS)
def test_no_verdict_lacks_what_it_rests_on(name: str) -> None:
    """A second reading by rule: what each verdict needs in dates and events on its day. It computes no verdict."""
    for thread in THREADS[name]["threads"]:
        due = thread["due"]
        for day, verdict in thread["verdicts"].items():
            known = [e for e in thread["events"] if re.findall(r"\d{4}-\d\d-\d\d", e["paper"])[0] <= day]
            types = {event["type"] for event in known}
            moved = [event["new_due"] for event in known if event["new_due"]]
            where = f"{thread['id']} on {day}: {verdict}"
            if verdict in ("kept", "kept_late"):
                assert "done" in types, where
            elif verdict in ("withdrawn", "superseded"):
                assert verdict in types, where
            elif verdict == "part_kept":
                assert "partly_done" in types and due < day, where
            elif verdict == "disputed":
                assert {"done", "not_done"} <= types, where
            elif verdict == "extended":
                assert due < day <= moved[-1], where
            elif verdict in ("broken", "lapsed", "overdue", "not_determinable"):
                assert "done" not in types and max([due, *moved]) < day, where
            elif verdict in ("open", "due_soon"):
                assert day <= due and "done" not in types, where
            else:
                assert verdict == "undated" and due is None and "done" not in types, where


def test_every_verdict_occurs() -> None:
    seen = {verdict for series in THREADS.values() for t in series["threads"] for verdict in t["verdicts"].values()}
    assert seen == {
        *("broken", "disputed", "due_soon", "extended", "kept", "kept_late", "lapsed", "not_determinable"),
        *("open", "overdue", "part_kept", "superseded", "undated", "withdrawn"),
    }


def test_every_kind_strength_and_outcome_occurs() -> None:
    extracts = [extract for gold in GOLD.values() for extract in gold["extracts"]]
    assert {extract["kind"] for extract in extracts} == {
        *("challenge", "response", "decision", "promise", "recommendation"),
    }
    assert {e["strength"] for e in extracts} - {None} == {"undertaking", "instruction", "request", "intention"}
    assert {e["outcome"] for e in extracts} - {None} == {
        *("noted", "approved", "agreed", "deferred", "referred", "rejected", "appointed", "delegated", "requested"),
        "other",
    }


def test_the_agenda_promises_nothing() -> None:
    assert GOLD["sallowby-2024-09-10-agenda"]["extracts"] == []


def pages(stem: str) -> list[str]:
    with pypdfium2.PdfDocument(PAPERS[stem]) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def ruling(stem: str) -> int:
    """Drawn paths on all pages: lines and rectangles."""
    with pypdfium2.PdfDocument(PAPERS[stem]) as document:
        return sum(
            1 for page in document for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH], max_depth=3)
        )


def word_xml(stem: str, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(PAPERS[stem]) as package:
        return package.read(part).decode()


def test_pdfs_come_from_several_producers() -> None:
    assert {entry["made_by"] for entry in MANIFEST.values()} == {
        *("chromium", "docx", "html", "libreoffice", "markdown", "reportlab", "text"),
    }


def test_the_minutes_in_ruled_cells_are_ruled_and_the_action_column_is_not() -> None:
    assert ruling("sallowby-2024-07-09-minutes") >= 40
    assert ruling("sallowby-2024-05-14-minutes") == 0


def test_the_action_table_runs_over_a_page_without_its_header() -> None:
    first, second = pages("sallowby-2024-09-10-minutes")
    assert "OWNER" in first and "Jun24.02" in first
    assert "OWNER" not in second and "Sep24.03" in second


@pytest.mark.parametrize(
    ("stem", "quote"),
    [
        ("sallowby-2024-05-14-minutes", "Cllr Lund would bring three quotations"),
        ("tarnwick-2024-06-11-minutes", "have the cycle stands at the station"),
        ("tarnwick-2024-11-12-minutes", "bring a full enforcement plan"),
        ("eldershire-2023-09-14-minutes", "would keep four places"),
        ("eldershire-2024-03-07-minutes", "would bring an analysis"),
    ],
)
def test_a_promise_is_cut_by_a_page_break(stem: str, quote: str) -> None:
    whole = next(extract["quote"] for extract in GOLD[stem]["extracts"] if quote in extract["quote"])
    assert not any(squeezed(whole) in squeezed(page) for page in pages(stem))
    assert any(squeezed(quote) in squeezed(page) for page in pages(stem))


def test_word_papers_hold_what_plain_readers_drop() -> None:
    minutes = word_xml("eldershire-2023-06-15-minutes")
    assert re.search(r"<w:ins .*?mentoring scheme", minutes)
    assert re.search(r"<w:delText[^>]*>[^<]*without discussion", minutes)
    assert re.search(r"<w:txbxContent>.*?safeguarding e-learning", minutes)
    assert re.search(r"<w:sdtContent>.*?health passport", word_xml("eldershire-2023-03-09-minutes"))
    assert "1 January" in word_xml("eldershire-2023-03-09-minutes", "word/footnotes.xml")


def test_letter_spaced_words_and_tags_are_printed() -> None:
    assert "R E S O L V E D" in "".join(pages("eldershire-2024-03-07-minutes"))
    assert "<AI1>" in "".join(pages("tarnwick-2024-06-11-minutes"))


@pytest.mark.parametrize("name", THREADS)
def test_the_store_tells_the_verdicts_of_the_gold_on_every_day(name: str, tmp_path: Path) -> None:
    """Every gold thread but those not extracted at all is found by its words, and stands as its day's gold says."""
    from pipeline import batch, queries, store

    db = tmp_path / "matters.db"
    batch.ingest([ROOT / "papers" / name], db, jobs=1)
    series = THREADS[name]
    found: set[str] = set()
    wrong = []
    with store.open(db) as conn:
        for day in series["days"]:
            threads = list(queries.threads(conn, as_of=dt.date.fromisoformat(day)))
            for gold in series["threads"]:
                if day not in gold["verdicts"]:
                    continue
                told = {thread.row.verdict.value for thread in threads if says(thread, gold)}
                found |= {gold["id"]} if told else set()
                if told and told != {gold["verdicts"][day]}:
                    wrong.append((day, gold["id"], gold["verdicts"][day], told))
    assert wrong == []
    assert len(found) >= len(series["threads"]) - 1


def says(thread: Any, gold: dict[str, Any]) -> bool:
    """Whether one of a promise's sightings, in a paper that the gold thread names, holds the words of the thread."""
    words, papers = squeezed(gold["action"]).casefold(), {gold["first"]["paper"], *gold["sightings"]}
    quotes = [squeezed(one.quote).casefold() for one in thread.sightings if Path(one.paper).stem in papers]
    return any(words in quote or quote in words for quote in quotes)
