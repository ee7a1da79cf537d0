"""Letters, their versions and their texts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from campaign.letter.rules import FOREIGN, RECIPIENTS, UTC_ZONE, Kind, NoSuchKind, is_whole
from campaign.storage.models import Base
from campaign.world.countries import COUNTRIES, in_order
from campaign.world.languages import FALLBACK, format_names
from campaign.world.named import Named, from_written, recipient_name


class JsonText(TypeDecorator[Any]):
    """Lists and words, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Return the JSON text that is stored."""
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the lists and words of a stored text."""
        return json.loads(value or "null")


class Letter(Base):
    """One letter that people sign; it will be handed to its `recipients`, by country or by key.

    `office` is the kind of office that is written to in each government. `named_recipients` are the recipients that
    the letter names, now or in an earlier file, as JSON: a past delivery keeps the name of its recipient.
    `timeline` are the entries of the file, as campaign/world/timeline.py reads them.
    A sitting member who gets an independent notice has `cooling_off_hours` to object before their name is listed.
    `revision` counts the times its files changed; `in_files` is the newest of them that was loaded or exported.
    Nothing public tells of the letter before `embargo_until`. Its first and last day are days in `time_zone` (IANA).
    `moments` are what was done to it, the earliest first.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("addressee IN ('own-government', 'governments', 'recipients')", name="addressee"),
        CheckConstraint("opens_on <= closes_on", name="days"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(41), unique=True)
    addressee: Mapped[str] = mapped_column(String(20))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    goal: Mapped[int | None]
    version: Mapped[int]
    drafts: Mapped[str] = mapped_column(String(200))
    recipients: Mapped[str] = mapped_column(String(800), default="")
    cooling_off_hours: Mapped[int] = mapped_column(default=48)
    embargo_until: Mapped[datetime | None] = mapped_column(default=None)
    time_zone: Mapped[str] = mapped_column(String(64), default=UTC_ZONE)
    office: Mapped[str] = mapped_column(String(10), default=FOREIGN)
    named_recipients: Mapped[str] = mapped_column(Text, default="[]")
    timeline: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default_factory=list)
    show_count: Mapped[bool] = mapped_column(default=True)
    original: Mapped[str] = mapped_column(String(12), default=FALLBACK)
    revision: Mapped[int] = mapped_column(default=0)
    in_files: Mapped[int] = mapped_column(default=0)
    kind_rows: Mapped[list["LetterKind"]] = relationship(
        init=False, default_factory=list, lazy="selectin", order_by="LetterKind.place", viewonly=True
    )
    moments: Mapped[list["LetterMoment"]] = relationship(
        init=False, default_factory=list, lazy="selectin", order_by="LetterMoment.id", viewonly=True
    )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds of signatories that the letter asks for, in the order of the roll."""
        return tuple(replace(row.as_kind, original=self.original) for row in self.kind_rows)

    def kind(self, key: str) -> Kind:
        """Return one kind. Raises NoSuchKind."""
        for kind in self.kinds:
            if kind.key == key:
                return kind
        raise NoSuchKind(f"{self.slug} asks for no {key}: {', '.join(kind.key for kind in self.kinds)}")

    @property
    def handed_to(self) -> tuple[str, ...]:
        """Return the recipients: countries, for their governments, or keys of named recipients."""
        return tuple(self.recipients.split())

    @property
    def to_governments(self) -> bool:
        """Say whether the letter goes to governments, and not to recipients that it names."""
        return self.addressee != RECIPIENTS

    @property
    def named(self) -> tuple[Named, ...]:
        """Return the named recipients that the letter goes to now."""
        return tuple(one for one in from_written(self.named_recipients) if one.key in self.handed_to)

    def recipient_name(self, key: str, language: str) -> str:
        """Return the name of a recipient, also of one that the letter went to before."""
        return recipient_name(key, language, from_written(self.named_recipients))

    def recipient_fields(self, key: str) -> dict[str, str | None]:
        """Return a recipient in JSON fields: a country (None for all), or the key and name of a named one, in English if it has one."""
        if key in COUNTRIES or not key:
            return {"country": key or None}
        return {"country": None, "recipient": key, "name": self.recipient_name(key, "en")}

    def in_order(self, keys: Collection[str], language: str) -> list[tuple[str, str]]:
        """Return (key, name) of some recipients: countries as a reader looks them up, the named as the letter lists them."""
        known = [one for one in from_written(self.named_recipients) if one.key in keys]
        return [*in_order(keys, language), *((one.key, one.called(language)) for one in known)]

    def recipient_names(self, keys: Collection[str], language: str) -> str:
        """Return the names of some recipients in one line."""
        return format_names([name for _key, name in self.in_order(keys, language)], language)

    def is_draft(self, language: str) -> bool:
        """Say whether no native reader has approved the translation yet."""
        return language in self.drafts.split()


