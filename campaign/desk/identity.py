"""What the campaign says of itself: read it, judge it, change it; each process keeps it for a few seconds."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from unicodedata import category

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.models import IdentityText, OwnIdentity
from campaign.desk.rules import DARK, LIGHT, READABLE, least_contrast, nearest_readable
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameRefused, accept_text
from campaign.storage.statements import Turn, wait_turn
from campaign.web.cache import Shelf
from campaign.web.staff import Staff
from campaign.web.toolbox import Identity, Logo, OwnWords, Toolbox
from campaign.world.languages import FALLBACK, LANGUAGES

ONE = 1  # the number of its only row
LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT = 80, 160, 20_000
KEPT = "{kept}"  # where a privacy notice says how long things are kept
BLANKS = frozenset({KEPT, "{name}", "{contact}", "{site}"})  # what a privacy notice may leave to be filled in
HEX = re.compile(r"#[0-9a-f]{6}")
MARKUP = re.compile(r"</?[a-zA-Z][^<>@:]*>|<!--")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

NOT_SHOWN = "This holds characters that cannot be shown, or an address. Type it again."
UNREADABLE = (
    "{colour} is hard to read on a {page} page: its contrast there is {found:.1f}, and 4.5 is needed. "
    "The nearest that works is {near}."
)


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was read; nothing was overwritten."""


@dataclass(frozen=True)
class Texts:
    """What is said in one language: imprint and privacy notice as Markdown."""

    name: str = ""
    line: str = ""
    imprint: str = ""
    privacy: str = ""


@dataclass(frozen=True)
class Profile:
    """All that the campaign says of itself, as an owner says it; `version` is the one that was read."""

    contact: str = ""
    reply_to: str = ""
    accent: str = ""
    accent_dark: str = ""
    credit: bool = True
    logo: Logo | None = None
    texts: Mapping[str, Texts] = field(default_factory=dict)
    version: int = 0

    def shown(self, language: str) -> Identity:
        """Return it for the readers of one language: what is not said in theirs is said in English.

        A privacy notice is not: where there is none, the one this software writes stands in the reader's language.
        """
        if not self.version:
            return Identity()
        dark = self.accent_dark or (nearest_readable(self.accent, DARK) if self.accent else "")
        return Identity(
            **{name: self._told(name, language) for name in asdict(Texts())},
            contact=self.contact,
            reply_to=self.reply_to,
            accent=self.accent,
            accent_dark=dark,
            credit=self.credit,
            logo=self.logo,
            version=self.version,
        )

    def _told(self, name: str, language: str) -> OwnWords:
        for choice in (language, language if name == "privacy" else FALLBACK):
            words = getattr(self.texts.get(choice, Texts()), name)
            if words:
                return OwnWords(words, choice)
        return OwnWords()


IDENTITIES = Shelf[int, Profile]()


def read_identity(session: Session) -> Profile:
    """Return what the campaign says of itself; version 0 if it has said nothing yet."""
    row = session.get(OwnIdentity, ONE)
    if row is None:
        return Profile()
    texts = {
        one.language: Texts(one.name, one.line, one.imprint, one.privacy)
        for one in session.scalars(select(IdentityText))
    }
    logo = Logo(row.logo_kind, row.logo) if row.logo is not None else None
    names = ("contact", "reply_to", "accent", "accent_dark", "credit", "version")
    return Profile(**{name: getattr(row, name) for name in names}, logo=logo, texts=texts)


def identify(tools: Toolbox, language: str) -> Identity:
    """Return the identity for the readers of a language, at most as old as a kept page.

    While the database is away it is as it was last, or the software's own: an error page needs it, too.
    """
    said = tools.cache.find(IDENTITIES, ONE, now=tools.clock())
    if said is None:
        try:
            with tools.database.read() as session:
                said = read_identity(session)
        except SQLAlchemyError:
            said = tools.cache.find(IDENTITIES, ONE, now=LONG_AGO) or Profile()
        tools.cache.keep(IDENTITIES, ONE, said, until=tools.shortly)
    return said.shown(language)


def change_identity(session: Session, said: Profile, by: Staff | None, *, now: datetime) -> list[str]:
    """Keep what the campaign says of itself; return what of it changed, nothing if nothing did.

    Raises ChangedMeanwhile if it is not the version any more that `said` was made from.
    """
    wait_turn(session, Turn.IDENTITY)
    before = read_identity(session)
    if before.version != said.version:
        raise ChangedMeanwhile
    changed = differences(before, said)
    if not changed:
        return []
    session.merge(
        OwnIdentity(
            id=ONE,
            version=said.version + 1,
            contact=said.contact,
            reply_to=said.reply_to,
            accent=said.accent,
            accent_dark=said.accent_dark,
            credit=said.credit,
            logo_kind=said.logo.kind if said.logo else "",
            logo=said.logo.content if said.logo else None,
            changed_at=now,
        )
    )
    session.execute(delete(IdentityText))
    session.add_all(IdentityText(language=code, **asdict(texts)) for code, texts in _said_texts(said).items())
    session.flush()
    write_log(session, by, "identity", "identity", {"what": ", ".join(changed)}, now=now)
    return changed


