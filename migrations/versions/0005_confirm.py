"""Signatures, their links and signatories; from here on a signed text cannot change."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

SIGNED = (
    "EXISTS (SELECT 1 FROM intent WHERE letter_text_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM signatory WHERE letter_text_id = OLD.id)"
)

revision = "0005_confirm"
down_revision = "0004_sign"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_signature_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("letter_id", "address_index", name=op.f("uq_signature_letter_id_address_index")),
    )
    op.create_table(
        "signature_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signature_link_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_link")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_signature_link_link_sha256")),
    )
    op.create_index(op.f("ix_signature_link_signature_id"), "signature_link", ["signature_id"], unique=False)
    op.create_table(
        "signatory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("letter_text_id", sa.Integer(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("latin_name", sa.String(length=200), nullable=True),
        sa.Column("office", sa.String(length=200), nullable=True),
        sa.Column("legislature", sa.String(length=200), nullable=True),
        sa.Column("constituency", sa.String(length=200), nullable=True),
        sa.Column("party", sa.String(length=200), nullable=True),
        sa.Column("affiliation", sa.String(length=200), nullable=True),
        sa.Column("community", sa.String(length=200), nullable=True),
        sa.Column("sort_key", sa.LargeBinary(length=255), nullable=False),
        sa.Column("sealed_entry", sa.LargeBinary(), nullable=True),
        sa.Column("owner_entry", sa.LargeBinary(), nullable=True),
        sa.Column("consent_sha256", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "(visibility = 'public') = (name IS NOT NULL)", name=op.f("ck_signatory_name_only_if_public")
        ),
        sa.CheckConstraint(
            "(visibility = 'public') = (sealed_entry IS NULL)", name=op.f("ck_signatory_sealed_unless_public")
        ),
        sa.CheckConstraint("kind IN ('lawmaker', 'activist')", name=op.f("ck_signatory_kind")),
        sa.CheckConstraint(
            "visibility IN ('public', 'withheld', 'counted')", name=op.f("ck_signatory_visibility")
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_signatory_intent_id_intent"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_signatory_letter_id_letter")),
        sa.ForeignKeyConstraint(
            ["letter_text_id"], ["letter_text.id"], name=op.f("fk_signatory_letter_text_id_letter_text")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signatory_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
    )
    op.create_index("ix_signatory_intent_id", "signatory", ["intent_id"], unique=True)
    op.create_index(
        "ix_signatory_roll", "signatory", ["letter_id", "country", "kind", "sort_key", "id"], unique=False
    )
    op.create_index(op.f("ix_signatory_signature_id"), "signatory", ["signature_id"], unique=False)
    op.create_index(
        "uq_signatory_standing",
        "signatory",
        ["signature_id"],
        unique=True,
        sqlite_where=sa.text("stands"),
        postgresql_where=sa.text("stands"),
    )
    for statement in refuse_sql(
        op.get_bind().dialect.name, "letter_text", ("UPDATE",), "a signed text cannot change", SIGNED
    ):
        op.execute(statement)
