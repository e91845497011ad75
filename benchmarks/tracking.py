"""What following promises costs as papers grow many: in a large store, and in a body that has met for decades.

    python benchmarks/tracking.py [--papers 1000 10000 100000] [--of-one-body 300 1000 3000] [--folder FOLDER]

Reads the papers of the corpus once and writes what they say under the names of invented bodies, surnames changed, as
many times as it takes; then links, assesses and stores the promises as a run does: CPU seconds a paper, each size in a
process of its own, the smallest before and after the largest. Beside them one body with thousands of papers, one series
after another. In the end one meeting's paper is added to the largest store by the real command, `matters ingest`.
100,000 papers take about ten minutes of a core and 1.6 GB of disk, in FOLDER or where temporary files go. Ends with 1
where a bar is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

from pipeline import batch, store, track
from pipeline.records import Extraction

HERE = Path(__file__).resolve().parent.parent
CORPUS = HERE / "corpus" / "papers"
GROWTH = 1.3
"""How much more a paper may cost in the largest store than in the smallest, and in the largest body."""
ADDED = 2.0
"""Seconds that one more meeting may take."""
MEMORY = 300
"""Megabytes."""


def main(arguments: Sequence[str] | None = None) -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--papers", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    ask.add_argument("--of-one-body", type=int, nargs="*", default=[300, 1_000, 3_000])
    ask.add_argument("--folder", type=Path, help="where the stores are made, and deleted again")
    ask.add_argument("--measure", nargs=3, metavar=("HOW", "SIZE", "FOLDER"), help=argparse.SUPPRESS)
    options = ask.parse_args(arguments)
    if options.measure:
        how, size, folder = options.measure
        print(json.dumps({"read": read, "store": in_a_store, "body": of_one_body}[how](int(size), Path(folder))))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure("read", 0, Path(folder))
        sizes = sorted(options.papers)
        missed = grow("store", [*sizes, sizes[0]] if len(sizes) > 1 else sizes, Path(folder))
        missed += add_a_meeting(sizes[-1], Path(folder))
        if options.of_one_body:
            missed += grow("body", sorted(options.of_one_body), Path(folder))
    return int(missed > 0)


def measure(how: str, size: int, folder: Path) -> dict[str, float]:
    """In a process of its own: what another has loaded counts for its memory, and what it remembers for its time."""
    command = [sys.executable, __file__, "--measure", how, str(size), str(folder)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def read(_: int, folder: Path) -> dict[str, float]:
    reader = batch.reader(None)
    series = [[reader(paper) for paper in sorted(place.iterdir())] for place in sorted(CORPUS.iterdir())]
    (folder / "corpus.pickle").write_bytes(pickle.dumps(series))
    return {}


def grow(how: str, sizes: Sequence[int], folder: Path) -> int:
    """Measure sizes one after the other; how many bars were missed."""
    print({"store": "papers in the store, thirty-one of three bodies a time", "body": "papers of one body"}[how])
    runs: dict[int, list[dict[str, float]]] = {}
    for size in sizes:
        found = measure(how, size, folder)
        runs.setdefault(size, []).append(found)
        parts = "  ".join(f"{name} {1000 * value / size:6.2f}" for name, value in found.items() if name != "memory")
        print(f"  {size:>9,}  CPU ms a paper: {parts}   peak {found['memory']:4.0f} MB", flush=True)
    # Verdicts of matters that stay open for decades name all papers searched, which no tracker can make cheap.
    counted = {"store": "link and assess", "body": "link"}[how]
    cost = {size: min(run[counted] for run in found) / size for size, found in runs.items()}
    missed = bar(
        f"{counted}: a paper of the largest, to one of the smallest", cost[max(cost)] / cost[min(cost)], GROWTH
    )
    most = max(run["memory"] for found in runs.values() for run in found)
    return missed + bar("peak memory, MB", most, MEMORY)


def bar(name: str, value: float, most: float) -> int:
    print(f"  {name:<58} {value:8.2f}  <= {most:<6g} {'ok' if value <= most else 'MISSED'}", flush=True)
    return int(value > most)


def cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# A large store --------------------------------------------------------------------------------------------------------


def in_a_store(size: int, folder: Path) -> dict[str, float]:
    """Save papers of many bodies, then do what a run does when all are saved."""
    db = folder / f"{size}.db"
    for file in folder.glob(f"{db.name}*"):
        file.unlink()
    with store.open(db, create=True) as conn:
        saving = 0.0
        for paper in islice(papers(pickle.loads((folder / "corpus.pickle").read_bytes())), size):
            saving += cpu(lambda paper=paper: store.save(conn, paper, Path("/papers", paper.paper)))  # type: ignore[misc]

        def follow() -> None:
            store.gather(conn)
            store.rebuild(conn, [body for body, _ in store.stale(conn)])
            store.optimise(conn)

        return {"save": saving, "link and assess": cpu(follow), "memory": memory()}


def papers(series: Sequence[Sequence[Extraction]]) -> Iterator[Extraction]:
    for number in count():
        name = word(number)
        for papers_of_body in series:
            changed = _renaming(papers_of_body, name)
            for paper in papers_of_body:
                yield replace(
                    changed(paper),
                    paper=f"{name}-{paper.paper}",
                    sha256=hashlib.sha256(f"{number} {paper.sha256}".encode()).hexdigest(),
                    meeting=replace(paper.meeting, body=f"{paper.meeting.body} of {name}"),
                )


def word(number: int) -> str:
    """A place of that number: what tells bodies apart must be letters."""
    letters = ""
    for _ in range(5):
        number, one = divmod(number, 14)
        letters += "bdfgklmnprstvw"[one] + "aeiou"[one % 5]
    return letters.title()


def _renaming(papers_of_body: Sequence[Extraction], name: str) -> Callable[[Extraction], Extraction]:
    """Gives the people of a series other surnames, as long as theirs, wherever they are printed."""
    people = {who.name.split()[-1] for paper in papers_of_body for who in paper.attendees}
    surnames = {one: (one[0] + name.lower() * 2)[: len(one)] for one in people if len(one) > 3 and one.isalpha()}
    printed = re.compile(rf"\b(?:{'|'.join(sorted(surnames)) or '$^'})\b")

    def told(value: Any) -> Any:
        if isinstance(value, str):
            return printed.sub(lambda match: surnames[match[0]], value)
        if isinstance(value, tuple):
            return tuple(map(told, value))
        if hasattr(value, "__dataclass_fields__"):
            fields = {field: getattr(value, field) for field in value.__dataclass_fields__ if field in _TOLD}
            return replace(value, **{field: told(part) for field, part in fields.items()})
        return value

    return told


_TOLD = {
    "attendees",
    "extracts",
    "evidence",
    "items",
    "name",
    "owner",
    "owner_name",
    "quote",
    "status",
    "text",
    "title",
}


# A large body ---------------------------------------------------------------------------------------------------------


def of_one_body(size: int, folder: Path) -> dict[str, float]:
    """Link and assess the papers of a body that repeats the years of three series, one after the other."""
    series = pickle.loads((folder / "corpus.pickle").read_bytes())
    body = list(islice(years([paper for papers_of_body in series for paper in papers_of_body]), size))
    promises: list[Any] = []
    linking = cpu(lambda: promises.extend(track.link(body)))
    calendar = track.Calendar(track.PaperRef.of(paper) for paper in body)
    assessing = cpu(lambda: [track.verdicts(promise, calendar) for promise in promises])
    return {"link": linking, "assess": assessing, "link and assess": linking + assessing, "memory": memory()}


def years(series: Sequence[Extraction]) -> Iterator[Extraction]:
    for number in count():
        later = dt.timedelta(days=400 * number)

        def moved(day: dt.date | None, later: dt.timedelta = later) -> dt.date | None:
            return day and day + later

        for paper in series:
            meeting = paper.meeting
            yield replace(
                paper,
                paper=f"{number}-{paper.paper}",
                sha256=hashlib.sha256(f"{number} {paper.sha256}".encode()).hexdigest(),
                meeting=replace(
                    meeting,
                    body="Sallowby Parish Council",
                    date=moved(meeting.date),
                    next_date=moved(meeting.next_date),
                    meeting_dates=tuple(day + later for day in meeting.meeting_dates),
                ),
                extracts=tuple(
                    replace(
                        each, due=each.due and replace(each.due, start=moved(each.due.start), end=moved(each.due.end))
                    )
                    for each in paper.extracts
                ),
                evidence=tuple(replace(each, when=moved(each.when)) for each in paper.evidence),
            )


# One more meeting -----------------------------------------------------------------------------------------------------


MINUTES = """Sallowby Parish Council of {place}

