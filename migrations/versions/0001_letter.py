"""Letters, their versions and their texts."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0001_letter"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=41), nullable=False),
        sa.Column("addressee", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drafts", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "addressee IN ('own-government', 'interpol-members')", name=op.f("ck_letter_addressee")
        ),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_letter_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("slug", name=op.f("uq_letter_slug")),
    )
    op.create_table(
        "letter_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_text_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
        sa.UniqueConstraint(
            "letter_id", "version", "language", name=op.f("uq_letter_text_letter_id_version_language")
        ),
    )
    op.create_table(
        "letter_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_page_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_page")),
        sa.UniqueConstraint("letter_id", "name", "language", name=op.f("uq_letter_page_letter_id_name_language")),
    )
