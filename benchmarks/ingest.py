"""What reading a folder of papers costs, and what it keeps of their text.

    python benchmarks/ingest.py [PATH...] [--quick]

Papers to the store (read, extract, save; the language model loaded beforehand) beside pypdfium2's plain text and
pdfplumber's `extract_text` for PDF, and beside a walk of paragraphs and tables by python-docx for DOCX: CPU seconds
of this process over the same files, one after the other. In the same run the quality guard: nothing is fast that loses
text. Without PATH it takes the papers of `../shared` where there are some, else `corpus/`. `--quick` leaves out all
that needs pdfplumber's own pages, the slow part. Ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
from docx.document import Document as DocxDocument
from docx.table import Table

from pipeline import batch, ingest, language, store
from pipeline.extract import extract
from pipeline.ingest import pdf, tables
from pipeline.ingest.reading import clean
from pipeline.records import Extraction, PaperError
from pipeline.rules import RuleSet

HERE = Path(__file__).resolve().parent.parent
SHARED = [HERE.parent / "shared" / "papers", HERE.parent / "shared" / "series"]
Words = Counter[str]


@dataclass
class Bars:
    """What was measured against what must be reached."""

    missed: list[str] = field(default_factory=list)

    def show(self, name: str, value: float, bar: float, *, most: bool) -> None:
        good = value <= bar if most else value >= bar
        print(f"  {name:<58} {value:8.4f}  {'<=' if most else '>='} {bar:<6g} {'ok' if good else 'MISSED'}")
        if not good:
            self.missed.append(name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--quick", action="store_true", help="without pdfplumber's own pages")
    options = parser.parse_args(arguments)
    roots = options.paths or [path for path in SHARED if path.is_dir()] or [HERE / "corpus"]
    papers = sorted(path for root in roots for path in ([root] if root.is_file() else root.rglob("*")))
    pdfs = [path for path in papers if path.suffix.lower() == ".pdf" and _reads(path)]
    word = [path for path in papers if path.suffix.lower() == ".docx"]
    bars = Bars()
    language.load()
    rules = RuleSet.load()
    with tempfile.TemporaryDirectory() as folder:
        _warm((pdfs or word)[:1], rules, Path(folder))
        batch.settle()  # as every process of a run does once the model is loaded
        if pdfs:
            _speed_of_pdf(pdfs, rules, Path(folder), bars, quick=options.quick)
        if word:
            _speed_of_docx(word, Path(folder), bars)
    if pdfs:
        _quality(pdfs, bars, quick=options.quick)
    return 1 if bars.missed else 0


def _reads(path: Path) -> bool:
    try:
        return bool(pdf.read(path.read_bytes(), path.name).text)
    except PaperError:
        return False


def _warm(paths: Sequence[Path], rules: RuleSet, folder: Path) -> None:
    """Imports, the empty store, first calls: paid once a process or once a store, not once a paper."""
    _save([extract(ingest.read(path), rules) for path in paths], folder / "warm.db")
    for path in paths:
        if path.suffix.lower() == ".pdf":
            _plain_text(path)


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


# Speed ----------------------------------------------------------------------------------------------------------------


def _speed_of_pdf(paths: Sequence[Path], rules: RuleSet, folder: Path, bars: Bars, *, quick: bool) -> None:
    pages = sum(len(pdf.pages(path.read_bytes(), path.name)) for path in paths)
    print(f"{len(paths)} PDF, {pages} pages; CPU seconds, and ms a page")
    # The yardstick is short and jumpy: the middle of five runs, around the runs that it measures.
    plain = [_cpu(lambda: [_plain_text(path) for path in paths])[0] for _ in range(3)]
    bare, _ = _cpu(lambda: [pdf.read(path.read_bytes(), path.name) for path in paths])
    read, documents = _cpu(lambda: [ingest.read(path) for path in paths])
    claims, extractions = _cpu(lambda: [extract(document, rules) for document in documents])
    saved, _ = _cpu(lambda: _save(extractions, folder / "pdf.db"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain += [_cpu(lambda: [_plain_text(path) for path in paths])[0] for _ in range(2)]
    base = sorted(plain)[2]
    total = read + claims + saved
    for name, seconds in (
        ("pypdfium2, plain text", base),
        ("read: layout", bare),
        ("read: document", read),
        ("extract", claims),
        ("store, with links and verdicts", saved),
        ("papers to store", total),
    ):
        print(f"  {name:<32} {seconds:8.3f} s {1000 * seconds / pages:8.2f} ms  {seconds / base:6.2f} x plain text")
    bars.show("papers to store / pypdfium2's plain text", total / base, 6, most=True)
    if not quick:
        import pdfplumber

        def theirs() -> None:
            for path in paths:
                with pdfplumber.open(path) as document:
                    for page in document.pages:
                        page.extract_text()
                        page.close()

        other, _ = _cpu(theirs)
        print(f"  {'pdfplumber, extract_text':<32} {other:8.3f} s {1000 * other / pages:8.2f} ms")
        bars.show("papers to store / pdfplumber's extract_text", total / other, 0.12, most=True)
    bars.show("peak memory, MB", memory, 300, most=True)


def _plain_text(path: Path) -> list[str]:
    document = pdfium.PdfDocument(path)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return texts


def _save(extractions: Sequence[Extraction], path: Path) -> None:
    with store.open(path, create=True) as kept:
        for extraction in extractions:
            store.save(kept, extraction)
        store.rebuild(kept)


def _speed_of_docx(paths: Sequence[Path], folder: Path, bars: Bars) -> None:
    rules = RuleSet.load()
    walk, _ = min((_cpu(lambda: [_walk(path) for path in paths]) for _ in range(3)), key=lambda run: run[0])
    read, documents = min(
        (_cpu(lambda: [ingest.read(path) for path in paths]) for _ in range(3)), key=lambda run: run[0]
    )
    extractions = [extract(document, rules) for document in documents]
    saved, _ = _cpu(lambda: [_keep(kept, extractions) for kept in _stores(folder / "docx.db")])
    print(f"{len(paths)} DOCX; CPU seconds: python-docx {walk:.3f}, read {read:.3f}, store {saved:.3f}")
    bars.show("DOCX to store, extraction apart / python-docx", (read + saved) / walk, 0.5, most=True)


def _stores(path: Path) -> Iterator[store.Store]:
    with store.open(path, create=True) as kept:
        yield kept


def _keep(kept: store.Store, extractions: Sequence[Extraction]) -> None:
    for extraction in extractions:
        store.save(kept, extraction)


def _walk(path: Path) -> int:
    """The words that python-docx's own objects give: paragraphs, and tables within tables."""

    def count(holder: DocxDocument | Any) -> int:
        found = sum(len(paragraph.text.split()) for paragraph in holder.paragraphs)
        return found + sum(count(cell) for table in holder.tables for cell in _cells(table))

    return count(docx.Document(str(path)))


