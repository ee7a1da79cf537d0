"""An officer's passkeys, recovery codes and sessions, and the count of wrong tries."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Guess(Base):
    """Wrong tries in a row for one address, known or not; a browser that has signed in before has its own row."""

    __tablename__ = "guess"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(index=True)


class Passkey(Base):
    """A WebAuthn credential of an officer; with user verification it is two factors by itself.

    `handle` is the user id that it was made with, if it was made before its officer had a number.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    handle: Mapped[bytes | None] = mapped_column(LargeBinary(16), default=None)


class RecoveryCode(Base):
    """One of ten codes of 80 random bits; only the hash is stored. It replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class DeskSession(Base):
    """One signed-in browser; the cookie is 256 random bits, and only their hash is stored."""

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
