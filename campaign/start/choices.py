"""What owners choose for the whole site (the sender of mails, the languages): read it, check it, change it."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.identity import NOT_SHOWN
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameRefused, accept_text
from campaign.start.models import Choice
from campaign.storage.statements import Turn, wait_turn
from campaign.web.cache import Shelf
from campaign.web.staff import ChangedMeanwhile, Staff
from campaign.web.toolbox import Choices, Toolbox
from campaign.world.languages import LANGUAGES

SENDER, LANGUAGE_LIST, EXAMPLE = "sender", "languages", "example"
LONGEST_NAME = 60
CHOSEN = Shelf[int, Choices]()


@dataclass(frozen=True)
class Chosen:
    """One choice as it is on record; its version is 0 if nobody has chosen yet."""

    words: Any = None
    version: int = 0
    changed_at: datetime | None = None


def read_choice(session: Session, name: str) -> Chosen:
    """Return one choice."""
    row = session.get(Choice, name)
    return Chosen(json.loads(row.words), row.version, row.changed_at) if row else Chosen()


def read_choices(session: Session) -> Choices:
    """Return what stands for the whole site."""
    known = {row.name: json.loads(row.words) for row in session.scalars(select(Choice))}
    chosen = Choices(**known.get(SENDER, {}))
    offered = known.get(LANGUAGE_LIST, LANGUAGES)
    return replace(chosen, languages=tuple(code for code in LANGUAGES if code in offered))


def choices(tools: Toolbox) -> Choices:
    """Return what stands for the whole site, at most as old as a cached page; the last known while the database is away."""
    known = tools.cache.find(CHOSEN, 1, now=tools.clock())
    if known is not None:
        return known
    try:
        with tools.database.read() as session:
            known = read_choices(session)
    except SQLAlchemyError:
        known = tools.cache.last(CHOSEN, 1) or Choices()
    return tools.cache.keep(CHOSEN, 1, known, until=tools.shortly)


def change_choice(
    session: Session, name: str, words: Any, by: Staff | None, seen: int | None = None, *, now: datetime
) -> bool:
    """Save a choice and log it; say whether anything changed.

    Raises ChangedMeanwhile if the version on record is not the one that was `seen` (None: whatever it is).
    """
    # Without the lock, two owners could both find the version they had read, and one would overwrite the other.
    wait_turn(session, Turn.CHOICES)
    before = read_choice(session, name)
    if seen not in (None, before.version):
        raise ChangedMeanwhile
    if before.words == words:
        return False
    session.merge(Choice(name=name, words=json.dumps(words), version=before.version + 1, changed_at=now))
    session.flush()
    # The log keeps no address and no name of a sender: which languages are offered is public, and so is the example.
    told = "" if name == SENDER else f" ({words if isinstance(words, str) else ' '.join(words)})"
    write_log(session, by, "choose", "site", {"what": f"{name}{told}"}, now=now)
    return True


def tidy_sender(name: str, address: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the sender without needless spaces, and a sentence for each refused field; both empty: MAIL_FROM."""
    tidy, faults = {"sender_name": name.strip(), "sender": address.strip()}, {}
    try:
        tidy["sender_name"] = accept_text(tidy["sender_name"], limit=LONGEST_NAME)
    except NameRefused:
        faults["sender_name"] = NOT_SHOWN
    if len(tidy["sender_name"]) > LONGEST_NAME:
        faults["sender_name"] = f"This is too long: use at most {LONGEST_NAME} characters."
    try:
        tidy["sender"] = accept_address(tidy["sender"]).written if tidy["sender"] else ""
    except AddressRefused:
        faults["sender"] = "This is not an e-mail address."
    return tidy, faults


def tidy_languages(wanted: Collection[str]) -> list[str]:
    """Return the wanted languages in the order of LANGUAGES. Raises ValueError with a sentence."""
    unknown = sorted(set(wanted) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"{unknown[0]} is none of {', '.join(LANGUAGES)}")
    if not wanted:
        raise ValueError("Choose at least one language.")
    return [code for code in LANGUAGES if code in wanted]
