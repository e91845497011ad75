"""The first tables: papers and what they say, and what is derived from them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
        sa.UniqueConstraint("key", name=op.f("uq_bodies_key")),
    )
    op.create_table(
        "failures",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_failures")),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("backwards", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("date", sa.String(), nullable=True),
        sa.Column("next_date", sa.String(), nullable=True),
        sa.Column("meeting_dates", sa.Text(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("coverage", sa.String(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_papers_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("sha256", name=op.f("uq_papers_sha256")),
    )
    op.create_index(op.f("ix_papers_backwards"), "papers", ["backwards"], unique=False)
    op.create_index(op.f("ix_papers_body_id"), "papers", ["body_id"], unique=False)
    op.create_index(op.f("ix_papers_file"), "papers", ["file"], unique=False)
    op.create_index(op.f("ix_papers_name"), "papers", ["name"], unique=False)
    op.create_table(
        "attendees",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_attendees_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seq", name=op.f("pk_attendees")),
    )
    op.create_table(
        "evidence",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("extract", sa.String(), nullable=True),
        sa.Column("day", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_evidence_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seq", name=op.f("pk_evidence")),
    )
    op.create_table(
        "extracts",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("boxes", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("owner_name", sa.String(), nullable=True),
        sa.Column("due_words", sa.String(), nullable=True),
        sa.Column("due_start", sa.String(), nullable=True),
        sa.Column("due_end", sa.String(), nullable=True),
        sa.Column("due_kind", sa.String(), nullable=True),
        sa.Column("strength", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("formal", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_extracts_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seq", name=op.f("pk_extracts")),
        sa.UniqueConstraint("paper_id", "id", name=op.f("uq_extracts_paper_id_id")),
    )
    op.create_table(
        "items",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_items_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seq", name=op.f("pk_items")),
    )
    op.create_table(
        "promises",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("owner_name", sa.String(), nullable=True),
        sa.Column("owner_words", sa.String(), nullable=False),
        sa.Column("due_words", sa.String(), nullable=True),
        sa.Column("due_start", sa.String(), nullable=True),
        sa.Column("due_end", sa.String(), nullable=True),
        sa.Column("due_kind", sa.String(), nullable=True),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("made", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_promises_body_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_promises_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index(op.f("ix_promises_body_id"), "promises", ["body_id"], unique=False)
    op.create_index(op.f("ix_promises_paper_id"), "promises", ["paper_id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_sources_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_paper_id"), "sources", ["paper_id"], unique=False)
    op.create_table(
        "texts",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_texts_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_texts")),
    )
    op.create_table(
        "unclaimed",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_unclaimed_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seq", name=op.f("pk_unclaimed")),
    )
    op.create_table(
        "events",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("date", sa.String(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("new_due", sa.String(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("day", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_events_paper_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_events_promise_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("promise_id", "seq", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_paper_id"), "events", ["paper_id"], unique=False)
    op.create_index(op.f("ix_extracts_kind"), "extracts", ["kind"], unique=False)
    op.create_table(
        "links",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id", "extract_id"],
            ["extracts.paper_id", "extracts.id"],
            name=op.f("fk_links_paper_id_extract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_links_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "extract_id", "type", "seq", name=op.f("pk_links")),
    )
    op.create_table(
        "promise_words",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_promise_words_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("promise_id", name=op.f("pk_promise_words")),
    )
    op.create_table(
        "sightings",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_sightings_paper_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_sightings_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("promise_id", "seq", name=op.f("pk_sightings")),
    )
    op.create_index(op.f("ix_sightings_paper_id_extract_id"), "sightings", ["paper_id", "extract_id"], unique=False)
    op.create_table(
        "verdict_periods",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("by_date", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_verdict_periods_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("promise_id", "from_date", name=op.f("pk_verdict_periods")),
    )
    op.create_index(
        "ix_verdict_periods_list",
        "verdict_periods",
        ["rank", "by_date", "made", "place", "promise_id", "from_date", "until", "verdict"],
        unique=False,
    )
    op.create_index("ix_verdict_periods_count", "verdict_periods", ["verdict", "until", "from_date"], unique=False)
