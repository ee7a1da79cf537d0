"""Admissions of officers as a second person; acts that take two people need two admitted officers."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment
from campaign.storage.triggers import refuse_sql

revision = "0020_admission"
down_revision = "0019_build"

ROLES = "role IN ('viewer', 'verifier', 'deliverer', 'owner')"
STANDS = (
    "EXISTS (SELECT 1 FROM admission a JOIN officer o ON o.id = a.officer_id WHERE a.officer_id = {who} "
    "AND a.role = o.role AND o.removed_at IS NULL AND a.since >= o.joined_at{more})"
)
DELIVERY = sa.table("delivery", sa.column("printed_on", sa.Date()), sa.column("prepared_at", Moment()))


def counts(who: str, at: str = "", role: str = "") -> str:
    """Return the SQL condition that an officer is admitted, and was at a moment."""
    more = (f" AND a.since <= {at}" if at else "") + (f" AND a.role = '{role}'" if role else "")
    return STANDS.format(who=who, more=more)


ONE = "NEW.second_officer_id IS NOT NULL AND NOT ({first} AND {second})"
SECOND = counts("NEW.second_officer_id", "NEW.decided_at")
CHANGED = (
    "(NEW.officer_id <> OLD.officer_id OR COALESCE(NEW.second_officer_id, 0) <> COALESCE(OLD.second_officer_id, 0) "
    "OR COALESCE(NEW.level, 0) <> COALESCE(OLD.level, 0))"
)
PREPARED = f"delivery d WHERE d.id = NEW.delivery_id AND (d.officer_id IS NULL OR {counts('d.officer_id', 'd.prepared_at')})"
REFUSALS = (
    (
        "admission",
        ("INSERT",),
        "two owners who are admitted themselves admit somebody",
        f"NEW.admitted_by IS NOT NULL AND NOT ({counts('NEW.admitted_by', role='owner')} AND {counts('NEW.seconded_by', role='owner')})",
        "two",
    ),
    ("admission", ("UPDATE",), "an admission ends and is not changed", "", "change"),
    (
        "approval",
        ("INSERT", "UPDATE"),
        "who asks and who agrees are admitted",
        f"NEW.approved_by IS NOT NULL AND NOT ({counts('NEW.asked_by', 'NEW.asked_at')} AND {counts('NEW.approved_by', 'NEW.approved_at')})",
        "two",
    ),
    (
        "verification",
        ("INSERT",),
        "two reviewers are admitted",
        ONE.format(first=counts("NEW.officer_id", "NEW.decided_at"), second=SECOND),
        "two",
    ),
    (
        "verification",
        ("UPDATE",),
        "two reviewers are admitted",
        f"{CHANGED} AND {ONE.format(first=counts('NEW.officer_id', 'OLD.decided_at'), second=SECOND)}",
        "raised",
    ),
    (
        "delivery_approval",
        ("INSERT",),
        "who prepares and who approves are admitted",
        f"NOT {counts('NEW.officer_id', 'NEW.approved_at')} OR NOT EXISTS (SELECT 1 FROM {PREPARED})",  # noqa: S608 - of constants
        "two",
    ),
    ("sending", ("INSERT",), "who sends is admitted", f"NOT {counts('NEW.officer_id')}", "two"),
)


def upgrade() -> None:
    """Create them. No officer is admitted here: the operator does it once, with `flask desk admit`."""
    op.create_table(
        "admission",
        sa.Column("officer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("admitted_by", sa.Integer(), nullable=True),
        sa.Column("seconded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_admission_role")),
        sa.CheckConstraint(
            "(admitted_by IS NULL) = (seconded_by IS NULL)", name=op.f("ck_admission_two_or_command_line")
        ),
        sa.CheckConstraint("admitted_by <> seconded_by", name=op.f("ck_admission_two_people")),
        sa.CheckConstraint(
            "admitted_by <> officer_id AND seconded_by <> officer_id", name=op.f("ck_admission_by_others")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["officer.id"], name=op.f(f"fk_admission_{column}_officer"))
            for column in ("officer_id", "admitted_by", "seconded_by")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_admission")),
    )
    no = sa.Column("from_command_line", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("invitation", no)
    _when_prepared()
    for table, verbs, sentence, when, rule in REFUSALS:
        for statement in refuse_sql(op.get_bind().dialect.name, table, verbs, sentence, when):
            op.execute(statement.replace(f"{table}_refuses", f"{table}_{rule}_refuses"))


def _when_prepared() -> None:
    """Give every delivery the moment it was prepared; for older ones only the day is known, and its end is used."""
    op.add_column("delivery", sa.Column("prepared_at", Moment(), nullable=True))
    days = op.get_bind().execute(sa.select(DELIVERY.c.printed_on).distinct()).scalars().all()
    for day in days:
        end = datetime.combine(day, time.max, UTC)
        op.execute(DELIVERY.update().where(DELIVERY.c.printed_on == day).values(prepared_at=end))
