"""The payload of a request, which is done when a second person agrees, and its outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0024_hold"
down_revision = "0023_places"


def upgrade() -> None:
    """Add them. A hold without a second person yet has no payload, so it must be asked for again."""
    op.execute(
        "ALTER TABLE approval ADD COLUMN payload TEXT "
        "CONSTRAINT ck_approval_payload_until_use CHECK (used_at IS NULL OR payload IS NULL)"
    )
    op.add_column("approval", sa.Column("outcome", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "agreed_hold",
        sa.Column("bulk_hold_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_hold_id"], ["bulk_hold.id"], name=op.f("fk_agreed_hold_bulk_hold_id_bulk_hold")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_agreed_hold_approval_id_approval")
        ),
        sa.PrimaryKeyConstraint("bulk_hold_id", name=op.f("pk_agreed_hold")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_agreed_hold_approval_id")),
    )
    op.execute(
        "UPDATE approval SET expires_at = asked_at WHERE kind = 'bulk' AND used_at IS NULL AND approved_by IS NULL"
    )
