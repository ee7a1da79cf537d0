"""What was printed for whom, and which signatories stand in it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
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


class Package(Base):
    """What was made around one delivery and signed; `leaves` are the hashes of its list's lines, 32 bytes each.

    No name is in it: the hashes are over salted lines, and prove to a signatory that theirs is among them.
    """

    __tablename__ = "package"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    office: Mapped[str] = mapped_column(String(10))
    manifest: Mapped[str] = mapped_column(Text)
    manifest_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    zip_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    leaves: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]
