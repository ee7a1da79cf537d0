"""Views of the queue that officers saved."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class SavedView(Base):
    """A filter of the queue that an officer saved under a name; `query` is the query string of its URL.

    An officer has twenty places, and two views never share one: the database refuses a twenty-first.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("officer_id", "place"),
        UniqueConstraint("officer_id", "name"),
        CheckConstraint("place BETWEEN 1 AND 20", name="place"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(300))
