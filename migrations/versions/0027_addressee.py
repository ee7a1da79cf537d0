"""Addressees come from the letter: a list of governments names no institution, and recipients may be named."""

import sqlalchemy as sa
from alembic import op

revision = "0027_addressee"
down_revision = "0026_kind"

LONGEST_KEY = 20
BEFORE = "addressee IN ('own-government', 'interpol-members')"
AFTER = "addressee IN ('own-government', 'governments', 'recipients')"
RENAME = "UPDATE letter SET addressee = 'governments', office = 'bureau' WHERE addressee = 'interpol-members'"


def upgrade() -> None:
    """Rename what is stored, and let a recipient's key be longer than a country's code."""
    op.add_column("letter", sa.Column("office", sa.String(length=10), nullable=False, server_default="foreign"))
    op.add_column("letter", sa.Column("named_recipients", sa.Text(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    op.drop_constraint(op.f("ck_letter_addressee"), "letter", type_="check")
    op.execute(RENAME)
    op.create_check_constraint(op.f("ck_letter_addressee"), "letter", AFTER)
    for table in ("delivery", "build"):
        op.alter_column(table, "country", type_=sa.String(length=LONGEST_KEY))


def _sqlite() -> None:
    """Change the tables' words where they stand.

    SQLite cannot change a check, and a table that others point to cannot be made anew within a transaction. Its own
    documentation (lang_altertable, section 7) lets the words of a table be rewritten where no stored byte changes.
    """
    op.execute("PRAGMA writable_schema = ON")
    _rewrite("letter", BEFORE, AFTER)
    for table in ("delivery", "build"):
        _rewrite(table, "country VARCHAR(2)", f"country VARCHAR({LONGEST_KEY})")
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute(f"PRAGMA schema_version = {version + 1}")  # every connection reads the tables anew
    op.execute("PRAGMA writable_schema = OFF")
    op.execute(RENAME)


def _rewrite(table: str, before: str, after: str) -> None:
    change = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
        "WHERE type = 'table' AND name = :table AND instr(sql, :before)"
    )
    changed = op.get_bind().execute(change, {"before": before, "after": after, "table": table}).rowcount
    if changed != 1:
        raise RuntimeError(f"the table {table} is not as migration 0024 left it: it lacks {before}")
