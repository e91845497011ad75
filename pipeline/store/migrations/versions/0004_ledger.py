"""What people enter: the ledger, which only grows; and, derived from it, corrections and further ids of promises."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER ledger_keeps_its_words BEFORE UPDATE ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER ledger_keeps_its_entries BEFORE DELETE ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER ledger_grows_at_its_end BEFORE INSERT ON ledger "
    "WHEN NEW.seq IS NOT (SELECT COALESCE(max(seq), 0) + 1 FROM ledger) "
    "OR NEW.previous IS NOT COALESCE((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '" + "0" * 64 + "') "
    "BEGIN SELECT RAISE(ABORT, 'an entry follows the last one of the ledger'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'the ledger only grows'; END$$",
    "CREATE FUNCTION ledger_follows() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
    "IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(max(seq), 0) + 1 FROM ledger) "
    "OR NEW.previous IS DISTINCT FROM COALESCE((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '"
    + "0" * 64
    + "') THEN RAISE EXCEPTION 'an entry follows the last one of the ledger'; END IF; RETURN NEW; END$$",
    "CREATE TRIGGER ledger_keeps_its_words BEFORE UPDATE ON ledger "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    "CREATE TRIGGER ledger_keeps_its_entries BEFORE DELETE OR TRUNCATE ON ledger "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    "CREATE TRIGGER ledger_grows_at_its_end BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_follows()",
)


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("promise", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("made", sa.String(), nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_promise"), "ledger", ["promise"], unique=False)
    op.create_index(op.f("ix_ledger_kind"), "ledger", ["kind"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement))
    op.create_table(
        "corrections",
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("read", sa.Text(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_corrections_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("promise_id", "field", name=op.f("pk_corrections")),
    )
    op.create_table(
        "aliases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_aliases_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_promise_id"), "aliases", ["promise_id"], unique=False)
