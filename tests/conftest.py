"""Fixtures of all tests."""

from __future__ import annotations

import sys
from types import ModuleType

import making
import pytest

import pipeline


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Stands in for `pipeline.track`: lines with the same words are one promise; "DONE" in a line keeps it."""
    module = ModuleType("pipeline.track")
    for name in ("PaperRef", "body_key", "link", "verdicts"):
        setattr(module, name, getattr(making, name))
    monkeypatch.setitem(sys.modules, "pipeline.track", module)
    monkeypatch.setattr(pipeline, "track", module, raising=False)
    return module
