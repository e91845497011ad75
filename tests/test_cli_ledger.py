"""The commands by which people enter something, and those that vouch for it."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from making import make_paper

from pipeline import cli, store

Run = Callable[..., tuple[int, str, str]]
SCHOOL = "write to the school about the crossing"


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on a store of one paper, entered by one person."""
    monkeypatch.setenv("MATTERS_DB", str(tmp_path / "s.db"))
    monkeypatch.setenv("MATTERS_REVIEWER", "Jo Reed")
    monkeypatch.setenv("COLUMNS", "140")
    with store.open(tmp_path / "s.db", create=True) as conn:
        paper = make_paper("jan.txt", f"clerk: {SCHOOL} | by 1 February 2024", "KO: order three benches")
        store.save(conn, paper, Path("/papers/jan.txt"))
        store.rebuild(conn)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["matters", *words])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        return int(left.value.code or 0), out, err

    return call


@pytest.fixture
def ids(run: Run) -> dict[str, str]:
    rows = json.loads(run("list", "--all", "--format", "json")[1])["promises"]
    return {row["action"].split()[0]: row["id"] for row in rows}


def test_a_ruling_is_listed_shown_and_lifted(run: Run, ids: dict[str, str]) -> None:
    code, out, _ = run("rule", ids["write"][:7], "part-kept", "--reason", "Half of it is on file")
    assert code == 0
    first, second, head = out.splitlines()
    assert first == "Entered by Jo Reed: ruled part kept."
    assert second.startswith(f"{ids['write']} part kept (ruled), ")
    assert head.startswith("Head of the ledger: 1:")
    assert "(ruled)" in run("list")[1]
    shown = run("show", ids["write"])[1]
    assert "A reviewer ruled so." in shown
    (entered,) = (line.split("  ") for line in shown.partition("What people entered")[2].splitlines() if "Jo" in line)
    assert [cell.strip() for cell in entered if cell.strip()][1:] == [
        "ruled part kept",
        "Half of it is on file",
        "Jo Reed",
    ]
    assert "by Jo Reed" in run("timeline", ids["write"])[1]
    code, out, _ = run("rule", ids["write"], "--lift", "--reason", "Not that file", "--by", "Al Wren")
    assert (code, out.splitlines()[0]) == (0, "Entered by Al Wren: ruling lifted.")
    assert "ruled.by-reviewer" not in run("list", "--all", "--format", "json")[1]


def test_a_correction_shows_what_was_read(run: Run, ids: dict[str, str]) -> None:
    words = ("--owner", "Cllr Ames", "--due", "none", "--reason", "The next row")
    code, out, _ = run("correct", ids["write"], *words)
    assert (code, out.splitlines()[0]) == (
        0,
        "Entered by Jo Reed: due: no date (read: 1 Feb 2024); owner: Cllr Ames (read: clerk).",
    )
    shown = run("show", ids["write"])[1]
    assert "owner (read: clerk)" in shown
    assert "due (read: 1 Feb 2024)" in shown
    rows = json.loads(run("list", "--owner", "ames", "--format", "json")[1])["promises"]
    assert [(row["owner"], row["due"], row["verdict"], row["corrected"]) for row in rows] == [
        ("Cllr Ames", None, "undated", True)
    ]


def test_what_is_no_promise_is_told_so_and_can_be_undone(run: Run, ids: dict[str, str]) -> None:
    code, out, _ = run("correct", ids["write"], "--not-a-promise", "--reason", "a hope")
    assert (code, out.splitlines()[:2]) == (0, ["Entered by Jo Reed: no promise.", f"{ids['write']}: {SCHOOL}"])
    code, _, err = run("show", ids["write"])
    assert code == 2
    assert "was entered as being none: a hope (Jo Reed, " in err
    assert run("correct", ids["write"], "--as-read", "--reason", "no hope")[0] == 0
    assert run("show", ids["write"])[0] == 0


