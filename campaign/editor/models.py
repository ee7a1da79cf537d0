"""Why a version replaced the one before, and from which original a translation was made."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class VersionReason(Base):
    """The campaign's one line on why a version changes nothing material; readers see it in the letter's history."""

    __tablename__ = "version_reason"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(300))


class TranslationSource(Base):
    """What the original said when a translation was last saved; `sha256` is the translation's own.

    `name` is `text`, or that of a page beside the letter. A translation that is another file by now was changed
    elsewhere, and then this row says nothing about it.
    """

    __tablename__ = "translation_source"

    slug: Mapped[str] = mapped_column(String(41), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    original: Mapped[str] = mapped_column(Text)
