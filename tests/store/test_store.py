"""The store on real SQLite files: what goes in comes out, once, and nothing half done is left behind."""

from __future__ import annotations

from pathlib import Path

from making import make_paper

from pipeline import store
from pipeline.store import Saved, papers


def test_what_goes_in_comes_out(tmp_path: Path, tracker) -> None:
    extraction = make_paper("jan.txt", "clerk: write to the school | 2024-02-01", "KO: ask for quotes")
    with store.open(tmp_path / "s.db", create=True) as conn:
        assert store.save(conn, extraction) is Saved.NEW
        assert store.save(conn, extraction) is Saved.UNCHANGED
        store.rebuild(conn)
        assert papers.one(conn, 1) == extraction
