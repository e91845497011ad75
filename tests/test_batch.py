"""Folders into the store: whatever the order, the accidents and the repetitions, the store tells the same."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import read_lines

from pipeline import batch, queries, store
from pipeline.records import MattersError, StoreError

MARCH = dt.date(2024, 3, 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_accidents_cost_one_paper_each(tmp_path: Path, tracker: object, jobs: int) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    accidents = {"bad": "encrypted", "fault": "fault", "memory": "memory"}
    if jobs > 1:
        accidents |= {"crash": "crashed", "exit": "crashed", "hang": "timeout"}
    for accident in accidents:
        (papers / f"{accident}.txt").write_text(f"!{accident}\n")
    for number in range(6):
        (papers / f"good{number}.txt").write_text(f"clerk: do thing {number}\n")
    done = batch.ingest([papers], tmp_path / "s.db", jobs=jobs, make_reader=read_lines, time_limit=3)
    assert {Path(failure.path).stem: failure.code for failure in done.failed} == accidents
    assert (done.new, done.unchanged) == (6, 0)
    with store.open(tmp_path / "s.db") as conn:
        assert queries.failures(conn) == list(done.failed)
        assert len(queries.promises(conn, as_of=MARCH)) == 6
