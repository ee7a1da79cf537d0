"""Intents."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0004_sign"
down_revision = "0003_desk"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_text_id", sa.Integer(), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint("code_tries >= 0", name=op.f("ck_intent_code_tries")),
        sa.ForeignKeyConstraint(
            ["letter_text_id"], ["letter_text.id"], name=op.f("fk_intent_letter_text_id_letter_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_intent_link_sha256")),
    )
    op.create_index("ix_intent_address_index_created_at", "intent", ["address_index", "created_at"], unique=False)
    op.create_index("ix_intent_expires_at", "intent", ["expires_at"], unique=False)
