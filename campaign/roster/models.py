"""The lists of sitting members that parliaments publish."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Roster(Base):
    """The members that a chamber publishes, as of one day: one row for each chamber, updated by each import."""

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("country", "chamber"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    chamber: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    on: Mapped[date] = mapped_column("as_of")
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    loaded_at: Mapped[datetime]


class RosterMember(Base):
    """What a parliament publishes of one member. `gone_on` is the day of the first roster without them."""

    __tablename__ = "roster_member"
    __table_args__ = (UniqueConstraint("roster_id", "name", "constituency"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("roster.id"))
    name: Mapped[str] = mapped_column(String(200))
    constituency: Mapped[str] = mapped_column(String(200))
    party: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(254))
    telephone: Mapped[str] = mapped_column(String(40))
    gone_on: Mapped[date | None] = mapped_column(default=None)
