"""A letter's files are kept as they came, and what is being written of one is kept beside it, not public."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0029_files"
down_revision = "0028_identity"


def upgrade() -> None:
    """Create them, empty: the files of letters that are here already are written from their tables."""
    op.add_column("letter", sa.Column("show_count", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("letter", sa.Column("original", sa.String(length=12), nullable=False, server_default="en"))
    op.add_column("letter", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("letter", sa.Column("in_files", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "letter_file",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_file_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", "path", name=op.f("pk_letter_file")),
    )
    op.create_table(
        "draft",
        sa.Column("slug", sa.String(length=41), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["officer.id"], name=op.f("fk_draft_changed_by_officer")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_draft")),
    )
    op.create_table(
        "draft_file",
        sa.Column("slug", sa.String(length=41), nullable=False),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["slug"], ["draft.slug"], name=op.f("fk_draft_file_slug_draft")),
        sa.PrimaryKeyConstraint("slug", "path", name=op.f("pk_draft_file")),
    )
