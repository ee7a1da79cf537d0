"""Daily counts that hold no person, which alerts an officer wants, when each was sent last, and the campaign's clock."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class DailyCount(Base):
    """How often something happened on one day (UTC), of which no row is left after three days.

    `letter` is a letter's short name; it is empty for mails, since one mail may carry forms of several letters.
    """

    __tablename__ = "daily_count"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    counted_on: Mapped[date] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(41), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]


class CountMark(Base):
    """Since when the campaign has counted, and through which moment forms are counted: one row."""

    __tablename__ = "count_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    through: Mapped[datetime]


class AlertOff(Base):
    """An officer does not want this kind of alert; without a row they get it."""

    __tablename__ = "alert_off"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)


class AlertSent(Base):
    """When an officer was last told of one kind of thing, and when the newest thing told of had come.

    `mail_id` is the mail, while it is in the queue.
    """

    __tablename__ = "alert_sent"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    sent_at: Mapped[datetime]
    newest_at: Mapped[datetime]
    mail_id: Mapped[int]


class OfficeClock(Base):
    """The campaign's own time: its zone, and the hour of the daily digest there. One row, and none means 6:00 UTC."""

    __tablename__ = "office_clock"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    time_zone: Mapped[str] = mapped_column(String(60))
    digest_hour: Mapped[int]