def _cells(table: Table) -> Iterator[Any]:
    for row in table.rows:
        yield from row.cells


# Quality --------------------------------------------------------------------------------------------------------------


def _quality(paths: Sequence[Path], bars: Bars, *, quick: bool) -> None:
    print("Quality of the same readings (furniture put back)")
    kept: dict[str, float] = {}
    scores: list[tuple[float, str]] = []
    shared = ours_all = theirs_all = 0
    found = wanted = 0
    for path in paths:
        data = path.read_bytes()
        reading = pdf.read(data, path.name)
        ours = _bag(" ".join((reading.text, *reading.furniture)))
        printed = _pdftotext(path)
        if printed is not None:
            kept[path.name] = _share(_bag(reading.text), _bag(_without(printed, reading.furniture)))
        if quick:
            continue
        text, boxes = _pdfplumber(path)
        theirs = _bag(text)
        common = sum((ours & theirs).values())
        shared, ours_all, theirs_all = shared + common, ours_all + ours.total(), theirs_all + theirs.total()
        scores.append((2 * common / max(1, ours.total() + theirs.total()), path.name))
        hits, number = _tables(pdf.pages(data, path.name), boxes)
        found, wanted = found + hits, wanted + number
    if kept:
        worst = min(kept, key=kept.__getitem__)
        bars.show(f"text kept of pdftotext's words, worst: {worst[:26]}", kept[worst], 0.99, most=False)
    if not quick:
        bars.show("word-bag F1 against pdfplumber", 2 * shared / max(1, ours_all + theirs_all), 0.999, most=False)
        score, name = min(scores)
        print(f"    least: {score:.4f} {name}")
        bars.show(f"tables found, of {wanted} that pdfplumber finds", found / max(1, wanted), 0.97, most=False)


def _without(printed: str, furniture: Sequence[str]) -> str:
    """Another engine's text without the lines that we left out, letter-spaced or not."""
    left_out = {re.sub(r"\W", "", line) for line in furniture}
    return "\n".join(line for line in printed.splitlines() if re.sub(r"\W", "", line) not in left_out)


def _bag(text: str) -> Words:
    """Words of letters and of digits apart: "8th" is "8 th" to some, for its raised letters."""
    lines = (clean(line) for line in re.sub(r"\(cid:\d+\)", "", text).casefold().splitlines())
    return Counter(word for line in lines for word in re.findall(r"\d+|[^\W\d_]+", line))


def _share(ours: Words, theirs: Words) -> float:
    return sum((ours & theirs).values()) / max(1, theirs.total())


def _pdftotext(path: Path) -> str | None:
    if shutil.which("pdftotext") is None:
        return None
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def _pdfplumber(path: Path) -> tuple[str, list[list[tuple[float, float, float, float]]]]:
    import pdfplumber

    texts, boxes = [], []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            # By default it glues the words of papers that set them without spaces between.
            texts.append(page.extract_text(x_tolerance_ratio=0.15))
            boxes.append([table.bbox for table in page.find_tables()])
            page.close()
    return "\n".join(texts), boxes


def _tables(pages: Sequence[Any], theirs: Sequence[Sequence[tuple[float, float, float, float]]]) -> tuple[int, int]:
    """How many of the other's tables stand at the same place, and of how many."""
    hits = 0
    for page, wanted in zip(pages, theirs, strict=True):
        ours = [_hull(cells) for cells in tables.find(page)]
        hits += sum(any(_within(box, own) > 0.9 for own in ours) for box in wanted)
    return hits, sum(map(len, theirs))


def _hull(cells: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    left, top, right, bottom = zip(*cells, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _within(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """The share of a box that lies in another: ours holds a row more where a page break takes a table's last side."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(width, 0.0) * max(height, 0.0) / area if area else 0.0


if __name__ == "__main__":
    sys.exit(main())
