"""The store's tables, as SQLAlchemy Core.

Core, not the ORM: a paper is written once, whole, and read back as frozen records, so there are no objects to track.
Measured on SQLite: executemany over Core's tables writes 110,000 rows a second raw and 40,000 with dicts, ORM sessions
6,000. Reading does not come by here at all: importing SQLAlchemy costs 170 ms of CPU where sqlite3 costs 5, of the
300 in which a list has to be on screen; see `pipeline.store.Store.rows`.

Days are ISO text ("2024-03-31"), lists that are never searched are JSON text: one representation on every database,
which sorts, compares and copies the same everywhere. Enums are kept by value.
Tables below "Derived" hold nothing that the ones above do not tell; they are rebuilt by body.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NEVER = "9999-12-31"
"""Stands for "no such day" where days are compared: an open end, a promise without a date."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _paper_key() -> Column[int]:
    return Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True)


def _promise_key() -> Column[str]:
    return Column("promise_id", String, ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True)


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True)


bodies = Table(
    "bodies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # the name without its case; "" for papers that name no body
    Column("name", String),  # as most of its papers print it
    Column("stale", Boolean, nullable=False),  # its papers, or the tracker, changed since its promises were derived
)

papers = Table(
    "papers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("ruleset", String, nullable=False),
    Column("name", String, nullable=False, index=True),  # file name, with folders where two papers share one
    Column("file", String, nullable=False, index=True),
    # The path that names it, folders last: compared byte by byte, whatever the language of the database.
    Column("backwards", String().with_variant(String(collation="C"), "postgresql"), nullable=False, index=True),
    Column("body_id", Integer, ForeignKey("bodies.id"), nullable=False, index=True),
    Column("body", String),  # as printed
    Column("media_type", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("date", String),
    Column("next_date", String),
    Column("meeting_dates", Text, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("pages", Integer),
    Column("coverage", String, nullable=False),
    Column("warnings", Text, nullable=False),
)

# Apart from the papers, so that a list of papers does not leaf through their texts.
texts = Table("texts", metadata, _paper_key(), Column("text", Text, nullable=False))

# Every file seen, and the paper that it holds: byte-identical files are one paper, which lives as long as one of them.
sources = Table(
    "sources",
    metadata,
    Column("path", String, primary_key=True),
    Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False, index=True),
)

failures = Table(
    "failures",
    metadata,
    Column("path", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("message", Text, nullable=False),
)

attendees = Table(
    "attendees",
    metadata,
    _paper_key(),
    _seq(),
    Column("name", String, nullable=False),
    Column("initials", String, nullable=False),
    Column("role", String, nullable=False),
    Column("present", Boolean, nullable=False),
)

items = Table(
    "items",
    metadata,
    _paper_key(),
    _seq(),
    Column("number", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
)

extracts = Table(
    "extracts",
    metadata,
    _paper_key(),
    _seq(),
    Column("id", String, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("page", Integer),
    Column("boxes", Text, nullable=False),
    Column("rule", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("owner", String),
    Column("owner_name", String),
    Column("due_words", String),
    Column("due_start", String),
    Column("due_end", String),
    Column("due_kind", String),
    Column("strength", String),
    Column("outcome", String),
    Column("formal", Boolean, nullable=False),
    Column("recipient", String),
    Column("reference", String),
    Column("status", Text),
    Column("item", String),
    UniqueConstraint("paper_id", "id"),
)

links = Table(
    "links",
    metadata,
    _paper_key(),
    Column("extract_id", String, primary_key=True),
    Column("type", String, primary_key=True),  # "answers" or "arises-from"
    _seq(),
    Column("target", String, nullable=False),
    ForeignKeyConstraint(["paper_id", "extract_id"], ["extracts.paper_id", "extracts.id"], ondelete="CASCADE"),
)

evidence = Table(
    "evidence",
    metadata,
    _paper_key(),
    _seq(),
    Column("type", String, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("page", Integer),
    Column("reference", String),
    Column("extract", String),
    Column("day", String),
)

unclaimed = Table(
    "unclaimed",
    metadata,
    _paper_key(),
    _seq(),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("page", Integer),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),  # "tracker": the code that all but the stale bodies were derived with
    Column("value", String, nullable=False),
)

# Derived.

promises = Table(
    "promises",
    metadata,
    Column("id", String, primary_key=True),
    Column("body_id", Integer, ForeignKey("bodies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("owner", String),
    Column("owner_name", String),
    Column("owner_words", String, nullable=False),  # owner, resolved owner and initials, folded, for the filter
    Column("due_words", String),
    Column("due_start", String),
    Column("due_end", String),
    Column("due_kind", String),
    Column("strength", String, nullable=False),
    Column("reference", String),
    Column("page", Integer),
    Column("made", String),
    Column("confidence", Float, nullable=False),
    Column("mentions", Text, nullable=False),
)

# The words that `Filter.text` searches, apart from the promises for the same reason as the papers' texts.
promise_words = Table("promise_words", metadata, _promise_key(), Column("words", Text, nullable=False))

sightings = Table(
    "sightings",
    metadata,
    _promise_key(),
    _seq(),
    Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("extract_id", String, nullable=False),
    Index(None, "paper_id", "extract_id"),
)

events = Table(
    "events",
    metadata,
    _promise_key(),
    _seq(),
    Column("type", String, nullable=False),
    Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("page", Integer),
    Column("date", String),
    Column("quote", Text, nullable=False),
    Column("new_due", String),
    Column("agreed", Boolean, nullable=False),
    Column("day", String),
)

# A verdict holds on the days from `from_date` up to, not including, `until`: what is outstanding on any day is one
# walk along the second index, which is in the order of the list.
verdict_periods = Table(
    "verdict_periods",
    metadata,
    _promise_key(),
    Column("from_date", String, primary_key=True),
    Column("until", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("due", String),
    Column("days_late", Integer, nullable=False),
    Column("agreed", Boolean),
    Column("stale", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),  # 0 late, 1 due soon, 2 open, 3 undated, 4 closed
    Column("by_date", String, nullable=False),  # due, or NEVER
    Column("made", String, nullable=False),  # made, or NEVER
    Column("place", Integer, nullable=False),  # order within the paper that made it
    Column("searched", Text, nullable=False),
    Index("ix_verdict_periods_count", "verdict", "until", "from_date"),
    Index(
        "ix_verdict_periods_list",
        "rank",
        "by_date",
        "made",
        "place",
        "promise_id",
        "from_date",
        "until",
        "verdict",
    ),
)