Minutes of the meeting held on {day}

1. Roads
The Clerk would write to the highways team about the gully in Chapel Lane by the end of March.
2. Bus shelter
The bus shelter had been repaired.
"""


def add_a_meeting(size: int, folder: Path) -> int:
    """The whole command, from its start to its end, on the paper of a new meeting: the least of three runs. What
    starting, the rules and the language model take is told by the same into an empty store, and is not counted."""
    empty, largest = (
        [min(each) for each in zip(*(_ingest(folder, db(number), number) for number in range(3)), strict=True)]
        for db in (lambda number: folder / f"empty {number}.db", lambda _: folder / f"{size}.db")
    )
    print(f"matters ingest, one meeting's paper into {size:,}, beyond what it takes into an empty store")
    missed = 0
    for name, whole, start in zip(("CPU seconds", "seconds"), largest, empty, strict=True):
        missed += bar(f"{name} (all in all {whole:.2f})", whole - start, ADDED)
    return missed


def _ingest(folder: Path, db: Path, number: int) -> tuple[float, float]:
    """CPU seconds and seconds of the command, with compiled bytecode kept, as in any installed package."""
    paper = folder / f"{db.stem} {number}.txt"
    paper.write_text(MINUTES.format(place=word(number), day=f"14 {MONTHS[number]} 2025"), encoding="utf-8")
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "ingest", "--jobs", "1"]
    bytecode = os.environ | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, str(paper), "--db", str(db)], env=bytecode, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


MONTHS = ["January", "February", "March"]


if __name__ == "__main__":
    sys.exit(main())
