"""Withdrawals, the recalls that follow from them, and requests for a lost link."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Withdrawal(Base):
    """A withdrawn signature; the log and a restored backup need its number, which does not tell whose it was."""

    __tablename__ = "withdrawal"

    signature_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    withdrawn_on: Mapped[date]


class Recall(Base):
    """A delivery with a name that was withdrawn since; `place` finds it on paper, since the name is erased."""

    __tablename__ = "recall"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    place: Mapped[str] = mapped_column(String(40))
    withdrawn_on: Mapped[date]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class KnownMoment(Base):
    """The moment of the worker's last round, in one row: a clock far from it has jumped."""

    __tablename__ = "known_moment"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class LinkRequest(Base):
    """A visitor asked for their private link again; `signature_id` is None if the address has not signed.

    The row, the work and the answer are the same either way; only a known address gets the mail.
    """

    __tablename__ = "link_request"
    __table_args__ = (CheckConstraint("code_tries >= 0", name="code_tries"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"), index=True)
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
