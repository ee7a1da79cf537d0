"""The steps of a delivery, each a row, and the files beside them."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from campaign.storage.models import Base


class Sending(Base):
    """A delivery was sent, after another officer approved it; `number` 2 and above: it was sent again.

    If the worker mails it, it is `queued` and has a posting, which says whether a mail server accepted it.
    The database refuses to send a delivery that carries a withdrawn name.
    """

    __tablename__ = "sending"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delivery_id", "approved_by"], ["delivery_approval.delivery_id", "delivery_approval.officer_id"]
        ),
        CheckConstraint("officer_id <> approved_by", name="two_people"),
        CheckConstraint("channel IN ('hand', 'post', 'mail')", name="channel"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("NOT queued OR channel = 'mail'", name="queued_mail"),
    )

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(4))
    sent_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500))
    queued: Mapped[bool]
    approved_by: Mapped[int]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class Posting(Base):
    """The mail of one sending: a mail server accepted it, or it was refused for good.

    With neither day it is under way as long as it has a `mail_id`. An unsent mail is deleted after 72 hours: then it
    was never sent.
    """

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(["delivery_id", "number"], ["sending.delivery_id", "sending.number"]),
        CheckConstraint("accepted_on IS NULL OR refused_on IS NULL", name="one_outcome"),
    )

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    accepted_on: Mapped[date | None] = mapped_column(default=None)
    refused_on: Mapped[date | None] = mapped_column(default=None)


class KeptFile(MappedAsDataclass):
    """A document or a picture beside a step, and the officer who added it; `size` in bytes spares reading it."""

    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class HandoverFile(KeptFile, Base):
    """The receipt or photograph of one sending, for the desk alone."""

    __tablename__ = "handover_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delivery_id", "number"], ["sending.delivery_id", "sending.number"], ondelete="CASCADE"
        ),
    )

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class Arrival(Base):
    """The recipient received one sending."""

    __tablename__ = "arrival"
    __table_args__ = (ForeignKeyConstraint(["delivery_id", "sending"], ["sending.delivery_id", "sending.number"]),)

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sending: Mapped[int]
    received_on: Mapped[date]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class Answer(Base):
    """The recipient's answer: plain text in `language` (BCP 47), public if `published`."""

    __tablename__ = "answer"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("arrival.delivery_id"), primary_key=True, autoincrement=False
    )
    answered_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    published: Mapped[bool]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class AnswerFile(KeptFile, Base):
    """The document of an answer, beside its text or in place of it; public if the answer is."""

    __tablename__ = "answer_file"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("answer.delivery_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
