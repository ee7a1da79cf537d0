"""Verifications."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0006_verify"
down_revision = "0005_confirm"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "verification",
        sa.Column("signatory_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("second_officer_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'accepted') = (level IS NOT NULL)",
            name=op.f("ck_verification_level_only_if_accepted"),
        ),
        sa.CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name=op.f("ck_verification_outcome")),
        sa.CheckConstraint(
            "level IS NULL OR level < 4 OR (second_officer_id IS NOT NULL AND second_officer_id <> officer_id)",
            name=op.f("ck_verification_level_4_needs_two"),
        ),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name=op.f("ck_verification_level")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_verification_officer_id_officer")),
        sa.ForeignKeyConstraint(
            ["second_officer_id"], ["officer.id"], name=op.f("fk_verification_second_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["signatory.id"], name=op.f("fk_verification_signatory_id_signatory")
        ),
        sa.PrimaryKeyConstraint("signatory_id", name=op.f("pk_verification")),
    )
    op.create_index("ix_verification_outcome", "verification", ["outcome", "level"], unique=False)
