"""Packages: the signed files made for a delivery."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0016_package"
down_revision = "0015_search"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "package",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("zip_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("merkle_root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_package_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_package")),
        sa.UniqueConstraint("reference", name=op.f("uq_package_reference")),
        sa.UniqueConstraint("manifest_sha256", name=op.f("uq_package_manifest_sha256")),
        sa.UniqueConstraint("zip_sha256", name=op.f("uq_package_zip_sha256")),
    )
    op.create_index(op.f("ix_package_merkle_root"), "package", ["merkle_root"])
    for statement in refuse_sql(
        op.get_bind().dialect.name, "package", ("UPDATE", "DELETE"), "a signed package stays"
    ):
        op.execute(statement)
