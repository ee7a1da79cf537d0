"""Budgets, reasons to hold, barred addresses, deliveries and their recalls, checkpoints of the log."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

LATER = "OLD.id > COALESCE((SELECT max(through_id) FROM log_checkpoint), 0)"

VERIFICATION_CHECKS = (
    sa.CheckConstraint(
        "(outcome = 'accepted') = (level IS NOT NULL)", name="ck_verification_level_only_if_accepted"
    ),
    sa.CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name="ck_verification_outcome"),
    sa.CheckConstraint(
        "level IS NULL OR level < 4 OR (second_officer_id IS NOT NULL AND second_officer_id <> officer_id)",
        name="ck_verification_level_4_needs_two",
    ),
    sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name="ck_verification_level"),
)

revision = "0008_safety"
down_revision = "0007_withdraw"


def upgrade() -> None:
    """Create them."""
    _guard()
    _columns()
    _deliver()
    _withdraw()
    _log()


def _guard() -> None:
    op.create_table(
        "guard_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_guard_key")),
    )
    op.create_table(
        "bucket",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bucket")),
    )
    op.create_index(op.f("ix_bucket_until"), "bucket", ["until"])
    op.create_table(
        "spent_challenge",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_spent_challenge")),
    )
    op.create_index(op.f("ix_spent_challenge_expires_at"), "spent_challenge", ["expires_at"])
    op.create_table(
        "barred_address",
        sa.Column("address_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("barred_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("address_index", name=op.f("pk_barred_address")),
    )


def _columns() -> None:
    op.add_column("letter", sa.Column("recipients", sa.String(length=800), nullable=False, server_default=""))
    op.add_column("intent", sa.Column("held_for", sa.String(length=40), nullable=True))
    op.add_column("signature", sa.Column("domain_index", sa.LargeBinary(length=32), nullable=True))
    op.create_index("ix_signature_letter_id_domain_index", "signature", ["letter_id", "domain_index"])
    op.add_column("signatory", sa.Column("held_for", sa.String(length=40), nullable=True))
    op.create_table(
        "bulk_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("held_count", sa.Integer(), nullable=False),
        sa.Column("held_at", Moment(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_bulk_hold_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_hold")),
    )
    # SQLite cannot add a foreign key to a table, so it is made anew; its checks are said again, since none are reflected.
    with op.batch_alter_table("verification", table_args=VERIFICATION_CHECKS) as verification:
        verification.add_column(sa.Column("bulk_hold_id", sa.Integer(), nullable=True))
        verification.create_foreign_key(
            op.f("fk_verification_bulk_hold_id_bulk_hold"), "bulk_hold", ["bulk_hold_id"], ["id"]
        )
    op.create_index(op.f("ix_verification_bulk_hold_id"), "verification", ["bulk_hold_id"])


def _deliver() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("annex", sa.Boolean(), nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_delivery_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_delivery_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_letter_id"), "delivery", ["letter_id"])
    op.create_table(
        "delivery_line",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("signatory_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["signatory.id"], name=op.f("fk_delivery_line_signatory_id_signatory")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "signatory_id", name=op.f("pk_delivery_line")),
    )
    op.create_index(op.f("ix_delivery_line_signatory_id"), "delivery_line", ["signatory_id"])


def _withdraw() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_recall_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_recall_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    op.create_index(op.f("ix_recall_delivery_id"), "recall", ["delivery_id"])
    op.create_table(
        "link_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("address_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint("code_tries >= 0", name=op.f("ck_link_request_code_tries")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_link_request_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_link_request_link_sha256")),
    )
    for column in ("address_index", "expires_at", "signature_id"):
        op.create_index(op.f(f"ix_link_request_{column}"), "link_request", [column])


def _log() -> None:
    """Let the log's entries up to a checkpoint be deleted, and no others."""
    op.create_table(
        "log_checkpoint",
        sa.Column("through_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("through_id", name=op.f("pk_log_checkpoint")),
    )
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("DROP TRIGGER log_entry_refuses ON log_entry")
        op.execute("DROP FUNCTION log_entry_refuses()")
        verbs: tuple[str, ...] = ("UPDATE", "DELETE")
        when = f"TG_OP = 'UPDATE' OR {LATER}"
    else:
        op.execute("DROP TRIGGER log_entry_refuses_delete")
        verbs, when = ("DELETE",), LATER
    for statement in refuse_sql(dialect, "log_entry", verbs, "the log is append-only", when):
        op.execute(statement)
