"""Count a submission, say what is odd about it, and forget what was counted."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import digest

from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from campaign.guard.buckets import Buckets
from campaign.guard.models import Bucket, GuardKey, SpentChallenge
from campaign.guard.proofs import Proof
from campaign.guard.rules import MAILS, PLAIN, WORKED, Budget, Lane, listed, owner_of
from campaign.storage.database import Database
from campaign.storage.statements import insert_once, table_of

DAY_KEY = select(table_of(GuardKey).c.key).where(table_of(GuardKey).c.day == bindparam("day"))


@dataclass(frozen=True)
class Sender:
    """Where a form came from: its network, a proof of work, and whether its address is a parliament's own."""

    network: str | None = None
    official: bool = False
    proof: Proof | None = None


UNKNOWN = Sender()


@dataclass(frozen=True)
class Submission:
    """What the guard counts one form by.

    `secret` is kept outside the database, `address_index` equal for one mailbox under every letter, `oddity` what is odd
    about the address itself, `lot` any number that spreads a crowd over rows.
    """

    secret: bytes
    address_index: bytes
    domain: str
    letter: str
    oddity: str | None
    lot: int
    sender: Sender = UNKNOWN


@dataclass(frozen=True)
class Verdict:
    """Whether the address may get its mail, and why the desk should look first, None if it need not."""

    mails: bool
    held_for: str | None


def weigh(session: Session, submission: Submission, *, now: datetime) -> Verdict:
    """Count one submission in the transaction under way, and judge it; a proof is spent by this."""
    proof = submission.sender.proof
    lane = WORKED if proof is not None and _spend(session, proof) else PLAIN
    mails = may_mail(session, submission.secret, submission.address_index, now=now)
    if (
        submission.sender.official
    ):  # a parliament's own address: its crowds are no flood, and no stranger can confirm it
        return Verdict(mails, submission.oddity)
    day = day_secret(session, submission.secret, now=now)
    limiter = MovingWindowRateLimiter(Buckets(session, day, now=now))
    return Verdict(mails, _oddity(limiter, lane, submission))


def may_mail(session: Session, secret: bytes, address_index: bytes, *, now: datetime) -> bool:
    """Count one mail to an address, and say whether it may go: three in any 24 hours, from all letters together.

    Named under a lasting key, not the day's: at midnight an address must not get three more.
    """
    buckets = Buckets(session, digest(secret, b"guard:mails", "sha256"), now=now)
    return MovingWindowRateLimiter(buckets).hit(MAILS.row, "mails", address_index.hex())


def sweep(database: Database, now: datetime) -> None:
    """Forget run-out buckets and challenges and the keys of earlier days; the worker does this every few minutes."""
    with database.write() as session:
        for statement in (
            delete(Bucket).where(Bucket.until <= now),
            delete(SpentChallenge).where(SpentChallenge.expires_at <= now),
            delete(GuardKey).where(GuardKey.day < now.date()),
        ):
            session.execute(statement)
    database.truncate_log()


def _oddity(limiter: MovingWindowRateLimiter, lane: Lane, submission: Submission) -> str | None:
    """Count in every budget, whatever an earlier one said, so that the work is the same; return the first oddity."""
    odd, provider = submission.oddity, submission.domain in listed("providers")

    def within(budget: Budget, *names: str) -> bool:
        return limiter.hit(budget.row, lane.name, *names, str(submission.lot % budget.rows))

    network = submission.sender.network
    if network is not None and not within(lane.network, "network", network):
        odd = odd or "network"
    domain = submission.domain if provider else owner_of(submission.domain)
    if not within(lane.provider if provider else lane.domain, "domain", domain):
        odd = odd or "domain"
    # What is held already is counted apart, so that a flood from one place does not fill the letter's own day.
    if not within(lane.letter, "held" if odd else "letter", submission.letter):
        odd = odd or "surge"
    return odd


def _spend(session: Session, proof: Proof) -> bool:
    """Take a proof once; say whether it was fresh."""
    return insert_once(session, SpentChallenge, {"sha256": proof.sha256, "expires_at": proof.expires_at})


def day_secret(session: Session, secret: bytes, *, now: datetime) -> bytes:
    """Return the secret that names today's buckets, made of a key in the database and one outside it.

    The database alone cannot try out the 16 million networks, and once the day's key is erased nobody can.
    """
    key = session.connection().execute(DAY_KEY, {"day": now.date()}).scalar_one_or_none()
    return digest(secret, b"guard:day:" + (key or _new_day(session, now=now)), "sha256")


def _new_day(session: Session, *, now: datetime) -> bytes:
    """Make today's key, unless another process was faster, and erase those before."""
    session.execute(delete(GuardKey).where(GuardKey.day < now.date()))
    insert_once(session, GuardKey, {"day": now.date(), "key": secrets.token_bytes(32)})
    return bytes(session.connection().execute(DAY_KEY, {"day": now.date()}).scalar_one())
