"""The results of a delivery's mails, and the files beside its steps."""

import sqlalchemy as sa
from alembic import op

revision = "0018_posting"
down_revision = "0017_life"


def upgrade() -> None:
    """Create them; an earlier mail has no result and counts as accepted, as it did until now."""
    op.create_table(
        "posting",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.CheckConstraint("accepted_on IS NULL OR refused_on IS NULL", name=op.f("ck_posting_one_outcome")),
        sa.ForeignKeyConstraint(
            ["delivery_id", "number"],
            ["sending.delivery_id", "sending.number"],
            name=op.f("fk_posting_delivery_id_number_sending"),
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_posting_mail_id_mail"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_mail_id"), "posting", ["mail_id"])
    op.execute(
        "INSERT INTO posting (delivery_id, number, accepted_on)"
        " SELECT delivery_id, number, sent_on FROM sending WHERE queued"
    )
    _file("handover_file", "sending")
    _file("answer_file", "answer")


def _file(table: str, step: str) -> None:
    numbered = [sa.Column("number", sa.Integer(), nullable=False)] if step == "sending" else []
    keys = ["delivery_id", "number"] if numbered else ["delivery_id"]
    op.create_table(
        table,
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        *numbered,
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            keys,
            [f"{step}.{key}" for key in keys],
            name=op.f(f"fk_{table}_{'_'.join(keys)}_{step}"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f(f"fk_{table}_officer_id_officer")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f(f"pk_{table}")),
    )
