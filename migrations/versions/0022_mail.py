"""A pause for a mail server that refuses us."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0022_mail"
down_revision = "0021_moment"


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "mail_pause",
        sa.Column("server", sa.String(length=260), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("server", name=op.f("pk_mail_pause")),
    )
