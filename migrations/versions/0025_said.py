"""What a signatory says beside their name becomes one column, so that one more field needs no table to change."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0025_said"
down_revision = "0024_hold"

THEN = ("office", "legislature", "constituency", "party", "affiliation", "community")
BATCH = 1_000


def upgrade() -> None:
    """Move what public entries say; of a withheld one nothing stood in the clear, and nothing does."""
    # A constraint of the column's own: SQLite adds no other to a table that is there already.
    op.execute(
        "ALTER TABLE signatory ADD COLUMN said TEXT CONSTRAINT ck_signatory_said_only_if_public "
        "CHECK (visibility = 'public' OR said IS NULL)"
    )
    _move()
    for name in THEN:
        op.execute(f"ALTER TABLE signatory DROP COLUMN {name}")


def _move() -> None:
    table = sa.table("signatory", sa.column("id"), sa.column("said"), *map(sa.column, ("name", *THEN)))
    connection, last = op.get_bind(), 0
    page = sa.select(table.c.id, *(table.c[name] for name in THEN)).where(table.c.name.is_not(None))
    one = sa.update(table).where(table.c.id == sa.bindparam("number"))
    while rows := connection.execute(page.where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        moved = [{"number": row.id, "said": _written(row)} for row in rows]
        connection.execute(one, moved)
        last = rows[-1].id


def _written(row: sa.Row[tuple[str | int | None, ...]]) -> str:
    said = {name: value for name in THEN if (value := getattr(row, name))}
    return json.dumps(said, ensure_ascii=False)
