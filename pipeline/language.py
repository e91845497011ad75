"""The trained spaCy pipeline: where it lies and one copy of it per process.

Hides the two homes of the model (a checkout's `models/`, an installed wheel's data) and spaCy itself, which takes
seconds to import and is imported only when a model is loaded. Never looks on the network.
`MATTERS_MODEL=/path` tries another model in place of ours.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import MattersError

if TYPE_CHECKING:
    from spacy.language import Language

VARIABLE = "MATTERS_MODEL"
NAME = "en_minutes"
PACKAGE = Path(__file__).parent
HOMES = (PACKAGE.parent / "models" / NAME, PACKAGE / "_data" / NAME)


@cache
def load() -> Language:
    """The pipeline, ready to parse; the same object on every call in a process."""
    path = find()
    import spacy

    try:
        nlp = spacy.load(path)
    except (OSError, ValueError, TypeError) as error:
        raise MattersError(
            f"The language model in {path} does not load ({_first_line(error)}): "
            f"it needs the spaCy of this release; reinstall matters-arising, or unset {VARIABLE} if you set it.",
            code="bad-model",
        ) from error
    _multiply_in_numpy(nlp)
    return nlp


def find() -> Path:
    """The folder of the model, without loading it."""
    if chosen := os.environ.get(VARIABLE):
        if _is_model(Path(chosen)):
            return Path(chosen)
        raise MattersError(
            f"{VARIABLE} names {chosen}, which holds no spaCy model: correct it, or unset it to use ours.",
            code="missing-model",
        )
    for home in HOMES:
        if _is_model(home):
            return home
    raise MattersError(
        f"The language model {NAME} is not at {' or '.join(map(str, HOMES))}: "
        "reinstall matters-arising, or make the model with models/train.py.",
        code="missing-model",
    )


def _multiply_in_numpy(nlp: Language) -> None:
    """Leaves matrix products to numpy, which takes two thirds of the time that spaCy's own BLIS takes.

    Only where numpy works in one thread (`pipeline/__init__.py` asks for it) and where BLIS would have been used:
    otherwise (a host that imported numpy before us, a number of threads that the reader set) nothing is changed.
    """
    from thinc.api import NumpyOps

    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        return
    ops = NumpyOps(use_blis=False)
    models = [pipe.model for _, pipe in nlp.pipeline if hasattr(pipe, "model")]
    for node in (node for model in models for node in model.walk()):
        if type(node.ops) is NumpyOps:
            node.ops = ops


def _is_model(path: Path) -> bool:
    return (path / "meta.json").is_file() and (path / "config.cfg").is_file()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
