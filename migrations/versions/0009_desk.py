"""Passkeys, recovery codes, tries counted by address, more columns of sessions, approvals, signed heads of the log."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0009_desk"
down_revision = "0008_safety"


def upgrade() -> None:
    """Create them; officers who are signed in must sign in again."""
    for table in ("officer", "invitation"):
        op.add_column(table, sa.Column("countries", sa.String(length=800), nullable=False, server_default=""))
    for column in ("failures", "next_try_at"):
        op.execute(f"ALTER TABLE officer DROP COLUMN {column}")
    _sessions()
    _factors()
    _two_people()
    op.create_table(
        "log_head",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_head")),
    )
    dialect = op.get_bind().dialect.name
    for statement in refuse_sql(dialect, "log_head", ("UPDATE", "DELETE"), "a signed head stays"):
        op.execute(statement)


def _sessions() -> None:
    op.drop_table("desk_session")
    op.create_table(
        "desk_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("cookie_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("fresh_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_desk_session_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("cookie_sha256", name=op.f("uq_desk_session_cookie_sha256")),
    )
    op.create_index(op.f("ix_desk_session_expires_at"), "desk_session", ["expires_at"])
    op.create_index(op.f("ix_desk_session_officer_id"), "desk_session", ["officer_id"])
    op.create_table(
        "guess",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guess")),
    )
    op.create_index(op.f("ix_guess_next_try_at"), "guess", ["next_try_at"])


def _factors() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_passkey_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_officer_id"), "passkey", ["officer_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_recovery_code_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_recovery_code_code_sha256")),
    )
    op.create_index(op.f("ix_recovery_code_officer_id"), "recovery_code", ["officer_id"])


def _two_people() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("told", sa.String(length=300), nullable=False),
        sa.Column("payload_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.CheckConstraint("approved_by <> asked_by", name=op.f("ck_approval_two_people")),
        sa.CheckConstraint(
            "used_at IS NULL OR approved_by IS NOT NULL", name=op.f("ck_approval_approved_before_use")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_approval_asked_by_officer")),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=op.f("fk_approval_approved_by_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    for column in ("asked_by", "approved_by", "expires_at"):
        op.create_index(op.f(f"ix_approval_{column}"), "approval", [column])
