"""Disputes: a person says that an entry on the list is not theirs."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0011_dispute"
down_revision = "0010_intake"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "dispute",
        sa.Column("signature_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disputed_at", Moment(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (officer_id IS NULL)", name=op.f("ck_dispute_settled_by")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_dispute_signature_id_signature")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_dispute_officer_id_officer")),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_dispute")),
    )
