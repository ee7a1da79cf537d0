"""The first start: what owners choose for the whole site, the example letters, the last test mail.

A passkey made while joining carries a user id of its own, because its officer has no number yet.
"""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0033_start"
down_revision = "0032_editor"


def upgrade() -> None:
    """Create the tables, empty. Letters that are there already are no example: they may be a campaign's own."""
    op.create_table(
        "choice",
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.CheckConstraint("name IN ('sender', 'languages', 'example')", name=op.f("ck_choice_name")),
        sa.CheckConstraint("version > 0", name=op.f("ck_choice_version")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_choice")),
    )
    op.create_table(
        "example_letter",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_example_letter_letter_id_letter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_example_letter")),
    )
    op.create_table(
        "mail_trial",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_trial_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_trial")),
    )
    op.add_column("passkey", sa.Column("handle", sa.LargeBinary(length=16), nullable=True))
