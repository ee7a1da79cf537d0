"""Intents, locked with a key that only the mailed link carries: the database alone opens none."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Intent(Base):
    """What a visitor typed; until the mailbox answers, nothing shows that the address is theirs.

    `locked` contains entry and address, encrypted under the link's own secret; `link_sha256` finds the row.
    `held_for` is the guard's reason to hold the signature for the desk, None if nothing was odd. `likely` is how likely
    the guard thinks it that a person typed this. An intent lives for 72 hours from its mail.
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
    """One form of a mail that had to wait and carries several: its one link leads to each of them.

    `locked` contains the form's own secret, encrypted under the mail's.
    """

    __tablename__ = "shared_link"

    intent_id: Mapped[int] = mapped_column(
        ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class BarredAddress(Base):
    """An address that gets no mail; only its blind index is kept, and one of the reasons of `sign.rules`."""

    __tablename__ = "barred_address"

    address_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    barred_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(10))
