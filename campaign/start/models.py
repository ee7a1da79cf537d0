"""What owners choose for the whole site, the example letters, and the last test mail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Choice(Base):
    """One choice of the owners: the sender of mails, the languages, or what becomes of the example; `words` is JSON.

    `version` counts the changes, so that two owners who change it at once do not overwrite each other.
    """

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint("name IN ('sender', 'languages', 'example')", name="name"),
        CheckConstraint("version > 0", name="version"),
    )

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changed_at: Mapped[datetime]


class ExampleLetter(Base):
    """A letter that was loaded as the example; an owner may remove it while nobody has signed it."""

    __tablename__ = "example_letter"

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class MailTrial(Base):
    """The last test mail, without its address: `accepted` is empty until the worker has tried it."""

    __tablename__ = "mail_trial"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mail_id: Mapped[int]
    asked_at: Mapped[datetime]
    accepted: Mapped[bool | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
