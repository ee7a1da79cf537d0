"""A letter says which kinds of signatories it asks for, and the database refuses a kind that its letter has not."""

import sqlalchemy as sa
from alembic import op

from campaign.storage.models import Moment

revision = "0026_kind"
down_revision = "0025_said"

KINDS: tuple[dict[str, str | int], ...] = (  # what every letter asked for until now
    {
        "place": 0,
        "key": "lawmaker",
        "established": "lawmaker",
        "fields": '["legislature", "office", "constituency", "party"]',
        "required": '["legislature"]',
        "use": "public",
        "plural": "lawmakers",
    },
    {
        "place": 1,
        "key": "activist",
        "established": "person",
        "fields": '["office", "affiliation", "community"]',
        "required": "[]",
        "use": "withheld",
        "plural": "activists",
    },
)
ASKED = (
    "INSERT INTO letter_kind (letter_id, key, place, established, fields, required, use, plural, words) "
    "SELECT id, :key, :place, :established, :fields, :required, :use, :plural, '{}' FROM letter"
)
MADE_ANEW = "signatory_made_anew"
COPY = (
    "INSERT INTO signatory_made_anew (id, signature_id, letter_id, letter_text_id, intent_id, stands, kind, established, "
    "country, visibility, name, latin_name, said, sort_key, sealed_entry, owner_entry, consent_sha256, confirmed_at, "
    "held_for, likely, search_text) "
    "SELECT id, signature_id, letter_id, letter_text_id, intent_id, stands, kind, "
    "CASE kind WHEN 'lawmaker' THEN 'lawmaker' ELSE 'person' END, country, visibility, name, latin_name, said, sort_key, "
    "sealed_entry, owner_entry, consent_sha256, confirmed_at, held_for, likely, search_text FROM signatory ORDER BY id"
)


def upgrade() -> None:
    """Give every letter the two kinds that all letters had, and everybody who signed the one they signed as."""
    op.create_table(
        "letter_kind",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("established", sa.String(length=12), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("required", sa.Text(), nullable=False),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.Column("plural", sa.String(length=41), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "established IN ('lawmaker', 'person', 'organisation')", name=op.f("ck_letter_kind_established")
        ),
        sa.CheckConstraint("use IN ('public', 'withheld', 'counted')", name=op.f("ck_letter_kind_use")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_kind_letter_id_letter")),
        sa.PrimaryKeyConstraint("letter_id", "key", name=op.f("pk_letter_kind")),
        sa.UniqueConstraint(
            "letter_id", "key", "established", name=op.f("uq_letter_kind_letter_id_key_established")
        ),
    )
    for kind in KINDS:
        op.execute(sa.text(ASKED).bindparams(**kind))
    if op.get_bind().dialect.name == "postgresql":
        _change()
    else:
        _make_anew()


def _change() -> None:
    op.drop_constraint("ck_signatory_kind", "signatory")
    op.alter_column("signatory", "kind", type_=sa.String(length=40))
    op.add_column("signatory", sa.Column("established", sa.String(length=12), nullable=True))
    op.execute("UPDATE signatory SET established = CASE kind WHEN 'lawmaker' THEN 'lawmaker' ELSE 'person' END")
    op.alter_column("signatory", "established", nullable=False)
    op.add_column("signatory", sa.Column("sealed_said", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(
        op.f("fk_signatory_letter_id_kind_established_letter_kind"),
        "signatory",
        "letter_kind",
        ["letter_id", "kind", "established"],
        ["letter_id", "key", "established"],
    )


def _make_anew() -> None:
    """Copy the table: SQLite lets no constraint go, and no key of several columns be added (storage/migrate.py)."""
    _create()
    op.execute(COPY)
    op.execute("PRAGMA legacy_alter_table=ON")  # what refers to the table goes on doing so by its name
    op.drop_table("signatory")
    op.rename_table(MADE_ANEW, "signatory")
    op.execute("PRAGMA legacy_alter_table=OFF")
    op.create_index("ix_signatory_intent_id", "signatory", ["intent_id"], unique=True)
    op.create_index("ix_signatory_roll", "signatory", ["letter_id", "country", "kind", "sort_key", "id"])
    op.create_index(op.f("ix_signatory_signature_id"), "signatory", ["signature_id"])
    op.create_index(
        "uq_signatory_standing", "signatory", ["signature_id"], unique=True, sqlite_where=sa.text("stands")
    )
    if broken := op.get_bind().execute(sa.text("PRAGMA foreign_key_check")).all():
        raise RuntimeError(f"rows refer to what is not there: {broken[0]}")


def _create() -> None:
    op.create_table(
        MADE_ANEW,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("letter_text_id", sa.Integer(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("established", sa.String(length=12), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("latin_name", sa.String(length=200), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("sort_key", sa.LargeBinary(length=255), nullable=False),
        sa.Column("sealed_entry", sa.LargeBinary(), nullable=True),
        sa.Column("owner_entry", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_said", sa.LargeBinary(), nullable=True),
        sa.Column("consent_sha256", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.Column("held_for", sa.String(length=40), nullable=True),
        sa.Column("likely", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("search_text", sa.Text(), nullable=True),
        *_constraints(),
    )


def _constraints() -> tuple[sa.Constraint, ...]:
    checks = {
        "visibility": "visibility IN ('public', 'withheld', 'counted')",
        "name_only_if_public": "(visibility = 'public') = (name IS NOT NULL)",
        "sealed_unless_public": "(visibility = 'public') = (sealed_entry IS NULL)",
        "said_only_if_public": "visibility = 'public' OR said IS NULL",
        "searched_only_if_public": "visibility = 'public' OR search_text IS NULL",
    }
    refers = {"letter_id": "letter", "letter_text_id": "letter_text", "signature_id": "signature"}
    return (
        *(sa.CheckConstraint(check, name=op.f(f"ck_signatory_{name}")) for name, check in checks.items()),
        *(
            sa.ForeignKeyConstraint([own], [f"{table}.id"], name=op.f(f"fk_signatory_{own}_{table}"))
            for own, table in refers.items()
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_signatory_intent_id_intent"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id", "kind", "established"],
            ["letter_kind.letter_id", "letter_kind.key", "letter_kind.established"],
            name=op.f("fk_signatory_letter_id_kind_established_letter_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
    )
