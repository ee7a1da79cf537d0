"""What the campaign says of itself: its name, logo, colours, addresses, imprint and privacy notice."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0028_identity"
down_revision = "0027_addressee"


def upgrade() -> None:
    """Create it, empty: until an owner says anything, every page looks as it did."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("accent_dark", sa.String(length=7), nullable=False),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("logo_kind", sa.String(length=3), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_identity_one")),
        sa.CheckConstraint("version > 0", name=op.f("ck_identity_version")),
        sa.CheckConstraint("contact <> ''", name=op.f("ck_identity_contact")),
        sa.CheckConstraint(
            "accent = '' OR (accent LIKE '#%' AND length(accent) = 7)", name=op.f("ck_identity_accent")
        ),
        sa.CheckConstraint(
            "accent_dark = '' OR (accent_dark LIKE '#%' AND length(accent_dark) = 7)",
            name=op.f("ck_identity_accent_dark"),
        ),
        sa.CheckConstraint("logo_kind IN ('', 'svg', 'png')", name=op.f("ck_identity_logo_kind")),
        sa.CheckConstraint("(logo IS NULL) = (logo_kind = '')", name=op.f("ck_identity_logo")),
        sa.CheckConstraint("length(logo) <= 131072", name=op.f("ck_identity_logo_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_table(
        "identity_text",
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=160), nullable=False),
        sa.Column("imprint", sa.Text(), nullable=False),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.CheckConstraint("language <> 'en' OR name <> ''", name=op.f("ck_identity_text_name")),
        sa.CheckConstraint(
            "length(imprint) <= 20000 AND length(privacy) <= 20000", name=op.f("ck_identity_text_size")
        ),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_identity_text")),
    )
