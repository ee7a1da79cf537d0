"""One person with any number of mailboxes at a desk, and honest people beside them.

The acts are the desk's own functions, as its pages call them. The test counts acts that take two and were done by one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature
from campaign.deliver.steps import StepRefused
from campaign.desk.admissions import NotAdmitted
from campaign.desk.approvals import (
    ApprovalRequest,
    NoSuchApproval,
    NotApproved,
    NotCarriedOut,
    SecondPersonNeeded,
    approve,
    ask,
    prepare,
)
from campaign.desk.models import Admission
from campaign.desk.rules import BULK, OWNER, ROLES
from campaign.desk.service import (
    AlreadyOfficer,
    Duties,
    Joining,
    LastOwner,
    NoSuchInvitation,
    carry_out,
    invite,
    join,
)
from campaign.document.bundle import Receipt
from campaign.document.models import Delivery
from campaign.document.service import record
from campaign.letter.models import LetterText
from campaign.review.bulk import prepare_hold
from campaign.roster.rules import DecisionMalformed
from campaign.signin.factors import totp_secret
from campaign.signin.keyring import CodeWrong
from campaign.signin.officers import NoSuchOfficer
from campaign.storage.database import Database
from campaign.verify.rules import ACCEPTED, Decision
from campaign.verify.service import AlreadyDecided, NoSuchSignatory, SecondReviewerNeeded, decide

Choose = Callable[[Sequence[Any]], Any]
INSIDER, HONEST, CAROL = "the insider", "another owner", "a colleague"
OWN = tuple(f"box{number}@drill.test" for number in range(4))
HONEST_BOX, CAROL_BOX = "honest@drill.test", "carol@drill.test"
BOXES = (*OWN, HONEST_BOX, CAROL_BOX)
KEY = bytes(32)
BEGAN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SIGNATORIES = (1, 2)
CARRIES = {BULK: prepare_hold}
ADMITTED = select(Admission.officer_id)
REFUSED = (
    AlreadyDecided, AlreadyOfficer, CodeWrong, DBAPIError, DecisionMalformed, LastOwner, NoSuchApproval, NoSuchInvitation,
    NoSuchOfficer, NoSuchSignatory, NotAdmitted, NotApproved, NotCarriedOut, SecondPersonNeeded, SecondReviewerNeeded, StepRefused,
)  # fmt: skip


class NothingThere(Exception):
    """An act has nothing to be tried on yet."""


def among(choose: Choose) -> Choose:
    """Return how to choose that says so where there is nothing to choose from."""

    def chosen(things: Sequence[Any]) -> Any:
        if not things:
            raise NothingThere
        return choose(things)

    return chosen


@dataclass(frozen=True)
class Link:
    """An invitation's secret, and its mailbox; the owner who made it has seen the secret."""

    secret: bytes
    box: str


class Desk:
    """A desk inside one transaction that is never committed: who is behind which account, and what they did."""

    def __init__(self, session: Session, *, owners: int = 2) -> None:
        self.session, self.now = session, BEGAN
        self.who: dict[int, str] = {}  # the person behind each account now
        self.links: list[Link] = []
        self.asked: dict[int, str] = {}  # who asked, who accepted first, who prepared, who approved
        self.accepted: dict[int, str] = {}
        self.prepared: dict[int, str] = {}
        self.approved: dict[int, str] = {}
        self.steps, self.refusals, self.by_two, self.by_one = 0, 0, 0, 0
        for box, person in ((OWN[0], INSIDER), (HONEST_BOX, HONEST))[:owners]:
            self.join(Link(invite(session, box, Duties(OWNER), None, now=self.now), box), person)

    def step(self, act: Callable[["Desk", Choose], None], choose: Choose) -> None:
        """Let one act be tried, a minute after the last; what is refused leaves nothing behind."""
        self.steps, self.now = self.steps + 1, self.now + timedelta(minutes=1)
        try:
            with self.session.begin_nested():
                act(self, among(choose))
        except NothingThere:
            return
        except REFUSED:
            self.refusals += 1

    def of(self, person: str, roles: Sequence[str] = ROLES) -> list[Officer]:
        """Return the accounts a person is behind that have one of these roles, as a page's door lets them in."""
        found = self.session.scalars(select(Officer).where(Officer.removed_at.is_(None)).order_by(Officer.id))
        return [one for one in found if self.who[one.id] == person and one.role in roles]

    def count(self, first: str | None, second: str) -> None:
        """Count an act that takes two, as done by one person or by two."""
        if first == second:
            self.by_one += 1
        else:
            self.by_two += 1

    def doubles(self) -> int:
        """Return how many admitted accounts there are beyond one a person."""
        people = [self.who[number] for number in self.session.scalars(ADMITTED)]
        return len(people) - len(set(people))

    def join(self, link: Link, person: str) -> None:
        code = pyotp.TOTP(totp_secret(link.secret)).at(self.now)
        officer = join(self.session, link.secret, Joining(person, "", code), KEY, now=self.now)
        self.who[officer.id] = person

    def ask(self, wanted: ApprovalRequest, by: Officer) -> None:
        self.asked.setdefault(ask(self.session, wanted, by, now=self.now).id, self.who[by.id])

    def agree(self, number: int, by: Officer) -> None:
        carried = prepare(self.session, number, CARRIES, None)
        approval = approve(self.session, number, by, carried, now=self.now)
        secret = carry_out(self.session, approval, by, now=self.now)
        self.count(self.asked[number], self.who[by.id])
        if secret:
            subject = self.session.get_one(Officer, int(approval.subject.removeprefix("officer:")))
            self.links.append(Link(secret, subject.email))

    def accept(self, number: int, by: Officer, level: int) -> None:
        decide(
            self.session,
            number,
            Decision(ACCEPTED, level, "office", None, "spoke with the office"),
            by,
            now=self.now,
        )
        if level == 4:
            self.count(self.accepted[number], self.who[by.id])
        self.accepted[number] = self.who[by.id]

    def prepare(self, country: str, by: Officer) -> None:
        receipt = Receipt(
            "appeal", country, "en", f"APPEAL-{country}", False, self.now.date(), country.encode(), ()
        )
        record(self.session, receipt, by, now=self.now)
        made = self.session.scalars(select(Delivery).where(Delivery.reference == receipt.reference)).one()
        if made.officer_id == by.id and made.prepared_at == self.now:
            self.prepared[made.id] = self.who[by.id]


@contextmanager
def desk(database: Database, *, owners: int = 2) -> Iterator[Desk]:
    """Open a desk of its own, and forget it afterwards."""
    with database.read() as session:  # never committed
        yield Desk(session, owners=owners)


def people_sign(database: Database) -> None:
    """Let two people stand who can be decided about."""
    with database.write() as session:
        text = session.scalars(select(LetterText)).first()
        assert text is not None
        for number in SIGNATORIES:
            session.add(_signature(text, number))
        session.flush()
        session.add_all(_signatory(text, number) for number in SIGNATORIES)


def _signature(text: LetterText, number: int) -> Signature:
    return Signature(
        letter_id=text.letter_id, address_index=bytes([number] * 32), sealed_address=b"", signed_on=BEGAN.date()
    )


def _signatory(text: LetterText, number: int) -> Signatory:
    return Signatory(
        signature_id=number, letter_id=text.letter_id, letter_text_id=text.id, intent_id=None, stands=True,
        kind="activist", established="person", country="FR", visibility="public", name="Invented Person", latin_name=None, said={}, sort_key=b"",
        sealed_entry=None, owner_entry=None, consent_sha256="", confirmed_at=BEGAN,
    )  # fmt: skip
