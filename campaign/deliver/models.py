"""What was printed for whom, and which signatories stand in it."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from campaign.storage.models import Base


class Delivery(Base):
    """One document printed for a government; `country` is empty for one that is for all addressees.

    `annex` says that it names the withheld who ticked this government; `names` is how many it names on paper. While
    it has as many lines, nobody in it has withdrawn.
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
    names: Mapped[int]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(default=None)


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


class Volume(Base):
    """One of several PDFs that a delivery was printed in; the delivery's own hash is then over these hashes."""

    __tablename__ = "volume"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pdf_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    names: Mapped[int]


OPEN = sql("finished_at IS NULL")


class Build(Base):
    """A package that was asked for at the desk; the worker makes one at a time.

    `turn` is 1 while it is made, and unique: so the database lets one be. `token` says by whom, `leased_until` how
    long the others leave it to them. Until it is finished, nobody asks for the same a second time. `removed_at` says
    when the file went.
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
    country: Mapped[str] = mapped_column(String(2))
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


class DeliveryApproval(Base):
    """A second person agreed that a delivery goes out.

    The database refuses one by whoever prepared it, and one of a delivery that names somebody who has withdrawn.
    """

    __tablename__ = "delivery_approval"
    __table_args__ = (UniqueConstraint("delivery_id", "officer_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime]


class Sending(Base):
    """A delivery went out, by whom another person than its sender approved; from `number` 2 on, once more.

    One that the worker mails is `queued` and has a posting, which says whether it has gone out.
    The database refuses one of a delivery that names somebody who has withdrawn.
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
    """The mail that carries one sending, and what came of it: a mail server accepted it, or it was refused for good.

    Without either it is under way while `mail_id` is there; a mail forgotten unsent after 72 hours was never sent.
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
    """A document or a picture beside a step, and who kept it; `size` in bytes tells of it without reading it."""

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
    """A recipient has received what one sending brought."""

    __tablename__ = "arrival"
    __table_args__ = (ForeignKeyConstraint(["delivery_id", "sending"], ["sending.delivery_id", "sending.number"]),)

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sending: Mapped[int]
    received_on: Mapped[date]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class Answer(Base):
    """What a recipient answered: plain text in `language` (BCP 47), shown to the public if `published`."""

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
    """The document that an answer is or comes with; as public as the answer."""

    __tablename__ = "answer_file"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("answer.delivery_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
