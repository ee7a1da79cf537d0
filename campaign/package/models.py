"""Packages on record, and builds: the packages that officers ordered at the desk."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base
from campaign.world.named import LONGEST_KEY


class Package(Base):
    """The signed package of one delivery; `leaves` are the hashes of its list's lines, 32 bytes each.

    It holds no name: the hashes are of salted lines, and prove to a signatory that their line is in the list.
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


OPEN = sql("finished_at IS NULL")


class Build(Base):
    """A package that an officer ordered at the desk; the worker makes one at a time.

    `turn` is 1 while the package is made, and unique, so that the database allows only one at a time. `token` names
    the worker, `leased_until` the end of its lease. There is at most one unfinished build for the same order.
    `removed_at` is when the file was deleted.
    """

    __tablename__ = "build"
    __table_args__ = (
        Index(
            "uq_build_open",
            "letter_id",
            "country",
            "office",
            "language",
            "paper",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        CheckConstraint("turn = 1", name="turn"),
        CheckConstraint("outcome IN ('', 'done', 'failed', 'cancelled')", name="outcome"),
        CheckConstraint("(finished_at IS NULL) = (outcome = '')", name="finished"),
        CheckConstraint("(delivery_id IS NULL) = (outcome <> 'done')", name="done"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    country: Mapped[str] = mapped_column(String(LONGEST_KEY))
    office: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(12))
    paper: Mapped[str] = mapped_column(String(10))
    again: Mapped[bool]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    asked_at: Mapped[datetime]
    turn: Mapped[int | None] = mapped_column(unique=True, default=None)
    token: Mapped[str | None] = mapped_column(String(32), default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(10), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(String(9), default="")
    fault: Mapped[str] = mapped_column(String(300), default="")
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), default=None)
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
