"""Officers, what lets them in, what takes two of them, the log."""

import json
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text
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
    joined_at: Mapped[datetime]
    countries: Mapped[str] = mapped_column(String(800), default="")
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
    countries: Mapped[str] = mapped_column(String(800), default="")
    from_command_line: Mapped[bool] = mapped_column(default=False)


class Admission(Base):
    """An officer counts as a person of their own: by the will of two who did already, or the server's command line.

    It holds for one account in one role: a changed role, a recovery and a removal end it. What was done before `since`
    does not count. The database refuses one by an owner who is not admitted, and takes nothing for one of two that
    somebody not admitted did (0020).
    """

    __tablename__ = "admission"
    __table_args__ = (
        CheckConstraint(ROLE_CHECK, name="role"),
        CheckConstraint("(admitted_by IS NULL) = (seconded_by IS NULL)", name="two_or_command_line"),
        CheckConstraint("admitted_by <> seconded_by", name="two_people"),
        CheckConstraint("admitted_by <> officer_id AND seconded_by <> officer_id", name="by_others"),
    )

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    admitted_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class Guess(Base):
    """Wrong tries in a row for one address, known or not, counted apart for a browser it was let in from."""

    __tablename__ = "guess"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(index=True)


class Passkey(Base):
    """A WebAuthn credential of an officer; with user verification it is two factors by itself."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """One of ten codes of 80 random bits, of which only the hash is here; it replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class DeskSession(Base):
    """One signed-in browser; the cookie holds 256 random bits, and only their hash is here."""

    __tablename__ = "desk_session"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    cookie_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    how: Mapped[str] = mapped_column(String(20))
    browser: Mapped[str] = mapped_column(String(40))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LogEntry(Base):
    """Who did what, when; the database refuses to change one, or to remove one after the checkpoint (0008)."""

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
    def said(self) -> dict[str, object]:
        """Return the details as they were written."""
        return dict(json.loads(self.details))


class LogCheckpoint(Base):
    """The last entry that was forgotten after 24 months, and its hash: where the chain begins from then on."""

    __tablename__ = "log_checkpoint"

    through_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


class LogHead(Base):
    """An entry of the log, signed with a key that the database does not hold: what came before it is fixed."""

    __tablename__ = "log_head"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class Approval(Base):
    """Something one officer asked for and another must agree to; it is used once.

    `payload` is what will be done, whole, until it was done or its time is over: what an officer typed may name
    somebody. `outcome` says what came of it, without names.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("approved_by <> asked_by", name="two_people"),
        CheckConstraint("used_at IS NULL OR approved_by IS NOT NULL", name="approved_before_use"),
        CheckConstraint("used_at IS NULL OR payload IS NULL", name="payload_until_use"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    told: Mapped[str] = mapped_column(String(300))
    payload_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    asked_by: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None, index=True)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    payload: Mapped[str | None] = mapped_column(Text, default=None)
    outcome: Mapped[str] = mapped_column(String(200), default="")
