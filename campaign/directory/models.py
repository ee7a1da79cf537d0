"""What the desk adds to the shipped offices and parliaments, or changes of them; empty: all is as it is shipped."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base

COUNTRY = String(2)


class OwnOffice(Base):
    """One office, in place of the shipped one of this country and kind; not `listed`: there is none.

    `address` has a line for each line. The columns are those of `campaign.world.recipients.Recipient`.
    """

    __tablename__ = "own_office"
    __table_args__ = (
        CheckConstraint("name <> '' OR NOT listed", name="name"),
        CheckConstraint("channel IN ('hand', 'post', 'mail')", name="channel"),
        CheckConstraint("(confirmed_on IS NULL) = (confirmed_by = '')", name="confirmed"),
        CheckConstraint("confirmed_on IS NULL OR source LIKE 'https://%'", name="source"),
    )

    country: Mapped[str] = mapped_column(COUNTRY, primary_key=True)
    office: Mapped[str] = mapped_column(String(10), primary_key=True)
    listed: Mapped[bool]
    name: Mapped[str] = mapped_column(String(200), default="")
    english: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(12), default="en")
    evidence: Mapped[str] = mapped_column(String(500), default="")
    addressee: Mapped[str] = mapped_column(String(120), default="")
    addressee_english: Mapped[str] = mapped_column(String(120), default="")
    salutation: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    mail: Mapped[str] = mapped_column(String(254), default="")
    channel: Mapped[str] = mapped_column(String(4), default="post")
    source: Mapped[str] = mapped_column(String(500), default="")
    confirmed_on: Mapped[date | None] = mapped_column(Date, default=None)
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")


class OwnKind(Base):
    """A kind of office of the campaign's own, or what it calls a shipped one."""

    __tablename__ = "own_office_kind"
    __table_args__ = (
        CheckConstraint("words <> ''", name="words"),
        CheckConstraint("(heading = '') = (english = '')", name="heading"),
    )

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    words: Mapped[str] = mapped_column(String(100))
    heading: Mapped[str] = mapped_column(String(100), default="")
    english: Mapped[str] = mapped_column(String(100), default="")


class ListedDomain(Base):
    """What the campaign says of a parliament's mail domain, in place of what is shipped.

    `alone`: the chambers that it is shipped for have it no more; only those below do.
    """

    __tablename__ = "own_domain"
    __table_args__ = (
        CheckConstraint("holds IN ('member', 'staff', 'mixed', 'party')", name="holds"),
        CheckConstraint("seen_on < expires_on", name="days"),
        CheckConstraint("source LIKE 'https://%' OR (alone AND source = '')", name="source"),
    )

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holds: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(String(500))
    seen_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    alone: Mapped[bool] = mapped_column(default=False)


class ListedChamber(Base):
    """A chamber for which the campaign listed a domain itself; two people did."""

    __tablename__ = "own_domain_chamber"

    domain: Mapped[str] = mapped_column(ForeignKey("own_domain.name", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(COUNTRY, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    english: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(6), default="")
