"""The link that makes the first owner, and how far the start has come."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.desk.admissions import admitted_officers
from campaign.desk.identity import read_identity
from campaign.desk.models import Invitation
from campaign.desk.rules import OWNER
from campaign.desk.service import OWNERS_TURN, Joining, open_account
from campaign.letter.models import Letter
from campaign.letter.service import all_letters
from campaign.seal.locks import derived
from campaign.signin.service import CODE, PASSKEY
from campaign.signin.sessions import NewSession, open_session
from campaign.start.choices import EXAMPLE, LANGUAGE_LIST, Chosen, read_choice
from campaign.start.models import ExampleLetter
from campaign.start.trials import Trial, last_trial
from campaign.storage.statements import wait_turn

PURPOSE = "start"
STEPS = ("example", "identity", "mail", "languages", "letter", "second")


class OwnerThere(Exception):
    """The desk has an owner: the link of the first start makes no other."""


class LinkWrong(Exception):
    """This is not the link of the first start, or it was made before an earlier officer joined."""


@dataclass(frozen=True)
class FirstOwner:
    """What the first owner typed, with the secret of the page on which they typed it, and their kind of browser."""

    email: str
    joining: Joining
    secret: bytes
    browser: str


@dataclass(frozen=True)
class Progress:
    """How far the start has come: only what is on record."""

    example: Chosen
    examples: list[Letter]
    letters: list[Letter]
    named: bool
    trial: Trial
    languages: Chosen
    owners: int

    @property
    def missing(self) -> list[str]:
        """Return the steps of STEPS that are not done, in their order."""
        done = {
            "example": bool(self.example.version) or not self.examples,
            "identity": self.named,
            "mail": self.trial.counts,
            "languages": bool(self.languages.version),
            "letter": bool(self.letters),
            "second": self.owners > 1,
        }
        return [step for step in STEPS if not done[step]]

    @property
    def own(self) -> list[Letter]:
        """Return the letters to share: the campaign's own, or the example's while there is no other."""
        return self.letters or self.examples


def has_owner(session: Session) -> bool:
    """Say whether an owner has joined and is still there."""
    owners = select(Officer.id).where(Officer.role == OWNER, Officer.removed_at.is_(None))
    return session.scalar(owners.limit(1)) is not None


def link_secret(session: Session, key: bytes) -> bytes:
    """Return the id in the start's link. Raises OwnerThere.

    It is made from a key outside the database, and from the number of the last officer: a link that was once used
    does not work again, even if all officers are removed.
    """
    if has_owner(session):
        raise OwnerThere
    last = session.scalar(select(func.max(Officer.id))) or 0
    return derived(key, b"start:%d" % last)


def check_link(session: Session, secret: bytes, key: bytes) -> None:
    """Raise OwnerThere, or LinkWrong if this is not the id in the start's link."""
    if not hmac.compare_digest(secret, link_secret(session, key)):
        raise LinkWrong


def make_first_owner(session: Session, first: FirstOwner, key: bytes, *, now: datetime) -> NewSession:
    """Make the first owner's account, admitted as by the command line, which printed the link; sign them in.

    Raises OwnerThere, CodeWrong or PasskeyWrong.
    """
    wait_turn(session, OWNERS_TURN)  # of two who use the link at once, the second must find the first
    if has_owner(session):
        raise OwnerThere
    invitation = Invitation(email=first.email, role=OWNER, link_sha256=b"", expires_at=now, from_command_line=True)
    officer = open_account(session, invitation, first.secret, first.joining, key, now=now)
    return open_session(session, officer, PASSKEY if first.joining.passkey else CODE, first.browser, now)


def read_progress(session: Session, *, now: datetime) -> Progress:
    """Return how far the start has come."""
    loaded = set(session.scalars(select(ExampleLetter.letter_id)))
    letters = all_letters(session)
    return Progress(
        example=read_choice(session, EXAMPLE),
        examples=[letter for letter in letters if letter.id in loaded],
        letters=[letter for letter in letters if letter.id not in loaded],
        named=bool(read_identity(session).version),
        trial=last_trial(session, now=now),
        languages=read_choice(session, LANGUAGE_LIST),
        owners=sum(officer.role == OWNER for officer in admitted_officers(session, now=now).values()),
    )
