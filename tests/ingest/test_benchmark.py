"""The benchmark's quality guard, on papers of the corpus: what is read fast is read whole."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_quality_guard_passes_on_the_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.spec_from_file_location("ingest_benchmark", ROOT / "benchmarks" / "ingest.py")
    assert spec is not None and spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = benchmark
    spec.loader.exec_module(benchmark)
    bars = benchmark.Bars()
    papers = sorted((ROOT / "corpus" / "papers").rglob("*.pdf"))[::4]
    benchmark._quality(papers, bars, quick=False)
    assert bars.missed == []
    assert "word-bag F1 against pdfplumber" in capsys.readouterr().out
