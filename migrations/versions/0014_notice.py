"""Independent notices to sitting members, and the waiting time before a name is listed."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0014_notice"
down_revision = "0013_claim"

SETTLED_BY = sa.CheckConstraint("(settled_at IS NULL) = (officer_id IS NULL)", name="ck_dispute_settled_by")


def upgrade() -> None:
    """Create them."""
    op.add_column("letter", sa.Column("cooling_off_hours", sa.Integer(), nullable=False, server_default="48"))
    # SQLite cannot add a check to a table, so it is made anew; its checks are said again, since none are reflected.
    with op.batch_alter_table("dispute", table_args=(SETTLED_BY,)) as dispute:
        dispute.add_column(sa.Column("origin", sa.String(length=10), nullable=False, server_default="anybody"))
        dispute.create_check_constraint(op.f("ck_dispute_origin"), "origin IN ('anybody', 'official')")
    op.create_table(
        "notice",
        sa.Column("signatory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("roster_member_id", sa.Integer(), nullable=True),
        sa.Column("noticed_at", Moment(), nullable=False),
        sa.Column("unsent_for", sa.String(length=20), nullable=True),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("waits_until", Moment(), nullable=False),
        sa.Column("over_at", Moment(), nullable=True),
        sa.Column("disputed_at", Moment(), nullable=True),
        sa.CheckConstraint("code_tries >= 0", name=op.f("ck_notice_code_tries")),
        sa.CheckConstraint("unsent_for IS NULL OR over_at IS NOT NULL", name=op.f("ck_notice_unsent_waits_not")),
        sa.CheckConstraint("over_at IS NULL OR over_at >= waits_until", name=op.f("ck_notice_over_in_time")),
        sa.ForeignKeyConstraint(
            ["signatory_id"],
            ["verification.signatory_id"],
            name=op.f("fk_notice_signatory_id_verification"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["roster_member_id"], ["roster_member.id"], name=op.f("fk_notice_roster_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("signatory_id", name=op.f("pk_notice")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_notice_link_sha256")),
    )