def differences(one: Profile, other: Profile) -> list[str]:
    """Return the names of what two say differently, in the order of the page; a text's name ends with its language."""
    names = ("contact", "reply_to", "accent", "accent_dark", "credit", "logo")
    found = [name.replace("_", " ") for name in names if getattr(one, name) != getattr(other, name)]
    for code in LANGUAGES:
        here, there = (asdict(said.texts.get(code, Texts())) for said in (one, other))
        found += [f"{name} ({code})" for name in here if here[name] != there[name]]
    return found


def accepted(said: Profile) -> tuple[Profile, dict[str, str]]:
    """Return it tidied, and a sentence for each field that cannot be taken; a text's field is `LANGUAGE.NAME`.

    English comes under its plain name: it is what everybody else falls back to, so its name must be there.
    """
    faults: dict[str, str] = {}
    texts = {}
    for code, one in _said_texts(said).items():
        texts[code], wrong = _accepted_texts(one)
        faults |= {name if code == FALLBACK else f"{code}.{name}": sentence for name, sentence in wrong.items()}
    if not texts.get(FALLBACK, Texts()).name and "name" not in faults:
        faults["name"] = "Say what the campaign is called."
    tidy = {name: getattr(said, name).strip().lower() for name in ("accent", "accent_dark")}
    for name in ("contact", "reply_to"):
        tidy[name], sentence = _accepted_address(getattr(said, name).strip())
        if sentence or (name == "contact" and not tidy[name]):
            faults[name] = sentence or "Say at which address the public reaches the campaign."
    for name, page, grounds in (("accent", "light", LIGHT), ("accent_dark", "dark", DARK)):
        if sentence := _colour_fault(tidy[name], page, grounds):
            faults[name] = sentence
    if tidy["accent_dark"] and not tidy["accent"]:
        faults.setdefault("accent", "Choose the colour for light pages, too.")
    return replace(said, **tidy, texts=texts), faults


def _said_texts(said: Profile) -> dict[str, Texts]:
    return {code: texts for code, texts in said.texts.items() if any(asdict(texts).values())}


def _accepted_texts(texts: Texts) -> tuple[Texts, dict[str, str]]:
    tidy, faults = asdict(texts), {}
    for name, most in (("name", LONGEST_NAME), ("line", LONGEST_LINE)):
        try:
            tidy[name] = accept_text(tidy[name], limit=most)
        except NameRefused:
            faults[name] = NOT_SHOWN
        if len(tidy[name]) > most:
            faults[name] = f"This is too long: use at most {most} characters."
    for name in ("imprint", "privacy"):
        tidy[name] = tidy[name].replace("\r\n", "\n").replace("\r", "\n").strip()
        if sentence := _text_fault(tidy[name]):
            faults[name] = sentence
    if "privacy" not in faults and (sentence := _blanks_fault(tidy["privacy"])):
        faults["privacy"] = sentence
    return Texts(**tidy), faults


def _text_fault(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"This is too long: it has {len(text):,} characters, and {LONGEST_TEXT:,} are enough for anybody to read."
    if any(letter in UNSEEN or (category(letter) in ("Cc", "Cs") and letter not in "\n\t") for letter in text):
        return NOT_SHOWN
    found = MARKUP.search(text)
    return f"Write Markdown, not HTML: “{found[0][:30]}” would be shown as it stands." if found else ""


def _blanks_fault(text: str) -> str:
    unknown = [blank for blank in re.findall(r"\{[^{}\n]{0,30}\}", text) if blank not in BLANKS]
    if unknown:
        return f"{unknown[0]} means nothing here: {', '.join(sorted(BLANKS))} are filled in."
    if text and KEPT not in text:
        return f"Leave {KEPT} in it, on a line of its own: there stands how long this software keeps what."
    return ""


def _accepted_address(typed: str) -> tuple[str, str]:
    try:
        return accept_address(typed).written if typed else "", ""
    except AddressRefused:
        return typed, "This is not an e-mail address."


def _colour_fault(colour: str, page: str, grounds: tuple[str, ...]) -> str:
    if not colour:
        return ""
    if not HEX.fullmatch(colour):
        return "Write the colour as # and six digits, such as #173f5f."
    found = least_contrast(colour, grounds)
    if found >= READABLE:
        return ""
    near = nearest_readable(colour, grounds)
    return UNREADABLE.format(colour=colour, page=page, found=found, near=near)
