"""The queue of mails; a row is deleted when its mail is sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Mail(Base):
    """One mail to send; `recipient` is the only plaintext address in the database, deleted when the mail is sent.

    A mail without a recipient that has not failed is muted: the worker deletes it unsent. A mail that was refused for
    good keeps its row with `failed_at`, without recipient and values, so that the desk sees it. A mail that a stranger
    can cause has a `mailbox` and needs a place (rules.Place): it gets one at `placed_at`, and until then `waits` says
    whether it waits for its mailbox or its domain.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due_at", "failed_at", "due_at", "rank", "id"),
        Index("ix_mail_mailbox", "mailbox", "failed_at", "due_at"),
        Index("ix_mail_domain", "domain", "failed_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    recipient: Mapped[str | None] = mapped_column(String(320))
    letter: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    values: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    fault: Mapped[str | None] = mapped_column(String(40), default=None)
    mailbox: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    domain: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    domain_most: Mapped[int] = mapped_column(default=0)
    joins: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    gathers: Mapped[str | None] = mapped_column(String(8), default=None)
    rank: Mapped[int] = mapped_column(default=0)
    waits: Mapped[str | None] = mapped_column(String(8), default=None)
    placed_at: Mapped[datetime | None] = mapped_column(default=None)


class Attachment(Base):
    """The one PDF attached to a mail; it is deleted when the mail is sent, or refused for good."""

    __tablename__ = "attachment"

    mail_id: Mapped[int] = mapped_column(
        ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    filename: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class MailPause(Base):
    """A mail server that refuses us: no worker tries it before `until`, and then with one mail only.

    The row is deleted when the server accepts a mail. `server` is its host and port. `fault` is the reason and the
    server's codes, never its words, because they may contain an address.
    """

    __tablename__ = "mail_pause"

    server: Mapped[str] = mapped_column(String(260), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    refusals: Mapped[int]
    fault: Mapped[str] = mapped_column(String(40))
