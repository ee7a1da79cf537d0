"""The timeline of a letter: the file's own entries, numbers of signatories it reached, corrections of updates."""

import sqlalchemy as sa
from alembic import op

revision = "0036_timeline"
down_revision = "0035_alerts"


def upgrade() -> None:
    """Add them, empty."""
    op.add_column("letter", sa.Column("timeline", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("letter_page", sa.Column("changed_on", sa.Date(), nullable=True))
    op.create_table(
        "milestone",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("threshold", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.CheckConstraint("threshold > 0", name=op.f("ck_milestone_threshold")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_milestone_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", "threshold", name=op.f("pk_milestone")),
    )
