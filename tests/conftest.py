"""Fixtures of all tests."""

from __future__ import annotations

import sys
from types import ModuleType

import making
import pytest

import pipeline


def stand_in(patch: pytest.MonkeyPatch) -> None:
    """Put a tracker that is told what to find in the place of `pipeline.track`."""
    module = ModuleType("pipeline.track")
    for name in ("PaperRef", "body_key", "link", "verdicts"):
        setattr(module, name, getattr(making, name))
    patch.setitem(sys.modules, "pipeline.track", module)
    patch.setattr(pipeline, "track", module, raising=False)


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines with the same words are one promise; "DONE" in a line keeps it."""
    stand_in(monkeypatch)
