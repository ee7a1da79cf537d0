"""Letters, their versions and their texts."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from campaign.letter.rules import FOREIGN, RECIPIENTS, Kind, NoSuchKind, is_whole
from campaign.storage.models import Base
from campaign.world.countries import COUNTRIES, in_order
from campaign.world.languages import format_names
from campaign.world.named import Named, from_written, recipient_name


class Letter(Base):
    """One letter that people sign; `recipients` are those it will be handed to, by country or by key.

    `office` is the kind of office of a government. `named_recipients` are the words, as JSON, of those the letter
    names now or did once: what was handed to one of them keeps its name.
    A sitting member told by an independent notice has `cooling_off_hours` to object before the name is listed.
    Until `embargo_until` nothing public tells of a delivery.
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
    office: Mapped[str] = mapped_column(String(10), default=FOREIGN)
    named_recipients: Mapped[str] = mapped_column(Text, default="[]")
    kind_rows: Mapped[list["LetterKind"]] = relationship(
        init=False, default_factory=list, lazy="selectin", order_by="LetterKind.place", viewonly=True
    )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds of signatories it asks for, in the order of the roll."""
        return tuple(row.plain for row in self.kind_rows)

    def kind(self, key: str) -> Kind:
        """Return one kind. Raises NoSuchKind."""
        for kind in self.kinds:
            if kind.key == key:
                return kind
        raise NoSuchKind(f"{self.slug} asks for no {key}: {', '.join(kind.key for kind in self.kinds)}")

    @property
    def handed_to(self) -> tuple[str, ...]:
        """Return whom this letter will be handed to: countries, for their governments, or keys of the named."""
        return tuple(self.recipients.split())

    @property
    def to_governments(self) -> bool:
        """Say whether it is addressed to governments, and not to recipients that it names."""
        return self.addressee != RECIPIENTS

    @property
    def named(self) -> tuple[Named, ...]:
        """Return the recipients that it names and goes to."""
        return tuple(one for one in from_written(self.named_recipients) if one.key in self.handed_to)

    def recipient_name(self, key: str, language: str) -> str:
        """Return what a recipient is called, one it went to before too."""
        return recipient_name(key, language, from_written(self.named_recipients))

    def told_of(self, key: str) -> dict[str, str | None]:
        """Return a recipient as programs are told: a country for its government, nothing for all, or a named one."""
        if key in COUNTRIES or not key:
            return {"country": key or None}
        return {"country": None, "recipient": key, "name": self.recipient_name(key, "en")}

    def in_order(self, keys: Collection[str], language: str) -> list[tuple[str, str]]:
        """Return (key, name) of some recipients: countries as a reader looks them up, the named as the letter does."""
        known = [one for one in from_written(self.named_recipients) if one.key in keys]
        return [*in_order(keys, language), *((one.key, one.called(language)) for one in known)]

    def recipients_said(self, keys: Collection[str], language: str) -> str:
        """Return the names of some recipients in one line."""
        return format_names([name for _key, name in self.in_order(keys, language)], language)

    def is_silent(self, now: datetime) -> bool:
        """Say whether deliveries are still kept from the public."""
        return self.embargo_until is not None and now < self.embargo_until

    def is_draft(self, language: str) -> bool:
        """Say whether no native reader has passed the translation yet."""
        return language in self.drafts.split()


class Words(TypeDecorator[Any]):
    """Lists and words of a kind, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write them down."""
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read them."""
        return json.loads(value or "null")


class LetterKind(Base):
    """One kind of signatory that a letter asks for; `place` is its order on the roll.

    Whoever signed says the key and how it is established, so that neither changes under them.
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
    fields: Mapped[Sequence[str]] = mapped_column(Words)
    required: Mapped[Sequence[str]] = mapped_column(Words)
    use: Mapped[str] = mapped_column(String(10))
    plural: Mapped[str] = mapped_column(String(41))
    words: Mapped[Mapping[str, Mapping[str, str]]] = mapped_column(Words)

    @property
    def plain(self) -> Kind:
        """Return it apart from the database."""
        return Kind(
            self.key, self.established, tuple(self.fields), tuple(self.required), self.use, self.plural, self.words
        )


class LetterText(Base):
    """One version of a letter in one language; the database refuses to change one that somebody signed."""

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
        """Say whether this is the text its hash names: the hash is made anew, for what is stored may be changed."""
        shown = ("language", self.language), ("title", self.title), ("addressee", self.addressee)
        return is_whole(self.source, self.sha256, (*shown, ("summary", self.summary), ("body", self.body)))


class LetterPage(Base):
    """A page beside a letter: its background, or an update of a day. Nobody signs these."""

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
