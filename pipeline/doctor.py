"""Is everything here that the program needs? Versions, language model, rules, store and optional tools.

Hides how each is asked. Hands over one `Check` a question, and never stops at the first that fails.
"""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from pipeline import language, store
from pipeline.records import MattersError, StoreError
from pipeline.rules import RuleSet
from pipeline.store import ledger

PACKAGES = ("spacy", "pypdfium2", "pdfplumber", "python-docx", "lxml", "SQLAlchemy", "alembic", "typer", "rich")
TOOLS = {
    "antiword": "reads .doc files; without it or LibreOffice they must be saved as .docx first",
    "soffice": "LibreOffice, reads .doc files; without it or antiword they must be saved as .docx first",
}


class State(StrEnum):
    OK = "ok"
    ABSENT = "absent"
    """Optional, or not made yet: nothing to mend."""
    MISSING = "missing"
    """A package or the language model: install again."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    subject: str
    state: State
    detail: str


def examine(db: str) -> list[Check]:
    """All checks, in the order in which they are best mended."""
    checks = [
        Check("Python", State.OK, f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        Check("SQLite", State.OK, sqlite3.sqlite_version),
        *(_package(name) for name in ("matters-arising", *PACKAGES)),
        _try("language model", State.MISSING, _model),
        _try("rules", State.BROKEN, _rules),
        _store(db),
    ]
    return [*checks, *_tools()]


def _package(name: str) -> Check:
    try:
        return Check(name, State.OK, version(name))
    except PackageNotFoundError:
        return Check(name, State.MISSING, "not installed; install matters-arising again")


def _model() -> str:
    nlp = language.load()
    return f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']} in {language.find()}"


def _rules() -> str:
    rules = RuleSet.load()
    faults = rules.check()
    if faults:
        raise MattersError(f"{faults[0]} ({len(faults)} faults; see 'matters rules check')")
    return f"{len(rules.rules)} rules, version {rules.version}"


def _store(db: str) -> Check:
    try:
        with store.open(db) as conn:
            faults = [*conn.check(), *ledger.verify(conn).faults]
    except StoreError as error:
        return Check("store", State.ABSENT if error.code == "no-store" else State.BROKEN, str(error))
    return Check("store", State.BROKEN, f"{db}: {faults[0]}") if faults else Check("store", State.OK, f"{db}: sound")


def _tools() -> Iterator[Check]:
    for name, use in TOOLS.items():
        path = shutil.which(name)
        yield Check(name, State.OK, path) if path else Check(name, State.ABSENT, use)


def _try(subject: str, otherwise: State, ask: Callable[[], str]) -> Check:
    try:
        return Check(subject, State.OK, ask())
    except MattersError as error:
        return Check(subject, otherwise, str(error))
