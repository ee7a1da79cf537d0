"""That somebody withdrew: what is left is a day and a letter."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Withdrawal(Base):
    """One signature withdrawn; `signature_id` lets the log and a restored backup know which, nobody else whose."""

    __tablename__ = "withdrawal"

    signature_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    withdrawn_on: Mapped[date]
