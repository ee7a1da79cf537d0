"""The decision that stands about a signatory, with its notice and disputes; bulk holds and claims."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.storage.models import Base


class BulkHold(Base):
    """One rule by which an officer held many signatories at once, until it is undone."""

    __tablename__ = "bulk_hold"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    rule: Mapped[str] = mapped_column(Text)
    held_count: Mapped[int]
    held_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class AgreedHold(Base):
    """The request of two people behind a bulk hold: one request makes one hold."""

    __tablename__ = "agreed_hold"

    bulk_hold_id: Mapped[int] = mapped_column(ForeignKey("bulk_hold.id"), primary_key=True, autoincrement=False)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), unique=True)


class Verification(Base):
    """The decision that stands; earlier ones are in the log. One row for each signatory, so two cannot contradict."""

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name="outcome"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("(outcome = 'accepted') = (level IS NOT NULL)", name="level_only_if_accepted"),
        CheckConstraint(
            "level IS NULL OR level < 4 OR (second_officer_id IS NOT NULL AND second_officer_id <> officer_id)",
            name="level_4_needs_two",
        ),
        Index("ix_verification_outcome", "outcome", "level"),
    )

    signatory_id: Mapped[int] = mapped_column(ForeignKey("signatory.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    level: Mapped[int | None]
    method: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime]
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    bulk_hold_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_hold.id"), default=None, index=True)


class Dispute(Base):
    """A visitor or an official address said that a lawmaker's entry is not theirs; one row a signature: it works once.

    The dispute is open until an officer settles it; as long, `hidden` keeps the entry off the list. `origin` is
    'anybody', a visitor, or 'official', the address that the parliament publishes: that one can open the row again,
    once for each notice.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (officer_id IS NULL)", name="settled_by"),
        CheckConstraint("origin IN ('anybody', 'official')", name="origin"),
    )

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), primary_key=True, autoincrement=False)
    disputed_at: Mapped[datetime]
    hidden: Mapped[bool]
    origin: Mapped[str] = mapped_column(String(10), default="anybody")
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class CardClaim(Base):
    """An officer has claimed this signatory's card `until` then; erasing the signatory erases the claim."""

    __tablename__ = "card_claim"

    signatory_id: Mapped[int] = mapped_column(
        ForeignKey("signatory.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    until: Mapped[datetime]


class Notice(Base):
    """Tells the address a parliament publishes that a member's name is about to be listed: one for each decision.

    Undoing the decision deletes the notice, and its link no longer works. Until `over_at` the entry is on no list.
    `unsent_for` is why no mail was sent (a key of UNSENT); then the entry does not wait. The member's number stands
    here only while the entry is public: beside a sealed entry it would tell whose it is.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("code_tries >= 0", name="code_tries"),
        CheckConstraint("unsent_for IS NULL OR over_at IS NOT NULL", name="unsent_waits_not"),
        CheckConstraint("over_at IS NULL OR over_at >= waits_until", name="over_in_time"),
    )

    signatory_id: Mapped[int] = mapped_column(
        ForeignKey("verification.signatory_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    roster_member_id: Mapped[int | None] = mapped_column(ForeignKey("roster_member.id"))
    noticed_at: Mapped[datetime]
    unsent_for: Mapped[str | None] = mapped_column(String(20))
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_tries: Mapped[int]
    waits_until: Mapped[datetime]
    over_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None] = mapped_column(default=None)
