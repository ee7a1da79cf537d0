"""The newest moment the database knows, against which a clock that has jumped is found."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0021_moment"
down_revision = "0020_admission"


def upgrade() -> None:
    """Create it, empty: until the first round the log and the signatures tell."""
    op.create_table(
        "known_moment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_known_moment_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_moment")),
    )
