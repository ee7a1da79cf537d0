"""Signatures from paper: their imports, and a rule that they never count as confirmed by mail."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0010_intake"
down_revision = "0009_desk"

ALONE = (
    "NEW.level IS NOT NULL AND EXISTS (SELECT 1 FROM intake_row WHERE intake_row.signatory_id = NEW.signatory_id) "
    "AND (NEW.level < 3 OR NEW.second_officer_id IS NULL OR NEW.second_officer_id = NEW.officer_id)"
)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("refused_count", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_intake_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_intake_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_intake_standing",
        "intake",
        ["letter_id", "file_sha256", "provenance"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "intake_row",
        sa.Column("signatory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signatory_id"],
            ["signatory.id"],
            name=op.f("fk_intake_row_signatory_id_signatory"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_row_intake_id_intake")),
        sa.PrimaryKeyConstraint("signatory_id", name=op.f("pk_intake_row")),
    )
    op.create_index(op.f("ix_intake_row_intake_id"), "intake_row", ["intake_id"])
    sentence = "a signature on paper takes two reviewers and level 3"
    for statement in refuse_sql(op.get_bind().dialect.name, "verification", ("INSERT", "UPDATE"), sentence, ALONE):
        op.execute(statement)
