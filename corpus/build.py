# /// script
# requires-python = ">=3.11"
# dependencies = ["python-docx>=1.1.2", "reportlab>=4", "pypdfium2>=4.30"]
# ///
"""Make the corpus: sources -> papers, gold and threads.

    uv run corpus/build.py                 # what has changed
    uv run corpus/build.py --all           # everything
    uv run corpus/build.py --gold          # gold and threads only; the papers stay

PDFs need LibreOffice (`soffice`) and Chromium (`chromium`) on the path. README.md describes the sources.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pypdfium2
from markup import EVENTS, KINDS, OUTCOMES, SEEN, STRENGTHS, Mark, Source, SourceError, load
from printers import SUFFIXES, write

HERE = Path(__file__).parent
SOURCES, PAPERS, GOLD = HERE / "sources", HERE / "papers", HERE / "gold"
MANIFEST = HERE / "manifest.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true", help="print every paper anew")
    parser.add_argument("--gold", action="store_true", help="only gold and threads")
    options = parser.parse_args()
    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    kept: dict[str, Any] = {}
    try:
        for folder in sorted(path for path in SOURCES.iterdir() if path.is_dir()):
            sources = [load(path) for path in sorted(folder.glob("*.txt"))]
            for source in sources:
                written = folder / f"{source.stem}.txt"
                paper = PAPERS / folder.name / (source.stem + SUFFIXES[source.head["make"]])
                entry = manifest.get(source.stem, {})
                stale = entry.get("source_sha256") != _sha(written) or not paper.exists()
                if not options.gold and (options.all or stale):
                    paper.parent.mkdir(parents=True, exist_ok=True)
                    write(source, paper)
                    print(f"printed {paper.relative_to(HERE)}")
                _json(GOLD / f"{source.stem}.json", gold(source, paper))
                kept[source.stem] = {
                    "source": written.relative_to(HERE).as_posix(),
                    "source_sha256": _sha(written) if not options.gold else entry.get("source_sha256"),
                    "paper": paper.relative_to(HERE).as_posix(),
                    "paper_sha256": _sha(paper),
                    "made_by": source.head["make"],
                }
            _json(GOLD / "threads" / f"{folder.name}.json", threads(folder, sources))
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    _json(MANIFEST, kept)
    return 0


def gold(source: Source, paper: Path) -> dict[str, Any]:
    """One paper's gold, in the form that `matters evaluate` reads."""
    head, pages = source.head, _pages(paper)
    if (day := head.get("next")) and not re.search(_printed_day(dt.date.fromisoformat(day)), _words(source)):
        raise SourceError(f"{source.stem}: the next meeting, {day}, is not printed in the paper")
    return {
        "paper": source.stem,
        "kind": head["kind"],
        "meeting": {"body": head.get("body"), "date": head.get("date", head["day"]) or None},
        "next_meeting": head.get("next"),
        "extracts": [_extract(mark, source, pages) for mark in source.marks if mark.kind in KINDS],
        "doubts": head.get("doubts", []),
    }


def _extract(mark: Mark, source: Source, pages: list[str]) -> dict[str, Any]:
    """Checks what prose cannot: that owner, deadline and recipient are the paper's own words."""
    where = f"{source.stem}: {mark.kind} {mark.quote[:60]!r}"
    strength = next((flag for flag in mark.flags if flag in STRENGTHS), None)
    outcome = next((flag for flag in mark.flags if flag in OUTCOMES), None)
    if (mark.kind == "promise") != (strength is not None) or (mark.kind == "decision") != (outcome is not None):
        raise SourceError(f"{where}: a promise needs a strength, a decision an outcome, and nothing else has one")
    unknown = set(mark.words) - {"owner", "by", "due", "to", "answers", "from", "ref"}
    if unknown:
        raise SourceError(f"{where}: unknown words {sorted(unknown)}")
    printed = _words(source)
    for key in ("owner", "by", "to", "ref"):
        if key in mark.words and _squeezed(mark.words[key]) not in printed:
            raise SourceError(f"{where}: {key}={mark.words[key]!r} is not in the paper")
    if "due" in mark.words and mark.words["due"] != "next-meeting":
        dt.date.fromisoformat(mark.words["due"])
    if "due" in mark.words and "by" not in mark.words:
        raise SourceError(f"{where}: a date without the words that fix it")
    arises = [*mark.within, *filter(None, mark.words.get("from", "").split(","))] if mark.kind == "promise" else []
    return {
        "id": mark.id,
        "kind": mark.kind,
        "page": _page(mark.quote, pages),
        "quote": mark.quote,
        "owner": mark.words.get("owner"),
        "due_text": mark.words.get("by"),
        "due": mark.words.get("due"),
        "strength": strength,
        "outcome": outcome,
        "formal": "formal" in mark.flags,
        "recipient": mark.words.get("to"),
        "answers": list(filter(None, mark.words.get("answers", "").split(","))),
        "arises_from": sorted(set(arises), key=arises.index),
    }


