"""Which documents were printed, for which recipient, and which signatories they name."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base
from campaign.world.named import LONGEST_KEY


class Delivery(Base):
    """One document printed for a recipient, or for all addressees.

    `country` is a government's, the key of a recipient that the letter names, or empty for all. `annex` is true if it
    names the withheld who ticked this recipient. `names` is how many names stand on paper. While there are as many
    delivery lines, no signatory in it has withdrawn.
    """

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    country: Mapped[str] = mapped_column(String(LONGEST_KEY))
    language: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(80))
    annex: Mapped[bool]
    pdf_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    printed_on: Mapped[date]
    names: Mapped[int]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(default=None)


class DeliveryLine(Base):
    """One name in one document; `place` finds it on paper ("DE, lawmakers, 12") after the name is erased here."""

    __tablename__ = "delivery_line"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    signatory_id: Mapped[int] = mapped_column(ForeignKey("signatory.id"), primary_key=True, index=True)
    place: Mapped[str] = mapped_column(String(40))


class Volume(Base):
    """One of several PDFs of a delivery; the delivery's own hash is then the hash of these hashes."""

    __tablename__ = "volume"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pdf_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    names: Mapped[int]


class DeliveryApproval(Base):
    """A second person agreed that a delivery is handed over.

    The database refuses an approval by the officer who prepared it, and any once a signatory in it has withdrawn.
    """

    __tablename__ = "delivery_approval"
    __table_args__ = (UniqueConstraint("delivery_id", "officer_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime]
