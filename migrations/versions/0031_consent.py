"""Versions that change a letter materially, and what its signatories were asked and signed since."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0031_consent"
down_revision = "0030_moments"

SIGNED = (
    "EXISTS (SELECT 1 FROM intent WHERE letter_text_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM signatory WHERE letter_text_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM signed_anew WHERE letter_text_id = OLD.id)"
)


def upgrade() -> None:
    """Create them; a text that was signed anew cannot change either."""
    op.create_table(
        "material_version",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("version > 1", name=op.f("ck_material_version_version")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_material_version_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", "version", name=op.f("pk_material_version")),
    )
    op.create_table(
        "asked_anew",
        sa.Column("signature_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.CheckConstraint("code_tries >= 0", name=op.f("ck_asked_anew_code_tries")),
        sa.ForeignKeyConstraint(
            ["letter_id", "version"],
            ["material_version.letter_id", "material_version.version"],
            name=op.f("fk_asked_anew_letter_id_version_material_version"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_asked_anew_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("signature_id", "version", "reminder", name=op.f("pk_asked_anew")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_asked_anew_link_sha256")),
    )
    op.create_index("ix_asked_anew_letter_id_version", "asked_anew", ["letter_id", "version"])
    op.create_table(
        "signed_anew",
        sa.Column("signature_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter_text_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_text_id"], ["letter_text.id"], name=op.f("fk_signed_anew_letter_text_id_letter_text")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signed_anew_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("signature_id", "letter_text_id", name=op.f("pk_signed_anew")),
    )
    _freeze_what_is_signed_anew()


def _freeze_what_is_signed_anew() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("DROP TRIGGER IF EXISTS letter_text_refuses ON letter_text")
        op.execute("DROP FUNCTION IF EXISTS letter_text_refuses()")
    else:
        op.execute("DROP TRIGGER IF EXISTS letter_text_refuses_update")
    for statement in refuse_sql(dialect, "letter_text", ("UPDATE",), "a signed text cannot change", SIGNED):
        op.execute(statement)
