"""Since when owners and printed ids are known, so that a past day shows none that a later paper told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("owned", "referred"):
        op.add_column("promises", sa.Column(column, sa.String(), nullable=True))
