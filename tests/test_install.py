"""Installed as a stranger: the wheel alone, in an empty environment, away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAPER = ROOT / "tests" / "data" / "fernhollow" / "fernhollow-2024-01-16.txt"
UV = os.environ.get("UV") or shutil.which("uv")


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that holds the wheel and what it depends on, and nothing else."""
    if not UV:
        pytest.skip("uv is not here to build and install the wheel (pip install uv)")
    folder = tmp_path_factory.mktemp("away")
    _run(folder, UV, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", ROOT)
    (wheel,) = (folder / "dist").glob("*.whl")
    _run(folder, UV, "venv", "--quiet", "--python", sys.executable, folder / "env")
    _run(folder, UV, "pip", "install", "--quiet", "--python", folder / "env", wheel)
    return folder


def test_the_command_reads_a_paper(away: Path) -> None:
    shutil.copy(PAPER, away / "minutes.txt")
    data = json.loads(_matters(away, "extract", "minutes.txt", "--format", "json"))
    assert data["meeting"]["body"] == "Fernhollow Parish Council"
    assert "Cllr Quill" in [extract["owner"] for extract in data["extracts"]]


def test_model_and_rules_come_with_it(away: Path) -> None:
    shown = " ".join(_matters(away, "doctor").split())
    assert "ok language model en_minutes" in shown
    assert "ok rules" in shown
    assert str(ROOT) not in shown.partition("store")[0], "the checkout is not needed"


def test_the_demo_comes_with_it(away: Path) -> None:
    shown = _matters(away, "demo")
    assert "Outstanding on " in shown
    assert "promises" in shown


def _matters(folder: Path, *words: str) -> str:
    scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    return _run(folder, scripts / "matters", *words)


def _run(folder: Path, *words: str | Path) -> str:
    inherited = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MATTERS_DB", "MATTERS_MODEL", "UV_NO_SYNC")
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    environment |= {"XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "200"}
    ran = subprocess.run(
        list(map(str, words)), cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert ran.returncode == 0, f"{words}: {ran.stderr}{ran.stdout}"
    return ran.stdout
