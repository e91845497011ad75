"""What the first screen of `matters list` costs on a large store.

    python benchmarks/list.py [--promises 100000] [--runs 7] [--keep FILE]

Makes a store of invented promises, then runs the real command in a process of its own and prints the CPU time (user and
system) beyond that of an interpreter that starts and does nothing: the least of several runs, for other work on the
machine only ever adds. Compiled bytecode is kept, as in any installed package. Ends with 1 where the first screen takes
300 ms or more, or a heavy package was imported.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline import store
from pipeline.store import writing

AS_OF = dt.date(2025, 6, 30)
BAR = 300.0
HEAVY = ("spacy", "sqlalchemy", "alembic", "pdfplumber", "pypdfium2", "lxml", "docx", "numpy")
TABLES = ["bodies", "papers", "texts", "sources", "extracts", "promises", "promise_words", "sightings", "events"]
TABLES += ["verdict_periods"]
"""Those that are filled, in an order that satisfies their references."""
QUERIES = {
    "first screen": [],
    "one body": ["--body", "Body 17 "],
    "one owner": ["--owner", "walker"],
    "by verdict": ["--verdict", "overdue"],
    "due in a month": ["--due-from", "2025-06-01", "--due-to", "2025-06-30"],
    "by text": ["--text", "drainage survey"],
    "by rare text": ["--text", "xylophone"],
    "as of two years before": ["--as-of", "2023-06-30"],
    "fairly certain": ["--min-confidence", "0.85"],
    "for review": ["--review"],
    "everything, kept too": ["--all"],
}

VERBS = ["write to", "circulate", "report on", "arrange", "obtain quotes for", "review", "publish", "repair", "contact"]
THINGS = [
    "the highways team",
    "the drainage survey",
    "the village hall lease",
    "the risk register",
    "the play area",
    "the placement figures",
    "the allotment fence",
    "the annual accounts",
    "the foster carers",
    "the website",
]
OWNERS = [
    "Clerk",
    "Cllr Walker",
    "Karen Evans",
    "KE",
    "Director of Children's Services",
    "Chairman",
    "Ben Oyelaran",
    None,
]


def fill(conn: store.Store, promises: int) -> None:
    """Ten promises a paper, fifty papers a body, three verdicts a promise: the proportions of real minutes."""
    rng = random.Random(7)
    for first in range(0, promises, 500):
        tables: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
        body = 1 + first // 500
        tables["bodies"].append({"id": body, "key": str(body), "name": f"Body {body} Council", "stale": False})
        for number in range(first, min(first + 500, promises), 10):
            _paper(tables, rng, body, 1 + number // 10, min(10, promises - number))
        with writing.transaction(conn) as connection:
            for table, rows in tables.items():
                connection.insert(table, rows)
    writing.optimise(conn)


def _paper(
    tables: dict[str, list[dict[str, object]]], rng: random.Random, body: int, paper: int, promises: int
) -> None:
    date = dt.date(2020, 1, 1) + dt.timedelta(days=rng.randrange(2000))
    name = f"minutes-{paper:06}.pdf"
    tables["papers"].append(
        {
            "id": paper,
            "sha256": f"{paper:064x}",
            "ruleset": "r",
            "name": name,
            "file": name,
            "backwards": f"{name}\npapers\n/",
            "body": None,
            "body_id": body,
            "media_type": "pdf",
            "kind": "minutes",
            "date": date.isoformat(),
            "next_date": None,
            "meeting_dates": "[]",
            "draft": False,
            "pages": 6,
            "coverage": "ok",
            "warnings": "[]",
        }
    )
    tables["sources"].append({"path": f"/papers/{name}", "paper_id": paper})
    tables["texts"].append({"paper_id": paper, "text": "Minutes of the meeting. " * 300})
    for place in range(promises):
        _promise(tables, rng, body, paper, place, date)


def _promise(
    tables: dict[str, list[dict[str, object]]],
    rng: random.Random,
    body: int,
    paper: int,
    place: int,
    date: dt.date,
) -> None:
    id = f"{rng.getrandbits(48):012x}"
    thing = rng.choice(THINGS) if rng.random() > 0.0001 else "the xylophone"
    action = f"{rng.choice(VERBS)} {thing} and bring what was found to the meeting (matter {paper}.{place})"
    owner, due = rng.choice(OWNERS), date + dt.timedelta(days=rng.randrange(7, 200)) if rng.random() > 0.3 else None
    deadline = {
        "due_words": None if due is None else "by then",
        "due_start": None,
        "due_end": None if due is None else due.isoformat(),
        "due_kind": None if due is None else "absolute",
    }
    tables["extracts"].append(
        deadline
        | {
            "paper_id": paper,
            "seq": place,
            "id": f"e{place}",
            "kind": "promise",
            "span_start": 0,
            "span_end": 24,
            "quote": action,
            "page": 1 + place // 2,
            "boxes": "[]",
            "rule": "promise.would",
            "confidence": 0.9,
            "owner": owner,
            "owner_name": owner,
            "strength": "undertaking",
            "outcome": None,
            "formal": False,
            "recipient": None,
            "reference": None,
            "status": None,
            "item": str(place),
        }
    )
    tables["promises"].append(
        deadline
        | {
            "id": id,
            "body_id": body,
            "paper_id": paper,
            "action": action,
            "owner": owner,
            "owner_name": owner,
            "owner_words": store.fold(owner or ""),
            "strength": "undertaking",
            "reference": None,
            "page": 1 + place // 2,
            "made": date.isoformat(),
            "confidence": 0.7 + place % 5 / 20,
            "mentions": "[]",
        }
    )
    tables["promise_words"].append({"promise_id": id, "words": store.fold(action)})
    tables["sightings"].append({"promise_id": id, "seq": 0, "paper_id": paper, "extract_id": f"e{place}"})
    tables["events"].append(
        {
            "promise_id": id,
            "seq": 0,
            "type": "made",
            "paper_id": paper,
            "page": 1,
            "date": date.isoformat(),
            "quote": action,
            "new_due": None,
            "agreed": False,
            "day": None,
        }
    )
    story = [(date, "undated", 3)]
    if due is not None:
        soon = max(date, due - dt.timedelta(days=14))
        late = rng.choice(
            [("overdue", 0), ("lapsed", 0), ("broken", 0), ("not_determinable", 0), ("kept", 4), ("kept", 4)]
        )
        story = [(date, "open", 2)] * (soon > date) + [(soon, "due_soon", 1), (due + dt.timedelta(days=1), *late)]
    ends = [day.isoformat() for day, *_ in story[1:]] + [writing.NEVER]
    for (day, verdict, rank), until in zip(story, ends, strict=True):
        tables["verdict_periods"].append(
            {
                "promise_id": id,
                "from_date": day.isoformat(),
                "until": until,
                "verdict": verdict,
                "rule": verdict,
                "due": None if due is None else due.isoformat(),
                "days_late": 0,
                "agreed": None,
                "stale": False,
                "rank": rank,
                "by_date": writing.NEVER if due is None else due.isoformat(),
                "made": date.isoformat(),
                "place": place,
                "searched": f'["minutes-{paper:06}.pdf"]',
            }
        )


def cpu(command: list[str], runs: int, environment: Mapping[str, str]) -> float:
    """The least CPU time of a command over some runs, in milliseconds."""
    taken = []
    for _ in range(runs + 1):  # the first one compiles
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken) * 1000


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--promises", type=int, default=100_000)
    ask.add_argument("--runs", type=int, default=7)
    ask.add_argument("--keep", type=Path, help="make the store here, and use it again if it is there")
    options = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = options.keep or Path(folder, "list.db")
        if not db.exists():
            began = time.perf_counter()
            with store.open(db, create=True) as conn:
                fill(conn, options.promises)
            print(
                f"{options.promises:,} promises, {db.stat().st_size / 1e6:.0f} MB, "
                f"made in {time.perf_counter() - began:.0f} s"
            )
        bytecode = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        return measure(db, options.runs, os.environ | bytecode)


def measure(db: Path, runs: int, environment: Mapping[str, str]) -> int:
    matters = [sys.executable, "-c", "from pipeline.cli import main; main()"]
    start = cpu([sys.executable, "-c", "pass"], runs, environment)
    print(f"{'interpreter that does nothing':32}{start:8.0f} ms")
    print(f"{'matters --version':32}{cpu([*matters, '--version'], runs, environment) - start:8.0f} ms beyond it")
    first = 0.0
    for name, options in QUERIES.items():
        asked = [] if "--as-of" in options else ["--as-of", AS_OF.isoformat()]
        took = cpu([*matters, "list", "--db", str(db), *asked, *options], runs, environment) - start
        first = first or took
        print(f"{'matters list: ' + name:32}{took:8.0f} ms beyond it")
    heavy = imported([*matters, "list", "--db", str(db), "--as-of", AS_OF.isoformat()])
    print(f"heavy packages imported: {', '.join(heavy) or 'none'}")
    return int(first >= BAR or bool(heavy))


def imported(command: Sequence[str]) -> list[str]:
    told = subprocess.run([command[0], "-X", "importtime", *command[1:]], check=True, capture_output=True, text=True)
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    return sorted(names & set(HEAVY))


if __name__ == "__main__":
    sys.exit(main())
