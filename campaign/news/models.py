"""The day on which a letter first had so many verified signatories."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class Milestone(Base):
    """A number of verified signatories that a letter has reached, and the day; it does not say by whose signature."""

    __tablename__ = "milestone"
    __table_args__ = (CheckConstraint("threshold > 0", name="threshold"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    threshold: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reached_on: Mapped[date]
