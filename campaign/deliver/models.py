"""What was printed for whom, and which signatories stand in it."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Delivery(Base):
    """One document printed for a government; `country` is empty for one that is for all addressees.

    `annex` says that it names the withheld who ticked this government.
    """

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(80))
    annex: Mapped[bool]
    pdf_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    printed_on: Mapped[date]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class DeliveryLine(Base):
    """One name in one document; `place` finds it on paper ("DE, lawmakers, 12") once the name is erased here."""

    __tablename__ = "delivery_line"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    signatory_id: Mapped[int] = mapped_column(ForeignKey("signatory.id"), primary_key=True, index=True)
    place: Mapped[str] = mapped_column(String(40))
