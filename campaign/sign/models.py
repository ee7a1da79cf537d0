"""Intents: locked with a key that only the mailed link carries, so that the database alone opens none."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Intent(Base):
    """Somebody typed this; whether it is theirs is not known until their mailbox answers.

    `locked` holds entry and address, encrypted under the link's own secret; `link_sha256` finds the row.
    `held_for` is why the guard wants the desk to look first, None if it saw nothing odd; `likely` how likely it thinks
    that this is a person. It lives for 72 hours from its mail.
    """

    __tablename__ = "intent"
    __table_args__ = (
        CheckConstraint("code_tries >= 0", name="code_tries"),
        Index("ix_intent_address_index_created_at", "address_index", "created_at"),
        Index("ix_intent_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_text_id: Mapped[int] = mapped_column(ForeignKey("letter_text.id"))
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    code_tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    held_for: Mapped[str | None] = mapped_column(String(40), default=None)
    likely: Mapped[int] = mapped_column(default=0)


class SharedLink(Base):
    """A mail that had to wait carries every form that waited with it: its one link leads to each of their own.

    `locked` holds a form's own secret, encrypted under the mail's.
    """

    __tablename__ = "shared_link"

    intent_id: Mapped[int] = mapped_column(
        ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class BarredAddress(Base):
    """An address whose owner asked never to be written to again; nothing but its blind index is kept."""

    __tablename__ = "barred_address"

    address_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    barred_on: Mapped[date]
