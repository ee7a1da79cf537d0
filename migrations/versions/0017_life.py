"""The steps of a delivery: approved, sent, received, answered; and attachments of mails."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0017_life"
down_revision = "0016_package"

PREPARED = "SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id"
GONE = "d.names <> (SELECT count(*) FROM delivery_line l WHERE l.delivery_id = d.id)"


def upgrade() -> None:
    """Create them."""
    op.add_column("letter", sa.Column("embargo_until", Moment(), nullable=True))
    op.add_column("delivery", sa.Column("names", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE delivery SET names = (SELECT count(*) FROM delivery_line l WHERE l.delivery_id = delivery.id)"
        " + (SELECT count(*) FROM recall r WHERE r.delivery_id = delivery.id)"
    )
    op.create_table(
        "attachment",
        sa.Column("mail_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filename", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_attachment_mail_id_mail"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_attachment")),
    )
    _approval()
    _sending()
    _arrival_and_answer()
    _refusals()


def _approval() -> None:
    op.create_table(
        "delivery_approval",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_approval_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_delivery_approval_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery_approval")),
        sa.UniqueConstraint("delivery_id", "officer_id", name=op.f("uq_delivery_approval_delivery_id_officer_id")),
    )


def _sending() -> None:
    op.create_table(
        "sending",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("officer_id <> approved_by", name=op.f("ck_sending_two_people")),
        sa.CheckConstraint("channel IN ('hand', 'post', 'mail')", name=op.f("ck_sending_channel")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_sending_number")),
        sa.CheckConstraint("NOT queued OR channel = 'mail'", name=op.f("ck_sending_queued_mail")),
        sa.ForeignKeyConstraint(
            ["delivery_id", "approved_by"],
            ["delivery_approval.delivery_id", "delivery_approval.officer_id"],
            name=op.f("fk_sending_delivery_id_approved_by_delivery_approval"),
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_sending_officer_id_officer")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_sending")),
    )


def _arrival_and_answer() -> None:
    op.create_table(
        "arrival",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sending", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id", "sending"],
            ["sending.delivery_id", "sending.number"],
            name=op.f("fk_arrival_delivery_id_sending_sending"),
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_arrival_officer_id_officer")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_arrival")),
    )
    op.create_table(
        "answer",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["arrival.delivery_id"], name=op.f("fk_answer_delivery_id_arrival")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_answer_officer_id_officer")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_answer")),
    )


def _refusals() -> None:
    """Refuse what no CHECK sees: an approval by the preparing officer; an approval or a sending after a withdrawal."""
    dialect = op.get_bind().dialect.name
    for table, when, sentence in (
        (
            "delivery_approval",
            f"EXISTS ({PREPARED} AND (d.officer_id = NEW.officer_id OR {GONE}))",
            "a second person approves, and nobody in it has withdrawn",
        ),
        ("sending", f"EXISTS ({PREPARED} AND {GONE})", "somebody in it has withdrawn"),
    ):
        for statement in refuse_sql(dialect, table, ("INSERT",), sentence, when):
            op.execute(statement)
