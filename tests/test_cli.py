"""The command line as its users meet it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import errno
import importlib.util
import io
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from pipeline import cli, queries
from pipeline.cli import shell
from pipeline.records import Kind, MattersError, RuleError, StoreError, Strength

PAPERS = Path(__file__).parent / "data" / "fernhollow"
DAY = "2024-04-01"
COMMANDS = [
    "ingest",
    "list",
    "show",
    "timeline",
    "overdue",
    "check",
    "promises",
    "proposals",
    "lint",
    "reconcile",
    "rule",
    "correct",
    "note",
    "audit verify",
    "audit log",
    "audit orphans",
    "extract",
    "rules check",
    "evaluate",
    "doctor",
    "demo",
]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["matters", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    return call


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three meetings of a parish council that does not exist."""
    from pipeline import batch

    path = tmp_path_factory.mktemp("store") / "fernhollow.db"
    done = batch.ingest([PAPERS], path, jobs=1)
    assert (done.new, done.failed) == (3, ())
    return path


@pytest.fixture
def db(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The filled store, as the one that commands find by themselves."""
    monkeypatch.setenv("MATTERS_DB", str(filled))
    return filled


# Help and usage


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_needs_no_manual(run: Run, command: str) -> None:
    shown = run(*command.split(), "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"Usage: matters {command}".rstrip())
    assert f"\n    matters {command}".rstrip() in shown.out, "no example"
    listed = shown.out if command else shown.out.partition("Options:")[2].partition("Start here")[0]
    assert "..." not in listed.partition("Commands:" if command else "Read papers:")[2], "a summary is cut short"


def test_help_has_every_command_in_one_section(run: Run) -> None:
    group = typer.main.get_command(cli.app)
    named = [name for names in shell.SECTIONS.values() for name in names]
    assert sorted(named) == sorted(group.commands)  # type: ignore[attr-defined]
    shown = run("--help").out
    assert [name for name in shell.SECTIONS if f"\n{name}:\n" not in shown] == []


def test_help_names_every_exit_code(run: Run) -> None:
    shown = run("--help").out
    for code in (0, 1, 2, 3, 4, 75, 130):
        assert f"{code} " in shown.partition("Exit codes:")[2]


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("matters-arising ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "Did you mean 'list'?"),
        (["list", "--as-of", "31/03/2024"], "write it as 2024-03-31"),
        (["list", "--verdict", "late"], "'late' is not one of disputed, withdrawn"),
        (["overdue", "--verdict", "kept"], "'kept' is no verdict of what is past its date; those are broken,"),
        (["ingest", "nowhere"], "'nowhere' does not exist"),
        (["ingest"], "Missing argument 'PATH...'"),
        (["extract", str(PAPERS / "fernhollow-2024-01-16.txt"), "--out", "x"], "--format json"),
    ],
)
def test_wrong_usage_is_explained(run: Run, words: list[str], said: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())


@pytest.mark.parametrize("command", ["list", "show x", "promises", "timeline x", "overdue", "check", "report audit"])
def test_no_store_is_one_sentence(run: Run, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*command.split())
    assert (ran.code, ran.out) == (2, "")
    assert "matters ingest" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not list(tmp_path.iterdir()), "asking makes nothing"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MattersError("x"), 1),
        (RuleError("x", code="rule"), 2),
        (StoreError("x", code="newer"), 1),
        (StoreError("x", code="locked"), 75),
        (StoreError("x", code="disk-full"), 75),
        (MattersError("x", code="missing-model"), 4),
        (ModuleNotFoundError("x", name="lxml"), 4),
        (OSError(errno.ENOSPC, "No space left on device", "/d"), 75),
        (OSError(errno.EIO, "Input/output error", "/d"), 1),
        (ZeroDivisionError("x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_is_one_line_and_a_code(
    run: Run, db: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(queries, "promises", fail)
    ran = run("list")
    assert ran.code == code
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1


# Ingest


def test_ingest_says_what_it_did_and_does_not_repeat_itself(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "new folder" / "m.db"
    first = run("ingest", PAPERS, "--db", store, "--jobs", "1")
    assert first.code == 0
    assert first.out.startswith("3 papers read (3 new, 0 replaced), 0 unchanged, 0 failed\n")
    assert "5 promises on" in first.out
    assert f"Next: matters list --db '{store}'" in first.out
    assert first.err == "", "no bar where nobody watches"
    second = run("ingest", PAPERS, "--db", store, "--jobs", "1")
    assert second.out.startswith("0 papers read (0 new, 0 replaced), 3 unchanged, 0 failed\n")


def test_a_paper_that_fails_is_named_and_stops_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    for paper in PAPERS.iterdir():
        (tmp_path / "papers" / paper.name).write_bytes(paper.read_bytes())
    ran = run("ingest", tmp_path / "papers", "--db", tmp_path / "m.db", "--jobs", "1")
    assert ran.code == 3
    assert ran.out.startswith("3 papers read (3 new, 0 replaced), 0 unchanged, 1 failed\n")
    assert "Failed, " in ran.out
    assert "bad.pdf" in ran.out


# List


def test_the_table_holds_every_word_at_any_width(run: Run, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = json.loads(run("list", "--all", "--as-of", DAY, "--format", "json").out)["promises"]
    assert len(rows) == 5
    for width in (80, 100, 140, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        shown = run("list", "--all", "--as-of", DAY).out
        assert max(map(len, shown.splitlines())) <= width
        for row in rows:
            assert row["id"] in shown
            for word in f"{row['action']} {row['owner']} {row['verdict'].replace('_', ' ')}".split():
                assert word in shown


def test_the_table_says_how_many_and_how_they_stand(run: Run, db: Path) -> None:
    shown = run("list", "--as-of", DAY).out
    assert shown.startswith("Outstanding on 1 Apr 2024: 4 promises (1 broken, 1 not determinable, 1 open, 1 undated)\n")
    assert "Fernhollow Parish Council, papers up to 19 Mar 2024\n" in shown
    assert "41 days ago" in shown
    assert "in 29 days" in shown
    assert run("list", "--verdict", "kept", "--as-of", DAY).out.startswith(
        "Promises on 1 Apr 2024: 1 promise (1 kept)\n"
    )
    assert "2 of 4 shown; --limit 0 shows all." in run("list", "--as-of", DAY, "--limit", "2").out
    assert "shown" not in run("list", "--as-of", DAY, "--limit", "0").out


def test_piped_output_is_plain(run: Run, db: Path) -> None:
    assert "\x1b" not in run("list", "--as-of", DAY).out


def test_csv_and_json_hold_the_same_rows_and_the_same_bytes_each_time(run: Run, db: Path) -> None:
    first = run("list", "--as-of", DAY, "--format", "csv").out
    assert run("list", "--as-of", DAY, "--format", "csv").out == first
    rows = json.loads(run("list", "--as-of", DAY, "--format", "json").out)["promises"]
    table = list(csv.DictReader(io.StringIO(first)))
    assert [row["action"] for row in table] == [row["action"] for row in rows]
    assert list(table[0]) == list(rows[0])


@pytest.mark.parametrize(
    ("filters", "owners"),
    [
        ("", ["Cllr Quill", "Cllr Marsh", "the Clerk", "The Clerk"]),
        ("--all", ["Cllr Quill", "Cllr Marsh", "the Clerk", "The Clerk", "The Clerk"]),
        ("--owner quill", ["Cllr Quill"]),
        ("--owner quill --owner marsh", ["Cllr Quill", "Cllr Marsh"]),
        ("--verdict broken", ["Cllr Quill"]),
        ("--verdict not-determinable --verdict kept", ["Cllr Marsh", "The Clerk"]),
        ("--due-from 2024-03-31", ["Cllr Marsh", "the Clerk"]),
        ("--due-to 2024-03-30", ["Cllr Quill"]),
        ("--text hedge", ["the Clerk"]),
        ("--strength undertaking", ["Cllr Quill", "Cllr Marsh"]),
        ("--body elsewhere", []),
        ("--limit 1", ["Cllr Quill"]),
    ],
)
def test_filters(run: Run, db: Path, filters: str, owners: list[str]) -> None:
    ran = run("list", "--as-of", DAY, "--format", "json", *filters.split())
    assert [row["owner"] for row in json.loads(ran.out)["promises"]] == owners


def test_the_less_certain_can_be_left_out_or_looked_at_alone(
    run: Run, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ids(command: str, *options: object) -> list[str]:
        data = json.loads(run(command, "--as-of", DAY, "--format", "json", *options).out)
        return [row["id"] for row in data["promises"]]

    rows = json.loads(run("list", "--as-of", DAY, "--all", "--format", "json").out)["promises"]
    middle = sorted(row["confidence"] for row in rows)[2]
    certain = [row["id"] for row in rows if row["confidence"] >= middle]
    assert 0 < len(certain) < len(rows)
    least = middle - 0.0005  # what is printed is rounded
    assert ids("list", "--all", "--min-confidence", least) == ids("promises", "--min-confidence", least) == certain
    for mark in ("confidence.REVIEW_BELOW", "queries.REVIEW_BELOW"):
        monkeypatch.setattr(f"pipeline.{mark}", least)
    doubtful = ids("list", "--all", "--review")
    assert sorted([*doubtful, *certain]) == sorted(row["id"] for row in rows)
    shown = run("list", "--as-of", DAY, "--all", "--review").out
    assert " ".join(shown.split()).count("(for review)") == len(doubtful) + 1, (
        "once each, and once below, to explain it"
    )
    table = csv.DictReader(io.StringIO(run("list", "--as-of", DAY, "--all", "--format", "csv").out))
    assert {row["id"] for row in table if row["review"] == "yes"} == set(doubtful)


def test_a_probability_is_between_0_and_1(run: Run, db: Path) -> None:
    assert run("list", "--min-confidence", "85").code == 2


def test_an_empty_list_is_no_error(run: Run, db: Path) -> None:
    ran = run("list", "--as-of", "2023-01-01")
    assert ran.code == 0
    assert ran.out.startswith("Outstanding on 1 Jan 2023: 0 promises\nNothing to list.")


def test_a_list_loads_nothing_that_it_does_not_need(db: Path) -> None:
    """The first screen has 300 ms; each of these takes that long or longer by itself."""
    script = (
        "import sys; from pipeline.cli import main; sys.argv = ['matters', 'list', '--as-of', '2024-04-01']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Cllr Quill" in ran.stdout
    heavy = {"spacy", "sqlalchemy", "alembic", "pypdfium2", "pdfplumber", "docx", "lxml", "numpy", "holidays"}
    assert not heavy & set(ran.stderr.split())


# Show


def test_show_tells_why(run: Run, db: Path) -> None:
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--verdict", "broken").out)["promises"]
    shown = run("show", row["id"][:8], "--as-of", DAY).out
    for words in (
        f"Promise {row['id']}  broken on 1 Apr 2024, due 41 days ago",
        "Cllr Quill (Rowan Quill)",
        '20 Feb 2024 ("to the next meeting")',
        "It was promised to a meeting that took place",
        "broken.missed-meeting",
        "searched  fernhollow-2024-02-20.txt",
        "16 Jan 2024  made",
    ):
        assert words in shown


def test_show_tells_why_it_is_listed(run: Run, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.confidence import Band, Confidence, Tally

    listed, unlisted = (Band(Kind.PROMISE, "promise.undertook", Strength.UNDERTAKING, known) for known in (True, False))
    counts = {listed: Tally(20, 20), unlisted: Tally(25, 21)}
    monkeypatch.setattr(Confidence, "load", lambda: Confidence(counts, 8))
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--verdict", "broken").out)["promises"]
    shown = " ".join(run("show", row["id"], "--as-of", DAY).out.split())
    for words in (
        "rule promise.undertook such as The Clerk agreed to write to the landowner.",
        "here Cllr Quill undertook to bring ",
        "measured right 41 of 45 times on annotated papers, so likely 79% to 96% of the time",
        "undertaking, owner on the attendance list: right 20 of 20 times on annotated papers, so likely 84% to 100%",
        f"confidence {row['confidence']:.2f}, ",
    ):
        assert words in shown


def test_show_tells_of_a_promise_found_by_rules_that_are_not_at_hand(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[rule]]\nid = "own.pledge"\nkind = "promise"\nstrength = "undertaking"\ncue = "{who} undertook to"\n'
        'confidence = 0.62\nmatches = ["Cllr Quill undertook to come."]\nrejects = ["No."]\n'
    )
    run("ingest", PAPERS, "--rules", own, "--jobs", 1)
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--owner", "quill").out)["promises"]
    assert (row["confidence"], row["review"]) == (0.62, True)
    shown = " ".join(run("show", row["id"], "--as-of", DAY).out.split())
    assert "rule own.pledge of a file of rules that is not shipped confidence 0.62, for review" in shown


def test_show_tells_the_day_of_the_deed(run: Run, db: Path) -> None:
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--verdict", "kept").out)["promises"]
    shown = run("show", row["id"], "--as-of", DAY).out
    assert "20 Feb 2024  done " in shown
    assert "on 24 Jan 2024" in shown


def test_show_a_paper(run: Run, db: Path) -> None:
    for name in ("fernhollow-2024-01-16.txt", "fernhollow-2024-01-16"):
        shown = run("show", name).out
        assert shown.startswith("fernhollow-2024-01-16.txt\nminutes · Fernhollow Parish Council · 16 Jan 2024\n")
        for words in ("1 challenge", "1 response", "3 decisions", "3 promises", "rule promise.undertook"):
            assert words in shown
    assert "that no rule claimed" in run("show", "fernhollow-2024-01-16", "--unclaimed").out


def test_show_what_is_not_there(run: Run, db: Path) -> None:
    ran = run("show", "nothing-of-that-name")
    assert (ran.code, ran.out) == (2, "")
    assert "nothing-of-that-name: no promise and no paper of this name" in ran.err


# Timeline, overdue, check


def test_a_timeline_tells_the_way_with_quotes_and_turns(run: Run, db: Path) -> None:
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--verdict", "broken").out)["promises"]
    shown = run("timeline", row["id"][:8], "--as-of", DAY).out
    lines = [line.split("  ") for line in shown.splitlines() if line[:1].isdigit()]
    assert [(line[0], line[1]) for line in lines] == [
        ("16 Jan 2024", "made"),
        ("16 Jan 2024", "open"),
        ("6 Feb 2024", " due soon"),
        ("21 Feb 2024", "broken"),
    ]
    for words in (
        f"Promise {row['id']}  broken on 1 Apr 2024, due 41 days ago",
        'due 20 Feb 2024 ("to the next meeting")',
        "Cllr Quill undertook to bring a report",
        "Due 20 Feb 2024.",
    ):
        assert words in shown
    assert "Searched: fernhollow-2024-02-20.txt" in " ".join(shown.split())
    before = run("timeline", row["id"], "--as-of", "2024-02-19").out
    assert "broken" not in before


def test_a_timeline_as_data_has_one_form_for_every_step(run: Run, db: Path) -> None:
    (row,) = json.loads(run("list", "--as-of", DAY, "--format", "json", "--verdict", "kept").out)["promises"]
    data = json.loads(run("timeline", row["id"], "--as-of", DAY, "--format", "json").out)
    assert len({tuple(step) for step in data["timeline"]}) == 1
    done = next(step for step in data["timeline"] if step["what"] == "done")
    assert (done["date"], done["when"], done["paper"]) == ("2024-02-20", "2024-01-24", "fernhollow-2024-02-20.txt")
    assert data["timeline"][-1]["verdict"] == data["verdict"] == "kept"
    assert run("timeline", "zzz").code == 2


def test_overdue_is_by_owner_with_the_last_word_on_each(run: Run, db: Path) -> None:
    shown = run("overdue", "--as-of", DAY).out
    for words in (
        "Past their date on 1 Apr 2024: 2 promises (1 broken, 1 not determinable)\n",
        "Fernhollow Parish Council, papers up to 19 Mar 2024\n",
        "Rowan Quill (Cllr Quill): 1 promise\n",
        "Sam Marsh (Cllr Marsh): 1 promise\n",
        "41 days ago ",
        "before: due soon",
        "16 Jan 2024, when it was made",
        "Not determinable: the papers that could tell are not in the store.",
    ):
        assert words in shown
    assert "the Clerk" not in shown, "what is open is not past its date"
    news = run("overdue", "--as-of", DAY, "--since", "2024-03-25").out
    assert news.startswith(
        "Past their date on 1 Apr 2024, new or changed since 25 Mar 2024: 1 promise (1 not determinable)\n"
    )
    assert run("overdue", "--as-of", DAY, "--since", DAY).out == (
        "Past their date on 1 Apr 2024, new or changed since 1 Apr 2024: 0 promises\n"
    )


@pytest.mark.parametrize("command", ["list", "overdue", "proposals", "promises"])
def test_an_empty_list_of_a_misspelt_body_does_not_look_like_good_news(run: Run, db: Path, command: str) -> None:
    ran = run(command, "--body", "fernholow", "--as-of", DAY)
    assert ran.code == 0
    assert ran.err.startswith('matters: No body or owner in the store fits "fernholow"')
    assert run(command, "--body", "fernhollow", "--as-of", DAY).err == ""


def test_overdue_as_data_holds_what_is_new(run: Run, db: Path) -> None:
    rows = json.loads(run("overdue", "--as-of", DAY, "--format", "json").out)["promises"]
    table = list(csv.DictReader(io.StringIO(run("overdue", "--as-of", DAY, "--format", "csv").out)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert {name: rows[0][name] for name in list(rows[0])[-8:-1]} == {
        "late_since": "2024-02-21",
        "verdict_since": "2024-02-21",
        "verdict_before": "due_soon",
        "last_event": "made",
        "last_date": "2024-01-16",
        "last_paper": "fernhollow-2024-01-16.txt",
        "last_page": None,
    }


@pytest.mark.parametrize(
    ("options", "code", "owners"),
    [
        ("", 1, ["Cllr Quill"]),
        ("--owner quill", 1, ["Cllr Quill"]),
        ("--owner marsh", 0, []),
        ("--verdict overdue --verdict lapsed", 0, []),
        ("--verdict not-determinable", 1, ["Cllr Marsh"]),
        ("--body fernhollow --min-confidence 1", 0, []),
        ("--as-of 2024-01-31", 0, []),
    ],
)
def test_check_fails_for_what_it_names_and_is_quiet_otherwise(
    run: Run, db: Path, options: str, code: int, owners: list[str]
) -> None:
    words = ["check", *([] if "--as-of" in options else ["--as-of", DAY]), *options.split()]
    ran = run(*words)
    assert (ran.code, ran.err) == (code, "")
    assert [owner in line for owner, line in zip(owners, ran.out.splitlines(), strict=True)] == [True] * len(owners)
    data = run(*words, "--format", "json")
    assert data.code == code
    assert [row["owner"] for row in json.loads(data.out)["promises"]] == owners


def test_a_line_of_a_check_says_all_that_a_mail_needs(run: Run, db: Path) -> None:
    (line,) = run("check", "--as-of", DAY).out.splitlines()
    (row,) = json.loads(run("check", "--as-of", DAY, "--format", "json").out)["promises"]
    begin = f"{row['id']} broken, due 41 days ago: Fernhollow Parish Council: Cllr Quill (Rowan Quill): "
    assert line == f"{begin}{row['action']} (fernhollow-2024-01-16.txt)"


def test_a_check_of_a_misspelt_body_is_no_clean_result(run: Run, db: Path) -> None:
    ran = run("check", "--body", "fernholow", "--as-of", DAY)
    assert (ran.code, ran.out) == (2, "")
    assert '"fernholow"' in ran.err


# Reports


def test_the_auditors_report_is_the_same_each_time(run: Run, db: Path, tmp_path: Path) -> None:
    first = run("report", "audit", "--as-of", DAY)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("# Audit of promises as of 1 Apr 2024\n")
    assert "## Broken: 1 promise\n" in first.out
    assert run("report", "audit", "--as-of", DAY, "--format", "md").out == first.out
    page = run("report", "audit", "--as-of", DAY, "--format", "html").out
    assert page.startswith("<!DOCTYPE html>")
    for name, told in (("audit.md", first.out), ("new/audit.html", page)):
        ran = run("report", "audit", "--as-of", DAY, "--out", tmp_path / name)
        assert (ran.code, ran.out) == (0, "")
        assert (tmp_path / name).read_bytes() == told.encode()


def test_a_report_looks_at_no_later_paper(run: Run, db: Path) -> None:
    shown = run("report", "audit", "--as-of", "2024-02-01").out
    assert "fernhollow-2024-01-16.txt" in shown
    assert "fernhollow-2024-02-20.txt" not in shown


def test_a_report_of_a_misspelt_body_is_refused(run: Run, db: Path, tmp_path: Path) -> None:
    ran = run("report", "audit", "--body", "fernholow", "--out", tmp_path / "audit.md")
    assert (ran.code, ran.out) == (2, "")
    assert '"fernholow"' in ran.err
    assert not list(tmp_path.iterdir())


def test_a_report_loads_neither_model_nor_readers(db: Path) -> None:
    script = (
        "import sys; from pipeline.cli import main\n"
        "sys.argv = ['matters', 'report', 'audit', '--as-of', '2024-04-01', '--format', 'html']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Cllr Quill" in ran.stdout
    assert not {"spacy", "sqlalchemy", "alembic", "pypdfium2", "pdfplumber", "docx", "numpy"} & set(ran.stderr.split())


# Data for other programs


def test_promises_in_the_documented_form(run: Run, db: Path) -> None:
    data = json.loads(run("promises", "--as-of", DAY, "--format", "json").out)
    assert data["as_of"] == DAY
    assert len(data["promises"]) == 5
    kept = next(promise for promise in data["promises"] if promise["verdict"] == "kept")
    named = {"id", "ref", "owner", "action", "due", "verdict", "rule", "made", "sightings", "events"}
    assert named <= set(kept)
    assert kept["due"] == "2024-01-31"
    assert kept["made"] == {"paper": "fernhollow-2024-01-16.txt", "page": None, "date": "2024-01-16"}
    assert [(event["type"], event["paper"]) for event in kept["events"]] == [
        ("made", "fernhollow-2024-01-16.txt"),
        ("done", "fernhollow-2024-02-20.txt"),
    ]


def test_extract_one_paper_is_one_object(run: Run) -> None:
    ran = run("extract", PAPERS / "fernhollow-2024-01-16.txt", "--format", "json")
    data = json.loads(ran.out)
    assert data["meeting"] == {"body": "Fernhollow Parish Council", "date": "2024-01-16"}
    promise = next(e for e in data["extracts"] if e["kind"] == "promise" and e["owner"] == "Cllr Quill")
    assert (promise["due_text"], promise["due"]) == ("to the next meeting", "next-meeting")
    assert ran.code == 0


def test_extract_several_papers_is_one_line_each(run: Run, tmp_path: Path) -> None:
    papers = sorted(PAPERS.iterdir())
    lines = run("extract", *papers, "--format", "json").out.splitlines()
    assert [json.loads(line)["paper"] for line in lines] == [paper.name for paper in papers]
    ran = run("extract", *papers, "--format", "json", "--out", tmp_path / "found")
    assert ran.out == ""
    for line, paper in zip(lines, papers, strict=True):
        assert json.loads((tmp_path / "found" / f"{paper.stem}.json").read_text()) == json.loads(line)


def test_extract_to_read(run: Run) -> None:
    assert "3 promises" in run("extract", PAPERS / "fernhollow-2024-01-16.txt").out


def test_extract_leaves_out_what_is_less_certain_and_the_links_to_it(run: Run) -> None:
    paper = PAPERS / "fernhollow-2024-01-16.txt"
    whole = json.loads(run("extract", paper, "--format", "json").out)["extracts"]
    response = next(e for e in whole if e["kind"] == "response")
    assert response["answers"]
    challenge = next(e for e in whole if e["id"] in response["answers"])
    least = challenge["confidence"] + 0.001
    kept = json.loads(run("extract", paper, "--format", "json", "--min-confidence", least).out)["extracts"]
    assert [e["id"] for e in kept] == [e["id"] for e in whole if e["confidence"] >= least]
    assert 0 < len(kept) < len(whole)
    ids = {e["id"] for e in kept}
    assert all({*e["answers"], *e["arises_from"]} <= ids for e in kept)


def test_a_scan_never_looks_like_a_paper_without_promises(run: Run, tmp_path: Path) -> None:
    import pypdfium2

    scan = pypdfium2.PdfDocument.new()
    scan.new_page(595, 842)
    scan.save(tmp_path / "scan.pdf")
    ran = run("extract", tmp_path / "scan.pdf")
    assert "no text\n" in ran.out
    assert "Nothing could be read" in ran.out
    assert "promise or recommendation" not in ran.out
    data = run("extract", tmp_path / "scan.pdf", "--format", "json")
    assert json.loads(data.out)["coverage"] == "no-text"
    assert "scan.pdf: " in data.err


@pytest.mark.skipif(importlib.util.find_spec("psycopg2") is not None, reason="the driver is here")
def test_a_database_without_its_driver_is_a_missing_package(run: Run) -> None:
    ran = run("list", "--db", "postgresql://localhost/x")
    assert (ran.code, ran.out) == (4, "")
    assert "psycopg2" in ran.err


def test_extract_names_a_paper_that_fails_and_goes_on(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    ran = run("extract", bad, PAPERS / "fernhollow-2024-01-16.txt", "--format", "json")
    assert ran.code == 3
    assert json.loads(ran.out)["paper"] == "fernhollow-2024-01-16.txt"
    assert "bad.pdf" in ran.err
    assert len(ran.err.splitlines()) == 1


# Rules, evaluation, doctor


def test_rules_check(run: Run, tmp_path: Path) -> None:
    assert run("rules", "check").code == 0
    rule = (
        '[[rule]]\nid = "promise.x"\nkind = "promise"\ncue = "pledged to"\nmatches = ["I pledged to."]\nrejects = {}\n'
    )
    mine = tmp_path / "mine.toml"
    mine.write_text(rule.format("[]"))
    assert run("rules", "check", "--rules", mine).code == 0
    mine.write_text(rule.format('["He pledged to come."]'))
    ran = run("rules", "check", "--rules", mine)
    assert ran.code == 1
    assert "promise.x: should not match and does: 'He pledged to come.'" in " ".join(ran.out.split())
    mine.write_text("[[rule]\n")
    ran = run("rules", "check", "--rules", mine)
    assert (ran.code, ran.out) == (2, "")
    assert "mine.toml" in ran.err


def test_rules_report(run: Run) -> None:
    from pipeline.rules import RuleSet

    table = list(csv.DictReader(io.StringIO(run("rules", "report", "--format", "csv").out)))
    rows = json.loads(run("rules", "report", "--format", "json").out)["rules"]
    assert [row["rule"] for row in table] == [row["rule"] for row in rows]
    assert {rule.id for rule in RuleSet.load().rules} < {row["rule"] for row in rows}
    for row in rows:
        if row["found"]:
            assert row["low"] <= row["precision"] == round(row["right"] / row["found"], 3) <= row["high"]
        assert row["grade"] in {"high", "medium", "for review", "unmeasured"}
    shown = run("rules", "report").out
    assert all(row["rule"] in shown for row in rows)
    assert "a row of a table of actions" in shown


def test_rules_measure_and_evaluate_tell_how_well_confidence_holds(run: Run, tmp_path: Path) -> None:
    papers, gold, counts = tmp_path / "papers", tmp_path / "gold", tmp_path / "measured.toml"
    papers.mkdir()
    for n, body in enumerate(("Fernhollow Parish Council", "Larkbeck Town Council", "Sedgewick Forum")):
        for paper in PAPERS.iterdir():
            words = paper.read_text(encoding="utf-8").replace("Fernhollow Parish Council", body)
            (papers / f"{n}-{paper.name}").write_text(words, encoding="utf-8")
    run("extract", *sorted(papers.iterdir()), "--format", "json", "--out", gold)
    ran = run("rules", "measure", gold, papers, "--save", counts)
    assert ran.code == 0
    assert "3 bodies" in ran.out
    assert "Expected calibration error" in ran.out
    found = json.loads((gold / "0-fernhollow-2024-01-16.json").read_text())["extracts"]
    assert f'"{found[0]["kind"]}", "{found[0]["rule"]}"' in counts.read_text(encoding="utf-8")
    first = counts.read_bytes()
    run("rules", "measure", gold, papers, "--save", counts)
    assert counts.read_bytes() == first
    run("rules", "measure", gold, papers, gold, papers, "--save", counts)
    twice = tomllib.loads(counts.read_text(encoding="utf-8"))["counts"]
    assert [row[4] for row in twice] == [2 * row[4] for row in tomllib.loads(first.decode())["counts"]]
    assert run("rules", "measure", gold).code == 2
    assert "Brier score" in run("evaluate", gold, papers, "--calibration").out


def test_evaluate_compares_with_an_earlier_run(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    run("extract", *sorted(PAPERS.iterdir()), "--format", "json", "--out", gold)
    edited = gold / "fernhollow-2024-03-19.json"
    data: dict[str, Any] = json.loads(edited.read_text())
    data["extracts"].append({"id": "x", "kind": "promise", "page": None, "quote": "Bells to be rung on Sundays"})
    edited.write_text(json.dumps(data))
    before = run("evaluate", gold, PAPERS, "--save", tmp_path / "before.json", "--details")
    assert before.code == 0
    assert "0.909" in next(line for line in before.out.splitlines() if line.startswith("promise"))
    assert "missed" in before.out
    assert "Bells to be rung on Sundays" in " ".join(before.out.split())

    paper = tmp_path / "papers" / "fernhollow-2024-03-19.txt"
    paper.parent.mkdir()
    words = (PAPERS / paper.name).read_text().replace("The Clerk was asked to thank", "The Chair agreed to scold")
    paper.write_text(words)
    after = run("evaluate", edited, paper.parent, "--against", tmp_path / "before.json")
    assert "0 gains, 2 losses\n" in after.out
    assert after.out.count("- put wrong") == 2, "owner and strength"


def test_evaluate_says_which_papers_are_not_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lost.json").write_text('{"paper": "lost", "meeting": {}, "extracts": []}')
    ran = run("evaluate", tmp_path, PAPERS)
    assert ran.code == 3
    assert "lost: no paper of this name" in ran.err


def test_doctor(run: Run, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    well = run("doctor")
    assert well.code == 0
    assert "sound" in well.out
    (tmp_path / "bad.db").write_bytes(b"this is no store " * 100)
    assert run("doctor", "--db", tmp_path / "bad.db").code == 1
    monkeypatch.setenv("MATTERS_MODEL", str(tmp_path))
    ill = run("doctor")
    assert ill.code == 4
    assert "missing" in ill.out
