"""The desk's own offices, kinds of offices and parliaments' domains; and why an address is barred."""

import sqlalchemy as sa
from alembic import op

revision = "0034_directory"
down_revision = "0033_start"


def upgrade() -> None:
    """Create them, empty: until the desk changes anything, all is as it is shipped."""
    op.create_table(
        "own_office",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("english", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("addressee", sa.String(length=120), nullable=False),
        sa.Column("addressee_english", sa.String(length=120), nullable=False),
        sa.Column("salutation", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("name <> '' OR NOT listed", name=op.f("ck_own_office_name")),
        sa.CheckConstraint("channel IN ('hand', 'post', 'mail')", name=op.f("ck_own_office_channel")),
        sa.CheckConstraint("(confirmed_on IS NULL) = (confirmed_by = '')", name=op.f("ck_own_office_confirmed")),
        sa.CheckConstraint("confirmed_on IS NULL OR source LIKE 'https://%'", name=op.f("ck_own_office_source")),
        sa.PrimaryKeyConstraint("country", "office", name=op.f("pk_own_office")),
    )
    op.create_table(
        "own_office_kind",
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("heading", sa.String(length=100), nullable=False),
        sa.Column("english", sa.String(length=100), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_own_office_kind_words")),
        sa.CheckConstraint("(heading = '') = (english = '')", name=op.f("ck_own_office_kind_heading")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_own_office_kind")),
    )
    op.create_table(
        "own_domain",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("holds", sa.String(length=6), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("holds IN ('member', 'staff', 'mixed', 'party')", name=op.f("ck_own_domain_holds")),
        sa.CheckConstraint("seen_on < expires_on", name=op.f("ck_own_domain_days")),
        sa.CheckConstraint(
            "source LIKE 'https://%' OR (alone AND source = '')", name=op.f("ck_own_domain_source")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_own_domain")),
    )
    op.create_table(
        "own_domain_chamber",
        sa.Column("domain", sa.String(length=50), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("english", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain"],
            ["own_domain.name"],
            name=op.f("fk_own_domain_chamber_domain_own_domain"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("domain", "country", "name", name=op.f("pk_own_domain_chamber")),
    )
    op.add_column(
        "barred_address", sa.Column("reason", sa.String(length=10), nullable=False, server_default="owner")
    )
