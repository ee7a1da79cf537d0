"""Signatures, the signatories they carry, and the private links to them."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from campaign.letter.fields import fields_json
from campaign.storage.models import Base


class FieldsJson(TypeDecorator[Mapping[str, str]]):
    """The answers beside a name, as JSON text: both databases can sort text, but not JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:
        """Return the JSON text that is stored."""
        return None if value is None else fields_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str] | None:
        """Return the answers of a stored text."""
        return None if value is None else dict(json.loads(value))


class Signature(Base):
    """One address signs one letter once, even in two requests at the same moment: UNIQUE refuses the second.

    `sealed_address` opens only with the campaign's private key and is empty once the address was forgotten.
    `domain_index` is equal for addresses of one mail domain under one letter, so that the desk sees clusters.
    """

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("letter_id", "address_index"),
        Index("ix_signature_letter_id_domain_index", "letter_id", "domain_index"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_address: Mapped[bytes] = mapped_column(LargeBinary)
    signed_on: Mapped[date]
    domain_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)


class SignatureLink(Base):
    """A permanent private link; a signature that is confirmed again gets one more, and earlier ones keep working."""

    __tablename__ = "signature_link"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), index=True)
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class Signatory(Base):
    """The confirmed entry of a signatory. The newest stands; earlier ones are superseded.

    A public entry is in plain columns; `said` has the public answers beside its name (letter.fields). A withheld or
    counted entry has only kind and country in plain columns: the rest is in `sealed_entry` for the desk and in
    `owner_entry`, which opens with the person's own link. `sealed_entry` is empty once it was forgotten.
    `sealed_said` has the answers of a public entry that only the desk may read. `held_for` is the guard's reason to
    hold the entry for the desk, `likely` how likely the guard thinks it that a person typed it. `search_text` is a
    public entry, folded for the desk's search (confirm.service.search_text).
    """

    __tablename__ = "signatory"
    __table_args__ = (
        ForeignKeyConstraint(["letter_id", "kind", "established"], ["letter_kind.letter_id", "letter_kind.key", "letter_kind.established"]),
        CheckConstraint("visibility IN ('public', 'withheld', 'counted')", name="visibility"),
        CheckConstraint("(visibility = 'public') = (name IS NOT NULL)", name="name_only_if_public"),
        CheckConstraint("(visibility = 'public') = (sealed_entry IS NULL)", name="sealed_unless_public"),
        CheckConstraint("visibility = 'public' OR said IS NULL", name="said_only_if_public"),
        CheckConstraint("visibility = 'public' OR search_text IS NULL", name="searched_only_if_public"),
        Index("uq_signatory_standing", "signature_id", unique=True, sqlite_where=sql("stands"), postgresql_where=sql("stands")),
        Index("ix_signatory_roll", "letter_id", "country", "kind", "sort_key", "id"),
        Index("ix_signatory_intent_id", "intent_id", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    letter_text_id: Mapped[int] = mapped_column(ForeignKey("letter_text.id"))
    intent_id: Mapped[int | None] = mapped_column(ForeignKey("intent.id", ondelete="SET NULL"))
    stands: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(40))
    established: Mapped[str] = mapped_column(String(12))
    country: Mapped[str] = mapped_column(String(2))
    visibility: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    said: Mapped[Mapping[str, str] | None] = mapped_column(FieldsJson)
    sort_key: Mapped[bytes] = mapped_column(LargeBinary(255))
    sealed_entry: Mapped[bytes | None] = mapped_column(LargeBinary)
    owner_entry: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent_sha256: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime]
    held_for: Mapped[str | None] = mapped_column(String(40), default=None)
    likely: Mapped[int] = mapped_column(default=0)
    search_text: Mapped[str | None] = mapped_column(Text, default=None)
    sealed_said: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class AskedAnew(Base):
    """One mail that asks a signatory whether they sign a material version: the first, or the one reminder.

    The key refuses a third mail. The mail's link is found by `link_sha256`; signing and withdrawing by it need the code.
    """

    __tablename__ = "asked_anew"
    __table_args__ = (
        ForeignKeyConstraint(["letter_id", "version"], ["material_version.letter_id", "material_version.version"]),
        CheckConstraint("code_tries >= 0", name="code_tries"),
        Index("ix_asked_anew_letter_id_version", "letter_id", "version"),
    )

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reminder: Mapped[bool] = mapped_column(primary_key=True)
    letter_id: Mapped[int]
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_tries: Mapped[int]
    asked_at: Mapped[datetime]


class SignedAnew(Base):
    """A signatory has signed a later text too. Their first signature, and what was delivered of it, stay as they are."""

    __tablename__ = "signed_anew"

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), primary_key=True, autoincrement=False)
    letter_text_id: Mapped[int] = mapped_column(
        ForeignKey("letter_text.id"), primary_key=True, autoincrement=False
    )
    signed_at: Mapped[datetime]
