"""The counters of a flood; no row here can be turned back into an address or a network."""

from datetime import date, datetime

from sqlalchemy import Date, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class GuardKey(Base):
    """The random key of one day, which names that day's buckets; earlier keys are erased."""

    __tablename__ = "guard_key"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))


class Bucket(Base):
    """A count until a moment; `key` is an HMAC under the day's key."""

    __tablename__ = "bucket"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hits: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)


class MailPlace(Base):
    """One mail sent to a mailbox, or to its domain, within the last 24 hours; `window` is an HMAC."""

    __tablename__ = "mail_place"
    __table_args__ = (Index("ix_mail_place_window_until", "window", "until"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    window: Mapped[bytes] = mapped_column(LargeBinary(32))
    until: Mapped[datetime] = mapped_column(index=True)


class SpentChallenge(Base):
    """A solved challenge that was used; without this table altcha's library accepts the same solution again."""

    __tablename__ = "spent_challenge"

    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
