"""What was done to a letter and when: suspended, closed, withdrawn; its preview links and its time zone."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0030_moments"
down_revision = "0029_files"


def upgrade() -> None:
    """Create them; the days of every letter until now are days in UTC."""
    op.add_column("letter", sa.Column("time_zone", sa.String(length=64), nullable=False, server_default="UTC"))
    op.create_table(
        "letter_moment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "what IN ('suspended', 'resumed', 'closed', 'withdrawn')",
            name=op.f("ck_letter_moment_what"),
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_moment_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_letter_moment_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_moment")),
    )
    op.create_index(op.f("ix_letter_moment_letter_id"), "letter_moment", ["letter_id"], unique=False)
    op.create_table(
        "preview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("who <> ''", name=op.f("ck_preview_who")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_preview_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_preview_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_preview_link_sha256")),
    )
    op.create_index(op.f("ix_preview_letter_id"), "preview", ["letter_id"], unique=False)
    for statement in refuse_sql(
        op.get_bind().dialect.name,
        "letter_moment",
        ("UPDATE", "DELETE"),
        "the moments of a letter are append-only",
    ):
        op.execute(statement)
