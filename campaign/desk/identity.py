"""The campaign's identity, as its owners write it: read it, check it, change it; cached for a few seconds."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.models import IdentityText, OwnIdentity
from campaign.desk.rules import DARK, LIGHT, READABLE, least_contrast, nearest_readable
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.prose import markup_fault, unseen_at
from campaign.names.rules import NameRefused, accept_text
from campaign.storage.statements import Turn, wait_turn
from campaign.web.cache import Shelf
from campaign.web.staff import ChangedMeanwhile, Staff
from campaign.web.toolbox import Identity, Logo, OwnWords, Toolbox
from campaign.world.languages import FALLBACK, LANGUAGES

ONE = 1  # the number of its only row
LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT = 80, 160, 20_000
KEPT = "{kept}"  # replaced in a privacy notice by the list of how long each thing is kept
BLANKS = frozenset({KEPT, "{name}", "{contact}", "{site}"})  # what is filled in where a privacy notice has it
HEX = re.compile(r"#[0-9a-f]{6}")

NOT_SHOWN = "This contains characters that cannot be shown, or an address. Type it again."
UNREADABLE = (
    "{colour} is hard to read on a {page} page: its contrast there is {found:.1f}, and 4.5 is needed. "
    "The nearest that works is {near}."
)


@dataclass(frozen=True)
class Texts:
    """The texts of one language; imprint and privacy notice are Markdown."""

    name: str = ""
    line: str = ""
    imprint: str = ""
    privacy: str = ""


@dataclass(frozen=True)
class Profile:
    """The whole identity, as an owner wrote it; `version` is the version that was read, 0 if there is none."""

    contact: str = ""
    reply_to: str = ""
    accent: str = ""
    accent_dark: str = ""
    credit: bool = True
    logo: Logo | None = None
    texts: Mapping[str, Texts] = field(default_factory=dict)
    version: int = 0

    def shown(self, language: str) -> Identity:
        """Return the identity for the readers of one language; a text that is missing there is shown in English.

        Only the privacy notice is not: if it is missing, the reader gets the one that this software writes in their
        language.
        """
        if not self.version:
            return Identity()
        dark = self.accent_dark or (nearest_readable(self.accent, DARK) if self.accent else "")
        return Identity(
            **{name: self._words_for(name, language) for name in asdict(Texts())},
            contact=self.contact,
            reply_to=self.reply_to,
            accent=self.accent,
            accent_dark=dark,
            credit=self.credit,
            logo=self.logo,
            version=self.version,
        )

    def _words_for(self, name: str, language: str) -> OwnWords:
        for choice in (language, language if name == "privacy" else FALLBACK):
            words = getattr(self.texts.get(choice, Texts()), name)
            if words:
                return OwnWords(words, choice)
        return OwnWords()


IDENTITIES = Shelf[int, Profile]()


def read_identity(session: Session) -> Profile:
    """Return the identity on record; its version is 0 if there is none yet."""
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
    """Return the identity for the readers of a language, at most as old as a cached page.

    While the database cannot be reached, this returns the last known one, or the software's own: error pages need it.
    """
    profile = tools.cache.find(IDENTITIES, ONE, now=tools.clock())
    if profile is None:
        try:
            with tools.database.read() as session:
                profile = read_identity(session)
        except SQLAlchemyError:
            profile = tools.cache.last(IDENTITIES, ONE) or Profile()
        tools.cache.keep(IDENTITIES, ONE, profile, until=tools.shortly)
    return profile.shown(language)


def change_identity(session: Session, profile: Profile, by: Staff | None, *, now: datetime) -> list[str]:
    """Save the identity; return the names of what changed, empty if nothing did.

    Raises ChangedMeanwhile if the version on record is no longer the one that `profile` was made from.
    """
    # Without the lock, two owners could both find the version they had read, and one would overwrite the other.
    wait_turn(session, Turn.IDENTITY)
    before = read_identity(session)
    if before.version != profile.version:
        raise ChangedMeanwhile
    changed = differences(before, profile)
    if not changed:
        return []
    session.merge(
        OwnIdentity(
            id=ONE,
            version=profile.version + 1,
            contact=profile.contact,
            reply_to=profile.reply_to,
            accent=profile.accent,
            accent_dark=profile.accent_dark,
            credit=profile.credit,
            logo_kind=profile.logo.kind if profile.logo else "",
            logo=profile.logo.content if profile.logo else None,
            changed_at=now,
        )
    )
    session.execute(delete(IdentityText))
    session.add_all(
        IdentityText(language=code, **asdict(texts)) for code, texts in _written_texts(profile).items()
    )
    session.flush()
    write_log(session, by, "identity", "identity", {"what": ", ".join(changed)}, now=now)
    return changed


def differences(one: Profile, other: Profile) -> list[str]:
    """Return the names of the fields in which two profiles differ, in the order of the page, texts with their language."""
    names = ("contact", "reply_to", "accent", "accent_dark", "credit", "logo")
    found = [name.replace("_", " ") for name in names if getattr(one, name) != getattr(other, name)]
    for code in LANGUAGES:
        here, there = (asdict(profile.texts.get(code, Texts())) for profile in (one, other))
        found += [f"{name} ({code})" for name in here if here[name] != there[name]]
    return found


def tidy_profile(profile: Profile) -> tuple[Profile, dict[str, str]]:
    """Return a profile without needless spaces, and a sentence for each refused field.

    The key of a text is `LANGUAGE.NAME`, in English only `NAME`. The English name must be there, because it is shown
    where a language has none.
    """
    faults: dict[str, str] = {}
    texts = {}
    for code, one in _written_texts(profile).items():
        texts[code], wrong = _tidy_texts(one)
        faults |= {name if code == FALLBACK else f"{code}.{name}": sentence for name, sentence in wrong.items()}
    if not texts.get(FALLBACK, Texts()).name and "name" not in faults:
        faults["name"] = "Say what the campaign is called."
    tidy = {name: getattr(profile, name).strip().lower() for name in ("accent", "accent_dark")}
    for name in ("contact", "reply_to"):
        tidy[name], sentence = _tidy_address(getattr(profile, name).strip())
        if sentence or (name == "contact" and not tidy[name]):
            faults[name] = sentence or "Say at which address the public can reach the campaign."
    for name, page, grounds in (("accent", "light", LIGHT), ("accent_dark", "dark", DARK)):
        if sentence := _colour_fault(tidy[name], page, grounds):
            faults[name] = sentence
    if tidy["accent_dark"] and not tidy["accent"]:
        faults.setdefault("accent", "Choose the colour for light pages too.")
    return replace(profile, **tidy, texts=texts), faults


def _written_texts(profile: Profile) -> dict[str, Texts]:
    return {code: texts for code, texts in profile.texts.items() if any(asdict(texts).values())}


def _tidy_texts(texts: Texts) -> tuple[Texts, dict[str, str]]:
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
        return f"This is too long: it has {len(text):,} characters, and at most {LONGEST_TEXT:,} are allowed."
    if unseen_at(text) is not None:
        return NOT_SHOWN
    found = markup_fault(text)
    return found[1] if found else ""


def _blanks_fault(text: str) -> str:
    unknown = [blank for blank in re.findall(r"\{[^{}\n]{0,30}\}", text) if blank not in BLANKS]
    if unknown:
        return f"{unknown[0]} means nothing here: only {', '.join(sorted(BLANKS))} are filled in."
    if text and KEPT not in text:
        return f"Leave {KEPT} in it, on a line of its own: it becomes the list of how long each thing is kept."
    return ""


def _tidy_address(typed: str) -> tuple[str, str]:
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
