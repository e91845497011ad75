"""Documentation cannot drift: its commands are run, its links followed, its examples compared with what is printed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_export import BAND, MADE, ROW, RULING, extract, paper

from pipeline import cli, export
from pipeline.cli import shell
from pipeline.queries import LateRow, PromiseDetail, PromiseRow, Sighting, Thread
from pipeline.store.ledger import Head

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
NOT_OURS = {
    "pip install uv",
    "uv run pytest",
    "uv tool install .",
    "bash .ci/run",
    "uv lock --upgrade",
    "uv export --format requirements.txt --no-emit-project --no-header --no-annotate --output-file requirements.lock",
}
"""Commands of other programs, which are not run here."""

CHECKS = ("check", "lint", "reconcile")
"""Commands that end with EXIT_FOUND where they find what they look for."""

LOG = "Fernhollow Parish Council action log 20 March 2024\nRef,Action,Owner\n1,Thank the volunteers,Clerk\n"

OUR_RULES = """
[[rule]]
id = "promise.our-undertaking"
kind = "promise"
cue = "{who} pledged to {verb}"
strength = "undertaking"
matches = ["The Clerk pledged to mend the gate."]
rejects = ["The Clerk was pledged money."]
"""


def commands() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for block in re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            for line in block.splitlines():
                for command in line.strip().split(" && "):
                    yield page, command


def test_every_command_in_the_documentation_works(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("reader")
    monkeypatch.chdir(folder)
    shutil.copytree(Path(__file__).parent / "data" / "fernhollow", "papers")
    _small_corpus(Path("corpus"))
    Path("our-rules.toml").write_text(OUR_RULES, encoding="utf-8")
    Path("outputs").mkdir()
    Path("log.csv").write_text(LOG, encoding="utf-8")

    def run(command: str) -> str:
        words = shlex.split(command)
        target = words[words.index(">") + 1] if ">" in words else None
        monkeypatch.setattr(sys, "argv", words[: words.index(">")] if target else words)
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        found = left.value.code == shell.EXIT_FOUND and words[1] in CHECKS and not err
        assert found or not left.value.code, f"{command}: {err}{out}"
        assert out or "--out" in words, command
        if target:
            Path(target).write_text(out, encoding="utf-8")
        return out

    run("matters ingest papers --jobs 1")
    listed = json.loads(run("matters list --all --format json --as-of 2024-04-01"))["promises"]
    names = {"ID": listed[0]["id"], "OTHER": listed[1]["id"], "PAPER": "papers/fernhollow-2024-01-16.txt"}
    names["LOG"] = "log.csv"
    done = set()
    for page, command in commands():
        ours = command.removeprefix("uv run ")
        if not ours.startswith("matters "):
            assert command in NOT_OURS, f"{page.name}: {command}: a command that this test does not know"
            continue
        if "HEAD" in ours:
            names["HEAD"] = run("matters audit verify").split()[-1]
        ours = re.sub(r"\b(ID|OTHER|PAPER|LOG|HEAD)\b", lambda name: names[name[1]], ours)
        if ours not in done:
            done.add(ours)
            run(ours)
    assert len(done) > 20
    assert {path.name for path in Path("outputs").iterdir()} >= {"matters.db", "demo.db", "outstanding.csv"}


def _small_corpus(folder: Path) -> None:
    """A paper of each body of the shipped corpus with its gold: enough to see that the commands work."""
    (folder / "gold").mkdir(parents=True)
    (folder / "papers").mkdir()
    papers = {path.stem: path for path in (ROOT / "corpus" / "papers").rglob("*") if path.is_file()}
    bodies = {gold.name[:3]: gold for gold in sorted((ROOT / "corpus" / "gold").glob("*.json"), reverse=True)}
    for gold in bodies.values():
        shutil.copy(gold, folder / "gold")
        shutil.copy(papers[gold.stem], folder / "papers")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_pages_that_help_texts_name_exist() -> None:
    commands = (ROOT / "pipeline" / "cli").glob("*.py")
    named = {name for file in commands for name in re.findall(r"docs/[a-z-]+\.md", file.read_text(encoding="utf-8"))}
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


def test_the_build_runs_the_test_command_of_the_readme() -> None:
    assert "uv run pytest" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readme_names_every_command_and_exit_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in cli.app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        assert f"| `matters {name}" in text, name
    for code in {1, cli.EXIT_FAILED_PAPERS, *cli.EXIT_CODES.values(), cli.EXIT_INTERRUPTED}:
        assert f"\n| {code} | " in text, code


def test_the_json_examples_have_the_fields_that_are_printed() -> None:
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    examples: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    sighting = Sighting("minutes.pdf", 2, None, "would write", "e1", BAND)
    detail = PromiseDetail(ROW, None, (sighting,), (MADE,), (), (), (0,))
    printed = [
        export.paper_json(paper(extract(None))),
        export.promises_json([Thread(ROW, (sighting,), (MADE,), (0,))], as_of=ROW.due or ROW.made),  # type: ignore[arg-type]
        export.timeline_json(detail, as_of=dt.date(2024, 4, 1)),
        export.ledger_json([RULING], Head(1, RULING.hash)),
    ]
    for example, real, inner in zip(examples, printed, ["extracts", "promises", "timeline", "entries"], strict=True):
        assert list(example) == list(real)
        assert list(example[inner][0]) == list(real[inner][0])
    assert list(examples[1]["promises"][0]["events"][0]) == list(printed[1]["promises"][0]["events"][0])
    columns = ", ".join(field.name for field in dataclasses.fields(PromiseRow))
    late = export.late_json([LateRow(ROW, dt.date.min, dt.date.min, None, MADE)], as_of=dt.date(2024, 4, 1))[
        "promises"
    ][0]
    for name in list(late)[-8:]:
        assert re.search(rf"\b{name}\b", text), name
    assert columns in " ".join(text.split()).replace("` ", "").replace("`", "")


def test_the_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = {re.split("[=;]", line)[0].strip().lower() for line in packages}
    for wanted in project["project"]["dependencies"] + project["dependency-groups"]["dev"]:
        assert re.split("[<>=]", wanted)[0].lower() in locked, wanted
