"""What papers tell of meetings called off; what verdicts rest on; heirs and new owners."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("papers", "cancelled"), ("verdict_periods", "rests_on")):
        op.add_column(table, sa.Column(column, sa.Text(), server_default="[]", nullable=False))
    for table, column in (
        ("promises", "inherited"),
        ("events", "owner"),
        ("events", "successor"),
        ("verdict_periods", "original"),
    ):
        op.add_column(table, sa.Column(column, sa.String(), nullable=True))
    # What was derived before is shown so until it is derived anew.
    op.execute("UPDATE verdict_periods SET original = (SELECT due_end FROM promises p WHERE p.id = promise_id)")
