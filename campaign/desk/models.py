"""Invitations, admissions, approvals, and the campaign's identity."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.audit.models import ROLE_CHECK
from campaign.storage.models import Base


class Invitation(Base):
    """An open invitation; it is deleted when the officer joins, and a newer one to the same address replaces it."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(ROLE_CHECK, name="role"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    countries: Mapped[str] = mapped_column(String(800), default="")
    from_command_line: Mapped[bool] = mapped_column(default=False)


class Admission(Base):
    """An officer may be one of two people: two admitted owners admitted them, or the server's command line did.

    It is valid for one account in one role: a changed role, a recovery and a removal end it. An act before `since`
    does not count. The database refuses an admission by an owner who is not admitted, and an approval in which one
    of the two officers is not admitted (migration 0020).
    """

    __tablename__ = "admission"
    __table_args__ = (
        CheckConstraint(ROLE_CHECK, name="role"),
        CheckConstraint("(admitted_by IS NULL) = (seconded_by IS NULL)", name="two_or_command_line"),
        CheckConstraint("admitted_by <> seconded_by", name="two_people"),
        CheckConstraint("admitted_by <> officer_id AND seconded_by <> officer_id", name="by_others"),
    )

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    admitted_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class Approval(Base):
    """A request by one officer to which another must agree; it is used once.

    `payload` is the whole act. It is erased when the act is done or the request expires, because an officer may have
    typed a name. `outcome` says what was done, without names.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("approved_by <> asked_by", name="two_people"),
        CheckConstraint("used_at IS NULL OR approved_by IS NOT NULL", name="approved_before_use"),
        CheckConstraint("used_at IS NULL OR payload IS NULL", name="payload_until_use"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    told: Mapped[str] = mapped_column(String(300))
    payload_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    asked_by: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None, index=True)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    payload: Mapped[str | None] = mapped_column(Text, default=None)
    outcome: Mapped[str] = mapped_column(String(200), default="")


class OwnIdentity(Base):
    """What the campaign says of itself in every language: one row, and none until an owner says anything.

    `version` counts the changes, so that two who change it at once do not overwrite each other.
    """

    __tablename__ = "identity"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("contact <> ''", name="contact"),
        CheckConstraint("accent = '' OR (accent LIKE '#%' AND length(accent) = 7)", name="accent"),
        CheckConstraint(
            "accent_dark = '' OR (accent_dark LIKE '#%' AND length(accent_dark) = 7)", name="accent_dark"
        ),
        CheckConstraint("logo_kind IN ('', 'svg', 'png')", name="logo_kind"),
        CheckConstraint("(logo IS NULL) = (logo_kind = '')", name="logo"),
        CheckConstraint("length(logo) <= 131072", name="logo_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    contact: Mapped[str] = mapped_column(String(254))
    reply_to: Mapped[str] = mapped_column(String(254))
    accent: Mapped[str] = mapped_column(String(7))
    accent_dark: Mapped[str] = mapped_column(String(7))
    credit: Mapped[bool]
    logo_kind: Mapped[str] = mapped_column(String(3))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]


class IdentityText(Base):
    """What the campaign says of itself in one language; what is empty is said in English. It has a name in English."""

    __tablename__ = "identity_text"
    __table_args__ = (
        CheckConstraint("language <> 'en' OR name <> ''", name="name"),
        CheckConstraint("length(imprint) <= 20000 AND length(privacy) <= 20000", name="size"),
    )

    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    line: Mapped[str] = mapped_column(String(160))
    imprint: Mapped[str] = mapped_column(Text)
    privacy: Mapped[str] = mapped_column(Text)
