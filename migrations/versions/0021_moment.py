"""The newest known moment, to detect a jump of the clock; no planner statistics of queued mails."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0021_moment"
down_revision = "0020_admission"

PLAIN = {"recipient": "VARCHAR(320)", "values": "TEXT"}  # columns of mail that hold an address, a link and a code


def upgrade() -> None:
    """Create it, empty: until the worker's first round, the log and the signatures give the newest moment."""
    op.create_table(
        "known_moment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_known_moment_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_moment")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _take_no_samples()


def _take_no_samples() -> None:
    """Keep PostgreSQL's planner from copying addresses into its statistics, where no DELETE reaches them.

    Giving a column its own type again drops the statistics that are there.
    """
    for column, kind in PLAIN.items():
        op.execute(f'ALTER TABLE mail ALTER COLUMN "{column}" TYPE {kind}')
        op.execute(f'ALTER TABLE mail ALTER COLUMN "{column}" SET STATISTICS 0')
