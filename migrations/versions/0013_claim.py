"""Claims: which officer works on a card."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0013_claim"
down_revision = "0012_roster"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "card_claim",
        sa.Column("signatory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signatory_id"],
            ["signatory.id"],
            name=op.f("fk_card_claim_signatory_id_signatory"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_card_claim_officer_id_officer")),
        sa.PrimaryKeyConstraint("signatory_id", name=op.f("pk_card_claim")),
    )
