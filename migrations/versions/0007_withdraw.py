"""Withdrawals: the fact and the day."""

import sqlalchemy as sa
from alembic import op

revision = "0007_withdraw"
down_revision = "0006_verify"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "withdrawal",
        sa.Column("signature_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_withdrawal_letter_id_letter")),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_withdrawal")),
    )
