"""What papers call their bodies, found without leafing through the papers: each run gathers them by it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_papers_body"), "papers", ["body", "body_id", "date"], unique=False)
