"""Officers, invitations, sessions, the log."""

import json
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base

ROLE_CHECK = "role IN ('viewer', 'verifier', 'deliverer', 'owner')"


class Officer(Base):
    """Somebody who works at the desk; removed ones stay, because the log names them."""

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
    failures: Mapped[int]
    next_try_at: Mapped[datetime]
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class Invitation(Base):
    """An open invitation; it goes when it is taken up, and a newer one to the same address replaces it."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(ROLE_CHECK, name="role"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]


class DeskSession(Base):
    """One signed-in browser; the cookie holds 256 random bits, and only their hash is here."""

    __tablename__ = "desk_session"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    cookie_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LogEntry(Base):
    """Who did what, when; the database refuses to change one, or to remove one after the checkpoint (0008)."""

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    @property
    def said(self) -> dict[str, object]:
        """Return the details as they were written."""
        return dict(json.loads(self.details))


class LogCheckpoint(Base):
    """The last entry that was forgotten after 24 months, and its hash: where the chain begins from then on."""

    __tablename__ = "log_checkpoint"

    through_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
