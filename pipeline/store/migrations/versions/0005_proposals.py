"""What the tracker leaves to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("date", sa.String(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("other", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_proposals_paper_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_proposals_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("promise_id", "seq", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_paper_id"), "proposals", ["paper_id"], unique=False)
