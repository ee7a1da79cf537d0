"""The log, and the officers it names."""

import json
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base

ROLE_CHECK = "role IN ('viewer', 'verifier', 'deliverer', 'owner')"


class Officer(Base):
    """A person who works at the desk; removed officers stay, because the log names them."""

    __tablename__ = "officer"
    __table_args__ = (CheckConstraint(ROLE_CHECK, name="role"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    totp_locked: Mapped[bytes] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int]
    joined_at: Mapped[datetime]
    countries: Mapped[str] = mapped_column(String(800), default="")
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class LogEntry(Base):
    """Who did what, when. The database refuses to change an entry, or to delete one after the checkpoint (0008)."""

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)  # given by write_log, without a gap
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    @property
    def facts(self) -> dict[str, object]:
        """Return `details`, parsed."""
        return dict(json.loads(self.details))


class LogCheckpoint(Base):
    """The last entry that was forgotten after 24 months, and its hash: the chain now begins there."""

    __tablename__ = "log_checkpoint"

    through_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


class LogHead(Base):
    """The signature of one entry, by a key outside the database: every entry before it is fixed too."""

    __tablename__ = "log_head"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