def threads(folder: Path, sources: list[Source]) -> dict[str, Any]:
    """The series' gold: each promise from its first paper on, what the later ones say, its verdict on each day."""
    plan = tomllib.loads((folder / "threads.toml").read_text(encoding="utf-8"))
    days: list[str] = plan["days"]
    ordered = sorted(sources, key=_rank)
    seen: dict[str, list[tuple[Source, Mark]]] = {}
    for source in ordered:
        for mark in source.marks:
            if mark.kind in EVENTS and mark.thread is None:
                raise SourceError(f"{source.stem}: the event {mark.quote[:60]!r} names no thread")
            if mark.kind == "promise" or mark.kind in EVENTS:
                seen.setdefault(mark.thread or f"{source.stem}-{mark.id}", []).append((source, mark))
    known = {entry["id"]: entry for entry in plan.get("thread", [])}
    if missing := set(known) - set(seen):
        raise SourceError(f"{folder.name}: threads without a promise: {sorted(missing)}")
    meetings = sorted({source.head["day"] for source in sources if source.head["kind"] == "minutes"})
    pages = {s.stem: _pages(PAPERS / folder.name / (s.stem + SUFFIXES[s.head["make"]])) for s in sources}
    return {
        "series": folder.name,
        "body": plan["body"],
        "as_of": plan["as_of"],
        "days": days,
        "meetings": meetings,
        "threads": [
            _thread(name, marks, known.get(name), days, plan["as_of"], meetings, pages) for name, marks in seen.items()
        ],
        "doubts": plan.get("doubts", []),
    }


def _thread(
    name: str,
    marks: list[tuple[Source, Mark]],
    entry: dict[str, Any] | None,
    days: list[str],
    as_of: str,
    meetings: list[str],
    pages: dict[str, list[str]],
) -> dict[str, Any]:
    source, first = next(((s, m) for s, m in marks if m.kind == "promise"), (None, None))
    if source is None or first is None:
        raise SourceError(f"thread {name}: no promise")
    made = source.head["day"]
    events = [
        {
            "paper": s.stem,
            "page": _page(m.quote, pages[s.stem]),
            "type": m.kind,
            "quote": m.quote,
            "new_due": m.words.get("to"),
            **({"agreed": "agreed" in m.flags} if m.kind == "rescheduled" else {}),
        }
        for s, m in marks
        if m.kind in EVENTS and m.kind != "sighted"
    ]
    sightings = [s.stem for s, m in marks if m.kind in SEEN and s.stem != source.stem]
    due = first.words.get("due")
    if due == "next-meeting":
        due = next((day for day in meetings if day > made), source.head.get("next"))
    later = [day for day in days if day >= made]
    if entry is None:
        if due or events:
            raise SourceError(f"thread {name}: dated or with events, so threads.toml must say its verdicts")
        entry = {"verdicts": " ".join(["undated"] * len(later)), "why": "no deadline, and no later paper tells of it"}
    verdicts = entry["verdicts"].split()
    if len(verdicts) != len(later):
        raise SourceError(f"thread {name}: {len(verdicts)} verdicts for {len(later)} days from {made} on: {later}")
    on = dict(zip(later, verdicts, strict=True))
    return {
        "id": name,
        "ref": next((m.words["ref"] for _, m in marks if "ref" in m.words), None),
        "owner": entry.get("owner", first.words.get("owner")),
        "action": first.quote,
        "first": {"paper": source.stem, "page": _page(first.quote, pages[source.stem])},
        "due_text": first.words.get("by"),
        "due": due,
        "sightings": sorted(set(sightings), key=sightings.index),
        "events": events,
        "verdict": on.get(as_of),
        "verdicts": on,
        "why": entry["why"],
    }


def _rank(source: Source) -> tuple[str, int, str]:
    """Papers in the order in which a reader meets them: by day, minutes before what is drawn from them."""
    return (
        source.head["day"],
        ("agenda", "minutes", "decision-record", "report", "action-log").index(source.head["kind"]),
        source.stem,
    )


def _pages(paper: Path) -> list[str]:
    if paper.suffix != ".pdf" or not paper.exists():
        return []
    with pypdfium2.PdfDocument(paper) as document:
        return [_squeezed(page.get_textpage().get_text_bounded()) for page in document]


def _page(quote: str, pages: list[str]) -> int | None:
    """The page on which a quote begins. One that a page break or a table cell cuts is found by its first words."""
    if not pages:
        return None
    words = quote.split()
    for length in (len(words), 6, 4, 3, 2):
        start = _squeezed(" ".join(words[:length]))
        for number, text in enumerate(pages, 1):
            if start in text:
                return number
    return None


def _printed_day(day: dt.date) -> str:
    return rf"{day.day}(?:st|nd|rd|th)?{day:%B}"


def _words(source: Source) -> str:
    """All that the paper prints, squeezed."""
    return _squeezed(" ".join(" ".join([block.text, *block.cells, block.margin]) for block in source.blocks))


def _squeezed(text: str) -> str:
    return re.sub(r"\{[a-z]+:?|\W", "", text)


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _json(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
