"""Why a version of a letter replaced the one before, and from which original each translation was made."""

import sqlalchemy as sa
from alembic import op

revision = "0032_editor"
down_revision = "0031_consent"


def upgrade() -> None:
    """Create them, empty: of versions and translations that came from files, nothing is known."""
    op.create_table(
        "version_reason",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_version_reason_reason")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_version_reason_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", "version", name=op.f("pk_version_reason")),
    )
    op.create_table(
        "translation_source",
        sa.Column("slug", sa.String(length=41), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "name", "language", name=op.f("pk_translation_source")),
    )
