"""The texts by which the desk searches public entries, made for the present ones too; officers' saved filters."""

import sqlalchemy as sa
from alembic import op

from campaign.names.folding import fold

revision = "0015_search"
down_revision = "0014_notice"

LINES = ("name", "latin_name", "office", "legislature", "constituency", "party", "affiliation", "community")
BATCH = 1_000


def upgrade() -> None:
    """Add them; a withheld entry is never searched in the clear, and the database refuses it."""
    # A constraint of the column's own: SQLite adds no other to a table that is there already.
    op.execute(
        "ALTER TABLE signatory ADD COLUMN search_text TEXT CONSTRAINT ck_signatory_searched_only_if_public "
        "CHECK (visibility = 'public' OR search_text IS NULL)"
    )
    _fold_public()
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=300), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 20", name=op.f("ck_saved_view_place")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_saved_view_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("officer_id", "name", name=op.f("uq_saved_view_officer_id_name")),
        sa.UniqueConstraint("officer_id", "place", name=op.f("uq_saved_view_officer_id_place")),
    )


def _fold_public() -> None:
    table = sa.table("signatory", sa.column("id"), sa.column("search_text"), *map(sa.column, LINES))
    connection, last = op.get_bind(), 0
    page = sa.select(table.c.id, *(table.c[name] for name in LINES)).where(table.c.name.is_not(None))
    one = sa.update(table).where(table.c.id == sa.bindparam("number"))
    while rows := connection.execute(page.where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        texts = [{"number": row.id, "search_text": fold(" ".join(word or "" for word in row[1:]))} for row in rows]
        connection.execute(one, texts)
        last = rows[-1].id
