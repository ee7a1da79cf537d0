"""Deliveries in volumes, and builds of packages that the desk asked for."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0019_build"
down_revision = "0018_posting"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "volume",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_volume_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_volume")),
    )
    op.create_index(op.f("ix_volume_pdf_sha256"), "volume", ["pdf_sha256"])
    _build()


def _build() -> None:
    op.create_table(
        "build",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.CheckConstraint("turn = 1", name=op.f("ck_build_turn")),
        sa.CheckConstraint("outcome IN ('', 'done', 'failed', 'cancelled')", name=op.f("ck_build_outcome")),
        sa.CheckConstraint("(finished_at IS NULL) = (outcome = '')", name=op.f("ck_build_finished")),
        sa.CheckConstraint("(delivery_id IS NULL) = (outcome <> 'done')", name=op.f("ck_build_done")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_build_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_build_officer_id_officer")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_build_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_build")),
        sa.UniqueConstraint("turn", name=op.f("uq_build_turn")),
    )
    opened = sa.text("finished_at IS NULL")
    same = ["letter_id", "country", "office", "language", "paper"]
    op.create_index("uq_build_open", "build", same, unique=True, sqlite_where=opened, postgresql_where=opened)
