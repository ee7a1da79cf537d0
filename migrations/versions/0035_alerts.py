"""Daily counts without a person, and what officers are told by mail."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0035_alerts"
down_revision = "0034_directory"


def upgrade() -> None:
    """Create them, empty: counting begins with the worker's next round, and every officer gets every alert."""
    op.create_table(
        "daily_count",
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=41), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_daily_count_count")),
        sa.PrimaryKeyConstraint("counted_on", "letter", "what", name=op.f("pk_daily_count")),
    )
    op.create_table(
        "count_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("through", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_count_mark_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_mark")),
    )
    for name, more in (
        ("alert_off", ()),
        ("alert_sent", (("sent_at", Moment()), ("newest_at", Moment()), ("mail_id", sa.Integer()))),
    ):
        op.create_table(
            name,
            sa.Column("officer_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("kind", sa.String(length=10), nullable=False),
            *(sa.Column(column, of, nullable=False) for column, of in more),
            sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f(f"fk_{name}_officer_id_officer")),
            sa.PrimaryKeyConstraint("officer_id", "kind", name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "office_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_office_clock_one")),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_office_clock_digest_hour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_clock")),
    )