class LetterKind(Base):
    """One kind of signatory that a letter asks for; `place` is its order on the roll.

    A signatory refers to `key` and `established`, so the database refuses to change either once a person has signed.
    """

    __tablename__ = "letter_kind"
    __table_args__ = (
        CheckConstraint("established IN ('lawmaker', 'person', 'organisation')", name="established"),
        CheckConstraint("use IN ('public', 'withheld', 'counted')", name="use"),
        UniqueConstraint("letter_id", "key", "established"),
    )

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int]
    established: Mapped[str] = mapped_column(String(12))
    fields: Mapped[Sequence[str]] = mapped_column(JsonText)
    required: Mapped[Sequence[str]] = mapped_column(JsonText)
    use: Mapped[str] = mapped_column(String(10))
    plural: Mapped[str] = mapped_column(String(41))
    words: Mapped[Mapping[str, Mapping[str, str]]] = mapped_column(JsonText)

    @property
    def as_kind(self) -> Kind:
        """Return the kind without its row, and as if its letter had been written in English."""
        return Kind(
            self.key, self.established, tuple(self.fields), tuple(self.required), self.use, self.plural, self.words
        )


class LetterMoment(Base):
    """What was done to a letter at one moment, and why: words by language. Rows are only added (migration 0030).

    `officer_id` is None for the command line. A letter is as its newest moment says (letter.standing).
    """

    __tablename__ = "letter_moment"
    __table_args__ = (CheckConstraint("what IN ('suspended', 'resumed', 'closed', 'withdrawn')", name="what"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    reason: Mapped[Mapping[str, str]] = mapped_column(JsonText)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class Preview(Base):
    """A link by which named people read and sign a letter under embargo; the row is deleted when the link ends.

    `who` is what an officer calls these people; the database holds a hash of the link only.
    """

    __tablename__ = "preview"
    __table_args__ = (CheckConstraint("who <> ''", name="who"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    who: Mapped[str] = mapped_column(String(120))
    link_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class LetterText(Base):
    """One version of a letter in one language; the database refuses to change a text that was signed."""

    __tablename__ = "letter_text"
    __table_args__ = (UniqueConstraint("letter_id", "version", "language"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    addressee: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]

    @property
    def is_whole(self) -> bool:
        """Say whether the text has its stored hash, and title, summary and body are those of the text.

        An attacker with the database can change any of these columns, so none is trusted alone.
        """
        shown = ("language", self.language), ("title", self.title), ("addressee", self.addressee)
        return is_whole(self.source, self.sha256, (*shown, ("summary", self.summary), ("body", self.body)))


class MaterialVersion(Base):
    """A version whose words differ materially from those before: who signed an earlier one is asked anew (confirm.anew)."""

    __tablename__ = "material_version"
    __table_args__ = (CheckConstraint("version > 1", name="version"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class LetterPage(Base):
    """A page beside a letter: its background, or an update. These pages are not signed.

    An update is not shown before `published_on`; `changed_on` is the day of its last correction after that.
    """

    __tablename__ = "letter_page"
    __table_args__ = (UniqueConstraint("letter_id", "name", "language"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date | None]
    changed_on: Mapped[date | None] = mapped_column(default=None)


class LetterFile(Base):
    """One of a letter's published files, exactly as it came; everything else about the letter is read from these."""

    __tablename__ = "letter_file"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class Draft(Base):
    """What is being written of a letter, and is not public.

    `version` is the number of the log entry of its last change, so that none is ever used twice. `base` is the
    revision of the letter that it began from, 0 for a letter that is not public yet.
    """

    __tablename__ = "draft"

    slug: Mapped[str] = mapped_column(String(41), primary_key=True)
    version: Mapped[int]
    base: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    file_rows: Mapped[list["DraftFile"]] = relationship(
        init=False, default_factory=list, lazy="selectin", order_by="DraftFile.path", cascade="all, delete-orphan"
    )

    @property
    def files(self) -> dict[str, str]:
        """Return its files."""
        return {row.path: row.content for row in self.file_rows}


class DraftFile(Base):
    """One file of a draft."""

    __tablename__ = "draft_file"

    slug: Mapped[str] = mapped_column(ForeignKey("draft.slug"), init=False, primary_key=True)
    path: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
