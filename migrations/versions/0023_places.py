"""Places for mails that strangers can cause, forms that share a mail, and how likely a form is a person's."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0023_places"
down_revision = "0022_mail"


def upgrade() -> None:
    """Create them. Mails queued before need no place: they were counted when they were queued."""
    _places()
    _mail()
    op.create_table(
        "shared_link",
        sa.Column("intent_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_shared_link_intent_id_intent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_shared_link")),
    )
    op.create_index(op.f("ix_shared_link_link_sha256"), "shared_link", ["link_sha256"])
    for table in ("intent", "signatory"):
        op.add_column(table, sa.Column("likely", sa.Integer(), nullable=False, server_default="0"))


def _places() -> None:
    op.create_table(
        "mail_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_place")),
    )
    op.create_index("ix_mail_place_window_until", "mail_place", ["window", "until"])
    op.create_index(op.f("ix_mail_place_until"), "mail_place", ["until"])


def _mail() -> None:
    for column in (
        sa.Column("mailbox", sa.LargeBinary(length=32), nullable=True),
        sa.Column("domain", sa.LargeBinary(length=32), nullable=True),
        sa.Column("domain_most", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("joins", sa.LargeBinary(length=32), nullable=True),
        sa.Column("gathers", sa.String(length=8), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("waits", sa.String(length=8), nullable=True),
        sa.Column("placed_at", Moment(), nullable=True),
    ):
        op.add_column("mail", column)
    op.drop_index("ix_mail_due_at", "mail")
    op.create_index("ix_mail_due_at", "mail", ["failed_at", "due_at", "rank", "id"])
    op.create_index("ix_mail_mailbox", "mail", ["mailbox", "failed_at", "due_at"])
    op.create_index("ix_mail_domain", "mail", ["domain", "failed_at", "due_at"])