def test_two_promises_become_one(run: Run, ids: dict[str, str]) -> None:
    code, out, _ = run("correct", ids["order"], "--same-as", ids["write"][:6], "--reason", "one matter")
    assert (code, out.splitlines()[0]) == (0, f"Entered by Jo Reed: the same as {ids['write']}.")
    assert f"Promise {ids['write']}" in run("show", ids["order"])[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rule", "ID"], "Give a verdict, or --lift"),
        (["rule", "ID", "kept", "--lift", "--reason", "x"], "Give a verdict, or --lift"),
        (["rule", "ID", "fulfilled", "--reason", "x"], "'fulfilled' is not one of disputed, withdrawn"),
        (["rule", "ID", "kept"], "The reason is empty"),
        (["rule", "ID", "kept", "--reason", " "], "The reason is empty"),
        (["rule", "ID", "kept", "--reason", "x", "--by", ""], "Say who enters this"),
        (["rule", "zzz", "kept", "--reason", "x"], 'No promise has an id that begins with "zzz"'),
        (["rule", "ID", "--lift", "--reason", "x"], "No ruling stands"),
        (["correct", "ID", "--reason", "x"], "Say what to correct"),
        (["correct", "ID", "--owner", "x", "--as-read", "--reason", "x"], "Say what to correct"),
        (["correct", "ID", "--owner", " ", "--reason", "x"], "The owner is empty"),
        (["correct", "ID", "--action", "none", "--reason", "x"], "A promise has an action"),
        (["correct", "ID", "--due", "May", "--reason", "x"], "'May' is not a date"),
        (["note", "ID", ""], "The note is empty"),
        (["audit", "verify", "--head", "12"], '"12" is no head of a ledger'),
        (["audit", "log", "--promise", "zzz"], 'No promise has an id that begins with "zzz"'),
    ],
)
def test_a_mistake_is_one_sentence_and_enters_nothing(
    run: Run, ids: dict[str, str], words: list[str], sentence: str
) -> None:
    code, _, err = run(*[ids["write"] if word == "ID" else word for word in words])
    assert code == 2
    assert sentence in " ".join(err.split())
    assert json.loads(run("audit", "log", "--format", "json")[1])["entries"] == []


def test_the_log_is_the_ledger_and_verify_vouches_for_it(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    for words in ("asked the Clerk", "asked again", "an answer\x1b[2J"):
        run("note", ids["write"], words)
    log = json.loads(run("audit", "log", "--format", "json")[1])
    assert [entry["reason"] for entry in log["entries"]] == ["asked the Clerk", "asked again", "an answer\x1b[2J"]
    assert log["head"] == f"3:{log['entries'][-1]['hash']}"
    assert "\x1b" not in run("audit", "log")[1]
    assert json.loads(run("audit", "log", "--promise", ids["order"], "--format", "json")[1])["entries"] == []
    code, out, _ = run("audit", "verify", "--head", log["head"])
    assert code == 0
    assert out.splitlines() == [
        "The ledger is whole: 3 entries, each as it was entered. "
        "Nothing is missing of what it held when the head given was printed.",
        f"Head: {log['head']}",
    ]
    with sqlite3.connect(tmp_path / "s.db") as raw:
        raw.execute("DROP TRIGGER ledger_keeps_its_words")
        raw.execute("UPDATE ledger SET reason = 'asked nobody' WHERE seq = 2")
    code, out, err = run("audit", "verify")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "matters: Entry 2 of the ledger is not what was entered: its hash does not fit what it says.",
        "matters: The guard ledger_keeps_its_words of the ledger is missing: entries could be changed without "
        "anybody's being told.",
    ]
    assert "Entry 2 of the ledger is not what was entered" in " ".join(run("doctor")[1].split())


def test_orphans_tell_what_to_enter(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    run("note", ids["write"], "asked the Clerk")
    assert run("audit", "orphans")[1] == (
        "Nothing waits: all that was entered is about promises that are still read from the papers.\n"
    )
    with store.open(tmp_path / "s.db") as conn:
        paper = make_paper("jan.txt", f"clerk: {SCHOOL} in Mill Lane | by 1 February 2024", ruleset="r2")
        store.save(conn, paper, Path("/papers/jan.txt"))
        store.rebuild(conn)
    (new,) = json.loads(run("list", "--all", "--format", "json")[1])["promises"]
    out = run("audit", "orphans")[1]
    assert "1 promise no longer read from the papers" in out
    assert f"Likely to be now {new['id']}: {SCHOOL} in Mill Lane" in out
    command = f"matters correct {ids['write']} --same-as {new['id']} --reason ... --by ..."
    assert command in out
    assert run("show", ids["write"])[0] == 2
    assert run("audit", "verify")[1].splitlines()[-1] == (
        "1 promise in it no longer read from the papers: matters audit orphans"
    )
    assert run(*command.replace("--by ...", "").split()[1:])[0] == 0
    assert "asked the Clerk" in run("show", ids["write"])[1]
