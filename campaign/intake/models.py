"""Imports, and the signatories of each."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Intake(Base):
    """One imported file; `provenance` is shown. The file's hash is kept, its name is not."""

    __tablename__ = "intake"
    __table_args__ = (
        Index(
            "uq_intake_standing",
            "letter_id",
            "file_sha256",
            "provenance",
            unique=True,
            sqlite_where=sql("withdrawn_at IS NULL"),
            postgresql_where=sql("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    provenance: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    refused_count: Mapped[int]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    taken_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class IntakeRow(Base):
    """A signatory who never confirmed by e-mail: the database accepts them only by two reviewers, at level 3 or above.

    A row is imported only once, because its signature is UNIQUE (letter, index) and the index is made of its cells.
    """

    __tablename__ = "intake_row"

    signatory_id: Mapped[int] = mapped_column(ForeignKey("signatory.id", ondelete="CASCADE"), primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    row_number: Mapped[int]
